"""How many at once: mentees of a mentor, members of a group, people in a cohort."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import attrs

from mentorcore.policy.evaluation.case import Case
from mentorcore.policy.evaluation.comparing import compares
from mentorcore.policy.evaluation.outcomes import (
    Outcome,
    insufficient,
    not_applicable,
    plural,
)
from mentorcore.policy.evaluation.reliefs import justifications
from mentorcore.policy.evaluation.stays import gaps
from mentorcore.policy.evaluation.subjects import LEFT, REOPENED, enrolment_of
from mentorcore.policy.evaluation.vocabulary import known, turning_points
from mentorcore.policy.facts import PairingFacts
from mentorcore.policy.other_kinds import Ratio
from mentorcore.policy.results import Cited

__all__ = ["ratio"]

ONE = timedelta(days=1)
PAUSED, RESUMED = "pairing.paused", "pairing.resumed"

WORDS = {"mentees_per_mentor": "mentee", "group_size": "member", "cohort_size": "mentee"}


def ratio(rule: Ratio, case: Case) -> Outcome:
    """A measure stays within the first bound that matches, on every day up to the day asked.

    A cohort fills while people enrol, so that its size is looked at on the day asked alone.
    """
    if rule.measure == "cohort_size":
        return _cohort(rule, case)
    someone = case.subject.participant
    stays = _load(case) if rule.measure == "mentees_per_mentor" else _size(case)
    changes = {day for stay in stays for day in (stay.since, stay.until) if day is not None}
    if stays and someone is not None:
        changes.update(turning_points(someone, min(changes), case.as_of))
    measured = (_day(rule, case, stays, day) for day in sorted(changes))
    found = [m for m in measured if m.day <= case.as_of and m.number]
    if not found:
        return not_applicable("no_anchor", "there is nothing to measure yet")
    return _judged(rule, case, found)


@attrs.frozen
class _Stay:
    """Somebody counts, from a day to before another."""

    who: str
    since: date
    until: date | None
    cited: Cited

    def on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@attrs.frozen
class _Day:
    """What is so from a day on.

    Attributes:
        day: The day.
        number: How many there are.
        bounds: The largest numbers that may hold: one, or several where a fact is not known that
            decides between them; nothing in it where there is no bound.
        missing: That fact.
        cited: What it rests on.
    """

    day: date
    number: int
    bounds: tuple[int | None, ...]
    missing: str | None
    cited: tuple[Cited, ...]

    @property
    def is_over(self) -> bool:
        return all(most is not None and self.number > most for most in self.bounds)

    @property
    def is_within(self) -> bool:
        return all(most is None or self.number <= most for most in self.bounds)

    @property
    def most(self) -> str:
        known = [most for most in self.bounds if most is not None]
        return f"at most {max(known):,}" if known else "any number"


def _judged(rule: Ratio, case: Case, found: list[_Day]) -> Outcome:
    over = [m for m in found if m.is_over]
    if over:
        return _violated(rule, case, over, over[0].most)
    short = [m for m in found if rule.min is not None and m.number < rule.min]
    if short:
        return _violated(rule, case, short, f"{rule.min:,} or more")
    for unsure in found:
        if unsure.missing is not None and not unsure.is_within:
            said = f"the bound depends on {unsure.missing}, of which nothing is recorded"
            return insufficient(unsure.missing, said)
    last, word = found[-1], WORDS[rule.measure]
    bounds = [] if rule.min is None else [f"{rule.min:,} or more"]
    return Outcome(
        state="met",
        said=f"never more than {plural(max(m.number for m in found), word)} at once",
        measured=plural(last.number, word),
        threshold=" and ".join([*bounds, last.most]),
        evidence=last.cited or case.evidence(),
    )


def _violated(rule: Ratio, case: Case, days: list[_Day], bound: str) -> Outcome:
    """Breached, unless the bound is a soft one and a reason is recorded."""
    first, last = days[0], days[-1]
    word = WORDS[rule.measure]
    reasons = () if rule.hard else justifications(case.pack, rule, case.subject)
    when = f"on {first.day}" if rule.measure == "cohort_size" else f"from {first.day} on"
    said = f"{plural(first.number, word)} {when}, {bound} required"
    if last.day > first.day:
        said += f"; again {plural(last.number, word)} from {last.day} on"
    return Outcome(
        state="waived" if reasons else "breached",
        said=said + ("; a reason is recorded" if reasons else ""),
        measured=plural(first.number, word),
        threshold=bound,
        evidence=(*(first.cited or case.evidence()), *(fact.cited for fact in reasons)),
        code="justified" if reasons else None,
    )


def _day(rule: Ratio, case: Case, stays: Iterable[_Stay], day: date) -> _Day:
    someone = case.subject.participant
    present = {stay.who: stay.cited for stay in stays if stay.on(day)}
    cited = [present[who] for who in sorted(present)]
    bounds: list[int | None] = []
    missing: str | None = None
    for bound in rule.when:
        held = known(bound.fact, someone, case.subject.facts, day) if someone else None
        fits = compares(held.value, bound.op, bound.value) if held else None
        if held is not None:
            cited += held.cited
        if fits is None:
            missing = missing or bound.fact
        if fits is not False:
            bounds.append(bound.max)
        if fits:
            break
    else:
        bounds.append(rule.max)
    return _Day(day, len(present), tuple(bounds), missing, tuple(dict.fromkeys(cited)))


def _load(case: Case) -> tuple[_Stay, ...]:
    """The mentees of a mentor; a pause that frees the place frees it."""
    found: list[_Stay] = []
    for pairing in case.subject.pairings:
        away = sorted(_freed(pairing, case.as_of))
        for me in pairing.members:
            if me.participant == case.subject.id and me.part == "mentor":
                for stay in _members(pairing, parts=("mentee",)):
                    since, until = max(stay.since, me.since), _first(stay.until, me.until)
                    found += _without(attrs.evolve(stay, since=since, until=until), away)
    return tuple(stay for stay in found if stay.until is None or stay.since < stay.until)


def _size(case: Case) -> tuple[_Stay, ...]:
    return tuple(stay for pairing in case.subject.pairings for stay in _members(pairing))


def _members(pairing: PairingFacts, parts: tuple[str, ...] = ()) -> Iterator[_Stay]:
    ended = None if pairing.ended_on is None else pairing.ended_on + ONE
    for member in pairing.members:
        if not parts or member.part in parts:
            until = _first(member.until, ended)
            yield _Stay(member.participant, member.since, until, member.cited)


def _first(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _freed(pairing: PairingFacts, as_of: date) -> Iterator[tuple[date, date]]:
    """The times in which a pairing takes no place: pauses, and from an end to its reopening."""
    yield from gaps(pairing, as_of)
    begun: date | None = None
    for fact in pairing.facts:
        if fact.on > as_of:
            continue
        if fact.name == PAUSED and fact.values.get("frees_place") is True:
            begun = fact.on
        elif fact.name in (RESUMED, REOPENED) and begun is not None:
            yield begun, fact.on
            begun = None
    if begun is not None:
        yield begun, date.max


def _without(stay: _Stay, away: Iterable[tuple[date, date]]) -> Iterator[_Stay]:
    since = stay.since
    for begun, over in away:
        if since < begun:
            yield attrs.evolve(stay, since=since, until=_first(stay.until, begun))
        since = max(since, over)
    if since < date.max:
        yield attrs.evolve(stay, since=since)


def _cohort(rule: Ratio, case: Case) -> Outcome:
    """The mentees of a cohort: who completed the program stays one, who went away does not."""
    stays = tuple(
        _Stay(p.id, p.enrolled_on, p.ended_on if p.outcome in LEFT else None, cited)
        for p in case.subject.participants
        if p.part == "mentee"
        for cited in enrolment_of(p)
    )
    return _judged(rule, case, [_day(rule, case, stays, case.as_of)])
