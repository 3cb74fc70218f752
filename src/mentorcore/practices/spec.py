"""What the author of a practice needs to know; all that one imports from mentorcore stands here.

A practice has streams of its own kind: events that say what happened, commands that ask for them,
and pure rules that decide. It may read every state of the core and change none. What it tells of a
program are views, and what it reads from survey forms are form kinds.
"""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mentorcore.domain.aggregate import (
    Aggregate,
    Decision,
    Keepers,
    Situation,
    decides,
    events_in,
    fold,
    is_blank,
    kind_of,
    replaced,
    rules_in,
)
from mentorcore.domain.cohort import ClosedCohort, Cohort
from mentorcore.domain.declarations import (
    PracticeCommand,
    command,
    event,
    evolve,
    fresh,
    personal,
    public,
    recorded_as,
    value,
)
from mentorcore.domain.effective import VersionedEvent
from mentorcore.domain.model import Guard
from mentorcore.domain.pairing.deciding.life import check_day, check_members
from mentorcore.domain.pairing.deciding.meetings import moment
from mentorcore.domain.pairing.state import (
    ActivePairing,
    EndedPairing,
    FormedPairing,
    NotFormed,
    Pairing,
    PausedPairing,
)
from mentorcore.domain.participant.events import Joined, Training
from mentorcore.domain.participant.state import NotEnrolled, Participant, ParticipantState
from mentorcore.domain.person.deciding import AHEAD
from mentorcore.domain.person.events import LineKind, MeetingAttended
from mentorcore.domain.person.merging import lives
from mentorcore.domain.person.state import Person
from mentorcore.domain.program import NotDesigned, Program, ProgramState, check_past, program_of
from mentorcore.domain.requirements.case_events import CaseCause, CaseRaised, OpenNotesForCase
from mentorcore.domain.school_calendar import AcademicCalendar, calendars_for
from mentorcore.domain.settings import MENTORING
from mentorcore.domain.values import (
    CaseId,
    Code,
    CohortId,
    Erased,
    GoalId,
    MeetingId,
    MismatchId,
    PairingId,
    ParticipantId,
    PersonId,
    ProgramId,
    Sealed,
    Stream,
    Text,
    Withheld,
    identifier,
)
from mentorcore.domain.visibility import (
    BY_VISIBILITY,
    HANDLERS,
    HANDLING,
    NOBODY,
    REASON,
    SUBJECTS,
    WORK,
)
from mentorcore.errors import Invalid, PracticeError, Problem, Refused
from mentorcore.log.recorded import Recorded
from mentorcore.log.serialization.upcasts import Lift
from mentorcore.personal_text import without_text
from mentorcore.practices.practice import CONTRACT, Practice
from mentorcore.projections.access.redactor import Redactor, Shown
from mentorcore.projections.attention.needs import Need
from mentorcore.projections.folding.day_set import DaySet
from mentorcore.projections.folding.figure import computed, figure, rests_on
from mentorcore.projections.folding.projection import Evidence, Projection
from mentorcore.projections.program_view import LOG, ProgramView
from mentorcore.projections.summary.people import Who, who
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot

if TYPE_CHECKING:
    import pluggy

    from mentorcore.intake.form_kind import Declared, Field, FormKind, Hint, Lack
    from mentorcore.intake.forms.pairings import MEMBERS, WHO, member, nobody, paired, pairing_of
    from mentorcore.intake.intents import Intent, Intents
    from mentorcore.intake.lookup import NamedPerson
    from mentorcore.intake.mappings.templates import mapping_to_edit
    from mentorcore.intake.row import Row

    hookimpl = pluggy.HookimplMarker("mentorcore")

__all__ = [
    "AHEAD",
    "BY_VISIBILITY",
    "CONTRACT",
    "HANDLERS",
    "HANDLING",
    "LOG",
    "MEMBERS",
    "MENTORING",
    "NOBODY",
    "REASON",
    "SUBJECTS",
    "WHO",
    "WORK",
    "AcademicCalendar",
    "ActivePairing",
    "Aggregate",
    "CaseCause",
    "CaseId",
    "CaseRaised",
    "ClosedCohort",
    "Code",
    "Cohort",
    "CohortId",
    "DaySet",
    "Decision",
    "Declared",
    "EndedPairing",
    "Erased",
    "Field",
    "FormKind",
    "Evidence",
    "FormedPairing",
    "GoalId",
    "Guard",
    "Hint",
    "Intent",
    "Intents",
    "Invalid",
    "Joined",
    "Keepers",
    "Lack",
    "Lift",
    "LineKind",
    "MeetingAttended",
    "MeetingId",
    "MismatchId",
    "NamedPerson",
    "Need",
    "NotDesigned",
    "NotEnrolled",
    "NotFormed",
    "OpenNotesForCase",
    "Pairing",
    "PairingId",
    "Participant",
    "ParticipantId",
    "ParticipantState",
    "PausedPairing",
    "Person",
    "PersonId",
    "Practice",
    "PracticeCommand",
    "PracticeError",
    "Problem",
    "Program",
    "ProgramId",
    "ProgramSnapshot",
    "ProgramState",
    "ProgramView",
    "Projection",
    "Recorded",
    "Redactor",
    "Refused",
    "Row",
    "Sealed",
    "Shown",
    "Situation",
    "Stream",
    "Text",
    "Training",
    "VersionedEvent",
    "Who",
    "Withheld",
    "calendars_for",
    "check_day",
    "check_members",
    "check_past",
    "command",
    "computed",
    "decides",
    "event",
    "events_in",
    "evolve",
    "figure",
    "fold",
    "fresh",
    "hookimpl",
    "identifier",
    "is_blank",
    "kind_of",
    "lives",
    "mapping_to_edit",
    "member",
    "mentorcore_practices",
    "moment",
    "nobody",
    "paired",
    "pairing_of",
    "personal",
    "program_of",
    "public",
    "recorded_as",
    "replaced",
    "rests_on",
    "rules_in",
    "value",
    "who",
    "without_text",
]


OF_FORMS = {
    "form_kind": ("Declared", "Field", "FormKind", "Hint", "Lack"),
    "forms.pairings": ("MEMBERS", "WHO", "member", "nobody", "paired", "pairing_of"),
    "intents": ("Intent", "Intents"),
    "lookup": ("NamedPerson",),
    "row": ("Row",),
    "mappings.templates": ("mapping_to_edit",),
}
"""What only forms need, by its module: a log that imports nothing does without."""


def __getattr__(name: str) -> Any:
    for module, names in OF_FORMS.items():
        if name in names:
            return getattr(import_module(f"mentorcore.intake.{module}"), name)
    if name == "hookimpl":
        import pluggy  # noqa: PLC0415 - not before a plugin is there

        return pluggy.HookimplMarker("mentorcore")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def mentorcore_practices(register: Callable[[Practice], None]) -> None:
    """Offer practices: call *register* with each.

    A plugin module has a function of this name, marked with `hookimpl`.

    Args:
        register: Takes one practice.
    """
