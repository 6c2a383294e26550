"""Two of three custodians open the list; each of the three alone breaks a code at night."""

from datetime import timedelta

import pytest

from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import CodeBroken
from cicatrix.trial.ledger import read
from cicatrix_sealed.custody import situation
from cicatrix_sealed.page.wording import ENGLISH
from cicatrix_sealed.unsealing import opened_of

pytestmark = pytest.mark.slow

PHRASES = {
    "custodian": "nine scars, healed early",
    "kay": "seven herons by the canal",
    "lou": "a cold lamp and two keys",
}


@pytest.fixture
def three(a_night, grant, randomise):
    """Serve a trial whose list two of three custodians open."""
    with a_night(passphrases=tuple(PHRASES.values()), threshold=2) as night:
        grant(night.home, "kay", "pharmacist")
        grant(night.home, "lou", "pharmacist")
        randomise(night.home, "002")
        yield night


def test_each_custodian_alone_signs_in_and_breaks_one_code_under_her_own_name(three):
    for user, passphrase in PHRASES.items():
        phone = three.phone()
        assert phone.sign_in(passphrase, user=user) == 303
        assert phone.breaks(passphrase) == 200
        assert f"{three.arm} (Label of {three.arm})" in phone.page
    entries = [read(line) for line in three.home.ledger.since()]
    broken = [entry.actor.user for entry in entries if isinstance(entry.fact, CodeBroken)]
    assert broken == list(PHRASES)
    assert three.silent(three.everything_stored())


def test_a_share_that_lies_alone_in_its_custodians_folder_is_enough_for_one_code(three):
    for path in three.folder.iterdir():
        if path.name not in ("share-2.json", "emergency.json", "page.log"):
            path.unlink()
    phone = three.phone()
    assert phone.sign_in(PHRASES["custodian"]) == 403
    assert phone.sign_in(PHRASES["kay"], user="kay") == 303
    assert phone.breaks(PHRASES["kay"]) == 200
    assert three.arm in phone.page


def test_a_damaged_share_beside_gives_nobody_more_than_five_tries(three):
    (three.folder / "share-3.json").write_text("{")
    phone = three.phone()
    answers = [phone.sign_in("no such passphrase", user="kay") for _ in range(5)]
    assert answers == [403, 403, 403, 403, 429]
    three.now += timedelta(minutes=15)
    assert phone.sign_in(PHRASES["kay"], user="kay") == 303
    answers = [phone.breaks("no such passphrase") for _ in range(5)]
    assert answers == [403, 403, 403, 403, 429]


def test_what_one_custodian_can_do_opens_no_list(three):
    with pytest.raises(Refused, match="1 of the 2 custodians"):
        opened_of(situation(three.home), three.folder, [PHRASES["kay"]])


def test_a_passphrase_is_no_right_without_the_role_and_a_role_none_without_a_passphrase(
    three, grant
):
    grant(three.home, "ben", "rater", "foshan")
    for user, passphrase in (("ben", PHRASES["kay"]), ("kay", "no such passphrase")):
        phone = three.phone()
        assert phone.sign_in(passphrase, user=user) == 403
        assert "User name or passphrase is wrong" in phone.page
        phone.send("GET", "/custody/break")
        assert ENGLISH.sign_in_lead in phone.page
