"""Verify items of a form against their source, item by item.

The monitor states to have compared what is recorded with the source. It holds for what was saved
last when he looked: an item that is saved again later is not verified any more (recorded.py).
"""

from datetime import datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact, SourceVerified
from cicatrix.trial.participant import FormKey
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def verify_source(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, key: FormKey,
    items: tuple[str, ...], signed_entry: str | None = None,
) -> list[Fact]:  # fmt: skip
    """Record which items were compared; those verified already are left out.

    `signed_entry` is the commitment of the save that was looked at: another one since then is
    refused. None stands for the last save.
    """
    found = gate.subject(study, trial, actor, "verify_source", participant, needs=None)
    data = found.forms.get(key)
    if data is None:
        raise Refused("empty", f"Form {key.form} has not been filled.")
    if signed_entry not in (None, data.entry):
        raise Refused("changed", f"Form {key.form} was saved again; compare it once more.")
    unknown = [name for name in items if name not in data.values and name not in data.missing]
    if unknown:
        raise Refused("unknown_item", f"Nothing is recorded for {unknown[0]} on form {key.form}.")
    fresh = tuple(name for name in dict.fromkeys(items) if name not in data.verified)
    if not fresh:
        raise Refused("nothing", "No item was chosen that is not verified already.")
    return [
        SourceVerified(
            participant=participant, **key._asdict(), items=fresh, signed_entry=data.entry
        )
    ]
