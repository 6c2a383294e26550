"""Every byte that a list leaves behind, searched for the arms and what the tubes hold.

A short name is found in any text of this length by chance alone (64 letters stand for base64: one
place in 262,144 is a given word of three). These names are long enough never to be.
"""

import base64
import random
import string

import pytest

from cicatrix_sealed.custody import situation
from cicatrix_sealed.unsealing import opened_of

pytestmark = pytest.mark.usefixtures("cheap_shares")

_LETTERS = random.Random("nine scars")
ARMS = tuple("".join(_LETTERS.choices(string.ascii_lowercase, k=18)) for _ in range(3))
KINDS = ("simple", "permuted_blocks", "big_stick", "biased_coin", "urn")
IN_CLEAR = {"study.yaml"}
"""The study file names its arms for everyone; it says nothing of who gets which."""


def forms(name):
    """Give a name as it may stand in a file: as it is, in hex, in base64 at each offset."""
    octets = name.encode()
    yield octets
    yield octets.hex().encode()
    for offset in range(3):
        text = base64.b64encode(bytes(offset) + octets)
        yield text[(0, 2, 3)[offset] : -4]


def found(content, names):
    return [name for name in names if any(form in content for form in forms(name))]


def everything(*folders):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("name", ARMS)
def test_the_search_finds_a_name_in_each_form(name):
    for offset in range(3):
        text = b"x" * offset + name.encode() + b"and more"
        for content in (text, text.hex().encode(), base64.b64encode(text)):
            assert found(content, ARMS) == [name]


@pytest.mark.parametrize("kind", KINDS)
def test_no_byte_of_home_and_folder_names_an_arm_and_the_packing_sheet_alone_a_content(
    make_home, make_list, tmp_path, passphrase, kind
):
    home, folder = make_home(ratio=dict.fromkeys(ARMS, 1)), tmp_path / "custodian"
    phrases = (passphrase, "another custodian's words")
    make_list(home, folder, *phrases, kind=kind, threshold=2, chosen={"slots": 24})
    files = everything(home.folder, folder)
    assert {
        "trial.sqlite3", "trial.sqlite3-wal", "share-1.json", "share-2.json", "committed.json",
        "beacon.json", "emergency.json", "public.json", "packing.csv",
    } <= set(files)  # fmt: skip
    opened = opened_of(situation(home), folder, phrases)
    assert {slot.arm for slot in opened.slots} <= set(ARMS)
    sheet = files.pop("packing.csv")
    for arm in {slot.arm for slot in opened.slots}:
        assert f"content_{arm}".encode() in sheet
    assert not found(sheet.replace(b"content_", b""), [f"content_{arm}" for arm in ARMS])
    hidden = [*ARMS, *phrases, opened.secret, opened.nonce, opened.slots[0].nonce]
    for name, content in files.items():
        if name not in IN_CLEAR:
            assert not found(content, hidden), name
            assert f'"{kind}"'.encode() not in content, name
            for key in ("secret", "nonce"):
                assert bytes.fromhex(getattr(opened, key)) not in content, name
    assert found(files["study.yaml"], ARMS) == list(ARMS)


def test_every_arm_is_hidden_in_as_many_bytes(make_home, make_list, tmp_path):
    home = make_home(ratio={"a": 1, ARMS[0]: 1})
    make_list(home, tmp_path / "custodian")
    text = (tmp_path / "custodian" / "emergency.json").read_text()
    rows = [row.split('"')[3] for row in text.splitlines() if row.startswith('  "')]
    assert len(rows) > 10
    assert len({len(row) for row in rows}) == 1
