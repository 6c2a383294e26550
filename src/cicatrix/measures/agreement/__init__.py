"""How well raters agree: categories, numbers, differences. Arrays in, frozen results out.

Not adjudication, which decides what a participant's value is. Every result says n, and None with
a flag where the quantity does not exist (nobody rated, no variance, one category).
Go next to `reliability` (ICC, alpha), `categories` (kappa) and `limits` (Bland-Altman).
"""

from cicatrix.measures.agreement.categories import kappa, kappa_of_table, percent_agreement
from cicatrix.measures.agreement.limits import (
    LimitsOfAgreement,
    limits_of_agreement,
    smallest_detectable_change,
)
from cicatrix.measures.agreement.ratings import Agreement
from cicatrix.measures.agreement.reliability import cronbach_alpha, icc

__all__ = [
    "Agreement",
    "LimitsOfAgreement",
    "cronbach_alpha",
    "icc",
    "kappa",
    "kappa_of_table",
    "limits_of_agreement",
    "percent_agreement",
    "smallest_detectable_change",
]
