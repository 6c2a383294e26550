"""Record that a photograph of a participant was taken and its file stored.

It needs her consent and every release of the study that covers photographs; one taken back covers
nothing any more. The file itself is stored first, by whoever acts; here is its SHA-256 alone.
"""

import re
from datetime import date, datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact, PhotographTaken
from cicatrix.trial.participant import Participant
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial

_DIGEST = re.compile(r"[0-9a-f]{64}")
_IMAGE = re.compile(r"image/[a-z0-9][a-z0-9.+-]{0,60}")


def take_photograph(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, digest: str,
    media_type: str, visit: str | None = None, region: str | None = None, on: date | None = None,
) -> list[Fact]:  # fmt: skip
    """Record a photograph, of a visit and a region or of none."""
    found = gate.subject(study, trial, actor, "take_photograph", participant, needs="visits")
    day = gate.dated(study, found, on, now=now)
    refuse_photographs(study, found, on=day)
    if visit is not None and visit not in study.visit:
        raise Refused("unknown_visit", f"This study has no visit {visit}.")
    if region is not None and region not in [one.id for one in study.regions]:
        raise Refused("region", f"This study has no region {region}.")
    if not _DIGEST.fullmatch(digest):
        raise Refused("digest", "A photograph is named by the SHA-256 of its file, 64 digits.")
    if not _IMAGE.fullmatch(media_type):
        raise Refused("media_type", f"A photograph is an image, and {media_type!r} is none.")
    if any(one.digest == digest for one in found.photographs):
        raise Refused("photographed", "This file is recorded as a photograph of her already.")
    return [
        PhotographTaken(
            participant=participant,
            visit=visit,
            region=region,
            digest=digest,
            media_type=media_type,
            on=day,
        )
    ]


def refuse_photographs(study: Study, participant: Participant, *, on: date) -> None:
    """Check that by a day she consented, and that every release for photographs holds now."""
    if not any(consent.on <= on for consent in participant.consents):
        raise Refused("no_consent", f"{participant.id} has not signed a consent by {on}.")
    needed = [release.id for release in study.consent.releases if release.photographs]
    if not needed:
        raise Refused("no_release", "This study asks nobody to release photographs.")
    lacking = [name for name in needed if name not in participant.releases]
    if lacking:
        raise Refused(
            "no_release",
            f"{participant.id} has not granted release {lacking[0]}, or took it back; without it "
            "no photograph of her is kept.",
        )
