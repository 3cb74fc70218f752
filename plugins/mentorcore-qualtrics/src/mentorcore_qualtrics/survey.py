"""The first pass over a Qualtrics table: that it is whole, and what only all its rows can tell."""

from collections.abc import Iterable, Iterator
from typing import Literal

import attrs
from mentorcore.adapters.spec import (
    DateOrderProof,
    DateProblem,
    Notice,
    Options,
    OrderDisproved,
    Record,
    SourceRefused,
    SourceUnreadable,
    Table,
    Where,
    cells_filled,
    no_such_column,
    normal_title,
    zone_named,
)

from mentorcore_qualtrics.heading import Field, Heading
from mentorcore_qualtrics.identity import KEPT_BACK, RESPONSE
from mentorcore_qualtrics.lifecycle import EXCEL, is_answer, is_known, life, mode_of
from mentorcore_qualtrics.times import Clock

__all__ = ["Plan", "find_field", "odd_states", "plan", "values_notices"]

SAMPLES = 1000
"""How many times may be odd before all of them count as unreadable."""

STATES = 100
"""How many different statuses are remembered."""


@attrs.frozen(kw_only=True)
class Plan:
    """How the rows of one table are to be read.

    Attributes:
        heading: Its header rows.
        answers: The columns given out as answers, in the order of the table.
        keys: The columns that identify a response.
        stamp: The column with the time of submission.
        clock: How that time is read.
        least: The least number of cells of a sound row.
        records: How many records there are, header rows included.
        mode: Whether choices are labels or codes, as far as it shows.
        notices: What people should know.
    """

    heading: Heading
    answers: tuple[Field, ...]
    keys: tuple[Field, ...]
    stamp: Field | None
    clock: Clock
    least: int
    records: int
    mode: Literal["labels", "codes", "both"] | None
    notices: tuple[Notice, ...]


@attrs.define
class _Seen:
    """What all sound rows have in common."""

    rows: int = 0
    empty: int = 0
    first_empty: int = 0
    statuses: set[str] = attrs.field(factory=set)
    finished: set[str] = attrs.field(factory=set)
    proof: DateOrderProof = attrs.field(factory=DateOrderProof)
    stamps: list[tuple[str, int]] = attrs.field(factory=list)


def plan(table: Table, heading: Heading, options: Options, *, whole: bool = False) -> Plan:
    """Read a table once from end to end, and settle how its rows are to be read.

    Args:
        table: The table.
        heading: Its header rows.
        options: What was declared.
        whole: Whether it is certain that nothing is missing at the end.

    Raises:
        SourceUnreadable: It is damaged, lacks a declared column, or its times cannot be read.
    """
    named = {title: _declared(table, heading, title) for title in options.columns}
    answers = _answers(heading, {t: f for t, f in named.items() if f is not None})
    keys = _keys(table, heading, options)
    stamp = _stamp(table, heading, options)
    seen, last = _read(table, heading, stamp)
    if last.number > heading.last.number and not table.ends_with_line_break:
        _check_end(table, heading, last)
    order = _order(table, stamp, seen, options)
    clock = Clock.of(stamp.zone if stamp else None, options, order)
    _check_stamps(table, stamp, clock, seen)
    mode = mode_of(seen.statuses, seen.finished, strict=heading.layout == "modern")
    if heading.labelled:
        mode = "labels"
    notices = [
        *heading.notices,
        *_about_rows(table, seen),
        *_about_status(table, heading, seen),
        *values_notices(table.name, mode, options, rows=seen.rows),
        *_about_excel(table, seen),
        *(() if whole else _about_end(table, last)),
    ]
    return Plan(
        heading=heading,
        answers=answers,
        keys=keys,
        stamp=stamp,
        clock=clock,
        least=heading.titled,
        records=last.number,
        mode=mode,
        notices=tuple(notices),
    )


def find_field(heading: Heading, wanted: str) -> tuple[Field, ...]:
    """The columns that a person means: by identity, else by name, else by the question's text."""
    wanted = normal_title(wanted)
    for said in (
        lambda field: normal_title(field.key),
        lambda field: field.name,
        lambda field: normal_title(field.label),
    ):
        found = tuple(field for field in heading.fields if said(field) == wanted)
        if found:
            return found
    first = wanted.removesuffix(" #1")
    return () if first == wanted else find_field(heading, first)[:1]


def _declared(table: Table, heading: Heading, title: str) -> Field | None:
    found = find_field(heading, title)
    if len(found) > 1:
        keys = " or ".join(repr(field.key) for field in found)
        raise SourceUnreadable(
            f"{title!r} stands over {len(found)} columns; say which one is meant: {keys}",
            file=table.name,
            line=heading.last.line,
        )
    return found[0] if found else None


def _needed(table: Table, heading: Heading, title: str, what: str) -> Field:
    found = _declared(table, heading, title)
    if found is None:
        names = [field.key for field in heading.fields] + [field.name for field in heading.fields]
        message = no_such_column(names, title, what)
        raise SourceUnreadable(message, file=table.name, line=heading.last.line)
    return found


def _answers(heading: Heading, named: dict[str, Field]) -> tuple[Field, ...]:
    """The columns given out; one that the mapping calls by its name has that name as its label."""
    called = {field.key: title for title, field in named.items()}
    answers = []
    for field in heading.fields:
        title = called.get(field.key)
        if title is None:
            if field.base in KEPT_BACK or field.key in KEPT_BACK:
                continue
        elif normal_title(title) == field.name:
            field = attrs.evolve(field, label=field.name)  # noqa: PLW2901 - the same column
        answers.append(field)
    return tuple(answers)


def _keys(table: Table, heading: Heading, options: Options) -> tuple[Field, ...]:
    if options.keys:
        return tuple(_needed(table, heading, title, "a key") for title in options.keys)
    own = heading.role(RESPONSE)
    if own is None:
        raise SourceUnreadable(
            "no column holds the responses' ids (ResponseId); export them with it, or declare "
            "the columns that tell responses apart as keys",
            file=table.name,
            line=heading.last.line,
        )
    return (own,)


def _stamp(table: Table, heading: Heading, options: Options) -> Field | None:
    if options.timestamp is not None:
        return _needed(table, heading, options.timestamp, "the time of submission")
    return heading.role("endDate") or heading.role("recordedDate")


def _read(table: Table, heading: Heading, stamp: Field | None) -> tuple[_Seen, Record]:
    """Every row once; the records behind the header rows must fit to count."""
    seen, last = _Seen(), heading.last
    header, least = heading.last.number, heading.titled
    places = [field.index if field else None for field in map(heading.role, ("status", "finished"))]
    status, finished = places
    at = None if stamp is None else stamp.index
    statuses, finishes, stamps, see = seen.statuses, seen.finished, seen.stamps, seen.proof.see
    for last in table.records():
        number, line, cells = last
        if number <= header:
            continue
        if len(cells) < least:
            if not cells_filled(cells):
                seen.empty, seen.first_empty = seen.empty + 1, seen.first_empty or line
            continue
        if status is not None and len(statuses) < STATES:
            statuses.add(cells[status])
        if finished is not None and len(finishes) < STATES:
            finishes.add(cells[finished])
        if at is not None:
            text = cells[at]
            if text[4:5] != "-":
                see(text, line)
            if len(stamps) < SAMPLES and text.strip():
                stamps.append((text, line))
        seen.rows += 1
    return seen, last


def _check_end(table: Table, heading: Heading, last: Record) -> None:
    if len(last.cells) < heading.titled:
        raise SourceUnreadable(
            f"the file ends within this record, which has {len(last.cells)} of {heading.titled} "
            "cells and no line break; it was cut off: export it again",
            file=table.name,
            line=last.line,
        )


def _order(
    table: Table, stamp: Field | None, seen: _Seen, options: Options
) -> Literal["ymd", "dmy", "mdy"] | None:
    if stamp is None:
        return options.date_order
    try:
        order = options.date_order or seen.proof.conclude()
        if order is not None:
            seen.proof.check(order)
    except OrderDisproved as problem:
        message = f"in the column {_called(stamp)}, {problem}"
        raise SourceRefused(message, file=table.name, line=problem.line) from problem
    except DateProblem as problem:
        message = f"in the column {_called(stamp)}, {problem}"
        raise SourceUnreadable(message, file=table.name, line=problem.line) from problem
    return order


def _called(field: Field) -> str:
    """A column in words; the names of the legacy layout alone say nothing."""
    return repr(field.name) if field.name[:1] != "V" else f"{field.name} ({field.label})"


def _check_stamps(table: Table, stamp: Field | None, clock: Clock, seen: _Seen) -> None:
    """Refuse a table in which no time can be read as things are declared."""
    if stamp is None:
        return
    refusal: tuple[DateProblem, int] | None = None
    try:
        if clock.zone is not None:
            zone_named(clock.zone)
    except DateProblem as problem:
        said = DateProblem(f"{problem}, or declare as zone the one that its header means")
        refusal = (said if stamp.zone else problem, seen.stamps[0][1] if seen.stamps else 1)
    for text, line in seen.stamps if refusal is None else ():
        try:
            clock.instant(text)
        except DateProblem as problem:
            refusal = refusal or (problem, line)
        else:
            return
    if refusal is not None:
        message = f"no time can be read in the column {_called(stamp)}: {refusal[0]}"
        raise SourceUnreadable(message, file=table.name, line=refusal[1])


def _about_rows(table: Table, seen: _Seen) -> Iterator[Notice]:
    if seen.empty:
        rows = "one empty row was" if seen.empty == 1 else f"{seen.empty} empty rows were"
        message = f"{rows} skipped, the first on this line"
        yield Notice(Where(table.name, None, seen.first_empty), message, "empty-rows")
    if not seen.rows:
        message = "there are no responses in this file, only header rows"
        yield Notice(Where(table.name), message, "no-responses")


def _about_status(table: Table, heading: Heading, seen: _Seen) -> Iterator[Notice]:
    where = Where(table.name, heading.last.number, heading.last.line)
    if heading.role("status") is None:
        message = "no column says which responses are previews, tests or spam; none is marked so"
        yield Notice(where, message, "no-status")
    if heading.role("finished") is None:
        message = "no column says which responses were finished; none is marked as partial"
        yield Notice(where, message, "no-finished")
    yield from odd_states(table.name, seen.statuses, seen.finished)


def odd_states(name: str, statuses: Iterable[str], finished: Iterable[str]) -> Iterator[Notice]:
    """The statuses, and the answers to whether a response was finished, that are not known."""
    for status in sorted(statuses):
        if not is_known(status):
            word = life(status, None)
            so = "so" if word == "unknown" else f"as {word}"
            message = f"the status {status!r} is not known here; its responses are marked {so}"
            yield Notice(Where(name), message, "unknown-status")
    odd = sorted(repr(text) for text in finished if not is_answer(text))
    if odd:
        message = (
            f"{', '.join(odd[:3])} does not say whether a response was finished; such responses "
            "are marked as unknown"
        )
        yield Notice(Where(name), message, "unknown-finished")


def values_notices(
    name: str, mode: str | None, options: Options, *, rows: int
) -> tuple[Notice, ...]:
    """Whether an export writes choices as it was declared to.

    Raises:
        SourceUnreadable: It does not, so every answer would look edited.
    """
    if mode == "both":
        message = "statuses are labels in some rows and codes in others; two exports seem mixed"
        return (Notice(Where(name), message, "mixed-values"),)
    if not rows:
        return ()
    if options.values is None:
        said = f"as {mode}" if mode else "as labels or as codes, which it does not show"
        message = (
            f"this export writes choices {said}; declare values = "
            f'"{mode or "labels"}", so that an export of the other kind is refused and not taken '
            "for edits"
        )
        return (Notice(Where(name), message, "value-mode"), *_written(name, mode))
    if mode is not None and mode != options.values:
        raise SourceUnreadable(
            f"this export writes choices as {mode}, and {options.values} are declared; export it "
            f"with choices as {options.values}",
            file=name,
        )
    return _written(name, options.values)


def _written(name: str, values: str | None) -> tuple[Notice, ...]:
    """What the core is told about how choices are written, if it is known."""
    if values is None:
        return ()
    return (Notice(Where(name), f"choices are written as {values}", f"values-{values}"),)


def _about_excel(table: Table, seen: _Seen) -> Iterator[Notice]:
    """What Excel leaves behind when it saves an export."""
    texts = {text.strip() for text in seen.finished}
    spoken = {text.casefold() for text in texts} & (EXCEL[0] | EXCEL[1])
    if texts & {"TRUE", "FALSE"} or spoken:
        sign = f"{', '.join(sorted(texts & {'TRUE', 'FALSE'})) or 'a boolean'} as Excel writes it"
    elif table.delimiter == ";":
        sign = "semicolons between its cells"
    else:
        return
    damage = (
        "decimals may be destroyed (0.961 becomes 961), which cannot be repaired"
        if table.delimiter == ";"
        else "leading zeros, long numbers and dates may be changed"
    )
    message = (
        f"this export was saved again by Excel or the like ({sign}): {damage}; export it again "
        "and do not open it in between"
    )
    yield Notice(Where(table.name), message, "excel-resave")


def _about_end(table: Table, last: Record) -> Iterator[Notice]:
    """Say so when the end of the last cell is not certain."""
    if table.ends_with_line_break:
        return
    message = (
        "the file does not end with a line break as exports of Qualtrics do; if the download was "
        "interrupted, the end is missing"
    )
    yield Notice(Where(table.name, last.number, last.line), message, "incomplete")
