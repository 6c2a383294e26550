"""`redraw` as somebody runs it: the same file for the same seed, and none before the opening."""

import json
from datetime import UTC, datetime
from hashlib import sha512

import pytest
from typer.testing import CliRunner

from cicatrix.trial.allocation import dummy_allocation, read_opened, write_opened
from cicatrix.trial.roles import Actor
from cicatrix_sealed.answering import answer_waiting
from cicatrix_sealed.commands import redraw as command
from cicatrix_sealed.custody import situation
from cicatrix_sealed.disclosure import open_all
from cicatrix_sealed.generator import Generator
from cicatrix_sealed.keys import draw_generator
from cicatrix_sealed.main import app
from cicatrix_sealed.minimisation import replay
from cicatrix_sealed.procedures import read_procedure
from cicatrix_sealed.procedures.drawing import draws_of
from cicatrix_sealed.redraw import redrawn_lists
from cicatrix_sealed.unsealing import open_draws

NOW = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
CUSTODIAN = Actor("custodian", "pharmacist")


@pytest.fixture
def run(stratified, tmp_path):
    def run(allocation, *more, output="lists.json", home=stratified):
        given = ["redraw", str(home.folder), "--allocation", str(allocation)]
        return CliRunner().invoke(app, [*given, "-o", str(tmp_path / output), *more])

    return run


def test_the_command_writes_the_same_file_for_the_same_seed(run, tmp_path, allocation):
    opened = read_opened(allocation.read_text())
    told = run(allocation, "--lists", "20", "--seed", "4")
    assert told.exit_code == 0, told.output
    assert "Drew 20 lists of 18 places with seed 4" in told.stdout
    assert run(allocation, "--lists", "20", "--seed", "4", output="again.json").exit_code == 0
    text = (tmp_path / "lists.json").read_bytes()
    assert text == (tmp_path / "again.json").read_bytes()
    document = json.loads(text)
    assert {key: value for key, value in document.items() if key != "lists"} == {
        "format": "cicatrix-redrawn/1",
        "study_digest": opened.study_digest,
        "list_id": opened.list_id,
        "procedure": "permuted_blocks",
        "seed": "4",
        "arms": ["quokka", "numbat", "bilby"],
        "numbers": [f"A{place:03}" for place in range(1, 13)]
        + [f"B{place:03}" for place in range(1, 7)],
    }
    written = [[int(arm, 36) for arm in one] for one in document["lists"]]
    procedure = read_procedure(opened.procedure)
    assert written == [list(one) for one in redrawn_lists(procedure, lists=20, seed=4)]
    lines = text.decode().splitlines()
    assert len(lines) == 22, "a header, a line for each list, and the end"
    assert [line.strip('",') for line in lines[1:-1]] == document["lists"]
    assert json.loads(lines[0] + lines[-1]) == {**document, "lists": []}


def test_nothing_of_the_real_list_but_its_numbers_is_in_the_file(run, tmp_path, allocation):
    opened = read_opened(allocation.read_text())
    run(allocation, "--lists", "2")
    text = (tmp_path / "lists.json").read_text()
    hidden = [opened.secret, opened.nonce, opened.beacon["randomness"]]
    assert not any(one in text for one in [*hidden, *(slot.nonce for slot in opened.slots)])


def test_before_the_opening_nothing_is_drawn_though_somebody_has_the_list(
    run, stratified, tmp_path, allocation, make_home, make_list, lock
):
    other = make_home("other", strata=("site",), sites={"foshan": 10, "wuhan": 5})
    make_list(other, tmp_path / "others")
    for _ in range(2):
        refused = run(allocation, home=other)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "was not opened yet" in refused.stderr
        lock(other)
    assert not (tmp_path / "lists.json").exists()


def test_another_file_than_the_one_that_was_opened_is_refused(run, tmp_path, allocation):
    text = allocation.read_text()
    assert text.count('"arm": "quokka"') > 1
    changed = tmp_path / "changed.json"
    for other in (
        text.replace("quokka", "numbat", 1),
        text.replace('"sizes"', '"sizes" '),
        text[1:],
    ):
        changed.write_text(other)
        refused = run(changed, "--lists", "2")
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "llocation file" in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
    assert not (tmp_path / "lists.json").exists()


def test_a_dummy_has_no_procedure_to_draw_by(run, tmp_path, stratified, allocation):
    standing = situation(stratified)
    dummy = tmp_path / "dummy.json"
    slots = standing.promised.slots
    dummy.write_text(write_opened(dummy_allocation(standing.study, slots, seed=1)))
    refused = run(dummy)
    assert refused.exit_code == 1
    assert "dummy" in refused.stderr


def test_the_command_overwrites_nothing_and_needs_one_list(run, tmp_path, allocation):
    (tmp_path / "mine.json").write_text("mine")
    told = run(allocation, output="mine.json")
    assert (told.exit_code, told.stdout) == (1, "")
    assert "exists already" in told.stderr
    assert (tmp_path / "mine.json").read_text() == "mine"
    assert run(allocation, "--lists", "0").exit_code == 2
    assert run(allocation, "--lists", "2", output="no/lists.json").exit_code == 1
    assert "cannot be read" in run(tmp_path / "none").stderr


def test_a_draw_that_breaks_off_leaves_no_file(run, tmp_path, allocation, monkeypatch):
    def breaks_off(*what, **how):
        yield b"\0" * 18
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "redrawn_openings", breaks_off)
    before = sorted(tmp_path.iterdir())
    assert run(allocation, "--lists", "2").exit_code != 0
    assert sorted(tmp_path.iterdir()) == before


PEOPLE = [("P1", "light"), ("P2", "dark"), ("P3", "light"), ("P4", "light"), ("P5", "dark")]


@pytest.fixture
def minimised(make_home, make_list, request_number, tmp_path, passphrase):
    """Give numbers to five people in a minimised trial."""
    home = make_home("minimised", minimise={"site": 2, "skin": 1})
    folder = tmp_path / "minimised-custodian"
    make_list(home, folder, kind="minimisation")
    for participant, skin in PEOPLE:
        request_number(home, participant, skin=skin)
    draws = open_draws(situation(home), folder, passphrase)
    assert len(list(answer_waiting(home, folder, draws, actor=CUSTODIAN, clock=lambda: NOW))) == 5
    return home, folder


def test_a_minimised_trial_is_drawn_anew_for_the_people_who_came(
    run, minimised, tmp_path, passphrase, lock
):
    home, folder = minimised
    lock(home)
    path = tmp_path / "minimised.json"
    told = {"reason": "Analysis", "actor": CUSTODIAN, "now": NOW}
    opened = open_all(home, folder, [passphrase], path, **told)
    assert run(path, "--lists", "40", "--seed", "3", home=home).exit_code == 0
    document = json.loads((tmp_path / "lists.json").read_text())
    assert document["procedure"] == "minimisation"
    assert document["numbers"] == [slot.number for slot in opened.slots]
    assert len(document["numbers"]) == 5
    assert len(set(document["lists"])) > 1
    procedure = read_procedure(opened.procedure)
    for number in (0, 39):
        parts = (b"cicatrix/redraw/1", b"3", str(number).encode(), b"all")
        text = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        draws = draws_of(procedure, "all", Generator(sha512(text).digest()[:48]))
        generators = [
            draw_generator(opened.study_digest, slot.number, draw=draw)
            for slot, draw in zip(opened.slots, draws, strict=False)
        ]
        choices = replay(procedure.method, [["foshan", skin] for _, skin in PEOPLE], generators)
        arms = [document["arms"][int(arm, 36)] for arm in document["lists"][number]]
        assert arms == [choice.arm for choice in choices]


def test_a_file_with_a_name_that_no_machine_takes_is_told(run, allocation):
    told = run(allocation, output="s" * 300)
    assert (told.exit_code, told.stdout) == (1, "")
    assert "cannot be written (File name too long): name another file" in told.stderr


def test_no_file_is_written_inside_the_home(run, stratified, allocation):
    inside = stratified.folder / "lists.json"
    told = run(allocation, "--lists", "2", "--seed", "4", output=str(inside))
    assert told.exit_code == 1
    assert str(inside) in told.output.replace("\n", "")
    assert not inside.exists()
