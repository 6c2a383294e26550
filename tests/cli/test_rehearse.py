import json
import shutil
from datetime import UTC, datetime, time, timedelta

import pytest

from cicatrix.store.desk import open_desk
from cicatrix.store.home import Home
from cicatrix.trial.ledger import read
from command_line import TINY, copied, run, seal


def lines_of(folder):
    with Home.open(folder) as home:
        return list(home.ledger.since())


def test_the_same_home_and_seed_give_the_same_bytes(founded, tmp_path):
    homes = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        shutil.copytree(founded, tmp_path / name / "home")
    first = seal(tmp_path / "one/home", tmp_path / "one/custodian")
    shutil.rmtree(tmp_path / "other")
    second = copied(first, tmp_path / "other")
    for place, seed in ((first, 7), (second, 7)):
        told = run("rehearse", place.home, "--packing", place.packing, "--participants", 3,
                   "--seed", seed, "--json")  # fmt: skip
        assert told.exit_code == 0, told.output
        assert json.loads(told.stdout)["randomised"] == 3
        homes.append(lines_of(place.home))
    assert homes[0] == homes[1]


def test_help_and_output_say_that_the_home_is_a_rehearsal_for_ever(founded, tmp_path):
    shutil.copytree(founded, tmp_path / "home")
    place = seal(tmp_path / "home", tmp_path / "custodian")
    told = run("rehearse", place.home, "--packing", place.packing, "--participants", 1)
    assert f"{place.home} is a rehearsal for ever; a real trial needs a home" in told.stdout
    shown = " ".join(run("rehearse", "--help").stdout.split())
    assert "The home is a rehearsal for ever" in shown
    assert "A real trial needs a home and a list of its own" in shown


def test_a_rehearsal_in_a_home_with_participants_is_refused(place):
    before = lines_of(place.home)
    told = run("rehearse", place.home, "--packing", place.packing)
    assert told.exit_code == 1
    assert told.stderr.count("\n") == 1
    assert lines_of(place.home) == before


def test_a_packing_sheet_that_is_none_is_refused_and_nothing_is_recorded(founded, tmp_path):
    shutil.copytree(founded, tmp_path / "home")
    place = seal(tmp_path / "home", tmp_path / "custodian")
    before = lines_of(place.home)
    place.packing.write_text("kit,tube,content\nK1,one,plain\n")
    told = run("rehearse", place.home, "--packing", place.packing)
    assert told.exit_code == 1
    assert "line 2" in told.stderr
    for sheet in (f"K1,{'9' * 5000},plain", f"K1,1,{'x' * 200_000}"):
        place.packing.write_text(f"kit,tube,content\n{sheet}\n")
        told = run("rehearse", place.home, "--packing", place.packing)
        assert told.exit_code == 1
        assert len(told.stderr) < 300
    place.packing.write_text("kit,tube,content\n")
    assert run("rehearse", place.home, "--packing", place.packing).exit_code == 1
    assert lines_of(place.home) == before


def test_a_minimised_study_is_refused_in_one_sentence_and_nothing_is_recorded(tmp_path):
    text = TINY.read_text("utf-8").replace("strata: []", "minimise: [{factor: site}]")
    blocks = "method: linear_trend_exact_in_blocks"
    study = tmp_path / "study.yaml"
    study.write_text(
        text.replace(blocks, "method: difference_from_reference, reference_arm: placebo")
    )
    assert run("create", tmp_path / "home", study).exit_code == 0
    before = lines_of(tmp_path / "home")
    sheet = tmp_path / "packing.csv"
    sheet.write_text("kit,tube,content\n")
    told = run("rehearse", tmp_path / "home", "--packing", sheet)
    assert told.exit_code == 1
    assert "there is no packing sheet to rehearse it on" in told.stderr
    assert told.stderr.count("\n") == 1
    assert lines_of(tmp_path / "home") == before


def test_a_rehearsal_until_a_day_stops_at_its_noon_and_nothing_is_tidied_up(founded, tmp_path):
    shutil.copytree(founded, tmp_path / "whole/home")
    whole = seal(tmp_path / "whole/home", tmp_path / "whole/custodian")
    part = copied(whole, tmp_path / "part")
    with open_desk(part.home) as desk:
        day = desk.trial.at.date() + timedelta(days=45)
    noon = datetime.combine(day, time(4), UTC)
    for place, options in ((whole, ()), (part, ("--until", day))):
        told = run("rehearse", place.home, "--packing", place.packing, "--participants", 9,
                   *options, "--json")  # fmt: skip
        assert told.exit_code == 0, told.output
    before = [line for line in lines_of(whole.home) if read(line).at <= noon]
    assert lines_of(part.home) == before
    assert 20 < len(before) < len(lines_of(whole.home))
    assert json.loads(told.stdout)["ended"] == noon.isoformat()


@pytest.mark.parametrize(
    ("until", "code", "sentence"),
    [
        ("2000-02-29", 1, "The rehearsal begins after noon of 2000-02-29"),
        ("2031-02-29", 2, "2031-02-29 is no day of the calendar"),
        ("20310215", 1, "This study has no visit 20310215 to stop after"),
        ("month_99", 1, "This study has no visit month_99 to stop after"),
    ],
)
def test_what_is_no_visit_and_no_day_of_it_is_refused_and_nothing_is_recorded(
    founded, tmp_path, until, code, sentence
):
    shutil.copytree(founded, tmp_path / "home")
    place = seal(tmp_path / "home", tmp_path / "custodian")
    before = lines_of(place.home)
    told = run("rehearse", place.home, "--packing", place.packing, "--until", until)
    assert told.exit_code == code
    assert sentence in " ".join(told.stderr.replace("│", " ").split())
    assert lines_of(place.home) == before
