"""Who may mentor: what has to be so of people, and what has to have happened before."""

from collections.abc import Iterator
from datetime import date, timedelta

import attrs

from mentorcore.policy.evaluation.case import Case, extended
from mentorcore.policy.evaluation.comparing import compares
from mentorcore.policy.evaluation.deadlines import in_time, is_let_off, waiting
from mentorcore.policy.evaluation.outcomes import (
    Outcome,
    insufficient,
    no_calendar,
    not_applicable,
    worst,
)
from mentorcore.policy.evaluation.school import month_on
from mentorcore.policy.evaluation.stays import stays_of
from mentorcore.policy.evaluation.subjects import in_order, matching, seen_by
from mentorcore.policy.evaluation.vocabulary import expires_after, known, turning_points
from mentorcore.policy.facts import Fact, MemberFacts, PairingFacts, ParticipantFacts
from mentorcore.policy.other_kinds import Eligibility, Prerequisite
from mentorcore.policy.results import Cited

__all__ = ["eligibility", "prerequisite"]

ONE = timedelta(days=1)


def eligibility(rule: Eligibility, case: Case) -> Outcome:
    """Every predicate is true, when a pairing is formed or all along."""
    found = [
        _eligible(rule, case, participant, since, until)
        for participant, since, until in _looked_at(rule, case)
    ]
    if not found:
        return not_applicable("no_anchor", f"there is no {rule.role} to look at yet")
    return worst(found)


def _looked_at(rule: Eligibility, case: Case) -> Iterator[tuple[ParticipantFacts, date, date]]:
    """Whom the rule looks at, and from which day to which."""
    subject, people = case.subject, case.subject.facts.participants
    if subject.participant is not None and rule.role not in subject.own_roles:
        last = subject.since if rule.at == "assignment" else case.end
        stay = [(subject.participant, subject.since, last)]
    else:
        stay = [
            (people[member.participant], first, last)
            for pairing in subject.pairings
            for member in in_order(pairing)
            if rule.role in (member.role, member.part)
            and member.since <= case.as_of
            and (subject.participant is None or subject.id == member.participant)
            for first, last in _days_in(rule, case, pairing, member)
        ]
    for participant, since, until in stay:
        yield participant, since, max(since, until)


def _days_in(
    rule: Eligibility, case: Case, pairing: PairingFacts, member: MemberFacts
) -> Iterator[tuple[date, date]]:
    """The first and the last day on which a rule looks at a member: once, or all along."""
    if rule.at == "assignment":
        yield member.since, member.since
    else:
        yield from stays_of(case.subject, pairing, member, member.since)


def _eligible(
    rule: Eligibility, case: Case, participant: ParticipantFacts, since: date, until: date
) -> Outcome:
    """What is so of somebody: the first day on which something is false decides."""
    missing: dict[str, None] = {}
    evidence: dict[Cited, None] = {}
    asked = ", ".join(f"{p.fact} {p.op} {_words(p.value)}" for p in rule.all)
    for day in turning_points(participant, since, until):
        for predicate in rule.all:
            held = known(predicate.fact, participant, case.subject.facts, day)
            fits = compares(held.value, predicate.op, predicate.value) if held else None
            if held is None or fits is None:
                missing[predicate.fact] = None
                continue
            evidence.update(dict.fromkeys(held.cited))
            if not fits:
                value = _words(held.value)
                return Outcome(
                    state="breached",
                    said=f"{participant.id}: {predicate.fact} is {value} on {day}, "
                    f"{predicate.op} {_words(predicate.value)} required",
                    measured=f"{predicate.fact} {value}",
                    threshold=asked,
                    evidence=held.cited or case.evidence(),
                )
    if missing:
        said = f"of {participant.id} nothing is recorded on {', '.join(missing)} by {until}"
        return insufficient(next(iter(missing)), said, missing=missing)
    return Outcome(
        state="met",
        said=f"{participant.id}: {asked}, on {since}"
        + (f" and up to {until}" if until > since else ""),
        measured=asked,
        threshold=asked,
        evidence=tuple(evidence) or case.evidence(),
    )


def _words(value: object) -> str:
    if isinstance(value, tuple):
        return " or ".join(str(one) for one in value)
    return str(value)


def prerequisite(rule: Prerequisite, case: Case) -> Outcome:
    """The required fact is valid before the point, and has not expired then."""
    if rule.before == "school_year_start" and not case.school.knows(case.subject.since):
        return no_calendar(case.subject.since)
    found = [
        _required(rule, case, facts, point, cited) for facts, point, cited in _points(rule, case)
    ]
    if not found:
        return not_applicable("no_anchor", "the point before which it is required has not come")
    return worst(found)


def _points(
    rule: Prerequisite, case: Case
) -> Iterator[tuple[tuple[Fact, ...], date, tuple[Cited, ...]]]:
    """The facts of whoever they are required of, and each day before which that is."""
    subject = case.subject
    if subject.participant is not None:
        before = None if isinstance(rule.before, str) else subject.found(rule.before)
        for point, cited in _days(case, subject.participant, before):
            yield subject.found(rule.requires), point, cited
        return
    for pairing in subject.pairings:
        roles = {m.participant: {m.role, m.part} for m in pairing.members}
        for who in sorted(who for who, mine in roles.items() if rule.role in mine):
            someone = subject.facts.participants[who]
            seen = (*someone.facts, *seen_by(who, pairing, pairing.facts))
            before = None
            if not isinstance(rule.before, str):
                before = matching(rule.before, seen, case.as_of)
            for point, cited in _days(case, someone, before):
                yield matching(rule.requires, seen, case.as_of), point, cited


def _days(
    case: Case, someone: ParticipantFacts, before: tuple[Fact, ...] | None
) -> Iterator[tuple[date, tuple[Cited, ...]]]:
    """The days of the facts; or the first of the school year, or the enrolment that is later."""
    if before is not None:
        for fact in before:
            yield fact.on, (fact.cited,)
        return
    year = case.school.year_of(case.subject.since)
    assert year is not None, "asked for only where the year is known"
    yield max(year.begins, someone.enrolled_on), case.evidence()


def _required(
    rule: Prerequisite,
    case: Case,
    facts: tuple[Fact, ...],
    point: date,
    cited: tuple[Cited, ...],
) -> Outcome:
    due, relief = extended(point - ONE, case.reliefs)
    held = [fact for fact in facts if fact.on <= due and point < _ends(rule, fact)]
    if held:
        return in_time(due, held[0].on, (*cited, held[0].cited), relief)
    later = [fact for fact in facts if due < fact.on]
    if is_let_off(case, due, later[0].on if later else None):
        return not_applicable("obligation_ended", f"it ended on {case.subject.ended_on}, in time")
    if later:
        return in_time(due, later[0].on, (*cited, later[0].cited), relief)
    expired = [fact for fact in facts if fact.on <= due]
    found = waiting(
        due,
        as_of=case.as_of,
        at_risk_days=rule.at_risk_days,
        evidence=(*cited, *(fact.cited for fact in expired[-1:])),
        relief=relief,
        missing=(rule.requires.event,),
    )
    if expired:
        last = _ends(rule, expired[-1]) - ONE
        return attrs.evolve(found, said=f"{found.said}; what there was counted up to {last}")
    return found


def _ends(rule: Prerequisite, fact: Fact) -> date:
    """The first day on which a fact counts no more: by its own word, or after so many months."""
    said = expires_after(fact) or date.max
    if rule.valid_for_months is None:
        return said
    return min(said, month_on(fact.on, rule.valid_for_months))
