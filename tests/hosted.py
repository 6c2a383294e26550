"""A home hosted over HTTP in a thread, on a free port of this machine, for browsers and probes.

It is the application that a real server runs, on the standard library's threading server, in this
process: a test can look into the trial while a browser is at it. `served.py` runs the program.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from site_visited import Site, visited


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def hosted(folder: Path) -> Iterator[tuple[Site, str]]:
    """Host a home, and give it with its address."""
    from cicatrix.web.wsgi import application

    with visited(folder) as site:
        server = make_server(
            "127.0.0.1", 0, application, server_class=_Server, handler_class=_Quiet
        )
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield site, f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
