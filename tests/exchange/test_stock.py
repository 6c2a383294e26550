"""The stock as CSV: the same columns always, kits by number, and nothing where nothing came."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

from cicatrix.exchange.stock import COLUMNS, write_stock
from cicatrix.trial.participant import Participant, TubeUse
from cicatrix.trial.reading import read_study
from cicatrix.trial.stock import Kit
from cicatrix.trial.trial import Trial

TINY = Path(__file__).parents[1] / "studies/tiny.yaml"
NOW = datetime(2024, 6, 1, tzinfo=UTC)


def test_every_kit_has_its_line_and_an_empty_store_has_the_head_alone():
    study = read_study(TINY.read_bytes(), file="tiny.yaml")
    trial = Trial()
    assert write_stock(study, trial, now=NOW) == ",".join(COLUMNS) + "\r\n"
    ana = Participant("HERE-001", "here", date(2024, 5, 1))
    ana.tubes.append(TubeUse("K1", 1, 1, date(2024, 5, 2), "nina"))
    trial.participants[ana.id] = ana
    trial.stock.kits["K2"] = Kit("here", date(2024, 5, 31))
    trial.stock.kits["K1"] = Kit("here", dispensed=ana.id)
    rows = list(csv.DictReader(io.StringIO(write_stock(study, trial, now=NOW))))
    assert [tuple(row.values()) for row in rows] == [
        ("here", "K1", "dispensed", "", "2"),
        ("here", "K2", "expired", "2024-05-31", "1 2"),
    ]
