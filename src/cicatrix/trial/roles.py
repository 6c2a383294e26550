"""Who may do what: an actor, and one table of act x role.

Roles are ICH E6(R3) and trial words. That a user holds a role at a site is itself a fact in the
ledger (`RoleGranted`); passwords and sessions are not here but in the web application. What a
role may see is in visibility.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal[
    "coordinator",
    "investigator",
    "care_provider",
    "rater",
    "image_reader",
    "pharmacist",
    "data_manager",
    "statistician",
    "monitor",
    "sponsor",
    "auditor",
    "administrator",
    "participant",
]
"""The roles of a trial; a user may hold several, at several sites, and acts in one at a time."""

SITE_ROLES: tuple[Role, ...] = (
    "coordinator",
    "investigator",
    "care_provider",
    "rater",
    "participant",
)
"""Roles that are held at a site and see that site only."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A user acting in one role at one site; `site` is None for roles that span all sites."""

    user: str
    role: str
    site: str | None = None


PERMITTED: Mapping[str, tuple[Role, ...]] = {
    "grant_role": ("administrator",),
    "revoke_role": ("administrator",),
    "complete_training": tuple(role for role in get_args(Role) if role != "participant"),
    "start_rehearsal": ("administrator",),
    "amend_study": ("sponsor", "investigator"),
    "change_recruitment": ("sponsor", "investigator"),
    "commit_secret": ("pharmacist",),
    "seal_list": ("pharmacist",),
    "abort_list": ("pharmacist",),
    "break_code": ("pharmacist",),
    "release_allocation": ("pharmacist",),
    "open_allocation": ("pharmacist",),
    "lock": ("data_manager",),
    "screen": ("coordinator", "investigator"),
    "invite_participant": ("coordinator", "investigator"),
    "sign_consent": ("coordinator", "investigator", "participant"),
    "withdraw_release": ("coordinator", "investigator", "participant"),
    "sign_eligibility": ("investigator",),
    "randomise": ("coordinator", "investigator"),
    "request_randomisation": ("coordinator", "investigator"),
    "answer_request": ("pharmacist",),
    "receive_kits": ("pharmacist", "coordinator", "care_provider"),
    "read_temperature": ("pharmacist", "coordinator", "care_provider"),
    "quarantine_kits": ("pharmacist", "coordinator", "care_provider", "monitor"),
    "release_quarantine": ("pharmacist", "sponsor"),
    "condemn_quarantine": ("pharmacist", "sponsor"),
    "return_kit": ("pharmacist", "coordinator", "care_provider"),
    "destroy_kits": ("pharmacist", "coordinator"),
    "witness_destruction": ("pharmacist", "coordinator", "care_provider", "monitor"),
    "dispense_kit": ("pharmacist", "coordinator", "care_provider"),
    "apply_tube": ("care_provider",),
    "discard_tube": ("care_provider",),
    "miss_dose": ("care_provider", "coordinator"),
    "attend_visit": ("coordinator", "investigator", "care_provider"),
    "miss_visit": ("coordinator", "investigator", "care_provider"),
    "record_rating": ("rater",),
    "sign_rating": ("rater",),
    "raise_query": ("data_manager", "monitor"),
    "answer_query": ("coordinator", "investigator", "care_provider"),
    "close_query": ("data_manager", "monitor"),
    "record_deviation": ("coordinator", "investigator", "care_provider", "monitor"),
    "withdraw": ("coordinator", "investigator", "participant"),
    "comment": ("coordinator", "investigator", "care_provider", "data_manager", "monitor"),
    "verify_source": ("monitor",),
    "try_contact": ("coordinator", "investigator", "care_provider"),
    "take_photograph": ("coordinator", "participant"),
}
"""Who may do each act; a form names its own roles in the study file (`filled_by`, `signed_by`).

A participant does what she may do for herself alone (actions/gate.py).
"""
