"""A participant's receipt checked by the verifier, whole and tampered with."""

import hashlib
import json

import pytest


def tagged(*parts):
    octets = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return hashlib.sha256(octets).hexdigest()


def leaf(slot):
    text = json.dumps(slot, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(b"\x00" + text).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def made(place):
    """Make a receipt of one of five slots; the tree is written out by hand."""
    arms, slots, nonce = ["gel", "placebo", "gel", "gel", "placebo"], [], bytes(31) + b"\x07"
    for n, arm in enumerate(arms, start=1):
        number = f"00{n}"
        commitment = tagged(b"cicatrix/slot/1", number.encode(), b"all", arm.encode(), nonce)
        slots.append(
            {"number": number, "stratum": "all", "kits": [f"K{n}"], "commitment": commitment}
        )
    a, b, c, d, e = (leaf(slot) for slot in slots)
    ab, cd = node(a, b), node(c, d)
    abcd = node(ab, cd)
    proofs = {1: [b, cd, e], 2: [a, cd, e], 3: [d, ab, e], 4: [c, ab, e], 5: [abcd]}
    return {
        "format": "cicatrix-receipt/1",
        "study": {"id": "TINY", "digest": "ab" * 32},
        "list_id": "L",
        "slot": slots[place - 1],
        "arm": arms[place - 1],
        "nonce": nonce.hex(),
        "place": place,
        "places": 5,
        "proof": [step.hex() for step in proofs[place]],
        "root": node(abcd, e).hex(),
    }


@pytest.mark.parametrize("place", range(1, 6))
def test_a_receipt_of_each_place_holds_and_says_what_it_cannot_show(judged, place):
    answer = judged(made(place))
    assert answer["exit"] == 0, answer["verdict"]
    assert [one["status"] for one in answer["findings"]] == ["proven"] * 2 + ["not proven"] * 2
    arm = made(place)["arm"]
    assert f"The slot of number '00{place}' holds the arm '{arm}'" in str(answer["findings"])
    assert "compare it with the published one" in str(answer["findings"])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"arm": "placebo"}, "was not promised the arm 'placebo'"),
        ({"nonce": "00" * 32}, "was not promised the arm 'gel'"),
        ({"place": 2}, "does not lead from place 2 to the root"),
        ({"places": 4}, "does not lead from place 1 to the root"),
        ({"places": 0}, "There is no place 1 among 0"),
        ({"place": 0}, "There is no place 0 among 5"),
        ({"root": "00" * 32}, "does not lead from place 1 to the root"),
        ({"proof": []}, "does not lead from place 1 to the root"),
        ({"proof": made(1)["proof"] * 2}, "does not lead from place 1 to the root"),
        ({"slot": made(2)["slot"]}, "Number '002' was not promised the arm 'gel'"),
    ],
)
def test_a_receipt_that_was_changed_is_found_wrong(wrong, change, told):
    assert told in wrong(made(1) | change)["receipt"]


def test_the_kits_of_a_slot_are_bound_to_it_as_well(wrong):
    receipt = made(1)
    receipt["slot"]["kits"] = ["K2"]
    assert "does not lead" in wrong(receipt)["receipt"]


@pytest.mark.parametrize("change", [{"more": 1}, {"proof": "x"}, {"place": True}, {"arm": 1}])
def test_a_file_that_is_no_receipt_is_called_so(judged, change):
    answer = judged(made(1) | change)
    assert answer["exit"] == 2
    assert "Not a bundle: the receipt" in answer["verdict"]


def test_a_kept_checkpoint_is_of_no_use_to_a_receipt_and_that_is_said(judged, tmp_path):
    kept = tmp_path / "kept"
    kept.write_text("x", "utf-8")
    answer = judged(made(1), "--against", str(kept))
    assert answer["exit"] == 2
    assert answer["verdict"] == "A receipt has no ledger: --against is not used, leave it out."
