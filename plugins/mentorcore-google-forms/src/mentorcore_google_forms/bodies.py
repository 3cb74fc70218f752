"""What the Forms API says, in neutral records: a form's questions and one response's answers.

Bodies come from outside, so nothing in them is taken for granted. A key that is not there is an
empty value; choices are texts; an answer stays as it was given, even when its question has
become one of another kind since.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from mentorcore.adapters.spec import (
    Answer,
    DateProblem,
    Form,
    Item,
    Notice,
    Question,
    Response,
    Unreadable,
    Where,
    parse_instant,
)

__all__ = [
    "Body",
    "Reading",
    "form_of",
    "instant",
    "is_graded",
    "parts",
    "questions_answered",
    "questions_of",
]

Body = dict[str, Any]
"""A JSON object as the service sent it."""

EMAIL = Question("respondentEmail", "Email Address", "email")
TOTAL = Question("totalScore", "Total score", "number")
_WHOLE = {EMAIL.key: EMAIL, TOTAL.key: TOTAL}

_KINDS = {
    "textQuestion": "text",
    "scaleQuestion": "number",
    "ratingQuestion": "number",
    "fileUploadQuestion": "file",
}
_CHOICE_KINDS = {"CHECKBOX": "choices"}
_FITS = {
    "number": re.compile(r"-?\d+(?:\.\d+)?"),
    "date": re.compile(r"(?:\d{4,}-)?\d{1,2}-\d{1,2}(?: \d{1,2}:\d{2}(?::\d{2})?)?"),
    "time": re.compile(r"\d{1,2}:\d{2}(?::\d{2})?"),
    "duration": re.compile(r"\d+:\d{2}(?::\d{2})?"),
}


def parts(body: object, key: str) -> list[Body]:
    """The objects in the list under a key; none when there is no such list."""
    found = body.get(key) if isinstance(body, dict) else None
    return [part for part in found if isinstance(part, dict)] if isinstance(found, list) else []


def form_of(body: Body, name: str) -> Form:
    """A form as ``forms.get`` describes it."""
    return Form(name, questions_of(body))


def questions_of(body: Body) -> tuple[Question, ...]:
    """The questions of a form in their order, rows of grids one by one.

    Before them stands the collected address, behind the graded ones of a quiz their scores.
    """
    settings = _part(body, "settings")
    collected = settings.get("emailCollectionType") in {"VERIFIED", "RESPONDER_INPUT"}
    quiz = _part(settings, "quizSettings").get("isQuiz") is True
    found = [EMAIL] * collected + [TOTAL] * quiz
    for item in parts(body, "items"):
        for question, graded in _of_item(item):
            found.append(question)
            if quiz and graded:
                found += _graded(question.key, question.label)
    return tuple({question.key: question for question in found}.values())


def questions_answered(
    responses: Iterable[object], known: Sequence[Question]
) -> Iterator[Question]:
    """What responses answer that is none of the known questions, in the order of a reading.

    A form that is not there, or was changed since, cannot tell of these.
    """
    told = [response for response in responses if isinstance(response, dict)]
    there = {question.key for question in known}
    given = {key for body in told for key in _part(body, "answers")} - there
    yield from (Question(key, key) for key in sorted(given))
    there |= given
    beside = {key for body in told for key, value in _beside(body).items() if value} - there
    yield from map(_named, sorted(beside, key=lambda key: (key not in _WHOLE, key)))


def _part(body: Body, key: str) -> Body:
    found = body.get(key)
    return found if isinstance(found, dict) else {}


def _text(body: Body, key: str) -> str:
    found = body.get(key)
    return found if isinstance(found, str) else ""


def _of_item(item: Body) -> Iterator[tuple[Question, bool]]:
    """The questions of an item, and whether they are graded; an image or a page has none."""
    title = _text(item, "title")
    asked = _part(_part(item, "questionItem"), "question")
    if key := _text(asked, "questionId"):
        kind, choices = _kind(asked)
        yield Question(key, title.strip() or key, kind, choices), "grading" in asked
    group = _part(item, "questionGroupItem")
    kind, choices = _choice(_part(_part(group, "grid"), "columns"))
    for row in parts(group, "questions"):
        if key := _text(row, "questionId"):
            label = f"{title} [{_text(_part(row, 'rowQuestion'), 'title')}]"
            yield Question(key, label, kind, choices), "grading" in row


def _kind(asked: Body) -> tuple[str, tuple[str, ...]]:
    """What kind of answers a question takes, and its choices."""
    if "choiceQuestion" in asked:
        return _choice(_part(asked, "choiceQuestion"))
    if "dateQuestion" in asked:
        return "date", ()
    if "timeQuestion" in asked:
        return ("duration" if _part(asked, "timeQuestion").get("duration") else "time"), ()
    kind = next((kind for key, kind in _KINDS.items() if key in asked), "unknown")
    low, high = 0, 0
    if "scaleQuestion" in asked:
        scale = _part(asked, "scaleQuestion")
        low, high = scale.get("low", 0), scale.get("high", 0)
    elif "ratingQuestion" in asked:
        low, high = 1, _part(asked, "ratingQuestion").get("ratingScaleLevel", 0)
    sound = isinstance(low, int) and isinstance(high, int) and 0 < high - low <= 100  # noqa: PLR2004 - no scale is longer
    return kind, tuple(map(str, range(low, high + 1))) if sound else ()


def _choice(asked: Body) -> tuple[str, tuple[str, ...]]:
    options = [_text(option, "value") for option in parts(asked, "options")]
    return _CHOICE_KINDS.get(_text(asked, "type"), "choice"), tuple(filter(None, options))


def is_graded(question: Question) -> bool:
    """Whether this is no question, but the total, score or feedback that a quiz gives."""
    return question.key == TOTAL.key or question.key.endswith((" [Score]", " [Feedback]"))


def _graded(key: str, label: str) -> list[Question]:
    return [
        Question(f"{key} [Score]", f"{label} [Score]", "number"),
        Question(f"{key} [Feedback]", f"{label} [Feedback]"),
    ]


class _Given(NamedTuple):
    """The values of one answer, and whether they are files, texts, or none of both."""

    values: tuple[str, ...]
    what: Literal["texts", "files"]


class Reading:
    """Turns the responses of one form into records, and says once what is odd about a question.

    Args:
        source: The adapter's or account's name.
        form: The form's name.
        file: What is read, for messages.
        questions: The questions of the form; empty when only responses are there.
    """

    def __init__(
        self, source: str, form: str, file: str, questions: Sequence[Question] = ()
    ) -> None:
        self._source, self._form, self._file = source, form, file
        self._questions = tuple(questions)
        self._known = frozenset(question.key for question in questions)
        self._told: set[str] = set()

    def items(self, body: object, number: int) -> Iterator[Item]:
        """The response in a body, after notices about its questions, or why it is none."""
        where = Where(self._file, number)
        key = _text(body, "responseId") if isinstance(body, dict) else ""
        if not key or not isinstance(body, dict):
            yield Unreadable(where, "the service gave a response without an id")
            return
        raw = _text(body, "lastSubmittedTime") or _text(body, "createTime")
        try:
            at = instant(raw)
        except DateProblem as problem:
            yield Unreadable(where, f"the time of submission: {problem}")
            return
        notices: list[Notice] = []
        answers = tuple(self._answers(body, where, notices))
        yield from notices
        basis = "offset in the text: Z" if at else "none"
        yield Response(self._source, self._form, (key,), at, raw, basis, "complete", answers, where)

    def _answers(self, body: Body, where: Where, notices: list[Notice]) -> Iterator[Answer]:
        given = _part(body, "answers")
        beside = _beside(body)
        for question in self._questions:
            if question.key in beside:
                yield _answer(question, beside.pop(question.key))
            else:
                yield self._one(question, _part(given, question.key), where, notices)
        for key in sorted(given.keys() - self._known):
            if self._known and self._tell(key):
                message = f"the question {key!r} is no longer in the form; its answers are kept"
                notices.append(Notice(where, message, "question-removed"))
            yield self._one(Question(key, key), _part(given, key), where, notices)
        for key, value in beside.items():
            if value:
                yield _answer(_named(key), value)

    def _one(self, question: Question, body: Body, where: Where, notices: list[Notice]) -> Answer:
        """An answer as it was given; a notice when its question is of another kind by now."""
        given = _given(body)
        if given.what == "files":
            fits, hint = question.kind == "file", "file"
        else:
            form = _FITS.get(question.kind)
            fits = question.kind != "file" or not given.values
            fits = fits and (form is None or all(map(form.fullmatch, given.values)))
            fits = fits and (len(given.values) < 2 or question.kind in {"choices", "text"})  # noqa: PLR2004 - several
            hint = question.kind if fits else "text"
        if not fits and self._known and question.key in self._known and self._tell(question.key):
            message = (
                f"answers to {question.label!r} ({question.key}) are not what its kind "
                f"({question.kind}) asks for; it was of another kind before, and they are kept "
                "as they were given"
            )
            notices.append(Notice(where, message, "kind-changed"))
        return Answer(question.key, question.label, given.values, hint)

    def _tell(self, key: str) -> bool:
        """Whether something about a question was not yet said."""
        if key in self._told:
            return False
        self._told.add(key)
        return True


def instant(raw: str) -> datetime | None:
    """The instant that a time of the service says; ``None`` for an empty one.

    Raises:
        DateProblem: It is no instant.
    """
    return parse_instant(raw).at if raw else None


def _given(body: Body) -> _Given:
    uploads = parts(_part(body, "fileUploadAnswers"), "answers")
    if uploads:
        return _Given(tuple(filter(None, (_text(file, "fileId") for file in uploads))), "files")
    texts = [_scalar(part.get("value")) for part in parts(_part(body, "textAnswers"), "answers")]
    return _Given(tuple(filter(None, texts)), "texts")


def _beside(body: Body) -> dict[str, str]:
    """What a response holds beside its answers: the address, the total, scores and feedback."""
    found = {key: _scalar(body.get(key)) for key in _WHOLE}
    given = _part(body, "answers")
    for key in given:
        found.update(_grade(key, _part(given, key)))
    return found


def _named(key: str) -> Question:
    """The question for what stands beside answers, when no form tells its title."""
    kind = "text" if key.endswith(" [Feedback]") else "number"
    return _WHOLE.get(key, Question(key, key, kind))


def _grade(key: str, body: Body) -> Iterator[tuple[str, str]]:
    grade = _part(body, "grade")
    if grade:
        yield f"{key} [Score]", _scalar(grade.get("score"))
        yield f"{key} [Feedback]", _text(_part(grade, "feedback"), "text")


def _scalar(value: object) -> str:
    """A value as text; nothing for nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _answer(question: Question, value: str) -> Answer:
    return Answer(question.key, question.label, (value,) if value else (), question.kind)
