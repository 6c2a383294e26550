"""The choice of a procedure: what the table, the JSON and the figure say, for any study."""

import json
import re
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from cicatrix_sealed.choosing.alternatives import alternatives, weigh
from cicatrix_sealed.choosing.figure import draw_choice
from cicatrix_sealed.choosing.law import law_of
from cicatrix_sealed.choosing.predictability import predictability
from cicatrix_sealed.main import app
from cicatrix_sealed.procedures import procedure_of


@pytest.fixture
def run(make_home):
    def run(*more, **given):
        study = make_home(f"home{len(given)}", **given).folder / "study.yaml"
        return CliRunner().invoke(app, ["study", str(study), *more])

    return run


def names(study, **chosen):
    return [option.name for option in alternatives(study, procedure_of(study, **chosen))]


def test_the_options_are_the_usual_ones_with_the_chosen_marked(make_study):
    study = make_study()
    options = alternatives(study, procedure_of(study))
    assert [option.name for option in options if option.chosen] == ["blocks of 6, 9 or 12"]
    assert [option.name for option in options if option.refused] == [
        "blocks of 3",
        "blocks of 3 or 6",
    ]
    assert {"big stick, limit 3", "biased coin 2/3", "urn, start 1, add 1", "simple"} <= {
        option.name for option in options
    }
    assert len({option.name for option in options}) == len(options)


def test_a_choice_that_is_not_usual_stands_first(make_study):
    assert names(make_study(), sizes=(12, 15))[0] == "blocks of 12 or 15"
    assert names(make_study(), kind="big_stick", limit=5)[0] == "big stick, limit 5"


def test_an_unequal_ratio_is_offered_no_stick_no_coin_and_no_urn(make_study):
    found = names(make_study(ratio={"a": 2, "b": 1}))
    assert not [name for name in found if {"stick", "coin", "urn"} & set(re.split("[ ,]", name))]
    assert "blocks of 6, 9 or 12" in found


def test_strata_are_weighed_by_their_planned_places(make_study):
    study = make_study(strata=("site",), sites={"foshan": 12, "wuhan": 6, "lhasa": 0})
    option = next(
        option
        for option in alternatives(study, procedure_of(study))
        if option.name == "blocks of 6"
    )
    found = weigh(study, option, seed=1)
    assert found.correct == pytest.approx(3.3666666666666 / 6, abs=1e-9)
    assert found.certain == pytest.approx(0.2, abs=1e-9)
    assert (found.end, found.bound) == (0, 2)


def test_a_large_stratum_counts_for_more_than_a_small_one(make_study):
    study = make_study(strata=("site",), sites={"foshan": 14, "wuhan": 1})
    (stick,) = (
        option
        for option in alternatives(study, procedure_of(study))
        if option.name == "big stick, limit 2"
    )
    alone = predictability(law_of(stick.procedure, 17), 14).correct
    found = weigh(study, stick, seed=1)
    assert found.correct == pytest.approx((14 * alone + 1 / 3) / 15, abs=1e-9)
    assert found.correct_error is None
    assert found.end_error > 0


def test_the_command_prints_the_table_and_draws_the_figure(run, tmp_path):
    told = run("-o", str(tmp_path / "choice"))
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert lines[0] == "SMALL-1: 12 participants, 3 arms 1 : 1 : 1"
    assert lines[1].split()[:3] == ["procedure", "right", "guesses"]
    (chosen,) = [line for line in lines[2:-1] if line.startswith("* blocks")]
    assert chosen.startswith("* blocks of 6, 9 or 12")
    (six,) = [line for line in lines if line.startswith("  blocks of 6  ")]
    assert six.split()[3:5] == ["0.561", "0.200"]
    picture = ElementTree.parse(tmp_path / "choice/choice.svg").getroot()
    assert picture.tag.endswith("svg")
    assert "quokka" not in told.stdout


def test_the_json_holds_every_value_unrounded_and_says_what_is_exact(run):
    told = run("--json", "--procedure", "urn", "--seed", "9")
    assert told.exit_code == 0
    document = json.loads(told.stdout)
    assert document["seed"] == 9
    assert document["planned"] == {"all": 12}
    options = {option["name"]: option for option in document["options"]}
    assert [name for name, option in options.items() if option["chosen"]] == ["urn, start 1, add 1"]
    six = options["blocks of 6"]
    assert six["correct"] == pytest.approx(3.3666666666666 / 6, abs=1e-9)
    assert six["correct_error"] is None
    assert six["procedure"]["sizes"] == [6]
    assert options["simple"]["imbalance"]["bound"] is None


def test_strata_are_told_and_the_whole_trials_imbalance_is_simulated(run):
    told = run("--block-sizes", "6", strata=("site",), sites={"foshan": 6, "wuhan": 5})
    assert told.exit_code == 0
    assert "11 participants, 3 arms 1 : 1 : 1 in 2 strata of 5 to 6" in told.stdout
    assert "within a stratum" in told.stdout


def test_a_study_that_plans_nobody_has_nothing_to_weigh_and_draws_nothing(run, tmp_path):
    nobody = run("-o", str(tmp_path / "choice"), strata=("site",), sites={"foshan": 0})
    assert nobody.exit_code == 0
    assert "0 participants" in nobody.stdout
    assert "nothing to weigh" in nobody.stdout
    assert not (tmp_path / "choice").exists()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--block-sizes", "3"), "A block of 3 does not fit the ratio"),
        (("--procedure", "toss"), "There is no procedure toss"),
        (("--procedure", "big_stick", "--limit", "0"), "limit"),
    ],
)
def test_a_choice_that_is_refused_is_told_in_one_sentence(run, more, told):
    refused = run(*more)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert told in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_study_that_cannot_be_read_and_wrong_use_are_told(run, tmp_path):
    (tmp_path / "wrong.yaml").write_text("id: [")
    wrong = CliRunner().invoke(app, ["study", str(tmp_path / "wrong.yaml")])
    assert wrong.exit_code == 1
    assert "wrong.yaml" in wrong.stderr
    assert run("--block-sizes", "six").exit_code == 2
    missing = CliRunner().invoke(app, ["study", str(tmp_path / "none.yaml")])
    assert missing.exit_code == 1
    assert "cannot be read" in missing.stderr


def test_the_same_options_are_drawn_to_the_same_bytes_and_each_is_drawn(make_study):
    study = make_study(sites={"foshan": 6})
    options = alternatives(study, procedure_of(study))
    weighed = [weigh(study, option, seed=1) for option in options]
    one, other = (draw_choice(weighed, title="Small", chance=1 / 3) for _ in range(2))
    assert one == other
    fewer = draw_choice(weighed[:-1], title="Small", chance=1 / 3)
    colours = {"permuted_blocks": "#1b4f8a", "big_stick": "#e69f00", "biased_coin": "#cc79a7"}
    for kind, colour in {**colours, "urn": "#009e73", "simple": "#444444"}.items():
        assert colour in one
        assert (colour in fewer) == (kind != "simple")
    for option in options:
        assert f"<!-- {option.name}" in one
