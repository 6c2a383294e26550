"""What every page stands on: the request, the answer, the visitor, and the desk behind the page.

The desk holds where the trial and the list are, what the trial says so far, and who is signed in;
it holds no passphrase and nothing of the list. Go next to pages.py, which says which page is
whose, and to breaking.py and releasing.py for the two acts.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from html import escape
from http import HTTPStatus
from pathlib import Path
from zoneinfo import ZoneInfo

from cicatrix.store.home import Home
from cicatrix.trial.errors import CicatrixError, Conflict, NotPermitted, Refused
from cicatrix.trial.facts import AllocationReleased, CodeBroken
from cicatrix.trial.numbers import mistaken
from cicatrix.trial.participant import Participant
from cicatrix_sealed.custody import CUSTODIAN_ROLE
from cicatrix_sealed.page import markup
from cicatrix_sealed.page.present import Present, Telling
from cicatrix_sealed.page.sessions import Session, Sessions
from cicatrix_sealed.page.wording import Wording


@dataclass(frozen=True, slots=True)
class Request:
    """What a browser asked for, already checked to come from this page's own address."""

    method: str
    path: str
    query: Mapping[str, str]
    fields: Mapping[str, str]
    cookies: Mapping[str, str]
    languages: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """What is sent back; `headers` come on top of those that every answer has."""

    status: HTTPStatus
    body: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Desk:
    """The trial home, the custodian's folder, and what is known at this moment."""

    home: Path
    folder: Path
    present: Present
    sessions: Sessions
    clock: Callable[[], datetime]
    journal: Callable[[str], None]
    secure: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of one visitor: in which language, at what time, and signed in or not."""

    request: Request
    words: Wording
    now: datetime
    session: Session | None

    def field(self, name: str) -> str:
        """Give what was typed into a field, without what stands around it."""
        return self.request.fields.get(name, "").strip()


Again = Callable[[str, HTTPStatus], Response]
"""Show a form once more, with a sentence that says why."""


def page(
    desk: Desk, visit: Visit, title: str, body: str, *,
    status: HTTPStatus = HTTPStatus.OK, once: bool = False,
) -> Response:  # fmt: skip
    """Put a page together for a visitor; what is shown once closes by itself."""
    head = "" if once else _language(visit)
    if visit.session is not None:
        ticket = visit.session.issue(desk.sessions.entropy)
        head += markup.form(
            "/sign-out", "", visit.words.sign_out, hidden={"ticket": ticket}, card=False
        )
    trial = "" if visit.session is None else desk.present.study.id
    text = markup.frame(visit.words, title=title, body=body, head=head, trial=trial, closes=once)
    return Response(status, text)


def _language(visit: Visit) -> str:
    path = visit.request.path if visit.request.method == "GET" else f"{markup.BASE}/"
    other = visit.words.other_tag
    return f'<a href="{escape(path)}?language={other}" lang="{other}">{visit.words.other}</a>'


def first_page(
    desk: Desk, visit: Visit, problem: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Show what can be done here and what was told so far."""
    words, present = visit.words, desk.present
    cards = _card("/break", words.break_title, words.break_lead, kind="card first")
    if unmasked(desk):
        cards += _card("/release", words.release_title, release_lead(desk, words))
    told = "".join(_telling(desk, words, one) for one in reversed(present.tellings))
    user = visit.session.user if visit.session else ""
    return page(
        desk,
        visit,
        words.trial.format(study=present.study.id),
        markup.paragraph(words.signed_in_as.format(user=user), "quiet")
        + (markup.paragraph(problem, "bad") if problem else "")
        + cards
        + f"<h2>{escape(words.history)}</h2>"
        + (f"<ul>{told}</ul>" if told else markup.paragraph(words.history_empty, "quiet")),
        status=status,
    )


def _card(to: str, title: str, lead: str, *, kind: str = "card") -> str:
    return (
        f'<a class="{kind}" href="{markup.BASE}{to}"><strong>{escape(title)}</strong>'
        f"<span>{escape(lead)}</span></a>"
    )


def unmasked(desk: Desk) -> tuple[str, ...]:
    """List the roles that may be told; the custodian's own knows and waits for nothing."""
    return tuple(role for role in desk.present.study.masking.unmasked if role != CUSTODIAN_ROLE)


def release_lead(desk: Desk, words: Wording) -> str:
    """Say to which roles a release can go, or that there is none."""
    roles = ", ".join(words.roles[role] for role in unmasked(desk))
    return words.release_lead.format(roles=roles) if roles else words.release_none


def _telling(desk: Desk, words: Wording, telling: Telling) -> str:
    fact = telling.fact
    participant = desk.present.trial.participants[fact.participant]
    what = words.was_broken if isinstance(fact, CodeBroken) else words.was_released
    told = fact.told
    if isinstance(fact, AllocationReleased):
        told = f"{told} ({words.roles.get(fact.role, fact.role)})"
    lines = [
        f"{what}: {fact.number} – {fact.participant}",
        words.recorded_by.format(told=told, by=telling.by),
        local_time(desk, participant, telling.at),
    ]
    reason = [fact.reason] if isinstance(fact, CodeBroken) else []
    first, *rest = (escape(line) for line in [*lines, *reason])
    return f"<li><strong>{first}</strong><br>{'<br>'.join(rest)}</li>"


def local_time(desk: Desk, participant: Participant, at: datetime) -> str:
    """Give a time as the clock of the participant's site shows it."""
    zone = next(site.timezone for site in desk.present.study.sites if site.id == participant.site)
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"


def whose(desk: Desk, words: Wording, number: str) -> str:
    """Say whose a number is, so that a misheard one is noticed."""
    participant = desk.present.treated(number)
    if participant is None:
        return ""
    site = next(one for one in desk.present.study.sites if one.id == participant.site)
    return markup.pairs(
        [(words.participant, participant.id), (words.site, in_language(site.name, words))]
    )


def in_language(text: Mapping[str, str], words: Wording) -> str:
    """Give a study's text in the page's language, or in the study's first."""
    return text.get(words.tag) or next(iter(text.values()))


def sentence(words: Wording, problem: CicatrixError) -> str:
    """Say in the page's language why an act was refused."""
    if isinstance(problem, Conflict):
        return words.conflict
    if isinstance(problem, Refused):
        return words.refusals.get(problem.rule, problem.sentence)
    return str(problem)


def no_number(desk: Desk, words: Wording, typed: str) -> str:
    """Say in the page's language what was typed in place of a number, or nothing."""
    found = mistaken(desk.present.trial, typed)
    if found is None:
        return ""
    said = words.mistaken.get(found.kind)
    return found.sentence if said is None else said.format(**asdict(found))


_STATUS: Mapping[str, HTTPStatus] = {
    "unknown_number": HTTPStatus.NOT_FOUND,
    "masked_role": HTTPStatus.FORBIDDEN,
    "not_in_role": HTTPStatus.FORBIDDEN,
}


def status_of(problem: CicatrixError) -> HTTPStatus:
    """Give the number with which a refused act is answered."""
    if isinstance(problem, NotPermitted):
        return HTTPStatus.FORBIDDEN
    if isinstance(problem, Refused):
        return _STATUS.get(problem.rule, HTTPStatus.CONFLICT)
    return HTTPStatus.CONFLICT


def open_home(desk: Desk) -> Home:
    """Open the trial home for one act; a thread has a connection of its own."""
    return Home.open(desk.home)
