"""What will be compared, among whom, and how: endpoints, populations, estimands, analyses.

The plan is data: its digest, with the whole study's, is in the ledger before the first
participant. Terms are ICH E9(R1). How a method computes is not here but in analysis/.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from cicatrix.trial.part import Condition, Identifier, Part, Share, Text


class RegistryOutcome(Part):
    """An outcome as the record words it; the endpoint it belongs to is in `endpoints`."""

    measure: str
    time_frame: str
    description: str | None = None


class Endpoint(Part):
    """What is compared: variable, metric, aggregation and time point, all four always given.

    `variable` is `form.item`; `region` where the form has regions; `within_person` contrasts the
    two regions of one person instead of persons between arms.
    """

    id: Identifier
    role: Literal["primary", "secondary", "exploratory"]
    label: Text
    variable: Annotated[str, Field(pattern=r"^\w+\.\w+$")]
    region: Identifier | None = None
    within_person: tuple[Identifier, Identifier] | None = None
    metric: Literal["value", "change_from_baseline"]
    baseline: Identifier | None = None
    aggregation: Literal["mean", "median", "proportion", "distribution"]
    time_point: Identifier
    registry: RegistryOutcome


class Population(Part):
    """A set of participants for analysis (ICH E9): the rules all of which must hold."""

    id: Identifier
    label: Text
    requires: Annotated[
        tuple[
            Literal[
                "randomised",
                "any_dose",
                "all_doses",
                "own_tubes",
                "primary_endpoint",
                "primary_in_window",
                "no_major_deviation",
            ],
            ...,
        ],
        Field(min_length=1),
    ]


class IntercurrentEvent(Part):
    """An event after randomisation that bears on the endpoint (ICH E9(R1)); a row of a log form."""

    id: Identifier
    label: Text
    form: Identifier
    condition: Condition


class Estimand(Part):
    """The estimand (ICH E9(R1)): endpoint, population, summary, and a strategy for each event."""

    id: Identifier
    endpoint: Identifier
    population: Identifier
    summary: Text
    strategies: Mapping[
        Identifier,
        Literal["treatment_policy", "hypothetical", "composite", "while_on_treatment"],
    ]


class PlannedAnalysis(Part):
    """One comparison of the plan, by a method that the analysis knows."""

    id: Identifier
    role: Literal["primary", "sensitivity", "secondary"]
    endpoint: Identifier
    population: Identifier
    estimand: Identifier | None = None
    method: Literal[
        "linear_trend_exact_in_blocks", "difference_from_reference", "within_person_exact_in_blocks"
    ]
    reference_arm: Identifier | None = None
    significance: Share = 0.05


class Safety(Part):
    """Which log form holds adverse events, and which of its items say what."""

    form: Identifier
    term: Identifier
    onset: Identifier
    severity: Identifier
    serious: Identifier
    relatedness: Identifier


class DeviationCategory(Part):
    """A kind of departure from the protocol, and whether it counts as major."""

    id: Identifier
    label: Text
    major: bool
