"""What verification finds when one who holds a passphrase writes the files anew himself."""

import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import StudyAmended
from cicatrix.trial.reading import read_study
from cicatrix.trial.roles import Actor
from cicatrix_sealed import verification
from cicatrix_sealed.committed import read_committed, write_committed
from cicatrix_sealed.committing import Wish
from cicatrix_sealed.custodians import shares_in
from cicatrix_sealed.custody import list_of, situation
from cicatrix_sealed.emergency import write_emergency
from cicatrix_sealed.procedures import procedure_of
from cicatrix_sealed.sealing import Share, seal_share
from cicatrix_sealed.unsealing import opened_of, secrets_of
from cicatrix_sealed.verification import NAMES, verify

pytestmark = pytest.mark.usefixtures("cheap_shares")


@pytest.fixture
def rewrite(home, folder, passphrase):
    """Write the slots for an emergency anew under the list's own key."""
    standing = situation(home)
    opened = opened_of(standing, folder, (passphrase,))
    key = secrets_of(standing, folder, (passphrase,)).emergency_key

    def write(slots):
        text = write_emergency(opened.list_id, opened.study_digest, slots, key=key)
        (folder / "emergency.json").write_text(text)

    return opened.slots, write


def why(home, folder, passphrase):
    checks = verify(situation(home), folder, (passphrase,))
    assert tuple(check.name for check in checks) == NAMES
    return [check.why for check in checks]


def test_what_was_sealed_is_found_right(home, folder, passphrase, rewrite):
    slots, write = rewrite
    assert why(home, folder, passphrase) == [None] * 5
    write(slots)
    assert why(home, folder, passphrase) == [None] * 5


def test_another_arm_under_the_lists_own_key_is_found(home, folder, passphrase, rewrite):
    slots, write = rewrite
    other = next(arm for arm in ("quokka", "numbat") if arm != slots[4].arm)
    write((*slots[:4], replace(slots[4], arm=other), *slots[5:]))
    found = why(home, folder, passphrase)
    assert [place for place, one in enumerate(found) if one] == [2]
    assert "Number 005 in emergency.json is not the slot that was sealed" in found[2]


@pytest.mark.parametrize("left", [slice(1, None), slice(None, -1), slice(None, None, -1)])
def test_a_slot_that_is_missing_or_in_another_place_is_found(
    home, folder, passphrase, rewrite, left
):
    slots, write = rewrite
    write(slots[left])
    assert "other numbers than the list or another order" in why(home, folder, passphrase)[2]


def test_another_secret_that_names_this_promise_is_found_and_what_needs_it_is_not_checked(
    home, folder, passphrase
):
    shared = shares_in(folder).of
    promised = read_committed((folder / "committed.json").read_text(), name="committed.json")
    secrets = secrets_of(situation(home), folder, (passphrase,))
    other, nonce = bytes([9]) * 32, secrets.nonce
    text = seal_share(
        Share(1, other + nonce, secrets.emergency_key), shared, passphrase, entropy=os.urandom
    )
    (folder / "share-1.json").write_text(text)
    text = write_committed(
        shared, promised.commitment, promised.beacon, secrets.procedure,
        rehearsal=False, secret=other, nonce=nonce, emergency_key=secrets.emergency_key,
    )  # fmt: skip
    (folder / "committed.json").write_text(text)
    checks = verify(situation(home), folder, (passphrase,))
    assert [check.made for check in checks] == [True, False, False, False, True]
    assert "is not the one that the ledger was promised" in checks[0].why
    assert {check.why for check in checks[1:4]} == {
        "It cannot be checked without the secret that was promised."
    }
    assert checks[4].why is None


def test_a_share_sealed_again_with_another_key_for_emergencies_is_found(home, folder, passphrase):
    shared = shares_in(folder).of
    secrets = secrets_of(situation(home), folder, (passphrase,))
    share = Share(1, secrets.secret + secrets.nonce, bytes(32))
    text = seal_share(share, shared, passphrase, entropy=os.urandom)
    (folder / "share-1.json").write_text(text)
    checks = verify(situation(home), folder, (passphrase,))
    assert [check.made for check in checks] == [True, False, False, False, True]
    assert "share-1.json holds another key for emergencies" in checks[0].why


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"ratio": {"quokka": 2, "numbat": 1, "bilby": 1}}, "other arms or another ratio"),
        ({"arms": ["numbat", "quokka", "bilby"]}, "other arms or another ratio"),
        ({"strata": [{"stratum": "site=foshan", "slots": 12}]}, "other strata"),
    ],
)
def test_a_procedure_that_the_study_does_not_have_is_found(
    home, folder, passphrase, monkeypatch, change, told
):
    secrets = secrets_of(situation(home), folder, (passphrase,))
    other = {"kind": "simple", **{k: secrets.procedure[k] for k in ("arms", "ratio", "strata")}}
    wrong = replace(secrets, procedure=other | change)
    monkeypatch.setattr(verification, "secrets_of", lambda *_: wrong)
    assert told in why(home, folder, passphrase)[1]


def test_a_list_that_the_ledger_sealed_otherwise_is_found(
    make_home, make_list, commit, tmp_path, passphrase, facts_of
):
    """Two homes promised the same secret, of a rehearsal; one sealed two slots the other way."""
    home, other = make_home(), make_home("other")
    folder = tmp_path / "custodian"
    sealed = make_list(home, folder, rehearsal_seed=1)
    *_, promised, _ = facts_of(home)
    wish = Wish(procedure_of(read_study(home.study, file="study.yaml")), rehearsal_seed=1)
    how = {"actor": Actor("custodian", "pharmacist"), "now": datetime(2027, 3, 2, tzinfo=UTC)}
    again = commit(other, tmp_path / "again", (passphrase,), wish, promised.beacon, **how)
    assert again == promised
    first, second, *rest = sealed.slots
    exchanged = (
        first.model_copy(update={"commitment": second.commitment}),
        second.model_copy(update={"commitment": first.commitment}),
    )
    changed = sealed.model_copy(update={"slots": (*exchanged, *rest)})
    other.ledger.append([changed], other.ledger.head(), **how)
    checks = verify(situation(other), folder, (passphrase,))
    assert [check.made for check in checks] == [True, True, True, False, True]
    assert checks[0].why is None
    assert "number 001 differs" in checks[1].why
    assert "Number 001 in emergency.json is not the slot that was sealed" in checks[2].why
    assert "without the list" in checks[3].why


def test_a_wrong_passphrase_or_too_few_are_refused_and_nothing_is_called_wrong(
    make_home, make_list, tmp_path
):
    home, words = make_home(), ("first of three words", "second of three", "third of the three")
    make_list(home, tmp_path / "custodian", *words, threshold=2)
    for given in ((words[0], "another of the three"), words[:1], (words[0], words[0])):
        with pytest.raises(Refused) as refusal:
            verify(situation(home), tmp_path / "custodian", given)
        assert refusal.value.rule in ("passphrase", "too_few_shares", "same_share")


def test_a_study_that_no_longer_has_the_arms_is_told_and_all_else_still_checked(
    home, folder, passphrase, make_home
):
    renamed = make_home("renamed", ratio={"quoll": 1, "numbat": 1, "bilby": 1}).study
    (home.folder / "study.yaml").write_bytes(renamed)
    digest = read_study(renamed, file="study.yaml").digest
    home.ledger.append(
        [StudyAmended(study_version="1", study_digest=digest, reason="a name")],
        home.ledger.head(),
        actor=Actor("ana", "administrator"),
        now=datetime(2027, 3, 2, tzinfo=UTC),
    )
    found = why(home, folder, passphrase)
    assert [place for place, one in enumerate(found) if one] == [3]
    assert "no longer has the arms" in found[3]
    assert list_of(situation(home)).study_digest != digest
