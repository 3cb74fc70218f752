"""What rules say of a program: one result for each rule and subject."""

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from datetime import date
from typing import Any, get_args

import attrs

from mentorcore.policy.evaluation import (
    bounds,
    counting,
    deadlines,
    dosage,
    durations,
    matching,
    papers,
    people,
)
from mentorcore.policy.evaluation.case import Case
from mentorcore.policy.evaluation.outcomes import Outcome, not_applicable
from mentorcore.policy.evaluation.reliefs import in_force
from mentorcore.policy.evaluation.school import School
from mentorcore.policy.evaluation.scoping import out_of_scope
from mentorcore.policy.evaluation.subjects import FactsByName, Subject
from mentorcore.policy.evaluation.versions import adoptions_for
from mentorcore.policy.facts import Adopted, Facts
from mentorcore.policy.grammar import Rule, Scope
from mentorcore.policy.other_kinds import (
    Artifact,
    Count,
    Eligibility,
    Prerequisite,
    ProcessExists,
    ProhibitedRelation,
    ProhibitedUse,
    Ratio,
    Relief,
    Report,
    SoftMatch,
)
from mentorcore.policy.pack import Pack
from mentorcore.policy.results import Cited, Result
from mentorcore.policy.time_kinds import (
    AverageDosage,
    Cadence,
    Deadline,
    Duration,
    TotalDosage,
)

__all__ = ["Evaluation", "evaluate"]

KINDS: Mapping[type[Rule], Callable[[Any, Case], Outcome]] = {
    Deadline: deadlines.deadline,
    Cadence: counting.cadence,
    AverageDosage: dosage.average_dosage,
    TotalDosage: dosage.total_dosage,
    Duration: durations.duration,
    Ratio: bounds.ratio,
    Eligibility: people.eligibility,
    Prerequisite: people.prerequisite,
    ProhibitedRelation: matching.prohibited_relation,
    ProhibitedUse: papers.prohibited_use,
    SoftMatch: matching.soft_match,
    Artifact: papers.artifact,
    Count: counting.count,
    Report: papers.report,
    ProcessExists: papers.process_exists,
    Relief: lambda _rule, _case: not_applicable("not_evaluated", "it says which reliefs there are"),
}
"""How each kind of rule is decided."""

SCOPES: tuple[Scope, ...] = get_args(Scope)

OF_MEMBERS = (Eligibility, Prerequisite, ProhibitedRelation)
"""Kinds that look at the members of a pairing one by one, so that a relief lets off its own."""

LETS_OFF = ("waiver", "exemption", "early_completion")
"""Reliefs by which a rule asks nothing any more; an extension only moves the day."""


def evaluate(rule: Rule, subject: str, facts: Facts, *, pack: Pack, as_of: date) -> Result:
    """What a rule says of a subject on a day.

    Args:
        rule: The rule.
        subject: The id of what the rule's scope names: a participant (also for a mentor), a
            pairing, a cohort, or the program.
        facts: The program, as it was known when one asks; what lies after *as_of* is not seen.
        pack: The pack that the rule stands in.
        as_of: The day.

    Raises:
        KeyError: There is no such subject.
    """
    return Evaluation(facts, as_of).of(rule, subject, pack)


class Evaluation:
    """The results of a program on a day; what was found once is kept while it lasts.

    Args:
        facts: The program, as it was known when one asks.
        as_of: The day.
    """

    def __init__(self, facts: Facts, as_of: date) -> None:
        self.facts, self.as_of = facts, as_of
        self._by_name = FactsByName()
        self._schools: dict[object, School] = {}
        self._missing: set[Cited] = set()
        self._last: tuple[tuple[Scope, str], Subject] | None = None

    def of(self, rule: Rule, subject: str, pack: Pack) -> Result:
        """What a rule says of a subject; see `evaluate`."""
        looked_at = self._subject(rule.scope, subject)
        case = Case(
            pack=pack,
            subject=looked_at,
            school=self._school(looked_at, pack.week_in_session_min_days),
            reliefs=in_force(pack, rule, looked_at),
            adopted=tuple(a.cited for a in self._adopted(pack)),
        )
        return self._result(rule, case, _outcome(rule, case))

    def all(self, packs: Mapping[str, Pack]) -> Iterator[Result]:
        """Every result of the packs that the program adopted, subject by subject.

        Args:
            packs: The packs that are at hand, by digest. Of one that is not here a single result
                about the program says so, for the rule ``*``, by the code ``pack_missing``.
        """
        for scope in SCOPES:
            for subject in self.subjects(scope):
                yield from self._all_of(scope, subject, packs)

    def subjects(self, scope: Scope) -> tuple[str, ...]:
        """The ids of the subjects of a scope that are there on the day, in order."""
        if scope == "program":
            return (self.facts.program,)
        if scope == "cohort":
            return tuple(sorted(self.facts.cohorts))
        if scope == "pairing":
            pairings = self.facts.pairings
            return tuple(p for p in sorted(pairings) if self._subject(scope, p).since <= self.as_of)
        return tuple(
            p.id
            for _, p in sorted(self.facts.participants.items())
            if p.enrolled_on <= self.as_of and (scope == "participant" or p.part == "mentor")
        )

    def _all_of(self, scope: Scope, subject: str, packs: Mapping[str, Pack]) -> Iterator[Result]:
        for adopted in adoptions_for(self._subject(scope, subject)):
            pack = packs.get(adopted.digest)
            if pack is not None:
                for rule in pack.rules:
                    if rule.scope == scope and not isinstance(rule, Relief):
                        yield self.of(rule, subject, pack)
            elif adopted.cited not in self._missing:
                self._missing.add(adopted.cited)
                yield self._pack_missing(adopted)

    def _subject(self, scope: Scope, subject: str) -> Subject:
        """The subject; the last one is kept, as its rules are asked one after the other."""
        if self._last is None or self._last[0] != (scope, subject):
            made = Subject(scope, subject, self.facts, self.as_of, self._by_name)
            self._last = (scope, subject), made
        return self._last[1]

    def _school(self, subject: Subject, least: int) -> School:
        key = (tuple(cohort.id for cohort in subject.cohorts), least)
        if key not in self._schools:
            self._schools[key] = School(subject.calendars(), least)
        return self._schools[key]

    def _adopted(self, pack: Pack) -> Iterator[Adopted]:
        return (
            adopted
            for adopted in self.facts.adopted
            if (adopted.pack_id, adopted.version) == (pack.id, pack.version)
            and adopted.effective_from <= self.as_of
        )

    def _pack_missing(self, adopted: Adopted) -> Result:
        return Result(
            rule_id="*",
            pack_id=adopted.pack_id,
            pack_version=adopted.version,
            citation="",
            subject=self.facts.program,
            state="insufficient_data",
            evidence=(adopted.cited,),
            code="pack_missing",
            missing=(adopted.digest,),
            said=f"the program adopted version {adopted.version} of {adopted.pack_id}, and no pack "
            f"with the digest {adopted.digest[:12]}… is registered here",
        )

    def _result(self, rule: Rule, case: Case, found: Outcome) -> Result:
        due, satisfied = found.due_on, found.satisfied_on
        late = found.state == "cured_late" and due is not None and satisfied is not None
        waits = found.state in ("not_yet_due", "at_risk", "breached")
        return Result(
            rule_id=rule.id,
            pack_id=case.pack.id,
            pack_version=case.pack.version,
            citation=rule.citation,
            subject=case.subject.id,
            state=found.state,
            measured=found.measured,
            threshold=found.threshold,
            due_on=due,
            satisfied_on=satisfied,
            days_late=(satisfied - due).days if late and due and satisfied else None,
            days_left=(due - self.as_of).days if waits and due else None,
            evidence=found.evidence,
            relief=found.relief,
            code=found.code,
            missing=found.missing,
            said=found.said,
        )


def _outcome(rule: Rule, case: Case) -> Outcome:
    """The order of decision: in scope, applicable, waived, known, and only then the rule itself."""
    outside = out_of_scope(rule, case)
    if outside is not None and outside.state == "not_applicable":
        return outside
    found = outside or KINDS[type(rule)](rule, case)
    relief = next((r for r in reversed(case.reliefs) if r.relief in LETS_OFF), None)
    if relief is None or found.state == "not_applicable":
        return found
    if isinstance(rule, OF_MEMBERS) and case.subject.scope == "pairing":
        others = KINDS[type(rule)](rule, _without_those_let_off(case))
        if others.state not in ("met", "not_applicable"):
            return others
    return attrs.evolve(
        found,
        state="waived",
        code=relief.relief,
        missing=(),
        said=f"{relief.relief.replace('_', ' ')} granted, from {relief.on} on",
        satisfied_on=None,
        relief=relief.cited,
        evidence=(relief.cited,),
    )


def _without_those_let_off(case: Case) -> Case:
    """The same pairing with the members alone to whom no relief was granted."""
    let_off = {relief.cited.stream for relief in case.reliefs if relief.relief in LETS_OFF}
    others = copy(case.subject)
    others.pairings = tuple(
        attrs.evolve(
            pairing, members=tuple(m for m in pairing.members if m.participant not in let_off)
        )
        for pairing in case.subject.pairings
    )
    return attrs.evolve(case, subject=others)
