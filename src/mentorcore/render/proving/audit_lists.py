"""What auditors ask of records, as lists: corrections, late entries, traces, copies, settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import mentorcore
from mentorcore.render.events import event_data
from mentorcore.render.history import author_said, correction_said, value_said
from mentorcore.render.status import name_of
from mentorcore.render.text import counted, paragraph, short, table

__all__ = [
    "copies_lines",
    "correction_lines",
    "covered_lines",
    "late_entry_lines",
    "setting_lines",
    "trace_data",
    "trace_lines",
]

_DEEP = " " * 10

HOW = {
    "own": "their own",
    "shared": "shared",
    "answers": "answered form",
    "named": "names them",
    "author": "recorded by them",
}


def correction_lines(
    rows: Sequence[mentorcore.CorrectionRow], authors: Mapping[str, str]
) -> Iterator[str]:
    """Each correction: of which record, from what to what, why, by whom, when.

    Args:
        rows: The corrections.
        authors: Names by the ids of persons who recorded something.
    """
    apart = [row for row in rows if row.accompanies is None]
    for row in apart:
        told, names = row.correction, {**authors, **_names(row.people)}
        place = f"{told.evidence.position:>7}  {_time(told.recorded_at)}  {told.kind}"
        undone = ", undone since" if told.standing == "retracted" else ""
        yield f"{place}{undone}"
        record = f"{_words(row.name)} of {row.on or '-'} (position {row.record.position}, "
        record += f"{short(row.record.stream)}#{row.record.version})"
        if row.people:
            record += f": {_who(row.people)}"
        yield from paragraph(record, _DEEP)
        yield from paragraph(correction_said(told, names), _DEEP)
    said = counted(len(apart), "correction") if apart else "No corrections"
    if len(apart) < len(rows):
        said += f", and {counted(len(rows) - len(apart), 'correction')} that they led to"
    yield from paragraph(f"{said}.")


def late_entry_lines(
    rows: Sequence[mentorcore.LateEntry], days: int, authors: Mapping[str, str]
) -> Iterator[str]:
    """Each late entry: when it was true, when it was told, by whom.

    Args:
        rows: The late entries.
        days: After more than how many days they were told.
        authors: Names by the ids of persons who recorded something.
    """
    if rows:
        cells = [
            (
                row.days,
                row.on,
                f"{'sent' if row.sent_at else 'recorded'} {row.told_on}",
                row.record.position,
                _late_said(row, authors),
            )
            for row in rows
        ]
        yield from table(
            ("days", "true on", "told", "number", "what"),
            cells,
            right=("days", "number"),
            firm=("days", "true on", "told", "number"),
        )
        yield ""
    many = counted(len(rows), "record")
    later = f"more than {counted(days, 'day')} after"
    were = "was" if len(rows) == 1 else "were"
    yield from paragraph(f"{many} {were} told {later} it was true." if rows else f"None {later}.")


def _late_said(row: mentorcore.LateEntry, authors: Mapping[str, str]) -> str:
    by = author_said(row.actor, row.asked_by, {**authors, **_names(row.people)})
    about = f": {_who(row.people)}" if row.people else f": {short(row.record.stream)}"
    return f"{_words(row.name)}{about}; {by}"


def trace_lines(traces: Sequence[mentorcore.Trace]) -> Iterator[str]:
    """One line an event, with how somebody appears in it."""
    cells = [
        (
            trace.told.position,
            f"{trace.told.recorded_at:%Y-%m-%d %H:%M}",
            trace.told.name,
            short(trace.told.stream),
            HOW[trace.how],
        )
        for trace in traces
    ]
    yield from table(
        ("number", "recorded (UTC)", "event", "stream", "how"),
        cells,
        right=("number",),
        firm=("number", "recorded (UTC)", "stream"),
    )
    yield ""
    yield from paragraph(f"{counted(len(traces), 'event')}.")


def trace_data(trace: mentorcore.Trace) -> dict[str, Any]:
    """A trace as data."""
    return {"how": trace.how, **event_data(trace.told)}


def copies_lines(
    exported: Sequence[mentorcore.Recorded[Any]], kept: Sequence[mentorcore.DerivedCopy]
) -> Iterator[str]:
    """Who was handed a copy, when and of what; and copies that are kept up to date outside.

    Args:
        exported: The events that tell of exports.
        kept: The derived copies that the log knows of.
    """
    for told in exported:
        event: Any = told.event
        yield f"{told.position:>7}  {_time(told.recorded_at)}  {event.recipient}"
        said = f"{counted(event.size, 'event')} as {event.form}"
        if event.withheld:
            said += f", without the states of {', '.join(event.withheld)}"
        else:
            said += ", all states, personal values sealed"
        if event.opened:
            said += f", with single values opened of {', '.join(event.opened)}"
        said += f"; {author_said(told.actor, told.asked_by, {})}"
        yield from paragraph(said, _DEEP)
    if not exported:
        yield "No copy was handed out by an export."
    for copy in kept:
        yield from paragraph(f"Kept up to date outside: {copy.name}, since {_time(copy.since)}.")


def covered_lines(
    events: Sequence[mentorcore.Recorded[Any]],
    upto: int,
    last: int,
    notes: int,
    *,
    narrowed: bool = False,
) -> Iterator[str]:
    """Which events no held note covers, in a sentence.

    Args:
        events: The events that none covers.
        upto: The last position that one does.
        last: The last position of the log.
        notes: How many notes are held.
        narrowed: Whether events of one stream or of some names alone were asked for.
    """
    which = "the note that you hold" if notes == 1 else f"the {notes} notes that you hold"
    if not events:
        none = f"None of the events asked for stands behind {which}: up to position {upto} all are"
        every = f"Every event is covered by {which}: up to position {upto}, the last one."
        yield from paragraph(f"{none} covered." if narrowed else every)
        return
    first, newest = events[0], events[-1]
    verb, reach = ("stands", "stand")[len(events) > 1], ("reach", "reaches")[notes == 1]
    yield from paragraph(
        f"{counted(len(events), 'event')}{', of those asked for' if narrowed else ''}, from "
        f"position {first.position} to {newest.position if narrowed else last}, recorded "
        f"from {_time(first.recorded_at)} to {_time(newest.recorded_at)}, {verb} behind {which}, "
        f"which {reach} to position {upto}. Nothing is proven of them yet: ask for a new "
        "checkpoint, and keep it."
    )


def setting_lines(
    rows: Sequence[mentorcore.SettingInForce], on: date | None, authors: Mapping[str, str]
) -> Iterator[str]:
    """What was in force, each with from and to.

    Args:
        rows: The settings.
        on: The day that was asked about, if one was.
        authors: Names by the ids of persons who recorded something.
    """
    yield from paragraph(
        "Settings and what held when:" if on is None else f"What was in force on {on}:"
    )
    yield ""
    cells = [
        (
            _spoken(row.setting),
            row.since or "beginning",
            row.until or "-",
            " ".join(filter(None, (_said(row), _because(row, authors)))),
        )
        for row in rows
    ]
    titles = ("setting", "from", "until before", "what held")
    yield from table(titles, cells, firm=titles[:3])


def _said(row: mentorcore.SettingInForce) -> str:
    """What a setting means, and what it was."""
    value = _value(row.value)
    if not row.meaning:
        return value
    what = row.meaning.removesuffix(".")
    return f"{what}: {value}."


def _because(row: mentorcore.SettingInForce, authors: Mapping[str, str]) -> str:
    if row.since is None:
        return ""
    by = author_said(row.actor, row.asked_by, authors)
    why = f"because: {row.reason}, " if row.reason else ""
    return f"({why}position {row.set_by.position}, {by})"


def _value(value: Any) -> str:
    """A setting as somebody would say it."""
    match value:
        case None:
            return "not set"
        case bool():
            return "yes" if value else "no"
        case [] | ():
            return "none"
        case dict():
            told = {k: v for k, v in value.items() if v not in (None, "") and k != "goal_id"}
            parts = [f"{_spoken(k)} {_value(v)}" for k, v in told.items()]
            return ", ".join(parts)
        case list():
            return "; ".join(map(_value, value))
        case _:
            return value_said(value, {})


def _spoken(setting: str) -> str:
    return setting.replace("_", " ")


def _names(people: Sequence[mentorcore.Who]) -> Mapping[str, str]:
    names = {who.participant: name_of(who) for who in people}
    return names | {who.person: name_of(who) for who in people if who.name}


def _who(people: Sequence[mentorcore.Who]) -> str:
    return " & ".join(dict.fromkeys(map(name_of, people)))


def _words(name: str) -> str:
    return name.replace(".", ": ").replace("-", " ")


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
