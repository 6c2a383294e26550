"""The Django application `store`: one table, its migration and nothing else.

It has no signals, admin or views. The table is models.py, its use ledger.py.
"""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Name the application; Django asks for this class."""

    name = "cicatrix.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
