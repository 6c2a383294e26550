"""The list drawn: places that tell nothing, and one generator for each stratum and no other.

`make_study` is the tests' own; its two sites are the strata.
"""

from collections import Counter

import pytest

from cicatrix.trial.allocation import bare
from cicatrix.trial.errors import Refused
from cicatrix_sealed.custodians import Secrets
from cicatrix_sealed.drawn import Place, draw_slots, places_of
from cicatrix_sealed.generator import Generator
from cicatrix_sealed.keys import Derivation, generator_of, slot_nonce
from cicatrix_sealed.procedures import read_procedure
from cicatrix_sealed.procedures.planned import procedure_of

DIGEST, RANDOMNESS = "ab" * 32, b"\x22" * 32
ARMS = ("quokka", "numbat")


def procedure(strata=(("all", 20),), kind="simple", **more):
    return {
        "kind": kind,
        "arms": list(ARMS),
        "ratio": dict.fromkeys(ARMS, 1),
        "strata": [{"stratum": name, "slots": slots} for name, slots in strata],
        **more,
    }


def secrets(document, secret=b"\x11" * 32):
    return Secrets(secret, b"\x33" * 32, document, b"\x44" * 32)


def drawn(document, *, secret=b"\x11" * 32, randomness=RANDOMNESS, digest=DIGEST):
    places = tuple(
        Place(f"{one['stratum']}-{n}", one["stratum"], (f"K{one['stratum']}-{n}",))
        for one in document["strata"]
        for n in range(one["slots"])
    )
    return draw_slots(places, secrets(document, secret), study_digest=digest, randomness=randomness)


def arms(slots, stratum="all"):
    return [slot.arm for slot in slots if slot.stratum == stratum]


def test_an_arm_is_what_the_strata_own_generator_draws():
    slots = drawn(procedure([("a", 30), ("b", 30)]))
    for stratum in ("a", "b"):
        own = generator_of(DIGEST, stratum, secret=b"\x11" * 32, randomness=RANDOMNESS)
        assert arms(slots, stratum) == [ARMS[own.below(2)] for _ in range(30)]


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "simple"},
        {"kind": "permuted_blocks", "sizes": [4, 6]},
        {"kind": "big_stick", "limit": 3},
        {"kind": "biased_coin", "probability": [2, 3]},
        {"kind": "urn", "start": 1, "add": 1},
    ],
)
def test_the_draws_of_a_stratum_are_the_same_beside_any_others(more):
    alone = drawn(procedure([("a", 40)], **more))
    beside = drawn(procedure([("before", 24), ("a", 40), ("after", 60)], **more))
    longer = drawn(procedure([("before", 28), ("a", 40)], **more))
    in_a = [[slot for slot in slots if slot.stratum == "a"] for slots in (alone, beside, longer)]
    assert in_a[0] == in_a[1] == in_a[2]


def test_two_strata_of_one_size_are_drawn_apart():
    slots = drawn(procedure([("a", 64), ("b", 64)]))
    assert arms(slots, "a") != arms(slots, "b")


@pytest.mark.parametrize(
    "other", [{"secret": b"\x12" * 32}, {"randomness": b"\x23" * 32}, {"digest": "cd" * 32}]
)
def test_secret_randomness_and_study_each_make_another_list(other):
    document = procedure([("all", 64)])
    assert arms(drawn(document)) == arms(drawn(document))
    assert arms(drawn(document)) != arms(drawn(document, **other))


def test_over_many_secrets_every_place_has_every_arm_about_equally_often():
    document = procedure([("all", 8)], kind="permuted_blocks", sizes=[4])
    chance, counts = Generator(bytes(48)), Counter()
    for _ in range(400):
        slots = drawn(document, secret=chance.octets(32))
        counts.update((place, slot.arm) for place, slot in enumerate(slots))
    for place in range(8):
        # The 99.99th percentile of chi-squared with 1 degree of freedom is 15.1.
        assert sum((counts[place, arm] - 200) ** 2 / 200 for arm in ARMS) < 15.1


def test_the_nonce_of_a_slot_comes_from_the_secret_and_no_two_are_the_same():
    slots = drawn(procedure([("a", 20), ("b", 20)]))
    derivation = Derivation(b"\x11" * 32, DIGEST)
    assert all(slot.nonce == slot_nonce(derivation, slot.number).hex() for slot in slots)
    assert len({slot.nonce for slot in slots}) == 40


def test_slots_of_one_arm_have_different_promises():
    slots = drawn(procedure([("all", 20)]))
    assert len({bare(slot).commitment for slot in slots}) == 20


def test_other_places_than_the_procedures_are_refused():
    document = procedure([("a", 2), ("b", 1)])
    for strata in (("a", "a"), ("a", "b", "a"), ("a", "a", "b", "b"), ()):
        places = [Place(str(n), stratum, ()) for n, stratum in enumerate(strata)]
        with pytest.raises(Refused, match="other places than its procedure draws"):
            draw_slots(places, secrets(document), study_digest=DIGEST, randomness=RANDOMNESS)


def test_a_stratum_without_places_is_drawn_as_none():
    slots = drawn(procedure([("a", 0), ("b", 3)]))
    assert [slot.stratum for slot in slots] == ["b"] * 3


@pytest.fixture
def study(make_study):
    return make_study(strata=("site",), sites={"foshan": 4, "zhuhai": 4})


def exactly(study, *, slots, **more):
    """Give a study's procedure with as many places as said: these tests are of their names."""
    document = procedure_of(study, slots=slots, **more)
    strata = [one | {"slots": slots} for one in document["strata"]]
    return document | {"strata": strata}


def test_places_have_numbers_by_stratum_and_kits_with_spares(study):
    chosen = read_procedure(exactly(study, kind="simple", slots=2))
    places = places_of(study, chosen)
    assert [(place.number, place.stratum) for place in places] == [
        ("A001", "site=foshan"), ("A002", "site=foshan"),
        ("B001", "site=zhuhai"), ("B002", "site=zhuhai"),
    ]  # fmt: skip
    assert places[0].kits == ("KA001", "KA001S1")


def test_one_stratum_has_bare_numbers_and_a_later_series_other_kits(make_study):
    study = make_study()
    chosen = read_procedure(exactly(study, kind="simple", slots=1000))
    first, second = places_of(study, chosen), places_of(study, chosen, series=2)
    assert (first[0].number, first[-1].number) == ("0001", "1000")
    assert [place.number for place in first] == [place.number for place in second]
    assert second[0].kits == ("K2-0001", "K2-0001S1")
    kits = [kit for places in (first, second) for place in places for kit in place.kits]
    assert len(set(kits)) == len(kits) == 4000


def test_more_than_twenty_six_strata_have_numbers_of_their_own(make_study):
    study = make_study(strata=("site",), sites={f"s{n}": 1 for n in range(27)})
    places = places_of(study, read_procedure(exactly(study, kind="simple", slots=1)))
    assert (places[0].number, places[26].number) == ("AA001", "BA001")
    assert len({place.number for place in places}) == 27
