"""A kind of form: which columns tell it, how a row of it is read, and by which titles it shows.

The core brings its own (`mentorcore.intake.forms`), and practices bring theirs. Everything else in
intake asks the kind of a mapping, and names none.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, get_args

import attrs

from mentorcore.cached_property import cached_property
from mentorcore.domain.declarations import CODE, event_info
from mentorcore.intake.intents import Intents

__all__ = ["PERSONS", "Declared", "Field", "FormKind", "Hint", "Holds", "Lack", "flaws"]

Holds = Literal[
    "person",
    "persons",
    "text",
    "texts",
    "code",
    "codes",
    "choice",
    "day",
    "clock",
    "minutes",
    "whole",
    "percent",
    "yes",
]
"""What a cell holds: a person, several, a text, a code word, one of fixed choices, a day, ..."""

PERSONS = frozenset({"person", "persons"})
WORDS = PERSONS | {"code", "codes", "choice", "minutes", "whole", "percent", "yes"}
"""What holds words that a table of values can translate; texts stay as they were written."""


@attrs.frozen
class Field:
    """One thing that a form can tell.

    A group stands once for each name that the mapping gives it, such as a training or a rating
    scale: ``[fields.training]`` with a line for each training.

    Attributes:
        name: What it is called in a mapping.
        holds: What its cell holds.
        about: What it is, in a few words.
        needed: Whether a mapping has to name a column or a default for it.
        choices: The words that a cell of a choice comes down to.
        group: What each name of a group is, such as ``a training``; empty for what is no group.
        own: Whether each response has its own, so that no default can tell it.
        worded: Whether its cells hold words that a table of values can translate.
    """

    name: str
    holds: Holds
    about: str
    needed: bool = False
    choices: tuple[str, ...] = ()
    group: str = ""
    own: bool = attrs.field(
        default=attrs.Factory(lambda self: self.holds in PERSONS, takes_self=True)
    )
    worded: bool = attrs.field(
        default=attrs.Factory(lambda self: self.holds in WORDS, takes_self=True)
    )


@attrs.frozen(eq=False)
class Hint:
    """What a question whose title is about a topic means in a form of some kind.

    Attributes:
        field: The field that it becomes; empty when it only shows the kind.
        weight: How much such a title speaks for the kind.
        words: What shows the topic, as a regular expression for small letters; not needed for a
            topic of `mentorcore.intake.mappings.title_words`.
    """

    field: str = ""
    weight: int = 0
    words: str = ""


NO_HINT = Hint()


@attrs.frozen
class Declared:
    """What a mapping declares, as far as it matters for what it lacks.

    Attributes:
        columns: The fields that columns tell.
        defaults: The fields that have a default.
        by: How people are named: ``email``, ``external_id`` or ``name``.
    """

    columns: frozenset[str]
    defaults: frozenset[str]
    by: str

    def tells(self, *fields: str) -> bool:
        """Whether a column or a default tells one of some fields."""
        return bool((self.columns | self.defaults).intersection(fields))

    def names(self, *fields: str) -> bool:
        """Whether a column tells one of some fields."""
        return not self.columns.isdisjoint(fields)


@attrs.frozen
class Lack:
    """A field that a mapping cannot do without, why, and what would be right."""

    field: str
    problem: str
    right: str = "a column"


def _nothing(_declared: Declared) -> Iterable[Lack]:
    return ()


@attrs.frozen(kw_only=True, eq=False, slots=False)
class FormKind:
    """A kind of form.

    Attributes:
        name: What a mapping calls it.
        fields: What its columns can tell.
        read: Reads a `Row` of it: states each thing by `Row.say`, and ends with `Row.done`.
        tells: By record that it leads to (its class, or its stored name such as
            ``pairing.meeting-held``): for each of its fields, the fields of the form that tell
            it. A name that is no field of the record, such as ``pairing``, stands for the stream
            that it belongs to.
        only_with: For a field of a record and one of the form that tells it: the column that must
            be there too, as a beginning tells how long something lasted only with its end.
        lacks: What a mapping lacks beyond the needed fields.
        hints: By topic of a title, what such a question means here; topics with words of their own
            go before those of the core.
        asks: What a proposal asks for beyond the needed fields, each with the field beside which
            it does (empty for always).
        sender: The fields of which one is whoever sends such a form in.
        finds: Whether a row that comes under another key finds what it says, such as a person or a
            pairing, and tells nothing a second time.
        template: A mapping to begin with.
        succeeds: Whether a mapping may declare that who is named next succeeds whom was named.
        in_order_of: The field that says when a row happened, where one row may rest on another, so
            that the rows of a file are decided in that order.
        tells_apart: Fields that tell the responses of one key apart: an edit leaves them alone.
        confidential: Whether what its cells say stands in no report and no file beside the log.
    """

    name: str
    fields: tuple[Field, ...]
    read: Callable[[Any], Intents]
    tells: Mapping[type | str, Mapping[str, tuple[str, ...]]] = attrs.field(factory=dict)
    only_with: Mapping[tuple[str, str], str] = attrs.field(factory=dict)
    lacks: Callable[[Declared], Iterable[Lack]] = _nothing
    hints: Mapping[str, Hint] = attrs.field(factory=dict)
    asks: Mapping[str, str] = attrs.field(factory=dict)
    sender: tuple[str, ...] = ()
    finds: bool = False
    template: str = ""
    succeeds: bool = False
    in_order_of: str = ""
    tells_apart: tuple[str, ...] = ()
    confidential: bool = False

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Its fields by name."""
        return {field.name: field for field in self.fields}

    def field(self, name: str) -> Field:
        """A field, also by the name of one in a group, such as ``training.basics``."""
        return self.by_name[name.partition(".")[0]]

    def columns(self, event: type) -> Mapping[str, tuple[str, ...]]:
        """The fields of a record, each with the fields of the form that tell it."""
        return self.tells.get(event) or self.tells.get(event_info(event).name, {})

    def hint(self, title: str, topic: str) -> Hint:
        """What a question means here, by words of its own first.

        Args:
            title: The question's title in small letters.
            topic: What it is about by the core's words; empty for nothing known.
        """
        own = (hint for hint in self.hints.values() if hint.words and re.search(hint.words, title))
        return next(own, self.hints.get(topic, NO_HINT))


def flaws(kind: FormKind) -> Iterator[str]:
    """What is wrong with a kind of form, whatever others there are."""
    if not CODE.fullmatch(kind.name):
        yield f"{kind.name!r} is no code word"
    known = kind.by_name
    if len(known) < len(kind.fields):
        yield "two of its fields have one name"
    for field in kind.fields:
        if not CODE.fullmatch(field.name) or "." in field.name:
            yield f"a field cannot be called {field.name!r}"
        if field.holds not in get_args(Holds):
            yield f"{field.name} holds {field.holds!r}, which is nothing that a cell holds"
        if (field.holds == "choice") != bool(field.choices):
            yield f"{field.name} is a choice without choices, or has choices and is none"
    told = {c for fields in kind.tells.values() for columns in fields.values() for c in columns}
    asked = {*kind.asks, *filter(None, kind.asks.values()), *kind.sender}
    asked |= {*kind.only_with.values()}
    meant = {hint.field for hint in kind.hints.values() if hint.field}
    for name in sorted((told | asked | meant) - known.keys()):
        yield f"it speaks of {name!r}, which is none of its fields"
    for topic, hint in kind.hints.items():
        try:
            re.compile(hint.words)
        except re.error as error:
            yield f"its words for {topic!r} are no regular expression: {error}"
