"""The one table of the store: the ledger's lines, written once and never again.

It is the migration's source and no more. Lines are read and appended through ledger.py; triggers
(migrations/0001_initial.py) refuse every UPDATE and DELETE, whoever asks.
"""

from django.db import models


class Line(models.Model):
    """One sealed line; trial/ledger.py says what its text is.

    `seq` is an integer and no `bigint`, so that on SQLite it is the row's own number and two
    appends of the same line cannot both succeed.
    """

    seq: "models.IntegerField[int, int]" = models.IntegerField(primary_key=True)
    text: "models.TextField[str, str]" = models.TextField()
    hash: "models.CharField[str, str]" = models.CharField(max_length=64)

    class Meta:
        """Keep the table's name short: it is read by auditors with plain SQL."""

        db_table = "line"

    def __str__(self) -> str:
        return f"line {self.seq}"
