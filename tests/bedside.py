"""At the bedside: somebody whose dose is due, the nurse, and what she presses.

Shared by the tests of the doses pages; the trial is the one that is visited.
"""

import re
from dataclasses import dataclass

from cicatrix.web.supply.dosing import course, kits_to_dispense


@dataclass(frozen=True)
class Bed:
    """A participant whose dose is due: her kit and number, today's tube and others."""

    her: str
    number: str
    kit: str
    spare: str
    day: int
    tube: int
    used: int
    later: int
    others: str


def bed(site, place=None, *, spare=True):
    """Find one who has had a dose, holds one kit of which today's tube is left, and has a spare."""
    study, trial = site.worker.desk.study, site.worker.desk.trial
    held = [kit for one in trial.participants.values() for kit in one.kits]
    for name, her in sorted(trial.participants.items()):
        today = site.worker.seen_by(site.who("monitor")).today(her.site)
        now, spares = course(study, her, today).current, kits_to_dispense(trial, her, today)
        if (
            place in (None, her.site)
            and now
            and now.day < study.dosing_days[-1]
            and her.tubes
            and len(her.kits) == 1
            and now.standing == "due"
            and (spares or not spare)
        ):
            others = next(kit for kit in held if kit not in her.kits)
            days = sorted(study.tube[n].day for n in study.tube)
            later = max(n for n in study.tube if study.tube[n].day == days[-1])
            return Bed(
                name, her.number or "", her.kits[0], spares[0] if spares else "",
                now.day, now.wanted[0].number, her.tubes[0].tube, later, others,
            )  # fmt: skip
    raise AssertionError("nobody is in treatment")


WORDS_OF_ARMS = re.compile(
    rb"placebo|plain_gel|cell_gel|with cells|without cells|left_treated|right_treated|vehicle"
    rb"|Gel with|\xe5\x87\x9d\xe8\x83\xb6|\xe5\x9f\xba\xe8\xb4\xa8",
    re.IGNORECASE,
)
PAGES = ("", "dispense/", "discard/", "missed/", "otherwise/")
ACTS = ("check/", "apply/")


def nurse(site, nth=0):
    return site.client(site.who("care_provider", nth))


def at(due, page=""):
    her = due if isinstance(due, str) else due.her
    return f"/participants/{her}/doses/{page}"


def check(client, due, label):
    return client.post(at(due, "check/"), {"label": label})


def apply(client, due, label):
    return client.post(at(due, "apply/"), {"label": label})


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def bare(answer):
    """Give a page without its tokens, which differ each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def recorded(site):
    return site.worker.desk.trial.head.seq


def tubes(site, due):
    her = site.worker.desk.trial.participants[due.her]
    return [(use.kit, use.tube, use.day) for use in her.tubes]
