"""Grant and revoke roles, invite a participant, and change the recruitment status.

Roles are facts: who could do what, and when, is itself part of the record. Accounts and
passwords are not here.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import get_args

from cicatrix.trial.actions import gate
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import (
    Fact,
    RecruitmentChanged,
    RecruitmentStatus,
    RoleGranted,
    RoleRevoked,
)
from cicatrix.trial.roles import PERMITTED, SITE_ROLES, Actor, Role
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial

_STOPPING = ("SUSPENDED", "TERMINATED", "WITHDRAWN")
_FINAL = ("TERMINATED", "WITHDRAWN", "COMPLETED")
_OPEN = ("RECRUITING", "ENROLLING_BY_INVITATION")
_ENROLLING = PERMITTED["randomise"] + PERMITTED["sign_eligibility"]


def grant_role(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, user: str, role: str,
    site: str | None = None,
) -> list[Fact]:  # fmt: skip
    """Let a user act in a role, at a site where the role is held at one."""
    gate.permit(trial, actor, "grant_role")
    return [_granted(study, trial, Actor(user, role, site))]


def invite_participant(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str
) -> list[Fact]:
    """Let a screened participant use her own pages, under her identifier in the trial."""
    found = gate.subject(study, trial, actor, "invite_participant", participant, needs="all")
    return [_granted(study, trial, Actor(found.id, "participant", found.site))]


def _granted(study: Study, trial: Trial, person: Actor) -> RoleGranted:
    if (person.role, person.site) in trial.roles.get(person.user, set()):
        raise Refused("granted", f"{person.user} holds this role already.")
    if person.role in study.masking.masked and person.user in trial.told:
        raise Refused(
            "told",
            f"{person.user} was told an allocation and cannot become {person.role}, who must not "
            "know one: give the role to somebody else.",
        )
    return role_fact(study, person, held=sorted(trial.ever_held.get(person.user, set())))


def role_fact(study: Study, person: Actor, *, held: Iterable[str] = ()) -> RoleGranted:
    """Check that a role exists, has the site it needs and suits those ever held; state the grant.

    What somebody learnt in a role does not end with it, so a role that was revoked counts too.
    """
    if person.role not in get_args(Role):
        raise Refused("role", f"There is no role {person.role}; see docs/reference/roles.md.")
    sites = [site.id for site in study.sites]
    if person.role in SITE_ROLES and person.site not in sites:
        raise Refused("site", f"A {person.role} needs one of the sites {', '.join(sites)}.")
    if person.role not in SITE_ROLES and person.site is not None:
        raise Refused("site", f"A {person.role} is not bound to a site; leave the site out.")
    if not person.user.strip() or not person.user.isprintable():
        raise Refused("user", "A role needs a user; give the account's name in printable letters.")
    for other in held:
        if "participant" in (person.role, other) and person.role != other:
            raise Refused(
                "participant",
                f"{person.user} is a participant and works in no trial that she is in; give "
                "members of staff names of their own.",
            )
        if "pharmacist" in (person.role, other) and {person.role, other} & set(_ENROLLING):
            raise Refused(
                "concealment",
                f"{person.user} cannot be both {other} and {person.role}: who enrols must not be "
                "able to know the next arm; give the role to somebody else.",
            )
        if _unmasks(study, person.role, other) or _unmasks(study, other, person.role):
            raise Refused(
                "masking",
                f"{person.user} cannot be both {other} and {person.role}: one of them must not "
                "know what the other may; give the role to somebody else.",
            )
    return RoleGranted(user=person.user, role=person.role, site=person.site)


def _unmasks(study: Study, role: str, other: str) -> bool:
    """Tell whether who is to be masked in one role may know the arms in the other.

    The pharmacist has the list, whatever the study file says of him.
    """
    return role in study.masking.masked and other in ("pharmacist", *study.masking.unmasked)


def revoke_role(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, user: str, role: str,
    reason: str, site: str | None = None,
) -> list[Fact]:  # fmt: skip
    """End a user's role at once; the last administrator stays."""
    gate.permit(trial, actor, "revoke_role")
    if (role, site) not in trial.roles.get(user, set()):
        raise Refused("granted", f"{user} does not hold this role.")
    administrators = [one for one, held in trial.roles.items() if ("administrator", None) in held]
    if role == "administrator" and administrators == [user]:
        raise Refused("administrator", "The last administrator cannot be removed; name another.")
    reason = gate.reasoned(reason, what="Revoking a role")
    return [RoleRevoked(user=user, role=role, site=site, reason=reason)]


def change_recruitment(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, status: RecruitmentStatus,
    reason: str | None = None,
) -> list[Fact]:  # fmt: skip
    """Open, pause or end recruitment, in the registry's words."""
    gate.permit(trial, actor, "change_recruitment")
    if status not in get_args(RecruitmentStatus):
        known = ", ".join(get_args(RecruitmentStatus))
        raise Refused("status", f"There is no recruitment status {status}; use one of {known}.")
    if status == trial.recruitment:
        raise Refused("same", f"The recruitment status is {status} already.")
    if trial.recruitment in _FINAL:
        raise Refused("final", f"The trial is {trial.recruitment}; this status is final.")
    enrolled = bool(trial.numbers)
    if status == "WITHDRAWN" and enrolled:
        raise Refused(
            "withdrawn_enrolled",
            "A trial with participants randomised cannot be withdrawn; it is terminated.",
        )
    if status == "NOT_YET_RECRUITING":
        raise Refused("started", "Recruitment has begun; suspend or end it instead.")
    if status in _OPEN and trial.locked_at is not None:
        raise Refused("locked", "The trial is locked: recruitment cannot be opened.")
    if status in _OPEN and trial.list is None:
        raise Refused("no_list", "Recruitment opens after the custodian has sealed the list.")
    if status in _OPEN and trial.list and trial.list.rehearsal and not trial.rehearsal:
        raise Refused("rehearsal_list", "The sealed list is a rehearsal's and hides nothing.")
    if status in _STOPPING:
        reason = gate.reasoned(reason, what=f"Status {status}")
    return [RecruitmentChanged(status=status, reason=reason)]
