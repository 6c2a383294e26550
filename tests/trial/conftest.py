"""A tiny trial to act in: a stage records an act's facts through the ledger and folds them.

The clock stands where a test puts it. Every refusal is checked to leave the trial as it was.
"""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

import plain_custodian
from cicatrix.trial.actions.abort_list import abort_list
from cicatrix.trial.actions.break_code import break_code
from cicatrix.trial.actions.comments import comment
from cicatrix.trial.actions.commit_secret import commit_secret
from cicatrix.trial.actions.contacts import try_contact
from cicatrix.trial.actions.departures import record_deviation, withdraw
from cicatrix.trial.actions.eligibility import sign_eligibility
from cicatrix.trial.actions.forms import save_form, sign_form
from cicatrix.trial.actions.found import amend, found, start_rehearsal
from cicatrix.trial.actions.lock import lock, outstanding
from cicatrix.trial.actions.open_allocation import open_allocation
from cicatrix.trial.actions.people import change_recruitment, grant_role, revoke_role
from cicatrix.trial.actions.photographs import take_photograph
from cicatrix.trial.actions.queries import answer_query, close_query
from cicatrix.trial.actions.randomisation import randomise
from cicatrix.trial.actions.ratings import record_rating, sign_rating
from cicatrix.trial.actions.release_allocation import release_allocation
from cicatrix.trial.actions.request_randomisation import request_randomisation
from cicatrix.trial.actions.returns import destroy_kits, return_kit, witness_destruction
from cicatrix.trial.actions.screening import screen, sign_consent, withdraw_release
from cicatrix.trial.actions.seal_list import seal_list
from cicatrix.trial.actions.storage import (
    condemn_quarantine,
    quarantine_kits,
    read_temperature,
    release_quarantine,
)
from cicatrix.trial.actions.supply import (
    apply_tube,
    discard_tube,
    dispense_kit,
    miss_dose,
    receive_kits,
)
from cicatrix.trial.actions.training import complete_training
from cicatrix.trial.actions.verification import verify_source
from cicatrix.trial.actions.visits import attend_visit, miss_visit
from cicatrix.trial.commitment import root_of
from cicatrix.trial.errors import CicatrixError, NotPermitted, Refused
from cicatrix.trial.facts import Fact, SealedSlot
from cicatrix.trial.ledger import Entry, Line, read, seal, verify
from cicatrix.trial.participant import FormKey, Participant, RatingKey
from cicatrix.trial.reading import read_study
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial, fold

TINY = Path(__file__).parents[1] / "studies/tiny.yaml"
HERE = "  - {id: here, name: {en: Here}, city: Here, country: China, timezone: Asia/Shanghai"
ELSEWHERE = HERE.replace("id: here", "id: there") + ", planned: 0}\n"
RANGE = "storage: {minimum_celsius: 2, maximum_celsius: 8, maximum_excursion_hours: 5}"
KEPT = ("treatment:\n  unit: mg\n", f"treatment:\n  unit: mg\n  {RANGE}\n  shelf_life: P1Y\n")
SKIN = "          - {id: skin, label: {en: Skin}, type: choice, code_list: level}\n"
MINIMISED = (
    ("strata: []", "minimise: [{factor: site}, {factor: skin, weight: 2}]"),
    ("label: {en: Keloid}, type: boolean}\n", "label: {en: Keloid}, type: boolean}\n" + SKIN),
    ("method: linear_trend_exact_in_blocks", "method: difference_from_reference, "
     "reference_arm: placebo"),
    ('keloid: {shares: {"true": 0.1, "false": 0.9}}',
     'keloid: {shares: {"true": 0.1, "false": 0.9}}\n    skin: {shares: {"0": 0.6, "1": 0.4}}'),
)  # fmt: skip
MORNING = datetime(2024, 2, 5, 1, 0, tzinfo=UTC)

SLOTS = tuple(
    SealedSlot(number=f"{n:03d}", stratum="all", kits=(f"K{n}A", f"K{n}B"), commitment=f"{n:064x}")
    for n in range(1, 5)
)


@dataclass
class Stage:
    """A trial, the lines that it came from, its people and the time."""

    study: Study
    trial: Trial = field(default_factory=Trial)
    lines: list[Line] = field(default_factory=list)
    now: datetime = MORNING

    ada = Actor("ada", "administrator")
    ana = Actor("ana", "investigator", "here")
    cora = Actor("cora", "coordinator", "here")
    nina = Actor("nina", "care_provider", "here")
    ben = Actor("ben", "rater", "here")
    bo = Actor("bo", "rater", "here")
    bea = Actor("bea", "rater", "here")
    chen = Actor("chen", "monitor")
    dan = Actor("dan", "data_manager")
    dora = Actor("dora", "statistician")
    paul = Actor("paul", "pharmacist")
    sue = Actor("sue", "sponsor")
    alma = Actor("alma", "auditor")
    one = Actor("HERE-001", "participant", "here")
    eve = Actor("eve", "investigator", "there")
    eva = Actor("eve", "coordinator", "there")
    evelyn = Actor("eve", "care_provider", "there")
    evita = Actor("eve", "rater", "there")
    people = (
        ada, ana, cora, nina, ben, bo, bea, chen, dan, dora, paul, sue, alma, one,
        eve, eva, evelyn, evita,
    )  # fmt: skip

    def do(self, act: Callable[..., list[Fact]], actor: Actor, **how: object) -> list[Fact]:
        """Act, record the facts after the head, and carry the trial on by them."""
        facts = act(self.study, self.trial, actor, now=self.now, **how)
        self.record(actor, *facts)
        return facts

    def record(self, actor: Actor, *facts: Fact) -> None:
        head = self.trial.head
        entropy = Random(head.seq).randbytes
        lines = seal(head, facts, actor=actor, now=self.now, entropy=entropy)
        verify(lines, start=head)
        self.lines += lines
        fold([read(line) for line in lines], self.trial)

    def refused(self, act: Callable[..., list[Fact]], actor: Actor, **how: object) -> str:
        """Give the rule by which an act is refused, or the name of another error."""
        before = copy.deepcopy(self.trial)
        with pytest.raises(CicatrixError) as refusal:
            act(self.study, self.trial, actor, now=self.now, **how)
        assert self.trial == before
        assert str(refusal.value).endswith(".")
        assert not any(arm.id in str(refusal.value).split() for arm in self.study.arms)
        return refusal.value.rule if isinstance(refusal.value, Refused) else "not permitted"

    def denied(self, act: Callable[..., list[Fact]], *actors: Actor, **how: object) -> None:
        """Check that none of the actors may do it."""
        for actor in actors:
            before = copy.deepcopy(self.trial)
            with pytest.raises(NotPermitted):
                act(self.study, self.trial, actor, now=self.now, **how)
            assert self.trial == before

    @property
    def entries(self) -> list[Entry]:
        return [read(line) for line in self.lines]

    @property
    def woman(self) -> Participant:
        return self.trial.participants["HERE-001"]

    def go(self, *, days: int) -> date:
        """Let days pass and give the date at the site."""
        self.now += timedelta(days=days)
        return self.now.date()

    def amended(self, *edits: tuple[str, str], version: str = "2") -> Study:
        """Make another version of the study file by editing its text."""
        return study_from(('version: "1"\n', f'version: "{version}"\n'), *edits)

    def founded(self) -> "Stage":
        self.do(found, self.ada, checkpoint_key="key", people=self.people)
        return self

    def recruiting(self) -> "Stage":
        self.founded()
        self.sealed(*SLOTS)
        self.do(change_recruitment, self.sue, status="RECRUITING")
        return self

    def promised(self, list_id: str = "L") -> "Stage":
        beacon = {**plain_custodian.PROMISED, "commitment": f"{len(self.trial.beacons):064x}"}
        how = {"commitment": "5e" * 32, "beacon": beacon}
        self.do(commit_secret, self.paul, list_id=list_id, **how)
        return self

    def sealed(self, *slots: SealedSlot, rehearsal: bool = False) -> "Stage":
        self.promised()
        self.do(
            seal_list, self.paul, list_id="L", commitment=root_of(slots), slots=slots,
            rehearsal=rehearsal,
        )  # fmt: skip
        return self

    def screened(self, *, site: str = "here") -> str:
        who = self.cora if site == "here" else self.eva
        (fact,) = self.do(screen, who, site=site)
        return fact.participant

    def consented(self, *, site: str = "here") -> str:
        who = self.cora if site == "here" else self.eva
        name = self.screened(site=site)
        self.do(
            sign_consent, who, participant=name, consent_version="1", language="en",
            releases=("photographic",),
        )  # fmt: skip
        return name

    def answered(self, *, site: str = "here", age: int = 30) -> str:
        who = self.cora if site == "here" else self.eva
        name = self.consented(site=site)
        self.do(attend_visit, who, participant=name, visit="screening_visit")
        key = FormKey("eligibility", "screening_visit")
        self.do(save_form, who, participant=name, key=key, values={"age": age, "keloid": False})
        return name

    def eligible(self, *, site: str = "here", skin: int = 0) -> str:
        """Let a woman of the minimised study get as far as a signed eligibility."""
        name = self.answered(site=site)
        key = FormKey("eligibility", "screening_visit")
        who, doctor = (self.cora, self.ana) if site == "here" else (self.eva, self.eve)
        self.do(save_form, who, participant=name, key=key, values={"skin": skin})
        self.do(sign_eligibility, doctor, participant=name)
        return name

    def asked(self, *, site: str = "here", skin: int = 0) -> str:
        name = self.eligible(site=site, skin=skin)
        who = self.cora if site == "here" else self.eva
        self.do(request_randomisation, who, participant=name)
        return name

    def randomised(self, *, site: str = "here") -> str:
        name = self.answered(site=site)
        who = self.ana if site == "here" else self.eve
        self.do(sign_eligibility, who, participant=name)
        self.do(randomise, who, participant=name)
        return name

    def dispensed(self, *, site: str = "here") -> str:
        name = self.randomised(site=site)
        number = self.trial.participants[name].number
        kit = next(slot.kits[0] for slot in SLOTS if slot.number == number)
        self.do(receive_kits, self.paul, site=site, kits=(kit,))
        self.do(dispense_kit, self.paul, participant=name, kit=kit)
        return name

    def dosed(self, *, site: str = "here") -> str:
        name = self.dispensed(site=site)
        who = self.nina if site == "here" else self.evelyn
        (kit,) = self.trial.participants[name].kits
        for day in self.study.dosing_days:
            self.do(apply_tube, who, participant=name, kit=kit, tube=day, day=day)
            self.go(days=1)
        return name

    def came(self, visit: str = "month_1", *, site: str = "here", days: int = 30) -> str:
        name = self.dosed(site=site)
        self.go(days=days)
        who = self.cora if site == "here" else self.eva
        self.do(attend_visit, who, participant=name, visit=visit)
        return name

    def rate(self, rater: Actor, colour: int, height: int = 1, *, sign: bool = True) -> RatingKey:
        """Let a rater score the first woman's scar at one month."""
        key = RatingKey("month_1", "score", "scar")
        self.do(
            record_rating, rater, participant="HERE-001", key=key,
            values={"colour": colour, "height": height}, conditions=("supine",),
        )  # fmt: skip
        if sign:
            self.do(sign_rating, rater, participant="HERE-001", key=key)
        return key

    def played(self) -> "Stage":
        """Let everything happen that can happen in a trial, at two sites, up to the opening."""
        self.founded()
        self.do(start_rehearsal, self.ada, seed=1, participants=3)
        self.do(complete_training, self.ana)
        self.promised("given up")
        self.do(abort_list, self.paul, list_id="given up", reason="Its share was lost")
        self.sealed(*SLOTS, rehearsal=True)
        self.do(change_recruitment, self.sue, status="RECRUITING")
        self.do(grant_role, self.ada, user="zoe", role="monitor")
        self.do(revoke_role, self.ada, user="zoe", role="monitor", reason="She left")
        self.came()
        her = {"participant": "HERE-001"}
        diary = {**her, "key": FormKey("diary", "month_1")}
        self.do(save_form, self.one, **diary, values={"itch": True, "itch_hours": 13})
        self.do(answer_query, self.cora, **her, query="Q0001", text="She says so")
        self.do(close_query, self.dan, **her, query="Q0001", reason="Confirmed")
        self.do(sign_form, self.ana, **diary)
        self._looked_at(diary)
        self.do(save_form, self.cora, **diary, values={"itch": False}, reason="Asked again")
        self.rate(self.ben, 1)
        self.rate(self.bo, 2)
        self.rate(self.bea, 2)
        self.do(try_contact, self.ana, **her, visit="month_6", reached=False, text="No answer")
        self.do(miss_visit, self.ana, **her, visit="month_6", reason="She moved")
        self._clear()
        self._leave(self.dispensed(site="there"))
        self.study = self.amended()
        self.do(amend, self.sue, reason="A new text")
        self.do(break_code, self.paul, number="002", reason="A fever", told="eve")
        self.do(release_allocation, self.paul, number="001", role="pharmacist", told="paul")
        self.do(change_recruitment, self.sue, status="TERMINATED", reason="The funds ended")
        left = outstanding(self.study, self.trial, now=self.now)
        self.do(lock, self.dan, accepted={one.id: "It cannot be obtained" for one in left})
        self.do(open_allocation, self.paul, list_id="L", mapping_digest="d", reason="Locked")
        return self

    def _looked_at(self, diary: Mapping[str, Any]) -> None:
        """Let the filled diary be commented on and verified, and the scar photographed."""
        self.do(comment, self.nina, **diary, item="itch", text="She was tired")
        self.do(verify_source, self.chen, **diary, items=("itch", "itch_hours"))
        file = {"digest": "ab" * 32, "media_type": "image/png"}
        self.do(take_photograph, self.one, participant="HERE-001", region="scar", **file)

    def _clear(self) -> None:
        """Keep kits, put them in quarantine twice, and see them destroyed."""
        here = {"site": "here"}
        self.do(receive_kits, self.paul, **here, kits=("K3A", "K3B"))
        self.do(read_temperature, self.cora, **here, lowest_celsius=3.0, highest_celsius=7.5)
        for decide in (release_quarantine, condemn_quarantine):
            name = f"HERE-Q00{len(self.trial.stock.quarantines) + 1}"
            self.do(quarantine_kits, self.chen, **here, kits=("K3A", "K3B"), reason="A smell")
            self.do(decide, self.sue, quarantine=name, reason="The maker was asked")
        back = {**here, "kit": "K1A", "tubes": (), "returned_by": "site"}
        self.do(return_kit, self.nina, **back)
        self.do(destroy_kits, self.paul, **here, kits=("K1A", "K3A", "K3B"))
        self.do(witness_destruction, self.chen, destruction="HERE-D001")

    def _leave(self, name: str) -> None:
        who = {"participant": name}
        (kit,) = self.trial.participants[name].kits
        self.do(discard_tube, self.evelyn, **who, kit=kit, tube=1, reason="It fell")
        self.do(miss_dose, self.evelyn, **who, day=1, reason="It fell")
        self.do(record_deviation, self.eve, **who, category="other", text="No spare kit")
        self.do(withdraw_release, self.eve, **who, release="photographic", reason="Shy")
        self.do(withdraw, self.eve, **who, scope="all", reason="Moved", by="participant")


def study_from(*edits: tuple[str, str]) -> Study:
    text = TINY.read_text("utf-8").replace(HERE, ELSEWHERE + HERE)
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return read_study(text, file=TINY.name)


@pytest.fixture(scope="session")
def tiny() -> Study:
    """The tiny study with a second site."""
    return study_from()


@pytest.fixture(scope="session")
def story(tiny: Study) -> tuple[Entry, ...]:
    """The entries of a whole trial in which every kind of thing happened."""
    return tuple(Stage(tiny).played().entries)


@pytest.fixture
def stage(tiny: Study) -> Stage:
    """A stage on which nothing has happened."""
    return Stage(tiny)


@pytest.fixture
def recruiting(stage: Stage) -> Stage:
    """A stage whose list is sealed and whose recruitment is open."""
    return stage.recruiting()


@pytest.fixture
def minimised() -> Stage:
    """A stage like `recruiting` whose study is minimised by site and skin."""
    return Stage(study_from(*MINIMISED)).recruiting()


@pytest.fixture
def diarist() -> Stage:
    """A stage on which the first woman came, and raters and she may fill and sign the diary."""
    by = "    filled_by: [coordinator, participant]\n    signed_by: investigator\n"
    wider = by.replace("participant]", "participant, rater]").replace("investigator", "participant")
    stage = Stage(study_from((by, wider))).recruiting()
    stage.came()
    return stage


@pytest.fixture
def kept() -> Stage:
    """A stage like `recruiting` whose study says how and how long kits keep."""
    return Stage(study_from(KEPT)).recruiting()
