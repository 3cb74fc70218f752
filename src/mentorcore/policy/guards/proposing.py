"""Nobody is asked to be paired where a pack forbids that already (INV-07, INV-10).

A proposal takes no place, and what nobody has recorded yet may be recorded by the time it is
accepted: both are asked about then.
"""

from collections.abc import Iterator

import attrs

from mentorcore.domain.aggregate import Decision, Situation
from mentorcore.domain.declarations import recorded_as
from mentorcore.domain.model import Guard
from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.domain.pairing.events.proposals import PairingProposed, ProposePairing
from mentorcore.domain.program import Program
from mentorcore.domain.values import Stream
from mentorcore.policy.evaluation.evaluate import Evaluation
from mentorcore.policy.grammar import Rule
from mentorcore.policy.guards.forbidding import BrokenRule, Joining, asked_rules, refuse
from mentorcore.policy.guards.situation_facts import facts_of
from mentorcore.policy.other_kinds import Eligibility, ProhibitedRelation, Ratio
from mentorcore.policy.registry import Packs

__all__ = ["proposing_guards"]


def proposing_guards(packs: Packs) -> tuple[Guard, ...]:
    """The guard of asking people whether they want to be paired."""

    def proposing(now: Situation, asked: ProposePairing, decided: Decision) -> None:
        program: Program = now.state(Stream(asked.program_id))
        made = next((e for _, e in decided if isinstance(e, PairingProposed)), None)
        if made is None or not program.packs:
            return
        broken = _forbidden(packs, now, program, made)
        if now.corrects is None:
            refuse(broken)
            return
        known = [one.rule for one in _forbidden(packs, now, program, now.corrects.event)]
        refuse(one for one in broken if one.rule not in known)

    return (Guard(ProposePairing, outcome=proposing),)


def _forbidden(
    packs: Packs, now: Situation, program: Program, made: PairingProposed
) -> Iterator[BrokenRule]:
    """The rules that a pairing would break that is formed as it is proposed."""
    stream = Stream(made.pairing_id)
    formed = recorded_as(PairingFormed, made)
    facts = facts_of(now.after(((stream, formed),)), program, made.on)
    there = attrs.evolve(facts, pairings={stream: facts.pairings[stream]})
    day = Evaluation(there, made.on)
    for rule, pack, subject in asked_rules(packs, program, there, Joining(stream, made.on)):
        if _is_settled(rule):
            found = day.of(rule, subject, pack)
            if found.state == "breached":
                yield BrokenRule(rule, pack, found)


def _is_settled(rule: Rule) -> bool:
    """Whether it looks at what does not change because somebody accepts."""
    if isinstance(rule, Ratio):
        return rule.measure == "group_size"
    return isinstance(rule, Eligibility | ProhibitedRelation)
