"""All that the log says about one program, side by side: the program, its people, its pairings."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from mentorcore.domain.participant.state import Participant
from mentorcore.domain.program import Program
from mentorcore.domain.settings import Settings
from mentorcore.projections.folding.moment import NOW, Moment, day_in
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.summary.partials import (
    PairingPart,
    ParticipantPart,
    PersonPart,
    ProgramPart,
    Ref,
)

__all__ = [
    "LateFact",
    "ProgramSnapshot",
    "evidence",
    "settings_of",
    "snapshot",
    "streams_beside",
    "zone_of",
]


@attrs.frozen
class LateFact:
    """A fact that was logged after the program had closed."""

    evidence: Evidence
    name: str
    on: date
    recorded_on: date


@attrs.frozen
class ProgramSnapshot:
    """The partials of one program, and the moment at which they are looked at.

    Attributes:
        day: The day that counts as today, in the program's zone.
        moment: The instant from which on a planned meeting is still to come.
        position: The position of the log that this is at.
        asked: The moment that was asked for; ``position`` is what it came to.
        circles: By person, the people in pairings with them.
        joined: By participant, the pairings with them, also those that they left.
        after_close: Facts logged after the program closed.
        unknown: Kinds of streams that the log holds and nobody here can read.
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
    asked: Moment = NOW
    after_close: tuple[LateFact, ...] = ()
    unknown: tuple[str, ...] = ()

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

    def person(self, participant: str) -> str:
        """The person behind an enrolment, as far as it is known."""
        state = self.participants.get(participant)
        return "" if state is None else state.person_id

    def circle(self, person: str) -> frozenset[str]:
        """The people who share a pairing with *person*, who is among them."""
        return self.circles.get(person, frozenset({person}))


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
    pairings = {
        s: p
        for s, p in sorted(parts.items())
        if isinstance(p, PairingPart) and p.formed_on is not None
    }
    return ProgramSnapshot(
        program_id=program_id,
        program=program.state,
        part=program,
        persons={s: p for s, p in sorted(parts.items()) if isinstance(p, PersonPart)},
        participants={s: p.state for s, p in enrolments.items() if p.state is not None},
        enrolments=enrolments,
        pairings=pairings,
        circles=_circles(pairings.values()),
        joined=_joined(pairings),
        **moment,
    )


def _circles(pairings: Iterable[PairingPart]) -> dict[str, frozenset[str]]:
    circles: dict[str, frozenset[str]] = {}
    for pairing in pairings:
        together = frozenset(m.person for m in pairing.members)
        for person in together:
            circles[person] = circles.get(person, frozenset()) | together
    return circles


def _joined(pairings: Mapping[str, PairingPart]) -> dict[str, tuple[str, ...]]:
    joined: dict[str, list[str]] = {}
    for pairing, part in pairings.items():
        for member in (*part.members, *part.former):
            joined.setdefault(member.participant, []).append(pairing)
    return {participant: tuple(found) for participant, found in joined.items()}


def streams_beside(program_id: str, parts: Mapping[str, Any]) -> list[str]:
    """The streams that are needed beside a program's enrolments and pairings."""
    persons = {
        p.state.person_id
        for p in parts.values()
        if isinstance(p, ParticipantPart) and p.state is not None
    }
    return [program_id, *sorted(persons)]


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
