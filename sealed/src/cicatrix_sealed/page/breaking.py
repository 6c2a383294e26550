"""The page for an emergency: number, reason, who is told; then the arm, once.

The record is made before the arm is known to the page (disclosure.py). The arm stands in the
answer to that one form and nowhere else: in no address, log, cookie or session.
"""

from http import HTTPStatus

from cicatrix_sealed.disclosure import CodeBreak, break_one
from cicatrix_sealed.page import markup
from cicatrix_sealed.page.desk import Desk, Response, Visit, no_number, page, whose
from cicatrix_sealed.page.signing import perform


def show_break(
    desk: Desk, visit: Visit, problem: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Show the form, with what was typed already but for the passphrase."""
    words, session = visit.words, visit.session
    assert session is not None
    example = next(iter(desk.present.trial.numbers), "017")
    body = (
        markup.field(
            "number",
            words.number,
            value=visit.field("number"),
            hint=words.number_hint.format(example=example),
            first=not problem,
        )
        + markup.field("told", words.told, value=visit.field("told"), hint=words.told_hint)
        + markup.field("reason", words.reason, value=visit.field("reason"), hint=words.reason_hint)
        + markup.field("passphrase", words.passphrase_again, secret=True, fill="current-password")
    )
    hidden = {"ticket": session.issue(desk.sessions.entropy)}
    return page(
        desk,
        visit,
        words.break_title,
        markup.paragraph(words.break_lead, "quiet")
        + (markup.paragraph(problem, "bad") if problem else "")
        + markup.form("/break", body, words.break_button, hidden=hidden)
        + markup.back(words),
        status=status,
    )


def act_break(desk: Desk, visit: Visit) -> Response:
    """Record the code-break and show the arm of that one number."""
    words, session = visit.words, visit.session

    def again(problem: str, status: HTTPStatus) -> Response:
        return show_break(desk, visit, problem, status)

    number = desk.present.number(visit.field("number"))
    case = CodeBreak(number, visit.field("reason"), visit.field("told"))
    if session is not None:
        for typed, missing in (
            (case.number, words.no_number),
            (case.told, words.no_told),
            (case.reason, words.no_reason),
        ):
            if not typed:
                return again(missing, HTTPStatus.UNPROCESSABLE_ENTITY)
        wrong = no_number(desk, words, number)
        if wrong:
            return again(wrong, HTTPStatus.NOT_FOUND)
    time = _times(desk, number) + 1
    arm = perform(desk, visit, again, break_one, case)
    if isinstance(arm, Response):
        return arm
    desk.journal(f"code broken {number}")
    shown = markup.told(words.allocation, arm)
    return page(
        desk,
        visit,
        f"{words.number} {number}",
        whose(desk, words, number)
        + shown
        + (markup.paragraph(words.broken_before.format(time=time)) if time > 1 else "")
        + markup.paragraph(words.broken_told.format(told=case.told))
        + markup.paragraph(words.shown_once, "quiet")
        + markup.paragraph(words.closes, "quiet")
        + markup.done(words),
        once=True,
    )


def _times(desk: Desk, number: str) -> int:
    """Count how often a number's code was broken already."""
    trial = desk.present.trial
    woman = trial.participants.get(trial.numbers.get(number, ""))
    return len(woman.breaks) if woman else 0
