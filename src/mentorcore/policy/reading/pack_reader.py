"""A pack is read from its file, whole or not at all."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from mentorcore.domain.declarations import CODE
from mentorcore.domain.model import CORE_MODEL
from mentorcore.errors import Invalid, Problem
from mentorcore.near_words import did_you_mean
from mentorcore.policy.event_facts import field_names
from mentorcore.policy.grammar import Rule, Selector
from mentorcore.policy.kinds import KINDS
from mentorcore.policy.pack import Pack
from mentorcore.policy.reading.coherence import (
    among_rules,
    between_dates,
    between_fields,
    within_rule,
)
from mentorcore.policy.reading.line_numbers import line_of, lines_of
from mentorcore.policy.reading.toml_values import MISSING, Values, blank
from mentorcore.policy.selectors import selectors
from mentorcore.policy.time_kinds import AverageDosage, TotalDosage

__all__ = ["read_pack", "unknown_events"]

BEYOND_THE_HEAD = ("rules", "digest", "text")
"""Fields of a pack that its head does not say."""
BEGINNINGS = ("pairing.formed", "pairing.started")
AS_A_MEMBER = frozenset({"role", "part", "primary"})
"""What the beginning of a pairing tells of a member, beside its own fields."""
_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)


def read_pack(content: bytes, name: str, events: Mapping[str, str] | None = None) -> Pack:
    """The pack that a file describes.

    Args:
        content: The file's bytes, TOML in UTF-8.
        name: The file's name, for messages.
        events: The stored name of each event by the name of its class, where selectors may name
            events of practices by their class; those of the core when not given.

    Raises:
        Invalid: With every problem of the file, each with its path, its line and what would be
            right.
    """
    what = f"the policy pack {name} needs correction"
    text = _text(content, what)
    top = _toml(text, what)
    problems: list[Problem] = []
    values = Values(_core_events() if events is None else events, problems)
    head = _head(values, top)
    rules, broken = _rules(values, top)
    problems += among_rules(_ids(top), rules, broken)
    if problems or head is None:
        raise Invalid(what, _with_lines(problems, text))
    digest = hashlib.sha256(content).hexdigest()
    return Pack(**head, rules=tuple(rules.values()), digest=digest, text=text)


def unknown_events(pack: Pack, known: Mapping[str, type]) -> tuple[Problem, ...]:
    """What rules of a pack look for and nobody records, as far as is known here.

    Events may be those of a practice that is not installed; until it is, such rules answer with
    insufficient data. A field that an event does not have is never as it is asked for, and an event
    that tells no minutes adds none to a total.

    Args:
        pack: The pack.
        known: All events that are known, by their stored names.
    """
    return tuple(
        problem
        for rule in pack.rules
        for selector, place in selectors(rule)
        for problem in _unknown(
            selector, f"{rule.id}.{place}", known, minutes=_adds_minutes(rule, place)
        )
    )


def _unknown(
    selector: Selector, path: str, known: Mapping[str, type], *, minutes: bool
) -> Iterator[Problem]:
    event = known.get(selector.event)
    if event is None:
        said = f"nobody records {selector.event!r} here{did_you_mean(selector.event, known)}"
        yield Problem(path, said, "an event of the core, or of a practice that is installed")
        return
    if minutes and "minutes" not in field_names(event):
        said = f"{selector.event} tells no minutes, so that the total stays 0"
        yield Problem(path, said, "an event with minutes, such as pairing.meeting-held")
    fields = field_names(event) | (AS_A_MEMBER if selector.event in BEGINNINGS else frozenset())
    for field in selector.where:
        if field not in fields:
            said = f"{selector.event} tells no {field!r} in the clear{did_you_mean(field, fields)}"
            yield Problem(f"{path}.where", said, "one of " + ", ".join(sorted(fields)))


def _adds_minutes(rule: Rule, place: str) -> bool:
    return isinstance(rule, AverageDosage | TotalDosage) and place == "counts"


@cache
def _core_events() -> Mapping[str, str]:
    return {event.__name__: name for name, event in CORE_MODEL.names.items()}


def _text(content: bytes, what: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Invalid(
            what, [Problem(f"line {line}", "this is not UTF-8", "TOML in UTF-8")]
        ) from None


def _toml(text: str, what: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        found = _PLACE.fullmatch(str(error))
        said = found[1] if found else str(error)
        place = f"line {found[2]}, column {found[3]}" if found and found[2] else "end of the file"
        raise Invalid(what, [Problem(place, f"this is not TOML: {said}")]) from None
    except RecursionError:
        said = "lists or tables stand too deep in each other"
        raise Invalid(what, [Problem("the file", said, "TOML as a person writes it")]) from None


def _head(values: Values, top: Mapping[str, Any]) -> dict[str, Any] | None:
    for key in top:
        if key not in ("pack", "rule"):
            hint = did_you_mean(key, ("pack", "rule"))
            values.wrong(key, f"there is no such table{hint}", "[pack], and [[rule]] for each rule")
    found = top.get("pack")
    if not isinstance(found, dict):
        values.wrong("pack", "is missing", "a table [pack] that says what this is")
        return None
    head = values.fields(Pack, found, "pack", beside=BEYOND_THE_HEAD)
    for key in ("id", "version"):
        if head[key] is not MISSING and not CODE.fullmatch(head[key]):
            said = f"{head[key]!r} cannot be a code word"
            values.wrong(f"pack.{key}", said, "letters, digits and . _ + / -, at most 64")
    first, after = head["effective_from"], head.get("effective_to")
    if isinstance(first, date) and isinstance(after, date):
        values.problems += between_dates(first, after)
    return None if MISSING in head.values() else head


def _rules(values: Values, top: Mapping[str, Any]) -> tuple[dict[str, Rule], set[str]]:
    """The rules by their paths, and the paths of those of which not all could be read."""
    rules: dict[str, Rule] = {}
    broken: set[str] = set()
    found = top.get("rule", [])
    if not isinstance(found, list) or not found:
        values.wrong("rule", "is missing", "at least one table [[rule]]")
        return rules, broken
    for number, table in enumerate(found, 1):
        path = f"rule[{number}]"
        if not isinstance(table, dict):
            values.wrong(path, "is no table", "[[rule]]")
            continue
        before = len(values.problems)
        rule = _rule(values, table, path)
        if rule is None:
            continue
        rules[path] = rule
        told = {problem.path for problem in values.problems[before:]}
        values.problems += [p for p in within_rule(rule, path) if p.path not in told]
        if told:
            broken.add(path)
        else:
            values.problems += between_fields(rule, path)
    return rules, broken


def _ids(top: Mapping[str, Any]) -> Mapping[str, str]:
    found = top.get("rule")
    tables = enumerate(found if isinstance(found, list) else (), 1)
    ids = {f"rule[{n}]": table.get("id") for n, table in tables if isinstance(table, dict)}
    return {path: rule_id for path, rule_id in ids.items() if isinstance(rule_id, str)}


def _rule(values: Values, table: Mapping[str, Any], path: str) -> Rule | None:
    """The rule, with blanks for what could not be read; nothing where its kind is unknown."""
    word = table.get("kind")
    kind = KINDS.get(word) if isinstance(word, str) else None
    if kind is None:
        said = "is missing" if word is None else f"{word!r} is unknown"
        hint = did_you_mean(word, KINDS) if isinstance(word, str) else ""
        values.wrong(f"{path}.kind", f"{said}{hint}", "one of " + ", ".join(KINDS))
        return None
    fields = values.fields(kind, table, path, beside=("kind",))
    return kind(**{n: blank(kind, n) if v is MISSING else v for n, v in fields.items()})


def _with_lines(problems: list[Problem], text: str) -> list[Problem]:
    """The problems in the order of the lines on which they stand."""
    lines = lines_of(text)
    placed = [(line_of(problem.path, lines), problem) for problem in problems]
    placed.sort(key=lambda found: found[0] or 0)
    return [
        problem
        if line is None
        else Problem(f"line {line}, {problem.path}", problem.problem, problem.expected)
        for line, problem in placed
    ]
