"""Headers of every page that is made for somebody: kept nowhere, and few of a browser's powers.

A shared tablet must show nobody's page after signing out, so no page is stored. The content
security policy is django-csp's (settings.py); static files pass by here.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_POLICY = ", ".join(
    (
        "camera=(self)",
        "display-capture=()",
        "geolocation=()",
        "microphone=()",
        "payment=()",
        "usb=()",
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    )
)


def private(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Let no browser or proxy keep a page."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response["Cache-Control"] = "no-store, private"
        response.headers.pop("Expires", None)
        response["Permissions-Policy"] = _POLICY
        return response

    return answered
