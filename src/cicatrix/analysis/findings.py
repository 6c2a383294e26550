"""Everything that is reported, at full precision: what the plan gave on this ledger.

Values apart from their display: nothing here is rounded, and report/ adds up counts at most.
"""

from dataclasses import dataclass
from datetime import datetime

from cicatrix.analysis.accepted import AcceptedRow
from cicatrix.analysis.agreement import RaterAgreement
from cicatrix.analysis.baseline import BaselineItem
from cicatrix.analysis.comparisons import Comparison
from cicatrix.analysis.departures import Exposure, Tally
from cicatrix.analysis.flow import Flow
from cicatrix.analysis.intercurrent import EventRow
from cicatrix.analysis.outcomes import Outcome
from cicatrix.analysis.participants import ParticipantRow
from cicatrix.analysis.populations import Members
from cicatrix.analysis.safety import SafetyFindings
from cicatrix.analysis.scores import ContrastRow, ContrastSummary, ScoreSummary
from cicatrix.analysis.values import ValueRow
from cicatrix.trial.accountability import Account
from cicatrix.trial.study import Study


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the findings were computed from; no date of the computation, so equal input is equal.

    `commitment_holds` is None for a dummy, which is committed to nowhere.
    """

    head_seq: int
    head_hash: str
    last_entry_at: datetime | None
    study_version: str
    study_digest: str
    version_in_force: str
    versions: tuple[tuple[str, str], ...]
    list_id: str
    commitment: str | None
    commitment_holds: bool | None
    mapping_digest: str | None
    dummy: bool
    rehearsal: bool
    locked_at: datetime | None
    accepted_at_lock: tuple[tuple[str, str], ...]
    recruitment: str
    recruitment_reason: str | None
    codes_broken: int
    code_breaks: int


@dataclass(frozen=True, slots=True)
class Findings:
    """The study as planned and everything found; `participants` have been randomised."""

    study: Study
    provenance: Provenance
    participants: tuple[ParticipantRow, ...]
    populations: tuple[Members, ...]
    flow: Flow
    baseline: tuple[BaselineItem, ...]
    accepted: tuple[AcceptedRow, ...]
    scores: tuple[ScoreSummary, ...]
    contrasts: tuple[ContrastRow, ...]
    contrast_summaries: tuple[ContrastSummary, ...]
    values: tuple[ValueRow, ...]
    outcomes: tuple[Outcome, ...]
    comparisons: tuple[Comparison, ...]
    agreement: tuple[RaterAgreement, ...]
    exposure: tuple[Exposure, ...]
    deviations: tuple[Tally, ...]
    intercurrent: tuple[EventRow, ...]
    intercurrent_tallies: tuple[Tally, ...]
    safety: SafetyFindings
    accounts: tuple[Account, ...]
