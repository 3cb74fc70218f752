"""Everything that can be done to the rows of a log, at every place: all of it has to be seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from audit.made_logs import Event, MadeLog, events, state

NEW = ("pairing:" + "9" * 32, 1, "pairing.formed", state(999, on="2026-09-01"))


def other_log(count: int) -> list[Event]:
    """As many rows of another log, which might be taken for those of this one."""
    return [(p, s, v, n, state(1000 + p, minutes=p)) for p, s, v, n, _ in events(count)]


def moved(rows: Sequence[Event], by: int) -> list[Event]:
    """The same rows at later positions."""
    return [(p + by, s, v, n, told) for p, s, v, n, told in rows]


def operations(rows: Sequence[Event]) -> Iterator[tuple[str, list[Event]]]:
    """Each operation at each place: its name, and the rows after it, by position."""
    told = list(rows)
    strange = other_log(len(told))
    for i, row in enumerate(told):
        before, after = told[:i], told[i + 1 :]
        position, stream, version, name, stored = row
        copy = (position + 1, stream, version + 10_000, name, stored)
        yield f"delete {i}", [*before, *after]
        yield f"delete {i} and close the gap", [*before, *moved(after, -1)]
        yield f"insert before {i}", [*before, (position, *NEW), *moved(told[i:], 1)]
        if after:  # behind the last it would be growth, which no checkpoint covers yet
            yield f"duplicate {i}", [*before, row, copy, *moved(after, 1)]
        yield f"truncate from {i}", before
        yield f"another log's row at {i}", [*before, strange[i], *after]
        yield f"another log's rows from {i}", [*before, *strange[i:]]
        yield (
            f"stream of {i}",
            [*before, (position, stream[:-1] + "7", version, name, stored), *after],
        )
        yield (
            f"version of {i}",
            [*before, (position, stream, version + 5_000, name, stored), *after],
        )
        yield f"name of {i}", [*before, (position, stream, version, name + "x", stored), *after]
        changed = stored[:-3] + bytes((stored[-3] ^ 1,)) + stored[-2:]
        yield f"state of {i}", [*before, (position, stream, version, name, changed), *after]
        yield f"no state of {i}", [*before, (position, stream, version, name, b""), *after]
        yield f"backdate {i} to 0", [(0, *row[1:]), *before, *after]
        yield f"backdate {i} below 0", [(-5, *row[1:]), *before, *after]
        if i + 1 < len(told):
            following = told[i + 1]
            swapped = [(position, *following[1:]), (following[0], *row[1:])]
            yield f"swap {i}", [*before, *swapped, *told[i + 2 :]]
            if following[0] > position + 1:
                yield f"move {i} into the gap", [*before, (position + 1, *row[1:]), *after]
                yield f"insert into the gap after {i}", [*before, row, (position + 1, *NEW), *after]


class Rewritten(MadeLog):
    """A log whose rows were rewritten by somebody who cannot sign: its checkpoints are the old ones.

    Args:
        whole: The log before.
        rows: The rows now.
        all_hints: Whether the tables of the audit were rewritten, too.
    """

    def __init__(self, whole: MadeLog, rows: Sequence[Event], *, all_hints: bool) -> None:
        super().__init__(rows, whole.sizes, log_id=whole.log_id)
        self._whole = whole
        self._all_hints = all_hints

    def notes(self) -> Iterator[tuple[int, str]]:
        yield from self._whole.notes()

    def hints(self) -> list[tuple[Any, ...]]:
        return super().hints() if self._all_hints else self._whole.hints()
