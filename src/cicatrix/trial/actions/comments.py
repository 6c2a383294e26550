"""Make a comment on one item of a form.

A comment changes no value and asks nothing: what should be answered is a data query (queries.py),
what should be another value is a save with a reason (forms.py).
"""

from datetime import datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import CommentMade, Fact
from cicatrix.trial.participant import FormKey
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def comment(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, key: FormKey,
    item: str, text: str,
) -> list[Fact]:  # fmt: skip
    """Note something about an item, answered or not, of a form that has been begun."""
    found = gate.subject(study, trial, actor, "comment", participant, needs=None)
    form = study.form.get(key.form)
    if key not in found.forms or form is None or item not in form.items:
        raise Refused("unknown_item", f"{participant} has no item {item} on form {key.form}.")
    text = gate.reasoned(text, what="A comment")
    return [CommentMade(participant=participant, **key._asdict(), item=item, text=text)]
