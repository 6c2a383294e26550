"""Minimisation: marginal counts by hand, chances by enumeration, and the replay."""

from collections import Counter
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cicatrix.trial.errors import Refused
from cicatrix_sealed.generator import Generator
from cicatrix_sealed.keys import draw_generator
from cicatrix_sealed.minimisation import Factor, Minimisation, check, ordered_levels, replay

ARMS = ("quokka", "numbat", "bilby")
SITE = Factor("site", ("foshan", "wuhan"))
SKIN = Factor("skin", ("light", "dark"))
METHOD = Minimisation(ARMS, (SITE, SKIN))


def given_so_far(*rows):
    return [(tuple(levels.split()), arm) for levels, arm in rows]


SO_FAR = given_so_far(
    ("foshan light", "quokka"),
    ("foshan dark", "quokka"),
    ("foshan light", "numbat"),
    ("wuhan light", "bilby"),
    ("wuhan dark", "bilby"),
)


class Scripted(Generator):
    """A generator whose choices are given, and 0 after them; it keeps how many each had."""

    def __init__(self, choices):
        super().__init__(bytes(48))
        self.choices, self.bounds = choices, []

    def below(self, bound):
        place = len(self.bounds)
        self.bounds.append(bound)
        return min(self.choices[place], bound - 1) if place < len(self.choices) else 0


def newcomer(method, so_far, levels, generator=None):
    """Replay those given so far, each steered to the arm that she has, and choose the next."""
    requests, steering = [], []
    for own, arm in so_far:
        requests.append(own)
        steering.append(
            next(
                choices
                for choices in product(range(3), range(5), range(2))
                if replay(method, requests, map(Scripted, [*steering, choices]))[-1].arm == arm
            )
        )
    generators = [*map(Scripted, steering), generator or Scripted([])]
    return replay(method, [*requests, levels], generators)[-1]


def imbalances(method, levels, so_far):
    return newcomer(method, so_far, levels).imbalances


def chances(method, levels, so_far):
    """Follow every choice of a generator; give each arm's exact chance."""
    choices, found = [], Counter()
    while True:
        generator = Scripted(choices)
        arm = newcomer(method, so_far, levels, generator).arm
        chance = Fraction(1)
        for bound in generator.bounds:
            chance /= bound
        found[arm] += chance
        choices += [0] * (len(generator.bounds) - len(choices))
        while choices and choices[-1] + 1 == generator.bounds[len(choices) - 1]:
            choices.pop()
        if not choices:
            return found
        choices[-1] += 1


def test_imbalances_are_those_counted_by_hand():
    # foshan: quokka 2, numbat 1, bilby 0; light: 1, 1, 1.
    assert imbalances(METHOD, ("foshan", "light"), SO_FAR) == (3 + 1, 2 + 1, 1 + 1)
    # wuhan: 0, 0, 2; dark: 1, 0, 1.
    assert imbalances(METHOD, ("wuhan", "dark"), SO_FAR) == (2 + 2, 2 + 0, 3 + 2)


def test_imbalances_are_those_of_a_published_example():
    """Source: Ivers2012, table 3 (after Scott et al. 2002): 4 for intervention, 2 for control.

    Only the margins of the newcomer's levels, high and moderate, are counted.
    """
    baseline = Factor("baseline", ("high", "moderate", "low"))
    covariate = Factor("covariate", ("high", "moderate", "low"))
    method = Minimisation(("intervention", "control"), (baseline, covariate))
    so_far = given_so_far(
        *[("high moderate", "intervention")] * 2,
        ("moderate moderate", "intervention"),
        ("high moderate", "control"),
        ("high high", "control"),
    )
    choice = newcomer(method, so_far, ("high", "moderate"))
    assert choice.imbalances == (4, 2)
    assert choice.preferred == ("control",)


def test_a_factors_weight_multiplies_its_part():
    heavy = Minimisation(ARMS, (Factor("site", SITE.levels, 3), SKIN))
    assert imbalances(heavy, ("foshan", "light"), SO_FAR) == (9 + 1, 6 + 1, 3 + 1)


def test_the_variance_is_nine_times_that_of_three_counts():
    method = Minimisation(ARMS, (SITE,), "variance")
    so_far = given_so_far(("foshan", "quokka"), ("foshan", "quokka"), ("foshan", "numbat"))
    # The counts would be 3, 1, 0 with a variance of 14/9; 2, 2, 0 with 8/9; 2, 1, 1 with 2/9.
    assert imbalances(method, ("foshan",), so_far) == (14, 8, 2)


def test_range_and_variance_can_prefer_different_arms():
    so_far = given_so_far(
        *[("foshan x", "quokka")] * 5,
        *[("foshan x", "numbat")] * 3,
        *[("wuhan light", "numbat")] * 1,
        *[("wuhan light", "bilby")] * 1,
    )
    skin = Factor("skin", ("light", "x"))
    by_range, by_variance = (
        Minimisation(ARMS, (SITE, skin), measure) for measure in ("range", "variance")
    )
    assert imbalances(by_range, ("foshan", "light"), so_far) != imbalances(
        by_variance, ("foshan", "light"), so_far
    )


def test_the_one_best_arm_has_its_probability_and_the_others_share_the_rest():
    assert chances(METHOD, ("foshan", "light"), SO_FAR) == {
        "bilby": Fraction(4, 5),
        "quokka": Fraction(1, 10),
        "numbat": Fraction(1, 10),
    }


def test_two_arms_that_tie_are_ordered_at_random_and_the_third_is_least_likely():
    so_far = given_so_far(("foshan light", "quokka"))
    found = chances(METHOD, ("foshan", "light"), so_far)
    tied = Fraction(1, 2) * Fraction(4, 5) + Fraction(1, 2) * Fraction(1, 10)
    assert found == {"numbat": tied, "bilby": tied, "quokka": Fraction(1, 10)}


def test_the_first_participant_gets_each_arm_with_the_same_chance():
    found = chances(METHOD, ("foshan", "light"), [])
    assert found == dict.fromkeys(ARMS, Fraction(1, 3))
    choice = newcomer(METHOD, [], ("foshan", "light"))
    assert choice.preferred == ARMS
    assert choice.imbalances == (2, 2, 2)


REQUESTS = st.lists(
    st.tuples(st.sampled_from(SITE.levels), st.sampled_from(SKIN.levels)), max_size=25
)


def generators(seed, count):
    """Make a generator for each place from a draw, and these from a seed."""
    draws = Generator(seed)
    return [draw_generator("d" * 64, str(place), draw=draws.octets(16)) for place in range(count)]


@settings(max_examples=30, deadline=None)
@given(requests=REQUESTS, seed=st.binary(min_size=48, max_size=48))
def test_a_replay_gives_the_same_arms_and_each_prefix_the_same_beginning(requests, seed):
    whole = replay(METHOD, requests, generators(seed, len(requests)))
    again = replay(METHOD, requests, generators(seed, len(requests)))
    part = len(requests) // 2
    half = replay(METHOD, requests[:part], generators(seed, part))
    assert whole == again
    assert whole[: len(half)] == half
    for place, (levels, choice) in enumerate(zip(requests, whole, strict=True)):
        before = list(zip(requests[:place], whole[:place], strict=True))
        made = tuple(
            sum(
                ranged(level, [*((own[at], one.arm) for own, one in before), (level, arm)])
                for at, level in enumerate(levels)
            )
            for arm in ARMS
        )
        assert choice.imbalances == made
        assert choice.preferred == tuple(
            a for a, one in zip(ARMS, made, strict=True) if one == min(made)
        )


def ranged(level, rows):
    """Give the range of the arms' counts among those of a level."""
    counts = [rows.count((level, arm)) for arm in ARMS]
    return max(counts) - min(counts)


def test_a_draw_decides_one_place_alone():
    """Another draw for the last place leaves the arms before it, and can change the last."""
    requests = [(SITE.levels[place % 2], SKIN.levels[place % 3 % 2]) for place in range(12)]
    arms, last = set(), set()
    for other in range(20):
        own = generators(bytes(48), 12)
        own[-1] = draw_generator("d" * 64, "last", draw=bytes([other]) * 16)
        choices = [choice.arm for choice in replay(METHOD, requests, own)]
        arms.add(tuple(choices[:-1]))
        last.add(choices[-1])
    assert len(arms) == 1
    assert len(last) > 1


def marginal_imbalance(method, requests, arms):
    """Sum over all levels the range of the arms' counts."""
    counts = Counter(
        (place, level, arm)
        for levels, arm in zip(requests, arms, strict=True)
        for place, level in enumerate(levels)
    )
    ranges = [
        [counts[place, level, arm] for arm in method.arms]
        for place, factor in enumerate(method.factors)
        for level in factor.levels
    ]
    return sum(max(one) - min(one) for one in ranges)


@pytest.mark.parametrize("measure", ["range", "variance"])
def test_minimisation_is_less_uneven_at_every_level_than_simple_randomisation(measure):
    """Forty trials of 60; the smaller mean is less than half of the other."""
    method = Minimisation(ARMS, (SITE, SKIN), measure)
    minimised = simple = 0
    for trial in range(40):
        chance = Generator(bytes([trial]) * 48)
        requests = [(SITE.levels[chance.below(2)], SKIN.levels[chance.below(2)]) for _ in range(60)]
        choices = replay(method, requests, generators(bytes([trial]) * 48, 60))
        minimised += marginal_imbalance(method, requests, [choice.arm for choice in choices])
        tossed = [ARMS[chance.below(3)] for _ in requests]
        simple += marginal_imbalance(method, requests, tossed)
    assert minimised < simple / 2


@pytest.mark.parametrize(
    ("method", "told"),
    [
        (Minimisation(("a",), (SITE,)), "two arms or more"),
        (Minimisation(("a", "a"), (SITE,)), "each named once"),
        (Minimisation(ARMS, ()), "it needs a factor"),
        (Minimisation(ARMS, (SITE, SITE)), "each factor once"),
        (Minimisation(ARMS, (Factor("site", ("x",), 0),)), "site needs a weight of 1 or more"),
        (Minimisation(ARMS, (Factor("site", ()),)), "levels that differ"),
        (Minimisation(ARMS, (SITE,), probability=(1, 3)), "1/3 does not favour one of 3 arms"),
        (Minimisation(ARMS, (SITE,), probability=(1, 1)), "leave the others a chance"),
        (Minimisation(ARMS, (SITE,), probability=(-2, -3)), "-2/-3"),
    ],
)
def test_a_method_that_is_not_fair_is_refused_in_one_sentence(method, told):
    with pytest.raises(Refused) as refusal:
        check(method)
    assert told in refusal.value.sentence


def test_a_fair_method_passes():
    check(METHOD)
    check(Minimisation(("a", "b"), (SITE,), "variance", (3, 4)))


def test_levels_are_put_in_the_factors_order_and_other_factors_are_refused():
    assert ordered_levels(METHOD, {"skin": "dark", "site": "foshan"}) == ("foshan", "dark")
    for levels in ({"site": "foshan"}, {"skin": "dark", "site": "foshan", "sex": "f"}):
        with pytest.raises(Refused, match="expected of site, skin"):
            ordered_levels(METHOD, levels)


def test_a_level_that_came_later_is_counted_like_any_other():
    """A site that an amendment added: nobody of it was there, and then somebody is."""
    later = ordered_levels(METHOD, {"site": "harbin", "skin": "light"})
    assert imbalances(METHOD, later, SO_FAR) == (1 + 1, 1 + 1, 1 + 1)
    grown = [*SO_FAR, (later, "quokka")]
    assert imbalances(METHOD, later, grown) == (2 + 2, 1 + 1, 1 + 1)
