"""The page's server: the standard library's, small enough to be read whole.

Not Django: its settings are one for a process and the store has set them for the ledger, so both
would share them; and four pages without files or scripts need none of its parts. `http.server`
checks little, so this module does: only its own address is answered (no foreign name can be bound
to it), forms are short, a request must be here whole by one deadline, every answer forbids caching,
framing and scripts, no error shows what was asked, and beyond the own machine TLS is a must.
"""

import io
import re
import ssl
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from socket import AF_INET6, socket
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cicatrix_sealed.page.desk import Desk, Request, Response
from cicatrix_sealed.page.markup import POLICY
from cicatrix_sealed.page.pages import answer, plain
from cicatrix_sealed.page.wording import chosen

LONGEST_FORM = 8192
_FIELDS = 16
_THREADS = 64
_FORM = "application/x-www-form-urlencoded"
_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Security-Policy", POLICY),
    ("Cache-Control", "no-store"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)


def is_own_machine(host: str) -> bool:
    """Say whether an address is reached from this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Server(ThreadingHTTPServer):
    """A socket with the desk behind it; over TLS if it is given a context."""

    daemon_threads = True
    seconds: Callable[[], float] = staticmethod(time.monotonic)

    def __init__(self, desk: Desk, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        self.desk = desk
        self.address_family = AF_INET6 if ":" in host else self.address_family
        super().__init__((host, port), _Handler)
        if tls is not None:
            self.socket = tls.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    @property
    def address(self) -> str:
        """Give the address to type into a browser."""
        host, port = self.server_address[:2]
        name = f"[{host!s}]" if ":" in str(host) else str(host)
        return f"{'https' if self.desk.secure else 'http'}://{name}:{port}"

    def own(self, host: str) -> bool:
        """Say whether a request's Host is ours: over TLS the certificate has seen to that."""
        port = self.server_address[1]
        names = ("127.0.0.1", "localhost", "[::1]")
        return self.desk.secure or host in {f"{name}:{port}" for name in names}

    def service_actions(self) -> None:
        """End idle sessions although nobody asks for anything."""
        self.desk.sessions.forget_idle(now=self.desk.clock())

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Refuse a connection while too many are open."""
        return threading.active_count() <= _THREADS

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        """Say nothing of a connection that broke: a traceback may quote what was asked."""


class _Arriving(io.RawIOBase):
    """What a connection sends, until its deadline: an octet now and then does not put it off."""

    def __init__(self, connection: socket, until: float, seconds: Callable[[], float]) -> None:
        self._connection, self._until, self._seconds = connection, until, seconds

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Wait for what comes next, and no longer than the deadline."""
        left = self._until - self._seconds()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


class _Handler(BaseHTTPRequestHandler):
    """One connection, one request, which must be here `timeout` seconds after it was taken."""

    server: Server
    timeout = 15

    def setup(self) -> None:
        """Read from the connection with one deadline for the whole request."""
        super().setup()
        self.rfile.close()
        seconds = self.server.seconds
        arriving = _Arriving(self.connection, seconds() + self.timeout, seconds)
        self.rfile = io.BufferedReader(arriving)

    def do_GET(self) -> None:
        """Answer a page."""
        self._answer({})

    def do_POST(self) -> None:
        """Answer a form, if it was sent from this page's own address."""
        fields = self._fields()
        if fields is not None:
            self._answer(fields)

    def _answer(self, fields: dict[str, str]) -> None:
        if not self._is_own():
            self._say("foreign", HTTPStatus.FORBIDDEN)
            return
        address = urlsplit(self.path)
        request = Request(
            self.command,
            address.path,
            dict(parse_qsl(address.query)),
            fields,
            self._cookies(),
            self.headers.get("Accept-Language", ""),
        )
        try:
            response = answer(self.server.desk, request)
        except Exception as problem:  # a defect: its text may quote what was asked
            self.server.desk.journal(f"failed {type(problem).__name__}")
            self._say("failed", HTTPStatus.INTERNAL_SERVER_ERROR)
            return
        self._send(response)

    def _is_own(self) -> bool:
        host = self.headers.get("Host", "")
        if not self.server.own(host):
            return False
        if self.command == "GET":
            return True
        scheme = "https" if self.server.desk.secure else "http"
        return (
            self.headers.get("Origin", f"{scheme}://{host}") == f"{scheme}://{host}"
            and self.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
        )

    def _fields(self) -> dict[str, str] | None:
        """Read a form, or answer that it cannot be read and give None."""
        length = self.headers.get("Content-Length", "")
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != _FORM or not re.fullmatch(r"[0-9]{1,5}", length) or int(length) > LONGEST_FORM:
            self._say("too_large", HTTPStatus.BAD_REQUEST)
            return None
        try:
            text = self.rfile.read(int(length)).decode("ascii")
            pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
        except ValueError:
            self._say("too_large", HTTPStatus.BAD_REQUEST)
            return None
        return dict(pairs)

    def _cookies(self) -> dict[str, str]:
        try:
            read: SimpleCookie = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            return {}
        return {name: morsel.value for name, morsel in read.items()}

    def _say(self, what: str, status: HTTPStatus) -> None:
        words = chosen("", self.headers.get("Accept-Language", ""))
        self._send(plain(words, getattr(words, what), status))

    def _send(self, response: Response) -> None:
        body = response.body.encode()
        self.connection.settimeout(self.timeout)
        self.send_response(response.status)
        for name, value in (*_HEADERS, *response.headers):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is no request with its number alone, and quote nothing of it."""
        self._send(Response(HTTPStatus(code), ""))

    def version_string(self) -> str:
        """Name the program and no versions."""
        return "cicatrix-sealed"

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing by itself: the pages say what is worth a line."""
