"""Lists drawn anew: by the same procedure, the same for the same seed, and none before the opening.

Whether a list obeys its procedure is asked of `law`, which was written apart from the drawing.
"""

import json
import tracemalloc
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha512
from itertools import pairwise, product
from math import comb

import numpy as np
import pytest
from typer.testing import CliRunner

from cicatrix.trial.allocation import dummy_allocation, read_opened, write_opened
from cicatrix.trial.errors import Refused
from cicatrix.trial.roles import Actor
from cicatrix_sealed import redraw as redrawing
from cicatrix_sealed.answering import answer_waiting, open_draws
from cicatrix_sealed.choosing.law import law_of
from cicatrix_sealed.custody import situation
from cicatrix_sealed.disclosure import open_all
from cicatrix_sealed.generator import Generator
from cicatrix_sealed.keys import draw_generator, generator_of
from cicatrix_sealed.main import app
from cicatrix_sealed.minimisation import replay
from cicatrix_sealed.procedures import draw, procedure_of, read_procedure
from cicatrix_sealed.procedures.drawing import draws_of
from cicatrix_sealed.redraw import redraw, redrawn_openings, redrawn_text

NOW = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
CUSTODIAN = Actor("custodian", "pharmacist")
KINDS = {
    "permuted_blocks": {},
    "simple": {},
    "big_stick": {"limit": 2},
    "biased_coin": {"probability": (2, 3)},
    "urn": {"start": 1, "add": 2},
}


@pytest.fixture
def procedure(make_study):
    study = make_study(strata=("site",), sites={"foshan": 10, "wuhan": 5})
    return procedure_of(study, sizes=(6,))


@pytest.fixture
def sealed_home(make_home, make_list, tmp_path, randomise):
    home = make_home(strata=("site",), sites={"foshan": 10, "wuhan": 5})
    make_list(home, tmp_path / "custodian", chosen={"sizes": (6,)})
    randomise(home, "A001")
    return home


@pytest.fixture
def allocation(sealed_home, tmp_path, passphrase, lock):
    """Lock the trial, open its list and give the file."""
    lock(sealed_home)
    path = tmp_path / "allocation.json"
    open_all(
        sealed_home, tmp_path / "custodian", [passphrase], path,
        reason="Analysis", actor=CUSTODIAN, now=NOW,
    )  # fmt: skip
    return path


@pytest.fixture
def run(sealed_home, tmp_path):
    def run(allocation, *more, output="lists.json", home=sealed_home):
        given = ["redraw", str(home.folder), "--allocation", str(allocation)]
        return CliRunner().invoke(app, [*given, "-o", str(tmp_path / output), *more])

    return run


def chance_of(read, stratum, arms):
    """Give the chance with which a procedure draws these arms in one stratum."""
    law = law_of(read, len(arms))
    reached = {law.start: 1.0}
    for place, arm in enumerate(arms):
        after = Counter()
        for state, chance in reached.items():
            for step, drawn, then in law.steps(state, place):
                if drawn == arm:
                    after[then] += chance * step
        reached = after
    return sum(reached.values())


def test_the_real_list_is_what_the_same_draw_gives_under_the_opened_secret(allocation):
    opened = read_opened(allocation.read_text())
    for one in opened.procedure["strata"]:
        generator = generator_of(
            opened.study_digest, one["stratum"],
            secret=bytes.fromhex(opened.secret),
            randomness=bytes.fromhex(opened.beacon["randomness"]),
        )  # fmt: skip
        drawn = draw(opened.procedure, one["stratum"], generator)
        real = [(s.block, s.arm) for s in opened.slots if s.stratum == one["stratum"]]
        assert list(drawn) == real


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


@pytest.mark.parametrize("kind", KINDS)
def test_every_list_obeys_its_procedure_and_lists_differ(make_study, kind):
    study = make_study(strata=("site",), sites={"foshan": 10, "wuhan": 5})
    procedure = procedure_of(study, kind=kind, **KINDS[kind])
    read = read_procedure(procedure)
    drawn = redraw(procedure, lists=60, seed=1)
    for one in drawn.tolist():
        begin = 0
        for stratum in read.strata:
            arms = one[begin : begin + stratum.slots]
            assert chance_of(read, stratum.stratum, arms) > 0
            begin += stratum.slots
        assert begin == len(one)
    assert len({one.tobytes() for one in drawn}) == 60


def test_what_asks_whether_a_list_obeys_finds_one_that_does_not(procedure):
    read = read_procedure(procedure)
    assert chance_of(read, "site=foshan", [0, 0, 0, 1, 1, 2]) == 0
    assert chance_of(read, "site=foshan", [0, 0, 1, 1, 2, 2]) == pytest.approx(1 / 90)


def test_blocks_hold_the_ratio_and_strata_keep_their_places(procedure):
    for one in redraw(procedure, lists=50, seed=1):
        for begin in range(0, 18, 6):
            assert Counter(one[begin : begin + 6].tolist()) == {0: 2, 1: 2, 2: 2}


def test_a_list_depends_on_the_seed_and_its_own_number_alone(procedure):
    assert (redraw(procedure, lists=9, seed=1)[:4] == redraw(procedure, lists=4, seed=1)).all()
    assert (redraw(procedure, lists=4, seed=2) != redraw(procedure, lists=4, seed=1)).any()
    assert redraw(procedure, lists=0, seed=1).shape == (0, 18)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("permuted_blocks", {"sizes": (4,)}),
        ("big_stick", {"limit": 1}),
        ("biased_coin", {"probability": (3, 4)}),
        ("urn", {"start": 1, "add": 1}),
        ("simple", {}),
    ],
)
def test_lists_come_as_often_as_the_procedure_says(make_study, kind, more):
    small = procedure_of(make_study(ratio={"a": 1, "b": 1}), kind=kind, slots=4, **more)
    read = read_procedure(small)
    chances = {arms: chance_of(read, "all", arms) for arms in product((0, 1), repeat=4)}
    possible = {arms: chance for arms, chance in chances.items() if chance}
    assert sum(possible.values()) == pytest.approx(1)
    lists = 3000
    counts = Counter(tuple(one) for one in redraw(small, lists=lists, seed=5).tolist())
    assert counts.keys() <= possible.keys()
    chi2 = sum((counts[a] - lists * c) ** 2 / (lists * c) for a, c in possible.items())
    assert chi2 < {3: 16.3, 5: 20.5, 15: 37.7}[len(possible) - 1]  # the 0.999 quantiles


def test_every_arrangement_of_a_small_block_is_drawn(make_study):
    small = procedure_of(make_study(ratio={"a": 1, "b": 1}), sizes=(4,), slots=4)
    assert len({one.tobytes() for one in redraw(small, lists=300, seed=5)}) == comb(4, 2)


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
    written = np.array([[int(arm, 36) for arm in one] for one in document["lists"]])
    assert (written == redraw(opened.procedure, lists=20, seed=4)).all()
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
    run, sealed_home, tmp_path, allocation, make_home, make_list, lock
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


def test_a_dummy_has_no_procedure_to_draw_by(run, tmp_path, sealed_home, allocation):
    standing = situation(sealed_home)
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

    monkeypatch.setattr(redrawing, "redrawn_openings", breaks_off)
    before = sorted(tmp_path.iterdir())
    assert run(allocation, "--lists", "2").exit_code != 0
    assert sorted(tmp_path.iterdir()) == before


def test_many_lists_are_written_without_being_held(allocation):
    opened = read_opened(allocation.read_text())
    places = 100_000

    def most(lists):
        tracemalloc.start()
        drawn = (bytes(places) for _ in range(lists))
        written = sum(len(line) for line in redrawn_text(opened, drawn, seed=1))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert written > lists * places
        return peak

    assert most(200) < 2 * most(4)


def test_lists_are_drawn_one_at_a_time(allocation):
    drawing = redrawn_openings(read_opened(allocation.read_text()), lists=10**12, seed=1)
    first = [next(drawing) for _ in range(3)]
    assert all(one != other for one, other in pairwise(first))


PEOPLE = [("P1", "light"), ("P2", "dark"), ("P3", "light"), ("P4", "light"), ("P5", "dark")]


@pytest.fixture
def minimised(make_home, make_list, request_number, tmp_path, passphrase):
    """Give numbers to five people in a minimised trial."""
    home = make_home("minimised", minimise={"site": 2, "skin": 1})
    folder = tmp_path / "minimised-custodian"
    make_list(home, folder, kind="minimisation")
    for participant, skin in PEOPLE:
        request_number(home, participant, skin=skin)
    draws = open_draws(home, folder, passphrase)
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


def test_without_the_people_a_minimised_procedure_is_refused_with_what_to_do(minimised):
    home, _ = minimised
    procedure = procedure_of(situation(home).study, kind="minimisation")
    with pytest.raises(Refused, match="requests"):
        redraw(procedure, lists=1, seed=1)
