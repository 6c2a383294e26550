"""Blobs in a bucket: the same promises as in a folder, against a server that speaks S3."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from cicatrix.store.home import Home
from cicatrix.store.s3 import Bucket
from cicatrix.trial.errors import Refused

PHOTOGRAPH = b"a photograph"
DIGEST = sha256(PHOTOGRAPH).hexdigest()
NUMBERS = count(1)


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "trial")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secretkey")


@pytest.fixture
def url(service: str) -> str:
    """Make a bucket for one test, as a person would beforehand, and give a place in it."""
    name = f"trial-{next(NUMBERS)}"
    client: Any = boto3.client("s3", endpoint_url=service, region_name="us-east-1")
    client.create_bucket(Bucket=name)
    client.close()
    return f"s3://{name}/trials/one?endpoint={service}&region=eu-west-1"


@pytest.fixture
def refusing() -> Iterator[Callable[[int], str]]:
    """Start services that answer every request with one status."""
    with ExitStack() as stack:

        def start(status: int) -> str:
            class Refusing(BaseHTTPRequestHandler):
                def do_GET(self) -> None:
                    self.send_response(status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

                def do_PUT(self) -> None:
                    self.do_GET()

                def log_message(self, *arguments: object) -> None:
                    pass

            server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Refusing))
            Thread(target=server.serve_forever).start()
            stack.callback(server.shutdown)
            return f"s3://bucket?endpoint=http://127.0.0.1:{server.server_port}"

        yield start


def test_what_is_put_is_given_back_and_is_where_its_digest_says(url: str) -> None:
    bucket = Bucket.at(url)
    assert bucket.put(PHOTOGRAPH) == bucket.put(PHOTOGRAPH) == DIGEST
    assert bucket.get(DIGEST) == PHOTOGRAPH
    kept = [entry["path"] for batch in bucket.store.list() for entry in batch]
    assert kept == [f"{DIGEST[:2]}/{DIGEST}"]


@pytest.mark.parametrize("size", [0, 1, 12_000_000])
def test_a_blob_of_any_size_is_given_back(url: str, size: int) -> None:
    content = (b"scar" * (size // 4 + 1))[:size]
    bucket = Bucket.at(url)
    assert bucket.get(bucket.put(content)) == content


def test_a_changed_blob_is_not_given_out_and_does_not_verify(url: str) -> None:
    bucket = Bucket.at(url)
    bucket.put(PHOTOGRAPH)
    bucket.put(b"a curve")
    bucket.verify()
    bucket.store.put(f"{DIGEST[:2]}/{DIGEST}", b"another photograph")
    for act in (lambda: bucket.get(DIGEST), bucket.verify):
        with pytest.raises(Refused, match=f"{DIGEST} was changed since it was kept"):
            act()


@pytest.mark.slow
def test_more_blobs_than_one_answer_lists_are_all_verified(url: str) -> None:
    bucket = Bucket.at(url)
    last = max(bucket.put(str(n).encode()) for n in range(1005))
    bucket.verify()
    bucket.store.put(f"{last[:2]}/{last}", b"another")
    with pytest.raises(Refused, match=f"{last} was changed"):
        bucket.verify()


def test_a_blob_that_is_not_there_is_named(url: str) -> None:
    with pytest.raises(Refused, match=f"does not hold the file {'0' * 64}"):
        Bucket.at(url).get("0" * 64)


@pytest.mark.parametrize("digest", ["", "../study.yaml", "A" * 64])
def test_only_a_digest_finds_a_blob(url: str, digest: str) -> None:
    with pytest.raises(Refused, match="64 hexadecimal digits"):
        Bucket.at(url).get(digest)


def test_other_files_in_the_bucket_are_left_alone(url: str) -> None:
    bucket = Bucket.at(url)
    bucket.store.put("notes.txt", b"mine")
    bucket.verify()


def test_a_bucket_that_is_not_there_is_told_and_the_home_not_made(
    service: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="does not exist; make it"):
        Home.create(tmp_path / "home", study=b"x", blobs=f"s3://absent?endpoint={service}")
    assert not (tmp_path / "home").exists()


def test_a_service_that_does_not_answer_is_told(tmp_path: Path) -> None:
    place = "s3://bucket?endpoint=http://127.0.0.1:1"
    for act in (
        lambda: Bucket.at(place).put(b"x"),
        lambda: Bucket.at(place).get(DIGEST),
        Bucket.at(place).verify,
        lambda: Home.create(tmp_path / "home", study=b"x", blobs=place),
    ):
        with pytest.raises(Refused, match="does not answer; see that the service runs"):
            act()
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("status", [401, 403])
def test_credentials_that_are_refused_are_told_and_not_quoted(
    refusing: Callable[[int], str], status: int
) -> None:
    bucket = Bucket.at(refusing(status))
    for act in (lambda: bucket.put(b"x"), lambda: bucket.get(DIGEST), bucket.verify):
        with pytest.raises(Refused, match="refuses the credentials") as caught:
            act()
        assert "secretkey" not in str(caught.value)


def test_a_bucket_that_is_not_there_is_told_on_verifying(service: str) -> None:
    with pytest.raises(Refused, match="does not exist; make it"):
        Bucket.at(f"s3://absent?endpoint={service}").verify()


def test_a_service_in_trouble_is_told(refusing: Callable[[int], str]) -> None:
    with pytest.raises(Refused, match="does not answer"):
        Bucket.at(refusing(500)).put(b"x")


@pytest.mark.parametrize(
    "place",
    [
        "", "bucket", "https://bucket/x", "s3://", "s3:///x", "s3://b?endpoint=host",
        "s3://b?endpoint=ftp://h", "s3://b?endpoint=https://k:s@h", "s3://key:secret@b/x",
        "s3://b?colour=red", "s3://b?region", "s3://b:1/x", "s3://[b/x", "s3://b/x#y",
    ],
)  # fmt: skip
def test_a_place_that_is_no_bucket_is_refused_and_quotes_no_secret(
    tmp_path: Path, place: str
) -> None:
    with pytest.raises(Refused, match="not the URL of a bucket") as caught:
        Home.create(tmp_path / "home", study=b"", blobs=place)
    assert "secret" not in str(caught.value)
    assert not (tmp_path / "home").exists()


def test_photographs_travel_with_tls_or_not_at_all() -> None:
    with pytest.raises(Refused, match="has no TLS"):
        Bucket.at("s3://b?endpoint=http://storage.example.org")
    Bucket.at("s3://b?endpoint=https://storage.example.org")


def test_a_home_keeps_its_blobs_in_the_bucket_it_names(url: str, tmp_path: Path) -> None:
    with Home.create(tmp_path / "home", study=b"id: x\n", blobs=url) as home:
        home.blobs.put(PHOTOGRAPH)
        assert list((tmp_path / "home/blobs").iterdir()) == []
    with Home.open(tmp_path / "home") as again:
        assert again.blobs.get(DIGEST) == PHOTOGRAPH
        assert again.blobs.get(sha256(b"id: x\n").hexdigest()) == b"id: x\n"
        again.verify()
        Bucket.at(url).store.put(f"{DIGEST[:2]}/{DIGEST}", b"another")
        with pytest.raises(Refused, match="was changed since it was kept"):
            again.verify()
    written = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*.url"))
    assert b"secretkey" not in written


@pytest.mark.parametrize("content", [b"\xff", b"mysql://x"])
def test_a_home_whose_bucket_is_named_wrongly_is_told(tmp_path: Path, content: bytes) -> None:
    Home.create(tmp_path / "home", study=b"").close()
    (tmp_path / "home/blobs.url").write_bytes(content)
    with pytest.raises(Refused, match=r"blobs\.url is not UTF-8|not the URL of a bucket"):
        Home.open(tmp_path / "home")
