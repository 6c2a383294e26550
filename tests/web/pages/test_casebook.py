"""The casebook of one participant: all that its reader sees of her, and no more."""

import json
import re

import pytest

from addresses import bare
from cicatrix.web.forms.casebook import casebook

HER = "FOSHAN-002"
WHERE = f"/participants/{HER}/casebook.pdf"


def said(site, role: str, her: str = HER) -> str:
    seen = site.worker.seen_by(site.who(role))
    return json.dumps(casebook(seen, seen.trial.participants[her]), ensure_ascii=False)


@pytest.mark.parametrize("role", ["coordinator", "monitor", "rater", "auditor"])
def test_it_is_a_pdf_in_both_languages(site, role):
    reader = site.client(site.who(role))
    for language in ("en", "zh-hans"):
        reader.post("/account/language/", {"language": language})
        answer = reader.get(WHERE)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert answer.content.startswith(b"%PDF-")


def test_it_has_answers_signatures_queries_and_changes_with_their_reasons(site):
    form = f"/participants/{HER}/forms/demography/baseline/-/0/"
    ana = site.client(site.who("coordinator"))
    seen = next(
        data.entry for key, data in site.worker.desk.trial.participants[HER].forms.items()
        if key.form == "demography"
    )  # fmt: skip
    assert "reviewed and correct" in said(site, "coordinator")
    ana.post(form, {"seen": seen, "i.height_cm": "163", "reason": "Misread the scale"})
    text = said(site, "coordinator")
    assert "163 cm" in text
    assert "then 163 cm. Why: Misread the scale" in text
    assert "Query Q0009: Please check this value against the source document." in text
    assert "Not signed." in text


def test_a_rater_reads_the_ratings_that_are_complete_and_no_form_of_others(site):
    text = said(site, "rater")
    assert "Vancouver Scar Scale" in text
    assert 'Height", "1' not in text
    assert "kg" not in text


def test_no_rating_that_is_not_complete_is_in_the_sites_casebook(site):
    assert "foshan-rater" not in said(site, "coordinator", "FOSHAN-020")


def test_somebody_of_whom_nothing_is_recorded_has_a_casebook_too(site):
    trial = site.worker.seen_by(site.who("coordinator")).trial
    bare = min(trial.participants.values(), key=lambda one: len(one.forms))
    reader = site.client(site.who("coordinator"))
    assert reader.get(f"/participants/{bare.id}/casebook.pdf").content.startswith(b"%PDF-")


def test_the_same_is_the_same_to_the_byte(site):
    reader = site.client(site.who("monitor"))
    assert reader.get(WHERE).content == reader.get(WHERE).content


def test_no_casebook_names_an_arm(site):
    words = re.compile(r"placebo|with cells|without cells|plain_gel|cell_gel|凝胶组", re.I)
    for role in ("coordinator", "investigator", "monitor", "data_manager"):
        assert not words.search(said(site, role))


def test_who_may_not_have_it(site):
    for role in ("pharmacist", "image_reader", "administrator"):
        assert site.client(site.who(role)).get(WHERE).status_code == 403


def test_a_casebook_of_another_site_is_as_unknown_as_none(sites):
    eve = sites.client(sites.who("coordinator", site="east"))
    answers = [eve.get(f"/participants/{one}/casebook.pdf") for one in ("SOUTH-001", "SOUTH-999")]
    assert [one.status_code for one in answers] == [404, 404]
    assert len({bare(one) for one in answers}) == 1
