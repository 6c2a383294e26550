"""Whether the scores of several groups come from one distribution, by ranks.

Not a test for dose order, which `trend` is, and not one that re-randomises: its p value is the
large-sample one. Go next to `trend` for the exact test inside the actual blocks.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from cicatrix.statistics.column import column
from cicatrix.statistics.result import Result


def kruskal_wallis(groups: Sequence[npt.ArrayLike]) -> Result:
    """Test that all groups, each `(n_i,)`, have the same distribution: Kruskal-Wallis H.

    Assumes independent scores that can be ordered; a missing score is refused. It is sensitive to
    groups of which one tends to score higher, not to a difference in spread alone. Tied scores
    share their mean rank and H is corrected for ties; p is from chi-squared with (groups with
    scores - 1) degrees of freedom. An empty group is left out and flagged. If every score is
    equal H is 0/0: no statistic, p = 1 (every arrangement is as extreme), flagged.
    Source: KruskalWallis1952.

    >>> found = kruskal_wallis([[1, 2, 2], [2, 3, 4], [3, 4, 5]])
    >>> round(found.statistic, 4), found.df, round(found.p, 4)
    (5.3333, 2.0, 0.0695)
    """
    method, source = "Kruskal-Wallis", "KruskalWallis1952"
    columns = [column(group, f"Group {place}") for place, group in enumerate(groups)]
    filled = [group for group in columns if len(group)]
    flags = ("empty_group",) if len(filled) < len(columns) else ()
    n = sum(len(group) for group in filled)
    if n == 0:
        return Result(method, source, 0, flags=("no_observations",))
    if len(filled) < 2:
        return Result(method, source, n, flags=(*flags, "one_group"))
    ranks = stats.rankdata(np.concatenate(filled))
    _, ties = np.unique(ranks, return_counts=True)
    correction = 1 - float(np.sum(ties.astype(np.float64) ** 3 - ties)) / (n**3 - n)
    if len(ties) == 1:
        return Result(method, source, n, p=1.0, flags=(*flags, "all_scores_equal"))
    ends = np.cumsum([len(group) for group in filled])[:-1]
    sums = sum(float(part.sum()) ** 2 / len(part) for part in np.split(ranks, ends))
    statistic = (12 * sums / (n * (n + 1)) - 3 * (n + 1)) / correction
    df = float(len(filled) - 1)
    p = float(stats.chi2.sf(statistic, df))
    return Result(method, source, n, df=df, statistic=statistic, p=p, flags=flags)
