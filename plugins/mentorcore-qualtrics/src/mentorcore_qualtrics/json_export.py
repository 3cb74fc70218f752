"""Responses in JSON and NDJSON: values, their labels, and which questions were shown at all.

A question that was shown and not answered is an answer without texts; one that was not shown is
no answer. Numbers keep the text in which they were delivered.
"""

import io
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, BinaryIO

import attrs
from mentorcore.adapters.spec import (
    Answer,
    DateProblem,
    Item,
    Notice,
    Options,
    Response,
    SourceUnreadable,
    Unreadable,
    Where,
    normal_title,
)

from mentorcore_qualtrics.identity import KEPT_BACK, RESPONSE, hint_of, is_sound, natural
from mentorcore_qualtrics.lifecycle import life, settled
from mentorcore_qualtrics.rows import retake
from mentorcore_qualtrics.survey import odd_states
from mentorcore_qualtrics.times import Clock

__all__ = ["fields_of", "read_json"]

_NAMES = {
    "StartDate": "startDate",
    "EndDate": "endDate",
    "RecordedDate": "recordedDate",
    "LastModifiedDate": "lastModifiedDate",
    "ResponseId": RESPONSE,
}
"""Names of fields in tables, under which a mapping may know them."""


_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


@attrs.frozen
class _Entry:
    """One object of the export, and where it stands."""

    where: Where
    content: Any


def read_json(
    stream: BinaryIO,
    name: str,
    options: Options,
    source: str,
    labels: Mapping[str, str] | None = None,
    *,
    whole: bool = False,
) -> Iterator[Item]:
    """The responses of an export in JSON or NDJSON.

    The whole is looked at before the first response is given out.

    Args:
        stream: The export.
        name: What it is called in messages.
        options: What was declared.
        source: The adapter or account that the responses are said to come from.
        labels: Texts of the questions by identity, where a definition of the survey is at hand.
        whole: Whether it is certain that nothing is missing at the end.

    Raises:
        SourceUnreadable: It is damaged or cut off, or its times cannot be read.
    """
    reader = _Reader(name, options, source, labels or {})
    count, again, last = 0, 0, None
    for last in _entries(stream, name):
        count += 1
        reader.look(last.content)
    yield from reader.notices(count)
    if last is not None and not whole and not _ends_well(stream):
        message = (
            "the file does not end with a line break; if the download was interrupted, the end is "
            "missing"
        )
        yield Notice(last.where, message, "incomplete")
    for entry in _entries(stream, name):
        again += 1
        yield from reader.items(entry)
    if again != count:
        raise SourceUnreadable("the file was changed while it was read", file=name)


def fields_of(stream: BinaryIO, name: str) -> dict[str, str]:
    """The identities of all questions in an export, with the kind of value each seems to hold."""
    found: dict[str, set[str]] = {}
    for entry in _entries(stream, name):
        if not isinstance(entry.content, dict):
            continue
        labels = entry.content.get("labels")
        labels = labels if isinstance(labels, dict) else {}
        for key, value in _shown(entry.content):
            if key not in KEPT_BACK and is_sound(key):
                found.setdefault(key, set()).add(_hint(key, value, labels))
    return {key: _most(found[key]) for key in sorted(found, key=natural)}


def _most(hints: set[str]) -> str:
    """What several responses together tell about a question: what any of them is sure of."""
    return next((sure for sure in ("choices", "choice") if sure in hints), min(hints))


def _loads(text: str) -> Any:
    return _DECODER.decode(text)


def _entries(stream: BinaryIO, name: str) -> Iterator[_Entry]:
    """The objects of an export, each line by itself where every line is one."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="\n")
    line, filled = 0, 0
    try:
        for line, content in enumerate(text, 1):
            if not content.strip():
                continue
            filled += 1
            try:
                found = _loads(content)
            except (ValueError, RecursionError) as error:
                if filled > 1:
                    raise _cut(name, line, error) from error
                found = None
            if filled == 1 and (not isinstance(found, dict) or "responses" in found):
                yield from _whole(text, content, name, line)
                return
            yield _Entry(Where(name, filled, line), found)
    except UnicodeDecodeError as error:
        raise SourceUnreadable(
            "this is not UTF-8, in which JSON is exported; it is damaged or was cut off",
            file=name,
            line=line + 1,
        ) from error
    finally:
        if not stream.closed:
            text.detach()
    if not filled:
        raise SourceUnreadable("the file holds nothing; export it again", file=name)


def _whole(text: io.TextIOWrapper, start: str, name: str, line: int) -> Iterator[_Entry]:
    """The objects of an export that is one value as a whole."""
    try:
        found = _loads(start + text.read())
    except (ValueError, RecursionError) as error:
        raise _cut(name, line + getattr(error, "lineno", 1) - 1, error) from error
    entries = found.get("responses", [found]) if isinstance(found, dict) else found
    if not isinstance(entries, list):
        raise SourceUnreadable("the JSON holds no responses", file=name)
    for number, entry in enumerate(entries, 1):
        yield _Entry(Where(name, number, line), entry)


def _cut(name: str, line: int, error: Exception) -> SourceUnreadable:
    said = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
    return SourceUnreadable(
        f"this is not whole JSON ({said}); the file was cut off or changed: export it again",
        file=name,
        line=line,
    )


def _ends_well(stream: BinaryIO) -> bool:
    """Whether the file ends as a whole line, or as the end of a list of all responses."""
    stream.seek(0)
    last, first = b"", b""
    while data := stream.read(1 << 17):
        first = first or data[:256].lstrip(b"\xef\xbb\xbf \r\n\t")
        last = (last + data)[-16:]
    wrapped = first.startswith(b"[") or b'"responses"' in first
    return wrapped or last.endswith((b"\n", b"\r"))


def _shown(content: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Every question that was shown, with what was answered or ``None``, in a steady order."""
    values = content.get("values")
    values = values if isinstance(values, dict) else {}
    shown = content.get("displayedFields")
    keys = frozenset(values)
    if isinstance(shown, list):
        keys = keys.union([key for key in shown if isinstance(key, str)])
    get = values.get
    return [(key, get(key)) for key in _steady(keys)]


@lru_cache(maxsize=1024)
def _steady(keys: frozenset[str]) -> tuple[str, ...]:
    """Keys in the order of their numbers; most responses of a survey have the same ones."""
    return tuple(sorted(keys, key=natural))


@lru_cache(maxsize=4096)
def _broken(keys: tuple[str, ...]) -> bool:
    return not all(map(is_sound, keys))


def _hint(key: str, value: Any, labels: Mapping[str, Any]) -> str:
    hint = hint_of(key)
    if hint == "order":
        return hint
    if isinstance(value, list):
        return "choices"
    return "choice" if key in labels else "number" if hint == "choice" else hint


def _texts(value: Any) -> tuple[str, ...]:
    """A value as texts; what is no text itself as the JSON of it."""
    if type(value) is str:
        return (value,) if value else ()
    if value is None:
        return ()
    if isinstance(value, list):
        return tuple([text for part in value for text in _texts(part)])
    return (json.dumps(value, ensure_ascii=False, sort_keys=True),)


class _Reader:
    """Turns objects into responses."""

    def __init__(self, name: str, options: Options, source: str, labels: Mapping[str, str]) -> None:
        self._name, self._options, self._source, self._labels = name, options, source, labels
        wanted = {normal_title(title) for title in options.columns}
        wanted |= {_NAMES[title] for title in wanted if title in _NAMES}
        self._kept_back = KEPT_BACK - wanted
        declared = options.timestamp and normal_title(options.timestamp)
        self._stamp = _NAMES.get(declared, declared) if declared else None
        self._clock = Clock.of(None, options)
        self._as_labels = options.values == "labels"
        self._statuses: set[str] = set()
        self._refusal: DateProblem | None = None
        self._timed = False
        self._stamped = False

    def look(self, content: Any) -> None:
        """Take one object into account, before any is given out."""
        values = content.get("values") if isinstance(content, dict) else None
        if not isinstance(values, dict):
            return
        if len(self._statuses) < 100:  # noqa: PLR2004 - an open set, but a small one
            self._statuses.update(_texts(values.get("status"))[:1])
        if self._timed:
            return
        text = self._stamp_of(values)
        self._stamped = self._stamped or bool(text)
        try:
            self._timed = bool(text) and bool(self._clock.instant(text))
        except DateProblem as problem:
            self._refusal = self._refusal or problem

    def notices(self, count: int) -> Iterator[Notice]:
        """What people should know about the export as a whole.

        Raises:
            SourceUnreadable: None of its times can be read.
        """
        if self._refusal is not None and not self._timed:
            raise SourceUnreadable(
                f"no time of submission can be read: {self._refusal}", file=self._name
            )
        where = Where(self._name)
        if not count:
            yield Notice(where, "there are no responses in this file", "no-responses")
            return
        if self._stamp is not None and not self._stamped:
            message = f"no response holds {self._stamp!r}, the declared time of submission"
            raise SourceUnreadable(message, file=self._name)
        yield from odd_states(self._name, self._statuses, ())
        if self._options.values is None:
            message = (
                "this export holds choices both as codes and as labels, and codes are taken; "
                'declare values = "labels" or "codes", so that it stays so'
            )
            yield Notice(where, message, "value-mode")
        written = "labels" if self._as_labels else "codes"
        yield Notice(where, f"choices are written as {written}", f"values-{written}")

    def items(self, entry: _Entry) -> Iterator[Item]:
        """The response that an object holds."""
        content, where = entry.content, entry.where
        values = content.get("values") if isinstance(content, dict) else None
        if not isinstance(content, dict) or not isinstance(values, dict):
            yield Unreadable(where, "this is no response: it holds no values")
            return
        own = (*_texts(content.get("responseId")), *_texts(values.get(RESPONSE)))
        if not own:
            yield Unreadable(where, "the id of the response is missing")
            return
        shown = _shown(content)
        if _broken(tuple([key for key, _ in shown])):
            yield Unreadable(where, "the id of a question holds a NUL or half of a character")
            return
        text = self._stamp_of(values)
        try:
            at, basis = self._clock.instant(text) if text else (None, "none")
        except DateProblem as problem:
            yield Unreadable(where, f"the time of submission: {problem}")
            return
        answers = self._answers(shown, content.get("labels"))
        yield Response(
            self._source,
            self._options.form,
            own[:1],
            at,
            text,
            basis,
            _word(values),
            answers,
            where,
        )
        for old in _texts(values.get("Q_R"))[:1]:
            yield retake(where, own[0], old)

    def _stamp_of(self, values: Mapping[str, Any]) -> str:
        if self._stamp is not None:
            return "".join(_texts(values.get(self._stamp))[:1])
        texts = _texts(values.get("endDate")) or _texts(values.get("recordedDate"))
        return texts[0] if texts else ""

    def _answers(self, shown: list[tuple[str, Any]], labels: Any) -> tuple[Answer, ...]:
        labels = labels if isinstance(labels, dict) else {}
        titles, kept_back = self._labels, self._kept_back
        told = [
            (key, value, labels.get(key, value) if self._as_labels else value)
            for key, value in shown
            if key not in kept_back
        ]
        return tuple(
            [
                Answer(
                    key,
                    titles.get(key, key),
                    # Nearly all answers are texts.
                    (text,) if type(text) is str and text else _texts(text),
                    _hint(key, value, labels),
                )
                for key, value, text in told
            ]
        )


def _word(values: Mapping[str, Any]) -> str:
    """The lifecycle word of a response."""
    status, finished, duration = (
        (*_texts(values.get(key)), None)[0] for key in ("status", "finished", "duration")
    )
    seconds = float(duration) if duration is not None and duration.isdecimal() else None
    recorded = bool(_texts(values.get("recordedDate")))
    return settled(life(status, finished), seconds, recorded=recorded)
