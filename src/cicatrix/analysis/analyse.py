"""The whole planned analysis: a study, a trial and an allocation in, findings out.

Pure: nothing is read, written or drawn. The allocation is an argument, real or a dummy, and a
real one must be the list that was sealed. What is made of the findings is report/.
"""

from cicatrix.analysis.accepted import accept
from cicatrix.analysis.agreement import agreement_of
from cicatrix.analysis.baseline import baseline_of
from cicatrix.analysis.comparisons import compare
from cicatrix.analysis.departures import deviation_tallies, event_tallies, exposure_of
from cicatrix.analysis.findings import Findings, Provenance
from cicatrix.analysis.flow import flow_of
from cicatrix.analysis.intercurrent import event_rows
from cicatrix.analysis.outcomes import outcomes_of
from cicatrix.analysis.participants import enrol
from cicatrix.analysis.populations import populations
from cicatrix.analysis.safety import safety_of
from cicatrix.analysis.scores import contrast_rows, contrast_summaries, score_summaries
from cicatrix.analysis.values import value_rows
from cicatrix.trial.accountability import Account, accountability
from cicatrix.trial.allocation import OpenedList, check_opened
from cicatrix.trial.errors import Refused
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial

__all__ = ["Findings", "analyse"]


def analyse(study: Study, trial: Trial, allocation: OpenedList) -> Findings:
    """Carry out the plan of `study` on `trial`, with the arms of `allocation`."""
    provenance = _provenance(study, trial, allocation)
    enrolled = enrol(study, trial, allocation)
    accepted = accept(study, enrolled)
    values = value_rows(study, enrolled, accepted)
    members = populations(study, enrolled, values)
    events = event_rows(study, enrolled)
    contrasts = contrast_rows(study, enrolled, accepted)
    return Findings(
        study=study,
        provenance=provenance,
        participants=tuple(one.row for one in enrolled),
        populations=members,
        flow=flow_of(study, trial, enrolled, members, values),
        baseline=baseline_of(study, enrolled, accepted),
        accepted=accepted,
        scores=score_summaries(study, accepted),
        contrasts=contrasts,
        contrast_summaries=contrast_summaries(study, contrasts),
        values=values,
        outcomes=outcomes_of(study, values),
        comparisons=compare(study, enrolled, members, values, events),
        agreement=agreement_of(study, accepted),
        exposure=exposure_of(study, enrolled),
        deviations=deviation_tallies(study, enrolled),
        intercurrent=events,
        intercurrent_tallies=event_tallies(study, events),
        safety=safety_of(study, enrolled),
        accounts=_accounts(study, trial),
    )


def _accounts(study: Study, trial: Trial) -> tuple[Account, ...]:
    """Count kits and tubes as of the last entry: the report does not depend on when it is made."""
    if trial.at is None:
        return ()
    return tuple(accountability(study, trial, site.id, now=trial.at) for site in study.sites)


def _provenance(study: Study, trial: Trial, allocation: OpenedList) -> Provenance:
    if trial.versions.get(study.version) != study.digest:
        raise Refused(
            "study_version",
            f"Study file {study.id} version {study.version} is not one that this trial adopted; "
            "use the file kept in the trial home.",
        )
    commitment = trial.list.commitment if trial.list else None
    if not allocation.dummy:
        _refuse_other_list(trial, allocation)
    return Provenance(
        head_seq=trial.head.seq,
        head_hash=trial.head.hash,
        last_entry_at=trial.at,
        study_version=study.version,
        study_digest=study.digest,
        version_in_force=trial.study_version,
        versions=tuple(trial.versions.items()),
        list_id=allocation.list_id,
        commitment=commitment,
        commitment_holds=None if allocation.dummy else True,
        mapping_digest=trial.opened,
        dummy=allocation.dummy,
        rehearsal=trial.rehearsal,
        locked_at=trial.locked_at,
        accepted_at_lock=tuple(trial.accepted.items()),
        recruitment=trial.recruitment,
        recruitment_reason=trial.recruitment_reason,
        codes_broken=sum(one.code_broken for one in trial.participants.values()),
        code_breaks=trial.broken,
    )


def _refuse_other_list(trial: Trial, allocation: OpenedList) -> None:
    if trial.list is None:
        raise Refused(
            "no_list", "No list was sealed in this trial: analyse it with the dummy allocation."
        )
    check_opened(allocation, sealed=trial.list)
