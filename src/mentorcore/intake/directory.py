"""Who is known already: people, their enrolments, pairings and goals, as an import finds them.

A row of a form names people by address, number or name. `Directory` is what intake asks; the
engine answers from the log and from what an import adds while it runs.
"""

import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache
from itertools import count
from types import MappingProxyType
from typing import Any, Protocol

import attrs

from mentorcore.domain.person.events import Scheme
from mentorcore.domain.program import Program
from mentorcore.domain.values import (
    CohortId,
    GoalId,
    MeetingId,
    PairingId,
    ParticipantId,
    PersonId,
)

__all__ = [
    "NOTHING_LEFT_OUT",
    "Directory",
    "KnownGoal",
    "KnownPairing",
    "KnownParticipant",
    "KnownPerson",
    "Without",
    "folded",
    "next_revision",
]


_REVISIONS = count(1)
NOTHING_LEFT_OUT: Mapping[str, frozenset[int]] = MappingProxyType({})


def next_revision() -> int:
    """A number that no directory has had before."""
    return next(_REVISIONS)


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """A name, address or statement as it is compared: NFC, single spaces, small letters."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


@attrs.frozen(kw_only=True)
class KnownPerson:
    """A registered person; ``identities`` are (scheme, value), e-mail addresses among them."""

    person: PersonId
    name: str = ""
    identities: tuple[tuple[Scheme, str], ...] = ()


@attrs.frozen(kw_only=True)
class KnownParticipant:
    """An enrolment in the program; ``until`` is the day on which it ended."""

    participant: ParticipantId
    person: PersonId
    cohort: CohortId
    role: str
    since: date
    until: date | None = None


@attrs.frozen(kw_only=True)
class KnownPairing:
    """A pairing; ``waiting`` until it is started, ``planned`` are meetings not yet held."""

    pairing: PairingId
    members: frozenset[ParticipantId]
    since: date
    until: date | None = None
    waiting: bool = False
    planned: tuple[tuple[MeetingId, date], ...] = ()

    def lived_on(self, day: date) -> bool:
        """Whether it had been formed and not yet ended on *day*; the last day counts."""
        return self.since <= day and (self.until is None or day <= self.until)


@attrs.frozen(kw_only=True)
class KnownGoal:
    """A goal with the status it has reached, and since when.

    Attributes:
        owners: The person whose goal it is; empty where that is not known.
        set_on: The day on which it was set.
        gone: Whether a later wording took its place, or it goes on in a later pairing.
    """

    goal: GoalId
    pairing: PairingId
    statement: str
    status: str = "set"
    on: date | None = None
    owners: frozenset[PersonId] = frozenset()
    set_on: date | None = None
    gone: bool = False


class Directory(Protocol):
    """What intake asks about people and pairings."""

    @property
    def revision(self) -> int | None:
        """A number that no directory has had before, whenever something has changed.

        ``None`` when nothing tells.
        """

    @property
    def program(self) -> Program:
        """The program that the form belongs to."""

    def identified(self, scheme: Scheme, value: str) -> tuple[KnownPerson, ...]:
        """Everybody in the log with this identity; by rule one at most."""

    def named(self, name: str) -> tuple[KnownPerson, ...]:
        """Participants of the program with this name."""

    def person(self, person: PersonId) -> KnownPerson | None:
        """A person by id."""

    def enrolments(self, person: PersonId) -> tuple[KnownParticipant, ...]:
        """A person's enrolments in the program, ended ones too."""

    def enrolment(self, participant: ParticipantId) -> KnownParticipant | None:
        """An enrolment by id."""

    def pairings(self, participant: ParticipantId) -> tuple[KnownPairing, ...]:
        """The pairings of a participant, ended ones too, in the order they were formed."""

    def goals(self, pairing: PairingId) -> tuple[KnownGoal, ...]:
        """The goals of a pairing."""

    def states(
        self, kind: str, without: Mapping[str, frozenset[int]] = NOTHING_LEFT_OUT
    ) -> Mapping[str, Any]:
        """The streams of a kind in the program, such as those of a practice, each as it stands.

        A stream of which the founding record is left out is not there.

        Args:
            kind: The kind.
            without: Records to leave out, as versions by stream.

        Raises:
            Refused: ``practice_missing``: the rules of that kind are not here.
        """

    def names(self) -> Collection[str]:
        """The names of all participants of the program, for suggestions."""

    def values(self, scheme: Scheme) -> Collection[str]:
        """All identities of a scheme that participants of the program have, for suggestions."""


@attrs.frozen
class Without:
    """A directory as it would be if some people, enrolments, pairings and goals were not there.

    An edited response is read as if what it had led to before were not known.

    Attributes:
        inner: The directory.
        hidden: The ids of who and what is not there.
        dropped: The records that are not there, as versions by stream.
    """

    inner: Directory
    hidden: frozenset[str]
    dropped: Mapping[str, frozenset[int]] = NOTHING_LEFT_OUT

    @property
    def revision(self) -> int | None:
        """Nothing tells two such directories apart."""
        return None

    @property
    def program(self) -> Program:
        """The program that the form belongs to."""
        return self.inner.program

    def identified(self, scheme: Scheme, value: str) -> tuple[KnownPerson, ...]:
        """Everybody in the log with this identity."""
        return self._shown(self.inner.identified(scheme, value))

    def named(self, name: str) -> tuple[KnownPerson, ...]:
        """Participants of the program with this name."""
        return self._shown(self.inner.named(name))

    def person(self, person: PersonId) -> KnownPerson | None:
        """A person by id."""
        return None if person in self.hidden else self.inner.person(person)

    def enrolments(self, person: PersonId) -> tuple[KnownParticipant, ...]:
        """A person's enrolments in the program."""
        found = self.inner.enrolments(person)
        return tuple(e for e in found if e.participant not in self.hidden)

    def enrolment(self, participant: ParticipantId) -> KnownParticipant | None:
        """An enrolment by id."""
        return None if participant in self.hidden else self.inner.enrolment(participant)

    def pairings(self, participant: ParticipantId) -> tuple[KnownPairing, ...]:
        """The pairings of a participant."""
        found = self.inner.pairings(participant)
        return tuple(p for p in found if p.pairing not in self.hidden)

    def goals(self, pairing: PairingId) -> tuple[KnownGoal, ...]:
        """The goals of a pairing."""
        return tuple(g for g in self.inner.goals(pairing) if g.goal not in self.hidden)

    def states(
        self, kind: str, without: Mapping[str, frozenset[int]] = NOTHING_LEFT_OUT
    ) -> Mapping[str, Any]:
        """The streams of a kind in the program, each as it would stand."""
        return self.inner.states(kind, {**self.dropped, **without})

    def names(self) -> Collection[str]:
        """The names of all participants."""
        return self.inner.names()

    def values(self, scheme: Scheme) -> Collection[str]:
        """All identities of a scheme that participants have."""
        return self.inner.values(scheme)

    def _shown(self, found: tuple[KnownPerson, ...]) -> tuple[KnownPerson, ...]:
        return tuple(p for p in found if p.person not in self.hidden)
