"""`cicatrix demo`: the reference trial from its study file to its report, with virtual people.

Everything runs through the same acts as a real trial, and the custodian's program in a process
and a folder of its own; the second party, whose randomness goes into the list, has one too. Seeds
replace chance and the clock, so that two demonstrations are equal to the byte; each is marked as a
rehearsal wherever it is shown. A second trial, `clinic`, is left in the middle of its life to
practise in; it has a seed of its own, so that nothing published of the first tells of its list.
"""

import json
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from cicatrix.analysis.findings import Findings
from cicatrix.analysis.report import screen, summary_of
from cicatrix.cli.analyse import analyse_home
from cicatrix.cli.create import FIRST_PEOPLE, found_home, person
from cicatrix.cli.export import bundle_of
from cicatrix.cli.files import file_bytes
from cicatrix.cli.rehearse import rehearse_home
from cicatrix.cli.words import counted, program, width, wrapped
from cicatrix.exchange.registry import registry_record, write_record
from cicatrix.store.desk import open_desk
from cicatrix.store.home import Home
from cicatrix.store.output import write_output
from cicatrix.trial.actions.lock import lock, outstanding
from cicatrix.trial.errors import Refused
from cicatrix.trial.reading import read_study
from cicatrix.trial.rehearsed import seeded_entropy
from cicatrix.trial.study import Study

_MARK = ".cicatrix-demo"
_PASSPHRASE = "a demonstration has no secret\n"
_SECOND_PARTY = "a virtual second party"
_ACCEPTED = "rehearsal: it was not obtained on the day and cannot be obtained now"


_SEEDS = 2**31
_CLINIC_SEED, _CLINIC_PACE, _CLINIC_DAYS = 59, 3, 109
"""For the clinic: what is added to the seed, how many times as fast as planned it recruits, after
how many days it is left. They were chosen for how much is going on at once, doses and follow-up
visits, with the reference trial and seed 1; any others do."""


def demo(
    folder: Annotated[Path, typer.Argument(help="A new folder, or an earlier demo.")] = Path(
        "demo"
    ),
    study: Annotated[Path, typer.Option(help="The study file.")] = Path("studies/NCT04034615.yaml"),
    participants: Annotated[int | None, typer.Option(min=0, help="As planned if left out.")] = None,
    seed: Annotated[
        int, typer.Option(min=0, max=_SEEDS - 1, help="The seed of nature, people and list.")
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print for a program.")] = False,
) -> None:
    """Run a whole trial, from study file to report.

    It creates a home, promises, commits and makes a list, rehearses, verifies, locks, opens,
    analyses, and exports the public bundle and the registry record. A second home, `clinic`, is
    left in the middle of its trial, to practise in.

    Example: cicatrix demo demo
    """
    if find_spec("cicatrix_sealed") is None:
        raise Refused("sealed", "The demo needs the custodian's program; install cicatrix-sealed.")
    plan = read_study(file_bytes(study), file=str(study))
    wanted = plan.allocation.planned if participants is None else participants
    _clear(folder)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        stage = _Stage(folder, seed, bar)
        stage.found(study)
        stage.seal()
        stage.rehearse(wanted)
        stage.verify()
        stage.lock()
        stage.open()
        findings = stage.analyse()
        stage.publish()
        clinic = _Stage(folder, (seed + _CLINIC_SEED) % _SEEDS, bar, home="clinic", apart="clinic-")
        clinic.found(study)
        clinic.seal()
        clinic.rehearse(plan.allocation.planned * _CLINIC_PACE, until=_clinic_day(plan))
    if as_json:
        told = {
            "summary": list(summary_of(findings)),
            "folder": str(folder),
            "clinic": str(clinic.home),
        }
        print(json.dumps(told))
        return
    print(f"\n{screen(findings, width())}")
    print(
        f"\nOpen {folder / 'results' / 'report.html'} (or report.pdf beside it).\n"
        "Check the allocation as any reader could, without Cicatrix:\n"
        f"  python3 -I -S verifier/verify.py {folder / 'bundle.json'}\n"
        f"Then change one byte of {folder / 'home' / 'trial.sqlite3'} and try:\n"
        f"  {program()} verify {folder / 'home'}\n"
        "Or practise in a trial that is in the middle of its life:\n"
        f"  {program()} serve {clinic.home}"
    )


def _clinic_day(study: Study) -> date:
    """Choose the day at whose noon the clinic is left."""
    if study.simulation is None:
        raise Refused("simulation", f"{study.id} has no simulation part to rehearse from.")
    return study.simulation.conduct.recruitment_start + timedelta(days=_CLINIC_DAYS)


class _Stage:
    """The folders and seed of one trial of a demonstration; each method is one step of its life."""

    def __init__(
        self, folder: Path, seed: int, bar: Progress, *, home: str = "home", apart: str = ""
    ) -> None:
        self.folder = folder
        self.home = folder / home
        self.custodian = folder / f"{apart}custodian"
        self.second_party = folder / f"{apart}second-party"
        self.seed = seed
        self.bar = bar

    def say(self, words: str) -> None:
        self.bar.console.print(wrapped(words), highlight=False, markup=False, soft_wrap=True)

    def found(self, study_file: Path) -> None:
        study = read_study(file_bytes(study_file), file=str(study_file))
        if study.simulation is None:
            raise Refused("simulation", f"{study_file} has no simulation part to rehearse from.")
        start = study.simulation.conduct.recruitment_start
        found_home(
            self.home,
            study_file,
            [person(text) for text in FIRST_PEOPLE],
            now=datetime.combine(start, time(0), UTC),
            entropy=seeded_entropy(f"demo/{self.seed}"),
        )
        self.say(f"founded {study.id} version {study.version} in {self.home}")

    def seal(self) -> None:
        passphrase = self.folder / "passphrase"
        passphrase.touch(mode=0o600)
        passphrase.write_text(_PASSPHRASE)
        self.second_party.mkdir()
        secret, promise = (self.second_party / name for name in ("secret.json", "promise.json"))
        seeded = ("--rehearsal-seed", str(self.seed))
        files = ("-o", str(secret), "--promise", str(promise))
        self._sealed("promise", "--name", _SECOND_PARTY, *files, *seeded)
        self._custodian("commit", "--beacon", f"second-party:{promise}", *seeded)
        self._custodian("make", "--beacon", str(secret))
        self.say(f"the custodian committed, drew and sealed the list in {self.custodian}")

    def rehearse(self, participants: int, *, until: date | None = None) -> None:
        task = self.bar.add_task("  rehearsing", total=None)
        done = rehearse_home(
            self.home,
            self.custodian / "packing.csv",
            participants=participants,
            seed=self.seed,
            until=until,
            progress=lambda now, total: self.bar.update(task, completed=now, total=total),
        )
        self.bar.remove_task(task)
        self.say(done.sentence())

    def verify(self) -> None:
        with Home.open(self.home) as home:
            self.say(f"verified {home.verify().seq} entries")

    def lock(self) -> None:
        with open_desk(self.home) as desk:
            now = desk.now()
            accepted = {one.id: _ACCEPTED for one in outstanding(desk.study, desk.trial, now=now)}
            actor = desk.who("data_manager", None)
            desk.record(lock(desk.study, desk.trial, actor, now=now, accepted=accepted), actor, now)
            desk.home.checkpoint(now=now)
        self.say(f"locked, {counted(len(accepted), 'thing')} accepted with a reason")

    def open(self) -> None:
        mapping = str(self.custodian / "allocation.json")
        self._custodian("open", "--reason", "planned analysis", "--output", mapping)
        self.say("the custodian opened the allocation")

    def analyse(self) -> Findings:
        task = self.bar.add_task("  analysing", total=None)
        findings = analyse_home(
            self.home, str(self.custodian / "allocation.json"), self.folder / "results"
        )
        self.bar.remove_task(task)
        self.say(f"analysed; the report is in {self.folder / 'results'}")
        return findings

    def publish(self) -> None:
        allocation = self.custodian / "allocation.json"
        with open_desk(self.home) as desk:
            record = write_record(registry_record(desk.study, desk.trial))
            bundle = bundle_of(desk, allocation)
        for name, text in (("registry.json", record), ("bundle.json", bundle)):
            write_output(self.folder / name, text.encode())
        self.say(f"wrote registry.json and the public bundle.json in {self.folder}")

    def _custodian(self, command: str, *options: str) -> None:
        secret = ("--passphrase-file", str(self.folder / "passphrase"))
        self._sealed(command, "--custodian", str(self.custodian), *secret, *options)

    def _sealed(self, command: str, *options: str) -> None:
        program = [sys.executable, "-m", "cicatrix_sealed.main", command, str(self.home)]
        done = subprocess.run([*program, *options], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Refused("custodian", done.stderr.strip() or "The custodian's program failed.")


def _clear(folder: Path) -> None:
    """Remove an earlier demonstration, and nothing else."""
    try:
        if folder.exists():
            if not folder.is_dir() or (any(folder.iterdir()) and not (folder / _MARK).exists()):
                raise Refused("folder", f"{folder} holds something else; name a new folder.")
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        (folder / _MARK).write_text("Made by `cicatrix demo`, which may remove this folder.\n")
    except OSError as problem:
        raise Refused(
            "folder", f"{folder} cannot be made ({problem.strerror}); name another folder."
        ) from problem
