from datetime import timedelta
from pathlib import Path

import pytest

from cicatrix.analysis.analyse import analyse
from cicatrix.analysis.intercurrent import event_rows, unavailable
from cicatrix.analysis.participants import enrol
from cicatrix.trial.plan import Estimand
from cicatrix.trial.reading import read_study

TINY = Path(__file__).parents[1] / "studies/tiny.yaml"


@pytest.fixture
def made(world, reference):
    """Six with a score of 4 at three years; the first has a second section."""
    made = world(reference, ["low", "high", "placebo"] * 2, block=6)
    score = {"vascularity": 1, "pigmentation": 1, "height": 1, "pliability": 1}
    for _ in range(6):
        made.rate(made.enrol(), "month_36", "vss", "scar", score, score)
    return made


def seen(made, days, kind="next_section"):
    """Let the event come so many days after the score, and give value and reason compared."""
    person = next(iter(made.trial.participants.values()))
    on = person.attended["month_36"] + timedelta(days=days)
    made.log(person, "intercurrent", kind=kind, happened_on=on.isoformat())
    found = analyse(made.study, made.trial, made.allocation)
    primary = found.comparisons[0]
    return primary.n, primary.set_missing, dict(primary.arms[0].summary.reasons)


def test_the_hypothetical_strategy_drops_a_score_seen_after_the_event(made):
    assert seen(made, -30) == (5, 1, {"after_next_section": 1})


def test_a_score_seen_on_the_day_of_the_event_is_dropped(made):
    assert seen(made, 0) == (5, 1, {"after_next_section": 1})


def test_a_score_seen_before_the_event_is_kept(made):
    assert seen(made, 1) == (6, 0, {})


def test_treatment_policy_keeps_the_score(made):
    assert seen(made, -30, "scar_treatment") == (6, 0, {})


def test_an_event_without_a_date_counts_as_before(made):
    person = next(iter(made.trial.participants.values()))
    made.log(person, "intercurrent", kind="next_section")
    assert analyse(made.study, made.trial, made.allocation).comparisons[0].n == 5


def test_the_endpoint_as_seen_still_shows_every_score(made):
    seen(made, -30)
    found = analyse(made.study, made.trial, made.allocation)
    assert [column.summary.n for column in found.outcomes[0].columns] == [2, 2, 2]
    assert found.intercurrent_tallies[0].arms == (
        ("low", 1, 1),
        ("high", 0, 0),
        ("placebo", 0, 0),
    )


def composite(study):
    estimand = study.estimands[0]
    changed = Estimand(
        id=estimand.id,
        endpoint=estimand.endpoint,
        population=estimand.population,
        summary=estimand.summary,
        strategies={"next_section": "composite"},
    )
    return study.model_copy(update={"estimands": (changed,)})


def test_a_strategy_of_another_version_is_reported_and_not_silently_replaced(world, reference):
    study = composite(reference)
    made = world(study, ["low", "high", "placebo"])
    person = made.enrol()
    made.log(person, "intercurrent", kind="next_section", happened_on="2026-01-01")
    found = analyse(study, made.trial, made.allocation)
    assert "composite, which is not available in this version" in found.comparisons[0].not_computed


def test_it_does_not_matter_as_long_as_the_event_does_not_happen(reference):
    assert unavailable(composite(reference).estimands[0], ()) == ()


def test_an_event_is_recognised_by_a_computed_item_and_dated_by_its_onset(world):
    text = TINY.read_text("utf-8").replace("condition: treated}", "condition: elsewhere}")
    first = "          - {id: term, label: {en: Term}, type: text}\n"
    assert text.count(first) == 1
    more = (
        "          - {id: told_on, label: {en: Told on}, type: date}\n"
        "          - {id: elsewhere, label: {en: Elsewhere}, type: boolean, computed: treated}\n"
    )
    made = world(read_study(text.replace(first, first + more), file="tiny"), ["gel"])
    person = made.enrol()
    made.log(person, "adverse_event", treated=True, told_on="2026-05-09", onset="2026-05-02")
    made.log(person, "adverse_event", treated=False, told_on="2026-06-09", onset="2026-06-02")
    found = event_rows(made.study, enrol(made.study, made.trial, made.allocation))
    assert [(event.event, event.on) for event in found] == [("scar_treated", "2026-05-02")]
