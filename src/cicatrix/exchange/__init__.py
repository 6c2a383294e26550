"""Formats of other systems, one module each, written from the fold and the study.

An export is a pure function: the same ledger gives the same bytes. Where a format has its own
word for something, its module says which of our words it stands for.
"""
