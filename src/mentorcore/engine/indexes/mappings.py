"""The mappings by which responses were read, kept beside the log as they were written.

An import names its mapping by digest only. Its text is put into the index in the transaction that
records the import's beginning, so that years later one can see how an answer was read.
"""

import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import attrs

from mentorcore.adapters.dates import DateOrder
from mentorcore.engine.indexes.index import JSON, Body, Index, Tables
from mentorcore.errors import Invalid, KeyMissing
from mentorcore.intake.form_kind import FormKind
from mentorcore.intake.mappings.mapping import FormMapping
from mentorcore.intake.mappings.mapping_reader import read_mapping
from mentorcore.log.sealing.keys import Keys
from mentorcore.log.storage.store import Entry
from mentorcore.personal_text import without_text

__all__ = ["KeptMapping", "MappingIndex"]


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
    text: str = attrs.field(repr=without_text)


MAPPING: Body[str] = Body(
    lambda _name, text: text.encode(),
    lambda _name, row: (row.body or b"").decode(errors="replace"),
)
"""A mapping as it was written, whether or not it can be read here."""


class MappingIndex:
    """The mappings of a log.

    Args:
        store: Where the index is.
        keys: Where the key of its digests is.
        kinds: The kinds of form of practices that are here.
    """

    def __init__(self, store: Tables, keys: Keys, kinds: Iterable[FormKind] = ()) -> None:
        self._kinds = tuple(kinds)
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
            entries.append(self._mappings.put(bytes.fromhex(mapping.digest), mapping.text))
        if orders:
            entries.append(self._orders.put(self._orders.name(batch), dict(orders)))
            known = self.proven(mapping)
            if known != {**known, **orders}:
                name = self._orders.name("mapping", mapping.form, mapping.digest)
                entries.append(self._orders.put(name, {**known, **orders}))
        return entries

    def all(self) -> tuple[KeptMapping, ...]:
        """Every mapping that was kept, in the order of forms; also of kinds that are not here."""
        found = [
            KeptMapping(name.hex(), str(said["form"]), str(said["kind"]), text)
            for name, text in self._mappings.everything().items()
            if {"form", "kind"} <= (said := _said(text)).keys()
        ]
        return tuple(sorted(found, key=lambda m: (m.form, m.digest)))

    def mapping(self, named: str) -> FormMapping | None:
        """The mapping of a digest; ``None`` when it was not kept, or is no mapping of today."""
        text = self.text(named)
        with suppress(Invalid):
            return None if text is None else read_mapping(text, "that was kept", self._kinds)
        return None

    def text(self, named: str) -> str | None:
        """The mapping of a digest as it was written; ``None`` when it was not kept."""
        try:
            name = bytes.fromhex(named)
        except ValueError:
            return None
        return self._mappings.get(name) if name else None

    def proven(self, mapping: FormMapping) -> Mapping[str, DateOrder]:
        """The orders of dates that earlier imports of a form proved under its mapping."""
        name = self._orders.name("mapping", mapping.form, mapping.digest)
        proven: Mapping[str, DateOrder] = self._orders.get(name) or {}
        return proven

    def orders(self, batch: str) -> Mapping[str, DateOrder]:
        """The orders of dates that an import's source proved, as far as the key tells."""
        proven: Mapping[str, DateOrder] = {}
        with suppress(KeyMissing):  # whoever asks without people's keys is told all the rest
            proven = self._orders.get(self._orders.name(batch)) or {}
        return proven


def _said(text: str) -> Mapping[str, Any]:
    """What a mapping says, whatever its kind; nothing when it is no TOML."""
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError:
        return {}
