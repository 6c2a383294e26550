"""A trial made of records, without acts: as many participants as a test wants."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import plain_custodian
from cicatrix.trial.allocation import AllocatedSlot, bare
from cicatrix.trial.commitment import root_of
from cicatrix.trial.ledger import Head
from cicatrix.trial.participant import (
    Consented,
    Eligibility,
    FormData,
    FormKey,
    Participant,
    Rating,
    RatingKey,
    Signature,
    TubeUse,
)
from cicatrix.trial.reading import read_study
from cicatrix.trial.schedule import due_dates
from cicatrix.trial.trial import SealedList, Trial

ROOT = Path(__file__).parents[2]
START = date(2024, 3, 4)
NONCE = "ab" * 32


def study_of(path):
    return read_study((ROOT / path).read_text("utf-8"), file=path)


@pytest.fixture(scope="session")
def tiny():
    return study_of("tests/studies/tiny.yaml")


@pytest.fixture(scope="session")
def reference():
    return study_of("studies/NCT04034615.yaml")


@pytest.fixture(scope="session")
def split():
    return study_of("studies/SPLIT-SCAR.yaml")


def signature(user, entry="e"):
    return Signature(user, "rater", datetime(2024, 1, 1, tzinfo=UTC), "mine", entry)


def rating(position, values, on, rater=None):
    rater = rater or ("Ben", "Bo", "Cid")[position - 1]
    return Rating(position, rater, dict(values), (), on, "1", "e", signature(rater))


class World:
    """A trial and its allocation, filled participant by participant."""

    def __init__(self, study, arms, *, block=None, stratum="all"):
        self.study, self.block = study, block or sum(study.allocation.ratio.values())
        self.slots = [
            AllocatedSlot(
                f"{k + 1:03d}", stratum, k // self.block + 1, arm, (f"K{k + 1:03d}",), NONCE
            )
            for k, arm in enumerate(arms)
        ]
        slots = [bare(slot) for slot in self.slots]
        self.trial = Trial(
            head=Head(7, "ab" * 32),
            at=datetime(2027, 6, 1, 12, tzinfo=UTC),
            study_id=study.id,
            study_version=study.version,
            versions={study.version: study.digest},
            recruitment="COMPLETED",
            list=SealedList(
                list_id="L1",
                commitment=root_of(slots),
                study_digest=study.digest,
                rehearsal=False,
                slots={stratum: slots},
                kits={s.kits[0]: s.number for s in self.slots},
            ),
        )  # fmt: skip

    @property
    def allocation(self):
        return plain_custodian.opened_list(self.study, self.slots, list_id="L1")

    @property
    def dummy(self):
        return replace(self.allocation, list_id="dummy", dummy=True)

    def screen(self, *, consent=True, eligible=None, unmet=(), releases=None):
        name = f"{self.study.sites[0].id.upper()}-{len(self.trial.participants) + 1:03d}"
        person = Participant(name, self.study.sites[0].id, START)
        if consent:
            person.consents.append(Consented("1", "en", START))
            asked = {one.id for one in self.study.consent.releases}
            person.releases = asked if releases is None else set(releases)
        if eligible is not None:
            person.eligibility = Eligibility(eligible, tuple(unmet), signature("Ana"))
        self.trial.participants[name] = person
        return person

    def enrol(self):
        """Randomise the next number, give her every tube on its day."""
        person = self.screen(eligible=True)
        slot = self.slots[len(self.trial.numbers)]
        person.number, person.stratum, person.randomised_on = slot.number, slot.stratum, START
        person.kits.append(slot.kits[0])
        self.trial.numbers[slot.number] = person.id
        for tube in self.study.treatment.tubes:
            on = START + timedelta(days=tube.day - 1)
            person.tubes.append(TubeUse(slot.kits[0], tube.number, tube.day, on, "nurse"))
        return person

    def attend(self, person, visit):
        due = due_dates(self.study, person.milestones())
        person.attended[visit] = due[visit].planned
        return person.attended[visit]

    def rate(self, person, visit, form, region, *ratings):
        """Record and sign ratings at a visit; two that differ call the third."""
        on = person.attended.get(visit) or self.attend(person, visit)
        key = RatingKey(visit, form, region)
        person.ratings[key] = [rating(k, one, on) for k, one in enumerate(ratings, start=1)]
        if len(ratings) > 1 and ratings[0] != ratings[1]:
            person.called[key] = on

    def log(self, person, form, **values):
        row = len(person.rows(form)) + 1
        person.forms[FormKey(form, None, row, None)] = FormData(self.study.version, dict(values))

    def fill(self, person, visit, form, region=None, **values):
        if visit not in person.attended:
            self.attend(person, visit)
        person.forms[FormKey(form, visit, 0, region)] = FormData(self.study.version, dict(values))


@pytest.fixture(scope="session")
def world():
    return World


@pytest.fixture(scope="session")
def scored():
    """Give a tiny world whose participants have these totals at six months (None: no visit)."""

    def make(study, arms, totals, **options):
        made = World(study, arms, **options)
        for total in totals:
            person = made.enrol()
            if total is None:
                person.missed["month_6"] = "moved away"
                continue
            one = {"colour": total // 2, "height": total - total // 2}
            made.rate(person, "month_6", "score", "scar", one, one)
        return made

    return make
