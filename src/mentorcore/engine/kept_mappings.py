"""The mappings by which responses were read, kept beside the log as they were written.

An import names its mapping by digest only. Its text is put into the index in the transaction that
records the import's beginning, so that years later one can see how an answer was read.
"""

from collections.abc import Mapping
from contextlib import suppress

import attrs

from mentorcore.adapters.dates import DateOrder
from mentorcore.engine.index import JSON, Body, Index
from mentorcore.errors import Invalid
from mentorcore.intake.mapping import FormMapping, read_mapping
from mentorcore.log.keys import Keys
from mentorcore.log.store import Entry, IndexRow, Store

__all__ = ["KeptMapping", "KeptMappings"]


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


def _read(_name: bytes, row: IndexRow) -> FormMapping | None:
    with suppress(Invalid, UnicodeDecodeError):
        return read_mapping((row.body or b"").decode(), "that was kept")
    return None


MAPPING: Body[FormMapping | None] = Body(
    lambda _name, mapping: None if mapping is None else mapping.text.encode(), _read
)
"""A mapping as it was written; ``None`` when it is no mapping of today."""


class KeptMappings:
    """The mappings of a log.

    Args:
        store: Where the index is.
        keys: Where the key of its digests is.
    """

    def __init__(self, store: Store, keys: Keys) -> None:
        self._mappings = Index(store, keys, "mapping", MAPPING)
        self._orders = Index(store, keys, "orders", JSON)

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
            entries.append(self._mappings.put(bytes.fromhex(mapping.digest), mapping))
        if orders:
            entries.append(self._orders.put(self._orders.name(batch), dict(orders)))
        return entries

    def all(self) -> tuple[KeptMapping, ...]:
        """Every mapping that was kept, in the order of forms."""
        found = [
            KeptMapping(name.hex(), mapping.form, mapping.kind, mapping.text)
            for name, mapping in self._mappings.everything().items()
            if mapping is not None
        ]
        return tuple(sorted(found, key=lambda m: (m.form, m.digest)))

    def mapping(self, named: str) -> FormMapping | None:
        """The mapping of a digest; ``None`` when it was not kept, or is no mapping of today."""
        try:
            name = bytes.fromhex(named)
        except ValueError:
            return None
        return self._mappings.get(name) if name else None

    def orders(self, batch: str) -> Mapping[str, DateOrder]:
        """The orders of dates that an import's source proved."""
        proven: Mapping[str, DateOrder] = self._orders.get(self._orders.name(batch)) or {}
        return proven
