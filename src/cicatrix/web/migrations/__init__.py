"""The tables of the accounts' database.

Until the first release a change of models.py makes 0001 anew (`django-admin makemigrations web`
with 0001 taken away) and adds no file; after it a change adds one and touches none.
"""
