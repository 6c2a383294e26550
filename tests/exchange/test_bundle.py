"""The bundle is the ledger's own lines and what was promised: no arm without the opened list."""

import json
import subprocess
import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest

import plain_custodian
from cicatrix.exchange.bundle import write_bundle
from cicatrix.trial.actions.abort_list import abort_list
from cicatrix.trial.actions.found import found
from cicatrix.trial.allocation import DrawnSlot
from cicatrix.trial.commitment import DRAW_BYTES
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import (
    Fact,
    ParticipantScreened,
    RandomisationRequested,
    Randomised,
    TrialLocked,
)
from cicatrix.trial.ledger import Line, read, seal
from cicatrix.trial.roles import Actor
from cicatrix.trial.trial import Trial, fold

NOW = datetime(2022, 12, 19, 9, 0, tzinfo=UTC)
ADA, CUSTODIAN = Actor("ada", "administrator"), Actor("custodian", "pharmacist")
VERIFIER = Path(__file__).parents[2] / "verifier/verify.py"


@dataclass
class Told:
    """A trial and the lines that tell it."""

    trial: Trial = field(default_factory=Trial)
    lines: list[Line] = field(default_factory=list)

    def record(self, facts: list[Fact], actor: Actor = ADA, now: datetime = NOW) -> None:
        salts = Random(len(self.lines)).randbytes
        lines = seal(self.trial.head, facts, actor=actor, now=now, entropy=salts)
        self.lines.extend(lines)
        fold([read(line) for line in lines], self.trial)

    def bundle(self, opened=None, checkpoint=None) -> dict:
        text = write_bundle(self.trial, self.lines, opened=opened, checkpoint=checkpoint)
        return json.loads(text)


@pytest.fixture
def allocated(reference):
    return plain_custodian.draw(reference, seed=3, per_stratum=12)


@pytest.fixture
def told(reference):
    told = Told()
    people = (ADA, CUSTODIAN)
    told.record(found(reference, told.trial, ADA, now=NOW, checkpoint_key="k", people=people))
    return told


@pytest.fixture
def sealed(told, reference, allocated):
    plain_custodian.seal(
        reference, told.trial, told.record, allocated.public, actor=CUSTODIAN, now=NOW,
        rehearsal=False,
    )  # fmt: skip
    return told


def randomise(told: Told, *numbers: str) -> None:
    day = date(2023, 1, 1)
    for number in numbers:
        screened = ParticipantScreened(participant=f"P{number}", site="foshan", on=day)
        given = Randomised(participant=f"P{number}", stratum="all", number=number, on=day)
        told.record([screened, given])


def verified(bundle: dict, folder: Path) -> dict:
    path = folder / "bundle.json"
    path.write_text(json.dumps(bundle), "utf-8")
    command = [sys.executable, "-I", "-S", VERIFIER, path, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stdout)


@pytest.mark.parametrize("given", [0, 1, 2, 5])
def test_before_the_opening_a_bundle_holds_and_says_nothing_of_the_arms(
    sealed, allocated, given, tmp_path
):
    randomise(sealed, *(slot.number for slot in allocated.public[:given]))
    bundle = sealed.bundle()
    assert (bundle["opening"], bundle["beacon"]) == (None, None)
    answer = verified(bundle, tmp_path)
    assert answer["exit"] == 0, answer["verdict"]
    assert "nothing is known of the arms" in answer["verdict"]
    assert bundle["slots"] == [slot.model_dump(mode="json") for slot in allocated.public]


def test_what_the_proof_can_do_without_is_withheld(sealed, allocated, tmp_path):
    randomise(sealed, allocated.public[0].number)
    why = {"P1:visit:month_1": "her mother is ill"}
    sealed.record([TrialLocked(entries=1, participants=1, accepted=why)])
    bundle = sealed.bundle()
    assert verified(bundle, tmp_path)["exit"] == 0
    assert "her mother is ill" not in json.dumps(bundle)
    told = [line["text"] for line in bundle["ledger"] if "\n" in line["text"]]
    shown = {json.loads(text.split("\n")[0])["fact"] for text in told}
    assert shown == {"TrialFounded", "SecretCommitted", "ListSealed", "Randomised"}


def test_a_bundle_is_the_same_whatever_the_list_is_but_for_what_hides_it(
    reference, told, allocated
):
    made = []
    for seed in (3, 4):
        one = Told()
        one.record([read(line).fact for line in told.lines])
        drawn = plain_custodian.draw(reference, seed=seed, per_stratum=12)
        assert (drawn.arms == allocated.arms) is (seed == 3)
        plain_custodian.seal(
            reference, one.trial, one.record, drawn.veiled, actor=CUSTODIAN, now=NOW
        )
        randomise(one, *(slot.number for slot in drawn.public[:5]))
        made.append(write_bundle(one.trial, one.lines, opened=None, checkpoint=None))
    assert made[0] == made[1]


def test_only_what_is_about_the_list_is_disclosed(sealed, allocated):
    randomise(sealed, allocated.public[0].number)
    shown = {}
    for line, kept in zip(sealed.bundle()["ledger"], sealed.lines, strict=True):
        kind = type(read(kept).fact).__name__
        assert line["text"].partition("\n")[0] == kept.text.partition("\n")[0]
        assert line["hash"] == kept.hash
        shown.setdefault(kind, set()).add("\n" in line["text"])
    assert {kind for kind, disclosed in shown.items() if disclosed == {True}} == {
        "TrialFounded", "SecretCommitted", "ListSealed", "Randomised",
    }  # fmt: skip
    assert shown["RoleGranted"] == shown["ParticipantScreened"] == {False}


def test_an_opened_list_comes_with_all_that_it_was_drawn_from(sealed, allocated):
    bundle = sealed.bundle(opened=allocated.opened, checkpoint="a checkpoint")
    assert bundle["checkpoint"] == "a checkpoint"
    assert bundle["beacon"] == allocated.opened.beacon
    assert bundle["opening"].keys() == {"secret", "nonce", "procedure", "slots"}
    opened = {slot["number"]: slot["arm"] for slot in bundle["opening"]["slots"]}
    assert opened == allocated.arms
    assert list(opened) == [slot["number"] for slot in bundle["slots"]]


def test_an_opened_minimised_list_comes_with_its_draws_and_the_requests(sealed, allocated):
    first = replace(allocated.opened.slots[0], draw="1" * 2 * DRAW_BYTES, levels=("here",))
    drawn = DrawnSlot("A099", "all", ("K99",), draw="0" * 2 * DRAW_BYTES, nonce="0" * 64)
    day = date(2022, 12, 19)
    screened = ParticipantScreened(participant="P9", site="foshan", on=day)
    asked = RandomisationRequested(participant="P9", levels={"site": "foshan"}, on=day)
    sealed.record([screened, asked])
    bundle = sealed.bundle(opened=replace(allocated.opened, slots=(first,), unused=(drawn,)))
    assert bundle["opening"]["slots"] == [
        {"number": first.number, "arm": first.arm, "block": 1, "nonce": first.nonce,
         "draw": first.draw},
        {"number": "A099", "arm": None, "block": 1, "nonce": "0" * 64, "draw": "0" * 32},
    ]  # fmt: skip
    assert "\n" in bundle["ledger"][-1]["text"]
    assert "\n" not in sealed.bundle()["ledger"][-1]["text"]


def test_without_a_sealed_list_there_is_no_bundle(told, sealed, reference):
    nothing = Told()
    nothing.record([read(told.lines[0]).fact])
    aborted = abort_list(
        reference, sealed.trial, CUSTODIAN, now=NOW, list_id="plain", reason="A site is missing."
    )
    sealed.record(aborted, CUSTODIAN)
    for trial in (nothing, sealed):
        with pytest.raises(Refused, match="No list is sealed in this trial"):
            trial.bundle()


def test_a_list_that_was_given_up_stays_named(sealed, reference, allocated, tmp_path):
    reason = "A site is missing."
    aborted = abort_list(
        reference, sealed.trial, CUSTODIAN, now=NOW, list_id="plain", reason=reason
    )
    sealed.record(aborted, CUSTODIAN)
    second = plain_custodian.draw(reference, seed=9, per_stratum=12)
    slots = [
        slot.model_copy(
            update={"number": f"Z{slot.number}", "kits": tuple(f"Z{kit}" for kit in slot.kits)}
        )
        for slot in second.public
    ]
    plain_custodian.seal(
        reference, sealed.trial, sealed.record, slots, actor=CUSTODIAN, now=NOW,
        list_id="second",
    )  # fmt: skip
    answer = verified(sealed.bundle(), tmp_path)
    assert answer["exit"] == 0, answer["verdict"]
    said = " ".join(one["sentence"] for one in answer["findings"])
    assert "list 'plain' was given up" in said
    assert "No other list" not in said
