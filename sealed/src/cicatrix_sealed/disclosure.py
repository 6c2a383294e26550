"""Tell one arm in an emergency, or open the whole list after lock; the record comes first.

One custodian's passphrase opens slots, one by one; secret and list as a whole need as many
custodians as were agreed, which is no secrecy of arms against one of them.
Both are trusted only when they are what the ledger was promised. One arm is returned to be shown
once and is written nowhere; the opened list is written to one file outside the trial home, which
the analysis takes as an argument.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cicatrix.store.blobs import write_durably
from cicatrix.store.home import Home
from cicatrix.store.output import refuse_output
from cicatrix.trial.actions.break_code import break_code
from cicatrix.trial.actions.open_allocation import open_allocation
from cicatrix.trial.allocation import OpenedList, mapping_digest, write_opened
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact
from cicatrix.trial.rehearsed import salts_after, time_after
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix_sealed.custody import Situation, record, situation
from cicatrix_sealed.unsealing import opened_of, slot_of


@dataclass(frozen=True, slots=True)
class CodeBreak:
    """Whose code is broken, why, and who is told."""

    number: str
    reason: str
    told: str


def break_one(
    home: Home, folder: Path, passphrase: str, case: CodeBreak, *, actor: Actor, now: datetime,
    standing: Situation | None = None,
) -> str:  # fmt: skip
    """Record a code-break and return the arm of that one number, to be shown once.

    A program that keeps the trial gives it as `standing`, so that the length of the ledger is not
    waited for in an emergency.
    """
    standing = standing or situation(home)
    slot = slot_of(standing, folder, passphrase, case.number)
    at = time_after(standing.trial, now=now)

    def decide(standing: Situation) -> Sequence[Fact]:
        return break_code(
            standing.study,
            standing.trial,
            actor,
            now=at,
            number=case.number,
            reason=case.reason,
            told=case.told,
        )

    salts = salts_after(standing.trial, entropy=os.urandom)
    record(home, decide, actor=actor, now=at, entropy=salts, standing=standing)
    return _named(slot.arm, standing.study)


def _named(arm: str, study: Study) -> str:
    """Name an arm and its label, which an amended study may no longer have."""
    labels = study.arm[arm].label.values() if arm in study.arm else ()
    return f"{arm} ({' / '.join(labels)})" if labels else arm


def open_all(
    home: Home,
    folder: Path,
    passphrases: Sequence[str],
    output: Path,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    standing: Situation | None = None,
) -> OpenedList:
    """Record the opening of the whole list, once the trial is locked, and write it to `output`.

    If the very list was opened before, its file is written again and nothing more is recorded.
    """
    refuse_output(output, home=home.folder)
    standing = standing or situation(home)
    opened = opened_of(standing, folder, passphrases)
    text = write_opened(opened)
    if standing.trial.opened != mapping_digest(text):
        at = time_after(standing.trial, now=now)

        def decide(standing: Situation) -> Sequence[Fact]:
            return open_allocation(
                standing.study,
                standing.trial,
                actor,
                now=at,
                list_id=opened.list_id,
                mapping_digest=mapping_digest(text),
                reason=reason,
            )

        salts = salts_after(standing.trial, entropy=os.urandom)
        record(home, decide, actor=actor, now=at, entropy=salts, standing=standing)
    try:
        write_durably(output, text.encode(), mode=0o600)
    except OSError as problem:
        raise Refused(
            "output",
            f"The opening is recorded, but {output} cannot be written ({problem.strerror}): "
            "run `open` again with another file.",
        ) from problem
    return opened
