"""Virtual raters: whole scores on a rated form, from a latent total seen with bias and noise.

The points of a total are dealt out over the form's items in proportion to their ranges, along a
profile that is the scar's own and a jitter that is the rating's. Which raters see whom, and that
they do not see one another's scores, is the trial's conduct (assessments.py), not theirs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cicatrix.simulation.answers import fill
from cicatrix.trial.assumed import Nature
from cicatrix.trial.checks import basis
from cicatrix.trial.conditions import compute
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Value
from cicatrix.trial.forms import Form, Item
from cicatrix.trial.study import Study

PROFILE_SD = 0.25
JITTER_SD = 0.05
"""How far an item departs from its share of the points: by scar, by rating; of its range."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A rated form as a scale: its summed items with their levels, and its total's range."""

    form: Form
    levels: Mapping[str, tuple[int, ...]]
    lowest: float
    highest: float

    @property
    def steps(self) -> int:
        """Points between everything at its lowest and everything at its highest."""
        return sum(len(levels) - 1 for levels in self.levels.values())


def scale_of(study: Study, form: Form) -> Scale:
    """Find the items that the total of a rated form is made of, and what it can be.

    The total may be any function that grows with each of them, such as a sum or a mean.
    """
    if form.rating is None:
        raise ValueError(f"Form {form.id} is not rated and has no scale.")
    named = basis(form.rating.total, form)
    levels = {name: _levels(study, form.items[name]) for name in named}
    ends = [
        compute(form, study.codes, {name: one[end] for name, one in levels.items()})
        for end in (0, -1)
    ]
    lowest, highest = (end[form.rating.total].value for end in ends)
    if not isinstance(lowest, int | float) or not isinstance(highest, int | float):
        raise Refused(
            "simulation",
            f"The total of form {form.id} cannot be computed from {', '.join(named)}: "
            "correct its `computed` in the study file.",
        )
    return Scale(form, levels, float(lowest), float(highest))


def _levels(study: Study, item: Item) -> tuple[int, ...]:
    if item.code_list is not None:
        codes = [code.code for code in study.codes[item.code_list].codes]
        return tuple(sorted(code for code in codes if isinstance(code, int)))
    if item.minimum is None or item.maximum is None:
        raise Refused("simulation", f"Item {item.id} is rated and needs a minimum and a maximum.")
    return tuple(range(int(np.ceil(item.minimum)), int(np.floor(item.maximum)) + 1))


def draw_profile(scale: Scale, rng: np.random.Generator) -> tuple[float, ...]:
    """Draw how the items of one scar depart from their share, in shares of their ranges."""
    return tuple(float(x) for x in PROFILE_SD * rng.standard_normal(len(scale.levels)))


def draw_bias(nature: Nature, rng: np.random.Generator) -> float:
    """Draw by how many points one rater is always above the others."""
    return nature.rater_bias_sd * float(rng.standard_normal())


def rate(
    study: Study,
    scale: Scale,
    nature: Nature,
    *,
    seen_on: Scale,
    latent: float,
    bias: float,
    profile: Sequence[float],
    rng: np.random.Generator,
) -> dict[str, Value]:
    """Score a scar once: whole numbers, within the levels of each item, and the form's other items.

    The total of the scores is the latent total with the rater's bias and this rating's noise, cut
    off at the ends of the scale and rounded to its next step. `seen_on` is the scale in whose
    points nature speaks; another rated form sees the same scar as the same share of its range.
    """
    seen = latent + bias + nature.rating_noise_sd * float(rng.standard_normal())
    share = (seen - seen_on.lowest) / (seen_on.highest - seen_on.lowest)
    share = min(max(share, 0.0), 1.0)
    scores = _deal(scale, round(share * scale.steps), profile, rng)
    hints = study.simulation.answers if study.simulation else {}
    others: dict[str, Value] = {
        item.id: _nearest(study, item, share, rng)
        for item in scale.form.items.values()
        if item.computed is None
        and item.id not in scores
        and item.id not in hints
        and _has_levels(study, item)
    }
    return fill(study, scale.form, hints, rng=rng, fixed={**scores, **others}).values


def _deal(
    scale: Scale, points: int, profile: Sequence[float], rng: np.random.Generator
) -> dict[str, Value]:
    """Deal out whole points over the items, each near its target, none beyond its range."""
    ranges = [len(levels) - 1 for levels in scale.levels.values()]
    jitter = JITTER_SD * rng.standard_normal(len(ranges))
    targets = [
        size * (points / max(scale.steps, 1) + own + float(now))
        for size, own, now in zip(ranges, profile, jitter, strict=True)
    ]
    dealt = [min(max(round(target), 0), size) for target, size in zip(targets, ranges, strict=True)]
    while sum(dealt) != points:
        step = 1 if sum(dealt) < points else -1
        free = [at for at, n in enumerate(dealt) if 0 <= n + step <= ranges[at]]
        most = max(free, key=lambda at: step * (targets[at] - dealt[at]))
        dealt[most] += step
    return {
        name: levels[points_here]
        for (name, levels), points_here in zip(scale.levels.items(), dealt, strict=True)
    }


def _has_levels(study: Study, item: Item) -> bool:
    if item.type == "choice" and item.code_list is not None:
        return all(isinstance(code.code, int) for code in study.codes[item.code_list].codes)
    return item.type == "integer" and item.minimum is not None and item.maximum is not None


def _nearest(study: Study, item: Item, share: float, rng: np.random.Generator) -> Value:
    levels = _levels(study, item)
    place = (share + JITTER_SD * float(rng.standard_normal())) * (len(levels) - 1)
    return levels[min(max(round(place), 0), len(levels) - 1)]
