import csv
import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree, html

from cicatrix.analysis.analyse import analyse
from cicatrix.analysis.report import summary_of, write_report
from cicatrix.analysis.report.contents import DUMMY, REHEARSAL, document_of
from cicatrix.analysis.report.document import Figure, Table
from cicatrix.analysis.report.drawings import ink, swarm
from cicatrix.trial.participant import Withdrawal

ARMS, TOTALS = ["gel", "placebo"] * 3, [0, 4, 1, None, 1, 2]


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def findings(scored, tiny):
    made = scored(tiny, ARMS, TOTALS)
    return analyse(tiny, made.trial, made.allocation)


def test_the_same_findings_give_the_same_bytes(scored, tiny, findings, tmp_path):
    again = scored(tiny, ARMS, TOTALS)
    write_report(findings, tmp_path / "one")
    write_report(analyse(tiny, again.trial, again.allocation), tmp_path / "two")
    one, two = bytes_of(tmp_path / "one"), bytes_of(tmp_path / "two")
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []
    assert {"report.html", "report.pdf", "tables/comparisons.csv"} <= one.keys()
    assert one["report.pdf"].startswith(b"%PDF")
    assert b"CreationDate" not in one["report.pdf"]


def test_another_score_gives_another_report(scored, tiny, findings):
    other = scored(tiny, ARMS, [0, 4, 1, None, 1, 3])
    assert document_of(analyse(tiny, other.trial, other.allocation)) != document_of(findings)


def test_the_page_is_well_formed_and_asks_nothing_from_the_network(findings, tmp_path):
    write_report(findings, tmp_path)
    text = (tmp_path / "report.html").read_text("utf-8")
    page = html.document_fromstring(text, parser=html.HTMLParser(recover=False))
    assert re.findall(r"(?:src|href)=\"(?!#|data:)", text) == []
    assert "<script" not in text
    assert "@import" not in text
    identifiers = page.xpath("//@id")
    assert len(identifiers) == len(set(identifiers))
    links = [link.removeprefix("#") for link in page.xpath("//nav//@href")]
    assert links
    assert set(links) <= set(identifiers)
    assert all(image.get("alt") for image in page.xpath("//img"))
    for path in (tmp_path / "figures").iterdir():
        etree.parse(path)


def test_the_first_screen_states_estimate_interval_exact_p_and_n(findings):
    lead = summary_of(findings)[0]
    # Means are 2/3 (gel: 0, 1, 1) and 3 (placebo: 4, 2); the dose is 2 mg.
    assert "for each 1 mg planned the mean changes by −1.17" in lead
    assert "95 % interval" in lead
    assert "exact re-randomisation p = " in lead
    assert "n = 5 of 6 randomised" in lead
    assert "Missing: 1 of 6 values of the primary endpoint (17 %): visit missed 1." in summary_of(
        findings
    )


def test_provenance_names_ledger_study_and_list(findings, tmp_path):
    write_report(findings, tmp_path)
    text = (tmp_path / "report.html").read_text("utf-8")
    source = findings.provenance
    assert source.commitment is not None
    for wanted in (source.head_hash, source.study_digest, source.commitment, source.list_id):
        assert wanted in text


def test_a_dummy_and_a_rehearsal_carry_their_banner(scored, tiny):
    made = scored(tiny, ARMS, TOTALS)
    assert document_of(analyse(tiny, made.trial, made.allocation)).banners == ()
    made.trial.rehearsal = True
    assert document_of(analyse(tiny, made.trial, made.dummy)).banners == (DUMMY, REHEARSAL)


def test_every_caption_says_n_and_every_row_fills_its_columns(findings):
    for block in document_of(findings).blocks:
        if isinstance(block, Table | Figure):
            assert re.search(r"n.=.\d", block.caption), block.caption
        if isinstance(block, Table):
            widths = {len(row.cells) for row in block.rows if not row.group}
            assert widths <= {len(block.columns)}, block.id


def test_no_number_is_shown_as_not_a_number(findings, tmp_path):
    write_report(findings, tmp_path)
    for name, content in bytes_of(tmp_path).items():
        if name.endswith((".html", ".csv")):
            shown = re.sub(rb"base64,[A-Za-z0-9+/=]+", b"", content)
            assert re.findall(rb"\b(?:nan|NaN|inf)\b|\bNone\b(?! of | is )", shown) == [], name


def test_the_tables_keep_full_precision(findings, tmp_path):
    write_report(findings, tmp_path)
    first = rows_of(tmp_path / "tables/comparisons.csv")[0]
    trend = findings.comparisons[0].trend
    assert float(first["p"]) == trend.test.p
    assert float(first["estimate"]) == trend.slope.estimate
    people = rows_of(tmp_path / "tables/participants.csv")
    assert [one["arm"] for one in people] == ARMS
    assert [one["in_per_protocol"] for one in people].count("true") == 5


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def states(world, scored, tiny, split):
    """Give every state in which a trial must still have a right report, by name."""
    yield "nobody", scored(tiny, ["gel", "placebo"], [])
    yield "one", scored(tiny, ["gel", "placebo"], [2])
    yield "two", scored(tiny, ["gel", "placebo"], [2, 3])
    yield "empty arm", scored(tiny, ["gel"] * 4, [1, 2, 3, 4])
    yield "equal scores", scored(tiny, ARMS, [2] * 6)
    yield "everything missing", scored(tiny, ARMS, [None] * 6)
    bare = world(tiny, ARMS)
    for _ in range(4):
        bare.enrol().tubes.clear()
    yield "no visit and no dose", bare
    lonely = world(tiny, ARMS)
    for _ in range(4):
        lonely.rate(lonely.enrol(), "month_6", "score", "scar", {"colour": 1, "height": 2})
    yield "second rater missing", lonely
    gone = scored(tiny, ARMS, [1, 2, 3])
    for person in gone.trial.participants.values():
        person.withdrawals.append(Withdrawal("all", "regret", "participant", person.screened_on))
    yield "all data withdrawn", gone
    within = world(split, ["left_treated", "right_treated"], stratum="site=one")
    yield "within person, nobody", within
    one = world(split, ["left_treated", "right_treated"], stratum="site=one")
    names = ("vascularity", "pigmentation", "thickness", "relief", "pliability", "surface_area")
    for level in (2, 4):
        person = one.enrol()
        for region, more in (("left_half", 0), ("right_half", 1)):
            score = dict.fromkeys(names, level + more)
            one.rate(person, "month_12", "posas_observer", region, score, score)
    yield "within person, two", one


@pytest.mark.slow
def test_every_state_of_a_trial_has_a_right_report(world, scored, tiny, split, tmp_path):
    for name, made in states(world, scored, tiny, split):
        found = analyse(made.study, made.trial, made.allocation)
        folder = tmp_path / name.replace(" ", "_").replace(",", "")
        write_report(found, folder)
        lines = summary_of(found)
        text = (folder / "report.html").read_text("utf-8")
        assert re.findall(r"\bnan\b|\binf\b|\bNone\b(?! of \d)", " ".join(lines)) == [], name
        assert ("Nobody was enrolled" in text) is (not made.trial.numbers), name
        assert len(found.comparisons) == len(made.study.analyses), name
        rendered = {block.id for block in document_of(found).blocks if isinstance(block, Figure)}
        assert {path.stem for path in (folder / "figures").iterdir()} == rendered, name


def test_nobody_s_arm_is_shown_that_the_allocation_does_not_give(scored, tiny):
    made = scored(tiny, ARMS, TOTALS)
    turned = tuple(
        replace(slot, arm={"gel": "placebo", "placebo": "gel"}[slot.arm]) for slot in made.slots
    )
    found = analyse(tiny, made.trial, replace(made.dummy, slots=turned))
    assert [row.arm for row in found.participants] == ["placebo", "gel"] * 3
    assert [row.arm for row in found.accepted if row.total == 4] == ["gel"]


def test_a_text_of_the_study_cannot_become_markup(scored, tiny, tmp_path):
    title = {"en": '<b>A "tiny" #trial</b> \\ & $x$ *y* _z_ \\'}
    study = tiny.model_copy(update={"title": title})
    made = scored(study, ARMS, TOTALS)
    write_report(analyse(study, made.trial, made.allocation), tmp_path)
    page = html.parse(tmp_path / "report.html")
    assert page.findtext(".//h1") == title["en"]


def test_lines_of_a_box_fit_the_room_given():
    text = (
        "Release not granted: photographs of the scar may be taken (n\u00a0=\u00a012) " + "x" * 90
    )
    lines = ink.wrap(text, 120)
    assert max(ink.width(line) for line in lines) <= 120
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert any("(n\u00a0=\u00a012)" in line for line in lines)


@pytest.mark.parametrize("count", [1, 5, 17])
def test_no_dot_hides_another(count):
    distance = swarm.spacing(17, 30, 12)
    assert distance is not None
    places = swarm.rows(count, distance, 30, centred=True)
    assert len(set(places)) == count
    assert max(x for x, _ in places) - min(x for x, _ in places) <= 30
