"""What people say of mentoring, where it was published under which consent, and taken down."""

from datetime import date
from typing import Literal

from mentorcore.practices.consent import ConsentId, Purpose, VoiceId
from mentorcore.practices.spec import (
    Code,
    ParticipantId,
    PersonId,
    PracticeCommand,
    ProgramId,
    Text,
    command,
    event,
    fresh,
    personal,
)

TELLERS: frozenset[Literal["coordinator", "subject"]] = frozenset({"coordinator", "subject"})
"""Who reads what somebody said: they themselves, and whoever publishes it."""


@event("voice.testimonial-collected", occurred="on", founding=True)
class TestimonialCollected:
    """Somebody said something that may be worth publishing.

    Attributes:
        voice_id: The text.
        kind: As what it may be published.
        by: The participant who said it.
        on: When they did.
        text: What they said, word for word. It never changes, for a consent may be for it alone;
            other words are collected anew.
    """

    voice_id: VoiceId
    program_id: ProgramId
    kind: Purpose
    by: ParticipantId
    on: date
    subjects: tuple[PersonId, ...]
    text: Text = personal("free_text", readers=TELLERS, fixed=True)


@command(leads_to=TestimonialCollected)
class CollectTestimonial(PracticeCommand):
    """Take down a testimonial, a quote or a success story; that publishes nothing."""

    program_id: ProgramId
    kind: Purpose
    by: ParticipantId
    on: date
    text: str
    voice_id: VoiceId | None = fresh("voice", default=None)


@event("voice.testimonial-published", occurred="on")
class TestimonialPublished:
    """It stands in these channels from now on.

    Attributes:
        channels: Where.
        consent_id: The consent under which it does.
    """

    channels: tuple[Code, ...]
    on: date
    consent_id: ConsentId


@command(leads_to=TestimonialPublished)
class PublishTestimonial(PracticeCommand):
    """Publish a testimonial in channels, under a consent that is live on that day.

    Where it stands already, it stands under this consent from then on.
    """

    voice_id: VoiceId
    channels: tuple[Code, ...]
    on: date
    consent_id: ConsentId


@event("voice.testimonial-taken-down", occurred="on")
class TestimonialTakenDown:
    """It stands in these channels no longer.

    Attributes:
        channels: Where it was taken down.
    """

    channels: tuple[Code, ...]
    on: date


@command(leads_to=TestimonialTakenDown)
class TakeDownTestimonial(PracticeCommand):
    """Record that a testimonial was taken down from channels."""

    voice_id: VoiceId
    channels: tuple[Code, ...]
    on: date
