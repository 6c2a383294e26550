"""Drafts are encrypted, open for their own account and role alone, and nowhere else."""

import pytest
from django.http import QueryDict

from cicatrix.trial.errors import Refused
from cicatrix.trial.participant import FormKey, RatingKey
from cicatrix.web.forms.drafts import Drawer, discard, draft_at, keep, place_of
from cicatrix.web.models import Draft

HER = "FOSHAN-001"


def drawer(site, role: str = "coordinator", place: str = "demography/baseline/-/0") -> Drawer:
    actor = site.who(role)
    woman = site.worker.desk.trial.participants[HER]
    return Drawer(site.account(actor.user), actor, woman, place)


def kept(site, where: Drawer, typed: str = "i.height_cm=163.25&m.x=refused&reason=why"):
    fields = QueryDict(f"{typed}&csrfmiddlewaretoken=secret&password=secret&code=secret")
    return keep(where, fields, seen="before", now=site.worker.desk.now())


def test_what_was_typed_comes_back_with_the_save_it_was_made_from(site):
    where = drawer(site)
    kept(site, where)
    found = draft_at(where)
    assert found.fields == {"i.height_cm": ["163.25"], "m.x": ["refused"], "reason": ["why"]}
    assert found.seen == "before"
    assert found.posted.getlist("i.height_cm") == ["163.25"]


def test_no_word_of_it_lies_in_the_database_in_clear(site):
    kept(site, drawer(site))
    row = Draft.objects.get().text
    assert not any(word in row for word in ("163.25", "height", "refused", "secret"))


def test_it_opens_for_nobody_else_and_nowhere_else(site):
    where = drawer(site)
    kept(site, where)
    assert draft_at(drawer(site, "investigator")) is None
    assert draft_at(drawer(site, place="photograph/baseline/-/0")) is None
    row = Draft.objects.get()
    other = site.account(site.who("investigator").user)
    Draft.objects.filter(pk=row.pk).update(account=other, role="investigator")
    with pytest.raises(Refused, match="does not open"):
        draft_at(drawer(site, "investigator"))


def test_a_damaged_draft_is_said_and_the_form_is_shown(site):
    kept(site, drawer(site))
    Draft.objects.update(text="1.AAAA")
    page = site.client(site.who("coordinator")).get(
        f"/participants/{HER}/forms/demography/baseline/-/0/"
    )
    assert page.status_code == 200
    assert "does not open" in page.content.decode()


def test_one_draft_for_each_form_the_last_one(site):
    where = drawer(site)
    kept(site, where)
    kept(site, where, "i.height_cm=170")
    assert Draft.objects.count() == 1
    assert draft_at(where).fields == {"i.height_cm": ["170"]}
    discard(where)
    assert draft_at(where) is None


def test_places_are_told_apart():
    keys = [
        FormKey("a", "b"),
        FormKey("a", None, 1),
        FormKey("a", "b", 0, "c"),
        RatingKey("b", "a", "c"),
    ]
    assert len({place_of(key) for key in keys}) == len(keys)
    assert place_of(FormKey("a", None, 4), new_row=True) == place_of(
        FormKey("a", None, 5), new_row=True
    )
