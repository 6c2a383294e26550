"""All participants: the matrix of participants and visits, and the screening of a new one.

The rows are worked out in matrix.py from what the actor sees. Screening is one press: it gives the
next identifier and goes straight on to what her enrolment needs (onward.py). One participant is
participant.py.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from cicatrix.trial.actions.screening import screen as screen_act
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact, ParticipantScreened, VisitAttended
from cicatrix.trial.participant import Participant
from cicatrix.trial.progress import VisitState, sees
from cicatrix.trial.roles import PERMITTED, Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial
from cicatrix.web.door import DATA, Asked, page
from cicatrix.web.language.names import listed, tag, text_in
from cicatrix.web.participants.matrix import Wanted, page_of, row_of, states_for
from cicatrix.web.participants.onward import onward
from cicatrix.web.participants.statuses import ATTENDED, STAGES, VISITS, Look
from cicatrix.web.recording import day_in, tried
from cicatrix.web.where import where

MEMBERS = tuple(role for role in DATA if role != "image_reader")
"""Roles that see participants; an image reader must not know whose image he reads."""

_FIND_AT_MOST = 60
_PRESSED = "screened"
_PRESSES_KEPT = 20


@page(*MEMBERS)
def participants(request: Asked) -> HttpResponse:
    """Show the matrix of participants and visits, one page of it."""
    seen, role = request.seen, request.actor.role
    wanted = _wanted(request)
    shown = page_of(seen.study, seen.trial, wanted, role=role, today=seen.today)
    carried = {"site": wanted.site, "find": wanted.find, "state": wanted.state}
    visits = seen.study.visits if sees(role, VisitAttended) else ()
    context = {
        "rows": [(one, _row(request, one)) for one in shown.participants],
        "visits": visits,
        "sites": seen.study.sites if request.actor.site is None else (),
        "states": [(code, STAGES[code]) for code in states_for(role)],
        "wanted": wanted,
        "filtered": any(carried.values()),
        "next": "?" + urlencode({**_given(carried), "after": shown.after}) if shown.after else "",
        "first": "?" + urlencode(_given(carried)) if wanted.after else "",
        "looks": _legend(role) if visits else (),
        "screen_at": where(role, "screen"),
    }
    return render(request, "pages/participants/matrix.html", context)


@page(*PERMITTED["screen"], posts=True)
def screen(request: Asked) -> HttpResponse:
    """Give the next identifier to a woman who is asked to take part."""
    today = request.seen.today()
    site = request.actor.site or ""
    sent = request.method == "POST"
    typed = request.POST.get("on", today.isoformat())
    following = _following(request.seen.trial, site)
    context = {"today": today, "typed": typed, "following": following}
    if not sent:
        return render(request, "pages/participants/screen.html", context)
    expected = request.POST.get("following", "")
    done = _pressed(request)
    if done:
        return _onward(request, done)
    facts: list[Fact] = []

    def act() -> None:
        facts.extend(
            request.act(_screen_as, site=site, on=day_in(typed), expected=expected or following)
        )

    sentence = tried(request, act)
    if sentence:
        context |= {"sentence": sentence, "following": _following(request.seen.trial, site)}
        return render(request, "pages/participants/screen.html", context, status=422)
    name = next(one.participant for one in facts if isinstance(one, ParticipantScreened))
    _remember_press(request, name)
    messages.success(request, _("Screened as {name}.").format(name=name))
    return _onward(request, name)


def _onward(request: Asked, name: str) -> HttpResponse:
    her = request.seen.trial.participants[name]
    return redirect(onward(request.seen.study, her, role=request.actor.role))


def _pressed(request: Asked) -> str:
    """Find who was screened by this very page, if its button was pressed before.

    A page is known by its form's token, which is drawn anew for each; two tablets of one account
    are two pages. The session is read afresh, for a second press may be close behind the first.
    """
    fresh = type(request.session)(request.session.session_key)
    return str(dict(fresh.get(_PRESSED, ())).get(request.POST.get("csrfmiddlewaretoken"), ""))


def _remember_press(request: Asked, name: str) -> None:
    token = request.POST.get("csrfmiddlewaretoken", "")
    known = [tuple(one) for one in request.session.get(_PRESSED, ())]
    request.session[_PRESSED] = [*known, (token, name)][-_PRESSES_KEPT:]
    # Where it cannot be saved, nothing is remembered; the answer says so when the session ends.
    with suppress(UpdateError, DatabaseError):
        request.session.save()


def _screen_as(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, expected: str, site: str,
    on: date | None,
) -> Sequence[Fact]:  # fmt: skip
    """Screen her under the identifier that the page named: one press, one participant."""
    facts = screen_act(study, trial, actor, now=now, site=site, on=on)
    given = [one.participant for one in facts if isinstance(one, ParticipantScreened)]
    if given != [expected]:
        raise Refused(
            "taken",
            _(
                "Somebody else was screened as {name} meanwhile; press again, and she is screened "
                "as {following}."
            ).format(name=expected, following=given[0]),
        )
    return facts


def _following(trial: Trial, site: str) -> str:
    return f"{site.upper()}-{trial.screened.get(site, 0) + 1:03d}"


def _wanted(request: Asked) -> Wanted:
    site = request.GET.get("site", "") if request.actor.site is None else ""
    state = request.GET.get("state", "")
    return Wanted(
        site if site in [one.id for one in request.seen.study.sites] else "",
        request.GET.get("find", "").strip()[:_FIND_AT_MOST],
        state if state in states_for(request.actor.role) else "",
        request.GET.get("after", ""),
    )


def _given(carried: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in carried.items() if value}


def _row(request: Asked, her: Participant) -> str:
    """Write her state and her visits as cells; they change only when something happens to her."""
    seen, role = request.seen, request.actor.role

    def written(her: Participant, today: date) -> str:
        row = row_of(seen.study, seen.trial, her, today, role=role)
        stage = format_html('<td class="words">{}</td>', STAGES.get(row.stage, ""))
        if not row.cells:
            return stage + format_html('<td class="code">{}</td>', listed(her.kits))
        cells = ((_cell(role, her, one),) for one in row.cells)
        return stage + format_html_join("", "<td>{}</td>", cells)

    return seen.of_one("matrix", her, written)


def _cell(role: str, her: Participant, state: VisitState) -> str:
    look, address = look_of(role, state), where(role, "visit", her.id, state.visit.id)
    status = format_html(
        '<span class="status {}"><span class="unseen">{}, {}: {}</span></span>',
        look.shape, her.id, text_in(state.visit.label, tag()), look.words,
    )  # fmt: skip
    return format_html('<a href="{}">{}</a>', address, status) if address else status


def look_of(role: str, state: VisitState) -> Look:
    """Choose how a visit's state looks; a rater knows that she came and no more."""
    if role == "rater" and state.standing == "complete":
        return ATTENDED
    return VISITS[state.standing]


def _legend(role: str) -> tuple[Look, ...]:
    if role == "rater":
        return (ATTENDED, VISITS["missed"], VISITS["ended"], VISITS["undated"])
    return tuple(VISITS.values())


PATHS = (
    path("participants/", participants, name="participants"),
    path("participants/screen/", screen, name="screen"),
)
