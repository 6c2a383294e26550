"""What no database can keep is refused before anything else: a NUL character, wherever it is sent.

Nobody can type one, PostgreSQL takes none in a text, and a name or cookie that has one would fail
in the middle of a page. All else that is sent is for the pages to read.
"""

from collections.abc import Callable, Iterator

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError


def storable(
    answer: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer a request that has a NUL with "bad request"."""

    def answered(request: HttpRequest) -> HttpResponse:
        if any("\0" in text for text in _sent(request)):
            raise SuspiciousOperation("NUL")
        return answer(request)

    return answered


def _sent(request: HttpRequest) -> Iterator[str]:
    yield request.path
    yield from request.COOKIES.values()
    try:
        fields = [request.GET, request.POST]
    except UnreadablePostError:  # who sent it is gone
        return
    for given in fields:
        for name, texts in given.lists():
            yield name
            yield from map(str, texts)
