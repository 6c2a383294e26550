"""A bundle made from the page alone verifies, and the verifier says what it does not prove."""

import ast
import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bundle_maker import below_of, checkpoint_of, make, procedure_of, root_of

PATH = Path(__file__).parents[2] / "verifier/verify.py"
THREE = {"arms": ["c", "a", "b"], "ratio": {"a": 2, "b": 1, "c": 1}}
PROCEDURES = {
    "simple": procedure_of("simple"),
    "simple in a ratio of 1:2:1": procedure_of("simple", **THREE),
    "fixed blocks": procedure_of("permuted_blocks", sizes=[4]),
    "random blocks": procedure_of("permuted_blocks", sizes=[2, 4, 6]),
    "blocks that leave only one way to the end": procedure_of(
        "permuted_blocks", (("all", 26),), sizes=[6, 10]
    ),
    "blocks in a ratio of 1:2:1": procedure_of("permuted_blocks", sizes=[4, 8], **THREE),
    "big stick": procedure_of("big_stick", limit=2),
    "big stick of three": procedure_of(
        "big_stick", limit=3, arms=["a", "b", "c"], ratio={"a": 1, "b": 1, "c": 1}
    ),
    "biased coin": procedure_of("biased_coin", probability=[2, 3]),
    "biased coin of three": procedure_of(
        "biased_coin", probability=[7, 9], arms=["a", "b", "c"], ratio={"a": 1, "b": 1, "c": 1}
    ),
    "urn": procedure_of("urn", start=1, add=1),
    "urn in a ratio of 1:2:1": procedure_of("urn", start=2, add=3, **THREE),
}


def sentences(answer, status):
    return " ".join(one["sentence"] for one in answer["findings"] if one["status"] == status)


@pytest.mark.parametrize("beacon", ["drand", "second_party"])
@pytest.mark.parametrize("name", PROCEDURES)
def test_an_opened_bundle_of_every_procedure_holds(judged, name, beacon):
    answer = judged(make(PROCEDURES[name], beacon=beacon, kits=2).bundle)
    assert answer["exit"] == 0, answer["verdict"]
    places = sum(one["slots"] for one in PROCEDURES[name]["strata"])
    assert f"The arms of all {places} slots, drawn anew" in sentences(answer, "proven")


@pytest.mark.parametrize("slots", [0, 1, 2, 3, 5, 31, 32, 33])
def test_a_list_of_any_length_holds(judged, slots):
    made = make(procedure_of("simple", (("all", slots), ("none", 0))), given=min(slots, 2))
    assert judged(made.bundle)["exit"] == 0


def test_names_in_any_script_hold(judged, verify):
    strata = (("Zürich, ≥ 18", 4), ("\U0001f600", 4), ('\ufb01\n\t"\\\x7f', 2))
    arms = {"arms": ["\uffff", "\U0001f600"], "ratio": {"\uffff": 1, "\U0001f600": 1}}
    made = make(procedure_of("permuted_blocks", strata, sizes=[2], **arms))
    assert judged(made.bundle)["exit"] == 0


def test_before_the_opening_it_says_that_nothing_is_known_of_the_arms(judged):
    made = make(PROCEDURES["random blocks"], opened=False)
    answer = judged(made.bundle)
    assert answer["exit"] == 0
    assert "nothing is known of the arms" in answer["verdict"]
    assert "list is not opened yet" in sentences(answer, "not proven")
    assert "arms of all" not in sentences(answer, "proven")


def test_an_opening_that_the_bundle_leaves_out_is_told_from_none(judged):
    made = make(PROCEDURES["random blocks"])
    answer = judged(made.bundle | {"opening": None, "beacon": None})
    assert answer["exit"] == 0
    line = made.place("AllocationOpened") + 1
    assert f"the list is opened at line {line}, not in this" in sentences(answer, "not proven")
    assert "nothing is known of the arms" in answer["verdict"]


@pytest.mark.parametrize("opened", [True, False])
def test_it_counts_who_was_told_an_arm_before_the_opening(judged, opened):
    made = make(PROCEDURES["simple"], opened=opened)
    told = {"participant": "P000005", "number": "R000001", "told": "Ana"}
    after = made.place("Randomised") + 1
    made.facts[after:after] = [("CodeBroken", told), *[("AllocationReleased", told)] * 2]
    said = sentences(judged(made.chained()), "not proven")
    assert "the ledger tells of broken codes (1) and releases (2)" in said
    made.facts.append(("CodeBroken", told))
    said = sentences(judged(made.chained()), "not proven")
    assert f"the ledger tells of broken codes ({1 if opened else 2})" in said


def test_before_the_beacon_it_says_that_the_beacon_is_not_known_yet(judged):
    made = make(PROCEDURES["simple"], opened=False)
    answer = judged(made.bundle | {"beacon": None})
    assert answer["exit"] == 0
    assert "does not say it yet" in sentences(answer, "not proven")


def test_with_nobody_randomised_it_says_none_of_how_many(judged):
    answer = judged(make(PROCEDURES["simple"], opened=False, given=0).bundle)
    assert answer["exit"] == 0
    assert "0 of 20 numbers are given" in sentences(answer, "not proven")
    assert "numbers were given out" not in sentences(answer, "proven")


@pytest.mark.parametrize("opened", [True, False])
def test_a_rehearsal_holds_and_is_called_no_evidence(judged, opened):
    answer = judged(make(PROCEDURES["urn"], rehearsal=True, opened=opened).bundle)
    assert answer["exit"] == 0
    assert "no evidence of concealment" in answer["verdict"]
    assert "anyone could have made the list" in sentences(answer, "not proven")


def test_a_true_list_given_to_virtual_participants_is_a_rehearsal_too(judged):
    made = make(PROCEDURES["urn"])
    made.facts.insert(4, ("RehearsalStarted", {"seed": 1, "participants": 5}))
    answer = judged(made.chained())
    assert answer["exit"] == 0
    assert "no evidence of concealment" in answer["verdict"]
    assert "its participants are virtual" in sentences(answer, "not proven")


def test_it_prints_the_drand_round_and_says_that_the_signature_is_not_checked(judged):
    bundle = make(PROCEDURES["simple"]).bundle
    said = sentences(judged(bundle), "not proven")
    assert "round 1000" in said
    assert bundle["commit"]["beacon"]["chain"] in said
    assert "came after the secret was committed: see its time" in said
    assert "no BLS check here" in said
    assert bundle["beacon"]["randomness"] in sentences(judged(bundle), "proven")


def earlier(made):
    """Promise another secret, for an earlier round."""
    promise = made.payload("SecretCommitted")
    beacon = promise["beacon"] | {"round": promise["beacon"]["round"] - 1}
    return promise | {"commitment": "ab" * 32, "beacon": beacon}


def test_a_beacon_named_for_a_list_that_was_given_up_may_have_been_known(wrong):
    made = make(PROCEDURES["simple"])
    first = earlier(made) | {"beacon": made.payload("SecretCommitted")["beacon"]}
    aborted = {"list_id": "list-1", "reason": "It did not please."}
    made.facts[2:2] = [("SecretCommitted", first), ("ListAborted", aborted)]
    said = wrong(made.chained())
    assert said["order"].startswith("Line 3 had named the same beacon")


def test_a_list_given_up_and_said_so_is_named_and_not_held_proven(judged):
    made = make(PROCEDURES["simple"])
    first = earlier(made) | {"list_id": "list-0"}
    made.facts[2:2] = [
        ("SecretCommitted", first),
        ("ListAborted", {"list_id": "list-0", "reason": "The beacon was named wrongly."}),
    ]
    answer = judged(made.chained())
    assert answer["exit"] == 0
    assert "list 'list-0' was given up at line 4" in sentences(answer, "not proven")
    assert "No other list" not in sentences(answer, "proven")


def test_a_list_given_up_may_have_had_the_same_name(judged):
    made = make(PROCEDURES["simple"])
    first = earlier(made)
    listed = made.payload("ListSealed") | {"commitment": "cd" * 32}
    aborted = {"list_id": "list-1", "reason": "A site was forgotten."}
    made.facts[2:2] = [
        ("SecretCommitted", first), ("ListSealed", listed), ("ListAborted", aborted)
    ]  # fmt: skip
    answer = judged(made.chained())
    assert answer["exit"] == 0, answer["verdict"]
    assert "Line 7 sealed this very list" in sentences(answer, "proven")


def test_a_kept_checkpoint_shows_a_ledger_that_was_remade_without_its_past(judged, tmp_path):
    made = make(PROCEDURES["simple"])
    kept = tmp_path / "kept"
    kept.write_text(checkpoint_of(made.bundle["ledger"][:7]), "utf-8")
    assert judged(made.bundle, "--against", str(kept))["exit"] == 0
    kept.write_text(checkpoint_of(made.bundle["ledger"][:2]), "utf-8")
    early = judged(made.bundle, "--against", str(kept))
    assert "What came after line 2, such as the commitment" in sentences(early, "not proven")
    kept.write_text(checkpoint_of(made.bundle["ledger"][:7]), "utf-8")
    made.facts[4] = ("ParticipantScreened", {"participant": "another"})
    answer = judged(made.chained(), "--against", str(kept))
    assert answer["exit"] == 1
    assert "The checkpoint given saw another line 7" in answer["verdict"]


def run(*arguments):
    command = [sys.executable, "-I", "-S", PATH, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"LANG": "C"})


def test_by_itself_it_prints_a_line_for_each_check_and_one_verdict(tmp_path):
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(make(PROCEDURES["random blocks"]).bundle), "utf-8")
    done = run(path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\nPROVEN") == 13
    assert done.stdout.count("\nNOT PROVEN") == 7
    assert max(map(len, done.stdout.splitlines()[:-1])) <= 100
    assert done.stdout.splitlines()[-1].startswith("All that can be checked holds: the list was")


def test_by_itself_it_exits_1_when_something_is_wrong_and_2_when_used_wrongly(tmp_path):
    bundle = make(PROCEDURES["random blocks"]).bundle
    bundle["root"] = "0" * 64
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle), "utf-8")
    done = run(path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[-1].startswith("Something is wrong: ")
    for wrong_use in ([], [tmp_path / "absent.json"], [tmp_path], [path, "--against", "absent"]):
        done = run(*wrong_use)
        assert done.returncode == 2
        assert "Traceback" not in done.stdout + done.stderr


def test_it_imports_the_standard_library_alone():
    tree = ast.parse(PATH.read_text("utf-8"))
    names = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


@given(st.integers(1, 2**70), st.binary(min_size=48, max_size=48))
def test_its_choices_are_those_of_a_second_generator(verify, n, seed):
    mine, theirs = below_of(seed), verify.Generator(seed)
    assert [theirs.below(n) for _ in range(3)] == [mine(n) for _ in range(3)]


@given(st.lists(st.binary(max_size=3), max_size=40))
def test_its_root_is_that_of_the_recursion_of_rfc_9162(verify, leaves):
    assert verify.merkle_root(leaves) == root_of(leaves).hex()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
        lambda part: st.lists(part) | st.dictionaries(st.text(), part),
    )
)
def test_it_writes_json_as_rfc_8785_does(verify, value):
    assert verify.canonical(value) == rfc8785.dumps(value)


def test_hkdf_gives_the_first_value_of_rfc_5869(verify):
    info, salt = bytes.fromhex("f0f1f2f3f4f5f6f7f8f9"), bytes(range(13))
    expected = (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )
    assert verify.hkdf(b"\x0b" * 22, salt, info, 42).hex() == expected


def test_an_empty_tree_has_the_hash_of_nothing(verify):
    assert verify.merkle_root([]) == sha256(b"").hexdigest()
