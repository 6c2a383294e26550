"""Nature without an effect: all doses heal alike, so that what tubes hold changes no score.

Worlds that differ in their list alone are compared under it; with the study file's own nature the
scars themselves would tell the lists apart.
"""

from cicatrix.trial.assumed import Nature
from cicatrix.trial.study import Study


def without_effect(study: Study) -> Nature:
    """Give the study file's nature with the first dose's mean for all doses."""
    assert study.simulation is not None
    nature = study.simulation.nature
    mean = nature.mean_by_dose[0][1]
    flat = tuple((dose, mean) for dose, _ in nature.mean_by_dose)
    return nature.model_copy(update={"mean_by_dose": flat})
