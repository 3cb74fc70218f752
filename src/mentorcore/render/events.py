"""Recorded events as lines and as data; what is sealed stays sealed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

import mentorcore
from mentorcore.render.text import counted, fit, short, table

__all__ = ["answer_data", "answer_lines", "event_data", "event_lines"]


def event_lines(events: Iterable[mentorcore.Recorded[Any]], *, full: bool = False) -> Iterator[str]:
    """One line an event, as they come; with *full* ids the lines are as long as they are."""
    told = False
    cut = (lambda text, _room: text) if full else fit
    for event in events:
        if not told:
            yield _line("number", "recorded (UTC)", "event", "stream", "by")
            told = True
        stream, who = event.stream, "-" if event.actor is None else event.actor.id
        if not full:
            stream, who = short(stream), short(who)
        at = f"{event.recorded_at:%Y-%m-%d %H:%M}"
        if isinstance(event.event, mentorcore.UnknownHere):
            who += "  [unknown here]"
        if isinstance(event.event, mentorcore.LeftOut):
            at, who = "-", "[left out of the export]"
        yield _line(str(event.position), at, cut(event.name, 33), stream, who)
    if not told:
        yield "No events."


def _line(position: str, at: str, name: str, stream: str, who: str) -> str:
    return f"{position:>7}  {at:16}  {name:33}  {stream:21}  {who}"


def event_data(event: mentorcore.Recorded[Any]) -> dict[str, Any]:
    """An event under the names that `mentorcore.Recorded` has, and its fields.

    They are ``None`` where the practice that knows them is not here, and where they were left out
    of an export.
    """
    unknown = isinstance(event.event, mentorcore.UnknownHere | mentorcore.LeftOut)
    return {
        "position": event.position,
        "recorded_at": mentorcore.plain(event.recorded_at),
        "stream": event.stream,
        "version": event.version,
        "name": event.name,
        "actor": mentorcore.plain(event.actor),
        "on_behalf_of": event.on_behalf_of,
        "asked_by": event.asked_by,
        "correlation": event.correlation,
        "causation": event.causation,
        "source": mentorcore.plain(event.source),
        "fields": None if unknown else dict(_fields(event.event)),
    }


def _fields(event: Any) -> Iterator[tuple[str, Any]]:
    for field in attrs.fields(type(event)):
        found = getattr(event, field.name)
        sealed = isinstance(found, mentorcore.Sealed)
        yield field.name, {"sealed": found.kind} if sealed else mentorcore.plain(found)


def answer_lines(answer: mentorcore.Answer) -> Iterator[str]:
    """What came of a command."""
    if not answer.events:
        yield "Nothing new: the log says so already."
        return
    if answer.replayed:
        yield "This was asked for before, under the same key, and recorded then:"
    else:
        yield f"Recorded {counted(len(answer.events), 'event')}:"
    rows = [(e.position, e.name, e.stream) for e in answer.events]
    yield from table(("", "", ""), rows, firm=("",), indent="  ")
    for name, made in dict.fromkeys(_made(answer.events)):
        yield f"  {name} = {made}"


def answer_data(answer: mentorcore.Answer) -> dict[str, Any]:
    """What came of a command, as data."""
    return {"replayed": answer.replayed, "events": [event_data(e) for e in answer.events]}


def _made(events: Sequence[mentorcore.Recorded[Any]]) -> Iterator[tuple[str, str]]:
    """Ids that later commands refer to and that are no stream of their own."""
    streams = {event.stream.partition(":")[0] for event in events}
    for event in events:
        for field in attrs.fields(type(event.event)):
            found = getattr(event.event, field.name)
            kind, is_id, _ = field.name.rpartition("_id")
            ours = isinstance(found, str) and found.startswith(f"{kind}:")
            if is_id and ours and kind not in streams:
                yield field.name, found
