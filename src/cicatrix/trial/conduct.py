"""What can have happened beside the casebook: training, attempts to reach her, photographs.

These facts are about how the trial is conducted. The file of a photograph is not here but where
files are kept; nor is a telephone number that was tried, which is in the contact book. What these
facts do to her record is recorded.py.
"""

from datetime import date

from cicatrix.trial.fact import Fact, ParticipantFact


class TrainingCompleted(Fact):
    """A user states to have completed the training for a role under a version of the study."""

    user: str
    role: str
    site: str | None = None
    study_version: str


class ContactTried(ParticipantFact):
    """Someone tried to reach her, for example before a visit, and did or did not."""

    visit: str | None = None
    reached: bool
    text: str
    on: date


class PhotographTaken(ParticipantFact):
    """A photograph of her was stored; `digest` is the SHA-256 of the file."""

    visit: str | None = None
    region: str | None = None
    digest: str
    media_type: str
    on: date
