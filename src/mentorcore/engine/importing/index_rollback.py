"""A response that was taken back is no longer known, so that it can be taken in again.

The index beside the log forgets it, or remembers what it said at the reading before, where only
the latest reading was taken back. So the same file leads to the same records again, by a better
mapping perhaps.
"""

from datetime import datetime
from typing import Any

from mentorcore.adapters.spec import Answer, Response, Where
from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.corrections.events import RecordRetracted
from mentorcore.domain.effective import effective
from mentorcore.domain.responses import ImportReversed, ResponseTaken
from mentorcore.domain.values import Erased, Sealed
from mentorcore.engine.commands.unit_of_work import CommandContext, UnitOfWork
from mentorcore.engine.indexes.form_scopes import FormScopes
from mentorcore.engine.indexes.responses import ResponseIndex
from mentorcore.errors import KeyMissing, MalformedEvent
from mentorcore.log.sealing.keys import Keys

__all__ = ["forget"]


def forget(session: UnitOfWork, desk: CommandContext, keys: Keys) -> None:
    """Let the index forget the responses that were taken back in a session.

    Args:
        session: What was decided; the entries are added to it.
        desk: Where the log is read.
        keys: Where the key of the index is.
    """
    gone = [
        d.stream
        for d in session.decided
        if kind_of(d.stream) == "response" and isinstance(d.event, RecordRetracted)
    ]
    forms: dict[str, dict[str, tuple[Response, str] | None]] = {}
    for stream in dict.fromkeys(gone):
        readings = (p.event for p in session.history(stream) if isinstance(p.event, ResponseTaken))
        if (first := next(readings, None)) is not None:  # else it was asked about and never taken
            forms.setdefault(first.form, {})[stream] = _before(session, desk, stream)
    batches = {d.stream for d in session.decided if isinstance(d.event, ImportReversed)}

    def began(batch: str) -> int:
        return desk.store.stream(batch)[0].position

    for form, before in forms.items():
        for name in FormScopes(desk.store, keys, form).all():
            known = ResponseIndex(desk.store, keys, name, "")
            session.entries.extend(known.put_back(before, batches, began))


def _before(session: UnitOfWork, desk: CommandContext, stream: str) -> tuple[Response, str] | None:
    """What a response said at its latest reading that stands, and by which mapping it was read."""
    latest: ResponseTaken | None = session.state(stream).latest
    if latest is None:
        return None
    batch = session.state(latest.batch_id).started
    response = Response(
        source="",
        form=latest.form,
        key=tuple(_opened(desk, latest.response_key)),
        submitted_at=_first_sent(session, stream),
        submitted_raw="",
        zone_basis="",
        lifecycle=latest.lifecycle,
        answers=tuple(_answer(raw) for raw in _opened(desk, latest.answers)),
        where=Where(""),
    )
    return response, "" if batch is None else batch.mapping_digest


def _first_sent(session: UnitOfWork, stream: str) -> datetime | None:
    """The earliest sending that the readings state that stand."""
    standing = (p.event for p in effective(session.history(stream)))
    times = [e.submitted_at for e in standing if isinstance(e, ResponseTaken) and e.submitted_at]
    return min(times, default=None)


def _opened(desk: CommandContext, value: Any) -> Any:
    """A sealed value in plain; nothing where it is erased or does not open: no answer equals it."""
    try:
        found = desk.sealing.open(value) if isinstance(value, Sealed) else value
    except (KeyMissing, MalformedEvent):
        return ()
    return () if found is None or isinstance(found, Erased) else found


def _answer(raw: Any) -> Answer:
    return Answer(raw["question"], raw["label"], tuple(raw["raw"]))
