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


def test_the_stock_is_a_table_of_kits_in_which_no_arm_stands(founded, place, tmp_path):
    told = run("export", founded, "stock", "-o", tmp_path / "empty.csv")
    assert told.exit_code == 0, told.output
    header = "site,kit,place,expires,unused_tubes"
    assert (tmp_path / "empty.csv").read_text() == f"{header}\n"
    run("export", place.home, "stock", "-o", tmp_path / "stock.csv")
    first, *lines = (tmp_path / "stock.csv").read_text().splitlines()
    assert first == header
    assert lines
    assert {line.split(",")[2] for line in lines} == {"destroyed"}
    assert [line.split(",")[1] for line in lines] == sorted(line.split(",")[1] for line in lines)
