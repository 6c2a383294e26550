"""What the web application keeps beside the ledger: accounts, drafts and the contact book.

Nothing here is a fact of the trial: roles are in the ledger, and a draft is nobody's record until
it is saved as a form. Drafts and contacts are kept encrypted (store/vault.py), so that a copy of
this database tells neither a name nor a score.
"""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac


class Account(AbstractUser):
    """Who signs in; the user name is the one that the ledger's roles are granted to."""

    language: "models.CharField[str, str]" = models.CharField(max_length=12, blank=True, default="")
    generation: "models.PositiveIntegerField[int, int]" = models.PositiveIntegerField(default=0)

    class Meta:
        """Keep the table's name short."""

        db_table = "account"

    def get_session_auth_hash(self) -> str:
        """Tie a session to the password and to the generation: a new one ends all before it."""
        tied = f"{self.password}/{self.generation}"
        return salted_hmac("cicatrix.account.session", tied, algorithm="sha256").hexdigest()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Accept no session that was tied with a key of before."""
        return iter(())


class AccountChange(models.Model):
    """What an administrator, or the command line, did to an account, and why."""

    username: "models.CharField[str, str]" = models.CharField(max_length=150)
    what: "models.CharField[str, str]" = models.CharField(max_length=20)
    reason: "models.TextField[str, str]" = models.TextField(blank=True)
    changed_by: "models.CharField[str, str]" = models.CharField(max_length=150)
    changed_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        """Keep the table's name short, and its rows findable by account."""

        db_table = "account_change"
        indexes = (models.Index(fields=("username", "id"), name="account_changes"),)

    def __str__(self) -> str:
        return f"account change {self.pk}"


class Draft(models.Model):
    """What one account has typed on one form and not saved, encrypted."""

    account: "models.ForeignKey[Account, Account]" = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="drafts"
    )
    role: "models.CharField[str, str]" = models.CharField(max_length=20)
    participant: "models.CharField[str, str]" = models.CharField(max_length=60)
    form: "models.CharField[str, str]" = models.CharField(max_length=200)
    text: "models.TextField[str, str]" = models.TextField()
    saved_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        """One draft for each form, whoever in it."""

        db_table = "draft"
        constraints = (
            models.UniqueConstraint(
                fields=("account", "role", "participant", "form"), name="one_draft"
            ),
        )

    def __str__(self) -> str:
        return f"draft {self.pk}"


class Contact(models.Model):
    """How to reach one participant, encrypted; readable by her own site."""

    participant: "models.CharField[str, str]" = models.CharField(max_length=60, unique=True)
    site: "models.CharField[str, str]" = models.CharField(max_length=40)
    text: "models.TextField[str, str]" = models.TextField()
    changed_by: "models.CharField[str, str]" = models.CharField(max_length=150)
    changed_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        """Keep the table's name short."""

        db_table = "contact"

    def __str__(self) -> str:
        return f"contact {self.pk}"


class ContactRead(models.Model):
    """That somebody opened a page of the contact book: who, whose, when."""

    participant: "models.CharField[str, str]" = models.CharField(max_length=60)
    site: "models.CharField[str, str]" = models.CharField(max_length=40)
    read_by: "models.CharField[str, str]" = models.CharField(max_length=150)
    read_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        """Keep the table's name short."""

        db_table = "contact_read"

    def __str__(self) -> str:
        return f"contact read {self.pk}"


class CustodianContact(models.Model):
    """How to reach the custodian by day and by night, encrypted; there is one row."""

    text: "models.TextField[str, str]" = models.TextField()
    changed_by: "models.CharField[str, str]" = models.CharField(max_length=150)
    changed_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        """Keep the table's name short."""

        db_table = "custodian_contact"

    def __str__(self) -> str:
        return f"custodian contact {self.pk}"


class SiteContact(models.Model):
    """How participants reach their site, encrypted; there is one row for each site."""

    site: "models.CharField[str, str]" = models.CharField(max_length=40, unique=True)
    text: "models.TextField[str, str]" = models.TextField()
    changed_by: "models.CharField[str, str]" = models.CharField(max_length=150)
    changed_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        """Keep the table's name short."""

        db_table = "site_contact"

    def __str__(self) -> str:
        return f"site contact {self.pk}"
