"""What a rehearsed trial has in place of a clock and of chance.

Time goes on from the last entry, and salts come from a seed, so that a rehearsal can be repeated
to the byte. A real trial has the machine's time and the operating system's entropy; nothing here
may be used for one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from cicatrix.trial.trial import Trial

HOUR = timedelta(hours=1)


def time_after(trial: Trial, *, now: datetime, step: timedelta = HOUR) -> datetime:
    """Give `now`, but in a rehearsed trial a step after its last entry."""
    if trial.rehearsal and trial.at is not None:
        return trial.at + step
    return now


def salts_after(trial: Trial, *, entropy: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Give `entropy`, but in a rehearsed trial salts that its last entry fixes."""
    if trial.rehearsal:
        return seeded_entropy(f"{trial.head.seq}/{trial.head.hash}")
    return entropy


def seeded_entropy(seed: str) -> Callable[[int], bytes]:
    """Make a source of salts that anyone who knows the seed can make again."""
    count = 0

    def draw(size: int) -> bytes:
        nonlocal count
        count += 1
        block = b"".join(
            sha256(f"cicatrix/rehearsal/{seed}/{count}/{part}".encode()).digest()
            for part in range(size // 32 + 1)
        )
        return block[:size]

    return draw
