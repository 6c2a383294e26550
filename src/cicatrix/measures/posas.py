"""The Patient and Observer Scar Assessment Scale, version 2: two scales of six items, 1 to 10.

1 is like normal skin (or no complaint), 10 the worst imaginable; each total is 6 to 60. The
overall opinion, also 1 to 10, stands apart and belongs to no total. Not version 3, whose items
and steps differ. Go next to `scales` for what happens to a missing item.
"""

from collections.abc import Mapping

from cicatrix.measures.scales import Scale, ScaleItem, Score, add_up

OBSERVER = Scale(
    "POSAS observer scale",
    tuple(
        ScaleItem(name, 1, 10)
        for name in (
            "vascularity",
            "pigmentation",
            "thickness",
            "relief",
            "pliability",
            "surface_area",
        )
    ),
    "vandeKar2005",
)

PATIENT = Scale(
    "POSAS patient scale",
    tuple(
        ScaleItem(name, 1, 10)
        for name in ("pain", "itch", "colour", "stiffness", "thickness", "irregularity")
    ),
    "vandeKar2005",
)

OVERALL_OPINION = Scale(
    "POSAS overall opinion", (ScaleItem("overall_opinion", 1, 10),), "vandeKar2005"
)


def observer_total(values: Mapping[str, float | None]) -> Score:
    """Add the observer's six items to the total of 6 to 60. Source: vandeKar2005.

    >>> observer_total(
    ...     {
    ...         "vascularity": 3,
    ...         "pigmentation": 4,
    ...         "thickness": 2,
    ...         "relief": 2,
    ...         "pliability": 3,
    ...         "surface_area": 1,
    ...     }
    ... ).total
    15
    """
    return add_up(OBSERVER, values)


def patient_total(values: Mapping[str, float | None]) -> Score:
    """Add the patient's six items to the total of 6 to 60. Source: Draaijers2004, vandeKar2005.

    >>> patient_total({"pain": 1, "itch": 2, "colour": 5, "stiffness": 4, "thickness": 4})
    Score(total=None, reason='missing_item', at_fault=('irregularity',))
    """
    return add_up(PATIENT, values)
