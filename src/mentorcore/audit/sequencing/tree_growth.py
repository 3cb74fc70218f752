"""The tree beside a log, as it is stored: reading it in pieces, letting it grow, making it anew."""

from collections.abc import Callable, Iterable, Sequence

from mentorcore.audit.merkle.leaf import leaf_bytes, leaf_hash, state_digest
from mentorcore.audit.merkle.proofs import range_root
from mentorcore.audit.merkle.tiles import WIDTH, subtree_of
from mentorcore.audit.merkle.tree import HASH, TILE_HEIGHT, Frontier, root
from mentorcore.errors import ProofInvalid
from mentorcore.log.storage.audit_tables import AuditTransaction, LeafRow, StoredRow

__all__ = ["Growth", "StoredTiles", "extent", "frontier_of", "leaf_of", "root_at"]


class StoredTiles:
    """The tiles of the stored tree; each is read once.

    Leaves are stored as soon as events are covered and the tiles above them with a checkpoint, so
    what is missing there is worked out from those below.
    """

    def __init__(self, tables: AuditTransaction) -> None:
        self._tables = tables
        self._read: dict[tuple[int, int], bytes] = {}
        self._size: int | None = None

    def __call__(self, level: int, n: int) -> bytes:
        """The hashes of tile *n* of a level."""
        known = self._read.get((level, n))
        if known is None:
            if level:
                known = self._completed(level, n, self._tables.tile(level, n))
            else:
                leaves = self._tables.leaves(n * WIDTH, (n + 1) * WIDTH)
                known = b"".join(h for _position, h in leaves)
            self._read[level, n] = known
        return known

    def _completed(self, level: int, n: int, known: bytes) -> bytes:
        """A tile with the hashes of all the full tiles that stand below it."""
        first, end = n * WIDTH + len(known) // HASH, (n + 1) * WIDTH
        if first == end:
            return known
        if self._size is None:
            self._size = extent(self._tables)[0]
        end = min(end, self._size >> TILE_HEIGHT * level)
        return known + b"".join(root(_hashes(self(level - 1, m))) for m in range(first, end))


def root_at(tables: AuditTransaction, size: int) -> bytes:
    """The root of the stored tree when it had this size.

    Raises:
        ProofInvalid: The stored tree does not hold so many leaves.
    """
    return range_root(0, size, subtree_of(StoredTiles(tables))) if size else Frontier().root()


def extent(tables: AuditTransaction) -> tuple[int, int]:
    """How many leaves are stored, and the position of the last: signed ones, and those ahead."""
    head, (index, position) = tables.head(), tables.last_leaf()
    if index < head.size:  # those ahead are none, or the last ones of the tree are damaged
        return head.size, head.last_position
    return index + 1, position


def frontier_of(tables: AuditTransaction) -> tuple[Frontier, int]:
    """The right edge of the stored tree, and the position of its last leaf.

    Raises:
        ProofInvalid: What is stored is no frontier of that size.
    """
    head = tables.head()
    return Frontier.read(head.size, head.frontier), head.last_position


def leaf_of(log_id: bytes, index: int, row: StoredRow, tables: AuditTransaction) -> bytes:
    """The leaf of a stored event; one whose state was removed keeps the digest that it had.

    Raises:
        UnfitRow: The row holds what no leaf can be made of.
    """
    position, stream, version, name, state = row
    removed = tables.redacted(position) if state == b"" else None
    digest = removed if removed is not None else state_digest(position, state)
    return leaf_bytes(log_id, index, position, stream, version, name, digest)


class Growth:
    """New leaves and tiles, collected and then written together.

    Args:
        tables: Where they are written.
        log_id: The log's id.
        frontier: The right edge of the tree before; it grows.
        anew: Whether the whole tree is made again, so that no stored tile is continued.
        is_there: Says of a leaf that it is stored already, so that it is not written again.

    Attributes:
        last: Position and hash of the last leaf that was added.
    """

    def __init__(
        self,
        tables: AuditTransaction,
        log_id: bytes,
        frontier: Frontier,
        *,
        anew: bool = False,
        is_there: Callable[[LeafRow], bool] = lambda _leaf: False,
    ) -> None:
        self.frontier = frontier
        self._tables = tables
        self._log_id = log_id
        self._anew = anew
        self.last: tuple[int, bytes] | None = None
        self._is_there = is_there
        self._leaves: list[LeafRow] = []
        self._tiles: dict[tuple[int, int], bytes] = {}

    def add(self, rows: Iterable[StoredRow]) -> None:
        """Let the tree grow by these events.

        Raises:
            UnfitRow: One of them holds what no leaf can be made of.
            ProofInvalid: A stored tile is not as long as the tree says.
        """
        frontier = self.frontier
        for row in rows:
            index = frontier.size
            h = leaf_hash(leaf_of(self._log_id, index, row, self._tables))
            leaf = (index, row[0], h)
            self.last = leaf[1:]
            if not self._is_there(leaf):
                self._leaves.append(leaf)
            for level, entry in frontier.append(h):
                self._entry(level, entry)

    def write(self) -> None:
        """Write what has come together since the last time."""
        self._tables.put_leaves(self._leaves)
        self._tables.put_tiles((level, n, data) for (level, n), data in self._tiles.items())
        self._leaves.clear()
        # A tile that is full is never looked at again.
        self._tiles = {k: d for k, d in self._tiles.items() if len(d) < WIDTH * HASH}

    def _entry(self, level: int, entry: bytes) -> None:
        n, before = divmod((self.frontier.size >> TILE_HEIGHT * level) - 1, WIDTH)
        known = self._tiles.get((level, n))
        if known is None:
            known = b"" if self._anew or not before else self._tables.tile(level, n)
        if len(known) != before * HASH:
            raise ProofInvalid(
                f"tile {n} of level {level} holds {len(known) // HASH} hashes, not {before}"
            )
        self._tiles[level, n] = known + entry


def _hashes(tile: bytes) -> list[bytes]:
    return [tile[i : i + HASH] for i in range(0, len(tile), HASH)]


def positions_of(leaves: Sequence[tuple[int, bytes]]) -> list[int]:
    """The positions of stored leaves."""
    return [position for position, _hash in leaves]
