"""Any event of the domain, for property tests; needs hypothesis (`pip install mentorcore[test]`).

Ids come from small pools, so that events of one example are often about the same meeting or goal.
Personal values are plain or sealed, as they are while deciding and as they stand in the log.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from mentorcore.domain.corrections.events import RecordAmended
from mentorcore.domain.declarations import event_info, personal_fields
from mentorcore.domain.effective import VersionedEvent
from mentorcore.domain.model import CORE_MODEL, Model
from mentorcore.domain.type_tree import (
    Either,
    ListOf,
    OneOf,
    Record,
    Row,
    TypeTree,
    field_types,
)
from mentorcore.domain.values import Code, Sealed, Stream, identified_by

__all__ = ["events", "histories", "instants"]

POOL = 3
SAFE = 2**53 - 1


def events(*classes: type, model: Model = CORE_MODEL) -> st.SearchStrategy[Any]:
    """Any event of these classes, or of any class of a model."""
    return st.one_of([_event(c, model) for c in classes or model.events])


def histories(
    kind: str,
    *,
    most: int = 12,
    recorded: datetime = datetime(2030, 1, 1, tzinfo=UTC),
    model: Model = CORE_MODEL,
) -> st.SearchStrategy[tuple[VersionedEvent, ...]]:
    """The events of a stream of one kind, in any order, whether the rules would allow it or not.

    Args:
        kind: The kind of stream, such as ``pairing``.
        most: How many events at most.
        recorded: When all of them were recorded.
        model: The rules that the kind belongs to.
    """
    found = st.lists(events(*model.aggregates[kind].events, model=model), max_size=most)
    return found.map(
        lambda told: tuple(VersionedEvent(n, recorded, e) for n, e in enumerate(told, 1))
    )


ZONES = (
    "UTC",
    "America/Los_Angeles",
    "America/New_York",
    "America/St_Johns",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Kiritimati",
)
"""Zones east and west, with and without summer time, by halves and quarters of an hour."""


@st.composite
def instants(draw: Any, first: date = date(2025, 8, 1), last: date = date(2027, 7, 31)) -> datetime:
    """Any instant as somebody states it in some zone, on either side of an hour that is repeated.

    The hour that a zone repeats or skips in a year is met often.

    Args:
        draw: Given by hypothesis.
        first: The first day of it.
        last: The last day of it.
    """
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    begin = datetime.combine(first, time(), UTC)
    span = (last - first).days * 24
    changes = _changes(zone, first, last)
    if changes and draw(st.booleans()):
        around = draw(st.sampled_from(changes)) + timedelta(minutes=draw(st.integers(-90, 90)))
    else:
        around = begin + timedelta(
            hours=draw(st.integers(0, span)), minutes=draw(st.integers(0, 59))
        )
    stated: datetime = around.astimezone(zone)
    if draw(st.booleans()):  # a time that does not exist, or the other one of two
        stated = stated.replace(minute=draw(st.integers(0, 59)), fold=draw(st.integers(0, 1)))
    return stated


@cache
def _changes(zone: ZoneInfo, first: date, last: date) -> tuple[datetime, ...]:
    """The hours in which a zone sets its clocks forward or back."""
    begin = datetime.combine(first, time(), UTC)
    hours = [begin + timedelta(hours=n) for n in range((last - first).days * 24)]
    offsets = [hour.astimezone(zone).utcoffset() for hour in hours]
    return tuple(h for h, a, b in zip(hours[1:], offsets, offsets[1:], strict=False) if a != b)


@cache
def _values(tree: TypeTree) -> st.SearchStrategy[Any]:
    """All values of a declared type, or many of them where there are very many."""
    match tree:
        case Either():
            more = [_PLAIN[Sealed]] * tree.sealed + [st.none()] * tree.empty
            return st.one_of([*map(_values, tree.parts), *more])
        case OneOf():
            return st.sampled_from(tree.words)
        case ListOf(parts=(item,)):
            open_to_anything = any(part.hint is Any for part in item.parts)
            return st.just(()) if open_to_anything else _lists(_values(item))
        case Row():
            return st.tuples(*map(_values, tree.parts))
        case Record():
            return _made(tree.hint)
    named = identified_by(tree.hint)
    return _PLAIN[tree.hint] if named is None else _ids(named.kind)


@cache
def _event(event_class: type, model: Model) -> st.SearchStrategy[Any]:
    if event_class is RecordAmended:
        return st.one_of([_amendment(c) for c in model.events if c is not RecordAmended])
    return _made(event_class)


def _amendment(target: type) -> st.SearchStrategy[Any]:
    """An amendment whose changes fit its target."""
    types, sealed = field_types(target), personal_fields(target)

    def changes(names: Sequence[str]) -> st.SearchStrategy[Any]:
        offered = {name: _values(types[name]) for name in names}
        return st.fixed_dictionaries({}, optional=offered).map(lambda told: tuple(told.items()))

    fields = _fields(RecordAmended)
    fields["target"] = st.integers(1, 20)
    fields["target_name"] = st.just(event_info(target).name)
    fields["target_version"] = st.just(event_info(target).version)
    fields["public_changes"] = changes([n for n in types if n not in sealed])
    fields["personal_changes"] = changes(list(sealed)).map(lambda told: told or None)
    return st.fixed_dictionaries(fields).map(_named)


def _named(fields: dict[str, Any]) -> RecordAmended:
    private = fields["personal_changes"] or ()
    return RecordAmended(**fields | {"personal_names": tuple(Code(name) for name, _ in private)})


def _made(cls: Any) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(_fields(cls)).map(lambda told: cls(**told))


def _fields(cls: Any) -> dict[str, st.SearchStrategy[Any]]:
    return {n: _values(t) for n, t in field_types(cls).items() if t.hint is not Any}


def _lists(item: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(item, max_size=POOL).map(tuple)


def _ids(kind: str) -> st.SearchStrategy[str]:
    return st.sampled_from([f"{kind}:{n:032x}" for n in range(1, POOL + 1)])


_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: _TEXT,
    Code: st.sampled_from(["a", "mentor", "v1.2_3+x/y-z", "0" * 64]),
    Stream: st.one_of([_ids(kind) for kind in CORE_MODEL.aggregates]),
    int: st.integers(0, 120) | st.integers(-SAFE, SAFE),
    bool: st.booleans(),
    date: st.dates(date(2026, 8, 1), date(2027, 7, 31)) | st.dates(),
    datetime: st.datetimes(
        datetime(2026, 8, 1),  # noqa: DTZ001 - hypothesis adds the zone
        datetime(2027, 7, 31),  # noqa: DTZ001 - the same
        timezones=st.just(UTC),
    ),
    Sealed: st.builds(
        Sealed,
        blob=st.just("AAECAw=="),
        stream=_ids("pairing"),
        version=st.integers(1, 20),
        field=st.just("text"),
        kind=st.just("free_text"),
        subjects=st.just((f"person:{1:032x}",)),
    ),
}
