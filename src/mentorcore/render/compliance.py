"""Compliance as people read it: how many results of each state, then what is missing, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import mentorcore
from mentorcore.render.status import name_of, named
from mentorcore.render.text import (
    clean,
    counted,
    lacking_lines,
    paragraph,
    sentence,
    short,
    table,
    unknown_lines,
)

__all__ = ["COLUMNS", "compliance_lines", "count_lines", "table_rows"]

STATES = {
    "met": "met",
    "cured_late": "late",
    "waived": "waived",
    "not_yet_due": "not due",
    "at_risk": "at risk",
    "breached": "breached",
    "insufficient_data": "no data",
}
"""The states that are counted, each with the head of its column."""

COLUMNS = (
    "pack",
    "pack_version",
    "rule",
    "title",
    "citation",
    "scope",
    "subject",
    "people",
    "mentors",
    "cohort",
    "school",
    "state",
    "code",
    "measured",
    "threshold",
    "due_on",
    "satisfied_on",
    "days_late",
    "days_left",
    "missing",
    "said",
    "relief",
    "evidence",
    "as_of",
    "as_known",
)
"""The columns of a file with all results."""

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell must not begin with, or a spreadsheet takes it for a formula."""


def compliance_lines(
    found: mentorcore.Compliance, *, by: str, every: bool, school: str | None = None
) -> Iterator[str]:
    """The packs, the counts, and the results in words.

    Args:
        found: What was found.
        by: What the results are counted by.
        every: Whether all results are told in words, and not only those that lack something.
        school: The only school that was asked about.
    """
    yield from paragraph(found.name)
    yield from paragraph(_asked(found))
    if not found.packs and not found.rows:
        yield ""
        yield "No policy pack is in force there; `mentorcore packs` lists those that come along."
        return
    yield from _pack_lines(found.packs)
    yield ""
    yield from count_lines(found, by=by)
    listed = [row for row in found.rows if every or row.is_missing]
    yield ""
    if listed:
        yield f"{counted(len(listed), 'result')}:" if every else f"{len(listed):,} to look at:"
        yield from _results(listed, _names(found))
    elif school is not None and not found.rows:
        yield from paragraph(f"No result is about a school that is called {school!r}.")
    else:
        yield "Nothing is missing." if found.rows and not every else "There is nothing to tell."
    if found.others is not None:
        yield ""
        yield from paragraph(f"What concerns others is not listed: {found.others.reason}.")
    yield from unknown_lines(found.unknown)
    yield from lacking_lines(found.lacking)


def count_lines(found: mentorcore.Compliance, *, by: str) -> Iterator[str]:
    """How many results there are of each state, as a table."""
    rows = [_counts(group) for group in (*found.groups, *([found.total] if by != "rule" else ()))]
    if rows:
        heads = (by, *STATES.values())
        yield from table(heads, rows, right=tuple(STATES.values()), firm=heads[1:])


def _asked(found: mentorcore.Compliance) -> str:
    known = found.as_known
    if known is None:
        return f"as of {found.day:%A, %d %B %Y}"
    at = f"at position {known}" if isinstance(known, int) else str(known)
    return f"as of {found.day:%A, %d %B %Y}, as known {at}"


def _pack_lines(packs: Sequence[mentorcore.PackLine]) -> Iterator[str]:
    for pack in packs:
        whom = "" if pack.applies_to == "all" else ", for who enrols from then on"
        since = f"version {pack.version}, from {pack.effective_from} on{whom}"
        yield ""
        if not pack.registered:
            yield from paragraph(
                f"{pack.pack}, {since}: its rules are not here. Open the log with the pack's file "
                f"(digest {pack.digest[:12]}…)."
            )
            continue
        yield from paragraph(f"{pack.title} ({pack.pack}), {since}.")
        yield from paragraph(f"{pack.notice} Last reviewed on {pack.reviewed_on}.", "  ")


def _counts(group: mentorcore.StateCounts) -> tuple[object, ...]:
    label = "in all" if group.group == "" and group.label == "" else _text(group.label)
    numbers = (getattr(group, state) for state in STATES)
    return (label, *(f"{number:,}" if number else "-" for number in numbers))


def _results(rows: Sequence[mentorcore.RequirementRow], names: Mapping[str, str]) -> Iterator[str]:
    """The results under whom they are about, whoever has the most urgent one first."""
    by_subject: dict[str, list[mentorcore.RequirementRow]] = {}
    for row in rows:
        by_subject.setdefault(row.subject, []).append(row)
    for subject, mine in by_subject.items():
        yield ""
        yield from paragraph(_whom(subject, mine[0], names), "  ")
        told = [(row.rule, STATES.get(row.state, "not asked"), _words(row, names)) for row in mine]
        yield from table(("", "", ""), told, firm=("",), indent="    ")


def _whom(subject: str, row: mentorcore.RequirementRow, names: Mapping[str, str]) -> str:
    if row.people:
        return named(row.people)
    return "the program" if subject.startswith("program:") else names.get(subject, short(subject))


def _names(found: mentorcore.Compliance) -> dict[str, str]:
    """What stands in place of ids, for people."""
    people = {who.participant: name_of(who) for who in found.people}
    return people | {cohort: clean(name) for cohort, name in found.cohorts.items()}


def _words(row: mentorcore.RequirementRow, names: Mapping[str, str]) -> str:
    """A result in words, with names in place of ids."""
    said = f"{row.title}: {row.said}" if row.title else row.said
    spelled = (row.said, row.said.replace(" ", "_"))
    more = [missing for missing in row.missing if not any(missing in said for said in spelled)]
    told = f"{sentence(said)} Missing: {', '.join(more)}." if more else sentence(said)
    return _without_ids(told, names)


def _without_ids(said: str, names: Mapping[str, str]) -> str:
    return _ID.sub(lambda found: names.get(found[0]) or short(found[0]), said)


_ID = re.compile(r"[a-z]+:[0-9a-f]{32}")


def _text(shown: object) -> str:
    if isinstance(shown, mentorcore.Withheld | mentorcore.Erased):
        return "not shown"
    return clean(str(shown))


def table_rows(found: mentorcore.Compliance) -> Iterator[tuple[str, ...]]:
    """The results as rows of a file, in the order of `COLUMNS`; sentences name people."""
    names = _names(found)
    for row in found.rows:
        yield tuple(_cell(row, column, names) for column in COLUMNS)


def _cell(row: mentorcore.RequirementRow, column: str, names: Mapping[str, str]) -> str:
    value = getattr(row, column)
    match column, value:
        case _, None:
            return ""
        case (("people" | "mentors"), _):
            text = "; ".join(name_of(who) for who in value)
        case "relief", _:
            text = f"{value.stream}#{value.version}"
        case "evidence", _:
            text = " ".join(f"{e.stream}#{e.version}" for e in value)
        case "missing", _:
            text = _without_ids("; ".join(value), names)
        case "said", _:
            text = _without_ids(value, names)
        case _, date():
            return value.isoformat()
        case _, int():
            return str(value)
        case _:
            text = _text(value)
    return f"'{text}" if text.startswith(FORMULAS) else text
