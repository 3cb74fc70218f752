"""Which responses of earlier exports are not in this one, and how certain that is.

An export that may be cut off, or that has rows nobody can read, does not prove that a response
is gone. What is not proven is told and not recorded, and nothing is ever deleted.
"""

from collections.abc import Iterable

import attrs

from mentorcore.engine.known_responses import Held
from mentorcore.engine.readings import Surveyed
from mentorcore.engine.session import Session
from mentorcore.intake.report import Missing

__all__ = ["Vanished", "vanished"]


@attrs.frozen
class Vanished:
    """A response that is held and was not read.

    Attributes:
        name: The digest under which it stands in the index.
        held: What the index holds.
        missing: What the report says.
    """

    name: bytes
    held: Held
    missing: Missing


def vanished(
    unseen: Iterable[tuple[bytes, Held]], surveyed: Surveyed, session: Session, *, live: bool
) -> list[Vanished]:
    """What an export that should hold all responses lacks.

    Args:
        unseen: What is held and was not read.
        surveyed: The export as a whole.
        session: Where the responses are looked up.
        live: Whether a service was read, which gives responses in any order.
    """
    lacking = list(unseen)
    hidden = len(lacking) <= len(surveyed.unreadable)  # each may be a row that cannot be read
    found = []
    for name, held in lacking:
        latest = session.state(held.response).latest
        sent = latest.submitted_at
        # A file in the order of sending is whole up to the last response it holds.
        last = surveyed.latest if surveyed.in_order and not live else None
        before = last is not None and sent is not None and sent < last
        found.append(
            Vanished(
                name,
                held,
                Missing(
                    held.response,
                    sent,
                    len(latest.caused),
                    newly=not held.missing,
                    certain=not hidden and (before or not surveyed.cut),
                ),
            )
        )
    return found
