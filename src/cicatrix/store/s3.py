"""Blobs in a bucket of an S3-compatible service, in place of the home's folder of blobs.

The same as blobs.py in all else: kept once, found by digest, given out unchanged or not at all.
Where the bucket is says the home's `blobs.url`; the credentials are in the environment, as for any
tool of AWS, and never in a home. How to set one up is docs/how-to/deploy.md.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from urllib.parse import parse_qsl, unquote, urlsplit

from obstore.exceptions import BaseError
from obstore.store import S3Store

from cicatrix.store.blobs import check_digest, check_unchanged
from cicatrix.trial.errors import Refused

_OPTIONS = {"endpoint", "region"}
_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
_PATIENCE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Bucket:
    """The blobs of one trial home, in one bucket."""

    url: str
    store: S3Store

    @classmethod
    def at(cls, url: str) -> "Bucket":
        """Take s3://bucket/prefix?endpoint=…&region=…; ask nothing of the service yet."""
        try:
            parts = urlsplit(url)
            options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
            if parts.scheme != "s3" or not parts.hostname or set(options) - _OPTIONS:
                raise ValueError(url)
            if parts.username is not None or parts.port is not None or parts.fragment:
                raise ValueError(url)
            bare = _is_bare(options.get("endpoint"))
        except ValueError:
            raise Refused(
                "blobs",
                "The place of the blobs is not the URL of a bucket; write it as "
                "s3://bucket/prefix?endpoint=https://host&region=name, with the credentials in "
                "the environment.",
            ) from None
        store = S3Store(
            parts.netloc,
            prefix=unquote(parts.path.strip("/")) or None,
            endpoint=options.get("endpoint"),
            region=options.get("region", "us-east-1"),
            checksum_algorithm="SHA256",
            client_options={"allow_http": bare, "connect_timeout": "5s", "timeout": "60s"},
            retry_config={"max_retries": 3, "retry_timeout": _PATIENCE},
        )
        return cls(url, store)

    def put(self, content: bytes) -> str:
        """Keep `content` and return its digest once the service has acknowledged all of it."""
        digest = sha256(content).hexdigest()
        with self._answering():
            self.store.put(_path(digest), content)
        return digest

    def get(self, digest: str) -> bytes:
        """Give the content of a blob, checked against its digest."""
        check_digest(digest)
        with self._answering(digest):
            content = bytes(self.store.get(_path(digest)).bytes())
        return check_unchanged(digest, content)

    def verify(self) -> None:
        """Check every blob that is there against the digest it is named by."""
        with self._answering():
            paths = sorted(entry["path"] for batch in self.store.list() for entry in batch)
        for path in paths:
            name = path.rpartition("/")[2]
            if len(name) == 64 and path == _path(name):
                self.get(name)

    @contextmanager
    def _answering(self, digest: str = "") -> Iterator[None]:
        """Tell what the service answers; its own words are left out: they may quote keys."""
        try:
            yield
        except (BaseError, OSError) as problem:
            said = _said(problem, digest)
        else:
            return
        raise Refused("blobs", f"The bucket for blobs {self.url} {said}.")


def _said(problem: BaseError | OSError, digest: str) -> str:
    # What a listing meets is told by its text alone, as a general error.
    status = re.search(r"status code: (\d+)", str(problem))
    match status[1] if status else "":
        case "401" | "403":
            return (
                "refuses the credentials or their rights; set AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY of a user who may read, write and list there"
            )
        case "404" if digest:
            return f"does not hold the file {digest}; restore it from a copy"
        case "404":
            return "does not exist; make it, or correct the address"
    return "does not answer; see that the service runs and that the address is right"


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest}"


def _is_bare(endpoint: str | None) -> bool:
    """Say whether a service is spoken to without TLS, which is for this machine alone."""
    if endpoint is None:
        return False
    parts = urlsplit(endpoint)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        raise ValueError(endpoint)
    if parts.scheme == "http" and parts.hostname not in _THIS_MACHINE:
        raise Refused(
            "blobs",
            f"The bucket's endpoint {endpoint} has no TLS, and photographs are personal: use "
            "https, or an endpoint on this machine.",
        )
    return parts.scheme == "http"
