"""The virtual people: who works at each site, and each person who is asked to take part.

Everything about a person comes from streams of her own, numbered from the seed, so that more
people change nothing about earlier ones. Users are named by site and role, as accounts are; no
name of anybody's is here. What they do is in enrolment.py and follow_up.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cicatrix.simulation.answers import answer_eligibility, would_enrol
from cicatrix.trial.assumed import Conduct
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Value
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial

CARE_PROVIDERS = 2
RATERS = 4
OFFICE = ("data_manager", "monitor", "statistician", "sponsor", "image_reader")
NEVER_ENROLLED = 2000

PERSONS, STAFF, RECRUITMENT, STORES = range(4)
"""First part of a stream's number: whose it is."""

CHARACTER, COURSE, SCAR, RATINGS, EVENTS = range(5)
"""Last part of a person's stream's number: what is drawn from it."""


def stream(seed: int, *number: int) -> np.random.Generator:
    """Make the numbered stream of chance that belongs to a seed."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=number)))


@dataclass(frozen=True, slots=True)
class Team:
    """The people of one site; `doubles` gives doses and also holds the role of a rater.

    Nobody does where who gives doses is unmasked, for then no one may hold both roles.
    """

    site: str
    coordinator: Actor
    investigator: Actor
    care_providers: tuple[Actor, ...]
    raters: tuple[Actor, ...]
    doubles: Actor | None

    @property
    def everyone(self) -> tuple[Actor, ...]:
        """List every role that someone of the site must be granted."""
        return (
            self.coordinator, self.investigator, *self.care_providers, *self.all_raters,
        )  # fmt: skip

    @property
    def all_raters(self) -> tuple[Actor, ...]:
        """List everyone who holds the role of a rater."""
        return self.raters if self.doubles is None else (*self.raters, self.doubles)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone who works in the trial: teams by site, and one person for each office."""

    teams: Mapping[str, Team]
    offices: Mapping[str, Actor]
    administrator: Actor
    custodian: Actor

    def filling(self, role: str, site: str, participant: str) -> Actor:
        """Say who fills or signs what is for a role, for one participant."""
        team = self.teams[site]
        match role:
            case "coordinator":
                return team.coordinator
            case "investigator":
                return team.investigator
            case "care_provider":
                return team.care_providers[0]
            case "rater":
                return team.raters[0]
            case "participant":
                return Actor(participant, "participant", site)
            case "pharmacist":
                return self.custodian
        return self.offices[role]


def cast_of(study: Study, trial: Trial) -> Cast:
    """Name the people of a rehearsal; an office that someone holds already stays his."""
    held = {role: user for user, roles in trial.roles.items() for role, site in roles if not site}
    return Cast(
        teams={site.id: _team(site.id, study) for site in study.sites},
        offices={
            role: Actor(held.get(role, role.replace("_", "-")), role)
            for role in (*OFFICE, "auditor")
        },
        administrator=Actor(held.get("administrator", "administrator"), "administrator"),
        custodian=Actor(held.get("pharmacist", "custodian"), "pharmacist"),
    )


def _team(site: str, study: Study) -> Team:
    parted = not {"care_provider", "rater"}.isdisjoint(study.masking.unmasked)
    providers = [f"{site}-care-{n}" for n in range(1, CARE_PROVIDERS + 1)]
    return Team(
        site,
        Actor(f"{site}-coordinator", "coordinator", site),
        Actor(f"{site}-investigator", "investigator", site),
        tuple(Actor(user, "care_provider", site) for user in providers),
        tuple(Actor(f"{site}-rater-{n}", "rater", site) for n in range(1, RATERS + 1)),
        None if parted else Actor(providers[-1], "rater", site),
    )


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who is asked: what she is like before she is anyone in the trial.

    `gap` is how long after the person before her she came, in the mean time between two.
    """

    index: int
    site: str
    language: str
    gap: float
    consents: bool
    releases: tuple[str, ...]
    answers: Mapping[str, Value]
    enrols: bool


def draw_person(study: Study, conduct: Conduct, *, seed: int, index: int) -> Person:
    """Draw the person of a number from her own stream."""
    rng = stream(seed, PERSONS, index, CHARACTER)
    planned = np.array([float(site.planned) for site in study.sites])
    weights = planned / planned.sum() if planned.sum() else np.full(len(planned), 1 / len(planned))
    site = study.sites[int(rng.choice(len(weights), p=weights))].id
    language = study.languages[int(rng.integers(len(study.languages)))]
    gap = float(rng.exponential())
    consents = bool(rng.random() >= conduct.refuses_consent)
    releases = tuple(
        release.id for release in study.consent.releases if rng.random() >= conduct.refuses_release
    )
    answers = answer_eligibility(study, rng=rng)
    required = [release.id for release in study.consent.releases if release.required]
    enrols = consents and set(required) <= set(releases) and would_enrol(study, answers)
    return Person(index, site, language, gap, consents, releases, answers, enrols)


def draw_people(study: Study, conduct: Conduct, *, seed: int) -> Iterator[Sequence[Person]]:
    """Draw people in groups: those who will not be enrolled, and the one who will, last."""
    group: list[Person] = []
    index = 0
    while True:
        person = draw_person(study, conduct, seed=seed, index=index)
        index += 1
        group.append(person)
        if person.enrols:
            yield tuple(group)
            group = []
        elif len(group) >= NEVER_ENROLLED:
            raise Refused(
                "simulation",
                f"Of {NEVER_ENROLLED} virtual people nobody could be enrolled: correct "
                "simulation.answers or simulation.conduct in the study file.",
            )
