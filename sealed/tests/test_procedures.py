"""The five procedures: what each keeps for any seed, and that it draws by its own law."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cicatrix.trial.errors import Refused
from cicatrix_sealed.choosing.law import law_of
from cicatrix_sealed.generator import Generator
from cicatrix_sealed.procedures import draw, procedure_of, read_procedure, write_procedure
from cicatrix_sealed.procedures.planned import expected_places

SEEDS = st.binary(min_size=48, max_size=48)
FURTHER = {
    "simple": {},
    "permuted_blocks": {"sizes": [6, 9, 12]},
    "big_stick": {"limit": 3},
    "biased_coin": {"probability": [2, 3]},
    "urn": {"start": 1, "add": 1},
}


def procedure(kind, parts=(1, 1, 1), slots=30, **further):
    arms = [f"arm{place}" for place in range(len(parts))]
    return {
        "kind": kind,
        "arms": arms,
        "ratio": dict(zip(arms, parts, strict=True)),
        "strata": [{"stratum": "all", "slots": slots}],
        **(further or FURTHER[kind]),
    }


def arms_of(drawn):
    return [arm for _, arm in drawn]


class Scripted(Generator):
    """A generator whose choices are given, and 0 after them; it keeps how many each had."""

    def __init__(self, choices):
        super().__init__(bytes(48))
        self.choices, self.bounds = choices, []

    def below(self, bound):
        place = len(self.bounds)
        self.bounds.append(bound)
        return self.choices[place] if place < len(self.choices) else 0


def every_draw(document):
    """Follow every choice that a generator could make; give each draw with its exact chance."""
    choices = []
    while True:
        generator = Scripted(choices)
        drawn = draw(document, "all", generator)
        chance = Fraction(1)
        for bound in generator.bounds:
            chance /= bound
        yield drawn, chance
        choices += [0] * (len(generator.bounds) - len(choices))
        while choices and choices[-1] + 1 == generator.bounds[len(choices) - 1]:
            choices.pop()
        if not choices:
            return
        choices[-1] += 1


def law_chance(document, arms):
    """Give the chance of a sequence of arms by the law, over all states that it may pass."""
    read = read_procedure(document)
    slots = document["strata"][0]["slots"]
    law = law_of(read, slots)
    states = {law.start: 1.0}
    for place, arm in enumerate(arms):
        following = {}
        for state, chance in states.items():
            for next_chance, drawn, after in law.steps(state, place):
                if read.arms[drawn] == arm:
                    following[after] = following.get(after, 0.0) + chance * next_chance
        states = following
    return sum(states.values())


@pytest.mark.parametrize(
    "document",
    [
        procedure("simple", (2, 1), 4),
        procedure("permuted_blocks", (1, 1), 8, sizes=[4]),
        procedure("permuted_blocks", (2, 1), 6, sizes=[6]),
        procedure("permuted_blocks", (1,), 7, sizes=[2, 3]),
        procedure("big_stick", (1, 1, 1), 5, limit=1),
        procedure("big_stick", (2, 2), 6, limit=2),
        procedure("biased_coin", (1, 1, 1), 4, probability=[3, 5]),
        procedure("urn", (1, 1, 1), 4, start=1, add=2),
        procedure("urn", (2, 2), 4, start=1, add=1),
        procedure("urn", (1, 1), 4, start=2, add=0),
    ],
    ids=lambda document: f"{document['kind']}-{len(document['arms'])}",
)
def test_every_list_that_can_be_drawn_has_the_chance_that_the_law_says(document):
    chances = Counter()
    for drawn, chance in every_draw(document):
        chances[tuple(arms_of(drawn))] += chance
    assert sum(chances.values()) == 1
    for arms, chance in chances.items():
        assert law_chance(document, arms) == pytest.approx(float(chance), abs=1e-12)


def test_simple_and_urn_and_blocks_have_the_chances_of_the_textbook():
    simple, urn, blocks = (
        {tuple(arms_of(drawn)): Fraction(0) for drawn, _ in every_draw(document)}
        for document in (
            procedure("simple", (2, 1), 1),
            procedure("urn", (1, 1), 2),
            procedure("permuted_blocks", (1, 1), 4, sizes=[4]),
        )
    )
    for found, document in (
        (simple, procedure("simple", (2, 1), 1)),
        (urn, procedure("urn", (1, 1), 2)),
        (blocks, procedure("permuted_blocks", (1, 1), 4, sizes=[4])),
    ):
        for drawn, chance in every_draw(document):
            found[tuple(arms_of(drawn))] += chance
    assert simple == {("arm0",): Fraction(2, 3), ("arm1",): Fraction(1, 3)}
    assert urn["arm0", "arm0"] == Fraction(1, 6)
    assert urn["arm0", "arm1"] == Fraction(1, 3)
    assert set(blocks.values()) == {Fraction(1, 6)}
    assert len(blocks) == 6


@settings(max_examples=60, deadline=None)
@given(
    seed=SEEDS,
    parts=st.lists(st.integers(1, 3), min_size=1, max_size=4),
    multiples=st.lists(st.integers(2, 5), min_size=1, max_size=3, unique=True),
    blocks=st.integers(0, 6),
)
def test_every_block_keeps_the_ratio_and_all_places_are_filled(seed, parts, multiples, blocks):
    whole = sum(parts)
    sizes = sorted(multiple * whole for multiple in multiples)
    slots = blocks * sizes[0]
    document = procedure("permuted_blocks", parts, slots, sizes=sizes)
    drawn = draw(document, "all", Generator(seed))
    assert len(drawn) == slots
    held = {}
    for block, arm in drawn:
        held.setdefault(block, []).append(arm)
    assert list(held) == list(range(1, len(held) + 1))
    for arms in held.values():
        assert len(arms) in sizes
        assert Counter(arms) == {
            arm: part * len(arms) // whole for arm, part in document["ratio"].items()
        }


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, arms=st.integers(2, 5), limit=st.integers(1, 4), slots=st.integers(0, 60))
def test_a_big_stick_never_lets_an_arm_get_further_ahead_than_its_limit(seed, arms, limit, slots):
    drawn = draw(procedure("big_stick", (1,) * arms, slots, limit=limit), "all", Generator(seed))
    counts = dict.fromkeys((f"arm{place}" for place in range(arms)), 0)
    for arm in arms_of(drawn):
        counts[arm] += 1
        assert max(counts.values()) - min(counts.values()) <= limit


@settings(max_examples=40, deadline=None)
@given(
    seed=SEEDS,
    arms=st.integers(1, 4),
    part=st.integers(1, 3),
    start=st.integers(1, 4),
    add=st.integers(0, 4),
)
def test_every_arm_of_an_urn_keeps_a_chance_at_every_place(seed, arms, part, start, add):
    parts = (part,) * arms
    document = procedure("urn", parts, 25, start=start, add=add)
    law = law_of(read_procedure(document), 25)
    state = law.start
    for place, arm in enumerate(arms_of(draw(document, "all", Generator(seed)))):
        steps = {which: (chance, after) for chance, which, after in law.steps(state, place)}
        assert len(steps) == len(parts)
        assert all(chance > 0 for chance, _ in steps.values())
        state = steps[document["arms"].index(arm)][1]


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, kind=st.sampled_from(sorted(FURTHER)))
def test_the_same_seed_draws_the_same_list(seed, kind):
    one, other = (draw(procedure(kind), "all", Generator(seed)) for _ in range(2))
    assert one == other
    assert len(one) == 30
    if kind != "permuted_blocks":
        assert {block for block, _ in one} == {1}


# A list once promised must be drawn the same for ever: these arms may not change.
@pytest.mark.parametrize(
    ("kind", "arms"),
    [
        ("simple", "000112200210222120210211210011"),
        ("permuted_blocks", "211020100222011102102122020101"),
        ("big_stick", "000221122002120102121201020102"),
        ("biased_coin", "021121010101202122020122020121"),
        ("urn", "002021200102221011112200112220"),
    ],
)
def test_a_known_seed_draws_a_known_list(kind, arms):
    drawn = arms_of(draw(procedure(kind), "all", Generator(bytes(range(48)))))
    assert "".join(arm[-1] for arm in drawn) == arms


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (
            procedure("permuted_blocks", sizes=[3, 6]),
            "A block of 3 is refused: who knows all but the last",
        ),
        (procedure("permuted_blocks", sizes=[7]), "A block of 7 does not fit the ratio"),
        (procedure("permuted_blocks", (2, 1), sizes=[6, 8]), "A block of 8 does not fit"),
        (procedure("permuted_blocks", sizes=[9, 6]), "do not ascend"),
        (procedure("permuted_blocks", sizes=[6, 6]), "do not ascend"),
        (procedure("permuted_blocks", sizes=[]), "sizes"),
        (procedure("permuted_blocks", slots=7, sizes=[6]), "no whole blocks fill the 7 places"),
        (procedure("big_stick", (2, 1), limit=2), "the ratio is not equal"),
        (procedure("big_stick", limit=0), "limit"),
        (procedure("biased_coin", (1, 2), probability=[2, 3]), "the ratio is not equal"),
        (procedure("biased_coin", probability=[1, 3]), "1/3 is no biased coin for 3 arms"),
        (procedure("biased_coin", probability=[3, 3]), "3/3 is no biased coin"),
        (procedure("biased_coin", probability=[2, 0]), "probability"),
        (procedure("biased_coin", probability=[0.5, 1]), "probability"),
        (procedure("urn", (2, 1, 1), start=1, add=1), "urn is for arms of equal size"),
        (procedure("urn", start=0, add=1), "start"),
        (procedure("urn", start=1, add=-1), "add"),
        (procedure("simple") | {"kind": "toss"}, "toss"),
        (procedure("simple") | {"sizes": [6]}, "sizes"),
        (procedure("simple") | {"arms": ["arm0", "arm1"]}, "does not name each of its arms once"),
        (procedure("simple") | {"ratio": {"arm0": 0}}, "ratio"),
        (procedure("simple") | {"strata": []}, "strata"),
        (
            procedure("simple") | {"strata": [{"stratum": "a", "slots": 1}] * 2},
            "stands in it twice",
        ),
        ({}, "kind"),
        ({"kind": object()}, "not a JSON object"),
    ],
)
def test_a_procedure_that_cannot_be_drawn_fairly_is_refused_in_one_sentence(document, told):
    with pytest.raises(Refused) as refusal:
        draw(document, "all", Generator(bytes(48)))
    assert told in refusal.value.sentence
    assert "\n" not in refusal.value.sentence


def test_a_stratum_that_is_not_the_procedures_is_refused():
    with pytest.raises(Refused, match="has no stratum site=foshan: draw one of all"):
        draw(procedure("simple"), "site=foshan", Generator(bytes(48)))


@pytest.mark.parametrize("kind", sorted(FURTHER))
def test_a_studys_procedure_has_its_arms_ratio_and_strata_and_can_be_read_again(make_study, kind):
    study = make_study(strata=("site", "skin"), sites={"foshan": 20, "wuhan": 31})
    made = procedure_of(study, kind=kind)
    assert made["kind"] == kind
    assert made["arms"] == ["quokka", "numbat", "bilby"]
    assert made["ratio"] == {"quokka": 1, "numbat": 1, "bilby": 1}
    assert [one["stratum"] for one in made["strata"]][:2] == [
        "site=foshan;skin=light",
        "site=foshan;skin=dark",
    ]
    assert [one["slots"] for one in made["strata"]] == [24, 24, 39, 39]
    assert write_procedure(read_procedure(made)) == made


@pytest.mark.parametrize("planned", [1, 2, 5, 36, 37])
def test_the_number_of_places_does_not_tell_the_kind(make_study, planned):
    study = make_study(sites={"foshan": planned})
    kinds = ("permuted_blocks", "simple", "big_stick", "biased_coin", "urn")
    made = [procedure_of(study, kind=kind, sizes=()) for kind in kinds]
    made += [procedure_of(study, kind=kind, sizes=[30]) for kind in kinds[1:]]
    assert len({one["strata"][0]["slots"] for one in made}) == 1
    wanted = [procedure_of(study, kind=kind, slots=planned) for kind in kinds]
    assert len({one["strata"][0]["slots"] for one in wanted}) == 1


def test_the_default_sizes_are_2_3_and_4_times_the_ratios_sum(make_study):
    assert procedure_of(make_study())["sizes"] == [6, 9, 12]
    assert procedure_of(make_study(ratio={"a": 2, "b": 1, "c": 1}))["sizes"] == [8, 12, 16]
    assert procedure_of(make_study(), sizes=[9, 6, 9])["sizes"] == [6, 9]


@settings(max_examples=40, deadline=None)
@given(
    slots=st.integers(0, 200),
    multiples=st.lists(st.integers(2, 7), min_size=1, max_size=3, unique=True),
)
def test_a_stratum_gets_the_least_number_of_places_that_whole_blocks_fill(
    make_study, slots, multiples
):
    sizes = [3 * multiple for multiple in multiples]
    (stratum,) = procedure_of(make_study(), sizes=sizes, slots=slots)["strata"]
    reachable = {0}
    for _ in range(slots + max(sizes)):
        reachable |= {sum_ + size for sum_ in reachable for size in sizes if sum_ <= slots}
    assert stratum["slots"] == min(number for number in reachable if number >= slots)


@pytest.mark.parametrize("sizes", [[3], [7], [0], [-6]])
def test_a_studys_procedure_refuses_a_block_size_that_does_not_fit(make_study, sizes):
    with pytest.raises(Refused, match="6, 9, 12"):
        procedure_of(make_study(), sizes=sizes)


def test_a_studys_procedure_refuses_an_unknown_kind(make_study):
    with pytest.raises(Refused, match="There is no procedure toss: choose permuted_blocks, simple"):
        procedure_of(make_study(), kind="toss")


def test_planned_participants_are_shared_over_a_sites_strata_without_losing_one(make_study):
    study = make_study(strata=("site", "skin"), sites={"foshan": 7, "wuhan": 0})
    assert list(expected_places(study).values()) == [4, 3, 0, 0]
    assert expected_places(make_study(sites={"foshan": 12})) == {"all": 12}
