"""Where the kits and tubes of each site are, and how it stored them, as the ledger has it.

Counts by site and place. Nothing is split by arm, here or anywhere before the opening. The
numbers are those of accountability.py in trial/.
"""

from collections.abc import Iterator

from cicatrix.analysis.findings import Findings
from cicatrix.analysis.labels import english
from cicatrix.analysis.report.document import Block, Heading, Row, Table
from cicatrix.analysis.report.rounding import NONE, plain
from cicatrix.trial.accountability import Account

_KITS = (
    "received", "in_stock", "quarantined", "expired", "condemned", "dispensed", "returned",
    "destroyed", "ever_dispensed",
)  # fmt: skip
_TUBES = (
    "tubes", "tubes_applied", "tubes_discarded", "tubes_held", "tubes_returned", "tubes_destroyed",
)  # fmt: skip


def supply(findings: Findings) -> Iterator[Block]:
    """Show the account of kits, of tubes and of storage, a line a site."""
    if not any(account.received for account in findings.accounts):
        return
    yield Heading("supply", "Kits and tubes")
    kits = sum(account.received for account in findings.accounts)
    yield Table(
        "kits",
        f"Kits by where they are at the last entry. All that arrived, n = {kits}.",
        ("Site", "Received", "In stock", "Quarantined", "Expired", "Condemned", "Dispensed",
         "Returned", "Destroyed", "Ever dispensed"),
        _rows(findings, _KITS),
        "A kit is in one of the seven places from in stock to destroyed. "
        f"Destroyed without a witness: {sum(one.unwitnessed for one in findings.accounts)}.",
    )  # fmt: skip
    tubes = sum(account.tubes for account in findings.accounts)
    yield Table(
        "tubes",
        f"Tubes by what became of them at the last entry. All that arrived, n = {tubes}.",
        ("Site", "Received", "Applied", "Discarded", "Held", "Returned unused",
         "Destroyed unused"),
        _rows(findings, _TUBES),
        "A tube is in one of the five columns after received.",
    )  # fmt: skip
    readings = sum(account.readings for account in findings.accounts)
    if readings:
        names = _names(findings)
        yield Table(
            "storage",
            f"Storage by what its log showed up to the last entry. All readings, n = {readings}.",
            ("Site", "Readings", "Lowest (°C)", "Highest (°C)", "Hours out of range"),
            tuple(Row((names[one.site], *_log(one))) for one in findings.accounts),
        )


def _rows(findings: Findings, fields: tuple[str, ...]) -> tuple[Row, ...]:
    names = _names(findings)
    return tuple(
        Row((names[account.site], *(str(getattr(account, field)) for field in fields)))
        for account in findings.accounts
    )


def _log(account: Account) -> tuple[str, ...]:
    if account.log is None:
        return ("0", NONE, NONE, NONE)
    log = account.log
    shown = (log.lowest_celsius, log.highest_celsius, log.hours_outside)
    return (str(account.readings), *(plain(one) for one in shown))


def _names(findings: Findings) -> dict[str, str]:
    return {site.id: english(site.name) for site in findings.study.sites}
