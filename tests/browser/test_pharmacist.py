"""A pharmacist's day in the pages: numbers, temperatures, dates and counts, like anyone else."""

import pytest

from browsing import SCREENS

WARM = "FOSHAN-Q006"


@pytest.mark.parametrize(("language", "width"), SCREENS[1:3])
def test_he_decides_a_quarantine_and_reads_a_log_that_makes_another(house, language, width):
    stock = house.site.worker.desk.trial.stock
    phil = house.person("pharmacist", language, width)
    phil.open("/")
    phil.follow(phil.word("Decide on quarantine %(name)s", name=WARM))
    phil.choose(
        phil.word("What becomes of all of them"), phil.word("Condemn: they may never be used")
    )
    phil.fill(phil.word("Reason, in one sentence"), "标签脱落 warm for half an hour")
    phil.press("Record")
    assert stock.quarantines[WARM].decided == "condemned"

    phil.open("/kits/")
    phil.reads(
        phil.word(
            "The list, breaking a code and releasing an allocation are not here. They are in the "
            "custodian’s own program, on the custodian’s own machine."
        )
    )
    phil.follow("Read the temperature log")
    phil.fill(phil.word("Lowest temperature of the log"), "-180")
    phil.fill(phil.word("Highest temperature of the log"), "-120")
    phil.fill(phil.word("Hours outside the range"), "2")
    phil.press("Record")
    phil.reads(phil.word("Nothing is recorded yet."))
    before = set(stock.quarantines)
    phil.press("Yes, record it")
    (new,) = set(stock.quarantines) - before
    assert stock.quarantines[new].decided is None
    phil.reads(new)
