"""What the rules in force forbid about a pairing and its members, in a situation.

Relations, eligibility and what has to come first are looked at on the day of the command; how many
somebody mentors is about the present, whatever the day from which a pairing is dated.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import attrs

from mentorcore.domain.aggregate import Situation
from mentorcore.domain.program import Program
from mentorcore.domain.settings import MENTORING
from mentorcore.domain.values import ParticipantId, Stream
from mentorcore.errors import Refused
from mentorcore.policy.evaluation.evaluate import Evaluation
from mentorcore.policy.facts import Facts, PairingFacts
from mentorcore.policy.grammar import Rule
from mentorcore.policy.guards.in_force import packs_in_force
from mentorcore.policy.guards.present_load import present_facts, present_number
from mentorcore.policy.guards.situation_facts import facts_of
from mentorcore.policy.other_kinds import Eligibility, Prerequisite, ProhibitedRelation, Ratio
from mentorcore.policy.pack import Pack
from mentorcore.policy.registry import Packs
from mentorcore.policy.results import Result

__all__ = [
    "Broken",
    "BrokenRule",
    "Joining",
    "asked_rules",
    "broken_rules",
    "forbidding",
    "refuse",
    "worse",
]

FORBIDDEN: Mapping[type[Rule], str] = {
    Ratio: "ratio_exceeded",
    Eligibility: "not_eligible",
    Prerequisite: "prerequisite_missing",
    ProhibitedRelation: "prohibited_relation",
}
"""The kinds of rules that forbid bringing people together, with the code of the refusal."""


FORBIDS = frozenset({"breached", "insufficient_data"})
"""What a rule may say that lets nothing happen."""


@attrs.frozen
class Joining:
    """What is asked about.

    Attributes:
        stream: The pairing.
        on: The day of the command.
        newcomer: Who joins, where the others are together already and are not asked about.
        only: The kinds of rules that are asked.
    """

    stream: Stream
    on: date
    newcomer: ParticipantId | None = None
    only: tuple[type[Rule], ...] = tuple(FORBIDDEN)


@attrs.frozen
class BrokenRule:
    """A rule that forbids what is so, or cannot tell.

    Attributes:
        rule: The rule.
        pack: Its pack.
        found: What it says.
        number: How many there are now, of what a ratio bounds.
    """

    rule: Rule
    pack: Pack
    found: Result
    number: int = 0


Broken = Mapping[tuple[str, str, str], BrokenRule]
"""What is forbidden, by pack, rule and subject."""


def worse(broken: Broken, before: Broken) -> Broken:
    """What is broken then and was not before, or is passed by more than it was."""
    return {
        key: one
        for key, one in broken.items()
        if key not in before or one.number > before[key].number
    }


def broken_rules(packs: Packs, then: Situation, program: Program, asked: Joining) -> Broken:
    """The rules that forbid what is so then, or cannot tell."""
    today = then.today(program)
    facts = facts_of(then, program, asked.on)
    together = attrs.evolve(facts, pairings={asked.stream: _fresh(facts, asked)})
    present = present_facts(then, program, facts)
    day, now = Evaluation(together, asked.on), Evaluation(present, today)
    asked_about: list[BrokenRule] = []
    for rule, pack, subject in asked_rules(packs, program, together, asked):
        if not isinstance(rule, Ratio) and isinstance(rule, asked.only):
            asked_about.append(BrokenRule(rule, pack, day.of(rule, subject, pack)))
    # What was over when it was recorded takes nothing.
    if asked.stream in present.pairings and Ratio in asked.only:
        for rule, pack, subject in asked_rules(packs, program, together, asked, today):
            if isinstance(rule, Ratio):
                number = present_number(rule, subject, present)
                asked_about.append(BrokenRule(rule, pack, now.of(rule, subject, pack), number))
    return {
        (one.pack.id, one.rule.id, one.found.subject): one
        for one in asked_about
        if one.found.state in FORBIDS
    }


def _fresh(facts: Facts, asked: Joining) -> PairingFacts:
    """The pairing as it is for whoever joins: with those on the other side, from that day on.

    What was so of the others before is not asked again because somebody joins them, and nobody is
    asked about who has left it since.
    """
    pairing = facts.pairings[asked.stream]
    if asked.newcomer is None:
        over = pairing.ended_on
        stayed = (m for m in pairing.members if m.until is None or (over and over < m.until))
        return attrs.evolve(pairing, members=tuple(stayed))
    there = [m for m in pairing.members if m.until is None or asked.on < m.until]
    new = next(m for m in there if m.participant == asked.newcomer)
    beside = [
        attrs.evolve(m, since=asked.on)
        for m in there
        if (m.part in MENTORING) != (new.part in MENTORING)
    ]
    return attrs.evolve(pairing, members=(*beside, new))


def asked_rules(
    packs: Packs, program: Program, facts: Facts, asked: Joining, on: date | None = None
) -> Iterator[tuple[Rule, Pack, str]]:
    """The rules that forbid, each with the pairing or the members that it is about.

    Args:
        packs: The packs that are registered.
        program: The program.
        facts: The pairing and its members, as they are then.
        asked: What is asked about.
        on: The day on which the packs are in force; that of the command where nothing is said.
    """
    on = on or asked.on
    members = [facts.participants[m.participant] for m in facts.pairings[asked.stream].members]
    mentees = [p for p in members if p.part == "mentee"] or members
    begun = min(p.enrolled_on for p in mentees)
    for pack in packs_in_force(packs, program, on, begun):
        for rule in forbidding(pack):
            if rule.scope == "pairing":
                yield rule, pack, asked.stream
    for member in members:
        for pack in packs_in_force(packs, program, on, member.enrolled_on):
            for rule in forbidding(pack):
                mentors = rule.scope == "mentor" and member.part == "mentor"
                if mentors or rule.scope == "participant":
                    yield rule, pack, member.id


def forbidding(pack: Pack) -> Iterator[Rule]:
    """The rules of a pack that forbid bringing people together."""
    for rule in pack.rules:
        forbids = rule.hard if isinstance(rule, Ratio) else rule.enforce == "guard"
        if forbids and type(rule) in FORBIDDEN:
            yield rule


def refuse(broken: Iterable[BrokenRule]) -> None:
    """Refuse by the first of the rules that are broken, if there is one."""
    for one in broken:
        rule, pack, found = one.rule, one.pack, one.found
        unknown = found.state == "insufficient_data"
        known = "eligibility_unknown" if isinstance(rule, Eligibility) else "requirement_unknown"
        raise Refused(
            f"{rule.id} ({pack.id}, {rule.citation}): {rule.title}; {found.said}",
            known if unknown else FORBIDDEN[type(rule)],
            rule=rule.id,
            pack=pack.id,
            subject=found.subject,
            missing=found.missing,
        )
