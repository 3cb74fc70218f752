"""Which facts a pack asks for that no record tells, so that somebody has to state them."""

from collections.abc import Iterator

from mentorcore.policy.evaluation.vocabulary import FACTS
from mentorcore.policy.grammar import Rule
from mentorcore.policy.other_kinds import Eligibility, Ratio, Report, SoftMatch
from mentorcore.policy.pack import Pack

__all__ = ["stated_facts"]

OF_A_SUBJECT = ("role", "cohort", "shape")
"""What is known of every subject that has it."""


def stated_facts(pack: Pack) -> tuple[str, ...]:
    """The words for facts that somebody has to state, in the order of the rules."""
    told = {word for word, fact in FACTS.items() if fact.read is not None}
    asked = (word for rule in pack.rules for word in _asked(rule))
    return tuple(dict.fromkeys(w for w in asked if w not in told and w not in OF_A_SUBJECT))


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
