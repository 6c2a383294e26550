"""Satisfaction with the scar in five ordered words, ranked 0 to 4.

The ranks order the words and say nothing about the distance between them, so they may be compared
and ranked but a mean of them is a choice to defend. Not a validated instrument: the reference
trial's record defines only the words. Go next to `scales` for scales that have a total.
"""

LEVELS = ("None", "Slight", "Moderate", "Good", "Very good")


def rank(level: str) -> int:
    """Return the rank, 0 (None) to 4 (Very good), of a word exactly as in `LEVELS`.

    The word "None" is an answer, no satisfaction at all; a question that was not answered is
    Python's None and has no rank.

    >>> rank("Good") > rank("Moderate")
    True
    >>> rank("None")
    0
    """
    if level not in LEVELS:
        raise ValueError(f"{level!r} is no level of satisfaction; use one of {', '.join(LEVELS)}.")
    return LEVELS.index(level)
