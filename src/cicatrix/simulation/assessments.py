"""Ratings in a rehearsal: who sees whom, one after the other, and the third when two differ.

The scores are raters.py's, from the scar as it is that day. A second or third rater is now and
then not to be had, so that what the analysis must cope with does occur.
"""

from dataclasses import dataclass
from datetime import date

from cicatrix.simulation.courses import Subject
from cicatrix.simulation.raters import rate
from cicatrix.simulation.scars import latent_total
from cicatrix.simulation.stage import Process, Stage
from cicatrix.simulation.supply import received
from cicatrix.trial.actions.ratings import record_rating, sign_rating
from cicatrix.trial.forms import Form
from cicatrix.trial.participant import RatingKey
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Visit

DAYS_A_MONTH = 365.25 / 12
SECOND_RATER_ABSENT = 0.01
THIRD_RATER_ABSENT = 0.02


@dataclass(frozen=True, slots=True)
class Examination:
    """One region of one participant at one visit, and how bad it really is."""

    stage: Stage
    subject: Subject
    form: Form
    key: RatingKey
    latent: float

    def particulars(self, rater: Actor) -> dict[str, object]:
        """Give what a rater records: whom, what, his scores, and the conditions he affirms."""
        values = rate(
            self.stage.study,
            self.stage.scales[self.form.id],
            self.stage.nature,
            seen_on=self.stage.scales[self.stage.nature.rating_form],
            latent=self.latent,
            bias=self.stage.bias[rater.user],
            profile=self.subject.profiles[self.form.id, self.key.region],
            rng=self.subject.ratings,
        )
        rule = self.form.rating
        return {
            "participant": self.subject.participant,
            "key": self.key,
            "values": values,
            "conditions": tuple(one.id for one in rule.conditions) if rule else (),
        }


def assess_scars(
    stage: Stage, subject: Subject, visit: Visit, form: Form, injuries: tuple[date, ...] = ()
) -> Process:
    """Have every region of a rated form rated as the study wants it."""
    rng, team = subject.ratings, stage.cast.teams[subject.site]
    order = [team.raters[int(at)] for at in rng.permutation(len(team.raters))]
    wanted = form.rating.raters if form.rating else 0
    if wanted == 2 and rng.random() < SECOND_RATER_ABSENT:
        wanted = 1
    third_comes = rng.random() >= THIRD_RATER_ABSENT
    participant = stage.participant(subject.participant)
    for region in form.regions:
        key = RatingKey(visit.id, form.id, region)
        latent = latent_of(stage, subject, region, injuries)
        examination = Examination(stage, subject, form, key, latent)
        both = team.doubles
        if subject.attempts and both and any(use.by == both.user for use in participant.tubes):
            particulars = examination.particulars(both)
            stage.must_refuse("gave_dose", record_rating, both, **particulars)
        for rater in order[:wanted]:
            yield from _rate(examination, rater)
            if subject.attempts:
                again = examination.particulars(rater)
                stage.must_refuse("rated", record_rating, rater, **again)
        if third_comes and key in participant.called:
            yield from _rate(examination, order[wanted])


def latent_of(stage: Stage, subject: Subject, region: str, injuries: tuple[date, ...]) -> float:
    """Give the latent total of one of her regions today, from the doses so far.

    The scar matures from the last dose on, or from randomisation where none was given; a region
    that nature does not speak of is like the first of those that it does.
    """
    participant = stage.participant(subject.participant)
    today, days = stage.today(subject.site), participant.milestones()
    treated = days.get("last_dose", days.get("randomisation", today))
    scars = subject.scars
    return latent_total(
        stage.nature,
        scars[region] if region in scars else next(iter(scars.values())),
        dose=received(stage, participant).get(region, 0.0),
        months=(today - treated).days / DAYS_A_MONTH,
        months_since_injury=[(today - day).days / DAYS_A_MONTH for day in injuries],
    )


def _rate(examination: Examination, rater: Actor) -> Process:
    stage, subject = examination.stage, examination.subject
    yield stage.soon(subject.ratings)
    stage.act(record_rating, rater, **examination.particulars(rater))
    yield stage.soon(subject.ratings)
    stage.act(sign_rating, rater, participant=subject.participant, key=examination.key)
