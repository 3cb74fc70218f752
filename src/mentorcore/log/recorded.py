"""A happening as the log holds it: what happened, where it stands, and who said so, when and why.

What is written here stands in the clear for ever, whatever is erased later. So people are named
by random ids only, and every part is checked when it is made;
see docs/explanation/sealing.md.
"""

import re
from datetime import datetime, timedelta
from typing import Any, Generic, Literal, TypeVar

import attrs

from mentorcore.domain.declarations import event_info
from mentorcore.errors import Invalid, Problem

__all__ = [
    "Actor",
    "Envelope",
    "LeftOut",
    "Provenance",
    "Recorded",
    "Showing",
    "UnknownHere",
    "because",
    "read_by",
    "shown_by",
]

E = TypeVar("E")
ActorKind = Literal["person", "system", "adapter"]

_PERSON = re.compile(r"person:[0-9a-f]{32}")
_WORD = re.compile(r"[a-z][a-z0-9-]{0,63}")
_RANDOM = re.compile(r"[a-z][a-z0-9-]{0,63}:[0-9a-f]{32}(?:#[0-9]{1,19})?|[0-9a-f-]{16,64}")
_ASKED = re.compile(r"[a-z][a-z0-9-]{0,63}:[0-9a-f]{32}|[0-9a-f-]{16,64}")
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+:#-]{0,127}")

_FOR_EVER = "what stands here stands in the clear for ever"


def _unless(
    pattern: re.Pattern[str], field: str, text: object, expected: str
) -> tuple[Problem, ...]:
    if type(text) is str and pattern.fullmatch(text) is not None:
        return ()
    # The refused text is not repeated: it may be the very name that must not be kept.
    return (Problem(field, f"this text is not allowed, because {_FOR_EVER}", expected),)


def _confirm(what: str, problems: list[Problem]) -> None:
    if problems:
        raise Invalid(what, problems)


_A_PERSON = "a person's id, person: and 32 hex digits"
_A_WORD = "a fixed word such as status-report: lower case letters, digits, hyphens"
_AN_ID = "a random id, such as command: and 32 hex digits"
_AN_ID_OR_VERSION = "an id or a version: letters, digits and . _ + : # -, at most 128, no names"


@attrs.frozen(weakref_slot=False)
class Actor:
    """Who recorded something.

    Attributes:
        id: A person's id, or a fixed word for a part of the engine or an adapter.
        role: The role in which they acted, a fixed word such as ``coordinator``.
        kind: Whether this is a person, the engine itself or an adapter.
    """

    id: str
    role: str
    kind: ActorKind

    def __attrs_post_init__(self) -> None:
        problems = list(_unless(_WORD, "role", self.role, _A_WORD))
        if self.kind == "person":
            problems += _unless(_PERSON, "id", self.id, _A_PERSON)
        elif self.kind in ("system", "adapter"):
            if type(self.id) is not str or not _PERSON.fullmatch(self.id):
                problems += _unless(_WORD, "id", self.id, f"{_A_PERSON}, or {_A_WORD}")
        else:
            problems.append(
                Problem("kind", f"{self.kind!r} is unknown", "person, system or adapter")
            )
        _confirm("an actor is malformed", problems)


@attrs.frozen(weakref_slot=False)
class Provenance:
    """Where a fact came from when a survey tool told us: ids only.

    Attributes:
        adapter: The adapter's registered name.
        adapter_version: The version of the adapter that read it.
        batch: The import batch.
        form: The form.
        response: The stream of the response.
        sent_at: When its sender sent it, where that is known.
    """

    adapter: str | None = None
    adapter_version: str | None = None
    batch: str | None = None
    form: str | None = None
    response: str | None = None
    sent_at: datetime | None = None

    def __attrs_post_init__(self) -> None:
        problems: list[Problem] = []
        sent = self.sent_at
        if sent is not None and not (
            isinstance(sent, datetime) and sent.utcoffset() == timedelta(0)
        ):
            problems.append(Problem("sent_at", "is no instant in UTC", "an instant in UTC"))
        for name in _SOURCE:
            text = getattr(self, name)
            if text is not None:
                problems += _unless(_TOKEN, name, text, _AN_ID_OR_VERSION)
        _confirm("the source of an event is malformed", problems)


_SOURCE = tuple(f.name for f in attrs.fields(Provenance) if f.name != "sent_at")


@attrs.frozen(weakref_slot=False)
class Envelope:
    """What accompanies an event when it is appended; the log adds position and time.

    Attributes:
        actor: Who recorded it; nobody for an anonymous event, of which nothing else is said either.
        on_behalf_of: The person for whom the actor acted.
        correlation: The random id that all events of one piece of work share.
        causation: What led here: a command's name, or the id or ``stream#version`` of an event.
        source: The survey response behind it.
        asked_by: Who asked the host that asked here: a person's id, or a random id that the host
            can resolve.
    """

    actor: Actor | None
    on_behalf_of: str | None = None
    correlation: str | None = None
    causation: str | None = None
    source: Provenance | None = None
    asked_by: str | None = None

    def __attrs_post_init__(self) -> None:
        problems: list[Problem] = []
        if self.actor is None and attrs.astuple(self, recurse=False) != (None,) * 6:
            problems.append(Problem("actor", "it is missing", "an actor, or nothing else either"))
        if self.asked_by is not None:
            problems += _unless(_ASKED, "asked_by", self.asked_by, _AN_ID)
        if self.on_behalf_of is not None:
            problems += _unless(_PERSON, "on_behalf_of", self.on_behalf_of, _A_PERSON)
        if self.correlation is not None:
            problems += _unless(_RANDOM, "correlation", self.correlation, _AN_ID)
        cause = self.causation
        if cause is not None and (type(cause) is not str or not _WORD.fullmatch(cause)):
            problems += _unless(_RANDOM, "causation", cause, f"{_AN_ID}, or a command's name")
        _confirm("the envelope of an event is malformed", problems)


def because(envelope: Envelope, stream: str, version: int) -> Envelope:
    """The envelope of what an event led to; all but the cause was checked when it was made.

    Raises:
        Invalid: The stream is no id.
    """
    cause = f"{stream}#{version}"
    _confirm(
        "the envelope of an event is malformed", [*_unless(_RANDOM, "causation", cause, _AN_ID)]
    )
    made = object.__new__(Envelope)
    for name in _ENVELOPE:
        object.__setattr__(made, name, getattr(envelope, name))
    object.__setattr__(made, "causation", cause)
    return made


_ENVELOPE = tuple(field.name for field in attrs.fields(Envelope) if field.name != "causation")


@attrs.frozen(weakref_slot=False)
class UnknownHere:
    """Stands for an event of a practice that is not here; the log keeps and proves it all the same.

    Attributes:
        name: Its stored name.
    """

    name: str


@attrs.frozen(weakref_slot=False)
class LeftOut:
    """Stands for an event whose state was left out of an export; that it is there is proven.

    Attributes:
        name: Its stored name.
    """

    name: str


class Showing:
    """Who shows the events of one log to viewers; ``None`` as long as nobody does."""

    __slots__ = ("by",)

    def __init__(self) -> None:
        self.by: Any = None


class _ReadFrom:
    """Where a recorded event was read: no part of it, and left behind by copies and pickles."""

    __slots__ = ("_shown_by",)


@attrs.frozen(weakref_slot=False)
class Recorded(_ReadFrom, Generic[E]):
    """An event with its place in the log, its times and its origin.

    Attributes:
        position: The place in the whole log, counted from 1; rolled back appends leave gaps.
        stream: The stream that holds it.
        version: The place in the stream, counted from 1.
        event: The fact itself; its personal values are `Sealed`. `UnknownHere` where the practice
            that it belongs to is not here, and `LeftOut` where its state was left out of an export.
        recorded_at: When the log learned of it, UTC; never before that of an earlier position. Of
            one that was left out it is the earliest that it can have been.
        actor: Who recorded it; nobody, where an anonymous event is recorded, or it was left out.
        on_behalf_of: The person for whom the actor acted.
        correlation: The random id that all events of one piece of work share.
        causation: What led here.
        source: The survey response behind it.
        asked_by: Who asked the host: a person's id, or a random id that the host can resolve.
        nth: Its place among the events that were recorded together with it, counted from 0.
    """

    position: int
    stream: str
    version: int
    event: E
    recorded_at: datetime
    actor: Actor | None
    on_behalf_of: str | None = None
    correlation: str | None = None
    causation: str | None = None
    source: Provenance | None = None
    asked_by: str | None = None
    nth: int = 0

    @property
    def told_at(self) -> datetime:
        """When somebody told it: when it was sent, where that is known, else when it was recorded.

        What was sent after it was recorded, by a clock that runs fast, was told when it was
        recorded.
        """
        sent = None if self.source is None else self.source.sent_at
        return self.recorded_at if sent is None else min(sent, self.recorded_at)

    @property
    def name(self) -> str:
        """The event's stored name, such as ``pairing.meeting-held``."""
        event = self.event
        return (
            event.name if isinstance(event, UnknownHere | LeftOut) else event_info(type(event)).name
        )


R = TypeVar("R", bound=Recorded[Any])


def read_by(recorded: R, showing: Showing) -> R:
    """The same event, which from now on knows who can show it to a viewer."""
    object.__setattr__(recorded, "_shown_by", showing)
    return recorded


def shown_by(recorded: Recorded[Any]) -> Any:
    """Who can show an event to a viewer; ``None`` unless it was read from an open log."""
    showing: Showing | None = getattr(recorded, "_shown_by", None)
    return None if showing is None else showing.by
