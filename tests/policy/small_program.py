"""A program as rules look at it, told step by step, each step with the day it was recorded on."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import attrs

from mentorcore.domain.school_calendar import AcademicCalendar, DaysOff, Term
from mentorcore.domain.values import Code
from mentorcore.policy.evaluation.evaluate import evaluate
from mentorcore.policy.facts import (
    Adopted,
    CohortFacts,
    Fact,
    Facts,
    MemberFacts,
    PairingFacts,
    ParticipantFacts,
    Plain,
)
from mentorcore.policy.grammar import Rule, Selector
from mentorcore.policy.pack import Pack
from mentorcore.policy.results import Cited, Result

__all__ = [
    "ENROLLED",
    "HELD",
    "SEMESTERS",
    "YEAR",
    "Told",
    "closed",
    "day",
    "pack_of",
    "year_in_terms",
]

ENROLLED = Selector(event="participant.enrolled")
HELD = Selector(event="pairing.meeting-held")


def day(said: str) -> date:
    return date.fromisoformat(said)


def closed(since: str, until: str | None = None) -> DaysOff:
    """Days without lessons, the last one included."""
    return DaysOff(since=day(since), until=day(until or since) + timedelta(days=1))


def year_in_terms(
    name: str, *terms: tuple[str, str], off: tuple[DaysOff, ...] = ()
) -> AcademicCalendar:
    """A school year; each term by its first and its last day."""
    made = tuple(
        Term(name=f"term {n}", since=day(first), until=day(last) + timedelta(days=1))
        for n, (first, last) in enumerate(terms, 1)
    )
    return AcademicCalendar(
        school_year=Code(name), first_day=made[0].since, terms=made, non_instructional=off
    )


YEAR = year_in_terms(
    "2025-26",
    ("2025-08-18", "2026-06-05"),
    off=(
        closed("2025-09-01"),
        closed("2025-11-11"),
        closed("2025-11-24", "2025-11-28"),
        closed("2025-12-22", "2026-01-02"),
        closed("2026-01-19"),
        closed("2026-02-16"),
        closed("2026-04-06", "2026-04-10"),
        closed("2026-05-25"),
    ),
)
"""A school year of 38 weeks in session, as one term."""


SEMESTERS = year_in_terms("2025-26", ("2025-08-18", "2025-12-19"), ("2026-01-05", "2026-05-08"))
"""Two semesters of 18 weeks each."""


def pack_of(*rules: Rule, **settings: Any) -> Pack:
    """A pack of some rules."""
    head: dict[str, Any] = {
        "id": "example",
        "version": "1",
        "title": "Example",
        "jurisdiction": "XX",
        "authority": "Nobody",
        "citation": "Nowhere",
        "effective_from": day("2017-01-01"),
        "reviewed_on": day("2026-11-23"),
        "notice": "Made up.",
        "digest": "0" * 64,
    }
    return Pack(**{**head, **settings}, rules=rules)


@attrs.define
class Told:
    """A program that is told; every step may say when it was recorded, else on its own day."""

    calendars: tuple[AcademicCalendar, ...] = (YEAR,)
    starts_on: date = date(2025, 8, 18)
    ends_on: date = date(2026, 6, 6)
    attributes: dict[tuple[str, str], tuple[str, ...]] = attrs.field(factory=dict)
    _steps: list[tuple[date, str, str, Any]] = attrs.field(factory=list)
    _taken_back: list[tuple[date, Cited]] = attrs.field(factory=list)

    def adopt(
        self, pack: Pack, since: str = "2025-07-01", applies_to: str = "all", **more: Any
    ) -> Cited:
        def made(cited: Cited) -> Adopted:
            return Adopted(
                pack_id=pack.id,
                version=pack.version,
                digest=pack.digest,
                effective_from=day(since),
                applies_to=applies_to,
                replaces=None,
                cited=cited,
            )

        return self._step("adopted", "program:1", day(since), made, **more)

    def enrol(self, who: str, on: str, role: str = "mentee", fte: int = 100, **more: Any) -> Cited:
        """A participant; also a person of the same name, behind a ``person:``."""

        def made(cited: Cited) -> ParticipantFacts:
            return ParticipantFacts(
                id=who,
                person=f"person:{who}",
                cohort="cohort:1",
                role=role,
                part=role,
                enrolled_on=day(on),
                fte=((day(on), fte),),
                facts=(Fact("participant.enrolled", day(on), cited, {"role": role}),),
            )

        return self._step("participant", who, day(on), made, **more)

    def works(self, who: str, on: str, fte: int, **more: Any) -> Cited:
        """Working time from a day on, in hundredths."""
        return self._step("fte", who, day(on), lambda _: (day(on), fte), **more)

    def leave(self, who: str, on: str, outcome: str = "withdrew", **more: Any) -> Cited:
        return self._step("left", who, day(on), lambda _: (day(on), outcome), **more)

    def pair(
        self,
        pairing: str,
        members: dict[str, str],
        on: str,
        *,
        reasons: tuple[str, ...] = (),
        starts: bool = True,
        shape: str = "one_to_one",
        **more: Any,
    ) -> Cited:
        """Members by their role; a mentor is the primary one, a ``co_mentor`` is not."""

        def made(cited: Cited) -> PairingFacts:
            joined = tuple(
                _member(who, role, day(on), None, cited) for who, role in members.items()
            )
            values: dict[str, Plain] = {"shape": shape, "primary": any(m.primary for m in joined)}
            formed = Fact("pairing.formed", day(on), cited, values)
            started = Fact("pairing.started", day(on), cited)
            return PairingFacts(
                id=pairing,
                cohort="cohort:1",
                shape=shape,
                members=joined,
                active_from=day(on) if starts else None,
                ended_on=None,
                reasons=reasons,
                facts=(formed, started) if starts else (formed,),
            )

        return self._step("pairing", pairing, day(on), made, **more)

    def join(
        self,
        pairing: str,
        who: str,
        role: str,
        since: str,
        *,
        until: str | None = None,
        **more: Any,
    ) -> Cited:
        end = day(until) if until else None
        return self._step(
            "member",
            pairing,
            day(since),
            lambda cited: _member(who, role, day(since), end, cited),
            **more,
        )

    def go(self, pairing: str, who: str, until: str, **more: Any) -> Cited:
        """A member leaves; *until* is the first day as none."""
        return self._step("gone", pairing, day(until), lambda _: (who, day(until)), **more)

    def end(self, pairing: str, on: str, reason: str = "completed", **more: Any) -> Cited:
        self._step("ended", pairing, day(on), lambda _: day(on), **more)
        return self.say(pairing, "pairing.ended", on, reason=reason, **more)

    def meet(
        self, pairing: str, on: str, minutes: int, kind: str = "one_to_one", **values: Any
    ) -> Cited:
        values.setdefault("modality", "in_person")
        values.setdefault("meeting_id", f"meeting:{on}:{len(self._steps)}")
        return self.say(pairing, "pairing.meeting-held", on, minutes=minutes, kind=kind, **values)

    def say(
        self, stream: str, name: str, on: str, recorded: str | None = None, **values: Any
    ) -> Cited:
        """Any other fact of a participant, of a pairing or of the program."""
        return self._step(
            "fact",
            stream,
            day(on),
            lambda cited: Fact(name, day(on), cited, values),
            recorded=recorded,
        )

    def take_back(self, cited: Cited, recorded: str) -> None:
        """A retraction."""
        self._taken_back.append((day(recorded), cited))

    def facts(self, as_known: str | None = None) -> Facts:
        """What is known by the end of a day, or now."""
        known = day(as_known) if as_known else date.max
        gone = {cited for recorded, cited in self._taken_back if recorded <= known}
        some: dict[str, dict[str, Any]] = {"participant": {}, "pairing": {}}
        rest: list[Any] = []
        adopted: list[Adopted] = []
        for number, (recorded, kind, stream, made) in enumerate(self._steps):
            cited = self._cited_at(number)
            if recorded > known or cited in gone:
                continue
            value = made(cited)
            if kind in some:
                some[kind][stream] = value
            elif kind == "adopted":
                adopted.append(value)
            elif kind == "fact" and stream == "program:1":
                rest.append(value)
            else:
                group = "participant" if stream in some["participant"] else "pairing"
                if stream in some[group]:
                    some[group][stream] = _CHANGES[kind](some[group][stream], value)
        return Facts(
            program="program:1",
            cohorts={
                "cohort:1": CohortFacts(
                    id="cohort:1",
                    name="Autumn",
                    starts_on=self.starts_on,
                    ends_on=self.ends_on,
                    cited=Cited("program:1", 1),
                    calendars=self.calendars,
                )
            },
            participants=some["participant"],
            pairings=some["pairing"],
            facts=tuple(rest),
            adopted=tuple(adopted),
            attribute=lambda who, name, _day: self.attributes.get((who, name)),
        )

    def ask(
        self, rule: Rule, subject: str, as_of: str, as_known: str | None = None, **pack: Any
    ) -> Result:
        """What a rule says, as known on the day asked unless another is named."""
        facts = self.facts(as_known or as_of)
        return evaluate(rule, subject, facts, pack=pack_of(rule, **pack), as_of=day(as_of))

    def _step(
        self,
        kind: str,
        stream: str,
        on: date,
        made: Callable[[Cited], Any],
        recorded: str | None = None,
    ) -> Cited:
        self._steps.append((day(recorded) if recorded else on, kind, stream, made))
        return self._cited_at(len(self._steps) - 1)

    def _cited_at(self, number: int) -> Cited:
        stream = self._steps[number][2]
        return Cited(stream, sum(step[2] == stream for step in self._steps[: number + 1]) + 1)


def _member(who: str, role: str, since: date, until: date | None, cited: Cited) -> MemberFacts:
    return MemberFacts(
        participant=who,
        role=role,
        part=role.removeprefix("co_"),
        primary=role == "mentor",
        since=since,
        until=until,
        cited=cited,
    )


def _with_fact(of: Any, fact: Fact) -> Any:
    return attrs.evolve(of, facts=tuple(sorted((*of.facts, fact), key=lambda f: f.on)))


def _gone(pairing: PairingFacts, leaving: tuple[str, date]) -> PairingFacts:
    who, until = leaving
    members = tuple(
        attrs.evolve(m, until=until) if m.participant == who and m.until is None else m
        for m in pairing.members
    )
    return attrs.evolve(pairing, members=members)


_CHANGES: dict[str, Callable[[Any, Any], Any]] = {
    "fact": _with_fact,
    "fte": lambda of, change: attrs.evolve(of, fte=(*of.fte, change)),
    "left": lambda of, end: attrs.evolve(of, ended_on=end[0], outcome=end[1]),
    "member": lambda of, member: attrs.evolve(of, members=(*of.members, member)),
    "gone": _gone,
    "ended": lambda of, on: attrs.evolve(of, ended_on=on),
}
