"""How payloads that older versions of mentorcore wrote become today's, one step at a time.

An event class whose shape changes gets the next version number, a step here, and a golden file in
`tests/log/golden/`, all in one commit; the old golden file stays and must still load.

A step is a pure and total function from the stored fields of version *n* to those of version
*n + 1*. It sees personal values as they are stored, sealed, and carries them over whole: a renamed
field still opens, because the reader noted which field each was sealed in. A step cannot change
whose a value is or of which kind.

Amendments hold single fields of another event, and say in which version of that event's fields. A
step takes a whole payload and may look at fields that an amendment lacks, so it cannot lift one:
beside a step stands what becomes of each single field that it changes, a `Lift`. A field without
one goes on as it is. `compat` compares schemas only and reports the amendments of such an event.
"""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

__all__ = [
    "LIFTS",
    "UPCASTS",
    "Lift",
    "Lifts",
    "Upcast",
    "Upcasts",
    "lifted",
    "lifted_changes",
    "steps_missing",
]

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
Upcasts = Mapping[tuple[str, int], Upcast]

UPCASTS: Upcasts = {}
"""(stored name, version) → the step to the next version. The first release needs none."""


@attrs.frozen
class Lift:
    """What becomes of a single field where an event's fields move on to the next version.

    Attributes:
        name: The name under which it goes on; ``None`` where nothing of it is left.
        value: From its stored value to that of the next version. What is sealed stays as it is.
    """

    name: str | None
    value: Callable[[Any], Any] | None = None


Lifts = Mapping[tuple[str, int], Mapping[str, Lift]]

LIFTS: Lifts = {}
"""(stored name, version) → by field, what the step to the next version does to it alone."""

_SAME: Mapping[str, Lift] = {}


def lifted_changes(
    name: str, version: int, today: int, changes: Mapping[str, Any], lifts: Lifts
) -> dict[str, Any]:
    """The changed fields of an event of an older version as fields of today's."""
    told = dict(changes)
    for step in range(version, today):
        known = lifts.get((name, step), _SAME)
        before, told = told, {}
        for field, value in before.items():
            lift = known.get(field)
            if lift is None:
                told[field] = value
            elif lift.name is not None:
                told[lift.name] = value if lift.value is None else lift.value(value)
    return told


def lifted(
    name: str, version: int, today: int, payload: dict[str, Any], upcasts: Upcasts
) -> dict[str, Any]:
    """The fields of an event of an older version in the shape of today's."""
    for step in range(version, today):
        payload = upcasts[name, step](payload)
    return payload


def steps_missing(name: str, today: int, upcasts: Upcasts) -> list[int]:
    """The versions before today's that no step leads on from."""
    return [v for v in range(1, today) if (name, v) not in upcasts]
