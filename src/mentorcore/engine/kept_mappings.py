"""The mappings by which responses were read, kept beside the log as they were written.

An import names its mapping by digest only. Its text is put into the index in the transaction that
records the import's beginning, so that years later one can see how an answer was read.
"""

import json
from collections.abc import Mapping
from contextlib import suppress

import attrs

from mentorcore.adapters.dates import DateOrder
from mentorcore.errors import Invalid
from mentorcore.intake.mapping import FormMapping, read_mapping
from mentorcore.log.keys import Keys, digest
from mentorcore.log.store import Entry, Store

__all__ = ["KeptMapping", "KeptMappings"]

_KIND, _ORDERS = "mapping", "orders"


@attrs.frozen
class KeptMapping:
    """A mapping as it was used.

    Attributes:
        digest: The digest under which imports name it, in hex.
        form: The form.
        kind: The kind of the form.
        text: The mapping as it was written, in TOML.
    """

    digest: str
    form: str
    kind: str
    text: str


class KeptMappings:
    """The mappings of a log.

    Args:
        store: Where the index is.
        keys: Where the key of its digests is.
    """

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store = store
        self._keys = keys

    def keep(
        self, mapping: FormMapping, batch: str, orders: Mapping[str, DateOrder]
    ) -> list[Entry]:
        """What the index is to remember when an import begins.

        Args:
            mapping: What reads its responses.
            batch: The import.
            orders: The orders of dates that its source proved, where none was declared.
        """
        entries = []
        if mapping.text:
            name = bytes.fromhex(mapping.digest)
            entries.append(Entry(_KIND, name, "put", None, mapping.text.encode()))
        if orders:
            body = json.dumps(dict(orders), sort_keys=True).encode()
            entries.append(Entry(_ORDERS, digest(self._keys, _ORDERS, batch), "put", None, body))
        return entries

    def all(self) -> tuple[KeptMapping, ...]:
        """Every mapping that was kept, in the order of forms."""
        found = []
        for name, row in self._store.entries(_KIND).items():
            mapping = _read(row.body)
            if mapping is not None:
                kept = KeptMapping(name.hex(), mapping.form, mapping.kind, mapping.text)
                found.append(kept)
        return tuple(sorted(found, key=lambda m: (m.form, m.digest)))

    def mapping(self, named: str) -> FormMapping | None:
        """The mapping of a digest; ``None`` when it was not kept, or is no mapping of today."""
        try:
            name = bytes.fromhex(named)
        except ValueError:
            return None
        row = self._store.lookup(_KIND, [name]).get(name) if name else None
        return None if row is None else _read(row.body)

    def orders(self, batch: str) -> Mapping[str, DateOrder]:
        """The orders of dates that an import's source proved."""
        name = digest(self._keys, _ORDERS, batch)
        row = self._store.lookup(_ORDERS, [name]).get(name)
        proven: Mapping[str, DateOrder] = {}
        if row is not None and row.body is not None:
            proven = json.loads(row.body)
        return proven


def _read(body: bytes | None) -> FormMapping | None:
    with suppress(Invalid, UnicodeDecodeError):
        return read_mapping((body or b"").decode(), "that was kept")
    return None
