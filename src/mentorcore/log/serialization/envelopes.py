"""What accompanies an event, as it stands in the stored state under ``m``.

The recorded time does not stand here but before it, at a fixed place: the log knows it only under
its write lock, so a state is written as two halves, and the time goes between them.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Literal

import attrs
import msgspec

from mentorcore.log.recorded import Actor, Envelope, Provenance, Recorded, Showing
from mentorcore.log.serialization.instants import instant, instant_text, recorded
from mentorcore.log.serialization.wire_structs import builder
from mentorcore.log.storage.store import Draft, Row

__all__ = ["Complete", "Meta", "completer", "whole", "written"]

_ACTORS_KEPT = 10_000


class _By(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    id: str
    role: str
    kind: Literal["person", "system", "adapter"]


class _From(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    adapter: str | None = None
    adapter_version: str | None = None
    batch: str | None = None
    form: str | None = None
    response: str | None = None
    sent_at: str | None = None


class Meta(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, gc=False):
    """The envelope as it is read."""

    by: _By | msgspec.UnsetType = msgspec.UNSET
    on_behalf_of: str | None = msgspec.field(default=None, name="for")
    asked_by: str | None = None
    correlation: str | None = None
    causation: str | None = None
    source: _From | None = None
    nth: Annotated[int, msgspec.Meta(ge=0)] = 0


_SOURCE = tuple(f.name for f in attrs.fields(Provenance) if f.name != "sent_at")
_SAID = {name: f"about.{name}" for name in ("on_behalf_of", "correlation", "causation", "asked_by")}
"""What an envelope says as it is, one that was just read and one that is recorded."""

Complete = Callable[[Any, Row, str, Meta], Recorded[Any]]
"""From event, stored row, recorded time and envelope to the whole.

Raises ``ValueError`` for a recorded time that is not spelled as it should be or not at its place,
and `Invalid` for an actor that could not have been recorded.
"""


def written(envelope: Envelope, nth: int = 0) -> bytes:
    """The envelope as JSON.

    ``nth`` is the event's place among those recorded together, counted from 0; the first one does
    not say so. It tells where one append ends and the next begins, when the clock does not.

    Every part was checked when it was made and holds no character that JSON would escape, so it
    is written as it stands.
    """
    source = envelope.source
    parts = [] if envelope.actor is None else [_by(envelope.actor)]
    if envelope.on_behalf_of is not None:
        parts.append(f'"for":"{envelope.on_behalf_of}"')
    if envelope.asked_by is not None:
        parts.append(f'"asked_by":"{envelope.asked_by}"')
    if envelope.correlation is not None:
        parts.append(f'"correlation":"{envelope.correlation}"')
    if envelope.causation is not None:
        parts.append(f'"causation":"{envelope.causation}"')
    if source is not None:
        parts.append(_from(source))
    if nth:
        parts.append(f'"nth":{nth}')
    return f"{{{','.join(parts)}}}".encode()


# One piece of work writes the same actor and the same source many times, one after the other.
@lru_cache(maxsize=16)
def _by(actor: Actor) -> str:
    return f'"by":{{"id":"{actor.id}","role":"{actor.role}","kind":"{actor.kind}"}}'


@lru_cache(maxsize=16)
def _from(source: Provenance) -> str:
    told = [f'"{name}":"{text}"' for name in _SOURCE if (text := getattr(source, name)) is not None]
    if source.sent_at is not None:
        told.append(f'"sent_at":"{instant_text(source.sent_at)}"')
    return f'"source":{{{",".join(told)}}}'


_whole: Callable[..., Recorded[Any]] = builder(
    Recorded,
    "event, position, draft, recorded_at, about, nth",
    _SAID
    | {name: name for name in ("event", "position", "recorded_at", "nth")}
    | {"stream": "draft.stream", "version": "draft.version"}
    | {"actor": "about.actor", "source": "about.source"},
    {},
)


def whole(  # noqa: PLR0917 - the parts of the whole
    event: Any, position: int, draft: Draft, recorded_at: datetime, about: Envelope, nth: int
) -> Recorded[Any]:
    """An event that was just stored, put together with its place and its envelope."""
    return _whole(event, position, draft, recorded_at, about, nth)


def completer(showing: Showing) -> Complete:
    """What puts an event and its envelope together; actors met before are used again."""
    actors: dict[str, Actor] = {}

    def actor_of(about: Meta) -> Actor | None:
        by = about.by
        if by is msgspec.UNSET:
            if about != Meta(nth=about.nth):
                raise ValueError("an envelope without an actor says nothing else either")
            return None
        actor = actors.get(by.id)
        if actor is None or actor.role != by.role or actor.kind != by.kind:
            actor = Actor(by.id, by.role, by.kind)
            if len(actors) >= _ACTORS_KEPT:
                actors.clear()
            actors[by.id] = actor
        return actor

    complete: Complete = builder(
        Recorded,
        "event, row, at, about",
        {"position": "row[0]", "stream": "row[1]", "version": "row[2]", "event": "event"}
        | {"recorded_at": "recorded(at, row[4])", "actor": "actor_of(about)", "nth": "about.nth"}
        | {"source": "None if about.source is None else source(about.source)"}
        | {"_shown_by": "showing"}
        | _SAID,
        {"recorded": recorded, "actor_of": actor_of, "source": _source, "showing": showing},
    )
    return complete


def _source(read: _From) -> Provenance:
    ids = {name: getattr(read, name) for name in _SOURCE}
    return Provenance(**ids, sent_at=None if read.sent_at is None else instant(read.sent_at))
