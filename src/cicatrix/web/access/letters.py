"""E-mails: where they are handed over, and how one is written in both languages.

Letters hold links and no data of the trial. Without CICATRIX_EMAIL none is sent and the page that
would have sent one shows the link instead. What is written is templates/access/letters/.
"""

from dataclasses import dataclass
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from cicatrix.trial.errors import Refused
from cicatrix.web.access.logs import LOG


@dataclass(frozen=True, slots=True)
class Sending:
    """A mail server and how to speak to it."""

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    tls: bool


def sending(url: str) -> Sending | None:
    """Read the address of a mail server, `smtp://user:password@host:587?tls=1`; empty is none.

    >>> sending("smtp://clinic:secret@mail.example:587?tls=1").port
    587
    """
    if not url:
        return None
    try:
        read = urlsplit(url)
        port = read.port
        wanted = {"smtp": 25, "smtps": 465}[read.scheme]
        if not read.hostname:
            raise ValueError(url)
    except (KeyError, ValueError):
        raise Refused(
            "email",
            "CICATRIX_EMAIL is not the address of a mail server; write it as "
            "smtp://user:password@host:587?tls=1 (or smtps:// for TLS from the start).",
        ) from None
    secure = read.scheme == "smtps"
    return Sending(
        read.hostname,
        port or wanted,
        unquote(read.username or ""),
        unquote(read.password or ""),
        not secure and parse_qs(read.query).get("tls") == ["1"],
        secure,
    )


def write(to: str, letter: str, first: str, **told: object) -> EmailMessage:
    """Write a letter of templates/access/letters/ in both languages, the reader's own first."""
    codes = sorted((code for code, _ in settings.LANGUAGES), key=lambda code: code != first)
    parts, subjects = [], []
    for code in codes:
        with translation.override(code):
            text = render_to_string(f"access/letters/{letter}.txt", told).strip()
        subject, _, body = text.partition("\n")
        subjects.append(subject.strip())
        parts.append(body.strip())
    return EmailMessage(" / ".join(subjects), "\n\n----\n\n".join(parts) + "\n", to=[to])


def send(message: EmailMessage) -> bool:
    """Hand a letter over; False if none can be sent or the server took it not."""
    if not settings.MAIL_GOES_OUT:
        return False
    try:
        return bool(message.send())
    except OSError:
        LOG.exception("letter")
        return False


def send_aside(message: EmailMessage) -> None:
    """Hand a letter over while the page is answered: its time tells not whether one goes."""
    Thread(target=send, args=(message,)).start()
