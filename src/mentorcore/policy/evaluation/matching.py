"""How members of a pairing stand to each other: reporting lines, and what they share."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, product

from mentorcore.policy.evaluation.case import Case
from mentorcore.policy.evaluation.outcomes import (
    Outcome,
    insufficient,
    not_applicable,
    worst,
)
from mentorcore.policy.evaluation.stays import gaps
from mentorcore.policy.evaluation.subjects import FORMED, in_order, shared_days
from mentorcore.policy.evaluation.vocabulary import Known, expires_after, known
from mentorcore.policy.facts import MemberFacts, PairingFacts
from mentorcore.policy.other_kinds import ProhibitedRelation, SoftMatch
from mentorcore.policy.results import Cited

__all__ = ["JUSTIFIED", "prohibited_relation", "soft_match"]

LINE = "person.reporting-line-recorded"
JUSTIFIED = "justified"
"""The code of what is not kept, and for which a reason is recorded."""
ONE = timedelta(days=1)


def prohibited_relation(rule: ProhibitedRelation, case: Case) -> Outcome:
    """No such line holds between members on any day that both are in the pairing."""
    if not case.subject.pairings:
        return not_applicable("no_anchor", "there is no pairing yet")
    wanted = f"no {' or '.join(rule.relations)} of a {rule.between[1]}"
    found = sorted(
        (day, line, f"{who} is {kind} of {of} from {day} on" + (f" until {end}" if end else ""))
        for pairing in case.subject.pairings
        for day, end, who, kind, of, line in _lines(rule, case, pairing)
        if day <= case.as_of
    )
    formed = [f.cited for p in case.subject.pairings for f in p.facts if f.name == FORMED]
    if not found:
        return Outcome(
            state="met",
            said=f"{wanted} is among the mentors",
            threshold=wanted,
            evidence=tuple(sorted(formed)) or case.evidence(),
        )
    return Outcome(
        state="breached",
        said="; ".join(said for _, _, said in found),
        measured=f"from {found[0][0]}",
        threshold=wanted,
        evidence=tuple(dict.fromkeys(line for _, line, _ in found)),
    )


def _lines(
    rule: ProhibitedRelation, case: Case, pairing: PairingFacts
) -> Iterator[tuple[date, date | None, str, str, str, Cited]]:
    """Each line that holds during the pairing: since, before, superior, kind, whose, where."""
    people = case.subject.facts.participants
    apart = sorted(gaps(pairing, case.as_of))
    above, below = rule.between
    for superior in pairing.members:
        if above not in (superior.role, superior.part):
            continue
        if rule.primary_only and not superior.primary:
            continue
        for member in pairing.members:
            together = shared_days(superior, member, date.min)
            if below not in (member.role, member.part) or member is superior or together is None:
                continue
            one = people[superior.participant]
            for fact in people[member.participant].facts:
                kind, whom = fact.values.get("kind"), fact.values.get("superior")
                is_theirs = whom in (one.person, *one.merged)
                if fact.name != LINE or kind not in rule.relations or not is_theirs:
                    continue
                first = max(fact.on, together[0])
                for ended, reopened in apart:
                    first = reopened if ended <= first < reopened else first
                ends = (together[1], expires_after(fact), _after(pairing))
                end = min((day for day in ends if day is not None), default=None)
                if end is None or first < end:
                    who, of = superior.participant, member.participant
                    yield first, end, who, str(kind), of, fact.cited


def _after(pairing: PairingFacts) -> date | None:
    return None if pairing.ended_on is None else pairing.ended_on + ONE


def soft_match(rule: SoftMatch, case: Case) -> Outcome:
    """Members share attributes, or a reason is recorded why not."""
    found = [_matched(rule, case, pairing) for pairing in case.subject.pairings]
    return worst(found) if found else not_applicable("no_anchor", "there is no pairing yet")


def _matched(rule: SoftMatch, case: Case, pairing: PairingFacts) -> Outcome:
    """As the members were on the day on which the pairing was formed."""
    formed = next((fact for fact in pairing.facts if fact.name == FORMED), None)
    day = pairing.members[0].since if formed is None else formed.on
    own = case.evidence(() if formed is None else (formed,))
    wanted = f"{rule.require} of {', '.join(rule.attributes)} shared"
    apart: list[str] = []
    missing: dict[str, str] = {}
    rests: dict[Cited, None] = {}
    for pair in _pairs(pairing, day):
        held = [_held(rule, case, member, day) for member in pair]
        fits = _shares(rule, *held)
        rests.update((cited, None) for one in held for fact in one if fact for cited in fact.cited)
        if fits is False:
            apart.append(" and ".join(member.participant for member in pair))
        elif fits is None:
            missing.update(_unknown(rule, pair, held))
    if not apart and not missing:
        return Outcome(
            state="met", said=f"{wanted} on {day}", threshold=wanted, evidence=(*own, *rests)
        )
    unsure = f"nothing is recorded on {', '.join(missing)}"
    if pairing.reasons and (rule.criterion is None or _reasoned(rule.criterion, pairing)):
        said = f"{f'not {wanted}' if apart else unsure}; a reason is recorded"
        return Outcome(state="waived", code=JUSTIFIED, said=said, threshold=wanted, evidence=own)
    if not apart:
        return insufficient(next(iter(missing.values())), unsure, missing=missing)
    return Outcome(
        state="breached",
        said=f"not {wanted} by {', '.join(apart)} on {day}, and no reason is recorded",
        threshold=wanted,
        evidence=(*own, *rests),
    )


def _pairs(pairing: PairingFacts, day: date) -> Iterator[tuple[MemberFacts, MemberFacts]]:
    """Each mentee with the primary mentors, or with any; where nobody mentors, all peers."""
    there = [member for member in in_order(pairing) if member.since <= day]
    mentors = [member for member in there if member.part == "mentor"]
    mentors = [member for member in mentors if member.primary] or mentors
    mentees = [member for member in there if member.part == "mentee"]
    if mentors and mentees:
        return product(mentors, mentees)
    return combinations([member for member in there if member.part == "peer"], 2)


def _held(rule: SoftMatch, case: Case, member: MemberFacts, day: date) -> list[Known | None]:
    someone = case.subject.facts.participants[member.participant]
    return [known(name, someone, case.subject.facts, day) for name in rule.attributes]


def _shares(rule: SoftMatch, one: list[Known | None], other: list[Known | None]) -> bool | None:
    """Whether two share enough; ``None`` where that hangs on something that is not known."""
    decides = rule.require == "any"
    unsure = False
    for first, second in zip(one, other, strict=True):
        if first is None or second is None:
            unsure = True
        elif bool(_values(first) & _values(second)) is decides:
            return decides
    return None if unsure else not decides


def _values(fact: Known) -> set[object]:
    return set(fact.value) if isinstance(fact.value, tuple) else {fact.value}


def _unknown(
    rule: SoftMatch, pair: tuple[MemberFacts, MemberFacts], held: list[list[Known | None]]
) -> Iterator[tuple[str, str]]:
    """What is not known of whom, and the word for all that is not known of such a member."""
    for member, facts in zip(pair, held, strict=True):
        for name, fact in zip(rule.attributes, facts, strict=True):
            if fact is None:
                yield f"{member.participant} {name}", f"{member.part}_attributes"


def _reasoned(criterion: str, pairing: PairingFacts) -> bool:
    return criterion in pairing.reasons or "*" in pairing.reasons
