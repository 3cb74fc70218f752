"""A meeting log: members met, or did not, and what they noted, agreed and planned."""

from datetime import date
from typing import Any

from mentorcore.domain.pairing.events.meetings import CancelMeeting, HoldMeeting, ScheduleMeeting
from mentorcore.domain.pairing.events.work import AgreeActionItem, WriteNote
from mentorcore.domain.values import ActionItemId, MeetingId, NoteId, ParticipantId
from mentorcore.intake.directory import KnownPairing
from mentorcore.intake.forms.pairings import hidden_enough, member, paired, pairing_of
from mentorcore.intake.intended import Intended
from mentorcore.intake.row import Moment, Row

__all__ = ["read"]

CAUSES = {"cancelled": "cancelled", "missed": "no_show"}


def read(row: Row) -> Intended:
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
    pairing = pairing_of(row, people, day)
    row.check()
    assert pairing is not None
    meeting = _planned(pairing, day) or MeetingId(row.ids("meeting"))
    if status == "held":
        _held(row, pairing, meeting, moment, minutes=minutes, modality=modality)
    else:
        row.say(
            "meeting",
            CancelMeeting,
            pairing_id=pairing.pairing,
            meeting_id=meeting,
            cause=CAUSES[status],
            on=day,
            absent=_members(row, "absent", pairing),
        )
    _note(row, pairing, meeting, day)
    _action(row, pairing, meeting, day)
    if next_time is not None and next_time.at is not None and next_time.at > row.now:
        row.say(
            "next",
            ScheduleMeeting,
            pairing_id=pairing.pairing,
            meeting_id=_planned(pairing, next_time.on(row.zone)) or MeetingId(row.ids("meeting")),
            starts_at=next_time.at,
            minutes=next_minutes or minutes or 60,
            modality=row.choice("next_modality", modality or ""),
        )
    return row.done()


def _held(
    row: Row,
    pairing: KnownPairing,
    meeting: MeetingId,
    moment: Moment,
    *,
    minutes: int | None,
    modality: Any,
) -> None:
    attendees = _members(row, "attendees", pairing)
    if row.again and not attendees:
        attendees = tuple(sorted(pairing.members))  # a correction has to name them
    logged_by = member(row, "logged_by", row.person("logged_by"), pairing)
    kind, guests = row.choice("kind") or None, row.codes("guests")
    row.check()
    row.say(
        "meeting",
        HoldMeeting,
        pairing_id=pairing.pairing,
        meeting_id=meeting,
        minutes=minutes,
        held_at=moment.at,
        held_on=moment.day,
        modality=modality,
        kind=kind,
        attendees=attendees,
        guests=guests,
        topics=row.texts("topics") or None,
        logged_by=logged_by,
    )


def _note(row: Row, pairing: KnownPairing, meeting: MeetingId, day: date) -> None:
    body = row.text("note")
    if body is None:
        return
    field = "logged_by" if row.text("logged_by") else "mentor"
    author = row.must(field, member(row, field, row.person(field), pairing))
    visibility = hidden_enough(row, "note_visibility")
    kind = row.choice("note_kind", "session_note")
    row.check()
    row.say(
        "note",
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


def _action(row: Row, pairing: KnownPairing, meeting: MeetingId, day: date) -> None:
    text = row.text("action")
    if text is None:
        return
    owner = member(row, "action_owner", row.person("action_owner"), pairing)
    if owner is None:
        mentees = _mentees(row, pairing)
        owner = mentees[0] if len(mentees) == 1 else None
    row.must("action_owner", owner)
    due = row.day("action_due")
    row.check()
    row.say(
        "action",
        AgreeActionItem,
        pairing_id=pairing.pairing,
        item_id=ActionItemId(row.ids("item")),
        text=text,
        owner=owner,
        on=day,
        due_on=due,
        meeting_id=meeting,
    )


def _members(row: Row, field: str, pairing: KnownPairing) -> tuple[ParticipantId, ...]:
    found = (member(row, field, said, pairing) for said in row.people(field))
    return tuple(p for p in found if p is not None)


def _mentees(row: Row, pairing: KnownPairing) -> list[ParticipantId]:
    settings = row.known.program.settings
    enrolments = (row.known.enrolment(m) for m in sorted(pairing.members))
    return [e.participant for e in enrolments if e and settings.part(e.role) == "mentee"]


def _planned(pairing: KnownPairing, day: date) -> MeetingId | None:
    """The meeting that was planned for a day, if there was one."""
    found = [meeting for meeting, on in pairing.planned if on == day]
    return found[0] if len(found) == 1 else None
