"""How numbers are shown: the only place where a value loses digits.

A value that does not exist is shown as a dash. Minus is the minus sign, not the hyphen.
"""

import math

from cicatrix.statistics.result import Result

NONE = "–"


def decimal(value: float | None, digits: int = 2) -> str:
    """Show a value with a fixed number of decimals.

    >>> decimal(-0.291, 2), decimal(None), decimal(-0.001, 2)
    ('−0.29', '–', '0.00')
    """
    if value is None:
        return NONE
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def plain(value: float | None) -> str:
    """Show a value with as many digits as it needs and no more than four significant.

    >>> plain(6.0), plain(2.5), plain(3000000.0).split()
    ('6', '2.5', ['3', '000', '000'])
    """
    if value is None:
        return NONE
    if value == int(value) or abs(value) >= 1000:
        return f"{round(value):,}".replace(",", "\u202f").replace("-", "−")
    return f"{value:.4g}".replace("-", "−")


def scaled(value: float | None) -> str:
    """Show an estimate with two or three significant digits; below 1e-9 it is rounding error.

    >>> scaled(-0.2914), scaled(0.01234), scaled(12.34)
    ('−0.29', '0.012', '12.3')
    """
    if value is None:
        return NONE
    size = abs(value)
    if size < 1e-9 or size >= 0.1:
        return decimal(value, 1 if size >= 10 else 2)
    return decimal(value, min(8, 1 - math.floor(math.log10(size))))


def limits(interval: tuple[float, float] | None, digits: int | None = None) -> str:
    """Show the two limits of an interval.

    >>> limits((-0.61, 0.02)), limits(None)
    ('−0.61 to 0.02', '–')
    """
    if interval is None:
        return NONE
    low, high = interval
    if digits is None:
        digits = 1 if max(abs(low), abs(high)) >= 10 else 2
    return f"{decimal(low, digits)} to {decimal(high, digits)}"


def p_value(p: float | None) -> str:
    """Show a p value with three decimals, and no smaller than 0.001.

    >>> p_value(0.0134), p_value(0.0002), p_value(1.0)
    ('0.013', '< 0.001', '1')
    """
    if p is None:
        return NONE
    if p < 0.001:
        return "< 0.001"
    return "1" if p >= 0.9995 else f"{p:.3f}"


def p_equals(p: float | None) -> str:
    """Show a p value with its sign, for a sentence.

    >>> p_equals(0.0134), p_equals(0.0002)
    ('p = 0.013', 'p < 0.001')
    """
    shown = p_value(p)
    return f"p {shown}" if shown.startswith("<") else f"p = {shown}"


def share(count: int, of: int) -> str:
    """Show a count and its percentage; of nobody there is no percentage.

    >>> share(3, 30).split(), share(0, 0)
    (['3', '(10', '%)'], '0')
    """
    return f"{count} ({percent(count, of)})" if of else str(count)


def percent(count: int, of: int) -> str:
    """Show a share in percent, with a decimal where fewer than 200 people do not mislead.

    >>> percent(1, 3).split(), percent(1, 900).split()
    (['33', '%'], ['0.1', '%'])
    """
    if not of:
        return NONE
    value = 100 * count / of
    return f"{value:.1f}\u00a0%" if of >= 200 else f"{value:.0f}\u00a0%"


def percent_limits(result: Result) -> str:
    """Show the limits of a proportion in percent."""
    if result.interval is None:
        return NONE
    low, high = result.interval
    return f"{100 * low:.0f}\u00a0to\u00a0{100 * high:.0f}\u00a0%"


def people(count: int) -> str:
    """Say how many participants.

    >>> people(1), people(2)
    ('1 participant', '2 participants')
    """
    return f"{count} participant" + ("" if count == 1 else "s")
