"""The proof that nothing was rewritten: a checkpoint that somebody kept, held against the ledger.

It is asked of the true ledger, line by line, and answered by yes or no alone: no count, no hash
and no number of a line is told, whoever asks. Checkpoints are trial/checkpoint.py's.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cicatrix.trial.checkpoint import Checkpoint
from cicatrix.trial.errors import LedgerBroken
from cicatrix.web.worker import worker


@dataclass(frozen=True, slots=True)
class Held:
    """What came of a checkpoint; `at` is when it was signed, None where the ledger broke."""

    outcome: Literal["holds", "broken"]
    at: datetime | None = None


def held(text: str) -> Held:
    """Hold a checkpoint against the ledger; one that cannot be read is refused."""
    pasted = "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"
    try:
        found: Checkpoint = worker().check(pasted)
    except LedgerBroken:
        return Held("broken")
    return Held("holds", found.at)


def keep_checkpoint() -> None:
    """Sign the ledger's head as it is now, and keep it in the home."""
    desk = worker().desk
    desk.home.checkpoint(now=desk.now())
