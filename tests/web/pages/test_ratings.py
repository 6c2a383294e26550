"""A rater's screen: conditions, words, no total; no other's score before the set is complete."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from addresses import bare
from cicatrix.trial.actions.ratings import record_rating, sign_rating
from cicatrix.trial.actions.visits import attend_visit
from cicatrix.trial.participant import FormKey, RatingKey
from cicatrix.trial.roles import Actor
from cicatrix.web.forms.casebook import casebook
from cicatrix.web.models import Draft
from cicatrix.web.worker import Worker
from site_visited import Original, visited

KEY = RatingKey("month_1", "vss", "scar")
HER = "FOSHAN-020"
"""Rated and signed by foshan-rater-4 alone; her visit is today."""
CALLED = "FOSHAN-028"
"""Her two ratings, by foshan-rater-4 and foshan-rater-1, differ."""
AGREED = "FOSHAN-011"
BEN, BO = (Actor(f"foshan-rater-{n}", "rater", "foshan") for n in (2, 4))
AFFIRMED = {"condition": ["supine", "bright_light"]}
SCORES = {
    "i.vascularity": "=1", "i.pigmentation": "=2", "i.height": "=1", "i.pliability": "=3",
}  # fmt: skip


def at(page: str = "", her: str = HER, key: RatingKey = KEY) -> str:
    return f"/participants/{her}/ratings/{key.visit}/{key.form}/{key.region}/{page}"


def ratings(site, her: str = HER):
    return site.worker.desk.trial.participants[her].ratings.get(KEY, [])


def own(site, rater: Actor = BEN, her: str = HER):
    return next((one for one in ratings(site, her) if one.rater == rater.user), None)


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def rated(site, rater: Actor = BEN, her: str = HER, **scores: str):
    """Record and sign as one flow; gives the last page."""
    client = site.client(rater)
    fields = SCORES | {f"i.{name}": f"={code}" for name, code in scores.items()}
    answer = client.post(at(her=her), AFFIRMED | fields)
    assert answer.headers["Location"] == at("sign/", her)
    seen = own(site, rater, her).entry
    return client.post(at("sign/", her), {"seen": seen, **site.signature(rater)}, follow=True)


def test_the_screen_asks_for_the_conditions_and_has_each_level_in_words_and_no_total(site):
    page = words(site.client(BEN).get(at()))
    assert "The participant is supine" in page
    assert "Contracture: permanent shortening" in page
    assert "Total" not in page
    assert "points" not in page


def test_scores_are_recorded_then_shown_without_their_total_then_signed(site):
    ben = site.client(BEN)
    review = ben.post(at(), AFFIRMED | SCORES, follow=True)
    assert "3 · Firm: inflexible, not easily moved" in words(review)
    assert "Total" not in words(review)
    assert own(site).signature is None
    signing = {"seen": own(site).entry, **site.signature(BEN)}
    signed = ben.post(at("sign/"), signing, follow=True)
    assert own(site).signature is not None
    assert "7 points" in words(signed)


def test_an_unaffirmed_condition_is_named_and_nothing_is_lost(site):
    answer = site.client(BEN).post(at(), SCORES | {"condition": "supine"})
    assert answer.status_code == 422
    assert "Affirm of the examination: The scar is exposed in bright light." in words(answer)
    assert re.search(r'name="i.pliability" value="=3" checked', answer.content.decode())
    assert own(site) is None


def test_an_item_left_out_is_said_beside_it(site):
    fields = {name: code for name, code in SCORES.items() if name != "i.height"}
    answer = site.client(BEN).post(at(), AFFIRMED | fields)
    assert answer.status_code == 422
    assert "Score this too." in words(answer)
    assert own(site) is None


def test_a_rating_is_of_the_day_of_the_visit(site):
    answer = site.client(BEN).post(at(), AFFIRMED | SCORES | {"on": "2021-07-25"})
    assert answer.status_code == 422
    assert "The scar is rated on the day of the visit" in words(answer)


def test_a_recorded_rating_is_changed_with_a_reason_and_final_once_signed(site):
    ben = site.client(BEN)
    ben.post(at(), AFFIRMED | SCORES)
    change = AFFIRMED | SCORES | {"seen": own(site).entry, "i.height": "=2"}
    assert "needs a reason" in words(ben.post(at(), change))
    ben.post(at(), change | {"reason": "Looked again"})
    assert own(site).values["height"] == 2
    ben.post(at("sign/"), {"seen": own(site).entry, **site.signature(BEN)})
    answer = ben.post(at(), change | {"seen": own(site).entry, "i.height": "=3", "reason": "x"})
    assert answer.status_code == 422
    assert own(site).values["height"] == 2


def test_a_signature_is_for_the_scores_that_were_looked_at(site):
    ben = site.client(BEN)
    ben.post(at(), AFFIRMED | SCORES)
    answer = ben.post(at("sign/"), {"seen": "other", **site.signature(BEN)})
    assert answer.status_code == 409
    answer = ben.post(at("sign/"), {"seen": own(site).entry, "password": "x", "code": "y"})
    assert answer.status_code == 422
    assert own(site).signature is None


def test_a_draft_of_a_rating_stays_with_its_rater_and_holds_no_total(site):
    ben = site.client(BEN)
    live = ben.post(at("draft/"), SCORES, headers={"hx-request": "true"})
    assert "4 unsent changes" in words(live)
    assert "7" not in words(live).split("kept since")[0]
    assert 'value="=3" checked' in ben.get(at()).content.decode()
    other = Actor("foshan-rater-3", "rater", "foshan")
    assert "checked" not in site.client(other).get(at()).content.decode()
    ben.post(at(), AFFIRMED | SCORES)
    assert Draft.objects.count() == 0


NEW = RatingKey("month_3", "vss", "scar")


def pages_of_ben(site) -> list[bytes]:
    """All that Ben is shown around one scar until he signs, save for tokens and commitments."""
    ben, shown = site.client(BEN), []
    own_form = f"/participants/{AGREED}/forms/reflectance/month_6/scar/0/"
    for address in (at(her=AGREED, key=NEW), at("sign/", AGREED, NEW), own_form):
        shown.append(ben.get(address))
    shown.append(ben.post(at(her=AGREED, key=NEW), SCORES))
    shown.append(ben.post(at(her=AGREED, key=NEW), AFFIRMED | SCORES))
    shown += [ben.get(at(her=AGREED, key=NEW)), ben.get(at("sign/", AGREED, NEW))]
    changing = re.compile(rb'name="(csrfmiddlewaretoken|seen)" value="\w+"|kept since [\d:]+')
    seen = site.worker.seen_by(BEN)
    book = casebook(seen, seen.trial.participants[AGREED]) | {"shown": ""}
    return [
        changing.sub(b"", one.content) + str((one.status_code, one.headers.items())).encode()
        for one in shown
    ] + [json.dumps(book).encode()]


def world_of_ben(originals: Original, to: Path, act: Callable[[Worker], object]) -> list[bytes]:
    with originals.copy("NCT04034615", to) as folder, visited(folder) as site:
        ana = site.who("coordinator")
        site.worker.act(ana, attend_visit, participant=AGREED, visit=NEW.visit)
        act(site.worker)
        return pages_of_ben(site)


def recorded_by_bo(scores: dict[str, int], *, signs: bool) -> Callable[[Worker], object]:
    def act(worker: Worker) -> None:
        her = {"participant": AGREED, "key": NEW}
        conditions = tuple(AFFIRMED["condition"])
        worker.act(BO, record_rating, **her, values=scores, conditions=conditions)
        if signs:
            worker.act(BO, sign_rating, **her)

    return act


@pytest.mark.slow
def test_whatever_the_other_rater_did_each_byte_that_ben_sees_is_the_same(originals, tmp_path):
    same = {"vascularity": 1, "pigmentation": 2, "height": 1, "pliability": 3}
    other = {"vascularity": 0, "pigmentation": 0, "height": 3, "pliability": 0}
    acts = (
        lambda worker: None,
        recorded_by_bo(other, signs=False),
        recorded_by_bo(other, signs=True),
        recorded_by_bo(same, signs=True),
    )
    worlds = [world_of_ben(originals, tmp_path / f"world-{n}", act) for n, act in enumerate(acts)]
    assert len(worlds[0]) == 8
    assert [world == worlds[0] for world in worlds] == [True] * 4


def test_after_signing_ben_learns_only_what_the_core_says(site):
    answer = words(rated(site))
    others = ratings(site)[0].values
    trial = site.worker.desk.trial
    if KEY in trial.participants[HER].called:
        assert "a third rater is called" in answer
        assert BO.user not in answer
    else:
        assert others == own(site).values


def test_the_third_rater_is_asked_and_her_rating_completes_the_set(site):
    assert "third rater is needed" in words(site.client(BEN).get(at(her=CALLED)))
    signed = words(rated(site, her=CALLED))
    assert f"{BEN.user} (third rater)" in signed
    assert "Accepted" in signed
    assert "computed from the accepted items" in signed


def test_a_fourth_rater_is_refused_in_the_cores_words(site):
    rated(site, her=CALLED)
    other = Actor("foshan-rater-3", "rater", "foshan")
    answer = site.client(other).post(at(her=CALLED), AFFIRMED | SCORES)
    assert answer.status_code == 422
    assert "has its raters already" in words(answer)


def test_the_result_shows_each_rating_and_how_it_came(site):
    page = words(site.client(site.who("coordinator")).get(at(her=AGREED)))
    assert "both gave it" in page
    assert "Accepted" in page
    assert all(one.rater in page for one in ratings(site, AGREED))


def test_when_all_three_differ_the_middle_one_is_taken_and_flagged(site):
    first, second = (one.values["pliability"] for one in ratings(site, CALLED))
    third = next(n for n in range(6) if n not in (first, second))
    fields = {name: str(ratings(site, CALLED)[0].values[name]) for name in
              ("vascularity", "pigmentation", "height")}  # fmt: skip
    page = words(rated(site, her=CALLED, pliability=str(third), **fields))
    if first != second:
        middle = sorted((first, second, third))[1]
        assert "all three differ: the one in the middle" in page
        assert "this result is flagged" in page
        assert f"{middle} ·" in page


def test_before_the_set_is_complete_the_site_sees_no_score(site):
    for role in ("coordinator", "investigator"):
        page = words(site.client(site.who(role)).get(at()))
        assert "No rating is shown here before all of this scar are signed." in page
        assert "foshan-rater" not in page


def test_a_monitor_sees_what_is_signed_and_no_result_before_it_is_complete(site):
    page = words(site.client(site.who("monitor")).get(at()))
    assert "not complete" in page
    assert BO.user in page
    assert "Accepted" not in page


@pytest.mark.parametrize("role", ["coordinator", "monitor", "data_manager"])
def test_nobody_but_a_rater_records_or_signs_a_rating(site, role):
    client = site.client(site.who(role))
    assert client.post(at(), AFFIRMED | SCORES).status_code == 403
    assert client.get(at("sign/")).status_code == 403
    assert client.post(at("draft/"), SCORES).status_code == 403


@pytest.mark.parametrize("role", ["care_provider", "pharmacist", "image_reader", "administrator"])
def test_a_role_that_sees_no_ratings_is_not_let_in(site, role):
    client = site.client(site.who(role))
    assert client.get(at()).status_code == 403


@pytest.mark.parametrize(
    "key",
    [
        RatingKey("baseline", "vss", "scar"), RatingKey("month_1", "vss", "adjacent"),
        RatingKey("month_1", "photograph", "scar"), RatingKey("nothing", "vss", "scar"),
    ],
)  # fmt: skip
def test_what_is_not_rated_is_unknown(site, key):
    assert site.client(BEN).get(at(key=key)).status_code == 404


def test_a_rating_of_another_site_is_as_unknown_as_none(sites):
    eve = sites.client(sites.who("rater", site="east"))
    key = RatingKey("month_3", "posas_observer", "left_half")
    answers = [eve.get(at(her=her, key=key)) for her in ("SOUTH-001", "SOUTH-999")]
    assert [one.status_code for one in answers] == [404, 404]
    assert len({bare(one) for one in answers}) == 1


def test_levels_without_words_are_targets_too_and_a_result_by_total_is_said(sites):
    trial = sites.worker.desk.trial
    her, key = next(
        (p, k) for p in trial.participants.values() for k in p.ratings if len(p.ratings[k]) == 3
    )
    page = words(sites.client(sites.who("monitor")).get(at(her=her.id, key=key)))
    assert "The total that at least two gave is accepted" in page
    fresh = next(p for p in trial.participants.values() if p.site == "south" and p.number)
    rater = sites.client(sites.who("rater", site="south"))
    page = rater.get(at(her=fresh.id, key=RatingKey("month_12", "posas_observer", "left_half")))
    assert 'name="i.vascularity" value="=10"' in page.content.decode()


def test_an_ordinary_form_that_raters_fill_is_an_ordinary_form(site):
    key = FormKey("reflectance", "month_6", 0, "scar")
    address = f"/participants/{HER}/forms/{key.form}/{key.visit}/{key.region}/0/"
    assert "Erythema index" in words(site.client(BEN).get(address))
