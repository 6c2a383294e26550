"""Two clinics that differ in the sealed list alone: every address answers everyone the same.

Each masked role, and each role that the study leaves unmasked as well since the server knows no
arm, asks in both for everything that there is. The mutants are what careless pages did, and know
the list. What somebody else did and one may not see is test_web_independence.py.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import product
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core import mail
from django.http import HttpResponse
from django.utils import timezone

import plain_custodian
from cicatrix.store.keys import home_key
from cicatrix.trial.participant import Participant
from cicatrix.trial.roles import Actor
from cicatrix.web import door
from cicatrix.web.access.logs import LOG
from cicatrix.web.door import EVERYONE, Admits, Asked
from cicatrix.web.supply.dosing import course
from clinic import clinic, plan_of
from crawl import NOON, Answer, Crawl, Crawler
from plain_custodian import PlainList
from site_visited import Site, migrated, original, visited

pytestmark = pytest.mark.slow

SEEDS = (11, 12)
KEYS = "keys"


@pytest.fixture(scope="module", autouse=True)
def web(tmp_path_factory) -> Iterator[None]:
    with original(tmp_path_factory.mktemp("web"), "sqlite"):
        yield


@pytest.fixture(scope="module", params=["NCT04034615", "SPLIT-SCAR"])
def worlds(request, tmp_path_factory) -> tuple[Path, Path]:
    """Two homes on two lists, with the same keys: what is encrypted is the same bytes."""
    return made(request.param, tmp_path_factory.mktemp("worlds"))


@pytest.fixture(scope="module")
def leaking(tmp_path_factory) -> tuple[Path, Path]:
    return made("NCT04034615", tmp_path_factory.mktemp("leaking"))


def made(study: str, folder: Path) -> tuple[Path, Path]:
    one, other = (folder / str(seed) / study for seed in SEEDS)
    for seed, home in zip(SEEDS, (one, other), strict=True):
        clinic(home, study, list_seed=seed)
        migrated(home)
    with visited(one) as site:
        lines = [line.text for line in site.worker.desk.home.ledger.since()]
    for name in ("photographs", "vault"):
        home_key(one, name)
    shutil.rmtree(other / KEYS, ignore_errors=True)
    shutil.copytree(one / KEYS, other / KEYS)
    with visited(other) as site:
        assert lines == [line.text for line in site.worker.desk.home.ledger.since()]
    return one, other


def everyone(site: Site) -> Iterator[Actor]:
    """Give one of each role, two of those who are at sites of a trial with several."""
    trial = site.worker.desk.trial
    for role in EVERYONE:
        held = site.holders(role)
        if role == "participant":
            held.sort(key=lambda one: -len(trial.participants[one.user].forms))
        yield from held[:: max(1, len(held) - 1)][: 2 if role in ("rater", "participant") else 1]


def busy(crawler: Crawler) -> None:
    """Do some of a day's work: a wrong tube, a right one, a form corrected, a number given."""
    site, actor = crawler.site, crawler.actor
    seen, study = site.worker.seen_by(actor), site.worker.desk.study
    women = [one for one in seen.trial.participants.values() if not one.withdrawals]
    treated = [one for one in women if one.kits and len(one.tubes) < len(study.tube)]
    if actor.role == "care_provider":
        for her in treated[:8]:
            now = course(study, her, seen.today(her.site)).current
            wanted = [tube.number for tube in now.wanted] if now else []
            used = [use.tube for use in her.tubes]
            for kit, tube in product(her.kits, (*used[:1], *wanted)):
                for page in ("check", "apply"):
                    label = {"label": f"{kit} {tube}"}
                    crawler.ask(f"/participants/{her.id}/doses/{page}/", label)
    if actor.role == "coordinator":
        crawler.ask("/participants/screen/", {"on": seen.today().isoformat()})
        waiting = [one for one in women if one.number is None and one.eligibility]
        waiting.sort(key=lambda one: not (one.eligibility and one.eligibility.eligible))
        for her in (*waiting[:2], waiting[-1]):
            crawler.ask(f"/participants/{her.id}/randomise/", {"sure": "yes"})
        corrected(crawler, women)
    if actor.role == "administrator":
        crawler.ask("/people/invite/", {
            "user": "bea", "email": "bea@hospital.example", "language": "en",
            "role": f"rater@{study.sites[0].id}",
        })  # fmt: skip


def corrected(crawler: Crawler, women: list[Participant]) -> None:
    """Correct a number on a form, of several until it is taken."""
    study = crawler.site.worker.desk.study
    for her in women:
        for key, data in her.forms.items():
            form = study.form[key.form]
            whole = [item for item in form.items.values() if item.type == "integer"]
            typed = [one for one in whole if one.id in data.values and one.computed is None]
            if crawler.actor.role in form.filled_by and typed:
                value = int(data.values[typed[0].id])
                value += 1 if value < (typed[0].maximum or 0) else -1
                name = "/".join((key.form, key.visit or "-", key.region or "-", str(key.repeat)))
                fields = {f"i.{typed[0].id}": str(value), "seen": data.entry, "reason": "misread"}
                crawler.ask(f"/participants/{her.id}/forms/{name}/", fields)
                return


def seen_in(
    home: Path, to: Path, names: tuple[str, ...] = (), roles: tuple[str, ...] = ()
) -> dict[Actor, Crawl]:
    """Let everyone ask for everything in a copy of a home."""
    shutil.copytree(home, to)
    try:
        with patch.object(timezone, "now", lambda: NOON), visited(to) as site:
            site.furnish()
            crawls, read = {}, {}
            actors = [one for one in everyone(site) if not roles or one.role in roles]
            for turn, actor in enumerate(actors):
                crawler = Crawler(site, actor, names, read)
                crawls[actor] = crawler.everything(busy, turn=turn, of=len(actors))
            return crawls
    finally:
        shutil.rmtree(to)


def differences(one: dict[Actor, Crawl], other: dict[Actor, Crawl]) -> list[str]:
    """Name what differs between two worlds, as somebody or other was answered."""
    assert one.keys() == other.keys()
    found = []
    for actor, crawled in one.items():
        beside = other[actor]
        found += [
            f"{actor.role}: {asked} {_where(answer, seen)}"
            for (asked, answer), (again, seen) in zip(crawled.answers, beside.answers, strict=False)
            if (asked, answer) != (again, seen)
        ]
        for what in ("mailed", "logged"):
            if getattr(crawled, what) != getattr(beside, what):
                found.append(f"{actor.role}: {what}")
        if len(crawled.answers) != len(beside.answers):
            found.append(f"{actor.role}: as many answers")
    return found


def _where(one: Answer, other: Answer) -> str:
    if one.headers != other.headers or one.status != other.status:
        return f"{one.status} {set(one.headers) ^ set(other.headers)}"
    pairs = enumerate(zip(one.body, other.body, strict=False))
    place = next((n for n, (here, there) in pairs if here != there), 0)
    around = slice(max(0, place - 60), place + 60)
    return f"{one.body[around]!r} {other.body[around]!r}"


def test_every_address_answers_everyone_the_same_on_both_lists(worlds, tmp_path):
    one, other = (seen_in(home, tmp_path / "home") for home in worlds)
    assert {actor.role for actor in one} == set(EVERYONE)
    differing = differences(one, other)
    assert not differing, "\n".join(differing)
    answers = [answer for crawled in one.values() for _, answer in crawled.answers]
    assert not [answer.body[:300] for answer in answers if answer.status >= 500]
    assert {200, 302, 403, 404, 405, 422} <= {answer.status for answer in answers}
    assert any(crawled.mailed for crawled in one.values())
    assert all(crawled.logged for crawled in one.values())
    sent = {
        (re.findall(r"doses/(\w+)|/(forms|randomise)/", where)[0], answer.status)
        for crawled in one.values()
        for (method, where, fields), answer in crawled.answers
        if method == "post" and fields != "nothing=1" and re.search("/(doses|forms|rand)", where)
    }
    done = {(dose or page, status) for (dose, page), status in sent}
    assert {("check", 200), ("check", 422), ("apply", 302), ("apply", 422)} <= done
    assert {("forms", 302), ("randomise", 422)} <= done
    if worlds[0].name == "NCT04034615":  # nobody waits for a number in the other
        assert ("randomise", 302) in done


Told = Callable[[PlainList, Asked, HttpResponse], None]
"""What a careless page does to its answer, knowing the list."""


def filtered_by_arm(drawn: PlainList, request: Asked, answer: HttpResponse) -> None:
    """Leave the rows of those out who are not of the arm that was asked for."""
    arm = request.GET.get("arm")
    if arm:
        for one in request.seen.trial.participants.values():
            if one.number and drawn.arms[one.number] != arm:
                answer.content = answer.content.replace(one.id.encode(), b"")


def sorted_by_kit(drawn: PlainList, request: Asked, answer: HttpResponse) -> None:
    """Put the kits of a list in the order of what they hold."""
    names = [kit for kit, _ in drawn.packing if kit.encode() in answer.content]
    order = sorted(names, key=lambda kit: (drawn.packing[kit, 1], kit))
    for n, kit in enumerate(names):
        answer.content = answer.content.replace(kit.encode(), b"<%d>" % n)
    for n, kit in enumerate(order):
        answer.content = answer.content.replace(b"<%d>" % n, kit.encode())


def counted_in_title(drawn: PlainList, request: Asked, answer: HttpResponse) -> None:
    """Count the kits in stock by content."""
    first, today = min(drawn.packing.values()), request.seen.today()
    stock = request.seen.trial.stock.kits.items()
    there = [name for name, kit in stock if kit.place(today) == "in_stock"]
    count = sum(1 for name in there for tube in range(1, 4) if drawn.packing[name, tube] == first)
    answer.content = answer.content.replace(b"<title>", b"<title>(%d) " % count)


def keyed_by_list(drawn: PlainList, request: Asked, answer: HttpResponse) -> None:
    """Tag a page by what it was made of, the list among it."""
    answer["ETag"] = f'"{sha256(repr(drawn.opened).encode()).hexdigest()[:16]}"'


def refused_with_arm(drawn: PlainList, request: Asked, answer: HttpResponse) -> None:
    """Say in a refusal what the tube holds."""
    if answer.status_code == 422:
        answer.content += ",".join(drawn.packing.values()).encode()[:400]


def logged_with_arm(drawn: PlainList, request: Asked, answer: HttpResponse) -> None:
    """Write the arm into the log."""
    LOG.info("participants of %s", [slot.arm for slot in drawn.opened.slots][:30])


def mailed_with_arm(drawn: PlainList, request: Asked, answer: HttpResponse) -> None:
    """Tell by e-mail whom the next kit is for."""
    mail.send_mail("Kits", str(list(drawn.packing.values())[:60]), None, ["ana@hospital.example"])


def columns_by_arm(drawn: PlainList, request: Asked, answer: HttpResponse) -> None:
    """Put the columns of an export in an order that depends on the list."""
    if "csv" in answer["Content-Type"]:
        rows = [row.split(b",") for row in answer.content.splitlines()]
        turn = int(sha256(repr(drawn.opened).encode()).hexdigest(), 16) % 5
        answer.content = b"\r\n".join(b",".join((*row[turn:], *row[:turn])) for row in rows)


def redirected_by_arm(drawn: PlainList, request: Asked, answer: HttpResponse) -> None:
    """Send on to another page by what the first kit holds."""
    answer["Location"] = "/kits/?" + drawn.opened.slots[0].arm


MUTANTS: dict[str, tuple[Told, tuple[str, ...], str]] = {
    "a filter by arm": (filtered_by_arm, ("participants",), "coordinator"),
    "a list sorted by what kits hold": (sorted_by_kit, ("kits",), "pharmacist"),
    "a count in a title": (counted_in_title, ("kits",), "care_provider"),
    "a key of a cache": (keyed_by_list, ("participants",), "monitor"),
    "an arm in a refusal": (refused_with_arm, ("dose_check",), "care_provider"),
    "an arm in the log": (logged_with_arm, ("participants",), "sponsor"),
    "an arm in an e-mail": (mailed_with_arm, ("kits",), "pharmacist"),
    "columns of an export in an arm's order": (columns_by_arm, ("stock_csv",), "statistician"),
    "a redirect by content": (redirected_by_arm, ("today",), "participant"),
}
"""Known leaks of web pages, at which addresses, and one of those who would learn of it."""


@contextmanager
def leaking_by(told: Told | None, seed: int, names: tuple[str, ...], monkeypatch) -> Iterator[None]:
    drawn = plain_custodian.draw(plan_of("NCT04034615"), seed=seed, sizes=(1, 2, 3))
    answer = door._answer

    def answered(
        request: Asked, view: object, admits: Admits, where: dict[str, object]
    ) -> HttpResponse:
        given = answer(request, view, admits, where)
        if (
            told is not None
            and request.resolver_match.url_name in names
            and hasattr(request, "seen")
        ):
            told(drawn, request, given)
        return given

    with monkeypatch.context() as patched:
        patched.setattr(door, "_answer", answered)
        yield


def told_apart(
    told: Told | None, names: tuple[str, ...], role: str, homes, tmp_path, monkeypatch
) -> list[str]:
    """Let one role ask at a few addresses in both worlds, with and without a leak."""
    crawls = []
    for seed, home in zip(SEEDS, homes, strict=True):
        with leaking_by(told, seed, names, monkeypatch):
            crawls.append(seen_in(home, tmp_path / "home", names, (role,)))
    return differences(*crawls)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_leak_of_a_page_is_caught(name, leaking, tmp_path, monkeypatch):
    told, names, role = MUTANTS[name]
    assert told_apart(None, names, role, leaking, tmp_path, monkeypatch) == []
    assert told_apart(told, names, role, leaking, tmp_path, monkeypatch) != []
