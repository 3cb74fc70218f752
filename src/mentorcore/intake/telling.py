"""Which columns of a form tell which field of the records it leads to, and how each is read.

The modules in `forms` read rows; this page says the same the other way round, for whoever asks of
a record where it came from. A test changes one cell after the other and holds both together.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from mentorcore.domain.pairing import events as p
from mentorcore.domain.participant import events as q
from mentorcore.domain.person import events as r
from mentorcore.intake.fields import FIELDS, Kind
from mentorcore.intake.mapping import SUBMITTED, FormMapping, spoken

__all__ = ["PAIRING", "TELLS", "rule", "told_by"]

PAIRING = "pairing"
"""Stands for the pairing to which a record belongs, which is no field of it."""

Columns = tuple[str, ...]
_WHO: Columns = ("mentor", "mentee", "members")
_PAIRED: Columns = (*_WHO, "co_mentors")
_WHEN: Columns = ("on", "time")
_PERSON: Columns = ("email", "external_id", "name", "family_name")

TELLS: Mapping[Kind, Mapping[type, Mapping[str, Columns]]] = {
    "enrolment": {
        r.PersonRegistered: {
            "name": ("name", "family_name"),
            "contact": ("email", "phone"),
            "locale": ("locale",),
            "time_zone": ("time_zone",),
        },
        r.PersonDetailsChanged: {"name": ("name", "family_name"), "since": ("since",)},
        r.ExternalIdentityLinked: {"value": ("email", "external_id")},
        r.EmploymentRecorded: {
            "since": ("employed_since", "since"),
            "leadership_level": ("leadership_level",),
            "institution": ("institution",),
            "unit": ("unit",),
            "post": ("post",),
            "teaches": ("teaches",),
            "grade_levels": ("grade_levels",),
        },
        q.ParticipantEnrolled: {
            "person_id": _PERSON,
            "cohort_id": ("cohort",),
            "role": ("role",),
            "since": ("since",),
            "fte_percent": ("fte",),
        },
        q.MentorCapacitySet: {
            "places": ("places",),
            "since": ("since",),
            "reason": ("places_reason",),
        },
        q.TrainingCompleted: {
            "on": ("training",),
            "valid_until": ("training",),
            "provider": ("training_provider",),
        },
    },
    "pairing-list": {
        p.PairingFormed: {
            "members": _PAIRED,
            "cohort_id": ("cohort",),
            "on": ("on",),
            "basis": ("basis",),
            "planned_end": ("planned_end",),
            "unmet_soft": ("unmet",),
            "override_reason": ("override_reason",),
        },
        p.AgreementSigned: {PAIRING: _PAIRED, "signer": _PAIRED, "on": ("signed_on",)},
        p.PairingStarted: {
            PAIRING: _PAIRED,
            "on": ("started_on",),
            "planned_end": ("planned_end",),
        },
        p.PairingEnded: {
            PAIRING: _PAIRED,
            "on": ("ended_on",),
            "reason": ("end_reason",),
            "initiated_by": ("ended_by",),
            "closing_conversation": ("closing_conversation",),
        },
    },
    "meeting-log": {
        p.MeetingHeld: {
            PAIRING: _WHO,
            "held_on": _WHEN,
            "held_at": _WHEN,
            "minutes": ("minutes", "until", "time"),
            "modality": ("modality",),
            "kind": ("kind",),
            "attendees": ("attendees",),
            "guests": ("guests",),
            "logged_by": ("logged_by",),
            "topics": ("topics",),
        },
        p.MeetingCancelled: {
            PAIRING: _WHO,
            "on": _WHEN,
            "cause": ("status",),
            "absent": ("absent",),
        },
        p.MeetingScheduled: {
            PAIRING: _WHO,
            "starts_on": ("next_on", "next_time"),
            "starts_at": ("next_on", "next_time"),
            "minutes": ("next_minutes", "minutes", "until", "time"),
            "modality": ("next_modality", "modality"),
        },
        p.NoteWritten: {
            PAIRING: _WHO,
            "author": ("logged_by", "mentor"),
            "kind": ("note_kind",),
            "on": _WHEN,
            "visibility": ("note_visibility",),
            "body": ("note",),
        },
        p.ActionItemAgreed: {
            PAIRING: _WHO,
            "owner": ("action_owner", "mentee"),
            "on": _WHEN,
            "due_on": ("action_due",),
            "text": ("action",),
        },
    },
    "goal-check-in": {
        p.GoalSet: {
            PAIRING: _WHO,
            "on": ("on",),
            "area": ("area",),
            "due_on": ("due_on",),
            "statement": ("goal",),
            "indicator": ("indicator",),
        },
        p.GoalProgressRecorded: {
            PAIRING: _WHO,
            "goal_id": ("goal", *_WHO),
            "on": ("on",),
            "status": ("status",),
            "measure": ("measure",),
            "comment": ("comment",),
        },
    },
    "feedback": {
        p.FeedbackGiven: {
            PAIRING: ("author", *_WHO),
            "author": ("author",),
            "about": ("about",),
            "on": ("on",),
            "visibility": ("visibility",),
            "ratings": ("ratings",),
            "about_participant": ("about", "about_person", "author", *_WHO),
            "text": ("text",),
        },
    },
}
"""By kind of form and record: for each of its fields, the fields of the form that tell it."""


def told_by(mapping: FormMapping, event: Any, fact: str | None) -> Iterator[tuple[str, str]]:
    """The fields of a record, each with a field of the form that the mapping reads for it.

    Args:
        mapping: What was declared about the form.
        event: The record.
        fact: Which of the response's facts it is, such as ``training.safeguarding``.
    """
    for field, columns in TELLS[mapping.kind].get(type(event), {}).items():
        if field != PAIRING and getattr(event, field) in (None, ()):
            continue
        for column in columns:
            if (field, column) == ("minutes", "time") and "until" not in mapping.fields:
                continue  # the beginning tells how long it lasted only together with the end
            if column in mapping.fields or column in mapping.defaults:
                yield field, column
            elif fact is not None and fact.partition(".")[0] == column and fact in mapping.fields:
                yield field, fact
            elif FIELDS[mapping.kind][column].group and fact is not None and "." not in fact:
                yield from ((field, f"{column}.{name}") for name in mapping.group(column))


def rule(mapping: FormMapping, field: str, raw: tuple[str, ...], order: str | None) -> str:
    """How a mapping reads a field of the form, as a sentence.

    Args:
        mapping: What was declared about the form.
        field: The field, such as ``minutes`` or ``ratings.helpful``.
        raw: What was answered, as far as it may be told; a word of a table is told only then.
        order: The order of dates that the export proved for this field, if none was declared.
    """
    head = field.partition(".")[0]
    holds = FIELDS[mapping.kind][head].holds
    said = [_HOLDS.get(holds, "taken as it stands")]
    if holds in {"person", "persons"}:
        said = [_NAMED[mapping.naming(field)].format(mapping.scheme)]
    if holds == "day":
        declared = mapping.date_order or order
        if declared:
            how = "declared" if mapping.date_order else "proven by the dates of the export"
            said.append(f"in the order {declared}, {how}")
        said.append(f"in the zone {mapping.zone or 'of the program'}")
    if holds == "minutes":
        said.append(f"a bare number counts {mapping.durations}")
    meanings = mapping.values.get(field) or mapping.values.get(head, {})
    applied = [f"{w!r} means {meanings[spoken(w)]}" for w in raw if spoken(w) in meanings]
    if applied:
        said.append("; ".join(applied))
    elif meanings:
        said.append("not in its table of words" if raw else "by a table of words")
    if not raw and field in mapping.defaults:
        default = mapping.defaults[field]
        what = "the day of sending" if default == SUBMITTED else default
        said.append(f"where nothing is answered: {what}")
    return ", ".join(said)


_HOLDS = {
    "day": "read as a day, or a day and time",
    "clock": "read as a time of day",
    "minutes": "read as a duration",
    "whole": "read as a whole number",
    "yes": "read as yes or no",
    "code": "read as a code word",
    "codes": "read as code words",
    "choice": "read as one of the field's words",
}
_NAMED = {
    "email": "names people by e-mail address",
    "external_id": "names people by their number ({})",
    "name": "names people by name",
}
