"""What a rater and a participant see of forms: what their own role filled in, and no more."""

import pytest

from cicatrix.trial import facts
from cicatrix.trial.actions.comments import comment
from cicatrix.trial.actions.forms import save_form, sign_form
from cicatrix.trial.actions.people import invite_participant, revoke_role
from cicatrix.trial.actions.photographs import take_photograph
from cicatrix.trial.actions.queries import answer_query, close_query, raise_query
from cicatrix.trial.actions.training import complete_training
from cicatrix.trial.actions.verification import verify_source
from cicatrix.trial.facts import KINDS
from cicatrix.trial.participant import FormKey
from cicatrix.trial.roles import Actor
from cicatrix.trial.trial import fold
from cicatrix.trial.visibility import visible_to

DIARY = FormKey("diary", "month_1")
HER = {"participant": "HERE-001"}
SAVE = {**HER, "key": DIARY}


def kinds(stage, actor, *, after):
    """Name the kinds of what an actor sees of the lines after a number."""
    before = visible_to(stage.entries[:after], actor)
    seen = visible_to(stage.entries, actor)
    assert seen[: len(before)] == before
    return [type(entry.fact).__name__ for entry in seen[len(before) :]]


def diary(stage, actor):
    """The diary as an actor sees it, or None."""
    return fold(visible_to(stage.entries, actor)).participants["HERE-001"].forms.get(DIARY)


def test_a_rater_sees_the_forms_that_raters_of_the_site_filled(diarist):
    stage = diarist
    stage.do(save_form, stage.ben, **SAVE, values={"itch": True, "itch_hours": 4})
    for rater in (stage.ben, stage.bo):
        assert diary(stage, rater).values == {"itch": True, "itch_hours": 4}
        assert diary(stage, rater).saved_by == "ben"
    assert visible_to(stage.entries, stage.evita) == visible_to(stage.entries[:-1], stage.evita)
    assert diary(stage, stage.one) is None


def test_a_rater_sees_nothing_of_what_others_filled_on_any_form(diarist):
    stage = diarist
    start = len(stage.lines)
    stage.do(save_form, stage.cora, **SAVE, values={"itch": True, "itch_hours": 13})
    stage.do(answer_query, stage.cora, **HER, query="Q0001", text="She says so")
    stage.do(close_query, stage.dan, **HER, query="Q0001", reason="Confirmed")
    stage.do(comment, stage.cora, **SAVE, item="itch", text="She was tired")
    stage.do(verify_source, stage.chen, **SAVE, items=("itch",))
    assert kinds(stage, stage.ben, after=start) == []
    stage.do(save_form, stage.one, **SAVE, values={"remark": "Less"})
    stage.do(sign_form, stage.one, **SAVE)
    assert kinds(stage, stage.ben, after=start) == []
    stage.do(save_form, stage.ben, **SAVE, values={"remark": "More"}, reason="A slip")
    assert kinds(stage, stage.ben, after=start) == ["FormSaved", "SignatureVoided"]
    assert diary(stage, stage.ben).values == {"remark": "More"}


def test_a_rater_sees_queries_on_the_items_that_raters_filled(diarist):
    stage = diarist
    stage.do(save_form, stage.cora, **SAVE, values={"itch": True})
    start = len(stage.lines)
    stage.do(save_form, stage.ben, **SAVE, values={"itch_hours": 13})
    stage.do(raise_query, stage.dan, **SAVE, item="itch", text="Is it so?")
    stage.do(answer_query, stage.cora, **HER, query="Q0001", text="She says so")
    stage.do(answer_query, stage.cora, **HER, query="Q0002", text="She says so")
    stage.do(close_query, stage.dan, **HER, query="Q0002", reason="Confirmed")
    stage.do(close_query, stage.dan, **HER, query="Q0001", reason="Confirmed")
    assert kinds(stage, stage.ben, after=start) == [
        "FormSaved", "QueryRaised", "QueryAnswered", "QueryClosed",
    ]  # fmt: skip
    seen = fold(visible_to(stage.entries, stage.ben)).participants["HERE-001"].queries
    assert list(seen) == ["Q0001"]


def test_a_participant_sees_what_she_filled_and_signed_and_what_became_of_her_signature(diarist):
    stage = diarist
    stage.do(save_form, stage.cora, **SAVE, values={"remark": "A note of the site"})
    start = len(stage.lines)
    stage.do(save_form, stage.one, **SAVE, values={"itch": True, "itch_hours": 13})
    stage.do(sign_form, stage.one, **SAVE)
    stage.do(raise_query, stage.dan, **SAVE, item="itch", text="Is it so?")
    assert kinds(stage, stage.one, after=start) == ["FormSaved", "FormSigned"]
    assert diary(stage, stage.one).values == {"itch": True, "itch_hours": 13}
    assert diary(stage, stage.one).signature.user == "HERE-001"
    stage.do(save_form, stage.cora, **SAVE, values={"itch_hours": 3}, reason="Asked again")
    assert kinds(stage, stage.one, after=start) == ["FormSaved", "FormSigned", "SignatureVoided"]
    assert diary(stage, stage.one).values == {"itch": True, "itch_hours": 13}
    assert diary(stage, stage.one).signature is None


def test_what_another_participant_recorded_about_her_is_not_her_own(diarist):
    """No act lets it happen; the mask does not rest on that."""
    stage = diarist
    start = len(stage.lines)
    saved = facts.FormSaved(**HER, **DIARY._asdict(), values={"itch": True}, study_version="1")
    stage.record(Actor("HERE-002", "participant", "here"), saved)
    assert kinds(stage, stage.one, after=start) == []


def test_a_signature_on_what_others_filled_is_not_seen(diarist):
    stage = diarist
    stage.do(save_form, stage.cora, **SAVE, values={"itch": False})
    start = len(stage.lines)
    stage.do(sign_form, stage.one, **SAVE)
    stage.do(save_form, stage.cora, **SAVE, values={"itch": True}, reason="A slip")
    assert kinds(stage, stage.one, after=start) == []
    fold(visible_to(stage.entries, stage.one))


def test_a_participant_sees_the_photographs_that_she_took_herself(diarist):
    stage = diarist
    start = len(stage.lines)
    file = {**HER, "media_type": "image/png"}
    stage.do(take_photograph, stage.cora, **file, digest="ab" * 32)
    assert kinds(stage, stage.one, after=start) == []
    stage.do(take_photograph, stage.one, **file, digest="cd" * 32)
    assert kinds(stage, stage.one, after=start) == ["PhotographTaken"]
    assert kinds(stage, stage.nina, after=start) == ["PhotographTaken"] * 2
    assert kinds(stage, stage.ben, after=start) == []


def test_an_image_reader_sees_nothing_of_any_participant(diarist):
    stage = diarist
    reader = Actor("ines", "image_reader")
    seen = {type(entry.fact) for entry in visible_to(stage.entries, reader)}
    assert not any(issubclass(kind, facts.ParticipantFact) for kind in seen)


def test_that_she_was_invited_is_seen_by_those_who_may_invite_her(diarist):
    stage = diarist
    stage.screened()
    stage.screened(site="there")
    start = len(stage.lines)
    stage.do(invite_participant, stage.cora, participant="HERE-002")
    stage.do(invite_participant, stage.eva, participant="THERE-001")
    stage.do(
        revoke_role, stage.ada, user="HERE-002", role="participant", site="here", reason="Lost"
    )
    stage.do(revoke_role, stage.ada, user="bea", role="rater", site="here", reason="She left")
    for actor in (stage.cora, stage.ana):
        assert kinds(stage, actor, after=start) == ["RoleGranted", "RoleRevoked"]
    assert kinds(stage, stage.eve, after=start) == ["RoleGranted"]
    for actor in (stage.nina, stage.ben, stage.one, stage.paul):
        assert kinds(stage, actor, after=start) == []
    assert len(kinds(stage, stage.ada, after=start)) == 4
    roles = fold(visible_to(stage.entries, stage.cora)).roles
    assert roles == {"HERE-001": {("participant", "here")}, "HERE-002": set()}


@pytest.mark.parametrize("role", ["ben", "cora", "paul", "chen", "ada"])
def test_everyone_sees_the_own_training_and_overseers_that_of_all(diarist, role):
    actor = getattr(diarist, role)
    start = len(diarist.lines)
    diarist.do(complete_training, actor)
    diarist.do(complete_training, diarist.evita)
    seen = kinds(diarist, actor, after=start)
    assert seen == ["TrainingCompleted"] * (2 if role in ("chen", "ada") else 1)


def test_every_kind_of_fact_is_seen_by_who_oversees_the_data(story):
    seen = {type(entry.fact).__name__ for entry in visible_to(story, Actor("chen", "monitor"))}
    assert seen == set(KINDS) - {"RandomisationRequested"}
