"""A ledger seen piece by piece, as a worker catches up, and the comparison with the whole."""

from collections.abc import Sequence
from dataclasses import replace

from cicatrix.trial.ledger import Entry
from cicatrix.trial.roles import Actor
from cicatrix.trial.trial import Trial, fold
from cicatrix.trial.visibility import Sight, visible_to


def seen_in_pieces(
    entries: Sequence[Entry], actor: Actor, cuts: Sequence[int]
) -> tuple[list[Entry], Trial]:
    """See and fold the pieces, beginning anew where what was seen must be hidden again."""
    sight = Sight(actor, rates=actor.role == "rater")
    seen: list[Entry] = []
    trial = Trial()
    for start, stop in zip([0, *cuts], [*cuts, len(entries)], strict=True):
        new = sight.see(entries[start:stop])
        if sight.narrowed:
            sight = Sight(actor, rates=sight.rates)
            new, seen, trial = sight.see(entries[:stop]), [], Trial()
        assert [entry.seq for entry in new] == sorted(entry.seq for entry in new)
        seen += new
        trial = fold(new, trial)
    return seen, trial


def is_whole(seen: Sequence[Entry], trial: Trial, entries: Sequence[Entry], actor: Actor) -> bool:
    """Tell whether what was seen and folded in pieces is what is visible of the whole."""
    whole = visible_to(entries, actor)
    ordered = sorted(seen, key=lambda entry: entry.seq)
    numbered = [replace(one, seq=n, hash="") for n, one in enumerate(ordered, start=1)]
    folded = fold(whole)
    return numbered == whole and replace(trial, head=folded.head) == folded
