import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo

from cicatrix.web.language import catalogue
from cicatrix.web.language.catalogue import PO, Said, catalogue_of, collected, mo_bytes, po_text

PLACES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
AGAIN = "run `make words`, translate what it names in the .po, and run it again"


@pytest.fixture(scope="module")
def kept() -> Catalog:
    return catalogue.read()


def entries(some: Catalog) -> dict[tuple[str, object], object]:
    return {(str(one.context or ""), one.id): one.string for one in some if one.id}


def strings(string: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [string] if isinstance(string, str) else list(string or [""])


def places(texts: list[str]) -> set[str]:
    return {place for text in texts for place in PLACES.findall(text)}


def test_the_catalogue_holds_what_the_pages_say_and_nothing_else(kept: Catalog):
    now = entries(catalogue_of(collected(), kept))
    assert now.keys() - entries(kept).keys() == set(), f"said and not listed: {AGAIN}"
    assert entries(kept).keys() - now.keys() == set(), f"listed and said no more: {AGAIN}"
    assert not kept.obsolete


def test_every_text_has_its_chinese_and_none_is_a_guess(kept: Catalog):
    assert catalogue.untranslated(kept) == (), AGAIN
    assert [one.id for one in kept if one.id and one.fuzzy] == []


def test_the_file_is_written_the_way_the_command_writes_it(kept: Catalog):
    assert PO.read_text("utf-8") == po_text(kept), AGAIN


def test_what_a_server_reads_is_what_was_translated(kept: Catalog):
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    # Babel gives the context of a compiled text as bytes, and a plural as a list.
    read = {
        ((one.context or b"").decode(), tuple(strings(one.id))): strings(one.string)
        for one in compiled
        if one.id
    }
    assert read == {
        (context, tuple(strings(identity))): strings(string)
        for (context, identity), string in entries(kept).items()
        if all(strings(string))
    }  # fmt: skip


def test_a_translation_has_the_places_of_its_text(kept: Catalog):
    wrong = [
        (one.id, string)
        for one in kept
        for string in strings(one.string)
        if one.id and string and places(strings(one.id)) != places([string])
    ]
    assert wrong == []


def test_every_way_of_saying_something_in_python_is_collected():
    source = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, npgettext_lazy, pgettext
_("Plain.")
gettext_lazy("Later.")
pgettext("door", "Open")
ngettext("%(count)s dose", "%(count)s doses", 2)
npgettext_lazy("card", "{n} kit", "{n} kits", 2)
print("Not said.")
"""
    assert set(catalogue._in_python(source)) == {
        Said("Plain."),
        Said("Later."),
        Said("Open", context="door"),
        Said("%(count)s dose", "%(count)s doses"),
        Said("{n} kit", "{n} kits", "card"),
    }


def test_every_way_of_saying_something_in_a_template_is_collected():
    source = """{% load i18n %}<h1>{% translate "It's due" %}</h1>
  {% if x %}
      <p title="{% translate 'Open' context 'door' %}">Not said. It's "odd {{ x }}</p>
    {% endif %}
{% blocktranslate trimmed count n=list|length %}
  One visit of {{ name }}
  is due.
{% plural %}
  {{ n }} visits of {{ name }}
  are due.
{% endblocktranslate %}
{% blocktranslate context "card" %}Kit {{ kit }}{% endblocktranslate %}
{# Translators: a remark (is no text #}
{% translate "Save" as save %}
"""
    assert set(catalogue._in_template(source, "page.html")) == {
        Said("It's due"),
        Said("Open", context="door"),
        Said("One visit of %(name)s is due.", "%(n)s visits of %(name)s are due."),
        Said("Kit %(kit)s", context="card"),
        Said("Save"),
    }


def test_a_translation_is_kept_while_its_text_is_said_and_dropped_after():
    known = catalogue_of((Said("Yes"), Said("No"), Said("Yes", context="vote")), Catalog())
    known["Yes"].string = "是"
    later = catalogue_of((Said("Yes"), Said("Perhaps")), known)
    assert entries(later) == {("", "Yes"): "是", ("", "Perhaps"): None}
    assert catalogue.untranslated(later) == ("Perhaps",)


def test_the_compiled_catalogue_is_the_same_whenever_it_is_made(kept: Catalog):
    again = catalogue_of(collected(), kept)
    assert mo_bytes(again) == mo_bytes(catalogue_of(collected(), kept))
    assert b"2000-01-01" in mo_bytes(again)
