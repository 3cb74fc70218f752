"""From when to when each member was one: part of a pairing's state."""

from datetime import date

import attrs

from mentorcore.domain.pairing.events.forming import Member
from mentorcore.domain.pairing.events.members import MemberLeft, SubstituteNamed
from mentorcore.domain.values import PersonId

__all__ = ["Stay", "standing_in", "stays_left"]


@attrs.frozen
class Stay:
    """The time of a member in a pairing; ``until``, the last day, is ``None`` while it lasts.

    Attributes:
        substitute_until: Of a substitute, the last day for which that is agreed.
    """

    member: Member
    person: PersonId
    since: date
    until: date | None = None
    substitute_until: date | None = None


def stays_left(stays: tuple[Stay, ...], event: MemberLeft) -> tuple[Stay, ...]:
    """The stays once somebody left."""
    return tuple(
        attrs.evolve(s, until=event.on)
        if s.member.participant == event.participant and s.until is None and s.since <= event.on
        else s
        for s in stays
    )


def standing_in(stays: tuple[Stay, ...], event: SubstituteNamed) -> tuple[Stay, ...]:
    """The stays once it was said until when somebody stands in."""
    return tuple(
        attrs.evolve(s, substitute_until=event.until)
        if s.member.participant == event.participant and s.until is None
        else s
        for s in stays
    )
