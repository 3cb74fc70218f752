"""A feed: events as CloudEvents 1.0, opened for one declared viewer and withheld from all others.

An event of a feed carries what `plain` gives, so whoever reads it sees what that viewer would see.
Its id is that of the log with the position, the same whenever it is sent: a receiver that has seen
it drops it. One that is sent again on purpose is marked as a replay.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mentorcore.errors import Invalid, Problem, Refused
from mentorcore.log.recorded import Recorded
from mentorcore.projections.access.redactor import Viewer
from mentorcore.projections.plain import plain

__all__ = ["CONTENT_TYPE", "Feed"]

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
HIDDEN = "program_metadata"
"""What stands in place of an event that a member may not know of."""
OTHERS = "no_such_subject"
"""How a viewer of one program is answered about an event of another."""
DIGITS = 20
"""Width of the sequence, so that texts are in the order of the numbers."""

Events = Callable[[int, Sequence[str]], Iterator[Recorded[Any]]]
"""The events behind a position, of these names only if given."""


class Feed:
    """Events as CloudEvents for one viewer; see `Engine.feed`.

    Args:
        log_id: The log's id.
        viewer: For whom values are opened.
        events: Where events come from.
        names: Only events with these stored names; all, if none is given.
        source: The URI that says where events come from; by default one of the log's id.
    """

    def __init__(
        self,
        log_id: str,
        viewer: Viewer,
        events: Events,
        *,
        names: Sequence[str] = (),
        source: str | None = None,
    ) -> None:
        stated: object = viewer
        if not isinstance(stated, Viewer):
            problem = Problem("viewer", f"{viewer!r} is none", "such as Viewer.coordinator()")
            raise Invalid("a feed says for whom it opens what is personal", [problem])
        self.viewer = viewer
        self.source = source or f"urn:mentorcore:log:{log_id}"
        self._log_id = log_id
        self._events = events
        self._names = tuple(names)

    def id_of(self, recorded: Recorded[Any]) -> str:
        """The id of an event, by which a receiver knows that it has seen it."""
        return f"{self._log_id}:{recorded.position}"

    def event(self, recorded: Recorded[Any], *, replay: bool = False) -> dict[str, Any] | None:
        """One event as a CloudEvent in its JSON format; ``None`` if the viewer may not know of it.

        ``subject`` is its stream, ``time`` when it was recorded, ``sequence`` its position with
        leading zeros, ``partitionkey`` its stream again, ``data`` what `plain` makes of it.

        Args:
            recorded: An event that was read from this log.
            replay: Whether it is sent again: it gets the attribute ``replay``.
        """
        try:
            data = plain(recorded, viewer=self.viewer)
        except Refused as refused:
            if refused.code != OTHERS:
                raise
            return None
        if data["event"] is not None and data["event"].get("withheld") == HIDDEN:
            return None
        found: dict[str, Any] = {
            "specversion": "1.0",
            "id": self.id_of(recorded),
            "source": self.source,
            "type": f"mentorcore.{recorded.name}",
            "subject": recorded.stream,
            "time": data["recorded_at"],
            "datacontenttype": "application/json",
            "sequence": f"{recorded.position:0{DIGITS}}",
            "partitionkey": recorded.stream,
        }
        for attribute in ("correlation", "causation"):
            if data[attribute] is not None:
                found[f"{attribute}id"] = data[attribute]
        if replay:
            found["replay"] = True
        return {**found, "data": data}

    def line(self, recorded: Recorded[Any], *, replay: bool = False) -> str | None:
        """One event as one line of JSON, without the line's end; see `event`."""
        event = self.event(recorded, replay=replay)
        return None if event is None else _text(event)

    def lines(self, after: int = 0, *, replay: bool = False) -> Iterator[str]:
        """The events behind a position as JSON lines, in order, to the end of the log.

        Args:
            after: The position of the last event that is not wanted; 0 for the beginning.
            replay: Whether they are sent again: each is marked so.
        """
        for recorded in self._events(after, self._names):
            line = self.line(recorded, replay=replay)
            if line is not None:
                yield line

    def body(self, recorded: Recorded[Any], *, replay: bool = False) -> bytes | None:
        """One event as the body of a request, of the type `CONTENT_TYPE`; see `event`."""
        line = self.line(recorded, replay=replay)
        return None if line is None else line.encode()


def _text(event: dict[str, Any]) -> str:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))
