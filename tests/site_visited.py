"""A trial home as people visit it: clients that are signed in, on a copy of a rehearsed clinic.

The originals are made once a session and copied for each test: a folder on SQLite, a database from
a template on PostgreSQL. Whoever holds a role in the ledger can be signed in by name.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.core import mail
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.test.utils import setup_test_environment

import postgresql
from cicatrix.store.home import accounts_of
from cicatrix.trial.actions.people import grant_role
from cicatrix.trial.roles import Actor
from clinic import clinic

if TYPE_CHECKING:
    from cicatrix.web.models import Account
    from cicatrix.web.worker import Worker


def point(folder: Path) -> None:
    """Let Django's accounts be those of one home."""
    from cicatrix.store.database import configuration

    full = connections.configure_settings({"default": configuration(accounts_of(folder))})
    connections["default"].close()
    connections.databases["default"] = full["default"]
    del connections["default"]


def migrated(folder: Path) -> None:
    """Make the tables of a home's accounts."""
    point(folder)
    call_command("migrate", database="default", verbosity=0, interactive=False)
    connections.close_all()


@dataclass
class Original:
    """Homes that are copied and never visited themselves."""

    folder: Path
    database: str
    stack: ExitStack
    made: dict[str, Path] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)

    def home(self, study: str) -> Path:
        """Make the original of a study, once."""
        if study not in self.made:
            folder = self.folder / study
            url = None
            if self.database == "postgresql":
                url = self.urls[study] = self.stack.enter_context(postgresql.database())
            clinic(folder, study, database=url)
            migrated(folder)
            self.made[study] = folder
        return self.made[study]

    @contextmanager
    def copy(self, study: str, to: Path) -> Iterator[Path]:
        """Copy the original of a study for one test."""
        home = self.home(study)
        shutil.copytree(home, to)
        with ExitStack() as stack:
            if self.database == "postgresql":
                url = stack.enter_context(postgresql.database(template=self.urls[study]))
                (to / "database.url").write_text(url)
            yield to
            connections.close_all()


@contextmanager
def original(folder: Path, database: str) -> Iterator[Original]:
    """Keep originals for a session; mail goes to an outbox, and the host may be `testserver`."""
    django.setup()
    if not hasattr(mail, "outbox"):
        setup_test_environment()
    with ExitStack() as stack:
        yield Original(folder, database, stack)


@dataclass
class Site:
    """One home that is visited."""

    folder: Path
    worker: "Worker"

    def who(self, role: str, nth: int = 0, site: str | None = None) -> Actor:
        """Find the nth person who holds a role, at a site if one is named."""
        return [one for one in self.holders(role) if site in (None, one.site)][nth]

    def holders(self, role: str) -> list[Actor]:
        """List everybody who holds a role."""
        return [
            Actor(user, one, at)
            for user, roles in sorted(self.worker.desk.trial.roles.items())
            for one, at in sorted(roles, key=str)
            if one == role
        ]

    def give(self, user: str, role: str, site: str | None = None) -> Actor:
        """Let somebody act in a role."""
        self.worker.act(self.who("administrator"), grant_role, user=user, role=role, site=site)
        return Actor(user, role, site)

    def furnish(self) -> None:
        """Leave at each site what a rehearsal leaves none of: a photograph and kits destroyed."""
        from cicatrix.trial.actions.photographs import take_photograph
        from cicatrix.trial.actions.returns import destroy_kits
        from cicatrix.web import photographs

        trial, study = self.worker.desk.trial, self.worker.desk.study
        for coordinator in self.holders("coordinator"):
            site = coordinator.site or ""
            today = self.worker.seen_by(coordinator).today(site)
            her = next(
                one
                for one in trial.participants.values()
                if one.site == site
                and one.kits
                and one.id in trial.roles
                and photographs.are_allowed(study, one)
            )
            for taker in (coordinator, Actor(her.id, "participant", site)):
                sealed = photographs.seal(her, _picture(taker.role))
                photographs.keep(sealed)
                self.worker.act(
                    taker, take_photograph, participant=her.id, visit=None, region=None,
                    digest=sealed.digest, media_type="image/jpeg", on=today,
                )  # fmt: skip
            ends = ("returned", "expired", "condemned")
            gone = [name for name, kit in trial.stock.at(site).items() if kit.place(today) in ends]
            self.worker.act(coordinator, destroy_kits, site=site, kits=tuple(gone[:2]))

    def client(self, actor: Actor) -> Client:
        """Sign somebody in, in one of the roles that he or she holds: all that is asked is done."""
        from cicatrix.trial.actions.training import complete_training
        from cicatrix.web.access.standing import ROLE, is_trained, key_of

        account = self.account(actor.user)
        trial = self.worker.desk.trial
        if not (trial.rehearsal or actor.role == "participant" or is_trained(actor, trial)):
            self.worker.act(actor, complete_training)
        client = Client()
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session[ROLE] = key_of(actor)
        session.save()
        return client

    def account(self, user: str) -> "Account":
        """Give somebody an account with the password of a rehearsal, and codes to staff."""
        from cicatrix.web.access import rehearsal

        with _as_rehearsed(self.worker):
            return rehearsal.open_to(user, self.worker)

    def signature(self, actor: Actor) -> dict[str, str]:
        """Give what a form that signs carries: the password and a code, never used up."""
        from django.core.cache import cache

        from cicatrix.web.access import rehearsal

        cache.clear()
        with _as_rehearsed(self.worker):
            code = rehearsal.code_for(self.account(actor.user), self.worker)
        return {"password": rehearsal.PASSWORD, "code": code}


def _picture(role: str) -> bytes:
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (60, 40), (200, 40, ord(role[0]))).save(out, "JPEG")
    return out.getvalue()


@contextmanager
def _as_rehearsed(worker: "Worker") -> Iterator[None]:
    """Let a real home's accounts be made in the quick way of a rehearsal."""
    before = worker.desk.trial.rehearsal
    worker.desk.trial.rehearsal = True
    try:
        yield
    finally:
        worker.desk.trial.rehearsal = before


@contextmanager
def visited(folder: Path) -> Iterator[Site]:
    """Open a home as the server does."""
    from cicatrix.web.worker import working

    point(folder)
    with working(folder) as worker:
        yield Site(folder, worker)
    connections.close_all()
