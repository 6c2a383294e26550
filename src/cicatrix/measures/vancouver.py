"""The Vancouver Scar Scale in the version of Baryza and Baryza, total 0 to 14.

Not Sullivan's version of 1990, whose pigmentation ends at 2 and whose total ends at 13: the two
must never be pooled. The words of each score are here because they are the scale; a study file
translates them. Go next to `scales` for what happens to a missing item.
"""

import math

from cicatrix.measures.scales import Scale, ScaleItem, Score, add_up

VASCULARITY = ("normal", "pink", "red", "purple")
PIGMENTATION = ("normal", "hypopigmented", "mixed", "hyperpigmented")
HEIGHT = ("flat", "under 2 mm", "2 to 5 mm", "over 5 mm")
PLIABILITY = ("normal", "supple", "yielding", "firm", "ropes", "contracture")

VANCOUVER = Scale(
    "Vancouver Scar Scale",
    (
        ScaleItem("vascularity", 0, 3),
        ScaleItem("pigmentation", 0, 3),
        ScaleItem("height", 0, 3),
        ScaleItem("pliability", 0, 5),
    ),
    "Baryza1995",
)


def total(
    *,
    vascularity: float | None,
    pigmentation: float | None,
    height: float | None,
    pliability: float | None,
) -> Score:
    """Add the four items, each a score as above, to the total of 0 to 14.

    Higher is worse. The total is ordinal: its steps are not equal. Source: Baryza1995.

    >>> total(vascularity=2, pigmentation=1, height=1, pliability=2).total
    6
    >>> total(vascularity=2, pigmentation=None, height=1, pliability=2)
    Score(total=None, reason='missing_item', at_fault=('pigmentation',))
    """
    return add_up(
        VANCOUVER,
        {
            "vascularity": vascularity,
            "pigmentation": pigmentation,
            "height": height,
            "pliability": pliability,
        },
    )


def height_score(height_mm: float) -> int:
    """Turn a height above the surrounding skin, in mm, into the height item, 0 to 3.

    Exactly 2.0 and exactly 5.0 mm score 2: the scale says "2 to 5 mm". A depressed scar has no
    score on this scale, so a negative height is refused. Source: Baryza1995.

    >>> [height_score(mm) for mm in (0.0, 1.9, 2.0, 5.0, 5.1)]
    [0, 1, 2, 2, 3]
    """
    if not math.isfinite(height_mm) or height_mm < 0:
        raise ValueError(
            f"A scar height of {height_mm} mm cannot be scored; "
            "give the height above the skin in mm, 0 or more."
        )
    if height_mm == 0:
        return 0
    if height_mm < 2.0:
        return 1
    return 2 if height_mm <= 5.0 else 3
