"""An example of every event of a program, an import and a correction, before every view."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs
from projections.cases import EARLY, LATELY, NOTHING, case, held, persons, told

from mentorcore.domain.cohort import Cohort, CohortClosed, CohortOpened
from mentorcore.domain.corrections.events import RecordAmended, RecordRetracted
from mentorcore.domain.program import (
    AcademicCalendarSet,
    ProgramClosed,
    ProgramDesigned,
    ProgramLaunched,
    ProgramRevised,
)
from mentorcore.domain.requirements.adoption import PolicyPackAdopted
from mentorcore.domain.responses import (
    Counts,
    ImportCompleted,
    ImportReversed,
    ImportStarted,
    ResponseSettled,
    ResponseTaken,
)
from mentorcore.domain.school_calendar import SCHOOL_DAYS, DaysOff, Term
from mentorcore.domain.settings import Cadence
from mentorcore.domain.values import Code


@case(
    ProgramDesigned,
    status={"name": "Lagoon", "state": "designed"},
    attention={"name": "Lagoon"},
    history={"names": ["program.designed"]},
)
def _(town: Any, _pair: str) -> Iterator[None]:
    before = next(iter(town.engine.events(stream=town.program))).event
    town.program = town.subject = town.engine.new_id("program")
    yield
    town.tell(town.program, attrs.evolve(before, program_id=town.program, name="Lagoon"))


@case(
    ProgramRevised,
    status={"participants.0.capacity.places": 2},
    attention={"needs.0.limit": 7},
    history=told("program.revised"),
)
def _(town: Any, _pair: str) -> Iterator[None]:
    before = next(iter(town.engine.events(stream=town.program))).event.settings
    town.subject = town.program
    yield
    settings = attrs.evolve(
        before,
        cadence=Cadence(every=1, unit="week", minutes=45),
        capacity=attrs.evolve(before.capacity, places=2),
    )
    town.tell(town.program, ProgramRevised(effective_from=LATELY, settings=settings))


@case(
    ProgramLaunched,
    status={"state": "launched"},
    attention=NOTHING,
    history=told("program.launched"),
)
def _(town: Any, _pair: str) -> Iterator[None]:
    before = next(iter(town.engine.events(stream=town.program))).event
    town.program = town.subject = town.engine.new_id("program")
    town.tell(town.program, attrs.evolve(before, program_id=town.program))
    yield
    town.tell(town.program, ProgramLaunched(on=LATELY))


@case(
    CohortOpened,
    status={"cohorts.1.name": "Spring", "cohorts.1.enrolled": 0},
    attention=NOTHING,
    history={"entries.3.name": "program.cohort-opened"},
)
def _(town: Any, _pair: str) -> Iterator[None]:
    town.subject = town.program
    yield
    spring: Any = Cohort
    town.tell(
        town.program,
        CohortOpened(
            cohort=spring(
                cohort_id=town.engine.new_id("cohort"),
                name="Spring",
                starts_on=EARLY,
                ends_on=date(2027, 6, 1),
                enrols_from=EARLY,
                enrols_until=date(2026, 12, 1),
            )
        ),
    )


@case(
    CohortClosed,
    status={"cohorts.0.closed_on": "2026-09-10", "cohorts.0.outcome": "completed"},
    attention={"kinds": ["cohort_ended", "pairing_left_open"]},
    history=told("program.cohort-closed"),
)
def _(town: Any, _pair: str) -> Iterator[None]:
    town.subject = town.program
    yield
    town.tell(town.program, CohortClosed(cohort_id=town.cohort, on=LATELY, outcome="completed"))


@case(
    AcademicCalendarSet,
    status={"pairings.0.quiet_days": 11},
    attention={"kinds": []},
    history={"entries.2.name": "program.academic-calendar-set"},
)
def _(town: Any, _pair: str) -> Iterator[None]:
    town.subject = town.program
    yield
    town.tell(
        town.program,
        AcademicCalendarSet(
            school_year=Code("2026-27"),
            first_day=date(2026, 8, 17),
            terms=(Term(name="year", since=date(2026, 8, 17), until=date(2027, 6, 12)),),
            instructional_weekdays=SCHOOL_DAYS,
            non_instructional=(
                DaysOff(since=date(2026, 8, 24), until=date(2026, 9, 12), label="heat"),
            ),
        ),
    )


@case(
    PolicyPackAdopted,
    status={"evidence.3.version": 4, "numbers": NOTHING},
    attention=NOTHING,
    history=told("program.policy-pack-adopted"),
)
def _(town: Any, _pair: str) -> Iterator[None]:
    town.subject = town.program
    yield
    town.tell(
        town.program,
        PolicyPackAdopted(
            pack_id=Code("us-ca-teacher-induction"),
            version=Code("1"),
            digest=Code("a" * 64),
            effective_from=LATELY,
        ),
    )


@case(
    ProgramClosed,
    status={"state": "closed"},
    attention={"kinds": []},
    history=told("program.closed"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    town.goal(pair, EARLY)
    town.subject = town.program
    yield
    town.tell(town.program, ProgramClosed(on=LATELY, reason="completed"))


@case(ImportStarted, status=NOTHING, attention=NOTHING, history=NOTHING)
def _(town: Any, _pair: str) -> Iterator[None]:
    yield
    town.tell(f"import:{1:032x}", started())


def started() -> Any:
    made: Any = ImportStarted
    return made(
        batch_id=f"import:{1:032x}",
        adapter="csv",
        adapter_version="1",
        form="log",
        mapping_digest="ab",
        coverage="full",
    )


@case(ImportCompleted, status=NOTHING, attention=NOTHING, history=NOTHING)
def _(town: Any, _pair: str) -> Iterator[None]:
    town.tell(f"import:{1:032x}", started())
    yield
    town.tell(f"import:{1:032x}", ImportCompleted(outcome="completed", counts=Counts(taken=1)))


@case(ImportReversed, status=NOTHING, attention=NOTHING, history=NOTHING)
def _(town: Any, pair: str) -> Iterator[None]:
    town.tell(f"import:{1:032x}", started())
    town.tell(f"import:{1:032x}", ImportCompleted(outcome="completed", counts=Counts(taken=1)))
    yield
    made: Any = ImportReversed
    town.tell(f"import:{1:032x}", made(retracted=1, left=(), subjects=persons(town, pair)[:1]))


@case(ResponseSettled, status=NOTHING, attention=NOTHING, history=NOTHING)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(f"response:{1:032x}", ResponseSettled(answer="take_it"))


@case(ResponseTaken, status=NOTHING, attention=NOTHING, history=NOTHING)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    made: Any = ResponseTaken
    town.tell(
        f"response:{1:032x}",
        made(
            form="log",
            batch_id=f"import:{1:032x}",
            lifecycle="final",
            subjects=persons(town, pair),
            response_key=("r1",),
            answers=(),
        ),
    )


@case(
    RecordAmended,
    status={"pairings.0.minutes": 60, "pairings.0.marks.1.kind": "corrected"},
    attention=NOTHING,
    history={"entries.1.corrections.0.changes.0.after": 60, "entries.1.standing": "amended"},
)
def _(town: Any, pair: str) -> Iterator[None]:
    town.tell(pair, held(town, pair))
    town.subject = pair
    yield
    made: Any = RecordAmended
    town.tell(
        pair,
        made(
            target=2,
            target_name="pairing.meeting-held",
            target_version=1,
            subjects=persons(town, pair),
            public_changes=(("minutes", 60),),
            reason="misread",
        ),
    )


@case(
    RecordRetracted,
    status={"pairings.0.minutes": 0, "pairings.0.last_meeting": None},
    attention={"kinds": ["no_meeting"]},
    history={"entries.1.standing": "retracted"},
)
def _(town: Any, pair: str) -> Iterator[None]:
    town.tell(pair, held(town, pair))
    town.subject = pair
    yield
    made: Any = RecordRetracted
    town.tell(
        pair,
        made(
            target=2,
            target_name="pairing.meeting-held",
            cause="entered_in_error",
            subjects=persons(town, pair),
        ),
    )
