"""The sealed list: the only place where an allocation exists before the trial is opened.

A distribution of its own, run by the custodian in an environment and a folder of its own. Nothing
in Cicatrix imports it: what the two share is the ledger and the files the custodian hands over.
"""
