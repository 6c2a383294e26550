"""The design in words: days joined, doses added up, masking and allocation told."""

from cicatrix.web.pages.study import design
from clinic import plan_of


def test_what_each_arm_gets_is_joined_by_days_and_added_up():
    low, high, placebo = design.branches(plan_of("NCT04034615"))
    assert [(one.days, one.content) for one in low.courses] == [
        ("Days 1 to 3", "Gel with 1×10^6 cells"),
        ("Days 4 to 6", "Gel without cells"),
    ]
    assert [one.days for one in high.courses] == ["Days 1 to 6"]
    assert (low.total, high.total, placebo.total) == (
        "3,000,000 cells",
        "6,000,000 cells",
        "0 cells",
    )


def test_days_that_do_not_follow_on_one_another_are_named_and_halves_told_apart():
    left, _right = design.branches(plan_of("SPLIT-SCAR"))
    assert [(one.days, one.region, one.content) for one in left.courses] == [
        ("Days 1, 8 and 15", "Left half of the scar", "Gel with 5 mg"),
        ("Days 1, 8 and 15", "Right half of the scar", "Vehicle"),
    ]


def test_block_sizes_are_nowhere_and_a_role_of_which_nothing_is_said_is_named():
    study = plan_of("NCT04034615")
    assert dict(design.allocation(study))["Strata"] == "none"
    assert dict(design.masking(study))["Not said by the study"] == "investigator"
    assert dict(design.allocation(plan_of("SPLIT-SCAR")))["Strata"] == "site"


def test_minimisation_is_told_by_its_factors():
    study = plan_of("SPLIT-SCAR")
    balanced = study.allocation.model_validate(
        {
            "ratio": dict(study.allocation.ratio),
            "planned": 60,
            "minimise": ({"factor": "site"}, {"factor": "body_site", "weight": 2}),
        }
    )
    minimised = study.model_copy(update={"allocation": balanced})
    told = dict(design.allocation(minimised))
    assert told["Minimisation over"] == "site (weight 1) and Where the scar is (weight 2)"
