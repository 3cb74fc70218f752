"""A pairing pauses, goes on, ends and is taken up again: what can happen and be asked."""

from datetime import date
from typing import Literal

from mentorcore.domain.declarations import command, event, personal, public
from mentorcore.domain.pairing.events.members import EndReason
from mentorcore.domain.participant.events import PairingJoined, PairingLeft
from mentorcore.domain.values import Code, CohortId, PairingId, ParticipantId, PersonId, Text
from mentorcore.domain.visibility import REASON


@event("pairing.paused", occurred="since", transition=True)
class PairingPaused:
    """The pairing pauses from a day on."""

    since: date
    frees_place: bool
    subjects: tuple[PersonId, ...]
    planned_until: date | None = None
    reason: Text | None = personal("free_text", default=None, readers=REASON)


@command(leads_to=PairingPaused, also=(PairingLeft,))
class PausePairing:
    """Pause a pairing, keeping its place or freeing it."""

    pairing_id: PairingId
    since: date
    planned_until: date | None = None
    reason: str | None = None
    frees_place: bool = False


@event("pairing.resumed", occurred="on", transition=True)
class PairingResumed:
    """The pairing goes on."""

    on: date


@command(leads_to=PairingResumed, also=(PairingJoined,))
class ResumePairing:
    """Let a paused pairing go on."""

    pairing_id: PairingId
    on: date


@event("pairing.ended", occurred="on", transition=True)
class PairingEnded:
    """The pairing ended; ``initiated_by`` is a member, or nobody for the program itself.

    Attributes:
        reason: Why it ended, as one of the words for it.
    """

    on: date
    reason: EndReason
    initiated_by: ParticipantId | Literal["program"] = public(fixed=False)
    closing_conversation: bool
    successor: PairingId | None = public(default=None, fixed=False)


@command(leads_to=PairingEnded, also=(PairingLeft,))
class EndPairing:
    """End a pairing, for a reason, on somebody's initiative (INV-15)."""

    pairing_id: PairingId
    on: date
    reason: EndReason
    initiated_by: ParticipantId | Literal["program"]
    closing_conversation: bool = False
    successor: PairingId | None = None


@event("pairing.reopened", occurred="on", transition=True)
class PairingReopened:
    """An ended pairing goes on after all."""

    on: date
    authority: Code
    subjects: tuple[PersonId, ...]
    reason: Text | None = personal("free_text", default=None, readers=REASON)


@command(leads_to=PairingReopened, also=(PairingJoined,))
class ReopenPairing:
    """Let an ended pairing go on after all; it takes its place again."""

    pairing_id: PairingId
    on: date
    authority: Code
    reason: str | None = None


@event("pairing.continued", occurred="on")
class PairingContinued:
    """The pairing goes on beyond its cohort: in another one, or in the same until a later day.

    Attributes:
        cohort_id: The cohort in which it goes on; nothing where it stays in its own.
        planned_end: Until when it is planned now; nothing where that stays as it was.
    """

    on: date
    cohort_id: CohortId | None = public(default=None, fixed=False)
    planned_end: date | None = None


@command(leads_to=PairingContinued)
class ContinuePairing:
    """Let a pairing go on beyond its cohort, in a successor or until a later day (INV-71)."""

    pairing_id: PairingId
    on: date
    cohort_id: CohortId | None = None
    planned_end: date | None = None
