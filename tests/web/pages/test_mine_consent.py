"""Her consent: read, signed with her password, and every version of it to keep."""

from datetime import date

import pytest

from cicatrix.trial.actions.people import invite_participant
from cicatrix.trial.participant import Participant
from cicatrix.web.access import rehearsal
from herself import adopt, come, herself, signed_in, treated

PASSWORD = rehearsal.PASSWORD


@pytest.fixture
def her(sites) -> Participant:
    """A woman of the trial with several sites, three months after her last dose."""
    her = treated(sites, without="month_3")
    come(sites, her, "month_3")
    return sites.worker.desk.trial.participants[her.id]


def test_she_reads_the_consent_in_the_language_she_chooses_and_signs_it_with_her_password(site):
    trial = site.worker.desk.trial
    her = next(one for one in trial.participants.values() if not one.consents)
    if ("participant", her.site) not in trial.roles.get(her.id, ()):
        site.worker.act(site.who("coordinator"), invite_participant, participant=her.id)
    client = signed_in(site, her)
    assert "sign if you want to take part" in client.get("/mine/").content.decode()
    assert "剖宫产瘢痕" in client.get("/mine/consent/?language=zh-Hans").content.decode()
    said = {"version": "1.0", "language": "zh-Hans", "release": "photographic"}
    wrong = client.post("/mine/consent/", said | {"password": "not mine at all"})
    assert wrong.status_code == 422
    assert "The password is wrong." in wrong.content.decode()
    assert 'value="photographic" checked' in wrong.content.decode()
    assert not trial.participants[her.id].consents
    for _ in range(2):
        answer = client.post("/mine/consent/", said | {"password": PASSWORD})
        assert answer.headers["Location"] == "/mine/consent/1/"
    (consent,) = trial.participants[her.id].consents
    assert (consent.version, consent.language) == ("1.0", "zh-Hans")
    assert trial.participants[her.id].releases == {"photographic"}
    copy = client.get("/mine/consent/1/").content.decode()
    assert f"Signed by {her.id} with her password on" in copy
    assert "剖宫产瘢痕" in copy
    pdf = client.get("/mine/consent/1/copy.pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")


def test_a_newer_version_is_asked_for_and_the_older_stays_readable(sites, her):
    study = sites.worker.desk.study
    first, second = study.consent.versions
    newer = second.model_copy(update={"since": date(2025, 6, 1)})
    consent = study.consent.model_copy(update={"versions": (first, newer)})
    adopt(sites, study.model_copy(update={"consent": consent}))
    client = signed_in(sites, her)
    assert "There is a new consent" in client.get("/mine/").content.decode()
    page = client.get("/mine/consent/").content.decode()
    assert newer.summary["en"] in page
    assert "You signed an earlier one" in page
    said = {"version": "1.1", "language": "en", "release": "photographic", "password": PASSWORD}
    old = client.post("/mine/consent/", said | {"version": "1.0"})
    assert old.status_code == 422
    number = len(her.consents) + 1
    assert client.post("/mine/consent/", said).headers["Location"] == f"/mine/consent/{number}/"
    before = her.consents[0]
    text = client.get("/mine/consent/1/").content.decode()
    assert first.summary[before.language] in text
    assert "the site recorded it on" in text
    assert newer.summary["en"] in client.get(f"/mine/consent/{number}/").content.decode()


def test_the_pdf_holds_the_words_that_she_signed(site):
    from cicatrix.web.consent_copy import consent_copy
    from cicatrix.web.hers import signed_consents

    her = treated(site)
    seen = site.worker.seen_by(herself(her))
    (signed,) = signed_consents(seen.study, seen.about(her.id))
    copy = consent_copy(seen.study, seen.trial.participants[her.id], signed)
    assert copy["text"] == [seen.study.consent.versions[0].summary[signed.language]]
    assert copy["facts"][0] == ["Version", "1.0"]
    assert len(copy["releases"]) == 1
