"""Which cell of a form tells which field of a record: changed one by one, and held to the table."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import attrs
import pytest
from intake.people import People
from intake.small_program import (
    ANNA,
    BEN,
    DAN,
    NOW,
    P_ANNA,
    P_BEN,
    P_CARLA,
    PAIR,
    Form,
    enrolment,
    people,
    person,
    program,
)

from mentorcore.domain.declarations import fresh_kinds
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.pairing.events.ending import PairingEnded
from mentorcore.domain.pairing.events.forming import Ending, StartPairing
from mentorcore.domain.pairing.events.meetings import MeetingHeld
from mentorcore.domain.pairing.events.work import SetGoal
from mentorcore.domain.person.events import ExternalIdentityLinked, LinkExternalIdentity
from mentorcore.domain.values import GoalId, PairingId, ParticipantId
from mentorcore.intake.directory import KnownGoal, KnownPairing
from mentorcore.intake.forms.built_in import forms_by_name
from mentorcore.intake.intents import Rejected
from mentorcore.intake.mappings.mapping_reader import read_mapping

KINDS = forms_by_name()
PAIRING = "pairing"
GROUPS = {
    "training": "basics",
    "screened": "interview",
    "fact": "experience_years",
    "ratings": "helpful",
    "unmet": "same-school",
}
OTHER = PairingId("pairing:" + "0" * 31 + "2")
WORDS = {
    **{c: e for a in CORE_MODEL.aggregates.values() for e, c in a.command_behind.items()},
    LinkExternalIdentity: ExternalIdentityLinked,
}
WHO = ("mentor", "mentee", "members")
JOINING = ("enrolment", "application-list")
"""The forms by which people become known."""

UNSTORED = {(StartPairing, "authorized"), (SetGoal, "owner"), (Ending, "waited")}
"""What a command asks for and its event does not keep under that name."""

Cells = dict[str, str]
BASES: Mapping[str, tuple[Cells, ...]] = {
    "enrolment": (
        {
            "name": "Eva Holm",
            "email": "eva@example.org",
            "external_id": "17",
            "phone": "1",
            "locale": "en",
            "time_zone": "America/Chicago",
            "role": "mentor",
            "cohort": "Autumn",
            "since": "2026-09-01",
            "fte": "80",
            "places": "2",
            "places_reason": "small groups",
            "training.basics": "2026-08-20",
            "training_provider": "District",
            "fact.experience_years": "4",
            "facts_since": "2026-09-05",
            "institution": "District",
            "unit": "Hill",
            "post": "Teacher",
            "teaches": "Math",
            "grade_levels": "5",
            "leadership_level": "lead",
            "employed_since": "2020-01-01",
        },
        {
            "name": "Ana Berg",
            "email": "anna@example.org",
            "role": "mentor",
            "cohort": "Spring",
            "since": "2026-09-01",
        },
        {
            "name": "Eva",
            "email": "e@example.org",
            "role": "mentor",
            "cohort": "Spring",
            "since": "2026-09-01",
            "unit": "Hill",
            "fact.experience_years": "4",
        },
    ),
    "relief-list": (
        {
            "participant": "Ben Ode",
            "rule": "CA-4",
            "relief": "extension",
            "granted_by": "coordinator",
            "since": "2026-10-01",
            "until": "2026-12-01",
            "new_limit": "2026-11-01",
            "basis": "New timetable",
            "pack": "us-ca-teacher-induction",
        },
    ),
    "evidence-list": tuple(
        {
            **who,
            "title": "counseling_form",
            "kind": "form",
            "on": "2026-10-01",
            "purpose": "compliance",
            "visibility": "coordinator",
            "signed_by": "chair",
            "digest": "ab",
        }
        for who in (
            {"mentor": "Anna Berg", "mentee": "Ben Ode"},
            {"members": "Anna Berg;Ben Ode"},
            {"participant": "Ben Ode"},
        )
    ),
    "application-list": (
        {
            "name": "Eva Holm",
            "email": "eva@example.org",
            "external_id": "17",
            "phone": "1",
            "locale": "en",
            "time_zone": "America/Chicago",
            "role": "mentor",
            "cohort": "Autumn",
            "on": "2026-09-01",
            "statement": "I listen",
            "screened.interview": "2026-09-05",
            "waitlisted_on": "2026-09-10",
            "rank": "2",
            "decision": "approved",
            "decided_on": "2026-09-20",
            "decided_by": "panel",
            "withdrawn_on": "2026-09-25",
        },
        {
            "name": "Ana Berg",
            "email": "anna@example.org",
            "role": "mentor",
            "cohort": "Spring",
            "on": "2026-09-01",
        },
    ),
    "pairing-list": (
        *(
            {
                "mentor": "Anna Berg",
                cell: "Carla Ruiz",
                "on": "2026-09-15",
                "joined_on": "2026-10-01",
                "left_on": "2026-11-01",
                "left_reason": "transferred",
            }
            for cell in ("mentee", "members")
        ),
        {
            "mentor": "Anna Berg",
            "mentee": "Carla Ruiz",
            "on": "2026-09-10",
            "cohort": "Autumn",
            "planned_end": "2027-06-01",
            "signed_on": "2026-09-12",
            "started_on": "2026-09-14",
            "paused_on": "2026-10-05",
            "resumed_on": "2026-10-12",
            "authorized": "yes",
            "basis": "assigned",
            "override_reason": "they asked",
            "unmet.same-school": "none near",
        },
        {
            "mentor": "Anna Berg",
            "mentee": "Ben Ode",
            "on": "2026-09-15",
            "signed_on": "2026-09-16",
            "started_on": "2026-09-17",
            "paused_on": "2026-10-05",
            "resumed_on": "2026-10-12",
            "ended_on": "2026-11-01",
            "end_reason": "completed",
            "ended_by": "mentor",
            "closing_conversation": "yes",
            "planned_end": "2027-06-01",
        },
        {"members": "Anna Berg;Carla Ruiz", "on": "2026-09-10", "signed_on": "2026-09-12"},
        {
            "mentor": "Anna Berg",
            "mentee": "Ben Ode",
            "on": "2026-09-15",
            "signed_on": "2026-09-16",
            "started_on": "2026-09-17",
            "paused_on": "2026-10-05",
            "resumed_on": "2026-10-12",
            "planned_end": "2027-06-01",
        },
        {
            "members": "Anna Berg;Ben Ode",
            "on": "2026-09-15",
            "started_on": "2026-09-17",
            "paused_on": "2026-10-05",
            "resumed_on": "2026-10-12",
        },
        {
            "mentor": "Anna Berg",
            "mentee": "Carla Ruiz",
            "co_mentors": "Dan Fox",
            "signed_on": "2026-09-12",
            "started_on": "2026-09-14",
            "paused_on": "2026-10-05",
            "resumed_on": "2026-10-12",
            "on": "2026-09-10",
        },
    ),
    "meeting-log": (
        {
            "mentor": "Anna Berg",
            "mentee": "Ben Ode",
            "on": "2026-11-04",
            "time": "15:00",
            "minutes": "45",
            "status": "held",
            "modality": "video",
            "kind": "check_in",
            "attendees": "Anna Berg;Ben Ode",
            "guests": "principal",
            "topics": "noise",
            "logged_by": "Anna Berg",
            "note": "went well",
            "note_visibility": "pair_private",
            "note_kind": "session_note",
            "action": "visit",
            "action_owner": "Ben Ode",
            "action_due": "2026-12-01",
            "next_on": "2026-12-10",
            "next_time": "10:00",
            "next_minutes": "30",
            "next_modality": "phone",
        },
        {
            "mentor": "Anna Berg",
            "mentee": "Ben Ode",
            "on": "2026-11-04",
            "time": "15:00",
            "until": "16:00",
            "modality": "video",
            "note": "went well",
            "note_visibility": "pair_private",
            "action": "visit",
            "next_on": "2026-12-10",
            "next_time": "10:00",
        },
        {
            "members": "Anna Berg;Ben Ode",
            "on": "2026-11-04",
            "minutes": "45",
            "modality": "video",
            "logged_by": "Anna Berg",
            "note": "went well",
            "note_visibility": "pair_private",
            "action": "visit",
            "action_owner": "Anna Berg",
            "next_on": "2026-12-10",
            "next_time": "10:00",
        },
        {
            "mentor": "Anna Berg",
            "mentee": "Ben Ode",
            "on": "2026-11-04",
            "status": "missed",
            "modality": "video",
        },
        {
            "members": "Anna Berg;Ben Ode",
            "on": "2026-11-04",
            "status": "missed",
            "modality": "video",
        },
        {
            "mentor": "Anna Berg",
            "mentee": "Ben Ode",
            "on": "2026-11-04",
            "time": "15:00",
            "status": "missed",
            "modality": "video",
            "absent": "Ben Ode",
        },
    ),
    "goal-check-in": (
        {
            "mentor": "Anna Berg",
            "mentee": "Ben Ode",
            "goal": "Lead a team meeting",
            "on": "2026-11-04",
            "status": "in_progress",
            "measure": "one",
            "comment": "well",
            "unknown_goal": "set",
        },
        {"members": "Anna Berg;Ben Ode", "goal": "Other", "on": "2026-11-04", "comment": "well"},
        {"mentor": "Anna Berg", "mentee": "Ben Ode", "goal": "Speak", "on": "2026-11-04"},
        {
            "members": "Anna Berg;Ben Ode",
            "goal": "Speak up",
            "on": "2026-11-04",
            "owner": "Ben Ode",
            "area": "talk",
            "indicator": "minutes",
            "due_on": "2026-12-24",
        },
    ),
    "feedback": (
        {
            "author": "Ben Ode",
            "mentor": "Anna Berg",
            "on": "2026-11-04",
            "about": "person",
            "about_person": "Anna Berg",
            "visibility": "coordinator",
            "ratings.helpful": "4",
            "text": "good",
        },
        {
            "author": "Ben Ode",
            "members": "Anna Berg;Ben Ode",
            "on": "2026-11-04",
            "about": "person",
            "visibility": "coordinator",
            "text": "good",
        },
        {
            "author": "Ben Ode",
            "mentor": "Anna Berg",
            "on": "2026-11-04",
            "about": "person",
            "visibility": "coordinator",
            "text": "good",
        },
        {
            "author": "Anna Berg",
            "mentee": "Ben Ode",
            "on": "2026-11-04",
            "about": "person",
            "visibility": "coordinator",
            "text": "good",
        },
    ),
    "proposal-answers": (
        {"person": "Ben Ode", "answer": "accept", "others": "Anna Berg", "on": "2026-11-04"},
        {"person": "Anna Berg", "answer": "accept", "on": "2026-11-04"},
        {
            "person": "Ben Ode",
            "answer": "decline",
            "others": "Anna Berg",
            "on": "2026-11-04",
            "reason": "far",
        },
        {"person": "Anna Berg", "answer": "decline", "on": "2026-11-04"},
    ),
}
"""Rows to begin with, so that every cell matters in one of them."""

CHANGED: Mapping[str, tuple[str, ...]] = {
    "day": ("2026-11-10", "2026-09-20", "2026-12-11", "2026-08-21"),
    "clock": ("14:30", "11:00", "17:30"),
    "whole": ("3", "90"),
    "minutes": ("50",),
    "yes": ("no",),
    "person": ("Anna Berg", "Ben Ode", "Carla Ruiz", "Dan Fox"),
    "persons": ("Anna Berg", "Ben Ode", "Carla Ruiz", "Anna Berg;Carla Ruiz", "Dan Fox"),
    "code": ("mentee", "other", "America/New_York"),
    "codes": ("nurse",),
    "text": ("Other", "Spring", "dan@example.org", "new@example.org", "Lead a team meeting"),
    "texts": ("Other",),
}
"""By what a cell holds, words to change it to; those that make no sense there are refused."""


def tells(kind: str) -> Mapping[type, Mapping[str, tuple[str, ...]]]:
    """What a form of the core tells; it names records by their classes."""
    return {event: told for event, told in KINDS[kind].tells.items() if isinstance(event, type)}


def a_form(kind: str) -> Form:
    lines = [f'form = "{kind}"', f'kind = "{kind}"', "[people]"]
    lines.append('by = "email"' if kind in JOINING else 'by = "name"')
    lines.append("[fields]")
    for name, field in KINDS[kind].by_name.items():
        if not field.group:
            lines.append(f'{name} = "{name}"')
    for name, field in KINDS[kind].by_name.items():
        if field.group:
            lines += [f"[fields.{name}]", f'{GROUPS[name]} = "{name}.{GROUPS[name]}"']
    # Far to the east, so that a time of day can move a meeting to another day of the program.
    lines += ["[answers]", 'separator = ";"', 'zone = "Asia/Tokyo"']
    return Form("\n".join(lines), known(kind))


def known(kind: str) -> People:
    cohorts = 2 if kind in JOINING else 1
    of = program(cohorts, smallest=2, largest=4, start_needs=("agreement",))
    small = people(of)
    # The first by id, so that a co-mentor who is left out moves the others up.
    dan = enrolment(ParticipantId("participant:" + "0" * 32), DAN, "mentor")
    small.put(person(DAN, "Dan Fox", "dan@example.org"))
    small.put(dan)
    pairing = KnownPairing(
        pairing=PAIR, members=frozenset({P_ANNA, P_BEN}), since=date(2026, 9, 15), waiting=True
    )
    small.put(pairing)
    for number, mentor in ((6, P_ANNA), (7, dan.participant)):
        small.propose(PairingId(f"pairing:{number:032x}"), mentor, P_BEN)
    if kind == "pairing-list":
        for number, leader, since in ((4, P_ANNA, 20), (5, dan.participant, 15)):
            small.put(KnownPairing(
                pairing=PairingId(f"pairing:{number:032x}"), shape="group",
                members=frozenset({leader}), since=date(2026, 9, since),
            ))  # fmt: skip
    if kind != "pairing-list":
        members = frozenset({P_ANNA, P_CARLA})
        small.put(KnownPairing(pairing=OTHER, members=members, since=date(2026, 9, 15)))
        small.put(KnownPairing(
            pairing=PairingId("pairing:" + "0" * 31 + "3"),
            members=frozenset({dan.participant, P_BEN}), since=date(2026, 9, 15),
        ))  # fmt: skip
        small.put(KnownGoal(goal=GoalId("goal:" + "0" * 31 + "2"), pairing=PAIR, statement="Other"))
    return small


def commands(form: Form, cells: Cells) -> dict[str, Any] | None:
    try:
        cells = dict.fromkeys(form.mapping.fields.values(), "") | cells
        read = form.row(cells, at=NOW, settled={ANNA: "same_person"})
    except Rejected:
        return None
    found: dict[str, Any] = {}
    for fact in read.facts:
        found[fact.code] = fact.command
        ending = getattr(fact.command, "ended", None)
        if ending is not None:
            found["end"] = ending
    return found


def differences(kind: str) -> Iterator[tuple[type, str, str]]:
    """Each record and field that another word in a cell makes another, with the cell."""
    form = a_form(kind)
    for base in BASES[kind]:
        before = commands(form, base)
        assert before is not None, base
        for cell in form.mapping.fields:
            field = KINDS[kind].field(cell)
            for word in (*CHANGED.get(field.holds, ()), *field.choices, ""):
                after = commands(form, {**base, cell: word})
                for code in before.keys() & (after or {}).keys():
                    assert after is not None
                    yield from _differing(before[code], after[code], cell)


def _differing(before: Any, after: Any, cell: str) -> Iterator[tuple[type, str, str]]:
    if type(before) is not type(after):
        return
    event = WORDS.get(type(before), PairingEnded)
    ids = fresh_kinds(type(before)) if event is not PairingEnded else {}
    for field in attrs.fields(type(before)):
        name = field.name
        if name in ids or name in {"ended", "meeting_id", "person_id", "participant_id"}:
            continue
        if (type(before), name) in UNSTORED:
            continue
        if getattr(before, name) != getattr(after, name):
            yield event, PAIRING if name == "pairing_id" else name, cell.partition(".")[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_changes_no_field_but_those_it_is_said_to_tell(kind: str) -> None:
    said = {(e, f, c) for e, fields in tells(kind).items() for f, cs in fields.items() for c in cs}

    shown = set(differences(kind))

    assert shown - said == set()
    assert len(shown) > 5


WAYS = ("email", "external_id", "name", "family_name")
UNSHOWN = {
    # People of another cohort, or with an end for another pairing, are another row altogether.
    ("PairingFormed", "cohort_id", "cohort"),
    *(("PairingEnded", PAIRING, who) for who in (*WHO, "co_mentors")),
    # A command names a person by an id; and how long a training counts is decided.
    *(("ParticipantEnrolled", "person_id", by) for by in WAYS),
    *(("ApplicationSubmitted", "person_id", by) for by in WAYS),
    ("TrainingCompleted", "valid_until", "training"),
    # Of two nobody meets where one was absent.
    ("MeetingHeld", "attendees", "absent"),
    # The day of a planned meeting is decided from its time.
    ("MeetingScheduled", "starts_on", "next_on"),
    ("MeetingScheduled", "starts_on", "next_time"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_that_is_said_to_tell_a_field_does_so(kind: str) -> None:
    shown = {(e.__name__, f, c) for e, f, c in differences(kind)}

    said = {
        (e.__name__, f, c)
        for e, fields in tells(kind).items()
        for f, columns in fields.items()
        for c in columns
    }

    assert said - shown - UNSHOWN == set()


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_names_fields_that_there_are(kind: str) -> None:
    for event, fields in tells(kind).items():
        declared = {f.name for f in attrs.fields(event)}
        assert set(fields) - {PAIRING} <= declared
        assert {c for cs in fields.values() for c in cs} <= set(KINDS[kind].by_name)


MAPPING = """
form = "meetings"
kind = "meeting-log"
[people]
by = "email"
mentee = "external_id"
scheme = "payroll"
[fields]
mentor = "E-mail"
mentee = "No."
on = "Date"
minutes = "Minutes"
status = "Status"
[values.status]
"Took place" = "held"
[defaults]
modality = "video"
[answers]
date_order = "dmy"
zone = "Europe/Berlin"
durations = "hours"
"""


@pytest.mark.parametrize(
    ("field", "raw", "order", "said"),
    [
        ("mentor", (), None, "names people by e-mail address"),
        ("mentee", (), None, "names people by their number (payroll)"),
        (
            "on",
            ("1/9/2026",),
            "mdy",
            (
                "read as a day, or a day and time, in the order dmy, declared, in the zone "
                "Europe/Berlin"
            ),
        ),
        ("minutes", ("1",), None, "read as a duration, a bare number counts hours"),
        (
            "status",
            ("TOOK  place",),
            None,
            "read as one of the field's words, 'TOOK  place' means held",
        ),
        ("status", ("held",), None, "read as one of the field's words, not in its table of words"),
        ("status", (), None, "read as one of the field's words, by a table of words"),
        (
            "modality",
            (),
            None,
            "read as one of the field's words, where nothing is answered: video",
        ),
    ],
)
def test_how_an_answer_is_read_is_said_in_words(
    field: str, raw: tuple[str, ...], order: str | None, said: str
) -> None:
    assert read_mapping(MAPPING, "m.toml").rule(field, raw, order) == said


def test_the_order_that_an_export_proved_is_told_as_such() -> None:
    mapping = read_mapping(MAPPING.replace('date_order = "dmy"\n', ""), "m.toml")

    assert "in the order mdy, proven by the dates of the export" in mapping.rule("on", (), "mdy")


def test_only_what_the_mapping_reads_is_told() -> None:
    held: Any = MeetingHeld
    meeting = held(
        meeting_id="meeting:1",
        held_on=date(2026, 9, 1),
        held_at=None,
        minutes=60,
        modality="video",
        kind="one_to_one",
        attendees=(P_ANNA, P_BEN),
        subjects=(ANNA, BEN),
    )

    assert set(read_mapping(MAPPING, "m.toml").told_by(meeting, "meeting")) == {
        (PAIRING, "mentor"),
        (PAIRING, "mentee"),
        ("held_on", "on"),
        ("minutes", "minutes"),
        ("modality", "modality"),
    }
