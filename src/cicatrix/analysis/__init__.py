"""The plan carried out: populations, derivations, tables, figures and the report.

It takes the fold and, after lock, the opened allocation as an argument: nothing here can find the
allocation by itself. The numbers are estimated in statistics/ and the scores defined in measures/.
"""
