"""The commands run in this process, on homes whose list lies in plain sight."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

import plain_custodian
from cicatrix.cli.main import app
from cicatrix.store.desk import open_desk
from cicatrix.trial.actions.open_allocation import open_allocation
from cicatrix.trial.allocation import mapping_digest, write_opened

TINY = Path(__file__).parent / "studies/tiny.yaml"


@dataclass(frozen=True)
class Place:
    """A trial home and the custodian's things beside it."""

    home: Path
    packing: Path
    mapping: Path

    def open(self) -> None:
        """Open the allocation, as the custodian's program would."""
        with open_desk(self.home) as desk:
            actor, now = desk.who("pharmacist", None), desk.now()
            digest = mapping_digest(self.mapping.read_text())
            facts = open_allocation(
                desk.study, desk.trial, actor, now=now, list_id="plain", mapping_digest=digest,
                reason="planned analysis",
            )  # fmt: skip
            desk.record(facts, actor, now)


def run(*words: object) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(word) for word in words])


def seal(home: Path, folder: Path, *, seed: int = 3) -> Place:
    """Seal a list in plain sight, as the custodian's program would in secret."""
    folder.mkdir()
    place = Place(home, folder / "packing.csv", folder / "allocation.json")
    with open_desk(home) as desk:
        allocated = plain_custodian.draw(desk.study, seed=seed)
        actor, now = desk.who("pharmacist", None), desk.now()
        plain_custodian.seal(
            desk.study, desk.trial, desk.record, allocated.public, actor=actor, now=now
        )
    rows = [f"{kit},{tube},{content}" for (kit, tube), content in allocated.packing.items()]
    place.packing.write_text("\n".join(["kit,tube,content", *rows, ""]))
    place.mapping.write_text(write_opened(allocated.opened))
    return place


def copied(place: Place, folder: Path) -> Place:
    """Copy a home and the custodian's things, to change them."""
    shutil.copytree(place.home.parent, folder / "copy")
    return Place(
        folder / "copy/home", folder / "copy/custodian/packing.csv",
        folder / "copy/custodian/allocation.json",
    )  # fmt: skip
