"""What publishing rests on: the consent of whoever said something, as others ask about it.

Consents are one practice's, and what is published under them another's. Neither knows the other:
the state of a consent fits `Consented`, and who publishes asks `check_consented`.
"""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, runtime_checkable

import attrs

from mentorcore.domain.values import identifier
from mentorcore.errors import Refused

if TYPE_CHECKING:
    ConsentId: TypeAlias = str
    VoiceId: TypeAlias = str
else:
    ConsentId = identifier("ConsentId", "consent")
    VoiceId = identifier("VoiceId", "voice")

__all__ = [
    "CONSENT",
    "GIVEN",
    "WITHDRAWN",
    "ConsentId",
    "Consented",
    "Given",
    "Publication",
    "Purpose",
    "VoiceId",
    "check_consented",
    "is_for",
    "is_live",
]

Purpose = Literal["testimonial", "quote", "success_story"]

CONSENT = "consent"
"""The kind of streams that hold consents."""
GIVEN, WITHDRAWN = "consent.given", "consent.withdrawn"
"""The events of such a stream, as they are stored."""


class Given(Protocol):
    """What somebody consented to."""

    @property
    def program_id(self) -> str:
        """The program that may publish."""

    @property
    def person_id(self) -> str:
        """Who consents."""

    @property
    def purpose(self) -> str:
        """For what."""

    @property
    def channels(self) -> Collection[str]:
        """Where it may be published; anywhere, where none is named."""

    @property
    def voice_id(self) -> str | None:
        """The only text that it is about, if it is about one."""

    @property
    def on(self) -> date:
        """The first day."""

    @property
    def until(self) -> date | None:
        """The last day, if there is one."""


@runtime_checkable
class Consented(Protocol):
    """A consent as it stands: given or not, and withdrawn or not."""

    @property
    def given(self) -> Any:
        """A `Given`, or nothing."""

    @property
    def withdrawn_on(self) -> date | None:
        """The first day on which it holds no longer."""


@attrs.frozen
class Publication:
    """What is to be published.

    Attributes:
        program: The program that publishes.
        persons: Every id of whoever said it.
        voice: The text.
        kind: What it is.
        channels: Where.
    """

    program: str
    persons: Collection[str]
    voice: str
    kind: str
    channels: Collection[str]


def is_live(given: Given, withdrawn_on: date | None, day: date) -> bool:
    """Whether a consent holds on a day: from its first to its last, and before it is withdrawn."""
    if day < given.on or (given.until is not None and day > given.until):
        return False
    return withdrawn_on is None or day < withdrawn_on


def is_for(given: Given, asked: Publication) -> bool:
    """Whether a consent is about what is to be published, whatever the day."""
    return (
        _is_theirs(given, asked)
        and _is_for_that(given, asked)
        and not _channels_lacking(given, asked)
    )


def check_consented(consent: Consented, asked: Publication, day: date) -> None:
    """Refuse to publish what nobody consents to on that day (INV-48).

    Raises:
        Refused: With the code of the rule that is broken.
    """
    given, withdrawn_on = consent.given, consent.withdrawn_on
    if given is None:
        raise Refused("there is no such consent", "no_such_consent")
    if not _is_theirs(given, asked):
        raise Refused(
            "this consent is somebody else's, or is given to another program",
            "consent_of_another",
        )
    if not _is_for_that(given, asked):
        raise Refused("this consent is for something else", "consent_for_another")
    if lacking := _channels_lacking(given, asked):
        raise Refused(f"this consent is not for {', '.join(lacking)}", "consent_for_another")
    if is_live(given, withdrawn_on, day):
        return
    if withdrawn_on is not None and day >= withdrawn_on:
        raise Refused(f"this consent was withdrawn on {withdrawn_on}", "no_live_consent")
    until = "" if given.until is None else f" to {given.until}"
    raise Refused(f"this consent holds from {given.on}{until}", "no_live_consent")


def _is_theirs(given: Given, asked: Publication) -> bool:
    return given.program_id == asked.program and given.person_id in asked.persons


def _is_for_that(given: Given, asked: Publication) -> bool:
    return given.purpose == asked.kind and given.voice_id in (None, asked.voice)


def _channels_lacking(given: Given, asked: Publication) -> list[str]:
    return sorted({*asked.channels} - {*given.channels}) if given.channels else []
