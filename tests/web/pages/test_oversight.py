"""The dashboard and its figures: what is counted, for whom, and what nobody is told."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from addresses import TOKEN
from cicatrix.cli.create import found_home, person
from cicatrix.trial.actions.forms import save_form
from cicatrix.trial.facts import RecruitmentChanged
from cicatrix.trial.schedule import due_dates
from cicatrix.web.oversight import dashboard, figures
from cicatrix.web.oversight.agreement import agreement
from cicatrix.web.pages import access_report, audit, lock, oversight, queries, verification
from site_visited import Site, migrated, visited

DASHBOARD = "/oversight/"
STATUS = "/oversight/recruitment/"
FIGURES = tuple(figures.DRAWN)
STUDY = Path(__file__).parents[3] / "studies/SPLIT-SCAR.yaml"
PEOPLE = (
    "administrator:administrator", "custodian:pharmacist", "ana:investigator:north",
    "cora:coordinator:north", "chen:monitor", "dora:statistician", "spencer:sponsor",
    "dan:data_manager", "ada:auditor",
)  # fmt: skip
OURS = {
    "/oversight/": oversight.WATCHERS,
    "/queries/": queries.READS,
    "/audit/": audit.READS,
    "/audit/entries.csv": audit.READS,
    "/audit/checkpoint/": audit.PROVERS,
    "/verification/": verification.READS,
    "/lock/": lock.READS,
    "/access/": access_report.READS,
}
ROLES = (
    "coordinator", "investigator", "care_provider", "rater", "image_reader", "pharmacist",
    "data_manager", "statistician", "monitor", "sponsor", "auditor", "administrator",
)  # fmt: skip


@pytest.fixture
def empty(tmp_path) -> Iterator[Site]:
    """A trial that was founded and in which nothing has happened."""
    home = tmp_path / "empty"
    found_home(home, STUDY, [person(one) for one in PEOPLE], now=datetime(2026, 1, 1, tzinfo=UTC))
    migrated(home)
    with visited(home) as site:
        yield site


def arms_named(study, page: str) -> list[str]:
    """Name the arms and contents that a page betrays; a class of the style sheet is none."""
    page = re.sub(r'class="[^"]*"', "", page)
    texts = [
        text for one in (*study.arms, *study.treatment.contents) for text in one.label.values()
    ]
    words = [one.id for one in (*study.arms, *study.treatment.contents)]
    return [one for one in texts if one in page] + [
        one for one in words if re.search(rf"\b{re.escape(one)}\b", page)
    ]


@pytest.mark.slow
def test_every_page_lets_in_its_roles_and_nobody_else_and_names_no_arm(sites):
    for role in ROLES:
        client = sites.client(sites.who(role))
        for where, admitted in OURS.items():
            answer = client.get(where)
            assert answer.status_code == (200 if role in admitted else 403), where
            assert arms_named(sites.worker.desk.study, answer.content.decode()) == [], where


def test_what_acts_is_no_page_to_read(site):
    for where in ["/queries/close/"]:
        assert site.client(site.who("data_manager")).get(where).status_code == 405


def test_with_nobody_in_the_trial_every_page_says_so(empty):
    for role, where in (
        ("sponsor", "/oversight/"), ("data_manager", "/queries/"), ("auditor", "/audit/"),
        ("monitor", "/verification/"), ("data_manager", "/lock/"), ("auditor", "/access/"),
        ("investigator", "/oversight/"), ("sponsor", STATUS),
    ):  # fmt: skip
        assert empty.client(empty.who(role)).get(where).status_code == 200, where
    page = empty.client(empty.who("sponsor")).get(DASHBOARD).content.decode()
    assert "Recruitment is not open" in page or "Nobody is randomised yet" in page
    assert "No visit took place yet" in page
    for name in FIGURES:
        drawn = empty.client(empty.who("sponsor")).get(f"/oversight/figures/{name}.svg")
        assert ET.fromstring(drawn.content).tag.endswith("svg")


def test_what_is_counted_is_what_is_recorded(site):
    trial = site.worker.desk.trial
    page = site.client(site.who("sponsor")).get(DASHBOARD).content.decode()
    randomised = len(trial.numbers)
    assert f'<span class="count">{randomised}</span>' in page
    board = dashboard.dashboard(site.worker.seen_by(site.who("sponsor")))
    assert board.recruitment.screened == len(trial.participants)
    assert board.recruitment.curve[-1][1] == randomised
    assert sum(one.open for one in board.quality.queries) == sum(
        query.closed is None
        for her in trial.participants.values()
        for query in her.queries.values()
    )
    assert sum(one.all for one in board.quality.deviations) == sum(
        len(her.deviations) for her in trial.participants.values()
    )
    for row in board.retention:
        six = (row.came, row.missed, row.withdrawn, row.overdue, row.due, row.later)
        assert sum(six) == randomised
        assert row.kept <= row.over <= randomised
        assert row.came == sum(
            row.visit.id in her.attended for her in trial.participants.values() if her.number
        )


def test_a_share_is_of_those_whose_window_is_over(site):
    study, trial = site.worker.desk.study, site.worker.desk.trial
    seen = site.worker.seen_by(site.who("sponsor"))
    between = 0
    for row in dashboard.dashboard(seen).retention:
        dates = [
            due_dates(study, her.milestones()).get(row.visit.id)
            for her in trial.participants.values() if her.number
        ]  # fmt: skip
        today = seen.today("foshan")
        assert row.over == sum(one is not None and one.last < today for one in dates)
        between += sum(one is not None and one.first <= today <= one.last for one in dates)
    assert between > 0


def test_a_visit_whose_window_is_open_for_everybody_has_no_share(site):
    board = dashboard.dashboard(site.worker.seen_by(site.who("sponsor")))
    last = board.retention[-1]
    assert last.withdrawn > 0
    assert (last.over, last.share.estimate) == (0, None)


def test_the_forecast_is_said_with_its_interval_its_method_and_its_source(site):
    board = dashboard.dashboard(site.worker.seen_by(site.who("monitor")))
    early, likely, late = board.recruitment.finished
    assert board.recruitment.today < early < likely < late
    page = site.client(site.who("monitor")).get(DASHBOARD).content.decode()
    assert "95% prediction interval of a gamma-Poisson model" in page
    assert "Anisimov and Fedorov" in page


def test_one_site_sees_its_own_numbers_and_its_own_plan(sites):
    eve = sites.who("coordinator", site="north")
    board = dashboard.dashboard(sites.worker.seen_by(eve))
    here = [one for one in sites.worker.desk.trial.participants.values() if one.site == "north"]
    assert board.recruitment.screened == len(here)
    assert board.recruitment.planned == next(
        one.planned for one in sites.worker.desk.study.sites if one.id == "north"
    )
    page = sites.client(eve).get(DASHBOARD).content.decode()
    others = [one.name["en"] for one in sites.worker.desk.study.sites if one.id != "north"]
    assert [one for one in others if one in page] == []


def test_what_another_site_records_changes_no_byte_of_this_ones_dashboard(sites):
    eve = sites.client(sites.who("investigator", site="north"))
    looked_at = (DASHBOARD, "/oversight/figures/retention.svg", "/lock/")
    before = [TOKEN.sub(b"", eve.get(where).content) for where in looked_at]
    here = next(
        her for her in sites.worker.desk.trial.participants.values()
        if her.site == "south" and her.number and any(data.values for data in her.forms.values())
    )  # fmt: skip
    key, data = next(
        (key, data) for key, data in here.forms.items()
        if "coordinator" in sites.worker.desk.study.form[key.form].filled_by and data.values
    )  # fmt: skip
    item = next(one for one, value in data.values.items() if isinstance(value, bool))
    sites.worker.act(
        sites.who("coordinator", site="south"), save_form, participant=here.id, key=key,
        values={item: not data.values[item]}, reason="misread",
    )  # fmt: skip
    after = [TOKEN.sub(b"", eve.get(where).content) for where in looked_at]
    assert after == before


def test_a_set_of_ratings_counts_once_it_is_complete(site):
    seen = site.worker.seen_by(site.who("monitor"))
    rows = agreement(seen.study, seen.trial)
    begun = sum(
        1 for her in seen.trial.participants.values() for ratings in her.ratings.values() if ratings
    )
    counted = sum(len(row.pairs) for row in rows)
    assert 0 < counted < begun
    signed = next(
        rating for her in seen.trial.participants.values() for key, ratings in her.ratings.items()
        for rating in ratings if len(ratings) == 2 and key not in her.called and rating.signature
    )  # fmt: skip
    signed.signature = None
    assert sum(len(row.pairs) for row in agreement(seen.study, seen.trial)) == counted - 1
    third = next(
        rating for her in seen.trial.participants.values() for ratings in her.ratings.values()
        for rating in ratings if rating.position == 3 and rating.signature
    )  # fmt: skip
    third.signature = None
    assert sum(len(row.pairs) for row in agreement(seen.study, seen.trial)) == counted - 2


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_a_drawing_that_repeats_to_the_byte_in_both_languages(site, name):
    client = site.client(site.who("statistician"))
    account = site.account(site.who("statistician").user)
    drawn = {}
    for language in ("en", "zh-hans"):
        type(account).objects.filter(pk=account.pk).update(language=language)
        first = client.get(f"/oversight/figures/{name}.svg")
        assert first["Content-Type"].startswith("image/svg+xml")
        assert ET.fromstring(first.content).tag.endswith("svg")
        assert b"<script" not in first.content
        assert client.get(f"/oversight/figures/{name}.svg").content == first.content
        drawn[language] = first.content
    assert (drawn["en"] != drawn["zh-hans"]) is bool(figures._chinese_fonts())


def test_without_a_chinese_font_a_chinese_figure_has_english_words(site, monkeypatch):
    from django.utils import translation

    board = dashboard.dashboard(site.worker.seen_by(site.who("sponsor")))
    english = figures.draw("retention", board)
    monkeypatch.setattr(figures, "_chinese_fonts", list)
    with translation.override("zh-hans"):
        assert figures.draw("retention", board) == english


def test_another_figure_is_unknown(site):
    for name in ["arm", "recruitment.png", ".."]:
        client = site.client(site.who("sponsor"))
        assert client.get(f"/oversight/figures/{name}.svg").status_code == 404


def test_the_sponsor_ends_recruitment_and_a_wrong_change_loses_nothing(site):
    spencer = site.client(site.who("sponsor"))
    refused = spencer.post(STATUS, {"status": "TERMINATED", "reason": " "})
    assert refused.status_code == 422
    assert 'value="TERMINATED" checked' in refused.content.decode()
    nonsense = spencer.post(STATUS, {"status": "OVER <b>", "reason": "kept & shown"})
    assert nonsense.status_code == 422
    assert "kept &amp; shown" in nonsense.content.decode()
    assert site.worker.desk.trial.recruitment == "RECRUITING"
    done = spencer.post(STATUS, {"status": "SUSPENDED", "reason": "waiting for gel"})
    assert done["Location"] == STATUS
    assert site.worker.desk.trial.recruitment == "SUSPENDED"
    (last,) = site.worker.seen_by(site.who("monitor")).of(RecruitmentChanged)[-1:]
    assert last.fact.reason == "waiting for gel"
    assert "there is no forecast" in spencer.get(DASHBOARD).content.decode()


def test_who_may_not_change_the_status_is_refused(site):
    client = site.client(site.who("data_manager"))
    assert client.get(STATUS).status_code == 403
    assert client.post(STATUS, {"status": "COMPLETED"}).status_code == 403


def test_the_dashboard_is_worked_out_once_for_what_is_seen(site, monkeypatch):
    made = []
    real = dashboard.retention
    monkeypatch.setattr(dashboard, "retention", lambda *a, **k: made.append(a) or real(*a, **k))
    monkeypatch.setattr(dashboard, "_kept", type(dashboard._kept)())
    client = site.client(site.who("sponsor"))
    for where in (DASHBOARD, DASHBOARD, *(f"/oversight/figures/{name}.svg" for name in FIGURES)):
        client.get(where)
    assert len(made) == 1
    site.client(site.who("sponsor")).post(STATUS, {"status": "ACTIVE_NOT_RECRUITING"})
    client.get(DASHBOARD)
    assert len(made) == 2
