"""A program told with plain dictionaries: what the engine should make of the same requests.

It knows nothing of events. Each request is answered with ``recorded``, ``nothing new``, or the
codes of the rules that it breaks, any of which the engine may name.
"""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

DEFAULT_PLACES = 2
HARD_LIMIT = 6
ONWARD = {
    "set": {"in_progress", "achieved", "deferred", "abandoned"},
    "in_progress": {"in_progress", "achieved", "deferred", "abandoned"},
    "achieved": {"in_progress"},
    "deferred": {"in_progress", "abandoned"},
    "abandoned": {"in_progress"},
}
RECORDED = "recorded"
NOTHING_NEW = "nothing new"

Outcome = str | set[str]


class Model:
    """Participants, pairings and what was done in them, as dictionaries of dictionaries."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.participants: dict[str, dict[str, Any]] = {}
        self.pairings: dict[str, dict[str, Any]] = {}

    # -------------------------------------------------------------- reading

    def situation(self, pairing: str) -> tuple[str, date]:
        """Active, paused or ended, and since when."""
        name, day = "active", self.pairings[pairing]["life"][0][1]
        for step, on, _frees in self.pairings[pairing]["life"][1:]:
            name = {"resumed": "active", "reopened": "active"}.get(step, step)
            day = on
        return name, day

    def spans(self, pairing: str) -> list[tuple[date, date | None]]:
        """When the pairing took its place, half-open."""
        spans: list[tuple[date, date | None]] = []
        for step, on, _frees in self.pairings[pairing]["life"]:
            taken = bool(spans) and spans[-1][1] is None
            if step in {"formed", "reopened"} or (step == "resumed" and not taken):
                spans.append((on, None))
            elif taken and (step == "ended" or _frees):
                spans[-1] = (spans[-1][0], on)
        return spans

    def gaps(self, pairing: str) -> list[tuple[date, date]]:
        """Between an end and the reopening after it."""
        life = self.pairings[pairing]["life"]
        return [(life[i][1], step[1]) for i, step in enumerate(life[1:]) if step[0] == "reopened"]

    def of(self, participant: str) -> list[str]:
        return [i for i in self.pairings if participant in self._ever(i)]

    def load(self, mentor: str) -> int:
        return sum(
            self.spans(p)[-1][1] is None and mentor in self._members(p) for p in self.of(mentor)
        )

    def helpers(self, pairing: str) -> list[list[Any]]:
        """Who joined later: the participant, the first day and the last one, if there is one."""
        stays: list[list[Any]] = self.pairings[pairing]["helpers"]
        return stays

    def places_until(self, participant: str) -> list[date]:
        """Days on which somebody gave a place back."""
        found = [u for p in self.of(participant) for _, u in self.spans(p) if u]
        for pairing in self.of(participant):
            for who, since, until in self.helpers(pairing):
                if who == participant:
                    spans = [u for _, u in self.spans(pairing) if u and u > since]
                    found = [u for u in found if u not in [b for _, b in self.spans(pairing)]]
                    found += [min(u, until or u) for u in spans] + ([until] if until else [])
        return found

    def capacity(self, mentor: str) -> int:
        places = DEFAULT_PLACES
        for since, number in sorted(self.participants[mentor]["capacities"], key=lambda c: c[0]):
            if since <= self.today:
                places = number
        return min(places, HARD_LIMIT)

    def meetings(self, participant: str) -> list[tuple[str, datetime, int]]:
        return [
            (meeting, at, minutes)
            for pairing in self.of(participant)
            for meeting, (at, minutes) in self.pairings[pairing]["meetings"].items()
            if participant in self.pairings[pairing]["there"][meeting]
        ]

    # -------------------------------------------------------------- asking

    def enrol(self, participant: str, role: str, since: date) -> Outcome:
        self.participants[participant] = {
            "role": role,
            "since": since,
            "ended": None,
            "capacities": [],
        }
        return RECORDED

    def set_capacity(self, mentor: str, places: int, since: date) -> Outcome:
        known = self.participants[mentor]
        if known["ended"] and since >= known["ended"]:
            return {"enrolment_ended"}
        latest = sorted(known["capacities"], key=lambda c: c[0])
        if latest and latest[-1] == (since, places):
            return NOTHING_NEW
        known["capacities"].append((since, places))
        return RECORDED

    def leave(self, participant: str, on: date) -> Outcome:
        known = self.participants[participant]
        if known["ended"]:
            return NOTHING_NEW if known["ended"] == on else {"enrolment_ended"}
        broken = set()
        if on < known["since"]:
            broken.add("ends_before_start")
        left = []
        for pairing in self.of(participant):
            if self.situation(pairing)[0] == "ended" or participant not in self._members(pairing):
                continue
            if participant in self._pair(pairing):
                broken |= {"live_pairing"} | self._leaving(pairing, participant, on)
            else:
                broken |= self._leaving(pairing, participant, on)
                left.append(pairing)
        if any(until > on for until in self.places_until(participant)):
            broken.add("pairing_outlasts_enrolment")
        if broken:
            return broken
        for pairing in left:
            self._left(pairing, participant, on)
        known["ended"] = on
        return RECORDED

    def form(self, pairing: str, mentor: str, mentee: str, on: date, *, primary: bool) -> Outcome:
        broken = self._becomes_active((mentor, mentee), on, {"outside_enrolment"})
        broken |= self._places(mentor, mentee, pairing, on, primary=primary)
        broken |= self._paired({mentor}, mentee, pairing, on)
        if broken:
            return broken
        self.pairings[pairing] = {
            "mentor": mentor,
            "mentee": mentee,
            "primary": primary,
            "life": [("formed", on, False)],
            "meetings": {},
            "there": {},
            "goals": {},
            "helpers": [],
        }
        return RECORDED

    def add(self, pairing: str, mentor: str, since: date) -> Outcome:
        """A second mentor joins; a pairing has three members at most."""
        broken = self._outside(pairing, since)
        formed, known = self.pairings[pairing]["life"][0][1], self.participants[mentor]
        if mentor in self._pair(pairing):
            same = since == formed and not self.pairings[pairing]["primary"]
            return NOTHING_NEW if same else broken | {"member_twice"}
        stays = self.helpers(pairing)
        mine = [s for s in stays if s[0] == mentor and (s[2] is None or since < s[2])]
        if mine:
            same = mine[0][1] == since and not broken
            return NOTHING_NEW if same else broken | {"member_twice"}
        name, day = self.situation(pairing)
        over = day if name == "ended" else None
        if since < known["since"]:
            broken.add("outside_enrolment")
        ended = known["ended"]
        if ended and (over is None or since >= ended or over > ended):
            broken.add("enrolment_ended")
        for _, begins, ends in stays:
            together = ends is None or (ends > since and ends > begins)
            if together and (over is None or max(since, begins) < over):
                broken.add("size_out_of_bounds")
        takes = self.spans(pairing)[-1][1] is None
        if takes and self.load(mentor) + 1 > self.capacity(mentor):
            broken.add("no_free_place")
        broken |= self._paired({mentor}, self._pair(pairing)[1], pairing, since, over)
        if broken:
            return broken
        stays.append([mentor, since, None])
        return RECORDED

    def remove(self, pairing: str, mentor: str, on: date) -> Outcome:
        """A second mentor leaves again."""
        if any(s[2] == on for s in self.helpers(pairing) if s[0] == mentor):
            return NOTHING_NEW
        broken = self._leaving(pairing, mentor, on)
        if broken:
            return broken
        self._left(pairing, mentor, on)
        return RECORDED

    def pause(self, pairing: str, since: date, *, frees: bool) -> Outcome:
        life = self.pairings[pairing]["life"]
        if not frees and any(step == ("paused", since, f) for step in life for f in (True, False)):
            return NOTHING_NEW
        place, (name, day) = self._then(pairing, since)
        if not frees and name == "active" and place < len(life):
            return self._late(pairing, place, ("paused", since, False))
        name, day = self.situation(pairing)
        if name != "active":
            return {"not_active"}
        if since < day:
            return {"before_start"}
        return self._step(pairing, "paused", since, frees)

    def resume(self, pairing: str, on: date) -> Outcome:
        life = self.pairings[pairing]["life"]
        if any(step[0] == "paused" and after[1] == on for step, after in pairwise(life)):
            return NOTHING_NEW
        place, (name, _) = self._then(pairing, on)
        if name == "paused" and not life[place - 1][2] and place < len(life):
            people = [self.participants[member] for member in self._members(pairing)]
            if any(p["ended"] and on >= p["ended"] for p in people):
                return {"enrolment_ended"}
            return self._late(pairing, place, ("resumed", on, False))
        name, day = self.situation(pairing)
        if name != "paused":
            return {"not_paused"}
        broken = {"ends_before_start"} if on < day else set()
        broken |= self._becomes_active(self._members(pairing), on, {"enrolment_ended"})
        if self.spans(pairing)[-1][1] is not None:
            broken |= self._retakes(pairing, on)
        return broken or self._step(pairing, "resumed", on)

    def end(self, pairing: str, on: date) -> Outcome:
        name, day = self.situation(pairing)
        if name == "ended":
            return NOTHING_NEW if on == day else {"already_ended"}
        broken = {"before_start"} if on < day else set()
        known = self.pairings[pairing]
        if any(at.date() > on for at, _ in known["meetings"].values()):
            broken.add("meeting_after_end")
        moves = [d for _, since, until in self.helpers(pairing) for d in (since, until) if d]
        if any(d > on for d in moves):
            broken.add("after_end")
        days = [d for g in known["goals"].values() for d in (g["on"], *(d for d, _ in g["steps"]))]
        if any(d > on for d in days):
            broken.add("after_end")
        return broken or self._step(pairing, "ended", on)

    def reopen(self, pairing: str, on: date) -> Outcome:
        name, day = self.situation(pairing)
        if name != "ended":
            return {"not_ended"}
        broken = {"ends_before_start"} if on < day else set()
        broken |= self._becomes_active(self._members(pairing), on, {"enrolment_ended"})
        broken |= self._retakes(pairing, on)
        broken |= self._paired(self._mentors(pairing), self._pair(pairing)[1], pairing, on)
        return broken or self._step(pairing, "reopened", on)

    def take_back_end(self, pairing: str) -> Outcome:
        """Retract the last step, which ended the pairing."""
        known = self.pairings[pairing]
        ended = known["life"].pop()
        broken = set()
        restored = self.spans(pairing)[-1]
        if restored[1] is None:
            _, mentee = self._pair(pairing)
            if any(self.load(m) > self.capacity(m) for m in self._members(pairing) if m != mentee):
                broken.add("no_free_place")
            if known["primary"] and self._rival(mentee, pairing, *restored):
                broken.add("primary_mentor_exists")
        formed, mentee = known["life"][0][1], self._pair(pairing)[1]
        broken |= self._paired(self._mentors(pairing), mentee, pairing, formed)
        for member in self._members(pairing):
            ended_on = self.participants[member]["ended"]
            if ended_on and any(u is None or u > ended_on for _, u in self.spans(pairing)):
                broken.add("outside_enrolment")
        if broken:
            known["life"].append(ended)
            return broken
        return RECORDED

    def hold(self, pairing: str, meeting: str, at: datetime, minutes: int) -> Outcome:
        broken = self._outside(pairing, at.date()) | self._overlaps(pairing, meeting, at, minutes)
        if broken:
            return broken
        self.pairings[pairing]["meetings"][meeting] = (at, minutes)
        self.pairings[pairing]["there"][meeting] = self._there(pairing, at.date())
        return RECORDED

    def amend_meeting(self, pairing: str, meeting: str, at: datetime, minutes: int) -> Outcome:
        meetings = self.pairings[pairing]["meetings"]
        if meeting not in meetings:
            return {"retracted"}
        broken = self._outside(pairing, at.date()) | self._overlaps(pairing, meeting, at, minutes)
        if broken:
            return broken
        if not self.pairings[pairing]["there"][meeting] <= self._there(pairing, at.date()):
            return {"not_a_member"}
        same = meetings[meeting] == (at, minutes)
        meetings[meeting] = (at, minutes)
        return NOTHING_NEW if same else RECORDED

    def take_back_meeting(self, pairing: str, meeting: str) -> Outcome:
        known = self.pairings[pairing]["meetings"].pop(meeting, None)
        return RECORDED if known else NOTHING_NEW

    def set_goal(self, pairing: str, goal: str, on: date) -> Outcome:
        if broken := self._outside(pairing, on):
            return broken
        self.pairings[pairing]["goals"][goal] = {"on": on, "steps": []}
        return RECORDED

    def progress(self, pairing: str, goal: str, on: date, status: str) -> Outcome:
        known = self.pairings[pairing]["goals"].get(goal)
        if known is None:
            return {"no_such_goal"}
        broken = self._outside(pairing, on)
        if on < known["on"]:
            broken.add("before_the_goal")
        before = [s for d, s in known["steps"] if d <= on]
        behind = [s for d, s in known["steps"] if d > on]
        way = [before[-1] if before else "set", status, *behind[:1]]
        if any(new not in ONWARD[old] for old, new in pairwise(way)):
            broken.add("no_such_transition")
        if broken:
            return broken
        known["steps"].append((on, status))
        known["steps"].sort(key=lambda step: step[0])
        return RECORDED

    def take_back_goal(self, pairing: str, goal: str) -> Outcome:
        goals = self.pairings[pairing]["goals"]
        if goal not in goals:
            return NOTHING_NEW
        if goals[goal]["steps"]:
            return {"others_rest_on_it"}
        del goals[goal]
        return RECORDED

    # -------------------------------------------------------------- rules

    def _members(self, pairing: str) -> tuple[str, ...]:
        """Who has not left."""
        helpers = (who for who, _, until in self.helpers(pairing) if until is None)
        return (*self._pair(pairing), *helpers)

    def _ever(self, pairing: str) -> set[str]:
        return {*self._pair(pairing), *(who for who, _, _ in self.helpers(pairing))}

    def _there(self, pairing: str, day: date) -> set[str]:
        """The members of a day."""
        helpers = {
            who
            for who, since, until in self.helpers(pairing)
            if since <= day and (until is None or day <= until)
        }
        return {*self._pair(pairing), *helpers}

    def _leaving(self, pairing: str, mentor: str, on: date) -> set[str]:
        """What is wrong with leaving on a day."""
        broken = self._outside(pairing, on)
        stays = [s for s in self.helpers(pairing) if s[0] == mentor]
        if mentor in self._pair(pairing):
            stays = [[mentor, self.pairings[pairing]["life"][0][1], None]]
        if not any(s[2] is None and s[1] <= on for s in stays):
            broken.add("not_a_member")
        for meeting, (at, _) in self.pairings[pairing]["meetings"].items():
            if at.date() > on and mentor in self.pairings[pairing]["there"][meeting]:
                broken.add("not_a_member")
        if any(begins > on for begins, _ in self.spans(pairing)[1:]):
            broken.add("others_rest_on_it")
        return broken

    def _left(self, pairing: str, mentor: str, on: date) -> None:
        for stay in self.helpers(pairing):
            if stay[0] == mentor and stay[2] is None:
                stay[2] = on

    def _pair(self, pairing: str) -> tuple[str, str]:
        return self.pairings[pairing]["mentor"], self.pairings[pairing]["mentee"]

    def _then(self, pairing: str, day: date) -> tuple[int, tuple[str, date]]:
        """How many steps a pairing had taken by the end of a day, and where it stood."""
        life = self.pairings[pairing]["life"]
        taken = [life[0], *(step for step in life[1:] if step[1] <= day)]
        name = {"formed": "active", "resumed": "active", "reopened": "active"}
        return len(taken), (name.get(taken[-1][0], taken[-1][0]), taken[-1][1])

    def _late(self, pairing: str, place: int, step: tuple[str, date, bool]) -> Outcome:
        """Put a step before later ones: a pause before an end, a return before both."""
        life = self.pairings[pairing]["life"]
        fits = {"paused": {"ended"}, "resumed": {"ended", "paused"}}[step[0]]
        if life[place][0] not in fits:
            return {"others_rest_on_it"}
        life.insert(place, step)
        return RECORDED

    def _mentors(self, pairing: str) -> set[str]:
        """The mentors of a pairing who have not left."""
        return set(self._members(pairing)) - {self._pair(pairing)[1]}

    def _paired(
        self, mentors: set[str], mentee: str, pairing: str, since: date, until: date | None = None
    ) -> set[str]:
        """Whether a mentee and one of these mentors have another pairing at the same time."""
        for other, known in self.pairings.items():
            if other == pairing or known["mentee"] != mentee:
                continue
            name, day = self.situation(other)
            left = day if name == "ended" else None
            stays = [(known["mentor"], known["life"][0][1], None), *self.helpers(other)]
            for who, begins, ends in stays:
                ends_on = min((d for d in (ends, left, until) if d is not None), default=None)
                together = ends_on is None or max(begins, since) < ends_on
                if who in mentors and together:
                    return {"paired_already"}
        return set()

    def _step(self, pairing: str, name: str, on: date, frees: bool = False) -> Outcome:
        self.pairings[pairing]["life"].append((name, on, frees))
        return RECORDED

    def _becomes_active(self, members: tuple[str, ...], on: date, too_early: set[str]) -> set[str]:
        broken = set()
        for member in members:
            known = self.participants[member]
            if on < known["since"]:
                broken |= too_early
            if known["ended"]:
                broken.add("enrolment_ended")
        return broken

    def _retakes(self, pairing: str, on: date) -> set[str]:
        mentor, mentee = self._pair(pairing)
        primary = self.pairings[pairing]["primary"]
        broken = self._places(mentor, mentee, pairing, on, primary=primary)
        for helper in self._members(pairing)[2:]:
            if self.load(helper) + 1 > self.capacity(helper):
                broken.add("no_free_place")
        return broken

    def _places(
        self, mentor: str, mentee: str, pairing: str, on: date, *, primary: bool
    ) -> set[str]:
        broken = set()
        if self.load(mentor) + 1 > self.capacity(mentor):
            broken.add("no_free_place")
        if primary and self._rival(mentee, pairing, on, None):
            broken.add("primary_mentor_exists")
        return broken

    def _rival(self, mentee: str, pairing: str, since: date, until: date | None) -> bool:
        """Whether another primary mentor answers for the mentee at that time."""
        return any(
            (until is None or begins < until) and (ends is None or since < ends)
            for other in self.of(mentee)
            if other != pairing and self.pairings[other]["primary"]
            for begins, ends in self.spans(other)
            if begins != ends
        )

    def _outside(self, pairing: str, day: date) -> set[str]:
        """What is wrong with something that happens in a pairing on a day."""
        if day < self.pairings[pairing]["life"][0][1]:
            return {"before_start"}
        name, since = self.situation(pairing)
        if name == "ended" and day > since:
            return {"after_end"}
        if any(ended < day < reopened for ended, reopened in self.gaps(pairing)):
            return {"after_end"}
        return set()

    def _overlaps(self, pairing: str, meeting: str, at: datetime, minutes: int) -> set[str]:
        ends = at + timedelta(minutes=minutes)
        there = self.pairings[pairing]["there"].get(meeting) or self._there(pairing, at.date())
        for member in there:
            for other, begins, lasts in self.meetings(member):
                if other != meeting and at < begins + timedelta(minutes=lasts) and begins < ends:
                    return {"overlaps"}
        return set()
