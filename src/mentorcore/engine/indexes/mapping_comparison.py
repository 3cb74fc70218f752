"""The texts of mappings beside the log, held against the digests under which imports name them."""

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from mentorcore.domain.declarations import event_info
from mentorcore.domain.responses import ImportStarted
from mentorcore.errors import MentorcoreError
from mentorcore.intake.mappings.mapping_reader import digest_of
from mentorcore.log.recorded import Recorded
from mentorcore.log.storage.store import Row, Store

__all__ = ["MappingDifference", "compared"]

MAPPING = "mapping"
"""The kind under which `MappingIndex` keeps them."""
PAGE = 1_000
STARTED = event_info(ImportStarted).name


@attrs.frozen
class MappingDifference:
    """A mapping whose text is not the one by which responses were read.

    Attributes:
        digest: The digest under which it is kept, in hex.
        form: The form of the first import that names it; empty where none does.
        position: The position of that import, 0 where there is none.
        about: What is wrong with it, as a sentence.
        is_kept: Whether a text is kept at all. A mapping that was made without a file has none.
    """

    digest: str
    form: str
    position: int
    about: str
    is_kept: bool = True


def compared(store: Store, read: Callable[[Row], Recorded[Any]]) -> Iterator[MappingDifference]:
    """How the texts of mappings that are kept differ from what imports name, in their order.

    Args:
        store: The log.
        read: What reads its events.
    """
    kept = {name.hex(): row.body or b"" for name, row in store.entries(MAPPING).items()}
    named = {digest: (form, position) for digest, form, position in _named(store, read)}
    for digest, (form, position) in named.items():
        if digest not in kept:
            about = "no text of it is kept"
            yield MappingDifference(digest, form, position, about, is_kept=False)
    for digest in (*(d for d in named if d in kept), *sorted(kept.keys() - named.keys())):
        form, position = named.get(digest, ("", 0))
        found = digest_of(kept[digest])
        if found is None:
            yield MappingDifference(digest, form, position, "what is kept of it is no TOML")
        elif found != digest:
            about = f"what is kept of it says something else, of the digest {found}"
            yield MappingDifference(digest, form, position, about)
        elif not position:
            yield MappingDifference(digest, form, position, "no import names it")


def _named(store: Store, read: Callable[[Row], Recorded[Any]]) -> Iterator[tuple[str, str, int]]:
    """The mappings that imports name: digest, form, and position of the first import."""
    seen, after = set[str](), 0
    while page := store.page(after, PAGE, (STARTED,)):
        for row in page:
            try:
                event = read(row).event
            except MentorcoreError:
                continue  # that is for `verify` to tell
            if isinstance(event, ImportStarted) and event.mapping_digest not in seen:
                seen.add(event.mapping_digest)
                yield event.mapping_digest, event.form, row.position
        after = page[-1].position
