"""How fast pages answer ten users at once, beside a plain view that saves one row; a program.

A rehearsed trial of 1,000 women in its third year is served by gunicorn with two processes, as
`cicatrix serve` does, on PostgreSQL and on SQLite. Ten users ask for Today, the matrix, a
participant's page and save a form, in turn, over connections that stay open; the load runs on the
same two processors. The floor is a Django view that inserts one row and nothing else, served the
same way from the same database. Nothing here is asserted; tests hold no times.

    python benchmarks/web.py [SECONDS] [PARTICIPANTS]      20 and 1,000 unless given
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from socket import create_server
from statistics import median
from threading import Thread
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
os.environ["DJANGO_SETTINGS_MODULE"] = "cicatrix.web.settings"
os.environ["CICATRIX_HTTP"] = "loopback"

import django
from django.conf import settings

import postgresql
from cicatrix.store.keys import home_key
from clinic import clinic
from site_visited import migrated, visited

USERS = 10
UNTIL = date(2024, 3, 1)

FLOOR = """
import os, sys
from django.conf import settings
from cicatrix.store.database import configuration
from pathlib import Path
place = os.environ["FLOOR"]
settings.configure(
    ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="floor",
    DATABASES={"default": configuration(place if "://" in place else Path(place))},
)
import django
django.setup()
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpResponse
from django.urls import path
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE IF NOT EXISTS floor (text varchar(200))")

def save(request):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO floor VALUES (%s)", [request.POST.get("text", "x")])
    return HttpResponse("saved")

urlpatterns = [path("", save)]
application = get_wsgi_application()
"""


@dataclass
class Times:
    """Milliseconds of every answer, by what was asked."""

    taken: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def add(self, what: str, ms: float) -> None:
        """Take down one answer."""
        self.taken.setdefault(what, []).append(ms)

    def rows(self, seconds: float) -> Iterator[str]:
        """Write a line for everything that was asked."""
        for what, each in sorted(self.taken.items()):
            ordered = sorted(each)
            p95 = ordered[int(len(ordered) * 0.95)]
            yield (
                f"  {what:<18} p50 {median(ordered):7.1f} ms   p95 {p95:7.1f} ms   "
                f"{len(ordered) / seconds:7.1f} a second"
            )
        if self.wrong:
            yield f"  answers that were not as they should: {sorted(set(self.wrong))}"


class User:
    """One person with a browser that keeps its connection and its cookies."""

    def __init__(self, port: int, cookies: str, participants: Sequence[str], times: Times) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies, self.participants, self.times = cookies, participants, times
        self.turn = 0
        self.rows: dict[str, int] = {}

    def ask(self, what: str, where: str, fields: dict[str, str] | None = None) -> str:
        """Ask for a page or send a form, and take down how long it took."""
        body = urlencode(fields) if fields is not None else None
        headers = {"Cookie": self.cookies, "Host": "localhost"}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        begun = time.perf_counter()
        self.connection.request("GET" if body is None else "POST", where, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        self.times.add(what, (time.perf_counter() - begun) * 1000)
        location = answer.headers.get("Location", "")
        if answer.status not in (200, 302) or "/account/" in location or "/role/" in location:
            self.times.wrong.append(f"{what}: {answer.status} {location}")
        return text

    def row(self) -> None:
        """Save one row, as plainly as can be."""
        self.ask("plain row", "/", {"text": "x"})

    def day(self) -> None:
        """Look at Today, the matrix and one woman, and record something that happened to her."""
        self.ask("Today", "/")
        woman = self.participants[self.turn % len(self.participants)]
        self.ask("matrix", f"/participants/?after={woman}")
        self.ask("participant", f"/participants/{woman}/")
        self.save(woman)
        self.turn += 1

    def save(self, woman: str | None = None) -> None:
        """Save a new row of the adverse events of a woman."""
        woman = woman or self.participants[self.turn % len(self.participants)]
        self.turn += 1
        if woman not in self.rows:
            text = self.ask("form", f"/participants/{woman}/forms/adverse_event/-/-/0/")
            numbers = re.findall(r"/forms/adverse_event/-/-/(\d+)/", text)
            self.rows[woman] = max(map(int, numbers), default=1) - 1
        self.rows[woman] += 1
        where = f"/participants/{woman}/forms/adverse_event/-/-/{self.rows[woman]}/"
        fields = {"csrfmiddlewaretoken": TOKEN, "i.term": f"itching {self.turn}", "seen": ""}
        self.ask("form save", where, fields)


TOKEN = "a" * 32
"""A CSRF cookie that is not masked is as good as one that is."""


@contextmanager
def served(module: str, environment: dict[str, str], folder: Path) -> Iterator[int]:
    """Serve a WSGI application as `cicatrix serve` does, and give its port."""
    with create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{port}", "--workers=2",
        "--worker-class=gthread", "--threads=4", "--log-level=error", "--no-control-socket", module,
    ]  # fmt: skip
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            command, env=os.environ | environment, cwd=folder, stderr=log, stdout=log
        )
        try:
            _wait(port)
            yield port
        finally:
            process.terminate()
            process.wait()


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/ready/", headers={"Host": "localhost"})
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not come up.")


def load(users: Sequence[User], seconds: float, what: Callable[[User], None]) -> float:
    """Let all users do something again and again, and give how long it took."""
    begun = time.perf_counter()
    until = begun + seconds

    def go_on(user: User) -> None:
        while time.perf_counter() < until:
            what(user)

    threads = [Thread(target=go_on, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


def measure(folder: Path, url: str | None, seconds: float, participants: int) -> None:
    """Measure one database: the floor, the four pages, and form saves alone."""
    name = "PostgreSQL" if url else "SQLite"
    home = folder / name
    begun = time.perf_counter()
    clinic(
        home, "NCT04034615", until=UNTIL, participants=participants, per_stratum=participants,
        database=url,
    )  # fmt: skip
    migrated(home)
    settings.SECRET_KEY = home_key(home, "sessions").hex()
    print(f"{name}: {participants} participants made in {time.perf_counter() - begun:.0f} s")
    with visited(home) as site:
        entries = site.worker.desk.trial.head.seq
        actor = site.who("coordinator")
        everyone = site.worker.desk.trial.participants.values()
        women = [one.id for one in everyone if one.number and not one.withdrawals]
        cookies = [
            "; ".join(f"{key}={morsel.value}" for key, morsel in site.client(actor).cookies.items())
            for _ in range(USERS)
        ]
    print(f"  {entries} entries in the ledger, {len(women)} women randomised")
    (folder / "floor.py").write_text(FLOOR)
    floor = {"FLOOR": url or str(folder / "floor.sqlite3"), "PYTHONPATH": str(folder)}
    with served("floor:application", floor, folder) as port:
        times = Times()
        users = [User(port, "", (), times) for _ in range(USERS)]
        took = load(users, seconds / 2, User.row)
        print(*times.rows(took), sep="\n")
    with served("cicatrix.web.wsgi:application", {"CICATRIX_HOME": str(home)}, folder) as port:
        times = Times()
        users = [
            User(port, f"{cookies[n]}; csrftoken={TOKEN}", women[n::USERS], times)
            for n in range(USERS)
        ]
        for user in users:
            user.ask("first answer", "/")
        took = load(users, seconds, User.day)
        print(*times.rows(took), sep="\n")
        saves = Times()
        for user in users:
            user.times = saves
        took = load(users, seconds / 2, User.save)
        print("  form saves alone:", *saves.rows(took), sep="\n")


def main() -> None:
    """Measure both databases."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    participants = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
    django.setup()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(postgresql.database())
        measure(folder, url, seconds, participants)
        measure(folder, None, seconds, participants)


if __name__ == "__main__":
    main()
