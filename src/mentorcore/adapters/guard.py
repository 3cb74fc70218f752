"""What the core does with everything that an adapter yields, before it believes it."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime

import attrs

from mentorcore.adapters.records import (
    Answer,
    Form,
    Item,
    Notice,
    Question,
    Response,
    Unreadable,
    Where,
    is_text,
)
from mentorcore.adapters.sources import Limits
from mentorcore.plugins import DoesNotFit

__all__ = ["BrokenContract", "ContractGuard", "checked_form"]

REPLACED = "\ufffd"
"""What stands for a NUL, or for half of a character, in an answer that is kept all the same."""

_BROKEN = re.compile("[\0\ud800-\udfff]")

_PARTS = {
    "key": tuple,
    "answers": tuple,
    "form": str,
    "source": str,
    "lifecycle": str,
    "zone_basis": str,
    "where": Where,
    "replaces": tuple,
}

KNOWN = 10_000
"""How many titles of one reading are remembered as sound."""


class BrokenContract(DoesNotFit):
    """An adapter yielded something that the contract does not know."""


class ContractGuard:
    """The checks of one reading.

    Args:
        limits: How far it may go.
        clock: Seconds that only ever grow.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits, self._clock = limits, clock
        self._longest = limits.cell
        self._known: dict[str, str] = {}
        self._mended: set[str] = set()
        self._notices: list[Notice] = []

    def watch(self, items: Iterator[object]) -> Iterator[Item]:
        """What an adapter yields, checked, as long as it keeps within the limits.

        Raises:
            BrokenContract: A record came too late, is one too many, or is no record.
        """
        limits, clock, check = self._limits, self._clock, self.check
        began = clock()
        for count, item in enumerate(items, 1):
            if clock() - began > limits.seconds:
                raise BrokenContract(f"it took more than {limits.seconds:g} s for one record")
            if count > limits.rows:
                raise BrokenContract(f"it yielded more than {limits.rows:,} records")
            sound = check(item)
            if self._notices:
                yield from self._notices
                self._notices.clear()
            yield sound
            began = clock()

    def check(self, item: object) -> Item:
        """The item itself, or a complaint in place of a response that cannot be kept.

        Raises:
            BrokenContract: It is none of the records that an adapter may yield.
        """
        if type(item) is Response:
            if self._sound(item):
                return item
            item = self._mended_in(item)
            why = self._oddity(item)
            return Unreadable(item.where, why) if why else item
        if type(item) is Unreadable:
            _need(type(item.where) is Where and type(item.why) is str, "an Unreadable is malformed")
            return item
        if type(item) is Notice:
            _need(type(item.where) is Where and type(item.message) is str, "a Notice is malformed")
            return item
        raise BrokenContract(
            f"it yielded a {type(item).__name__} where a Response, Unreadable or Notice is due"
        )

    def _sound(self, response: Response) -> bool:
        """Whether a response can be kept as it is, as far as all of its texts together tell."""
        _check_frame(response)
        known = self._known
        texts = [response.submitted_raw, *response.key]
        for answer in response.answers:
            if type(answer) is not Answer:
                raise BrokenContract(
                    f"a response's answers hold a {type(answer).__name__}, not an Answer"
                )
            if type(answer.raw) is not tuple:
                raise BrokenContract(
                    f"the raw of an answer is a {type(answer.raw).__name__}, not a tuple of texts"
                )
            if known.get(answer.question) is not answer.label:
                self._learn(answer)
            texts += answer.raw
        try:
            together = "".join(texts)
        except TypeError:
            raise BrokenContract("an answer, a key or a time of a response is no text") from None
        return len(together) <= self._longest and is_text(together)

    def _mended_in(self, response: Response) -> Response:
        """A response with a mark for each character in its answers that no store can hold."""
        answers = []
        for answer in response.answers:
            raw = tuple([_BROKEN.sub(REPLACED, text) for text in answer.raw])
            if raw != answer.raw and answer.question not in self._mended:
                self._mended.add(answer.question)
                message = (
                    f"the answer to {answer.label!r} holds a NUL or half of a character, which "
                    f"cannot be kept; {REPLACED} stands in its place, here and in other rows"
                )
                self._notices.append(Notice(response.where, message, "mended"))
            answers.append(Answer(answer.question, answer.label, raw, answer.hint))
        return attrs.evolve(response, answers=tuple(answers))

    def _oddity(self, response: Response) -> str:
        """Which text is too long or broken, if any is."""
        texts = [(f"the answer to {a.label!r}", text) for a in response.answers for text in a.raw]
        for what, text in (*texts, *(("the key", part) for part in response.key)):
            if len(text) > self._longest:
                return (
                    f"{what} has {len(text):,} characters, more than the {self._longest:,} that "
                    "are taken"
                )
            if "\0" in text:
                return f"{what} holds a NUL character"
            if not is_text(text):
                return f"{what} holds half of a character (a lone surrogate)"
        return "" if is_text(response.submitted_raw) else "the time holds half of a character"

    def _learn(self, answer: Answer) -> None:
        """Check a question's identity and title, which come again with every response."""
        if len(self._known) > KNOWN:
            self._known.clear()
        for text in (answer.question, answer.label):
            _need(type(text) is str and is_text(text), f"{text!r} cannot be a question's title")
        _need(type(answer.hint) is str, f"the hint of {answer.label!r} is no text")
        self._known[answer.question] = answer.label


def _need(good: bool, what: str) -> None:
    if not good:
        raise BrokenContract(what)


def _check_frame(response: Response) -> None:
    """Check all of a response but its answers' texts."""
    at = response.submitted_at
    if not (
        type(response.key) is tuple
        and type(response.answers) is tuple
        and type(response.form) is str
        and type(response.source) is str
        and type(response.lifecycle) is str
        and type(response.zone_basis) is str
        and type(response.where) is Where
        and type(response.replaces) is tuple
        and all(type(part) is str for part in response.replaces)
    ):
        raise BrokenContract(_wrong_part(response))
    if at is None:
        return
    if not isinstance(at, datetime):
        raise BrokenContract(f"a response's submitted_at is a {type(at).__name__}, not a datetime")
    if at.tzinfo is None:
        raise BrokenContract("a response's submitted_at has no time zone")


def _wrong_part(response: Response) -> str:
    """Which part of a response is not what it should be."""
    for name, due in _PARTS.items():
        part = getattr(response, name)
        if type(part) is not due:
            return f"a response's {name} is a {type(part).__name__}, not a {due.__name__}"
    return "a response's replaces holds something that is no text"


def checked_form(form: object) -> Form:
    """The description of a form, if it is one.

    Raises:
        BrokenContract: It is none, or two of its questions have one identity.
    """
    if not isinstance(form, Form):
        raise BrokenContract(f"it described a form with a {type(form).__name__}, not a Form")
    _need(type(form.name) is str, f"the name of the form is a {type(form.name).__name__}, no text")
    seen: set[str] = set()
    for question in form.questions:
        if not isinstance(question, Question):
            raise BrokenContract(f"the form holds a {type(question).__name__}, not a Question")
        texts = (question.key, question.label, question.kind)
        sound = all(type(text) is str and is_text(text) for text in texts)
        _need(sound, f"the key, label or kind of the question {question.key!r} is no text")
        named = type(question.choices) is tuple and all(type(c) is str for c in question.choices)
        _need(named, f"the choices of the question {question.key!r} are no tuple of texts")
        if question.key in seen:
            raise BrokenContract(f"two questions have the identity {question.key!r}")
        seen.add(question.key)
    return form
