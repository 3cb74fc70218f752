"""What somebody lets be published of their words, where and until when; and that they no longer do.

A consent holds what publishing needs and nothing else: the words themselves stand elsewhere.
"""

from datetime import date

from mentorcore.practices.consent import ConsentId, Purpose, VoiceId
from mentorcore.practices.spec import (
    Code,
    PersonId,
    PracticeCommand,
    ProgramId,
    command,
    event,
    fresh,
)


@event("consent.given", occurred="on", founding=True)
class ConsentGiven:
    """Somebody let a program publish their words.

    Attributes:
        consent_id: The consent.
        person_id: Who consents.
        purpose: As what their words may be published.
        channels: Where; anywhere, where none is named.
        voice_id: The only text that may be; any of theirs for the purpose, where none is named.
        until: The last day on which it may stand anywhere; nothing if there is none.
    """

    consent_id: ConsentId
    program_id: ProgramId
    person_id: PersonId
    purpose: Purpose
    on: date
    channels: tuple[Code, ...] = ()
    voice_id: VoiceId | None = None
    until: date | None = None


@command(leads_to=ConsentGiven)
class GiveConsent(PracticeCommand):
    """Record that somebody lets the program publish their words."""

    program_id: ProgramId
    person_id: PersonId
    purpose: Purpose
    on: date
    channels: tuple[Code, ...] = ()
    voice_id: VoiceId | None = None
    until: date | None = None
    consent_id: ConsentId | None = fresh("consent", default=None)


@event("consent.withdrawn", occurred="on", transition=True, once=True)
class ConsentWithdrawn:
    """They let it no longer; whatever stands under it is to be taken down."""

    on: date


@command(leads_to=ConsentWithdrawn)
class WithdrawConsent(PracticeCommand):
    """Record that somebody withdraws a consent; nothing but a day to come stands in the way."""

    consent_id: ConsentId
    on: date
