"""The five errors of Cicatrix: each says what was wrong, where, and what to do.

They are a document for users as much as a mechanism: the message is one sentence that may be
shown as it stands. Catch only what you can answer; everything else is a defect and may crash.
The command line turns any CicatrixError into one line and exit code 1 (2 for wrong use).
"""

from dataclasses import dataclass


class CicatrixError(Exception):
    """Carry one sentence for a person; the base of the five errors and nothing else."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a study file: where it is and what was expected there."""

    file: str
    line: int
    field: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.why}"


class StudyError(CicatrixError):
    """A study file that cannot be used; `problems` holds every one found, in file order."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class Refused(CicatrixError):
    """An act that the study or the trial so far does not allow; nothing was written.

    `rule` is a stable short name for tests and statistics, `sentence` is for the user.
    """

    def __init__(self, rule: str, sentence: str) -> None:
        super().__init__(sentence)
        self.rule = rule
        self.sentence = sentence


class NotPermitted(CicatrixError):
    """An actor whose role or site does not allow the act; nothing was written."""


class Conflict(CicatrixError):
    """The ledger's head moved between reading and appending: fold again and retry once."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(
            f"Someone else recorded something first (expected entry {expected}, found {found}); "
            "look at the new state and try again."
        )
        self.expected = expected
        self.found = found


class LedgerBroken(CicatrixError):
    """A ledger that does not verify from `seq` on: stop, write nothing, restore from a copy."""

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(
            f"Entry {seq}: {why}. Stop using this trial home and compare it with a backup."
        )
        self.seq = seq
        self.why = why
