"""Data queries: the list, one query, and closing many after a dry run."""

import re

import pytest

from cicatrix.trial.actions.queries import answer_query, close_query, raise_query
from cicatrix.web.oversight import data_queries
from cicatrix.web.pages import queries

LIST = "/queries/"
CLOSE = "/queries/close/"
FUZZ = ("low", "1", "-1", "9" * 30, "Q9999", "<b>", "' OR 1=1", "%", "东")
NAMES = ("state", "text", "form", "site", "days", "after", "arm", "sort", "kit", "debug")


def shown(page: bytes) -> list[str]:
    return re.findall(r">(Q\d+)</a></th>", page.decode())


def everything(site) -> dict:
    return {
        query.id: (her, query)
        for her in site.worker.desk.trial.participants.values()
        for query in her.queries.values()
    }


@pytest.fixture
def dan(site):
    return site.client(site.who("data_manager"))


@pytest.fixture
def thirty(site) -> list[str]:
    """Thirty queries of one text, every second of them answered."""
    dan, cora = site.who("data_manager"), site.who("coordinator")
    raised = []
    women = [one for one in site.worker.desk.trial.participants.values() if one.forms]
    for n, her in enumerate(women[:30]):
        key, data = next((key, data) for key, data in her.forms.items() if data.values)
        item = next(iter(data.values))
        (fact,) = site.worker.act(
            dan, raise_query, participant=her.id, key=key, item=item, text="Same rule, same text."
        )
        raised.append(fact.query)
        if n % 2:
            site.worker.act(cora, answer_query, participant=her.id, query=fact.query, text="right")
    return raised


def test_the_list_has_the_open_queries_in_the_order_in_which_they_were_raised(site, dan):
    known = everything(site)
    still = [name for name, (_her, query) in known.items() if query.closed is None]
    assert shown(dan.get(LIST).content) == sorted(still)
    assert len(still) > 1
    assert shown(dan.get(LIST, {"state": "all"}).content) == sorted(known)
    for state, fits in (
        ("closed", lambda one: one.closed is not None),
        ("answered", lambda one: one.closed is None and one.answer is not None),
        ("unanswered", lambda one: one.closed is None and one.answer is None),
    ):
        wanted = sorted(name for name, (_her, query) in known.items() if fits(query))
        assert shown(dan.get(LIST, {"state": state}).content) == wanted, state


def test_a_site_sees_its_own_queries_whatever_it_asks_for(sites):
    eve = sites.who("coordinator", site="north")
    client = sites.client(eve)
    own = sorted(name for name, (her, _q) in everything(sites).items() if her.site == "north")
    assert shown(client.get(LIST, {"state": "all"}).content) == own
    for name in NAMES:
        for value in FUZZ:
            answer = client.get(LIST, {"state": "all", name: value})
            assert answer.status_code == 200
            assert set(shown(answer.content)) <= set(own), (name, value)
    assert shown(client.get(LIST, {"state": "all", "site": "south"}).content) == own


def test_pages_follow_one_another_and_have_every_query_once(site, dan, thirty, monkeypatch):
    monkeypatch.setattr(data_queries, "PAGE", 7)
    found, address = [], LIST
    while address:
        page = dan.get(address).content
        found += shown(page)
        after = re.search(r'href="(\?after=\w+)" rel="next"', page.decode())
        address = LIST + after[1] if after else ""
    assert found == sorted(
        name for name, (_her, query) in everything(site).items() if query.closed is None
    )


def test_a_query_shows_its_value_its_history_and_what_the_role_can_do(site, dan):
    her, query = next(
        pair for pair in everything(site).values() if pair[1].closed is None and pair[1].answer
    )
    where = f"/participants/{her.id}/queries/{query.id}/"
    page = dan.get(where).content.decode()
    assert query.text in page
    assert query.answer in page
    assert 'value="close_query"' in page
    assert 'value="answer_query"' not in page
    assert "History of the item" in page
    page = site.client(site.who("coordinator")).get(where).content.decode()
    assert 'value="answer_query"' in page
    assert 'value="close_query"' not in page
    page = site.client(site.who("sponsor")).get(where).content.decode()
    assert 'name="do"' not in page


def test_the_site_answers_and_the_data_manager_closes(site, dan):
    her, query = next(
        pair for pair in everything(site).values() if pair[1].closed is None and not pair[1].answer
    )
    where = f"/participants/{her.id}/queries/{query.id}/"
    cora = site.client(site.who("coordinator"))
    assert cora.post(where, {"do": "answer_query", "text": "it is <right>"})["Location"] == where
    assert query.answer == "it is <right>"
    refused = dan.post(where, {"do": "close_query", "text": " "})
    assert refused.status_code == 422
    assert 'role="alert"' in refused.content.decode()
    assert dan.post(where, {"do": "close_query", "text": "accepted"})["Location"] == where
    assert query.closed == "accepted"
    late = cora.post(where, {"do": "answer_query", "text": "kept 东西"})
    assert late.status_code == 422


def test_a_dry_run_closes_nothing_and_says_which_would_and_which_not(site, dan, thirty):
    head = site.worker.desk.trial.head
    page = dan.post(CLOSE, {"text": "Same rule, same text."}).content.decode()
    assert site.worker.desk.trial.head == head
    would, would_not = page.split("queries would stay</h2>")
    assert re.findall(r">(Q\d+)</a>", would) == thirty[1::2]
    assert re.findall(r">(Q\d+)</a>", would_not) == thirty[0::2]
    assert would_not.count("It has no answer yet.") == 15
    both = dan.post(CLOSE, {"text": "Same rule, same text.", "unanswered": "yes"}).content.decode()
    assert re.findall(r">(Q\d+)</a>", both) == thirty


def tokens(page: bytes) -> list[str]:
    return re.findall(r'name="query" value="([^"]+)"', page.decode())


def test_those_of_the_list_are_closed_and_the_stale_are_told(site, dan, thirty):
    listed = tokens(dan.post(CLOSE, {"text": "Same rule, same text."}).content)
    assert len(listed) == 15
    known = everything(site)
    (first, _), (second, _) = known[thirty[1]], known[thirty[3]]
    site.worker.act(
        site.who("coordinator"), answer_query, participant=first.id, query=thirty[1], text="wrong!"
    )
    site.worker.act(
        site.who("monitor"), close_query, participant=second.id, query=thirty[3], reason="seen"
    )
    sent = {"sure": "yes", "query": listed, "reason": "all accepted"}
    answer = dan.post(CLOSE, sent)
    page = answer.content.decode()
    assert "13 queries are closed." in page
    assert "Its answer or its value changed" in page
    assert "It is closed already." in page
    closed = {name for name, (_her, query) in known.items() if query.closed == "all accepted"}
    assert closed == set(thirty[1::2]) - {thirty[1], thirty[3]}
    head = site.worker.desk.trial.head
    assert dan.post(CLOSE, sent).content.decode().count("It is closed already.") == 14
    assert site.worker.desk.trial.head == head


def test_without_a_reason_nothing_is_closed_and_the_list_stays(site, dan, thirty):
    listed = tokens(dan.post(CLOSE, {"text": "Same rule, same text."}).content)
    head = site.worker.desk.trial.head
    answer = dan.post(CLOSE, {"sure": "yes", "query": listed, "reason": "  "})
    assert answer.status_code == 422
    assert tokens(answer.content) == listed
    assert site.worker.desk.trial.head == head
    assert dan.post(CLOSE, {"sure": "yes", "reason": "none"}).status_code == 422


def test_a_token_that_names_nothing_closes_nothing(site, dan):
    for token in ["", "x", "FOSHAN-001", "FOSHAN-001 Q0001", "a b c d", " 东 "]:
        head = site.worker.desk.trial.head
        answer = dan.post(CLOSE, {"sure": "yes", "query": [token], "reason": "fuzz"})
        assert answer.status_code == 200
        assert site.worker.desk.trial.head == head


def test_only_who_may_close_closes(site):
    for role in ["coordinator", "sponsor", "auditor", "statistician"]:
        assert site.client(site.who(role)).post(CLOSE, {"state": "all"}).status_code == 403


def test_the_lists_are_closed_to_everybody_else(site):
    for role in ["rater", "image_reader", "pharmacist", "administrator"]:
        client = site.client(site.who(role))
        her, query = next(iter(everything(site).values()))
        assert client.get(LIST).status_code == 403
        assert client.get(f"/participants/{her.id}/queries/{query.id}/").status_code == 403


def test_an_unknown_query_and_another_sites_are_the_same_nothing(sites):
    client = sites.client(sites.who("coordinator", site="north"))
    her, query = next(pair for pair in everything(sites).values() if pair[0].site == "south")
    own = next(one for one in sites.worker.desk.trial.participants.values() if one.site == "north")
    for where in (
        f"/participants/{her.id}/queries/{query.id}/",
        f"/participants/{own.id}/queries/{query.id}/",
        f"/participants/{own.id}/queries/Q9999/",
        "/participants/NOBODY-001/queries/Q0001/",
    ):
        for method in ("get", "post"):
            assert getattr(client, method)(where).status_code == 404, where


def test_an_act_that_is_none_is_unknown(site, dan):
    her, query = next(iter(everything(site).values()))
    where = f"/participants/{her.id}/queries/{query.id}/"
    assert dan.post(where, {"do": "delete"}).status_code == 404
    assert dan.post(where, {"do": "answer_query", "text": "x"}).status_code == 403


def test_at_most_so_many_are_taken_at_once(site, dan, thirty, monkeypatch):
    monkeypatch.setattr(queries, "AT_ONCE", 5)
    page = dan.post(CLOSE, {"text": "Same rule, same text.", "unanswered": "yes"}).content
    assert len(tokens(page)) == 5
    assert "At most 5 are taken at once." in page.decode()
