"""A member joins a pairing that is there already, or leaves one that goes on: what can happen."""

from datetime import date
from typing import Literal

from mentorcore.domain.declarations import event
from mentorcore.domain.values import Code, ParticipantId, PersonId

EndReason = Literal[
    "completed",
    "early_goals_met",
    "no_fault",
    "mismatch",
    "left_role",
    "transferred",
    "safety",
    "administrative",
]


@event("pairing.member-joined", occurred="since")
class MemberJoined:
    """Somebody joined a pairing after it was formed; ``subjects`` names the person.

    Attributes:
        primary: Whether this is the mentor who answers for the mentees from then on.
        since: The first day as a member.
    """

    participant: ParticipantId
    role: Code
    primary: bool
    since: date
    subjects: tuple[PersonId, ...]


@event("pairing.member-left", occurred="on")
class MemberLeft:
    """Somebody left a pairing that goes on without them.

    Attributes:
        on: The last day as a member.
        reason: Why they left.
    """

    participant: ParticipantId
    on: date
    reason: EndReason


@event("pairing.substitute-named", occurred="since", rests_on=(MemberJoined, "participant"))
class SubstituteNamed:
    """A member stands in for another for a while; whoever does is never the primary mentor.

    Attributes:
        since: The first day on which they stand in.
        until: The last day for which that is agreed; a member leaves only when that is recorded.
    """

    participant: ParticipantId
    since: date
    until: date
