"""A minimised trial's bundle, made here from the page alone, is replayed arm by arm.

The arms are chosen below by the page's words, in other words than the verifier's: what both agree
on, the page says. Then one thing at a time is changed, with the ledger chained anew.
"""

from copy import deepcopy
from statistics import pvariance

import pytest
import rfc8785

from bundle_maker import (
    DIGEST,
    OPEN,
    SECRET,
    Made,
    below_of,
    checkpoint_of,
    derived,
    keyed,
    make,
    root_of,
    tagged,
)
from bundle_maker import chained as chain_of

ARMS = ["verum", "placebo", "sham"]
FACTORS = [
    {"factor": "site", "levels": ["north", "south"], "weight": 2},
    {"factor": "skin", "levels": ["light", "dark"], "weight": 1},
]


def octets_of(seed):
    """Give 16 octets in one request after another (SP 800-90A, 10.1.2)."""
    key, v = b"\0" * 32, b"\1" * 32
    for mark in (b"\0", b"\1"):
        key = keyed(key, v + mark + seed)
        v = keyed(key, v)
    while True:
        v = keyed(key, v)
        yield v[:16]
        key = keyed(key, v + b"\0")
        v = keyed(key, v)


def chosen(procedure, number, draw, given, levels):
    """Choose as Pocock and Simon do, by the page: `given` are pairs of levels and arm."""

    def unlike(counts):
        if procedure["measure"] == "range":
            return max(counts) - min(counts)
        return round(len(counts) ** 2 * pvariance(counts))

    def imbalance(arm):
        others = [*given, (levels, arm)]
        return sum(
            one["weight"]
            * unlike(
                [
                    sum(
                        got == each and had[one["factor"]] == levels[one["factor"]]
                        for had, got in others
                    )
                    for each in procedure["arms"]
                ]
            )
            for one in procedure["factors"]
        )

    sums = {arm: imbalance(arm) for arm in procedure["arms"]}
    best = [arm for arm in sums if sums[arm] == min(sums.values())]
    below = below_of(derived(draw, b"cicatrix/draw/1", number, 48))
    first = best[below(len(best))]
    if len(best) == len(sums):
        return first
    numerator, denominator = procedure["probability"]
    if below(denominator) < numerator:
        return first
    rest = [arm for arm in procedure["arms"] if arm != first]
    return rest[below(len(rest))]


def minimised(people=9, slots=12, *, opened=True, **fields):
    procedure = {
        "kind": "minimisation", "arms": ARMS, "ratio": dict.fromkeys(ARMS, 1),
        "strata": [{"stratum": "all", "slots": slots}], "factors": FACTORS,
        "measure": "range", "probability": [4, 5],
    } | fields  # fmt: skip
    listed = procedure | {"kind": "simple"}
    for name in ("factors", "measure", "probability"):
        del listed[name]
    made = make(listed, given=0, opened=False)
    bundle = made.bundle
    randomness = bytes.fromhex(bundle["beacon"]["randomness"])
    draws = octets_of(derived(SECRET + randomness, b"cicatrix/seed/1", "all", 48))
    opening, given = [], []
    asked = [
        {"site": "north" if place % 3 else "south", "skin": "dark" if place % 2 else "light"}
        for place in range(people)
    ]
    for place, slot in enumerate(bundle["slots"]):
        number, draw = slot["number"], next(draws)
        nonce = derived(SECRET, b"cicatrix/slot-nonce/1", number, 32)
        slot["commitment"] = tagged("cicatrix/slot/1", number, "all", draw.hex(), nonce)
        arm = None
        if place < people:
            arm = chosen(procedure, number, draw, given, asked[place])
            given.append((asked[place], arm))
        opening.append(
            {"number": number, "arm": arm, "block": 1, "nonce": nonce.hex(), "draw": draw.hex()}
        )
    commitment, root = sealed_anew(bundle, procedure)
    made.payload("SecretCommitted")["commitment"] = commitment
    made.payload("ListSealed").update(
        commitment=root, slots=deepcopy(bundle["slots"]),
        factors={one["factor"]: one["weight"] for one in FACTORS},
    )  # fmt: skip
    bundle["commit"]["commitment"], bundle["root"] = commitment, root
    for place, levels in enumerate(asked):
        person = f"P{place:03}"
        made.facts.append(("RandomisationRequested", {"participant": person, "levels": levels}))
    for place in range(people):
        number = bundle["slots"][place]["number"]
        fact = {"participant": f"P{place:03}", "stratum": "all", "number": number}
        made.facts.append(("Randomised", fact))
    if opened:
        made.facts += [("TrialLocked", {}), ("AllocationOpened", {"list_id": "list-1"})]
        nonce = (b"\x22" * 32).hex()
        bundle["opening"] = {
            "secret": SECRET.hex(), "nonce": nonce, "procedure": procedure, "slots": opening,
        }  # fmt: skip
    return made


def sealed_anew(bundle, procedure):
    """Give the commitment and the root that the bundle's slots and procedure have now."""
    canonical = rfc8785.dumps(procedure)
    root = root_of([rfc8785.dumps(slot) for slot in bundle["slots"]]).hex()
    return tagged("cicatrix/secret/1", DIGEST, canonical, SECRET, b"\x22" * 32), root


def written(made: Made, *, requests=True):
    lines = chain_of(made.facts)
    if requests:
        lines = shown_too(made.facts)
    if made.bundle["opening"] is None:
        made.bundle["beacon"] = None
    return made.bundle | {"ledger": lines, "checkpoint": checkpoint_of(lines)}


def shown_too(facts):
    """Chain the facts with the requests shown, which the maker's own chain withholds."""
    OPEN.add("RandomisationRequested")
    try:
        return chain_of(facts)
    finally:
        OPEN.discard("RandomisationRequested")


@pytest.mark.parametrize("measure", ["range", "variance"])
@pytest.mark.parametrize("probability", [[4, 5], [1, 2], [9, 10]])
@pytest.mark.parametrize("people", [0, 1, 12])
def test_an_honest_bundle_holds_and_every_arm_is_replayed(judged, measure, probability, people):
    made = minimised(people, measure=measure, probability=probability)
    answer = judged(written(made))
    assert answer["exit"] == 0, answer["verdict"]
    said = {one["sentence"] for one in answer["findings"] if one["check"] == "replay"}
    assert f"The arms of all {people} numbers follow from their draws and requests." in said
    assert any("The draws of all 12 slots" in one["sentence"] for one in answer["findings"])


@pytest.mark.parametrize("measure", ["range", "variance"])
def test_a_long_trial_is_replayed_to_its_last_arm(judged, measure):
    answer = judged(written(minimised(150, 150, measure=measure)))
    assert answer["exit"] == 0, answer["verdict"]


def test_every_arm_comes_up_so_that_the_replay_has_something_to_find():
    opening = minimised(12).bundle["opening"]["slots"]
    assert {slot["arm"] for slot in opening} == set(ARMS)


def test_before_the_opening_requests_may_be_withheld_and_nothing_is_known(judged):
    answer = judged(written(minimised(opened=False), requests=False))
    assert answer["exit"] == 0, answer["verdict"]
    assert "nothing is known of the arms" in answer["verdict"]


def test_an_arm_that_does_not_follow_from_its_draw_is_found(wrong):
    made = minimised()
    slot = made.bundle["opening"]["slots"][4]
    slot["arm"] = next(arm for arm in ARMS if arm != slot["arm"])
    assert "by its draw and the levels so far it is" in wrong(written(made))["replay"]


def test_another_draw_is_found_three_times(wrong):
    made = minimised()
    made.bundle["opening"]["slots"][4]["draw"] = "00" * 16
    found = wrong(written(made))
    assert "drawn is" in found["arms"]
    assert "has the commitment" in found["commitments"]


def test_other_levels_than_were_requested_are_found(wrong):
    """Levels changed in a ledger that is chained anew give other arms for some newcomer."""
    changed = 0
    for place in range(9):
        made = minimised()
        payload = made.payload("RandomisationRequested", place)
        payload["levels"] = payload["levels"] | {"site": "elsewhere"}
        try:
            changed += "replay" in wrong(written(made))
        except AssertionError:
            continue
    assert changed >= 3


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda facts: facts.pop(), "whose turn it was not"),
        (lambda facts: facts.reverse(), "whose turn it was not"),
        (lambda facts: facts[2][1]["levels"].pop("skin"), "has no field skin"),
        (lambda facts: facts[2][1]["levels"].update(sex="f"), "unknown field 'sex'"),
        (lambda facts: facts[2][1]["levels"].update(skin=1), "is not Unicode text"),
    ],
)
def test_requests_that_are_missing_out_of_order_or_of_other_factors_are_found(wrong, change, told):
    made = minimised()
    first = made.place("RandomisationRequested")
    asked = made.facts[first : first + 9]
    change(asked)
    made.facts[first : first + 9] = asked
    assert told in wrong(written(made))["replay"]


def test_a_request_made_after_its_number_is_found(wrong):
    made = minimised()
    made.facts.append(made.facts.pop(made.place("RandomisationRequested", 8)))
    assert "whose turn it was not" in wrong(written(made))["replay"]


def test_a_withheld_request_and_other_weights_are_found(wrong):
    assert "this kind must be disclosed" in wrong(written(minimised(), requests=False))["chain"]
    made = minimised()
    made.payload("ListSealed")["factors"] = {"site": 1, "skin": 1}
    assert "other factors or weights" in wrong(written(made))["replay"]


def test_an_arm_of_a_number_given_to_nobody_is_found(wrong):
    made = minimised()
    made.bundle["opening"]["slots"][10]["arm"] = "sham"
    assert "has an arm and was given to nobody" in wrong(written(made))["replay"]


def test_requests_without_an_answer_are_counted(judged):
    made = minimised()
    late = ("RandomisationRequested", {"participant": "Z", "levels": {"site": "a", "skin": "b"}})
    made.facts.insert(made.place("TrialLocked"), late)
    answer = judged(written(made))
    assert answer["exit"] == 0
    assert "Why 1 requests were never answered: ask." in str(answer["findings"])


@pytest.mark.parametrize(
    "fields",
    [
        {"factors": []}, {"measure": "entropy"}, {"probability": [1, 3]}, {"probability": [1, 1]},
        {"probability": [1]}, {"factors": [FACTORS[0], FACTORS[0]]},
        {"factors": [FACTORS[0] | {"weight": 0}]}, {"ratio": {"verum": 2, "placebo": 1, "sham": 1}},
    ],
    ids=str,
)  # fmt: skip
def test_a_minimisation_that_is_none_is_found_wrong_in_one_sentence(wrong, fields):
    made = minimised()
    made.bundle["opening"]["procedure"] |= fields
    assert "The arms cannot be drawn anew: the procedure" in wrong(written(made))["arms"]


def test_a_bundle_without_draws_is_none(judged):
    made = minimised()
    del made.bundle["opening"]["slots"][0]["draw"]
    answer = judged(written(made))
    assert answer["exit"] == 2
    assert "has no field draw" in answer["verdict"]
