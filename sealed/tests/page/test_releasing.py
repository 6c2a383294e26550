"""The release page: to an unmasked role alone, once, and nothing of it kept."""

import re

import pytest

from cicatrix.trial.facts import AllocationReleased
from cicatrix_sealed.page.wording import ENGLISH

pytestmark = pytest.mark.slow


def test_a_release_is_recorded_and_its_content_shown_once(night, signed_in, passphrase):
    signed_in.send("GET", "/custody/release")
    assert "nina (care provider)" in signed_in.page
    assert "ben" not in signed_in.page.partition("</style>")[2]
    assert signed_in.releases(passphrase) == 200
    assert f"Label of {night.arm}" in signed_in.page
    assert len(re.findall("<td>Content</td>", signed_in.page)) == 2
    told = AllocationReleased(participant="P1", number="002", role="care_provider", told="nina")
    assert night.recorded(AllocationReleased) == [told]
    signed_in.send("GET", "/custody/release")
    assert ENGLISH.release_nobody_waits in signed_in.page
    signed_in.send("GET", "/custody/")
    assert "Released: 002 – P1" in signed_in.page
    assert night.silent(signed_in.page + night.journal)
    assert night.silent(night.everything_stored())


@pytest.mark.parametrize(
    ("person", "status", "said"),
    [
        ("rater/ben", 403, "does not leave the role rater unmasked"),
        ("care_provider/ben", 403, "ben does not hold the role"),
        ("nonsense", 422, ENGLISH.no_person),
        ("", 422, ENGLISH.no_person),
    ],
)
def test_nobody_masked_is_told_whatever_is_sent(night, signed_in, passphrase, person, status, said):
    assert signed_in.releases(passphrase, person=person) == status
    assert said in signed_in.page
    assert night.silent(signed_in.page)
    assert night.recorded(AllocationReleased) == []


def test_a_number_that_nobody_has_is_not_found_and_of_the_custodians_own_role_nobody_waits(
    a_night, passphrase, randomise
):
    with a_night(unmasked=("pharmacist", "care_provider")) as night:
        randomise(night.home, "002")
        phone = night.phone()
        phone.sign_in(passphrase)
        assert phone.send("GET", "/custody/release?number=999") == 404
        assert "Number 999 has not been given to anyone." in phone.page
        assert phone.send("GET", "/custody/release?number=002") == 200
        assert ENGLISH.release_nobody_waits in phone.page
        assert "(care provider)." in phone.page
        assert phone.releases(passphrase, person="care_provider/nina", number="999") == 404


def test_a_study_that_leaves_nobody_unmasked_releases_nothing(a_night, passphrase):
    with a_night() as night:
        phone = night.phone()
        phone.sign_in(passphrase)
        phone.send("GET", "/custody/release")
        assert ENGLISH.release_none in phone.page
        assert "<select" not in phone.page
