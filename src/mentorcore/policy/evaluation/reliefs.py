"""Reliefs from a rule: which ones a pack allows, who may grant them, and which are in force."""

from collections.abc import Iterator
from datetime import date

import attrs

from mentorcore.policy.evaluation.subjects import Subject
from mentorcore.policy.facts import Fact
from mentorcore.policy.grammar import ReliefType, Rule, Selector
from mentorcore.policy.other_kinds import Relief
from mentorcore.policy.pack import Pack
from mentorcore.policy.results import Cited

__all__ = ["COORDINATOR", "Granted", "grantors", "in_force", "justifications", "relief_rules"]

WAIVED = "participant.requirement-waived"
JUSTIFIED = "program.requirement-justified"
COORDINATOR = "coordinator"
"""Who grants a relief that a rule allows without saying who may."""


@attrs.frozen(kw_only=True)
class Granted:
    """A relief that was granted and holds on the day asked.

    Attributes:
        relief: Its type.
        on: Since when it holds.
        new_limit: The last day in time, for an extension.
        cited: The event.
    """

    relief: str
    on: date
    new_limit: date | None
    cited: Cited


def relief_rules(pack: Pack, rule_id: str, relief: str) -> tuple[Relief, ...]:
    """The rules of kind ``relief`` that say who may grant such a relief from a rule."""
    return tuple(
        rule
        for rule in pack.rules
        if isinstance(rule, Relief) and rule_id in rule.applies_to and relief in rule.types
    )


def grantors(pack: Pack, rule: Rule, relief: ReliefType) -> frozenset[str]:
    """The roles that may grant such a relief from a rule; nobody where the pack allows none."""
    rules = relief_rules(pack, rule.id, relief)
    if rules:
        return frozenset(role for r in rules for role in r.granted_by)
    return frozenset({COORDINATOR} if relief in rule.relief_allowed else ())


def in_force(pack: Pack, rule: Rule, subject: Subject) -> tuple[Granted, ...]:
    """The reliefs from a rule that hold for a subject, in the order of their days."""
    return tuple(
        Granted(
            relief=relief,
            on=fact.on,
            new_limit=limit if isinstance(limit := fact.values.get("new_limit"), date) else None,
            cited=fact.cited,
        )
        for fact in _granted(subject, rule, pack)
        for relief in _ALLOWED
        if relief == fact.values.get("relief")
        and fact.values.get("granted_by", COORDINATOR) in grantors(pack, rule, relief)
    )


def justifications(pack: Pack, rule: Rule, subject: Subject) -> tuple[Fact, ...]:
    """Why the program does without something that a rule would have it do, where it says so."""
    cohorts = {cohort.id for cohort in subject.cohorts}
    return tuple(
        fact
        for fact in subject.facts.facts
        if fact.name == JUSTIFIED
        and fact.on <= subject.as_of
        and _is_of(fact, rule, pack)
        and fact.values.get("cohort_id") in {None, *cohorts}
    )


_ALLOWED: tuple[ReliefType, ...] = ("waiver", "exemption", "extension", "early_completion")


def _granted(subject: Subject, rule: Rule, pack: Pack) -> Iterator[Fact]:
    """What was granted to the participant, or to the member of a pairing that the rule looks at."""
    if subject.scope in ("cohort", "program") or not subject.found(Selector(event=WAIVED)):
        return
    role = getattr(rule, "role", None) if subject.scope == "pairing" else None
    facts = sorted(
        (
            fact
            for participant in subject.participants
            if role in (None, participant.role, participant.part)
            for fact in participant.facts
            if fact.name == WAIVED and fact.on <= subject.as_of
        ),
        key=lambda fact: (fact.on, fact.cited),
    )
    for fact in facts:
        until = fact.values.get("until")
        holds = not isinstance(until, date) or subject.as_of < until
        if holds and _is_of(fact, rule, pack):
            yield fact


def _is_of(fact: Fact, rule: Rule, pack: Pack) -> bool:
    said = fact.values.get("pack_id")
    return fact.values.get("rule_id") == rule.id and said in (None, pack.id)
