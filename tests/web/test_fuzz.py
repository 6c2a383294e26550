"""Nonsense of every kind at every address, and at every field: answered in words, never failed.

Requests are drawn by a fixed seed. An answer is 2xx, 3xx or 4xx, leads to no other server, has the
headers that every page has, and nothing of it changes the trial unless it was an act that is valid.
"""

import random
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import quote, urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from addresses import Address, named_in, ours, parameters, suited, table
from cicatrix.trial.roles import Actor
from cicatrix.web.door import EVERYONE

pytestmark = pytest.mark.slow

FIELDS = (
    "on", "reason", "text", "label", "kit", "tube", "number", "seen", "whose", "scope", "by", "do",
    "item", "query", "version", "release", "language", "site", "role", "user", "email", "kits",
    "step", "before", "after", "lowest", "highest", "hours", "decision", "list", "sure",
    "checkpoint", "password", "code", "back", "next", "following", "expires", "category", "did",
    "visit", "region", "position", "conditions", "i.parity", "m.parity", "i.vascularity", "days",
    "telephone",
)  # fmt: skip
NASTY = (
    "", " ", "\x00", "a\x00b", "\ud7ff\uffff", "é" * 3000, "x" * 40_000, "-1", "1e309", "NaN",
    "inf", "9" * 400, "٣", "½", "0x10", "1_000", "2021-02-30", "0000-00-00", "99999-01-01",
    "9999-12-31", "0001-01-01", "2021-07-01T00:00:00Z", "'; DROP TABLE line; --", "\u202e\u0000",
    "<script>alert(1)</script>", "{{ 7 }}{% load x %}", "%s%n%(x)s", "../../etc/passwd", "%00",
    "\r\nSet-Cookie: a=b", "[]", "{}", "null", "true", "//evil.example", "javascript:alert(1)",
    "https://evil.example/", "FOSHAN-001", "KA001 1", "KA001-KA999", "\U0001d518", "\\", "*",
    "\udc80",
)  # fmt: skip
ODD_QUERIES = ("%00=%ff", "&&=&", "a[b][c]=1", "=" * 500)
PLACES = ("\x00", "-", "..", "%2e%2e", "0", "9" * 30, "é", "a b", "'\"<>", "x" * 3000, "\u202e")
ELSEWHERE = ("//evil.example", "https://evil.example/", "/\\evil.example", "///evil.example/x",
             "http:evil.example", "\thttps://evil.example", "/\t/evil.example")  # fmt: skip


def everywhere(site, role: str) -> list[tuple[Address, dict[str, str]]]:
    """Give every address that is a role's own, with what exists named in it."""
    study, trial = site.worker.desk.study, site.worker.desk.trial
    seen = site.worker.seen_by(who(site, role)).trial.participants.values()
    women = list(seen) or list(trial.participants.values())
    return [
        (one, named_in(study, trial, suited(study, women, one)[0], one))
        for one in ours()
        if role in one.roles
    ]


def who(site, role: str) -> Actor:
    if role != "participant":
        return site.who(role)
    trial = site.worker.desk.trial
    return max(site.holders(role), key=lambda one: len(trial.participants[one.user].forms))


def clean(text: str) -> str:
    """Leave out what no address can hold."""
    return text.encode("utf-8", "replace").decode()


def held(answer: HttpResponse, asked: object) -> None:
    """Hold an answer to what is true of each: understood, without a trace, private, at home."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert 200 <= answer.status_code < 500, (asked, answer.status_code)
    assert b"Traceback" not in body, asked
    assert not answer.headers.get("Location", "/").startswith(("//", "http", "/\\")), asked
    at_home(answer, asked)


def at_home(answer: HttpResponse, asked: object) -> None:
    headers = answer.headers
    policy = dict(one.split(" ", 1) for one in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'", asked
    assert "unsafe" not in headers["Content-Security-Policy"], asked
    assert headers["X-Content-Type-Options"] == "nosniff", asked
    assert headers["Cache-Control"] == "no-store, private", asked
    assert not {"ETag", "Last-Modified", "Expires"} & set(headers), asked
    for cookie in answer.cookies.values():
        if cookie.value:
            assert cookie["secure"], asked
            assert cookie["httponly"], asked
            assert cookie["samesite"] == "Lax", asked


def strange_bodies(rng: random.Random) -> Iterator[dict[str, object]]:
    """Give bodies that are no form: broken, of another kind, or with files where none belong."""
    picture = BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")
    line = "multipart/form-data; boundary=edge"
    part = b'--edge\r\nContent-Disposition: form-data; name="%s"'
    kinds = (
        (part % b"on", line), (part % b"on" + b"\r\n\r\n1", line), (b"", line), (b"\xff\xfe", line),
        (b"a=1", "multipart/form-data"), (b"{", "application/json"), (b"[1]", "application/json"),
        (b"on=\xff\xff&on=%ff&%00=%00", "application/x-www-form-urlencoded"),
        (b"<a/>", "text/xml"), (b"on=1", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"&".join(b"a%d=1" % n for n in range(2100)), "application/x-www-form-urlencoded"),
        (part % b"photograph" + b'; filename="../../x.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
         + picture.getvalue() + b"\r\n--edge--\r\n", line),
        (part % b"label" + b'; filename="x"\r\n\r\nx\r\n--edge--\r\n', line),
    )  # fmt: skip
    for content, kind in rng.sample(kinds, 3):
        yield {"data": content, "content_type": kind}


@pytest.mark.parametrize("role", EVERYONE)
def test_nonsense_is_answered_and_changes_nothing(site, role):
    site.furnish()
    rng = random.Random(f"nonsense/{role}")
    client = site.client(who(site, role))
    head = site.worker.desk.trial.head
    drawn = [
        *everywhere(site, role),
        *((one, {}) for one in rng.sample(table(), 5) if not one.parts),
    ]
    for address, named in drawn:
        if address.name in ("account_logout", "language"):
            continue
        where = address.filled(named)
        names = [*rng.sample(parameters(), 4), rng.choice(FIELDS)]
        query = [(name, clean(rng.choice(NASTY))) for name in names]
        held(client.get(f"{where}?{urlencode(query)}"), ("get", where, query))
        held(client.get(f"{where}?{rng.choice(ODD_QUERIES)}"), where)
        for place in rng.sample(PLACES, 2) if named else ():
            part = rng.choice(address.parts) if address.parts else None
            if part and f"<int:{part}>" not in address.route:
                told = address.filled(named | {part: quote(place, safe="")})
                held(client.get(told), ("get", told))
        if "POST" in (address.methods if named or hasattr(address.view, "admits") else ()):
            fields = {one: clean(rng.choice(NASTY)) for one in rng.sample(FIELDS, 15)}
            held(client.post(where, {**fields, "on": ["1", "2"]}), ("post", where, fields))
            for body in strange_bodies(rng):
                held(client.generic("POST", where, **body), ("post", where, body))
        for method in ("put", "delete", "patch", "options", "head"):
            if rng.random() < 0.2:
                held(getattr(client, method)(where), (method, where))
    after = site.worker.desk.trial.head
    changes = [type(one.fact).__name__ for one in site.worker.desk.kept[head.seq :]]
    assert set(changes) <= VALID, changes
    site.worker.desk.home.ledger.verify()
    assert after.seq - head.seq == len(changes)


VALID = {"ParticipantScreened", "DestructionWitnessed", "ReleaseWithdrawn"}
"""Acts that ask for nothing but a press, so that nonsense beside it is no mistake."""


@pytest.mark.parametrize("host", ["evil.example", "a b", "", "[", "127.0.0.1\x00"])
def test_a_host_that_is_not_ours_is_refused(site, host):
    client = site.client(site.who("coordinator"))
    for where in ("/", "/participants/", "/account/login/"):
        answer = client.get(where, headers={"host": host})
        assert answer.status_code == 400
        assert b"Traceback" not in answer.content
        assert "evil" not in str(answer.headers)


@pytest.mark.parametrize(
    "where", ["account/login/", "account/password/forgotten/", "people/x/link/"]
)
def test_a_nul_is_refused_wherever_it_is_sent(site, where):
    """PostgreSQL keeps no NUL in a text, and a page would fail in the middle."""
    client = site.client(site.who("administrator"))
    for asked in (where, "people/a\x00b/", f"{where}?next=%00"):
        answer = client.post("/" + quote(asked, safe="/?=%"), {"login": "a\x00b", "reason": "\x00"})
        assert answer.status_code == 400, asked
        at_home(answer, asked)
    client.cookies["sessionid"] = "\x00" * 32
    assert client.get("/").status_code == 400


@pytest.mark.parametrize("cookie", ["", "x" * 5000, "\x00", "é", '"', "../", "a=b; c"])
def test_a_cookie_that_is_not_ours_signs_nobody_in(site, cookie):
    for name in ("sessionid", "csrftoken", "messages", "django_language"):
        client = Client(raise_request_exception=False)
        client.cookies[name] = cookie
        answer = client.get("/participants/")
        held(answer, (name, cookie))
        assert answer.status_code == (400 if "\x00" in cookie else 302)


@pytest.mark.parametrize("role", ["coordinator", "participant", "administrator"])
def test_no_parameter_or_field_leads_to_another_server(site, role):
    client = site.client(who(site, role))
    rng = random.Random(f"elsewhere/{role}")
    names = ("next", "to", "url", "back", "return", "redirect", "continue", "target", "where")
    for address, named in everywhere(site, role):
        where = address.filled(named)
        elsewhere = rng.choice(ELSEWHERE)
        fields = dict.fromkeys(names, elsewhere)
        for answer in (
            client.get(f"{where}?{urlencode(fields)}"),
            client.post(where, fields, headers={"referer": elsewhere.strip()}),
        ):
            held(answer, where)
            assert "evil.example" not in answer.headers.get("Location", "")
    for elsewhere in ELSEWHERE:
        signing_in = Client()
        told = {
            **dict.fromkeys(names, elsewhere),
            "login": "ana",
            "password": "x",
            "language": "en",
        }
        for where in (
            "/account/login/",
            "/account/language/",
            "/account/logout/",
            "/account/role/",
        ):
            for one in (signing_in, client):
                answer = one.post(f"{where}?{urlencode(told)}", told)
                assert "evil.example" not in answer.headers.get("Location", "").split("?")[0], where
                held(answer, where)
