"""A timeline as text: when it happened, when it was recorded, what was said, what was corrected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import attrs

import mentorcore
from mentorcore.render.status import name_of
from mentorcore.render.text import (
    actor_said,
    clean,
    counted,
    lacking_lines,
    paragraph,
    short,
    table,
    unknown_lines,
)

__all__ = ["author_said", "correction_said", "field_said", "history_lines", "value_said"]


_CODE = re.compile(r"[a-z]+(_[a-z]+)+")


def history_lines(
    found: mentorcore.History, *, ids: bool = False, authors: Mapping[str, str] | None = None
) -> Iterator[str]:
    """All of it, in the order in which it happened.

    Args:
        found: The history.
        ids: Whether it is told where each record stands.
        authors: Names by the ids of persons who recorded something.
    """
    names = {**(authors or {}), **_names(found)}
    yield from paragraph(f"History of {names.get(found.subject) or short(found.subject)}")
    if found.people:
        yield from paragraph("In it: " + ", ".join(dict.fromkeys(map(_introduced, found.people))))
    yield ""
    rows = [row for entry in found.entries for row in _rows(entry, names, ids=ids)]
    yield from table(
        ("happened", "recorded", "what", ""), rows, firm=("happened", "recorded", "what")
    )
    corrected = sum(bool(entry.corrections) for entry in found.entries)
    yield ""
    yield from paragraph(
        f"{counted(len(found.entries), 'record')}, {corrected} of them corrected; "
        f"the log is at position {found.position}."
    )
    if found.others is not None:
        yield from paragraph(f"What concerns others is not told: {found.others.reason}.")
    yield from unknown_lines(found.unknown)
    yield from lacking_lines(found.lacking)


def _names(found: mentorcore.History) -> Mapping[str, str]:
    """Names by the ids of enrolments and persons."""
    names = {who.participant: name_of(who) for who in found.people}
    return names | {who.person: name_of(who) for who in found.people if who.name}


def _introduced(who: mentorcore.Who) -> str:
    return f"{name_of(who)} ({who.role})" if who.name else name_of(who)


def _rows(
    entry: mentorcore.Entry, names: Mapping[str, str], *, ids: bool
) -> Iterator[tuple[object, object, str, str]]:
    told = [field_said(s.field, s.value, names) for s in entry.said if s.value != entry.on]
    retracted = " (retracted)" if entry.standing == "retracted" else ""
    words = entry.name.partition(".")[2].replace("-", " ") + retracted
    yield entry.on, _day(entry.recorded_at), words, "; ".join(filter(None, told))
    if ids:
        yield "", "", "", f"{entry.evidence.stream}#{entry.evidence.version}"
    yield from _corrections(entry.corrections, names, "  ", ids=ids)


def _corrections(
    corrections: Iterable[mentorcore.Corrected],
    names: Mapping[str, str],
    indent: str,
    *,
    ids: bool,
) -> Iterator[tuple[object, object, str, str]]:
    """Corrections, and behind each those of the correction itself."""
    for correction in corrections:
        recorded = _day(correction.recorded_at)
        undone = " (undone)" if correction.standing == "retracted" else ""
        what = f"{indent}{correction.kind}{undone}"
        yield "", recorded, what, correction_said(correction, names)
        if ids:
            yield "", "", "", f"{correction.evidence.stream}#{correction.evidence.version}"
        yield from _corrections(correction.corrections, names, f"{indent}  ", ids=ids)


def correction_said(correction: mentorcore.Corrected, names: Mapping[str, str]) -> str:
    """What a correction changed, why, and by whom."""
    changes = [
        f"{_words(c.field)} {value_said(c.before, names)} → {value_said(c.after, names)}"
        for c in correction.changes
    ]
    if correction.cause:
        changes.append(_words(correction.cause))
    if correction.duplicate_of is not None:
        changes.append("of {}#{}".format(*correction.duplicate_of))
    if correction.reason:
        changes.append(f"because: {value_said(correction.reason, names)}")
    elif isinstance(correction.source, mentorcore.Source) and correction.source.form:
        changes.append(f"as answered anew in the form {correction.source.form}")
    if correction.authority:
        changes.append(f"on the authority of {value_said(correction.authority, names)}")
    return "; ".join([*changes, author_said(correction.actor, correction.asked_by, names)])


def author_said(
    actor: mentorcore.Actor | mentorcore.Withheld | None,
    asked_by: str | mentorcore.Withheld | None,
    names: Mapping[str, str],
) -> str:
    """Who recorded something, and apart from that who had asked for it."""
    by = f"by {actor_said(actor, names)}"
    if isinstance(actor, mentorcore.Actor):
        by += f" as {actor.role.replace('-', ' ')}"
    if isinstance(asked_by, str):
        by += f", asked by {names.get(asked_by) or short(asked_by)}"
    return by


BARE = frozenset(
    {
        "attendees",
        "author",
        "body",
        "grounds",
        "kind",
        "members",
        "minutes",
        "modality",
        "name",
        "ratings",
        "reason",
        "role",
        "statement",
        "status",
        "text",
        "topics",
        "wish",
    }
)
"""Fields whose values speak for themselves."""

UNSAID = frozenset({"shape", "revision", "fte_percent", "assurance", "held_at"})
"""Fields that the timeline tells otherwise, or that say nothing to most readers."""


def field_said(field: str, value: Any, names: Mapping[str, str]) -> str:
    """A field in words; ids of the record itself say nothing to people."""
    if field.endswith("_id") or field in UNSAID or value is False:
        return ""
    told = value_said(value, names)
    if field == "minutes":
        return f"{told} minutes"
    return told if field in BARE or not told else f"{_words(field)}: {told}"


def value_said(value: Any, names: Mapping[str, str]) -> str:
    """A value in words, with people by their names."""
    match value:
        case None:
            return "nothing"
        case str():
            return names.get(value) or short(_spoken(clean(value)))
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        case date() | int():
            return str(value)
        case list() | tuple():
            return ", ".join(value_said(item, names) for item in value)
        case _ if attrs.has(type(value)) and not isinstance(
            value, mentorcore.Withheld | mentorcore.Erased
        ):
            parts = ((f.name, getattr(value, f.name)) for f in attrs.fields(type(value)))
            return " ".join(_part(n, v, names) for n, v in parts if v not in (None, (), False))
        case _:
            return str(value)


def _spoken(text: str) -> str:
    """A code word in words; other texts as they are."""
    return text.replace("_", " ") if _CODE.fullmatch(text) else text


def _part(name: str, value: Any, names: Mapping[str, str]) -> str:
    return _words(name) if value is True else value_said(value, names)


def _words(field: str) -> str:
    return field.replace("_", " ")


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d}"
