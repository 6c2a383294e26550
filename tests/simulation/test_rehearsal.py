import ast
import json
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from cicatrix.trial.actions.lock import lock, outstanding
from cicatrix.trial.actions.people import grant_role
from cicatrix.trial.conditions import compute
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import KINDS, FormSaved, ParticipantFact
from cicatrix.trial.ledger import read, verify
from cicatrix.trial.participant import RatingKey
from cicatrix.trial.roles import SITE_ROLES, Actor
from cicatrix.trial.trial import fold

from .conftest import EVERY_STUDY, REFERENCE, ROOT, TINY, Rehearsal, study_of

SOURCES = sorted((ROOT / "src/cicatrix/simulation").glob("*.py"))


@pytest.fixture(scope="module")
def reference() -> Rehearsal:
    """Rehearse the reference trial as it is planned, once for all tests that only look."""
    return Rehearsal(study_of(REFERENCE)).play(90)


@pytest.mark.slow
def test_the_reference_trial_is_rehearsed_from_first_to_last(reference):
    trial, done = reference.trial, reference.done
    assert verify(reference.lines) == trial.head
    assert done.randomised == len(trial.numbers) == 90
    assert done.screened > done.consented > done.randomised > done.withdrawn > 0
    assert trial.rehearsal
    assert trial.recruitment == "COMPLETED"
    assert trial.broken == 0
    assert set(trial.numbers) <= set(reference.arms)
    assert done.entries == trial.head.seq - 5
    assert timedelta(days=3 * 365) < done.ended - done.started < timedelta(days=5 * 365)


@pytest.mark.slow
def test_all_that_can_go_otherwise_does_so_in_a_trial_of_ninety(reference):
    everyone = reference.trial.participants.values()
    happened = {
        "refused consent": any(not one.consents for one in everyone),
        "kept the release": any(one.consents and not one.releases for one in everyone),
        "was not eligible": any(
            one.eligibility and not one.eligibility.eligible for one in everyone
        ),
        "missed a visit": any(one.missed for one in everyone),
        "missed a dose": any(one.missed_doses for one in everyone),
        "had a tube discarded": any(one.discarded for one in everyone),
        "needed a spare kit": any(len(one.kits) > 1 for one in everyone),
        "withdrew": any(one.withdrawals for one in everyone),
        "deviated": any(one.deviations for one in everyone),
        "had an adverse event": any(one.rows("adverse_event") for one in everyone),
        "had another event": any(one.rows("intercurrent") for one in everyone),
        "had other care": any(one.rows("concomitant_care") for one in everyone),
        "was asked about": any(one.queries for one in everyone),
        "saw a third rater": any(one.called for one in everyone),
        "had one rater only": any(len(r) == 1 for one in everyone for r in one.ratings.values()),
    }
    assert [what for what, did in happened.items() if not did] == []
    facts = [read(line).fact for line in reference.lines]
    assert any(isinstance(fact, FormSaved) and fact.reason for fact in facts)
    assert {type(fact).__name__ for fact in facts} >= set(KINDS) - {
        "StudyAmended", "RoleRevoked", "TrialLocked", "AllocationOpened", "ReleaseWithdrawn",
        "CodeBroken", "AllocationReleased", "ListAborted", "RandomisationRequested",
        "TrainingCompleted", "CommentMade", "SourceVerified", "ContactTried", "PhotographTaken",
    }  # fmt: skip


@pytest.mark.slow
def test_everything_wrong_that_is_tried_is_refused_and_counted(reference):
    assert set(reference.done.refused) == {
        "no_consent", "no_release", "not_eligible", "not_permitted", "other_kit", "wrong_tube",
        "gave_dose", "rated", "quarantined", "condemned", "hours_outside", "same_person",
    }  # fmt: skip


@pytest.mark.slow
def test_the_checklist_at_the_end_holds_ratings_without_a_rater_and_locks_once_accepted(reference):
    now = reference.done.ended + timedelta(hours=1)
    left = outstanding(reference.study, reference.trial, now=now)
    assert {one.id.split(":")[1] for one in left} == {"rating"}
    assert len(left) < 40
    manager = Actor("data-manager", "data_manager")
    accepted = {one.id: "no rater could come" for one in left}
    assert lock(reference.study, reference.trial, manager, now=now, accepted=accepted)


@pytest.mark.slow
def test_time_never_goes_back_and_sites_act_in_working_hours(reference):
    entries = [read(line) for line in reference.lines]
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    zone = ZoneInfo(reference.study.sites[0].timezone)
    hours = Counter(
        entry.at.astimezone(zone).hour
        for entry in entries
        if entry.actor.role in SITE_ROLES and isinstance(entry.fact, ParticipantFact)
    )
    assert min(hours) >= 8
    assert max(hours) < 20


@pytest.mark.slow
def test_raters_see_her_on_the_day_of_the_visit_and_nobody_rates_a_scar_twice(reference):
    for participant in reference.trial.participants.values():
        for key, ratings in participant.ratings.items():
            assert {one.on for one in ratings} == {participant.attended[key.visit]}
            assert len({one.rater for one in ratings}) == len(ratings)
            assert len(ratings) < 3 or key in participant.called


def test_a_dose_that_was_really_received_moves_the_scores():
    study = study_of(TINY)
    rehearsal = Rehearsal(study).play(100)
    by_arm = {arm.id: [] for arm in study.arms}
    key = RatingKey("month_6", "score", "scar")
    for number, name in rehearsal.trial.numbers.items():
        for rating in rehearsal.trial.participants[name].ratings.get(key, []):
            total = compute(study.form["score"], study.codes, rating.values)["total"].value
            by_arm[rehearsal.arms[number]].append(total)
    # Nature says 3 and 1; the ends of a scale of 0 to 4 take a little of each.
    assert np.mean(by_arm["placebo"]) == pytest.approx(2.8, abs=0.4)
    assert np.mean(by_arm["gel"]) == pytest.approx(1.1, abs=0.4)


def test_without_an_effect_what_the_tubes_hold_changes_not_one_byte_after_the_list():
    study = study_of(TINY)
    flat = study.simulation.nature.model_copy(update={"mean_by_dose": ((0.0, 2.0), (2.0, 2.0))})
    one, other = (Rehearsal(study, list_seed=seed).play(30, nature=flat) for seed in (1, 2))
    assert one.packing != other.packing
    assert one.lines == other.lines
    with_effect = Rehearsal(study, list_seed=2).play(30)
    assert with_effect.lines != other.lines


@pytest.mark.parametrize("path", EVERY_STUDY, ids=lambda path: path.stem)
@pytest.mark.parametrize("participants", [0, 1, 2])
def test_no_one_or_two_participants_are_rehearsed_like_ninety(path, participants):
    study = study_of(path)
    rehearsal = Rehearsal(study).play(participants, seed=3)
    assert verify(rehearsal.lines) == rehearsal.trial.head
    assert rehearsal.done.randomised == participants
    assert rehearsal.trial.recruitment == ("COMPLETED" if participants else "WITHDRAWN")
    left = outstanding(study, rehearsal.trial, now=rehearsal.done.ended + timedelta(hours=1))
    assert {one.id.split(":")[1] for one in left} <= {"rating"}


@pytest.mark.parametrize("path", [TINY, ROOT / "studies/SPLIT-SCAR.yaml"], ids=lambda p: p.stem)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(path):
    study = study_of(path)
    texts = [Rehearsal(study).play(6, seed=seed).lines for seed in (5, 5, 6)]
    assert texts[0] == texts[1]
    assert texts[0] != texts[2]


def test_bytes_do_not_depend_on_the_order_in_which_a_run_hashes_its_texts():
    program = (
        "from tests.simulation.conftest import *\n"
        "from hashlib import sha256\n"
        "print(sha256(Rehearsal(study_of(TINY)).play(6, seed=5).text.encode()).hexdigest())\n"
    )
    found = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT}/src:{ROOT}/tests"}
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**found, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    here = sha256(Rehearsal(study_of(TINY)).play(6, seed=5).text.encode()).hexdigest()
    assert digests == {here}


def test_more_participants_change_nothing_about_the_first_ones():
    study = study_of(TINY)
    few, more = (Rehearsal(study).play(n, seed=8).trial for n in (2, 4))
    for name, participant in few.participants.items():
        again = more.participants[name]
        assert (again.screened_on, again.number) == (participant.screened_on, participant.number)
        assert again.attended == participant.attended
        assert [
            (key, [(one.rater, one.values) for one in ratings])
            for key, ratings in again.ratings.items()
        ] == [
            (key, [(one.rater, one.values) for one in ratings])
            for key, ratings in participant.ratings.items()
        ]


@pytest.mark.parametrize("path", EVERY_STUDY, ids=lambda path: path.stem)
def test_no_arm_no_content_and_no_dose_is_in_any_line(path):
    study = study_of(path)
    text = Rehearsal(study).play(4, seed=2).text
    words = set(re.findall(r"\w+", text))
    secret = {one.id for one in (*study.arms, *study.treatment.contents)}
    secret |= {f"{one.dose:g}" for one in study.treatment.contents if one.dose > 99}
    assert secret & words == set()
    labels = [
        label
        for one in (*study.arms, *study.treatment.contents)
        for label in one.label.values()
        if len(label) > 4
    ]
    assert [label for label in labels if json.dumps(label)[1:-1] in text or label in text] == []


def test_the_calendar_stops_once_everyone_has_passed_the_visit_to_stop_after():
    study = study_of(REFERENCE)
    whole, part = (Rehearsal(study).play(6, seed=4, until=until) for until in (None, "month_6"))
    assert part.done.ended < whole.done.ended - timedelta(days=365)
    assert part.trial.recruitment == "ACTIVE_NOT_RECRUITING"
    for name in part.trial.numbers.values():
        one = part.trial.participants[name]
        assert {"month_6"} & (set(one.attended) | set(one.missed)) or one.withdrawals
        assert "month_36" not in one.attended
    common = len(part.trial.participants)
    assert list(part.trial.participants) == list(whole.trial.participants)[:common]
    kinds = {one.id.split(":")[1] for one in outstanding(study, part.trial, now=part.done.ended)}
    assert kinds <= {"visit", "rating"}


def test_a_stop_after_a_visit_before_randomisation_stops_with_recruitment():
    rehearsal = Rehearsal(study_of(TINY)).play(3, until="screening_visit")
    assert rehearsal.done.randomised == 3
    assert not any(one.ratings for one in rehearsal.trial.participants.values())


def test_a_list_too_short_ends_recruitment_with_those_that_it_has_numbers_for():
    rehearsal = Rehearsal(study_of(TINY), slots=3).play(9)
    assert rehearsal.done.randomised == 3
    assert rehearsal.trial.recruitment == "COMPLETED"


def test_a_stratum_without_numbers_turns_people_away_and_the_others_go_on():
    study = study_of(ROOT / "studies/SPLIT-SCAR.yaml")
    rehearsal = Rehearsal(study, slots=2).play(len(study.sites) * 2)
    assert rehearsal.done.randomised == len(study.sites) * 2
    assert rehearsal.done.refused["list_exhausted"] > 0


def test_where_care_providers_are_unmasked_none_is_made_a_rater_too():
    study = study_of(ROOT / "studies/SPLIT-SCAR.yaml")
    masked = tuple(role for role in study.masking.masked if role != "care_provider")
    update = {"masked": masked, "unmasked": (*study.masking.unmasked, "care_provider")}
    masking = study.masking.model_copy(update=update)
    study = study.model_copy(update={"masking": masking})
    study.__dict__.pop("digest", None)
    rehearsal = Rehearsal(study).play(12)
    assert rehearsal.done.randomised == 12
    assert not any(
        {"care_provider", "rater"} <= held for held in rehearsal.trial.ever_held.values()
    )
    assert rehearsal.done.refused["rated"] > 0
    assert "gave_dose" not in rehearsal.done.refused
    usual = Rehearsal(study_of(ROOT / "studies/SPLIT-SCAR.yaml")).play(12)
    assert usual.done.refused["gave_dose"] > 0


def test_a_rehearsal_begins_after_what_the_ledger_already_holds():
    rehearsal = Rehearsal(study_of(TINY))
    late = datetime(2030, 5, 6, 7, 8, tzinfo=UTC)
    admin = Actor("administrator", "administrator")
    facts = grant_role(
        rehearsal.study, rehearsal.trial, admin, now=late, user="ana", role="investigator",
        site="here",
    )  # fmt: skip
    rehearsal.record(facts, admin, late)
    rehearsal.play(1)
    assert rehearsal.done.started > late


def test_a_dose_counted_from_a_missed_one_is_missed_with_it_and_not_at_the_very_end():
    study = study_of(ROOT / "studies/SPLIT-SCAR.yaml")
    conduct = study.simulation.conduct.model_copy(update={"missed_dose": 0.5, "withdraws": 0.0})
    simulation = study.simulation.model_copy(update={"conduct": conduct})
    study = study.model_copy(update={"simulation": simulation})
    study.__dict__.pop("digest", None)
    rehearsal = Rehearsal(study).play(12)
    stranded = 0
    for participant in rehearsal.trial.participants.values():
        doses = [one.on for one in participant.deviations if one.category == "dose"]
        if {8, 15} <= set(participant.missed_doses):
            stranded += 1
            assert len(set(doses)) == 1
    assert stranded > 0
    left = outstanding(study, rehearsal.trial, now=rehearsal.done.ended + timedelta(hours=1))
    assert {one.id.split(":")[1] for one in left} <= {"rating"}


def test_progress_counts_participants_up_to_all_of_them():
    told = []
    Rehearsal(study_of(TINY)).play(5, progress=lambda now, total: told.append((now, total)))
    assert told == [(n, 5) for n in range(1, 6)]


def test_a_tube_that_the_sheet_does_not_name_stops_the_rehearsal_with_one_sentence():
    rehearsal = Rehearsal(study_of(TINY))
    rehearsal.packing.clear()
    with pytest.raises(Refused, match="does not say what tube 1 of kit"):
        rehearsal.play(1)


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"participants": -1}, "cannot be negative"),
        ({"participants": 1, "seed": -1}, "cannot be negative"),
        ({"participants": 1, "until": "month_99"}, "no visit month_99"),
    ],
)
def test_wrong_use_is_refused_before_anything_is_recorded(how, sentence):
    rehearsal = Rehearsal(study_of(TINY))
    before = len(rehearsal.lines)
    with pytest.raises(Refused, match=sentence):
        rehearsal.play(**how)
    assert len(rehearsal.lines) == before


def test_a_study_without_assumptions_cannot_be_rehearsed():
    study = study_of(TINY).model_copy(update={"simulation": None})
    study.__dict__.pop("digest", None)
    with pytest.raises(Refused, match="has no simulation part"):
        Rehearsal(study).play(1)


def test_the_ledger_of_a_rehearsal_folds_to_the_trial_that_it_left():
    rehearsal = Rehearsal(study_of(TINY)).play(5)
    assert fold(read(line) for line in rehearsal.lines) == rehearsal.trial


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_simulation_makes_no_fact_of_its_own(path):
    tree = ast.parse(path.read_text("utf-8"))
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    assert called & {*KINDS, "model_construct", "fold", "seal"} == set()


def test_a_half_that_lacked_its_tube_is_recorded_as_missed_before_its_next_dose():
    study = study_of(ROOT / "studies/SPLIT-SCAR.yaml")
    conduct = study.simulation.conduct.model_copy(update={"discarded_tube": 0.3})
    simulation = study.simulation.model_copy(update={"conduct": conduct})
    rehearsal = Rehearsal(study.model_copy(update={"simulation": simulation})).play(30)
    assert rehearsal.done.randomised == 30
    halves = [
        (one, day)
        for one in rehearsal.trial.participants.values()
        for day in one.missed_doses
        if any(use.day == day for use in one.tubes)
    ]
    assert halves
    for one, day in halves:
        assert sum(1 for use in one.tubes if use.day == day) == 1
        assert one.missed_doses[day] == "no tube was left"
