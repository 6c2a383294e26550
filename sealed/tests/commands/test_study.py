"""`study` as a custodian runs it: what the table, the JSON and the figure say, for any study."""

import json
from itertools import count
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from cicatrix_sealed.main import app


@pytest.fixture
def run(make_home):
    number = count()

    def run(*more, **given):
        study = make_home(f"home{next(number)}", **given).folder / "study.yaml"
        return CliRunner().invoke(app, ["study", str(study), *more])

    return run


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


def test_what_nobody_chose_is_marked_as_the_default(run):
    told = run()
    assert "* default, what `commit` takes if nothing is chosen; x refused" in told.stdout
    options = json.loads(run("--json").stdout)["options"]
    assert [one["name"] for one in options if one["default"]] == ["blocks of 6, 9 or 12"]
    assert not any(one["chosen"] for one in options)
    told = run("--block-sizes", "6,9,12")
    assert "* chosen; x refused" in told.stdout
    assert "default" not in told.stdout


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
        (("--block-sizes", "3"), "knows all but the last of such a block knows the last"),
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


def test_the_command_shows_a_table_of_a_minimised_study_and_json(make_home, monkeypatch):
    monkeypatch.setattr("cicatrix_sealed.choosing.minimised.TRIALS", 3)
    given = {"sites": {"foshan": 20, "wuhan": 10}, "minimise": {"site": 1, "skin": 1}}
    home = make_home(**given)
    study_file = str(home.folder / "study.yaml")
    folder = home.folder.with_name("choice")
    shown = CliRunner().invoke(app, ["study", study_file, "-o", str(folder)])
    assert shown.exit_code == 0, shown.output
    assert f"Figure: {folder / 'choice.svg'}" in shown.output
    assert ElementTree.parse(folder / "choice.svg").getroot().tag.endswith("svg")
    assert "* range, 4/5" in shown.output
    assert "fair coin" in shown.output
    plain = json.loads(CliRunner().invoke(app, ["study", study_file, "--json"]).output)
    assert (plain["options"][0]["chosen"], plain["options"][0]["default"]) == (False, True)
    assert "* default, what `commit` takes if nothing is chosen." in shown.output
    refused = CliRunner().invoke(app, ["study", study_file, "--procedure", "urn"])
    assert refused.exit_code == 1
    assert "choose --procedure minimisation" in refused.output
