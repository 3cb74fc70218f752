"""The events of a log that stand in a table, as the sequencer reads them."""

from collections.abc import Sequence

from mentorcore.log.storage.audit_tables import Ask, StoredRow

__all__ = ["TableEvents"]


class TableEvents:
    """The events in a table, inside the same transaction.

    Args:
        ask: Answers a question.
        position: The column that holds the position.
    """

    def __init__(self, ask: Ask, position: str) -> None:
        self._ask = ask
        self._at = position

    def between(self, after: int, upto: int, limit: int) -> Sequence[StoredRow]:
        """See `Events.between`."""
        return self._ask(
            f"SELECT {self._at}, originator_id, originator_version, topic, state "  # noqa: S608 - the name of a column
            f"FROM $.stored_events WHERE {self._at} > ? AND {self._at} <= ? "
            f"ORDER BY {self._at} LIMIT ?",
            (after, upto, limit),
        )

    def count(self, after: int | None, upto: int | None) -> int:
        """See `Events.count`."""
        where, values = self._range(after, upto)
        found = self._ask(f"SELECT count(*) FROM $.stored_events{where}", values)  # noqa: S608 - the same
        return int(found[0][0])

    def positions(self, after: int | None, upto: int) -> list[int]:
        """See `Events.positions`."""
        where, values = self._range(after, upto)
        rows = self._ask(
            f"SELECT {self._at} FROM $.stored_events{where} ORDER BY {self._at}",  # noqa: S608 - the same
            values,
        )
        return [row[0] for row in rows]

    def _range(self, after: int | None, upto: int | None) -> tuple[str, list[int]]:
        limits = [(" > ?", after), (" <= ?", upto)]
        parts = [self._at + sign for sign, limit in limits if limit is not None]
        return (
            f" WHERE {' AND '.join(parts)}" if parts else "",
            [limit for _sign, limit in limits if limit is not None],
        )
