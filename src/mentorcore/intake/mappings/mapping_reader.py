"""Reads a mapping: a TOML file beside the blueprint, answered with all that is wrong with it."""

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Literal, get_args

from mentorcore.adapters.dates import DateOrder, DateProblem, parse_date
from mentorcore.adapters.spec import Options
from mentorcore.domain.declarations import CODE
from mentorcore.domain.person.events import Scheme
from mentorcore.domain.values import Visibility
from mentorcore.domain.visibility import READERS
from mentorcore.errors import Invalid, Problem
from mentorcore.intake.form_kind import PERSONS, Declared, Field, FormKind
from mentorcore.intake.forms.built_in import forms_by_name
from mentorcore.intake.mappings.mapping import (
    SUBMITTED,
    Durations,
    FormMapping,
    Mode,
    Naming,
    NumberMarks,
    spoken,
)
from mentorcore.intake.mappings.toml_tables import Table, canonical, read_toml
from mentorcore.near_words import did_you_mean

__all__ = ["digest_of", "read_mapping"]

Coverage = Literal["full", "partial"]
COVERAGES: tuple[Coverage, ...] = get_args(Coverage)
ORDERS: tuple[DateOrder, ...] = get_args(DateOrder)
LATER = {
    "assessment": "assessments are taken in by a later release",
    "anonymous": (
        "anonymous answers are not taken yet: a later release brings surveys that nobody can link "
        "to a person; until then they must not be imported, since every response would be"
    ),
}

_LONGEST_NAME = 48
_YES = {"yes", "no"}


def read_mapping(text: str, name: str, kinds: Iterable[FormKind] = ()) -> FormMapping:
    """The mapping that a file describes.

    Args:
        text: The file's content.
        name: The file's name, for messages.
        kinds: The kinds of form of practices, such as `Engine.form_kinds`.

    Raises:
        Invalid: With every problem of the file, each with its path and what would be right.
    """
    problems: list[Problem] = []
    what = f"the mapping {name} needs correction"
    top = read_toml(text, what, problems)
    form = top.code("form")
    kind = _kind(top, forms_by_name(kinds))
    if kind is None:
        raise Invalid(what, problems)
    mode = _mode(top)
    by, by_field, scheme = _people(top.table("people"), kind)
    table = top.table("fields", needed=True)
    columns = _columns(table, kind)
    values = _values(top.table("values"), kind.by_name, columns)
    optional = _optional(top, columns)
    defaults = _defaults(top.table("defaults"), kind.by_name)
    _check_needs(table, kind, Declared(frozenset(columns), frozenset(defaults), by))
    _check_visibility(top, kind, mode, values, defaults)
    answers = top.table("answers")
    options = _options(top, answers, form or "", columns)
    order: DateOrder | None = _maybe(answers, "date_order", ORDERS)
    durations: Durations = answers.word("durations", get_args(Durations), "minutes") or "minutes"
    mapping = FormMapping(
        form=form or "",
        form_kind=kind,
        mode=mode,
        adapter=top.text("adapter", needed=False) or None,
        program=top.text("program", needed=False) or None,
        options=options,
        by=by,
        by_field=by_field,
        scheme=scheme,
        fields=columns,
        optional=optional,
        values=values,
        defaults=defaults,
        zone=answers.zone("zone", needed=False),
        date_order=order or options.date_order,
        fold=_fold(answers),
        ignore_times=answers.yes("ignore_times", default=False),
        durations=durations,
        separator=options.separator,
        missing=frozenset(map(spoken, options.missing)),
        renamed_choices=_maybe(answers, "renamed_choices", ("keep", "amend")),
        repeats_within=answers.whole("repeats_within", 10, least=0, most=1440),
        digest=_digest(top.content),
        trust_keys=options.trust_keys,
        number_marks=_number_marks(answers),
        successor=_successor(answers, kind),
        text=text,
    )
    answers.done()
    top.done()
    if problems:
        raise Invalid(what, problems)
    return mapping


def _successor(answers: Table, kind: FormKind) -> bool:
    said = answers.yes("successor", default=False)
    if said and not kind.succeeds:
        answers.wrong("successor", f"a {kind.name} tells of no successors", "leave it out")
    return said


def digest_of(text: str | bytes) -> str | None:
    """The digest under which imports name the mapping of this text; ``None`` if it is no TOML."""
    try:
        said = text.decode() if isinstance(text, bytes) else text
        return _digest(tomllib.loads(said.removeprefix("\ufeff")))
    except (ValueError, RecursionError):  # no TOML, no UTF-8, or numbers and tables beyond measure
        return None


def _digest(content: Any) -> str:
    plain = json.dumps(canonical(content), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def _kind(top: Table, kinds: Mapping[str, FormKind]) -> FormKind | None:
    said = top.content.get("kind")
    right = "one of " + ", ".join(kinds)
    if said == "assessment":
        top.wrong("kind", LATER["assessment"], right)
        return None
    if isinstance(said, str) and said not in kinds and not did_you_mean(said, kinds):
        problem = f"{said!r} is no kind of form here: install the practice that brings it"
        top.wrong("kind", problem, right)
        return None
    word = top.word("kind", kinds)
    return None if word is None else kinds[word]


def _mode(top: Table) -> Mode:
    if top.content.get("mode") == "anonymous":
        top.word("mode", ("anonymous",))
        top.wrong("mode", LATER["anonymous"], "identified or confidential")
        return "identified"
    return top.word("mode", get_args(Mode), "identified") or "identified"


def _people(table: Table, kind: FormKind) -> tuple[Naming, dict[str, Naming], Scheme]:
    by: Naming = table.word("by", get_args(Naming), "email") or "email"
    scheme: Scheme = table.word("scheme", get_args(Scheme), "payroll") or "payroll"
    by_field: dict[str, Naming] = {}
    for field in kind.fields:
        if field.holds not in PERSONS:
            continue
        table.may_hold(field.name)
        if field.name in table:
            way: Naming | None = table.word(field.name, get_args(Naming))
            by_field[field.name] = way or by
    table.done()
    return by, by_field, scheme


def _columns(table: Table, kind: FormKind) -> dict[str, str]:
    known = kind.by_name
    columns: dict[str, str] = {}
    for name in table.content:
        field = known.get(name)
        if field is None:
            article = "an" if kind.name[0] in "aeiou" else "a"
            problem = f"{article} {kind.name} has no such field{did_you_mean(name, known)}"
            table.wrong(name, problem, "one of " + ", ".join(known))
        elif field.group:
            inner = table.table(name)
            for member in inner.content:
                if _is_member(inner, member):
                    columns[f"{name}.{member}"] = inner.text(member)
        else:
            columns[name] = table.text(name)
    return columns


def _optional(top: Table, columns: Mapping[str, str]) -> frozenset[str]:
    """The fields whose columns need not be in every export."""
    named = top.texts("optional") or ()
    for name in named:
        if name not in columns:
            top.wrong(
                "optional", f"{name!r} has no column{did_you_mean(name, columns)}", "of [fields]"
            )
    return frozenset(named)


def _is_member(table: Table, name: str) -> bool:
    if CODE.fullmatch(name) and len(name) <= _LONGEST_NAME:
        return True
    table.wrong(name, "cannot be a code word", f"letters, digits and - _, at most {_LONGEST_NAME}")
    return False


def _values(
    table: Table, known: Mapping[str, Field], columns: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    values: dict[str, dict[str, str]] = {}
    for name, inner in table.named_tables():
        field = known.get(name.partition(".")[0])
        if field is None or (name not in columns and name not in known):
            hint = did_you_mean(name, [*columns, *known])
            table.wrong(name, f"there is no such field{hint}", "a field of [fields]")
            continue
        if not field.worded:
            worded = [f.name for f in known.values() if f.worded and not f.group]
            problem = f"{field.name} is taken as it is written, so its words mean nothing else"
            table.wrong(name, problem, "one of " + ", ".join(worded))
            continue
        if not any(c == name or c.startswith(f"{name}.") for c in columns):
            table.wrong(name, "no column tells this field", f"{name} under [fields], or no table")
            continue
        check = _check(field)
        meanings = values.setdefault(name, {})
        for word, meaning in inner.content.items():
            said = str(meaning) if isinstance(meaning, int | str) else ""
            said = {"True": "yes", "False": "no"}.get(said, said)
            if expected := check(said):
                inner.wrong(word, f"{meaning!r} does not fit", expected)
            meanings[spoken(word)] = said
    return values


def _defaults(table: Table, known: Mapping[str, Field]) -> dict[str, str]:
    defaults: dict[str, str] = {}
    for name, stated in table.content.items():
        field = known.get(name)
        if field is None or field.group or field.holds in PERSONS:
            hint = did_you_mean(name, known)
            problem = "people and groups have no default" if field else f"no such field{hint}"
            table.wrong(name, problem, "one of " + ", ".join(known))
            continue
        said = stated.isoformat() if isinstance(stated, date) else str(stated)
        said = {"True": "yes", "False": "no"}.get(said, said)
        if isinstance(stated, list | dict | float):
            table.wrong(name, "is a list, table or fraction", "one value")
        elif expected := _check(field)(said):
            table.wrong(name, f"{stated!r} does not fit", expected)
        defaults[name] = said
    return defaults


def _check(field: Field) -> Callable[[str], str]:
    """A test of a word for a field; answers with what would be right, or with nothing."""

    def whole(said: str) -> str:
        return "" if said.lstrip("-").isdecimal() else "a whole number"

    def choice(said: str) -> str:
        return "" if said in field.choices else "one of " + ", ".join(field.choices)

    def day(said: str) -> str:
        if said == SUBMITTED:
            return ""
        try:
            parse_date(said)
        except DateProblem:
            return f'a date such as 2026-09-01, or "{SUBMITTED}" for the day of sending'
        return ""

    def code(said: str) -> str:
        return "" if CODE.fullmatch(said) else "a word without spaces"

    def yes(said: str) -> str:
        return "" if said in _YES else "yes or no"

    def text(said: str) -> str:
        return "" if said.strip() else "a text"

    checks = {"choice": choice, "day": day, "code": code, "codes": code, "yes": yes}
    return {**checks, "whole": whole, "percent": whole, "minutes": whole}.get(field.holds, text)


def _check_needs(table: Table, kind: FormKind, declared: Declared) -> None:
    """Note what a form of this kind cannot do without and neither column nor default tells."""
    for field in kind.fields:
        if field.needed and not declared.tells(field.name):
            right = "a column" if field.own else "a column, or a value under [defaults]"
            table.wrong(field.name, f"is missing: {field.about}", right)
    for lack in kind.lacks(declared):
        table.wrong(lack.field, lack.problem, lack.right)


def _check_visibility(
    top: Table,
    kind: FormKind,
    mode: Mode,
    values: Mapping[str, Mapping[str, str]],
    defaults: Mapping[str, str],
) -> None:
    """What is confidential is hidden from the members and from reports."""
    if mode != "confidential":
        return
    hidden = [v for v, readers in READERS.items() if not readers & {"member", "auditor"}]
    for field in (f.name for f in kind.fields if f.choices == get_args(Visibility)):
        stated = {f"values.{field}.{word}": code for word, code in values.get(field, {}).items()}
        if field in defaults:
            stated[f"defaults.{field}"] = defaults[field]
        for path, visibility in stated.items():
            if visibility not in hidden:
                problem = f"{visibility!r} shows a confidential text to others"
                top.wrong(path, problem, "one of " + ", ".join(hidden))


def _options(top: Table, answers: Table, form: str, columns: Mapping[str, str]) -> Options:
    table = top.table("source")
    labels, more = table.table("zone_labels"), table.table("more")
    options = Options(
        form=form,
        encoding=table.text("encoding", needed=False) or None,
        delimiter=table.mark("delimiter"),
        header_rows=table.whole("header_rows", 1, least=1, most=5),
        timestamp=table.text("timestamp", needed=False) or None,
        keys=table.texts("keys") or (),
        trust_keys=table.yes("trust_keys", default=False),
        respondent=table.text("respondent", needed=False) or None,
        columns=tuple(dict.fromkeys(columns.values())),
        date_order=_maybe(table, "date_order", ORDERS),
        zone=table.zone("zone", needed=False),
        zone_labels={label: labels.text(label) for label in labels.content},
        fold=_fold(table),
        dates_as_times=table.yes("dates_as_times", default=False),
        missing=answers.texts("missing") or (),
        separator=answers.mark("separator"),
        values=_maybe(table, "values", ("labels", "codes")),
        coverage=top.word("coverage", COVERAGES, "partial") or "partial",
        more={key: more.text(key) for key in more.content},
    )
    table.done()
    return options


def _number_marks(answers: Table) -> NumberMarks:
    thousands = _maybe(answers, "thousands", (",", ".", " ", "'"))
    decimal = _maybe(answers, "decimal", (".", ","))
    if thousands is not None and thousands == decimal:
        answers.wrong("decimal", "stands between thousands already", "another mark")
    return NumberMarks(thousands, decimal)


def _maybe(table: Table, key: str, words: tuple[Any, ...]) -> Any:
    return table.word(key, words) if key in table else None


def _fold(table: Table) -> Literal[0, 1] | None:
    found = table.maybe_whole("fold", least=0, most=1)
    return None if found is None else 1 if found else 0
