"""Whom a rule is about, and which facts it finds there.

A selector looks at the streams of the subject and of the pairings that the subject is a member of;
a rule about a pairing at that pairing and its members; one about a cohort or a program at
everybody in it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from mentorcore.domain.school_calendar import AcademicCalendar
from mentorcore.policy.facts import (
    CohortFacts,
    Fact,
    Facts,
    MemberFacts,
    PairingFacts,
    ParticipantFacts,
    Plain,
)
from mentorcore.policy.grammar import Scope, Selector
from mentorcore.policy.results import Cited

__all__ = [
    "ENDED",
    "FORMED",
    "HELD",
    "LEFT",
    "REOPENED",
    "STARTED",
    "FactsByName",
    "Subject",
    "as_member",
    "attended",
    "enrolment_of",
    "in_order",
    "is_member_on",
    "matching",
    "seen_by",
    "shared_days",
]

ENROLLED = "participant.enrolled"
FORMED, STARTED, ENDED, REOPENED = (
    "pairing.formed",
    "pairing.started",
    "pairing.ended",
    "pairing.reopened",
)
HELD = "pairing.meeting-held"
VERIFIED = "pairing.meeting-verified"

LEFT = frozenset({"withdrew", "transferred"})
"""Outcomes of an enrolment by which the participant left, so that nothing is owed any more."""
LEFT_PAIRING = frozenset({"left_role", "transferred"})


class FactsByName:
    """The facts of participants and pairings by their names, sorted out once for all rules."""

    def __init__(self) -> None:
        self._sorted_out: dict[str, dict[str, list[Fact]]] = {}

    def of(self, owner: ParticipantFacts | PairingFacts, name: str) -> Sequence[Fact]:
        """The facts of a name that somebody or a pairing has, in whatever order."""
        found = self._sorted_out.get(owner.id)
        if found is None:
            found = self._sorted_out[owner.id] = {}
            for fact in owner.facts:
                found.setdefault(fact.name, []).append(fact)
        return found.get(name, ())


class Subject:
    """What a rule is about, as it is on a day.

    Args:
        scope: What sort of subject it is.
        subject: Its id.
        facts: The program.
        as_of: The day; nothing after it is seen.
        by_name: The facts, sorted out for other subjects as well.

    Attributes:
        id: Its id.
        participants: Those whose facts count: itself, the members of a pairing, everybody.
        pairings: The pairings whose facts count.
        since: The first day on which it was there.
        ended_on: The day on which it ended, where that was by the day asked.
        left: Whether it ended because the participant went away.
        own: The event by which it is there.
    """

    def __init__(
        self, scope: Scope, subject: str, facts: Facts, as_of: date, by_name: FactsByName
    ) -> None:
        self.scope, self.id, self.facts, self.as_of = scope, subject, facts, as_of
        self.participants: tuple[ParticipantFacts, ...] = ()
        self.pairings: tuple[PairingFacts, ...] = ()
        self.cohorts: tuple[CohortFacts, ...] = ()
        self.ended_on: date | None = None
        self.left = False
        self.own: tuple[Cited, ...] = ()
        self.since: date
        self._by_name = by_name
        self._found: dict[str, tuple[Fact, ...]] = {}
        self._verdicts: Mapping[str, str] | None = None
        _SETTLED[scope](self)

    @property
    def participant(self) -> ParticipantFacts | None:
        """The participant, where it is one."""
        return self.participants[0] if self.scope in ("participant", "mentor") else None

    @property
    def pairing(self) -> PairingFacts | None:
        """The pairing, where it is one."""
        return self.pairings[0] if self.scope == "pairing" else None

    @property
    def planned_end(self) -> date:
        """The first day after its cohort."""
        return max((cohort.ends_on for cohort in self.cohorts), default=date.max)

    def calendars(self) -> tuple[AcademicCalendar, ...]:
        """The school years that it goes by; of several cohorts those of the program itself."""
        if len(self.cohorts) == 1:
            return self.cohorts[0].calendars
        found = {year: None for cohort in self.cohorts for year in cohort.calendars}
        return tuple(year for year in found if year.cohort_id is None)

    def found(self, selector: Selector) -> tuple[Fact, ...]:
        """The facts that a selector names, by the day asked, in the order of their days."""
        facts = self._found.get(selector.event)
        if facts is None:
            named = self._named(selector.event)
            facts = self._found[selector.event] = _in_time(named, self.as_of)
        if selector.where or selector.kinds or selector.modalities:
            facts = tuple(fact for fact in facts if _fits(fact, selector))
        return facts

    def meetings(self, selector: Selector, *, verified_only: bool = False) -> tuple[Fact, ...]:
        """As `found`, each meeting once, however many pairings it was for."""
        found: list[Fact] = []
        joint: set[object] = set()
        for fact in self.found(selector):
            if verified_only and self.verdict(fact) != "confirmed":
                continue
            together = fact.values.get("joint_id")
            if together is None or together not in joint:
                found.append(fact)
            joint.add(together)
        return tuple(found)

    def verdict(self, meeting: Fact) -> str | None:
        """What was said last of a meeting by whoever verifies it."""
        if self._verdicts is None:
            # A verdict is of its meeting, also when somebody who was there has left since.
            told = (f for p in self.pairings for f in self._by_name.of(p, VERIFIED))
            self._verdicts = {
                str(fact.values.get("meeting_id")): str(fact.values.get("verdict"))
                for fact in _in_time(told, self.as_of)
            }
        return self._verdicts.get(str(meeting.values.get("meeting_id")))

    @property
    def own_roles(self) -> tuple[str, ...]:
        """The role of a participant, and the part of it."""
        return () if self.participant is None else (self.participant.role, self.participant.part)

    def last_day_of(self, member: MemberFacts, pairing: PairingFacts) -> date:
        """The last day of a membership, or the day asked."""
        ends = [self.as_of]
        if member.until is not None:
            ends.append(member.until - timedelta(days=1))
        if pairing.ended_on is not None:
            ends.append(pairing.ended_on)
        return min(ends)

    def _named(self, name: str) -> Iterator[Fact]:
        """The facts of a name that are the subject's, in whatever order."""
        for participant in self.participants:
            yield from self._by_name.of(participant, name)
        for pairing in self.pairings:
            facts = self._by_name.of(pairing, name)
            if self.participant is None and name in (FORMED, STARTED):
                yield from (_as_all(fact, pairing) for fact in facts)
            elif self.participant is None:
                yield from facts
            elif facts:
                yield from seen_by(self.participant.id, pairing, facts)
        if self.scope in ("cohort", "program"):
            yield from (fact for fact in self.facts.facts if fact.name == name)


def seen_by(participant: str, pairing: PairingFacts, facts: Iterable[Fact]) -> Iterator[Fact]:
    """Those facts of a pairing that are one member's: of the membership, and attended."""
    mine = [member for member in pairing.members if member.participant == participant]
    for fact in facts:
        if fact.name == HELD:
            if attended(fact, participant):
                yield fact
        elif fact.name in (FORMED, STARTED):
            yield from as_member(fact, pairing, participant)
        elif any(_is_in(member, fact.on, pairing) for member in mine):
            yield fact


def attended(meeting: Fact, participant: str) -> bool:
    """Whether somebody attended a meeting."""
    attendees = meeting.values.get("attendees")
    return attendees is None or _says(attendees, participant)


def as_member(fact: Fact, pairing: PairingFacts, participant: str) -> Iterator[Fact]:
    """Forming or starting as a member sees it: not before joining.

    Its ``role`` and ``part`` are the member's own; ``primary`` says whether there is a primary
    mentor, and where one comes later it is told once more on that day.
    """
    for member in pairing.members:
        if member.participant == participant:
            yield from _begun(fact, pairing, member)


def _as_all(fact: Fact, pairing: PairingFacts) -> Fact:
    """Forming or starting as the pairing sees it: with the roles and parts of whoever is there."""
    there = [member for member in pairing.members if is_member_on(member, pairing, fact.on)]
    values: dict[str, Plain] = {
        "role": tuple(dict.fromkeys(member.role for member in there)),
        "part": tuple(dict.fromkeys(member.part for member in there)),
        "primary": any(member.primary for member in there),
    }
    return Fact(fact.name, fact.on, fact.cited, {**fact.values, **values})


def is_member_on(member: MemberFacts, pairing: PairingFacts, day: date) -> bool:
    """Whether a membership lasts on a day, that of the end of the pairing included."""
    live = pairing.ended_on is None or day <= pairing.ended_on
    return live and member.since <= day and (member.until is None or day < member.until)


def _is_in(member: MemberFacts, day: date, pairing: PairingFacts) -> bool:
    """Whether a day counts as one of the membership; what follows the end of all does."""
    left = member.until
    if left is not None and pairing.ended_on is not None and pairing.ended_on < left:
        left = None
    return member.since <= day and (left is None or day < left)


def _begun(fact: Fact, pairing: PairingFacts, member: MemberFacts) -> Iterator[Fact]:
    day = max(fact.on, member.since)
    if member.until is not None and member.until <= day:
        return
    joined = fact.cited if member.since <= fact.on else member.cited
    values = {**fact.values, "role": member.role, "part": member.part}
    primary = min(
        (
            (max(day, other.since), joined if other.since <= day else other.cited)
            for other in pairing.members
            if other.primary and _meet(member, other, day)
        ),
        default=None,
    )
    yield Fact(fact.name, day, joined, {**values, "primary": primary == (day, joined)})
    if primary is not None and primary != (day, joined):
        yield Fact(fact.name, primary[0], primary[1], {**values, "primary": True})


def _meet(one: MemberFacts, other: MemberFacts, day: date) -> bool:
    """Whether the two are members together on some day from *day* on."""
    return shared_days(one, other, day) is not None


def in_order(pairing: PairingFacts) -> tuple[MemberFacts, ...]:
    """The members of a pairing by their ids, in whatever order they were told."""
    return tuple(sorted(pairing.members, key=lambda m: (m.participant, m.since)))


def shared_days(
    one: MemberFacts, other: MemberFacts, since: date
) -> tuple[date, date | None] | None:
    """The days on which both are members, half-open; ``None`` without any."""
    first = max(one.since, other.since, since)
    ends = [member.until for member in (one, other) if member.until is not None]
    end = min(ends, default=None)
    return None if end is not None and end <= first else (first, end)


def _in_time(facts: Iterable[Fact], as_of: date) -> tuple[Fact, ...]:
    """Those by a day, in the order of their days; most are told in it and need no sorting."""
    found = [fact for fact in facts if fact.on <= as_of]
    if not all(one.on < other.on for one, other in pairwise(found)):
        found.sort(key=_place)
    return tuple(found)


def enrolment_of(participant: ParticipantFacts) -> tuple[Cited, ...]:
    """The event by which somebody is a participant."""
    return tuple(fact.cited for fact in participant.facts if fact.name == ENROLLED)


def matching(selector: Selector, facts: Iterable[Fact], as_of: date) -> tuple[Fact, ...]:
    """Those of some facts that a selector names, by a day, in the order of their days."""
    named = (fact for fact in facts if fact.name == selector.event)
    return _in_time((fact for fact in named if _fits(fact, selector)), as_of)


def _place(fact: Fact) -> tuple[date, Cited]:
    return fact.on, fact.cited


def _fits(fact: Fact, selector: Selector) -> bool:
    values = fact.values
    if selector.kinds and values.get("kind") not in selector.kinds:
        return False
    if selector.modalities and values.get("modality") not in selector.modalities:
        return False
    return all(_says(values.get(key), wanted) for key, wanted in selector.where.items())


def _says(held: Plain, wanted: object) -> bool:
    """Whether a field has the value that is wanted, or has it among others."""
    return held == wanted or (isinstance(held, tuple) and wanted in held)


def _settle_participant(subject: Subject) -> None:
    found = subject.facts.participants[subject.id]
    subject.participants = (found,)
    subject.pairings = subject.facts.pairings_of(subject.id)
    subject.cohorts = (subject.facts.cohorts[found.cohort],)
    subject.since = found.enrolled_on
    if found.ended_on is not None and found.ended_on <= subject.as_of:
        subject.ended_on, subject.left = found.ended_on, found.outcome in LEFT
    subject.own = enrolment_of(found)


def _settle_pairing(subject: Subject) -> None:
    found = subject.facts.pairings[subject.id]
    everybody = dict.fromkeys(member.participant for member in found.members)
    subject.participants = tuple(subject.facts.participants[p] for p in everybody)
    subject.pairings = (found,)
    subject.cohorts = (subject.facts.cohorts[found.cohort],)
    formed = [fact for fact in found.facts if fact.name == FORMED]
    subject.since = min((fact.on for fact in formed), default=found.members[0].since)
    subject.own = tuple(fact.cited for fact in formed) or (found.members[0].cited,)
    if found.ended_on is not None and found.ended_on <= subject.as_of:
        subject.ended_on = found.ended_on
        ends = [
            f for f in found.facts if f.name == ENDED and f.values.get("reason") in LEFT_PAIRING
        ]
        gone = [p for p in subject.participants if p.outcome in LEFT and p.ended_on]
        subject.left = bool(ends) or any(p.ended_on == found.ended_on for p in gone)


def _everybody(
    facts: Facts,
) -> tuple[tuple[ParticipantFacts, ...], tuple[PairingFacts, ...]]:
    """All participants and all pairings, by their ids, in whatever order they were told."""
    people = (facts.participants[participant] for participant in sorted(facts.participants))
    pairings = (facts.pairings[pairing] for pairing in sorted(facts.pairings))
    return tuple(people), tuple(pairings)


def _settle_cohort(subject: Subject) -> None:
    found = subject.facts.cohorts[subject.id]
    people, pairings = _everybody(subject.facts)
    subject.participants = tuple(p for p in people if p.cohort == subject.id)
    subject.pairings = tuple(p for p in pairings if p.cohort == subject.id)
    subject.cohorts = (found,)
    subject.since = found.starts_on
    subject.own = (found.cited,)
    if found.ends_on <= subject.as_of:
        subject.ended_on = found.ends_on


def _settle_program(subject: Subject) -> None:
    subject.participants, subject.pairings = _everybody(subject.facts)
    subject.cohorts = tuple(cohort for _, cohort in sorted(subject.facts.cohorts.items()))
    subject.since = min((cohort.starts_on for cohort in subject.cohorts), default=date.max)


_SETTLED = {
    "participant": _settle_participant,
    "mentor": _settle_participant,
    "pairing": _settle_pairing,
    "cohort": _settle_cohort,
    "program": _settle_program,
}
