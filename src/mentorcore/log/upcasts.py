"""How payloads that older versions of mentorcore wrote become today's, one step at a time.

An event class whose shape changes gets the next version number, a step here, and a golden file in
`tests/log/golden/`, all in one commit; the old golden file stays and must still load.

A step is a pure and total function from the stored fields of version *n* to those of version
*n + 1*. It sees personal values as they are stored, sealed, and carries them over whole: a renamed
field still opens, because the reader noted which field each was sealed in. A step cannot change
whose a value is or of which kind.

Amendments hold single fields of another event and are not lifted yet; `compat` reports those that
would need it. A step takes a whole payload and may look at fields that an amendment lacks, so it
cannot lift one. Before the first version rises, `RecordAmended` gets a field for the version of its
target's fields, which is 1 for all that lack it, and a step says beside itself how a single field
is lifted: under which name it goes on, and how its value changes.
"""

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["UPCASTS", "Upcast", "Upcasts", "lifted", "steps_missing"]

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
Upcasts = Mapping[tuple[str, int], Upcast]

UPCASTS: Upcasts = {}
"""(stored name, version) → the step to the next version. The first release needs none."""


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
