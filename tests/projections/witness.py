"""A figure folded from the log's own bytes: only the rows named, and nothing of the explanation."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import attrs
from projections.town import Town

from mentorcore.projections.access.redactor import COORDINATOR, Redactor
from mentorcore.projections.attention.attention import ATTENTION
from mentorcore.projections.folding.event_reader import EventReader
from mentorcore.projections.status.status import STATUS
from mentorcore.projections.summary.point_in_time import late_facts, repeated_meetings
from mentorcore.projections.summary.program_snapshot import snapshot
from mentorcore.projections.summary.summary import SUMMARY

NOTHING = "nothing of the kind"


class Only:
    """A store that holds some rows of another one."""

    def __init__(self, rows: dict[str, list[Any]]) -> None:
        self.rows = rows

    def streams(self, streams: Iterable[str]) -> dict[str, list[Any]]:
        return {s: self.rows.get(s, []) for s in streams}


def refolded(town: Town, positions: set[int]) -> Any:
    """The program as these rows alone tell it; nothing when they do not tell of one."""
    reading = EventReader(SUMMARY, town.codec.recorded)
    rows: dict[str, list[Any]] = {}
    for row in town.store.page(0, 10_000):
        if row.position in positions:
            rows.setdefault(row.stream, []).append(row)
    parts = {s: reading.fold(s, found).partial for s, found in rows.items()}
    at = snapshot(
        parts,
        town.program,
        day=town.status().day,
        moment=town.clock.now,
        position=town.store.tail(),
    )
    if at is None:
        return None
    store: Any = Only(rows)
    return attrs.evolve(
        at,
        after_close=late_facts(reading, store, at),
        repeats=repeated_meetings(reading, store, at),
    )


def seer(town: Town) -> Redactor:
    return Redactor(COORDINATOR, town.sealing.open)


def told_by(town: Town, positions: set[int], subject: str, figure: str) -> Any:
    """A figure of a subject, as these rows alone tell it."""
    return stepped(_rows(town, frozenset(positions)).get(subject, NOTHING), figure)


@lru_cache(maxsize=512)
def _rows(town: Town, positions: frozenset[int]) -> dict[str, Any]:
    at = refolded(town, set(positions))
    if at is None:
        return {}
    status = STATUS.combine(at, seer(town))
    return {
        status.program: status,
        **{c.cohort: c for c in status.cohorts},
        **{p.participant: p for p in status.participants},
        **{p.pairing: p for p in status.pairings},
    }


def stepped(value: Any, figure: str) -> Any:
    """A member of a member of a row; an item by its first member."""
    if figure in {"participants", "pairings"} and hasattr(value, "time_zone"):
        rows = getattr(value, figure)
        return tuple(r.participant if figure == "participants" else r.pairing for r in rows)
    for step in figure.split("."):
        if isinstance(value, tuple):
            firsts = {_first(item): item for item in value}
            item = firsts.get(step, NOTHING)
            value = item[1] if isinstance(item, tuple) else item
        else:
            value = getattr(value, step, NOTHING)
    return value


def _first(item: Any) -> str:
    if isinstance(item, tuple):
        return str(item[0])
    return str(getattr(item, attrs.fields(type(item))[0].name))


def needs_by(town: Town, positions: set[int]) -> list[Any]:
    """What needs a person, as these rows alone tell it; without people's names."""
    at = refolded(town, positions)
    found = [] if at is None else ATTENTION.combine(at, seer(town)).needs
    return [nameless(n) for n in found]


def nameless(need: Any) -> Any:
    return attrs.evolve(need, people=(), evidence=())
