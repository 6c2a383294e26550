"""Screen a person, record her consent and the releases she grants, and take one back.

Consent is recorded with the version she signed. A later version asks for a new consent
(re-consent), which is the same act again. Names and telephone numbers are not here but in the
contact book.
"""

from datetime import date, datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import ConsentSigned, Fact, ParticipantScreened, ReleaseWithdrawn
from cicatrix.trial.participant import Participant
from cicatrix.trial.roles import Actor
from cicatrix.trial.schedule import local_date
from cicatrix.trial.study import ConsentVersion, Study
from cicatrix.trial.trial import Trial


def screen(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, site: str, on: date | None = None
) -> list[Fact]:
    """Give a person the site's next screening identifier."""
    gate.permit(trial, actor, "screen", site=site)
    gate.unlocked(study, trial)
    if site not in [one.id for one in study.sites]:
        raise Refused("unknown_site", f"This study has no site {site}.")
    if trial.recruitment not in ("RECRUITING", "ENROLLING_BY_INVITATION"):
        raise Refused(
            "not_recruiting", f"The trial is {trial.recruitment}; recruitment must be open."
        )
    current = local_date(study, site, now)
    if on is not None and on > current:
        raise Refused("future", f"{on} is in the future; enter the day on which it happened.")
    identifier = f"{site.upper()}-{trial.screened.get(site, 0) + 1:03d}"
    return [ParticipantScreened(participant=identifier, site=site, on=on or current)]


def sign_consent(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str,
    consent_version: str, language: str, releases: tuple[str, ...], on: date | None = None,
) -> list[Fact]:  # fmt: skip
    """Record that she signed the version in force, and which releases she granted with it."""
    found = gate.subject(study, trial, actor, "sign_consent", participant, needs="all")
    day = gate.dated(study, found, on, now=now)
    current = consent_in_force(study, day)
    if current is None or consent_version != current.version:
        told = f"version {current.version}" if current else "none"
        raise Refused(
            "consent_version", f"On {day} the consent in force is {told}, not {consent_version}."
        )
    if language not in study.languages:
        raise Refused(
            "language", f"The consent exists in {', '.join(study.languages)}, not in {language}."
        )
    known = [release.id for release in study.consent.releases]
    unknown = [release for release in releases if release not in known]
    if unknown:
        raise Refused("unknown_release", f"There is no release {unknown[0]} in this study.")
    signed = any(consent.version == consent_version for consent in found.consents)
    if signed and not set(releases) > found.releases:
        raise Refused(
            "consented",
            f"{participant} signed version {consent_version} already; signing it again can only "
            "add a release to those she granted.",
        )
    return [
        ConsentSigned(
            participant=participant,
            consent_version=consent_version,
            language=language,
            releases=releases,
            on=day,
        )
    ]


def withdraw_release(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, release: str,
    reason: str, on: date | None = None,
) -> list[Fact]:  # fmt: skip
    """Record that she took a release back; from then on it no longer covers anything."""
    found = gate.subject(study, trial, actor, "withdraw_release", participant, needs=None)
    if release not in found.releases:
        raise Refused("unknown_release", f"{participant} has not granted release {release}.")
    return [
        ReleaseWithdrawn(
            participant=participant,
            release=release,
            reason=gate.reasoned(reason, what="Taking back a release"),
            on=gate.dated(study, found, on, now=now),
        )
    ]


def consent_in_force(study: Study, on: date) -> ConsentVersion | None:
    """Find the consent version in force on a day, if any was."""
    started = [version for version in study.consent.versions if version.since <= on]
    return started[-1] if started else None


def refuse_without_consent(study: Study, participant: Participant, *, on: date) -> None:
    """Check that by a day she signed a consent, and the version that is in force on it."""
    signed = [consent.version for consent in participant.consents if consent.on <= on]
    if not signed:
        raise Refused("no_consent", f"{participant.id} has not signed a consent by {on}.")
    current = consent_in_force(study, on)
    if current and current.version not in signed:
        raise Refused(
            "reconsent",
            f"Consent version {current.version} is in force and {participant.id} has not signed "
            "it; ask her first.",
        )
