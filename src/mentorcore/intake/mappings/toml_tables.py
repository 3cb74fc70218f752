"""A settings file in TOML, read so that everything wrong with it is told at once.

Whoever reads a table asks it for what it may hold, and ends with `Table.done`, which reports the
entries that nobody asked for. Tables in a list are counted from 1, as people count them.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, TypeVar

from mentorcore.adapters.dates import DateProblem, zone_named
from mentorcore.domain.declarations import CODE
from mentorcore.domain.values import Code
from mentorcore.errors import Invalid, Problem
from mentorcore.near_words import did_you_mean

__all__ = ["Table", "canonical", "read_toml"]

T = TypeVar("T")
_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|(end of document))\)", re.DOTALL)
_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    datetime: "a time",
    date: "a date",
    time: "a time of day",
    list: "a list",
    dict: "a table",
}


def read_toml(text: str, what: str, problems: list[Problem]) -> "Table":
    """The top table of a file.

    Args:
        text: The file's content.
        what: What to call it in the error.
        problems: Where its problems are collected.

    Raises:
        Invalid: It is not TOML; says on which line.
    """
    try:
        return Table(tomllib.loads(text.removeprefix("\ufeff")), "", problems)
    except tomllib.TOMLDecodeError as error:
        found = _PLACE.fullmatch(str(error))
        if found is None:
            raise Invalid(what, [Problem("", str(error), "TOML")]) from None
        place = f"line {found[2]}, column {found[3]}" if found[2] else "at the end of the file"
        raise Invalid(what, [Problem(place, f"this is not TOML: {found[1]}")]) from None


def canonical(content: Any) -> Any:
    """TOML content as plain data that JSON can hold, for a digest."""
    if isinstance(content, Mapping):
        return {key: canonical(value) for key, value in content.items()}
    if isinstance(content, list):
        return [canonical(value) for value in content]
    return content.isoformat() if isinstance(content, date | time) else content


class Table:
    """One table of the file. A missing or wrong entry is noted, and an empty value stands for it.

    Attributes:
        content: What the file says.
        path: Where the table stands, such as ``cohorts[1]``.
        problems: Where its problems are collected.
    """

    def __init__(self, content: Mapping[str, Any], path: str, problems: list[Problem]) -> None:
        self.content = content
        self.path = path
        self.problems = problems
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self.content

    def at(self, key: str) -> str:
        """The path of an entry."""
        return f"{self.path}.{key}" if self.path else key

    def wrong(self, key: str, problem: str, expected: str = "") -> None:
        """Note a problem with an entry."""
        self.problems.append(Problem(self.at(key) if key else self.path, problem, expected))

    def may_hold(self, *keys: str) -> None:
        """Count entries as asked for, whether they are there or not."""
        self._asked.update(keys)

    def done(self) -> None:
        """Note every entry that nobody asked for."""
        for key in self.content:
            if key not in self._asked:
                hint = did_you_mean(key, self._asked - set(self.content))
                self.wrong(key, f"there is no such setting{hint}", self._known())

    def text(self, key: str, *, needed: bool = True) -> str:
        """A text that says something; empty when it is missing."""
        found = self._take(key, str, needed=needed)
        if found is not None and not found.strip():
            self.wrong(key, "is empty", "a text")
        return found or ""

    def mark(self, key: str) -> str | None:
        """What stands between things; it may be white space, such as a tab."""
        found = self._take(key, str, needed=False)
        if found == "":
            self.wrong(key, "is empty", "at least one character")
        return found or None

    def code(self, key: str, *, needed: bool = True) -> Code | None:
        """A word without spaces."""
        found = self._take(key, str, needed=needed)
        return self.checked_code(key, found) if found is not None else None

    def checked_code(self, key: str, word: str) -> Code | None:
        """*word*, if it can stand as a code."""
        if CODE.fullmatch(word):
            return Code(word)
        expected = "letters, digits and . _ + / -, at most 64, beginning with a letter or digit"
        self.wrong(key, f"{word!r} cannot be a code word", expected)
        return None

    def zone(self, key: str, *, needed: bool = True) -> Code | None:
        """An IANA time zone."""
        found = self._take(key, str, needed=needed)
        if found is None:
            return None
        try:
            zone_named(found)
        except DateProblem as problem:
            self.wrong(key, str(problem), "an IANA time zone")
            return None
        return self.checked_code(key, found)

    def word(self, key: str, words: Collection[T], default: T | None = None) -> T | None:
        """One of some words; *default* when it is not there, a problem when there is none."""
        found = self._take(key, str, needed=default is None)
        if found is None:
            return default
        if found not in words:
            names = [str(w) for w in words]
            self.wrong(
                key,
                f"{found!r} is unknown{did_you_mean(found, names)}",
                "one of " + ", ".join(names),
            )
            return default
        return next(w for w in words if w == found)

    def words(self, key: str, words: Collection[T], default: tuple[T, ...] = ()) -> tuple[T, ...]:
        """A list of some words."""
        found = self.texts(key)
        if found is None:
            return default
        names = [str(w) for w in words]
        for word in found:
            if word not in words:
                hint = did_you_mean(word, names)
                self.wrong(key, f"{word!r} is unknown{hint}", "of " + ", ".join(names))
        return tuple(w for word in dict.fromkeys(found) for w in words if w == word)

    def texts(self, key: str) -> tuple[str, ...] | None:
        """A list of texts, or ``None`` when it is not there."""
        found = self._take(key, list, needed=False)
        if found is None:
            return None
        if all(isinstance(text, str) for text in found):
            return tuple(found)
        self.wrong(key, "holds something that is no text", "a list of texts")
        return ()

    def whole(self, key: str, default: int | None = None, *, least: int, most: int = 10**6) -> int:
        """A whole number within bounds; a problem when it is missing without a *default*."""
        found = self.maybe_whole(key, least=least, most=most, needed=default is None)
        return found if found is not None else default or 0

    def maybe_whole(
        self, key: str, *, least: int, most: int = 10**6, needed: bool = False
    ) -> int | None:
        """A whole number within bounds, or ``None``."""
        found = self._take(key, int, needed=needed)
        if found is not None and not least <= found <= most:
            bound = f"from {least} to {most}" if most < 10**6 else f"of {least} or more"
            self.wrong(key, f"{found} is out of range", f"a whole number {bound}")
            return None
        return found

    def yes(self, key: str, *, default: bool) -> bool:
        """True or false."""
        found = self._take(key, bool, needed=False)
        return default if found is None else found

    def day(self, key: str, *, needed: bool = True) -> date | None:
        """A date, written as TOML writes it: 2026-09-01 without quotes."""
        return self._take(key, date, needed=needed, example="such as 2026-09-01, without quotes")

    def table(self, key: str, *, needed: bool = False) -> "Table":
        """A table inside this one; an empty one when it is not there."""
        found = self._take(key, dict, needed=needed)
        return Table(found or {}, self.at(key), self.problems)

    def tables(self, key: str) -> Iterator["Table"]:
        """The tables of a list, ``[[key]]`` in the file."""
        found = self._take(key, list, needed=False)
        for number, content in enumerate(found or (), 1):
            if isinstance(content, dict):
                yield Table(content, f"{self.at(key)}[{number}]", self.problems)
            else:
                self.wrong(key, f"{content!r} is no table", f"[[{self.at(key)}]] for each")

    def named_tables(self) -> Iterator[tuple[str, "Table"]]:
        """Every entry of this table as a table under its name, ``[path.name]`` in the file."""
        for key in self.content:
            yield key, self.table(key)

    def _take(self, key: str, kind: type[T], *, needed: bool, example: str = "") -> T | None:
        self._asked.add(key)
        found = self.content.get(key)
        expected = f"{_KINDS[kind]} {example}".strip()
        if found is None:
            if needed:
                self.wrong(key, "is missing", expected)
            return None
        if type(found) is not kind:
            said = _KINDS.get(type(found), type(found).__name__)
            self.wrong(key, f"is {said} ({found!r})" if _short(found) else f"is {said}", expected)
            return None
        return found

    def _known(self) -> str:
        return "one of " + ", ".join(sorted(self._asked)) if self._asked else ""


def _short(found: Any) -> bool:
    return not isinstance(found, list | dict) and len(repr(found)) < 40  # noqa: PLR2004 - a line
