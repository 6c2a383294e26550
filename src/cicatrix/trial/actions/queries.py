"""Raise, answer and close a data query.

A query asks whether a recorded value is right; it changes nothing by itself. An edit check raises
its own (actions/forms.py). Closing is for those who do not record the data.
"""

from datetime import datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact, QueryAnswered, QueryClosed, QueryRaised
from cicatrix.trial.participant import FormKey, Query
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def raise_query(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, key: FormKey,
    item: str, text: str,
) -> list[Fact]:  # fmt: skip
    """Ask about one item of a form that has been filled."""
    found = gate.subject(study, trial, actor, "raise_query", participant, needs=None)
    form = study.form.get(key.form)
    if key not in found.forms or form is None or item not in form.items:
        raise Refused("unknown_item", f"{participant} has no item {item} on form {key.form}.")
    return [
        QueryRaised(
            participant=participant,
            query=f"Q{trial.queries + 1:04d}",
            **key._asdict(),
            item=item,
            text=gate.reasoned(text, what="A query"),
        )
    ]


def answer_query(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, query: str,
    text: str,
) -> list[Fact]:  # fmt: skip
    """Answer an open query for the site."""
    _open(study, trial, actor, "answer_query", participant, query)
    answer = gate.reasoned(text, what="An answer")
    return [QueryAnswered(participant=participant, query=query, text=answer)]


def close_query(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, query: str,
    reason: str,
) -> list[Fact]:  # fmt: skip
    """Close a query: its answer is accepted, or it is taken back."""
    _open(study, trial, actor, "close_query", participant, query)
    reason = gate.reasoned(reason, what="Closing a query")
    return [QueryClosed(participant=participant, query=query, reason=reason)]


def _open(
    study: Study, trial: Trial, actor: Actor, act: str, participant: str, query: str
) -> Query:
    found = gate.subject(study, trial, actor, act, participant, needs=None)
    asked = found.queries.get(query)
    if asked is None:
        raise Refused("unknown_query", f"{participant} has no query {query}.")
    if asked.closed is not None:
        raise Refused("closed", f"Query {query} is closed.")
    return asked
