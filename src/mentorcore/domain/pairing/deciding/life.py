"""When a pairing lives: the days on which something may happen in it, and its members."""

from collections.abc import Iterable, Iterator
from datetime import date

from mentorcore.domain.aggregate import Situation
from mentorcore.domain.pairing.goals import Goal
from mentorcore.domain.pairing.state import (
    ActivePairing,
    EndedPairing,
    Facts,
    FormedPairing,
    NotFormed,
    Pairing,
    PausedPairing,
)
from mentorcore.domain.program import Program
from mentorcore.domain.values import CohortId, ParticipantId
from mentorcore.errors import Refused


def check_cohort_open(now: Situation, program: Program, cohort_id: CohortId) -> None:
    """Refuse to open anything in a cohort that was closed (INV-71); corrections go on.

    Raises:
        Refused: ``cohort_closed``.
    """
    closing = program.closing(cohort_id)
    if closing is not None and now.corrects is None:
        raise Refused(
            f"this cohort was closed on {closing.on}; retract its closing to open it again",
            "cohort_closed",
            closed_on=closing.on,
        )


def check_day(state: Pairing, day: date, what: str, *, active: bool = False) -> None:
    """Refuse what lies before the pairing began or after it ended (INV-15, INV-20).

    What happened before the end may be recorded after it; late logging is normal. While a pairing
    waits for its start its members agree on goals and write, and none of that is undone by the
    start.

    Args:
        state: The pairing.
        day: When it happened.
        what: What happened, in words.
        active: Whether the pairing has to have become active for it.

    Raises:
        Refused: ``before_start`` or ``after_end``.
    """
    assert not isinstance(state, NotFormed)
    facts = state.facts
    begins = (facts.active_from if active else None) or facts.formed_on
    if day < begins:
        raise Refused(
            f"this pairing began on {begins}; {what} on {day} cannot be recorded",
            "before_start",
            since=begins,
        )
    if isinstance(state, EndedPairing) and day > state.on:
        raise Refused(
            f"this pairing ended on {state.on}; {what} on {day} cannot be recorded",
            "after_end",
            ended_on=state.on,
        )
    for ended_on, reopened_on in facts.gaps:
        if ended_on < day < reopened_on:
            raise Refused(
                f"this pairing had ended on {ended_on} and was reopened on {reopened_on} only; "
                f"{what} on {day} cannot be recorded",
                "after_end",
                ended_on=ended_on,
            )


def check_members(
    facts: Facts, participants: Iterable[ParticipantId], on: date | None = None
) -> None:
    """Refuse whoever is not a member, or was none on a day (INV-22).

    Raises:
        Refused: ``not_a_member``.
    """
    there = facts.seats if on is None else facts.members_on(on)
    for participant in participants:
        if participant in there:
            continue
        if participant in facts.seats:
            raise Refused(
                f"somebody named here was not a member of this pairing on {on}",
                "not_a_member",
                participant=participant,
                on=on,
            )
        raise Refused(
            "somebody named here is not a member of this pairing",
            "not_a_member",
            participant=participant,
        )


def check_was_member(facts: Facts, participant: ParticipantId, on: date) -> None:
    """Refuse whoever was not a member on a day or before it (INV-22).

    Raises:
        Refused: ``not_a_member``.
    """
    days = [s.since for s in facts.changes if s.member.participant == participant]
    check_members(facts, (participant,), on if days and min(days) > on else None)


def check_present(facts: Facts) -> None:
    """Refuse a record of somebody on a day on which they are no member (INV-22).

    Raises:
        Refused: ``not_a_member``.
    """
    for meeting in facts.meetings.values():
        if meeting.held is not None:
            check_members(facts, meeting.held.attendees, meeting.held.held_on)
        if meeting.cancelled is not None:
            by = () if meeting.cancelled.by is None else (meeting.cancelled.by,)
            check_members(facts, (*meeting.cancelled.absent, *by), meeting.cancelled.on)
    for participant, day in _people_on_days(facts):
        check_members(facts, (participant,), day)
    for goal in facts.goals.values():
        check_owner(facts, goal, goal.set.on)
        for day, _status in goal.steps:
            check_owner(facts, goal, day)
    for given in facts.feedback.values():
        check_was_member(facts, given.author, given.on)
        if given.about_participant is not None:
            check_was_member(facts, given.about_participant, given.on)


def _people_on_days(facts: Facts) -> Iterator[tuple[ParticipantId, date]]:
    yield from facts.signed_on.items()
    for item in facts.items.values():
        yield item.agreed.owner, item.agreed.on
    for note in facts.notes.values():
        yield note.author, note.on
    for mismatch in facts.mismatches.values():
        yield mismatch.reported.by, mismatch.reported.on


def check_owner(facts: Facts, goal: Goal, on: date) -> None:
    """Refuse something about a goal on a day on which whose goal it is was no member (INV-22).

    Raises:
        Refused: ``not_a_member``.
    """
    if not set(goal.set.subjects) <= set(facts.persons_on(on)):
        raise Refused(
            f"whoever this goal belongs to was not a member of this pairing on {on}",
            "not_a_member",
            on=on,
        )


def check_life(state: Pairing) -> None:
    """Refuse an end, or a correction of a pairing's dates, that leaves something outside (INV-65).

    Raises:
        Refused: ``before_start`` or ``after_end``.
    """
    assert not isinstance(state, NotFormed)
    held = any(meeting.held for meeting in state.facts.meetings.values())
    if held and isinstance(state, FormedPairing):
        raise Refused("a meeting was held; the pairing has to have started", "not_active")
    for meeting in state.facts.meetings.values():
        if meeting.held is not None:
            check_day(state, meeting.held.held_on, "a meeting", active=True)
    for what, day in _dated(state.facts):
        check_day(state, day, what)
    if state.facts.changes:
        check_present(state.facts)
    for signed in state.facts.signatures.values():
        if signed.on < state.facts.formed_on:
            raise Refused(
                f"a signature of {signed.on} is recorded, before it was formed", "before_start"
            )


def last_day(state: Pairing) -> date:
    """The last day on which something happened in a pairing: it cannot end before it (INV-65)."""
    assert not isinstance(state, NotFormed)
    facts = state.facts
    held = (m.held.held_on for m in facts.meetings.values() if m.held is not None)
    began = state.since if isinstance(state, ActivePairing | PausedPairing) else facts.formed_on
    return max((began, facts.formed_on, *held, *(day for _, day in _dated(facts))))


def _dated(facts: Facts) -> Iterator[tuple[str, date]]:
    for stay in facts.changes:
        yield "a member", stay.since
        if stay.until is not None:
            yield "the leaving of a member", stay.until
    for goal in facts.goals.values():
        yield "a goal", goal.set.on
        yield from (("progress of a goal", day) for day, _ in goal.steps)
    for item in facts.items.values():
        yield "an action item", item.agreed.on
    for note in facts.notes.values():
        yield "a note", note.on
    for mismatch in facts.mismatches.values():
        yield "a mismatch", mismatch.reported.on
