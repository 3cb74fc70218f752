"""The rules of a round: who watches whom, steps in their order, what closing takes (INV-30).

Steps are in order by the days on which they were true, whenever they are recorded: a visit that is
logged late stands before the debrief that was recorded first. In a cell of the matrix more visits
are welcome than it requires; outside of it there are none.
"""

from collections.abc import Mapping
from typing import Any

from mentorcore.practices.observation.events import (
    Cell,
    CloseObservationRound,
    ObservationConducted,
    ObservationDebriefed,
    ObservationPlanned,
    ObservationRoundClosed,
    ObservationRoundOpened,
    OpenObservationRound,
    PlanObservation,
    RecordDebrief,
    RecordObservation,
)
from mentorcore.practices.observation.state import (
    Round,
    after_closing,
    check_round,
    check_visit,
    evolve,
)
from mentorcore.practices.spec import (
    Aggregate,
    Decision,
    FormedPairing,
    MeetingAttended,
    NotFormed,
    Pairing,
    ParticipantId,
    PersonId,
    Program,
    Refused,
    Situation,
    Stream,
    VersionedEvent,
    check_day,
    check_members,
    check_past,
    decides,
    fold,
    is_blank,
    moment,
    program_of,
    recorded_as,
    rules_in,
)

SMALLEST, LARGEST = 2, 4
"""A pair, a triad or a square: more do not get around."""


def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about a round needs to see, as far as known from *seen*."""
    me = Stream(command.round_id)
    people: tuple[PersonId, ...] = ()
    if isinstance(command, OpenObservationRound):
        pairing = Stream(command.pairing_id)
    elif not seen.has(me) or (opened := seen.state(me).opened) is None:
        return (me,)
    else:
        pairing, people = Stream(opened.pairing_id), _subjects_of(seen.state(me), command)
    if not seen.has(pairing) or isinstance(seen.state(pairing), NotFormed):
        return (me, pairing)
    program = Stream(seen.state(pairing).facts.program_id)
    return (me, pairing, program, *map(Stream, people))


def _subjects_of(state: Round, command: Any) -> tuple[PersonId, ...]:
    """The persons whose texts or whose time a command records."""
    match command:
        case PlanObservation():
            return _persons(state, command.observer, command.observed)
        case RecordObservation() if (planned := state.visit(command.visit_id).planned) is not None:
            return _persons(state, planned.observer, planned.observed)
        case _:
            return ()


def _persons(state: Round, *members: ParticipantId) -> tuple[PersonId, ...]:
    assert state.opened is not None
    seats = dict(zip(state.opened.members, state.opened.subjects, strict=True))
    return tuple(seats[m] for m in members if m in seats)


def decide(now: Situation, command: Any) -> Decision:
    """What a command about a round leads to."""
    state: Round = now.state(Stream(command.round_id))
    if isinstance(command, OpenObservationRound):
        if state.opened is not None:
            raise Refused("this round is open already", "already_open")
        pairing_id = command.pairing_id
    elif state.opened is None:
        raise Refused(f"there is no observation round {command.round_id}", "no_such_round")
    else:
        pairing_id = state.opened.pairing_id
    pairing: Pairing = now.state(Stream(pairing_id))
    if isinstance(pairing, NotFormed):
        raise Refused(f"there is no pairing {pairing_id}", "no_such_pairing")
    program = program_of(now, pairing.facts.program_id)
    event, *along = RULES[type(command)](now, state, pairing, program, command)
    return ((Stream(command.round_id), event), *along)


@decides(OpenObservationRound)
def open_round(
    now: Situation, _state: Round, pairing: Any, program: Program, command: OpenObservationRound
) -> tuple[Any, ...]:
    """Say who watches whom until when."""
    facts = pairing.facts
    if facts.shape != "reciprocal":
        raise Refused(
            f"only members of a reciprocal pairing watch each other, and this one is {facts.shape}",
            "not_reciprocal",
        )
    check_past(now, program, command.on)
    check_day(pairing, command.on, "an observation round")
    members = tuple(dict.fromkeys(command.members or facts.members_on(command.on)))
    check_members(facts, members, command.on)
    if not SMALLEST <= len(members) <= LARGEST:
        raise Refused(
            f"a round has {SMALLEST} to {LARGEST} members, not {len(members)}",
            "size_out_of_bounds",
        )
    matrix = command.matrix or tuple(
        Cell(observer=one, observed=other) for one in members for other in members if one != other
    )
    _check_matrix(members, matrix)
    if command.closes_on < command.on:
        raise Refused("it would close before it opens", "ends_before_start")
    if command.debrief_days < 1:
        raise Refused("a debrief has a day at least", "days_out_of_range")
    return (
        recorded_as(
            ObservationRoundOpened,
            command,
            program_id=facts.program_id,
            members=members,
            subjects=tuple(facts.seats[m] for m in members),
            matrix=matrix,
        ),
    )


def _check_matrix(members: tuple[ParticipantId, ...], matrix: tuple[Cell, ...]) -> None:
    pairs = [(cell.observer, cell.observed) for cell in matrix]
    if len(set(pairs)) < len(pairs):
        raise Refused("the matrix names a cell twice", "cell_twice")
    for cell in matrix:
        if cell.observer == cell.observed:
            raise Refused("nobody observes themself", "observes_self")
        if not {cell.observer, cell.observed} <= set(members):
            raise Refused("the matrix names somebody who is not in the round", "not_in_round")
        if cell.required < 0:
            raise Refused("a cell requires no visit at least", "visits_out_of_range")


@decides(PlanObservation)
def plan(
    _now: Situation, state: Round, pairing: Any, _program: Program, command: PlanObservation
) -> tuple[Any, ...]:
    """Agree on a visit."""
    assert command.visit_id is not None
    if state.visit(command.visit_id).planned is not None:
        raise Refused("this visit is planned already; amend it instead", "already_planned")
    if command.observer == command.observed:
        raise Refused("nobody observes themself", "observes_self")
    _check_text("focus", command.focus)
    check_day(pairing, command.conversation_on, "a conversation")
    if state.closed is not None and command.conversation_on > state.closed.on:
        raise after_closing(state.closed)
    planned = recorded_as(
        ObservationPlanned,
        command,
        subjects=_persons(state, command.observer, command.observed),
    )
    check_visit(evolve(state, planned), command.visit_id)
    return (planned,)


@decides(RecordObservation)
def conduct(
    now: Situation, state: Round, pairing: Any, program: Program, command: RecordObservation
) -> tuple[Any, ...]:
    """Record a visit, and on both persons' own streams the time that it took."""
    visit = state.visit(command.visit_id)
    if visit.planned is None:
        raise Refused("this visit was not planned; record that first", "not_planned")
    if visit.conducted is not None:
        raise Refused("this visit is recorded already; amend it instead", "already_conducted")
    assert command.meeting_id is not None
    held_at, held_on = moment(now, program, command.held_at, command.held_on)
    if held_on > now.today(program) or (held_at is not None and held_at > now.now):
        raise Refused("a visit that lies in the future has not taken place yet", "in_the_future")
    if isinstance(pairing, FormedPairing):
        raise Refused("this pairing has not started yet", "not_active")
    check_day(pairing, held_on, "a visit", active=True)
    limit = program.settings_on(held_on).meeting_limit
    if not 0 < command.minutes <= limit:
        raise Refused(
            f"a visit lasts between 1 and {limit} minutes, not {command.minutes}",
            "minutes_out_of_range",
        )
    _check_text("note", command.notes)
    persons = _persons(state, visit.planned.observer, visit.planned.observed)
    conducted = recorded_as(
        ObservationConducted,
        command,
        held_at=held_at,
        held_on=held_on,
        subjects=persons,
    )
    check_visit(evolve(state, conducted), command.visit_id)
    if held_at is None:
        return (conducted,)
    stream = Stream(command.round_id)
    for person in persons:
        other = now.state(Stream(person)).meeting_during(held_at, command.minutes)
        if other is not None:
            raise Refused(
                "somebody would be in a visit and in another meeting at once",
                "overlaps",
                meeting=other.meeting_id,
                held_at=other.held_at,
                minutes=other.minutes,
            )
    assert state.opened is not None
    attended = recorded_as(
        MeetingAttended,
        command,
        held_at=held_at,
        pairing_id=state.opened.pairing_id,
        principal_stream=stream,
        principal=now.next_version(stream),
    )
    return (conducted, *((Stream(person), attended) for person in persons))


@decides(RecordDebrief)
def debrief(
    now: Situation, state: Round, pairing: Any, program: Program, command: RecordDebrief
) -> tuple[Any, ...]:
    """Record that the two talked about a visit."""
    visit = state.visit(command.visit_id)
    if visit.planned is None or visit.conducted is None:
        raise Refused("this visit has not taken place; record that first", "not_conducted")
    if visit.debriefed is not None:
        raise Refused("this visit is debriefed already; amend it instead", "already_debriefed")
    check_past(now, program, command.on)
    check_day(pairing, command.on, "a debrief")
    if command.minutes is not None and command.minutes < 1:
        raise Refused("a debrief lasts a minute at least", "minutes_out_of_range")
    both = {visit.planned.observer, visit.planned.observed}
    if not both.issuperset(command.reflections_shared_by):
        raise Refused("only the two of a visit share reflections on it", "not_in_visit")
    debriefed = recorded_as(ObservationDebriefed, command)
    check_visit(evolve(state, debriefed), command.visit_id)
    return (debriefed,)


@decides(CloseObservationRound)
def close(
    now: Situation, state: Round, _pairing: Any, program: Program, command: CloseObservationRound
) -> tuple[Any, ...]:
    """Close a round, with a reason for each cell whose required visits are missing."""
    if state.closed is not None:
        raise Refused(f"this round was closed on {state.closed.on}", "already_closed")
    check_past(now, program, command.on)
    assert state.opened is not None
    closed = recorded_as(ObservationRoundClosed, command)
    check_round(evolve(state, closed))
    told = [(m.observer, m.observed) for m in command.missing]
    short = state.short()
    if len(set(told)) < len(told) or not short.issuperset(told):
        raise Refused("a reason is given for visits that are not missing", "not_missing")
    return (closed,)


def _check_text(what: str, stated: Any) -> None:
    if is_blank(stated):
        raise Refused(f"the {what} of a visit says nothing; leave it out", "empty_text")


def restate(
    _now: Situation,
    _stream: Stream,
    _to: Stream,
    placed: VersionedEvent,
    changes: Mapping[str, Any],
) -> Mapping[str, Any]:
    """The day of a visit follows from its instant: whichever of the two is corrected decides."""
    if not isinstance(placed.event, ObservationConducted):
        return {}
    if changes.get("held_at") is not None:
        return {"held_on": changes.get("held_on")}
    return {"held_at": None} if "held_on" in changes else {}


def check_standing(
    _now: Situation, _corrected: Stream, _stream: Stream, placed: tuple[VersionedEvent, ...]
) -> None:
    """Refuse a correction after which a round's records would not fit together (INV-65)."""
    check_round(fold(AGGREGATE, placed))


def _subjects(_stream: Stream, state: Round, _event: Any) -> tuple[PersonId, ...]:
    return () if state.opened is None else state.opened.subjects


RULES = rules_in(globals())

AGGREGATE: Aggregate[Round] = Aggregate(
    kind="observation",
    initial=Round(),
    evolve=evolve,
    events=(
        ObservationRoundOpened,
        ObservationPlanned,
        ObservationConducted,
        ObservationDebriefed,
        ObservationRoundClosed,
    ),
    commands=tuple(RULES),
    id_field="round_id",
    reads=reads,
    decide=decide,
    subjects=_subjects,
    members=lambda opened: opened.members,
    restate=restate,
    consistent=check_standing,
    misplaced="misplaced",
    rests_on_streams=("pairing",),
)
