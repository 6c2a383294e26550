"""A served page in the night: its clock, a telephone, and the list that nobody should see."""

import http.client
import re
import shutil
import threading
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urlencode

import pytest

from cicatrix.store.home import Home
from cicatrix.trial.ledger import read
from cicatrix_sealed.custody import situation
from cicatrix_sealed.page.opening import journal_in, open_desk
from cicatrix_sealed.page.serving import Server
from cicatrix_sealed.unsealing import slot_of

NIGHT = datetime(2027, 3, 2, 3, 0, tzinfo=UTC)
ARMS = ("quokka", "numbat", "bilby")
FORM = "application/x-www-form-urlencoded"


class Browser:
    """One telephone: it keeps cookies and fills in the form it was shown last."""

    def __init__(self, place):
        self.place, self.cookies, self.page = place, {}, ""

    def send(self, method, path, fields=None, **headers):
        connection = http.client.HTTPConnection(*self.place, timeout=30)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, **{k.replace("_", "-"): v for k, v in headers.items()}}
        body = None
        if fields is not None:
            body = urlencode(fields)
            headers.setdefault("Content-Type", FORM)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        self.headers = answer.headers
        self.page = unescape(answer.read().decode())
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        connection.close()
        return answer.status

    def hidden(self, name):
        """Read a hidden field of the page's own form; the first form may be the way out."""
        return (["", *re.findall(f'name="{name}" value="([^"]*)"', self.page)])[-1]

    def shown(self, kind):
        """List what is to be filled in or pressed on the page itself, but for the way out."""
        body = self.page.partition("<main>")[2]
        return re.findall(rf"<(?:{kind})\b(?![^>]*type=\"hidden\")[^>]*>", body)

    def sign_in(self, passphrase, user="custodian", at="/custody/"):
        self.cookies.clear()
        self.send("GET", at)
        fields = {"mark": self.hidden("mark"), "to": self.hidden("to")}
        fields |= {"user": user, "passphrase": passphrase}
        return self.send("POST", "/custody/sign-in", fields)

    def breaks(self, passphrase, number="002", told="Dr Ana", reason="A fever"):
        self.send("GET", "/custody/break")
        self.sent = {
            "ticket": self.hidden("ticket"),
            "number": number,
            "told": told,
            "reason": reason,
            "passphrase": passphrase,
        }
        return self.send("POST", "/custody/break", self.sent)

    def releases(self, passphrase, person="care_provider/nina", number="002"):
        self.send("GET", "/custody/release")
        fields = {"ticket": self.hidden("ticket"), "number": number, "person": person}
        return self.send("POST", "/custody/release", {**fields, "passphrase": passphrase})


class Night:
    """A served page, its clock, its home, and the list that nobody here should see."""

    def __init__(self, home, folder, passphrase):
        self.home, self.folder, self.now = home, folder, NIGHT
        self.arm = slot_of(situation(home), folder, passphrase, "002").arm

    @contextmanager
    def served(self):
        def clock():
            return self.now

        journal = journal_in(self.folder, clock)
        desk = open_desk(self.home.folder, self.folder, clock=clock, journal=journal, secure=False)
        server = Server(desk, "127.0.0.1", 0, None)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        self.server, self.place = server, server.server_address
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def phone(self):
        """Give a telephone that was never here before."""
        return Browser(self.place)

    def recorded(self, kind):
        """List the facts of a kind that are in the ledger."""
        facts = [read(line).fact for line in self.home.ledger.since()]
        return [fact for fact in facts if isinstance(fact, kind)]

    def silent(self, text):
        """Say whether a text names no arm at all."""
        return not any(arm in text for arm in ARMS)

    @property
    def journal(self):
        return (self.folder / "page.log").read_text()

    def everything_stored(self):
        """Read all that the home and the page keep, but for the study, which names every arm."""
        files = [*self.home.folder.rglob("*"), self.folder / "page.log"]
        kept = (path for path in files if path.is_file() and path.name != "study.yaml")
        return b"".join(path.read_bytes() for path in kept).decode("latin-1")


@pytest.fixture(scope="session")
def sealed_trial(found, make_list, tmp_path_factory):
    """Found a trial and seal its list, once for all tests that want the same."""
    made = {}

    def make(passphrases, threshold, **given):
        wanted = repr((passphrases, threshold, given))
        if wanted not in made:
            folder = made[wanted] = tmp_path_factory.mktemp("sealed")
            home = found(folder / "home", **given)
            make_list(home, folder / "custodian", *passphrases, threshold=threshold)
            home.close()
        return made[wanted]

    return make


@pytest.fixture
def a_night(sealed_trial, tmp_path, passphrase):
    """Serve the page of a trial whose list is sealed until the end of the block."""

    @contextmanager
    def served(passphrases=(passphrase,), threshold=1, **given):
        shutil.copytree(sealed_trial(passphrases, threshold, **given), tmp_path, dirs_exist_ok=True)
        home = Home.open(tmp_path / "home")
        with closing(home), Night(home, tmp_path / "custodian", passphrases[0]).served() as night:
            yield night

    return served


@pytest.fixture
def night(a_night, grant, randomise):
    """Serve a trial in which a care provider may know, and number 002 was given."""
    with a_night(unmasked=("care_provider",)) as night:
        grant(night.home, "nina", "care_provider", "foshan")
        grant(night.home, "ben", "rater", "foshan")
        randomise(night.home, "002")
        yield night


@pytest.fixture
def phone(night):
    return night.phone()


@pytest.fixture
def signed_in(phone, passphrase):
    assert phone.sign_in(passphrase) == 303
    return phone
