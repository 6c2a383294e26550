"""What several commands are given: home, folder, who acts, numbers, and passphrases.

A passphrase is asked for or read from a file of its own, never an argument and never shown. How
many are asked for is the caller's to say; whether they open anything is found in custodians.py.
"""

import stat
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.trial.errors import Refused
from cicatrix_sealed.naming import NAME_RULE, is_name
from cicatrix_sealed.sealing import SHORTEST_PASSPHRASE

HomeFolder = Annotated[Path, typer.Argument(metavar="HOME", help="The trial home.")]
Custodian = Annotated[
    Path, typer.Option("--custodian", metavar="DIR", help="The custodian's own folder.")
]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="A file with the passphrase; without it you are asked."),
]
PassphraseFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help="A file with a custodian's passphrase, once for each; without it each is asked for.",
    ),
]


def _name(text: str) -> str:
    if not is_name(text):
        raise typer.BadParameter(f"{NAME_RULE}.")
    return text


def _number(text: str) -> str:
    return _name(text) if text else text


By = Annotated[
    str,
    typer.Option(metavar="USER", callback=_name, help="Who acts, in the role pharmacist."),
]
To = Annotated[str, typer.Option(metavar="USER", callback=_name, help="Who is told.")]
Number = Annotated[str, typer.Option(callback=_number, help="The randomisation number.")]
Reason = Annotated[str, typer.Option(help="Why, in one sentence; it is recorded.")]
PublishedReason = Annotated[
    str, typer.Option(help="Why, in one sentence; it is recorded and will be published.")
]
Seed = Annotated[
    int | None,
    typer.Option(help="For a rehearsal alone: a number from which anyone can make it again."),
]


def now() -> datetime:
    """Give the time of the machine."""
    return datetime.now(UTC)


def whole_numbers(text: str, *, hint: str) -> tuple[int, ...]:
    """Read whole numbers between commas, as an option of a command gives them."""
    try:
        return tuple(int(part) for part in text.split(",") if text)
    except ValueError as problem:
        raise typer.BadParameter(
            f"{text} is no list of whole numbers: write for example 6,9,12.", param_hint=hint
        ) from problem


def one_passphrase(file: Path | None) -> str:
    """Give the passphrase of one custodian, whichever it is."""
    return _ask("Passphrase") if file is None else _read(file)


def passphrases(files: Sequence[Path] | None, needed: int) -> tuple[str, ...]:
    """Give the passphrases of as many custodians as open the list."""
    if files:
        return tuple(_read(file) for file in files)
    return tuple(_ask(f"Passphrase{_of(number, needed)}") for number in range(1, needed + 1))


def new_passphrases(files: Sequence[Path] | None, custodians: int) -> tuple[str, ...]:
    """Give the passphrase that each custodian chooses for her share, typed twice."""
    if files:
        return tuple(_read(file) for file in files)
    return tuple(
        _ask(
            f"Passphrase{_of(number, custodians)}, {SHORTEST_PASSPHRASE} characters or more",
            confirm=True,
        )
        for number in range(1, custodians + 1)
    )


def _of(number: int, custodians: int) -> str:
    return "" if custodians == 1 else f" of custodian {number} of {custodians}"


def _ask(what: str, *, confirm: bool = False) -> str:
    asked: str = typer.prompt(what, hide_input=True, confirmation_prompt=confirm)
    return asked


def _read(file: Path) -> str:
    """Read a passphrase; a mark that some editors put before text and line ends are none of it."""
    try:
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            typer.echo(
                f"Warning: others on this machine can read {file}: let it be yours alone "
                f"(chmod 600 {file}).",
                err=True,
            )
        return file.read_text("utf-8-sig").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise Refused(
            "passphrase", f"The passphrase file {file} cannot be read: name another."
        ) from problem
