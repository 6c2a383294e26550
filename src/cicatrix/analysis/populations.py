"""Who is analysed: each population of the plan, and why others are not in it (ICH E9).

The rules are the study file's `requires`; here is what each of them means. A participant who
withdrew from all use of her data is in no population. Arms are as allocated.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cicatrix.analysis.participants import Enrolled
from cicatrix.analysis.values import ValueRow
from cicatrix.trial.study import Study

Check = Callable[[Study, Enrolled, Sequence[ValueRow]], bool]


@dataclass(frozen=True, slots=True)
class Members:
    """One population: who is in it, and for everyone else the first rule that does not hold."""

    population: str
    label: Mapping[str, str]
    requires: tuple[str, ...]
    participants: tuple[str, ...]
    excluded: tuple[tuple[str, str], ...]

    def holds(self, participant: str) -> bool:
        """Tell whether a participant belongs to it."""
        return participant in self.participants


def populations(
    study: Study, enrolled: Sequence[Enrolled], values: Sequence[ValueRow]
) -> tuple[Members, ...]:
    """Decide every population of the study, participant by participant."""
    primary = {endpoint.id for endpoint in study.endpoints if endpoint.role == "primary"}
    own: dict[str, list[ValueRow]] = {}
    for row in values:
        if row.endpoint in primary:
            own.setdefault(row.participant, []).append(row)
    found = []
    for population in study.populations:
        members, excluded = [], []
        for one in enrolled:
            failed = _failed(study, one, own.get(one.record.id, []), population.requires)
            if failed is None:
                members.append(one.record.id)
            else:
                excluded.append((one.record.id, failed))
        found.append(
            Members(
                population.id,
                population.label,
                tuple(population.requires),
                tuple(members),
                tuple(excluded),
            )
        )
    return tuple(found)


def _failed(
    study: Study, one: Enrolled, primary: Sequence[ValueRow], rules: Sequence[str]
) -> str | None:
    if one.row.data_withdrawn:
        return "data_withdrawn"
    return next((rule for rule in rules if not _RULES[rule](study, one, primary)), None)


def _all_doses(study: Study, one: Enrolled, primary: Sequence[ValueRow]) -> bool:
    """Ask for a tube on every dosing day and region, whichever tube it was."""
    given = {(use.day, study.tube[use.tube].region) for use in one.record.tubes}
    return all((tube.day, tube.region) in given for tube in study.treatment.tubes)


_RULES: Mapping[str, Check] = {
    "randomised": lambda study, one, primary: True,
    "any_dose": lambda study, one, primary: one.row.tubes_given > 0,
    "all_doses": _all_doses,
    "own_tubes": lambda study, one, primary: one.row.tubes_swapped == 0,
    "primary_endpoint": lambda study, one, primary: (
        bool(primary) and all(row.reason is None for row in primary)
    ),
    "primary_in_window": lambda study, one, primary: (
        bool(primary) and all(row.in_window is True for row in primary)
    ),
    "no_major_deviation": lambda study, one, primary: one.row.major_deviations == 0,
}

RULES: Mapping[str, str] = {
    "randomised": "randomised",
    "any_dose": "at least one tube applied",
    "all_doses": "a tube applied on every dosing day",
    "own_tubes": "every tube from her own kit and meant for that day",
    "primary_endpoint": "a value of the primary endpoint",
    "primary_in_window": "the primary visit within its window",
    "no_major_deviation": "no major deviation",
    "data_withdrawn": "no withdrawal from all use of data",
}
"""What each rule asks, in the words of the report."""
