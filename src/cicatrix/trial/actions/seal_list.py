"""Record that the custodian sealed the allocation list, before anyone is randomised.

The act is called by the custodian's program, which alone knows the list. What arrives here is a
Merkle root and bare slots whose arms are hidden promises: nothing from which an arm could be
learnt. The secret that the list is drawn from was promised before (commit_secret.py).
"""

from datetime import datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.allocation import factors_of, strata
from cicatrix.trial.commitment import root_of
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact, ListSealed, SealedSlot
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def seal_list(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, list_id: str, commitment: str,
    slots: tuple[SealedSlot, ...], rehearsal: bool,
) -> list[Fact]:  # fmt: skip
    """Take note of a sealed list; there is one, before anyone is screened or after one given up."""
    gate.permit(trial, actor, "seal_list")
    gate.unlocked(study, trial)
    if trial.list is not None:
        raise Refused("sealed", "A list has been sealed already; it stays the trial's list.")
    if trial.participants and not trial.aborted:
        raise Refused("too_late", "People have been screened; the list had to be sealed before.")
    _check_promised(study, trial, list_id)
    unknown = {slot.stratum for slot in slots} - set(strata(study))
    if unknown:
        raise Refused(
            "strata", f"The study file has no stratum {min(unknown)}; make the list anew."
        )
    numbers = [slot.number for slot in slots]
    kits = [kit for slot in slots for kit in slot.kits]
    if not all(slot.kits for slot in slots):
        raise Refused("numbers", "Every number of a list needs a kit; make it anew.")
    if not slots or len(set(numbers)) != len(numbers) or len(set(kits)) != len(kits):
        raise Refused(
            "numbers", "A list needs numbers and kits that occur once each; make it anew."
        )
    again = trial.retired & set(kits)
    if again:
        raise Refused(
            "retired", f"Kit {min(again)} belongs to a list that was given up; make the list anew."
        )
    if root_of(slots) != commitment:
        raise Refused("root", "The root is not that of the slots; make the list anew.")
    return [
        ListSealed(
            list_id=list_id,
            commitment=commitment,
            study_digest=study.digest,
            slots=slots,
            rehearsal=rehearsal,
            factors=factors_of(study),
        )
    ]


def _check_promised(study: Study, trial: Trial, list_id: str) -> None:
    promised = trial.committed
    if promised is None or promised.list_id != list_id:
        raise Refused(
            "not_committed",
            f"The secret of list {list_id} was not promised; do it with `cicatrix-sealed commit`.",
        )
    if promised.study_digest != study.digest:
        raise Refused(
            "study_version",
            f"The study was amended after the secret of list {list_id} was promised; give it up "
            "with `cicatrix-sealed abort` and promise another.",
        )
