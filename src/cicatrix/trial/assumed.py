"""What a study assumes: nature and conduct for rehearsal, and every gap its source leaves.

A rehearsal and the design's operating characteristics read these; no analysis ever does. An
assumption is shown wherever the study is shown.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import Field

from cicatrix.trial.part import Identifier, Part, Share


class Answer(Part):
    """How virtual participants answer one item: exactly one of the three is given."""

    normal: tuple[float, float] | None = None
    shares: Mapping[str, Share] | None = None
    constant: bool | int | float | str | None = None


class Nature(Part):
    """The latent scar: its mean in points of the rated total by dose, its scatter, its course.

    Means hold at `means_month` after treatment; before, the scar is `initial_excess` points worse
    and the excess decays so that 5 % of it are left at `maturation_months`.
    """

    rating_form: Identifier
    means_month: Annotated[float, Field(gt=0)]
    mean_by_dose: Annotated[tuple[tuple[float, float], ...], Field(min_length=1)]
    sd: Annotated[float, Field(ge=0)]
    initial_excess: float
    maturation_months: Annotated[float, Field(gt=0)]
    rater_bias_sd: Annotated[float, Field(ge=0)]
    rating_noise_sd: Annotated[float, Field(ge=0)]


class Conduct(Part):
    """How virtual trials go: shares of people, visits, doses and days that go otherwise.

    `temperature_excursion` is the share of a storage's weekly readings that are out of range.
    """

    recruitment_start: date
    enrolled_per_month: Annotated[float, Field(gt=0)]
    refuses_consent: Share
    refuses_release: Share
    late_visit: Share
    missed_visit: Share
    withdraws: Share
    intercurrent_event: Share
    adverse_event: Share
    serious_event: Share
    swapped_tube: Share
    discarded_tube: Share
    missed_dose: Share
    correction: Share
    query: Share
    temperature_excursion: Share = 0.0


class Simulation(Part):
    """Assumptions for rehearsal and design; never read by an analysis."""

    nature: Nature
    conduct: Conduct
    answers: Mapping[Identifier, Answer] = {}
    events: Mapping[Identifier, Mapping[str, Answer]] = {}


class Assumption(Part):
    """A question that the source leaves open, our choice and the reason."""

    id: Identifier
    question: str
    choice: str
    reason: str
