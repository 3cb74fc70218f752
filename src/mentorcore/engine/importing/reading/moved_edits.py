"""Edits that come under another key, because the tool moves the time of sending with each edit.

Where nothing but the time and the sender tells responses apart, an edited one looks like a new one
beside one that vanished. In a full export, exactly one that vanished and exactly one that was sent
later, by the same sender about the same people and day, are one. An export that was made before
shows the same the other way round: what it holds alone was sent earlier, and is the earlier form.
Where more than one fits, nothing is decided, and somebody is asked.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

import attrs

from mentorcore.adapters.dates import DateProblem, parse_date
from mentorcore.adapters.spec import Response
from mentorcore.domain.values import ResponseId
from mentorcore.engine.importing.deciding.response_recorder import USED
from mentorcore.engine.importing.reading.previous_answers import PreviousAnswers
from mentorcore.engine.importing.reading.source_reading import SourceReading, SurveyResult
from mentorcore.engine.indexes.known_responses import KnownResponse
from mentorcore.engine.indexes.responses import Key, ResponseIndex
from mentorcore.intake.form_kind import PERSONS
from mentorcore.intake.mappings.columns import Places
from mentorcore.intake.mappings.mapping import FormMapping, spoken

__all__ = ["Counterpart", "MovedEdits", "moved_edits"]

TOGETHER = 500
"""How many responses are looked up together."""


@attrs.frozen
class Counterpart:
    """A response that is held and may be another form of one that was read.

    Attributes:
        held: What the index holds.
        response: What it said when it was last taken.
    """

    held: KnownResponse
    response: Response

    @property
    def stream(self) -> ResponseId:
        """Its stream."""
        return self.held.response

    def follows(self, response: Response) -> bool:
        """Whether it was sent after a response, which then is its earlier form."""
        at, other = self.response.submitted_at, response.submitted_at
        return at is not None and other is not None and at > other

    def __str__(self) -> str:
        at = self.response.submitted_at
        return self.stream if at is None else f"{self.stream} (sent {at:%Y-%m-%d %H:%M} UTC)"


@attrs.frozen
class MovedEdits:
    """The responses of an export that are not held under their keys and may be held under others.

    Attributes:
        sure: Those with exactly one counterpart, of which they are the only one.
        probable: Those with several, or one that agrees in part.
    """

    sure: Mapping[Key, Counterpart] = attrs.field(factory=dict)
    probable: Mapping[Key, Sequence[Counterpart]] = attrs.field(factory=dict)


@attrs.frozen
class _About:
    """Who sent a response, about whom and which day, and whether its form tells enough of it."""

    sender: tuple[str, ...]
    people: tuple[str, ...]
    day: str
    enough: bool


def moved_edits(
    reading: SourceReading,
    surveyed: SurveyResult,
    known: ResponseIndex,
    earlier: Callable[[], PreviousAnswers],
    mapping: FormMapping,
    *,
    older: bool,
    until: int,
) -> MovedEdits:
    """The edits under other keys.

    Args:
        reading: The source.
        surveyed: What the first reading found out.
        known: What is held of the form.
        earlier: Makes what reads some responses as they were last taken.
        mapping: What was declared about the form.
        older: Whether the export is older than what is held, so that it holds earlier forms only.
        until: The last position of the log before the reading.
    """
    if not surveyed.full or mapping.options.keys or not surveyed.open:
        return MovedEdits()
    lacking = known.unseen(surveyed.there, until)
    first = next(lacking, None)
    if first is None:
        return MovedEdits()
    rows = list(_rows(reading, surveyed, known))
    if not rows:
        return MovedEdits()
    reader = _Reader(mapping, surveyed)
    senders = {about.sender for about in map(reader.about, rows)}
    missing = [first[1], *(there for _, there in lacking)]
    held = [
        there
        for there in _held(missing, rows[0], earlier)
        if reader.about(there.response).sender in senders
    ]
    held.sort(key=lambda there: (there.response.submitted_at is None, there.response.submitted_at))
    return _paired(
        rows, held, reader, older=older, sound=not surveyed.unreadable, until=known.whole.get()
    )


def _rows(
    reading: SourceReading, surveyed: SurveyResult, known: ResponseIndex
) -> Iterator[Response]:
    """The responses that are known by their time of sending, and not held under it."""
    rows = (row.response for row in reading.opened(surveyed))
    while some := list(islice(rows, TOGETHER)):
        keys = known.first([response.key for response in some])
        for response in some:
            used = response.lifecycle in USED and not response.replaces
            if used and response.key not in keys and _moves(response):
                yield response


def _moves(response: Response) -> bool:
    """Whether a response's key is its time of sending, with its sender perhaps."""
    at = response.submitted_at
    return at is not None and response.key[:1] in {(at.isoformat(),), (response.submitted_raw,)}


def _held(
    lacking: Iterable[KnownResponse], like: Response, earlier: Callable[[], PreviousAnswers]
) -> Iterator[Counterpart]:
    """What an export lacks, as it was last taken; but for what somebody has settled."""
    rest = iter(lacking)
    while some := list(islice(rest, TOGETHER)):
        answers = earlier()  # a new one each time, so that memory stays flat
        answers.expect([held.response for held in some])
        for held in some:
            response = answers.as_held(answers.latest(held.response), like)
            if response is None or response.lifecycle not in USED:
                continue
            if None not in answers.settled(held.response):
                yield Counterpart(held, response)


def _paired(
    rows: Sequence[Response],
    held: Sequence[Counterpart],
    reader: "_Reader",
    *,
    older: bool,
    sound: bool,
    until: datetime | None,
) -> MovedEdits:
    abouts = {row.key: reader.about(row) for row in rows}
    others = [(there, reader.about(there.response)) for there in held]
    alike: dict[Key, list[Counterpart]] = {}
    near: dict[Key, list[Counterpart]] = {}
    for row in rows:
        mine = abouts[row.key]
        for there, about in others:
            if mine.sender != about.sender or (older and not there.follows(row)):
                continue
            if mine == about:
                alike.setdefault(row.key, []).append(there)
            elif not _gone_before(there, row, until) and (
                mine.people == about.people or mine.day == about.day
            ):
                near.setdefault(row.key, []).append(there)
    sure = {
        key: found[0]
        for key, found in alike.items()
        if sound and abouts[key].enough and _only(key, found, alike)
    }
    taken = {there.held.response for there in sure.values()}
    probable = {k: found for k, found in alike.items() if k not in sure}
    for key, found in near.items():
        left = [there for there in found if there.held.response not in taken]
        if key not in alike and len(left) == 1 and _only(key, left, near):
            probable[key] = left
    return MovedEdits(sure, probable)


def _gone_before(there: Counterpart, row: Response, until: datetime | None) -> bool:
    """Whether one had vanished from an export that was made before the other one was sent."""
    at = row.submitted_at
    return there.held.missing and at is not None and until is not None and at > until


def _only(key: Key, found: Sequence[Counterpart], among: Mapping[Key, list[Counterpart]]) -> bool:
    """Whether a response has one counterpart, and that no other response."""
    return len(found) == 1 and not any(
        found[0] in others for other, others in among.items() if other != key
    )


class _Reader:
    """Reads who sent a response, about whom and which day, as far as texts say it."""

    def __init__(self, mapping: FormMapping, surveyed: SurveyResult) -> None:
        self._places = Places(mapping)
        kind = mapping.form_kind
        self._people = [f for f in mapping.fields if kind.field(f).holds in PERSONS]
        days = (f.name for f in kind.fields if f.holds == "day" and f.name in mapping.fields)
        self._day = next(days, "") if self._people else ""
        self._joins = not self._people and mapping.by in mapping.fields
        if self._joins:
            self._people = [mapping.by]  # whoever joins is the one
        self._order = mapping.date_order or surveyed.orders.get(self._day)

    def about(self, response: Response) -> _About:
        """Who sent it, about whom and which day."""
        people = tuple(self._text(response, field) for field in self._people)
        day = self._when(response)
        enough = any(people) and (self._joins or bool(day))
        return _About(response.key[1:] or people, people, day, enough)

    def _text(self, response: Response, field: str) -> str:
        answer = self._places.answer(response, field)
        return "" if answer is None else spoken(" ".join(answer.raw))

    def _when(self, response: Response) -> str:
        text = self._text(response, self._day) if self._day else ""
        try:
            return str(parse_date(text, self._order)) if text else ""
        except DateProblem:
            return text
