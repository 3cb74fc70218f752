"""Whether everything that one JSON Schema allows is allowed by another, and what is not.

It knows the schemas that mentorcore writes and no others: what it cannot follow counts as a
difference, never as none.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

__all__ = ["Part", "narrowed"]

Schema = Mapping[str, Any]

_SAID = frozenset({"description", "title", "format", "contentEncoding", "$schema", "$id", "$defs"})
_WORDS = {
    "text": "a text",
    "code": "a word from a list",
    "whole": "a whole number",
    "day": "a day",
    "instant": "an instant",
    "sealed": "a sealed value",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "yes or no",
    "null": "nothing",
    "array": "a list",
    "object": "an object",
}


@attrs.frozen
class Part:
    """A schema, or a part of one, with the definitions that it refers to.

    Attributes:
        schema: The part.
        known: The definitions of the whole.
    """

    schema: Schema
    known: Schema

    @classmethod
    def whole(cls, schema: Schema) -> "Part":
        """A schema with its own definitions."""
        return cls(schema, schema.get("$defs", {}))

    def inside(self, *path: str) -> "Part | None":
        """The part at a path of keys, if it is there."""
        found: Any = self.schema
        for key in path:
            if not isinstance(found, Mapping) or key not in found:
                return None
            found = found[key]
        return self.but(found)

    def but(self, schema: Any) -> "Part":
        """Another part of the same whole."""
        return Part(
            schema if isinstance(schema, Mapping) else {"not understood": schema}, self.known
        )

    def rules(self) -> Schema:
        """What it asks for, references followed, without what is only said about it."""
        asked = {k: v for k, v in self.schema.items() if k not in _SAID and k[:2] != "x-"}
        name = str(asked.pop("$ref", "")).rpartition("/")[2]
        return (
            {**self.but(self.known.get(name, {"unknown": name})).rules(), **asked}
            if name
            else asked
        )

    def choices(self) -> "list[Part]":
        """The parts of which one has to fit."""
        rules = self.rules()
        if rules.keys() != {"anyOf"}:
            return [self]
        return [c for option in rules["anyOf"] for c in self.but(option).choices()]

    def words(self) -> str:
        """What it allows, in words."""
        name = str(self.schema.get("$ref", "")).rpartition("/")[2]
        choices = self.choices()
        if name in _WORDS:
            return _WORDS[name]
        if len(choices) > 1:
            return " or ".join(choice.words() for choice in choices)
        rules = self.rules()
        if "enum" in rules:
            return " or ".join(repr(value) for value in rules["enum"])
        if rules.get("items"):
            return f"a list, each {self.but(rules['items']).words()}"
        return (name and f"a {name}") or _WORDS.get(str(rules.get("type")), "something else")


def narrowed(old: Part, new: Part, path: str) -> Iterator[tuple[str, str]]:
    """What *old* allows and *new* does not: each with its path and a sentence.

    Args:
        old: What was written.
        new: What is read.
        path: Where both stand.
    """
    if (old.rules(), old.known) == (new.rules(), new.known):
        return
    choices = new.choices()
    for choice in old.choices():
        tried = [(other, list(_single(choice, other, path))) for other in choices]
        if all(found for _, found in tried):
            close = [(other, found) for other, found in tried if _alike(choice, other)]
            if len(close) == 1 and close[0][1] != [_changed(choice, close[0][0], path)]:
                yield from close[0][1]
            else:
                yield _changed(old, new, path)
            return


def _single(old: Part, new: Part, path: str) -> Iterator[tuple[str, str]]:
    a, b = old.rules(), new.rules()
    if "enum" in a or "const" in a:
        yield from _values(a, b, path)
    elif not _alike(old, new):
        yield _changed(old, new, path)
    elif a.get("type") == "array":
        yield from _lists(old, new, path)
    elif a.get("type") == "object":
        yield from _objects(old, new, path)
    elif not _within(a, b):
        yield _changed(old, new, path)


def _alike(old: Part, new: Part) -> bool:
    a, b = old.rules(), new.rules()
    if "enum" in a or "enum" in b:
        return "enum" in a and "enum" in b
    return "type" in a and a["type"] == b.get("type")


def _changed(old: Part, new: Part, path: str) -> tuple[str, str]:
    return path, f"was {old.words()} and is {new.words()}"


def _values(a: Schema, b: Schema, path: str) -> Iterator[tuple[str, str]]:
    known = b.get("enum", [b["const"]] if "const" in b else None)
    for value in a.get("enum", [a.get("const")]):
        if known is None and _takes(b, value):
            continue
        if known is None or value not in known:
            yield path, f"does not take {value!r} any more"


def _takes(b: Schema, value: Any) -> bool:
    """Whether rules for a text take one value."""
    unlike = b.get("not", {}).get("pattern")
    return (
        b.get("type") == "string"
        and isinstance(value, str)
        and len(value) <= b.get("maxLength", len(value))
        and re.search(b.get("pattern", ""), value) is not None
        and (unlike is None or re.search(unlike, value) is None)
    )


_NO_NUL = {"pattern": "\\u0000"}


def _within(a: Schema, b: Schema) -> bool:
    """Whether a text or a number within *a* is within *b*."""
    for rule, bound in b.items():
        if rule == "minimum" and a.get(rule, bound - 1) >= bound:
            continue
        if rule in {"maximum", "maxLength"} and a.get(rule, bound + 1) <= bound:
            continue
        if rule == "not" and bound == _NO_NUL and _excludes_nul(a):
            continue
        if a.get(rule) != bound:
            return False
    return True


def _excludes_nul(a: Schema) -> bool:
    unlike = str(a.get("not", {}).get("pattern", ""))
    whole = str(a.get("pattern", ""))
    return unlike.startswith("[^") or (whole[:1] == "^" and whole[-1:] == "$")


def _lists(old: Part, new: Part, path: str) -> Iterator[tuple[str, str]]:
    a, b = old.rules(), new.rules()
    fixed = "prefixItems"
    if (fixed in a, len(a.get(fixed, ()))) != (fixed in b, len(b.get(fixed, ()))):
        yield _changed(old, new, path)
        return
    for place, (one, other) in enumerate(zip(a.get(fixed, ()), b.get(fixed, ()), strict=True)):
        yield from narrowed(old.but(one), new.but(other), f"{path}[{place}]")
    if a.get("items") and b.get("items"):
        yield from narrowed(old.but(a["items"]), new.but(b["items"]), f"{path}[]")
    if b.get("minItems", 0) > a.get("minItems", 0):
        yield path, f"holds {b['minItems']} at least"


def _objects(old: Part, new: Part, path: str) -> Iterator[tuple[str, str]]:
    a, b = old.rules(), new.rules()
    here, there = a.get("properties", {}), b.get("properties", {})
    for name, member in here.items():
        inner = f"{path}.{name}" if path else name
        if name in there:
            yield from narrowed(old.but(member), new.but(there[name]), inner)
            yield from _marks(old.but(member), new.but(there[name]), inner)
        elif b.get("additionalProperties", True) is False:
            yield inner, "is gone"
    for name in b.get("required", ()):
        if name not in a.get("required", ()):
            inner = f"{path}.{name}" if path else name
            yield inner, "may not be left out any more" if name in here else "is new"
    if a.get("additionalProperties", True) and (
        not b.get("additionalProperties", True) or there.keys() - here.keys()
    ):
        yield path, "may not hold whatever else any more"
    yield from _conditions(old, new, path)
    if a.get("anyOf") != b.get("anyOf"):
        yield path, "is put together by other rules"


def _conditions(old: Part, new: Part, path: str) -> Iterator[tuple[str, str]]:
    """Rules that hold for some of the objects only; a new one is a narrower one."""
    before = {_when(rule): rule for rule in old.rules().get("allOf", ())}
    for rule in new.rules().get("allOf", ()):
        earlier = before.get(_when(rule))
        body = "then" if "then" in rule else "properties"
        if earlier is None:
            if _named(rule) is None or _named(rule) in _possible(before.values()):
                yield path, "has to keep one rule more"
        elif body == "then":
            pair = old.but(_typed(earlier["then"])), new.but(_typed(rule["then"]))
            yield from _objects(*pair, path)
        else:
            yield from _objects(old.but(_typed(earlier)), new.but(_typed(rule)), path)


def _when(rule: Any) -> str:
    return repr(rule.get("if"))


def _named(rule: Any) -> str | None:
    """The kind of record for which a rule about amendments holds."""
    condition = rule.get("if", {}).get("properties", {}).get("target_name", {})
    found: str | None = condition.get("const")
    return found


def _possible(rules: Any) -> set[str]:
    """The kinds of records that could be amended."""
    return {
        name
        for rule in rules
        for name in rule.get("properties", {}).get("target_name", {}).get("enum", ())
    }


def _typed(rule: Schema) -> Schema:
    return {"type": "object", **rule}


def _marks(old: Part, new: Part, path: str) -> Iterator[tuple[str, str]]:
    """What a changed mark of a personal field does to what was sealed."""
    a, b = old.schema.get("x-personal"), new.schema.get("x-personal")
    if a is None and b is None:
        return
    if a is None or b is None:
        was, is_ = ("sealed", "in the clear") if b is None else ("in the clear", "sealed")
        yield path, f"was stored {was} and is read {is_}"
        return
    if (a["kind"], a["whose"]) != (b["kind"], b["whose"]):
        was, is_ = (f"{m['kind']} of {_people(m['whose'])}" for m in (a, b))
        yield path, f"was sealed as {was} and would be opened as {is_}, which fails"
    yield from narrowed(old.but(a["value"]), new.but(b["value"]), f"{path} (sealed)")


def _people(whose: list[int] | None) -> str:
    return "all subjects" if whose is None else f"subjects {', '.join(map(str, whose))}"
