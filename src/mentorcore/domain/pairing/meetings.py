"""What became of one meeting of a pairing: part of its state."""

import attrs

from mentorcore.domain.pairing.events.meetings import (
    MeetingCancelled,
    MeetingHeld,
    MeetingScheduled,
    MeetingVerified,
)

__all__ = ["NO_MEETING", "Meeting", "met_with"]


@attrs.frozen
class Meeting:
    """One meeting: planned, cancelled, missed or held; ``verdict`` is the last one given."""

    scheduled: MeetingScheduled | None = None
    held: MeetingHeld | None = None
    cancelled: MeetingCancelled | None = None
    verdict: str | None = None


NO_MEETING = Meeting()


def met_with(
    old: Meeting, event: MeetingHeld | MeetingScheduled | MeetingCancelled | MeetingVerified
) -> Meeting | None:
    """What one more event makes of a meeting; nothing where it changes nothing."""
    match event:
        case MeetingHeld():
            return Meeting(old.scheduled, event, old.cancelled, old.verdict)
        case MeetingScheduled() if old.scheduled and old.scheduled.sequence > event.sequence:
            # What is planned is known by its highest sequence, in whatever order it was recorded.
            return None
        case MeetingScheduled():
            return Meeting(event, old.held, old.cancelled, old.verdict)
        case MeetingCancelled():
            return Meeting(old.scheduled, old.held, event, old.verdict)
        case _:
            return Meeting(old.scheduled, old.held, old.cancelled, event.verdict)
