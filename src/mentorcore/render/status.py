"""The state of a program as text: the numbers, then pair by pair, then who is in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import attrs

import mentorcore
from mentorcore.render.text import (
    alphabetical,
    clean,
    counted,
    lacking_lines,
    paragraph,
    table,
    unknown_lines,
)

__all__ = [
    "day_of",
    "headline",
    "late_lines",
    "name_of",
    "named",
    "numbers_lines",
    "pairing_lines",
    "status_lines",
]


def late_lines(found: mentorcore.Status) -> Iterator[str]:
    """The meetings that were sent late, by pair, those of the longest delay first."""
    rows = [
        (named(row.members), late.on, late.sent_on, late.days)
        for row in found.pairings
        for late in row.late
    ]
    if not rows:
        yield "No meeting was sent more than a week after it was held."
        return
    yield f"Sent late ({len(rows)}), by the days from the meeting to the sending:"
    rows.sort(key=lambda row: -row[-1])
    titles = ("pairing", "met on", "sent on", "days")
    yield from table(titles, rows, right=("days",), firm=titles[1:], indent="  ")


def status_lines(found: mentorcore.Status, *, ids: bool = False) -> Iterator[str]:
    """All of it, with the *ids* by which commands name pairings and participants, if wanted."""
    yield from headline(found)
    yield ""
    yield from numbers_lines(found)
    live = [p for p in found.pairings if p.situation != "ended"]
    if live:
        yield ""
        yield f"Pairings ({len(live)} live):"
        yield from pairing_lines(live)
    if found.proposals:
        yield ""
        yield f"Proposed ({len(found.proposals)} waiting for answers):"
        yield from _proposals(found.proposals)
    if ended := [p for p in found.pairings if p.situation == "ended"]:
        yield ""
        yield f"Ended ({len(ended)}):"
        yield from _ended(ended)
    if found.participants:
        yield ""
        yield f"Participants ({len(found.participants)}):"
        yield from _participants(found)
    if found.applications:
        yield ""
        yield f"Applications ({len(found.applications)}):"
        yield from _applications(found)
    if ids:
        yield ""
        yield "Ids:"
        rows = [(p.pairing, named(p.members)) for p in found.pairings]
        rows += [(p.pairing, named(p.members)) for p in found.proposals]
        rows += [(p.participant, name_of(p.who)) for p in found.participants]
        rows += [(a.participant, name_of(a.who)) for a in found.applications]
        yield from table(("", ""), rows, firm=("",), indent="  ")
    if found.others is not None:
        yield ""
        yield from paragraph(f"Others are not listed: {found.others.reason}.")
    yield from unknown_lines(found.unknown)
    yield from lacking_lines(found.lacking)


def headline(found: mentorcore.Status | mentorcore.Attention) -> Iterator[str]:
    """Which program, and for which day."""
    yield from paragraph(found.name)
    asked = f"as of {found.day:%A, %d %B %Y}"
    if found.as_known is not None:
        known = found.as_known
        asked += (
            f", as known at position {known}" if isinstance(known, int) else f", as known {known}"
        )
    yield from paragraph(f"{found.state}, {asked}" if hasattr(found, "state") else asked)


def numbers_lines(found: mentorcore.Status) -> Iterator[str]:
    """The program in numbers."""
    n = found.numbers
    if isinstance(n, mentorcore.Withheld):
        yield from paragraph(f"Numbers are not shown: {n.reason}.")
        return
    roles = ", ".join(f"{r.enrolled} {r.role}" for r in n.participants if r.enrolled)
    held = f"{n.meetings:,} held, {n.minutes // 60:,} h {n.minutes % 60:02} min together"
    rows = [
        ("participants", roles or "none"),
        ("pairings", _counts(n.pairings)),
        ("without a pairing", str(n.unpaired)),
        ("meetings", held),
        ("goals", _goals_in_all(n.goals)),
    ]
    if n.applications or n.waitlisted:
        waits = f"{n.applications} undecided, {n.waitlisted} on the waiting list"
        rows.append(("applications", waits))
    if n.missed or n.cancelled:
        rows.append(("not held", f"{n.missed} missed, {n.cancelled} cancelled"))
    if n.open_items:
        rows.append(("open steps", str(n.open_items)))
    if n.open_mismatches:
        rows.append(("open mismatches", str(n.open_mismatches)))
    if n.corrections:
        rows.append(("corrections", f"{n.corrections} (see history)"))
    rows = [(title, text + _not_whole(found, title)) for title, text in rows]
    yield from table(("", ""), rows, firm=("",), indent="  ")


NUMBERS = {
    "participants": ("participants",),
    "pairings": ("pairings",),
    "without a pairing": ("unpaired",),
    "meetings": ("meetings", "minutes"),
    "goals": ("goals",),
    "applications": ("applications", "waitlisted"),
    "not held": ("missed", "cancelled"),
    "open steps": ("open_items",),
    "open mismatches": ("open_mismatches",),
    "corrections": ("corrections",),
}
"""The figures behind each line of the numbers."""


def _not_whole(found: mentorcore.Status, title: str) -> str:
    """What stands beside a figure that may be another, as states were left out of the export."""
    figures = (f"numbers.{name}" for name in NUMBERS[title])
    return "  [not whole]" if any(found.lacks(found.program, f) for f in figures) else ""


def _counts(counts: Any) -> str:
    """Counts of things in words, those that are not zero: ``3 active, 1 ended``."""
    found = mentorcore.plain(counts)
    told = [f"{number} {what.replace('_', ' ')}" for what, number in found.items() if number]
    return ", ".join(told) or "none"


def _goals_in_all(counts: Any) -> str:
    told = _counts(attrs.evolve(counts, overdue=0))
    return f"{told}; {counts.overdue} overdue" if counts.overdue else told


def pairing_lines(rows: Sequence[mentorcore.PairingRow]) -> Iterator[str]:
    """Live pairings, each with what was done in it."""
    titles = ("pairing", "met", "minutes", "last met", "goals", "feedback")
    cells = [
        (
            named(row.members) + (f" ({row.situation})" if row.situation != "active" else ""),
            row.meetings,
            row.minutes,
            day_of(row.last_meeting),
            _goals(row),
            _feedback(row),
        )
        for row in rows
    ]
    yield from table(titles, cells, right=("met", "minutes"), firm=titles[1:-1], indent="  ")


def _goals(row: mentorcore.PairingRow) -> str:
    counts = row.goal_counts
    reached = counts.achieved
    all_ = counts.set + counts.in_progress + reached + counts.deferred + counts.abandoned
    if not all_:
        return "-"
    late = f", {counts.overdue} late" if counts.overdue else ""
    return f"{reached}/{all_}{late}"


def _feedback(row: mentorcore.PairingRow) -> str:
    latest = row.latest_feedback
    if latest is None:
        return "-"
    if isinstance(latest.ratings, mentorcore.Withheld):
        return str(latest.ratings)
    return ", ".join(f"{s.scale} {s.rating}/{s.highest or '?'}" for s in latest.ratings) or "text"


def _proposals(rows: Sequence[mentorcore.ProposalRow]) -> Iterator[str]:
    """Open proposals, each with those who have not answered."""
    titles = ("proposed", "on", "answer by", "not answered")
    cells = [
        (
            named(row.members),
            day_of(row.proposed_on),
            day_of(row.answer_by) + (" (passed)" if row.expired else ""),
            named(tuple(w for w in row.members if w.participant in row.missing)) or "nobody",
        )
        for row in rows
    ]
    yield from table(titles, cells, firm=titles[1:-1], indent="  ")


def _ended(rows: list[mentorcore.PairingRow]) -> Iterator[str]:
    cells = [
        (
            named(row.members),
            row.meetings,
            day_of(row.since),
            row.ended.reason.replace("_", " ") if row.ended else "",
        )
        for row in rows
    ]
    titles = ("pairing", "met", "ended on", "reason")
    yield from table(titles, cells, right=("met",), firm=titles[1:], indent="  ")


def _participants(found: mentorcore.Status) -> Iterator[str]:
    titles = ("name", "role", "since", "pairings", "")
    cells = []
    for row in sorted(found.participants, key=lambda r: (r.who.role, alphabetical(name_of(r.who)))):
        remarks = [f"{t.kind} {t.validity} {day_of(t.valid_until)}" for t in row.trainings
                   if t.validity != "valid"]  # fmt: skip
        if row.capacity is not None and row.capacity.places is not None:
            remarks.insert(
                0, f"{row.capacity.load} of {counted(row.capacity.places, 'place')} taken"
            )
        if row.ended_on is not None:
            remarks.insert(0, f"ended {row.ended_on}: {row.outcome}")
        cells.append(
            (name_of(row.who), row.who.role, row.since, len(row.pairings), "; ".join(remarks))
        )
    yield from table(titles, cells, right=("pairings",), firm=titles[1:-1], indent="  ")


IN_LINE = ("waitlisted", "applied", "approved", "declined", "withdrawn")
"""The order in which applications are listed, by how far they have come."""


def _applications(found: mentorcore.Status) -> Iterator[str]:
    """Who waits first, in the order of the waiting list; who does not any more comes last."""
    titles = ("name", "as", "applied on", "state", "")
    rows = sorted(
        found.applications,
        key=lambda a: (IN_LINE.index(a.state), a.rank or len(found.applications) + 1, a.applied_on),
    )
    cells = []
    for row in rows:
        state = row.state if row.rank is None else f"{row.state}, {row.rank}"
        remarks = [f"{row.waiting_days} days"] if row.waiting_days else []
        if row.passed or row.failed:
            remarks.append(f"{row.passed} of {row.passed + row.failed} steps passed")
        if row.references:
            came = counted(row.references, "reference")
            hidden = isinstance(row.recommendations, mentorcore.Withheld)
            remarks.append(came if hidden else f"{row.recommendations} of {came} for")
        cells.append((name_of(row.who), row.who.role, row.applied_on, state, "; ".join(remarks)))
    yield from table(titles, cells, firm=titles[1:-1], indent="  ")


def named(members: tuple[mentorcore.Who, ...]) -> str:
    """The members of a pairing by name."""
    return " & ".join(name_of(member) for member in members)


def name_of(who: mentorcore.Who) -> str:
    """A person's name, or what stands in its place."""
    if isinstance(who.name, mentorcore.Withheld) or not who.name:
        return f"{who.role} …{who.participant[-8:]}"
    return clean(str(who.name))


def day_of(day: date | None) -> str:
    """A day, or a dash."""
    return "-" if day is None else day.isoformat()
