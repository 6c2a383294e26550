"""The report of the findings: HTML, PDF, figures and tables, from one document.

Nothing here computes a result; rounding is done here and nowhere else. Start at `writing`.
"""

from cicatrix.analysis.report.opening import summary_of
from cicatrix.analysis.report.terminal import screen
from cicatrix.analysis.report.writing import write_report

__all__ = ["screen", "summary_of", "write_report"]
