"""Who is known already: people, their enrolments, pairings and goals, as an import finds them.

A row of a form names people by address, number or name. `Directory` is what intake asks; the
engine answers from the log and from what an import adds while it runs.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from itertools import count
from types import MappingProxyType
from typing import Any, Protocol

import attrs

from mentorcore.domain.person.events import Scheme
from mentorcore.domain.program import Program
from mentorcore.domain.values import (
    Code,
    CohortId,
    GoalId,
    MeetingId,
    PairingId,
    ParticipantId,
    PersonId,
)
from mentorcore.intake.held_names import Held, compared, folded

__all__ = [
    "NOTHING_LEFT_OUT",
    "NO_VERSIONS",
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
NO_VERSIONS: frozenset[int] = frozenset()


def next_revision() -> int:
    """A number that no directory has had before."""
    return next(_REVISIONS)


@attrs.frozen(kw_only=True)
class KnownPerson:
    """A registered person.

    Attributes:
        identities: What was linked, as (scheme, value), e-mail addresses among them.
        names: Every name that the person has or had.
        addresses: Every e-mail address that the person has or had, whether as a contact or linked.
        lives: The ids that lead to the person: the own one, and those of whom was merged into them.
        locked: Whether some names of one who was merged cannot be read, so that any may be theirs.
    """

    person: PersonId
    name: str = ""
    identities: tuple[tuple[Scheme, str], ...] = ()
    names: tuple[Held, ...] = attrs.field(
        default=attrs.Factory(lambda self: (Held(self.name),) * bool(self.name), takes_self=True)
    )
    addresses: tuple[Held, ...] = attrs.field(
        default=attrs.Factory(
            lambda self: tuple(Held(v) for s, v in self.identities if s == "email"),
            takes_self=True,
        )
    )
    lives: tuple[PersonId, ...] = attrs.field(
        default=attrs.Factory(lambda self: (self.person,), takes_self=True)
    )
    locked: bool = False

    @property
    def address(self) -> str:
        """The e-mail address that the person has now; empty when none is known."""
        return next((a.text for a in reversed(self.addresses) if not a.distance(None)), "")

    def distance(self, scheme: Scheme | None, text: str, day: date | None = None) -> int | None:
        """How far the person is from having a name or an identity on a day; see `Held.distance`.

        ``None`` for one that the person never had.

        Args:
            scheme: Of which scheme the identity is; ``None`` for a name.
            text: The name or identity.
            day: Which day; today if it is left out.
        """
        if scheme is None:
            return _least(self.names, folded(text), folded, day)
        wanted = compared(scheme, text)
        if scheme == "email":
            return _least(self.addresses, wanted, lambda t: compared("email", t), day)
        linked = ((s, compared(s, v)) for s, v in self.identities)
        return 0 if (scheme, wanted) in linked else None


@attrs.frozen(kw_only=True)
class KnownParticipant:
    """An enrolment in the program; ``until`` is the day on which it ended."""

    participant: ParticipantId
    person: PersonId
    cohort: CohortId
    role: str
    since: date
    until: date | None = None

    def ran_on(self, day: date) -> bool:
        """Whether it had begun and not yet ended on *day*; the last day counts."""
        return self.since <= day and (self.until is None or day <= self.until)


@attrs.frozen(kw_only=True)
class KnownPairing:
    """A pairing; ``waiting`` until it is started, ``planned`` are meetings not yet held.

    Attributes:
        members: All who ever were members.
        shape: Its shape; empty where nothing tells.
        stays: First and last day of each member, once somebody joined or left.
    """

    pairing: PairingId
    members: frozenset[ParticipantId]
    since: date
    until: date | None = None
    waiting: bool = False
    planned: tuple[tuple[MeetingId, date], ...] = ()
    shape: str = ""
    stays: tuple[tuple[ParticipantId, date, date | None], ...] = ()

    def members_on(self, day: date) -> frozenset[ParticipantId]:
        """The members of a day; the first day and the last one count."""
        if not self.stays:
            return self.members
        return frozenset(
            p for p, since, until in self.stays if since <= day and (until is None or day <= until)
        )

    def lived_on(self, day: date) -> bool:
        """Whether it had been formed and not yet ended on *day*; the last day counts."""
        return self.since <= day and (self.until is None or day <= self.until)


@attrs.frozen(kw_only=True)
class KnownProposal:
    """What was proposed to some participants, and who has still to accept it.

    Attributes:
        pairing: The id of the pairing that it would be, or has become.
        is_open: Whether it is neither declined nor a pairing by now.
    """

    pairing: PairingId
    members: frozenset[ParticipantId]
    on: date
    waits_for: frozenset[ParticipantId]
    is_open: bool


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
        """Everybody in the log who has or had this identity.

        By rule it is linked to one at most; an address can have passed on.
        """

    def named(self, name: str) -> tuple[KnownPerson, ...]:
        """Participants of the program who have or had this name."""

    def person(
        self, person: PersonId, without: Mapping[str, frozenset[int]] = NOTHING_LEFT_OUT
    ) -> KnownPerson | None:
        """A person by id; the survivor, where it was merged into another.

        Args:
            person: Who.
            without: Records to leave out, as versions by stream.
        """

    def schools(self, person: PersonId) -> tuple[str, ...]:
        """Where a person works or worked, the latest first."""

    def enrolments(self, person: PersonId) -> tuple[KnownParticipant, ...]:
        """A person's enrolments in the program, ended ones too."""

    def enrolment(self, participant: ParticipantId) -> KnownParticipant | None:
        """An enrolment by id."""

    def application(
        self,
        person: PersonId,
        role: Code,
        without: Mapping[str, frozenset[int]] = NOTHING_LEFT_OUT,
    ) -> ParticipantId | None:
        """What a person applied for in the program, in a role, and waits for; nothing enrolled.

        Args:
            person: Who.
            role: As what.
            without: Records to leave out, as versions by stream.
        """

    def pairings(self, participant: ParticipantId) -> tuple[KnownPairing, ...]:
        """The pairings of a participant, ended ones too, in the order they were formed."""

    def proposals(
        self,
        participant: ParticipantId,
        without: Mapping[str, frozenset[int]] = NOTHING_LEFT_OUT,
    ) -> tuple[KnownProposal, ...]:
        """What was proposed to a participant, in the order of the days on which it was.

        Args:
            participant: Who.
            without: Records to leave out, as versions by stream.
        """

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
        """Everybody in the log who has or had this identity."""
        found = self._shown(self.inner.identified(scheme, value))
        return tuple(p for p in found if p.distance(scheme, value) is not None)

    def named(self, name: str) -> tuple[KnownPerson, ...]:
        """Participants of the program who have or had this name."""
        found = self._shown(self.inner.named(name))
        return tuple(p for p in found if p.distance(None, name) is not None)

    def person(
        self, person: PersonId, without: Mapping[str, frozenset[int]] = NOTHING_LEFT_OUT
    ) -> KnownPerson | None:
        """A person by id."""
        if person in self.hidden:
            return None
        return self.inner.person(person, {**self.dropped, **without})

    def schools(self, person: PersonId) -> tuple[str, ...]:
        """Where a person works or worked."""
        return self.inner.schools(person)

    def enrolments(self, person: PersonId) -> tuple[KnownParticipant, ...]:
        """A person's enrolments in the program."""
        found = self.inner.enrolments(person)
        return tuple(e for e in found if e.participant not in self.hidden)

    def enrolment(self, participant: ParticipantId) -> KnownParticipant | None:
        """An enrolment by id."""
        return None if participant in self.hidden else self.inner.enrolment(participant)

    def application(
        self,
        person: PersonId,
        role: Code,
        without: Mapping[str, frozenset[int]] = NOTHING_LEFT_OUT,
    ) -> ParticipantId | None:
        """What a person applied for and waits for, as it would stand."""
        found = self.inner.application(person, role, {**self.dropped, **without})
        return None if found in self.hidden else found

    def pairings(self, participant: ParticipantId) -> tuple[KnownPairing, ...]:
        """The pairings of a participant."""
        found = self.inner.pairings(participant)
        return tuple(p for p in found if p.pairing not in self.hidden)

    def proposals(
        self,
        participant: ParticipantId,
        without: Mapping[str, frozenset[int]] = NOTHING_LEFT_OUT,
    ) -> tuple[KnownProposal, ...]:
        """What was proposed to a participant, as it would stand."""
        return self.inner.proposals(participant, {**self.dropped, **without})

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

    def _shown(self, found: Iterable[KnownPerson]) -> tuple[KnownPerson, ...]:
        dropped = self.dropped.keys()
        shown = (p if dropped.isdisjoint(p.lives) else self.person(p.person) for p in found)
        return tuple(p for p in shown if p is not None and p.person not in self.hidden)


def _least(
    held: Iterable[Held], wanted: str, as_compared: Callable[[str], str], day: date | None
) -> int | None:
    return min((h.distance(day) for h in held if as_compared(h.text) == wanted), default=None)
