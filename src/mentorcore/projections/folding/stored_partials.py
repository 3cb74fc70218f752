"""The partials of a view as they stand beside the log, and whether they are what was put there.

They are a cache: no checkpoint covers them, and whoever can write to the database can change them.
So each row is sealed with a digest over all that it says, and one more row, the contents, tells the
position they are all at, and of each group how many rows it has and what their seals come to. A row
that is damaged, missing, too many or out of another place is noticed where it would be used; then
nothing that is stored of the view is believed, and all of it is folded anew.

A seal is a digest without a key: it tells damage and careless hands, and no forger.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import reduce
from hashlib import blake2b
from operator import xor
from typing import Any

import attrs
import msgspec

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.effective import OrderKey
from mentorcore.errors import LogError
from mentorcore.log.storage.store import Store, ViewRow
from mentorcore.projections.folding.partial_codec import partial_codec
from mentorcore.projections.folding.projection import Projection

__all__ = [
    "CONTENTS",
    "Contents",
    "DamagedView",
    "HeldPartial",
    "RowCodec",
    "StoredPartials",
]

CONTENTS = "contents:"
"""The row that tells what the others are; no stream is called so."""
SEAL_BYTES = 16
TAIL = 2 * SEAL_BYTES + len(',""]')
"""How many bytes the seal takes at the end of a row."""


class DamagedView(Exception):  # noqa: N818 - the view is folded anew; no user sees it
    """What is stored of a view is not what was stored."""


@attrs.define
class HeldPartial:
    """A stream's partial in memory: up to which version, and where its last ordered fact stands.

    Attributes:
        part: The partial.
        group: The group of its stream.
        at: The version up to which it is folded.
        last: Where its last ordered fact stands.
        seal: The seal of its stored row, in hex; empty where none is stored.
        place: The group in which that row stands.
    """

    part: Any
    group: str = ""
    at: int = 0
    last: OrderKey | None = None
    seal: str = ""
    place: str = ""


@attrs.define
class Contents:
    """What is stored of a view.

    Attributes:
        position: The position up to which all of it is folded.
        practices: By kind of stream that is not the core's, the position at which it was first met.
        groups: Of each group how many rows it has, and the sum of their seals.
    """

    position: int = 0
    practices: dict[str, int] = attrs.Factory(dict)
    groups: dict[str, tuple[int, str]] = attrs.Factory(dict)

    def put(self, group: str, seal: str) -> None:
        """Add a row."""
        self._add(group, 1, seal)

    def take(self, group: str, seal: str) -> None:
        """Take a row away."""
        self._add(group, -1, seal)

    def fits(self, group: str, seals: Sequence[str]) -> bool:
        """Whether these are the seals of a group's rows."""
        return self.groups.get(group, (0, _sum(()))) == (len(seals), _sum(seals))

    def _add(self, group: str, more: int, seal: str) -> None:
        count, seals = self.groups.get(group, (0, _sum(())))
        self.groups[group] = count + more, _sum((seals, seal))


class RowCodec:
    """Writes and reads the rows of one view of one log.

    Args:
        projection: Whose partials.
        log_id: The log's random bytes: a row of another log does not fit.
    """

    def __init__(self, projection: Projection[Any], log_id: bytes) -> None:
        self._begun = blake2b(log_id + projection.view.encode(), digest_size=SEAL_BYTES)
        self._partials = {kind: partial_codec(made) for kind, made in projection.initial.items()}
        self._contents = msgspec.json.Decoder(tuple[int, dict[str, int], dict[str, Any]])

    def body(self, stream: str, held: HeldPartial) -> bytes:
        """What a row says, without its seal."""
        encode, _ = self._partials[kind_of(stream)]
        return encode((held.at, held.last, held.part))

    def opened(self, stream: str, body: bytes) -> HeldPartial:
        """What a row says; the group and the seal are the caller's affair."""
        _, decode = self._partials[kind_of(stream)]
        at, last, part = decode(body)
        return HeldPartial(part, "", at, last)

    def written(self, stream: str, held: HeldPartial) -> tuple[ViewRow, str]:
        """The row of a stream, and its seal."""
        return self._sealed(stream, held.group, self.body(stream, held))

    def read(self, row: ViewRow) -> HeldPartial:
        """What a row says.

        Raises:
            DamagedView: It is not what was written.
        """
        body, seal = self._checked(row)
        held = self._read(row, body)
        held.seal, held.place = seal, row.group
        return held

    def unsealed(self, row: ViewRow) -> HeldPartial:
        """What a row says, whoever wrote it.

        Raises:
            DamagedView: It says nothing.
        """
        return self._read(row, _body(row))

    def _read(self, row: ViewRow, body: bytes) -> HeldPartial:
        try:
            held = self.opened(row.stream, body)
        except Exception as error:  # whatever stands there, it is no partial
            raise DamagedView("its row cannot be read") from error
        held.group = row.group
        return held

    def write_contents(self, contents: Contents) -> ViewRow:
        """The row that tells what the others are."""
        groups = {group: said for group, said in contents.groups.items() if said[0]}
        told = (contents.position, contents.practices, groups)
        return self._sealed(CONTENTS, "", msgspec.json.encode(told, order="deterministic"))[0]

    def read_contents(self, row: ViewRow) -> Contents:
        """What that row tells.

        Raises:
            DamagedView: It is not what was written.
        """
        body, _ = self._checked(row)
        try:
            position, practices, groups = self._contents.decode(body)
            return Contents(position, practices, {g: (n, s) for g, (n, s) in groups.items()})
        except (ValueError, TypeError) as error:
            raise DamagedView(f"what is stored of the view cannot be told: {error}") from error

    def _sealed(self, stream: str, group: str, body: bytes) -> tuple[ViewRow, str]:
        seal = self._seal(stream, group, body)
        return ViewRow(stream, group, b'%b,"%b"]' % (body[:-1], seal.encode())), seal

    def _checked(self, row: ViewRow) -> tuple[bytes, str]:
        """What a row says and its seal, which it has to bear."""
        stream, group, data = row
        body = data[:-TAIL] + b"]"
        seal = self._seal(stream, group, body)
        if data[-TAIL:] != b',"%b"]' % seal.encode():
            raise DamagedView(f"the row of {stream} is not as it was stored")
        return body, seal

    def _seal(self, stream: str, group: str, body: bytes) -> str:
        digest = self._begun.copy()
        # Names hold no U+0000, so that no two rows seal the same bytes. What is no UTF-8 was
        # never stored.
        digest.update(f"{stream}\0{group}\0".encode("utf-8", "surrogateescape") + body)
        return digest.hexdigest()


class StoredPartials:
    """What is stored of a projection's partials, as far as it can be believed.

    Args:
        projection: Which projection.
        store: The log.
    """

    def __init__(self, projection: Projection[Any], store: Store) -> None:
        self._view = projection.view
        self._store = store
        self._disbelieved = False
        self._contents = Contents()
        self.codec = RowCodec(projection, store.log_id)

    def position(self) -> int:
        """The position up to which they are folded, 0 where nothing is believed."""
        return 0 if self._disbelieved else self._store.view_position(self._view)

    def contents(self, position: int) -> Contents:
        """What is stored at a position.

        Raises:
            DamagedView: Something else is, or nothing is told of it.
        """
        if not position:
            return Contents()
        if self._contents.position != position:
            self._contents = self._read_contents()
        if self._contents.position != position:
            told = self._contents.position
            raise DamagedView(f"the rows are at position {told}, and the view at {position}")
        return self._contents

    def rows(self, position: int, streams: Sequence[str]) -> dict[str, HeldPartial]:
        """The partials of these streams, as far as they are stored.

        Raises:
            DamagedView: One of them is not as it was stored.
        """
        if not position or not streams:
            return {}
        found = self._store.view_rows(self._view, streams)
        return {stream: self.codec.read(row) for stream, row in found.items()}

    def group(self, position: int, group: str) -> dict[str, HeldPartial]:
        """The partials of a group.

        Raises:
            DamagedView: One of them is not as it was stored, is missing, or is too many.
        """
        if not position:
            return {}
        rows = self._store.view_group(self._view, group)
        found = {row.stream: self.codec.read(row) for row in rows}
        seals = [held.seal for held in found.values()]
        if not self.contents(position).fits(group, seals):
            # Somebody may have stored other rows at the same position since.
            self._contents = self._read_contents()
            if not self.contents(position).fits(group, seals):
                raise DamagedView(f"the rows of {group!r} are not those that were stored")
        return found

    def save(
        self,
        before: int,
        position: int,
        changed: Mapping[str, HeldPartial],
        practices: Mapping[str, int],
    ) -> None:
        """Store partials that changed, with the position they are at; see `Store.view_save`.

        Raises:
            DamagedView: What they would stand beside is not as it was stored.
        """
        if self._disbelieved:
            self._store.view_drop(self._view)
            self._disbelieved = False
        there = self.contents(before)
        contents = Contents(position, dict(practices), dict(there.groups))
        rows, seals = [], {}
        for stream, held in sorted(changed.items()):
            row, seals[stream] = self.codec.written(stream, held)
            if held.seal:
                contents.take(held.place, held.seal)
            contents.put(held.group, seals[stream])
            rows.append(row)
        rows.append(self.codec.write_contents(contents))
        self._store.view_save(self._view, before, position, rows)
        self._contents = contents
        for stream, held in changed.items():
            held.seal, held.place = seals[stream], held.group

    def discard(self) -> None:
        """Believe nothing of what is stored, and throw it away where that can be done."""
        self._disbelieved, self._contents = True, Contents()
        if not self._store.read_only:
            with suppress(LogError):  # then it is thrown away when something is stored next
                self._store.view_drop(self._view)
                self._disbelieved = False

    def _read_contents(self) -> Contents:
        row = self._store.view_rows(self._view, [CONTENTS]).get(CONTENTS)
        if row is None:
            raise DamagedView("nothing tells what is stored of the view")
        return self.codec.read_contents(row)


def _body(row: ViewRow) -> bytes:
    """A row without its seal."""
    return row.data[:-TAIL] + b"]"


def _sum(seals: Sequence[str]) -> str:
    """What seals come to, in whatever order."""
    return f"{reduce(xor, (int(seal, 16) for seal in seals), 0):0{2 * SEAL_BYTES}x}"
