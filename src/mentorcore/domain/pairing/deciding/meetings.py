"""Members meet: planned, cancelled, missed, held and confirmed (INV-20 to INV-26)."""

from datetime import date, datetime, timedelta

from mentorcore.domain.aggregate import Decision, Situation, decides, utc
from mentorcore.domain.declarations import evolve, recorded_as
from mentorcore.domain.pairing.deciding.life import (
    check_day,
    check_members,
    check_was_member,
)
from mentorcore.domain.pairing.events.meetings import (
    CancelMeeting,
    DuplicatesRuledOut,
    HoldMeeting,
    MeetingCancelled,
    MeetingHeld,
    MeetingKind,
    MeetingScheduled,
    MeetingVerified,
    RuleOutDuplicates,
    ScheduleMeeting,
    VerifyMeeting,
)
from mentorcore.domain.pairing.state import EndedPairing, Facts, FormedPairing, NotFormed, Pairing
from mentorcore.domain.person.events import MeetingAttended
from mentorcore.domain.person.merging import lives, survivor_of
from mentorcore.domain.program import Program, check_past
from mentorcore.domain.settings import Settings
from mentorcore.domain.values import ParticipantId, PersonId, Stream
from mentorcore.errors import Refused


@decides(ScheduleMeeting)
def schedule(
    now: Situation, state: Pairing, program: Program, command: ScheduleMeeting
) -> Decision:
    """Plan a meeting, or move one that was planned before."""
    facts = _facts(state)
    assert command.meeting_id is not None
    starts_at, starts_on = moment(now, program, command.starts_at, command.starts_on)
    attendees = _attendees(facts, command.attendees, starts_on)
    if isinstance(state, EndedPairing) and now.corrects is None:
        raise Refused(f"this pairing ended on {state.on}", "after_end", ended_on=state.on)
    asked_at = now.asked_at()
    if starts_on < now.day(program, asked_at) or (starts_at is not None and starts_at <= asked_at):
        raise Refused(
            "a meeting is planned for a time to come; log a past one as held", "in_the_past"
        )
    check_day(state, starts_on, "a meeting")
    _minutes(command.minutes, program.settings_on(starts_on))
    before = facts.meetings.get(command.meeting_id)
    sequence = 1
    if before is not None:
        if before.held is not None and now.corrects is None:
            raise Refused("this meeting was held already", "already_held")
        if before.cancelled is not None and now.corrects is None:
            raise Refused(
                "this meeting was recorded as cancelled; retract the cancellation first",
                "was_cancelled",
            )
        if before.scheduled is not None:
            sequence = before.scheduled.sequence + 1
    planned = recorded_as(
        MeetingScheduled,
        command,
        sequence=sequence,
        starts_on=starts_on,
        starts_at=starts_at,
        attendees=attendees,
    )
    old = None if before is None else before.scheduled
    if old is not None and evolve(planned, sequence=old.sequence) == old:
        return ()
    return ((Stream(command.pairing_id), planned),)


@decides(CancelMeeting)
def cancel(now: Situation, state: Pairing, program: Program, command: CancelMeeting) -> Decision:
    """Record that a meeting was cancelled or missed; it credits no minutes (INV-24)."""
    facts = _facts(state)
    assert command.meeting_id is not None
    check_past(now, program, command.on)
    check_day(state, command.on, "a meeting")
    named = command.absent if command.by is None else (*command.absent, command.by)
    check_members(facts, named, command.on)
    meeting = facts.meetings.get(command.meeting_id)
    if meeting is not None and meeting.held is not None:
        raise Refused("this meeting was held; retract that record first", "already_held")
    cancelled = recorded_as(MeetingCancelled, command)
    if meeting is not None and meeting.cancelled is not None:
        if meeting.cancelled == cancelled:
            return ()
        raise Refused("this meeting is recorded as cancelled already", "already_cancelled")
    return ((Stream(command.pairing_id), cancelled),)


@decides(HoldMeeting)
def hold(now: Situation, state: Pairing, program: Program, command: HoldMeeting) -> Decision:
    """Log a meeting, on the pairing and on every attendee's own stream."""
    facts = _facts(state)
    assert command.meeting_id is not None
    held_at, held_on = moment(now, program, command.held_at, command.held_on)
    if held_on > now.today(program) or (held_at is not None and held_at > now.now):
        raise Refused("a meeting that lies in the future cannot be logged as held", "in_the_future")
    if isinstance(state, FormedPairing):
        raise Refused("this pairing has not started yet", "not_active")
    check_day(state, held_on, "a meeting", active=True)
    settings = program.settings_on(held_on)
    _minutes(command.minutes, settings)
    if command.modality == "async" and 0 < settings.contact_limit < command.minutes:
        raise Refused(
            f"contact without a meeting counts up to {settings.contact_limit} minutes here, "
            f"not {command.minutes}",
            "minutes_out_of_range",
        )
    attendees = _attendees(facts, command.attendees, held_on)
    if command.logged_by is not None:
        check_members(facts, (command.logged_by,))
    meeting = facts.meetings.get(command.meeting_id)
    if meeting is not None and meeting.held is not None:
        raise Refused("this meeting is logged already; amend it instead", "already_held")
    if meeting is not None and meeting.cancelled is not None:
        raise Refused(
            "this meeting was recorded as cancelled; retract the cancellation first",
            "was_cancelled",
        )
    persons = tuple(facts.seats[a] for a in attendees)
    if held_at is not None:
        _overlap(now, persons, held_at, command)
        if command.joint_id is not None and now.corrects is None:
            _check_joint(now, persons, held_at, command)
    logged = (m.held.joint_id for m in facts.meetings.values() if m.held is not None)
    if command.joint_id is not None and command.joint_id in logged:
        raise Refused("this pairing was in that joint meeting already", "overlaps")
    held = recorded_as(
        MeetingHeld,
        command,
        held_on=held_on,
        held_at=held_at,
        kind=command.kind or _kind(facts),
        attendees=attendees,
        subjects=persons,
        topics=command.topics or None,
    )
    stream = Stream(command.pairing_id)
    if held_at is None:
        return ((stream, held),)
    attended = recorded_as(
        MeetingAttended,
        command,
        held_at=held_at,
        principal_stream=stream,
        principal=now.next_version(stream),
    )
    survivors = dict.fromkeys(survivor_of(now, p) for p in persons)
    return ((stream, held), *((Stream(p), attended) for p in survivors))


@decides(VerifyMeeting)
def verify(now: Situation, state: Pairing, program: Program, command: VerifyMeeting) -> Decision:
    """Confirm or dispute a logged meeting (INV-25)."""
    facts = _facts(state)
    meeting = facts.meetings.get(command.meeting_id)
    if meeting is None or meeting.held is None:
        raise Refused("there is no such meeting to verify", "no_such_meeting")
    check_past(now, program, command.on)
    if command.on < meeting.held.held_on:
        raise Refused("a meeting cannot be verified before it was held", "before_the_meeting")
    if command.by is not None:
        check_was_member(facts, command.by, command.on)
    settings = program.settings_on(command.on)
    author = meeting.held.logged_by
    if settings.verifier_is_another and author is not None and author == command.by:
        raise Refused("in this program another than the author verifies a meeting", "own_meeting")
    if meeting.verdict == command.verdict:
        return ()
    verified = recorded_as(MeetingVerified, command)
    return ((Stream(command.pairing_id), verified),)


@decides(RuleOutDuplicates)
def rule_out(
    _now: Situation, state: Pairing, _program: Program, command: RuleOutDuplicates
) -> Decision:
    """Say that all meetings of a day took place; a later one of that day is asked about again."""
    facts = _facts(state)
    held = {m: met.held for m, met in facts.meetings.items() if met.held is not None}
    found = tuple(sorted(m for m, event in held.items() if event.held_on == command.on))
    if len(found) < 2:  # noqa: PLR2004 - one may repeat the other
        raise Refused(f"on {command.on} there are no two meetings recorded", "no_such_meeting")
    if facts.ruled_out.issuperset(found):
        return ()
    return ((Stream(command.pairing_id), DuplicatesRuledOut(on=command.on, meetings=found)),)


def moment(
    now: Situation, program: Program, at: datetime | None, on: date | None
) -> tuple[datetime | None, date]:
    """The instant, if known, and the day of a happening in the program's time zone.

    Of a record that is corrected the day stands that was recorded for its instant: the tables of
    zones may have changed since, and nobody said that it was on another day.

    Raises:
        Refused: Neither is given, or they contradict each other.
    """
    if at is None:
        if on is None:
            raise Refused("a meeting needs its day, or its time", "no_date")
        return None, on
    day = _recorded_day(now, at) or now.day(program, at)
    if on is not None and on != day:
        raise Refused(
            f"the stated time falls on {day} in the program's time zone, not on {on}",
            "dates_differ",
        )
    return utc(at), day


def _recorded_day(now: Situation, at: datetime) -> date | None:
    """The day that was recorded with this instant for the record that is corrected."""
    match None if now.corrects is None else now.corrects.event:
        case MeetingHeld(held_at=recorded, held_on=day) if recorded == utc(at):
            return day
        case MeetingScheduled(starts_at=recorded, starts_on=day) if recorded == utc(at):
            return day
        case _:
            return None


def _overlap(
    now: Situation, persons: tuple[PersonId, ...], held_at: datetime, command: HoldMeeting
) -> None:
    for life in (one for person in persons for one in lives(now, person)):
        attended = now.state(Stream(life))
        other = attended.meeting_during(
            held_at, command.minutes, command.joint_id, command.pairing_id
        )
        if other is not None:
            raise Refused(
                "somebody would sit in two meetings at once",
                "overlaps",
                meeting=other.meeting_id,
                held_at=other.held_at,
                minutes=other.minutes,
            )


def _check_joint(
    now: Situation, persons: tuple[PersonId, ...], held_at: datetime, command: HoldMeeting
) -> None:
    """What several pairings log as one meeting took place at one time (INV-85).

    A correction may move one of them: the others are moved after it.
    """
    ends = held_at + timedelta(minutes=command.minutes)
    for life in (one for person in persons for one in lives(now, person)):
        for other in now.state(Stream(life)).attended:
            if other.joint_id != command.joint_id or other.pairing_id == command.pairing_id:
                continue
            if other.held_at >= ends or other.held_at + timedelta(minutes=other.minutes) <= held_at:
                raise Refused(
                    f"another pairing was in this joint meeting at {other.held_at:%Y-%m-%d %H:%M} "
                    "UTC; one meeting is at one time",
                    "not_at_once",
                    meeting=other.meeting_id,
                    held_at=other.held_at,
                )


def _minutes(minutes: int, settings: Settings) -> None:
    if not 0 < minutes <= settings.meeting_limit:
        raise Refused(
            f"a meeting lasts between 1 and {settings.meeting_limit} minutes, not {minutes}",
            "minutes_out_of_range",
        )


def _attendees(
    facts: Facts, named: tuple[ParticipantId, ...], on: date
) -> tuple[ParticipantId, ...]:
    if not named:
        return facts.members_on(on)
    check_members(facts, named, on)
    return tuple(dict.fromkeys(named))


def _kind(facts: Facts) -> MeetingKind:
    return "one_to_one" if facts.shape == "one_to_one" else "group"


def _facts(state: Pairing) -> Facts:
    assert not isinstance(state, NotFormed)
    return state.facts
