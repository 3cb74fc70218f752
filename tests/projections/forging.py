"""Rows of a stored view as a forger writes them, who knows how they are sealed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mentorcore.log.storage.store import Store
from mentorcore.projections.folding.projection import Projection
from mentorcore.projections.folding.stored_partials import HeldPartial, StoredPartials

__all__ = ["forge"]


def forge(
    store: Store, projection: Projection[Any], stream: str, change: Callable[[Any], None]
) -> None:
    """Change the partial that is stored of a stream, and all that is to tell of such a change."""
    stored = StoredPartials(projection, store)
    position = store.view_position(projection.view)
    held: dict[str, HeldPartial] = stored.rows(position, [stream])
    change(held[stream].part)

    stored.save(position, position, held, stored.contents(position).practices)
