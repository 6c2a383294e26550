"""The one mask: which entries an actor may see, by allow-list, before anything is folded.

Whatever is shown, exported or mailed to an actor is computed from `visible_to(entries, actor)`
and nothing else, so it cannot depend on what the actor may not see. What is seen is renumbered
and carries no hash: a place in the chain depends on its hidden neighbours. Arms are not masked
here, for they are nowhere in the ledger; what is masked is other sites and other raters.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cicatrix.trial import facts
from cicatrix.trial.facts import Fact, ParticipantFact
from cicatrix.trial.ledger import Entry
from cicatrix.trial.participant import RatingKey
from cicatrix.trial.roles import SITE_ROLES, Actor

Kinds = frozenset[type[Fact]]

_TRIAL: Kinds = frozenset(
    {
        facts.TrialFounded,
        facts.RehearsalStarted,
        facts.StudyAmended,
        facts.RecruitmentChanged,
        facts.SecretCommitted,
        facts.ListSealed,
        facts.ListAborted,
        facts.TrialLocked,
        facts.AllocationOpened,
    }
)
_PEOPLE: Kinds = frozenset({facts.RoleGranted, facts.RoleRevoked})
_ENROLMENT: Kinds = frozenset(
    {
        facts.ParticipantScreened,
        facts.ConsentSigned,
        facts.ReleaseWithdrawn,
        facts.EligibilitySigned,
        facts.RandomisationRequested,
        facts.Randomised,
        facts.Withdrawn,
    }
)
_STOCK = (
    facts.KitsReceived,
    facts.TemperatureRead,
    facts.KitsQuarantined,
    facts.QuarantineReleased,
    facts.KitsCondemned,
    facts.KitReturned,
    facts.KitsDestroyed,
    facts.DestructionWitnessed,
)
"""Kinds that are about a site's stock and about no participant: seen at that site alone."""

_SUPPLY: Kinds = frozenset(
    {
        *_STOCK,
        facts.KitDispensed,
        facts.TubeApplied,
        facts.TubeDiscarded,
        facts.DoseMissed,
    }
)
_VISITS: Kinds = frozenset({facts.VisitAttended, facts.VisitMissed})
_FORMS: Kinds = frozenset(
    {
        facts.FormSaved,
        facts.FormSigned,
        facts.SignatureVoided,
        facts.QueryRaised,
        facts.QueryAnswered,
        facts.QueryClosed,
        facts.DeviationRecorded,
    }
)
_RATINGS: Kinds = frozenset({facts.RatingRecorded, facts.RatingSigned, facts.AdjudicationCalled})
_CODE_BREAK: Kinds = frozenset({facts.CodeBroken})
_RELEASE: Kinds = frozenset({facts.AllocationReleased})

_SITE_TEAM = _TRIAL | _ENROLMENT | _SUPPLY | _VISITS | _FORMS | _RATINGS | _RELEASE
_ALL = _SITE_TEAM | _PEOPLE | _CODE_BREAK

SEES: Mapping[str, Kinds] = {
    "coordinator": _SITE_TEAM,
    "investigator": _SITE_TEAM | _CODE_BREAK,
    "care_provider": _SITE_TEAM - _RATINGS,
    "rater": _TRIAL | _VISITS | _RATINGS | {facts.ParticipantScreened, facts.Withdrawn},
    "image_reader": _TRIAL,
    "pharmacist": _TRIAL | _ENROLMENT | _SUPPLY | _CODE_BREAK | _RELEASE,
    "data_manager": _ALL,
    "statistician": _ALL - _CODE_BREAK - _RELEASE,
    "monitor": _ALL,
    "sponsor": _ALL,
    "auditor": _ALL,
    "administrator": _TRIAL | _PEOPLE,
    "participant": frozenset(
        {
            facts.ParticipantScreened,
            facts.ConsentSigned,
            facts.ReleaseWithdrawn,
            facts.VisitAttended,
            facts.VisitMissed,
            facts.Withdrawn,
            facts.AllocationReleased,
        }
    ),
}
"""Kinds of fact that each role sees; a kind that is not listed is not seen."""

_BEFORE_COMPLETE: frozenset[str] = frozenset({"data_manager", "statistician", "monitor", "auditor"})
"""Roles that see a rating before its set is complete: they are neither raters nor at a site."""

_OVERSEE_RELEASES: frozenset[str] = frozenset(
    {"pharmacist", "data_manager", "monitor", "sponsor", "auditor"}
)
"""Roles that see every release; anyone else sees those that told him or her, in that role."""


def visible_to(entries: Iterable[Entry], actor: Actor) -> list[Entry]:
    """List the entries that `actor` may see, renumbered from 1 and without hashes."""
    listed = list(entries)
    kinds = SEES.get(actor.role, frozenset())
    sites = {
        entry.fact.participant: entry.fact.site
        for entry in listed
        if isinstance(entry.fact, facts.ParticipantScreened)
    }
    complete = _complete_ratings(listed)
    rates = _ever_rater(listed, actor)
    seen = [
        entry
        for entry in listed
        if type(entry.fact) in kinds
        and _at_own_site(entry.fact, actor, sites)
        and _rating_shown(entry, actor, complete, rates=rates)
        and _release_shown(entry.fact, actor)
    ]
    return [replace(entry, seq=number, hash="") for number, entry in enumerate(seen, start=1)]


def _at_own_site(fact: Fact, actor: Actor, sites: Mapping[str, str]) -> bool:
    if actor.role == "participant":
        return isinstance(fact, ParticipantFact) and fact.participant == actor.user
    if actor.role not in SITE_ROLES:
        return True
    if isinstance(fact, ParticipantFact):
        return sites.get(fact.participant) == actor.site
    return not isinstance(fact, _STOCK) or fact.site == actor.site


def _release_shown(fact: Fact, actor: Actor) -> bool:
    if not isinstance(fact, facts.AllocationReleased):
        return True
    return actor.role in _OVERSEE_RELEASES or (fact.told, fact.role) == (actor.user, actor.role)


def _rating_shown(
    entry: Entry, actor: Actor, complete: set[tuple[str, RatingKey]], *, rates: bool
) -> bool:
    fact = entry.fact
    if not isinstance(fact, facts.RatingRecorded | facts.RatingSigned):
        return True
    if entry.actor.user == actor.user:
        return True
    if (fact.participant, RatingKey(fact.visit, fact.form, fact.region)) in complete:
        return True
    return actor.role in _BEFORE_COMPLETE and not rates


def _complete_ratings(entries: list[Entry]) -> set[tuple[str, RatingKey]]:
    """Find the sets that are done: both signed and alike, or the third signed as well.

    Without the study a form's number of raters is unknown here: a single rater's scores stay
    hidden until the lock, after which nobody rates any more and every set is done.
    """
    signed: dict[tuple[str, RatingKey], set[int]] = {}
    called: set[tuple[str, RatingKey]] = set()
    locked = False
    for entry in entries:
        fact = entry.fact
        locked = locked or isinstance(fact, facts.TrialLocked)
        if isinstance(fact, facts.RatingRecorded | facts.RatingSigned | facts.AdjudicationCalled):
            key = (fact.participant, RatingKey(fact.visit, fact.form, fact.region))
            positions = signed.setdefault(key, set())
            if isinstance(fact, facts.RatingSigned):
                positions.add(fact.position)
            elif isinstance(fact, facts.AdjudicationCalled):
                called.add(key)
    return {
        key
        for key, positions in signed.items()
        if locked or 3 in positions or ({1, 2} <= positions and key not in called)
    }


def _ever_rater(entries: list[Entry], actor: Actor) -> bool:
    return actor.role == "rater" or any(
        isinstance(entry.fact, facts.RoleGranted)
        and entry.fact.user == actor.user
        and entry.fact.role == "rater"
        for entry in entries
    )
