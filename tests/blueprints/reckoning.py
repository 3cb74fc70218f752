"""What a blueprint's year comes to, reckoned from its files by the sentences of the rules alone.

Nothing here knows mentorcore. The rules, as people say them:

- A response is known by its key in every export of its form. What a later export says of it counts;
  a row that was refused may be right later. One that is gone stands as it was taken.
- The same answers of one sender within ten minutes are one.
- A file whose numbers lost their zeros is not read at all.
- A row that names somebody whom nobody knows, or that holds a cell without sense, is refused.
- Nobody's address is another's: a row with it and another name is refused.
- A pairing goes on from its first day, or where its start needs something from the day on which it
  began, until the day on which it ended. A meeting outside of that is refused, and so is one that
  is longer than meetings may be, that has somebody absent who was no member, or that would have
  somebody in two meetings at once.
- Of a written exchange, more than counts is refused.
- Progress on a goal that nobody set is refused, and so is a rating outside of its scale.
- What is due waits while there is no school, and in a pairing that has ended nothing is due.
- Nobody mentors whom a pack of the program forbids to; see `forbidding`.
- The last who agrees to what they were asked forms the pairing, on that day; who declines, ends it.
- What was used is taken from what is set aside for somebody, else from what is for everybody.
- A visit belongs to an open round that asks the one to watch the other.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import permutations
from pathlib import Path
from typing import Any

from blueprints.files import BAD, Answer, Form, answers, form
from blueprints.forbidding import is_forbidden

LED_BY = ("mentor", "facilitator")
SUPPORTED = ("mentee", "peer")
LATE = timedelta(days=7)
"""A meeting that was sent later than this after it was held is marked."""


class No(Exception):  # noqa: N818 - it is an answer
    """A row is refused."""


@dataclass
class Person:
    """Somebody, under all names that forms use."""

    name: str
    email: str = ""
    number: str = ""


@dataclass
class Enrolment:
    """Somebody in a role."""

    person: Person
    role: str
    since: date
    cohort: str | None
    places: int | None = None
    ended: date | None = None


@dataclass
class Member:
    """Somebody in a pairing."""

    person: Person
    role: str
    since: date
    until: date | None = None


@dataclass
class Meeting:
    """A meeting that took place."""

    on: date
    at: str | None
    minutes: int
    there: list[Person]
    late: bool
    kind: str


@dataclass
class Pairing:
    """Some people who belong together, and what they did."""

    members: list[Member]
    on: date
    shape: str
    begun: date | None
    signed: date | None = None
    unmet: bool = False
    ended: date | None = None
    reason: str | None = None
    meetings: dict[tuple[str, ...], Meeting] = field(default_factory=dict)
    items: list[date] = field(default_factory=list)
    cancelled: set[tuple[str, ...]] = field(default_factory=set)
    goals: dict[str, list[tuple[date, str, date | None]]] = field(default_factory=dict)
    ratings: dict[str, tuple[date, dict[str, int]]] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The names of all who were ever in it."""
        return frozenset(m.person.name for m in self.members)

    def members_on(self, day: date) -> list[Member]:
        """Who is in it on a day; the last day of somebody counts."""
        return [m for m in self.members if m.since <= day and (not m.until or day <= m.until)]


@dataclass
class Round:
    """A round of visits: who is to watch whom, and who did."""

    pairing: Pairing
    on: date
    due: date
    cells: dict[tuple[str, str], int]
    closed: date | None = None
    debriefs: dict[tuple[str, ...], int | None] = field(default_factory=dict)
    visits: dict[tuple[str, ...], tuple[date, tuple[str, str]]] = field(default_factory=dict)


@dataclass
class Support:
    """What is set aside, and how much of it was used."""

    kind: str
    unit: str
    who: Person | None
    amount: int
    used: int = 0


@dataclass
class Proposal:
    """Some people who are asked whether they want to be paired."""

    names: frozenset[str]
    agreed: set[str] = field(default_factory=set)
    is_open: bool = True


class Year:
    """A year that is lived step by step."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plan = tomllib.loads((folder / "blueprint.toml").read_text("utf-8"))
        self.people: list[Person] = []
        self.enrolments: list[Enrolment] = []
        self.pairings: list[Pairing] = []
        self.rounds: dict[str, Round] = {}
        self.proposals: list[Proposal] = []
        self.support: list[Support] = []
        self.outcomes: dict[str, dict[str, str]] = {}
        self.taken: dict[tuple[str, ...], dict[str, Any]] = {}
        self.made: dict[tuple[str, ...], Any] = {}
        self.facts: dict[tuple[str, str], Any] = {}

    # -- steps

    def imported(self, export: str, mapping: str) -> Counter[str]:
        """Import an export: what came of its rows."""
        told = form(self.folder / mapping)
        rows = answers(self.folder / export, told)
        came: Counter[str] = Counter()
        if self._lost_zeros(told, rows):
            return Counter(file_refused=1)
        seen: list[Answer] = []
        for row in rows:
            came[self._row(told, row, seen)] += 1
            seen.append(row)
        keys = {(told.name, *row.key) for row in rows}
        gone = [k for k in self.taken if k[0] == told.name and k not in keys]
        came["missing"] = len(gone)
        return +came

    def recorded(self, records: str) -> None:
        """Carry out a list of commands."""
        for one in json.loads((self.folder / records).read_text("utf-8")):
            match one["command"]:
                case "end-enrolment":
                    self._enrolment_of(one["participant_id"]).ended = date.fromisoformat(one["on"])
                case "retract-record":  # of an enrolment, the only one that a year takes back so
                    self.enrolments.remove(self._enrolment_of(one["stream"]))
                case "merge-persons":
                    survivor, absorbed = map(self.person, (one["survivor"], one["absorbed"]))
                    for enrolment in self.enrolments:
                        if enrolment.person is absorbed:
                            enrolment.person = survivor
                    self.people.remove(absorbed)
                case "open-observation-round":
                    names = set(one["pairing_id"].split(" & "))
                    pairing = next(p for p in self.pairings if p.names == names and not p.ended)
                    cells = dict.fromkeys(permutations(sorted(names), 2), 0)
                    opened, due = (date.fromisoformat(one[d]) for d in ("on", "closes_on"))
                    self.rounds[one["round_id"]] = Round(pairing, opened, due, cells)
                case "propose-pairing":
                    asked = frozenset(m["participant"] for m in one["members"])
                    self.proposals.append(Proposal(asked))
                case "set-academic-calendar":
                    self.plan["calendar"] = [_dated(one)]
                case "state-fact":
                    said = one.get("number", one.get("word"))
                    self.facts[one["participant_id"], one["fact"]] = said
                case "close-observation-round":
                    self.rounds[one["round_id"]].closed = date.fromisoformat(one["on"])

    # -- people

    def person(self, text: str, by: str = "") -> Person:
        """Who is named."""
        found = [p for p in self.people if text in _names(p, by)]
        if len(found) != 1:
            raise No(f"{text} is nobody, or several")
        return found[0]

    def part(self, role: str) -> str:
        """The part that a role plays."""
        return str(self.plan["roles"][role])

    def _enrolment_of(self, text: str) -> Enrolment:
        name, _, address = text.rstrip(">").partition(" <")
        return next(
            e
            for e in self.enrolments
            if e.person.name == name and (not address or e.person.email == address)
        )

    # -- rows

    def _lost_zeros(self, told: Form, rows: list[Answer]) -> bool:
        numbers = {p.number for p in self.people if p.number.startswith("0")}
        stripped = {number.lstrip("0") for number in numbers}
        named = {
            text
            for row in rows
            for name in ("mentor", "mentee", "co_mentors")
            if told.kind == "pairing-list" and told.people_by(name) == "external_id"
            for text in _listed(row.said.get(name))
        }
        return bool(named & stripped)

    def _row(self, told: Form, row: Answer, seen: list[Answer]) -> str:
        key = (told.name, *row.key)
        before = self.taken.get(key)
        if before == row.said:
            return "unchanged"
        if before is None and _is_repeated(told, row, seen):
            return "skipped"
        if any(value is BAD for value in row.said.values()):
            return "refused"
        arms = {
            "enrolment": self._enrol,
            "pairing-list": self._pair,
            "meeting-log": self._meet,
            "goal-check-in": self._check_in,
            "feedback": self._feed_back,
            "observation-log": self._visit,
            "application-list": self._apply,
            "proposal-answers": self._answer,
            "support-list": self._set_aside,
            "support-log": self._use,
            "outcome-list": self._become,
        }
        try:
            arms[told.kind](told, row, key)
        except No:
            return "refused"
        self.taken[key] = row.said
        return "taken" if before is None else "amended"

    def _enrol(self, told: Form, row: Answer, key: tuple[str, ...]) -> None:
        said = row.said
        name = " ".join(filter(None, (said["name"], said.get("family_name"))))
        email, number = said.get("email") or "", said.get("external_id") or ""
        known = [p for p in self.people if (email and p.email == email)]
        if known and known[0].name != name:
            raise No("the address is another's")
        if not known:
            known = [Person(name, email, number)]
            self.people += known
        enrolment = Enrolment(known[0], said["role"], said["since"], said.get("cohort"))
        enrolment.places = said.get("places")
        self.enrolments.append(enrolment)

    def _pair(self, told: Form, row: Answer, key: tuple[str, ...]) -> None:
        said = row.said
        fields = [("mentor", LED_BY), ("mentee", SUPPORTED), ("members", SUPPORTED)]
        leaders = [self.person(t, told.people_by("mentor")) for t in _listed(said.get("mentor"))]
        if said.get("joined_on") or said.get("left_on"):
            group = next(
                p for p in self.pairings if p.on == said["on"] and leaders[0].name in p.names
            )
            for text in said["mentee"]:
                person = self.person(text, told.people_by("mentee"))
                if said.get("joined_on"):
                    group.members.append(Member(person, "peer", said["joined_on"]))
                else:
                    mine = next(m for m in group.members if m.person is person)
                    mine.until = said["left_on"]
            return
        needs = self.plan["pairing"].get("start_needs", [])
        began = said.get("started_on") if needs else said["on"]
        pairing = self.made.get(key)
        if pairing is None:
            members = [
                Member(self.person(text, told.people_by(name)), parts[0], said["on"])
                for name, parts in [*fields, ("co_mentors", LED_BY)]
                for text in _listed(said.get(name))
            ]
            shape = said.get("shape") or self.plan["pairing"]["shape"]
            self._ask_packs(leaders)
            names = {m.person.name for m in members}
            same = [p for p in self.pairings if p.names == names and p.on == said["on"]]
            pairing = self.made[key] = (
                same[0] if same else Pairing(members, said["on"], shape, began)
            )
            self.pairings += [] if same else [pairing]
        pairing.begun, pairing.signed = began, said.get("signed_on")
        pairing.unmet = bool(said.get("unmet"))
        pairing.ended, pairing.reason = said.get("ended_on"), said.get("end_reason")

    def _ask_packs(self, leaders: list[Person]) -> None:
        """Whether the packs of the program let these people mentor one more."""
        for one, pack in ((o, _pack_of(p)) for o in leaders for p in self.plan.get("packs", ())):
            led = [p for p in self.pairings if not p.ended and p.members[0].person is one]
            if is_forbidden(pack, partial(self._fact, one.name), len(led) + 1):
                raise No("a pack forbids it")

    def _fact(self, name: str, fact: str) -> Any:
        return self.facts.get((name, fact))

    def _found(self, told: Form, row: Answer, day: date, who: dict[str, Any]) -> Pairing:
        """The pairing that a row is about: of all whom it names, on its day where it can be."""
        named = {
            self.person(text, told.people_by(name)).name: None
            for name, value in who.items()
            for text in _listed(value)
        }
        found = [p for p in self.pairings if named.keys() <= p.names]
        if "mentee" not in who and "author" not in who and "owner" not in who:
            found = [p for p in found if p.shape == "group"]
        on_day = [p for p in found if p.on <= day and (not p.ended or day <= p.ended)]
        if not found:
            raise No("there is no such pairing")
        return (on_day or found)[0]

    def _meet(self, told: Form, row: Answer, key: tuple[str, ...]) -> None:
        said = row.said
        names = [n for n in ("mentor", "mentee") if n in told.head["fields"]]
        day, long = said["on"], said["minutes"] or 0
        pairing = self._found(told, row, day, {n: said[n] for n in names})
        absent = [
            self.person(text, told.people_by("absent")) for text in _listed(said.get("absent"))
        ]
        if pairing.begun is None or day < pairing.begun or (pairing.ended and day > pairing.ended):
            raise No("it lies outside of the pairing")
        members = [m.person for m in pairing.members_on(day)]
        if any(person not in members for person in absent):
            raise No("somebody absent was no member")
        if said.get("status") == "cancelled":
            pairing.cancelled.add(key)
            return
        meetings = self.plan.get("meetings", {})
        if not 0 < long <= meetings.get("longest", 480):
            raise No("no meeting lasts so long")
        if said["modality"] == "async" and long > meetings.get("contact_counts", 0):
            raise No("more of a written exchange than counts")
        there = [person for person in members if person not in absent]
        late = row.sent is not None and row.sent.date() - day > LATE
        meeting = Meeting(
            day, said.get("time"), long, there, late, said.get("kind") or "one_to_one"
        )
        for pairs in self.pairings:
            for other, held in pairs.meetings.items():
                both = any(p in held.there for p in there)
                if other != key and both and _overlap(held, meeting):
                    raise No("somebody would sit in two meetings at once")
        if key not in pairing.meetings and said.get("action_due"):
            pairing.items.append(said["action_due"])
        pairing.meetings[key] = meeting

    def _check_in(self, told: Form, row: Answer, key: tuple[str, ...]) -> None:
        said = row.said
        who = {n: said[n] for n in ("mentor", "mentee", "owner") if said.get(n)}
        pairing = self._found(told, row, said["on"], who)
        owner = self.person(said.get("owner") or said["mentee"][0], told.people_by("mentee")).name
        goal = f"{owner}: {said['goal']}"
        status = said.get("status") or "in_progress"
        if status != "set" and goal not in pairing.goals:
            raise No("nobody set this goal")
        steps = pairing.goals.setdefault(goal, [])
        steps.append((said["on"], status, said.get("due_on")))

    def _feed_back(self, told: Form, row: Answer, key: tuple[str, ...]) -> None:
        said = row.said
        pairing = self._found(told, row, said["on"], {n: said[n] for n in ("author", "mentor")})
        for scale, rating in said["ratings"].items():
            bounds = self.plan["scales"][scale]
            if not bounds["lowest"] <= rating <= bounds["highest"]:
                raise No("the rating lies outside of the scale")
        author = self.person(said["author"], told.people_by("author")).name
        pairing.ratings[author] = (said["on"], said["ratings"])

    def _visit(self, told: Form, row: Answer, key: tuple[str, ...]) -> None:
        said = row.said
        cell = tuple(self.person(said[n], told.people_by(n)).name for n in ("observer", "observed"))
        asked = [
            r
            for r in self.rounds.values()
            if cell in r.cells and r.on <= said["on"] <= (r.closed or r.due)
        ]
        if not asked:
            raise No("no round asks for this visit")
        if key not in asked[0].debriefs:
            asked[0].cells[cell[0], cell[1]] += 1
        asked[0].visits[key] = said["on"], (cell[0], cell[1])
        later = said.get("debrief_on")
        asked[0].debriefs[key] = (later - said["on"]).days if later else None

    def _apply(self, told: Form, row: Answer, key: tuple[str, ...]) -> None:
        said = row.said
        if not any(p.email == said["email"] for p in self.people):
            self.people.append(Person(said["name"], said["email"]))

    def _answer(self, told: Form, row: Answer, key: tuple[str, ...]) -> None:
        said = row.said
        person = self.person(said["person"], told.people_by("person"))
        others = {self.person(t, told.people_by("others")).name for t in said["others"] or ()}
        (asked,) = (p for p in self.proposals if p.is_open and {person.name, *others} <= p.names)
        asked.agreed |= {person.name} if said["answer"] == "accept" else set()
        asked.is_open = said["answer"] == "accept" and asked.agreed < asked.names
        if asked.agreed == asked.names:
            members = [
                Member(self.person(name, "name"), "peer", said["on"])
                for name in sorted(asked.names)
            ]
            shape = self.plan["pairing"]["shape"]
            self.pairings.append(Pairing(members, said["on"], shape, said["on"]))

    def _set_aside(self, told: Form, row: Answer, key: tuple[str, ...]) -> None:
        who = row.said.get("who")
        person = None if who is None else self.person(who, told.people_by("who"))
        unit, amount = _amount(row.said)
        self.support.append(Support(row.said["kind"], unit, person, amount))

    def _use(self, told: Form, row: Answer, key: tuple[str, ...]) -> None:
        who = row.said.get("who")
        person = None if who is None else self.person(who, told.people_by("who"))
        unit, amount = _amount(row.said)
        fitting = [s for s in self.support if (s.kind, s.unit) == (row.said["kind"], unit)]
        own = [s for s in fitting if s.who is person] or [s for s in fitting if s.who is None]
        if len(own) != 1:
            raise No("nothing is set aside for them, or several things are")
        own[0].used += amount

    def _become(self, told: Form, row: Answer, key: tuple[str, ...]) -> None:
        name = self.person(row.said["who"], told.people_by("who")).name
        levels = ("school", "district", "profession")
        self.outcomes[name] = {k: row.said[k] for k in levels if row.said.get(k)}

    # -- figures

    def figures(self, day: date) -> dict[str, Any]:
        """The program in numbers on a day, as `status` counts."""
        there = [e for e in self.enrolments if e.ended is None or e.ended > day]
        live = [p for p in self.pairings if p.ended is None or p.ended > day]
        paired = {(m.person.name) for p in live for m in p.members_on(day)}
        met = [m for p in self.pairings for m in p.meetings.values()]
        last = [
            (p in live, steps[-1][1], next((due for _, _, due in reversed(steps) if due), None))
            for p in self.pairings
            for steps in p.goals.values()
        ]
        goals = Counter(status for _, status, _ in last)
        due = [on for goes_on, status, on in last if goes_on and status in {"set", "in_progress"}]
        return {
            "participants": dict(Counter(e.role for e in there)),
            "unpaired": sum(
                self.part(e.role) in SUPPORTED and e.person.name not in paired for e in there
            ),
            "pairings": {
                "formed": sum(p.begun is None for p in live),
                "active": sum(p.begun is not None for p in live),
                "paused": 0,
                "ended": len(self.pairings) - len(live),
            },
            "meetings": len(met),
            "minutes": sum(m.minutes for m in met),
            "cancelled": sum(len(p.cancelled) for p in self.pairings),
            "goals": {
                s: goals[s] for s in ("set", "in_progress", "achieved", "deferred", "abandoned")
            },
            "overdue": sum(on is not None and self._school_between(on, day) for on in due),
        }

    def _school_between(self, due: date, day: date) -> bool:
        """Whether there was a day of school after what was due, up to *day*."""
        years = self.plan.get("calendar", ())
        days = (due + timedelta(days=n) for n in range(1, (day - due).days + 1))
        return any(not years or any(_is_school(year, on) for year in years) for on in days)

    def pairs(self, day: date) -> dict[str, dict[str, Any]]:
        """Each pairing in numbers, by the names of who is or was last in it and its first day."""
        return {
            _called(p, day): {
                "meetings": len(p.meetings),
                "minutes": sum(m.minutes for m in p.meetings.values()),
                "last": max((m.on for m in p.meetings.values()), default=None),
                "late": sorted(m.on for m in p.meetings.values() if m.late),
                "ended": (p.ended, p.reason),
                "ratings": {author: told for author, (_, told) in p.ratings.items()},
            }
            for p in self.pairings
        }

    def places(self, day: date) -> dict[str, tuple[int | None, int]]:
        """Places of everybody who mentors, and how many are taken, by name and role."""
        usual = self.plan.get("capacity", {}).get("places")
        by_pairing = self.plan.get("capacity", {}).get("counted_by") == "pairing"
        found = {}
        for e in self.enrolments:
            if self.part(e.role) not in LED_BY:
                continue
            led = [
                len([m for m in p.members_on(day) if m.role in SUPPORTED])
                for p in self.pairings
                if p.ended is None
                for m in p.members_on(day)
                if m.person is e.person and m.role in LED_BY
            ]
            limit = usual if e.places is None else e.places
            found[f"{e.person.name}, {e.role}"] = (limit, len(led) if by_pairing else sum(led))
        return found

    def cells(self) -> dict[str, tuple[bool, int, int, list[int | None]]]:
        """Each round: whether it is closed, cells done and asked for, days to the debriefs."""
        return {
            round_id: (
                r.closed is not None,
                sum(n > 0 for n in r.cells.values()),
                len(r.cells),
                sorted(r.debriefs.values(), key=lambda days: (days is None, days or 0)),
            )
            for round_id, r in self.rounds.items()
        }


def _dated(calendar: dict[str, Any]) -> dict[str, Any]:
    """A calendar of a list of commands, with days as a blueprint has them."""
    return {
        key: [
            {k: date.fromisoformat(v) if k in {"since", "until"} else v for k, v in row.items()}
            for row in rows
        ]
        for key, rows in calendar.items()
        if key in {"terms", "non_instructional"}
    }


def _pack_of(said: str | dict[str, str]) -> str:
    """The pack that an entry of a blueprint names, in short or as a table."""
    return said if isinstance(said, str) else said["pack"]


def _called(pairing: Pairing, day: date) -> str:
    there = pairing.members_on(min(day, pairing.ended or day))
    return f"{' & '.join(sorted(m.person.name for m in there))}, {pairing.on}"


def _amount(said: dict[str, Any]) -> tuple[str, int]:
    """Time in minutes, or money in cents."""
    if said.get("minutes"):
        return "minutes", said["minutes"]
    return "cents", round(float(said["money"]) * 100)


def _is_school(year: dict[str, Any], on: date) -> bool:
    off = (
        (gap["since"], gap.get("until") or gap["since"] + timedelta(days=1))
        for gap in year.get("non_instructional", ())
    )
    in_term = any(term["since"] <= on < term["until"] for term in year["terms"])
    return in_term and on.weekday() < 5 and not any(a <= on < b for a, b in off)


def _names(person: Person, by: str) -> set[str]:
    all_ = {"name": person.name, "email": person.email, "external_id": person.number}
    return {all_[by]} if by else set(all_.values())


def _listed(value: Any) -> list[str]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _is_repeated(told: Form, row: Answer, seen: list[Answer]) -> bool:
    """Whether the same answers were sent shortly before."""
    if row.sent is None:
        return False
    return any(
        other.said == row.said and other.sent and abs(row.sent - other.sent) <= told.repeats
        for other in seen
    )


def _overlap(one: Meeting, other: Meeting) -> bool:
    if one.at is None or other.at is None or one.on != other.on:
        return False
    (first, until), (second, end) = (
        (begun, begun + timedelta(minutes=m.minutes))
        for m in (one, other)
        for begun in [datetime.combine(m.on, time.fromisoformat(str(m.at)))]
    )
    return first < end and second < until
