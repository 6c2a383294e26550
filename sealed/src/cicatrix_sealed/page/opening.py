"""Open the page for business: check home and list at once, not at three in the morning.

What is wrong with the folder, the address or the certificate is said when the program starts.
The journal beside the list says when somebody signed in, guessed, or told which number; never
what a number stands for, nor what was typed.
"""

import os
import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cicatrix.store.output import refuse_inside
from cicatrix.trial.errors import Refused
from cicatrix_sealed.custodians import shares_in
from cicatrix_sealed.custody import check_names, list_of
from cicatrix_sealed.emergency import read_emergency
from cicatrix_sealed.folder import EMERGENCY, read_text
from cicatrix_sealed.page.desk import Desk
from cicatrix_sealed.page.present import Present
from cicatrix_sealed.page.serving import Server, is_own_machine
from cicatrix_sealed.page.sessions import Sessions

JOURNAL = "page.log"


def open_page(
    home: Path, folder: Path, *, host: str, port: int, certificate: Path | None, key: Path | None,
    clock: Callable[[], datetime],
) -> Server:  # fmt: skip
    """Make the page's server, ready to serve."""
    tls = _tls(host, certificate, key)
    desk = open_desk(
        home, folder, clock=clock, journal=journal_in(folder, clock), secure=tls is not None
    )
    try:
        return Server(desk, host, port, tls)
    except (OSError, OverflowError) as problem:
        raise Refused(
            "address", f"Nothing can be served at {host}, port {port} ({problem}): name another."
        ) from problem


def open_desk(
    home: Path, folder: Path, *, clock: Callable[[], datetime], journal: Callable[[str], None],
    secure: bool,
) -> Desk:  # fmt: skip
    """Read the trial and check that the folder's list is the one that it was promised."""
    refuse_inside(folder, home)
    present = Present.of(home)
    standing = present.standing()
    for one in (shares_in(folder).of, read_emergency(read_text(folder, EMERGENCY))):
        check_names(one.list_id, one.study_digest, standing)
    list_of(standing)
    return Desk(home, folder, present, Sessions(os.urandom), clock, journal, secure)


def journal_in(folder: Path, clock: Callable[[], datetime]) -> Callable[[str], None]:
    """Keep a line for each thing worth one; a full disk must not keep an arm from being told."""
    path = folder / JOURNAL

    def write(line: str) -> None:
        try:
            with open(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
                file.write(f"{clock():%Y-%m-%dT%H:%M:%SZ} {line}\n")
        except OSError:
            return

    return write


def _tls(host: str, certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    if certificate is None and key is None:
        if is_own_machine(host):
            return None
        raise Refused(
            "tls",
            f"{host} is reached from other machines: name --certificate and --key, or leave "
            "--host out and come in over SSH or a VPN that ends on this machine.",
        )
    if certificate is None or key is None:
        raise Refused("tls", "TLS needs both --certificate and --key: name the two files.")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key, password="")
    except (OSError, ssl.SSLError) as problem:
        raise Refused(
            "tls",
            f"{certificate} and {key} are no certificate with its unencrypted key "
            f"({problem.__class__.__name__}): name the two PEM files.",
        ) from problem
    return context
