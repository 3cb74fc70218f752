"""What is said to PostgreSQL, for one schema."""

from collections.abc import Iterator, Sequence
from typing import Any

from mentorcore.log.storage.audit_tables import LeafRow
from mentorcore.log.storage.patience import Patience
from mentorcore.log.storage.store import Entry
from mentorcore.log.stores.postgres.privileges import LOCK
from mentorcore.log.stores.postgres.tables import within

__all__ = ["Statements", "apart"]

ROWS = (
    "SELECT notification_id, originator_id, originator_version, topic, state FROM $.stored_events"
)
INSERT = "INSERT INTO $.stored_events (originator_id, originator_version, topic, state)"
INSERT_MANY = (
    INSERT + " SELECT s, v, n, b "
    "FROM unnest(%b::text[], %b::bigint[], %b::text[], %b::bytea[]) "
    "WITH ORDINALITY AS t (s, v, n, b, i) ORDER BY i RETURNING notification_id"
)
"""Parallel arrays, in one statement however many events there are."""

FEW = 8
ARRAYS = "unnest(%b::text[], %b::bytea[], %b::text[], %b::bytea[]) AS t (k, d, s, b)"
INDEX = "INSERT INTO $.log_index SELECT k, d, s, b, %b::bigint, %b::bigint FROM "

BEGINS = (
    "(SELECT substring(state FROM 1 FOR 59) FROM $.stored_events "
    "WHERE length(state) > 58 ORDER BY notification_id DESC LIMIT 1)"
)
"""How the last state begins, that still stands."""
STAMPED = "stamped AS (UPDATE $.log_meta SET last_at = %b)"


class Statements:
    """Every statement of the store, each name with its schema.

    Args:
        schema: The schema that holds the tables.
        channel: What is notified when events were stored.
        sequencer: The number of the lock that sequencers of the log hold.
        guarded: Whether the rights of the user are those of a writer, who locks by a function.
        settings: What sets up each transaction, where connections are not set up themselves.
    """

    def __init__(
        self,
        schema: str,
        channel: str,
        sequencer: int,
        *,
        guarded: bool = False,
        settings: str = "",
    ) -> None:
        def on(text: str) -> bytes:
            return within(schema, text)

        begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
        if settings:
            begin = f"{begin}; {settings}"
        lock = f"SELECT $.{LOCK}()" if guarded else "LOCK TABLE $.stored_events IN EXCLUSIVE MODE"
        notify = f'NOTIFY "{channel}"'
        last = "SELECT last_at, " + BEGINS + ", 0 FROM $.log_meta"  # noqa: S608 - no text of anybody
        due = (
            "SELECT m.last_at, " + BEGINS + ", "
            "CASE WHEN s.is_called THEN s.last_value + 1 ELSE s.last_value END "
            "FROM $.log_meta m, $.stored_events_notification_id_seq s"
        )
        self.begin = on(begin)
        self._begin_append = on(f"; {lock}; {notify}; {last}")
        self._begin_append_with_due = on(f"; {lock}; {notify}; {due}")
        self.insert_many = on(_stamped(INSERT_MANY))
        self._insert_few = [on(_stamped(insert_few(n))) for n in range(1, FEW + 1)]
        self._cover_many = on(_covered(INSERT_MANY, sequencer))
        self._cover_few = [on(_covered(insert_few(n), sequencer)) for n in range(1, FEW + 1)]
        self.stamp = on("UPDATE $.log_meta SET last_at = %s")
        pairs = "(SELECT s, v FROM unnest(%b::text[], %b::bigint[]) AS t (s, v))"
        self.versions = on(f"{ROWS} WHERE (originator_id, originator_version) IN {pairs}")
        self.index_new = on(
            f"{INDEX}{ARRAYS} ON CONFLICT (kind, digest) DO NOTHING RETURNING kind, digest"
        )
        self.index_put = on(
            f"{INDEX}{ARRAYS} ON CONFLICT (kind, digest) DO UPDATE SET stream = excluded.stream, "
            "body = excluded.body, position = excluded.position, count = excluded.count"
        )
        self.index_drop = on(
            "DELETE FROM $.log_index WHERE (kind, digest) IN "
            "(SELECT k, d FROM unnest(%b::text[], %b::bytea[]) AS t (k, d))"
        )
        self.stream = on(
            f"{ROWS} WHERE originator_id = %b AND originator_version > %b "
            "ORDER BY originator_version"
        )
        self.streams = on(
            f"{ROWS} WHERE originator_id = ANY(%b) ORDER BY originator_id, originator_version"
        )
        self.page = on(f"{ROWS} WHERE notification_id > %b ORDER BY notification_id LIMIT %b")
        self.page_of = on(
            f"{ROWS} WHERE notification_id > %b AND topic = ANY(%b) "
            "ORDER BY notification_id LIMIT %b"
        )
        self.tail = on("SELECT coalesce(max(notification_id), 0) FROM $.stored_events")
        found = "SELECT digest, stream, body, position, count FROM $.log_index WHERE kind = %b"
        self.lookup = on(f"{found} AND digest = ANY(%b)")
        self.entries = on(f"{found} AND digest > %b ORDER BY digest LIMIT %b")
        rows = "SELECT stream, grp, data FROM $.view_row WHERE view = %b"
        self.view_rows = on(f"{rows} AND stream = ANY(%b)")
        self.view_group = on(f"{rows} AND grp = %b ORDER BY stream")
        self.view_put = on(
            "INSERT INTO $.view_row SELECT %b::text, s, g, d "
            "FROM unnest(%b::text[], %b::text[], %b::bytea[]) AS t (s, g, d) "
            "ON CONFLICT (view, stream) DO UPDATE SET grp = excluded.grp, data = excluded.data"
        )
        self.view_position = on(
            "SELECT notification_id FROM $.notification_tracking WHERE application_name = %s"
        )
        self.view_moved = on(
            "INSERT INTO $.notification_tracking VALUES (%s, %s) ON CONFLICT (application_name) "
            "DO UPDATE SET notification_id = excluded.notification_id"
        )
        self.view_drop_rows = on("DELETE FROM $.view_row WHERE view = %s")
        self.view_drop_position = on(
            "DELETE FROM $.notification_tracking WHERE application_name = %s"
        )
        self.views = on(
            "SELECT application_name, notification_id FROM $.notification_tracking "
            "WHERE application_name <> %b ORDER BY application_name"
        )

    def begin_append(self, patience: Patience, *, with_due: bool) -> bytes:
        """What begins an append under the write lock, and asks for the time recorded last.

        Who has waited for other threads for most of its time waits for the lock for what is left.

        Args:
            patience: For how long.
            with_due: Whether the position that comes next is asked for, too.
        """
        rest = self._begin_append_with_due if with_due else self._begin_append
        left = patience.lock_left
        if left == patience.lock_timeout:
            return self.begin + rest
        return self.begin + b"; SET LOCAL lock_timeout = %d" % max(1, round(left * 1000)) + rest

    def insert(
        self, columns: Sequence[Sequence[Any]], last_at: str, leaves: Sequence[LeafRow] = ()
    ) -> tuple[bytes, Sequence[Any]]:
        """The statement that inserts events and notes their time, with its values.

        Few events go as plain values, which are planned once; many as arrays. The rows that it
        gives are the positions; with leaves they also say whether no sequencer is at work, and how
        many of the leaves were stored.

        Args:
            columns: Streams, versions, names and states.
            last_at: The recorded time.
            leaves: Stored in the same statement, if they follow upon the last that is there.
        """
        count = len(columns[0])
        is_many = count > FEW
        values = columns
        if not is_many:
            values = [value for row in zip(*columns, strict=True) for value in row]
        if not leaves:
            statement = self.insert_many if is_many else self._insert_few[count - 1]
            return statement, (*values, last_at)
        ahead = [list(column) for column in zip(*leaves, strict=True)]
        statement = self._cover_many if is_many else self._cover_few[count - 1]
        return statement, (*values, last_at, *ahead, leaves[0][0] - 1)


def insert_few(count: int) -> str:
    """The statement that inserts a known number of events."""
    rows = ",".join(["(%b,%b,%b,%b)"] * count)
    return f"{INSERT} VALUES {rows} RETURNING notification_id"


def _stamped(insert: str) -> str:
    return f"WITH stored AS ({insert}), {STAMPED} SELECT notification_id FROM stored"  # noqa: S608 - no text of anybody


def _covered(insert: str, sequencer: int) -> str:
    """The same with the leaves, in one statement: each costs a way to the server and back.

    A leaf of which the index is taken is left out, and whoever sees that looks at what is there.
    """
    return f"""WITH stored AS ({insert}), {STAMPED},
        alone AS MATERIALIZED (SELECT pg_try_advisory_xact_lock({sequencer}) AS is_so),
        covered AS (
            INSERT INTO $.audit_leaf (idx, position, h)
            SELECT i, p, h FROM unnest(%b::bigint[], %b::bigint[], %b::bytea[]) AS t (i, p, h)
            WHERE (SELECT is_so FROM alone) AND (SELECT max(idx) FROM $.audit_leaf) = %b
            ON CONFLICT (idx) DO NOTHING RETURNING 1)
        SELECT notification_id, (SELECT is_so FROM alone), (SELECT count(*) FROM covered)
        FROM stored"""  # noqa: S608 - the same


def apart(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """Batches of entries of one mode, such that the result is that of one after the other."""
    if len({(e.kind, e.digest) for e in entries}) < len(entries):
        yield from ([e] for e in entries)
        return
    for mode in ("drop", "new", "put"):
        if batch := [e for e in entries if e.mode == mode]:
            yield batch
