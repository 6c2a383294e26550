"""How a list comes to be: `cicatrix-sealed commit`, then `make`; `abort` gives it up.

Each says afterwards what a person has to do next, for half of what protects a list is done by
people: publishing in time, keeping shares apart. What is done is committing.py and making.py.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.store.home import Home
from cicatrix.trial.facts import ListSealed, SecretCommitted
from cicatrix_sealed import committing, making
from cicatrix_sealed.beacon import Promised, given_text, promised_beacon
from cicatrix_sealed.commands import given
from cicatrix_sealed.custody import acting, situation
from cicatrix_sealed.drand import KNOWN
from cicatrix_sealed.folder import EMERGENCY, PACKING, PUBLIC
from cicatrix_sealed.minimisation import Measure
from cicatrix_sealed.procedures.planned import KINDS, kind_for, procedure_of
from cicatrix_sealed.telling import told
from cicatrix_sealed.unsealing import custodians_needed, shares_of

COMMIT_EXAMPLE = (
    "Example: cicatrix-sealed commit trial --custodian custodian --beacon drand:quicknet:60000000 "
    "--custodians 3 --threshold 2"
)
MAKE_EXAMPLE = "Example: cicatrix-sealed make trial --custodian custodian --beacon round.json"
ABORT_EXAMPLE = "Example: cicatrix-sealed abort trial --reason 'the second party is ill'"
_FOR = {
    "block_sizes": ("permuted_blocks",),
    "limit": ("big_stick",),
    "probability": ("biased_coin", "minimisation"),
    "start": ("urn",),
    "add": ("urn",),
    "measure": ("minimisation",),
}
"""Which kinds of procedure have an option."""


def commit(
    context: typer.Context,
    home: given.HomeFolder,
    custodian: given.Custodian,
    beacon: Annotated[
        str,
        typer.Option(
            metavar="BEACON",
            help="What nobody knows yet: drand:CHAIN:ROUND, a later round of quicknet, default or "
            "another chain; or second-party:FILE, the promise that `promise` printed.",
        ),
    ],
    procedure: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help=f"{', '.join(KINDS)}; as the study file needs if left out.",
        ),
    ] = None,
    slots: Annotated[
        int | None,
        typer.Option(min=1, help="Places of each stratum, at least; default 1.2 x planned."),
    ] = None,
    block_sizes: Annotated[
        str, typer.Option(help="Sizes to draw from; default 2, 3 and 4 times the ratio's sum.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="Most that an arm of a big stick leads.")] = 3,
    probability: Annotated[
        str,
        typer.Option(
            metavar="N/M",
            help="Chance of the arms furthest behind; default 2/3 for a biased coin, 4/5 for "
            "minimisation.",
        ),
    ] = "",
    start: Annotated[int, typer.Option(min=1, help="Balls of each arm in a new urn.")] = 1,
    add: Annotated[int, typer.Option(min=0, help="Balls added of every other arm.")] = 1,
    measure: Annotated[str, typer.Option(help="Imbalance minimised: range or variance.")] = "range",
    custodians: Annotated[
        int, typer.Option(min=1, max=255, help="How many hold a share; any one can tell each arm.")
    ] = 1,
    threshold: Annotated[
        int, typer.Option(min=1, max=255, help="How many of them open secret and list as a whole.")
    ] = 1,
    scheme: Annotated[
        str | None, typer.Option(help="Scheme of another drand chain, from its /info.")
    ] = None,
    public_key: Annotated[
        str | None, typer.Option(metavar="HEX", help="Public key of another drand chain.")
    ] = None,
    passphrase_file: given.PassphraseFiles = None,
    rehearsal_seed: given.Seed = None,
    by: given.By = "custodian",
) -> None:
    """Draw a secret, keep it in DIR in shares, and promise it to the ledger, before the beacon."""
    sizes = given.whole_numbers(block_sizes, hint="--block-sizes")
    coin = _fraction(probability)
    imbalance = _measure(measure)
    at = given.now()
    with told(), Home.open(home) as trial_home:
        study = situation(trial_home).study
        kind = procedure or kind_for(study)
        _refuse_idle(context, kind)
        promised = promised_beacon(
            beacon,
            study_digest=study.digest,
            now=at if rehearsal_seed is None else None,
            scheme=scheme,
            public_key=public_key,
        )
        chosen = procedure_of(
            study,
            kind=kind,
            slots=slots,
            sizes=sizes,
            limit=limit,
            probability=coin,
            measure=imbalance,
            start=start,
            add=add,
        )
        wish = committing.Wish(chosen, custodians, threshold, rehearsal_seed)
        drawn = committing.draft(trial_home, custodian, wish, promised, actor=acting(by), now=at)
        passphrases = given.new_passphrases(passphrase_file, custodians)
        committed = committing.keep(trial_home, custodian, drawn, passphrases)
    for line in _after_commit(committed, home, custodian, wish):
        typer.echo(line)


def make(
    home: given.HomeFolder,
    custodian: given.Custodian,
    beacon: Annotated[
        str,
        typer.Option(
            metavar="FILE|JSON",
            help="What came of the beacon: the round as drand published it, or the file that the "
            "second party kept.",
        ),
    ],
    passphrase_file: given.PassphraseFiles = None,
    by: given.By = "custodian",
) -> None:
    """Make the list of secret and beacon, keep it in DIR, and seal it in the ledger."""
    with told(), Home.open(home) as trial_home:
        standing = situation(trial_home)
        needed = custodians_needed(standing, custodian)
        several = shares_of(standing, custodian).of.custodians > 1
        text = given_text(beacon)
        passphrases = given.passphrases(passphrase_file, needed)
        sealed = making.make(
            trial_home, custodian, passphrases, text, actor=acting(by), now=given.now(),
            standing=standing,
        )  # fmt: skip
    for line in _after_make(sealed, custodian, several=several):
        typer.echo(line)


def abort(
    home: given.HomeFolder, reason: given.PublishedReason, by: given.By = "custodian"
) -> None:
    """Give up the promised secret and its list, as long as nobody was randomised from it."""
    with told(), Home.open(home) as trial_home:
        list_id = committing.abort(trial_home, reason=reason, actor=acting(by), now=given.now())
    typer.echo(f"List {list_id} was given up. It stays listed in the ledger, with the reason.")
    typer.echo("Use none of its kits. Promise another with `cicatrix-sealed commit` and a new DIR.")


def _fraction(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    numerator, _, denominator = text.partition("/")
    try:
        return int(numerator), int(denominator)
    except ValueError as problem:
        raise typer.BadParameter(
            f"{text} is no fraction of whole numbers: write for example 2/3.",
            param_hint="--probability",
        ) from problem


def _measure(text: str) -> Measure:
    match text:
        case "range" | "variance":
            return text
    raise typer.BadParameter(
        f"{text} is no measure: write range or variance.", param_hint="--measure"
    )


def _refuse_idle(context: typer.Context, kind: str) -> None:
    """Refuse an option that the chosen procedure would not use; silence would be taken for use."""
    for name, kinds in _FOR.items():
        source = context.get_parameter_source(name)
        if kind in KINDS and kind not in kinds and source and source.name == "COMMANDLINE":
            option = f"--{name.replace('_', '-')}"
            raise typer.BadParameter(
                f"{kind} does not use it: leave it out, or choose --procedure "
                f"{' or '.join(kinds)}.",
                param_hint=option,
            )


def _after_commit(
    committed: SecretCommitted, home: Path, custodian: Path, wish: committing.Wish
) -> Iterator[str]:
    yield f"Promised list {committed.list_id} to the ledger; its secret is kept in {custodian}."
    yield f"Commitment: {committed.commitment}"
    until, then = _waits_for(committed.beacon)
    yield f"1. Publish the commitment where its date is witnessed, {until}."
    yield (
        f"2. Copy {custodian} to a second safe place, apart from the passphrase: without either, "
        "nothing can be opened."
        if wish.custodians == 1
        else f"2. Give each custodian her own share-N.json to keep apart from {custodian}; with "
        f"any {wish.threshold} of the {wish.custodians}, put back into it, the list is made, "
        "checked and opened as a whole. Any one of them can tell arms, one by one: share the "
        "duty only with people who may know them."
    )
    yield f"3. {then}: cicatrix-sealed make {home} --custodian {custodian} --beacon FILE"
    if wish.rehearsal_seed is not None:
        yield _ANYONE


_ANYONE = (
    "For a rehearsal only: anyone who knows the seed can make this list; never use it in a real "
    "trial."
)


def _waits_for(beacon: Promised) -> tuple[str, str]:
    """Say until when the promise must be published, and what to do it with then."""
    if beacon["kind"] == "second_party":
        name = beacon["name"]
        return f"before {name} reveals her file", f"Then ask {name} for her file, and make the list"
    number = int(beacon["round"])
    short, chain = next(
        ((short, chain) for short, chain in KNOWN.items() if chain.hash == beacon["chain"]),
        (str(beacon["chain"])[:8], None),
    )
    published = None if chain is None else chain.published(number)
    time = "" if published is None else f", at {published:%Y-%m-%d %H:%M:%S} UTC"
    return (
        f"before round {number} of drand's chain {short} is published{time}",
        f"Then save that round as its relays publish it (/public/{number}), and make the list",
    )


def _after_make(sealed: ListSealed, custodian: Path, *, several: bool) -> Iterator[str]:
    count = len(sealed.slots)
    yield (
        f"Sealed list {sealed.list_id} with {count} number{'s' * (count != 1)}; it is kept in "
        f"{custodian}."
    )
    yield f"Root of the list: {sealed.commitment}"
    yield f"1. {PUBLIC} may be published. It names no arm."
    if sealed.factors:
        yield (
            f"2. `cicatrix-sealed answer` gives the numbers and writes into {PACKING} what to "
            "fill: for whoever fills the tubes, and nobody else."
        )
    else:
        yield f"2. {PACKING} says what every tube holds: for whoever fills them, and nobody else."
    yield (
        f"3. Take {custodian / PACKING} away once the kits are packed: while it lies there, "
        "whoever has the folder knows every arm without any passphrase."
    )
    yield (
        "4. "
        + (f"Give each custodian her share and a copy of {EMERGENCY}. " if several else "")
        + f"Keep a copy of {custodian} in a second safe place, apart from "
        f"{'other shares and ' if several else ''}the passphrases: without {EMERGENCY} no code "
        "can be broken, without shares no list opened."
    )
    if sealed.rehearsal:
        yield _ANYONE
