"""Whom a mentor mentors now, as rules of ratio look at it: load is about the present (INV-06)."""

from collections.abc import Iterator
from datetime import date

import attrs

from mentorcore.domain.aggregate import Situation
from mentorcore.domain.participant.places import whole_person
from mentorcore.domain.program import Program
from mentorcore.domain.values import Stream
from mentorcore.policy.facts import Facts, MemberFacts, PairingFacts
from mentorcore.policy.results import Cited

__all__ = ["present_facts", "with_places"]


def present_facts(then: Situation, program: Program, facts: Facts) -> Facts:
    """The facts with the pairings that take a place now, each as if it began today.

    Places count for the person: a pairing of another enrolment of theirs is told as of this one.
    """
    today = then.today(program)
    pairings: dict[str, PairingFacts] = {}
    for participant in facts.participants.values():
        state = whole_person(then, then.state(Stream(participant.id)), program)
        for joined in state.pairings:
            known = facts.pairings.get(joined.pairing_id)
            if joined.until is not None or known is None:
                continue
            members = tuple(_there(known, facts, participant.id, participant.person, today))
            own = any(m.participant == participant.id for m in known.members)
            name = known.id if own else f"{known.id} {participant.id}"
            pairings[name] = attrs.evolve(
                known, id=name, members=members, active_from=today, ended_on=None, facts=()
            )
    return attrs.evolve(facts, pairings=pairings)


def _there(
    pairing: PairingFacts, facts: Facts, participant: str, person: str, today: date
) -> Iterator[MemberFacts]:
    """Who is in a pairing today; whoever is the same person as the participant under their id."""
    for member in pairing.members:
        if member.until is None:  # whoever left has given the place back, on the last day too
            known = facts.participants.get(member.participant)
            mine = known is not None and known.person == person
            name = participant if mine else member.participant
            yield attrs.evolve(member, participant=name, since=today, until=None)


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
