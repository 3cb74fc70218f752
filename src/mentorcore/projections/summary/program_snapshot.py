"""All that the log says about one program, side by side: the program, its people, its pairings."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.participant.applying import Application
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.program import Program
from mentorcore.domain.school_calendar import SchoolTime
from mentorcore.domain.settings import Part, Settings
from mentorcore.domain.values import CohortId
from mentorcore.policy.pack import Pack
from mentorcore.projections.folding.moment import NOW, Moment, day_in
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.summary.partials import (
    PairingPart,
    PairMember,
    ParticipantPart,
    PersonPart,
    ProgramPart,
    Ref,
)

__all__ = [
    "LateFact",
    "PackFinder",
    "ProgramSnapshot",
    "absorbed_beside",
    "evidence",
    "members_of",
    "no_packs",
    "settings_of",
    "snapshot",
    "streams_beside",
    "zone_of",
]


PackFinder = Callable[[str], Pack | None]
"""What finds a registered policy pack by its digest."""


def no_packs(_digest: str) -> None:
    """No pack is registered."""
    return


@attrs.frozen
class LateFact:
    """A fact that was told after the program had closed, as was known by then."""

    evidence: Evidence
    name: str
    on: date
    told_on: date


@attrs.frozen
class ProgramSnapshot:
    """The partials of one program, and the moment at which they are looked at.

    Attributes:
        day: The day that counts as today, in the program's zone.
        moment: The instant from which on a planned meeting is still to come.
        position: The position of the log that this is at.
        asked: The moment that was asked for; ``position`` is what it came to.
        proposals: What is proposed and no pairing, whether it was declined or waits for answers.
        circles: By person, the people in pairings with them.
        joined: By participant, the pairings with them, also those that they left.
        applications: By participant, what somebody applied for and was not enrolled in yet, or
            never was.
        enrolled_as: By person, their enrolments, ended ones among them.
        times: By cohort, which days count in it, and the last one that did; without a name for
            the whole program.
        after_close: Facts told after the program closed.
        repeats: By pairing, the meetings of each day on which one may repeat another.
        unknown: Kinds of streams that the log holds and nobody here can read.
        pack: The policy pack of a digest, where it is registered here.
    """

    program_id: str
    program: Program
    part: ProgramPart
    persons: Mapping[str, PersonPart]
    participants: Mapping[str, Participant]
    enrolments: Mapping[str, ParticipantPart]
    pairings: Mapping[str, PairingPart]
    day: date
    moment: datetime
    position: int
    circles: Mapping[str, frozenset[str]]
    joined: Mapping[str, tuple[str, ...]]
    enrolled_as: Mapping[str, tuple[str, ...]]
    applications: Mapping[str, Application] = attrs.Factory(dict)
    times: Mapping[str, tuple[SchoolTime, date]] = attrs.Factory(dict)
    asked: Moment = NOW
    after_close: tuple[LateFact, ...] = ()
    repeats: Mapping[str, tuple[tuple[Evidence, ...], ...]] = attrs.Factory(dict)
    unknown: tuple[str, ...] = ()
    pack: PackFinder = no_packs
    proposals: Mapping[str, PairingPart] = attrs.Factory(dict)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the program counts its days."""
        return ZoneInfo(self.program.time_zone)

    @property
    def until(self) -> datetime | None:
        """The last instant at which a fact counts, when valid time was asked for."""
        return self.asked.until(self.zone)

    @property
    def settings(self) -> Settings:
        """The settings in force on the day."""
        return self.program.settings_on(self.day)

    def holds(self, stream: str) -> bool | None:
        """Whether a stream is one of the program's; ``None`` for kinds that are not the core's."""
        if kind_of(stream) not in {"person", "program", "participant", "pairing"}:
            return None
        own = (self.enrolments, self.applications, self.pairings, self.proposals)
        return stream == self.program_id or any(stream in streams for streams in own)

    def time(self, cohort: str) -> SchoolTime:
        """Which days count in a cohort."""
        return (self.times.get(cohort) or self.times[""])[0]

    def today(self, cohort: str) -> date:
        """The day up to which time has passed in a cohort: in a break the last day before it."""
        return (self.times.get(cohort) or self.times[""])[1]

    def is_over(self, cohort: str) -> bool:
        """Whether a cohort has ended or was closed by the day."""
        found = self.program.cohort(CohortId(cohort))
        closing = self.program.closing(cohort)
        ended = found is not None and found.ends_on <= self.day
        return ended or (closing is not None and closing.on <= self.day)

    def beside(self, participant: Participant, *parts: Part | None) -> list[Participant]:
        """The enrolments of the same person that play these parts on the day, the first one first.

        There is one, but in logs of before it was asked for, and after corrections.
        """
        streams = self.enrolled_as.get(participant.person_id, ())
        found = [self.participants[s] for s in streams if s in self.participants]
        settings = self.settings
        mine = [p for p in found if settings.part(p.role) in parts and p.enrolled_on(self.day)]
        return sorted(mine, key=lambda p: (p.since, p.participant_id))

    def person(self, participant: str) -> str:
        """The person behind an enrolment or an application, as far as it is known."""
        state = self.participants.get(participant) or self.applications.get(participant)
        return "" if state is None else state.person_id

    def ids(self, person: str) -> tuple[str, ...]:
        """The id of a person, and those of all who were merged into them."""
        found = [person]
        for one in found:
            if (part := self.persons.get(one)) is not None:
                found.extend(a for a in part.absorbed if a not in found)
        return tuple(found)

    def lives(self, person: str) -> Iterator[PersonPart]:
        """A person, and all who were merged into them."""
        return (self.persons[one] for one in self.ids(person) if one in self.persons)

    def circle(self, person: str) -> frozenset[str]:
        """The people who share a pairing with *person*, who is among them."""
        return self.circles.get(person, frozenset({person}))


def members_of(at: ProgramSnapshot, stream: str) -> tuple[PairMember, ...]:
    """Who is in a pairing, or was asked to be; nobody where there is no such pairing."""
    if stream in at.pairings:
        return tuple(at.pairings[stream].members)
    part = at.proposals.get(stream)
    return () if part is None or part.proposal is None else part.proposal.members


def snapshot(parts: Mapping[str, Any], program_id: str, **moment: Any) -> ProgramSnapshot | None:
    """Put the partials of a program side by side; ``None`` when there is no such program.

    Args:
        parts: Partials by stream.
        program_id: Which program.
        moment: Day, moment, position and what else was asked for.
    """
    program = parts.get(program_id)
    if not isinstance(program, ProgramPart) or program.state is None:
        return None
    enrolments = {s: p for s, p in sorted(parts.items()) if isinstance(p, ParticipantPart)}
    # Before it was formed a pairing is none, whatever else is told of it by then.
    moved = {s: p.state.person_id for s, p in enrolments.items() if p.state and len(p.persons) > 1}
    pairings = {
        s: _reassigned(p, moved)
        for s, p in sorted(parts.items())
        if isinstance(p, PairingPart) and p.formed_on is not None
    }
    proposals = {
        s: _reassigned(p, moved)
        for s, p in sorted(parts.items())
        if isinstance(p, PairingPart) and p.formed_on is None and p.proposal is not None
    }
    return ProgramSnapshot(
        program_id=program_id,
        proposals=proposals,
        program=program.state,
        part=program,
        persons={s: p for s, p in sorted(parts.items()) if isinstance(p, PersonPart)},
        participants={s: p.state for s, p in enrolments.items() if p.state is not None},
        enrolments=enrolments,
        pairings=pairings,
        circles=_circles(pairings.values()),
        times=_times(program.state, moment["day"]),
        joined=_joined(pairings),
        enrolled_as=_enrolled_as(enrolments),
        applications={
            s: p.application for s, p in enrolments.items() if p.application and p.state is None
        },
        **moment,
    )


def _times(program: Program, day: date) -> dict[str, tuple[SchoolTime, date]]:
    times: dict[str, tuple[SchoolTime, date]] = {}
    for cohort in (None, *(c.cohort_id for c in program.cohorts)):
        time = program.time_counted(day, cohort)
        times[cohort or ""] = time, time.last_counted(day)
    return times


def _reassigned(pairing: PairingPart, moved: Mapping[str, str]) -> PairingPart:
    """A pairing with the persons whose enrolments its members are now."""
    asked = pairing.proposal
    offered = () if asked is None else asked.members
    if not any(m.participant in moved for m in (*pairing.members, *pairing.former, *offered)):
        return pairing

    def whose(members: Iterable[Any]) -> list[Any]:
        return [m._replace(person=moved.get(m.participant, m.person)) for m in members]

    return attrs.evolve(
        pairing,
        members=whose(pairing.members),
        former=whose(pairing.former),
        proposal=asked and asked._replace(members=tuple(whose(asked.members))),
    )


def _circles(pairings: Iterable[PairingPart]) -> dict[str, frozenset[str]]:
    circles: dict[str, frozenset[str]] = {}
    for pairing in pairings:
        together = frozenset(m.person for m in pairing.members)
        for person in together:
            circles[person] = circles.get(person, frozenset()) | together
    return circles


def _enrolled_as(enrolments: Mapping[str, ParticipantPart]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for stream, part in enrolments.items():
        if part.state is not None:
            person = part.state.person_id
            found[person] = (*found.get(person, ()), stream)
    return found


def _joined(pairings: Mapping[str, PairingPart]) -> dict[str, tuple[str, ...]]:
    joined: dict[str, list[str]] = {}
    for pairing, part in pairings.items():
        for member in (*part.members, *part.former):
            joined.setdefault(member.participant, []).append(pairing)
    return {participant: tuple(found) for participant, found in joined.items()}


def streams_beside(program_id: str, parts: Mapping[str, Any]) -> list[str]:
    """The streams that are needed beside a program's enrolments and pairings."""
    persons = {
        person
        for p in parts.values()
        if isinstance(p, ParticipantPart) and (p.state is not None or p.application is not None)
        for person in p.persons
    }
    return [program_id, *sorted(persons)]


def absorbed_beside(parts: Mapping[str, Any]) -> set[str]:
    """The persons who were merged into those that are there, and are not there themselves."""
    absorbed = {a for p in parts.values() if isinstance(p, PersonPart) for a in p.absorbed}
    return absorbed - parts.keys()


def zone_of(parts: Mapping[str, Any], program_id: str) -> ZoneInfo:
    """The zone of a program, UTC when there is no such program."""
    part = parts.get(program_id)
    state = part.state if isinstance(part, ProgramPart) else None
    return ZoneInfo("UTC") if state is None else ZoneInfo(state.time_zone)


def settings_of(part: Any, day: date | datetime | None, zone: ZoneInfo) -> Settings | None:
    """The settings of a program in force on a day; those in force last where none is named."""
    if not isinstance(part, ProgramPart) or part.state is None:
        return None
    return part.state.settings_on(date.max if day is None else day_in(day, zone))


def evidence(stream: str, refs: Iterable[Ref | None]) -> tuple[Evidence, ...]:
    """These events of a stream, each once and in order."""
    found = sorted({r for r in refs if r is not None})
    return tuple(Evidence(stream, r.version, r.position) for r in found)
