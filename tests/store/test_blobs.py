"""Blobs are kept once, found by digest, and never given out changed."""

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cicatrix.store.blobs import Blobs
from cicatrix.trial.errors import Refused


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.binary(max_size=200))
def test_what_is_put_is_given_back(tmp_path: Path, content: bytes) -> None:
    blobs = Blobs(tmp_path)
    digest = blobs.put(content)
    assert digest == sha256(content).hexdigest()
    assert blobs.get(digest) == content


def test_the_same_content_is_kept_once_and_leaves_nothing_else(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    digest = blobs.put(b"a photograph")
    assert blobs.put(b"a photograph") == digest
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [
        tmp_path / digest[:2] / digest
    ]


def test_a_changed_blob_is_not_given_out(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    digest = blobs.put(b"a photograph")
    (tmp_path / digest[:2] / digest).write_bytes(b"another photograph")
    with pytest.raises(Refused, match="was changed since it was kept"):
        blobs.get(digest)


def test_every_blob_is_checked_and_the_changed_one_named(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    digest, other = blobs.put(b"a photograph"), blobs.put(b"a curve")
    blobs.verify()
    (tmp_path / other[:2] / other).write_bytes(b"another curve")
    with pytest.raises(Refused, match=f"{other} was changed since it was kept"):
        blobs.verify()
    (tmp_path / other[:2] / other).unlink()
    (tmp_path / digest[:2] / digest).unlink()
    (tmp_path / digest[:2] / digest).mkdir()
    with pytest.raises(Refused, match=f"{digest} cannot be read"):
        blobs.verify()


def test_a_blob_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=f"{'0' * 64} is not in this trial home"):
        Blobs(tmp_path).get("0" * 64)


@pytest.mark.parametrize("digest", ["", "../study.yaml", "0" * 63, "G" * 64, "A" * 64])
def test_only_a_digest_finds_a_blob(tmp_path: Path, digest: str) -> None:
    with pytest.raises(Refused, match="64 hexadecimal digits"):
        Blobs(tmp_path).get(digest)


def test_a_write_that_fails_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cicatrix.store.blobs.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        Blobs(tmp_path).put(b"a photograph")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
