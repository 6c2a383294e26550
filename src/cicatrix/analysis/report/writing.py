"""Write the report into a folder: the only place in analysis/ that touches the disk.

The same findings give the same bytes: no date of writing, no random identifier, no machine's font.
"""

from pathlib import Path

from cicatrix.analysis.findings import Findings
from cicatrix.analysis.report.columns import tables
from cicatrix.analysis.report.contents import document_of
from cicatrix.analysis.report.document import Figure
from cicatrix.analysis.report.html import html
from cicatrix.analysis.report.pdf import pdf


def write_report(findings: Findings, folder: Path) -> tuple[Path, ...]:
    """Write report.html, report.pdf, figures/*.svg and tables/*.csv, and return their paths."""
    document = document_of(findings)
    drawn, counted = folder / "figures", folder / "tables"
    for one in (drawn, counted):
        one.mkdir(parents=True, exist_ok=True)
    written = [folder / "report.html", folder / "report.pdf"]
    written[0].write_text(html(document), "utf-8", newline="\n")
    written[1].write_bytes(pdf(document))
    for block in document.blocks:
        if isinstance(block, Figure):
            written.append(drawn / f"{block.id}.svg")
            written[-1].write_text(block.svg, "utf-8", newline="\n")
    for name, text in tables(findings).items():
        written.append(counted / f"{name}.csv")
        written[-1].write_text(text, "utf-8", newline="\n")
    return tuple(written)
