import json

from command_line import run


def test_the_registry_record_is_written_at_any_state(founded, place, tmp_path):
    for home, status in ((founded, "NOT_YET_RECRUITING"), (place.home, "COMPLETED")):
        told = run("export", home, "registry", "-o", tmp_path / "record.json")
        assert told.exit_code == 0, told.output
        record = json.loads((tmp_path / "record.json").read_text())
        assert record["protocolSection"]["statusModule"]["overallStatus"] == status


def test_a_format_that_is_not_written_is_wrong_use(founded, tmp_path):
    told = run("export", founded, "sas", "-o", tmp_path / "x")
    assert told.exit_code == 2


def test_a_place_that_cannot_be_written_is_one_sentence(founded, tmp_path):
    told = run("export", founded, "registry", "-o", tmp_path / "none/record.json")
    assert told.exit_code == 1
    assert told.stderr.count("cannot be written") == 1
