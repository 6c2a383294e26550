"""Every address that opens for somebody, looked at in both languages on a desk and a telephone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from addresses import Address, named_in, ours
from browsing import CHINESE, DESK, ENGLISH, PHONE, House, Person, faults
from cicatrix.trial.participant import Participant
from hosted import hosted
from site_visited import Original

ROLES = (
    "coordinator", "data_manager", "care_provider", "rater", "pharmacist", "investigator",
    "administrator", "participant", "auditor", "monitor", "sponsor", "statistician",
    "image_reader",
)  # fmt: skip
"""Those who change things come first: their pages have more on them."""
PARTS = 4
WITHOUT_A_DOOR = (
    "/account/", "/account/role/", "/account/training/", "/account/sessions/",
    "/account/password/", "/account/again/", "/account/logout/", "/account/closed/",
    "/account/factor/", "/account/factor/passkeys/", "/account/rehearsal/code/",
)  # fmt: skip
FOR_STRANGERS = ("/account/login/", "/account/password/forgotten/")
NOT_THERE = ("/nowhere/", "/account/invitation/none/")


@pytest.fixture(scope="package")
def quiet(
    originals: Original, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A trial that is only read."""
    home = tmp_path_factory.mktemp("quiet") / "home"
    with originals.copy("NCT04034615", home) as folder, hosted(folder) as (site, at):
        yield House(site, at, chromium)


@pytest.fixture
def room(quiet: House) -> Iterator[House]:
    yield quiet
    quiet.leave()


def somebody(house: House, name: str) -> Participant:
    """Find who has as much as can be: a number, a form, a rating, a query, an account."""
    women = house.site.worker.desk.trial.participants.values()
    if name in ("consent", "randomise", "screen"):
        return next(one for one in women if one.number is None and one.consents)
    return max(
        (one for one in women if one.number),
        key=lambda one: (bool(one.queries), bool(one.ratings), bool(one.kits), len(one.forms)),
    )


def opened(house: House, address: Address) -> tuple[str, str] | None:
    """Find the first role for whom an address is a page, and where it is then."""
    study, trial = house.site.worker.desk.study, house.site.worker.desk.trial
    her = somebody(house, address.name)
    named = named_in(study, trial, her, address)
    for role in ROLES:
        if role not in address.view.admits.roles or "GET" not in address.view.admits.methods:
            continue
        where = address.filled(named)
        answer = house.site.client(house.site.who(role)).get(where)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            return role, where
    return None


def looks(person: Person, where: str, status: int = 200) -> list[str]:
    """Open an address, and list what is wrong with it at both widths."""
    person.page.set_viewport_size({"width": DESK, "height": 900})
    answer = person.page.goto(person.address + where)
    assert answer is not None
    assert answer.status == status, where
    found = [f"{where} at {DESK}: {one}" for one in faults(person.page)]
    person.page.set_viewport_size({"width": PHONE, "height": 900})
    found += [f"{where} at {PHONE}: {one}" for one in faults(person.page)]
    found += [f"{where}: {one}" for one in person.complaints]
    person.complaints.clear()
    return found


@pytest.fixture(scope="package")
def every(quiet: House) -> list[tuple[str, str]]:
    """List every page, with a role for whom it opens."""
    found = [opened(quiet, one) for one in ours()]
    return [one for one in dict.fromkeys(found) if one is not None]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_no_page_has_a_serious_fault_at_either_width(room, every, language, part):
    people: dict[str, Person] = {}
    found = []
    assert len(every) > 60
    for role, where in every[part::PARTS]:
        if role not in people:
            people[role] = room.person(role, language, DESK)
        found += looks(people[role], where)
    assert found == []


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_no_page_about_an_account_has_one_either(room, language):
    ana = room.person("investigator", language, DESK)
    found = [one for where in WITHOUT_A_DOOR for one in looks(ana, where)]
    stranger = room.stranger(language, DESK)
    found += [one for where in FOR_STRANGERS for one in looks(stranger, where)]
    found += [one for where in NOT_THERE for one in looks(stranger, where, status=404)]
    assert found == []


def test_what_looks_for_faults_finds_them(room):
    person = room.stranger(ENGLISH, PHONE)
    person.page.set_content(
        "<html lang=en><title>x</title><main><h1>x</h1><input>"
        "<p style='color:#bbb;background:#fff;width:900px'>pale and wide</p></main></html>"
    )
    assert [one.partition(":")[0] for one in faults(person.page)] == [
        "color-contrast", "label", "scrolls sideways by 518 px"
    ]  # fmt: skip
