"""In which language a page is written: the account's, else a cookie's, else the browser's.

It is switched by a small form in the frame of every page, for those signed in and those not. What
the words are in each language is the package language/.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_POST

from cicatrix.web.access.standing import back_to
from cicatrix.web.models import Account


def spoken(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer in the language of who asks."""

    def answered(request: HttpRequest) -> HttpResponse:
        account = request.user
        chosen = account.language if isinstance(account, Account) else ""
        known = chosen in dict(settings.LANGUAGES)
        with translation.override(chosen if known else get_language_from_request(request)):
            response = answer(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        patch_vary_headers(response, ("Accept-Language",))
        return response

    return answered


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language and go back to the page."""
    chosen = request.POST.get("language", "")
    response = back_to(request, request.POST.get("next"))
    if chosen not in dict(settings.LANGUAGES):
        return response
    if isinstance(request.user, Account):
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    return response
