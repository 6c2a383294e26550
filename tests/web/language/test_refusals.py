# ruff: noqa: RUF001 (Chinese is written with full-width punctuation)
import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import translation

from cicatrix.trial.errors import CicatrixError, Conflict, LedgerBroken, NotPermitted, Refused
from cicatrix.trial.reading import read_study
from cicatrix.trial.study import Study
from cicatrix.web.language.catalogue import CORE
from cicatrix.web.language.refusals import said, told
from cicatrix.web.language.sentences import patterns

ROOT = Path(__file__).parents[3]
ENGLISH = re.compile(r"[A-Za-z]+(?: [A-Za-z]+){2,}")
NOT_OURS = re.compile(r"`[^`]*`|CREATE ROLE[^。]*|'[^']*'")
"""Commands to type and values that were typed: they are the same in every language."""


def english_in(text: str) -> list[str]:
    return ENGLISH.findall(NOT_OURS.sub("", text))


@pytest.fixture(scope="module")
def study() -> Study:
    text = (ROOT / "studies" / "NCT04034615.yaml").read_bytes()
    return read_study(text, file="NCT04034615.yaml")


def test_in_english_a_refusal_is_shown_as_it_stands():
    problem = Refused("no_consent", "FOSHAN-001 has not signed a consent by 2026-03-09.")
    assert told(problem) == problem.sentence


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (
            Refused("no_consent", "FOSHAN-001 has not signed a consent by 2026-03-09."),
            "FOSHAN-001 在2026年3月9日之前未签署知情同意书。",
        ),
        (
            NotPermitted("A rater may not sign eligibility; this is for: investigator, sponsor."),
            "评估者不能签署入选资格；有此权限的角色：研究者、申办方。",
        ),
        (
            Refused("wrong_tube", "STOP: tube 3 is not for day 4. Take tube 4 of K017."),
            "停止：第3管不是第4天使用的。请取药盒 K017 的第4管。",
        ),
        (
            Refused("type", "age: must be at least 12, found 3."),
            "age：不得小于 12，所填为 3。",
        ),
        (
            Refused("condemned", "Kit K017 was condemned; leave it out."),
            "药盒 K017 已判为报废：请不要列入。",
        ),
        (
            Refused("withdrawn", "B-1 withdrew from visits on 2026-03-09; this can no longer be "
                    "recorded."),
            "B-1 已于2026年3月9日退出（治疗和访视）：不能再作此记录。",
        ),
        (
            Refused("no_number", "K17 is no number: numbers here look like 001; the kit K17 "
                    "belongs to number 002 (B-1)."),
            "K17 不是随机号：本试验的随机号形如 001；药盒 K17 属于随机号 002（B-1）。",
        ),
        (
            Refused("outstanding", "2 things stand between today and lock, the first: B-1: the "
                    "dose of day 3 is neither given nor missed."),
            "距锁库还有2项未完成，第一项：B-1：第3天的用药既未记录给药，也未记录漏用。",
        ),
        (
            Refused("reason", "Changing itch, pain needs a reason; write one short sentence."),
            "修改“itch, pain”须说明原因：请写一句简短的话。",
        ),
        (
            Conflict(4, 5),
            "已有他人先作了记录（应为第4条，现为第5条）：请查看最新状态后重试。",
        ),
        (
            LedgerBroken(3, "it is not there"),
            "账本第3条：该条不存在。请停止使用本试验文件夹，并与备份比对。",
        ),
    ],
)  # fmt: skip
def test_a_refusal_is_told_in_chinese(problem: CicatrixError, expected: str):
    assert told(problem) == expected


@pytest.mark.usefixtures("chinese")
def test_a_user_who_is_called_as_a_role_keeps_the_name():
    problem = NotPermitted("monitor does not hold the role rater here.")
    assert told(problem) == "monitor 在此不具有评估者角色。"


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    "text", ["Broken fridge.", "see: that (ask Bo).", "", ".", "a; b; c." * 99]
)
def test_what_a_person_wrote_comes_back_as_it_is(text: str):
    assert said(text) == text


@pytest.mark.usefixtures("chinese")
def test_a_value_with_braces_is_a_value():
    assert told(Refused("x", "Query {0} {query} is closed.")) == "质疑 {0} {query} 已关闭。"


def test_an_edit_check_speaks_as_the_study_file_does(study: Study):
    english = "The body mass index is unusual; please confirm height and weight."
    problem = Refused("bmi_plausible", english)
    assert told(problem, study) == english
    with translation.override("zh-hans"):
        assert told(problem, study) == "体质指数异常，请核对身高和体重。"
        assert told(problem) == english


@pytest.mark.usefixtures("chinese")
def test_no_sentence_of_the_core_leaves_english_when_its_places_are_filled():
    """Fill every place with an identifier, and with each of the words that may stand there."""
    every = patterns(CORE)
    sentences = {fill(one, "K017") for one in every}
    parts = [fill(one, "K017") for one in every if one[0].islower()]
    sentences |= {
        fill(one, part)
        for one, part in itertools.product(every, parts)
        if re.search(r"\{(why|what|said|how)\}", one)
    }
    left = {one: said(one) for one in sentences if english_in(said(one))}
    assert left == {}
    assert len(sentences) > 1_000


def fill(pattern: str, value: str) -> str:
    places = {name: value if name in ("why", "what", "said", "how") else "K017"
              for name in re.findall(r"\{(\w+)\}", pattern)}  # fmt: skip
    return pattern.format(**places)


@pytest.mark.slow
@pytest.mark.usefixtures("chinese")
def test_what_the_core_raises_in_its_own_tests_leaves_no_english(tmp_path: Path):
    heard = tmp_path / "heard.json"
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "heard", "-p", "no:cacheprovider",
         "tests/trial/actions", "tests/trial/test_numbers.py", "tests/trial/test_checks.py"],
        cwd=ROOT, capture_output=True, check=False,
        env={**os.environ, "HEARD": str(heard), "PYTHONPATH": str(Path(__file__).parent)},
    )  # fmt: skip
    raised = json.loads(heard.read_text("utf-8"))
    # What an edit check says has the rule's name from its study file, and so has no rule of ours.
    core = "".join(file.read_text("utf-8") for folder in CORE for file in folder.rglob("*.py"))
    ours = [sentence for rule, sentence in raised if not rule or f'"{rule}"' in core]
    left = {one: said(one) for one in ours if english_in(said(one))}
    assert left == {}
    assert len(ours) > 150
