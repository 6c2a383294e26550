"""Make the table of the shared cache: used codes and counted tries, which all workers must know."""

from typing import Any

from django.core.management import call_command
from django.db import migrations


def make(apps: Any, editor: Any) -> None:
    """Make the table where there is none yet."""
    call_command("createcachetable", "cache", database=editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    """Come after the tables of accounts."""

    dependencies = (("web", "0001_initial"),)
    operations = (migrations.RunPython(make, migrations.RunPython.noop),)
