"""The stock of kits as a page shows it: which sites, which kits, which decisions are waiting.

Pure functions over the trial as somebody sees it; counts are by place and never by kind
(trial/accountability.py). A list of kits is cut into pages by the kit's own name. Shown by
pages/kits.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cicatrix.trial.accountability import Account, StockLine, accountability, stock_lines
from cicatrix.trial.roles import Actor
from cicatrix.trial.stock import Destruction, Quarantine
from cicatrix.trial.study import Site, Study
from cicatrix.trial.trial import Trial

KITS_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Stockroom:
    """One site's kits: the account, one page of the list, and what waits for a decision."""

    site: Site
    account: Account
    lines: tuple[StockLine, ...]
    following: str
    quarantines: tuple[tuple[str, Quarantine], ...]
    destructions: tuple[tuple[str, Destruction], ...]


def sites_of(study: Study, actor: Actor) -> tuple[Site, ...]:
    """List the sites of which somebody sees participants and stock."""
    return tuple(one for one in study.sites if actor.site in (None, one.id))


def stockroom(
    study: Study, trial: Trial, site: Site, *, now: datetime, after: str = ""
) -> Stockroom:
    """Describe a site's stock, with the kits that follow the one called `after`."""
    lines = [one for one in stock_lines(study, trial, site.id, now=now) if one.kit > after]
    shown = lines[:KITS_A_PAGE]
    return Stockroom(
        site,
        accountability(study, trial, site.id, now=now),
        tuple(shown),
        shown[-1].kit if len(lines) > len(shown) else "",
        tuple(
            (name, one)
            for name, one in sorted(trial.stock.quarantines.items())
            if one.site == site.id
        ),
        tuple(
            (name, one)
            for name, one in sorted(trial.stock.destructions.items())
            if one.site == site.id
        ),
    )


def last_quarantine(trial: Trial, site: str) -> Quarantine | None:
    """Find the newest quarantine of a site."""
    here = [one for one in trial.stock.quarantines.values() if one.site == site]
    return here[-1] if here else None


def tubes_typed(words: Sequence[str]) -> tuple[int, ...] | None:
    """Read the numbers of tubes; None if a word is none."""
    if not all(word.isdecimal() and len(word) <= 4 for word in words):
        return None
    return tuple(sorted({int(word) for word in words}))
