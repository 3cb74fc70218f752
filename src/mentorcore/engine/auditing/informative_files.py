"""What goes along with an export so that its events can be understood: schemas, rules, mappings."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from mentorcore.domain.model import Model
from mentorcore.engine.indexes.kept_packs import pack_texts
from mentorcore.engine.indexes.mappings import KeptMapping
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.serialization.json_schema import schema_files
from mentorcore.log.storage.store import Store

__all__ = ["informative_files"]

RULES = ("program.designed", "program.revised")
PAGE = 1_000


def informative_files(
    store: Store, codec: Codec, model: Model, mappings: Iterable[KeptMapping]
) -> Mapping[str, str]:
    """Texts by the name of their file in a bundle.

    Args:
        store: The log.
        codec: Reads its events.
        model: What events there are.
        mappings: The texts by which forms were imported.
    """
    files = {f"schema/{name}": _text(schema) for name, schema in schema_files(model.names).items()}
    after, rules = 0, dict[str, list[Any]]()
    while page := store.page(after, PAGE, RULES):
        for row in page:
            found = codec.recorded(row)
            told = {"position": row.position, "event": row.name}
            told["fields"] = codec.unstructured(found.event)
            rules.setdefault(row.stream.partition(":")[2], []).append(told)
        after = page[-1].position
    files |= {f"policies/{program}.json": _text(told) for program, told in rules.items()}
    files |= {f"policies/{digest[:32]}.toml": text for digest, text in pack_texts(store).items()}
    # Half of a digest tells mappings apart; names in an export have 64 characters at most.
    return files | {f"mappings/{kept.digest[:32]}.toml": kept.text for kept in mappings}


def _text(told: object) -> str:
    return msgspec.json.format(msgspec.json.encode(told), indent=1).decode() + "\n"
