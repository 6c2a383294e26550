"""Migrations of the store: the table of lines and the triggers that make it append-only.

A later migration may add; none may change or remove a line.
"""
