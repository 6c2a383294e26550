"""Who may do what in a PostgreSQL database: the owner makes tables, the running role adds lines.

The running role, which the home's URL names, reads and adds lines and can change, remove or empty
nothing of the ledger, nor take away what refuses that; accounts have a schema of its own. The owner
is needed once, when the home is made, and is not kept. SQLite has no roles.
"""

from typing import LiteralString

from django.db import DatabaseError, connections
from django.db.transaction import atomic

from cicatrix.store.database import configuration, create_table, forget, told, use
from cicatrix.trial.errors import Refused

ACCOUNTS = "accounts"

_GRANTS: tuple[LiteralString, ...] = (
    "REVOKE ALL ON TABLE line FROM PUBLIC, {role}",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT ON TABLE line TO {role}",
    "GRANT SELECT ON TABLE django_migrations TO {role}",
    "CREATE SCHEMA IF NOT EXISTS accounts",
    "GRANT USAGE, CREATE ON SCHEMA accounts TO {role}",
)
_EXCESS: LiteralString = """
    SELECT rolsuper OR pg_has_role(rolname, c.relowner, 'MEMBER')
        OR pg_has_role(rolname, n.nspowner, 'MEMBER')
        OR has_table_privilege(rolname, c.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')
        OR has_any_column_privilege(rolname, c.oid, 'UPDATE')
    FROM pg_roles, pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE rolname = %s AND c.oid = 'line'::regclass
"""


def make_schema(alias: str) -> None:
    """Make the place for accounts beside a ledger on PostgreSQL, where it is not there yet."""
    if connections[alias].vendor == "postgresql":
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [ACCOUNTS])
            if not cursor.fetchone():
                cursor.execute("CREATE SCHEMA IF NOT EXISTS accounts")


def divide(owner: str, running: str) -> None:
    """Make the tables as the URL `owner` and give the role of `running` what it needs, no more."""
    role = configuration(running)["USER"]
    if not role:
        raise Refused("database", "Name the running role in the database's URL, before the @.")
    alias = use(owner)
    try:
        create_table(alias)
        _grant(alias, role)
    except DatabaseError as problem:
        raise told(problem, 1) from problem
    finally:
        forget(alias)


def _grant(alias: str, role: str) -> None:
    with atomic(alias), connections[alias].cursor() as cursor:
        cursor.execute("SELECT quote_ident(rolname) FROM pg_roles WHERE rolname = %s", [role])
        found = cursor.fetchone()
        if not found:
            raise Refused(
                "database",
                f"The server has no role {role}; make it first: CREATE ROLE {role} LOGIN PASSWORD "
                "'…'.",
            )
        for statement in _GRANTS:
            cursor.execute(statement.format(role=found[0]))
        cursor.execute(_EXCESS, [role])
        if cursor.fetchone() != (False,):
            raise Refused(
                "database",
                f"The role {role} could still change lines, for it is a superuser or belongs to "
                "the owner's role; name a role of its own.",
            )
