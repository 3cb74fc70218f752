"""What a row of an import leads to, in words of a coordinator."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.corrections.events import RecordAmended, RecordRetracted
from mentorcore.domain.corrections.targets import target_at
from mentorcore.domain.declarations import event_info, field_readers
from mentorcore.domain.effective import effective
from mentorcore.domain.person.events import PersonRegistered
from mentorcore.domain.responses import ResponseTaken
from mentorcore.domain.values import Erased, Sealed
from mentorcore.engine.commands.unit_of_work import PendingEvent, UnitOfWork
from mentorcore.errors import KeyMissing, MalformedEvent

__all__ = ["RowWords", "SOMEBODY"]

SOMEBODY: Final = "somebody"
"""Whoever cannot be named: their name was erased, or does not open."""

TOLD = (
    "role",
    "minutes",
    "modality",
    "statement",
    "status",
    "reason",
    "training_kind",
    "scheme",
    "value",
)
"""Fields that a coordinator knows a record by; no text that somebody wrote about somebody."""

ASIDE = frozenset({"import", "response"})


class RowWords:
    """Tells what was decided in a session.

    Args:
        session: Where it was decided.
        opened: Opens a sealed value.
    """

    def __init__(self, session: UnitOfWork, opened: Callable[[Sealed], Any]) -> None:
        self._session, self._opened = session, opened

    def told(self, events: Iterable[PendingEvent]) -> tuple[str, ...]:
        """What these events say, each in one line; what only accompanies others is left out."""
        return tuple(
            self._line(item)
            for item in events
            if kind_of(item.stream) not in ASIDE and not event_info(type(item.event)).companion
        )

    def whom(self, taken: ResponseTaken) -> tuple[str, ...]:
        """The names of those whom a response is about, in the order of the alphabet."""
        pairings = (c.stream for c in taken.caused if kind_of(c.stream) == "pairing")
        streams = list(dict.fromkeys(pairings)) or taken.subjects
        names = {name for stream in streams for name in self._people(stream)}
        if len(names) > 1:
            names.discard(SOMEBODY)
        return tuple(sorted(names, key=str.casefold))

    def when(self, taken: ResponseTaken) -> date | None:
        """The day of what a response tells; ``None`` where it tells of none that stands."""
        for caused in taken.caused:
            for placed in effective(self._session.history(caused.stream)):
                if placed.version == caused.version and (day := _day(placed.event)):
                    return day
        return None

    def _people(self, stream: str) -> list[str]:
        match kind_of(stream):
            case "person":
                return [self._name(stream)]
            case "participant":
                person = getattr(self._session.state(stream), "person_id", None)
                return [SOMEBODY if person is None else self._name(person)]
            case "pairing":
                facts = getattr(self._session.state(stream), "facts", None)
                return [] if facts is None else [self._name(p) for p in facts.persons]
            case _:
                return []

    def _name(self, person: str) -> str:
        state = self._session.state(person)
        name = self._open(getattr(state, "name", None))
        if name:
            return str(name)
        for placed in reversed(self._session.history(person)):
            if isinstance(placed.event, PersonRegistered):
                return self._open(placed.event.name) or SOMEBODY
        return SOMEBODY

    def _open(self, value: Any) -> Any:
        try:
            opened = self._opened(value) if isinstance(value, Sealed) else value
        except (KeyMissing, MalformedEvent):
            return None
        return None if isinstance(opened, Erased) else opened

    def _line(self, item: PendingEvent) -> str:
        about = " & ".join(self._people(item.stream))
        said = self._said(item)
        return f"{about}: {said}" if about else said

    def _said(self, item: PendingEvent) -> str:
        event = item.event
        if not isinstance(event, RecordAmended | RecordRetracted):
            return ", ".join([_words(event), *self._fields(event)])
        before = next(p for p in self._session.history(item.stream) if p.version == event.target)
        if isinstance(event, RecordRetracted):
            return f"{_words(before.event)} is taken back"
        told = ", ".join(self._changes(item, event))
        return f"{_words(before.event)} is corrected: {told}"

    def _changes(self, item: PendingEvent, amended: RecordAmended) -> Iterator[str]:
        history = [p for p in self._session.history(item.stream) if p.version < item.version]
        placed = next(p for p in history if p.version == amended.target)
        stands = target_at(tuple(history), placed).amended.event
        personal = self._open(amended.personal_changes) or ()
        readers = field_readers(type(stands))
        for name, now in (*amended.public_changes, *personal):
            if "handler" in readers.get(name, ()):
                yield _spaced(name)  # what a case says stands in no report
                continue
            before = self._open(getattr(stands, name, None))
            yield f"{_spaced(name)} {self._value(before)} → {self._value(now)}"

    def _fields(self, event: Any) -> Iterator[str]:
        names = {field.name for field in attrs.fields(type(event))}
        for name in TOLD:
            value = self._open(getattr(event, name)) if name in names else None
            if value not in (None, ""):
                yield f"{value} minutes" if name == "minutes" else self._value(value)

    def _value(self, value: Any) -> str:
        match value:
            case None:
                return "nothing"
            case str() if ":" in value and kind_of(value) in {"person", "participant", "pairing"}:
                return " & ".join(self._people(value))
            case str():
                return value if " " in value else _spaced(value)
            case datetime():
                return f"{value:%Y-%m-%d %H:%M}"
            case list() | tuple() | frozenset():
                return ", ".join(map(self._value, value)) or "nothing"
            case Mapping():
                return self._together(value.values())
            case _ if attrs.has(type(value)):
                return self._together(getattr(value, f.name) for f in attrs.fields(type(value)))
            case _:
                return str(value)

    def _together(self, parts: Iterable[Any]) -> str:
        return " ".join(self._value(part) for part in parts if part not in (None, (), False))


def _words(event: Any) -> str:
    """The name of an event as people say it, with its day."""
    day = _day(event)
    said = event_info(type(event)).name.partition(".")[2].replace("-", " ")
    return said if day is None else f"{said} {day}"


def _day(event: Any) -> date | None:
    fields: Sequence[str] = (*event_info(type(event)).occurred, "starts_on", "starts_at")
    days = [value for name in fields if isinstance(value := getattr(event, name, None), date)]
    plain = [day for day in days if not isinstance(day, datetime)]
    return next(iter(plain), None) or next((day.date() for day in days), None)  # type: ignore[attr-defined]


def _spaced(word: str) -> str:
    return word.replace("_", " ")
