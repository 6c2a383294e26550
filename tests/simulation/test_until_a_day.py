from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from cicatrix.trial.errors import Refused
from cicatrix.trial.ledger import read

from .conftest import EVERY_STUDY, ROOT, TINY, Rehearsal, study_of

SPLIT = ROOT / "studies/SPLIT-SCAR.yaml"
FAR = date(2060, 1, 1)


def start_of(study):
    return study.simulation.conduct.recruitment_start


def noon(study, day):
    zone = ZoneInfo(study.sites[0].timezone)
    return datetime.combine(day, time(12), zone).astimezone(UTC)


@pytest.mark.parametrize("days", [0, 40, 75])
@pytest.mark.parametrize("path", EVERY_STUDY, ids=lambda path: path.stem)
def test_what_has_happened_by_noon_is_what_would_have_happened_anyway_and_no_more(path, days):
    study = study_of(path)
    day = start_of(study) + timedelta(days=days)
    whole = Rehearsal(study).play(20, seed=4)
    part = Rehearsal(study).play(20, seed=4, until=day)
    before = [line for line in whole.lines if read(line).at <= noon(study, day)]
    assert part.lines == before
    assert len(before) < len(whole.lines)
    assert part.done.ended == noon(study, day)
    assert part.trial.recruitment != "COMPLETED"


def test_a_day_after_all_is_over_leaves_the_trial_completed_and_its_desks_cleared():
    study = study_of(TINY)
    whole, part = (Rehearsal(study).play(3, until=until) for until in (None, FAR))
    assert part.lines == whole.lines
    assert part.trial.recruitment == "COMPLETED"


def test_a_day_between_the_last_visit_and_the_cleared_desks_leaves_them_as_they_are():
    study = study_of(TINY)
    whole = Rehearsal(study).play(6, seed=2)
    over = whole.done.ended.date() - timedelta(days=1)
    part = Rehearsal(study).play(6, seed=2, until=over)
    assert part.lines == whole.lines[: len(part.lines)]
    assert part.trial.recruitment == "ACTIVE_NOT_RECRUITING"
    assert part.done.ended == noon(study, over)


def test_a_day_before_the_start_is_refused_and_nothing_is_recorded():
    study = study_of(SPLIT)
    rehearsal = Rehearsal(study)
    lines = list(rehearsal.lines)
    day = start_of(study) - timedelta(days=1)
    with pytest.raises(Refused, match=f"begins after noon of {day}: on {start_of(study)} at 09:00"):
        rehearsal.play(5, until=day)
    assert rehearsal.lines == lines


def test_a_day_is_left_to_nobody_like_to_many():
    study = study_of(TINY)
    rehearsal = Rehearsal(study).play(0, until=start_of(study) + timedelta(days=30))
    assert (rehearsal.done.screened, rehearsal.done.randomised) == (0, 0)
    assert rehearsal.trial.recruitment == "WITHDRAWN"
