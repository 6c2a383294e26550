"""Found a trial on a study file, start a rehearsal in it, and amend it.

Founding is the one act without a permission to check: there is nobody yet. It names the first
people, who grant all other roles.
"""

from collections.abc import Sequence
from datetime import datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.actions.people import role_fact
from cicatrix.trial.allocation import factors_of, strata
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact, RehearsalStarted, StudyAmended, TrialFounded
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def found(
    study: Study,
    trial: Trial,
    actor: Actor,
    *,
    now: datetime,
    checkpoint_key: str,
    people: Sequence[Actor],
) -> list[Fact]:
    """Adopt a study as entry 1 and grant the first roles, an administrator among them."""
    if trial.head.seq != 0:
        raise Refused("founded", "This trial has been founded already.")
    if not any(person.role == "administrator" for person in people):
        raise Refused("administrator", "Name an administrator, who grants all other roles.")
    if len(set(people)) != len(people):
        raise Refused("granted", "A role is named twice for one person; name it once.")
    adopted = TrialFounded(
        study_id=study.id,
        study_version=study.version,
        study_digest=study.digest,
        checkpoint_key=checkpoint_key,
    )
    return [adopted, *(role_fact(study, one, held=_other_roles(one, people)) for one in people)]


def _other_roles(person: Actor, people: Sequence[Actor]) -> list[str]:
    return [one.role for one in people if one.user == person.user and one != person]


def start_rehearsal(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, seed: int, participants: int
) -> list[Fact]:
    """Mark the trial as virtual for good; refused where real people have been screened."""
    gate.permit(trial, actor, "start_rehearsal")
    gate.unlocked(study, trial)
    if trial.rehearsal:
        raise Refused("rehearsal", "This trial is a rehearsal already; make another home for one.")
    if trial.participants:
        raise Refused(
            "participants",
            "This trial has participants; rehearse in a home of its own (`cicatrix create`).",
        )
    return [RehearsalStarted(seed=seed, participants=participants)]


def amend(study: Study, trial: Trial, actor: Actor, *, now: datetime, reason: str) -> list[Fact]:
    """Put a new version of the study file in force; `study` is the new version."""
    gate.permit(trial, actor, "amend_study")
    if trial.locked_at is not None:
        raise Refused("locked", "The trial is locked: it can no longer be amended.")
    if study.id != trial.study_id:
        raise Refused("other_study", f"This trial runs {trial.study_id}, not {study.id}.")
    if study.version in trial.versions:
        raise Refused(
            "version", f"Version {study.version} was in force before; give the new file its own."
        )
    _refuse_orphans(study, trial)
    _refuse_masking_the_told(study, trial)
    reason = gate.reasoned(reason, what="An amendment")
    return [StudyAmended(study_version=study.version, study_digest=study.digest, reason=reason)]


def _refuse_masking_the_told(study: Study, trial: Trial) -> None:
    """Check that nobody who was told an allocation comes to hold a masked role."""
    for user in sorted(trial.told):
        masked = {role for role, _ in trial.roles.get(user, set())} & set(study.masking.masked)
        if masked:
            raise Refused(
                "told",
                f"{user} was told an allocation and holds the role {min(masked)}, which the new "
                "version masks: revoke the role first, or leave it unmasked.",
            )


def _refuse_orphans(study: Study, trial: Trial) -> None:
    """Check that an amendment leaves the sites, the tubes and the strata that are in use."""
    sites = {site.id for site in study.sites}
    gone = sorted({one.site for one in trial.participants.values()} - sites)
    if gone:
        raise Refused(
            "site", f"Participants were screened at {gone[0]}; keep the site in the file."
        )
    tubes = {
        tube
        for one in trial.participants.values()
        for tube in (*(use.tube for use in one.tubes), *(tube for _, tube in one.discarded))
    }
    if not tubes <= study.tube.keys():
        raise Refused("tubes", f"Tube {min(tubes - study.tube.keys())} was used; keep it.")
    if trial.list is not None and set(trial.list.slots) - set(strata(study)):
        raise Refused("strata", "The sealed list has other strata; the allocation cannot change.")
    if trial.list is not None and trial.list.factors != factors_of(study):
        raise Refused(
            "factors", "The sealed list has other factors or weights; allocation.minimise stays."
        )
