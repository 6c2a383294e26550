"""How long a sealed list takes to make, check, open and break, and how that grows; a program.

One list in permuted blocks of each size, made in a trial home as a custodian makes it, is checked
by her own program, opened, and its bundle checked by the stand-alone verifier. Seconds are those
on the wall, which a busy machine lengthens; what is said of each slot, and growth (the time per
slot against the size before: 1.00 is linear), is the processor's. Beside it stands a plain loop of
SHA-256, one hash of 64 octets for each slot. Nothing here is asserted; tests hold no times. It
stops by itself: no further size is begun once an act took longer than a minute.

    python benchmarks/sealed.py [LARGEST]      LARGEST is 100000 unless given
"""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeVar

from cicatrix.exchange.bundle import write_bundle
from cicatrix.store.home import Home
from cicatrix.trial.allocation import OpenedList
from cicatrix.trial.facts import (
    Fact,
    ParticipantScreened,
    Randomised,
    RoleGranted,
    TrialFounded,
    TrialLocked,
)
from cicatrix.trial.ledger import read
from cicatrix.trial.reading import read_study
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import fold
from cicatrix_sealed.beacon import draw_promise, promised_beacon, written
from cicatrix_sealed.committing import Wish, draft, keep
from cicatrix_sealed.custody import list_of, situation
from cicatrix_sealed.disclosure import CodeBreak, break_one, open_all
from cicatrix_sealed.making import make
from cicatrix_sealed.procedures.planned import procedure_of
from cicatrix_sealed.verification import verify

ROOT = Path(__file__).parents[1]
STUDY = ROOT / "studies/NCT04034615.yaml"
VERIFIER = ROOT / "verifier/verify.py"
SIZES = (1_000, 10_000, 100_000)
MOST_SECONDS = 60
NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ADA = Actor("ada", "administrator")
DORA = Actor("dora", "pharmacist")
PASSPHRASES = ("nine scars, healed early",)
_Result = TypeVar("_Result")


class Seconds(NamedTuple):
    """What an act took, by the clock on the wall and by the processor's, children's included."""

    wall: float
    processor: float


def timed(act: Callable[[], _Result]) -> tuple[Seconds, _Result]:
    """Call `act` once."""
    wall, processor = time.perf_counter(), processor_s()
    result = act()
    return Seconds(time.perf_counter() - wall, processor_s() - processor), result


def processor_s() -> float:
    """Give the processor's time of this process and of its children that ended."""
    own, ended = (
        resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def founded(place: Path) -> tuple[Home, Study]:
    """Found a trial with its custodian in it."""
    text = STUDY.read_bytes()
    study = read_study(text, file=STUDY.name)
    home = Home.create(place / "home", study=text)
    record(
        home,
        TrialFounded(
            study_id=study.id,
            study_version=study.version,
            study_digest=study.digest,
            checkpoint_key=home.checkpoint_key,
        ),
        RoleGranted(user=DORA.user, role="pharmacist"),
    )
    return home, study


def record(home: Home, *facts: Fact) -> None:
    """Append facts as they are."""
    home.ledger.append(facts, home.ledger.head(), actor=ADA, now=NOW)


def promised(home: Home, study: Study, folder: Path, slots: int) -> str:
    """Promise a secret in `folder`; return what the second party will reveal."""
    chen = draw_promise(study.digest, "Chen", entropy=lambda size: bytes(range(size)))
    promise = folder.with_name("promise.json")
    promise.write_text(written(chen.promise()))
    beacon = promised_beacon(f"second-party:{promise}", study_digest=study.digest, now=NOW)
    wish = Wish(procedure_of(study, kind="permuted_blocks", slots=slots))
    drawn = draft(home, folder, wish, beacon, actor=DORA, now=NOW)
    keep(home, folder, drawn, PASSPHRASES)
    return written(chen)


def randomise_first(home: Home, study: Study) -> str:
    """Give the first number to a participant."""
    first = next(iter(list_of(situation(home)).slots.values()))[0]
    day, site = NOW.date(), study.sites[0].id
    record(
        home,
        ParticipantScreened(participant="P1", site=site, on=day),
        Randomised(participant="P1", stratum=first.stratum, number=first.number, on=day),
    )
    return first.number


def check(home: Home, folder: Path) -> None:
    """Check the list with the custodian's own program; stop if anything is wrong."""
    for one in verify(situation(home), folder, PASSPHRASES):
        if one.why is not None:
            raise SystemExit(f"Not so: {one.name}: {one.why}")


def check_alone(home: Home, opened: OpenedList, file: Path) -> Seconds:
    """Check the bundle with the verifier in a process of its own; stop if anything is wrong."""
    lines = tuple(home.ledger.since())
    trial = fold(map(read, lines))
    file.write_text(write_bundle(trial, lines, opened=opened, checkpoint=None), "utf-8")
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(file)]
    took, ended = timed(lambda: subprocess.run(command, capture_output=True, text=True))
    if ended.returncode:
        raise SystemExit(ended.stdout or ended.stderr)
    return took


def measure(place: Path, slots: int) -> dict[str, Seconds]:
    """Make one list and do with it all that is done with a list."""
    folder, found = place / "custodian", dict[str, Seconds]()
    home, study = founded(place)
    with home:
        given = promised(home, study, folder, slots)
        found["make"], sealed = timed(
            lambda: make(home, folder, PASSPHRASES, given, actor=DORA, now=NOW)
        )
        found["check"], _ = timed(lambda: check(home, folder))
        case = CodeBreak(randomise_first(home, study), "Swelling of the throat.", "ana")
        found["break"], _ = timed(
            lambda: break_one(home, folder, PASSPHRASES[0], case, actor=DORA, now=NOW)
        )
        # As the custodian's page does it, which keeps the trial at hand.
        standing = situation(home)
        found["page"], _ = timed(
            lambda: break_one(
                home, folder, PASSPHRASES[0], case, actor=DORA, now=NOW, standing=standing
            )
        )
        record(home, TrialLocked(entries=home.ledger.head().seq, participants=1, accepted={}))
        found["open"], opened = timed(
            lambda: open_all(
                home, folder, PASSPHRASES, place / "opened.json", reason="Locked.", actor=DORA,
                now=NOW,
            )
        )  # fmt: skip
        found["verifier"] = check_alone(home, opened, place / "bundle.json")
    found["sha256"], _ = timed(lambda: [sha256(bytes(64)).digest() for _ in sealed.slots])
    return found


def main(largest: int) -> None:
    """Print the table, a line for each size."""
    print("seconds on the wall; us: microseconds of the processor for each slot; growth of them")
    print("break: one code by the command; page: by the custodian's page, the trial at hand")
    print("make: draw, hide, write and seal; check: cicatrix-sealed verify; verifier: verify.py")
    print("   slots   make s  check s verifier s   open s  break s   page s sha256 s", end="  ")
    print("make us growth check us growth verifier us growth")
    before: dict[str, float] = {}
    for size in (size for size in SIZES if size <= largest):
        with TemporaryDirectory() as place:
            found = measure(Path(place), size)
        wall = {act: took.wall for act, took in found.items()}
        each = {act: found[act].processor / size * 1e6 for act in ("make", "check", "verifier")}
        growth = {act: f"{each[act] / before[act]:.2f}" if before else "" for act in each}
        print(
            f"{size:8} {wall['make']:8.2f} {wall['check']:8.2f} {wall['verifier']:10.2f} "
            f"{wall['open']:8.2f} {wall['break']:8.2f} {wall['page']:8.2f} {wall['sha256']:8.3f}  "
            + " ".join(
                f"{each[act]:{len(act) + 3}.0f} {growth[act]:>6}"
                for act in ("make", "check", "verifier")
            ),
            flush=True,
        )
        before = each
        if max(wall.values()) > MOST_SECONDS:
            print(f"An act took more than {MOST_SECONDS} s: no larger list is tried.")
            break


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else SIZES[-1])
