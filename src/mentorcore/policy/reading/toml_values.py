"""Values of a file, read as the class of a rule says it, with every problem noted where it stands.

A key that the class has no field for, a value of another type, a word that is none: each is noted
with its path and what would be right, and reading goes on.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from mentorcore.domain.type_tree import Either, ListOf, OneOf, Record, Row, TypeTree, field_types
from mentorcore.errors import Problem
from mentorcore.near_words import did_you_mean
from mentorcore.policy.grammar import Selector, written

__all__ = ["MISSING", "Values", "blank"]

MISSING = object()
"""Stands for what is not there, or is not as it has to be; the problem was noted."""

PLAIN = {str: "a text", bool: "true or false", int: "a whole number", date: "a date"}
FOUND = {**PLAIN, Decimal: "a number with decimals", list: "a list", dict: "a table"}
AS_IS = written()


class Values:
    """What is read from a file.

    Args:
        events: The stored name of each event by the name of its class.
        problems: Where problems are noted.
    """

    def __init__(self, events: Mapping[str, str], problems: list[Problem]) -> None:
        self._events = events
        self.problems = problems

    def wrong(self, path: str, problem: str, expected: str = "") -> Any:
        """Note a problem; answers with what stands for a value that is not there."""
        self.problems.append(Problem(path, problem, expected))
        return MISSING

    def fields(
        self, cls: type, found: Mapping[str, Any], path: str, *, beside: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """The fields of a class as a table says them; `MISSING` for what is not as it has to be.

        Args:
            cls: The class.
            found: The table.
            path: Where it stands.
            beside: Names of fields that stand in no file, and of keys that are read elsewhere.
        """
        unread = {f.name for f in attrs.fields(cls) if f.name in beside}
        fields = [f for f in attrs.fields(cls) if f.name not in beside]
        within = {f.metadata["within"] for f in fields if f.metadata.get("within")}
        tables = {"": found, **{key: self._inner(found, key, path) for key in within}}
        known: dict[str, set[str]] = {"": {*within, *beside} - unread}
        values: dict[str, Any] = {}
        for field in fields:
            said = field.metadata or AS_IS
            table, key = said["within"] or "", said["key"] or field.name
            known.setdefault(table, set()).add(key)
            at = ".".join(part for part in (path, table, key) if part)
            if key in tables[table]:
                values[field.name] = self._field(cls, field, tables[table][key], at)
            elif field.default is attrs.NOTHING:
                tree = field_types(cls)[field.name]
                values[field.name] = self.wrong(at, "is missing", _expected(tree))
        for table, content in tables.items():
            self._check_keys(
                content, known.get(table, set()), ".".join(filter(None, (path, table)))
            )
        return values

    def _inner(self, found: Mapping[str, Any], key: str, path: str) -> Mapping[str, Any]:
        inner = found.get(key, {})
        if isinstance(inner, dict):
            return inner
        self._mistaken(inner, f"{path}.{key}" if path else key, "a table")
        return {}

    def _check_keys(self, found: Mapping[str, Any], known: set[str], path: str) -> None:
        for key in found:
            if key not in known:
                hint = did_you_mean(key, known - found.keys())
                at = f"{path}.{key}" if path else key
                self.wrong(at, f"there is no such key{hint}", "one of " + ", ".join(sorted(known)))

    def _field(self, cls: type, field: Any, found: Any, path: str) -> Any:
        said = field.metadata or AS_IS
        tree = field_types(cls)[field.name]
        if said["hundredths"]:
            return self._hundredths(found, path)
        if said["one_or_more"] and isinstance(found, str):
            found = [found]
        value = self.value(tree, found, path)
        if type(value) is int and int in (p.hint for p in tree.alternatives):
            least = said["least"]
            if value < least and tree.hint in (int, int | None):
                return self.wrong(path, f"{value} is too small", f"{least} or more")
        if value == () and field.default != ():
            return self.wrong(path, "is empty", "at least one")
        return value

    def _hundredths(self, found: Any, path: str) -> Any:
        share = Decimal(found) if type(found) is int else found
        is_number = type(share) is Decimal and share.is_finite()
        if not is_number or not 0 <= share <= 1 or share * 100 % 1:
            said = f"{found} is no share in hundredths"
            return self.wrong(path, said, "a number from 0.00 to 1.00")
        return int(share * 100)

    def value(self, tree: TypeTree, found: Any, path: str) -> Any:
        """A value of a type."""
        match tree:
            case Either():
                return self._one_of_types(tree, found, path)
            case OneOf():
                return self._word(tree, found, path)
            case ListOf() | Row():
                return self._several(tree, found, path)
            case Record():
                return self._instance(tree, found, path)
            case _ if tree.hint in PLAIN:
                if type(found) is not tree.hint:
                    return self._mistaken(found, path, _expected(tree))
                if isinstance(found, str) and not found.strip():
                    return self.wrong(path, "is empty", "a text")
                return found
            case _:
                return self._by_key(tree.parts[-1], found, path)

    def _one_of_types(self, tree: Either, found: Any, path: str) -> Any:
        for part in tree.parts:
            if isinstance(part, OneOf) and isinstance(found, str) and found in part.words:
                return found
            if isinstance(part, OneOf) and isinstance(found, str):
                near = did_you_mean(found, part.words)
                if near:
                    return self.wrong(path, f"{found!r} is unknown{near}", _expected(tree))
        fitting = [p for p in tree.parts if _may_be(p, found)]
        if not fitting:
            return self._mistaken(found, path, _expected(tree))
        return self.value(fitting[0], found, path)

    def _word(self, tree: OneOf, found: Any, path: str) -> Any:
        if isinstance(found, str) and found in tree.words:
            return found
        if not isinstance(found, str):
            return self._mistaken(found, path, _expected(tree))
        hint = did_you_mean(found, tree.words)
        return self.wrong(path, f"{found!r} is unknown{hint}", _expected(tree))

    def _several(self, tree: ListOf | Row, found: Any, path: str) -> Any:
        if not isinstance(found, list):
            return self._mistaken(found, path, _expected(tree))
        if isinstance(tree, Row) and len(found) != len(tree.parts):
            return self.wrong(path, f"holds {len(found)}", _expected(tree))
        parts = tree.parts if isinstance(tree, Row) else tree.parts * len(found)
        values = tuple(
            self.value(part, item, f"{path}[{number}]")
            for number, (part, item) in enumerate(zip(parts, found, strict=True), 1)
        )
        return MISSING if MISSING in values else values

    def _by_key(self, tree: TypeTree, found: Any, path: str) -> Any:
        if not isinstance(found, dict):
            return self._mistaken(found, path, "a table")
        values = {key: self.value(tree, value, f"{path}.{key}") for key, value in found.items()}
        return MISSING if MISSING in values.values() else values

    def _instance(self, tree: TypeTree, found: Any, path: str) -> Any:
        if tree.hint is Selector and isinstance(found, str):
            found = {"event": found}
        if not isinstance(found, dict):
            return self._mistaken(found, path, _expected(tree))
        values = self.fields(tree.hint, found, path)
        if tree.hint is Selector and values["event"] is not MISSING:
            values["event"] = self._event(values["event"], f"{path}.event")
        return MISSING if MISSING in values.values() else tree.hint(**values)

    def _event(self, name: str, path: str) -> Any:
        """The stored name of an event that is named by it or by its class."""
        if name in self._events:
            return self._events[name]
        if "." in name:
            return name
        hint = did_you_mean(name, self._events)
        expected = "the stored name of an event, such as pairing.meeting-held, or its class"
        return self.wrong(path, f"there is no event {name!r}{hint}", expected)

    def _mistaken(self, found: Any, path: str, expected: str) -> Any:
        said = FOUND.get(type(found), type(found).__name__)
        short = not isinstance(found, list | dict)
        return self.wrong(path, f"is {said} ({found!s})" if short else f"is {said}", expected)


def blank(cls: type, name: str) -> Any:
    """What stands for a field that could not be read, where the others are looked at."""
    default = attrs.fields_dict(cls)[name].default
    if default is not attrs.NOTHING:
        return default
    return () if isinstance(field_types(cls)[name], ListOf) else ""


def _may_be(tree: TypeTree, found: Any) -> bool:
    match tree:
        case ListOf() | Row():
            return isinstance(found, list)
        case OneOf():
            return isinstance(found, str)
        case Record():
            return isinstance(found, dict) or (tree.hint is Selector and isinstance(found, str))
        case _:
            return type(found) is tree.hint


def _expected(tree: TypeTree) -> str:
    """What would be right, in words."""
    match tree:
        case Either():
            return " or ".join(dict.fromkeys(_expected(part) for part in tree.parts))
        case OneOf() if len(tree.words) == 1:
            return tree.words[0]
        case OneOf():
            return "one of " + ", ".join(tree.words)
        case ListOf():
            return f"a list, each {_expected(tree.parts[0])}"
        case Row():
            return f"a list of {len(tree.parts)}"
        case Record() if tree.hint is Selector:
            return "the name of an event, or a table with event, where, kinds and modalities"
        case Record():
            keys = [f.metadata.get("within") or f.name for f in attrs.fields(tree.hint)]
            return "a table with " + ", ".join(dict.fromkeys(keys))
        case _:
            return PLAIN.get(tree.hint, "a table")
