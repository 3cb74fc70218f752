"""Who is known is kept from one import to the next, and is always what the log says now."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from engine.board import Board
from engine.harbor import Harbor, harbor
from engine.test_syncing import people as board_of
from engine.test_syncing import sync
from engine.test_taking_troubles import later
from engine.world import COORDINATOR, Place, mc, numbers

from mentorcore.domain.aggregate import Aggregate
from mentorcore.domain.declarations import PracticeCommand, command, event
from mentorcore.domain.values import Code, ProgramId, Stream, identifier
from mentorcore.engine.engine import Engine
from mentorcore.engine.importing.import_directory import ImportDirectory
from mentorcore.engine.importing.session_directory import SessionDirectory
from mentorcore.errors import Refused
from mentorcore.intake.directory import Without
from mentorcore.log.recorded import Envelope
from mentorcore.log.sealing.keys import MemoryKeys
from mentorcore.log.storage.store import Row
from mentorcore.log.stores.memory import MemoryStore
from mentorcore.practices.practice import CONTRACT, Practice
from mentorcore.practices.registry import Practices

HEAD = "Timestamp,E-mail,Mentee,Date,Began at,Minutes,How,Notes\n"


def met(day: int, mentor: str = "anna@example.org", mentee: str = "Ben Ode") -> str:
    return f"11/{day}/2026 17:00:00,{mentor},{mentee},11/{day}/2026,,45,Zoom,\n"


def refused(report: Any) -> list[str]:
    return [f.reason for f in report.findings if f.outcome == "refused"]


class Watched(MemoryStore):
    """A store in memory that notes the positions of the events it gives out."""

    def __init__(self) -> None:
        super().__init__()
        self.read: set[int] = set()

    def page(self, after: int, limit: int, names: Sequence[str] = ()) -> list[Row]:
        found = super().page(after, limit, names)
        self.read.update(row.position for row in found)
        return found

    def streams(self, streams: Sequence[str]) -> dict[str, list[Row]]:
        found = super().streams(streams)
        self.read.update(row.position for rows in found.values() for row in rows)
        return found


def test_a_second_import_reads_no_event_that_the_first_one_read_or_wrote() -> None:
    clock = later()
    with Engine(store := Watched(), MemoryKeys(), clock=clock, ids=numbers(1)) as opened:
        it = Harbor(opened).people()
        it.take("meetings", HEAD + met(2))
        store.read.clear()

        report = it.take("meetings", HEAD + met(2) + met(3))

        assert report.counts.taken == 1
        assert store.read == set()


def test_an_import_in_a_new_process_reads_the_summary_and_not_the_log(at: Place) -> None:
    with harbor(at) as it:
        it.people()
        for day in range(1, 20):
            it.take("meetings", HEAD + met(day))
        it.engine.programs()
    if at.store is not None:
        pytest.skip("a log in memory is gone with its process")

    with at.open(10**6, later()) as again:
        watched: list[int] = []
        page = again._store.page

        def counted(after: int, limit: int, names: Sequence[str] = ()) -> list[Row]:
            found = page(after, limit, names)
            watched.append(len(found))
            return found

        again._store.page = counted  # type: ignore[method-assign] # watched, and otherwise itself
        report = Harbor(again, designed=True).take("meetings", HEAD + met(20))

        assert report.counts.taken == 1
        assert sum(watched) < again.position // 10


def test_what_another_process_records_between_two_imports_is_found(at: Place) -> None:
    with at.open(1, later()) as opened, at.open(10**6, later()) as rival:
        it = Harbor(opened).people()
        assert refused(it.take("meetings", HEAD + met(2, mentee="Gus New")))
        other = Harbor(rival, designed=True)
        anna = it.events("participant.enrolled")[0]
        gus = rival.handle(mc.RegisterPerson(name="Gus New"), actor=COORDINATOR).stream
        enrolled = rival.handle(
            mc.EnrolParticipant(
                person_id=gus,
                program_id=anna.event.program_id,
                cohort_id=anna.event.cohort_id,
                role=it.events("participant.enrolled")[1].event.role,
                since=date(2026, 9, 1),
            ),
            actor=COORDINATOR,
        ).stream
        members = (
            mc.Member(participant=anna.stream, role=anna.event.role, primary=True),
            mc.Member(participant=enrolled, role=it.events("participant.enrolled")[1].event.role),
        )
        formed = it.events("pairing.formed")[0].event
        rival.handle(
            mc.FormPairing(
                program_id=formed.program_id,
                cohort_id=formed.cohort_id,
                members=members,
                on=date(2026, 10, 20),
            ),
            actor=COORDINATOR,
        )

        report = it.take("meetings", HEAD + met(3, mentee="Gus New"))

        assert report.sentence() == "1 taken.", (report.findings, other)


def test_a_new_name_counts_from_the_next_import_and_the_old_one_goes_on_to() -> None:
    with harbor() as it:
        it.people().take("meetings", HEAD + met(2))
        ben = it.events("person.registered")[1].stream
        it.engine.handle(
            mc.ChangePersonDetails(person_id=ben, since=date(2026, 10, 1), name="B. Ode"),
            actor=COORDINATOR,
        )

        report = it.take("meetings", HEAD + met(3) + met(4, mentee="B. Ode"))

        assert report.counts.taken == 2


def test_who_was_erased_between_two_imports_is_not_found_by_name() -> None:
    with harbor() as it:
        it.people().take("meetings", HEAD + met(2))
        keys = it.engine._keys
        assert isinstance(keys, MemoryKeys)
        keys.erase(it.events("person.registered")[1].stream)
        it.engine._sealing.forget()

        report = it.take("meetings", HEAD + met(3))

        assert "nobody called 'Ben Ode'" in refused(report)[0]


def test_what_is_kept_holds_no_name_and_no_address() -> None:
    with harbor() as it:
        it.people().take("meetings", HEAD + met(2) + met(3, mentee="Nobody Known"))

        (kept,) = it.engine._shelf._kept.values()

        texts = {text for text in everything(vars(kept)) if isinstance(text, str)}
        assert any(text.startswith("person:") for text in texts)
        assert not [t for t in texts if "Ben" in t or "@" in t]


def everything(found: Any) -> Iterator[Any]:
    yield found
    if isinstance(found, dict):
        found = [*found.keys(), *found.values()]
    if isinstance(found, list | tuple | set):
        for item in found:
            yield from everything(item)


def test_a_dry_run_leaves_nobody_behind() -> None:
    with harbor() as it:
        board: Board = board_of(1)
        trial = sync(it, board, dry_run=True)

        real = sync(it, board)

        assert (trial.counts.taken, real.counts.taken) == (1, 1)
        assert len(it.events("person.registered")) == 1


def test_what_was_rolled_back_is_not_found_afterwards() -> None:
    with harbor() as it:
        it.people()
        desk = it.engine._desk
        gathered = ImportDirectory(desk, it.engine._views, it.engine.programs()[0].program)
        session = desk.session()
        people = SessionDirectory(gathered, session, desk)
        anna = people.named("Anna Berg")[0].person
        mark, before = session.mark(), gathered.revision
        asked = mc.ChangePersonDetails(person_id=anna, since=date(2026, 10, 1), name="A. Berg")
        people.learn(session.decide(asked, Envelope(COORDINATOR)))
        assert [p.person for p in people.named("A. Berg")] == [anna]

        session.back_to(mark)
        again = SessionDirectory(gathered, desk.session(), desk)

        assert people.named("A. Berg") == again.named("A. Berg") == ()
        assert [p.person for p in again.named("Anna Berg")] == [anna]
        assert gathered.revision > before


def test_a_name_is_found_again_after_its_change_was_rolled_back() -> None:
    with harbor() as it:
        it.people()
        desk = it.engine._desk
        gathered = ImportDirectory(desk, it.engine._views, it.engine.programs()[0].program)
        session = desk.session()
        anna = it.events("person.registered")[0].stream
        asked = mc.ChangePersonDetails(person_id=anna, since=date(2026, 10, 1), name="A. Berg")
        people = SessionDirectory(gathered, session, desk)
        people.learn(session.decide(asked, Envelope(COORDINATOR)))
        assert [p.name for p in people.named("Anna Berg")] == ["A. Berg"]

        again = SessionDirectory(gathered, desk.session(), desk)

        assert [(p.person, p.name) for p in again.named("Anna Berg")] == [(anna, "Anna Berg")]


# ---------------------------------------------------------------- the streams of a practice

if TYPE_CHECKING:
    VisitId: TypeAlias = str
else:
    VisitId = identifier("VisitId", "acme-visit")


@event("acme-visit.begun", founding=True)
class VisitBegun:
    """A visit to a program began."""

    visit_id: VisitId
    program_id: ProgramId


@event("acme-visit.seen")
class SomethingSeen:
    """Something was seen on a visit."""

    what: Code


@command(leads_to=VisitBegun)
class BeginVisit(PracticeCommand):
    """Begin a visit."""

    visit_id: VisitId
    program_id: ProgramId


@command(leads_to=SomethingSeen)
class SeeSomething(PracticeCommand):
    """Record what was seen."""

    visit_id: VisitId
    what: Code


def evolve(state: tuple[str, ...], event: Any) -> tuple[str, ...]:
    return (*state, "begun" if isinstance(event, VisitBegun) else event.what)


def decide(_now: Any, asked: Any) -> Any:
    stream = Stream(asked.visit_id)
    if isinstance(asked, BeginVisit):
        return ((stream, VisitBegun(visit_id=asked.visit_id, program_id=asked.program_id)),)
    return ((stream, SomethingSeen(what=asked.what)),)


VISITS: Aggregate[tuple[str, ...]] = Aggregate(
    kind="acme-visit",
    initial=(),
    evolve=evolve,
    events=(VisitBegun, SomethingSeen),
    commands=(BeginVisit, SeeSomething),
    id_field="visit_id",
    reads=lambda asked, _seen: (asked.visit_id,),
    decide=decide,
)
PRACTICES = Practices.of([Practice(name="visits", contract=CONTRACT, aggregates=(VISITS,))])


def test_a_form_finds_the_streams_of_a_practice_as_they_stand() -> None:
    with Engine(
        MemoryStore(), MemoryKeys(), clock=later(), ids=numbers(1), practices=PRACTICES
    ) as opened:
        it = Harbor(opened)
        desk, program = opened._desk, it.engine.programs()[0].program
        gathered = ImportDirectory(desk, opened._views, program)
        mine, other = opened.new_id("acme-visit"), opened.new_id("acme-visit")
        elsewhere = opened.new_id("program")
        for asked in (
            BeginVisit(visit_id=mine, program_id=ProgramId(program)),
            BeginVisit(visit_id=other, program_id=ProgramId(elsewhere)),
            SeeSomething(visit_id=mine, what=Code("questions")),
            SeeSomething(visit_id=mine, what=Code("routines")),
        ):
            opened.handle(asked, actor=COORDINATOR)
        people = SessionDirectory(gathered, desk.session(), desk)

        there = people.states("acme-visit")
        without = Without(people, frozenset(), {mine: frozenset({2})})

        assert there == {mine: ("begun", "questions", "routines")}
        assert without.states("acme-visit") == {mine: ("begun", "routines")}
        assert people.states("acme-visit", {mine: frozenset({1, 2, 3})}) == {}


def test_a_stream_of_a_practice_that_was_only_decided_is_there_until_it_is_rolled_back() -> None:
    with Engine(
        MemoryStore(), MemoryKeys(), clock=later(), ids=numbers(1), practices=PRACTICES
    ) as opened:
        it = Harbor(opened)
        desk, program = opened._desk, it.engine.programs()[0].program
        session = desk.session()
        people = SessionDirectory(ImportDirectory(desk, opened._views, program), session, desk)
        mine = opened.new_id("acme-visit")
        asked = BeginVisit(visit_id=mine, program_id=ProgramId(program))
        mark = session.mark()
        people.learn(session.decide(asked, Envelope(COORDINATOR)))
        assert people.states("acme-visit") == {mine: ("begun",)}

        session.back_to(mark)

        assert people.states("acme-visit") == {}


def test_the_streams_of_a_practice_that_is_not_here_are_refused() -> None:
    with harbor() as it:
        desk = it.engine._desk
        gathered = ImportDirectory(desk, it.engine._views, it.engine.programs()[0].program)
        people = SessionDirectory(gathered, desk.session(), desk)

        with pytest.raises(Refused) as caught:
            people.states("acme-visit")

        assert caught.value.code == "practice_missing"
