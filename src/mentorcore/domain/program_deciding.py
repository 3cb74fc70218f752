"""What can be asked of a program, and what it leads to (INV-68 to INV-71).

Running pairings keep the terms they began under until those are revised; history stays after the
end. A cohort is closed here; what was still open in it is ended by commands of its own beside that.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from mentorcore.domain import cohort as cohorts
from mentorcore.domain import program as programs
from mentorcore.domain.aggregate import (
    Aggregate,
    Decision,
    Situation,
    decides,
    events_in,
    fold,
    is_blank,
    is_zone,
    rules_in,
)
from mentorcore.domain.cohort import (
    CloseCohort,
    ClosedCohort,
    Cohort,
    CohortClosed,
    CohortOpened,
    OpenCohort,
    check_closing,
    check_cohort,
)
from mentorcore.domain.declarations import recorded_as
from mentorcore.domain.effective import VersionedEvent, effective
from mentorcore.domain.program import (
    AcademicCalendarSet,
    CloseProgram,
    DesignProgram,
    LaunchProgram,
    NotDesigned,
    Program,
    ProgramClosed,
    ProgramDesigned,
    ProgramLaunched,
    ProgramRevised,
    ProgramState,
    ReviseProgram,
    SetAcademicCalendar,
    check_not_closed,
    check_past,
    cohort_of,
    evolve,
)
from mentorcore.domain.requirements import adoption as adoptions
from mentorcore.domain.requirements import program_events, program_rules
from mentorcore.domain.requirements.adoption import (
    AdoptedPack,
    AdoptPolicyPack,
    PolicyPackAdopted,
    check_adoption,
    out_of_line,
)
from mentorcore.domain.requirements.program_events import RequirementJustified
from mentorcore.domain.school_calendar import AcademicCalendar, calendar_problems
from mentorcore.domain.settings import Settings
from mentorcore.domain.sustaining import deciding as sustaining
from mentorcore.domain.sustaining import improvement, support
from mentorcore.domain.sustaining.deciding import participants_of
from mentorcore.domain.values import Stream
from mentorcore.errors import Invalid, Refused


def reads(command: Any, _seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about a program needs to see."""
    return (Stream(command.program_id), *participants_of(command))


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
    check_not_closed(program, command.effective_from)
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


@decides(CloseCohort)
def _close_cohort(
    now: Situation, program: Program, command: CloseCohort, stream: Stream
) -> Decision:
    before = program.closing(command.cohort_id)
    closed = recorded_as(CohortClosed, command)
    if before is not None and recorded_as(ClosedCohort, closed) == before:
        return ()
    if before is not None:
        raise Refused(f"this cohort was closed on {before.on}", "cohort_closed")
    check_closing(command, program.cohorts, now.today(program))
    return ((stream, closed),)


@decides(SetAcademicCalendar)
def _set_calendar(
    now: Situation, program: Program, command: SetAcademicCalendar, stream: Stream
) -> Decision:
    if program.closed_on is not None and now.corrects is None:
        raise Refused(f"the program closed on {program.closed_on}", "program_closed")
    if command.cohort_id is not None:
        cohort_of(program, command.cohort_id)
    parts = (command.terms, command.instructional_weekdays, command.non_instructional)
    if problems := tuple(calendar_problems(*parts)):
        raise Invalid(f"the calendar {command.school_year} does not fit together", problems)
    before = program.calendar(command.school_year, command.cohort_id)
    # One that is set ahead holds at once: until its first day there is a break.
    told_on = now.day(program, now.asked_at())
    first = min(told_on, *(term.since for term in command.terms))
    since = first if before is None else before.first_day
    told = recorded_as(AcademicCalendarSet, command, first_day=since)
    this = recorded_as(AcademicCalendar, told)
    if this == before and now.corrects is None:
        return ()
    for other in program.calendars:
        same = other.cohort_id == this.cohort_id and other.school_year != this.school_year
        if same and other.starts_on < this.ends_on and this.starts_on < other.ends_on:
            raise Refused(
                f"the school year {this.school_year} would overlap {other.school_year}, which goes "
                f"from {other.starts_on} to {other.ends_on}",
                "school_years_overlap",
                school_year=other.school_year,
            )
    return ((stream, told),)


@decides(AdoptPolicyPack)
def _adopt(now: Situation, program: Program, command: AdoptPolicyPack, stream: Stream) -> Decision:
    program_rules.check_digest(command.digest)
    told = recorded_as(PolicyPackAdopted, command)
    asked = recorded_as(AdoptedPack, told)
    if asked in program.packs:
        return ()
    if now.corrects is None:
        if program.closed_on is not None:
            raise Refused(f"the program closed on {program.closed_on}", "program_closed")
        if program.launched_on is not None and command.effective_from < now.today(program):
            raise Refused(
                "a running program cannot go by a pack before that is recorded; "
                f"{command.effective_from} is past",
                "acts_in_the_past",
            )
        check_adoption(asked, program.packs)
    return ((stream, told),)  # a correction is looked at with those that came later, see below


@decides(CloseProgram)
def _close(now: Situation, program: Program, command: CloseProgram, stream: Stream) -> Decision:
    if program.closed_on is not None:
        if program.closed_on == command.on:
            return ()
        raise Refused(f"the program closed on {program.closed_on}", "program_closed")
    check_past(now, program, command.on)
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
    if not isinstance(state, Program):
        return
    if any(state.cohort(c.cohort_id) is None for c in state.closings):
        raise Refused("this cohort was closed; retract that first", "others_rest_on_it")
    if any(c.cohort_id and state.cohort(c.cohort_id) is None for c in state.calendars):
        raise Refused(
            "this cohort has a calendar of its own; retract that first", "others_rest_on_it"
        )
    justified = (p.event for p in effective(placed) if isinstance(p.event, RequirementJustified))
    if any(j.cohort_id and state.cohort(j.cohort_id) is None for j in justified):
        raise Refused(
            "a reason is recorded why this cohort does not keep a bound; retract that first",
            "others_rest_on_it",
        )
    if any(s.cohort_id and state.cohort(s.cohort_id) is None for s in state.supports):
        raise Refused(
            "something was set aside for this cohort; retract that first", "others_rest_on_it"
        )
    if any(out_of_line(state.packs)):
        raise Refused(
            "the versions of a pack would not follow each other any more; correct the later ones "
            "first",
            "others_rest_on_it",
        )
    if state.closed_on is None:
        return
    if state.launched_on is None or state.closed_on < state.launched_on:
        raise Refused(
            f"the program closed on {state.closed_on}, and cannot have been launched later or "
            "never",
            "others_rest_on_it",
        )


RULES = rules_in(globals(), vars(program_rules), vars(sustaining))

AGGREGATE: Aggregate[ProgramState] = Aggregate(
    kind="program",
    initial=NotDesigned(),
    evolve=evolve,
    events=events_in(
        "program",
        vars(programs),
        vars(cohorts),
        vars(adoptions),
        vars(program_events),
        vars(support),
        vars(improvement),
    ),
    commands=tuple(RULES),
    id_field="program_id",
    reads=reads,
    decide=decide,
    restate=_restate,
    consistent=_consistent,
)
