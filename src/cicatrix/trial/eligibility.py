"""Whether a person is eligible: every criterion decided on the answers given so far.

The answer is eligible, not eligible (with the criteria that are not met), or still open (with
the items whose answers are missing). Signing the decision is an act (actions/eligibility.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cicatrix.trial.checks import basis, completed
from cicatrix.trial.conditions import decide
from cicatrix.trial.facts import Value
from cicatrix.trial.study import Study


@dataclass(frozen=True, slots=True)
class Assessment:
    """`eligible` is None while `missing` items could still decide it."""

    eligible: bool | None
    unmet: tuple[str, ...]
    missing: tuple[str, ...]


def assess(study: Study, answers: Mapping[str, Value]) -> Assessment:
    """Decide each criterion on `answers`; one that fails is enough for not eligible.

    An inclusion criterion is met when its condition holds, an exclusion criterion when its
    condition does not.
    """
    form = study.form[study.eligibility.form]
    known = completed(form, study.codes, answers)
    unmet: list[str] = []
    missing: dict[str, None] = {}
    for criterion in study.eligibility.criteria:
        decided = decide(criterion.condition, form, study.codes, known)
        if decided.value is None:
            names = basis(criterion.condition, form)
            # Answers that are all there and still decide nothing are to be looked at again.
            missing.update(dict.fromkeys([one for one in names if one not in answers] or names))
        elif bool(decided.value) is not (criterion.kind == "inclusion"):
            unmet.append(criterion.id)
    if unmet:
        return Assessment(eligible=False, unmet=tuple(unmet), missing=())
    if missing:
        return Assessment(eligible=None, unmet=(), missing=tuple(missing))
    return Assessment(eligible=True, unmet=(), missing=())
