"""Forms signed: with a second factor, as they were looked at, and not before they are complete."""

from filled import EVENT, at, client, data, shown, words


def unsigned(site) -> None:
    ana = client(site)
    ana.post(at(), shown(ana.get(at())) | {"i.height_cm": "163", "reason": "a"})


def test_a_form_is_signed_with_password_and_code_and_its_meaning_in_sight(site):
    unsigned(site)
    bo = client(site, "investigator")
    page = bo.get(at(page="sign/"))
    assert "reviewed and correct" in words(page)
    fields = {"seen": shown(page)["seen"], **site.signature(site.who("investigator"))}
    answer = bo.post(at(page="sign/"), fields, follow=True)
    assert "Signed by foshan-investigator (investigator)" in words(answer)
    assert data(site).signature.user == "foshan-investigator"


def test_a_wrong_code_signs_nothing(site):
    unsigned(site)
    bo = client(site, "investigator")
    fields = {"seen": data(site).entry, **site.signature(site.who("investigator"))}
    answer = bo.post(at(page="sign/"), fields | {"code": "x"})
    assert answer.status_code == 422
    assert data(site).signature is None


def test_nobody_signs_what_was_saved_after_he_looked(site):
    unsigned(site)
    bo, seen = client(site, "investigator"), data(site).entry
    ana = client(site)
    ana.post(at(), shown(ana.get(at())) | {"i.height_cm": "164", "reason": "a"})
    fields = {"seen": seen, **site.signature(site.who("investigator"))}
    answer = bo.post(at(page="sign/"), fields)
    assert answer.status_code == 409
    assert data(site).signature is None
    assert "164 cm" in words(answer)


def test_an_incomplete_form_is_not_signed_and_links_to_what_is_open(site):
    ana, key = client(site), EVENT._replace(repeat=2)
    ana.post(at(key), {"i.term": "fever"})
    bo = client(site, "investigator")
    page = bo.get(at(key, "sign/"))
    assert f'href="{at(key)}#item-onset"' in page.content.decode()
    assert "password" not in page.content.decode()
    fields = {"seen": data(site, key).entry, **site.signature(site.who("investigator"))}
    assert bo.post(at(key, "sign/"), fields).status_code == 422
