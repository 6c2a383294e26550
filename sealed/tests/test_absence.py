"""No arm before opening: not in database, backup, export, log, output or the server's memory.

A list is made by the custodian's own program; a server process holds the home open, acts in it
and is looked into while it lives. What is looked for is searching.py's; every search is shown to
find what it looks for where it is put.
"""

import base64
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

import postgresql
from cicatrix.store.home import Home
from cicatrix.trial.allocation import OpenedList, write_opened
from cicatrix.trial.commitment import prefixed
from cicatrix_sealed.custodians import open_share, shares_in
from cicatrix_sealed.custody import situation
from cicatrix_sealed.generator import SEED_BYTES
from cicatrix_sealed.keys import Derivation, procedure_key, slot_key
from cicatrix_sealed.unsealing import opened_of, secrets_of
from randomiser import PEOPLE, TINY
from searching import Known, files_in, memory_of

pytestmark = pytest.mark.slow

WORDS = {
    "gel": "quokkaquokkaquokka", "placebo": "numbatnumbatnumbat",
    "active": "wallabywallabywall", "plain": "bandicootbandicoot",
    "Gel": "Thylacinethylacine", "Placebo": "Potoroopotoroopoto",
    "Active": "Bettongbettongbett", "Plain": "Quollquollquollquo",
}  # fmt: skip
ARMS = (("gel", "active", "Gel", "Active"), ("placebo", "plain", "Placebo", "Plain"))
NAMES = {WORDS[arm]: tuple(WORDS[word] for word in (arm, *more)) for arm, *more in ARMS}
"""Each arm with all that tells it: its label, what its tubes hold and that content's label."""

PASSPHRASES = ("nine scars, healed early", "a lamp beside the window", "grey rain on slate roofs")
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": "1"}

SERVER = """
import logging, sys
from pathlib import Path
logging.basicConfig(level=1)
from django.db import connections
from cicatrix.store.desk import open_desk
from cicatrix.cli.export import bundle_of
from cicatrix.exchange.registry import registry_record, write_record
from cicatrix.exchange.stock import write_stock
from cicatrix.trial.actions.supply import dispense_kit, receive_kits
from randomiser import CROWD, PAUL, admit, attempt, do
from cicatrix.trial.roles import Actor

kept = []
with open_desk(Path(sys.argv[1])) as desk:
    logging.getLogger("django").setLevel(1)
    logging.getLogger("django.db.backends").setLevel(1)
    connections[desk.home.ledger.alias].force_debug_cursor = True
    custodian = Actor("custodian", "pharmacist")
    print("ready", flush=True)
    for line in sys.stdin:
        what, _, given = line.rstrip().partition(" ")
        if what == "treat":
            for woman in admit(desk, women=4):
                number = attempt(desk, CROWD[0], woman)
                slots = desk.trial.list.slots["all"]
                kits = next(slot.kits for slot in slots if slot.number == number)
                do(desk, receive_kits, custodian, site="here", kits=kits)
                do(desk, dispense_kit, custodian, participant=woman, kit=kits[0])
        elif what == "export":
            desk.catch_up()
            desk.home.checkpoint(now=desk.now())
            texts = {
                "registry": write_record(registry_record(desk.study, desk.trial)),
                "stock": write_stock(desk.study, desk.trial, now=desk.now()),
                "bundle": bundle_of(desk, None),
            }
            for name, text in texts.items():
                (Path(given) / name).write_text(text)
            kept.append((desk.trial, texts))
        elif what == "read":
            kept.append(Path(given).read_text())
        assert "cicatrix_sealed" not in sys.modules
        print("ready", flush=True)
"""


@dataclass(frozen=True)
class Place:
    """All that is on the disk: the home, what commands said, and the custodian's own apart."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def custodian(self) -> Path:
        return self.folder / "custodian"

    @property
    def said(self) -> Path:
        """Everything that commands and the server wrote for anyone to see."""
        return self.folder / "said"

    def run(self, module: str, command: str, *more: object, hidden: bool = False) -> None:
        """Run a command and keep what it says; `hidden` is what the custodian alone is shown."""
        program = f"from {module}.main import app; app()"
        words = [sys.executable, "-c", program, command, str(self.home), *map(str, more)]
        done = subprocess.run(words, capture_output=True, text=True, env=ENVIRONMENT, check=False)
        assert done.returncode == 0, done.stderr
        (self.said / f"{command}.err").write_text(done.stderr)
        if not hidden:
            (self.said / f"{command}.out").write_text(done.stdout)

    def own(self, command: str, *more: object, phrases: int = 1, hidden: bool = False) -> None:
        """Run the custodian's program with so many passphrases."""
        files = [
            word
            for n in range(phrases)
            for word in ("--passphrase-file", self.folder / f"secrets/passphrase{n}")
        ]
        where = ("--custodian", self.custodian)
        self.run("cicatrix_sealed", command, *where, *more, *files, hidden=hidden)

    def made(self, database: str | None) -> None:
        """Make the home and its list, by the programs that a person would run."""
        for name in ("said", "secrets", "exports"):
            (self.folder / name).mkdir()
        text = TINY.read_text()
        for word, name in WORDS.items():
            text = re.sub(rf"\b{word}\b", name, text)
        (self.folder / "study.yaml").write_text(text)
        for n, phrase in enumerate(PASSPHRASES):
            (self.folder / f"secrets/passphrase{n}").write_text(f"{phrase}\n")
        people = [
            word
            for one in PEOPLE
            for word in ("--grant", ":".join(filter(None, (one.user, one.role, one.site))))
        ]
        place = () if database is None else ("--database", database)
        self.run("cicatrix.cli", "create", self.folder / "study.yaml", *people, *place)
        chen, promise = self.folder / "secrets/chen.json", self.folder / "promise.json"
        self.run("cicatrix_sealed", "promise", "--name", "Chen", "-o", chen, "--promise", promise)
        self.own(
            "commit", "--beacon", f"second-party:{promise}", "--slots", 48, "--block-sizes",
            "10,14,22", "--custodians", 3, "--threshold", 2, phrases=3,
        )  # fmt: skip
        self.own("make", "--beacon", chen, phrases=2)
        self.own("verify", phrases=2)

    @cached_property
    def opened(self) -> OpenedList:
        with Home.open(self.home) as home:
            return opened_of(situation(home), self.custodian, PASSPHRASES[:2])

    @cached_property
    def known(self) -> Known:
        """Open everything that the custodian has, to know what to look for."""
        opened = self.opened
        with Home.open(self.home) as home:
            secrets = secrets_of(situation(home), self.custodian, PASSPHRASES[:2])
        shares = [open_share(shares_in(self.custodian), phrase) for phrase in PASSPHRASES]
        drawn = secrets.secret + bytes.fromhex(str(opened.beacon["randomness"]))
        seed = prefixed(b"cicatrix/seed/1", b"all")
        keys = Derivation(secrets.emergency_key, opened.study_digest)
        hidden = procedure_key(opened.study_digest, secret=secrets.secret, nonce=secrets.nonce)
        return Known(
            secrets={
                "secret": secrets.secret,
                "nonce": secrets.nonce,
                "emergency key": secrets.emergency_key,
                "procedure key": hidden,
                "seed": Derivation(drawn, opened.study_digest).derive(seed, SEED_BYTES),
                **{f"share {one.number}": one.part for one in shares},
                **{f"nonce of {one.number}": bytes.fromhex(one.nonce) for one in opened.slots},
                **{f"key of {one.number}": slot_key(keys, one.number) for one in opened.slots},
            },
            words={
                **{f"passphrase {n}": phrase for n, phrase in enumerate(PASSPHRASES)},
                "block sizes": "[10,14,22]",
                "block sizes again": "[10, 14, 22]",
            },
            arms=tuple(one.arm for one in opened.slots),
            links={
                name: NAMES[one.arm] for one in opened.slots for name in (one.number, *one.kits)
            },
        )


class Server:
    """A process that holds the home open, as a server would, and does what it is told."""

    def __init__(self, home: Path, log: Path, stack: ExitStack) -> None:
        self._process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-c", SERVER, str(home)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stack.enter_context(log.open("w")),
                text=True,
                env=ENVIRONMENT,
            )
        )
        stack.callback(self._process.kill)
        self.process = self._process.pid
        self._done()

    def tell(self, what: str, given: object = "") -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what} {given}\n")
        self._process.stdin.flush()
        self._done()

    def _done(self) -> None:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str | None]:
    if request.param == "sqlite":
        yield None
    else:
        with postgresql.database() as url:
            yield url


@pytest.fixture(scope="module")
def place(database: str | None, tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = Place(tmp_path_factory.mktemp("absence"))
    made.made(database)
    return made


@pytest.fixture(scope="module")
def server(place: Place) -> Iterator[Server]:
    """A server in a trial with four women treated, a code broken and an allocation released."""
    with ExitStack() as stack:
        serving = Server(place.home, place.said / "server.log", stack)
        serving.tell("treat")
        number = place.opened.slots[0].number
        told = ("--number", number, "--reason", "A fever", "--told", "ana0")
        place.own("break", *told, hidden=True)
        told = ("--number", number, "--to", "custodian", "--role", "pharmacist")
        place.own("release", *told, hidden=True)
        serving.tell("export", place.folder / "exports")
        yield serving


def found_in(known: Known, folder: Path) -> dict[str, set[str]]:
    return {name: found for name, text in files_in(folder) if (found := known.found_in(text))}


def test_the_home_holds_no_arm_while_it_is_served(place, server, database):
    files = dict(files_in(place.home))
    if database is None:
        assert {"trial.sqlite3", "trial.sqlite3-wal", "trial.sqlite3-shm"} <= set(files)
        whole = files["trial.sqlite3"] + files["trial.sqlite3-wal"]
        assert b"CodeBroken" in whole
        assert b"AllocationReleased" in whole
    assert WORDS["gel"].encode() in files["study.yaml"]
    assert found_in(place.known, place.home) == {}


def test_a_backup_holds_no_arm(place, server, database, tmp_path):
    if database is None:
        with (
            closing(sqlite3.connect(place.home / "trial.sqlite3")) as source,
            closing(sqlite3.connect(tmp_path / "backup.sqlite3")) as target,
        ):
            source.backup(target)
    else:
        import psycopg

        with psycopg.connect(database) as held:
            tables = held.execute(
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
                "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            ).fetchall()
            assert ("public.line",) in tables
            for (table,) in tables:
                with held.cursor().copy(f"COPY {table} TO STDOUT") as rows:
                    (tmp_path / f"{table}.dump").write_bytes(b"".join(map(bytes, rows)))
    shutil.copytree(place.home, tmp_path / "copied")
    kept = b"".join(text for _, text in files_in(tmp_path))
    assert kept.count(b"CodeBroken") >= 1
    assert place.opened.slots[47].kits[0].encode() in kept
    assert found_in(place.known, tmp_path) == {}


def test_exports_hold_no_arm_of_anyone(place, server):
    exports = dict(files_in(place.folder / "exports"))
    assert set(exports) == {"registry", "stock", "bundle"}
    assert WORDS["Gel"].encode() in exports["registry"]
    assert place.opened.slots[0].kits[0].encode() in exports["stock"]
    assert found_in(place.known, place.folder / "exports") == {}


def test_no_command_and_no_log_says_an_arm_however_much_is_logged(place, server):
    log = (place.said / "server.log").read_text()
    assert "INSERT INTO line" in log
    assert "Randomised" in log
    assert {"make.out", "commit.out", "verify.out", "break.err"} <= set(os.listdir(place.said))
    assert found_in(place.known, place.said) == {}


def test_what_the_custodian_publishes_and_keeps_sealed_tells_no_arm(place, server):
    kept = found_in(place.known, place.custodian)
    assert kept == {"packing.csv": {"a number beside its arm"}}


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="This system has no /proc")
def test_the_servers_memory_holds_no_arm_and_would_be_seen_to(place, server):
    def searched() -> set[str]:
        return set().union(*(place.known.found_in(part) for part in memory_of(server.process)))

    image = b"".join(memory_of(server.process))
    assert WORDS["gel"].encode() in image
    assert place.opened.slots[47].kits[0].encode() in image
    assert place.opened.slots[47].number.encode() in image
    del image
    assert searched() == set()
    own = place.folder / "secrets"
    (own / "allocation.json").write_text(write_opened(place.opened))
    (own / "arms").write_text(" ".join(place.known.arms))
    for path in (place.custodian / "packing.csv", *sorted(own.iterdir())):
        server.tell("read", path)
    seen = {"a number beside its arm", "arms in order", "passphrase 1", "secret"}
    assert searched() >= seen | {f"nonce of {one.number}" for one in place.opened.slots}


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "raw": bytes,
    "hex": lambda secret: secret.hex().encode(),
    "capital hex": lambda secret: secret.hex().upper().encode(),
    "hex of two octets each": lambda secret: secret.hex().encode("utf-16-le"),
    "base64": base64.b64encode,
    "base64 for addresses": base64.urlsafe_b64encode,
    "base64 after an octet": lambda secret: base64.b64encode(b"x" + secret),
    "base64 after two octets": lambda secret: base64.b64encode(b"xx" + secret),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_found_in_any_form(place, form):
    for name, secret in place.known.secrets.items():
        assert place.known.found_in(bytes(99) + FORMS[form](secret) + bytes(99)) == {name}
        assert place.known.found_in(FORMS[form](secret[2:])) == set()


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_a_link_an_order_and_a_word_are_found_in_any_width(place, codec):
    slot = place.opened.slots[0]
    number, kit = slot.number, slot.kits[1]
    arm, content, label, _ = NAMES[slot.arm]
    other = next(one for one in NAMES if one != arm)
    link = {"a number beside its arm"}
    first = min(one.arm for one in place.opened.slots)
    digits = "".join(str(int(one.arm != first)) for one in place.opened.slots)
    for text, found in (
        (f"{kit},1,{content}", link),
        (f"Number {number}: {arm} ({label})", link),
        (f'{{"number": "{number}", "arm": "{arm}"}}', link),
        (f'{{"{label}": {{"numbers": ["{number}"]}}}}', link),
        (f"{label}{' ' * 150}{number}", link),
        (f"{label}{' ' * 250}{number}", set()),
        (f"{label}}}{number}", set()),
        (f"{kit},1,{other}", set()),
        (f"{label} HERE-{number} {number}9", set()),
        (f"{label}\x01{number}", set()),
        (", ".join(one.arm for one in place.opened.slots), {"arms in order"}),
        (",".join(digits), {"arms in order"}),
        (digits[:-1], set()),
        (PASSPHRASES[2], {"passphrase 2"}),
    ):
        assert place.known.found_in(f"{text} ".encode(codec)) == found, text
