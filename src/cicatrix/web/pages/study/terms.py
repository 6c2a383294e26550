"""The words for the closed lists of a study file: types, roles of endpoints, rules, methods.

What a study calls its own things stands in the study file; codes of the ledger have their words in
language/names.py. A test holds that no choice of the study's parts is without a word.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

Terms = Mapping[str, str | Promise]

ARM_TYPE: Terms = {
    "EXPERIMENTAL": _("Experimental"),
    "ACTIVE_COMPARATOR": _("Active comparator"),
    "PLACEBO_COMPARATOR": _("Placebo comparator"),
    "SHAM_COMPARATOR": _("Sham comparator"),
    "NO_INTERVENTION": _("No intervention"),
    "OTHER": pgettext_lazy("arm or intervention", "Other"),
}
INTERVENTION_TYPE: Terms = {
    "DRUG": _("Drug"),
    "BIOLOGICAL": _("Biological"),
    "DEVICE": _("Device"),
    "PROCEDURE": _("Procedure"),
    "OTHER": pgettext_lazy("arm or intervention", "Other"),
}
PHASE: Terms = {
    "NA": _("Not applicable"),
    "EARLY_PHASE1": _("Early phase 1"),
    "PHASE1": _("Phase 1"),
    "PHASE2": _("Phase 2"),
    "PHASE3": _("Phase 3"),
    "PHASE4": _("Phase 4"),
}
PURPOSE: Terms = {
    "TREATMENT": pgettext_lazy("purpose of a study", "Treatment"),
    "PREVENTION": _("Prevention"),
    "SUPPORTIVE_CARE": _("Supportive care"),
    "BASIC_SCIENCE": _("Basic science"),
    "OTHER": pgettext_lazy("purpose of a study", "Other"),
}
MODEL: Terms = {
    "PARALLEL": _("Parallel assignment"),
    "CROSSOVER": _("Crossover assignment"),
    "SINGLE_GROUP": _("Single group assignment"),
    "FACTORIAL": _("Factorial assignment"),
}
SEX: Terms = {"ALL": _("All sexes"), "FEMALE": _("Female"), "MALE": _("Male")}
ENDPOINT_ROLE: Terms = {
    "primary": pgettext_lazy("endpoint", "Primary"),
    "secondary": pgettext_lazy("endpoint", "Secondary"),
    "exploratory": pgettext_lazy("endpoint", "Exploratory"),
}
METRIC: Terms = {
    "value": _("value at the time point"),
    "change_from_baseline": _("change from baseline"),
}
AGGREGATION: Terms = {
    "mean": _("mean"),
    "median": _("median"),
    "proportion": _("proportion"),
    "distribution": _("distribution"),
}
RULE: Terms = {
    "randomised": _("was randomised"),
    "any_dose": _("had at least one dose"),
    "all_doses": _("had all doses"),
    "own_tubes": _("had only tubes of the own kit, each on its day"),
    "primary_endpoint": _("has the primary endpoint"),
    "primary_in_window": _("has the primary endpoint within the window of its visit"),
    "no_major_deviation": _("has no major deviation"),
}
STRATEGY: Terms = {
    "treatment_policy": _("treatment policy: the value counts whether or not it happened"),
    "hypothetical": _("hypothetical: as if it had not happened"),
    "composite": _("composite: that it happened is part of the outcome"),
    "while_on_treatment": _("while on treatment: values until it happened"),
}
ANALYSIS_ROLE: Terms = {
    "primary": pgettext_lazy("analysis", "Primary"),
    "sensitivity": pgettext_lazy("analysis", "Sensitivity"),
    "secondary": pgettext_lazy("analysis", "Secondary"),
}
METHOD: Terms = {
    "linear_trend_exact_in_blocks": _(
        "Linear trend over the planned dose, exact under re-randomisation within the blocks"
    ),
    "difference_from_reference": _("Difference of each arm from the reference arm"),
    "within_person_exact_in_blocks": _(
        "Contrast within each person, exact under re-randomisation within the blocks"
    ),
}
ITEM_TYPE: Terms = {
    "integer": _("whole number"),
    "decimal": _("decimal number"),
    "text": pgettext_lazy("type of an item", "text"),
    "boolean": _("yes or no"),
    "date": pgettext_lazy("type of an item", "date"),
    "partial_date": _("date, as much of it as is known"),
    "choice": _("one of the codes"),
    "choices": _("any of the codes"),
}
OFFICIAL: Terms = {
    "PRINCIPAL_INVESTIGATOR": _("Principal investigator"),
    "STUDY_CHAIR": _("Study chair"),
    "STUDY_DIRECTOR": _("Study director"),
    "SUB_INVESTIGATOR": _("Sub-investigator"),
}
PARTY: Terms = {
    "SPONSOR": _("Sponsor"),
    "PRINCIPAL_INVESTIGATOR": _("Principal investigator"),
    "SPONSOR_INVESTIGATOR": _("Sponsor-investigator"),
}


def term(terms: Terms, code: str) -> str:
    """Give the word for a choice; what has none stays as it is."""
    return str(terms.get(code, code))


def period(text: str) -> str:
    """Say an ISO 8601 period of one unit in words: `P2W`, `2 weeks`."""
    count = int(text[1:-1])
    words = {
        "D": ngettext("%(count)s day", "%(count)s days", count),
        "W": ngettext("%(count)s week", "%(count)s weeks", count),
        "M": ngettext("%(count)s month", "%(count)s months", count),
        "Y": ngettext("%(count)s year", "%(count)s years", count),
    }
    return words[text[-1]] % {"count": count}
