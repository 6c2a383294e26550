"""Strata, and minimisation, which takes their place: factors that are known of everyone.

The ratio names every arm in treatment.py. What of an allocation is not in a study file at all is
the custodian's, and is checked by his program.
"""

from collections.abc import Iterator

from cicatrix.trial.contradictions.fault import Fault
from cicatrix.trial.document import Path
from cicatrix.trial.study import Study


def in_allocation(study: Study) -> Iterator[Fault]:
    """Find contradictions in what the allocation is stratified or minimised by."""
    for number, stratum in enumerate(study.allocation.strata):
        yield from _in_factor(("allocation", "strata", number), stratum, "a stratum", study)
    if study.allocation.minimise:
        yield from _in_minimisation(study)


def _in_minimisation(study: Study) -> Iterator[Fault]:
    names = [one.factor for one in study.allocation.minimise]
    for number, name in enumerate(names):
        path = ("allocation", "minimise", number, "factor")
        yield from _in_factor(path, name, "a factor of minimisation", study)
        if name in names[:number]:
            yield path, f"'{name}' stands twice in this list"
    if study.allocation.strata:
        why = "must be empty: minimisation balances its factors and has no strata"
        yield ("allocation", "strata"), why
    if len(set(study.allocation.ratio.values())) > 1:
        why = "must be equal: minimisation is for arms of equal size"
        yield ("allocation", "ratio"), why
    for number, analysis in enumerate(study.analyses):
        if analysis.method.endswith("_in_blocks"):
            why = f"{analysis.method} rearranges within blocks, and a minimised study has none"
            yield ("analyses", number, "method"), why


def _in_factor(path: Path, name: str, what: str, study: Study) -> Iterator[Fault]:
    form = study.form.get(study.eligibility.form)
    items = form.items if form else {}
    if name == "site":
        return
    if name not in items or items[name].type != "choice":
        yield path, f"'{name}' is neither site nor a choice item of the eligibility form"
    elif not items[name].required or items[name].when:
        yield path, f"'{name}' is {what} and must be required and always asked"
