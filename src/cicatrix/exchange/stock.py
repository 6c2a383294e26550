"""The stock as a spreadsheet reads it: one line a kit, sorted by site and number.

The columns and their order are the same in every trial. A line says where a kit is and which of
its tubes are unused; what it holds is nowhere here. The numbers are accountability.py's.
"""

import csv
import io
from datetime import datetime

from cicatrix.trial.accountability import stock_lines
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial

COLUMNS = ("site", "kit", "place", "expires", "unused_tubes")


def write_stock(study: Study, trial: Trial, *, now: datetime) -> str:
    """Write every kit that any site received, as CSV (RFC 4180)."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for site in study.sites:
        for line in stock_lines(study, trial, site.id, now=now):
            expires = line.expires.isoformat() if line.expires else ""
            unused = " ".join(str(tube) for tube in line.unused)
            rows.writerow((site.id, line.kit, line.place, expires, unused))
    return out.getvalue()
