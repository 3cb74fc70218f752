"""What needs a person at the end of a year, reckoned from its files by the sentences of the rules.

Nothing here knows mentorcore. The rules, as people say them:

- Silence, waiting and what is overdue count every day but those of a break and the weekends beside
  it. A break is a run of days without lessons that holds more than an ordinary weekend.
- A pair is silent when more days have passed since its last meeting, or since it began, than the
  program's cadence has; a month has 31.
- Somebody who is to be supported and is in no pairing waits.
- A goal that is neither reached nor put off, and a step, are overdue after their day.
- The latest rating of somebody on a scale is low at a bound of the scale.
- Who mentors and has no place left is near capacity.
- Two meetings of a pairing on one day, of which no time is known, may be one.
- A visit is talked about within seven days, and a round is closed by its day.
- A cohort that is over still has pairings: one thing for the cohort, and one for each of them.
- More of what is set aside was used than there is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from blueprints.reckoning import LED_BY, SUPPORTED, Pairing, Year

KINDS = {
    *("no_meeting", "unpaired", "goal_overdue", "item_overdue", "low_feedback", "near_capacity"),
    *("probable_duplicate", "debrief_overdue", "round_overdue", "cohort_ended"),
    *("pairing_left_open", "support_overused"),
}
"""The kinds that are reckoned here; requirements have sentences of their own."""

UNITS = {"week": 7, "month": 31}
DEBRIEF = timedelta(days=7)

Need = tuple[str, frozenset[str]]


def needs(year: Year, day: date) -> Counter[Need]:
    """What needs a person on a day: its kind, and the names of whom it is about."""
    return Counter(_every(year, day))


def _every(year: Year, day: date) -> Iterator[Need]:
    live = [p for p in year.pairings if p.ended is None or p.ended > day]
    is_over = all(cohort["ends_on"] <= day for cohort in year.plan["cohorts"])
    if is_over and live:
        yield "cohort_ended", frozenset()
    for pairing in live:
        names = frozenset(m.person.name for m in pairing.members_on(day))
        if is_over:
            yield "pairing_left_open", names
        else:
            yield from ((kind, names) for kind in _of_pairing(year, pairing, day))
        yield from (("item_overdue", names) for due in pairing.items if passed(year, due, day) > 0)
        days = Counter(m.on for m in pairing.meetings.values() if m.at is None)
        yield from (("probable_duplicate", names) for n in days.values() if n > 1)
        for _, ratings in pairing.ratings.values():
            low = [s for s, r in ratings.items() if r <= year.plan["scales"][s]["low_at"]]
            yield from (("low_feedback", names) for _ in low)
    for enrolment in year.enrolments:
        name, part = enrolment.person.name, year.part(enrolment.role)
        there = enrolment.ended is None or enrolment.ended > day
        if part in SUPPORTED and there and not any(name in _names(p, day) for p in live):
            yield "unpaired", frozenset({name})
        if part in LED_BY and there:
            limit, load = year.places(day)[f"{name}, {enrolment.role}"]
            if limit is not None and load >= limit:
                yield "near_capacity", frozenset({name})
    for support in year.support:
        if support.used > support.amount:
            yield "support_overused", frozenset({support.who.name} if support.who else ())
    for one in year.rounds.values():
        names = _names(one.pairing, day)
        if one.closed is None and one.due < day:
            yield "round_overdue", names
        for key, debriefed in one.debriefs.items():
            on, pair = one.visits[key]
            if debriefed is None and day > on + DEBRIEF:
                yield "debrief_overdue", frozenset(pair)


def _of_pairing(year: Year, pairing: Pairing, day: date) -> Iterator[str]:
    cadence = year.plan.get("cadence")
    since = max((m.on for m in pairing.meetings.values()), default=pairing.begun)
    if cadence and since and passed(year, since, day) > cadence["every"] * UNITS[cadence["unit"]]:
        yield "no_meeting"
    for steps in pairing.goals.values():
        due = next((on for _, _, on in reversed(steps) if on), None)
        if steps[-1][1] in {"set", "in_progress"} and due and passed(year, due, day) > 0:
            yield "goal_overdue"


def _names(pairing: Pairing, day: date) -> frozenset[str]:
    return frozenset(m.person.name for m in pairing.members_on(day))


def passed(year: Year, since: date, day: date) -> int:
    """The days that have passed, but for those of breaks."""
    breaks = {on for told in year.plan.get("calendar", ()) for on in _breaks(told)}
    days = (since + timedelta(days=n) for n in range(1, (day - since).days + 1))
    return sum(on not in breaks for on in days)


def _breaks(told: dict[str, Any]) -> Iterator[date]:
    off = [
        (gap["since"], gap.get("until") or gap["since"] + timedelta(days=1))
        for gap in told.get("non_instructional", ())
    ]
    first = min(term["since"] for term in told["terms"])
    last = max(*(term["until"] for term in told["terms"]), first + timedelta(days=365))
    run: list[date] = []
    is_break = False
    for n in range((last - first).days + 1):
        on = first + timedelta(days=n)
        named = any(a <= on < b for a, b in off)
        outside = not any(t["since"] <= on < t["until"] for t in told["terms"])
        if on < last and (named or outside or on.weekday() >= 5):
            run.append(on)
            is_break |= named or outside
            continue
        yield from run if is_break else ()
        run, is_break = [], False
