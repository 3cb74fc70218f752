"""What changed between two moments, as text: row by row, with the events that did it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import mentorcore
from mentorcore.render.history import value_said
from mentorcore.render.status import name_of, named
from mentorcore.render.text import actor_said, counted, lacking_lines, paragraph, short, table

__all__ = ["cause_said", "change_said", "diff_lines"]

SHOWN_ELSEWHERE = frozenset({"who", "pairing", "shape", "formed_on", "cohort", "part"})
"""Fields that say nothing new of a row that came or went."""


def diff_lines(found: mentorcore.Diff, *, ids: bool = False) -> Iterator[str]:
    """All of it; with *ids*, where each event stands in its stream."""
    then, now = found.positions
    yield from paragraph(
        f"From {_moment(found.then)} (position {then}) to {_moment(found.now)} (position {now}): "
        f"{counted(len(found.rows), 'row')} changed, by {counted(len(found.deeds()), 'event')}."
    )
    names = {who.participant: name_of(who) for row in found.rows for who in row.people}
    if found.numbers:
        yield ""
        rows = [(_path(c.field, names), change_said(c, names)) for c in found.numbers]
        yield from table(("in numbers", ""), rows, firm=("in numbers",))
    for row in found.rows:
        yield ""
        yield from _row(row, names, ids=ids)
    for view in found.views:
        yield ""
        yield from paragraph(f"View {view.name}:")
        told = [(_path(c.field, names), change_said(c, names)) for c in view.totals]
        yield from table(("", ""), told, firm=("",), indent="  ")
        for row in view.rows:
            yield from _row(row, names, ids=ids)
    yield from lacking_lines(found.lacking)


def _moment(moment: mentorcore.Moment) -> str:
    if moment.as_of is None and moment.as_known is None:
        return "now"
    told = []
    if moment.as_of is not None:
        told.append(f"what was true by {_at(moment.as_of)}")
    if isinstance(moment.as_known, datetime):
        told.append(f"as known on {_at(moment.as_known)}")
    elif moment.as_known is not None:
        told.append(f"as known at position {moment.as_known}")
    return " ".join(told)


def _at(moment: Any) -> str:
    if isinstance(moment, datetime):
        return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"{moment}"


def _row(row: mentorcore.Difference, names: Mapping[str, str], *, ids: bool) -> Iterator[str]:
    who = named(row.people) if row.people else short(row.subject)
    yield from paragraph(f"{row.kind[:1].upper()}{row.kind[1:]} {who}: {row.standing}")
    told = [c for c in row.changes if row.standing == "changed" or _worth_telling(c)]
    if row.standing != "gone":
        cells = [(_path(c.field, names), change_said(c, names)) for c in told]
        yield from table(("", ""), cells, firm=("",), indent="  ")
    for deed in row.deeds:
        yield from paragraph(f"by {cause_said(deed)}", "  ", "     ")
        if ids:
            yield f"     {deed.evidence.stream}#{deed.evidence.version}"


def _worth_telling(change: mentorcore.FieldChange) -> bool:
    first = change.field.partition(".")[0]
    return first not in SHOWN_ELSEWHERE and change.after not in (0, None)


def _path(field: str, names: Mapping[str, str]) -> str:
    """A path in words: people by their names, other ids shortened."""
    return " ".join(names.get(part) or short(part).replace("_", " ") for part in field.split("."))


def change_said(change: mentorcore.FieldChange, names: Mapping[str, str]) -> str:
    """A field at both moments, in words."""
    after = value_said(change.after, names)
    if change.before is None:
        return after
    return f"{value_said(change.before, names)} → {after}"


def cause_said(deed: mentorcore.ChangeCause) -> str:
    """What was recorded, when and by whom, in words."""
    what = deed.name.partition(".")[2].replace("-", " ")
    by = actor_said(deed.actor, {})
    if isinstance(deed.actor, mentorcore.Actor):
        by = f"{deed.actor.role} {by}"
    since = "" if deed.how == "recorded" else "became true, "
    return (
        f"{what} of {deed.on} ({since}recorded {_at(deed.recorded_at)} by {by}, "
        f"position {deed.evidence.position})"
    )
