"""An enrolment form: somebody becomes known and joins a cohort, with what they bring along."""

from datetime import date
from typing import Any

from mentorcore.domain.participant.events import (
    EnrolParticipant,
    MentorCapacitySet,
    ParticipantEnrolled,
    RecordTraining,
    SetMentorCapacity,
    TrainingCompleted,
)
from mentorcore.domain.person.events import EmploymentRecorded, RecordEmployment
from mentorcore.domain.requirements.participant_events import FactStated, StateFact
from mentorcore.domain.settings import MENTORING
from mentorcore.domain.values import Code, CohortId, ParticipantId, PersonId
from mentorcore.intake.form_kind import Field, FormKind, Hint
from mentorcore.intake.forms.joining import (
    PERSON,
    PERSON_FIELDS,
    cohort_stated,
    known_person,
    lacks_of_person,
    name_stated,
    role_stated,
    tells_of_person,
)
from mentorcore.intake.forms.persons import Stated, stated_identities
from mentorcore.intake.intents import Intents
from mentorcore.intake.mappings.templates import mapping_to_edit
from mentorcore.intake.quantities import Unclear, read_number
from mentorcore.intake.row import Row

__all__ = ["ENROLMENT"]


_REST = """
[fields]
name = "Your name"
# family_name = "Your last name"     # where name holds the given name only
email = "Email Address"
role = "I take part as"
# since = "First day"
# places = "How many mentees can you take?"
# institution = "District"
# unit = "School"
# post = "Position"

# [fields.training]                  # the day on which each training was completed
# mentor-basics = "Mentor basics completed on"

# [fields.fact]                      # what rules ask for; it stands in the clear
# experience_years = "Years of teaching"

[values.role]                        # what the words of a cell mean
"A new principal" = "mentee"
"A mentor" = "mentor"

[defaults]                           # what holds where a cell is empty or a column is not there
since = "submitted"                  # the day of sending
# cohort = "2026-27"
"""


def _read(row: Row) -> Intents:
    """Who enrols, in which cohort and role, and what else the form tells about them."""
    name = row.must("name", name_stated(row))
    since = row.must("since", row.day("since"))
    role, cohort = role_stated(row), cohort_stated(row)
    stated = stated_identities(row, name)
    fte, places = row.whole("fte"), row.whole("places")
    trainings = [(kind, row.day(f"training.{kind}")) for kind in row.mapping.group("training")]
    facts = [(fact, _fact(row, f"fact.{fact}")) for fact in row.mapping.group("fact")]
    facts_since, held_since = row.day("facts_since"), row.day("employed_since")
    level = row.code("leadership_level")
    row.check()
    assert name is not None
    assert since is not None
    assert role is not None
    assert cohort is not None
    name = " ".join(name.split())
    person = known_person(row, Stated(name, stated, since, role, cohort), since)
    participant = _enrol(row, person, cohort, role, since=since, fte=fte)
    if places is not None:
        row.say(
            "capacity",
            SetMentorCapacity,
            participant_id=participant,
            places=places,
            since=since,
            reason=row.text("places_reason"),
        )
    for kind, day in trainings:
        if day is not None:
            row.say(
                f"training.{kind}",
                RecordTraining,
                participant_id=participant,
                training_kind=Code(kind),
                on=day,
                provider=row.text("training_provider"),
            )
    for fact, told in facts:
        if told is not None:
            row.say(
                f"fact.{fact}",
                StateFact,
                participant_id=participant,
                fact=Code(fact),
                since=facts_since or since,
                **told,
            )
    _employ(row, person, held_since or since, level)
    return row.done()


def _enrol(
    row: Row, person: PersonId, cohort: CohortId, role: Code, *, since: date, fte: int | None
) -> ParticipantId:
    """The participant: one who is enrolled so already, one who applied for it, or a new one.

    One enrolment of whoever supports others serves every cohort of the program.
    """
    everywhere = row.known.program.settings.part(role) in MENTORING
    known = row.known.enrolments(person)
    for enrolment in sorted(known, key=lambda e: e.until is not None):  # what goes on comes first
        ended = enrolment.until is not None and since >= enrolment.until
        here = everywhere or enrolment.cohort == cohort
        if enrolment.role == role and here and not ended:
            return enrolment.participant
    applied = row.known.application(person, role)
    participant = ParticipantId(row.ids("participant")) if applied is None else applied
    row.say(
        "enrolment",
        EnrolParticipant,
        participant_id=participant,
        person_id=person,
        program_id=row.known.program.program_id,
        cohort_id=cohort,
        role=role,
        since=since,
        fte_percent=100 if fte is None else fte,
    )
    return participant


def _fact(row: Row, field: str) -> dict[str, Any] | None:
    """What a cell states of a fact that rules ask for: a whole number, or else a code word."""
    word = row.word(field)
    if word is None:
        return None
    try:
        return {"number": read_number(word, "whole", row.mapping)}
    except Unclear:
        return {"word": row.code(field)}


def _employ(row: Row, person: PersonId, since: date, level: Code | None) -> None:
    told = {field: row.text(field) for field in ("institution", "unit", "post")}
    lists = {field: row.texts(field) or None for field in ("teaches", "grade_levels")}
    if level is None and not any(told.values()) and not any(lists.values()):
        return
    row.say(
        "employment",
        RecordEmployment,
        person_id=person,
        since=since,
        leadership_level=level,
        **told,
        **lists,
    )


ENROLMENT = FormKind(
    name="enrolment",
    finds=True,
    fields=(
        *PERSON_FIELDS,
        Field("role", "code", "the role in the program", needed=True),
        Field("cohort", "text", "the cohort's name, when there are several", worded=True),
        Field("since", "day", "the first day of the enrolment", needed=True),
        Field("fte", "percent", "percent of full time"),
        Field("places", "whole", "how many mentees a mentor can take"),
        Field("places_reason", "text", "why more places than usual"),
        Field("training", "day", "the day on which a training was completed", group="a training"),
        Field("training_provider", "text", "who gave the trainings"),
        Field(
            "fact", "text", "what rules ask for, a number or a word", group="a fact", worded=True
        ),
        Field("facts_since", "day", "since when these facts are so, if not since the enrolment"),
        Field("institution", "text", "district, university or network member"),
        Field("unit", "text", "school, department or campus"),
        Field("post", "text", "what the person works as"),
        Field("teaches", "texts", "subjects taught"),
        Field("grade_levels", "texts", "grades taught"),
        Field("leadership_level", "code", "level of leadership"),
        Field("employed_since", "day", "since when the post is held"),
    ),
    read=_read,
    tells={
        **tells_of_person("since"),
        EmploymentRecorded: {
            "since": ("employed_since", "since"),
            "leadership_level": ("leadership_level",),
            "institution": ("institution",),
            "unit": ("unit",),
            "post": ("post",),
            "teaches": ("teaches",),
            "grade_levels": ("grade_levels",),
        },
        ParticipantEnrolled: {
            "person_id": PERSON,
            "cohort_id": ("cohort",),
            "role": ("role",),
            "since": ("since",),
            "fte_percent": ("fte",),
        },
        MentorCapacitySet: {
            "places": ("places",),
            "since": ("since",),
            "reason": ("places_reason",),
        },
        TrainingCompleted: {
            "on": ("training",),
            "valid_until": ("training",),
            "provider": ("training_provider",),
        },
        FactStated: {
            "number": ("fact",),
            "word": ("fact",),
            "since": ("facts_since", "since"),
        },
    },
    lacks=lacks_of_person,
    hints={
        "role": Hint("role", weight=3),
        "name": Hint("name", weight=1),
        "whole_name": Hint("name", weight=1),
        "email": Hint("email", weight=1),
        "training": Hint("training", weight=1),
        "unit": Hint("unit", weight=1),
        "places": Hint("places", weight=2),
        "family": Hint("family_name"),
        "since": Hint("since"),
        "started": Hint("since"),
        "date": Hint("since"),
        "teaches": Hint("teaches"),
        "phone": Hint("phone"),
    },
    template=mapping_to_edit("enrolment", "enrolment", _REST, people=False),
)
