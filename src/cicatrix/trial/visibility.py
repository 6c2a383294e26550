"""The one mask: which entries an actor may see, by allow-list, before anything is folded.

Whatever is shown, exported or mailed to an actor is computed from `visible_to(entries, actor)`
and nothing else, so it cannot depend on what the actor may not see. What is seen is renumbered
and carries no hash: a place in the chain depends on its hidden neighbours. `Sight` is the same
for who catches up piece by piece. Arms are not masked here, for they are nowhere in the ledger;
what is masked is other sites, other raters, and what other roles filled in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter

from cicatrix.trial import facts
from cicatrix.trial.facts import Fact, ParticipantFact
from cicatrix.trial.ledger import Entry
from cicatrix.trial.participant import FormKey, RatingKey
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
_ROLES: Kinds = frozenset({facts.RoleGranted, facts.RoleRevoked})
_TRAINING: Kinds = frozenset({facts.TrainingCompleted})
_PEOPLE: Kinds = _ROLES | _TRAINING
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
_ANSWERS: Kinds = frozenset({facts.FormSaved, facts.FormSigned, facts.SignatureVoided})
_QUERIES: Kinds = frozenset({facts.QueryRaised, facts.QueryAnswered, facts.QueryClosed})
_NOTES: Kinds = frozenset({facts.CommentMade, facts.SourceVerified})
_FORMS: Kinds = _ANSWERS | _QUERIES | _NOTES | {facts.DeviationRecorded}
_PHOTOGRAPHS: Kinds = frozenset({facts.PhotographTaken})
_CONTACT: Kinds = frozenset({facts.ContactTried})
_RATINGS: Kinds = frozenset({facts.RatingRecorded, facts.RatingSigned, facts.AdjudicationCalled})
_CODE_BREAK: Kinds = frozenset({facts.CodeBroken})
_RELEASE: Kinds = frozenset({facts.AllocationReleased})

_CARE = (
    _TRIAL
    | _TRAINING
    | _ENROLMENT
    | _SUPPLY
    | _VISITS
    | _FORMS
    | _PHOTOGRAPHS
    | _CONTACT
    | _RELEASE
)
_SITE_TEAM = _CARE | _ROLES | _RATINGS
_ALL = _CARE | _PEOPLE | _RATINGS | _CODE_BREAK

SEES: Mapping[str, Kinds] = {
    "coordinator": _SITE_TEAM,
    "investigator": _SITE_TEAM | _CODE_BREAK,
    "care_provider": _CARE,
    "rater": _TRIAL
    | _TRAINING
    | _VISITS
    | _RATINGS
    | _ANSWERS
    | _QUERIES
    | {facts.ParticipantScreened, facts.Withdrawn},
    "image_reader": _TRIAL | _TRAINING,
    "pharmacist": _TRIAL | _TRAINING | _ENROLMENT | _SUPPLY | _CODE_BREAK | _RELEASE,
    "data_manager": _ALL,
    "statistician": _ALL - _CODE_BREAK - _RELEASE,
    "monitor": _ALL,
    "sponsor": _ALL,
    "auditor": _ALL,
    "administrator": _TRIAL | _PEOPLE,
    "participant": _ANSWERS
    | _PHOTOGRAPHS
    | {
        facts.ParticipantScreened,
        facts.ConsentSigned,
        facts.ReleaseWithdrawn,
        facts.VisitAttended,
        facts.VisitMissed,
        facts.TubeApplied,
        facts.DoseMissed,
        facts.Withdrawn,
        facts.AllocationReleased,
        facts.RehearsalStarted,
    },
}
"""Kinds of fact that each role sees; a kind that is not listed is not seen."""

_BEFORE_COMPLETE: frozenset[str] = frozenset({"data_manager", "statistician", "monitor", "auditor"})
"""Roles that see a rating before its set is complete: they are neither raters nor at a site."""

OWN_FORMS: frozenset[str] = frozenset({"rater", "participant"})
"""Roles that see what their own role filled in: raters at their site, a participant herself.

An image reader's forms name whose image he read and at which visit, so he sees none.
"""

_OVERSEE_PEOPLE: frozenset[str] = frozenset(
    {"data_manager", "statistician", "monitor", "sponsor", "auditor", "administrator"}
)
"""Roles that see who holds a role and is trained for it; anyone else sees the own training, and
the coordinator and investigator of a site which of its participants have pages of their own."""

_OVERSEE_RELEASES: frozenset[str] = frozenset(
    {"pharmacist", "data_manager", "monitor", "sponsor", "auditor"}
)
"""Roles that see every release; anyone else sees those that told him or her, in that role."""


Scar = tuple[str, RatingKey]
"""Whose scar was rated, when and on which form."""

_DECIDING: Kinds = frozenset(
    {
        facts.ParticipantScreened,
        facts.RoleGranted,
        facts.TrialLocked,
        facts.RatingSigned,
        facts.AdjudicationCalled,
    }
)
"""Kinds that decide about the sight of other entries, whether the actor sees them or not."""

_CHOSEN: Kinds = _RATINGS | _RELEASE | _PEOPLE | _PHOTOGRAPHS | _ANSWERS | _QUERIES
"""Kinds of which a role may see some and not others, beyond its site."""


@dataclass(slots=True)
class OwnForms:
    """What an actor of `OWN_FORMS` has seen of forms: items filled, signatures, queries."""

    items: dict[tuple[str, FormKey], set[str]] = field(default_factory=dict)
    signed: set[tuple[str, FormKey]] = field(default_factory=set)
    queries: set[tuple[str, str]] = field(default_factory=set)

    def show(self, entry: Entry, actor: Actor) -> bool:
        """Tell whether the actor sees an entry about a form, and remember it if so."""
        fact = entry.fact
        if isinstance(fact, facts.QueryAnswered | facts.QueryClosed):
            return (fact.participant, fact.query) in self.queries
        if not isinstance(
            fact, facts.FormSaved | facts.FormSigned | facts.SignatureVoided | facts.QueryRaised
        ):
            return True
        form = fact.participant, FormKey(fact.form, fact.visit, fact.repeat, fact.region)
        own = _in_own_role(entry, actor)
        if isinstance(fact, facts.QueryRaised):
            if fact.item not in self.items.get(form, ()):
                return False
            self.queries.add((fact.participant, fact.query))
            return True
        if isinstance(fact, facts.FormSaved):
            if own:
                self.items.setdefault(form, set()).update(fact.values, fact.missing)
            return own
        if isinstance(fact, facts.FormSigned):
            if own and form in self.items:
                self.signed.add(form)
            return own and form in self.items
        return form in self.signed or (own and form in self.items)


@dataclass(slots=True)
class Sight:
    """What one actor may see of a ledger that grows.

    `rates` says whether the user was ever a rater, as far as is known at the beginning. `narrowed`
    becomes true when something that was seen must be hidden again: begin anew from entry 1.
    """

    actor: Actor
    rates: bool = field(kw_only=True)
    narrowed: bool = field(default=False, init=False)
    _sites: dict[str, str] = field(default_factory=dict, init=False)
    _signed: dict[Scar, set[int]] = field(default_factory=dict, init=False)
    _called: set[Scar] = field(default_factory=set, init=False)
    _complete: set[Scar] = field(default_factory=set, init=False)
    _hidden: dict[Scar, list[Entry]] = field(default_factory=dict, init=False)
    _locked: bool = field(default=False, init=False)
    _forms: OwnForms = field(default_factory=OwnForms, init=False)

    def see(self, entries: Iterable[Entry]) -> list[Entry]:
        """Take in the entries that follow; list those that the actor can see from now on.

        They are in order of their numbers and unchanged. Earlier ratings are among them once
        their set is complete.
        """
        kinds = SEES.get(self.actor.role, frozenset())
        changed: set[Scar] = set()
        shown = []
        for entry in entries:
            fact = entry.fact
            kind = type(fact)
            if kind in _DECIDING:
                self._decide(fact, changed)
            if kind not in kinds or not _at_own_site(fact, self.actor, self._sites):
                continue
            if kind not in _CHOSEN or self._show(entry):
                shown.append(entry)
        shown += self._completed(changed)
        return sorted(shown, key=attrgetter("seq"))

    def _decide(self, fact: Fact, changed: set[Scar]) -> None:
        if isinstance(fact, facts.ParticipantScreened):
            self._sites[fact.participant] = fact.site
        elif isinstance(fact, facts.RoleGranted):
            if not self.rates and (fact.user, fact.role) == (self.actor.user, "rater"):
                self.rates = True
                self.narrowed = self.narrowed or self.actor.role in _BEFORE_COMPLETE
        elif isinstance(fact, facts.TrialLocked):
            self._locked = True
        elif isinstance(fact, facts.RatingSigned):
            scar = fact.participant, RatingKey(fact.visit, fact.form, fact.region)
            self._signed.setdefault(scar, set()).add(fact.position)
            changed.add(scar)
        elif isinstance(fact, facts.AdjudicationCalled):
            scar = fact.participant, RatingKey(fact.visit, fact.form, fact.region)
            self._called.add(scar)
            changed.add(scar)

    def _show(self, entry: Entry) -> bool:
        """Tell whether the actor sees an entry of a kind that the role sees, and keep a rating."""
        fact = entry.fact
        if isinstance(fact, facts.RatingRecorded | facts.RatingSigned):
            scar = fact.participant, RatingKey(fact.visit, fact.form, fact.region)
            if self._locked or scar in self._complete:
                return True
            if _rating_shown(entry, self.actor, rates=self.rates):
                return True
            self._hidden.setdefault(scar, []).append(entry)
            return False
        if isinstance(fact, facts.AllocationReleased):
            return _release_shown(fact, self.actor)
        if isinstance(fact, facts.RoleGranted | facts.RoleRevoked | facts.TrainingCompleted):
            return _person_shown(fact, self.actor)
        if isinstance(fact, facts.PhotographTaken) and self.actor.role == "participant":
            return _in_own_role(entry, self.actor)
        return self.actor.role not in OWN_FORMS or self._forms.show(entry, self.actor)

    def _completed(self, changed: set[Scar]) -> list[Entry]:
        """Bring up the hidden ratings whose sets are complete now.

        That is decided at the end of a piece: a call for a third rater follows the signature that
        made it necessary, in the same act. After the lock nobody rates and every set is complete.
        """
        if self._locked:
            waiting = [entry for entries in self._hidden.values() for entry in entries]
            self._hidden.clear()
            return waiting
        shown: list[Entry] = []
        for scar in changed:
            if _is_complete(self._signed.get(scar, set()), called=scar in self._called):
                self._complete.add(scar)
                shown += self._hidden.pop(scar, ())
            elif scar in self._complete:
                self._complete.remove(scar)
                self.narrowed = True
        return shown


def visible_to(entries: Iterable[Entry], actor: Actor) -> list[Entry]:
    """List the entries that `actor` may see, renumbered from 1 and without hashes."""
    listed = list(entries)
    seen = Sight(actor, rates=_ever_rater(listed, actor)).see(listed)
    return [replace(entry, seq=number, hash="") for number, entry in enumerate(seen, start=1)]


def _at_own_site(fact: Fact, actor: Actor, sites: Mapping[str, str]) -> bool:
    if actor.role == "participant":
        return not isinstance(fact, ParticipantFact) or fact.participant == actor.user
    if actor.role not in SITE_ROLES:
        return True
    if isinstance(fact, ParticipantFact):
        return sites.get(fact.participant) == actor.site
    return not isinstance(fact, _STOCK) or fact.site == actor.site


def _in_own_role(entry: Entry, actor: Actor) -> bool:
    """Tell whether somebody acted in the actor's role at the actor's site; she, for herself."""
    if actor.role == "participant" and entry.actor.user != actor.user:
        return False
    return (entry.actor.role, entry.actor.site) == (actor.role, actor.site)


def _person_shown(
    fact: facts.RoleGranted | facts.RoleRevoked | facts.TrainingCompleted, actor: Actor
) -> bool:
    if actor.role in _OVERSEE_PEOPLE:
        return True
    if isinstance(fact, facts.TrainingCompleted):
        return fact.user == actor.user
    return (fact.role, fact.site) == ("participant", actor.site)


def _release_shown(fact: facts.AllocationReleased, actor: Actor) -> bool:
    return actor.role in _OVERSEE_RELEASES or (fact.told, fact.role) == (actor.user, actor.role)


def _rating_shown(entry: Entry, actor: Actor, *, rates: bool) -> bool:
    """Tell whether the actor sees a rating although its set is not complete."""
    return entry.actor.user == actor.user or (actor.role in _BEFORE_COMPLETE and not rates)


def _is_complete(signed: set[int], *, called: bool) -> bool:
    """Tell whether a set is done: both signed and alike, or the third signed as well.

    Without the study a form's number of raters is unknown here: a single rater's scores stay
    hidden until the lock.
    """
    return 3 in signed or ({1, 2} <= signed and not called)


def _ever_rater(entries: list[Entry], actor: Actor) -> bool:
    return actor.role == "rater" or any(
        isinstance(entry.fact, facts.RoleGranted)
        and entry.fact.user == actor.user
        and entry.fact.role == "rater"
        for entry in entries
    )
