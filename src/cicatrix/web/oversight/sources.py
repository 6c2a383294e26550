"""Source verification: which recorded items were compared with their source, and which were not.

An item that is saved again after it was compared is not verified any more, and is flagged as
changed since. Ratings are not here: a rater's own scores are their source. The act is
trial/actions/verification.py, the page pages/verification.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cicatrix.trial.facts import FormSaved, SourceVerified
from cicatrix.trial.ledger import Entry
from cicatrix.trial.participant import FormData, FormKey, Participant
from cicatrix.trial.study import Site, Study
from cicatrix.trial.trial import Trial

PAGE = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """One form of one participant: how many items are recorded, and how many were compared."""

    key: FormKey
    items: int
    verified: int
    changed: int
    critical: bool

    @property
    def left(self) -> int:
        """Count what is not verified."""
        return self.items - self.verified


@dataclass(frozen=True, slots=True)
class Progress:
    """One site: items recorded and compared, and the same of the critical forms."""

    site: Site
    items: int
    verified: int
    critical_items: int
    critical_verified: int


def critical_forms(study: Study) -> frozenset[str]:
    """Name the forms to be verified whole: eligibility, adverse events, the primary endpoint's."""
    primary = {one.variable.partition(".")[0] for one in study.endpoints if one.role == "primary"}
    return frozenset({study.eligibility.form, study.safety.form, *primary})


def recorded_items(data: FormData) -> tuple[str, ...]:
    """Name the items of a form that have an answer or a reason for none."""
    return (*data.values, *(name for name in data.missing if name not in data.values))


def progress(study: Study, trial: Trial, sites: Iterable[Site]) -> tuple[Progress, ...]:
    """Count, for each site, what is recorded and what was compared."""
    critical = critical_forms(study)
    counts = {site.id: [0, 0, 0, 0] for site in sites}
    for her in trial.participants.values():
        count = counts[her.site]
        for key, data in her.forms.items():
            items, verified = len(recorded_items(data)), len(data.verified)
            count[0] += items
            count[1] += verified
            if key.form in critical:
                count[2] += items
                count[3] += verified
    return tuple(Progress(site, *counts[site.id]) for site in sites)


def compared(study: Study, her: Participant, entries: Iterable[Entry]) -> tuple[Compared, ...]:
    """Say of each form of a participant how far it was compared; `entries` are about her."""
    critical, changed = critical_forms(study), changed_since(entries)
    return tuple(
        Compared(
            key,
            len(recorded_items(data)),
            len(data.verified),
            len(changed.get(key, ())),
            key.form in critical,
        )
        for key, data in her.forms.items()
    )


def changed_since(entries: Iterable[Entry]) -> Mapping[FormKey, frozenset[str]]:
    """Name, by form, the items that were saved again after they had been compared."""
    verified: dict[FormKey, set[str]] = {}
    changed: dict[FormKey, set[str]] = {}
    for entry in entries:
        fact = entry.fact
        if not isinstance(fact, SourceVerified | FormSaved):
            continue
        key = FormKey(fact.form, fact.visit, fact.repeat, fact.region)
        if isinstance(fact, SourceVerified):
            verified.setdefault(key, set()).update(fact.items)
            changed.setdefault(key, set()).difference_update(fact.items)
        else:
            again = verified.get(key, set()) & {*fact.values, *fact.missing}
            verified.get(key, set()).difference_update(again)
            changed.setdefault(key, set()).update(again)
    return {key: frozenset(items) for key, items in changed.items() if items}
