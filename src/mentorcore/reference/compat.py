"""Whether this version of mentorcore reads everything that an older one wrote, and what not.

A stored name stays for ever. A change of an event's fields counts its version up and brings a
step that leads from the old fields to the new; whoever forgets that is told here.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from mentorcore.domain.declarations import event_info
from mentorcore.domain.model import CORE_MODEL
from mentorcore.log.event_types import Names
from mentorcore.log.serialization.json_schema import state_schema
from mentorcore.log.serialization.upcasts import UPCASTS, Upcasts, steps_missing
from mentorcore.reference.comparing import Part, narrowed

__all__ = ["Compatibility", "HeldEvents", "Incompatible", "Written", "judged"]

UPDATE = "Update mentorcore, or read the log with the version that wrote it."
BRING_BACK = (
    "A stored name stays for ever: bring its class back under that name, or install the package of "
    "the practice that it belongs to."
)


@attrs.frozen
class HeldEvents:
    """Events of one name and version that the older one holds.

    Attributes:
        name: Their stored name.
        version: The version of their fields.
        count: How many of them a log holds; ``None`` for a catalogue, which holds none.
    """

    name: str
    version: int
    count: int | None = None


@attrs.frozen
class Incompatible:
    """Something that this version does not read.

    Attributes:
        name: The stored name of the event.
        version: The version of its fields.
        field: The field, with its parts; ``None`` when it is about the whole event.
        what: What is wrong, as a sentence.
        remedy: What to do, in a sentence or two.
        position: Where the first such event stands in a log.
        count: How many such events a log holds.
    """

    name: str
    version: int
    field: str | None
    what: str
    remedy: str
    position: int | None = None
    count: int | None = None


@attrs.frozen
class Compatibility:
    """What came of comparing; `mentorcore.plain` makes it plain data.

    Attributes:
        old: What was compared, in words.
        reads_all: Whether this version reads everything that it holds.
        held: What it holds, by name and version.
        problems: What this version does not read.
    """

    old: str
    reads_all: bool
    held: tuple[HeldEvents, ...]
    problems: tuple[Incompatible, ...]


@attrs.frozen
class Written:
    """How an older version wrote one event.

    Attributes:
        name: The stored name.
        version: The version of its fields.
        schema: The JSON Schema of its stored states.
    """

    name: str
    version: int
    schema: Mapping[str, Any]


def judged(
    old: str,
    written: Iterable[Written],
    names: Names = CORE_MODEL.names,
    upcasts: Upcasts = UPCASTS,
) -> Compatibility:
    """Whether events are read that were written so.

    Args:
        old: What wrote them, in words.
        written: How it wrote them.
        names: The events that are known here.
        upcasts: The steps from older fields to today's.
    """
    listed = sorted(written, key=lambda w: (w.name, w.version))
    problems = tuple(p for w in listed for p in _problems(w, names, upcasts))
    held = tuple(HeldEvents(w.name, w.version) for w in listed)
    return Compatibility(old, not problems, held, problems)


def _problems(old: Written, names: Names, upcasts: Upcasts) -> Iterator[Incompatible]:
    name, version = old.name, old.version
    cls = names.get(name)
    if cls is None:
        yield Incompatible(
            name, version, None, f"Events named {name} are unknown here.", BRING_BACK
        )
        return
    today = event_info(cls).version
    if version > today:
        what = f"It is written as version {version}, and this mentorcore reads up to {today}."
        yield Incompatible(name, version, None, what, UPDATE)
    elif version < today:
        for missing in steps_missing(name, today, upcasts):
            if missing >= version:
                what = f"No step leads on from version {missing}."
                way = f"from version {missing} to {missing + 1}"
                remedy = f"Add the step {way} to log/serialization/upcasts.py."
                yield Incompatible(name, version, None, what, remedy)
    else:
        yield from _differences(old, state_schema(cls, names))


def _differences(old: Written, schema: Mapping[str, Any]) -> Iterator[Incompatible]:
    remedy = (
        f"The version is still {old.version}. Count it up to {old.version + 1}, and add the step "
        f"from version {old.version} to log/serialization/upcasts.py; or undo the change."
    )
    before, now = old.schema.get("x-true-at"), schema["x-true-at"]
    if before != now:
        was, is_ = (" or ".join(f or ["the recorded time"]) for f in (before or [], now))
        what = f"When it was true stood in {was} and is read from {is_}."
        yield Incompatible(old.name, old.version, None, what, remedy)
    for path, what in narrowed(Part.whole(old.schema), Part.whole(schema), ""):
        field = path.removeprefix("d.")
        told = f"The field {field} {what}." if field else f"It {what}."
        yield Incompatible(old.name, old.version, field or None, told, remedy)
