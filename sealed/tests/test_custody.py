"""What the custodian's program reads of a home, whose folder it takes, and how it writes."""

from datetime import UTC, datetime

import pytest

from cicatrix.store.home import Home
from cicatrix.trial.errors import Conflict, LedgerBroken, Refused
from cicatrix.trial.facts import ListAborted, ParticipantScreened, RoleGranted
from cicatrix.trial.roles import Actor
from cicatrix_sealed import unsealing
from cicatrix_sealed.custody import check_names, commitment_of, list_of, record, situation
from cicatrix_sealed.unsealing import custodians_needed, opened_of

pytestmark = pytest.mark.usefixtures("cheap_shares")

NOW = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
ANA = Actor("ana", "administrator")
GRANT = RoleGranted(user="bo", role="rater", site="foshan")


def write(home, decide, standing=None):
    record(home, decide, actor=ANA, now=NOW, entropy=bytes, standing=standing)


def test_a_home_says_what_it_was_promised(home, folder):
    standing = situation(home)
    assert commitment_of(standing).list_id == list_of(standing).list_id
    assert standing.promised.commitment == list_of(standing).commitment


def test_a_home_without_an_entry_is_not_founded(home, tmp_path):
    with (
        Home.create(tmp_path / "empty", study=home.study) as empty,
        pytest.raises(Refused, match="not founded yet"),
    ):
        situation(empty)


def test_a_home_with_another_study_file_than_it_adopted_is_told(home, make_home):
    (home.folder / "study.yaml").write_bytes(make_home("other", study_id="OTHER-2").study)
    with pytest.raises(Refused, match="not the one that the ledger adopted"):
        situation(home)


def test_a_ledger_that_was_rewritten_is_not_acted_on(home, monkeypatch):
    lines = [line for line in home.ledger.since() if line.seq > 1]
    monkeypatch.setattr(home.ledger, "since", lambda *_: iter(lines))
    with pytest.raises(LedgerBroken):
        situation(home)


def test_what_others_recorded_meanwhile_is_read_once_more(home, facts_of):
    before, seen = situation(home), []
    write(home, lambda _: [GRANT])

    def decide(standing):
        seen.append(standing.trial.head.seq)
        return [RoleGranted(user="eve", role="rater", site="foshan")]

    write(home, decide, before)
    assert seen == [before.trial.head.seq, before.trial.head.seq + 1]
    assert [fact.user for fact in facts_of(home)[-2:]] == ["bo", "eve"]


def test_who_is_overtaken_twice_is_told(home, monkeypatch):
    def busy(*_, **__):
        raise Conflict(2, 3)

    monkeypatch.setattr(home.ledger, "append", busy)
    with pytest.raises(Conflict, match="Someone else recorded something first"):
        write(home, lambda _: [GRANT])


def test_each_folder_that_is_not_this_homes_has_a_rule_of_its_own(home, folder):
    standing = situation(home)
    promised = commitment_of(standing)
    check_names(promised.list_id, promised.study_digest, standing)
    for list_id, digest, rule in (
        (promised.list_id, "00" * 32, "another_study"),
        ("00" * 8, promised.study_digest, "another_home"),
    ):
        with pytest.raises(Refused) as refusal:
            check_names(list_id, digest, standing)
        assert refusal.value.rule == rule
    write(home, lambda _: [ListAborted(list_id=promised.list_id, reason="a doubt")])
    with pytest.raises(Refused, match="a doubt") as refusal:
        check_names(promised.list_id, promised.study_digest, situation(home))
    assert refusal.value.rule == "aborted"
    with pytest.raises(Refused) as refusal:
        check_names("00" * 8, promised.study_digest, situation(home))
    assert refusal.value.rule == "not_committed"


def test_how_many_custodians_are_needed_is_said_before_any_passphrase(
    make_home, make_list, tmp_path
):
    home, folder = make_home("shared"), tmp_path / "shares"
    make_list(home, folder, *(f"custodian number {n}" for n in range(3)), threshold=2)
    assert custodians_needed(situation(home), folder) == 2
    (folder / "share-1.json").unlink()
    assert custodians_needed(situation(home), folder) == 2
    (folder / "share-3.json").unlink()
    with pytest.raises(Refused, match="has 1 of their shares"):
        custodians_needed(situation(home), folder)


def test_a_list_drawn_otherwise_than_it_was_sealed_is_not_opened(
    home, folder, passphrase, monkeypatch
):
    draw = unsealing.draw_slots

    def another(places, secrets, *, study_digest, randomness):
        return draw(places, secrets, study_digest=study_digest, randomness=randomness[::-1] + b"x")

    assert opened_of(situation(home), folder, (passphrase,)).slots
    monkeypatch.setattr(unsealing, "draw_slots", another)
    with pytest.raises(Refused, match="not the list that was sealed"):
        opened_of(situation(home), folder, (passphrase,))


def test_what_happens_in_the_trial_does_not_change_what_opens(home, folder, passphrase):
    before = opened_of(situation(home), folder, (passphrase,))
    screened = ParticipantScreened(participant="P1", site="foshan", on=NOW.date())
    write(home, lambda _: [screened])
    assert opened_of(situation(home), folder, (passphrase,)) == before
