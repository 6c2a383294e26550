"""Releasing one slot to an unmasked role: recorded first, shown once, and never to the masked."""

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from cicatrix.trial.errors import NotPermitted, Refused
from cicatrix.trial.facts import AllocationReleased
from cicatrix.trial.roles import Actor
from cicatrix_sealed.custody import situation
from cicatrix_sealed.main import app
from cicatrix_sealed.release import Recipient, content_of, release_one
from cicatrix_sealed.unsealing import slot_of

pytestmark = pytest.mark.slow

NOW = datetime(2027, 3, 2, 3, 0, tzinfo=UTC)
CUSTODIAN = Actor("custodian", "pharmacist")
NINA = Recipient("002", "care_provider", "nina")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "custodian"


@pytest.fixture
def home(make_home, make_list, folder, grant, randomise):
    home = make_home(unmasked=("care_provider",))
    make_list(home, folder)
    grant(home, "nina", "care_provider", "foshan")
    grant(home, "ben", "rater", "foshan")
    randomise(home, "002")
    return home


def releases(home, facts_of):
    return [fact for fact in facts_of(home) if isinstance(fact, AllocationReleased)]


def release(home, folder, passphrase, to=NINA, actor=CUSTODIAN):
    return release_one(home, folder, passphrase, to, actor=actor, now=NOW)


def test_what_is_released_is_what_the_list_says_tube_by_tube(home, folder, passphrase, facts_of):
    content = release(home, folder, passphrase)
    slot = slot_of(situation(home), folder, passphrase, "002")
    assert content.arm == {"en": f"Label of {slot.arm}"}
    assert [(one.tube, one.day, one.region["en"]) for one in content.tubes] == [
        (1, 1, "Scar"),
        (2, 2, "Scar"),
    ]
    assert {one.content["en"] for one in content.tubes} == {"Content"}
    assert releases(home, facts_of) == [
        AllocationReleased(participant="P1", number="002", role="care_provider", told="nina")
    ]


def test_the_ledger_and_the_home_hold_nothing_of_what_was_released(
    home, folder, passphrase, facts_of
):
    content = release(home, folder, passphrase)
    arm = slot_of(situation(home), folder, passphrase, "002").arm
    told = "".join(fact.model_dump_json() for fact in releases(home, facts_of))
    assert arm not in told
    assert content.arm["en"] not in told
    database = (home.folder / "trial.sqlite3").read_bytes()
    wal = home.folder / "trial.sqlite3-wal"
    assert arm.encode() not in database + (wal.read_bytes() if wal.exists() else b"")


def test_a_release_may_be_repeated_and_is_recorded_each_time(home, folder, passphrase, facts_of):
    assert release(home, folder, passphrase) == release(home, folder, passphrase)
    assert len(releases(home, facts_of)) == 2


@pytest.mark.parametrize(
    ("to", "rule"),
    [
        (Recipient("001", "care_provider", "nina"), "unknown_number"),
        (Recipient("002", "rater", "ben"), "masked_role"),
        (Recipient("002", "care_provider", "ben"), "not_in_role"),
    ],
)
def test_who_may_not_know_is_told_nothing_and_nothing_is_recorded(
    home, folder, passphrase, facts_of, to, rule
):
    before = facts_of(home)
    with pytest.raises(Refused) as refusal:
        release(home, folder, passphrase, to=to)
    assert refusal.value.rule == rule
    assert facts_of(home) == before


def test_a_wrong_passphrase_and_a_wrong_person_release_nothing(
    home, folder, passphrase, facts_of, lock
):
    before = facts_of(home)
    with pytest.raises(Refused, match="passphrase does not open"):
        release(home, folder, "another passphrase")
    with pytest.raises(NotPermitted):
        release(home, folder, passphrase, actor=Actor("eve", "pharmacist"))
    assert facts_of(home) == before
    lock(home)
    with pytest.raises(Refused, match="locked"):
        release(home, folder, passphrase)


def test_a_slot_whose_arm_an_amendment_took_away_is_not_guessed(
    make_study, home, folder, passphrase
):
    slot = slot_of(situation(home), folder, passphrase, "002")
    other = make_study(ratio={"wombat": 1, "dingo": 1})
    with pytest.raises(Refused, match="was amended"):
        content_of(other, slot)


def run(home, folder, passphrase_file, *more):
    return CliRunner().invoke(
        app,
        [
            "release", str(home.folder), "--custodian", str(folder),
            "--passphrase-file", str(passphrase_file), "--number", "002", *more,
        ],
    )  # fmt: skip


def test_the_command_tells_once_and_says_whom(home, folder, passphrase, passphrase_file):
    told = run(home, folder, passphrase_file, "--to", "nina", "--role", "care_provider")
    assert told.exit_code == 0, told.output
    assert (
        f"Number 002: Label of {slot_of(situation(home), folder, passphrase, '002').arm}"
        in told.stdout
    )
    assert "tube 2, day 2, Scar: Content" in told.stdout
    assert "Tell nina, and no one else." in told.stdout


def test_the_command_refuses_in_one_line(home, folder, passphrase_file):
    refused = run(home, folder, passphrase_file, "--to", "ben", "--role", "rater")
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert len(refused.stderr.splitlines()) == 1
    assert "does not leave the role rater unmasked" in refused.stderr


def test_the_command_explains_itself_with_an_example():
    told = CliRunner().invoke(app, ["release", "--help"])
    assert "Example: cicatrix-sealed release" in " ".join(told.stdout.split())
