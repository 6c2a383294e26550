"""What a ledger that somebody wrote by hand could hold, and the program's own acts never record.

Rival lists kept in reserve, randomisations after the lock, a beacon under a false name, an opening
of another list: every one is found, in a ledger that was chained anew. What is honest stays so.
"""

from copy import deepcopy

import pytest

from bundle_maker import make, procedure_of

ABORTED = ("ListAborted", {"list_id": "list-0", "reason": "Not needed."})


@pytest.fixture
def made():
    return make(procedure_of("permuted_blocks", sizes=[2, 4]), given=6)


def rival(made):
    """Promise and seal another list, for another round."""
    promise = deepcopy(made.payload("SecretCommitted")) | {"list_id": "list-0"}
    promise["commitment"] = "ab" * 32
    promise["beacon"]["round"] -= 1
    listed = made.payload("ListSealed") | {"list_id": "list-0", "commitment": "cd" * 32}
    return [("SecretCommitted", promise), ("ListSealed", listed)]


def sentences(answer, status):
    return " ".join(one["sentence"] for one in answer["findings"] if one["status"] == status)


def test_a_rival_list_kept_in_reserve_and_given_up_at_the_end_is_found(made, wrong):
    made.facts[2:2] = rival(made)
    made.facts.append(ABORTED)
    said = wrong(made.chained())
    assert said.keys() == {"order"}
    assert said["order"] == (
        "Line 5 (SecretCommitted) promised the list 'list-1', and no ListAborted says that the one "
        "of line 4 was given up."
    )


def test_a_rival_promised_and_given_up_after_the_first_randomisation_is_found(made, wrong):
    made.facts[8:8] = [rival(made)[0], ABORTED]
    said = wrong(made.chained())
    assert said.keys() == {"order"}
    assert said["order"].startswith("Line 9 (SecretCommitted) came after line 6 (Randomised)")


@pytest.mark.parametrize("place", [0, 1])
def test_a_list_beside_this_one_is_found_wherever_it_was_promised(made, wrong, place):
    made.facts[2 + place : 2 + place] = [rival(made)[0], ABORTED][: 1 + place]
    assert wrong(made.chained()).keys() == {"order"}


def test_a_list_given_up_after_the_first_request_is_found(made, wrong):
    made.facts[2:2] = rival(made)
    made.facts[4:4] = [("RandomisationRequested", {"participant": "P", "levels": {}}), ABORTED]
    made.bundle |= {"opening": None, "beacon": None}
    said = wrong(made.chained())["order"]
    assert said.startswith("Line 6 (ListAborted) came after line 5 (RandomisationRequested)")


@pytest.mark.parametrize("facts", [(1,), (1, 0), (0, 1, 1)], ids=str)
def test_a_list_sealed_without_its_promise_standing_is_found(made, wrong, facts):
    made.facts[2:2] = [*(rival(made)[one] for one in facts), ABORTED]
    said = wrong(made.chained())["order"]
    assert "(ListSealed) is of the list 'list-0', which was not promised then." in said


def test_a_list_given_up_twice_or_never_promised_is_found(made, wrong):
    made.facts[2:2] = [*rival(made), ABORTED, ABORTED]
    assert wrong(made.chained())["order"].startswith("Line 6 (ListAborted) is of the list 'list-0'")


def test_lists_given_up_one_after_another_before_anybody_came_hold(made, judged):
    again = deepcopy(rival(made)[0])
    again[1]["beacon"]["round"] -= 1
    made.facts[2:2] = [*rival(made), ABORTED, again, ABORTED]
    answer = judged(made.chained())
    assert answer["exit"] == 0, answer["verdict"]
    assert "given up at line 7: ask" in sentences(answer, "not proven")


@pytest.mark.parametrize("kind", ["TrialLocked", "AllocationOpened"])
@pytest.mark.parametrize("fact", ["Randomised", "RandomisationRequested"])
def test_what_is_randomised_after_lock_or_opening_is_found(made, wrong, kind, fact):
    made.bundle |= {"opening": None, "beacon": None}
    last = made.facts.pop(made.place("Randomised", 5))[1]
    made.facts.insert(made.place(kind) + 1, (fact, last))
    lock = made.place("TrialLocked") + 1
    said = wrong(made.chained())["order"]
    assert said == f"Line {made.place(kind) + 2} ({fact}) came after the lock at line {lock}."


def test_an_opening_of_another_list_is_found(made, wrong):
    made.payload("AllocationOpened")["list_id"] = "list-0"
    said = wrong(made.chained())
    assert said.keys() == {"order"}
    assert said["order"] == f"Line {len(made.facts)} opened another list, 'list-0'."


def test_a_founding_digest_of_another_study_holds_only_if_amended_before_the_promise(
    made, wrong, judged
):
    made.payload("TrialFounded")["study_digest"] = "ab" * 32
    places = {2: 0, 3: 1, 4: 1, len(made.facts): 1, None: 1}
    for place, status in places.items():
        changed = deepcopy(made)
        if place is not None:
            changed.facts.insert(place, ("StudyAmended", {"study_version": "2"}))
        answer = judged(changed.chained())
        assert answer["exit"] == status, place
        if status:
            assert "Line 1 has the study digest 'abab" in sentences(answer, "wrong")


def known_chain(verify, made, **changes):
    """Promise a round of quicknet, or what a change makes of it."""
    named, (_, scheme, key) = next(
        (one, chain) for one, chain in verify.CHAINS.items() if chain[0] == "quicknet"
    )
    beacon = {"chain": named, "scheme": scheme, "public_key": key} | changes
    made.bundle["commit"]["beacon"].update(beacon)
    made.payload("SecretCommitted")["beacon"].update(beacon)
    return made.chained()


def test_a_known_chain_under_its_own_hash_key_and_scheme_is_named(verify, made, judged):
    answer = judged(known_chain(verify, made))
    assert answer["exit"] == 0, answer["verdict"]
    assert "the chain are those of drand's quicknet" in sentences(answer, "proven")
    assert "That chain" not in sentences(answer, "not proven")


def test_a_chain_that_is_not_known_is_not_held_for_drands(made, judged):
    said = sentences(judged(made.bundle), "not proven")
    assert f"That chain {'52' * 32} is drand's: it is none of drand's this program knows" in said


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"chain": "ab" * 32}, "The public key promised is of drand's chain quicknet, not abab"),
        ({"public_key": "83" * 96}, "is drand's quicknet, whose scheme or public key is another"),
        ({"scheme": "pedersen-bls-chained"}, "is drand's quicknet, whose scheme or public key"),
    ],
)
@pytest.mark.parametrize("opened", [True, False])
def test_a_known_chain_under_a_false_name_key_or_scheme_is_found(
    verify, made, wrong, change, told, opened
):
    if not opened:
        made.bundle |= {"opening": None, "beacon": None}
    said = wrong(known_chain(verify, made, **change))
    assert said.keys() == {"beacon"}
    assert told in said["beacon"]


@pytest.mark.parametrize("change", [{"chain": "ab" * 32}, {"scheme": "x"}, {"public_key": "upper"}])
def test_the_same_round_of_a_key_is_one_beacon_under_any_name_of_its_chain(made, wrong, change):
    one = rival(made)[0]
    key = ("aB" * 96) if "public_key" in change else made.payload("SecretCommitted")["beacon"]
    if isinstance(key, str):
        made.bundle["commit"]["beacon"]["public_key"] = key.lower()
        made.payload("SecretCommitted")["beacon"]["public_key"] = key.lower()
        change = {"public_key": key}
    one[1]["beacon"] = made.payload("SecretCommitted")["beacon"] | change
    made.facts[2:2] = [one, ABORTED]
    assert wrong(made.chained())["order"].startswith("Line 3 had named the same beacon")


def test_the_procedure_and_the_ratio_are_printed_and_left_to_be_compared(judged):
    arms = {"arms": ["b", "a"], "ratio": {"a": 1, "b": 2}}
    answer = judged(
        make(procedure_of("permuted_blocks", (("all", 9),), sizes=[3, 6], **arms)).bundle
    )
    assert (
        "The procedure is permuted_blocks of 2 arms, in the ratio {'b': 2, 'a': 1}; sizes [3, 6]."
    ) in sentences(answer, "proven")
    assert "That these are the protocol's: compare" in sentences(answer, "not proven")
    answer = judged(make(procedure_of("biased_coin", probability=[2, 3])).bundle)
    assert "; probability [2, 3]." in sentences(answer, "proven")
    closed = judged(make(procedure_of("simple"), opened=False).bundle)
    assert "The procedure" not in sentences(closed, "proven")


def test_a_procedure_with_one_arm_is_found(wrong):
    made = make(procedure_of("simple", arms=["verum"], ratio={"verum": 1}))
    said = wrong(made.bundle)
    assert said.keys() == {"arms"}
    assert "arms are 2 to 100" in said["arms"]


def test_one_fault_of_the_opened_slots_is_said_once(made, judged):
    made.bundle["opening"]["slots"].reverse()
    said = sentences(judged(made.bundle), "wrong")
    assert said == "The opened slots are not the list's numbers in list order."


@pytest.mark.parametrize(("which", "name"), [(1, "ListSealed"), (2, "ListAborted")])
def test_a_seal_or_an_abort_of_another_list_than_the_one_promised_is_found(
    made, wrong, which, name
):
    facts = deepcopy([*rival(made), ABORTED])
    facts[which][1]["list_id"] = "list-9"
    made.facts[2:2] = facts
    said = wrong(made.chained())["order"]
    assert said.startswith(f"Line {3 + which} ({name}) is of the list 'list-9', which was not")
