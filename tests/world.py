"""Whole trials in memory, run by rehearsal on a list of one's choice: the worlds to compare.

A world's nature has no effect (else the scars themselves would differ), and its published
commitment is held fixed. What is left to differ is what someone leaks.
"""

import io
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import plain_custodian
from cicatrix.analysis.analyse import analyse
from cicatrix.analysis.report import summary_of, write_report
from cicatrix.exchange.bundle import write_bundle
from cicatrix.exchange.registry import registry_record, write_record
from cicatrix.exchange.stock import write_stock
from cicatrix.simulation.rehearsal import rehearse
from cicatrix.trial import errors, facts
from cicatrix.trial.accountability import accountability
from cicatrix.trial.actions.abort_list import abort_list
from cicatrix.trial.actions.answer_request import answer_request
from cicatrix.trial.actions.commit_secret import commit_secret
from cicatrix.trial.actions.found import found
from cicatrix.trial.actions.lock import outstanding
from cicatrix.trial.actions.release_allocation import may_be_told, release_allocation
from cicatrix.trial.allocation import dummy_allocation
from cicatrix.trial.facts import Fact, SealedSlot
from cicatrix.trial.ledger import Entry, Line, read, seal
from cicatrix.trial.reading import read_study
from cicatrix.trial.rehearsed import seeded_entropy
from cicatrix.trial.roles import Actor, Role
from cicatrix.trial.study import Masking, Study
from cicatrix.trial.trial import Trial, fold
from cicatrix.trial.visibility import visible_to
from nature import without_effect

ROOT = Path(__file__).parents[1]
START = datetime(2021, 5, 1, tzinfo=UTC)
LATER = datetime(2035, 1, 1, tzinfo=UTC)
ADMINISTRATOR = Actor("administrator", "administrator")
CUSTODIAN = Actor("custodian", "pharmacist")


@dataclass(frozen=True)
class Mutant:
    """What a careless version of the program would do; the default does nothing wrong."""

    publish: Callable[[plain_custodian.PlainList], tuple[SealedSlot, ...]] = lambda allocated: (
        allocated.veiled
    )
    list_id: Callable[[plain_custodian.PlainList], str] = lambda allocated: "list"
    record: Callable[[plain_custodian.PlainList, Fact], Fact] = lambda allocated, fact: fact
    refuse: Callable[[plain_custodian.PlainList, str], str] = lambda allocated, said: said
    count: Callable[[plain_custodian.PlainList, Trial, str], str] = lambda allocated, trial, text: (
        text
    )
    export: Callable[[plain_custodian.PlainList, str], str] = lambda allocated, text: text
    bundle: Callable[[plain_custodian.PlainList, str], str] = lambda allocated, text: text


@dataclass
class World:
    """A trial as it was recorded, the list that it ran on, and every refusal's sentence."""

    study: Study
    allocated: plain_custodian.PlainList
    trial: Trial = field(default_factory=Trial)
    lines: list[Line] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    mutant: Mutant = field(default_factory=Mutant)

    @property
    def entries(self) -> list[Entry]:
        return [read(line) for line in self.lines]

    @property
    def bundle(self) -> str:
        """The public bundle before the opening, as everyone may have it."""
        text = write_bundle(self.trial, self.lines, opened=None, checkpoint=None)
        return self.mutant.bundle(self.allocated, text)


def run(study: Study, *, list_seed: int, participants: int, mutant: Mutant | None = None) -> World:
    """Run a trial to its end on one list."""
    mutant = mutant or Mutant()
    drawn = plain_custodian.draw(study, seed=list_seed, sizes=(1, 2, 3))
    world = World(study, drawn, mutant=mutant)
    allocated, salts = world.allocated, seeded_entropy("worlds")

    def record(recorded: Sequence[Fact], actor: Actor, now: datetime) -> None:
        append(recorded, actor, now)
        for fact in recorded:
            if isinstance(fact, facts.RandomisationRequested):
                record(answer(study, world.trial, fact, now), CUSTODIAN, now)
            if isinstance(fact, facts.Randomised):
                append(releases(study, world.trial, fact, now), CUSTODIAN, now)

    def append(recorded: Sequence[Fact], actor: Actor, now: datetime) -> None:
        told = [mutant.record(allocated, fact) for fact in recorded]
        lines = seal(world.trial.head, told, actor=actor, now=now, entropy=salts)
        world.lines.extend(lines)
        fold((read(line) for line in lines), world.trial)

    refuse = errors.Refused.__init__

    def say(refusal: errors.Refused, rule: str, sentence: str) -> None:
        world.said.append(mutant.refuse(allocated, sentence))
        refuse(refusal, rule, sentence)

    published = mutant.publish(allocated)
    packed = {slot.number: slot.kits for slot in allocated.opened.slots}
    packing = {
        (name, tube.number): allocated.packing[kit, tube.number]
        for slot in published
        for name, kit in zip(slot.kits, packed[slot.number], strict=True)
        for tube in study.treatment.tubes
    }
    people = (ADMINISTRATOR, CUSTODIAN)
    founding = found(
        study, world.trial, ADMINISTRATOR, now=START, checkpoint_key="key", people=people
    )
    record(founding, ADMINISTRATOR, START)
    give_up(study, world.trial, record)
    plain_custodian.seal(
        study, world.trial, record, published, actor=CUSTODIAN, now=START,
        list_id=mutant.list_id(allocated),
    )  # fmt: skip
    with mock.patch.object(errors.Refused, "__init__", say):
        rehearse(
            study, world.trial, record, packing=packing, participants=participants,
            seed=5, nature=without_effect(study),
        )  # fmt: skip
    return world


def give_up(
    study: Study, trial: Trial, record: Callable[[list[Fact], Actor, datetime], object]
) -> None:
    """Promise a first secret and give it up."""
    how = {"commitment": "11" * 32, "beacon": plain_custodian.PROMISED}
    record(
        commit_secret(study, trial, CUSTODIAN, now=START, list_id="given up", **how),
        CUSTODIAN,
        START,
    )
    reason = "The second party was ill"
    record(
        abort_list(study, trial, CUSTODIAN, now=START, list_id="given up", reason=reason),
        CUSTODIAN,
        START,
    )


def answer(
    study: Study, trial: Trial, asked: facts.RandomisationRequested, now: datetime
) -> list[Fact]:
    """Answer a request at once, as the custodian's program does."""
    return answer_request(study, trial, CUSTODIAN, now=now, participant=asked.participant)


def releases(study: Study, trial: Trial, given: facts.Randomised, now: datetime) -> list[Fact]:
    """Release a number at once to everybody whom the study leaves unmasked."""
    woman = trial.participants[given.participant]
    return [
        fact
        for role in study.masking.unmasked
        for told in may_be_told(study, trial, woman, role=role)
        for fact in release_allocation(
            study, trial, CUSTODIAN, now=now, number=given.number, role=role, told=told
        )
    ]


def everyone(entries: Sequence[Entry]) -> list[Actor]:
    """List everyone who ever held a role, an auditor, and the first three participants."""
    granted = [one.fact for one in entries if isinstance(one.fact, facts.RoleGranted)]
    screened = [one.fact for one in entries if isinstance(one.fact, facts.ParticipantScreened)]
    return [
        *(Actor(one.user, one.role, one.site) for one in granted),
        Actor("alma", "auditor"),
        *(Actor(one.participant, "participant", one.site) for one in screened[:3]),
    ]


def altered(entry: Entry) -> Entry:
    """Change what an entry says and everything that follows from it, but not its kind."""
    words = ("reason", "text", "answer", "meaning", "told")
    fields = {name: "altered" for name in words if name in type(entry.fact).model_fields}
    if isinstance(entry.fact, facts.RatingRecorded | facts.FormSaved):
        fields["values"] = dict.fromkeys(entry.fact.values, 0)
    return replace(
        entry,
        hash="f" * 64,
        commitment="f" * 64,
        at=entry.at + timedelta(seconds=1),
        fact=entry.fact.model_copy(update=fields),
    )


def hidden_altered(entries: Sequence[Entry], actor: Actor) -> list[Entry]:
    """Alter every entry that the actor may not see."""
    seen = {entry.commitment for entry in visible_to(entries, actor)}
    return [entry if entry.commitment in seen else altered(entry) for entry in entries]


def shown_to(
    study: Study, entries: Sequence[Entry], actor: Actor, *, world: World | None = None
) -> bytes:
    """Everything there is to show an actor: trail, trial, checklist, record, accounts and stock.

    A `world` shows it as its mutant would.
    """
    seen = visible_to(entries, actor)
    out = io.StringIO()
    with redirect_stdout(out):
        for entry in seen:
            print(entry.seq, entry.hash, entry.commitment, entry.at.isoformat(), entry.actor)
            print(type(entry.fact).__name__, entry.fact.model_dump_json())
        trial = fold(seen)
        for participant in trial.participants.values():
            print(participant.id, sorted(participant.releases), participant.milestones())
            print(participant.forms, participant.ratings, participant.called, participant.queries)
        print(write_record(registry_record(study, trial)))
        for one in outstanding(study, trial, now=LATER):
            print(one)
        print(accounts_shown(study, trial, world))
    return out.getvalue().encode()


def accounts_shown(study: Study, trial: Trial, world: World | None) -> str:
    """The account of every site and the export of the stock, as of what is seen last."""
    now = trial.at or START
    accounts = "".join(
        f"{accountability(study, trial, site.id, now=now)}\n" for site in study.sites
    )
    stock = write_stock(study, trial, now=now)
    if world is not None:
        accounts = world.mutant.count(world.allocated, trial, accounts)
        stock = world.mutant.export(world.allocated, stock)
    return accounts + stock


def report_to(study: Study, entries: Sequence[Entry], actor: Actor, folder: Path) -> bytes:
    """The planned analysis with a dummy allocation, from what an actor may see."""
    trial = fold(visible_to(entries, actor))
    assert trial.list is not None
    slots = [slot for some in trial.list.slots.values() for slot in some]
    findings = analyse(study, trial, dummy_allocation(study, slots, seed=1))
    folder.mkdir()
    write_report(findings, folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    told = "\n".join(summary_of(findings)).encode()
    return told + b"".join(path.name.encode() + path.read_bytes() for path in files)


def load(name: str, *, unmasked: Role | None = None) -> Study:
    """Read one of the study files; `unmasked` is a role that may know in spite of what it says.

    Storage fails often here, so that every world has its quarantines.
    """
    path = ROOT / "studies" / f"{name}.yaml"
    study = read_study(path.read_bytes(), file=path.name)
    assert study.simulation is not None
    conduct = study.simulation.conduct.model_copy(update={"temperature_excursion": 0.3})
    simulation = study.simulation.model_copy(update={"conduct": conduct})
    study = study.model_copy(update={"simulation": simulation})
    if unmasked is None:
        return study
    masked = tuple(role for role in study.masking.masked if role != unmasked)
    masking = Masking(masked=masked, unmasked=(*study.masking.unmasked, unmasked))
    return study.model_copy(update={"masking": masking})
