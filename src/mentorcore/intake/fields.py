"""What a form of each kind can tell, field by field: one page for those who write mappings.

A field of a group stands once for each name that the mapping gives it, such as a training or a
rating scale: ``[fields.training]`` with a line for each training.
"""

from collections.abc import Mapping
from typing import Literal, get_args

import attrs

from mentorcore.domain.pairing.events.ending import EndReason
from mentorcore.domain.pairing.events.forming import Basis
from mentorcore.domain.pairing.events.meetings import MeetingKind, Modality
from mentorcore.domain.pairing.events.work import GoalStatus, NoteKind
from mentorcore.domain.values import Visibility

__all__ = ["FIELDS", "KINDS", "Field", "Holds", "Kind"]

Kind = Literal["enrolment", "pairing-list", "meeting-log", "goal-check-in", "feedback"]
KINDS: tuple[Kind, ...] = get_args(Kind)

Holds = Literal[
    "person",
    "persons",
    "text",
    "texts",
    "code",
    "codes",
    "choice",
    "day",
    "clock",
    "minutes",
    "whole",
    "yes",
]
"""What a cell holds: a person, several, a text, a code word, one of fixed choices, a day, ..."""


@attrs.frozen
class Field:
    """One thing that a form can tell.

    Attributes:
        name: What it is called in a mapping.
        holds: What its cell holds.
        about: What it is, in a few words.
        needed: Whether a mapping has to name a column or a default for it.
        choices: The words that a cell of a choice comes down to.
        group: Whether it stands once for each name that the mapping gives.
    """

    name: str
    holds: Holds
    about: str
    needed: bool = False
    choices: tuple[str, ...] = ()
    group: bool = False


_PAIR = (
    Field("mentor", "person", "the mentor, facilitator or first peer"),
    Field("mentee", "persons", "the mentee, or all mentees of a group"),
    Field("members", "persons", "all members in one cell, for groups of peers"),
)

_ENROLMENT = (
    Field("name", "text", "the person's name", needed=True),
    Field("family_name", "text", "the family name, where the form asks for it apart"),
    Field("email", "text", "the person's e-mail address"),
    Field("external_id", "text", "the person's number in another system"),
    Field("phone", "text", "the person's telephone number"),
    Field("locale", "code", "the language the person prefers"),
    Field("time_zone", "code", "the person's time zone"),
    Field("role", "code", "the role in the program", needed=True),
    Field("cohort", "text", "the cohort's name, when there are several"),
    Field("since", "day", "the first day of the enrolment", needed=True),
    Field("fte", "whole", "percent of full time"),
    Field("places", "whole", "how many mentees a mentor can take"),
    Field("places_reason", "text", "why more places than usual"),
    Field("training", "day", "the day on which a training was completed", group=True),
    Field("training_provider", "text", "who gave the trainings"),
    Field("institution", "text", "district, university or network member"),
    Field("unit", "text", "school, department or campus"),
    Field("post", "text", "what the person works as"),
    Field("teaches", "texts", "subjects taught"),
    Field("grade_levels", "texts", "grades taught"),
    Field("leadership_level", "code", "level of leadership"),
    Field("employed_since", "day", "since when the post is held"),
)
_PAIRING = (
    *_PAIR,
    Field("co_mentors", "persons", "further mentors, never primary"),
    Field("on", "day", "the day on which the pairing was formed", needed=True),
    Field("cohort", "text", "the cohort's name, when the members are in several"),
    Field("planned_end", "day", "until when it is planned"),
    Field("signed_on", "day", "the day on which everybody had signed the agreement"),
    Field("started_on", "day", "the first day, where a start needs something"),
    Field("authorized", "yes", "whether the start is authorized"),
    Field("ended_on", "day", "the last day, once it has ended"),
    Field("end_reason", "choice", "why it ended", choices=get_args(EndReason)),
    Field("ended_by", "choice", "who ended it", choices=("mentor", "mentee", "program")),
    Field("closing_conversation", "yes", "whether there was a last conversation"),
    Field("basis", "choice", "how they came together", choices=get_args(Basis)),
    Field("override_reason", "text", "why a pair that parted is together again"),
    Field("unmet", "text", "why a wish of the program is not met", group=True),
)
_MEETING = (
    *_PAIR,
    Field("on", "day", "the day of the meeting, or its day and time in one cell", needed=True),
    Field("time", "clock", "the time at which it began"),
    Field("until", "clock", "the time at which it ended, instead of minutes"),
    Field("minutes", "minutes", "how long it lasted"),
    Field("status", "choice", "what came of it", choices=("held", "cancelled", "missed")),
    Field("modality", "choice", "how they met", needed=True, choices=get_args(Modality)),
    Field("kind", "choice", "what kind of meeting", choices=get_args(MeetingKind)),
    Field("attendees", "persons", "who was there; everybody when nothing is said"),
    Field("absent", "persons", "who missed it"),
    Field("guests", "codes", "guests by role"),
    Field("topics", "texts", "what it was about"),
    Field("logged_by", "person", "who filled in the log"),
    Field("note", "text", "what somebody wrote about it"),
    Field("note_visibility", "choice", "who may read the note", choices=get_args(Visibility)),
    Field("note_kind", "choice", "what kind of note", choices=get_args(NoteKind)),
    Field("action", "text", "a step that was agreed"),
    Field("action_owner", "person", "who is to do it; the mentee when nothing is said"),
    Field("action_due", "day", "until when"),
    Field("next_on", "day", "the day, or day and time, of the next meeting"),
    Field("next_time", "clock", "the time of the next meeting"),
    Field("next_minutes", "minutes", "how long the next meeting is to last"),
    Field("next_modality", "choice", "how they will meet", choices=get_args(Modality)),
)
_GOAL = (
    *_PAIR,
    Field("goal", "text", "the goal in its owner's words", needed=True),
    Field("on", "day", "the day of the check-in", needed=True),
    Field("status", "choice", "where the goal stands", choices=("set", *get_args(GoalStatus))),
    Field("owner", "person", "whose goal it is, in a group"),
    Field("area", "code", "what area it belongs to"),
    Field("indicator", "text", "how one would see that it is reached"),
    Field("due_on", "day", "until when"),
    Field("measure", "text", "what was measured"),
    Field("comment", "text", "a remark"),
)
_FEEDBACK = (
    Field("author", "person", "who gives the feedback", needed=True),
    *_PAIR,
    Field("on", "day", "the day on which it was given", needed=True),
    Field("about", "choice", "what it is about", choices=("person", "pairing", "program")),
    Field("about_person", "person", "whom it is about; the other one in a pair"),
    Field("visibility", "choice", "who may read it", needed=True, choices=get_args(Visibility)),
    Field("ratings", "whole", "a rating on one of the program's scales", group=True),
    Field("text", "text", "what was written"),
)


def _by_name(fields: tuple[Field, ...]) -> Mapping[str, Field]:
    return {field.name: field for field in fields}


FIELDS: Mapping[Kind, Mapping[str, Field]] = {
    "enrolment": _by_name(_ENROLMENT),
    "pairing-list": _by_name(_PAIRING),
    "meeting-log": _by_name(_MEETING),
    "goal-check-in": _by_name(_GOAL),
    "feedback": _by_name(_FEEDBACK),
}
"""The fields of each kind of form, by name."""
