"""The simulation's assumptions: that nature and conduct fit the forms and the planned doses.

Whether an assumption is plausible is not asked; what has no answer is an oddity, not a fault.
"""

from collections.abc import Iterator, Mapping

from cicatrix.trial.assumed import Answer, Nature, Simulation
from cicatrix.trial.contradictions.fault import Fault, unless_known
from cicatrix.trial.contradictions.plan import planned_doses
from cicatrix.trial.document import Path
from cicatrix.trial.forms import Item
from cicatrix.trial.study import Study

_HERE = ("simulation",)


def in_simulation(study: Study, simulation: Simulation) -> Iterator[Fault]:
    """Find assumptions about items, forms or doses that the study does not have."""
    yield from _in_nature(study, simulation.nature)
    if simulation.conduct.temperature_excursion > 0 and study.treatment.storage is None:
        why = "needs treatment.storage: without a range no reading is out of it"
        yield (*_HERE, "conduct", "temperature_excursion"), why
    asked: dict[str, list[Item]] = {}
    for form in study.forms:
        for item in () if form.log else form.items.values():
            asked.setdefault(item.id, []).append(item)
    for name, answer in simulation.answers.items():
        path = (*_HERE, "answers", name)
        yield from unless_known(path, name, "item of a form that is no log", asked)
        for item in asked.get(name, ()):
            yield from _in_answer(path, answer, item, study)
    for name, answers in simulation.events.items():
        path = (*_HERE, "events", name)
        logs = {form.id: form for form in study.forms if form.log}
        yield from unless_known(path, name, "log form", logs)
        items = logs[name].items if name in logs else {}
        for item_name, answer in answers.items():
            if name in logs:
                where = (*path, item_name)
                yield from unless_known(where, item_name, f"item of form {name}", items)
            if item_name in items:
                yield from _in_answer((*path, item_name), answer, items[item_name], study)


def _in_nature(study: Study, nature: Nature) -> Iterator[Fault]:
    path = (*_HERE, "nature")
    yield from unless_known((*path, "rating_form"), nature.rating_form, "form", study.form)
    form = study.form.get(nature.rating_form)
    if form is not None and form.rating is None:
        yield (*path, "rating_form"), f"{form.id} is not a rated form"
    doses = [dose for dose, _ in nature.mean_by_dose]
    for number in range(1, len(doses)):
        if doses[number] <= doses[number - 1]:
            yield (*path, "mean_by_dose", number), "doses must ascend and differ"
    for region in form.regions if form is not None else ():
        for arm, dose in planned_doses(study, region).items():
            if not min(doses) <= dose <= max(doses):
                why = f"does not reach the planned dose of {arm} in {region}, {dose:g}"
                yield (*path, "mean_by_dose"), why
    total = form.items.get(form.rating.total) if form is not None and form.rating else None
    for number, (_, mean) in enumerate(nature.mean_by_dose):
        if total is not None and not _in_range(mean, total):
            why = f"{mean:g} is outside the range of {total.id}"
            yield (*path, "mean_by_dose", number), why


def _in_answer(path: Path, answer: Answer, item: Item, study: Study) -> Iterator[Fault]:
    given = [answer.normal, answer.shares, answer.constant]
    if sum(one is not None for one in given) != 1:
        yield path, "needs exactly one of normal, shares, constant"
    if item.computed is not None:
        yield path, f"{item.id} is computed and needs no assumption"
    if answer.normal is not None:
        if item.type not in ("integer", "decimal"):
            yield (*path, "normal"), f"needs a number, and {item.id} is {item.type}"
        if answer.normal[1] < 0:
            yield (*path, "normal", 1), "is the standard deviation and cannot be negative"
    if answer.shares is not None:
        yield from _in_shares((*path, "shares"), answer.shares, item, study)
    if answer.constant is not None and not _fits(answer.constant, item, study):
        yield (*path, "constant"), f"{answer.constant!r} is no answer to {item.id} ({item.type})"


def _in_shares(
    path: Path, shares: Mapping[str, float], item: Item, study: Study
) -> Iterator[Fault]:
    total = sum(shares.values())
    if abs(total - 1) > 1e-9:
        yield path, f"the shares add up to {total:g}, not to 1"
    for key in shares:
        if not any(_fits(value, item, study) for value in _readings(key)):
            yield (*path, key), f"'{key}' is no answer to {item.id} ({item.type})"


def _readings(key: str) -> Iterator[bool | int | float | str]:
    """Give what a key of shares may stand for: text, truth, a whole or a decimal number."""
    yield key
    if key in ("true", "false"):
        yield key == "true"
    for number in (int, float):
        try:
            yield number(key)
        except ValueError:
            continue


def _fits(value: bool | int | float | str, item: Item, study: Study) -> bool:
    match item.type:
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return type(value) is int and _in_range(value, item)
        case "decimal":
            return type(value) in (int, float) and _in_range(float(value), item)
        case "choice" | "choices":
            code_list = study.codes.get(item.code_list or "")
            codes = code_list.codes if code_list is not None else ()
            return any(type(c.code) is type(value) and c.code == value for c in codes)
    return isinstance(value, str)


def _in_range(value: float, item: Item) -> bool:
    low = item.minimum if item.minimum is not None else value
    high = item.maximum if item.maximum is not None else value
    return low <= value <= high
