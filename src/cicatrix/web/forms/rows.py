"""The rows of a log form as its list shows them: the first answers of each, and whether it is done.

A row is a form of its own (sheet.py); here is only what tells one from another.
"""

from dataclasses import dataclass

from cicatrix.trial.checks import lacking
from cicatrix.trial.forms import Item
from cicatrix.trial.participant import Signature
from cicatrix.trial.study import Study
from cicatrix.web.forms.place import Place
from cicatrix.web.forms.sheet import recorded
from cicatrix.web.language.names import tag, text_in

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number, its address, its first answers in words."""

    number: int
    address: str
    cells: tuple[tuple[str, str], ...]
    lacking: int
    waits: bool
    signature: Signature | None


def rows_of(study: Study, place: Place) -> tuple[Row, ...]:
    """List the rows of a log form, the first one first."""
    form, shown = place.form, _first_items(place)
    rows = []
    for key, data in place.participant.rows(form.id):
        if key.region != place.key.region:
            continue
        cells = tuple((text_in(one.label, tag()), recorded(study, one, data)) for one in shown)
        open_items = len(lacking(form, study.codes, data))
        waits = form.signed_by is not None and data.signature is None
        address = Place(place.participant, form, key, data).address()
        rows.append(Row(key.repeat, address, cells, open_items, waits, data.signature))
    return tuple(rows)


def _first_items(place: Place) -> list[Item]:
    return list(place.form.items.values())[:_SHOWN]
