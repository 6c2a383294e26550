"""Two secrets, the same requests: other arms, the same answers; and a mutant that is seen."""

from datetime import UTC, datetime

import pytest

from cicatrix.trial.facts import ListSealed, RandomisationRequested, Randomised
from cicatrix.trial.ledger import read
from cicatrix.trial.roles import Actor
from cicatrix_sealed import answering
from cicatrix_sealed.answering import answer_waiting
from cicatrix_sealed.custody import situation
from cicatrix_sealed.unsealing import open_draws

pytestmark = pytest.mark.slow

NOW = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
CUSTODIAN = Actor("custodian", "pharmacist")
ARMS = ("quokka", "numbat", "bilby")


def published(home):
    """Give the ledger's facts with the promises of the list held fixed."""
    for line in home.ledger.since():
        fact = read(line).fact
        if isinstance(fact, ListSealed):
            slots = tuple(slot.model_copy(update={"commitment": ""}) for slot in fact.slots)
            fact = fact.model_copy(update={"list_id": "", "commitment": "", "slots": slots})
        if isinstance(fact, ListSealed | RandomisationRequested | Randomised):
            yield fact


@pytest.fixture
def world(minimised, request_number, passphrase, sheet):
    """Run requests on one secret; give what is shown and said, and what was packed."""

    def run(seed, people):
        home, folder = minimised(f"world{seed}", rehearsal_seed=seed)
        draws = open_draws(situation(home), folder, passphrase)
        said = []
        for name, skin, site in people:
            request_number(home, name, skin=skin, site=site)
            answers = answer_waiting(home, folder, draws, actor=CUSTODIAN, clock=lambda: NOW)
            said.append(next(answers))
        return (list(published(home)), said), sheet(folder)

    return run


def test_two_secrets_give_other_arms_and_not_one_byte_of_difference(world, people):
    (one, packed), (other, packed_then) = (world(seed, people) for seed in (1, 2))
    assert packed != packed_then
    assert one == other


def test_an_answer_whose_number_depends_on_the_arm_is_seen(
    world, monkeypatch, tmp_path, sheet, people
):
    """The mutant gives the next number of those kept for the arm, as a list by arm would."""
    real = answering.answer_request

    def by_arm(study, trial, actor, *, now, participant):
        (fact,) = real(study, trial, actor, now=now, participant=participant)
        arm = sheet(tmp_path / f"world{seed}-custodian")[f"K{fact.number}"]
        kept = [slot.number for slot in trial.list.slots["all"]][ARMS.index(arm) :: len(ARMS)]
        return [fact.model_copy(update={"number": kept[0]})]

    monkeypatch.setattr(answering, "answer_request", by_arm)
    shown, packed = [], []
    for seed in (1, 3):
        one, contents = world(seed, people[:1])
        shown.append(one)
        packed.append(contents)
    assert packed[0] != packed[1]
    assert shown[0] != shown[1]
