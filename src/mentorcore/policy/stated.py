"""What a pack asks of a program: facts that somebody has to state, and names of its roles."""

from collections.abc import Iterator
from typing import get_args

from mentorcore.domain.settings import Part
from mentorcore.policy.evaluation.vocabulary import FACTS
from mentorcore.policy.grammar import Rule
from mentorcore.policy.other_kinds import (
    Eligibility,
    Prerequisite,
    ProhibitedRelation,
    Ratio,
    Report,
    SoftMatch,
)
from mentorcore.policy.pack import Pack

__all__ = ["named_roles", "stated_facts"]

OF_A_SUBJECT = ("role", "cohort", "shape")
"""What is known of every subject that has it."""


def stated_facts(pack: Pack) -> tuple[str, ...]:
    """The words for facts that somebody has to state, in the order of the rules."""
    told = {word for word, fact in FACTS.items() if fact.read is not None}
    asked = (word for rule in pack.rules for word in _asked(rule))
    return tuple(dict.fromkeys(w for w in asked if w not in told and w not in OF_A_SUBJECT))


def named_roles(pack: Pack) -> tuple[str, ...]:
    """The roles that rules are for, but for the parts that every program knows.

    A program that calls none of its roles so has nobody whom such a rule concerns.
    """
    asked = (word for rule in pack.rules for word in _roles(rule))
    return tuple(dict.fromkeys(word for word in asked if word not in get_args(Part)))


def _roles(rule: Rule) -> Iterator[str]:
    if isinstance(role := rule.applies_when.get("role"), str):
        yield role
    match rule:
        case Eligibility() | Prerequisite() if rule.scope == "pairing":
            yield rule.role
        case ProhibitedRelation():
            yield from rule.between
        case Report():
            yield from rule.of
        case _:
            pass


def _asked(rule: Rule) -> Iterator[str]:
    yield from rule.applies_when
    match rule:
        case Eligibility():
            yield from (predicate.fact for predicate in rule.all)
        case Ratio():
            yield from (bound.fact for bound in rule.when)
        case SoftMatch():
            yield from rule.attributes
        case Report():
            yield from rule.fields
        case _:
            pass
