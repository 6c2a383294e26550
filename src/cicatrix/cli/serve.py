"""`cicatrix serve`: the web application for one home on this machine.

It checks every line of the home, brings the tables of accounts up to date and becomes the server
(gunicorn). In a rehearsed home everyone who holds a role gets an account; in a real one nobody does
without an invitation. A deployment for more than one machine is docs/how-to/deploy.md.
"""

import os
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.cli.account import accounts_ready, of_the_web
from cicatrix.cli.words import program, working
from cicatrix.store.desk import open_desk
from cicatrix.trial.errors import Refused

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(
    home: Annotated[Path, typer.Argument(help="A trial home.", show_default=False)],
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    workers: Annotated[
        int, typer.Option(min=1, max=16, help="Processes; each keeps the trial.")
    ] = 1,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve the web application of a home on this machine; Ctrl-C ends it.

    Example: cicatrix serve trial --port 8000
    """
    local = host in _LOOPBACK
    if not (local or os.environ.get("CICATRIX_ORIGINS")):
        raise Refused(
            "host",
            f"{host} can be reached from elsewhere, and passwords must not travel in the open: put "
            "a proxy with TLS before it and name its address in CICATRIX_ORIGINS.",
        )
    if local and not os.environ.get("CICATRIX_ORIGINS"):
        os.environ["CICATRIX_HTTP"] = "loopback"
    of_the_web(home)
    with working("Checking every line"), open_desk(home) as desk:
        rehearsed, study = desk.trial.rehearsal, desk.study.id
    accounts_ready()
    _refuse_taken(host, port)
    print(f"{study} is at http://{_written(host)}:{port}/ (Ctrl-C ends it).")
    _tell_of_accounts(home, rehearsed)
    sys.stdout.flush()
    _become_server(host, port, workers)


def _tell_of_accounts(home: Path, rehearsed: bool) -> None:
    from cicatrix.web.access import rehearsal
    from cicatrix.web.models import Account
    from cicatrix.web.worker import working as working_in

    if not rehearsed:
        if not Account.objects.exists():
            print(f"Nobody has an account yet: {program()} account {home} administrator makes one.")
        return
    with working_in(home) as worker:
        rehearsal.open_to_all(worker)
        print(
            f"This is a rehearsal: sign in with the password {rehearsal.PASSWORD} as, for example"
        )
        for one in rehearsal.roles_to_try():
            print(f"  {one.role:<14} {', '.join(one.users)}")


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise Refused(
                "port", f"Port {port} of {host} cannot be had ({problem.strerror}); name another."
            ) from None


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _become_server(host: str, port: int, workers: int) -> None:
    options = [
        f"--bind={_written(host)}:{port}",
        f"--workers={workers}",
        "--worker-class=gthread",
        "--threads=4",
        "--timeout=60",
        "--graceful-timeout=20",
        "--log-level=warning",
        "--no-control-socket",
    ]
    command = [sys.executable, "-m", "gunicorn", *options, "cicatrix.web.wsgi:application"]
    os.execv(sys.executable, command)
