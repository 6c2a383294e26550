"""The study file as the trial's home keeps it, for who wants to read or check it.

It is the file whose digest the ledger adopted: the worker holds it to that. What it says is on the
pages of pages/study/.
"""

from cicatrix.web.worker import worker


def study_file() -> bytes:
    """Give the study file of the version in force, as it was written."""
    return worker().study_file()
