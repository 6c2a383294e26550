"""Every address there is to ask for, out of the URL table, with real things named in it.

An address is filled for one participant from what is known of her, by the whole trial or by one
actor, so that each page is asked for something that exists; `suits` says for whom it does.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from cicatrix.trial.participant import Participant
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial

WEB = Path(__file__).parents[1] / "src/cicatrix/web"
_PART = re.compile(r"<(?:(\w+):)?(\w+)>")
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
        return tuple(name for _, name in _PART.findall(self.route))

    @property
    def roles(self) -> tuple[str, ...]:
        """Whom its door lets in."""
        return self.view.admits.roles  # type: ignore[attr-defined]  # ours() have one

    @property
    def methods(self) -> tuple[str, ...]:
        """By which methods."""
        return self.view.admits.methods  # type: ignore[attr-defined]  # ours() have one

    def filled(self, named: dict[str, str]) -> str:
        """Name everything."""
        return "/" + _PART.sub(lambda found: named[found[2]], self.route)


def bare(answer: HttpResponse) -> bytes:
    """Give a page without its token and the address that was asked for, to compare it by bytes."""
    where = answer.request["PATH_INFO"].encode()  # type: ignore[attr-defined]  # a test's answer
    return TOKEN.sub(b"", answer.content).replace(where, b"WHERE")


def table() -> list[Address]:
    """Read the whole URL table."""
    return list(_walk(get_resolver().url_patterns, ""))


@cache
def ours() -> tuple[Address, ...]:
    """Read the part of it that has a door."""
    return tuple(one for one in table() if hasattr(one.view, "admits"))


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[Address]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, route)
        else:
            yield Address(one.name or "", route, one.callback)


def suits(study: Study, woman: Participant, address: Address) -> bool:
    """Tell whether all that an address names exists of one participant, as she is seen."""
    if "query" in address.parts:
        return bool(woman.queries)
    if "digest" in address.parts:
        return bool(woman.photographs)
    if address.name.startswith("rating"):
        return bool(woman.ratings)
    if address.name.startswith("mine_form"):
        return any("participant" in study.form[key.form].filled_by for key in woman.forms)
    if address.name == "form_sign":
        return any(study.form[key.form].signed_by is not None for key in woman.forms)
    if "form" in address.parts and "participant" in address.parts:
        return bool(woman.forms)
    return bool(woman.kits)


def suited(study: Study, women: Iterable[Participant], address: Address) -> list[Participant]:
    """Put those first for whom an address names what exists, and who have most recorded."""
    return sorted(women, key=lambda one: (not suits(study, one, address), -len(one.forms), one.id))


def named_in(study: Study, trial: Trial, woman: Participant, address: Address) -> dict[str, str]:
    """Give something for every part of an address that exists, if such exists of her."""
    stock = trial.stock
    open_first = sorted(stock.quarantines, key=lambda one: stock.quarantines[one].decided or "")
    staff = [user for user, held in sorted(trial.roles.items()) if "participant" not in dict(held)]
    named = _form(study, woman, address)
    return named | {
        "participant": woman.id,
        "item": next(iter(study.form[named["form"]].items)),
        "query": next(iter(woman.queries), "Q0001"),
        "kit": next(iter(woman.kits), "KA001"),
        "quarantine": next(iter(open_first), "NOWHERE-Q001"),
        "destruction": next(iter(stock.destructions), "NOWHERE-D001"),
        "release": next(iter(woman.releases), study.consent.releases[0].id),
        "digest": next((one.digest for one in woman.photographs), "0" * 64),
        "name": "recruitment",
        "number": "1",
        "user": next(iter(staff), "administrator"),
    }


def _form(study: Study, woman: Participant, address: Address) -> dict[str, str]:
    if address.name.startswith("rating"):
        rated = next(one for one in study.forms if one.rating is not None)
        at = next(one.id for one in study.visits if rated.id in one.forms)
        key = next(iter(woman.ratings), (at, rated.id, rated.regions[0]))
        return {"visit": key[0], "form": key[1], "region": key[2], "repeat": "0"}
    own = [
        key
        for key in woman.forms
        if not address.name.startswith("mine") or "participant" in study.form[key.form].filled_by
        if address.name != "form_sign" or study.form[key.form].signed_by is not None
    ]
    visit = study.visits[0].id
    if not own:
        return {"form": study.forms[0].id, "visit": visit, "region": "-", "repeat": "0"}
    key = own[0]
    return {
        "form": key.form,
        "visit": (key.visit or "-") if "form" in address.parts else visit,
        "region": key.region or "-",
        "repeat": str(key.repeat),
    }


@cache
def named_by(path: Path) -> frozenset[str]:
    """Name every query parameter that a view or a template names in a file."""
    text = path.read_text("utf-8")
    named = set(re.findall(r"GET(?:\.get(?:list)?\(|\[)\s*[\"']([\w-]+)", text))
    return frozenset(named | set(re.findall(r"[?&](?:amp;)?(\w+)=", text)))


@cache
def parameters() -> tuple[str, ...]:
    """Name every query parameter that a view or a template names, and some that none does."""
    files = [one for one in WEB.rglob("*") if one.suffix in {".py", ".html", ".js"}]
    return tuple(sorted(frozenset().union(*map(named_by, files)) | set(NAMED_BY_NONE)))


NAMED_BY_NONE = ("arm", "debug", "kit", "sort")
