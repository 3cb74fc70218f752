"""The rows of closing: a pairing of a closed cohort, and all of them by cohort (INV-71)."""

from datetime import date

import attrs
from attrs import field

from mentorcore.domain.pairing.events.ending import PairingContinued, PairingEnded, PairingReopened
from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.domain.pairing.events.members import MemberJoined
from mentorcore.practices.spec import Evidence, Who, figure

__all__ = ["ClosedPairing", "CohortTotal", "CohortTotals"]

TURNS = (PairingFormed, PairingContinued, PairingEnded, PairingReopened)


@attrs.frozen
class ClosedPairing:
    """A pairing of a cohort that was closed.

    Attributes:
        cohort: The cohort that was closed; a pairing that moved on may be in several.
        became: ``ended``, ``moved`` to another cohort, ``extended`` in the same one, or ``open``.
        reason: Why it ended.
        to: The cohort to which it moved.
        planned_end: Until when it is extended, where that was said.
    """

    pairing: str = field(metadata=figure("the pairing's id", PairingFormed))
    cohort: str = field(metadata=figure("the cohort that was closed", *TURNS))
    name: str = field(metadata=figure("the cohort's name"))
    closed_on: date = field(metadata=figure("when the cohort was closed"))
    members: tuple[Who, ...] = field(metadata=figure("who was in it", PairingFormed, MemberJoined))
    became: str = field(metadata=figure("what became of the pairing", *TURNS))
    on: date | None = field(metadata=figure("the day of that", *TURNS))
    reason: str | None = field(metadata=figure("why it ended", PairingEnded))
    to: str | None = field(metadata=figure("the cohort to which it moved", PairingContinued))
    planned_end: date | None = field(metadata=figure("until when it is extended", PairingContinued))
    evidence: tuple[Evidence, ...] = field(
        metadata=figure("the events behind it", MemberJoined, *TURNS)
    )


@attrs.frozen
class CohortTotal:
    """The pairings of a cohort that was closed, by what became of them."""

    cohort: str = field(metadata=figure("the cohort's id"))
    name: str = field(metadata=figure("the cohort's name"))
    ended: int = field(metadata=figure("pairings that ended", *TURNS))
    moved: int = field(metadata=figure("pairings that moved on", *TURNS))
    extended: int = field(metadata=figure("pairings that were extended", *TURNS))
    open: int = field(metadata=figure("pairings of which nothing is said", *TURNS))


@attrs.frozen
class CohortTotals:
    """All cohorts of a program that were closed."""

    cohorts: tuple[CohortTotal, ...] = field(
        metadata=figure("pairings by what became of them, by cohort", *TURNS)
    )
