"""The study, readable: the file's own design in words, the same for any list, and the record."""

from datetime import UTC, datetime

import pytest
from django.utils.translation import override
from typer.testing import CliRunner

from addresses import TOKEN
from cicatrix.cli.create import FIRST_PEOPLE, found_home, person
from cicatrix.cli.main import app
from cicatrix.trial.actions.found import amend
from cicatrix.trial.actions.people import change_recruitment
from cicatrix.trial.reading import read_study
from cicatrix.web.door import STAFF
from cicatrix.web.pages.study import record
from clinic import STUDIES, clinic
from site_visited import migrated, visited

PAGES = (
    "/study/", "/study/schedule/", "/study/forms/", "/study/forms/eligibility/",
    "/study/forms/eligibility/print/", "/study/assumptions/", "/study/registry/",
    "/study/registry/tabular/", "/study/file/",
)  # fmt: skip
JSON = "/study/registry/record.json"
EVERY_STUDY = tuple(sorted(path.stem for path in STUDIES.glob("*.yaml")))
NOW = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def text(client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200, where
    return answer.content.decode()


@pytest.mark.parametrize(
    "role", ["coordinator", "rater", "image_reader", "monitor", "administrator"]
)
def test_all_of_the_staff_read_the_study_and_nobody_posts_to_it(site, role):
    client = site.client(site.who(role))
    for where in PAGES:
        text(client, where)
        assert client.post(where).status_code == 405
    assert client.post(JSON).status_code == 405


def test_a_participant_has_pages_of_her_own(site):
    client = site.client(site.who("participant"))
    assert {client.get(where).status_code for where in (*PAGES, JSON)} == {403}


@pytest.mark.slow
@pytest.mark.parametrize("study", EVERY_STUDY)
def test_every_study_can_be_read_before_anybody_is_screened(study, tmp_path):
    folder = tmp_path / "home"
    people = [person(one) for one in (*FIRST_PEOPLE, "dora:sponsor")]
    found_home(folder, STUDIES / f"{study}.yaml", people, now=NOW, database=None)
    migrated(folder)
    with visited(folder) as home:
        client = home.client(home.who("sponsor"))
        for where in (*PAGES, JSON):
            text(client, where)
        for form in home.worker.desk.study.forms:
            text(client, f"/study/forms/{form.id}/")
            text(client, f"/study/forms/{form.id}/print/")


def test_a_form_that_the_study_does_not_have_is_unknown(site):
    client = site.client(site.who("monitor"))
    for where in ("/study/forms/none/", "/study/forms/none/print/"):
        assert client.get(where).status_code == 404


def test_the_pages_follow_the_study_and_not_one_trial(sites):
    client = sites.client(sites.who("monitor"))
    page = text(client, "/study/")
    assert "Gel on the left half" in page
    assert "Example Hospital East" in page
    for form in sites.worker.desk.study.forms:
        assert form.label["en"] in text(client, f"/study/forms/{form.id}/")
        assert form.label["en"] in text(client, f"/study/forms/{form.id}/print/")


def test_the_pages_speak_the_reader_s_language(site):
    actor = site.who("monitor")
    client, account = site.client(actor), site.account(actor.user)
    account.language = "zh-hans"
    account.save()
    study = site.worker.desk.study
    assert study.title["zh-Hans"] in text(client, "/study/")
    assert study.visits[-1].label["zh-Hans"] in text(client, "/study/schedule/")
    assert study.form["vss"].label["zh-Hans"] in text(client, "/study/forms/vss/print/")


def test_the_study_is_read_the_same_by_every_role_whatever_it_sees_of_participants(sites):
    pages = {}
    for role in ("monitor", "rater", "pharmacist"):
        client = sites.client(sites.who(role))
        bodies = [text(client, where).partition("<main")[2] for where in PAGES[:6]]
        pages[role] = bodies
    assert pages["monitor"] == pages["rater"] == pages["pharmacist"]


@pytest.mark.slow
def test_the_study_is_the_same_bytes_whatever_the_sealed_list_holds(tmp_path):
    worlds = []
    for seed in (11, 12):
        clinic(tmp_path / str(seed), "SPLIT-SCAR", list_seed=seed, participants=12)
        migrated(tmp_path / str(seed))
        with visited(tmp_path / str(seed)) as site:
            client = site.client(site.who("monitor"))
            bodies = [client.get(where).content for where in (*PAGES, JSON)]
        worlds.append([TOKEN.sub(b"", body) for body in bodies])
    assert worlds[0] == worlds[1]
    assert b"Gel on the left half" in worlds[0][0]


def test_versions_and_amendments_are_told_with_their_digests(site):
    founded = site.worker.desk.study
    page = text(site.client(site.who("auditor")), "/study/")
    assert founded.digest in page
    assert "Adopted when the trial was founded." in page


def test_after_an_amendment_both_versions_are_told_and_only_the_new_file_is_given(site):
    client, desk, kept = (
        site.client(site.who("auditor")),
        site.worker.desk,
        site.folder / "study.yaml",
    )
    before = kept.read_text("utf-8")
    after = before.replace('version: "1.0"', 'version: "1.1"', 1)
    new = read_study(after, file="new.yaml")
    sponsor = site.who("sponsor")
    desk.act(
        lambda _study, trial, now: amend(new, trial, sponsor, now=now, reason="A window widened."),
        sponsor,
    )
    page = text(client, "/study/")
    assert all(one in page for one in (desk.study.digest, new.digest, "A window widened."))
    assert client.get("/study/file/").status_code == 422
    kept.write_text(after, "utf-8")
    assert client.get("/study/file/").content == after.encode()


def test_the_study_file_is_the_one_of_the_home_and_another_is_refused(site):
    client = site.client(site.who("rater"))
    kept = site.folder / "study.yaml"
    answer = client.get("/study/file/")
    assert answer.content == kept.read_bytes()
    assert answer["Content-Disposition"] == 'attachment; filename="NCT04034615.yaml"'
    kept.write_bytes(kept.read_bytes() + b"# a remark changes no digest\n")
    assert client.get("/study/file/").content == kept.read_bytes()
    kept.write_text(kept.read_text("utf-8").replace("planned: 90", "planned: 91"), "utf-8")
    refused = client.get("/study/file/")
    assert refused.status_code == 422
    assert "planned: 91" not in refused.content.decode()


@pytest.mark.parametrize("role", ["monitor", "coordinator", "sponsor"])
def test_who_sees_everybody_gets_the_record_that_the_command_writes(site, role, tmp_path):
    written = tmp_path / "record.json"
    done = CliRunner().invoke(app, ["export", str(site.folder), "registry", "-o", str(written)])
    assert done.exit_code == 0, done.output
    answer = site.client(site.who(role)).get(JSON)
    assert answer.content == written.read_bytes()
    assert answer["Content-Disposition"] == 'attachment; filename="NCT04034615-registry.json"'


@pytest.mark.parametrize("role", ["coordinator", "rater", "image_reader", "pharmacist"])
def test_who_does_not_see_everybody_is_given_no_enrolment_no_dates_and_no_file(sites, role):
    sites.worker.act(sites.who("sponsor"), change_recruitment, status="COMPLETED", reason="done")
    client = sites.client(sites.who(role))
    seen = sites.worker.seen_by(sites.who(role))
    protocol = record.record_of(seen)["protocolSection"]
    assert "enrollmentInfo" not in protocol["designModule"]
    assert not [key for key in protocol["statusModule"] if key.endswith("DateStruct")]
    assert client.get(JSON).status_code == 403
    for where in ("/study/registry/", "/study/registry/tabular/"):
        page = text(client, where)
        assert "Enrolment and the dates of the trial follow from all participants" in page
        assert JSON not in page
        assert "completed" in page
    whole = text(sites.client(sites.who("monitor")), "/study/registry/")
    assert f"{len(sites.worker.desk.trial.numbers)} (actual)" in whole


def test_the_study_is_in_the_menu_of_all_of_the_staff(site):
    from django.urls import resolve

    for where in (*PAGES, JSON):
        assert resolve(where).func.admits.roles == STAFF
    assert 'href="/study/"' in text(site.client(site.who("coordinator")), "/participants/")
