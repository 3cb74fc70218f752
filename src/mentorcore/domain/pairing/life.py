"""When a pairing lives: the days on which something may happen in it, and its members."""

from collections.abc import Iterable
from datetime import date

from mentorcore.domain.pairing.state import EndedPairing, Facts, FormedPairing, NotFormed, Pairing
from mentorcore.domain.values import ParticipantId
from mentorcore.errors import Refused


def check_day(state: Pairing, day: date, what: str) -> None:
    """Refuse what lies before the pairing began or after it ended (INV-15, INV-20).

    What happened before the end may be recorded after it; late logging is normal.

    Raises:
        Refused: ``before_start`` or ``after_end``.
    """
    assert not isinstance(state, NotFormed)
    facts = state.facts
    begins = facts.active_from or facts.formed_on
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
    """Refuse a correction of a pairing's dates that leaves something outside its life (INV-65).

    Raises:
        Refused: ``before_start`` or ``after_end``.
    """
    if isinstance(state, NotFormed):
        return
    for meeting in state.facts.meetings.values():
        if meeting.held is not None:
            if isinstance(state, FormedPairing):
                raise Refused("a meeting was held; the pairing has to have started", "not_active")
            check_day(state, meeting.held.held_on, "a meeting")
    for goal in state.facts.goals.values():
        check_day(state, goal.set.on, "a goal")
