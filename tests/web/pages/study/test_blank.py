"""A form with nobody's answers: all of it, and boxes where a pen ticks."""

from cicatrix.web.pages.study.blank import blank
from clinic import STUDIES, plan_of

EVERY_STUDY = tuple(sorted(path.stem for path in STUDIES.glob("*.yaml")))


def test_a_blank_has_every_item_code_and_check_and_nobody_s_answer():
    for study in map(plan_of, EVERY_STUDY):
        for form in study.forms:
            found = blank(study, form)
            lines = [line for group in found.groups for line in group.lines]
            assert [line.item.id for line in lines] == list(form.items)
            assert [one.id for one in found.rules] == [check.id for check in form.checks]
            for line in lines:
                listed = study.codes.get(line.item.code_list or "")
                codes = [str(one.code) for one in listed.codes] if listed else []
                assert [code for code, _ in line.codes] == codes
                assert bool(line.formula) == (line.item.computed is not None)
                assert not (line.formula and line.boxes)


def test_a_small_scale_is_ticked_on_paper_and_a_wide_one_is_written():
    lines = {
        line.item.id: line
        for group in blank(
            plan_of("SPLIT-SCAR"), plan_of("SPLIT-SCAR").form["posas_observer"]
        ).groups
        for line in group.lines
    }
    assert lines["relief"].boxes == tuple(map(str, range(1, 11)))
    age = blank(plan_of("SPLIT-SCAR"), plan_of("SPLIT-SCAR").form["eligibility"]).groups[0].lines[0]
    assert (age.boxes, age.limits) == ((), "0 to 110")


def test_what_is_computed_is_neither_ticked_nor_written_on_paper():
    study = plan_of("SPLIT-SCAR")
    form = study.form["posas_observer"]
    first, second, *others = form.groups[0].items
    computed = second.model_copy(update={"computed": first.id})
    group = form.groups[0].model_copy(update={"items": (first, computed, *others)})
    lines = blank(study, form.model_copy(update={"groups": (group,)})).groups[0].lines
    assert (bool(lines[0].boxes), lines[0].formula) == (True, "")
    assert (lines[1].boxes, lines[1].formula) == ((), "“Vascularity”")
