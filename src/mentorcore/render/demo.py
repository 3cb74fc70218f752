"""What the example shows: what was taken in, what was wrong with it, and what one sees now."""

from collections.abc import Iterator

import attrs

import mentorcore
from mentorcore.render.attention import needs_lines
from mentorcore.render.status import headline, named, numbers_lines, pairing_lines
from mentorcore.render.text import counted, paragraph, table

__all__ = ["Changed", "Shown", "Taken", "demo_lines"]

FIRST = 5
"""How many rows of a list are shown; the verb that shows them all is named."""


@attrs.frozen
class Taken:
    """One export that was taken in.

    Attributes:
        about: What it is, in a few words.
        rejects: The file that holds its refused rows, if there are any.
    """

    about: str
    mapping: str
    report: mentorcore.Report
    rejects: str | None


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
        new: Whether its files were written just now.
        recorded: How many events were recorded just now.
    """

    folder: str
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
    yield from needs_lines(needs[: FIRST + 1])
    if len(needs) > FIRST + 1:
        yield f"  … and {len(needs) - FIRST - 1} more"
    yield ""
    yield from _next(shown)


def _heading(text: str) -> str:
    return f"── {text} ".ljust(80, "─")


def _introduction(shown: Shown) -> Iterator[str]:
    if shown.new:
        yield from paragraph(
            "An example: new teachers and their mentors in a school district that does not "
            f"exist, in the middle of a school year. Its files were written to {shown.folder}: a "
            "blueprint of the program, and exports of survey forms with a mapping for each."
        )
    else:
        yield from paragraph(f"The example in {shown.folder} is there already.")


def _taken(shown: Shown) -> Iterator[str]:
    yield _heading("Taken in, file by file")
    rows = [(t.report.file, t.about, t.report.sentence().rstrip(".")) for t in shown.taken]
    yield from table(("", "", ""), rows, firm=("",), indent="  ")
    if shown.recorded:
        yield f"Recorded {counted(shown.recorded, 'event')}. Running this again will add none."
    else:
        yield "Nothing new was recorded: everything in these files is known."


def _mishaps(shown: Shown) -> Iterator[str]:
    """Each row with which something was wrong, once, and what became of it."""
    yield _heading("What was not as it should be, and what became of it")
    told: set[tuple[str, str]] = set()
    for taken in shown.taken:
        for finding in taken.report.worst_first():
            if (finding.outcome, finding.reason) not in told:
                told.add((finding.outcome, finding.reason))
                yield from paragraph(
                    f"{finding.where}, {finding.outcome}: {finding.reason}", "  - ", "    "
                )
    for changed in shown.changed:
        yield from paragraph(_corrected(changed), "  - ", "    ")
    waiting = next((t for t in reversed(shown.taken) if t.rejects), None)
    if waiting is not None:
        yield from paragraph(
            f"Refused rows wait in {waiting.rejects}. Correct them there with any spreadsheet, "
            "then take them in:"
        )
        yield f"  mentorcore import {shown.folder} {waiting.rejects} \\"
        yield f"      --mapping {waiting.mapping}"


def _corrected(changed: Changed) -> str:
    changes = " and ".join(
        f"{c.field} {c.before} became {c.after}" for c in changed.correction.changes
    )
    what = changed.entry.name.partition(".")[2].replace("-", " ")
    return (
        f"An answer was changed after it was sent: {changes} ({what} on {changed.entry.on}, "
        f"{named(changed.members)}). The first answer stays readable in the history."
    )


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
