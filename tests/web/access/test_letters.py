"""E-mails through a real mail server on this machine, in both languages."""

import socket
import time
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.test import Client, override_settings

from cicatrix.trial.errors import Refused
from cicatrix.web.access import accounts
from cicatrix.web.access.letters import sending


class Postbox:
    """What the mail server took."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  # aiosmtpd's name
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"


@pytest.fixture
def postbox():
    box = Postbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    where = sending(f"smtp://127.0.0.1:{port}")
    with override_settings(
        MAIL_GOES_OUT=True,
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST=where.host,
        EMAIL_PORT=where.port,
        EMAIL_USE_TLS=False,
    ):
        yield box
    controller.stop()


def waited_for(box):
    until = time.monotonic() + 10
    while not box.letters and time.monotonic() < until:
        time.sleep(0.01)
    return box.letters


def test_an_invitation_is_written_in_both_languages_with_its_link(real, postbox):
    made = accounts.invite("ana", "ana@clinic.example", "en", by="administrator")
    assert made.sent
    (letter,) = postbox.letters
    assert letter["To"] == "ana@clinic.example"
    text = letter.get_content()
    assert text.count(made.link) == 2
    assert "user name ana" in text
    first, other = text.split("----")
    assert "Open this link within seven days" in first
    assert other.strip()


def test_a_removed_second_factor_is_told_with_its_reason(real, postbox):
    account = real.account("ana")
    account.email = "ana@clinic.example"
    account.save()
    assert accounts.forget_second_factor(account, "telephone lost", by="administrator")
    assert "telephone lost" in postbox.letters[0].get_content()


def test_a_forgotten_password_is_answered_alike_whether_there_is_an_account(real, postbox):
    account = real.account("ana")
    account.email = "ana@clinic.example"
    account.save()
    pages = [
        Client().post("/account/password/forgotten/", {"login": user}).content
        for user in ("ana", "nobody")
    ]
    assert len({page.split(b"<main")[1] for page in pages}) == 1
    (letter,) = waited_for(postbox)
    link = next(one for one in letter.get_content().split() if "/account/invitation/" in one)
    assert Client().get("/" + link.split("/", 3)[3]).status_code == 200


def test_without_a_mail_server_nothing_is_sent_and_the_link_is_handed_over(real):
    made = accounts.invite("ana", "ana@clinic.example", "en", by="administrator")
    assert (made.sent, mail.outbox if hasattr(mail, "outbox") else []) == (False, [])
    page = Client().get("/account/password/forgotten/").content.decode()
    assert "Ask the trial&#x27;s administrator" in page or "Ask the trial's administrator" in page


def test_a_server_that_does_not_answer_leaves_the_link_to_be_handed_over(real):
    with override_settings(
        MAIL_GOES_OUT=True,
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=9,
    ):
        made = accounts.invite("ana", "ana@clinic.example", "en", by="administrator")
    assert not made.sent
    assert "/account/invitation/" in made.link


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://a:b"])
def test_an_address_that_is_no_mail_servers_is_refused(url):
    with pytest.raises(Refused, match="smtp://user:password@host:587"):
        sending(url)


def test_how_a_mail_server_is_spoken_to_stands_in_its_address():
    plain, start, whole = map(
        sending, ["smtp://m.example", "smtp://u:p%40x@m.example:587?tls=1", "smtps://m.example"]
    )
    assert (plain.port, plain.starttls, plain.tls) == (25, False, False)
    assert (start.password, start.starttls, start.tls) == ("p@x", True, False)
    assert (whole.port, whole.starttls, whole.tls) == (465, False, True)
