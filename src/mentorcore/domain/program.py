"""A coordinator designs a program, launches it, opens cohorts, revises it, and one day closes it.

Running pairings keep the terms they began under until those are revised; history stays after the
end (INV-68 to INV-70).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import attrs

from mentorcore.domain.aggregate import (
    Aggregate,
    Decision,
    Situation,
    decides,
    events_in,
    fold,
    is_blank,
    is_zone,
    replaced,
    rules_in,
)
from mentorcore.domain.cohort import Cohort, check_cohort
from mentorcore.domain.declarations import command, event, fresh, public, recorded_as
from mentorcore.domain.effective import VersionedEvent
from mentorcore.domain.settings import ProgramGoal, Settings
from mentorcore.domain.values import Code, CohortId, ProgramId, Stream
from mentorcore.errors import Invalid, Refused

# ---------------------------------------------------------------------------- values

CloseReason = Literal["completed", "cancelled", "merged", "other"]


# ---------------------------------------------------------------------------- events


@event("program.designed", founding=True)
class ProgramDesigned:
    """A program was designed, with its goals and settings.

    Attributes:
        name: What the program is called.
        owner: The institution that runs it, by its own short word.
        template: The template that it began from.
    """

    program_id: ProgramId
    time_zone: Code
    settings: Settings
    name: str = public()
    goals: tuple[ProgramGoal, ...] = ()
    owner: Code | None = None
    template: Code | None = None


@event("program.revised", occurred="effective_from")
class ProgramRevised:
    """Goals or settings changed from a day on; what stays as it was is ``None``.

    Attributes:
        effective_from: The first day on which the new ones hold.
    """

    effective_from: date
    settings: Settings | None = None
    goals: tuple[ProgramGoal, ...] | None = None
    reason: str = public(default="")


@event("program.launched", occurred="on", transition=True, once=True)
class ProgramLaunched:
    """The program began."""

    on: date


@event("program.cohort-opened")
class CohortOpened:
    """A cohort was opened for enrolment.

    Attributes:
        cohort: The cohort with its dates and places.
    """

    cohort: Cohort


@event("program.closed", occurred="on", transition=True, once=True)
class ProgramClosed:
    """The program ended; its history stays.

    Attributes:
        reason: Why it ended, as one of the words for it.
    """

    on: date
    reason: CloseReason


# ---------------------------------------------------------------------------- state


@attrs.frozen(slots=False)
class NotDesigned:
    """No such program yet."""


@attrs.frozen(slots=False)
class Program:
    """A designed program; ``launched_on`` and ``closed_on`` say how far it has come."""

    program_id: ProgramId
    name: str
    time_zone: str
    settings: Settings
    goals: tuple[ProgramGoal, ...]
    cohorts: tuple[Cohort, ...] = ()
    launched_on: date | None = None
    closed_on: date | None = None
    revisions: tuple[tuple[date, Settings], ...] = ()

    def cohort(self, cohort_id: CohortId) -> Cohort | None:
        """The cohort of that id."""
        return next((c for c in self.cohorts if c.cohort_id == cohort_id), None)

    def settings_on(self, day: date) -> Settings:
        """The settings in force on *day* (INV-70)."""
        in_force = self.settings
        for since, settings in self.revisions:
            if since <= day:
                in_force = settings
        return in_force

    def runs_on(self, day: date) -> bool:
        """Whether the program had been launched and not yet closed on *day*."""
        if self.launched_on is None or day < self.launched_on:
            return False
        return self.closed_on is None or day < self.closed_on


ProgramState = NotDesigned | Program


def program_of(now: Situation, program_id: ProgramId) -> Program:
    """A program by its id.

    Raises:
        Refused: There is no such program.
    """
    program = now.state(Stream(program_id))
    if not isinstance(program, Program):
        raise Refused(f"there is no program {program_id}", "no_such_program")
    return program


def evolve(state: ProgramState, event: object) -> ProgramState:
    """Fold one event into the program."""
    match state, event:
        case _, ProgramDesigned():
            return Program(
                program_id=event.program_id,
                name=event.name,
                time_zone=event.time_zone,
                settings=event.settings,
                goals=event.goals,
            )
        case Program(), ProgramRevised():
            if event.settings is not None:
                revision = (event.effective_from, event.settings)
                state = replaced(state, revisions=(*state.revisions, revision))
            return state if event.goals is None else replaced(state, goals=event.goals)
        case Program(), ProgramLaunched():
            return replaced(state, launched_on=event.on)
        case Program(), CohortOpened():
            return replaced(state, cohorts=(*state.cohorts, event.cohort))
        case Program(), ProgramClosed():
            return replaced(state, closed_on=event.on)
        case _:
            return state


# ---------------------------------------------------------------------------- commands


@command(leads_to=ProgramDesigned)
class DesignProgram:
    """Design a program; a blueprint file says it in words."""

    time_zone: Code
    settings: Settings
    name: str
    goals: tuple[ProgramGoal, ...] = ()
    owner: Code | None = None
    template: Code | None = None
    program_id: ProgramId | None = fresh("program", default=None)


@command(leads_to=ProgramRevised)
class ReviseProgram:
    """Change goals or settings from a day on, not before today."""

    program_id: ProgramId
    effective_from: date
    settings: Settings | None = None
    goals: tuple[ProgramGoal, ...] | None = None
    reason: str = ""


@command(leads_to=ProgramLaunched)
class LaunchProgram:
    """Begin the program."""

    program_id: ProgramId
    on: date


@command(leads_to=CohortOpened)
class OpenCohort:
    """Open a cohort for enrolment."""

    program_id: ProgramId
    name: str
    starts_on: date
    ends_on: date
    enrols_from: date
    enrols_until: date
    places: int | None = None
    cohort_id: CohortId | None = fresh("cohort", default=None)


@command(leads_to=ProgramClosed)
class CloseProgram:
    """End the program."""

    program_id: ProgramId
    on: date
    reason: CloseReason = "completed"


# ---------------------------------------------------------------------------- decide


def reads(command: Any, _seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about a program needs to see."""
    return (Stream(command.program_id),)


def decide(now: Situation, command: Any) -> Decision:
    """What a command about a program leads to."""
    program: ProgramState = now.state(stream := Stream(command.program_id))
    if isinstance(command, DesignProgram):
        if isinstance(program, Program):
            raise Refused("this program is designed already", "already_designed")
    elif not isinstance(program, Program):
        raise Refused(f"there is no program {command.program_id}", "no_such_program")
    return RULES[type(command)](now, program, command, stream)


@decides(DesignProgram)
def _design(
    _now: Situation, _program: ProgramState, command: DesignProgram, stream: Stream
) -> Decision:
    if not is_zone(command.time_zone):
        raise Refused(f"there is no time zone {command.time_zone!r}", "no_such_zone")
    if is_blank(command.name):
        raise Refused("a program needs a name", "empty_text")
    _check_settings(command.settings)
    return ((stream, recorded_as(ProgramDesigned, command)),)


@decides(ReviseProgram)
def _revise(now: Situation, program: Program, command: ReviseProgram, stream: Stream) -> Decision:
    if command.settings is None and command.goals is None:
        return ()
    if program.closed_on is not None and command.effective_from >= program.closed_on:
        raise Refused(f"the program closed on {program.closed_on}", "program_closed")
    if now.corrects is None and command.effective_from < now.today(program):
        raise Refused(
            f"a revision cannot act before it is recorded; {command.effective_from} is past",
            "acts_in_the_past",
        )
    if command.settings is not None:
        _check_settings(command.settings)
    return ((stream, recorded_as(ProgramRevised, command)),)


def _check_settings(settings: Settings) -> None:
    if problems := tuple(settings.problems()):
        raise Invalid("the settings of the program do not fit together", problems)


@decides(LaunchProgram)
def _launch(_now: Situation, program: Program, command: LaunchProgram, stream: Stream) -> Decision:
    if program.launched_on is not None:
        if program.launched_on == command.on:
            return ()
        raise Refused(f"the program was launched on {program.launched_on}", "already_launched")
    if not program.goals:
        raise Refused("a program needs at least one goal before it is launched", "no_goal")
    if not program.settings.roles:
        raise Refused("a program needs roles before it is launched", "no_roles")
    return ((stream, ProgramLaunched(on=command.on)),)


@decides(OpenCohort)
def _open(_now: Situation, program: Program, command: OpenCohort, stream: Stream) -> Decision:
    assert command.cohort_id is not None
    if program.closed_on is not None:
        raise Refused(f"the program closed on {program.closed_on}", "program_closed")
    if program.cohort(command.cohort_id) is not None:
        raise Refused("this cohort is open already", "already_open")
    cohort = recorded_as(Cohort, command)
    check_cohort(cohort)
    return ((stream, CohortOpened(cohort=cohort)),)


@decides(CloseProgram)
def _close(now: Situation, program: Program, command: CloseProgram, stream: Stream) -> Decision:
    if program.closed_on is not None:
        if program.closed_on == command.on:
            return ()
        raise Refused(f"the program closed on {program.closed_on}", "program_closed")
    if command.on > now.today(program):
        raise Refused(f"{command.on} is in the future", "in_the_future")
    if program.launched_on is None or command.on < program.launched_on:
        raise Refused("a program that was not launched cannot be closed", "not_launched")
    return ((stream, ProgramClosed(on=command.on, reason=command.reason)),)


def _restate(
    _now: Situation,
    _stream: Stream,
    _to: Stream,
    placed: VersionedEvent,
    changes: Mapping[str, Any],
) -> Mapping[str, Any]:
    """A cohort is opened by its parts."""
    if not isinstance(placed.event, CohortOpened):
        return {}
    cohort = changes.get("cohort", placed.event.cohort)
    return {f.name: getattr(cohort, f.name) for f in attrs.fields(type(cohort))}


def _consistent(
    _now: Situation, _corrected: Stream, _stream: Stream, placed: tuple[VersionedEvent, ...]
) -> None:
    state = fold(AGGREGATE, placed)
    if not isinstance(state, Program) or state.closed_on is None:
        return
    if state.launched_on is None or state.closed_on < state.launched_on:
        raise Refused(
            f"the program closed on {state.closed_on}, and cannot have been launched later or "
            "never",
            "others_rest_on_it",
        )


RULES = rules_in(globals())

AGGREGATE: Aggregate[ProgramState] = Aggregate(
    kind="program",
    initial=NotDesigned(),
    evolve=evolve,
    events=events_in("program", globals()),
    commands=tuple(RULES),
    id_field="program_id",
    reads=reads,
    decide=decide,
    restate=_restate,
    consistent=_consistent,
)
