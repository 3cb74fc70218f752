"""The rows of `community.voices`: what somebody said, where it may stand and where it does."""

from datetime import date

import attrs
from attrs import field

from mentorcore.practices.community.voice.events import (
    TestimonialCollected,
    TestimonialPublished,
    TestimonialTakenDown,
)
from mentorcore.practices.spec import Shown, Who, figure, without_text

__all__ = ["VoiceRow", "VoiceTotals"]

STANDING = (TestimonialPublished, TestimonialTakenDown)


@attrs.frozen
class VoiceRow:
    """Something that somebody said, as it stands on a day.

    Attributes:
        voice: The text's id.
        state: ``take_down`` where it stands anywhere without a live consent, else ``published``
            where it stands, ``may_be_published`` where a consent lets it, ``taken_down`` where it
            stood once, or ``no_consent``; ``unknown`` where it stands and nothing tells consents
            here.
        any_channel: Whether some consent lets it be published anywhere.
        may_stand: The channels that consents name.
        consents: The consents that hold, which a publication names.
        stands: The channels in which it stands.
        take_down: Those of them from which it is to be taken down at once: the consent under which
            it was published there does not hold.
        until: The last day on which any of the consents holds; nothing if one has no end, or there
            is none.
        text: What was said; they themselves and the coordinator read it.
    """

    voice: str
    kind: str
    state: str
    who: Who
    on: date
    any_channel: bool
    may_stand: tuple[str, ...]
    consents: tuple[str, ...]
    stands: tuple[str, ...]
    take_down: tuple[str, ...]
    until: date | None
    text: Shown = field(repr=without_text)

    @property
    def subject(self) -> str:
        """What the row is about."""
        return self.voice

    @property
    def title(self) -> str:
        """What its state is called where it is explained."""
        return f"how a {self.kind.replace('_', ' ')} stands"


@attrs.frozen
class VoiceTotals:
    """All voices of a program together.

    Attributes:
        voices: What was collected.
        may_be_published: Of it, what a consent lets be published and stands nowhere.
        published: What stands somewhere, with the consent of whoever said it.
        take_down: What is to be taken down at once.
    """

    voices: int = field(metadata=figure("what was collected", TestimonialCollected))
    may_be_published: int = field(metadata=figure("what may be published", *STANDING))
    published: int = field(metadata=figure("what is published", *STANDING))
    take_down: int = field(metadata=figure("what is to be taken down", *STANDING))
