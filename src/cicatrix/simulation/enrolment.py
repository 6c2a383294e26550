"""From being asked to being randomised: arrivals over the calendar, screening, the next number.

Some refuse, some keep a release back, some do not meet the criteria; each goes as far as the acts
let her. The calendar of arrivals is a Poisson process for those who will be enrolled, and the
others come in between.
"""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from cicatrix.simulation.assessments import DAYS_A_MONTH, assess_scars
from cicatrix.simulation.courses import Subject, before_randomisation, draw_course, draw_subject
from cicatrix.simulation.events import plan_events
from cicatrix.simulation.follow_up import attend, follow_up
from cicatrix.simulation.paperwork import fill_visit_form, see_to_queries
from cicatrix.simulation.people import COURSE, PERSONS, RECRUITMENT, Person, draw_people, stream
from cicatrix.simulation.stage import Act, Process, Stage, weekday
from cicatrix.simulation.supply import restock, site_of
from cicatrix.trial.actions.eligibility import sign_eligibility
from cicatrix.trial.actions.forms import save_form
from cicatrix.trial.actions.people import change_recruitment, grant_role
from cicatrix.trial.actions.randomisation import randomise
from cicatrix.trial.actions.request_randomisation import request_randomisation
from cicatrix.trial.actions.screening import screen, sign_consent
from cicatrix.trial.actions.visits import attend_visit
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import ParticipantScreened
from cicatrix.trial.participant import FormKey
from cicatrix.trial.roles import Actor
from cicatrix.trial.schedule import due_dates
from cicatrix.trial.study import Visit

ATTEMPTS_EVERY = 10
"""On every tenth of those who will be enrolled, the first included, wrong acts are tried."""

TURNED_AWAY_AT_MOST = 50
WAIT_FOR_THE_LAST_DAYS = 7


def recruit(stage: Stage) -> Process:
    """Let people come until enough are randomised or the numbers are used up; then stop.

    A month brings as many as the study file says, or proportionally more where more are wanted
    than were planned, so that the calendar keeps its length.
    """
    pace = max(1.0, stage.participants / stage.study.allocation.planned)
    mean_days = DAYS_A_MONTH / (stage.conduct.enrolled_per_month * pace)
    rng = stream(stage.seed, RECRUITMENT)
    people = draw_people(stage.study, stage.conduct, seed=stage.seed)
    enrolled = 0
    while len(stage.trial.numbers) < stage.participants and not _exhausted(stage):
        if len(stage.trial.numbers) + stage.on_the_way < stage.participants:
            group = next(people)
            wait = timedelta(days=mean_days * group[-1].gap)
            _announce(stage, group, wait, attempts=enrolled % ATTEMPTS_EVERY == 0)
            enrolled += 1
            yield stage.now + wait
        else:
            yield stage.now + timedelta(days=1)
    yield stage.in_days(stage.study.sites[0].id, 1, WAIT_FOR_THE_LAST_DAYS, rng)
    stage.recruited = True
    sponsor = stage.cast.offices["sponsor"]
    if stage.trial.numbers:
        stage.act(change_recruitment, sponsor, status="ACTIVE_NOT_RECRUITING")
    else:
        reason = "No participant was enrolled."
        stage.act(change_recruitment, sponsor, status="WITHDRAWN", reason=reason)
    stage.close_if_due()


def _exhausted(stage: Stage) -> bool:
    slots = sum(len(slots) for slots in stage.trial.list.slots.values()) if stage.trial.list else 0
    return len(stage.trial.numbers) >= slots or stage.turned_away >= TURNED_AWAY_AT_MOST


def _announce(stage: Stage, group: Sequence[Person], wait: timedelta, *, attempts: bool) -> None:
    """Give the people of a group their days: who will be enrolled comes at its end."""
    stage.on_the_way += 1
    for person in group:
        rng = stream(stage.seed, PERSONS, person.index, COURSE, 0)
        part = 1.0 if person.enrols else float(rng.random())
        day = (stage.now + part * wait).date()
        at = stage.on_day(person.site, weekday(day), rng)
        stage.start(_screening(stage, person, rng, attempts=attempts and person.enrols), at)


def _screening(
    stage: Stage, person: Person, rng: np.random.Generator, *, attempts: bool
) -> Process:
    """Screen one person and go on as far as she and the acts let it go."""
    team = stage.cast.teams[person.site]
    facts = stage.act(screen, team.coordinator, site=person.site)
    name = next(fact.participant for fact in facts if isinstance(fact, ParticipantScreened))
    yield stage.soon(rng)
    if not person.consents:
        return
    if attempts:
        stage.must_refuse("no_consent", _ask(stage), team.coordinator, participant=name)
    yield from _consent(stage, person, name, rng)
    required = [one.id for one in stage.study.consent.releases if one.required]
    if not set(required) <= set(person.releases):
        stage.must_refuse("no_release", _ask(stage), team.coordinator, participant=name)
        return
    subject = draw_subject(stage, person, name, attempts=attempts)
    for visit in before_randomisation(stage.study):
        due = due_dates(stage.study, stage.participant(name).milestones()).get(visit.id)
        if due is not None and due.planned > stage.today(person.site):
            yield stage.on_day(person.site, min(weekday(due.planned), due.last), rng)
        yield from _early_visit(stage, subject, visit, rng)
        if stage.study.eligibility.form in visit.forms and not person.enrols:
            stage.must_refuse("not_eligible", _ask(stage), team.coordinator, participant=name)
            return
    yield stage.soon(rng)
    _randomise(stage, subject)


def _consent(stage: Stage, person: Person, name: str, rng: np.random.Generator) -> Process:
    version = [
        one for one in stage.study.consent.versions if one.since <= stage.today(person.site)
    ][-1].version
    stage.act(
        sign_consent, stage.cast.teams[person.site].coordinator, participant=name,
        consent_version=version, language=person.language, releases=person.releases,
    )  # fmt: skip
    stage.act(grant_role, stage.cast.administrator, user=name, role="participant", site=person.site)
    yield stage.soon(rng)


def _early_visit(stage: Stage, subject: Subject, visit: Visit, rng: np.random.Generator) -> Process:
    person, name = subject.person, subject.participant
    if subject.attempts:
        stage.must_refuse(
            "not_permitted", attend_visit, _outsider(stage, person.site),
            participant=name, visit=visit.id,
        )  # fmt: skip
    yield from attend(stage, person, name, visit, rng)
    for form in (stage.study.form[one] for one in visit.forms):
        if form.id == stage.study.eligibility.form:
            yield from _eligibility(stage, person, name, visit, rng)
        elif form.rating is not None:
            yield from assess_scars(stage, subject, visit, form)
        else:
            yield from fill_visit_form(stage, name, person.site, form, visit.id, rng)


def _outsider(stage: Stage, site: str) -> Actor:
    """Find someone of another site, or, where there is one site, someone of none."""
    others = [team for name, team in stage.cast.teams.items() if name != site]
    return others[0].coordinator if others else Actor("eve", "coordinator", "elsewhere")


def _eligibility(
    stage: Stage, person: Person, name: str, visit: Visit, rng: np.random.Generator
) -> Process:
    form = stage.study.form[stage.study.eligibility.form]
    filler = stage.cast.filling(form.filled_by[0], person.site, name)
    facts = stage.act(
        save_form, filler, participant=name, key=FormKey(form.id, visit.id), values=person.answers
    )
    see_to_queries(stage, person.site, facts, rng)
    yield stage.soon(rng)
    investigator = stage.cast.teams[person.site].investigator
    stage.act(sign_eligibility, investigator, participant=name)
    yield stage.soon(rng)


def _ask(stage: Stage) -> Act:
    """Give the act that asks for a number: from a list, or by a request that is answered."""
    return request_randomisation if stage.study.allocation.minimise else randomise


def _randomise(stage: Stage, subject: Subject) -> None:
    """Draw the next number and begin her course, or turn her away if no number is left."""
    stage.on_the_way -= 1
    name, site = subject.participant, subject.site
    try:
        stage.act(_ask(stage), stage.cast.teams[site].coordinator, participant=name)
    except Refused as refusal:
        if refusal.rule != "list_exhausted":
            raise
        stage.refused[refusal.rule] += 1
        stage.turned_away += 1
        return
    stratum, sealed = stage.participant(name).stratum, stage.trial.list
    if stratum is None or sealed is None:
        raise Refused(
            "not_answered",
            f"Nobody answered the request for {name}: a minimised study is rehearsed where its "
            "requests are answered at once.",
        )
    slot = sealed.slots[stratum][stage.trial.used[stratum] - 1]
    if site_of(stage.study, stratum) is not None:
        restock(stage, stratum, site)
    restock(stage, stratum, site, only=slot.kits)
    course = draw_course(stage, subject, slot)
    stage.waiting.add(name)
    plan_events(stage, course)
    if stage.until in {visit.id for visit in before_randomisation(stage.study)}:
        stage.finish(name)
    stage.start(follow_up(stage, course), stage.now + timedelta(minutes=10))
