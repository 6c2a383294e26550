"""Try an act without recording it: what would be recorded, or the refusal that would come.

A person is shown what an act means before it is done: a tube is checked before it is opened, a
shipment before it is received. It asks the act itself, so that what is shown here and what is
decided afterwards cannot differ. It tells no more than the act would.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from cicatrix.trial.facts import Fact
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial
from cicatrix.web.door import Asked


def tried(
    request: Asked, decide: Callable[..., Sequence[Fact]], **particulars: object
) -> tuple[Fact, ...]:
    """Give what an act would record now, and record nothing."""
    would: list[Fact] = []

    def nothing(
        study: Study, trial: Trial, actor: Actor, *, now: datetime, **given: object
    ) -> tuple[Fact, ...]:
        would.extend(decide(study, trial, actor, now=now, **given))
        return ()

    request.act(nothing, **particulars)
    return tuple(would)
