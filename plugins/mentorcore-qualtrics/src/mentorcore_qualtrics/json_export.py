"""Responses in JSON and NDJSON: values, their labels, and which questions were shown at all.

A question that was shown and not answered is an answer without texts; one that was not shown is
no answer. Numbers keep the text in which they were delivered.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, BinaryIO, NamedTuple

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
from mentorcore_qualtrics.json_lines import Entry, Said, Told, ends_well, entries, texts
from mentorcore_qualtrics.lifecycle import life, settled
from mentorcore_qualtrics.rows import is_deleted, retake
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

SHAPES = 1000
"""How many different sets of fields are remembered."""

_LOOKED_AT = 100
"""How many different statuses are remembered."""


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
    count, again, last = 0, 0, 0
    seen: Iterator[Entry[Told] | Entry[Said]] = (
        entries(stream, name, Said) if reader.glances else entries(stream, name, Told)
    )
    for entry in seen:
        count, last, told = entry
        reader.look(told)
    yield from reader.notices(count)
    if count and not whole and not ends_well(stream):
        message = (
            "the file does not end with a line break; if the download was interrupted, the end is "
            "missing"
        )
        yield Notice(Where(name, count, last), message, "incomplete")
    for entry in entries(stream, name, Told):
        again = entry[0]
        item = reader.item(entry)
        yield item
        if entry[2] is not None and "Q_R" in entry[2].values and isinstance(item, Response):
            for old in texts(entry[2].values["Q_R"])[:1]:
                yield retake(item.where, item.key[0], old, gone=bool(item.replaces))
    yield from reader.afterthoughts()
    if again != count:
        raise SourceUnreadable("the file was changed while it was read", file=name)


def fields_of(stream: BinaryIO, name: str) -> dict[str, str]:
    """The identities of all questions in an export, with the kind of value each seems to hold."""
    found: dict[str, set[str]] = {}
    for _, _, told in entries(stream, name, Told):
        if told is None:
            continue
        labels = told.labels if isinstance(told.labels, dict) else {}
        for key in _steady(tuple(told.values), _shown(told)):
            if key not in KEPT_BACK and is_sound(key):
                hint = _hint(hint_of(key), told.values.get(key), labelled=key in labels)
                found.setdefault(key, set()).add(hint)
    return {key: _most(found[key]) for key in sorted(found, key=natural)}


def _most(hints: set[str]) -> str:
    """What several responses together tell about a question: what any of them is sure of."""
    return next((sure for sure in ("choices", "choice") if sure in hints), min(hints))


def _shown(told: Told) -> tuple[str, ...]:
    shown = told.displayedFields
    if not isinstance(shown, list):
        return ()
    try:
        return tuple(shown) if "".join(shown) else ()
    except TypeError:
        return tuple(key for key in shown if isinstance(key, str))


@lru_cache(maxsize=1024)
def _steady(values: tuple[str, ...], shown: tuple[str, ...]) -> tuple[str, ...]:
    """Every question that was shown, in the order of their numbers.

    Most responses of a survey have the same ones.
    """
    return tuple(sorted({*values, *shown}, key=natural))


def _hint(hint: str, value: Any, *, labelled: bool) -> str:
    if hint == "order":
        return hint
    if isinstance(value, list):
        return "choices"
    return "choice" if labelled else "number" if hint == "choice" else hint


class _Column(NamedTuple):
    """A question: its identity, its text, and what its identity tells about its kind.

    ``plain`` and ``labelled`` are the kinds of an answer without and with a label beside it.
    """

    key: str
    title: str
    hint: str
    plain: str
    labelled: str

    @classmethod
    def of(cls, key: str, title: str) -> "_Column":
        """The column of a question."""
        hint = hint_of(key)
        return cls(
            key, title, hint, _hint(hint, None, labelled=False), _hint(hint, None, labelled=True)
        )


class _Reader:
    """Turns objects into responses."""

    def __init__(self, name: str, options: Options, source: str, labels: Mapping[str, str]) -> None:
        self._name, self._options, self._source, self._labels = name, options, source, labels
        wanted = {normal_title(title) for title in options.columns}
        wanted |= {_NAMES[title] for title in wanted if title in _NAMES}
        self._kept_back = KEPT_BACK - wanted
        declared = options.timestamp and normal_title(options.timestamp)
        self._stamp = _NAMES.get(declared, declared) if declared else None
        self.glances = self._stamp is None
        self._clock = Clock.of(None, options)
        self._as_labels = options.values == "labels"
        self._answers = _labelled if self._as_labels else _coded
        self._forms: dict[str, int] = {}
        self._columns: dict[str, _Column] = {}
        self._shapes: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[_Column, ...] | None] = {}
        self._statuses: set[str] = set()
        self._refusal: DateProblem | None = None
        self._timed = False
        self._stamped = False

    def look(self, told: Told | Said | None) -> None:
        """Take one object into account, before any is given out."""
        if told is None:
            return
        status = told.values.status if isinstance(told, Said) else told.values.get("status")
        if status is not None and len(self._statuses) < _LOOKED_AT:
            self._statuses.update(texts(status)[:1])
        if self._timed:
            return
        text = self._stamp_of(told.values.dates() if isinstance(told, Said) else told.values)
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
        if not self._statuses:
            message = "nothing says which responses are previews, tests or spam; none is marked so"
            yield Notice(where, message, "no-status")
        yield from odd_states(self._name, self._statuses, ())
        if self._options.values is None:
            message = (
                "this export holds choices both as codes and as labels, and codes are taken; "
                'declare values = "labels" or "codes", so that it stays so'
            )
            yield Notice(where, message, "value-mode")
        written = "labels" if self._as_labels else "codes"
        yield Notice(where, f"choices are written as {written}", f"values-{written}")

    def afterthoughts(self) -> Iterator[Notice]:
        """What only all responses together tell."""
        for key in sorted(self._forms, key=natural):
            if self._forms[key] == ONE | SEVERAL:
                message = (
                    f"some answers to {self._labels.get(key, key)!r} ({key}) are one choice and "
                    "some a list of choices, so the question was of another kind before; they are "
                    "kept as they were given"
                )
                yield Notice(Where(self._name), message, "kind-changed")

    def item(self, entry: Entry[Told]) -> Response | Unreadable:
        """The response that an object holds, or why it holds none."""
        number, line, told = entry
        where = Where(self._name, number, line)
        if told is None:
            return Unreadable(where, "this is no response: it holds no values")
        values = told.values
        own = texts(told.responseId) or texts(values.get(RESPONSE))
        if not own:
            return Unreadable(where, "the id of the response is missing")
        shape = tuple(values), _shown(told)
        columns = self._shapes[shape] if shape in self._shapes else self._shape(shape)
        if columns is None:
            return Unreadable(where, "the id of a question holds a NUL or half of a character")
        text = self._stamp_of(values)
        try:
            at, basis = self._clock.instant(text) if text else (None, "none")
        except DateProblem as problem:
            return Unreadable(where, f"the time of submission: {problem}")
        labels = told.labels if isinstance(told.labels, dict) else {}
        answers = tuple(self._answers(columns, values, labels, self._forms))
        word = _word(values, labels)
        form = self._options.form
        old = texts(values.get("Q_R"))[:1] if _is_gone(values) else ()
        return Response(self._source, form, own[:1], at, text, basis, word, answers, where, old)

    def _stamp_of(self, values: Mapping[str, Any]) -> str:
        if self._stamp is not None:
            return "".join(texts(values.get(self._stamp))[:1])
        text = values.get("endDate") or values.get("recordedDate")
        return text if type(text) is str else "".join(texts(text)[:1])

    def _shape(self, shape: tuple[tuple[str, ...], tuple[str, ...]]) -> tuple[_Column, ...] | None:
        """The questions of responses with these fields; ``None`` if one of them is broken."""
        if len(self._shapes) > SHAPES:
            self._shapes.clear()
            self._columns.clear()
        keys = _steady(*shape)
        columns: tuple[_Column, ...] | None = None
        if all(map(is_sound, keys)):
            columns = tuple(self._column(key) for key in keys if key not in self._kept_back)
        self._shapes[shape] = columns
        return columns

    def _column(self, key: str) -> _Column:
        column = self._columns.get(key)
        if column is None:
            column = self._columns[key] = _Column.of(key, self._labels.get(key, key))
        return column


ONE, SEVERAL = 1, 2
"""Forms of a value: one code, or a list of codes."""


def _labelled(
    columns: tuple[_Column, ...],
    values: Mapping[str, Any],
    labels: Mapping[str, Any],
    forms: dict[str, int],
) -> list[Answer]:
    """The answers with the labels of choices."""
    answers = []
    for key, title, hint, _, _ in columns:
        value, labelled = values.get(key), key in labels
        kind = _hint(hint, value, labelled=labelled)
        _note(forms, key, value)
        answers.append(Answer(key, title, texts(labels[key] if labelled else value), kind))
    return answers


def _coded(
    columns: tuple[_Column, ...],
    values: Mapping[str, Any],
    labels: Mapping[str, Any],
    forms: dict[str, int],
) -> list[Answer]:
    """The answers with the codes of choices; nearly all of them are texts."""
    get = values.get
    answers = []
    for key, title, hint, plain, labelled in columns:
        value = get(key)
        if type(value) is str:
            raw = (value,) if value else ()
            answers.append(Answer(key, title, raw, labelled if key in labels else plain))
        else:
            kind = _hint(hint, value, labelled=key in labels)
            _note(forms, key, value)
            answers.append(Answer(key, title, texts(value), kind))
    return answers


def _note(forms: dict[str, int], key: str, value: Any) -> None:
    """Note in which form a question was answered."""
    form = SEVERAL if type(value) is list else ONE if type(value) is int else 0
    if form:
        forms[key] = forms.get(key, 0) | form


def _is_gone(values: Mapping[str, Any]) -> bool:
    """Whether the response that this one is a retake of was deleted."""
    return "Q_R" in values and is_deleted("".join(texts(values.get("Q_R_DEL"))[:1]))


def _word(values: Mapping[str, Any], labels: Mapping[str, Any]) -> str:
    """The lifecycle word of a response."""
    status, finished = (values.get(key, labels.get(key)) for key in ("status", "finished"))
    word = life(
        None if status is None else "".join(texts(status)[:1]),
        None if finished is None else "".join(texts(finished)[:1]),
    )
    if word != "partial":
        return word
    duration = "".join(texts(values.get("duration"))[:1])
    seconds = float(duration) if duration.isdecimal() else None
    return settled(word, seconds, recorded=bool(texts(values.get("recordedDate"))))
