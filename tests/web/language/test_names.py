# ruff: noqa: RUF001 (Chinese is written with full-width punctuation)
from datetime import UTC, date, datetime
from typing import get_args

import pytest
from django.template import Context, Template
from django.utils import translation

from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import KINDS, RecruitmentStatus, WithdrawalScope
from cicatrix.trial.roles import Role
from cicatrix.trial.stock import Place
from cicatrix.trial.supply import Condition
from cicatrix.web.language import names

AFTERNOON = datetime(2026, 3, 9, 6, 5, tzinfo=UTC)
LATE = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)


def both(what: object, *arguments: object) -> tuple[str, str]:
    """Say something in English and in Chinese."""
    said = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            said.append(what(*arguments))
    return said[0], said[1]


@pytest.mark.parametrize(
    "codes",
    [KINDS, *map(get_args, (Role, RecruitmentStatus, WithdrawalScope, Place, Condition))],
    ids=["facts", "roles", "recruitment", "scopes", "places", "conditions"],
)
def test_every_code_has_its_words_in_both_languages(codes: tuple[str, ...]):
    for code in codes:
        english, chinese = both(names.named, code)
        assert code in names.NAMES
        assert english
        assert not any("a" <= one <= "z" for one in chinese), chinese


def test_what_happened_is_a_phrase():
    assert both(names.named, "FormSaved") == ("Form saved", "表单已保存")
    assert both(names.named, "care_provider") == ("care provider", "给药护士")


def test_a_code_that_is_not_ours_stays_as_it_is():
    assert both(names.named, "month_36") == ("month_36", "month_36")


@pytest.mark.parametrize(
    ("day", "english", "chinese"),
    [
        (date(2026, 3, 9), "9 March 2026", "2026年3月9日"),
        ("2026-03-09", "9 March 2026", "2026年3月9日"),
        ("2026-03", "March 2026", "2026年3月"),
        ("2026", "2026", "2026年"),
        ("2026-02-30", "2026-02-30", "2026-02-30"),
        ("soon", "soon", "soon"),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_a_date_is_written_as_far_as_it_is_known(day: object, english: str, chinese: str):
    assert both(names.written, day) == (english, chinese)


def test_a_table_has_short_dates():
    assert both(names.written_short, date(2026, 9, 9)) == ("9 Sep 2026", "2026-09-09")


@pytest.mark.parametrize(
    ("moment", "zone", "english", "chinese"),
    [
        (AFTERNOON, "Asia/Shanghai", "9 March 2026, 14:05 (Asia/Shanghai)",
         "2026年3月9日 14:05（上海时间）"),
        (LATE, "Asia/Shanghai", "10 March 2026, 07:30 (Asia/Shanghai)",
         "2026年3月10日 07:30（上海时间）"),
        (AFTERNOON, "", "9 March 2026, 06:05 (UTC)", "2026年3月9日 06:05（UTC）"),
        (AFTERNOON, "Europe/Zurich", "9 March 2026, 07:05 (Europe/Zurich)",
         "2026年3月9日 07:05（苏黎世时间）"),
        (None, "Asia/Shanghai", "", ""),
    ],
)  # fmt: skip
def test_a_moment_is_what_the_clocks_of_its_zone_show(
    moment: datetime | None, zone: str, english: str, chinese: str
):
    assert both(names.at, moment, zone) == (english, chinese)


def test_the_time_alone_names_its_zone_too():
    assert both(names.clock, AFTERNOON, "Asia/Shanghai") == (
        "14:05 (Asia/Shanghai)",
        "14:05（上海时间）",
    )


def test_numbers_show_the_places_asked_for():
    assert both(names.number, 1234.5) == ("1,234.5", "1,234.5")
    assert both(names.number, 0.1, 2) == ("0.10", "0.10")
    assert both(names.number, 14, 0) == ("14", "14")
    assert both(names.number, None) == ("", "")
    assert both(names.percent, 0.128) == ("13%", "13%")
    assert both(names.percent, 0.125, 1) == ("12.5%", "12.5%")


@pytest.mark.parametrize(
    ("items", "english", "chinese"),
    [
        ((), "", ""),
        (("a",), "a", "a"),
        (("a", "b"), "a and b", "a和b"),
        (("a", "b", 3), "a, b and 3", "a、b和3"),
    ],
)
def test_a_list_is_written_as_a_sentence_does(
    items: tuple[object, ...], english: str, chinese: str
):
    assert both(names.listed, items) == (english, chinese)


@pytest.mark.parametrize(
    ("language", "text"), [("zh-Hans", "瘢痕"), ("zh", "瘢痕"), ("en", "Scar"), ("fr", "Scar")]
)
def test_a_studys_text_is_the_nearest_there_is(language: str, text: str):
    assert names.text_in({"en": "Scar", "zh-Hans": "瘢痕"}, language) == text


def test_a_studys_text_falls_back_on_its_first_language():
    assert names.text_in({"de": "Narbe", "zh-Hant": "疤痕"}, "en") == "Narbe"
    assert names.text_in({"de": "Narbe", "zh-Hant": "疤痕"}, "zh-Hans") == "疤痕"
    assert names.text_in({}, "en") == ""


def test_the_pages_language_is_called_as_study_files_call_it():
    assert both(names.tag) == ("en", "zh-Hans")


def test_templates_have_it_all_as_filters_that_escape():
    page = Template(
        "{% load words %}{{ day|written }}|{{ day|written_short }}|{{ moment|at:zone }}|"
        "{{ moment|clock:zone }}|{{ value|number:1 }}|{{ value|percent }}|{{ items|listed }}|"
        "{{ role|named }}|{{ texts|in_language }}|{{ problem|told }}|{{ problem.sentence|said }}"
    )
    context = Context({
        "day": date(2026, 3, 9), "moment": AFTERNOON, "zone": "Asia/Shanghai", "value": 0.5,
        "items": ["<a>", "b"], "role": "rater", "texts": {"en": "A<B", "zh-Hans": "甲<乙"},
        "problem": Refused("closed", "Query <Q1> is closed."),
    })  # fmt: skip
    english, chinese = both(page.render, context)
    assert english == (
        "9 March 2026|9 Mar 2026|9 March 2026, 14:05 (Asia/Shanghai)|14:05 (Asia/Shanghai)|0.5|50%|"
        "&lt;a&gt; and b|rater|A&lt;B|Query &lt;Q1&gt; is closed.|Query &lt;Q1&gt; is closed."
    )
    assert chinese == (
        "2026年3月9日|2026-03-09|2026年3月9日 14:05（上海时间）|14:05（上海时间）|0.5|50%|"
        "&lt;a&gt;和b|评估者|甲&lt;乙|质疑 &lt;Q1&gt; 已关闭。|质疑 &lt;Q1&gt; 已关闭。"
    )
