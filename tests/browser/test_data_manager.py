"""A data manager's day: thirty queries of one rule closed after a dry run; from today to lock."""

import re

import pytest

from browsing import SCREENS, House
from cicatrix.trial.actions.queries import answer_query, raise_query

TEXT = "Same rule, same text."


def thirty(house: House) -> list[str]:
    """Let thirty queries of one text be raised, and every second be answered."""
    worker = house.site.worker
    dan, cora = house.site.who("data_manager"), house.site.who("coordinator")
    raised = []
    women = [one for one in worker.desk.trial.participants.values() if one.forms]
    for n, her in enumerate(women[:30]):
        key, data = next((key, data) for key, data in her.forms.items() if data.values)
        (fact,) = worker.act(
            dan, raise_query, participant=her.id, key=key, item=next(iter(data.values)), text=TEXT
        )
        raised.append(fact.query)
        if n % 2:
            worker.act(cora, answer_query, participant=her.id, query=fact.query, text="right")
    return raised


@pytest.mark.parametrize(("language", "width"), SCREENS[:1] + SCREENS[3:])
def test_he_closes_those_that_are_answered_after_a_dry_run(house, language, width):
    raised = thirty(house)
    head = house.site.worker.desk.trial.head
    dan = house.person("data_manager", language, width)
    dan.open("/queries/")
    dan.page.get_by_label(dan.word("What is asked")).select_option(TEXT)
    dan.press("Show")
    dan.reads(dan.count("%(n)s query", "%(n)s queries", 30, n=30))
    dan.press("Close these together: first show which")
    dan.reads(dan.count("%(n)s query would be closed", "%(n)s queries would be closed", 15, n=15))
    dan.reads(dan.count("%(n)s query would stay", "%(n)s queries would stay", 15, n=15))
    assert house.site.worker.desk.trial.head == head
    dan.fill(dan.word("Why they can be closed"), "checked against the source")
    dan.page.get_by_role(
        "button", name=dan.count("Close %(n)s query", "Close %(n)s queries", 15, n=15), exact=True
    ).click()
    dan.page.wait_for_url(re.compile(r"/queries/(?!close)"))
    dan.look()
    every = {
        query.id: query
        for her in house.site.worker.desk.trial.participants.values()
        for query in her.queries.values()
    }
    assert [every[one].closed is not None for one in raised] == [False, True] * 15


@pytest.mark.parametrize(("language", "width"), SCREENS[1:3])
def test_he_sees_what_stands_before_the_lock_and_locks_with_a_reason_for_each(
    house, language, width
):
    trial = house.site.worker.desk.trial
    dan = house.person("data_manager", language, width)
    dan.open("/lock/")
    dan.reads(dan.word("What stands between today and lock"))
    closed = dan.page.locator("details:not([open]) > summary")
    while closed.count():
        closed.first.click()
    for one in dan.page.locator("input[name^='all-']").all():
        one.fill("无法取得 cannot be obtained")
    dan.signs(house)
    dan.press("Lock the trial")
    assert dan.alert()
    assert trial.locked_at is None
    first = dan.page.locator("input[name^='all-']").first
    assert first.input_value() == "无法取得 cannot be obtained"
    dan.page.get_by_role("checkbox", name=dan.word("I know that this cannot be undone.")).check()
    dan.signs(house)
    dan.press("Lock the trial")
    assert trial.locked_at is not None
    assert set(trial.accepted.values()) == {"无法取得 cannot be obtained"}
    dan.reads(dan.word("What stayed outstanding, and why"))
    dan.open("/")
    dan.reads(dan.word("The trial is locked: nothing more is recorded."))
