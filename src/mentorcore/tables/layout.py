"""The tables: what stands in them, in which unit, and who may see it.

This is the only list of them. The statements that make them and the page that documents them are
written from here; `LAYOUT` rises whenever a table is made or filled in another way.
"""

from typing import Final

from mentorcore.tables.columns import Column, Table, column, optional

__all__ = ["LAYOUT", "STATE", "TABLES", "table"]

LAYOUT: Final = 1
"""The number of this layout; tables of another one are rebuilt."""


def _record(of: str) -> Column:
    return column("record", "id", f"{of}: the stream and version of its event, STREAM#VERSION")


STATE: Final = Table(
    "state",
    "The one row that says up to where the tables tell the log; it changes with them.",
    ("log_id",),
    "log_id",
    (
        column("log_id", "id", "the log that the tables tell"),
        column("layout", "integer", "the number of the layout of these tables"),
        column("position", "integer", "the last position of the log that is told"),
        optional("recorded_at", "instant", "when the log learned of what stands at that position"),
    ),
)

PROGRAMS = Table(
    "programs",
    "A program.",
    ("program_id",),
    "program_id",
    (
        column("program_id", "id", "the program"),
        column("name", "text", "what it is called", visibility="public"),
        column("time_zone", "text", "the zone in which it counts its days", visibility="public"),
        optional("launched_on", "date", "the day on which it began"),
        optional("closed_on", "date", "the day on which it ended"),
    ),
)

COHORTS = Table(
    "cohorts",
    "A cohort of a program.",
    ("program_id", "cohort_id"),
    "program_id",
    (
        column("program_id", "id", "its program"),
        column("cohort_id", "id", "the cohort"),
        column("name", "text", "what it is called", visibility="public"),
        column("starts_on", "date", "its first day"),
        column("ends_on", "date", "the first day after it"),
        optional("places", "integer", "how many can enrol", unit="people"),
        optional("closed_on", "date", "the first day on which it is no more"),
        optional("outcome", "text", "how it came to its end: completed, cancelled"),
    ),
)

SETTINGS = Table(
    "settings",
    "Settings of a program and the days on which they are in force; the first are those it was "
    "designed with.",
    ("program_id", "nth"),
    "program_id",
    (
        column("program_id", "id", "the program"),
        column("nth", "integer", "the how manieth settings they are, from 1"),
        optional("since", "date", "their first day; nothing for the first settings"),
        optional("until", "date", "the first day after them; nothing while they hold"),
        column(
            "contact_limit",
            "integer",
            "how much of an asynchronous contact counts at most",
            unit="minutes",
        ),
    ),
)

ROLES = Table(
    "roles",
    "A role that certain settings of a program declare.",
    ("program_id", "nth", "role"),
    "program_id",
    (
        column("program_id", "id", "the program"),
        column("nth", "integer", "the settings, as in the table settings"),
        column("role", "text", "the role"),
        column(
            "part", "text", "what it is in a pairing: mentor, mentee, peer, facilitator or none"
        ),
    ),
)

PARTICIPANTS = Table(
    "participants",
    "An enrolment of a person in a program.",
    ("participant_id",),
    "participant_id",
    (
        column("participant_id", "id", "the enrolment"),
        column("person_id", "id", "the person, who may be enrolled several times"),
        column("program_id", "id", "the program"),
        column("cohort_id", "id", "the cohort"),
        column("role", "text", "the role"),
        column("since", "date", "the first day of the enrolment"),
        optional("ended_on", "date", "the first day after it"),
        optional("outcome", "text", "how it ended"),
    ),
    indexes=("person_id", "program_id"),
)

PAIRINGS = Table(
    "pairings",
    "A pairing, as far as the log knows it.",
    ("pairing_id",),
    "pairing_id",
    (
        column("pairing_id", "id", "the pairing"),
        column("program_id", "id", "its program"),
        column("cohort_id", "id", "the cohort in which it goes on, or went on last"),
        column("shape", "text", "one_to_one, group or reciprocal"),
        column("basis", "text", "how its members came together"),
        column("formed_on", "date", "the day on which it was formed"),
        optional("active_from", "date", "the day on which it began"),
        optional("planned_end", "date", "until when it is planned"),
        column("situation", "text", "formed, active, paused or ended"),
        column("situation_since", "date", "since when it is in that situation"),
        optional("ended_on", "date", "when it ended last; it may have been reopened since"),
        optional("end_reason", "text", "why it ended then"),
        optional("ended_by", "id", "the participant who ended it then, or program"),
        optional("closing_conversation", "boolean", "whether there was a last conversation then"),
        optional("successor", "id", "the pairing that came after it"),
    ),
    indexes=("program_id",),
)

MEMBERS = Table(
    "members",
    "A stay of a participant in a pairing.",
    ("pairing_id", "participant_id", "since"),
    "pairing_id",
    (
        column("pairing_id", "id", "the pairing"),
        column("participant_id", "id", "the participant"),
        column("since", "date", "the first day as a member"),
        optional("last_day", "date", "the last day as a member; nothing while the stay lasts"),
        column("role", "text", "the role in the pairing"),
        column("is_primary", "boolean", "whether they answer for the mentees"),
    ),
    indexes=("participant_id",),
)

MEETINGS = Table(
    "meetings",
    "A meeting that was held in a pairing; a joint meeting has a row in each of its pairings.",
    ("record",),
    "pairing_id",
    (
        _record("the meeting"),
        column("pairing_id", "id", "the pairing"),
        column("meeting_id", "id", "the meeting's id in that pairing"),
        optional("joint_id", "id", "what a meeting of several pairings at once has in common"),
        column("held_on", "date", "its day"),
        column("month", "text", "its month, as 2026-09"),
        optional("held_at", "instant", "when it began, where that is known"),
        column("minutes", "integer", "how long it was", unit="minutes"),
        column("modality", "text", "in_person, video, phone or async"),
        column("kind", "text", "what sort of meeting it was"),
        optional("logged_by", "id", "the participant who logged it"),
        column("disputed", "boolean", "whether its last verification disputes it; it counts still"),
        column("told_at", "instant", "when it was sent, or recorded where that is not known"),
        column("recorded_at", "instant", "when the log learned of it"),
        column("position", "integer", "where its event stands in the log"),
        column("amendments", "integer", "how many corrections made it what it is"),
    ),
    indexes=("pairing_id", "month"),
)

COUNTED_MINUTES = Table(
    "counted_minutes",
    "What counts of a meeting, by the settings in force on the day that is asked about: to a day "
    "belongs the row with since <= day and day < until.",
    ("record", "since"),
    "pairing_id",
    (
        _record("the meeting"),
        column("pairing_id", "id", "the pairing"),
        column("since", "date", "the first day for which it counts so"),
        optional("until", "date", "the first day for which it counts otherwise"),
        column("minutes", "integer", "what counts of it then", unit="minutes"),
    ),
    indexes=("pairing_id",),
)

ATTENDANCES = Table(
    "attendances",
    "Somebody who was at a meeting.",
    ("record", "participant_id"),
    "pairing_id",
    (
        _record("the meeting"),
        column("pairing_id", "id", "the pairing"),
        column("participant_id", "id", "the participant"),
        optional(
            "since", "date", "from which day on it counts for them; nothing for who is no member"
        ),
    ),
    indexes=("pairing_id", "participant_id"),
)

GOALS = Table(
    "goals",
    "A goal of a pairing; its words are sealed, and do not stand here.",
    ("pairing_id", "goal_id"),
    "pairing_id",
    (
        column("pairing_id", "id", "the pairing"),
        column("goal_id", "id", "the goal"),
        optional("area", "text", "the area it belongs to"),
        column("set_on", "date", "when it was set"),
        optional("due_on", "date", "by when it is to be reached"),
        column(
            "status",
            "text",
            "set, in_progress, achieved, deferred, abandoned, or handed_over to a later pairing",
        ),
        column("status_on", "date", "since when"),
        optional("revises", "id", "the goal whose wording it replaces"),
        column("replaced", "boolean", "whether another goal took its place; such ones count not"),
    ),
)

CORRECTIONS = Table(
    "corrections",
    "A correction of something that was recorded; what it says stands in the other tables.",
    ("stream", "version"),
    "stream",
    (
        column("stream", "id", "the stream of what it corrects, and its own"),
        column("version", "integer", "its version in that stream"),
        optional("program_id", "id", "the program; nothing for the details of a person"),
        column("kind", "text", "amended or retracted"),
        column("target_version", "integer", "the version of what it corrects"),
        column("target_name", "text", "the stored name of what it corrects"),
        optional("fields", "text", "the fields that an amendment changes, by name, in order"),
        optional("cause", "text", "why something was retracted"),
        column("recorded_at", "instant", "when the log learned of it"),
        column("position", "integer", "where its event stands in the log"),
    ),
    indexes=("program_id",),
)

TABLES: Final = (
    PROGRAMS,
    COHORTS,
    SETTINGS,
    ROLES,
    PARTICIPANTS,
    PAIRINGS,
    MEMBERS,
    MEETINGS,
    COUNTED_MINUTES,
    ATTENDANCES,
    GOALS,
    CORRECTIONS,
)
"""Every table that is filled from events; `STATE` stands beside them."""

_BY_NAME = {t.name: t for t in (*TABLES, STATE)}


def table(name: str) -> Table:
    """The table of that name."""
    return _BY_NAME[name]
