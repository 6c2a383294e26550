"""Whatever is tampered with, and by whomever, is found and named: exit 1 and its own sentence.

Two adversaries: one who changes the file (the ledger's hashes no longer fit), and one who owns the
ledger and chains it anew (`chained`).
"""

from copy import deepcopy
from hashlib import sha256

import pytest

from bundle_maker import DIGEST, NONCE, SECRET, checkpoint_of, make, procedure_of, tagged


@pytest.fixture
def made():
    return make(procedure_of("permuted_blocks", sizes=[2, 4]), given=6)


@pytest.fixture
def by_party():
    return make(procedure_of("simple"), beacon="second_party")


def test_one_slots_arm_swapped_is_found(made, wrong):
    slot = made.bundle["opening"]["slots"][6]
    slot["arm"] = {"verum": "placebo", "placebo": "verum"}[slot["arm"]]
    said = wrong(made.bundle)
    assert said.keys() == {"arms", "commitments"}
    assert said["arms"].startswith(f"Number 'R000007' is opened as '{slot['arm']}'")
    assert "(1 of 20 slots differ)" in said["arms"]
    assert said["commitments"].startswith(f"Number 'R000007', opened as '{slot['arm']}'")


def test_one_slots_block_changed_is_found(made, wrong):
    made.bundle["opening"]["slots"][19]["block"] += 1
    said = wrong(made.bundle)
    assert said.keys() == {"arms"}
    assert "Number 'R000020'" in said["arms"]


def test_one_slots_nonce_changed_is_found(made, wrong):
    made.bundle["opening"]["slots"][3]["nonce"] = "ab" * 32
    said = wrong(made.bundle)
    assert said.keys() == {"commitments"}
    assert said["commitments"].startswith("Number 'R000004' is opened with the nonce abab")


def test_one_slots_commitment_changed_is_found(made, wrong):
    made.bundle["slots"][4]["commitment"] = "ab" * 32
    then = made.payload("ListSealed")["slots"][4]["commitment"]
    said = wrong(made.bundle)
    assert said.keys() == {"list_sealed", "root", "commitments"}
    assert said["list_sealed"] == (
        f"Number 'R000005' was sealed with the commitment '{then}'; the bundle has '{'ab' * 32}'."
    )
    assert said["commitments"].startswith("Number 'R000005', opened as")
    assert "is not as it was sealed" in said["root"]


def test_one_slots_kits_changed_are_found(made, wrong):
    made.bundle["slots"][4]["kits"] = ["K999999"]
    said = wrong(made.bundle)
    assert said.keys() == {"list_sealed", "root"}
    assert said["list_sealed"] == (
        "Number 'R000005' was sealed with the kits ['K000004']; the bundle has ['K999999']."
    )


@pytest.mark.parametrize("key", ["commitment", "stratum", "kits"])
def test_a_slot_that_the_ledger_sealed_otherwise_is_found(made, wrong, key):
    slot = made.payload("ListSealed")["slots"][7]
    slot[key] = {"commitment": "cd" * 32, "stratum": "site-9", "kits": ["K1", "K2"]}[key]
    said = wrong(made.chained())
    assert said.keys() == {"list_sealed"}
    assert said["list_sealed"].startswith(f"Number 'R000008' was sealed with the {key} ")


@pytest.mark.parametrize("fields", [("number", "stratum", "kits"), ("commitment", "arm")])
def test_a_slot_of_the_ledger_with_a_field_too_few_or_too_many_is_found(made, wrong, fields):
    slot = made.payload("ListSealed")["slots"][7]
    made.payload("ListSealed")["slots"][7] = {key: slot.get(key, "verum") for key in fields}
    assert "it.payload.slots[7] has " in wrong(made.chained())["chain"]


@pytest.mark.parametrize("opened_too", [True, False])
def test_two_slots_exchanged_are_found(made, wrong, opened_too):
    for slots in (made.bundle["slots"], made.bundle["opening"]["slots"])[: 1 + opened_too]:
        slots[2], slots[5] = slots[5], slots[2]
    said = wrong(made.bundle)
    assert said["list_sealed"] == (
        "Place 3 was sealed with the number 'R000003'; the bundle has 'R000006'."
    )
    assert "root" in said


def test_a_slot_left_out_or_added_or_there_twice_is_found(made, wrong):
    fewer, more = deepcopy(made.bundle), deepcopy(made.bundle)
    del fewer["slots"][-1]
    more["slots"].append(more["slots"][0])
    assert wrong(fewer)["list_sealed"] == (
        "Place 20 was sealed with the number 'R000020'; the bundle has none."
    )
    assert wrong(more)["list_sealed"] == (
        "Place 21 was sealed with the number none; the bundle has 'R000001'."
    )
    assert wrong(fewer)["arms"] == "The opened slots are not the list's numbers in list order."
    assert wrong(more)["root"] == "The number 'R000001' has the places 1 and 21."


def test_a_number_given_out_of_order_is_found(made, wrong):
    first, third = made.payload("Randomised", 0), made.payload("Randomised", 2)
    first["number"], third["number"] = third["number"], first["number"]
    said = wrong(made.chained())
    assert said.keys() == {"handing_out"}
    assert said["handing_out"] == (
        "Line 6 gave number 'R000002' in stratum 'site-1'; due was 'R000001', which was given at "
        "line 10, out of order."
    )


def test_a_number_skipped_is_found(made, wrong):
    made.payload("Randomised", 4)["number"] = "R000004"
    said = wrong(made.chained())
    assert said.keys() == {"handing_out"}
    assert said["handing_out"] == (
        "Line 14 gave number 'R000004' in stratum 'site-1'; due was 'R000003', which was never "
        "given: left out."
    )


def test_a_number_given_twice_is_found(made, wrong):
    made.payload("Randomised", 2)["number"] = "R000001"
    said = wrong(made.chained())
    assert said.keys() == {"handing_out"}
    assert "Line 10 gave number 'R000001'" in said["handing_out"]
    assert "given at line 6 already" in said["handing_out"]


def test_a_participant_given_two_numbers_is_found(made, wrong):
    made.payload("Randomised", 2)["participant"] = made.payload("Randomised", 0)["participant"]
    assert "to somebody who was given one at line 6 already" in wrong(made.chained())["handing_out"]


@pytest.mark.parametrize("change", [{"stratum": "site-2"}, {"stratum": "x"}, {"number": "x"}])
def test_a_number_that_the_stratum_does_not_have_is_found(made, wrong, change):
    made.payload("Randomised", 0).update(change)
    assert "Line 6 gave number" in wrong(made.chained())["handing_out"]


def test_more_given_than_the_list_holds_is_found(wrong):
    made = make(procedure_of("simple", (("all", 2),)), given=2)
    extra = made.payload("Randomised", 1) | {"number": "R000003", "participant": "Eve"}
    made.facts.insert(made.place("Randomised", 1) + 1, ("Randomised", extra))
    said = wrong(made.chained())["handing_out"]
    assert said.endswith("of which the list has no number left.")


def moved(made, kind, to):
    fact = made.facts.pop(made.place(kind))
    made.facts.insert(to, fact)
    return made.chained()


def test_the_list_sealed_after_the_first_randomisation_is_found(made, wrong):
    said = wrong(moved(made, "ListSealed", 6))
    assert said.keys() == {"order"}
    assert said["order"] == (
        "The list was sealed at line 7; it had to be before the first randomisation at line 5."
    )


def test_the_secret_committed_after_the_list_was_sealed_is_found(made, wrong):
    said = wrong(moved(made, "SecretCommitted", 3))
    assert said.keys() == {"order"}
    assert said["order"] == (
        "The secret was committed at line 4; it had to be before the list was sealed at line 3."
    )


def test_the_list_opened_before_the_lock_or_without_it_is_found(made, wrong):
    early = deepcopy(made)
    assert "The trial was locked at line" in wrong(moved(early, "AllocationOpened", 8))["order"]
    del made.facts[made.place("TrialLocked")]
    assert "The trial was locked never" in wrong(made.chained())["order"]


def test_an_opening_of_which_the_ledger_knows_nothing_is_found(made, wrong):
    del made.facts[made.place("AllocationOpened")]
    assert "holds no AllocationOpened" in wrong(made.chained())["order"]


@pytest.mark.parametrize("field", ["secret", "nonce"])
def test_another_secret_or_nonce_is_found(made, wrong, field):
    made.bundle["opening"][field] = "ab" * 32
    said = wrong(made.bundle)
    assert said["commitment"].startswith("The opened secret, nonce and procedure have the")
    assert said.keys() == {"commitment"} | ({"arms", "commitments"} if field == "secret" else set())


def test_another_secret_whose_commitment_was_promised_is_found(made, wrong):
    other = tagged("cicatrix/secret/1", DIGEST, b"{}", SECRET, NONCE)
    made.payload("SecretCommitted")["commitment"] = other
    bundle = made.chained()
    assert "No SecretCommitted in the ledger has the commitment" in wrong(bundle)["order"]
    bundle["commit"]["commitment"] = other
    assert wrong(bundle).keys() == {"commitment"}


def test_other_block_sizes_are_found(made, wrong):
    made.bundle["opening"]["procedure"]["sizes"] = [4]
    said = wrong(made.bundle)
    assert said.keys() == {"commitment", "arms"}
    assert "; drawn is" in said["arms"]


def test_other_places_of_the_strata_are_found(made, wrong):
    strata = made.bundle["opening"]["procedure"]["strata"]
    strata[0]["slots"], strata[1]["slots"] = 8, 12
    assert "Number 'R000009' is of stratum 'site-1', not 'site-2'" in wrong(made.bundle)["arms"]
    strata[1]["slots"] = 11
    assert "have not the list's 20 places" in wrong(made.bundle)["arms"]


def test_other_randomness_than_the_signatures_is_found(made, wrong):
    made.bundle["beacon"]["randomness"] = "ab" * 32
    said = wrong(made.bundle)
    assert said.keys() == {"beacon", "arms"}
    assert said["beacon"].startswith("The beacon's randomness is abab")


def test_another_signature_with_its_randomness_draws_other_arms(made, wrong):
    randomness = sha256(b"\0").hexdigest()
    made.bundle["beacon"] |= {"signature": "00", "randomness": randomness}
    assert wrong(made.bundle).keys() == {"arms"}


def test_another_secret_of_the_second_party_is_found(by_party, wrong):
    by_party.bundle["beacon"] |= {"secret": "ab" * 32, "randomness": "ab" * 32}
    said = wrong(by_party.bundle)
    assert said.keys() == {"beacon", "arms"}
    assert said["beacon"].startswith("The randomness is not what 'Chen' promised")


def test_randomness_that_is_not_the_second_partys_secret_is_found(by_party, wrong):
    by_party.bundle["beacon"]["randomness"] = "ab" * 32
    assert "'Chen'" in wrong(by_party.bundle)["beacon"]


def test_another_beacon_than_the_one_promised_is_found(made, wrong):
    made.bundle["commit"]["beacon"]["round"] += 1
    assert wrong(made.bundle)["order"].startswith("Line 3 promised another list or beacon")


def test_an_opening_without_its_beacon_is_found(made, wrong):
    assert "does not say what the beacon was" in wrong(made.bundle | {"beacon": None})["beacon"]


def test_another_root_is_found(made, wrong):
    said = wrong(made.bundle | {"root": "ab" * 32})
    assert said.keys() == {"list_sealed", "root"}
    assert said["list_sealed"].startswith("Line 4 sealed the root ")


def test_another_root_in_the_ledger_too_is_found(made, wrong):
    made.payload("ListSealed")["commitment"] = "ab" * 32
    said = wrong(made.chained() | {"root": "ab" * 32})
    assert said.keys() == {"root"}
    assert "not abab" in said["root"]


def test_another_study_digest_is_found(made, wrong):
    made.bundle["study"]["digest"] = "ab" * 32
    said = wrong(made.bundle)
    assert said["study"].startswith("Line 4 has the study digest")
    assert {"commitment", "arms", "commitments"} < said.keys()


def test_another_study_is_found(made, wrong):
    made.bundle["study"]["id"] = "NCT00000000"
    assert wrong(made.bundle)["study"].startswith("Line 1 founded the study 'NCT04034615', not")


def test_a_rehearsal_passed_off_as_a_trial_is_found(wrong):
    made = make(procedure_of("simple"), rehearsal=True)
    said = wrong(made.bundle | {"rehearsal": False})
    assert "differ on whether this is a rehearsal" in said["list_sealed"]


def test_a_list_committed_beside_this_one_and_never_given_up_is_found(made, wrong):
    other = made.payload("SecretCommitted") | {"list_id": "list-0", "commitment": "ab" * 32}
    made.facts.insert(2, ("SecretCommitted", other))
    said = wrong(made.chained())
    assert said.keys() == {"order"}
    assert said["order"].startswith("Line 4 (SecretCommitted) promised the list 'list-1', and no")
    assert "the one of line 3 was given up" in said["order"]


def test_a_second_secret_for_the_same_list_is_found(made, wrong):
    other = made.payload("SecretCommitted") | {"commitment": "ab" * 32}
    made.facts.insert(2, ("SecretCommitted", other))
    assert wrong(made.chained())["order"].startswith("Line 4 (SecretCommitted) promised the")


def test_a_list_sealed_beside_this_one_is_found(made, wrong):
    made.facts.insert(4, ("ListSealed", made.payload("ListSealed") | {"list_id": "list-2"}))
    assert wrong(made.chained())["order"].startswith("Line 5 (ListSealed) is of the list 'list-2'")


def test_an_aborted_list_hidden_by_withholding_its_line_is_found(made, wrong):
    other = made.payload("SecretCommitted") | {"list_id": "list-0", "commitment": "ab" * 32}
    made.facts[2:2] = [("SecretCommitted", other), ("ListAborted", {"list_id": "list-0"})]
    said = wrong(made.chained(withhold={"ListAborted"}))
    assert said["chain"] == "Ledger line 4 (ListAborted) is withheld; this kind must be disclosed."


def test_an_aborted_list_hidden_by_making_the_ledger_anew_is_shown_by_a_kept_checkpoint(
    made, wrong, tmp_path
):
    clean = made.chained()
    other = made.payload("SecretCommitted") | {"list_id": "list-0", "commitment": "ab" * 32}
    made.facts[2:2] = [("SecretCommitted", other), ("ListAborted", {"list_id": "list-0"})]
    kept = tmp_path / "kept"
    kept.write_text(checkpoint_of(made.chained()["ledger"]), "utf-8")
    said = wrong(clean, "--against", str(kept))
    assert said.keys() == {"checkpoint"}
    assert "saw 20 ledger lines and this ledger has 18: cut" in said["checkpoint"]


def test_an_opening_of_a_list_that_was_given_up_is_found(made, wrong):
    made.facts.insert(6, ("ListAborted", {"list_id": "list-1", "reason": "A slip."}))
    assert wrong(made.chained())["order"] == "The bundle's list was given up at line 7."


def test_a_ledger_line_changed_is_found(made, wrong):
    for old, new, what in (("P000006", "P999999", "its content"), ("ana", "eve", "its hash")):
        bundle = deepcopy(made.bundle)
        bundle["ledger"][5]["text"] = bundle["ledger"][5]["text"].replace(old, new)
        said = wrong(bundle)
        assert said.keys() == {"chain"}
        assert said["chain"].startswith(f"Ledger line 6 was changed: {what}")


def test_a_withheld_line_changed_with_its_hash_is_found(made, wrong):
    line = made.bundle["ledger"][4]
    line["text"] = line["text"].replace("ana", "eve")
    line["hash"] = tagged("cicatrix/entry/1", line["text"])
    assert wrong(made.bundle)["chain"].startswith("Ledger line 6 does not follow line 5")


def test_a_ledger_line_cut_inserted_or_exchanged_is_found(made, wrong):
    cut, inserted, exchanged = (deepcopy(made.bundle) for _ in range(3))
    del cut["ledger"][5]
    inserted["ledger"].insert(5, inserted["ledger"][4])
    lines = exchanged["ledger"]
    lines[5], lines[6] = lines[6], lines[5]
    assert wrong(cut)["chain"].startswith("Ledger line 6 is missing: line 7 stands")
    assert wrong(inserted)["chain"].startswith("Ledger line 6 is missing: line 5 stands")
    assert wrong(exchanged)["chain"].startswith("Ledger line 6 is missing: line 7 stands")
    for seq, line in enumerate(lines, 1):
        line["seq"] = seq
    assert wrong(exchanged)["chain"].startswith("Ledger line 6 was moved: it was written as line 7")


def test_a_line_written_in_another_way_than_the_canonical_is_found(made, wrong):
    line = made.bundle["ledger"][-1]
    header, _, disclosure = line["text"].partition("\n")
    header = header.replace('"seq":', '"seq": ')
    line |= {"text": header + "\n" + disclosure, "hash": tagged("cicatrix/entry/1", header)}
    said = wrong(made.bundle | {"checkpoint": None})
    assert said.keys() == {"chain"}
    assert said["chain"] == "Ledger line 18 cannot be read: it is not in canonical form."


def test_the_ledgers_tail_cut_is_found(made, wrong):
    made.bundle["ledger"].pop()
    said = wrong(made.bundle)["checkpoint"]
    assert said == ("The bundle's checkpoint saw 18 ledger lines and this ledger has 17: cut.")


@pytest.mark.parametrize("text", ["", "x", "a\nb\nc\n", "a\n-1\n\n", "a\n1\n!\n"])
def test_a_checkpoint_that_is_none_is_found(made, wrong, text):
    assert "checkpoint" in wrong(made.bundle | {"checkpoint": text})
