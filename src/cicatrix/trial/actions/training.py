"""State that one has completed the training for a role under the version in force.

The statement is the user's own, for a role that he holds. Whether a role may be used without it is
not decided here but where users sign in; a new version of the study asks for a new training.
"""

from datetime import datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact, TrainingCompleted
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def complete_training(study: Study, trial: Trial, actor: Actor, *, now: datetime) -> list[Fact]:
    """Record the actor's own training for the role in which he acts."""
    gate.permit(trial, actor, "complete_training")
    gate.in_force(study, trial)
    if study.version in trial.trained.get((actor.user, actor.role), ()):
        raise Refused(
            "trained",
            f"{actor.user} has completed the training of a {actor.role} for version "
            f"{study.version} already.",
        )
    return [
        TrainingCompleted(
            user=actor.user, role=actor.role, site=actor.site, study_version=study.version
        )
    ]
