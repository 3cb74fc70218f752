"""A key that numbers the rows names another response once a row above is added, deleted or moved.

Every response below would be amended into its neighbour, and the last one counted twice. So what
differs is held against what stood under other keys: where it moved there as it was, answer by
answer, the keys tell no response from another one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from mentorcore.engine.importing.reading.previous_answers import PreviousAnswers
from mentorcore.engine.indexes.known_responses import KnownResponse
from mentorcore.engine.indexes.responses import IncomingResponse, Key
from mentorcore.errors import SourceRefused

__all__ = ["check_renumbered"]

_FEWEST = 2
"""One response that says what another one said is an edit like any other."""


def check_renumbered(
    differing: Sequence[IncomingResponse],
    of: int,
    held: Mapping[Key, KnownResponse],
    earlier: PreviousAnswers,
    *,
    said: Callable[[PreviousAnswers, KnownResponse], int | None],
    says: Callable[[IncomingResponse], int | None],
    new: Iterable[tuple[Key, int | None, int]],
    vanished: Callable[[], Iterable[tuple[Key, int | None]]],
    column: str,
    file: str,
) -> None:
    """Refuse an export in which responses moved to the keys of others.

    Args:
        differing: Some of the responses that said something else before.
        of: How many there are.
        held: What is held under their keys.
        earlier: Reads what they said.
        said: What a response that is held says beside its key.
        says: What one of the export says beside its key.
        new: The keys of responses that are not held, with their rows and what they say: the last
            ones of rows that moved down.
        vanished: Responses that are held and not there, with what they say; asked where something
            moved at all.
        column: The title of the key.
        file: What the export is called in messages.

    Raises:
        SourceRefused: They moved.
    """
    before: dict[int, Key] = {}
    for key, one in held.items():
        told = said(earlier, one)
        if told is not None:
            before[told] = key
    rows = [
        (one.response.key, one.response.where.record, told)
        for one in differing
        if (told := says(one)) is not None
    ]
    below = _moved(new, before)
    moved = _moved(rows, before)
    if moved and len(moved) < max(_FEWEST, len(differing)):
        before |= {told: key for key, told in vanished() if told is not None}
        moved = _moved(rows, before)
    moved = [*moved, *below]
    # Of a sample, only as many can be found as have their neighbour in it, too.
    if len(moved) < _FEWEST or 2 * len(moved) * of < len(differing) ** 2:
        return
    key, row, was = moved[0]
    place = "" if row is None else f" (row {row})"
    raise SourceRefused(
        f"{column} numbers the rows and does not tell responses apart: what stood under "
        f"{was[0]} stands under {key[0]} now{place}, and {len(moved) - 1:,} more "
        "moved like it. Name columns as keys under [source] that stay with their row, and take the "
        "earlier imports back (reverse-import), since a row is another one under other keys. If "
        "the rows really were edited like that, declare trust_keys = true under [source]",
        file=file,
    )


def _moved(
    rows: Iterable[tuple[Key, int | None, int]], before: Mapping[int, Key]
) -> list[tuple[Key, int | None, Key]]:
    """The rows that say what stood under another key, with their own and with that key."""
    found = ((key, row, before.get(told)) for key, row, told in rows)
    moved = [(key, row, was) for key, row, was in found if was is not None and was != key]
    return sorted(moved, key=lambda one: one[1] or 0)
