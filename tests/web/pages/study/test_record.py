"""The registry's record in rows: both views say all of it; what is warned of and to whom."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from cicatrix.trial.roles import Actor
from cicatrix.trial.trial import Trial
from cicatrix.web.pages.study import record
from cicatrix.web.worker import Seen
from clinic import plan_of

NOW = datetime(2025, 1, 1, tzinfo=UTC)


def test_both_views_say_all_that_the_record_says():
    study = plan_of("NCT04034615")
    seen = Seen(Actor("chen", "monitor"), study, NOW, Trial(recruitment="RECRUITING"))
    full = record.record_of(seen)
    grouped = [row for group in record.details(full) for row in group.rows]
    table = [one for row in record.tabular(full) for one in (row, *row.parts)]
    views = [
        "\n".join("\n".join((row.label, *row.lines)) for row in rows) for rows in (grouped, table)
    ]
    registry = study.registry
    said = (
        registry.brief_title, registry.official_title, registry.brief_summary, study.id,
        registry.organisation, registry.organisation_study_id, *registry.keywords, "21 Years",
        *(one.registry.measure for one in study.endpoints), "20 May 2021 (actual)", "Phase 2",
        *(one.description["en"] for one in (*study.arms, *study.interventions)), "90 (estimated)",
        *(one.text["en"] for one in study.eligibility.criteria), "Foshan, China", "recruiting",
        "Triple (participant, care provider and outcomes assessor)", "Zhengping Liu, MD",
    )  # fmt: skip
    for view in views:
        assert [one for one in said if one not in view] == []


def test_nobody_enrolled_is_a_record_with_what_its_reviewers_question():
    study = plan_of("NCT04034615")
    trial = Trial(recruitment="WITHDRAWN", recruitment_reason="No funding.")
    seen = Seen(Actor("chen", "monitor"), study, NOW, trial)
    text_of = record.text_of_record(seen)
    assert json.loads(text_of)["protocolSection"]["designModule"]["enrollmentInfo"]["count"] == 0
    assert any("nobody was enrolled" in one for one in record.warnings(seen))
    assert record.warnings(replace(seen, actor=Actor("ben", "rater", "foshan"))) == ()
