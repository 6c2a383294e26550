import csv
import io

import pytest

from cicatrix_sealed.custodians import Secrets
from cicatrix_sealed.drawn import draw_slots, places_of
from cicatrix_sealed.packing import packing_sheet
from cicatrix_sealed.procedures import procedure_of, read_procedure


@pytest.fixture
def study(make_study):
    return make_study()


@pytest.fixture
def slots(study):
    procedure = procedure_of(study, sizes=(6, 9, 12))
    places = places_of(study, read_procedure(procedure))
    secrets = Secrets(bytes(32), bytes(32), procedure, bytes(32))
    return draw_slots(places, secrets, study_digest=study.digest, randomness=bytes(32))


def test_the_sheet_fills_every_tube_as_the_arm_asks_and_names_no_arm(study, slots):
    rows = list(csv.DictReader(io.StringIO(packing_sheet(study, slots))))
    arm = {kit: slot.arm for slot in slots for kit in slot.kits}
    assert rows[0].keys() == {"kit", "tube", "content"}
    assert len(rows) == len(slots) * 2 * 2
    for row in rows:
        assert row["content"] == study.tube[int(row["tube"])].content[arm[row["kit"]]]


def test_the_sheet_is_in_the_order_of_kits_and_not_of_arms(study, slots):
    rows = list(csv.DictReader(io.StringIO(packing_sheet(study, slots))))
    kits = [row["kit"] for row in rows]
    assert kits == sorted(kits)
    assert kits[:5] == ["K001", "K001", "K001S1", "K001S1", "K002"]


def test_the_sheet_of_no_slot_has_its_head_alone(study):
    assert packing_sheet(study, ()) == "kit,tube,content\n"
