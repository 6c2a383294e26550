"""What verification finds when one who holds a passphrase writes the files anew himself."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cicatrix.trial.facts import StudyAmended
from cicatrix.trial.reading import read_study
from cicatrix.trial.roles import Actor
from cicatrix_sealed.custody import list_of, situation
from cicatrix_sealed.emergency import write_emergency
from cicatrix_sealed.unsealing import opened_of, secrets_of
from cicatrix_sealed.verification import NAMES, verify

pytestmark = pytest.mark.usefixtures("cheap_shares")


@pytest.fixture
def home(make_home):
    return make_home()


@pytest.fixture
def folder(home, tmp_path, make_list):
    make_list(home, tmp_path / "custodian")
    return tmp_path / "custodian"


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
    checks = verify(home, folder, (passphrase,))
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


def test_another_block_under_the_lists_own_key_is_found(home, folder, passphrase, rewrite):
    slots, write = rewrite
    write((replace(slots[0], block=9), *slots[1:]))
    assert why(home, folder, passphrase)[2] == "emergency.json has other blocks than the list."


@pytest.mark.parametrize("left", [slice(1, None), slice(None, -1), slice(None, None, -1)])
def test_a_slot_that_is_missing_or_in_another_place_is_found(
    home, folder, passphrase, rewrite, left
):
    slots, write = rewrite
    write(slots[left])
    assert "other numbers than the list or another order" in why(home, folder, passphrase)[2]


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
