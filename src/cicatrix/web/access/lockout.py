"""After five wrong passwords for a name from one address: a quarter of an hour's pause.

django-axes counts, by what is said here: the name as tried, whatever its case, and the address that
the nearest proxy saw. The answer is the same for a name that exists and one that does not. Codes
are counted by allauth in the same measure; signing.py counts with both.
"""

import unicodedata
from collections.abc import Mapping

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

TOO_MANY = _("Too many wrong tries. Wait 15 minutes, then try again.")


def tried_name(request: HttpRequest, credentials: Mapping[str, object] | None = None) -> str:
    """Name whose password was tried, alike for all spellings that sign the same person in."""
    given = (credentials or {}).get("username") or request.POST.get("login", "")
    return unicodedata.normalize("NFKC", str(given)).casefold().strip()[:255]


def address(request: HttpRequest) -> str | None:
    """Say from where it was tried."""
    found: str | None = get_client_ip(request)
    return found


def locked_out(
    request: HttpRequest, answer: HttpResponse | None, credentials: object
) -> HttpResponse:
    """Say that one has to wait, in place of whatever a page would have said."""
    return render(request, "access/locked.html", status=429)
