"""The page for an unmasked role: who waits, whom to tell, and the slot's content, once.

Which roles may know is the study file's to say and the act's to check
(actions/release_allocation.py). Whoever waits is a number that was given and that somebody who
may know was not yet told.
"""

from collections.abc import Iterator
from html import escape
from http import HTTPStatus

from cicatrix.trial.actions.release_allocation import may_be_told
from cicatrix.trial.numbers import not_given
from cicatrix.trial.participant import Participant, Released
from cicatrix_sealed.page import markup
from cicatrix_sealed.page.desk import (
    Desk,
    Response,
    Visit,
    in_language,
    no_number,
    page,
    release_lead,
    sentence,
    unmasked,
    whose,
)
from cicatrix_sealed.page.signing import perform
from cicatrix_sealed.release import Content, Recipient, release_one


def show_release(
    desk: Desk, visit: Visit, problem: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Show the form and, below it, every number for which somebody waits."""
    words = visit.words
    asked = desk.present.number(visit.request.query.get("number", ""))
    if asked and desk.present.treated(asked) is None:
        absent = not_given(desk.present.trial, asked)
        problem = no_number(desk, words, asked) or sentence(words, absent)
        status = HTTPStatus.NOT_FOUND
    lead = markup.paragraph(release_lead(desk, words), "quiet")
    lead += markup.paragraph(problem, "bad") if problem else ""
    back = markup.back(words)
    if not unmasked(desk):
        return page(desk, visit, words.release_title, lead + back, status=status)
    return page(
        desk,
        visit,
        words.release_title,
        lead + _form(desk, visit) + _waiting(desk, visit) + back,
        status=status,
    )


def _form(desk: Desk, visit: Visit) -> str:
    words, session = visit.words, visit.session
    assert session is not None
    number = desk.present.number(visit.field("number") or visit.request.query.get("number", ""))
    people = dict(_people(desk, visit, number))
    body = (
        markup.field("number", words.number, value=number)
        + markup.choice("person", words.person, people, chosen=visit.field("person"))
        + markup.field("passphrase", words.passphrase_again, secret=True, fill="current-password")
    )
    hidden = {"ticket": session.issue(desk.sessions.entropy)}
    return markup.form("/release", body, words.release_button, hidden=hidden)


def _people(desk: Desk, visit: Visit, number: str) -> Iterator[tuple[str, str]]:
    """List who may be told: of the number's participant, or of any while none is chosen."""
    trial = desk.present.trial
    chosen = trial.numbers.get(number)
    given = [chosen] if chosen else list(trial.numbers.values())
    for participant in given:
        for one in _may(desk, trial.participants[participant]):
            yield f"{one.role}/{one.told}", f"{one.told} ({visit.words.roles[one.role]})"


def _may(desk: Desk, participant: Participant) -> list[Released]:
    study, trial = desk.present.study, desk.present.trial
    return [
        Released(told, role)
        for role in unmasked(desk)
        for told in may_be_told(study, trial, participant, role=role)
    ]


def _waiting(desk: Desk, visit: Visit) -> str:
    words, trial = visit.words, desk.present.trial
    lines = []
    for number, name in trial.numbers.items():
        participant = trial.participants[name]
        waiting = [one for one in _may(desk, participant) if one not in participant.released]
        if waiting:
            people = ", ".join(f"{one.told} ({words.roles[one.role]})" for one in waiting)
            lines.append(
                f'<a class="card" href="{markup.BASE}/release?number={escape(number)}">'
                f"<strong>{escape(number)} – {escape(name)}</strong>"
                f"<span>{escape(people)}</span></a>"
            )
    listed = (
        "".join(reversed(lines)) if lines else markup.paragraph(words.release_nobody_waits, "quiet")
    )
    return f"<h2>{escape(words.release_waiting)}</h2>{listed}"


def act_release(desk: Desk, visit: Visit) -> Response:
    """Record the release and show what that one slot holds."""
    words, session = visit.words, visit.session

    def again(problem: str, status: HTTPStatus) -> Response:
        return show_release(desk, visit, problem, status)

    number = desk.present.number(visit.field("number"))
    role, _, told = visit.field("person").partition("/")
    if session is not None and not (number and told):
        missing = words.no_person if number else words.no_number
        return again(missing, HTTPStatus.UNPROCESSABLE_ENTITY)
    wrong = "" if session is None else no_number(desk, words, number)
    if wrong:
        return again(wrong, HTTPStatus.NOT_FOUND)
    content = perform(desk, visit, again, release_one, Recipient(number, role, told))
    if isinstance(content, Response):
        return content
    desk.journal(f"released {number}")
    return page(
        desk,
        visit,
        f"{words.number} {number}",
        whose(desk, words, number)
        + _content(visit, content)
        + markup.paragraph(words.released_told.format(told=told, role=words.roles[role]))
        + markup.paragraph(words.shown_once, "quiet")
        + markup.paragraph(words.closes, "quiet")
        + markup.done(words),
        once=True,
    )


def _content(visit: Visit, content: Content) -> str:
    words = visit.words
    rows = [
        (
            str(filled.tube),
            str(filled.day),
            in_language(filled.region, words),
            in_language(filled.content, words),
        )
        for filled in content.tubes
    ]
    heads = (words.tube, words.day, words.region, words.content)
    return markup.told(words.allocation, in_language(content.arm, words)) + markup.table(
        heads, rows
    )
