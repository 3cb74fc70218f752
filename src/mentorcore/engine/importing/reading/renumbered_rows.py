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
    moved = _moved(differing, before, says)
    if moved and len(moved) < max(_FEWEST, len(differing)):
        before |= {told: key for key, told in vanished() if told is not None}
        moved = _moved(differing, before, says)
    # Of a sample, only as many can be found as have their neighbour in it, too.
    if len(moved) < _FEWEST or 2 * len(moved) * of < len(differing) ** 2:
        return
    row, was = moved[0]
    place = "" if row.response.where.record is None else f" (row {row.response.where.record})"
    raise SourceRefused(
        f"{column} numbers the rows and does not tell responses apart: what stood under "
        f"{was[0]} stands under {row.response.key[0]} now{place}, and {len(moved) - 1:,} more "
        "moved like it. Name columns as keys under [source] that stay with their row, and take the "
        "earlier imports back (reverse-import), since a row is another one under other keys. If "
        "the rows really were edited like that, declare trust_keys = true under [source]",
        file=file,
    )


def _moved(
    rows: Sequence[IncomingResponse],
    before: Mapping[int, Key],
    says: Callable[[IncomingResponse], int | None],
) -> list[tuple[IncomingResponse, Key]]:
    """The rows that say what stood under another key, with that key."""
    found = ((row, before.get(told)) for row in rows if (told := says(row)) is not None)
    moved = [(row, was) for row, was in found if was is not None and was != row.response.key]
    return sorted(moved, key=lambda one: one[0].response.where.record or 0)
