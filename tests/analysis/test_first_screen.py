"""The first screen and the flow: the same numbers everywhere, and lines that fit a terminal."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cicatrix.analysis.analyse import analyse
from cicatrix.analysis.report import screen, summary_of
from cicatrix.analysis.report.contents import document_of
from cicatrix.analysis.report.document import Figure, Table
from cicatrix.analysis.report.primary import by_arm, not_in_it, primary_comparison
from cicatrix.trial.participant import Broken
from cicatrix.trial.study import Study

ARMS, TOTALS = ["gel", "placebo"] * 3, [0, 4, 1, None, 1, 2]


@pytest.fixture
def findings(scored, tiny):
    made = scored(tiny, ARMS, TOTALS)
    return analyse(tiny, made.trial, made.allocation)


def table(findings, name):
    return next(
        block
        for block in document_of(findings).blocks
        if isinstance(block, Table) and block.id == name
    )


def test_each_arm_s_allocated_are_analysed_or_have_a_reason(findings):
    primary = primary_comparison(findings)
    for flow, arm in zip(findings.flow.arms, primary.arms, strict=True):
        absent = sum(count for _, count in not_in_it(findings, primary, arm))
        assert arm.summary.n + absent == flow.allocated
    assert not_in_it(findings, primary, primary.arms[1]) == (("visit missed", 1),)


def test_whoever_is_outside_the_population_is_told_as_such(findings):
    primary = primary_comparison(findings)
    arm = primary.arms[1]
    narrower = replace(arm, summary=replace(arm.summary, missing=0, reasons=()))
    (why, count), *others = not_in_it(findings, primary, narrower)
    assert (count, others) == (1, [])
    assert why.startswith("outside the population: ")


def test_the_flow_table_ends_with_the_n_of_the_primary_analysis(findings):
    rows = {row.cells[0]: row.cells[1:] for row in table(findings, "flow-table").rows}
    assert rows["In the primary analysis"] == ("3", "2", "5")
    assert rows["Not in it: visit missed"] == ("0", "1", "1")


def test_the_first_table_says_each_label_once_with_n_mean_and_harms(findings):
    cells = [row.cells for row in by_arm(findings).rows]
    # Gel 0, 1, 1 and placebo 4, 2, of three each.
    assert [(own[1], own[2].split(" ")[0]) for own in cells] == [
        ("3 of 3", "0.67"),
        ("2 of 3", "3.00"),
    ]
    assert [own[3].split(" (")[0] for own in cells] == ["0 of 3", "0 of 3"]


def test_codes_broken_are_told_as_participants_and_as_times(scored, tiny):
    made = scored(tiny, ARMS, TOTALS)
    at = datetime(2024, 5, 1, tzinfo=UTC)
    for number, person in zip((3, 1), list(made.trial.participants.values())[1::2], strict=False):
        person.breaks += [Broken(at, "custodian", "Ana")] * number
    made.trial.broken = 4
    found = analyse(tiny, made.trial, made.allocation)
    assert "code broken for 2 participants, 4 times." in " ".join(screen(found, 100).split())
    rows = {row.cells[0].strip(): row.cells[1:] for row in table(found, "deviations").rows}
    assert rows["Code broken in an emergency"][:2] == ("0", "2 (4)")
    once = replace(found, provenance=replace(found.provenance, codes_broken=1, code_breaks=1))
    assert "code broken for 1 participant." in " ".join(screen(once, 100).split())


def test_a_within_person_mean_is_shown_as_treated_minus_untreated(world, split):
    made = world(split, ["left_treated", "right_treated"], stratum="site=one")
    names = ("vascularity", "pigmentation", "thickness", "relief", "pliability", "surface_area")
    for treated in ("left_half", "right_half"):
        person = made.enrol()
        for region in ("left_half", "right_half"):
            score = dict.fromkeys(names, 3 if region == treated else 5)
            made.rate(person, "month_12", "posas_observer", region, score, score)
    found = by_arm(analyse(split, made.trial, made.allocation))
    assert [row.cells[2] for row in found.rows] == ["−12.00", "−12.00"]
    assert found.columns[2].startswith("Treated − untreated")


def test_the_picture_of_the_result_is_on_the_first_screen_only_if_there_is_one(scored, tiny):
    for totals, first in ((TOTALS, "response-trend"), ([], "flow-diagram")):
        made = scored(tiny, ARMS, totals)
        blocks = document_of(analyse(tiny, made.trial, made.allocation)).blocks
        figures = [block.id for block in blocks if isinstance(block, Figure)]
        assert figures[0].startswith(first.partition("-")[0])
        assert sum(one.startswith("response") for one in figures) == 1


@pytest.mark.parametrize("width", [60, 80, 100])
def test_a_terminal_s_lines_fit_and_break_no_word(findings, width):
    plain = findings.study.model_dump(mode="json", by_alias=True)
    for arm in plain["arms"]:
        arm["label"] = {"en": "Mesenchymal Stem Cells low-dose group"}
    shown = screen(replace(findings, study=Study.model_validate_json(json.dumps(plain))), width)
    assert max(map(len, shown.split("\n"))) <= width
    assert "low-dose" in shown
    assert "\u00a0" not in shown
    assert "Missing         1 of 6" in shown


def test_one_value_compares_nothing(scored, tiny):
    made = scored(tiny, ARMS, [2])
    lead = summary_of(analyse(tiny, made.trial, made.allocation))[0]
    assert "nothing can be compared (n = 1 of 1 randomised)" in lead
    assert "p =" not in lead
