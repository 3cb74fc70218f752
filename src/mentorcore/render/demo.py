"""What the example shows: what was imported, what was wrong with it, and what one sees now."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath

import attrs

import mentorcore
from mentorcore.render.attention import needs_lines
from mentorcore.render.status import headline, named, numbers_lines, pairing_lines
from mentorcore.render.text import counted, paragraph, sentence, table

__all__ = ["Changed", "Shown", "Taken", "demo_lines"]

FIRST, MOST, OF_A_KIND = 4, 6, 2
"""How many pairings and needs are shown; the verbs that show them all are named."""


@attrs.frozen
class Taken:
    """One export that was imported.

    Attributes:
        about: What it is, in a few words.
        mapping: The file with which it was read.
    """

    about: str
    mapping: str
    report: mentorcore.Report


@attrs.frozen
class Changed:
    """A record that a later export corrected."""

    members: tuple[mentorcore.Who, ...]
    entry: mentorcore.Entry
    correction: mentorcore.Corrected


@attrs.frozen
class Shown:
    """The example as it stands.

    Attributes:
        folder: Where its files are, as it was named.
        log: Where its events are.
        new: Whether its files were written just now.
        recorded: How many events were recorded just now.
    """

    folder: str
    log: str
    new: bool
    recorded: int
    taken: tuple[Taken, ...]
    changed: tuple[Changed, ...]
    status: mentorcore.Status
    attention: mentorcore.Attention


def demo_lines(shown: Shown) -> Iterator[str]:
    """All of it, on two screens."""
    yield from _introduction(shown)
    yield ""
    yield from _taken(shown)
    yield ""
    yield from _mishaps(shown)
    yield ""
    yield _heading("What the coordinator sees")
    yield from headline(shown.status)
    yield from numbers_lines(shown.status)
    yield ""
    live = shown.status.live()
    yield f"The first {FIRST} of {counted(len(live), 'pairing')}:"
    yield from pairing_lines(live[:FIRST])
    yield ""
    needs = shown.attention.needs
    yield _heading(f"What needs a person: {counted(len(needs), 'thing')}, the most urgent first")
    yield from needs_lines(_varied(needs)[:MOST], shown.folder)
    if len(needs) > MOST:
        yield f"  … and {len(needs) - MOST} more"
    yield ""
    yield from _next(shown)


def _varied(needs: Sequence[mentorcore.Need]) -> list[mentorcore.Need]:
    """The most urgent of each kind: a week without meetings would hide all else on a short page."""
    met: Counter[str] = Counter()
    found = []
    for need in needs:
        met[need.kind] += 1
        if met[need.kind] <= OF_A_KIND:
            found.append(need)
    return found


def _heading(text: str) -> str:
    return f"── {text} ".ljust(80, "─")


def _introduction(shown: Shown) -> Iterator[str]:
    if shown.new:
        yield from paragraph(
            "An example: new teachers and their mentors in a school district that does not exist, "
            f"in the middle of a school year. {shown.folder} holds its blueprint, exports of its "
            "survey forms, and what the columns of each form mean. All that they tell becomes "
            "events in one log, from which every list below is read."
        )
    else:
        yield from paragraph(f"The example in {shown.folder} is there already.")


def _taken(shown: Shown) -> Iterator[str]:
    yield _heading("Taken in")
    rows = [(_file(t.report.file), t.about, t.report.sentence().rstrip(".")) for t in shown.taken]
    yield from table(("", "", ""), rows, firm=("",), indent="  ")
    if shown.recorded:
        keys = shown.log.removesuffix(".db") + ".keys"
        yield from paragraph(
            f"{counted(shown.recorded, 'event')} recorded in {shown.log}. Names and texts of "
            f"people are sealed in it, under keys of their own in {keys}."
        )
    else:
        yield "Nothing new was recorded: everything in these files is known."


def _mishaps(shown: Shown) -> Iterator[str]:
    """Each row with which something was wrong, once, and what became of it."""
    yield _heading("What was wrong with some rows, and what became of them")
    rows: dict[str, tuple[str, str, str]] = {}
    for taken in shown.taken:
        for finding in taken.report.worst_first():
            # The same row stands in a later export of the form again.
            rows.setdefault(_PLACE.sub("", finding.reason), _mishap(finding))
    rows |= {c.correction.evidence.stream: _corrected(c) for c in shown.changed}
    yield from table(("", "", ""), list(rows.values()), firm=("",), indent="  ")
    waiting = next((t for t in reversed(shown.taken) if t.report.rejects_file), None)
    if waiting is not None:
        yield from paragraph(
            "Refused rows wait in a file of their own. Correct them there with any spreadsheet, "
            "then take them in:"
        )
        yield f"  mentorcore import {shown.folder} {waiting.report.rejects_file} \\"
        yield f"      --mapping {waiting.mapping}"


_PLACE = re.compile(r"\S+, (?:row|line) \d+")


def _mishap(finding: mentorcore.Finding) -> tuple[str, str, str]:
    where = f"{_file(finding.where.file)}, {finding.where.place}"
    reason = _PLACE.sub(lambda place: _file(place[0]), finding.reason)
    return where, finding.outcome, sentence(reason)


def _file(path: str) -> str:
    return PurePath(path).name


def _corrected(changed: Changed) -> tuple[str, str, str]:
    changes = " and ".join(
        f"{c.field} {c.before} became {c.after}" for c in changed.correction.changes
    )
    what = changed.entry.name.partition(".")[2].replace("-", " ")
    sentence = (
        f"Its author changed an answer after sending it: {changes} ({what} on {changed.entry.on}, "
        f"{named(changed.members)}). What was said first stays readable."
    )
    return "a later export", changed.correction.kind, sentence


def _next(shown: Shown) -> Iterator[str]:
    yield _heading("Try next")
    ended = next((p for p in shown.status.pairings if p.situation == "ended"), None)
    name = named(ended.members[-1:]) if ended else "Amara Okonkwo"
    rows = [
        (f"mentorcore attention {shown.folder}", "all that needs a person"),
        (f"mentorcore status {shown.folder}", "every pairing and everybody in it"),
        (f'mentorcore history {shown.folder} "{name}"', "one person's story"),
        (f"mentorcore log {shown.folder} --limit 20", "the events, with names sealed"),
        (f"mentorcore demo {shown.folder}", "the same files again: nothing is added"),
    ]
    yield from table(("", ""), rows, firm=("",), indent="  ")
