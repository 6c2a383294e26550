"""A minimised trial on two secrets: whatever numbers stand for, nobody sees another byte.

Arms come from a list in plain sight here, for no masked person could tell by which rule they came
about. That real answers are the same whatever was drawn is tested with the program that gives them.
"""

from cicatrix.trial import facts
from cicatrix.trial.study import Balanced, Study
from world import everyone, load, run, shown_to

FACTORS = (Balanced(factor="site"), Balanced(factor="body_site", weight=2))


def minimised(study: Study) -> Study:
    allocation = study.allocation.model_copy(update={"strata": (), "minimise": FACTORS})
    return study.model_copy(update={"allocation": allocation})


def test_nobody_can_tell_the_secret_from_what_is_shown_of_a_minimised_trial():
    study = minimised(load("SPLIT-SCAR"))
    one, other = (run(study, list_seed=seed, participants=12) for seed in (11, 12))
    assert one.allocated.packing != other.allocated.packing
    kinds = [type(entry.fact) for entry in one.entries]
    assert kinds.count(facts.RandomisationRequested) == kinds.count(facts.Randomised) == 12
    asked = [
        entry.fact.levels
        for entry in one.entries
        if isinstance(entry.fact, facts.RandomisationRequested)
    ]
    assert len({tuple(levels.items()) for levels in asked}) > 1
    for actor in everyone(one.entries):
        first, second = (
            shown_to(study, world.entries, actor, world=world) for world in (one, other)
        )
        assert first == second, actor
    assert one.lines == other.lines
    assert one.said == other.said
