"""The procedure that a study gets: its arms, ratio and strata, and the places of each stratum.

How many places a stratum has depends on the study and the sizes allowed, never on what is drawn:
the bare numbers, which everyone sees, tell nothing of the blocks, and with the default sizes
nothing of the kind either.
"""

from collections.abc import Sequence
from math import ceil

from cicatrix.trial.allocation import factor_levels, factors_of, strata
from cicatrix.trial.errors import Refused
from cicatrix.trial.study import Study
from cicatrix_sealed.minimisation import Measure
from cicatrix_sealed.procedures.kinds import (
    Minimised,
    Procedure,
    check_size,
    fillable,
    read_procedure,
    write_procedure,
)

KINDS = ("permuted_blocks", "simple", "big_stick", "biased_coin", "urn", "minimisation")
_COIN, _MINIMISATION = (2, 3), (4, 5)
_MULTIPLES = (2, 3, 4)
_RESERVE_PERCENT = 120
"""Places for each hundred planned: a mistaken randomisation keeps its number."""


def procedure_of(
    study: Study,
    *,
    kind: str = "permuted_blocks",
    slots: int | None = None,
    sizes: Sequence[int] = (),
    limit: int = 3,
    probability: tuple[int, int] | None = None,
    measure: Measure = "range",
    start: int = 1,
    add: int = 1,
) -> dict[str, object]:
    """Give a study's procedure; `slots` is the least number of a stratum's places.

    Without `slots` a stratum gets 1.2 places for each participant planned; without `sizes` blocks
    are of 2, 3 and 4 times the ratio's sum; without `probability` a coin has 2/3 and minimisation
    4/5. An option of another kind than the one is not used. Every kind gets places that whole
    blocks can fill, so that their number does not tell which it is.
    """
    ratio = study.allocation.ratio
    whole = sum(ratio.values())
    chosen = tuple(sorted(set(sizes))) if kind == "permuted_blocks" else ()
    blocks = chosen or tuple(multiple * whole for multiple in _MULTIPLES)
    further = _further(study, kind, blocks, limit, probability, measure, start, add)
    named = strata(study)
    wanted = [wanted_slots(study, stratum) if slots is None else slots for stratum in named]
    check_size(sum(wanted), blocks)
    if all(size > 0 for size in blocks):
        wanted = [_whole_blocks(number, blocks) for number in wanted]
    document = {
        "kind": kind,
        "arms": [arm.id for arm in study.arms],
        "ratio": {arm.id: ratio[arm.id] for arm in study.arms},
        "strata": [
            {"stratum": stratum, "slots": number}
            for stratum, number in zip(named, wanted, strict=True)
        ],
        **further,
    }
    _check_minimised(study, kind)
    return write_procedure(read_procedure(document))


def _further(
    study: Study, kind: str, blocks: Sequence[int], limit: int,
    probability: tuple[int, int] | None, measure: Measure, start: int, add: int,
) -> dict[str, object]:  # fmt: skip
    """Give what a kind of procedure says beyond arms and strata, or refuse where there is none."""
    match kind:
        case "simple":
            return {}
        case "permuted_blocks":
            return {"sizes": list(blocks)}
        case "big_stick":
            return {"limit": limit}
        case "biased_coin":
            return {"probability": list(probability or _COIN)}
        case "urn":
            return {"start": start, "add": add}
        case "minimisation":
            chance = list(probability or _MINIMISATION)
            return {"factors": _factors(study), "measure": measure, "probability": chance}
    raise Refused("procedure", f"There is no procedure {kind}: choose {', '.join(KINDS)}.")


def kind_for(study: Study) -> str:
    """Give the kind of procedure that a study file asks for, blocks where it asks for none."""
    return "minimisation" if study.allocation.minimise else "permuted_blocks"


def _factors(study: Study) -> list[dict[str, object]]:
    weights = factors_of(study)
    return [
        {"factor": factor, "levels": list(levels), "weight": weights[factor]}
        for factor, levels in factor_levels(study).items()
    ]


def check_suits(study: Study, procedure: Procedure) -> None:
    """Refuse a procedure that is not for this study: of another kind, other arms, ratio, strata.

    A minimised one must have the study's factors too.
    """
    _check_minimised(study, procedure.kind)
    arms = tuple(arm.id for arm in study.arms)
    ratio = study.allocation.ratio
    if procedure.arms != arms or procedure.ratio != {arm: ratio[arm] for arm in arms}:
        raise Refused(
            "arms",
            "The procedure has other arms or another ratio than the study: promise one that was "
            "made for it.",
        )
    if tuple(one.stratum for one in procedure.strata) != strata(study):
        raise Refused(
            "strata",
            "The procedure has other strata than the study: promise one that was made for it.",
        )
    if isinstance(procedure, Minimised) and write_procedure(procedure)["factors"] != _factors(
        study
    ):
        raise Refused(
            "factors",
            "The procedure minimises by other factors, levels or weights than the study: promise "
            "one that was made for it.",
        )


def _check_minimised(study: Study, kind: str) -> None:
    """Refuse a list for a study that is minimised, and minimisation for one that is not."""
    minimised = bool(study.allocation.minimise)
    if minimised and kind != "minimisation":
        raise Refused(
            "procedure",
            f"The study file says that the study is minimised: {kind} is not for it; choose "
            "--procedure minimisation.",
        )
    if not minimised and kind == "minimisation":
        raise Refused(
            "procedure",
            "The study file names no factors to minimise by: choose another procedure, or write "
            "allocation.minimise.",
        )


def planned_places(study: Study, stratum: str) -> int:
    """Give the most participants planned in a stratum: its site's, or the trial's.

    Of a stratum that is not a site's, any number up to all may come.
    """
    of_site = (site.planned for site in study.sites if f"site={site.id}" in stratum.split(";"))
    return next(of_site, study.allocation.planned)


def wanted_slots(study: Study, stratum: str) -> int:
    """Give 1.2 places for each participant planned in a stratum, rounded up."""
    return ceil(planned_places(study, stratum) * _RESERVE_PERCENT / 100)


def _whole_blocks(wanted: int, sizes: tuple[int, ...]) -> int:
    """Give the least number, from `wanted` on, that whole blocks can fill."""
    fits = fillable(wanted + min(sizes), sizes)
    return next((number for number in range(wanted, len(fits)) if fits[number]), wanted)


def expected_places(study: Study) -> dict[str, int]:
    """Share the planned participants out over the strata, as evenly as whole numbers can.

    A site's strata share what the site plans; strata of other factors are held equally likely,
    since a study file does not say how frequent they are.
    """
    named = strata(study)
    groups: dict[str, list[str]] = {}
    for stratum in named:
        site = next((part for part in stratum.split(";") if part.startswith("site=")), "")
        groups.setdefault(site, []).append(stratum)
    return {
        stratum: planned_places(study, stratum) // len(group)
        + (place < planned_places(study, stratum) % len(group))
        for group in groups.values()
        for place, stratum in enumerate(group)
    }
