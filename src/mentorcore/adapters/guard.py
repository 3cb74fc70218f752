"""What the core does with everything that an adapter yields, before it believes it."""

from mentorcore.adapters.records import Form, Item, Notice, Question, Response, Unreadable, is_text
from mentorcore.adapters.sources import Limits

__all__ = ["BrokenContract", "checked", "checked_form"]


class BrokenContract(Exception):  # noqa: N818 - the registry turns it into an AdapterError
    """An adapter yielded something that the contract does not know."""


def checked(item: object, limits: Limits) -> Item:
    """The item itself, or a complaint in place of a response that cannot be kept.

    Raises:
        BrokenContract: It is none of the records that an adapter may yield.
    """
    if type(item) is Response:
        why = _flaw(item, limits.cell)
        return Unreadable(item.where, why) if why else item
    if isinstance(item, (Response, Unreadable, Notice)):
        return item
    raise BrokenContract(
        f"it yielded a {type(item).__name__} where a Response, Unreadable or Notice is due"
    )


def _flaw(response: Response, longest: int) -> str:
    """What is wrong with the text of a response, as a sentence; empty when it is sound."""
    for answer in response.answers:
        for text in answer.raw:
            if len(text) > longest:
                return (
                    f"the answer to {answer.label!r} has {len(text):,} characters, more than the "
                    f"{longest:,} that are taken"
                )
            if not (text.isascii() and "\0" not in text) and not is_text(text):
                return f"the answer to {answer.label!r} holds {_oddity(text)}"
    for part in (*response.key, response.submitted_raw):
        if len(part) > longest:
            return f"its key or time has {len(part):,} characters"
        if not is_text(part):
            return f"its key or time holds {_oddity(part)}"
    return ""


def _oddity(text: str) -> str:
    return "a NUL character" if "\0" in text else "half of a character (a lone surrogate)"


def checked_form(form: object) -> Form:
    """The description of a form, if it is one.

    Raises:
        BrokenContract: It is none, or two of its questions have one identity.
    """
    if not isinstance(form, Form):
        raise BrokenContract(f"it described a form with a {type(form).__name__}, not a Form")
    seen: set[str] = set()
    for question in form.questions:
        if not isinstance(question, Question):
            raise BrokenContract(f"the form holds a {type(question).__name__}, not a Question")
        if question.key in seen:
            raise BrokenContract(f"two questions have the identity {question.key!r}")
        seen.add(question.key)
    return form
