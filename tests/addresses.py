"""Every address there is to ask for, out of the URL table, with real things named in it.

An address is filled for one participant from what the whole trial knows of her, so that each page
is asked for something that exists; what a page cannot be asked of has no address here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from cicatrix.trial.participant import Participant
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial

WEB = Path(__file__).parents[1] / "src/cicatrix/web"
_PART = re.compile(r"<(?:\w+:)?(\w+)>")
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')
"""What is drawn anew for every answer."""


@dataclass(frozen=True)
class Address:
    """One line of the URL table: its name, its route, and the view that answers."""

    name: str
    route: str
    view: object

    @property
    def parts(self) -> tuple[str, ...]:
        """What has to be named in it."""
        return tuple(_PART.findall(self.route))

    def filled(self, named: dict[str, str]) -> str:
        """Name everything."""
        return "/" + _PART.sub(lambda found: named[found[1]], self.route)


def bare(answer: HttpResponse) -> bytes:
    """Give a page without its token and the address that was asked for, to compare it by bytes."""
    where = answer.request["PATH_INFO"].encode()  # type: ignore[attr-defined]  # a test's answer
    return TOKEN.sub(b"", answer.content).replace(where, b"WHERE")


def table() -> list[Address]:
    """Read the whole URL table."""
    return list(_walk(get_resolver().url_patterns, ""))


def ours() -> list[Address]:
    """Read the part of it that has a door."""
    return [one for one in table() if hasattr(one.view, "admits")]


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[Address]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, route)
        else:
            yield Address(one.name or "", route, one.callback)


def named_in(study: Study, trial: Trial, woman: Participant, address: Address) -> dict[str, str]:
    """Give something that exists for every part of an address, about one participant."""
    rated = "rating" in address.name
    form = next((key for key in woman.forms), None)
    rating = next(iter(woman.ratings), None)
    visit = study.visits[0].id
    if rated:
        rated_form = next(one for one in study.forms if one.rating is not None)
        at = next(one.id for one in study.visits if rated_form.id in one.forms)
        key = rating or (at, rated_form.id, rated_form.regions[0])
        named = {"visit": key[0], "form": key[1], "region": key[2], "repeat": "0"}
    elif form is not None:
        named = {
            "form": form.form, "visit": form.visit or "-", "region": form.region or "-",
            "repeat": str(form.repeat),
        }  # fmt: skip
    else:
        named = {"form": study.forms[0].id, "visit": visit, "region": "-", "repeat": "0"}
    if "visit" in address.parts and "form" not in address.parts:
        named["visit"] = visit
    shown = study.form[named["form"]]
    return named | {
        "participant": woman.id,
        "item": next(iter(shown.items)),
        "query": next(iter(woman.queries), "Q0001"),
        "kit": next(iter(woman.kits), "001-A"),
        "number": woman.number or "001",
        "site": woman.site,
        "user": "ben",
        "quarantine": next(iter(trial.stock.quarantines), "NORTH-Q001"),
        "destruction": next(iter(trial.stock.destructions), "NORTH-D001"),
        "release": next(iter(woman.releases), "photographic"),
        "digest": "0" * 64,
        "name": "recruitment",
        "role": "rater",
        "key": "none",
        "token": "none",
        "day": "1",
        "number_of": "1",
    }


@cache
def parameters() -> tuple[str, ...]:
    """Name every query parameter that a view or a template names, and some that none does."""
    text = "\n".join(
        path.read_text("utf-8")
        for path in sorted(WEB.rglob("*"))
        if path.suffix in {".py", ".html", ".js"}
    )
    named = set(re.findall(r"GET(?:\.get(?:list)?\(|\[)\s*[\"'](\w+)", text))
    named |= set(re.findall(r"[?&](?:amp;)?(\w+)=", text))
    return (*sorted(named), "arm", "sort", "kit", "debug")
