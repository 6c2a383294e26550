"""A home's keys: made once, the same ever after, and nobody else's."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Barrier

import pytest

from cicatrix.store.keys import home_key
from cicatrix.trial.errors import Refused


def test_a_key_is_made_on_first_use_and_is_the_same_ever_after(tmp_path: Path) -> None:
    first = home_key(tmp_path, "sessions")
    assert len(first) == 32
    assert home_key(tmp_path, "sessions") == first
    assert home_key(tmp_path, "contacts") != first
    assert {path.name for path in (tmp_path / "keys").iterdir()} == {"sessions", "contacts"}


def test_keys_are_their_owners_alone(tmp_path: Path) -> None:
    home_key(tmp_path, "sessions")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("keys", "keys/sessions")]
    assert modes == [0o700, 0o600]


def test_many_who_make_a_key_at_once_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = Barrier(8)

    def drawn(count: int) -> bytes:
        together.wait(timeout=20)
        return os.urandom(count)

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(home_key, tmp_path, "sessions", entropy=drawn) for _ in range(8)]
        keys = {one.result() for one in asked}
    assert keys == {home_key(tmp_path, "sessions")}
    assert len(list((tmp_path / "keys").iterdir())) == 1


@pytest.mark.parametrize("content", [b"", b"short", bytes(31), bytes(33)])
def test_a_key_of_another_length_is_refused(tmp_path: Path, content: bytes) -> None:
    home_key(tmp_path, "sessions")
    (tmp_path / "keys/sessions").write_bytes(content)
    with pytest.raises(Refused, match="does not have 32 bytes; restore it"):
        home_key(tmp_path, "sessions")


@pytest.mark.parametrize(("mode", "fit"), [(0o640, True), (0o644, False), (0o660, False)])
def test_a_key_that_others_can_read_or_change_is_refused(
    tmp_path: Path, mode: int, fit: bool
) -> None:
    key = home_key(tmp_path, "sessions")
    (tmp_path / "keys/sessions").chmod(mode)
    if fit:
        assert home_key(tmp_path, "sessions") == key
    else:
        with pytest.raises(Refused, match="can be read or changed by others"):
            home_key(tmp_path, "sessions")


def test_a_key_that_cannot_be_read_or_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "keys/sessions").mkdir(parents=True)
    with pytest.raises(Refused, match=r"keys/sessions cannot be read or made \(Is a directory"):
        home_key(tmp_path, "sessions")
    with pytest.raises(Refused, match=r"cannot be read or made \(No such file"):
        home_key(tmp_path / "nothing", "sessions")


def test_a_key_that_could_not_be_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cicatrix.store.keys.os.fsync", full)
    with pytest.raises(Refused, match="No space left"):
        home_key(tmp_path, "sessions")
    assert list(tmp_path.rglob("*/*")) == []


@pytest.mark.parametrize("name", ["", "../study.yaml", "a/b", ".new", "a b"])
def test_only_a_plain_name_names_a_key(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused, match="cannot name a key"):
        home_key(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_a_key_repeats_with_its_chance(tmp_path: Path) -> None:
    made = [home_key(tmp_path, name, entropy=Random(4).randbytes) for name in ("one", "two")]
    assert made[0] == made[1] == Random(4).randbytes(32)
