"""When a pairing lives: the days on which something may happen in it, and its members."""

from collections.abc import Iterable, Iterator
from datetime import date

from mentorcore.domain.aggregate import Situation
from mentorcore.domain.pairing.state import EndedPairing, Facts, FormedPairing, NotFormed, Pairing
from mentorcore.domain.program import Program
from mentorcore.domain.values import ParticipantId
from mentorcore.errors import Refused


def check_past(now: Situation, program: Program, day: date) -> None:
    """Refuse a day that has not come yet in the program's time zone.

    Raises:
        Refused: ``in_the_future``.
    """
    if day > now.today(program):
        raise Refused(f"{day} is in the future", "in_the_future")


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


def check_members(facts: Facts, participants: Iterable[ParticipantId]) -> None:
    """Refuse whoever is not a member (INV-22).

    Raises:
        Refused: ``not_a_member``.
    """
    for participant in participants:
        if not facts.is_member(participant):
            raise Refused(
                "somebody named here is not a member of this pairing",
                "not_a_member",
                participant=participant,
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
    for signed in state.facts.signatures.values():
        if signed.on < state.facts.formed_on:
            raise Refused(
                f"a signature of {signed.on} is recorded, before it was formed", "before_start"
            )


def _dated(facts: Facts) -> Iterator[tuple[str, date]]:
    for goal in facts.goals.values():
        yield "a goal", goal.set.on
        yield from (("progress of a goal", day) for day, _ in goal.steps)
    for item in facts.items.values():
        yield "an action item", item.agreed.on
    for note in facts.notes.values():
        yield "a note", note.on
    for mismatch in facts.mismatches.values():
        yield "a mismatch", mismatch.reported.on
