"""Make the table of lines and the triggers that refuse to change it.

On SQLite a REPLACE deletes without asking a DELETE trigger, hence the trigger on INSERT, which
also refuses a gap. On PostgreSQL the running role should besides have no right to UPDATE, DELETE
or TRUNCATE; these triggers hold even for the owner.
"""

from typing import ClassVar

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import StateApps

_REFUSAL = "the ledger is append-only"

_SQLITE = (
    f"CREATE TRIGGER line_no_update BEFORE UPDATE ON line "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    f"CREATE TRIGGER line_no_delete BEFORE DELETE ON line "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    f"CREATE TRIGGER line_in_order BEFORE INSERT ON line "
    f"WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM line) "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
)

_POSTGRESQL = (
    f"CREATE FUNCTION line_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
    "CREATE TRIGGER line_no_change BEFORE UPDATE OR DELETE ON line "
    "FOR EACH ROW EXECUTE FUNCTION line_is_append_only()",
    "CREATE TRIGGER line_no_truncate BEFORE TRUNCATE ON line "
    "FOR EACH STATEMENT EXECUTE FUNCTION line_is_append_only()",
)


def _refuse_changes(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    statements = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """The first and, it is hoped, the last shape of the table of lines."""

    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            name="Line",
            fields=[
                ("seq", models.IntegerField(primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("hash", models.CharField(max_length=64)),
            ],
            options={"db_table": "line"},
        ),
        migrations.RunPython(_refuse_changes, migrations.RunPython.noop, elidable=False),
    ]
