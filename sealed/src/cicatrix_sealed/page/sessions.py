"""Who is signed in at the page, which forms are still unsent, and how often someone guessed.

A session knows a user's name and no passphrase: each act asks for it again. It lives in memory
alone and ends with the process. A form carries a ticket that counts once, so that a forged form,
a second tap and a reload do nothing. Nothing here looks at a clock: `now` is an argument.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

IDLE = timedelta(minutes=10)
LONGEST = timedelta(hours=1)
TRIES = 5
SHUT_FOR = timedelta(minutes=15)
_TICKETS = 64
"""Forms of one session that may lie open at once; of older ones it is known that they are old."""

Ticket = Literal["open", "used", "unknown"]


@dataclass(slots=True)
class Session:
    """One signed-in user, the tickets of forms shown and of those sent, and wrong passphrases."""

    user: str
    began: datetime
    seen: datetime
    open: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    wrong: int = 0

    def issue(self, entropy: Callable[[int], bytes]) -> str:
        """Give a ticket for one page with a form."""
        ticket = entropy(16).hex()
        self.open = [*self.open, ticket][-_TICKETS:]
        return ticket

    def take(self, ticket: str) -> Ticket:
        """Use a ticket up and say what it was."""
        if ticket in self.used:
            return "used"
        if ticket not in self.open:
            return "unknown"
        self.open.remove(ticket)
        self.used.add(ticket)
        return "open"

    def over(self, now: datetime) -> bool:
        """Say whether it was idle too long, or lasted too long."""
        return now - self.seen >= IDLE or now - self.began >= LONGEST


@dataclass(slots=True)
class Sessions:
    """The sessions by the digest of their cookie, and the wrong tries at the door.

    Wrong tries at the door are counted for the page as a whole: whoever guesses can change the
    user's name too. No sign-in takes them back, or one custodian could guess another's passphrase
    for ever; a quarter of an hour without one does. Who is signed in already is not disturbed by
    them; his own are his session's.
    """

    entropy: Callable[[int], bytes]
    held: dict[bytes, Session] = field(default_factory=dict)
    wrong: int = 0
    guessed_at: datetime | None = None
    shut_until: datetime | None = None
    _key: bytes = b""

    def begin(self, user: str, *, now: datetime) -> str:
        """Sign a user in and return the cookie's value."""
        cookie = self.entropy(32).hex()
        self.held[_digest(cookie)] = Session(user, now, now)
        return cookie

    def find(self, cookie: str, *, now: datetime) -> Session | None:
        """Find the session of a cookie and note that it is in use."""
        self.forget_idle(now=now)
        found = self.held.get(_digest(cookie))
        if found is not None:
            found.seen = now
        return found

    def end(self, cookie: str) -> None:
        """Sign out."""
        self.held.pop(_digest(cookie), None)

    def forget_idle(self, *, now: datetime) -> None:
        """End every session that is over."""
        self.held = {digest: one for digest, one in self.held.items() if not one.over(now)}

    def shut(self, *, now: datetime) -> bool:
        """Say whether the door is shut after too many wrong tries."""
        if self.shut_until is not None and now >= self.shut_until:
            self.shut_until = None
            self.wrong = 0
        return self.shut_until is not None

    def guessed(self, session: Session | None, *, now: datetime) -> int:
        """Count a wrong try, at the door or in a session, and return how many are left.

        At none the door is shut, and the session over that guessed.
        """
        if session is None:
            if self.guessed_at is not None and now - self.guessed_at >= SHUT_FOR:
                self.wrong = 0
            self.guessed_at = now
            self.wrong += 1
            left = TRIES - self.wrong
        else:
            session.wrong += 1
            left = TRIES - session.wrong
        if left <= 0:
            self.shut_until = now + SHUT_FOR
            self.held = {digest: one for digest, one in self.held.items() if one is not session}
        return left

    def mark(self, visitor: str) -> str:
        """Give what the sign-in form must bring back from the visitor with this cookie."""
        self._key = self._key or self.entropy(32)
        return hmac.digest(self._key, visitor.encode(), "sha256").hex()

    def marked(self, visitor: str, mark: str) -> bool:
        """Say whether a sign-in form was given to the visitor who sends it."""
        return bool(visitor) and hmac.compare_digest(self.mark(visitor).encode(), mark.encode())


def _digest(cookie: str) -> bytes:
    return sha256(cookie.encode()).digest()
