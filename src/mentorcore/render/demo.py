"""What the example shows: what was imported, what was wrong with it, and what one sees now."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import PurePath
from typing import Any

import attrs

import mentorcore
from mentorcore.render.attention import needs_lines
from mentorcore.render.compliance import count_lines
from mentorcore.render.status import headline, named, numbers_lines, pairing_lines
from mentorcore.render.text import counted, paragraph, sentence, table

__all__ = ["Changed", "Shown", "Taken", "demo_lines"]

FIRST, MOST, OF_A_KIND = 2, 4, 1
"""How many pairings and needs are shown; the verbs that show them all are named."""


@attrs.frozen
class Taken:
    """One export that was imported.

    Attributes:
        about: What it is, in a few words.
        mapping: The file with which it was read.
        came: What came of it, or why it was refused as a whole.
    """

    about: str
    mapping: str
    came: mentorcore.Report | mentorcore.SourceRefused

    @property
    def report(self) -> mentorcore.Report | None:
        """What came of its rows, unless it was refused as a whole."""
        return self.came if isinstance(self.came, mentorcore.Report) else None

    @property
    def rejects(self) -> str | None:
        """The file in which its refused rows wait."""
        return None if self.report is None else self.report.rejects_file

    @property
    def row(self) -> tuple[str, str, str]:
        """The file, what it is, and what came of it."""
        if isinstance(self.came, mentorcore.SourceRefused):
            said = f"refused: {_short(self.came.message, 60)}"
        else:
            said = self.came.sentence().rstrip(".")
        return _file(self.came.file), self.about, said


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
        blueprint: The blueprint whose year it is; nothing for the usual example.
        introduction: What it is an example of.
        as_of: The day on which it is looked at; nothing for today.
        log: Where its events are.
        new: Whether its files were written just now.
        recorded: How many events were recorded just now.
    """

    folder: str
    blueprint: str | None
    introduction: str
    as_of: date | None
    log: str
    new: bool
    recorded: int
    taken: tuple[Taken, ...]
    changed: tuple[Changed, ...]
    status: mentorcore.Status
    attention: mentorcore.Attention
    compliance: mentorcore.Compliance


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
        yield f"  … and {len(needs) - MOST} more: mentorcore attention {shown.folder}{_day(shown)}"
    yield ""
    if shown.compliance.packs:
        yield _heading("Whether every promise of its policy packs was kept")
        yield from count_lines(shown.compliance, by="rule")
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
        yield from paragraph(f"An example: {shown.introduction}")
    else:
        yield from paragraph(f"The example in {shown.folder} is there already.")


def _taken(shown: Shown) -> Iterator[str]:
    yield _heading("Taken in")
    yield from table(("", "", ""), [t.row for t in shown.taken], firm=("",), indent="  ")
    if shown.recorded:
        keys = _file(shown.log.removesuffix(".db") + ".keys")
        yield from paragraph(
            f"{counted(shown.recorded, 'event')} recorded in {shown.log}, names and texts sealed "
            f"under {keys}."
        )
    else:
        yield "Nothing new was recorded: everything in these files is known."


def _mishaps(shown: Shown) -> Iterator[str]:
    """Each row with which something was wrong, once, and what became of it."""
    yield _heading("What was wrong with some rows, and what became of them")
    rows: dict[str, tuple[str, str, str]] = {}
    for taken in shown.taken:
        for where, outcome, reason in _told(taken):
            # The same row stands in a later export of the form again.
            key = _PLACE.sub("", reason)
            rows.setdefault(key, (where, outcome, sentence(_short(reason))))
    rows |= {c.correction.evidence.stream: _corrected(c) for c in shown.changed}
    yield from table(("", "", ""), list(rows.values()), firm=("",), indent="  ")
    kept = [taken for taken in shown.taken if taken.rejects]
    if kept:
        yield from paragraph(
            "Refused rows wait in a file of their own; correct them there, then take them in:"
        )
        yield f"  mentorcore import {shown.folder} {kept[-1].rejects} \\"
        yield f"      --mapping {kept[-1].mapping}"


TOLD = 145
"""About how many letters of a reason are shown; the import itself shows it whole."""

_BY_A_RULE = re.compile(r"\S+ \(\S+, [^)]+\): ")
_WHO = re.compile(r"(?:of )?participant:[0-9a-f]{32}:? ")
_BREAK = re.compile(r"(; |\. | - |: (?=[0-9])|, (?=such as|and |so it))")
_PLACE = re.compile(r"\S+, (?:row|line) \d+")


def _told(taken: Taken) -> Iterator[tuple[str, str, str]]:
    """What was wrong with the rows of an export: where, what became of it, and why."""
    report = taken.report
    if report is None:  # what came of the whole is seen above
        return
    for finding in report.worst_first():
        if finding.outcome == "unchanged":
            continue
        yield _at(finding.where), finding.outcome, finding.reason
    if report.events:
        for notice in report.notices:
            yield _at(notice.where), "note", notice.message


def _at(where: Any) -> str:
    return ", ".join(filter(None, (_file(where.file), where.place)))


def _short(reason: str, most: int = TOLD) -> str:
    """What a reason begins with, as much as fits on two lines; files without their folders.

    A refusal by a rule of a policy pack is told whole: what was found stands behind what is asked.
    """
    if _BY_A_RULE.match(reason):
        return _WHO.sub("", reason).rstrip(".")
    parts = _BREAK.split(_PLACE.sub(lambda place: _file(place[0]), reason))
    said = parts[0]
    for mark, part in zip(parts[1::2], parts[2::2], strict=True):
        if len(said + mark + part) > most:
            break
        said += mark + part
    return said.rstrip(".")


def _file(path: str) -> str:
    return PurePath(path).name


def _corrected(changed: Changed) -> tuple[str, str, str]:
    changes = " and ".join(
        f"{c.field} {c.before} became {c.after}" for c in changed.correction.changes
    )
    what = changed.entry.name.partition(".")[2].replace("-", " ")
    sentence = (
        f"Its author changed an answer after sending it: {changes} ({what} on {changed.entry.on}, "
        f"{named(changed.members)})."
    )
    return "a later export", changed.correction.kind, sentence


def _next(shown: Shown) -> Iterator[str]:
    yield _heading("Try next")
    live = shown.status.live()
    ended = next((p for p in shown.status.pairings if p.situation == "ended"), None)
    one = ended or (live[0] if live else None)
    name = named(one.members[-1:]) if one else "NAME"
    again = f" --blueprint {shown.blueprint}" if shown.blueprint else ""
    rows = [
        (f'mentorcore history {shown.folder} "{name}"', "one person's story"),
        (
            f"mentorcore status {shown.folder} --late{_day(shown)}",
            "every meeting that was sent late",
        ),
        *_missing(shown),
        (f"mentorcore log {shown.folder} --limit 20", "the events, with names sealed"),
        (f"mentorcore demo {shown.folder}{again}", "the same files again: nothing is added"),
    ]
    yield from table(("", ""), rows, firm=("",), indent="  ")


def _missing(shown: Shown) -> Iterator[tuple[str, str]]:
    if shown.compliance.packs:
        yield (
            f"mentorcore compliance {shown.folder} --missing{_day(shown)}",
            "what is missing, in words",
        )


def _day(shown: Shown) -> str:
    return "" if shown.as_of is None else f" --as-of {shown.as_of}"
