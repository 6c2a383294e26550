"""The whole report in order: banners, first screen, then what it rests on.

Each section is a module of its own that turns findings into blocks; this one only lines them up.
Go next to opening.py, and to html.py and pdf.py for how a block is shown.
"""

from cicatrix.analysis.findings import Findings
from cicatrix.analysis.labels import english
from cicatrix.analysis.report.document import Document
from cicatrix.analysis.report.harms import harms
from cicatrix.analysis.report.methods import methods
from cicatrix.analysis.report.opening import opening
from cicatrix.analysis.report.people import people
from cicatrix.analysis.report.quality import quality
from cicatrix.analysis.report.results import results
from cicatrix.analysis.report.supply import supply

DUMMY = "Dummy allocation: numbers mean nothing"
REHEARSAL = "Rehearsal: virtual participants"


def banners(findings: Findings) -> tuple[str, ...]:
    """Say what must never be overlooked: that nothing here is real."""
    source = findings.provenance
    return (*[DUMMY] * source.dummy, *[REHEARSAL] * source.rehearsal)


def document_of(findings: Findings) -> Document:
    """Put the report together; the only words on it that are not the study's are ours."""
    study, source = findings.study, findings.provenance
    return Document(
        title=english(study.title),
        subtitle=(
            f"{study.id}, version {source.study_version}. Report of the planned analysis on ledger "
            f"entry {source.head_seq}, head {source.head_hash[:16]}…"
        ),
        banners=banners(findings),
        blocks=(
            *opening(findings),
            *people(findings),
            *results(findings),
            *quality(findings),
            *harms(findings),
            *supply(findings),
            *methods(findings),
        ),
    )
