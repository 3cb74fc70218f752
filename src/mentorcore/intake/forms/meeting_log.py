"""A meeting log: members met, or did not, and what they noted, agreed and planned."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, get_args

from mentorcore.domain.pairing.events.meetings import (
    CancelMeeting,
    HoldMeeting,
    MeetingCancelled,
    MeetingHeld,
    MeetingKind,
    MeetingScheduled,
    Modality,
    ScheduleMeeting,
)
from mentorcore.domain.pairing.events.work import (
    ActionItemAgreed,
    AgreeActionItem,
    NoteKind,
    NoteWritten,
    WriteNote,
)
from mentorcore.domain.settings import ADVISING
from mentorcore.domain.values import (
    ActionItemId,
    JointMeetingId,
    MeetingId,
    NoteId,
    ParticipantId,
    Visibility,
)
from mentorcore.intake.directory import KnownPairing
from mentorcore.intake.form_kind import Declared, Field, FormKind, Hint, Lack
from mentorcore.intake.forms.pairings import (
    MEMBERS,
    WHO,
    check_there,
    hidden_enough,
    member,
    nobody,
    paired,
    pairing_of,
)
from mentorcore.intake.intents import Intents
from mentorcore.intake.lookup import NamedPerson
from mentorcore.intake.mappings.templates import mapping_to_edit
from mentorcore.intake.row import Row, StatedTime

__all__ = ["MEETING_LOG"]

WHEN = ("on", "time")

_REST = """
[fields]
mentor = "Email Address"
mentee = "Mentee's e-mail"
on = "Date of the meeting"
minutes = "Minutes"
modality = "How did you meet?"
# time = "Time"
# status = "Did it take place?"      # held, cancelled or missed
# topics = "Topics"
# note = "Notes"
# action = "Next step"
# action_due = "Until when?"
# next_on = "Next meeting"

[values.modality]
"In person" = "in_person"
"Zoom" = "video"
"Phone" = "phone"

[defaults]
modality = "in_person"
note_visibility = "pair_private"     # every text says who may read it
"""


CAUSES = {"cancelled": "cancelled", "missed": "no_show"}


def _read(row: Row) -> Intents:
    """A meeting that was held, cancelled or missed."""
    moment = row.must("on", row.moment("on", "time"))
    status = row.choice("status", "held")
    minutes = row.minutes("minutes")
    if minutes is None:
        minutes = row.minutes_until("until", "time")
    if status == "held":
        row.must("minutes", minutes)
    modality = row.must("modality", row.choice("modality") or None)
    people = paired(row)
    next_time = row.moment("next_on", "next_time") if row.tells("next_on") else None
    next_minutes = row.minutes("next_minutes")
    if moment is None:
        return row.done()
    day = moment.on(row.zone)
    row.check()
    pairings = _pairings(row, people, day)
    row.check()
    joint_id = JointMeetingId(row.ids("joint-meeting")) if len(pairings) > 1 else None
    for number, pairing in enumerate(pairings, 1):
        nth = "" if number == 1 else f".{number}"
        meeting = _planned(pairing, day) or MeetingId(row.ids("meeting"))
        if status == "held":
            held = _Held(moment, minutes, modality, joint_id)
            _held(row, pairing, meeting, held, nth)
        else:
            row.say(
                f"meeting{nth}",
                CancelMeeting,
                pairing_id=pairing.pairing,
                meeting_id=meeting,
                cause=CAUSES[status],
                on=day,
                absent=_members(row, "absent", pairing, day),
            )
        _note(row, pairing, meeting, day, nth)
        _action(row, pairing, meeting, day, nth)
        if next_time is not None and _is_to_come(row, next_time):
            next_day = next_time.on(row.zone)
            row.say(
                f"next{nth}",
                ScheduleMeeting,
                pairing_id=pairing.pairing,
                meeting_id=_planned(pairing, next_day) or MeetingId(row.ids("meeting")),
                starts_at=next_time.at,
                starts_on=next_time.day,
                minutes=next_minutes or minutes or 60,
                modality=row.choice("next_modality", modality or ""),
            )
    return row.done()


class _Held(NamedTuple):
    """What a row says of a meeting that was held, whatever pairings were in it."""

    moment: StatedTime
    minutes: int | None
    modality: Any
    joint_id: JointMeetingId | None


def _pairings(row: Row, people: Sequence[NamedPerson], day: date) -> list[KnownPairing]:
    """The pairing that met; in a joint meeting each of the mentor with one of the others."""
    mentor = row.person("mentor", ADVISING) if "mentor" in row.mapping.fields else None
    others = [p for p in people if mentor is None or p.person.person != mentor.person.person]
    if not row.yes("joint") or mentor is None or len(others) < 2:  # noqa: PLR2004 - one is no joint
        found = pairing_of(row, people, day)
        if found is not None:
            check_there(row, people, found, day)
        return [] if found is None else [found]
    together: dict[str, KnownPairing] = {}
    for other in others:
        if (found := pairing_of(row, (mentor, other), day)) is not None:
            check_there(row, (mentor, other), found, day)
            together[found.pairing] = found
    return list(together.values())


def _is_to_come(row: Row, time: StatedTime) -> bool:
    """Whether a time lies ahead; a day of which no time is known does until it is over."""
    if time.at is not None:
        return time.at > row.now
    return time.on(row.zone) >= row.now.astimezone(row.zone).date()


def _held(row: Row, pairing: KnownPairing, meeting: MeetingId, told: _Held, nth: str) -> None:
    day = told.moment.on(row.zone)
    attendees = _attendees(row, pairing, day)
    logged_by = member(row, "logged_by", row.person("logged_by"), pairing)
    kind, guests = row.choice("kind") or None, row.codes("guests")
    row.check()
    row.say(
        f"meeting{nth}",
        HoldMeeting,
        pairing_id=pairing.pairing,
        meeting_id=meeting,
        minutes=told.minutes,
        held_at=told.moment.at,
        held_on=told.moment.day,
        modality=told.modality,
        joint_id=told.joint_id,
        kind=kind,
        attendees=attendees,
        guests=guests,
        topics=row.texts("topics") or None,
        logged_by=logged_by,
    )


def _attendees(row: Row, pairing: KnownPairing, day: date) -> tuple[ParticipantId, ...]:
    """Who was there: everybody but who is said to have been absent; empty for all members."""
    there = _members(row, "attendees", pairing, day)
    absent = _members(row, "absent", pairing, day)
    with_whom = {e.participant for said in row.people("mentee") for e in said.enrolments}
    if both := (set(there) | with_whom) & set(absent):
        names = " and ".join(
            repr(said.text)
            for said in row.people("absent")
            if both.intersection(e.participant for e in said.enrolments)
        )
        row.wrong("absent", f"{names} cannot have been there and absent at once")
    if absent and not there:
        there = tuple(sorted(pairing.members_on(day).difference(absent)))
        if len(there) < 2:  # noqa: PLR2004 - one alone meets nobody
            row.wrong(
                "absent",
                "then fewer than two members were there, and nobody met; "
                "say that the meeting was missed instead",
            )
    if row.again and not there:
        there = tuple(sorted(pairing.members_on(day)))  # a correction has to name them
    return there


def _note(row: Row, pairing: KnownPairing, meeting: MeetingId, day: date, nth: str) -> None:
    body = row.text("note")
    if body is None:
        return
    field = "logged_by" if row.text("logged_by") else "mentor"
    author = row.must(field, member(row, field, row.person(field), pairing, day))
    visibility = hidden_enough(row, "note_visibility")
    kind = row.choice("note_kind", "session_note")
    row.check()
    row.say(
        f"note{nth}",
        WriteNote,
        pairing_id=pairing.pairing,
        note_id=NoteId(row.ids("note")),
        author=author,
        kind=kind,
        on=day,
        visibility=visibility,
        body=body,
        meeting_id=meeting,
    )


def _action(row: Row, pairing: KnownPairing, meeting: MeetingId, day: date, nth: str) -> None:
    text = row.text("action")
    if text is None:
        return
    owner = member(row, "action_owner", row.person("action_owner"), pairing, day)
    if owner is None:
        mentees = _mentees(row, pairing, day)
        owner = mentees[0] if len(mentees) == 1 else None
    row.must("action_owner", owner)
    due = row.day("action_due")
    row.check()
    row.say(
        f"action{nth}",
        AgreeActionItem,
        pairing_id=pairing.pairing,
        item_id=ActionItemId(row.ids("item")),
        text=text,
        owner=owner,
        on=day,
        due_on=due,
        meeting_id=meeting,
    )


def _members(row: Row, field: str, pairing: KnownPairing, day: date) -> tuple[ParticipantId, ...]:
    """Those whom a cell names; in a joint meeting those of this pairing."""
    named = row.people(field)
    if not named:
        return ()
    if row.yes("joint"):
        named = tuple(
            said for said in named if any(e.participant in pairing.members for e in said.enrolments)
        )
    found = (member(row, field, said, pairing, day) for said in named)
    return tuple(p for p in found if p is not None)


def _mentees(row: Row, pairing: KnownPairing, day: date) -> list[ParticipantId]:
    settings = row.known.program.settings
    enrolments = (row.known.enrolment(m) for m in sorted(pairing.members_on(day)))
    return [e.participant for e in enrolments if e and settings.part(e.role) == "mentee"]


def _planned(pairing: KnownPairing, day: date) -> MeetingId | None:
    """The meeting that was planned for a day, if there was one."""
    found = [meeting for meeting, on in pairing.planned if on == day]
    return found[0] if len(found) == 1 else None


def _lacks(declared: Declared) -> Iterator[Lack]:
    yield from nobody(declared)
    if not declared.tells("minutes", "until"):
        yield Lack("minutes", "is missing: how long it lasted", "a column, or time and until")
    if declared.names("until") and not declared.names("time"):
        yield Lack("time", "is missing: until ends what began at a time")
    if declared.names("note") and not declared.tells("note_visibility"):
        yield Lack(
            "note_visibility",
            "is missing: every text says who may read it",
            "a value under [defaults], such as pair_private",
        )
    if declared.names("note") and not declared.names("logged_by", "mentor"):
        yield Lack("logged_by", "is missing: a note has an author")


MEETING_LOG = FormKind(
    name="meeting-log",
    fields=(
        *MEMBERS,
        Field("on", "day", "the day of the meeting, or its day and time in one cell", needed=True),
        Field("time", "clock", "the time at which it began"),
        Field("until", "clock", "the time at which it ended, instead of minutes"),
        Field("minutes", "minutes", "how long it lasted"),
        Field("status", "choice", "what came of it", choices=("held", "cancelled", "missed")),
        Field("modality", "choice", "how they met", needed=True, choices=get_args(Modality)),
        Field("kind", "choice", "what kind of meeting", choices=get_args(MeetingKind)),
        Field("attendees", "persons", "who was there; when nothing is said, all but the absent"),
        Field("absent", "persons", "who missed it"),
        Field("joint", "yes", "whether several pairings of the mentor met at once, in one meeting"),
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
    ),
    read=_read,
    tells={
        MeetingHeld: {
            "pairing": WHO,
            "held_on": WHEN,
            "held_at": WHEN,
            "minutes": ("minutes", "until", "time"),
            "modality": ("modality",),
            "kind": ("kind",),
            "attendees": ("attendees", "absent"),
            "guests": ("guests",),
            "logged_by": ("logged_by",),
            "topics": ("topics",),
        },
        MeetingCancelled: {
            "pairing": WHO,
            "on": WHEN,
            "cause": ("status",),
            "absent": ("absent",),
        },
        MeetingScheduled: {
            "pairing": WHO,
            "starts_on": ("next_on", "next_time"),
            "starts_at": ("next_on", "next_time"),
            "minutes": ("next_minutes", "minutes", "until", "time"),
            "modality": ("next_modality", "modality"),
        },
        NoteWritten: {
            "pairing": WHO,
            "author": ("logged_by", "mentor"),
            "kind": ("note_kind",),
            "on": WHEN,
            "visibility": ("note_visibility",),
            "body": ("note",),
        },
        ActionItemAgreed: {
            "pairing": WHO,
            "owner": ("action_owner", "mentee"),
            "on": WHEN,
            "due_on": ("action_due",),
            "text": ("action",),
        },
    },
    only_with={("minutes", "time"): "until"},
    lacks=_lacks,
    hints={
        "minutes": Hint("minutes", weight=3),
        "modality": Hint("modality", weight=3),
        "topics": Hint("topics", weight=1),
        "mentee": Hint("mentee", weight=1),
        "mentor": Hint("mentor", weight=1),
        "time": Hint("time", weight=1),
        "date": Hint("on"),
        "note": Hint("note"),
        "status": Hint("status"),
        "action": Hint("action"),
    },
    asks={"note_visibility": "note", "minutes": ""},
    sender=("mentor", "mentee"),
    template=mapping_to_edit("meeting-log", "meetings", _REST),
)
