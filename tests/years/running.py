"""A generated year is imported export by export, and held against what must be true."""

import tempfile
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from importlib import import_module
from pathlib import Path
from typing import Any

from years.district import DAYS_OFF, TERMS
from years.expected import CLOSES, Expected
from years.sheets import Export, Form, Year
from years.shrinking import smallest

import mentorcore

mc: Any = mentorcore

OFFICE = mc.Actor("host", "coordinator", "system")
SEES = mc.Viewer.coordinator()
ADAPTERS = mc.Registry()
for plugin in ("mentorcore_google_forms", "mentorcore_qualtrics"):
    import_module(plugin).mentorcore_adapters(ADAPTERS.add)
AS_OF = (date(2025, 10, 15), date(2026, 1, 2), date(2026, 3, 31))
AFTER = date(2026, 7, 6)

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

[[cohorts]]
name = "Spring"
starts_on = 2026-01-05
ends_on = 2026-07-01
enrols_from = 2025-08-01
enrols_until = 2026-07-01

[[calendar]]
school_year = "2025-26"
terms = [TERMS]
instructional_weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"]
non_instructional = [DAYS_OFF]
"""


def _days(spans: Sequence[tuple[date, date]], name: str) -> str:
    return ", ".join(
        f'{{ {name} = "{n}", since = {first}, until = {last} }}'
        for n, (first, last) in enumerate(spans)
    )


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
cohort = "Cohort"
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
paused_on = "Paused"
resumed_on = "Resumed"
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
    "voices": """
form = "voices"
kind = "meeting-log"
adapter = "google-forms-csv"
coverage = "full"
[people]
by = "name"
mentor = "email"
[source]
timestamp = "Timestamp"
respondent = "Email Address"
zone = "America/Chicago"
date_order = "mdy"
[fields]
mentor = "Email Address"
mentee = "Mentee"
on = "Day"
minutes = "Minutes"
[defaults]
modality = "in_person"
""",
    "survey": """
form = "survey"
kind = "meeting-log"
adapter = "qualtrics"
coverage = "full"
[people]
by = "name"
[source]
values = "labels"
[fields]
mentor = "Mentor"
mentee = "Mentee"
on = "Day"
minutes = "Minutes"
modality = "How"
[values.modality]
"In person" = "in_person"
"Video call" = "video"
"Online" = "video"
"Phone" = "phone"
""",
    "goals": f"""
form = "goals"
kind = "goal-check-in"
coverage = "full"
[people]
by = "name"
[source]
keys = ["Id"]
{_TIMES}
[fields]
mentor = "Mentor"
mentee = "Mentee"
goal = "Goal"
status = "Status"
on = "On"
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

    def __init__(self, folder: Path, *, on_disk: bool = False) -> None:
        self.now = datetime(2025, 8, 20, 15, tzinfo=UTC)
        self.folder = folder
        self.store = str(folder / "year.db") if on_disk else ":memory:"
        self.engine = mc.open(self.store, clock=lambda: self.now)
        text = BLUEPRINT.replace("TERMS", _days(TERMS, "name"))
        text = text.replace("DAYS_OFF", _days(DAYS_OFF, "label"))
        blueprint = mc.read_blueprint(text, "blueprint.toml")
        self.engine.batch(blueprint.commands(self.engine.new_id), actor=OFFICE)
        self.mappings = {f: mc.read_mapping(text, f"{f}.toml") for f, text in MAPPINGS.items()}

    def close_cohorts(self) -> None:
        """Close both cohorts on their last day; that of the mentors who serve both comes last."""
        self.now = datetime.combine(AFTER, time(15), UTC)
        status = self.engine.status(viewer=SEES)
        cohorts = {c.name: c.cohort for c in status.cohorts}
        for name in ("Spring", "2025-26"):
            closing = mc.CloseCohort(program_id=status.program, cohort_id=cohorts[name], on=CLOSES)
            self.engine.handle(closing, actor=OFFICE)

    def reopen(self) -> None:
        """Go on with another engine, which knows nothing but what is stored."""
        if self.store != ":memory:":
            self.engine.close()
            self.engine = mc.open(self.store, clock=lambda: self.now)

    def undo(self, report: Any) -> None:
        """Take an import back, if it recorded anything."""
        if report.batch is not None:
            self.engine.handle(mc.ReverseImport(batch_id=report.batch), actor=OFFICE)

    def take(self, export: Export) -> Any:
        """Import an export; ``None`` when it was refused as a whole."""
        self.now = export.at
        file = self.folder / export.name
        file.write_bytes(export.content)
        try:
            mapping = self.mappings[export.form]
            return self.engine.take_in(file, mapping, actor=OFFICE, adapters=ADAPTERS)
        except mc.SourceUnreadable:
            return None
        finally:
            file.unlink()

    def participants(self) -> list[tuple[str, ...]]:
        """Everybody as the status shows them."""
        status = self.engine.status(viewer=SEES)
        cohorts = {c.cohort: c.name for c in status.cohorts}
        return sorted(
            (p.who.name, p.contact.email, p.who.role, str(p.since), cohorts[p.cohort])
            for p in status.participants
        )

    def told(self, day: date, **known: Any) -> list[tuple[object, ...]]:
        """Every pairing as it stood on a day."""
        status = self.engine.status(viewer=SEES, as_of=day, **known)
        cohorts = {c.cohort: c.name for c in status.cohorts}
        rows: list[tuple[object, ...]] = []
        for row in status.pairings:
            members = sorted(row.members, key=lambda who: who.role != "mentor")
            stands = row.situation, str(row.ended.on) if row.situation == "ended" else ""
            names = [who.name for who in members]
            formed = str(row.formed_on), cohorts[row.cohort]
            rows.append((*names, *formed, *stands, row.meetings, row.minutes))
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

    def reached(self, day: date, **known: Any) -> dict[str, int]:
        """How many goals stand at which status."""
        goals = self.engine.status(viewer=SEES, as_of=day, **known).numbers.goals
        every = {s: getattr(goals, s) for s in ("set", "in_progress", "achieved")}
        return {status: number for status, number in every.items() if number}

    def needs(self, kind: str, part: str, day: date, **known: Any) -> list[str]:
        """Who a kind of need is about."""
        told = self.engine.attention(viewer=SEES, as_of=day, **known)
        return sorted(w.name for n in told.of(kind) for w in n.people if w.role == part)

    def left_to_close(self, day: date) -> list[tuple[str, int]]:
        """By cohort, how much is left to close."""
        told = self.engine.attention(viewer=SEES, as_of=day)
        return sorted((n.text, n.amount) for n in told.of("cohort_ended"))


def run(
    year: Year, tally: Tally | None = None, *, seen: Callable[[Export], Export] | None = None
) -> None:
    """Import a year and compare after each import, and at its end what was known at each moment.

    Args:
        year: The year.
        tally: Counts what was done.
        seen: Changes what the computation beside the engine is given, to see that it matters.

    Raises:
        Difference: With the import after which something differs.
    """
    counted = tally or Tally()
    counted.years += 1
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder), on_disk=year.seed % 3 == 0)
        try:
            _Comparison(year.seed, office, counted, seen or (lambda export: export)).run(year)
        finally:
            office.engine.close()


class _Comparison:
    """A year in an office, held against what must be true."""

    def __init__(
        self, seed: int, office: Office, tally: Tally, seen: Callable[[Export], Export]
    ) -> None:
        self.seed, self.office, self.tally, self.seen = seed, office, tally, seen
        self.must = Expected()
        self.known: list[tuple[int, dict[date, Answers]]] = []

    def run(self, year: Year) -> None:
        for export in year.imports:
            if export.spoilt and not self.must.notices(export):
                continue  # nothing was taken beside which one could see it
            self._take(export)
        if year.imports:
            self._close()
        self.office.reopen()
        for position, days in self.known:
            for day, told in days.items():
                for what, answer in told.items():
                    found = _ASKED[what](self.office, day, as_known=position)
                    self._same(f"{what} on {day} as known at {position}", found, answer)

    def _close(self) -> None:
        """Close both cohorts in summer: what is left to close, and that nothing is left then."""
        office, must = self.office, self.must
        left = office.left_to_close(AFTER)
        self._same("left to close", left, must.left_to_close())
        office.close_cohorts()
        must.close()
        self._same("pairings of closed cohorts", office.told(AFTER), must.told(AFTER))
        self._same("meetings of closed cohorts", office.held(), must.held())
        self._same("left to close then", office.left_to_close(AFTER), [])
        ended = office.engine.status(viewer=SEES).participants
        self._same("still enrolled", [p.who.name for p in ended if p.ended_on is None], [])
        for what, kind in (("silent", "no_meeting"), ("waiting", "unpaired")):
            self._same(f"{what} after the end", office.needs(kind, "mentee", AFTER), [])

    def _take(self, export: Export) -> None:
        office, today = self.office, export.at.date()
        self.tally.exports += 1
        where = f"after {export.name} ({export.at:%d %B %Y} {export.spoilt})"
        before, was = office.engine.position, deepcopy(self.must)
        report = office.take(export)
        missing = self.must.take(self.seen(export))
        self._same(f"{where}: refused as a whole", report is None, bool(export.spoilt))
        if report is None:
            self._same(f"{where}: events of a refused file", office.engine.position, before)
        else:
            self._same(f"{where}: missing", len(report.missing), missing)
            self._counted(where, report)
        if export.undone and report is not None:
            after, self.must = self.must, was
            office.undo(report)
            self._stands(f"{where}, which was taken back", today)
            self.must = after
            self._counted(f"{where} again", office.take(export))
        if export.at.minute % 3 == 0:
            office.reopen()
        self._stands(where, today)

    def _counted(self, where: str, report: Any) -> None:
        found = report.counts.taken, report.counts.amended
        self._same(f"{where}: taken and amended", found, (self.must.taken, self.must.amended))

    def _stands(self, where: str, today: date) -> None:
        """Compare what the engine answers with what must be true."""
        office, must = self.office, self.must
        self._same(f"{where}: participants", office.participants(), must.participants())
        self._same(f"{where}: meetings", office.held(), must.held())
        for day in (today, *(d for d in AS_OF if d < today)):
            for what, answer in _told(must, day).items():
                self._same(f"{where}: {what} on {day}", _ASKED[what](office, day), answer)
        told = {day: _told(must, day) for day in (today, *AS_OF)}
        self.known.append((office.engine.position, told))

    def _same(self, what: str, found: object, expected: object) -> None:
        self.tally.comparisons += 1
        if found != expected:
            raise Difference(f"seed {self.seed}, {what}\n{_apart(found, expected)}")


Answers = dict[str, Any]

_ASKED: dict[str, Callable[..., Any]] = {
    "pairings": Office.told,
    "goals": Office.reached,
    "silent": lambda office, day, **known: office.needs("no_meeting", "mentee", day, **known),
    "waiting": lambda office, day, **known: office.needs("unpaired", "mentee", day, **known),
}


def _told(must: Expected, day: date) -> Answers:
    return {
        "pairings": must.told(day),
        "goals": must.reached(day),
        "silent": must.silent(day),
        "waiting": must.waiting(day),
    }


def _apart(found: object, expected: object) -> str:
    """Where two answers differ; of lists only what is not in both."""
    if isinstance(found, list) and isinstance(expected, list):
        more = [row for row in found if row not in expected]
        less = [row for row in expected if row not in found]
        if more or less:
            found, expected = more, less
    return f"  found    {found}\n  expected {expected}"


def told_small(year: Year, seconds: float = 120) -> str:
    """The smallest year that still differs, with what differs in it."""
    least = smallest(year, _problem, seconds)
    return f"{_problem(least)}\nthe smallest year that differs:\n{least}"


def _problem(year: Year) -> str | None:
    try:
        run(year)
    except Exception as error:  # noqa: BLE001 - a crash is a difference as well
        return f"{type(error).__name__}: {error}"
    return None
