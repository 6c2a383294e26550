"""The clinic for other tests: what its default days hold, and that its list shows nowhere."""

from datetime import timedelta

import pytest

import plain_custodian
from cicatrix.store.desk import open_desk
from cicatrix.trial.schedule import due_dates, local_date
from clinic import DAY, clinic, plan_of

RECENT = timedelta(days=14)


def made(folder, study, **how):
    clinic(folder, study, **how)
    with open_desk(folder) as desk:
        return desk.study, desk.trial, list(desk.home.ledger.since())


def visits_open(study, one, today):
    """Give the visits of a randomised woman that are dated and still to take place."""
    due = due_dates(study, one.milestones())
    settled = {*one.attended, *one.missed}
    over = {scope for scope in ("treatment", "visits") if one.withdrawn_from(scope)}
    return {
        visit.id: (visit, due[visit.id], today)
        for visit in study.visits
        if one.number and visit.id in due and visit.id not in settled
        and ("treatment" if visit.dosing_day is not None else "visits") not in over
    }  # fmt: skip


def going_on(study, trial):
    """Say of each state that somebody's Today is for whether it is there."""
    now, everyone = trial.at, trial.participants.values()
    today = {site.id: local_date(study, site.id, now) for site in study.sites}
    coming = [found for one in everyone
              for found in visits_open(study, one, today[one.site]).values()]  # fmt: skip
    due = [(visit, dates.last - on) for visit, dates, on in coming if dates.first <= on]
    ratings = [
        (key in one.called, [bool(rating.signature) for rating in rated])
        for one in everyone
        for key, rated in one.ratings.items()
        if one.attended[key.visit] == today[one.site]
    ]
    asked = [query for one in everyone for query in one.queries.values() if query.closed is None]
    forms = [(study.form[key.form], data) for one in everyone for key, data in one.forms.items()]
    stock = trial.stock
    return {
        "a dose due": any(visit.dosing_day is not None for visit, _ in due),
        "a visit in its window": any(visit.dosing_day is None and left.days >= 0
                                     for visit, left in due),
        "a window that closes": any(0 <= left.days <= 9 for _, left in due),
        "a visit whose window is over": any(left.days < 0 for _, left in due),
        "a visit coming": any(on < dates.first <= on + timedelta(days=28)
                              for _, dates, on in coming),
        "a first rating signed": any(signed == [True] and not third for third, signed in ratings),
        "a third rater called": any(third and signed == [True, True] for third, signed in ratings),
        "a query to answer": any(query.answer is None for query in asked),
        "a query to close": any(query.answer is not None for query in asked),
        "a form to sign": any(form.signed_by and not data.signature for form, data in forms),
        "kits in stock": any(kit.place(today[kit.site]) == "in_stock"
                             for kit in stock.kits.values()),
        "a quarantine to decide": any(not one.decided for one in stock.quarantines.values()),
        "a consent missing": any(not one.consents and today[one.site] - one.screened_on < RECENT
                                 for one in everyone),
        "a release missing": any(one.consents and not one.releases
                                 and today[one.site] - one.screened_on < RECENT
                                 for one in everyone),
        "a withdrawal": any(one.withdrawals for one in everyone),
        "an adverse event": any(one.rows(study.safety.form) for one in everyone),
    }  # fmt: skip


NOT_THERE = {"NCT04034615": set(), "SPLIT-SCAR": {"a visit whose window is over"}}


@pytest.mark.slow
@pytest.mark.parametrize("study", sorted(DAY))
def test_on_a_clinics_day_all_is_going_on_that_can_be_and_two_sites_have_people(tmp_path, study):
    plan, trial, _ = made(tmp_path / "home", study)
    found = going_on(plan, trial)
    assert {what for what, there in found.items() if not there} == NOT_THERE[study]
    assert trial.recruitment == "RECRUITING"
    assert trial.locked_at is None
    sites = {trial.participants[name].site for name in trial.numbers.values()}
    assert len(sites) == min(len(plan.sites), 3)


@pytest.mark.slow
@pytest.mark.parametrize("study", sorted(DAY))
def test_two_clinics_on_two_lists_are_equal_line_for_line(tmp_path, study):
    one, other = (made(tmp_path / str(seed), study, list_seed=seed)[2] for seed in (11, 12))
    assert one == other
    kept = [
        {path.relative_to(home): path.read_bytes() for path in home.rglob("*") if path.is_file()}
        for home in (tmp_path / "11", tmp_path / "12")
    ]
    for files in kept:
        assert [files.pop(name) for name in list(files) if "sqlite3" in name.name]
    assert kept[0] == kept[1]


@pytest.mark.parametrize("study", sorted(DAY))
def test_a_clinics_lists_really_differ_under_lines_that_do_not(study):
    drawn = [plain_custodian.draw(plan_of(study), seed=seed, sizes=(1, 2, 3)) for seed in (11, 12)]
    assert drawn[0].arms != drawn[1].arms
    assert drawn[0].packing != drawn[1].packing
    assert drawn[0].veiled == drawn[1].veiled
