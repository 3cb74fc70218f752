"""Whom a mentor mentors now, as rules of ratio look at it: load is about the present (INV-06)."""

from collections.abc import Iterator
from datetime import date

import attrs

from mentorcore.domain.aggregate import Situation
from mentorcore.domain.program import Program
from mentorcore.domain.values import Stream
from mentorcore.policy.facts import Facts, MemberFacts, PairingFacts
from mentorcore.policy.other_kinds import Ratio
from mentorcore.policy.results import Cited

__all__ = ["present_facts", "present_number", "with_places"]


def present_facts(then: Situation, program: Program, facts: Facts) -> Facts:
    """The facts with the pairings that take a place now alone, each as if it began today."""
    today = then.today(program)
    live = {
        joined.pairing_id
        for participant in facts.participants
        for joined in then.state(Stream(participant)).pairings
        if joined.until is None
    }
    pairings = {
        stream: attrs.evolve(
            pairing,
            members=tuple(_there(pairing, today)),
            active_from=today,
            ended_on=None,
            facts=(),
        )
        for stream, pairing in facts.pairings.items()
        if stream in live
    }
    return attrs.evolve(facts, pairings=pairings)


def _there(pairing: PairingFacts, today: date) -> Iterator[MemberFacts]:
    """Who has not left: whoever leaves gives the place back, on the last day too."""
    for member in pairing.members:
        if member.until is None:
            yield attrs.evolve(member, since=today)


def present_number(rule: Ratio, subject: str, present: Facts) -> int:
    """How many there are of what a rule of ratio bounds for a subject."""
    if rule.measure == "group_size":
        return len(present.pairings[subject].members)
    return len(
        {
            member.participant
            for pairing in present.pairings.values()
            if any(m.participant == subject and m.part == "mentor" for m in pairing.members)
            for member in pairing.members
            if member.part == "mentee"
        }
    )


def with_places(facts: Facts, mentor: str, places: int, since: date) -> Facts:
    """The facts as if every place of a mentor were taken from a day on, by a pairing each."""
    known = facts.participants[mentor]
    cited = Cited(mentor, 1)

    def member(participant: str, role: str, part: str) -> MemberFacts:
        return MemberFacts(
            participant=participant,
            role=role,
            part=part,
            primary=False,
            since=since,
            until=None,
            cited=cited,
        )

    pairings = {
        f"place {number}": PairingFacts(
            id=f"place {number}",
            cohort=known.cohort,
            shape="one_to_one",
            members=(
                member(mentor, known.role, known.part),
                member(f"mentee {number}", "mentee", "mentee"),
            ),
            active_from=since,
            ended_on=None,
        )
        for number in range(places)
    }
    return attrs.evolve(facts, pairings=pairings)
