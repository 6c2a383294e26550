"""The page over a real socket: what it answers, to whom, in which language, with which headers."""

import http.client
import inspect
import re
import socket
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from cicatrix.trial.actions import break_code, release_allocation
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import CodeBroken
from cicatrix_sealed import (
    custodians,
    custody,
    emergency,
    minimisation,
    release,
    replaying,
    unsealing,
)
from cicatrix_sealed.page import breaking, markup, serving
from cicatrix_sealed.page.opening import open_page
from cicatrix_sealed.page.wording import CHINESE, ENGLISH

pytestmark = pytest.mark.slow

NIGHT = datetime(2027, 3, 2, 3, 0, tzinfo=UTC)
WRAPPED = "th { white-space: nowrap"
FORM = "application/x-www-form-urlencoded"
POSTED = f"POST /custody/ HTTP/1.1\r\nContent-Type: {FORM}\r\nContent-Length: 8000\r\n\r\n".encode()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Host": "rebound.example:8790"},
    ],
)
def test_a_form_from_elsewhere_is_not_answered(night, signed_in, passphrase, headers):
    signed_in.send("GET", "/custody/break")
    fields = {
        "ticket": signed_in.hidden("ticket"), "number": "002", "told": "Ana",
        "reason": "A fever", "passphrase": passphrase,
    }  # fmt: skip
    assert signed_in.send("POST", "/custody/break", fields, **headers) == 403
    assert ENGLISH.foreign in signed_in.page
    assert night.recorded(CodeBroken) == []
    own = f"http://127.0.0.1:{night.place[1]}"
    same = {"Origin": own, "Sec_Fetch_Site": "same-origin"}
    assert signed_in.send("POST", "/custody/break", fields, **same) == 200


def test_a_page_is_not_answered_under_a_foreign_name(phone):
    assert phone.send("GET", "/custody/", Host="rebound.example") == 403
    assert "SMALL-1" not in phone.page


@pytest.mark.parametrize("path", ["/custody/", "/custody/break", "/nowhere"])
def test_every_answer_forbids_caching_framing_scripts_and_names_no_version(signed_in, path):
    signed_in.send("GET", path)
    policy = signed_in.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert signed_in.headers["Cache-Control"] == "no-store"
    assert signed_in.headers["X-Content-Type-Options"] == "nosniff"
    assert signed_in.headers["Server"] == "cicatrix-sealed"
    assert "<script" not in signed_in.page
    assert not re.search(r"(src|href)=\"?(https?:)?//", signed_in.page)
    assert not re.search(r" style=| on\w+=", signed_in.page)


def test_a_page_fits_a_telephone_and_needs_no_script():
    lengths = re.findall(r"(?:width|columns)[^;]*?([\d.]+)(px|rem)", markup.STYLE)
    assert lengths
    assert not re.search(r"min-width|position:|float:|nowrap", markup.STYLE.replace(WRAPPED, ""))
    widths = [float(n) * (16 if unit == "rem" else 1) for n, unit in lengths]
    assert [width for width in widths if width > 360] == [576], "the widest that it becomes"
    assert "max-width: 36rem" in markup.STYLE
    page = markup.frame(ENGLISH, title="", body="")
    assert 'name="viewport" content="width=device-width, initial-scale=1"' in page
    assert "<script" not in page


def test_the_cookie_is_for_these_pages_alone_and_for_no_script(phone):
    phone.send("GET", "/custody/")
    assert "; Path=/custody; HttpOnly; SameSite=Strict" in phone.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 303), ("GET", "/custody", 303), ("GET", "/nowhere", 404),
        ("GET", "/custody/nowhere", 404), ("GET", "/custody/../custody/break", 404),
        ("GET", "/custody/sign-in", 405), ("POST", "/custody/", 405),
        ("GET", "/custody/sign-out", 405), ("GET", "/custody/release?number=999", 404),
        ("PUT", "/custody/break", 501), ("HEAD", "/custody/", 501),
    ],
)  # fmt: skip
def test_what_is_no_page_is_answered_with_its_number(signed_in, method, path, status):
    fields = {} if method == "POST" else None
    assert signed_in.send(method, path, fields) == status
    if status == 405:
        assert signed_in.headers["Allow"] in ("GET", "POST")


@pytest.mark.parametrize("path", ["/custody/", "/custody/break", "/custody/release"])
def test_a_visitor_who_is_not_signed_in_sees_the_sign_in_and_nothing_of_the_trial(phone, path):
    assert phone.send("GET", path) == 200
    assert ENGLISH.sign_in_lead in phone.page
    assert "SMALL-1" not in phone.page
    assert "P1" not in phone.page


@pytest.mark.parametrize(
    ("fields", "headers"),
    [
        ({"number": "0" * 9000}, {}),
        ({str(n): "" for n in range(30)}, {}),
        ({}, {"Content_Type": "multipart/form-data"}),
        ({}, {"Content_Length": "-1"}),
        ({}, {"Content_Length": "many"}),
    ],
)
def test_a_form_that_cannot_be_read_is_refused(signed_in, fields, headers):
    assert signed_in.send("POST", "/custody/break", fields, **headers) == 400
    assert ENGLISH.too_large in signed_in.page


@pytest.mark.parametrize("begun", [b"", b"GET /custody/ HTTP/1.1\r\nHost: a", POSTED])
def test_a_request_sent_octet_by_octet_is_cut_off_at_one_deadline(night, begun):
    night.server.seconds = count(0, 5).__next__  # each look at the clock is five seconds later
    with socket.create_connection(night.place[:2]) as slow:
        slow.settimeout(0.05)
        slow.sendall(begun)
        assert any(cut_off(slow) for _ in range(100))


def cut_off(slow):
    """Send an octet and say whether the other side has hung up."""
    try:
        slow.sendall(b"G")
        return slow.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def test_bytes_that_are_no_text_are_refused(night, signed_in):
    for body in (b"number=%ff", b"number=\xff"):
        connection = http.client.HTTPConnection(*night.place, timeout=30)
        connection.request("POST", "/custody/break", body, {"Content-Type": FORM})
        assert connection.getresponse().status == 400
        connection.close()


def test_a_defect_is_told_without_a_word_of_what_was_in_it(
    night, signed_in, passphrase, monkeypatch, capfd
):
    def fails(*where, **what):
        raise KeyError(night.arm)

    monkeypatch.setattr(breaking, "break_one", fails)
    assert signed_in.breaks(passphrase) == 500
    assert ENGLISH.failed in signed_in.page
    assert night.silent(signed_in.page + night.journal)
    assert "failed KeyError" in night.journal
    assert capfd.readouterr() == ("", "")


def test_the_journal_is_the_custodians_alone_and_its_loss_keeps_no_arm_back(
    night, signed_in, passphrase
):
    path = night.folder / "page.log"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.unlink()
    path.mkdir()
    assert signed_in.breaks(passphrase) == 200
    assert night.arm in signed_in.page


def test_the_page_speaks_chinese_to_a_chinese_browser_and_on_request(signed_in, passphrase):
    signed_in.send("GET", "/custody/break", Accept_Language="zh-CN,zh;q=0.9,en;q=0.8")
    assert CHINESE.break_title in signed_in.page
    assert '<html lang="zh-Hans">' in signed_in.page
    signed_in.send("GET", "/custody/?language=zh-Hans")
    assert signed_in.breaks(passphrase, number="999") == 404
    assert CHINESE.refusals["unknown_number"] in signed_in.page
    signed_in.send("GET", "/custody/?language=en")
    signed_in.send("GET", "/custody/", Accept_Language="zh")
    assert ENGLISH.history in signed_in.page


def test_both_languages_have_the_same_blanks_and_roles():
    for name in ENGLISH.__dataclass_fields__:
        one, other = getattr(ENGLISH, name), getattr(CHINESE, name)
        if isinstance(one, str):
            assert one, name
            assert other, name
            assert set(re.findall(r"{\w+}", one)) == set(re.findall(r"{\w+}", other)), name
    assert ENGLISH.roles.keys() == CHINESE.roles.keys()


def test_every_refusal_of_an_act_is_said_in_chinese_too():
    modules = (
        break_code, release_allocation, release, custody, custodians, emergency, minimisation,
        replaying, unsealing,
    )  # fmt: skip
    text = "".join(inspect.getsource(module) for module in modules)
    rules = set(re.findall(r'Refused\(\s*"(\w+)"', text))
    assert len(rules) > 12
    elsewhere = {
        "passphrase", "not_founded", "not_committed", "too_few_shares", "shares", "secret",
        "beacon_file", "not_minimised",
    }  # fmt: skip
    assert rules - elsewhere <= CHINESE.refusals.keys()


def test_what_is_wrong_with_the_list_is_said_when_the_page_is_opened(
    make_home, make_list, tmp_path, night
):
    def refused(match, home=night.home.folder, folder=night.folder, **how):
        how = {"host": "127.0.0.1", "port": 0, "certificate": None, "key": None, **how}
        with pytest.raises(Refused, match=match):
            open_page(home, folder, **how, clock=lambda: NIGHT)

    twin = make_home("twin", unmasked=("care_provider",))
    refused("No secret is promised", home=twin.folder)
    make_list(twin, tmp_path / "twins")
    refused("belongs to another trial home", folder=tmp_path / "twins")
    refused("can be read in", folder=tmp_path / "none")
    refused("inside the trial home", folder=night.home.folder / "custodian")
    refused("is reached from other machines", host="0.0.0.0")
    refused("needs both", certificate=night.folder / "share-1.json")
    files = {"certificate": night.folder / "share-1.json", "key": night.folder / "share-1.json"}
    refused("are no certificate", **files)
    refused("Nothing can be served", port=night.place[1])


def certificate(folder):
    """Write a certificate of this machine for itself, and its key."""
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(
        name, name, key.public_key(), 1, NIGHT - timedelta(days=1), NIGHT + timedelta(days=36500)
    ).sign(key, None)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(pem)
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    return {"certificate": folder / "cert.pem", "key": folder / "key.pem"}


def test_beyond_the_own_machine_it_speaks_tls_alone(night, tmp_path):
    files = certificate(tmp_path)
    where = {"host": "0.0.0.0", "port": 0}
    server = open_page(night.home.folder, night.folder, **where, **files, clock=lambda: NIGHT)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        place = ("127.0.0.1", server.server_address[1])
        unchecked = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        unchecked.check_hostname = False
        unchecked.verify_mode = ssl.CERT_NONE
        safe = http.client.HTTPSConnection(*place, timeout=30, context=unchecked)
        safe.request("GET", "/custody/", headers={"Host": "custodian.example"})
        answer = safe.getresponse()
        assert answer.status == 200
        assert answer.headers["Set-Cookie"].startswith("__Secure-custody=")
        assert answer.headers["Set-Cookie"].endswith("; Secure")
        safe.close()
        plain = http.client.HTTPConnection(*place, timeout=30)
        plain.request("GET", "/custody/")
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            plain.getresponse()
        plain.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_connections_are_bounded(night, monkeypatch):
    monkeypatch.setattr(serving, "_THREADS", 0)
    assert not night.server.verify_request(None, None)
    monkeypatch.undo()
    assert night.server.verify_request(None, None)
