"""True lists of the custodian's program, exported and checked by the stand-alone verifier.

Nothing is shared between the two but docs/reference/bundle.md: what is drawn here by one is drawn
anew there by the other.
"""

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cicatrix.cli.export import bundle_of
from cicatrix.store.desk import Desk
from cicatrix.store.home import Home
from cicatrix.trial.facts import ListSealed, ParticipantScreened, Randomised
from cicatrix.trial.ledger import read
from cicatrix.trial.reading import read_study
from cicatrix.trial.roles import Actor
from cicatrix.trial.trial import fold
from cicatrix_sealed import committing, making
from cicatrix_sealed.beacon import promised_beacon
from cicatrix_sealed.disclosure import open_all
from cicatrix_sealed.procedures.planned import KINDS, procedure_of

pytestmark = pytest.mark.slow

VERIFIER = Path(__file__).parents[2] / "verifier/verify.py"
CUSTODIAN = Actor("custodian", "pharmacist")
REASON = "planned analysis"
ROUND = {  # as the tests of drand have it
    "round": 123,
    "randomness": "fb8f7bc29bf24db51871ec8c79f3a1e4bd0557bc0dfcee9ed1d924e69d1c60dc",
    "signature": "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546"
    "d23c4b13e0dfc92",
}
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


def exported(home: Home, allocation: Path | None = None) -> dict:
    trial = fold(read(line) for line in home.ledger.since())
    desk = Desk(home, read_study(home.study, file="study.yaml"), trial)
    return json.loads(bundle_of(desk, allocation))


@pytest.fixture
def opened(lock, tmp_path, passphrase):
    """Give the first numbers of a home's list, lock, open, and export the bundle."""

    def run(home: Home, sealed: ListSealed, *, given: int = 3, passphrases=(passphrase,)) -> dict:
        home.checkpoint(now=NOW)
        randomise(home, sealed, given)
        lock(home)
        mapping = tmp_path / "allocation.json"
        open_all(
            home, tmp_path / "custodian", passphrases, mapping, reason=REASON, actor=CUSTODIAN,
            now=NOW,
        )  # fmt: skip
        return exported(home, mapping)

    return run


def randomise(home: Home, sealed: ListSealed, given: int) -> None:
    """Give the first numbers of the list's strata in turn."""
    queues: dict[str, list[str]] = {}
    for slot in sealed.slots:
        queues.setdefault(slot.stratum, []).append(slot.number)
    day = date(2027, 3, 1)
    for place in range(given):
        stratum = list(queues)[place % len(queues)]
        person, number = f"P{place}", queues[stratum].pop(0)
        facts = [
            ParticipantScreened(participant=person, site="foshan", on=day),
            Randomised(participant=person, stratum=stratum, number=number, on=day),
        ]
        home.ledger.append(facts, home.ledger.head(), actor=CUSTODIAN, now=NOW)


@pytest.fixture
def verified(tmp_path):
    def verify(bundle: dict) -> dict:
        path = tmp_path / "bundle.json"
        path.write_text(json.dumps(bundle), "utf-8")
        command = [sys.executable, "-I", "-S", VERIFIER, path, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.stderr == ""
        answer = json.loads(done.stdout)
        assert answer["exit"] == done.returncode
        return answer

    return verify


def proven(answer: dict) -> str:
    return " ".join(one["sentence"] for one in answer["findings"] if one["status"] == "proven")


LISTS = {
    **{kind: {"kind": kind} for kind in KINDS if kind != "minimisation"},
    "permuted_blocks of chosen sizes": {"kind": "permuted_blocks", "chosen": {"sizes": [6, 15]}},
    "big_stick of one": {"kind": "big_stick", "chosen": {"limit": 1}},
    "biased_coin of a fair coin": {"kind": "biased_coin", "chosen": {"probability": (1, 2)}},
    "urn that adds much": {"kind": "urn", "chosen": {"start": 2, "add": 5}},
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_every_procedure_is_drawn_anew_by_the_verifier(
    make_home, make_list, opened, verified, tmp_path, name
):
    home = make_home(strata=("skin",))
    sealed = make_list(home, tmp_path / "custodian", **LISTS[name])
    before = verified(exported(home))
    assert before["exit"] == 0, before["verdict"]
    assert "nothing is known of the arms" in before["verdict"]
    after = verified(opened(home, sealed))
    assert after["exit"] == 0, after["verdict"]
    assert f"The arms of all {len(sealed.slots)} slots, drawn anew" in proven(after)
    assert f"3 of {len(sealed.slots)} numbers were given out" in proven(after)
    assert after["verdict"].startswith("All that can be checked holds: the list was promised")


@pytest.mark.parametrize("kind", ["permuted_blocks", "simple"])
def test_a_list_in_an_unequal_ratio_is_drawn_anew_by_the_verifier(
    make_home, make_list, opened, verified, tmp_path, kind
):
    home = make_home(ratio={"quokka": 2, "numbat": 1}, strata=("site",))
    sealed = make_list(home, tmp_path / "custodian", kind=kind)
    answer = verified(opened(home, sealed, given=0))
    assert answer["exit"] == 0, answer["verdict"]


def test_a_list_opened_by_two_of_three_custodians_holds(
    make_home, make_list, opened, verified, tmp_path
):
    home, words = make_home(), ("first of three words", "second of three", "third of the three")
    sealed = make_list(home, tmp_path / "custodian", *words, threshold=2)
    answer = verified(opened(home, sealed, passphrases=words[1:]))
    assert answer["exit"] == 0, answer["verdict"]


def test_a_list_of_a_published_round_of_drand_holds(make_home, commit, opened, verified, tmp_path):
    home = make_home()
    study = read_study(home.study, file="study.yaml")
    beacon = promised_beacon("drand:quicknet:123", study_digest=study.digest, now=None)
    words = ["a passphrase of some length"]
    wish = committing.Wish(procedure_of(study))
    at = {"actor": CUSTODIAN, "now": NOW}
    commit(home, tmp_path / "custodian", words, wish, beacon, **at)
    sealed = making.make(home, tmp_path / "custodian", words, json.dumps(ROUND), **at)
    answer = verified(opened(home, sealed, passphrases=words))
    assert answer["exit"] == 0, answer["verdict"]
    assert ROUND["randomness"] in proven(answer)


def test_a_list_made_after_one_was_given_up_holds_and_names_it(
    make_home, make_list, opened, verified, tmp_path
):
    home = make_home()
    first = make_list(home, tmp_path / "first")
    committing.abort(home, reason="A site was forgotten.", actor=CUSTODIAN, now=NOW)
    sealed = make_list(home, tmp_path / "custodian")
    answer = verified(opened(home, sealed))
    assert answer["exit"] == 0, answer["verdict"]
    said = " ".join(one["sentence"] for one in answer["findings"])
    assert f"Why list '{first.list_id}' was given up" in said


def test_one_slot_swapped_is_wrong_and_named(make_home, make_list, opened, verified, tmp_path):
    home = make_home()
    bundle = opened(home, make_list(home, tmp_path / "custodian"))
    slots = bundle["opening"]["slots"]
    other = next(place for place, slot in enumerate(slots) if slot["arm"] != slots[0]["arm"])
    slots[0]["arm"], slots[other]["arm"] = slots[other]["arm"], slots[0]["arm"]
    answer = verified(bundle)
    assert answer["exit"] == 1
    assert f"Number '{slots[0]['number']}' is opened as '{slots[0]['arm']}'" in answer["verdict"]
    assert "(2 of " in answer["verdict"]
