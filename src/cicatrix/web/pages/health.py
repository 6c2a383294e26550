"""For whatever watches the server: that it lives, and that it can read its trial.

Both say nothing else, to anybody.
"""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from cicatrix.trial.errors import CicatrixError
from cicatrix.web.worker import worker


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("alive\n", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Say whether the ledger and the accounts can be read."""
    try:
        with worker().lock:
            worker().catch_up()
        connection.ensure_connection()
    except (CicatrixError, DatabaseError):
        return HttpResponse("not ready\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


PATHS = (path("health/", alive, name="health"), path("ready/", ready, name="ready"))
