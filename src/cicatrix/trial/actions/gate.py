"""What must hold before any act: the role, the site, the version in force, no lock, no withdrawal.

Every act passes here first. The checks are the server's, not the screen's; what an act needs
beyond them is in its own module. A refusal names the rule and says what to do, and is the same
sentence whatever was allocated; nothing is said of another site's participant, not even that
she exists.
"""

from datetime import date, datetime
from unicodedata import category

from cicatrix.trial.errors import NotPermitted, Refused
from cicatrix.trial.facts import WithdrawalScope
from cicatrix.trial.participant import Participant
from cicatrix.trial.roles import PERMITTED, SITE_ROLES, Actor
from cicatrix.trial.schedule import local_date
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial

LONGEST_REASON = 2_000
"""Characters: the ledger is read by people, and nothing in it can be taken back."""


def permit(trial: Trial, actor: Actor, act: str, *, site: str | None = None) -> None:
    """Check that the actor holds a role that may do `act`, at `site` if the act has one."""
    _hold(trial, actor, PERMITTED[act], act.replace("_", " "))
    if site is not None and actor.role in SITE_ROLES and actor.site != site:
        raise NotPermitted(f"{actor.user} may not {act.replace('_', ' ')} at another site.")


def unlocked(study: Study, trial: Trial) -> None:
    """Check that the trial is not locked and that `study` is the version in force."""
    adopted(study, trial)
    _refuse_version(study, trial)


def in_force(study: Study, trial: Trial) -> None:
    """Check that `study` is the version in force, whether the trial is locked or not."""
    _refuse_unknown(study, trial)
    _refuse_version(study, trial)


def adopted(study: Study, trial: Trial) -> None:
    """Check that the trial is not locked and that `study` is a version that was in force."""
    _refuse_unknown(study, trial)
    if trial.locked_at is not None:
        raise Refused("locked", "The trial is locked: nothing more can be recorded.")


def subject(
    study: Study, trial: Trial, actor: Actor, act: str, participant: str, *,
    needs: WithdrawalScope | None,
) -> Participant:  # fmt: skip
    """Find the participant about whom the actor may do `act`.

    `needs` is what she must not have withdrawn from for the act to be possible.
    """
    permit(trial, actor, act)
    unlocked(study, trial)
    found = _own(trial, actor, participant)
    withdrawal = found.withdrawn_from(needs) if needs else None
    if withdrawal is not None:
        raise Refused(
            "withdrawn",
            f"{participant} withdrew from {withdrawal.scope} on {withdrawal.on}; "
            "this can no longer be recorded.",
        )
    return found


def subject_of_form(
    study: Study, trial: Trial, actor: Actor, allowed: tuple[str, ...], form: str, participant: str
) -> Participant:
    """Find the participant of whom the actor, in a role that the form names, may fill it."""
    _hold(trial, actor, allowed, f"fill or sign form {form}")
    adopted(study, trial)
    return _own(trial, actor, participant)


def dated(study: Study, participant: Participant, on: date | None, *, now: datetime) -> date:
    """Give the date of an act: today at her site, or an earlier day since she was screened."""
    current = local_date(study, participant.site, now)
    if on is None:
        return current
    if on > current:
        raise Refused("future", f"{on} is in the future; enter the day on which it happened.")
    if on < participant.screened_on:
        raise Refused("before_screening", f"{on} is before she was screened.")
    return on


def reasoned(reason: str | None, *, what: str) -> str:
    """Give the stripped reason, and refuse when there is none or it is no short text."""
    given = (reason or "").strip()
    if not given:
        raise Refused("reason", f"{what} needs a reason; write one short sentence.")
    if len(given) > LONGEST_REASON:
        raise Refused(
            "reason",
            f"{what} was given {len(given)} characters, and at most {LONGEST_REASON} can be "
            "recorded; write one short sentence.",
        )
    # A lone surrogate (Cs) is no text, a control character (Cc) could rewrite a reader's screen.
    if any(category(one) in ("Cs", "Cc") for one in given if one not in "\n\t"):
        raise Refused("reason", f"{what} was given octets that are no text; type it again.")
    return given


def _refuse_version(study: Study, trial: Trial) -> None:
    if study.version != trial.study_version:
        raise Refused(
            "study_version",
            f"Version {trial.study_version} of the study file is in force, not {study.version}.",
        )


def _refuse_unknown(study: Study, trial: Trial) -> None:
    if trial.versions.get(study.version) != study.digest:
        raise Refused(
            "study_version",
            f"Study file {study.id} version {study.version} is not one that this trial adopted; "
            "use the file kept in the trial home.",
        )


def _hold(trial: Trial, actor: Actor, allowed: tuple[str, ...], what: str) -> None:
    if actor.role not in allowed:
        raise NotPermitted(f"A {actor.role} may not {what}; this is for: {', '.join(allowed)}.")
    if (actor.role, actor.site) not in trial.roles.get(actor.user, set()):
        raise NotPermitted(f"{actor.user} does not hold the role {actor.role} here.")


def _own(trial: Trial, actor: Actor, participant: str) -> Participant:
    """Find a participant of the actor's site, or of any site for a role that spans all.

    A participant finds herself, and nobody else exists.
    """
    found = trial.participants.get(participant)
    at_site = actor.role in SITE_ROLES
    unknown = f"There is no participant {participant}" + (f" at {actor.site}." if at_site else ".")
    if actor.role == "participant" and actor.user != participant:
        raise NotPermitted(unknown)
    if found is None:
        raise Refused("unknown_participant", unknown)
    if at_site and found.site != actor.site:
        raise NotPermitted(unknown)
    return found
