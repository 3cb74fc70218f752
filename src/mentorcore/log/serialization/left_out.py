"""Events of an export whose states were left out: they are there, and nobody knows what they say.

Nor can be told what rests on them: a stream without the event that founded it, and the correction
of what is not told. What is told of the others is not all, and says so.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import attrs
import msgspec

from mentorcore.errors import Refused
from mentorcore.log.serialization.instants import instant, stamped
from mentorcore.log.storage.store import Row, Store

__all__ = [
    "NOTHING",
    "LeftOutEvents",
    "Place",
    "left_out_of",
    "parted",
    "refuse_untold",
    "untold",
    "whole_of",
]

NEVER = datetime.max.replace(tzinfo=UTC)
CORRECTIONS = frozenset({"record.amended", "record.retracted"})


class Place(NamedTuple):
    """Where an event stands of which nothing is known but that it is there.

    Attributes:
        at: When it was recorded at the earliest: with the event before it.
        nth: Its place among the events that were recorded with it, as far as those behind tell.
    """

    at: datetime
    nth: int


@attrs.frozen
class LeftOutEvents:
    """What of a log is not told.

    Attributes:
        rows: By stream, the events of which nothing is told, in their order.
        unfounded: The streams of which nothing at all is told.
        places: By position, where those without a state stand.
    """

    rows: Mapping[str, tuple[Row, ...]] = attrs.Factory(dict)
    unfounded: frozenset[str] = frozenset()
    places: Mapping[int, Place] = attrs.Factory(dict)

    def __bool__(self) -> bool:
        return bool(self.rows)


NOTHING = LeftOutEvents()
"""What is left out of a log, and of an export with all states."""


def left_out_of(store: object) -> LeftOutEvents:
    """What of a store is not told."""
    found: LeftOutEvents = getattr(store, "left_out", NOTHING)
    return found


def whole_of(store: Store) -> Store:
    """The store with all its events, also those of which nothing is told."""
    found: Store = getattr(store, "whole", store)
    return found


def parted(rows: Sequence[Row], without: Collection[int]) -> tuple[list[Row], LeftOutEvents]:
    """The events that can be told, and what is left.

    Args:
        rows: All events in order.
        without: The positions of those without a state.
    """
    untold: dict[str, set[int]] = {}
    unfounded: set[str] = set()
    seen: set[str] = set()
    told: list[Row] = []
    left: dict[str, list[Row]] = {}
    for row in rows:
        is_first = row.stream not in seen
        seen.add(row.stream)
        if is_first and row.position in without:
            unfounded.add(row.stream)
        hidden = untold.setdefault(row.stream, set())
        if (
            row.position in without
            or row.stream in unfounded
            or (row.name in CORRECTIONS and _inside(row.state, "d", "target") in hidden)
        ):
            hidden.add(row.version)
            left.setdefault(row.stream, []).append(row)
        else:
            told.append(row)
    places = dict(_places(rows, without))
    rows_left = {stream: tuple(found) for stream, found in left.items()}
    return told, LeftOutEvents(rows_left, frozenset(unfounded), places)


def _places(rows: Sequence[Row], without: Collection[int]) -> Iterable[tuple[int, Place]]:
    """Where events without a state stand, by the events around them."""
    at = next((text for row in rows if (text := stamped(row.state)) is not None), None)
    earliest: dict[int, datetime] = {}
    for row in rows:
        at = stamped(row.state) or at
        if row.position in without:
            earliest[row.position] = NEVER if at is None else instant(at)
    behind = 0
    for row in reversed(rows):
        if row.position in without:
            behind = max(0, behind - 1)
            yield row.position, Place(earliest[row.position], behind)
        else:
            nth = _inside(row.state, "m", "nth")
            behind = nth if isinstance(nth, int) else 0


def _inside(state: bytes, part: str, member: str) -> Any:
    try:
        return msgspec.json.decode(state)[part].get(member)
    except (msgspec.MsgspecError, LookupError, TypeError, AttributeError):
        return None


def refuse_untold(
    left_out: LeftOutEvents,
    what: str,
    upto: int,
    *,
    after: int = 0,
    names: Sequence[str] = (),
    stream: str | None = None,
) -> None:
    """Refuse a list that would lack something without a place to say so.

    Args:
        left_out: What is left out.
        what: What is asked for, in words.
        upto: The position up to which events count.
        after: The position behind which they count.
        names: Only events with these names count.
        stream: Only events of this stream count.

    Raises:
        Refused: ``states_left_out``.
    """
    for found, rows in left_out.rows.items():
        for row in rows if stream in (None, found) else ():
            if after < row.position <= upto and (not names or row.name in names):
                raise untold(what)


def untold(subject: str) -> Refused:
    """What is said of what cannot be told."""
    return Refused(
        f"{subject} cannot be told: states were left out of this export on which that rests. Ask "
        "for one that holds them; sealed texts stay sealed in it",
        "states_left_out",
    )
