"""A made-up district and its school year, as a coordinator's sheets tell it: people, pairs, meetings.

Everything is drawn from a seed. A sheet is the state of a table on a day; an export is a sheet as a
file, with what happens to files: rows in another order, another encoding, a column more, cells that
a spreadsheet destroyed. What somebody typed wrongly stands in one generation of a sheet and is put
right in the next.
"""

import csv
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

__all__ = ["EXPORTED", "Export", "Form", "Year", "made_year"]

Form = Literal["people", "pairs", "meetings"]

EXPORTED = (
    date(2025, 9, 26),
    date(2025, 11, 7),
    date(2025, 12, 19),
    date(2026, 2, 13),
    date(2026, 4, 24),
    date(2026, 6, 19),
)
"""The days on which every sheet is exported; one generation each."""

OPENS, BREAK, CLOSES = date(2025, 9, 1), (date(2025, 12, 20), date(2026, 1, 5)), date(2026, 7, 1)
FIRST = [
    "Ada",
    "Bea",
    "Cy",
    "Dot",
    "Eli",
    "Fay",
    "Gus",
    "Hal",
    "Ida",
    "Jon",
    "Kim",
    "Lin",
    "Mia",
    "Ned",
    "Oda",
    "Pia",
    "Quinn",
    "Rae",
    "Sol",
    "Tia",
    "Uma",
]
LAST = [
    "Abara",
    "Brooks",
    "Castro",
    "Diallo",
    "Engel",
    "Farah",
    "Gomes",
    "Haddad",
    "Ito",
    "Jansen",
    "Kaya",
    "Lund",
    "Moreau",
]
WAYS = ("In person", "Video call", "Phone")
REASONS = ("mismatch", "no_fault", "left_role", "transferred")

MARRIES, CLAIMS = 0.12, 0.6
"""How often somebody takes another name, and how often a changed address is somebody else's."""

HEADS: dict[Form, tuple[str, ...]] = {
    "people": ("Id", "Sent", "Name", "Email", "Role", "Since"),
    "pairs": ("Id", "Mentor", "Mentee", "On", "Ended", "Why"),
    "meetings": ("Id", "Sent", "Mentor", "Mentee", "Day", "Minutes", "How"),
}


@dataclass(frozen=True)
class Row:
    """A row of a sheet: since when it stands there, until when, and what it says from which day."""

    key: str
    appears: date
    cells: tuple[tuple[date, tuple[str, ...]], ...]
    deleted: date | None = None

    def on(self, day: date) -> tuple[str, ...] | None:
        """What it says on a day; nothing before it was written and after it was deleted."""
        if day < self.appears or (self.deleted is not None and day >= self.deleted):
            return None
        said = [cells for since, cells in self.cells if since <= day]
        return (self.key, *said[-1]) if said else None

    def edited(self, day: date, place: int, word: str) -> "Row":
        """The row after a cell was changed on a day."""
        before = [cells for since, cells in self.cells if since <= day][-1]
        after = (*before[:place], word, *before[place + 1 :])
        kept = tuple((since, cells) for since, cells in self.cells if since < day)
        return replace(self, cells=(*kept, (day, after)))


@dataclass(frozen=True)
class Export:
    """A file that is imported at an instant.

    Attributes:
        generation: Which export of the sheet it is, from 0.
        content: The file.
        spoilt: What destroyed it, so that it must be refused; nothing for a sound one.
    """

    form: Form
    generation: int
    at: datetime
    name: str
    content: bytes
    spoilt: str = ""


@dataclass
class Year:
    """A year: its sheets, and the exports in the order in which somebody imports them."""

    seed: int
    sheets: dict[Form, list[Row]] = field(default_factory=dict)
    imports: list[Export] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"seed {self.seed}"]
        for one in self.imports:
            lines += [f"--- {one.at:%Y-%m-%d %H:%M} {one.form} {one.name} {one.spoilt}"]
            lines += [one.content.decode("utf-8-sig", "replace").rstrip()]
        return "\n".join(lines)


def written(day: date) -> str:
    """A day as these sheets write it, month first."""
    return f"{day.month}/{day.day}/{day.year}"


def read(cell: str) -> date:
    """The day that a cell of these sheets means."""
    month, day, year = map(int, cell.split("/"))
    return date(year, month, day)


def made_year(seed: int, *, pairs: int = 5) -> Year:
    """The year of a seed, with so many first pairs."""
    chance = random.Random(seed)
    year = Year(seed)
    district = _District(chance, pairs)
    year.sheets = district.sheets()
    year.imports = _imports(chance, year.sheets)
    return year


class _District:
    """Who takes part, who is paired with whom, when they meet; and what is typed wrongly."""

    def __init__(self, chance: random.Random, pairs: int) -> None:
        self.chance = chance
        names = [f"{first} {last}" for first in FIRST for last in LAST]
        self.names = chance.sample(names, 4 * pairs + 12)
        self.people: list[Row] = []
        self.pairs: list[Row] = []
        self.meetings: list[Row] = []
        self.taken: set[datetime] = set()
        for _ in range(pairs):
            self._first_pair()
        for day in EXPORTED:  # somebody always joins, so that every export has a newest row
            self._person("mentee", day - timedelta(days=1))
        self._mishaps()

    def sheets(self) -> dict[Form, list[Row]]:
        """All rows of each sheet."""
        return {"people": self.people, "pairs": self.pairs, "meetings": self.meetings}

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.chance.randrange(max(1, (last - first).days)))

    def _sent(self, day: date) -> str:
        at = datetime.combine(day, time(self.chance.randrange(8, 20), self.chance.randrange(60)))
        while at in self.taken:
            at += timedelta(seconds=61)
        self.taken.add(at)
        return f"{written(day)} {at:%H:%M:%S}"

    def _person(self, role: str, day: date) -> int:
        number = len(self.people)
        name = self.names[number]
        address = f"{name.lower().replace(' ', '.')}@example.org"
        since = max(OPENS, day)
        cells = (self._sent(day), name, address, role, written(since))
        row = Row(f"P{number:03}", day, ((day, cells),))
        later = [on for on in EXPORTED if on > day]
        if later and self.chance.random() < MARRIES:
            new = f"{name.split()[0]} {self.chance.choice(LAST)}-Quill{number}"
            row = row.edited(self.chance.choice(later), 1, new)
        self.people.append(row)
        return number

    def _name(self, number: int, day: date) -> str:
        said = self.people[number].on(max(day, self.people[number].appears))
        assert said is not None
        return said[2]

    def _first_pair(self) -> None:
        mentor = self._person("mentor", self._day(date(2025, 8, 25), date(2025, 9, 8)))
        mentee = self._person("mentee", self._day(date(2025, 8, 25), date(2025, 9, 8)))
        formed = self._day(date(2025, 9, 9), date(2025, 9, 16))
        ends = self.chance.random() < 0.45
        ended = self._day(date(2025, 10, 20), date(2026, 5, 1)) if ends else None
        self._pair(mentor, mentee, formed, ended)
        if ended is not None and self.chance.random() < 0.7:
            day = ended + timedelta(days=self.chance.randrange(1, 20))
            successor = self._person("mentor", self._day(ended - timedelta(days=9), ended))
            self._pair(successor, mentee, day, None)

    def _pair(self, mentor: int, mentee: int, formed: date, ended: date | None) -> None:
        key = f"R{len(self.pairs):03}"
        names = self._name(mentor, formed), self._name(mentee, formed)
        row = Row(key, formed, ((formed, (*names, written(formed), "", "")),))
        if ended is not None:
            told = ended + timedelta(days=self.chance.randrange(4))
            row = row.edited(told, 3, written(ended)).edited(told, 4, self.chance.choice(REASONS))
        self.pairs.append(row)
        day = formed + timedelta(days=self.chance.randrange(1, 8))
        last = min(ended or EXPORTED[-1], EXPORTED[-1])
        while day < last:
            if not BREAK[0] <= day < BREAK[1] and self.chance.random() < 0.75:
                self._meeting(mentor, mentee, day)
            day += timedelta(days=self.chance.randrange(6, 22))

    def _meeting(self, mentor: int, mentee: int, day: date) -> None:
        wait = self.chance.choice((0, 0, 0, 1, 2, 30))
        sent = day + timedelta(days=wait)
        minutes = self.chance.choice((20, 30, 45, 60, 75))
        how = self.chance.choice(WAYS)
        names = self._name(mentor, day), self._name(mentee, day)
        cells = (self._sent(sent), *names, written(day), str(minutes), how)
        self.meetings.append(Row(f"M{len(self.meetings):04}", sent, ((sent, cells),)))

    def _mishaps(self) -> None:
        """What is edited, deleted, renamed or typed wrongly and put right one export later."""
        chance = self.chance
        for i in chance.sample(range(len(self.meetings)), max(3, len(self.meetings) // 8)):
            row = self.meetings[i]
            later = [day for day in EXPORTED if day > row.appears]
            if not later:
                continue
            day = chance.choice(later)
            what = chance.choice(("minutes", "how", "delete", "zero", "name", "moved"))
            (_, said), *_ = row.cells
            if what == "minutes":
                row = row.edited(day, 4, str(chance.choice((15, 50, 90))))
            elif what == "how":
                row = row.edited(day, 5, chance.choice(WAYS))
            elif what == "moved":
                on = read(said[3]) + timedelta(days=chance.choice((-2, -1, 1)))
                row = row.edited(day, 3, written(min(on, row.appears)))
            elif what == "delete":
                row = replace(row, deleted=day)
            else:  # typed wrongly at first, and put right
                place, word = (4, "0") if what == "zero" else (2, said[2] + " Nobody")
                wrong = (*said[:place], word, *said[place + 1 :])
                row = replace(row, cells=((row.appears, wrong), (day, said)))
            self.meetings[i] = row
        unmarried = [i for i, row in enumerate(self.people) if len(row.cells) == 1]
        some = chance.sample(unmarried, min(3, len(unmarried) - 1))
        for i in some:
            others = [self.people[j] for j in unmarried if j not in some]
            self._person_mishap(i, others)
        for i in chance.sample(range(len(self.pairs)), 1):
            row = self.pairs[i]
            (_, said), *_ = row.cells
            day = chance.choice(EXPORTED[1:])
            on = read(said[2]) - timedelta(days=chance.randrange(1, 3))
            if day > row.appears and len(row.cells) == 1:
                self.pairs[i] = row.edited(day, 2, written(on))

    def _person_mishap(self, i: int, others: Sequence[Row]) -> None:
        chance, row = self.chance, self.people[i]
        later = [day for day in EXPORTED if day > row.appears]
        if len(later) < 2:
            return
        n = chance.randrange(len(later) - 1)
        day, right = later[n], later[n + 1]
        said = row.on(day)
        assert said is not None
        address = said[3]
        there = [other for row in others if (other := row.on(day)) is not None]
        if chance.random() < CLAIMS and there:  # somebody else's address, put right afterwards
            row = row.edited(day, 2, chance.choice(there)[3]).edited(right, 2, address)
        else:
            row = row.edited(day, 2, f"new.{address}")
        self.people[i] = row


# ------------------------------------------------------------------------ files


def _imports(chance: random.Random, sheets: dict[Form, list[Row]]) -> list[Export]:
    """The exports in the order in which somebody imports them."""
    plan: list[Export] = []
    read: dict[Form, list[int]] = {"people": [], "pairs": [], "meetings": []}
    for generation, day in enumerate(EXPORTED):
        at = datetime.combine(day, time(22, 0), UTC)
        order: list[Form] = ["people", "pairs", "meetings"]
        if chance.random() < 0.15:
            chance.shuffle(order)
        turns: list[tuple[Form, int, str]] = []
        for form in order:
            if form != "pairs" and 0 < generation < len(EXPORTED) - 1 and chance.random() < 0.12:
                continue  # nobody exported it this time
            if generation and chance.random() < 0.15:
                turns.append((form, generation, chance.choice(SPOILT[form])))
            turns.append((form, generation, ""))
            if chance.random() < 0.25:
                turns.append((form, generation, ""))  # the same export once more
        if (
            generation and chance.random() < 0.5
        ):  # an older one turns up again, or for the first time
            form = chance.choice(order)
            old = chance.randrange(generation)
            if form != "pairs" or old in read["pairs"]:
                turns.append((form, old, ""))
        for form, of, spoilt in turns:
            at += timedelta(minutes=7)
            rows = [r for row in sheets[form] if (r := row.on(EXPORTED[of])) is not None]
            content = _spoil(_file(chance, form, rows), spoilt)
            plan.append(Export(form, of, at, f"{form}-{of}-{len(plan)}.csv", content, spoilt))
            if not spoilt:
                read[form].append(of)
    return plan


SPOILT: dict[Form, tuple[str, ...]] = {
    "people": ("one id",),
    "pairs": ("one id",),
    "meetings": ("one id", "days turned"),
}


def _spoil(content: bytes, how: str) -> bytes:
    """A file that went through a spreadsheet which destroyed it."""
    if not how:
        return content
    text = content.decode("utf-8-sig").replace("\r\n", "\n")
    delimiter = ";" if ";" in text.splitlines()[0] else ","
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    head = rows[0]
    for row in rows[1:]:
        if how == "one id":
            row[head.index("Id")] = "1.45782E+17"
        else:
            row[head.index("Day")] = f"{read(row[head.index('Day')]):%d.%m.%Y}"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _file(chance: random.Random, form: Form, rows: Sequence[tuple[str, ...]]) -> bytes:
    """A sheet as a file; the same rows in the ways in which tools and people save them."""
    head, told = list(HEADS[form]), [list(row) for row in rows]
    if chance.random() < 0.4:
        chance.shuffle(told)
    if chance.random() < 0.2:  # the columns were moved
        order = list(range(len(head)))
        chance.shuffle(order)
        head, told = [head[i] for i in order], [[row[i] for i in order] for row in told]
    if chance.random() < 0.2:
        head, told = [*head, "Remarks"], [[*row, ""] for row in told]
    out = io.StringIO()
    semicolons = chance.random() < 0.2
    writer = csv.writer(
        out,
        delimiter=";" if semicolons else ",",
        lineterminator=chance.choice(("\n", "\r\n")),
        quoting=chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
    )
    writer.writerows([head, *told])
    return out.getvalue().encode(chance.choice(("utf-8", "utf-8-sig")))
