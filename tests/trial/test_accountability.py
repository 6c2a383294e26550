"""Accountability: every kit and tube in one place whatever happens, and no arm in what is left.

That the stock tells nothing is counted: over all lists that are equally likely, what a masked
person sees of it is the same, so that each number's arm is as likely after a look as before.
"""

import copy
from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import plain_custodian
from cicatrix.exchange.stock import write_stock
from cicatrix.trial.accountability import accountability, stock_lines, unused
from cicatrix.trial.actions.people import change_recruitment
from cicatrix.trial.actions.returns import destroy_kits, return_kit, witness_destruction
from cicatrix.trial.actions.storage import (
    condemn_quarantine,
    quarantine_kits,
    read_temperature,
    release_quarantine,
)
from cicatrix.trial.actions.supply import apply_tube, discard_tube, dispense_kit, receive_kits
from cicatrix.trial.errors import CicatrixError
from cicatrix.trial.trial import fold
from cicatrix.trial.visibility import visible_to

PLACES = (
    "in_stock", "quarantined", "expired", "condemned", "dispensed", "returned", "destroyed",
)  # fmt: skip
TUBES = (
    "tubes_applied", "tubes_discarded", "tubes_held", "tubes_returned", "tubes_destroyed",
)  # fmt: skip
KITS = ("K1A", "K1B", "K2A", "K2B", "K3A")
SITES = ("here", "there")


def account(stage, site="here"):
    return asdict(accountability(stage.study, stage.trial, site, now=stage.now))


def test_a_site_that_received_nothing_has_an_account_of_zeros(recruiting):
    counts = account(recruiting)
    assert counts.pop("site") == "here"
    assert counts.pop("log") is None
    assert set(counts.values()) == {0}
    assert stock_lines(recruiting.study, recruiting.trial, "here", now=recruiting.now) == ()


def test_an_account_follows_a_kit_from_its_arrival_to_its_end(recruiting):
    stage, here = recruiting, {"site": "here"}
    stage.dispensed()
    stage.do(receive_kits, stage.paul, **here, kits=("K1B", "K2A"))
    stage.do(apply_tube, stage.nina, participant="HERE-001", kit="K1A", tube=1, day=1)
    counts = account(stage)
    assert (counts["received"], counts["dispensed"], counts["in_stock"]) == (3, 1, 2)
    assert (counts["tubes"], counts["tubes_applied"], counts["tubes_held"]) == (6, 1, 5)
    assert unused(stage.study, stage.trial, "K1A") == (2,)
    back = {**here, "kit": "K1A", "tubes": (2,), "returned_by": "participant"}
    stage.do(return_kit, stage.nina, **back)
    assert account(stage)["tubes_returned"] == 1
    stage.do(destroy_kits, stage.paul, **here, kits=("K1A",))
    counts = account(stage)
    assert (counts["destroyed"], counts["unwitnessed"], counts["ever_dispensed"]) == (1, 1, 1)
    assert (counts["tubes_returned"], counts["tubes_destroyed"]) == (0, 1)
    stage.do(witness_destruction, stage.chen, destruction="HERE-D001")
    assert account(stage)["unwitnessed"] == 0
    assert set(account(stage, "there").values()) == {"there", 0, None}


def test_an_account_puts_all_readings_of_a_storage_together(recruiting):
    for lowest, highest in ((3.5, 6), (2, 7.5), (4, 5)):
        how = {"lowest_celsius": lowest, "highest_celsius": highest}
        recruiting.do(read_temperature, recruiting.cora, site="here", **how)
    assert account(recruiting)["readings"] == 3
    log = {"lowest_celsius": 2, "highest_celsius": 7.5, "hours_outside": 0}
    assert account(recruiting)["log"] == log
    assert account(recruiting, "there")["log"] is None


def test_hours_outside_the_range_add_up_over_a_site_s_readings(kept):
    for hours in (1.5, 2):
        how = {"lowest_celsius": 4, "highest_celsius": 11, "hours_outside": hours}
        kept.do(read_temperature, kept.cora, site="here", **how)
    assert account(kept)["log"]["hours_outside"] == 3.5


@pytest.fixture
def treating(kept):
    """A stage at which a woman of each site has her kit, and a spare is in stock."""
    kept.randomised()
    kept.randomised(site="there")
    perform(kept, "receive", "here", {"K1A", "K1B"})
    perform(kept, "receive", "there", {"K2A", "K2B"})
    for site, kit in (("here", "K1A"), ("there", "K2A")):
        perform(kept, "dispense", site, kit)
    return kept


ACTS = st.one_of(
    st.tuples(st.just("receive"), st.sampled_from(SITES), st.sets(st.sampled_from(KITS))),
    st.tuples(st.just("dispense"), st.sampled_from(SITES), st.sampled_from(KITS)),
    st.tuples(st.just("apply"), st.sampled_from(KITS), st.sampled_from((1, 2))),
    st.tuples(st.just("discard"), st.sampled_from(KITS), st.sampled_from((1, 2))),
    st.tuples(st.just("warm"), st.sampled_from(SITES), st.sampled_from((1.0, 3.0))),
    st.tuples(st.just("hold"), st.sampled_from(SITES), st.sampled_from(KITS)),
    st.tuples(st.just("release"), st.sampled_from(SITES), st.integers(1, 3)),
    st.tuples(st.just("condemn"), st.sampled_from(SITES), st.integers(1, 3)),
    st.tuples(st.just("return"), st.sampled_from(SITES), st.sampled_from(KITS)),
    st.tuples(st.just("destroy"), st.sampled_from(SITES), st.sampled_from(KITS)),
    st.tuples(st.just("wait"), st.just(""), st.integers(1, 200)),
)


def perform(stage, what, first, second):
    """Do one act if the trial lets it be done."""
    women = {"here": "HERE-001", "there": "THERE-001"}
    site = {"site": first}
    if what == "receive":
        expires = stage.now.date() + timedelta(days=365)
        stage.do(
            receive_kits, stage.paul, **site, kits=tuple(sorted(second)), expires=expires,
            lowest_celsius=3.0, highest_celsius=8.0 if "K3A" not in second else 9.0,
        )  # fmt: skip
    elif what == "dispense":
        stage.do(dispense_kit, stage.paul, participant=women[first], kit=second, reason="Needed")
    elif what in ("apply", "discard"):
        where = stage.trial.stock.kits[first].site
        who = {"here": stage.nina, "there": stage.evelyn}[where]
        hers = {"participant": women[where], "kit": first, "tube": second}
        if what == "apply":
            stage.do(apply_tube, who, **hers, day=second)
        else:
            stage.do(discard_tube, who, **hers, reason="It fell")
    elif what == "warm":
        warm = {"lowest_celsius": 3.0, "highest_celsius": 12.0, "hours_outside": second}
        stage.do(read_temperature, stage.paul, **site, **warm)
    elif what == "hold":
        stage.do(quarantine_kits, stage.paul, **site, kits=(second,), reason="A smell")
    elif what in ("release", "condemn"):
        decide = release_quarantine if what == "release" else condemn_quarantine
        name = f"{first.upper()}-Q{second:03d}"
        stage.do(decide, stage.sue, quarantine=name, reason="Asked")
    elif what == "return":
        left = unused(stage.study, stage.trial, second)
        back = {"kit": second, "tubes": left, "returned_by": "site"}
        stage.do(return_kit, stage.paul, **site, **back)
    elif what == "destroy":
        stage.do(destroy_kits, stage.paul, **site, kits=(second,))
    else:
        stage.go(days=second)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(ACTS, max_size=25))
def test_every_kit_and_every_tube_is_in_exactly_one_place_whatever_is_tried(treating, acts):
    stage = copy.deepcopy(treating)
    stage.study = treating.study
    for act in acts:
        try:
            perform(stage, *act)
        except (CicatrixError, KeyError):
            continue
    total = 0
    for site in SITES:
        counts = account(stage, site)
        lines = stock_lines(stage.study, stage.trial, site, now=stage.now)
        assert sum(counts[place] for place in PLACES) == counts["received"] == len(lines)
        assert sum(counts[tube] for tube in TUBES) == counts["tubes"] == 2 * len(lines)
        counted = (value for name, value in counts.items() if name not in ("site", "log"))
        assert min(counted) >= 0
        assert Counter(line.place for line in lines) == +Counter(
            {place: counts[place] for place in PLACES}
        )
        total += counts["received"]
    assert total == len(stage.trial.stock.kits)


LISTS = sorted(set(permutations(("gel", "gel", "placebo", "placebo"))))
"""All lists of one block of four: each as likely as the others."""


def by_number(allocated):
    """Publish numbers and kits as the custodian does."""
    return allocated.public


def by_type(allocated):
    """Publish kits counted within their type, as a careless custodian would."""
    counted = Counter()
    slots = []
    for slot, opened in zip(allocated.public, allocated.opened.slots, strict=True):
        counted[opened.arm] += 1
        kit = f"{opened.arm[0].upper()}{counted[opened.arm]}"
        slots.append(slot.model_copy(update={"kits": (kit, f"{kit}S")}))
    return tuple(slots)


def looks(stage, arms, publish):
    """Use up the list kit by kit, spares last, and let every masked person look after each."""
    allocated = plain_custodian.draw(stage.study, seed=1, per_stratum=4, arms_in_order=arms)
    slots = publish(allocated)
    stage.founded().sealed(*slots)
    stage.do(change_recruitment, stage.sue, status="RECRUITING")
    stage.do(
        receive_kits, stage.paul, site="here", kits=tuple(sorted(k for s in slots for k in s.kits))
    )
    women, seen = [stage.randomised() for _ in slots], []
    for turn in (0, 1):
        for woman, slot in zip(women, slots, strict=True):
            how = {"participant": woman, "kit": slot.kits[turn], "reason": "It is her turn"}
            stage.do(dispense_kit, stage.nina, **how)
            seen.append({one: seen_by(stage, one) for one in masked(stage)})
    return seen


def masked(stage):
    return [one for one in stage.people if one.role in stage.study.masking.masked]


def seen_by(stage, actor):
    """Give all that an actor is shown of the stock: the accounts, every line, and the export."""
    trial = fold(visible_to(stage.entries, actor))
    return (
        [accountability(stage.study, trial, site, now=stage.now) for site in SITES],
        [stock_lines(stage.study, trial, site, now=stage.now) for site in SITES],
        write_stock(stage.study, trial, now=stage.now),
    )


def posteriors(seen):
    """Count, after each look, how likely the gel is for each number, given what was seen."""
    chances = []
    for look in range(len(seen[0])):
        for mine in seen:
            alike = [
                arms
                for other, arms in zip(seen, LISTS, strict=True)
                if other[: look + 1] == mine[: look + 1]
            ]
            for place in range(4):
                gel = sum(arms[place] == "gel" for arms in alike)
                chances.append(Fraction(gel, len(alike)))
    return chances


def test_what_is_in_stock_tells_nothing_of_any_number_down_to_the_last_kit(stage):
    seen = [looks(type(stage)(stage.study), arms, by_number) for arms in LISTS]
    assert len(LISTS) == 6
    assert {one.role for one in seen[0][0]} == set(stage.study.masking.masked)
    for one in (stage.cora, stage.nina, stage.chen):
        left = [look[one][0][0].in_stock for look in seen[0]]
        assert left == [7, 6, 5, 4, 3, 2, 1, 0]
    assert set(posteriors(seen)) == {Fraction(1, 2)}


def test_the_count_sees_a_stock_that_tells(stage):
    seen = [looks(type(stage)(stage.study), arms, by_type) for arms in LISTS]
    for one in (stage.cora, stage.nina, stage.chen):
        chances = posteriors([[{one: look[one]} for look in looked] for looked in seen])
        assert {Fraction(0), Fraction(1)} <= set(chances)
