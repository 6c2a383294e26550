"""A fault: where in a study file something is wrong, and one sentence that says what.

Here are the sentences that several families of contradictions share, and what they all ask of an
item; what is wrong is decided in the modules beside this one.
"""

import difflib
from collections.abc import Collection, Iterator

from cicatrix.trial.conditions import Kinds, why_not
from cicatrix.trial.document import Path
from cicatrix.trial.forms import Item
from cicatrix.trial.study import Study

Fault = tuple[Path, str]


def unless_known(path: Path, name: str, kind: str, known: Collection[str]) -> Iterator[Fault]:
    """Yield a fault if a name is not among the known ones of its kind."""
    if name in known:
        return
    near = difflib.get_close_matches(name, known, n=1)
    choice = f"did you mean {near[0]}?" if near else f"there is {_listed(known)}"
    yield path, f"names '{name}', which is no {kind} of this study; {choice}"


def unless_condition(path: Path, condition: str, kinds: Kinds, *wanted: str) -> Iterator[Fault]:
    """Yield a fault if a condition does not compile or gives another type than is wanted."""
    why = why_not(condition, kinds, wanted)
    if why:
        yield path, why


def is_number(item: Item, study: Study) -> bool:
    """Tell whether an item's values are numbers: integers, decimals or numeric codes."""
    code_list = study.codes.get(item.code_list or "")
    if item.type == "choice" and code_list is not None:
        return all(isinstance(code.code, int) for code in code_list.codes)
    return item.type in ("integer", "decimal")


def _listed(known: Collection[str]) -> str:
    return ", ".join(known) if known else "none"
