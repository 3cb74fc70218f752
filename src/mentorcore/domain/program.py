"""A coordinator designs a program, launches it, opens cohorts, revises it, and one day closes it.

Running pairings keep the terms they began under until those are revised; history stays after the
end (INV-68 to INV-70). The school years that it runs through are set here, and its cohorts closed.
"""

from datetime import date
from typing import Literal

import attrs

from mentorcore.domain.aggregate import Situation, replaced
from mentorcore.domain.cohort import (
    ClosedCohort,
    Cohort,
    CohortClosed,
    CohortOpened,
)
from mentorcore.domain.declarations import command, event, fresh, public, recorded_as
from mentorcore.domain.requirements.adoption import AdoptedPack, PolicyPackAdopted
from mentorcore.domain.school_calendar import (
    EVERY_DAY,
    SCHOOL_DAYS,
    AcademicCalendar,
    DaysOff,
    SchoolTime,
    Term,
    Weekday,
    calendars_for,
    school_time,
)
from mentorcore.domain.settings import ProgramGoal, Settings
from mentorcore.domain.sustaining.improvement import Improvement, ImprovementActionAdopted
from mentorcore.domain.sustaining.support import Support, SupportAllocated
from mentorcore.domain.values import (
    Code,
    CohortId,
    ImprovementId,
    ProgramId,
    Stream,
    SupportId,
)
from mentorcore.errors import Refused

# ---------------------------------------------------------------------------- values

IN_PROGRAMS = ("cohort", "support", "improvement")
"""The kinds of ids that name something inside a program; see `Program.holds`."""

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


@event("program.academic-calendar-set", occurred="first_day")
class AcademicCalendarSet:
    """A school year was set, for the program or one of its cohorts, in place of what it was before.

    Attributes:
        school_year: The school year by the word that the program has for it, such as 2026-27.
        first_day: Since when it holds: the first day of term as it was first set, or the day on
            which it was set ahead.
        terms: Its terms, half-open.
        instructional_weekdays: The days of a week in term that have lessons.
        non_instructional: Days in term that have none, half-open.
        cohort_id: The cohort that it is for; nothing for the whole program.
    """

    school_year: Code
    first_day: date
    terms: tuple[Term, ...]
    instructional_weekdays: tuple[Weekday, ...]
    non_instructional: tuple[DaysOff, ...] = ()
    cohort_id: CohortId | None = None


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
    """A designed program; ``launched_on`` and ``closed_on`` say how far it has come.

    Attributes:
        owner: The institution that runs it, where that was said.
    """

    program_id: ProgramId
    name: str
    time_zone: str
    settings: Settings
    goals: tuple[ProgramGoal, ...]
    cohorts: tuple[Cohort, ...] = ()
    closings: tuple[ClosedCohort, ...] = ()
    calendars: tuple[AcademicCalendar, ...] = ()
    packs: tuple[AdoptedPack, ...] = ()
    launched_on: date | None = None
    closed_on: date | None = None
    revisions: tuple[tuple[date, Settings], ...] = ()
    supports: tuple[Support, ...] = ()
    improvements: tuple[Improvement, ...] = ()
    owner: str | None = None

    def support(self, support_id: SupportId) -> Support | None:
        """What was set aside under that id."""
        return next((s for s in self.supports if s.support_id == support_id), None)

    def improvement(self, improvement_id: ImprovementId) -> Improvement | None:
        """The adopted action of that id."""
        return next((i for i in self.improvements if i.improvement_id == improvement_id), None)

    def holds(self, inside: str) -> bool:
        """Whether an id is that of a cohort, of support or of an action of the program."""
        return (
            any(c.cohort_id == inside for c in self.cohorts)
            or any(s.support_id == inside for s in self.supports)
            or any(i.improvement_id == inside for i in self.improvements)
        )

    def cohort(self, cohort_id: CohortId) -> Cohort | None:
        """The cohort of that id."""
        return next((c for c in self.cohorts if c.cohort_id == cohort_id), None)

    def closing(self, cohort_id: CohortId | str) -> ClosedCohort | None:
        """How that cohort was closed, ``None`` while it is open."""
        return next((c for c in self.closings if c.cohort_id == cohort_id), None)

    def calendar(self, school_year: str, cohort_id: str | None = None) -> AcademicCalendar | None:
        """The calendar of a school year, of the program or of that cohort alone."""
        found = (c for c in self.calendars if c.school_year == school_year)
        return next((c for c in found if c.cohort_id == cohort_id), None)

    def time_counted(self, day: date, cohort_id: str | None = None) -> SchoolTime:
        """Which days count in a cohort, by the settings in force on *day*.

        The cohort's own calendar of a school year takes the place of that of the program.
        """
        if self.settings_on(day).time_counted == "calendar_days":
            return EVERY_DAY
        return self.school_time(cohort_id)

    def school_time(self, cohort_id: str | None = None) -> SchoolTime:
        """What the calendars of a cohort, or of the program, say of days."""
        return school_time(calendars_for(cohort_id, self.calendars))

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


def cohort_of(program: Program, cohort_id: CohortId) -> Cohort:
    """A cohort of a program by its id.

    Raises:
        Refused: The program has none such.
    """
    cohort = program.cohort(cohort_id)
    if cohort is None:
        raise Refused("this program has no such cohort", "no_such_cohort")
    return cohort


def check_role(program: Program, role: str, day: date) -> None:
    """Refuse a role that the program does not have on a day.

    Raises:
        Refused: ``no_such_role``.
    """
    settings = program.settings_on(day)
    if settings.part(role) is None:
        known = ", ".join(r.code for r in settings.roles)
        raise Refused(f"the program has no role {role!r}; it has {known}", "no_such_role")


def check_past(now: Situation, program: Program, day: date) -> None:
    """Refuse a day that has not come yet in the program's time zone.

    Raises:
        Refused: ``in_the_future``.
    """
    if day > now.today(program):
        raise Refused(f"{day} is in the future", "in_the_future")


def check_not_closed(program: Program, day: date) -> None:
    """Refuse a day on which the program had closed.

    Raises:
        Refused: ``program_closed``.
    """
    if program.closed_on is not None and day >= program.closed_on:
        raise Refused(f"the program closed on {program.closed_on}", "program_closed")


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
                owner=event.owner,
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
        case Program(), CohortClosed():
            return replaced(state, closings=(*state.closings, recorded_as(ClosedCohort, event)))
        case Program(), AcademicCalendarSet():
            this = recorded_as(AcademicCalendar, event)
            others = (
                c
                for c in state.calendars
                if (c.school_year, c.cohort_id) != (this.school_year, this.cohort_id)
            )
            return replaced(state, calendars=(*others, this))
        case Program(), SupportAllocated():
            return replaced(state, supports=(*state.supports, recorded_as(Support, event)))
        case Program(), ImprovementActionAdopted():
            adopted = recorded_as(Improvement, event)
            return replaced(state, improvements=(*state.improvements, adopted))
        case Program(), PolicyPackAdopted():
            return replaced(state, packs=(*state.packs, recorded_as(AdoptedPack, event)))
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


@command(leads_to=AcademicCalendarSet)
class SetAcademicCalendar:
    """Set a school year, for the program or a cohort; said again, it takes the place of before.

    Attributes:
        school_year: The program's word for it, such as 2026-27.
        terms: Each with name, since and until, which is the first day after it.
        non_instructional: Days in term without lessons: since, until (the first day after), label.
        cohort_id: A cohort whose year is another than the program's.
    """

    program_id: ProgramId
    school_year: Code
    terms: tuple[Term, ...]
    instructional_weekdays: tuple[Weekday, ...] = SCHOOL_DAYS
    non_instructional: tuple[DaysOff, ...] = ()
    cohort_id: CohortId | None = None


@command(leads_to=ProgramClosed)
class CloseProgram:
    """End the program."""

    program_id: ProgramId
    on: date
    reason: CloseReason = "completed"
