"""The latent scar: how bad it really is, in points of the rated total, on any day.

It answers to the dose that the region actually received, not to what was planned, and matures.
It is never recorded: raters (raters.py) see it with bias and noise. Go next to rehearsal.py.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cicatrix.trial.assumed import Nature

LEFT_AT_MATURATION = 0.05
SHARED_BETWEEN_REGIONS = 0.5
"""Share of the variance between scars that belongs to the person, where several are rated."""


@dataclass(frozen=True, slots=True)
class Scar:
    """What one region of one person is like, apart from dose and time: points above the mean."""

    deviation: float


def draw_scars(nature: Nature, regions: Sequence[str], rng: np.random.Generator) -> dict[str, Scar]:
    """Draw the scar of each region; together they have the variance that nature says."""
    person = float(rng.standard_normal())
    shared = SHARED_BETWEEN_REGIONS if len(regions) > 1 else 0.0
    return {
        region: Scar(
            nature.sd
            * (math.sqrt(shared) * person + math.sqrt(1 - shared) * float(rng.standard_normal()))
        )
        for region in regions
    }


def mean_at_dose(nature: Nature, dose: float) -> float:
    """Give the mean total at `means_month` of a dose, on straight lines between those given.

    Outside the doses given the nearest one's mean holds.
    """
    doses, means = zip(*nature.mean_by_dose, strict=True)
    return float(np.interp(dose, doses, means))


def excess_left(nature: Nature, months: float) -> float:
    """Give the share of the initial excess that is left some months after treatment.

    0.05 ** (months / maturation_months): 1 at first, 5 % at maturation.
    """
    return float(LEFT_AT_MATURATION ** (max(months, 0.0) / nature.maturation_months))


def latent_total(
    nature: Nature,
    scar: Scar,
    *,
    dose: float,
    months: float,
    months_since_injury: Sequence[float] = (),
) -> float:
    """Give the latent total of a scar, `months` after the last dose, given the dose so far.

    mean(dose) + initial_excess * (left(months) - left(means_month)) + deviation, so that the
    means hold exactly at `means_month`; earlier the scar is worse, later better. Each injury
    since (an intercurrent event) adds initial_excess * left(months since it). The total is not
    bound to the scale's range: what lies beyond it is for the raters to cut off.
    """
    left = excess_left(nature, months) - excess_left(nature, nature.means_month)
    again = sum(excess_left(nature, since) for since in months_since_injury if since >= 0)
    return mean_at_dose(nature, dose) + nature.initial_excess * (left + again) + scar.deviation
