"""What the server writes down of each request: one JSON line, and nothing of what it was about.

The line has the method, the route's name and the status; no address, user, participant, query or
time taken, for a log must tell a reader of logs nothing that the pages hide. Of a defect it has the
exception's type and the places in the code, never its message, which may quote values.
"""

import json
import logging
import traceback
from collections.abc import Callable
from pathlib import Path

from django.http import HttpRequest, HttpResponse

LOG = logging.getLogger("cicatrix.web")
_PACKAGES = Path(__file__).parents[3]


class Line:
    """Write a log record as one line of JSON, without what its message may quote."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        line: dict[str, object] = {"logger": record.name, "level": record.levelname.lower()}
        line |= getattr(record, "request_line", {})
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            line["problem"] = kind.__name__
            line["places"] = [
                f"{_short(one.filename)}:{one.lineno} {one.name}"
                for one in traceback.extract_tb(trace)
            ]
        return json.dumps(line)


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_PACKAGES)) if path.is_relative_to(_PACKAGES) else path.name


LOGGED = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": Line}},
    "handlers": {
        "line": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "loggers": {
        "cicatrix.web": {"handlers": ["line"], "level": "INFO"},
        "django": {"handlers": ["line"], "level": "ERROR"},
        # What axes would say names who tried to sign in and from where.
        "axes": {"handlers": ["nowhere"], "level": "CRITICAL", "propagate": False},
    },
}
"""For the setting LOGGING."""


def logged(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Write a line for each request that was answered."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        found = request.resolver_match
        line = {
            "method": request.method if request.method in _METHODS else "other",
            "route": found.url_name if found else None,
            "status": response.status_code,
        }
        LOG.info("request", extra={"request_line": line})
        return response

    return answered


_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
