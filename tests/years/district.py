"""A made-up district and its school year, as a coordinator's sheets tell it.

Everything is drawn from a seed: who takes part in which cohort, who is paired with whom, leaves,
successors, people who come back, meetings, goals. A sheet is the state of a table on a day. What
somebody typed wrongly stands in one generation of a sheet and is put right in the next.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from years.exports import imports_of
from years.sheets import EXPORTED, Form, Row, Year, read, written

__all__ = ["COHORTS", "DAYS_OFF", "TERMS", "made_year"]

COHORTS = {"2025-26": date(2025, 8, 15), "Spring": date(2026, 1, 5)}
"""The cohorts, by their first days; both end on 1 July."""

TERMS = ((date(2025, 8, 18), date(2025, 12, 20)), (date(2026, 1, 5), date(2026, 6, 27)))
DAYS_OFF = (
    (date(2025, 9, 1), date(2025, 9, 2)),
    (date(2025, 11, 11), date(2025, 11, 12)),
    (date(2025, 11, 24), date(2025, 11, 29)),
    (date(2026, 4, 3), date(2026, 4, 11)),
)
"""Days without school in the terms, each up to the first day after."""

FIRST = ("Ada", "Bea", "Cy", "Dot", "Eli", "Fay", "Gus", "Hal", "Ida", "Jon", "Kim", "Lin", "Mia")
LAST = ("Abara", "Brooks", "Castro", "Diallo", "Engel", "Farah", "Gomes", "Haddad", "Ito", "Kaya")
SECOND = ("", " Lee", " Rae", " Sol", " Uma")
WAYS = ("In person", "Video call", "Phone")
REASONS = ("mismatch", "no_fault", "left_role", "transferred")
GOALS = ("Call each family once", "Plan a unit with a colleague", "Lead a meeting of parents")

MARRIES, CLAIMS, NAMESAKE, LEAVE, RETURNS = 0.12, 0.5, 0.15, 0.25, 0.3
"""How often somebody takes another name, a changed address is somebody else's, somebody bears a
name that another has, a pairing rests for a while, and the same two come together again."""


def made_year(seed: int, *, pairs: int = 5, settled: bool = False) -> Year:
    """The year of a seed, with so many first pairs.

    Args:
        seed: Of everything that is drawn.
        pairs: How many pairings there are at first, about.
        settled: Whether whoever is named in a row is known by that name in the newest export.
    """
    chance = random.Random(seed)
    year = Year(seed)
    year.sheets = _District(chance, pairs, settled=settled).sheets()
    year.imports = imports_of(chance, year.sheets)
    return year


def in_break(day: date) -> bool:
    """Whether nobody meets on a day."""
    in_term = any(first <= day < last for first, last in TERMS)
    return not in_term or any(first <= day < last for first, last in DAYS_OFF)


class _District:
    """Who takes part, who is paired with whom, when they meet; and what is typed wrongly."""

    def __init__(self, chance: random.Random, pairs: int, *, settled: bool) -> None:
        self.chance, self.settled = chance, settled
        names = [f"{a}{b} {c}" for a in FIRST for b in SECOND for c in LAST]
        self.names = chance.sample(names, 5 * pairs + 12)
        self.people: list[Row] = []
        self.pairs: list[Row] = []
        self.meetings: list[Row] = []
        self.goals: list[Row] = []
        self.voices: list[Row] = []
        self.survey: list[Row] = []
        self.senders: set[int] = set()
        self.renamed = chance.choice(EXPORTED[1:])
        self.taken: set[datetime] = set()
        self.times: list[datetime] = []
        self.namesakes: set[int] = set()
        for _ in range(pairs):
            self._first_pair()
        for day in EXPORTED:  # somebody always joins, so that every export has a newest row
            self._person("mentee", day - timedelta(days=1))
        self._meeting_mishaps()
        if not settled:
            self._pair_mishaps()
        self._people_mishaps()

    def sheets(self) -> dict[Form, list[Row]]:
        """All rows of each sheet."""
        return {
            "people": self.people,
            "pairs": self.pairs,
            "meetings": self.meetings,
            "goals": self.goals,
            "voices": self.voices,
            "survey": self.survey,
        }

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.chance.randrange(max(1, (last - first).days)))

    def _sent(self, day: date) -> str:
        at = datetime.combine(day, time(self.chance.randrange(7, 15), self.chance.randrange(60)))
        while at in self.taken:
            at += timedelta(seconds=61)
        self.taken.add(at)
        self.times.append(at)
        return f"{written(day)} {at:%H:%M:%S}"

    # ------------------------------------------------------------------- people

    def _person(self, role: str, day: date, cohort: str = "2025-26", name: str = "") -> int:
        number = len(self.people)
        address = f"{self.names[number].lower().replace(' ', '.')}@example.org"
        name = name or self.names[number]
        since = max(COHORTS[cohort], day)
        cells = (self._sent(day), name, address, role, written(since), cohort)
        row = Row(f"P{number:03}", day, ((day, cells),))
        later = [on for on in EXPORTED if on > day]
        if (
            later
            and not self.settled
            and number not in self.namesakes
            and self.chance.random() < MARRIES
        ):
            new = f"{name.split()[0]} {self.chance.choice(LAST)}-Quill{number}"
            row = row.edited(self.chance.choice(later), 1, new)
        self.people.append(row)
        return number

    def _mentee(self, day: date, cohort: str) -> int:
        """A mentee, who may bear the name of another one, or be the one who shares a name."""
        shared = [self.people[i].cells[0][1][1] for i in sorted(self.namesakes)]
        if shared and self.chance.random() < 0.5:
            self.namesakes.add(len(self.people))
            return self._person("mentee", day, cohort, self.chance.choice(shared))
        if self.chance.random() < NAMESAKE:
            self.namesakes.add(len(self.people))
        return self._person("mentee", day, cohort)

    def _name(self, number: int, day: date) -> str:
        said = self.people[number].on(max(day, self.people[number].appears))
        assert said is not None
        return said[2]

    def _listed(self, number: int, day: date) -> str:
        """How a list of pairings names somebody: with the address, where two bear the name."""
        name = self._name(number, day)
        if number not in self.namesakes:
            return name
        return f"{name} <{self.people[number].cells[0][1][2]}>"

    # ------------------------------------------------------------------- pairings

    def _first_pair(self) -> None:
        cohort = "Spring" if self.chance.random() < 0.2 else "2025-26"
        begins = max(date(2025, 9, 9), COHORTS[cohort] + timedelta(days=4))
        mentor = self._person("mentor", self._day(date(2025, 8, 25), date(2025, 9, 8)))
        for _ in range(1 + (self.chance.random() < 0.3)):
            mentee = self._mentee(self._day(begins - timedelta(days=15), begins), cohort)
            self._mentorship(mentor, mentee, self._day(begins, begins + timedelta(days=8)))

    def _mentorship(self, mentor: int, mentee: int, formed: date) -> None:
        """A pairing that may end, and what follows then: a successor, or the same two again."""
        ends = self.chance.random() < 0.5
        first = max(formed + timedelta(days=20), date(2025, 10, 20))
        ended = self._day(first, date(2026, 5, 1)) if ends else None
        again = not self.settled and self.chance.random() < RETURNS
        self._pair(mentor, mentee, formed, ended, REASONS[1:] if again else REASONS)
        if ended is None or self.chance.random() >= 0.75:
            return
        day = ended + timedelta(days=self.chance.randrange(1, 30))
        joins = self._day(ended - timedelta(days=9), ended)
        second = mentor if again else self._person("mentor", joins)
        ends_too = self.chance.random() < 0.3
        until = self._day(day + timedelta(days=9), date(2026, 6, 10)) if ends_too else None
        self._pair(second, mentee, day, until)

    def _pair(
        self,
        mentor: int,
        mentee: int,
        formed: date,
        ended: date | None,
        reasons: Sequence[str] = REASONS,
    ) -> None:
        names = self._listed(mentor, formed), self._listed(mentee, formed)
        cells = (*names, written(formed), "", "", "", "")
        row = Row(f"R{len(self.pairs):03}", formed, ((formed, cells),))
        last = min(ended or EXPORTED[-1], EXPORTED[-1])
        away: tuple[date, date | None] | None = None
        if (last - formed).days > 60 and self.chance.random() < LEAVE:
            leaves = self._day(formed + timedelta(days=10), last - timedelta(days=35))
            back = leaves + timedelta(days=self.chance.randrange(14, 30))
            away = leaves, back
            row = row.edited(leaves + timedelta(days=self.chance.randrange(3)), 3, written(leaves))
            row = row.edited(back + timedelta(days=self.chance.randrange(3)), 4, written(back))
        if ended is not None:
            told = ended + timedelta(days=self.chance.randrange(4))
            row = row.edited(told, 5, written(ended)).edited(told, 6, self.chance.choice(reasons))
        self.pairs.append(row)
        self._set_goal(mentor, mentee, formed, last, goes_on=ended is not None)
        day = formed + timedelta(days=self.chance.randrange(1, 8))
        log = self.chance.choice((self._meeting, self._meeting, self._voice, self._answer))
        while day < last:
            resting = away is not None and away[0] <= day < (away[1] or last)
            if not in_break(day) and not resting and self.chance.random() < 0.75:
                log(mentor, mentee, day)
            day += timedelta(days=self.chance.randrange(6, 22))

    def _meeting(self, mentor: int, mentee: int, day: date) -> None:
        wait = self.chance.choice((0, 0, 0, 1, 2, 30))
        sent = day + timedelta(days=wait)
        minutes = self.chance.choice((20, 30, 45, 60, 75))
        how = self.chance.choice(WAYS)
        # A log names people as they are called when it is sent, or as they were on the day.
        named = self.chance.choice((day, sent))
        names = self._name(mentor, named), self._name(mentee, named)
        cells = (self._sent(sent), *names, written(day), str(minutes), how)
        self.meetings.append(
            Row(f"14578239011234{len(self.meetings) + 1:04}", sent, ((sent, cells),))
        )

    def _voice(self, mentor: int, mentee: int, day: date) -> None:
        """A meeting that a mentor tells by a form whose time of sending moves with an edit."""
        self.senders.add(mentor)
        sent = day + timedelta(days=self.chance.choice((0, 0, 1, 4)))
        address, minutes = self.people[mentor].cells[0][1][2], self.chance.choice((25, 35, 55))
        cells = (self._sent(sent), address, self._name(mentee, sent), written(day), str(minutes))
        row = Row(f"V{len(self.voices):03}", sent, ((sent, cells),))
        later = [on for on in EXPORTED if on > sent + timedelta(days=1)]
        if later and self.chance.random() < 0.2:
            again = self.chance.choice(later) - timedelta(days=1)
            if self.chance.random() < 0.2:
                row = replace(row, deleted=again)
            else:
                row = row.edited(again, 4, str(minutes + 5)).edited(again, 0, self._sent(again))
        self.voices.append(row)

    def _answer(self, mentor: int, mentee: int, day: date) -> None:
        """A meeting that is told in a survey of which one choice is called otherwise one day."""
        sent = day + timedelta(days=self.chance.choice((0, 0, 1, 4)))
        month, on, year = self._sent(sent).split(" ")[0].split("/")
        instant = f"{year}-{int(month):02}-{int(on):02} {self.times[-1]:%H:%M:%S}"
        how = self.chance.choice(WAYS)
        if how == "Video call" and sent >= self.renamed:
            how = "Online"
        names = self._name(mentor, sent), self._name(mentee, sent)
        minutes = self.chance.choice((20, 30, 45))
        cells = (instant, *names, day.isoformat(), str(minutes), how)
        row = Row(f"R_{len(self.survey):04}", sent, ((sent, cells),))
        if how == "Video call":
            row = row.edited(self.renamed, 5, "Online")
        elif self.chance.random() < 0.2:
            later = [on for on in EXPORTED if on > sent]
            if later and self.chance.random() < 0.3:
                row = replace(row, deleted=self.chance.choice(later))
            elif later:
                row = row.edited(self.chance.choice(later), 4, str(minutes + 5))
        self.survey.append(row)

    def _set_goal(
        self, mentor: int, mentee: int, formed: date, last: date, *, goes_on: bool
    ) -> None:
        """A goal that is set and followed up, in the pairings of one mentee one after the other."""
        kept = [r for r in self.goals if r.cells[0][1][2] == self._name(mentee, formed)]
        if mentee in self.namesakes or (not kept and self.chance.random() < 0.5):
            return
        words = kept[0].cells[0][1][3] if kept else self.chance.choice(GOALS)
        day = formed + timedelta(days=self.chance.randrange(2, 9))
        steps = ["in_progress", "in_progress", "in_progress" if goes_on else "achieved"]
        for status in steps if kept else ["set", *steps]:
            if day > last or (kept and kept[-1].cells[0][1][4] == "achieved"):
                return
            said = words if self.chance.random() < 0.7 else words.upper().replace(" ", "  ")
            names = self._name(mentor, day), self._name(mentee, day)
            cells = (self._sent(day), *names, said, status, written(day))
            self.goals.append(Row(f"{len(self.goals) + 1:06}", day, ((day, cells),)))
            day += timedelta(days=self.chance.randrange(10, 40))

    # ------------------------------------------------------------------- what goes wrong

    def _meeting_mishaps(self) -> None:
        """What is edited, deleted, renamed or typed wrongly and put right one export later."""
        chance = self.chance
        for i in chance.sample(
            range(len(self.meetings)), min(len(self.meetings), max(3, len(self.meetings) // 6))
        ):
            row = self.meetings[i]
            later = [day for day in EXPORTED if day > row.appears]
            if not later:
                continue
            day = chance.choice(later)
            what = chance.choice(("minutes", "how", "delete", "back", "zero", "name", "moved"))
            (_, said), *_ = row.cells
            if what == "minutes":
                row = row.edited(day, 4, str(chance.choice((15, 50, 90))))
            elif what == "how":
                row = row.edited(day, 5, chance.choice(WAYS))
            elif what == "moved":
                if self.settled:
                    continue  # the day may lie outside of the pairing, and one of two rows be wrong
                on = read(said[3]) + timedelta(days=chance.choice((-2, -1, 1)))
                row = row.edited(day, 3, written(min(on, row.appears)))
            elif what in {"delete", "back"}:
                row = replace(row, deleted=day)
                after = [on for on in later if on > day]
                if what == "back" and after:
                    row = replace(row, again=chance.choice(after))
            else:  # typed wrongly at first, and put right
                place, word = (4, "0") if what == "zero" else (2, said[2] + " Nobody")
                wrong = (*said[:place], word, *said[place + 1 :])
                row = replace(row, cells=((row.appears, wrong), (day, said)))
            self.meetings[i] = row

    def _pair_mishaps(self) -> None:
        chance = self.chance
        for i in chance.sample(range(len(self.pairs)), max(1, len(self.pairs) // 5)):
            row = self.pairs[i]
            (_, said), *_ = row.cells
            day = chance.choice(EXPORTED[1:])
            on = read(said[2]) - timedelta(days=chance.randrange(1, 3))
            if day > row.appears and len(row.cells) == 1:
                self.pairs[i] = row.edited(day, 2, written(on))

    def _people_mishaps(self) -> None:
        chance = self.chance
        unmarried = [
            i
            for i, row in enumerate(self.people)
            if len(row.cells) == 1 and i not in self.namesakes | self.senders
        ]
        some = chance.sample(unmarried, min(4, len(unmarried) - 1))
        others = [self.people[j] for j in unmarried if j not in some]
        if len(some) == 4 and chance.random() < 0.5:
            self._swap(*some[2:])
            some = some[:2]
        for i in some:
            self._person_mishap(i, others)
        for i in sorted(self.namesakes):  # a list may know them by the address that they had
            if chance.random() < 0.2:
                self._person_mishap(i, ())

    def _swap(self, i: int, j: int) -> None:
        """Two addresses are exchanged in one generation, and put right in the next."""
        first, second = self.people[i], self.people[j]
        later = [day for day in EXPORTED if day > max(first.appears, second.appears)]
        if len(later) < 2:
            return
        n = self.chance.randrange(len(later) - 1)
        one, other = first.cells[0][1][2], second.cells[0][1][2]
        self.people[i] = first.edited(later[n], 2, other).edited(later[n + 1], 2, one)
        self.people[j] = second.edited(later[n], 2, one).edited(later[n + 1], 2, other)

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
