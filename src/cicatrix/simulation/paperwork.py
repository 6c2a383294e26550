"""Forms, signatures, corrections and data queries in a rehearsal.

A form is filled by the first role that the study names for it and signed by the one that must.
Later some are corrected with a reason, which voids the signature, and some are asked about.
"""

from collections.abc import Iterable

import numpy as np

from cicatrix.simulation.answers import Filled, answer, fill
from cicatrix.simulation.stage import Process, Stage
from cicatrix.trial.actions.forms import save_form, sign_form
from cicatrix.trial.actions.queries import answer_query, close_query, raise_query
from cicatrix.trial.checks import lacking
from cicatrix.trial.conditions import items_named
from cicatrix.trial.facts import Fact, QueryRaised, Value
from cicatrix.trial.forms import Form, Item
from cicatrix.trial.participant import FormKey

MISSING_ANSWER = 0.01
CORRECTED_BECAUSE = ("transcription error", "corrected against the source document")
ANSWERED = ("checked against the source document, correct as recorded", "confirmed with her")


def fill_visit_form(
    stage: Stage, participant: str, site: str, form: Form, visit: str, rng: np.random.Generator
) -> Process:
    """Fill a form that is not rated, for each of its regions, as on today's visit."""
    hints = stage.study.simulation.answers if stage.study.simulation else {}
    for region in form.regions or (None,):
        yield stage.soon(rng)
        filled = fill(
            stage.study, form, hints, rng=rng, on=stage.today(site), left_out=MISSING_ANSWER
        )
        key = FormKey(form.id, visit, 0, region)
        yield from save_and_sign(stage, participant, site, key, filled, rng)
        look_back(stage, participant, site, key, rng)


def save_and_sign(
    stage: Stage, participant: str, site: str, key: FormKey, filled: Filled,
    rng: np.random.Generator, *, reason: str | None = None,
) -> Process:  # fmt: skip
    """Save answers, sign the form if it wants a signature, and see to the queries raised."""
    form = stage.study.form[key.form]
    filler = stage.cast.filling(form.filled_by[0], site, participant)
    facts = stage.act(
        save_form, filler, participant=participant, key=key,
        values=filled.values, missing=filled.missing, reason=reason,
    )  # fmt: skip
    see_to_queries(stage, site, facts, rng)
    if form.signed_by is not None:
        yield stage.soon(rng)
        signer = stage.cast.filling(form.signed_by, site, participant)
        stage.act(sign_form, signer, participant=participant, key=key)


def look_back(
    stage: Stage, participant: str, site: str, key: FormKey, rng: np.random.Generator
) -> None:
    """Let some forms be corrected later and some be asked about."""
    corrects, asks = rng.random(2)
    if corrects < stage.conduct.correction:
        at = stage.in_days(site, 1, 10, rng)
        stage.start(_correct(stage, participant, site, key, rng.spawn(1)[0]), at)
    if asks < stage.conduct.query:
        at = stage.in_days(site, 2, 21, rng)
        stage.start(_ask(stage, participant, site, key, rng.spawn(1)[0]), at)


def _correct(
    stage: Stage, participant: str, site: str, key: FormKey, rng: np.random.Generator
) -> Process:
    form = stage.study.form[key.form]
    recorded = stage.participant(participant).forms[key].values
    free = [item for item in _free_items(form) if item.id in recorded]
    hints = stage.study.simulation.answers if stage.study.simulation else {}
    changes: list[dict[str, Value]] = []
    for item in free:
        drawn = answer(stage.study, item, hints.get(item.id), rng=rng, on=stage.today(site))
        if drawn != recorded[item.id]:
            changes.append({item.id: drawn})
    if changes:
        change = Filled(changes[int(rng.integers(len(changes)))], {})
        why = CORRECTED_BECAUSE[int(rng.integers(len(CORRECTED_BECAUSE)))]
        yield from save_and_sign(stage, participant, site, key, change, rng, reason=why)


def _free_items(form: Form) -> list[Item]:
    """List the items of which no other and no hard check depends, so that any answer will do."""
    bound = [item.when for item in form.items.values() if item.when]
    bound += [check.condition for check in form.checks if check.hard]
    named = {name for condition in bound for name in items_named(condition, form)}
    return [
        item
        for item in form.items.values()
        if item.id not in named and item.computed is None and item.type not in ("text", "date")
    ]


def _ask(
    stage: Stage, participant: str, site: str, key: FormKey, rng: np.random.Generator
) -> Process:
    items = list(stage.participant(participant).forms[key].values)
    if not items:
        return
    asker = stage.cast.offices["monitor" if rng.random() < 0.5 else "data_manager"]
    item = items[int(rng.integers(len(items)))]
    facts = stage.act(
        raise_query, asker, participant=participant, key=key, item=item,
        text="Please check this value against the source document.",
    )  # fmt: skip
    see_to_queries(stage, site, facts, rng)
    yield from ()


def see_to_queries(
    stage: Stage, site: str, facts: Iterable[Fact], rng: np.random.Generator
) -> None:
    """Have each query among the facts answered and closed some days later."""
    for fact in facts:
        if isinstance(fact, QueryRaised):
            at = stage.in_days(site, 1, 7, rng)
            rest = rng.spawn(1)[0]
            stage.start(_answer(stage, fact.participant, site, fact.query, rest), at)


def _answer(
    stage: Stage, participant: str, site: str, query: str, rng: np.random.Generator
) -> Process:
    text = ANSWERED[int(rng.integers(len(ANSWERED)))]
    coordinator = stage.cast.teams[site].coordinator
    stage.act(answer_query, coordinator, participant=participant, query=query, text=text)
    yield stage.in_days(site, 1, 7, rng)
    _close(stage, participant, query)


def _close(stage: Stage, participant: str, query: str) -> None:
    manager = stage.cast.offices["data_manager"]
    reason = "the answer is accepted"
    stage.act(close_query, manager, participant=participant, query=query, reason=reason)


def clear_desk(stage: Stage) -> None:
    """Close what is still open and sign what is complete, before the data manager locks."""
    for participant in stage.trial.participants.values():
        for query in list(participant.queries.values()):
            if query.closed is None:
                if query.answer is None:
                    coordinator = stage.cast.teams[participant.site].coordinator
                    stage.act(
                        answer_query, coordinator,
                        participant=participant.id, query=query.id, text=ANSWERED[0],
                    )  # fmt: skip
                _close(stage, participant.id, query.id)
        for key, data in list(participant.forms.items()):
            form = stage.study.form[key.form]
            if form.signed_by is None or data.signature is not None:
                continue
            if not lacking(form, stage.study.codes, data):
                signer = stage.cast.filling(form.signed_by, participant.site, participant.id)
                stage.act(sign_form, signer, participant=participant.id, key=key)
