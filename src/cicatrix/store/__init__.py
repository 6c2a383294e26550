"""Where a trial is kept: the ledger's table of lines, the blobs and the home folder.

A Django application of one table, usable with a web project (which lists it in INSTALLED_APPS)
and without one (`database.use`). It keeps and hands out lines; what they mean is trial/, and who
may see them is trial/visibility.py. Start at home.py.
"""
