"""Labels of a study in the language of the report, and what each reason and flag means in words.

The report is in English; a text without English is shown in the study's first language. Not
numbers: how those are shown is in report/rounding.py.
"""

from collections.abc import Mapping

from cicatrix.trial.part import Text
from cicatrix.trial.study import Study

REASONS: Mapping[str, str] = {
    "data_withdrawn": "withdrew from all use of data",
    "withdrawn_from_visits": "withdrawn from visits",
    "visit_missed": "visit missed",
    "visit_not_recorded": "visit not recorded",
    "no_rating": "not rated",
    "second_rating_missing": "second rating missing",
    "third_rating_missing": "third rating missing",
    "no_mode": "three raters, three values",
    "item_missing": "an item not scored",
    "total_undecided": "total cannot be computed",
    "form_empty": "form not filled",
    "item_not_answered": "question not answered",
    "not_computable": "value cannot be computed",
    "region_not_named": "region not named by the endpoint",
    "baseline_missing": "no baseline value",
    "not_a_number": "answer is not a number",
}
"""Why a value is missing, in the words of the report."""

FLAGS: Mapping[str, str] = {
    "no_observations": "no observations",
    "no_exposure": "no exposure",
    "too_few_observations": "too few observations",
    "zero_variance": "no variation",
    "zero_variance_in_one_group": "no variation in one group",
    "empty_group": "a group is empty",
    "empty_arm": "an arm is empty",
    "one_group": "one group only",
    "not_estimable": "not estimable",
    "no_residual_df": "too few observations for an interval",
    "leverage_of_one": "one observation alone decides a term",
    "all_scores_equal": "all scores equal",
    "nothing_to_rearrange": "nothing to re-randomise",
    "scores_missing": "some scores missing",
    "block_of_one": "a block with one participant",
    "no_participants": "nobody rated twice",
    "too_few_participants": "too few participants",
    "too_few_raters": "too few raters",
    "zero_between_variance": "participants do not differ",
    "zero_residual_variance": "raters differ by a constant",
    "perfect_agreement": "all identical",
    "single_category": "one category only",
    "no_interval": "no interval contains the estimate",
}
"""What a flag of a statistic means, in the words of the report."""


def english(text: Text) -> str:
    """Give a text in English, or in the first language that it has.

    >>> english({"zh-Hans": "瘢痕", "en": "Scar"})
    'Scar'
    """
    return text.get("en") or next(iter(text.values()), "")


def reason(code: str, study: Study | None = None) -> str:
    """Say why a value is missing; a code of the study's own list has the study's label."""
    if code in REASONS:
        return REASONS[code]
    event = code.removeprefix("after_")
    if study is not None:
        for one in study.intercurrent_events:
            if one.id == event != code:
                return f"after: {english(one.label).lower()}"
        for known in study.missing_reasons:
            if str(known.code) == code:
                return english(known.label).lower()
    return code.replace("_", " ").lower()


def flags(codes: tuple[str, ...]) -> str:
    """Say in words what the flags of a statistic mean.

    >>> flags(("scores_missing", "block_of_one"))
    'some scores missing; a block with one participant'
    """
    return "; ".join(FLAGS.get(code, code.replace("_", " ")) for code in codes)
