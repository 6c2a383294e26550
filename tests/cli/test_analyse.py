import json

from command_line import run


def test_a_dummy_shows_the_whole_analysis_before_lock(place, tmp_path):
    told = run("analyse", place.home, "--allocation", "dummy", "-o", tmp_path / "dry")
    assert told.exit_code == 0, told.output
    assert "Dummy allocation" in (tmp_path / "dry/report.html").read_text()


def test_the_opened_allocation_needs_lock_and_opening(place, tmp_path):
    options = ("--allocation", place.mapping, "-o", tmp_path / "results", "--json")
    early = run("analyse", place.home, *options)
    assert early.exit_code == 1
    assert "Lock the trial" in early.stderr
    assert run("lock", place.home, "--accept-all", "not obtained").exit_code == 0
    unopened = run("analyse", place.home, *options)
    assert unopened.exit_code == 1
    assert "was opened" in unopened.stderr
    place.open()
    told = run("analyse", place.home, *options)
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["summary"]
    assert (tmp_path / "results/report.pdf").read_bytes().startswith(b"%PDF")


def test_another_mapping_is_refused(place, tmp_path):
    assert run("lock", place.home, "--accept-all", "not obtained").exit_code == 0
    place.open()
    text = place.mapping.read_text()
    for changed in (text.replace('"gel"', '"placebo"', 1), text[:-40], "{}"):
        place.mapping.write_text(changed)
        told = run("analyse", place.home, "--allocation", place.mapping, "-o", tmp_path / "no")
        assert told.exit_code == 1
        assert told.stderr.count("\n") == 1
    assert not (tmp_path / "no").exists()
