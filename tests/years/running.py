"""A generated year is imported export by export, and held against what must be true."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from years.district import Export, Form, Year
from years.expected import Expected

import mentorcore

mc: Any = mentorcore

OFFICE = mc.Actor("host", "coordinator", "system")
SEES = mc.Viewer.coordinator()
AS_OF = (date(2025, 10, 15), date(2026, 1, 2), date(2026, 3, 31))

BLUEPRINT = """
[program]
name = "A made-up district"
time_zone = "America/Chicago"
launched_on = 2025-08-01

[[goals]]
statement = "New teachers stay"
indicator = "Those who stayed"
target = "All"

[roles]
mentee = "mentee"
mentor = "mentor"

[pairing]
shape = "one_to_one"

[capacity]
places = 2

[cadence]
every = 2
unit = "week"
minutes = 30

[[cohorts]]
name = "2025-26"
starts_on = 2025-08-15
ends_on = 2026-07-01
enrols_from = 2025-08-01
enrols_until = 2026-07-01
"""

_TIMES = 'timestamp = "Sent"\nzone = "America/Chicago"\ndate_order = "mdy"\n'

MAPPINGS: dict[Form, str] = {
    "people": f"""
form = "people"
kind = "enrolment"
coverage = "full"
[people]
by = "email"
[source]
keys = ["Id"]
{_TIMES}
[fields]
name = "Name"
email = "Email"
role = "Role"
since = "Since"
""",
    "pairs": """
form = "pairs"
kind = "pairing-list"
coverage = "full"
[people]
by = "name"
[source]
keys = ["Id"]
date_order = "mdy"
[fields]
mentor = "Mentor"
mentee = "Mentee"
on = "On"
ended_on = "Ended"
end_reason = "Why"
[defaults]
basis = "assigned"
ended_by = "program"
""",
    "meetings": f"""
form = "meetings"
kind = "meeting-log"
coverage = "full"
[people]
by = "name"
[source]
keys = ["Id"]
{_TIMES}
[fields]
mentor = "Mentor"
mentee = "Mentee"
on = "Day"
minutes = "Minutes"
modality = "How"
[values.modality]
"In person" = "in_person"
"Video call" = "video"
"Phone" = "phone"
""",
}


class Difference(AssertionError):  # noqa: N818 - not an error of the program
    """What the engine says and what must be true are not the same."""


@dataclass
class Tally:
    """What was done, for the note under a long run."""

    years: int = 0
    exports: int = 0
    comparisons: int = 0


class Office:
    """A coordinator's engine, with a clock that shows when each export is imported."""

    def __init__(self) -> None:
        self.now = datetime(2025, 8, 20, 15, tzinfo=UTC)
        self.engine = mc.open(":memory:", clock=lambda: self.now)
        blueprint = mc.read_blueprint(BLUEPRINT, "blueprint.toml")
        self.engine.batch(blueprint.commands(self.engine.new_id), actor=OFFICE)
        self.folder = Path(tempfile.mkdtemp())
        self.mappings = {f: mc.read_mapping(text, f"{f}.toml") for f, text in MAPPINGS.items()}

    def take(self, export: Export) -> Any:
        """Import an export; ``None`` when it was refused as a whole."""
        self.now = export.at
        file = self.folder / export.name
        file.write_bytes(export.content)
        try:
            return self.engine.take_in(file, self.mappings[export.form], actor=OFFICE)
        except mc.SourceUnreadable:
            return None
        finally:
            file.unlink()

    def participants(self) -> list[tuple[str, str, str, str]]:
        """Everybody as the status shows them."""
        rows = self.engine.status(viewer=SEES).participants
        return sorted((p.who.name, p.contact.email, p.who.role, str(p.since)) for p in rows)

    def told(self, day: date, **known: Any) -> list[tuple[object, ...]]:
        """Every pairing as it stood on a day."""
        rows = []
        for row in self.engine.status(viewer=SEES, as_of=day, **known).pairings:
            members = sorted(row.members, key=lambda who: who.role != "mentor")
            ended = row.ended.on if row.ended is not None else ""
            names = [who.name for who in members]
            rows.append((*names, str(row.formed_on), str(ended), row.meetings, row.minutes))
        return sorted(rows)

    def held(self) -> list[list[tuple[str, int]]]:
        """The meetings of each pairing by its history."""
        found = []
        for row in self.engine.status(viewer=SEES).pairings:
            entries = self.engine.history(row.pairing, viewer=SEES).entries
            found.append(
                sorted(
                    (str(e.on), e.counted_minutes)
                    for e in entries
                    if e.name == "pairing.meeting-held" and e.standing != "retracted"
                )
            )
        return sorted(found)

    def needs(self, kind: str, part: str, day: date) -> list[str]:
        """Who a kind of need is about."""
        told = self.engine.attention(viewer=SEES, as_of=day)
        return sorted(w.name for n in told.of(kind) for w in n.people if w.role == part)


def run(
    year: Year, tally: Tally | None = None, *, seen: Callable[[Export], Export] | None = None
) -> None:
    """Import a year and compare after each import.

    Args:
        year: The year.
        tally: Counts what was done.
        seen: Changes what the computation beside the engine is given, to see that it matters.

    Raises:
        Difference: With the import after which something differs.
    """
    counted = tally or Tally()
    counted.years += 1
    office, must = Office(), Expected()
    known: list[tuple[int, date, list[tuple[object, ...]]]] = []

    def same(what: str, found: object, expected: object) -> None:
        counted.comparisons += 1
        if found != expected:
            raise Difference(f"{what}\n  found    {found}\n  expected {expected}")

    for export in year.imports:
        counted.exports += 1
        before = office.engine.position
        report = office.take(export)
        missing = must.take(export if seen is None else seen(export))
        where = f"seed {year.seed}, after {export.name} ({export.at:%d %B %Y} {export.spoilt})"
        today = export.at.date()
        same(f"{where}: refused as a whole", report is None, bool(export.spoilt))
        if report is None:
            same(f"{where}: events of a refused file", office.engine.position, before)
        else:
            same(f"{where}: missing", len(report.missing), missing)
        same(f"{where}: participants", office.participants(), must.participants())
        for day in (today, *(d for d in AS_OF if d < today)):
            same(f"{where}: pairings on {day}", office.told(day), must.told(day))
        same(f"{where}: meetings", office.held(), must.held())
        same(
            f"{where}: silent",
            office.needs("no_meeting", "mentee", today),
            must.silent(today, _counts, 14),
        )
        same(f"{where}: waiting", office.needs("unpaired", "mentee", today), must.waiting(today))
        known.append((office.engine.position, today, must.told(today)))
    for position, day, told in known:
        same(f"seed {year.seed}: as known at {position}", office.told(day, as_known=position), told)


def _counts(_day: date) -> bool:
    return True


def smallest(year: Year) -> tuple[Year, str]:
    """The year with as few imports and rows as still differ, and the difference."""
    problem = _problem(year)
    assert problem is not None
    shrunk = True
    while shrunk:
        shrunk = False
        for i in range(len(year.imports)):
            fewer = replace(year, imports=[*year.imports[:i], *year.imports[i + 1 :]])
            if (other := _problem(fewer)) is not None:
                year, problem, shrunk = fewer, other, True
                break
    return year, problem


def _problem(year: Year) -> str | None:
    try:
        run(year)
    except Exception as error:  # noqa: BLE001 - a crash is a difference as well
        return f"{type(error).__name__}: {error}"
    return None
