"""Contradictions between the parts of a study that are each well-formed, and oddities.

A contradiction makes a study file unusable; an oddity is worth saying and changes nothing. Each
is a path into the file and one sentence; reading.py adds the line. One module for each family:
names, forms, treatment, allocation, visits, plan, assumed, and oddities.
"""

from collections.abc import Iterator

from cicatrix.trial.contradictions.allocation import in_allocation
from cicatrix.trial.contradictions.assumed import in_simulation
from cicatrix.trial.contradictions.fault import Fault
from cicatrix.trial.contradictions.forms import in_forms
from cicatrix.trial.contradictions.names import in_names
from cicatrix.trial.contradictions.oddities import oddities
from cicatrix.trial.contradictions.plan import in_plan
from cicatrix.trial.contradictions.treatment import in_treatment
from cicatrix.trial.contradictions.visits import in_visits
from cicatrix.trial.study import Study

__all__ = ["contradictions", "oddities"]


def contradictions(study: Study) -> Iterator[Fault]:
    """Find every contradiction in a study whose parts are each well-formed."""
    yield from in_names(study)
    yield from in_forms(study)
    yield from in_treatment(study)
    yield from in_allocation(study)
    yield from in_visits(study)
    yield from in_plan(study)
    if study.simulation is not None:
        yield from in_simulation(study, study.simulation)
