"""Example events, states and values of any declared type, for the tests of the log."""

import types
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

import attrs
from hypothesis import strategies as st

from mentorcore.domain.declarations import (
    event,
    event_info,
    personal,
    personal_fields,
    public,
    value,
)
from mentorcore.domain.field_types import CODE
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.values import Code, MeetingId, PersonId, Sealed, Text
from mentorcore.domain.visibility import WORK
from mentorcore.log.event_types import table
from mentorcore.log.recorded import Actor, Envelope
from mentorcore.log.sealing.keys import MemoryKeys
from mentorcore.log.storage.store import Draft, Row

LOG = bytes(range(16))
ANNA = PersonId("person:0199f3a1c0de7a10b1c2d3e4f5061728")
BEN = PersonId("person:0199f3a1d1ef7b21b1c2d3e4f5061729")
STREAM = "pairing:0199f3a1e2b47f33b1c2d3e4f506172a"
AT = "2026-11-23T17:40:00.123456Z"
ENVELOPE = Envelope(
    Actor(ANNA, "coordinator", "person"),
    correlation="command:0199f3b2a4c87d11a0b1c2d3e4f50617",
    causation="hold-meeting",
)


@value
class Mark:
    """A nested value with text that may stand in the clear."""

    scale: Code
    points: int | None
    given_at: datetime | None = None


@value
class Remark:
    """A nested value with text that is marked where it is used."""

    by: PersonId
    words: str


@event("sample.meeting-held", occurred="held_at")
class Held:
    """Everything that an event can hold."""

    meeting_id: MeetingId
    held_at: datetime | None
    held_on: date
    minutes: int
    hours: float
    kind: Literal["one_to_one", "group"]
    open: bool
    label: str = public()
    subjects: tuple[PersonId, ...]
    marks: tuple[Mark, ...]
    first: Mark | None
    pair: tuple[Code, int]
    days: tuple[date | None, ...] = ()
    comment: Text | None = personal("free_text", default=None, readers=WORK)
    remarks: tuple[Remark, ...] | Sealed | None = personal(
        "feedback", whose=(1,), default=None, readers=WORK
    )
    about_both: Text = personal("wellbeing", whose=(1, 0), readers=WORK)


SAMPLES = table((*CORE_MODEL.names.values(), Held))
"""Every event of the domain, and one that holds everything."""


def held(**changes: Any) -> Held:
    """A meeting with text of two people in it."""
    told: dict[str, Any] = {
        "meeting_id": MeetingId("meeting:0199f3b2a4c87d11a0b1c2d3e4f50617"),
        "held_at": datetime(2026, 11, 20, 12, tzinfo=UTC),
        "held_on": date(2026, 11, 20),
        "minutes": 45,
        "hours": 0.75,
        "kind": "group",
        "open": True,
        "label": "Autumn, “first” round",
        "subjects": (ANNA, BEN),
        "marks": (Mark(scale=Code("trust"), points=4), Mark(scale=Code("use"), points=None)),
        "first": Mark(scale=Code("trust"), points=4, given_at=datetime(2026, 11, 20, tzinfo=UTC)),
        "pair": (Code("video"), 2),
        "days": (date(2026, 11, 20), None),
        "comment": "Anna was late",
        "remarks": (Remark(by=ANNA, words="Ben listens"),),
        "about_both": "both were anxious",
    }
    return Held(**told | changes)


def row(draft: Draft, position: int = 1, at: str = AT) -> Row:
    """What a store would hold of a draft."""
    return Row(position, draft.stream, draft.version, draft.name, draft.state(at))


def counting() -> Callable[[int], bytes]:
    """Random bytes that are the same in every run."""
    state = {"n": 0}

    def random(size: int) -> bytes:
        state["n"] += 1
        return bytes((state["n"] + i) % 256 for i in range(size))

    return random


def keys() -> MemoryKeys:
    """Keys that are the same in every run."""
    return MemoryKeys(random=counting())


def example(hint: Any, name: str = "", nth: int = 0) -> Any:
    """A value of a declared type, the same in every run and filled to its depth."""
    if hint is Code:
        return Code(f"code-{nth}")
    if hint is PersonId:
        return (ANNA, BEN)[nth % 2]
    if isinstance(hint, NewType):
        return f"{hint.__name__.removesuffix('Id').lower()}:0199f3b2a4c87d11a0b1c2d3e4f5061{nth}"
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return example(next(a for a in args if a not in (type(None), Sealed)), name, nth)
    if origin is Literal:
        return args[nth % len(args)]
    if origin is tuple and args[-1] is ...:
        return tuple(example(args[0], name, i) for i in range(2))
    if origin is tuple:
        return tuple(example(a, name, nth) for a in args)
    if attrs.has(hint):
        return _filled(hint, nth)
    return {
        str: f'{name} {nth}: “Zoë” said "yes"',
        int: 45 + nth,
        float: 1.5 + nth,
        bool: nth % 2 == 0,
        date: date(2026, 11, 20 + nth),
        datetime: datetime(2026, 11, 20 + nth, 12, 30, 15, 250_000 * nth, tzinfo=UTC),
    }[hint]


def _filled(cls: type, nth: int = 0) -> Any:
    hints = get_type_hints(cls)
    return cls(**{f.name: example(hints[f.name], f.name, nth) for f in attrs.fields(cls)})


def example_event(cls: type) -> Any:
    """An event of *cls*, the same in every run, none of its fields empty."""
    if cls.__name__ != "RecordAmended":
        return _filled(cls)
    return _amendment(cls, example, CORE_MODEL.names["pairing.meeting-held"])


def _amendment(cls: type, value_of: Callable[[Any, str], Any], target: type = Held) -> Any:
    hints, fields, sealed = get_type_hints(cls), get_type_hints(target), personal_fields(target)
    told: dict[str, Any] = {
        f.name: value_of(hints[f.name], f.name)
        for f in attrs.fields(cls)
        if not f.name.endswith("_changes")
    }
    told["target_name"] = Code(event_info(target).name)
    told["target_version"] = event_info(target).version
    told["personal_names"] = tuple(Code(n) for n in sealed)
    told["public_changes"] = tuple(
        (n, value_of(h, n)) for n, h in fields.items() if n not in sealed
    )
    told["personal_changes"] = tuple((n, value_of(fields[n], n)) for n in sealed)
    return cls(**told)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


def values(hint: Any) -> st.SearchStrategy[Any]:
    """All values of a declared type, but for those that are sealed already."""
    if hint is Code:
        return st.from_regex(CODE, fullmatch=True)
    if hint is PersonId:
        return st.sampled_from((ANNA, BEN))
    if isinstance(hint, NewType):
        return values(hint.__supertype__)
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return st.one_of([values(a) for a in args if a is not Sealed])
    if origin is Literal:
        return st.sampled_from(args)
    if origin is tuple and args[-1] is ...:
        return st.lists(values(args[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values, args))
    if hint in (None, type(None)):
        return st.none()
    if attrs.has(hint):
        return st.fixed_dictionaries(_members(hint)).map(lambda told: hint(**told))
    return {
        str: TEXT,
        int: st.integers(-(2**53) + 1, 2**53 - 1),
        float: st.floats(allow_nan=False, allow_infinity=False),
        bool: st.booleans(),
        date: st.dates(),
        datetime: st.datetimes(timezones=st.just(UTC)),
    }[hint]


def _members(cls: type) -> dict[str, st.SearchStrategy[Any]]:
    hints = get_type_hints(cls)
    return {
        f.name: st.just((ANNA, BEN)) if f.name == "subjects" else values(hints[f.name])
        for f in attrs.fields(cls)
    }


@st.composite
def events(draw: st.DrawFn, classes: tuple[type, ...] = tuple(SAMPLES.values())) -> Any:
    """Any event of the domain, or one that holds everything; its people are Anna and Ben."""
    cls = draw(st.sampled_from(classes))
    if cls.__name__ == "RecordAmended":
        return _amendment(
            cls,
            lambda hint, name: (ANNA, BEN) if name == "subjects" else draw(values(hint)),
        )
    return cls(**{name: draw(strategy) for name, strategy in _members(cls).items()})
