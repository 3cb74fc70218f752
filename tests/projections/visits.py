"""A made-up practice, for the seam of views: a coach visits a class and follows up on the visit.

It has a kind of stream of a program, a kind that belongs to the whole log, a view with rows, totals
and needs, and a second view that also folds pairings, as built-in ones may.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NewType

import attrs
from projections.town import Town

from mentorcore.domain.aggregate import Aggregate, Situation
from mentorcore.domain.corrections.events import RecordAmended, RecordRetracted
from mentorcore.domain.declarations import command, event, personal
from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.domain.pairing.events.meetings import MeetingHeld
from mentorcore.domain.values import (
    Code,
    ParticipantId,
    PersonId,
    ProgramId,
    Sealed,
    Stream,
    Text,
    identifier,
)
from mentorcore.errors import Refused
from mentorcore.log.recorded import Recorded
from mentorcore.practices.practice import OURS, Here, Practice
from mentorcore.practices.registry import Practices
from mentorcore.projections.access.redactor import WORK, Redactor, Shown
from mentorcore.projections.attention.needs import Need
from mentorcore.projections.folding.figure import figure
from mentorcore.projections.folding.projection import Evidence, Projection
from mentorcore.projections.program_view import LOG, Parts, ProgramView
from mentorcore.projections.summary.people import who
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot

if TYPE_CHECKING:
    VisitId = NewType("VisitId", str)
    TreatyId = NewType("TreatyId", str)
else:
    VisitId = identifier("VisitId", "acme-visit")
    TreatyId = identifier("TreatyId", "acme-treaty")


@event("acme-visit.made", occurred="on", founding=True)
class VisitMade:
    """A coach visited a class."""

    visit_id: VisitId
    program_id: ProgramId
    visited: ParticipantId | None
    on: date
    minutes: int
    subjects: tuple[PersonId, ...]
    note: Text | None = personal("free_text", default=None, readers=WORK)


@event("acme-visit.debrief-planned")
class DebriefPlanned:
    """It was agreed by when the visit is talked about."""

    due_on: date


@event("acme-visit.debriefed", occurred="on")
class Debriefed:
    """The visit was talked about."""

    on: date
    minutes: int


@event("acme-treaty.signed", occurred="on", founding=True)
class TreatySigned:
    """The whole tenant agreed on something."""

    treaty_id: TreatyId
    on: date
    scope: Code


@command(leads_to=VisitMade)
class MakeVisit:
    """Record a visit."""

    visit_id: VisitId


@command(leads_to=TreatySigned)
class SignTreaty:
    """Record an agreement."""

    treaty_id: TreatyId


def _reads(command: Any, _seen: Situation) -> tuple[Stream, ...]:
    return (Stream(command.visit_id),)


def _decide(_now: Situation, _command: Any) -> Any:
    raise Refused("no visits by command here")


VISITS = Aggregate[Any](
    kind="acme-visit",
    initial=0,
    evolve=lambda state, _event: state + 1,
    events=(VisitMade, DebriefPlanned, Debriefed),
    commands=(MakeVisit,),
    id_field="visit_id",
    reads=_reads,
    decide=_decide,
    members=lambda event: () if event.visited is None else (event.visited,),
)
TREATIES = Aggregate[Any](
    kind="acme-treaty",
    initial=0,
    evolve=lambda state, _event: state + 1,
    events=(TreatySigned,),
    commands=(SignTreaty,),
    id_field="treaty_id",
    reads=_reads,
    decide=_decide,
)


@attrs.define
class VisitPart:
    """A visit."""

    visit: str = ""
    visited: str | None = None
    on: date | None = None
    minutes: int = 0
    note: Sealed | Text | None = None
    due_on: date | None = None
    debriefed: dict[str, int] = attrs.Factory(dict)
    corrections: int = 0
    ref: tuple[int, int] | None = None


@attrs.define
class TreatyPart:
    """An agreement."""

    treaty: str = ""
    scope: str = ""


def _apply(part: Any, told: Recorded[Any]) -> Any:
    match told.event:
        case VisitMade() as e:
            part.visit, part.visited, part.on, part.minutes = e.visit_id, e.visited, e.on, e.minutes
            part.note, part.ref = e.note, (told.version, told.position)
        case DebriefPlanned(due_on=due_on):
            part.due_on = due_on
        case Debriefed() as e:
            part.debriefed[e.on.isoformat()] = e.minutes
        case TreatySigned() as e:
            part.treaty, part.scope = e.treaty_id, e.scope
    return part


def _corrected(part: Any, _correction: Any, _target: Any) -> Any:
    if isinstance(part, VisitPart):
        part.corrections += 1
    return part


PROJECTION: Projection[Any] = Projection(
    name="acme-visits",
    version=1,
    initial={"acme-visit": VisitPart, "acme-treaty": TreatyPart},
    apply=_apply,
    corrected=_corrected,
    combine=lambda parts: parts,
    events=frozenset({VisitMade, DebriefPlanned, Debriefed, TreatySigned}),
    group=lambda event: LOG if isinstance(event, TreatySigned) else event.program_id,
)


@attrs.frozen
class VisitRow:
    """A visit as it is shown."""

    visit: str = attrs.field(metadata=figure("the visit's id"))
    visited: str | None = attrs.field(metadata=figure("who was visited", VisitMade))
    on: date = attrs.field(metadata=figure("when", VisitMade))
    minutes: int = attrs.field(
        metadata=figure("minutes with the class and after", VisitMade, Debriefed)
    )
    note: Shown = attrs.field(metadata=figure("what was noted", VisitMade))
    debriefs: tuple[tuple[str, int], ...] = attrs.field(metadata=figure("debriefs", Debriefed))


@attrs.frozen
class TreatyRow:
    """An agreement as it is shown; its members declare nothing."""

    treaty: str
    scope: str


@attrs.frozen
class VisitTotals:
    """Visits in numbers."""

    visits: int = attrs.field(metadata=figure("visits", VisitMade))
    minutes: int = attrs.field(metadata=figure("minutes", VisitMade, Debriefed))


def _minutes(part: VisitPart) -> int:
    return part.minutes + sum(part.debriefed.values())


def _rows(part: Any, at: ProgramSnapshot, seer: Redactor) -> Any:
    if isinstance(part, TreatyPart):
        if part.treaty:
            yield TreatyRow(part.treaty, part.scope)
    elif part.on is not None:
        person = at.person(part.visited or "")
        yield VisitRow(
            visit=part.visit,
            visited=part.visited,
            on=part.on,
            minutes=_minutes(part),
            note=seer.show(part.note, WORK, "free_text", members=[person]),
            debriefs=tuple(sorted(part.debriefed.items())),
        )


def _needs(part: Any, at: ProgramSnapshot, seer: Redactor) -> Any:
    due = part.due_on if isinstance(part, VisitPart) and part.on else None
    if due is None or part.debriefed or due >= at.day:
        return
    yield Need(
        kind="debrief_overdue",
        subject=part.visit,
        people=(who(at, seer, part.visited),) if part.visited else (),
        since=due,
        days=(at.day - due).days,
        why=f"a visit was to be talked about by {due}",
        due_on=due,
        evidence=(Evidence(part.visit, *part.ref),),
    )


def _totals(parts: Parts, _at: ProgramSnapshot) -> VisitTotals:
    visits = [p for p in parts.values() if isinstance(p, VisitPart) and p.on]
    return VisitTotals(len(visits), sum(map(_minutes, visits)))


SUMMARY = ProgramView(
    name="visits.summary",
    projection=PROJECTION,
    rows=_rows,
    needs=_needs,
    combine=_totals,
    kinds={"debrief_overdue": "goal_overdue"},
    about={"debrief_overdue": "a visit should have been talked about"},
)


@attrs.define
class PairPart:
    """How often a pairing met, of a view that names a kind of the core."""

    pairing: str = ""
    met: int = 0


def _met(part: PairPart, told: Recorded[Any]) -> PairPart:
    if isinstance(told.event, PairingFormed):
        part.pairing = told.event.pairing_id
    else:
        part.met += 1
    return part


@attrs.frozen
class PairRow:
    """How often a pairing met."""

    pairing: str
    met: int


PAIRS = ProgramView(
    name="pairs.met",
    projection=Projection(
        name="acme-pairs",
        version=1,
        initial={"pairing": PairPart},
        apply=_met,
        corrected=lambda part, _correction, _target: part,
        combine=lambda parts: parts,
        events=frozenset({PairingFormed, MeetingHeld}),
        unordered=frozenset({MeetingHeld}),
    ),
    rows=lambda part, _at, _seer: [PairRow(part.pairing, part.met)] if part.pairing else [],
)
VIEWS = (SUMMARY, PAIRS)
PRACTICES = Practices(
    (
        Here(Practice(name="pairs", contract=1, views=(PAIRS,)), OURS),
        Here(Practice(name="visits", contract=1, aggregates=(VISITS, TREATIES), views=(SUMMARY,))),
    )
)


def town(**more: Any) -> Town:
    """A town in which the practice is installed."""
    return Town(practices=PRACTICES, **more)


def visit(
    at: Town, number: int, visited: str | None, on: date, *, minutes: int = 30, **more: Any
) -> str:
    """A visit is recorded, as the practice's rules would."""
    stream = f"acme-visit:{number:032x}"
    subjects = () if visited is None else (at.persons[visited],)
    made: Any = VisitMade
    told = made(
        visit_id=stream,
        program_id=at.program,
        visited=visited,
        on=on,
        minutes=minutes,
        subjects=subjects,
        **more,
    )
    at.tell(stream, told)
    return stream


def planned(at: Town, stream: str, due_on: date) -> None:
    at.tell(stream, DebriefPlanned(due_on=due_on))


def debriefed(at: Town, stream: str, on: date, minutes: int = 10) -> None:
    at.tell(stream, Debriefed(on=on, minutes=minutes))


def amended(at: Town, stream: str, of: type, **changes: Any) -> None:
    """The first event of a class is amended, as a command would."""
    target = next(r for r in at.engine.events(stream=stream) if type(r.event) is of)
    corrects: Any = RecordAmended
    at.tell(
        stream,
        corrects(
            target=target.version,
            target_name=target.name,
            target_version=1,
            subjects=(),
            public_changes=tuple(changes.items()),
        ),
    )


def retracted(at: Town, stream: str, of: type) -> None:
    """The first event of a class is taken back, as a command would."""
    target = next(r for r in at.engine.events(stream=stream) if type(r.event) is of)
    corrects: Any = RecordRetracted
    at.tell(
        stream,
        corrects(
            target=target.version,
            target_name=target.name,
            cause="entered_in_error",
            subjects=(),
        ),
    )


def treaty(at: Town, number: int, on: date) -> str:
    stream = f"acme-treaty:{number:032x}"
    made: Any = TreatySigned
    at.tell(stream, made(treaty_id=stream, on=on, scope="data"))
    return stream


def away(at: Town) -> Town:
    """The same log where the practice is not installed."""
    other = object.__new__(Town)
    other.__dict__.update(at.__dict__)
    from mentorcore.domain.model import CORE_MODEL
    from mentorcore.log.serialization.codec import Codec

    other.model, other.practices, other.codec = CORE_MODEL, (), Codec()
    other.views = other.fresh()
    return other


WEEK = timedelta(days=7)
