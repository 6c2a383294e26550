"""Lists drawn anew: by the same procedure, the same for the same seed, in a file that says so."""

import json
from collections import Counter
from hashlib import sha512
from math import comb

import numpy as np
import pytest
from typer.testing import CliRunner

from cicatrix.trial.errors import Refused
from cicatrix_sealed.generator import Generator
from cicatrix_sealed.main import app
from cicatrix_sealed.procedures import draw, procedure_of
from cicatrix_sealed.redraw import read_opening, redraw


@pytest.fixture
def procedure(make_study):
    study = make_study(strata=("site",), sites={"foshan": 10, "wuhan": 5})
    return procedure_of(study, sizes=(6,))


@pytest.fixture
def allocation(procedure):
    places = [one["stratum"] for one in procedure["strata"] for _ in range(one["slots"])]
    return {
        "format": "cicatrix-allocation/2",
        "list_id": "ab12",
        "study_digest": "0" * 64,
        "procedure": procedure,
        "slots": [
            {"number": f"{place:03}", "stratum": stratum, "block": 1, "arm": "quokka"}
            for place, stratum in enumerate(places, start=1)
        ],
    }


@pytest.fixture
def run(tmp_path, allocation):
    def run(*more, document=allocation, output="lists.json"):
        path = tmp_path / "allocation.json"
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        given = ["redraw", str(path), "-o", str(tmp_path / output), *more]
        return CliRunner().invoke(app, given)

    return run


def test_a_list_is_drawn_anew_by_the_procedure_from_the_seed_that_the_page_tells(procedure):
    drawn = redraw(procedure, lists=3, seed=11)
    assert drawn.shape == (3, 18)
    assert drawn.dtype == np.uint8
    arms = []
    for one in procedure["strata"]:
        text = b"".join(
            len(part).to_bytes(8, "big") + part
            for part in (b"cicatrix/redraw/1", b"11", b"2", one["stratum"].encode())
        )
        generator = Generator(sha512(text).digest()[:48])
        arms += [arm for _, arm in draw(procedure, one["stratum"], generator)]
    assert [procedure["arms"][place] for place in drawn[2]] == arms


def test_every_list_keeps_the_procedures_balance_and_lists_differ(procedure):
    drawn = redraw(procedure, lists=50, seed=1)
    for one in drawn:
        for begin in range(0, 18, 6):
            assert Counter(one[begin : begin + 6].tolist()) == {0: 2, 1: 2, 2: 2}
    assert len({one.tobytes() for one in drawn}) == 50
    assert (drawn[:, :12] != np.tile(drawn[:1, :12], (50, 1))).any()


def test_a_list_depends_on_the_seed_and_its_own_number_alone(procedure):
    assert (redraw(procedure, lists=9, seed=1)[:4] == redraw(procedure, lists=4, seed=1)).all()
    assert (redraw(procedure, lists=4, seed=2) != redraw(procedure, lists=4, seed=1)).any()
    assert redraw(procedure, lists=0, seed=1).shape == (0, 18)


def test_every_arrangement_of_a_small_block_is_drawn_equally_often(make_study):
    small = procedure_of(make_study(ratio={"a": 1, "b": 1}), sizes=(4,), slots=4)
    lists = 3000
    counts = Counter(one.tobytes() for one in redraw(small, lists=lists, seed=5))
    assert len(counts) == comb(4, 2)
    expected = lists / len(counts)
    chi2 = sum((count - expected) ** 2 / expected for count in counts.values())
    assert chi2 < 20.5  # the 0.999 quantile for 5 degrees of freedom


def test_the_command_writes_the_same_file_for_the_same_seed(run, tmp_path, procedure):
    told = run("--lists", "20", "--seed", "4")
    assert told.exit_code == 0
    assert "Drew 20 lists of 18 places with seed 4" in told.stdout
    assert run("--lists", "20", "--seed", "4", output="again.json").exit_code == 0
    text = (tmp_path / "lists.json").read_bytes()
    assert text == (tmp_path / "again.json").read_bytes()
    document = json.loads(text)
    assert {key: value for key, value in document.items() if key != "lists"} == {
        "format": "cicatrix-redrawn/1",
        "study_digest": "0" * 64,
        "list_id": "ab12",
        "procedure": "permuted_blocks",
        "seed": "4",
        "arms": ["quokka", "numbat", "bilby"],
        "numbers": [f"{place:03}" for place in range(1, 19)],
    }
    written = np.array([[int(arm, 36) for arm in one] for one in document["lists"]])
    assert (written == redraw(procedure, lists=20, seed=4)).all()


def test_the_command_overwrites_nothing_and_needs_one_list(run, tmp_path):
    (tmp_path / "mine.json").write_text("mine")
    told = run(output="mine.json")
    assert (told.exit_code, told.stdout) == (1, "")
    assert "exists already" in told.stderr
    assert (tmp_path / "mine.json").read_text() == "mine"
    assert run("--lists", "0").exit_code == 2
    assert run("--lists", "2", output="no/lists.json").exit_code == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"format": "cicatrix-allocation/1"}, "its format is cicatrix-allocation/1"),
        ({"procedure": None}, "it names no procedure"),
        ({"procedure": {"kind": "toss"}}, "The procedure cannot be drawn"),
        ({"slots": []}, "its slots are not the places that its procedure draws"),
        ({"slots": [{"number": "1"}]}, "'stratum' is missing"),
        ({"slots": 3}, "not what it should be"),
    ],
)
def test_a_file_that_is_no_opened_allocation_is_refused_in_one_sentence(
    run, tmp_path, allocation, change, told
):
    refused = run("--lists", "2", document=allocation | change)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert told in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert not (tmp_path / "lists.json").exists()


def test_what_is_no_file_or_no_json_is_refused(run, tmp_path):
    assert "it is not JSON" in run(document="{").stderr
    missing = CliRunner().invoke(app, ["redraw", str(tmp_path / "none"), "-o", "never.json"])
    assert missing.exit_code == 1
    assert "cannot be read" in missing.stderr


def test_slots_in_another_order_are_not_the_procedures(allocation):
    turned = allocation | {"slots": allocation["slots"][::-1]}
    with pytest.raises(Refused, match="in order"):
        read_opening(json.dumps(turned))
