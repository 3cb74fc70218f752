"""A mentee who says something worth publishing, and consents to it for a while.

Today is 23 November 2026. It is said on 10 September, published on 1 October, and the consent holds
from 15 September to the end of the year.
"""

from collections.abc import Generator
from datetime import date
from typing import Any

import attrs
from engine.world import World

from mentorcore.domain.values import Code
from mentorcore.engine.engine import Engine
from mentorcore.practices.community.voice.events import (
    CollectTestimonial,
    PublishTestimonial,
    TakeDownTestimonial,
    TestimonialCollected,
    TestimonialPublished,
    TestimonialTakenDown,
)
from mentorcore.practices.privacy.events import GiveConsent, WithdrawConsent

SAID, CONSENTED, SHOWN, GONE, UNTIL = (
    date(2026, 9, 10),
    date(2026, 9, 15),
    date(2026, 10, 1),
    date(2026, 11, 2),
    date(2026, 12, 31),
)
SITE, LETTER = Code("site"), Code("newsletter")
WORDS = "Without her I would have left in November"


@attrs.define
class Speaking:
    """A pair whose mentee said something, and what was consented to last."""

    world: World
    mentor: str
    mentee: str
    voice: str = ""
    consent: str = ""

    @property
    def engine(self) -> Engine:
        return self.world.engine

    def collecting(self, **other: Any) -> CollectTestimonial:
        usual: dict[str, Any] = {
            "program_id": self.world.program,
            "kind": "testimonial",
            "by": self.mentee,
            "on": SAID,
            "text": WORDS,
        }
        return CollectTestimonial(**usual | other)

    def collect(self, **other: Any) -> str:
        self.voice = self.world.do(self.collecting(**other))
        return self.voice

    def giving(self, **other: Any) -> GiveConsent:
        usual: dict[str, Any] = {
            "program_id": self.world.program,
            "person_id": self.world.persons[self.mentee],
            "purpose": "testimonial",
            "on": CONSENTED,
            "until": UNTIL,
        }
        return GiveConsent(**usual | other)

    def give(self, **other: Any) -> str:
        self.consent = self.world.do(self.giving(**other))
        return self.consent

    def withdraw(self, on: date = GONE) -> Any:
        return self.world.ask(WithdrawConsent(consent_id=self.consent, on=on))

    def publishing(self, **other: Any) -> PublishTestimonial:
        usual: dict[str, Any] = {
            "voice_id": self.voice,
            "channels": (SITE, LETTER),
            "on": SHOWN,
            "consent_id": self.consent,
        }
        return PublishTestimonial(**usual | other)

    def publish(self, **other: Any) -> Any:
        return self.world.ask(self.publishing(**other))

    def take_down(self, *channels: Code, on: date = GONE) -> Any:
        asked = TakeDownTestimonial(voice_id=self.voice, channels=channels, on=on)
        return self.world.ask(asked)


def spoken(engine: Engine) -> Speaking:
    """Something that was said, and a consent to it."""
    world = World(engine)
    here = Speaking(world, *world.members(world.pair()))
    here.collect()
    here.give()
    return here


def told(world: World, mentor: str, mentee: str) -> Generator[Any, Any, None]:
    """Everything that happens to voices, in order; each command gets its answer."""
    here = Speaking(world, mentor, mentee)
    here.voice = (yield here.collecting()).stream
    here.consent = (yield here.giving()).stream
    yield here.publishing()
    yield TakeDownTestimonial(voice_id=here.voice, channels=(LETTER,), on=GONE)
    yield here.collecting(by=mentor, kind="quote", text="It took one term")


EXAMPLES: tuple[Any, ...] = (
    TestimonialCollected(
        voice_id=f"voice:{1:032x}",
        program_id=f"program:{1:032x}",
        kind="testimonial",
        by=f"participant:{1:032x}",
        on=SAID,
        subjects=(f"person:{1:032x}",),
        text=WORDS,
    ),
    TestimonialPublished(channels=(SITE,), on=SHOWN, consent_id=f"consent:{1:032x}"),
    TestimonialTakenDown(channels=(LETTER,), on=GONE),
)
"""One event of each class, as the rules make them."""
