"""People who let a program publish their words, and one who does so no longer.

Today is 23 November 2026. The mentee consents on 1 September, and withdraws it on 20 October.
"""

from collections.abc import Generator
from datetime import date
from typing import Any

import attrs
from engine.world import World

from mentorcore.domain.values import Code
from mentorcore.engine.engine import Engine
from mentorcore.practices.privacy.events import (
    ConsentGiven,
    ConsentWithdrawn,
    GiveConsent,
    WithdrawConsent,
)

GIVEN, UNTIL, WITHDRAWN = date(2026, 9, 1), date(2026, 12, 31), date(2026, 10, 20)
SITE, LETTER = Code("site"), Code("newsletter")


@attrs.define
class Consenting:
    """A pair, and what its mentee lets be published."""

    world: World
    mentor: str
    mentee: str
    consent: str = ""

    @property
    def engine(self) -> Engine:
        return self.world.engine

    def giving(self, **other: Any) -> GiveConsent:
        usual: dict[str, Any] = {
            "program_id": self.world.program,
            "person_id": self.world.persons[self.mentee],
            "purpose": "testimonial",
            "on": GIVEN,
            "channels": (SITE, LETTER),
            "until": UNTIL,
        }
        return GiveConsent(**usual | other)

    def give(self, **other: Any) -> str:
        self.consent = self.world.do(self.giving(**other))
        return self.consent

    def withdraw(self, on: date = WITHDRAWN) -> Any:
        return self.world.ask(WithdrawConsent(consent_id=self.consent, on=on))


def begun(engine: Engine) -> Consenting:
    """A pair, and nothing consented to."""
    world = World(engine)
    return Consenting(world, *world.members(world.pair()))


def world(engine: Engine) -> Generator[Any, Any, None]:
    """Everything that the practice can be asked for, in order; each command gets its answer."""
    here = begun(engine)
    answer = yield here.giving()
    yield WithdrawConsent(consent_id=answer.stream, on=WITHDRAWN)
    yield here.giving(purpose="quote", channels=(), until=None, voice_id=f"voice:{1:032x}")


EXAMPLES: tuple[Any, ...] = (
    ConsentGiven(
        consent_id=f"consent:{1:032x}",
        program_id=f"program:{1:032x}",
        person_id=f"person:{1:032x}",
        purpose="testimonial",
        on=GIVEN,
        channels=(SITE, LETTER),
        voice_id=f"voice:{1:032x}",
        until=UNTIL,
    ),
    ConsentWithdrawn(on=WITHDRAWN),
)
"""One event of each class, as the rules make them."""
