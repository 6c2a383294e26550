import json

from command_line import TINY, run


def test_a_good_file_is_described_with_its_assumptions():
    told = run("check", TINY.parents[2] / "studies/NCT04034615.yaml")
    assert told.exit_code == 0
    assert "NCT04034615 version 1.0, 3 arms" in told.stdout
    assert "assumed:" in told.stdout


def test_every_problem_is_one_line_with_file_line_and_field(tmp_path):
    path = tmp_path / "study.yaml"
    text = TINY.read_text().replace("ratio: {gel: 1, placebo: 1}", "ratio: {gel: 1, rest: 1}")
    path.write_text(text)
    told = run("check", path)
    assert told.exit_code == 1
    line = text[: text.index("ratio:")].count("\n") + 1
    assert f"{path}:{line}: allocation.ratio" in told.stderr
    assert "cannot be used yet" in told.stdout


def test_a_program_may_read_it(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text("cicatrix: 1\n")
    told = run("check", TINY, path, "--json")
    good, bad = json.loads(told.stdout)
    assert told.exit_code == 1
    assert good["errors"] == []
    assert len(good["digest"]) == 64
    assert bad["digest"] is None
    assert {"line", "field", "why"} == set(bad["errors"][0])


def test_a_file_that_is_not_there_is_one_sentence(tmp_path):
    told = run("check", tmp_path / "none.yaml")
    assert told.exit_code == 1
    assert told.stderr.count("\n") == 1
    assert "none.yaml cannot be read" in told.stderr


def test_wrong_use_is_exit_code_2():
    assert run("check").exit_code == 2
    assert run("check", TINY, "--unknown").exit_code == 2
    assert run("inspect").exit_code == 2


def test_one_of_a_thing_is_written_as_one():
    told = run("check", TINY)
    assert " 2 arms, 1 site, " in told.stdout
