"""What each fact about one participant does to her record, and to nothing else.

It is the part of the fold (trial.py) that writes to a Participant alone; the facts are those of
facts.py, what they are kept as is participant.py. A fact that also changes a count or a list of
the whole trial, such as `Randomised`, stands in trial.py.
"""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from cicatrix.trial import facts
from cicatrix.trial.ledger import Entry
from cicatrix.trial.participant import (
    Comment,
    Consented,
    Contact,
    Deviation,
    Eligibility,
    FormData,
    FormKey,
    Participant,
    Photograph,
    Rating,
    RatingKey,
    Signature,
    TubeUse,
    Withdrawal,
)

OfForm = (
    facts.FormSaved
    | facts.FormSigned
    | facts.SignatureVoided
    | facts.CommentMade
    | facts.SourceVerified
)
"""Facts that name a form by its key."""


def _consented(her: Participant, entry: Entry, fact: facts.ConsentSigned) -> None:
    her.consents.append(Consented(fact.consent_version, fact.language, fact.on))
    her.releases = set(fact.releases)


def _release_withdrawn(her: Participant, entry: Entry, fact: facts.ReleaseWithdrawn) -> None:
    her.releases.discard(fact.release)


def _eligibility_signed(her: Participant, entry: Entry, fact: facts.EligibilitySigned) -> None:
    signature = _signature(entry, fact.meaning, fact.signed_entry)
    her.eligibility = Eligibility(fact.eligible, fact.unmet, signature)


def _tube_applied(her: Participant, entry: Entry, fact: facts.TubeApplied) -> None:
    use = TubeUse(fact.kit, fact.tube, fact.day, fact.on, entry.actor.user)
    her.tubes.append(use)
    her.missed_doses.pop(fact.day, None)


def _tube_discarded(her: Participant, entry: Entry, fact: facts.TubeDiscarded) -> None:
    her.discarded[fact.kit, fact.tube] = fact.reason


def _dose_missed(her: Participant, entry: Entry, fact: facts.DoseMissed) -> None:
    her.missed_doses[fact.day] = fact.reason


def _visit_attended(her: Participant, entry: Entry, fact: facts.VisitAttended) -> None:
    her.attended[fact.visit] = fact.on
    her.missed.pop(fact.visit, None)


def _visit_missed(her: Participant, entry: Entry, fact: facts.VisitMissed) -> None:
    her.missed[fact.visit] = fact.reason


def _form_saved(her: Participant, entry: Entry, fact: facts.FormSaved) -> None:
    forms = her.forms
    key = _form_key(fact)
    data = forms.get(key)
    if data is None:
        data = forms[key] = FormData(fact.study_version)
    for item in fact.values:
        data.missing.pop(item, None)
    for item in fact.missing:
        data.values.pop(item, None)
    data.values.update(fact.values)
    data.missing.update(fact.missing)
    for item in (*fact.values, *fact.missing):
        data.verified.pop(item, None)
    data.entry = entry.commitment
    data.saved_by = entry.actor.user


def _form_signed(her: Participant, entry: Entry, fact: facts.FormSigned) -> None:
    signature = _signature(entry, fact.meaning, fact.signed_entry)
    her.forms[_form_key(fact)].signature = signature


def _signature_voided(her: Participant, entry: Entry, fact: facts.SignatureVoided) -> None:
    her.forms[_form_key(fact)].signature = None
    decided = her.eligibility
    if decided is not None and decided.signature.entry == fact.signed_entry:
        her.eligibility = None


def _query_answered(her: Participant, entry: Entry, fact: facts.QueryAnswered) -> None:
    her.queries[fact.query].answer = fact.text


def _query_closed(her: Participant, entry: Entry, fact: facts.QueryClosed) -> None:
    her.queries[fact.query].closed = fact.reason


def _comment_made(her: Participant, entry: Entry, fact: facts.CommentMade) -> None:
    who = entry.actor
    comment = Comment(_form_key(fact), fact.item, fact.text, who.user, who.role, entry.at)
    her.comments.append(comment)


def _source_verified(her: Participant, entry: Entry, fact: facts.SourceVerified) -> None:
    her.forms[_form_key(fact)].verified.update(dict.fromkeys(fact.items, entry.actor.user))


def _contact_tried(her: Participant, entry: Entry, fact: facts.ContactTried) -> None:
    contact = Contact(fact.visit, fact.on, fact.reached, fact.text, entry.actor.user)
    her.contacts.append(contact)


def _photograph_taken(her: Participant, entry: Entry, fact: facts.PhotographTaken) -> None:
    photograph = Photograph(
        fact.visit, fact.region, fact.digest, fact.media_type, fact.on, entry.actor.user
    )
    her.photographs.append(photograph)


def _rating_recorded(her: Participant, entry: Entry, fact: facts.RatingRecorded) -> None:
    ratings = her.ratings.setdefault(RatingKey(fact.visit, fact.form, fact.region), [])
    kept = [one for one in ratings if one.position != fact.position]
    rating = Rating(
        fact.position,
        entry.actor.user,
        dict(fact.values),
        fact.conditions,
        fact.on,
        fact.study_version,
        entry.commitment,
    )
    # By position, for a rating that was hidden until its set was complete is folded late.
    ratings[:] = sorted([*kept, rating], key=attrgetter("position"))


def _rating_signed(her: Participant, entry: Entry, fact: facts.RatingSigned) -> None:
    ratings = her.ratings.get(RatingKey(fact.visit, fact.form, fact.region), ())
    for rating in ratings:
        if rating.position == fact.position:
            rating.signature = _signature(entry, fact.meaning, fact.signed_entry)


def _adjudication_called(her: Participant, entry: Entry, fact: facts.AdjudicationCalled) -> None:
    key = RatingKey(fact.visit, fact.form, fact.region)
    her.called[key] = fact.on


def _deviation_recorded(her: Participant, entry: Entry, fact: facts.DeviationRecorded) -> None:
    deviation = Deviation(fact.category, fact.text, fact.on)
    her.deviations.append(deviation)


def _withdrawn(her: Participant, entry: Entry, fact: facts.Withdrawn) -> None:
    withdrawal = Withdrawal(fact.scope, fact.reason, fact.by, fact.on)
    her.withdrawals.append(withdrawal)


def _signature(entry: Entry, meaning: str, signed: str) -> Signature:
    return Signature(entry.actor.user, entry.actor.role, entry.at, meaning, signed)


def _form_key(fact: OfForm) -> FormKey:
    return FormKey(fact.form, fact.visit, fact.repeat, fact.region)


MEANINGS: Mapping[type[facts.ParticipantFact], Callable[[Participant, Entry, Any], None]] = {
    facts.ConsentSigned: _consented,
    facts.ReleaseWithdrawn: _release_withdrawn,
    facts.EligibilitySigned: _eligibility_signed,
    facts.TubeApplied: _tube_applied,
    facts.TubeDiscarded: _tube_discarded,
    facts.DoseMissed: _dose_missed,
    facts.VisitAttended: _visit_attended,
    facts.VisitMissed: _visit_missed,
    facts.FormSaved: _form_saved,
    facts.FormSigned: _form_signed,
    facts.SignatureVoided: _signature_voided,
    facts.QueryAnswered: _query_answered,
    facts.QueryClosed: _query_closed,
    facts.CommentMade: _comment_made,
    facts.SourceVerified: _source_verified,
    facts.ContactTried: _contact_tried,
    facts.PhotographTaken: _photograph_taken,
    facts.RatingRecorded: _rating_recorded,
    facts.RatingSigned: _rating_signed,
    facts.AdjudicationCalled: _adjudication_called,
    facts.DeviationRecorded: _deviation_recorded,
    facts.Withdrawn: _withdrawn,
}
"""What each kind of fact about her alone does to her record."""
