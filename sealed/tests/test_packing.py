import csv
import io

from cicatrix_sealed.packing import packing_sheet
from cicatrix_sealed.permuted import draw_list


def test_the_sheet_fills_every_tube_as_the_arm_asks_and_names_no_arm(make_study):
    study = make_study()
    slots = draw_list(study, seed=bytes(48), sizes=(6, 9, 12))
    rows = list(csv.DictReader(io.StringIO(packing_sheet(study, slots))))
    arm = {kit: slot.arm for slot in slots for kit in slot.kits}
    assert rows[0].keys() == {"kit", "tube", "content"}
    assert len(rows) == len(slots) * 2 * 2
    for row in rows:
        assert row["content"] == study.tube[int(row["tube"])].content[arm[row["kit"]]]


def test_the_sheet_is_in_the_order_of_kits_and_not_of_arms(make_study):
    study = make_study()
    slots = draw_list(study, seed=bytes(48), sizes=(6, 9, 12))
    rows = list(csv.DictReader(io.StringIO(packing_sheet(study, slots))))
    kits = [row["kit"] for row in rows]
    assert kits == sorted(kits)
    assert kits[:5] == ["K001", "K001", "K001S1", "K001S1", "K002"]
