"""Which events made the difference between two moments.

A record makes one when it stands at one of the moments and not at the other, or says something
else there. It does so because it was recorded in between, because it became true in between, or
because it was corrected in between; the corrections are named with it, those that were undone too.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import attrs

from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import (
    Corrections,
    VersionedEvent,
    corrections_of,
    is_correction,
    valid_time,
)
from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.domain.pairing.events.proposals import PairingProposed
from mentorcore.domain.person.events import PersonDetailsChanged, PersonRegistered
from mentorcore.domain.values import Withheld
from mentorcore.log.recorded import LeftOut, Recorded, UnknownHere
from mentorcore.projections.access.field_access import hidden_author
from mentorcore.projections.access.redactor import Redactor
from mentorcore.projections.diff.rows import ChangeCause
from mentorcore.projections.folding.projection import Evidence, fact_behind, true_by

__all__ = ["Look", "change_causes"]


SHOWN = (PersonRegistered, PersonDetailsChanged)
"""What a row shows of a person; the rest of a person's stream is told by the history."""


@attrs.frozen
class Look:
    """A moment as far as a stream is concerned.

    Attributes:
        position: The position up to which the log counts.
        until: The instant up to which facts count; ``None`` for all.
    """

    position: int
    until: datetime | None


def change_causes(
    told: Sequence[Recorded[Any]], then: Look, now: Look, seer: Redactor
) -> Iterator[ChangeCause]:
    """The events of a stream that made a difference between two looks at it, in order.

    Args:
        told: The events of the stream.
        then: The one look.
        now: The other.
        seer: Who is asking.
    """
    persons = _persons(told)
    origin = {r.version: r for r in told}
    behind: dict[int, list[Recorded[Any]]] = {}
    for correction in told:
        if is_correction(correction.event):
            fact = fact_behind(origin, correction)
            if fact is not None:
                behind.setdefault(fact.version, []).append(correction)
    looks = [(look, _corrections(told, look)) for look in (then, now)]
    found: list[ChangeCause] = []
    for record in told:
        unshown = record.stream.startswith("person:") and not isinstance(record.event, SHOWN)
        if is_correction(record.event) or unshown:
            continue
        before, after = (_seen(record, look, corrections) for look, corrections in looks)
        if before == after:
            continue
        shown = before if after is None else after
        if _tells_of_a_case(shown, seer):
            continue
        hidden = hidden_author(shown, persons, frozenset(persons.values()), seer)
        if _between(record, then, now):
            found.append(_deed(record, record, shown, "recorded", hidden))
        elif (before is None) != (after is None) and _became_true(record, looks):
            found.append(_deed(record, record, shown, "became_true", hidden))
        found.extend(
            _deed(correction, record, shown, "recorded", hidden)
            for correction in behind.get(record.version, ())
            if _between(correction, then, now)
        )
    yield from sorted(found, key=lambda deed: deed.evidence.position)


def _tells_of_a_case(shown: Any, seer: Redactor) -> bool:
    """Whether an event would give away a case of which the viewer is told nothing there.

    What goes along with a case is told to those who are in on it alone, since where it stands says
    whom the case is about; what was opened for one, to no member but those who handle it.
    """
    if isinstance(shown, UnknownHere | LeftOut) or (named := event_info(type(shown)).case) is None:
        return False
    case = getattr(shown, named)
    if event_info(type(shown)).companion:
        return not seer.keeps(case)
    return seer.viewer.kind == "member" and not seer.handles(case)


def _corrections(told: Sequence[Recorded[Any]], look: Look) -> Corrections:
    return corrections_of(_placed(r) for r in told if r.position <= look.position)


def _seen(record: Recorded[Any], look: Look, corrections: Corrections) -> Any:
    """What a record says at a look, ``None`` when it does not stand there."""
    if record.position > look.position or record.version in corrections.fallen:
        return None
    shape = corrections.shape(_placed(record))
    return shape.event if true_by(shape, look.until) else None


def _became_true(record: Recorded[Any], looks: Sequence[tuple[Look, Corrections]]) -> bool:
    """Whether a record that is known at both looks was true at one of them only."""
    return len({true_by(c.shape(_placed(record)), look.until) for look, c in looks}) > 1


def _between(told: Recorded[Any], then: Look, now: Look) -> bool:
    low, high = sorted((then.position, now.position))
    return low < told.position <= high


def _persons(told: Sequence[Recorded[Any]]) -> dict[str, str]:
    """By participant, the persons behind the members of a pairing."""
    formed = told[0].event if told else None
    if not isinstance(formed, PairingFormed | PairingProposed):
        return {}
    members = (m.participant for m in formed.members)
    return dict(zip(members, formed.subjects, strict=False))


def _deed(
    told: Recorded[Any], record: Recorded[Any], shown: Any, how: str, hidden: Withheld | None
) -> ChangeCause:
    return ChangeCause(
        evidence=Evidence(told.stream, told.version, told.position),
        name=told.name,
        on=valid_time(shown, record.recorded_at)[0],
        recorded_at=told.recorded_at,
        actor=told.actor if hidden is None else hidden,
        how=how,
    )


def _placed(told: Recorded[Any]) -> VersionedEvent:
    return VersionedEvent(told.version, told.recorded_at, told.event)
