"""Photographs: what is taken in, what is kept of it, who sees it, and for how long."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cicatrix.trial import facts
from cicatrix.trial.actions.screening import withdraw_release
from cicatrix.trial.errors import Refused
from cicatrix.trial.participant import Participant
from cicatrix.trial.roles import Actor
from cicatrix.web import photographs
from cicatrix.web.pages.photographs import VIEWERS
from cicatrix.web.pictures import MOST_BYTES, picture_of

NOT_VIEWERS = ("rater", "image_reader", "pharmacist", "administrator")
RED = (200, 40, 40)
MINE = "/mine/photographs/"


def encoded(image: Image.Image, kind: str = "JPEG", **more: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def scar(width: int = 60, height: int = 40, colour: tuple[int, int, int] = RED) -> Image.Image:
    return Image.new("RGB", (width, height), colour)


def from_a_telephone() -> bytes:
    """A photograph that says where it was taken, lies on its side, and has a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Telephone of Lin"
    exif.get_ifd(0x8825).update({1: "N", 2: (23.0, 1.0, 17.0), 3: "E", 4: (113.0, 7.0, 9.0)})
    image = scar()
    image.paste((20, 20, 200), (0, 0, 60, 10))
    return encoded(image, exif=exif, comment=b"taken at home")


def sent(content: bytes, name: str = "scar.jpg", **fields: str) -> dict[str, object]:
    return {"photograph": SimpleUploadedFile(name, content, "image/jpeg"), **fields}


def allowing(site, *, at: str | None = None) -> Participant:
    return next(
        one
        for one in site.worker.desk.trial.participants.values()
        if one.tubes and not one.withdrawals and "photographic" in one.releases
        and at in (None, one.site)
    )  # fmt: skip


def signed_in(site, her: Participant):
    return site.client(Actor(her.id, "participant", her.site))


def taken(site) -> list[facts.PhotographTaken]:
    return [
        one.fact for one in site.worker.desk.kept if isinstance(one.fact, facts.PhotographTaken)
    ]


def blobs(site) -> list[bytes]:
    """List what is stored besides the study file."""
    kept = [one.read_bytes() for one in site.folder.glob("blobs/*/*")]
    return [one for one in kept if one != site.worker.desk.home.study]


def body(answer) -> bytes:
    return re.sub(rb'(csrfmiddlewaretoken|next)" value="[^"]*"', b"", answer.content)


def test_she_sends_one_and_sees_it_upright_with_nothing_but_its_pixels(sites):
    her = allowing(sites)
    client = signed_in(sites, her)
    answer = client.post(MINE, sent(from_a_telephone(), region="left_half"))
    assert answer.status_code == 302
    (fact,) = taken(sites)
    assert (fact.participant, fact.region, fact.visit) == (her.id, "left_half", None)
    assert fact.media_type == "image/jpeg"
    where = f"{MINE}{fact.digest}/"
    assert where in client.get(MINE).content.decode()
    given = client.get(where)
    assert given.headers["Content-Type"] == "image/jpeg"
    assert given.headers["Content-Disposition"].startswith("inline")
    assert given.headers["Cache-Control"] == "no-store, private"
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    picture = Image.open(BytesIO(given.content))
    assert picture.size == (40, 60)
    assert not picture.getexif()
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for word in (b"Telephone", b"at home", b"Exif"):
        assert word not in given.content
    red, _green, blue = picture.convert("RGB").getpixel((35, 30))
    assert blue > red


def test_what_is_stored_is_its_ciphertext_and_the_digest_is_of_that(sites):
    her = allowing(sites)
    picture = picture_of(from_a_telephone())
    signed_in(sites, her).post(MINE, sent(from_a_telephone()))
    (kept,) = blobs(sites)
    assert b"JFIF" not in kept
    assert picture[20:60] not in kept
    (fact,) = taken(sites)
    assert sites.worker.desk.home.blobs.get(fact.digest) == kept
    sites.worker.desk.home.blobs.verify()


def test_the_coordinator_sends_one_of_a_visit_and_every_viewer_sees_it(sites):
    her = allowing(sites)
    where = f"/participants/{her.id}/photographs/"
    coordinator = sites.client(sites.who("coordinator", site=her.site))
    said = {"visit": "day_1", "region": "right_half", "on": her.attended["day_1"].isoformat()}
    assert coordinator.post(where, sent(encoded(scar()), **said)).status_code == 302
    (fact,) = taken(sites)
    assert (fact.visit, fact.region) == ("day_1", "right_half")
    assert fact.on == her.attended["day_1"]
    for role in VIEWERS:
        at_site = role in ("coordinator", "investigator", "care_provider")
        client = sites.client(sites.who(role, site=her.site if at_site else None))
        assert fact.digest in client.get(where).content.decode(), role
        assert client.get(f"{where}{fact.digest}/").content.startswith(b"\xff\xd8"), role
        if role != "coordinator":
            assert client.post(where, sent(encoded(scar(50, 50)))).status_code == 403, role
            assert client.post(where, {}).status_code == 403, role
            assert b"multipart" not in client.get(where).content
    assert len(taken(sites)) == 1
    assert fact.digest not in signed_in(sites, her).get(MINE).content.decode()


@pytest.mark.parametrize("role", NOT_VIEWERS)
def test_who_sees_no_photographs_learns_nothing_of_any(sites, role):
    her = allowing(sites)
    signed_in(sites, her).post(MINE, sent(encoded(scar())))
    (fact,) = taken(sites)
    client = sites.client(sites.who(role))
    answers = set()
    for who in (her.id, "NOWHERE-001"):
        for digest in ("", f"{fact.digest}/", f"{'0' * 64}/"):
            answer = client.get(f"/participants/{who}/photographs/{digest}")
            answers.add((answer.status_code, body(answer)))
    assert {status for status, _ in answers} == {403}
    assert len(answers) == 1


def test_another_site_and_another_participant_find_nothing(sites):
    her = allowing(sites, at="north")
    other = allowing(sites, at="south")
    signed_in(sites, her).post(MINE, sent(encoded(scar())))
    (fact,) = taken(sites)
    eve = sites.client(sites.who("coordinator", site="south"))
    answers = set()
    for where in (
        her.id + "/photographs/", f"{her.id}/photographs/{fact.digest}/",
        f"{other.id}/photographs/{fact.digest}/", f"{other.id}/photographs/{'0' * 64}/",
        "NOWHERE-001/photographs/",
    ):  # fmt: skip
        answer = eve.get(f"/participants/{where}")
        answers.add((answer.status_code, body(answer)))
    assert {status for status, _ in answers} == {404}
    assert len(answers) == 1
    hers = f"/participants/{her.id}/photographs/"
    assert eve.post(hers, sent(encoded(scar()))).status_code == 404
    stranger = signed_in(sites, other)
    assert stranger.get(f"{MINE}{fact.digest}/").status_code == 404
    assert stranger.get(f"/participants/{her.id}/photographs/{fact.digest}/").status_code == 403
    assert fact.digest not in stranger.get(MINE).content.decode()
    assert len(taken(sites)) == 1


def test_after_the_release_is_taken_back_none_is_shown_or_taken(sites):
    her = allowing(sites)
    client = signed_in(sites, her)
    client.post(MINE, sent(encoded(scar())))
    (fact,) = taken(sites)
    client.post("/mine/releases/photographic/", {"reason": ""})
    monitor = sites.client(sites.who("monitor"))
    where = f"/participants/{her.id}/photographs/"
    assert client.get(f"{MINE}{fact.digest}/").status_code == 404
    assert monitor.get(f"{where}{fact.digest}/").status_code == 404
    assert "cannot be looked at" in monitor.get(where).content.decode()
    assert fact.digest not in monitor.get(where).content.decode()
    assert fact.digest not in client.get(MINE).content.decode()
    refused = client.post(MINE, sent(encoded(scar(10, 10))))
    assert refused.status_code == 422
    assert len(blobs(sites)) == len(taken(sites)) == 1


def test_after_she_left_the_trial_none_is_shown(sites):
    her = allowing(sites)
    client = signed_in(sites, her)
    client.post(MINE, sent(encoded(scar())))
    (fact,) = taken(sites)
    client.post("/mine/withdrawal/", {"scope": "all", "sure": "all"})
    assert client.get(f"{MINE}{fact.digest}/").status_code == 404
    sponsor = sites.client(sites.who("sponsor"))
    assert sponsor.get(f"/participants/{her.id}/photographs/{fact.digest}/").status_code == 404


def test_the_same_photograph_sent_twice_is_kept_once(sites):
    client = signed_in(sites, allowing(sites))
    for _ in range(2):
        assert client.post(MINE, sent(from_a_telephone())).status_code == 302
    assert len(taken(sites)) == len(blobs(sites)) == 1


def test_the_same_picture_of_two_participants_is_not_known_to_be_the_same(sites):
    for site in ("north", "south"):
        signed_in(sites, allowing(sites, at=site)).post(MINE, sent(encoded(scar())))
    one, other = taken(sites)
    assert one.digest != other.digest
    her = sites.worker.desk.trial.participants[other.participant]
    moved = sites.worker.desk.trial.participants[one.participant].photographs[0]
    with pytest.raises(Refused, match="does not open"):
        photographs.picture(her, moved)


def wrong() -> dict[str, bytes]:
    frames = [scar(20, 20, (shade, 0, 0)) for shade in (0, 250)]
    more = {"save_all": True, "append_images": frames[1:], "duration": 100}
    whole = encoded(Image.effect_noise((200, 200), 90).convert("RGB"))
    return {
        "nothing": b"",
        "text": b"this is no photograph",
        "html": b"<!doctype html><script>alert(1)</script>",
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "gif": encoded(scar(), "GIF"),
        "tiff": encoded(scar(), "TIFF"),
        "pdf": encoded(scar(), "PDF"),
        "truncated": whole[: len(whole) // 2],
        "head alone": whole[:300],
        "moving png": encoded(frames[0], "PNG", **more),
        "moving webp": encoded(frames[0], "WEBP", **more),
        "sixteen bits": encoded(Image.new("I;16", (20, 20)), "PNG"),
        "fifty million pixels": encoded(Image.new("1", (10_000, 5_000)), "PNG"),
        "a bomb": encoded(Image.new("1", (20_000, 10_000)), "PNG"),
        "ten megabytes and more": b"\xff\xd8" + bytes(MOST_BYTES),
        "twelve megabytes": b"\xff\xd8" + bytes(12 * 1024**2),
    }


WRONG = wrong()


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_no_photograph_is_refused_in_one_sentence_and_nothing_is_kept(sites, kind):
    client = signed_in(sites, allowing(sites))
    answer = client.post(MINE, sent(WRONG[kind], region="right_half"))
    assert answer.status_code == 422
    text = answer.content.decode()
    (sentence,) = re.findall(r'<p class="refusal" role="alert">([^<]+)</p>', text)
    assert len(sentence) < 160
    assert "Traceback" not in text
    assert taken(sites) == blobs(sites) == []
    if kind != "twelve megabytes":
        assert 'value="right_half" checked' in text


def test_too_much_is_said_to_be_too_much(sites):
    client = signed_in(sites, allowing(sites))
    for kind in ("ten megabytes and more", "twelve megabytes"):
        assert "larger than 10 MB" in client.post(MINE, sent(WRONG[kind])).content.decode()
    for kind in ("fifty million pixels", "a bomb"):
        text = client.post(MINE, sent(WRONG[kind])).content.decode()
        assert "more than 40 million pixels" in text
    assert "Choose a photograph first." in client.post(MINE, {}).content.decode()


def test_a_file_that_is_two_things_at_once_is_kept_as_a_photograph_alone():
    hidden = b"PK\x03\x04<script>alert(1)</script>"
    assert hidden not in picture_of(encoded(scar(), comment=hidden) + hidden)


def test_a_telephones_jpeg_with_a_second_picture_in_it_is_a_photograph():
    pair = encoded(scar(), "MPO", save_all=True, append_images=[scar(20, 20)])
    assert Image.open(BytesIO(picture_of(pair))).size == (60, 40)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "RGBA"), ("PNG", "LA"), ("PNG", "P"), ("PNG", "1"), ("WEBP", "RGBA"),
        ("JPEG", "L"), ("JPEG", "CMYK"),
    ],
)  # fmt: skip
def test_every_ordinary_kind_of_picture_becomes_a_jpeg_in_rgb(kind, mode):
    kept = Image.open(BytesIO(picture_of(encoded(scar().convert(mode), kind))))
    assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", (60, 40))


def test_what_is_see_through_is_on_white():
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    kept = Image.open(BytesIO(picture_of(encoded(clear, "PNG"))))
    assert kept.getpixel((10, 10)) == (255, 255, 255)


def test_a_broken_colour_profile_is_left_out_and_none_is_kept():
    kept = Image.open(BytesIO(picture_of(encoded(scar(), icc_profile=b"no profile at all"))))
    assert "icc_profile" not in kept.info
    assert kept.getpixel((5, 5))[0] > 180


@pytest.mark.parametrize(
    ("field", "value"),
    [("region", "none"), ("visit", "month_12"), ("on", "tomorrow"), ("on", "2099-01-01")],
)
def test_a_wrong_particular_is_refused_and_nothing_is_kept(sites, field, value):
    her = allowing(sites)
    coordinator = sites.client(sites.who("coordinator", site=her.site))
    said = {"on": her.attended["day_1"].isoformat(), field: value}
    answer = coordinator.post(f"/participants/{her.id}/photographs/", sent(encoded(scar()), **said))
    assert answer.status_code == 422
    assert taken(sites) == blobs(sites) == []


def test_a_day_has_its_most(sites, monkeypatch):
    monkeypatch.setattr("cicatrix.web.pages.photographs.MOST_A_DAY", 2)
    client = signed_in(sites, allowing(sites))
    codes = [client.post(MINE, sent(encoded(scar(20 + n, 20)))).status_code for n in range(3)]
    assert codes == [302, 302, 422]


def test_one_who_never_allowed_it_is_told_so(sites):
    her = allowing(sites)
    coordinator = sites.who("coordinator", site=her.site)
    sites.worker.act(
        coordinator, withdraw_release, participant=her.id, release="photographic", reason="Hers"
    )
    page = sites.client(coordinator).get(f"/participants/{her.id}/photographs/")
    assert "She has not allowed photographs" in page.content.decode()
    assert b"multipart" not in page.content
