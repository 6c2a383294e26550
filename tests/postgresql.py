"""A database of its own for one test, on the PostgreSQL server that CICATRIX_TEST_POSTGRESQL names.

The variable holds the URL of a server on which databases may be made and dropped, for example
postgresql://postgres@localhost/postgres. Where none is named, the test is skipped by name.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

SERVER = os.environ.get("CICATRIX_TEST_POSTGRESQL", "")


@contextmanager
def database() -> Iterator[str]:
    """Make a database, give its URL, and drop it in the end."""
    psycopg = pytest.importorskip("psycopg", reason="PostgreSQL: psycopg is not installed")
    if not SERVER:
        pytest.skip("PostgreSQL: CICATRIX_TEST_POSTGRESQL names no server")
    name = f"cicatrix_{uuid4().hex}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield urlsplit(SERVER)._replace(path=f"/{name}").geturl()
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
