"""The custodian's desk: a home, a folder, passphrases and the program, as the commands meet them.

The homes are made once and copied for each test, for a passphrase takes a while by design.
"""

import json
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from typer.testing import CliRunner

from cicatrix.store.home import Home
from cicatrix.trial.ledger import read
from cicatrix.trial.reading import read_study
from cicatrix_sealed.beacon import draw_promise, written
from cicatrix_sealed.commands import given
from cicatrix_sealed.main import app

TODAY = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
OF_FOLDER = ("commit", "make", "break", "release", "open", "verify")


class Desk:
    """A folder with the home, the custodian's folder, Chen's two files and passphrases."""

    def __init__(self, folder):
        self.place = folder
        self.home, self.folder = folder / "home", folder / "custodian"
        self.secret, self.promise = folder / "chen.json", folder / "promise.json"
        self.passphrase = folder / "passphrase"

    def run(self, command, *more, folder=None, files=None, typed=None, home=None):
        """Run a command in this process; without `files` with the one passphrase."""
        words = [command, str(home or self.home)]
        if command in OF_FOLDER:
            words += ["--custodian", str(folder or self.folder)]
            for file in (self.passphrase,) if files is None else files:
                words += ["--passphrase-file", str(file)]
        return CliRunner().invoke(app, [*words, *map(str, more)], input=typed)

    def commit(self, *more, **named):
        return self.run("commit", "--beacon", f"second-party:{self.promise}", *more, **named)

    def make(self, *more, **named):
        return self.run("make", "--beacon", self.secret, *more, **named)

    def promise_anew(self, name):
        """Let Chen draw another promise: what was behind the first may be known."""
        self.secret, self.promise = (
            self.place / f"{name}-{kind}" for kind in ("secret", "promise")
        )
        words = ("--name", "Chen", "-o", self.secret, "--promise", self.promise)
        assert self.run("promise", *words).exit_code == 0

    def facts(self):
        with Home.open(self.home) as home:
            return [read(line).fact for line in home.ledger.since()]

    def lines(self):
        with Home.open(self.home) as home:
            return [line.text for line in home.ledger.since()]

    def files(self):
        return {
            str(path.relative_to(self.place)): path.read_bytes()
            for path in self.place.rglob("*")
            if path.is_file() and not path.is_relative_to(self.home)
        }

    def act(self, step, *more):
        """Do something with the open home, as somebody else would."""
        with Home.open(self.home) as home:
            return step(home, *more)

    def change(self, name, **changed):
        """Change a file of the folder as one who knows how its checksum is made."""
        path = self.folder / name
        document = json.loads(path.read_text()) | changed
        del document["checksum"]
        text = json.dumps(document, sort_keys=True, separators=(",", ":"))
        document["checksum"] = sha256(text.encode()).hexdigest()
        path.write_text(json.dumps(document, indent=1) + "\n")

    @contextmanager
    def losing_nothing(self):
        """Check that files and ledger are afterwards what they were before."""
        before = self.lines(), self.files()
        yield
        assert (self.lines(), self.files()) == before

    def copy(self, name):
        """Copy the custodian's folder, to change it."""
        shutil.copytree(self.folder, self.place / name)
        return self.place / name


def refused(run, *told):
    assert run.exit_code == 1, run.output
    assert run.stdout == ""
    assert len(run.stderr.splitlines()) == 1
    assert run.stderr.startswith("cicatrix-sealed: ")
    for words in told:
        assert words in run.stderr


@pytest.fixture(name="refused")
def refused_fixture():
    """Check that a command said one sentence, and did nothing else, with exit code 1."""
    return refused


@pytest.fixture(scope="session")
def laid(tmp_path_factory, found, passphrase):
    """Lay out a desk once: home, Chen's files, passphrase; nothing promised."""

    def lay(name, **study):
        desk = Desk(tmp_path_factory.mktemp(name))
        with found(desk.home, **study) as home:
            digest = read_study(home.study, file="study.yaml").digest
        chen = draw_promise(digest, "Chen", entropy=lambda size: bytes([7]) * size)
        desk.secret.write_text(written(chen))
        desk.promise.write_text(written(chen.promise()))
        desk.passphrase.touch(0o600)
        desk.passphrase.write_text(passphrase + "\n")
        return desk.place

    return lay


@pytest.fixture(scope="session")
def made_once(laid, make_list, cheaply):
    place = laid("made")
    with pytest.MonkeyPatch.context() as patch:
        cheaply(patch)
        _make(place, make_list)
    return place


def _make(place, make_list):
    with Home.open(place / "home") as home:
        make_list(home, place / "custodian")


@pytest.fixture(scope="session")
def promised_once(laid, cheaply):
    desk = Desk(laid("promised"))
    with pytest.MonkeyPatch.context() as patch:
        cheaply(patch)
        patch.setattr(given, "now", lambda: TODAY)
        assert desk.commit().exit_code == 0
    return desk.place


@pytest.fixture(autouse=True)
def today(monkeypatch, cheap_shares):
    monkeypatch.setattr(given, "now", lambda: TODAY)


@pytest.fixture
def new_desk(laid):
    """Lay out a desk of another home, of the same study or another one."""
    return lambda name, **study: Desk(laid(name, **study))


@pytest.fixture
def copied(tmp_path):
    def copy(place, name):
        shutil.copytree(place, tmp_path / name)
        return Desk(tmp_path / name)

    return copy


@pytest.fixture
def bare(laid, copied):
    """Give a desk before anything was promised."""
    return copied(laid("bare"), "bare")


@pytest.fixture
def promised(promised_once, copied):
    """Give a desk whose secret is promised and whose list is not made."""
    return copied(promised_once, "promised")


@pytest.fixture
def desk(made_once, copied):
    """Give a desk whose list is made."""
    return copied(made_once, "made")


@pytest.fixture
def other_files(tmp_path):
    """Write passphrases into files of their own."""

    def write(*passphrases):
        paths = [tmp_path / f"passphrase-{place}" for place in range(len(passphrases))]
        for path, passphrase in zip(paths, passphrases, strict=True):
            path.touch(0o600)
            path.write_text(passphrase + "\n", "utf-8")
        return paths

    return write
