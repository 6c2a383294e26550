"""The Django application `web`: accounts, drafts and the contact book, and nothing of the trial.

What happened in the trial is in the ledger alone (store/); a page is made of a fold of it.
Go next to urls.py for what there is to see, and to door.py for who may see it.
"""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Name the application; Django asks for this class."""

    name = "cicatrix.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
