"""What rules look at: the events of a program in force, as plain facts, and who they are about.

The same value is made of stored partials (for the view) and of the streams that a decision reads
(for guards). Personal fields are not in it: a rule that needs one, such as the subjects that
somebody teaches, asks `Facts.attribute`, which whoever makes the facts answers from what the viewer
may see.
"""

from collections.abc import Callable, Mapping
from datetime import date

import attrs

from mentorcore.domain.school_calendar import EVERY_DAY, AcademicCalendar, SchoolTime
from mentorcore.policy.results import Cited

__all__ = [
    "Adopted",
    "CohortFacts",
    "Fact",
    "Facts",
    "MemberFacts",
    "PairingFacts",
    "ParticipantFacts",
    "Plain",
]

Plain = str | int | bool | date | tuple[str, ...] | None
"""A field of a fact: ids, codes and numbers; several of them as a tuple."""

Attribute = Callable[[str, str, date], tuple[str, ...] | None]
"""``(participant, name, day)``: the values of an attribute of a person that is sealed in the log,
such as ``subjects``; ``None`` where nothing is recorded or the viewer may not see it."""


@attrs.frozen
class Fact:
    """An event in force, with corrections applied.

    Attributes:
        name: Its stored name.
        on: The day from which it is true, in the program's zone.
        cited: Where it stands.
        values: Its fields that stand in the clear, by name; fields of a value inside by
            ``field.inner``.
    """

    name: str
    on: date
    cited: Cited
    values: Mapping[str, Plain] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class MemberFacts:
    """A member of a pairing, half-open.

    Attributes:
        participant: The participant.
        role: The role in the pairing.
        part: The part of that role: ``mentee``, ``mentor``, ``peer``, ``facilitator``.
        primary: Whether this is the primary mentor.
        since: The first day.
        until: The first day on which they are none any more.
        cited: The event by which they joined.
    """

    participant: str
    role: str
    part: str
    primary: bool
    since: date
    until: date | None
    cited: Cited


@attrs.frozen(kw_only=True)
class PairingFacts:
    """A pairing: who is in it, and what happened there.

    Attributes:
        id: Its id.
        cohort: Its cohort.
        shape: Its shape.
        members: Whoever was a member, in the order of joining.
        active_from: The first active day; nothing while it waits for its start.
        ended_on: The day on which it ended.
        reasons: The criteria for which a reason is recorded why they are not met (``unmet_soft``),
            with the event; the words themselves are sealed. ``*`` where only the fact is known.
        facts: Its events in force, in the order of their days; with ``pairing.started`` on the
            first active day where it was active as soon as it was formed.
    """

    id: str
    cohort: str
    shape: str
    members: tuple[MemberFacts, ...]
    active_from: date | None
    ended_on: date | None
    reasons: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


@attrs.frozen(kw_only=True)
class ParticipantFacts:
    """A participant: the enrolment, and what happened to participant and person.

    Attributes:
        id: Its id.
        person: The person's id.
        merged: The ids of persons who were merged into this one: what was said of or under them
            is said of this one.
        cohort: The cohort.
        role: The role in the program.
        part: The part of that role.
        enrolled_on: The first day.
        ended_on: The day on which the enrolment ended; nothing while it lasts.
        outcome: How it ended.
        fte: Working time in hundredths, from a day on, in the order of the days.
        facts: The events in force of the participant and of the person, in the order of their
            days; among them ``participant.enrolled``.
    """

    id: str
    person: str
    cohort: str
    role: str
    part: str
    enrolled_on: date
    ended_on: date | None = None
    outcome: str | None = None
    fte: tuple[tuple[date, int], ...] = ()
    facts: tuple[Fact, ...] = ()
    merged: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class CohortFacts:
    """A cohort: its days, half-open, and its calendar."""

    id: str
    name: str
    starts_on: date
    ends_on: date
    cited: Cited
    calendars: tuple[AcademicCalendar, ...] = ()
    school_time: SchoolTime = EVERY_DAY


@attrs.frozen(kw_only=True)
class Adopted:
    """A pack that a program adopted.

    Attributes:
        pack_id: The pack.
        version: Its version.
        digest: SHA-256 of its file.
        effective_from: Since when the program goes by it.
        applies_to: Everybody, or who enrols from then on.
        replaces: The version that it takes the place of.
        cited: The event.
    """

    pack_id: str
    version: str
    digest: str
    effective_from: date
    applies_to: str
    replaces: str | None
    cited: Cited


@attrs.frozen(kw_only=True)
class Facts:
    """A program as rules look at it: every fact that is known, whatever its day.

    Attributes:
        program: The program's id.
        cohorts: Its cohorts by id.
        participants: Its participants by id.
        pairings: Its pairings by id.
        facts: Events in force of the program's own stream, with ``program.document-referenced``.
        adopted: The packs that it adopted, in the order of their days.
        attribute: What tells attributes of persons that are sealed in the log.
    """

    program: str
    cohorts: Mapping[str, CohortFacts]
    participants: Mapping[str, ParticipantFacts]
    pairings: Mapping[str, PairingFacts]
    facts: tuple[Fact, ...] = ()
    adopted: tuple[Adopted, ...] = ()
    attribute: Attribute = lambda _participant, _name, _day: None

    def pairings_of(self, participant: str) -> tuple[PairingFacts, ...]:
        """The pairings in which a participant was a member, by id."""
        return tuple(self.pairings[p] for p in self._by_participant.get(participant, ()))

    _by_participant: Mapping[str, tuple[str, ...]] = attrs.field(init=False, repr=False, eq=False)

    @_by_participant.default
    def _memberships(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for pairing in sorted(self.pairings):
            for member in self.pairings[pairing].members:
                found.setdefault(member.participant, {})[pairing] = None
        return {participant: tuple(ids) for participant, ids in found.items()}
