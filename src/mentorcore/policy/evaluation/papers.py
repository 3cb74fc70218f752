"""What is there on paper: documents, evidence with signatures, reports, and what texts serve."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import cast

import attrs

from mentorcore.policy.evaluation.case import Case, extended, no_semesters
from mentorcore.policy.evaluation.deadlines import in_time, is_let_off, waiting
from mentorcore.policy.evaluation.outcomes import (
    Outcome,
    insufficient,
    no_calendar,
    not_applicable,
)
from mentorcore.policy.evaluation.periods import is_known_at, of_periods, periods_of, telling
from mentorcore.policy.evaluation.school import Part, Span, month_on
from mentorcore.policy.evaluation.subjects import matching
from mentorcore.policy.evaluation.vocabulary import known
from mentorcore.policy.facts import Fact, ParticipantFacts
from mentorcore.policy.grammar import Selector
from mentorcore.policy.other_kinds import Artifact, ProcessExists, ProhibitedUse, Report
from mentorcore.policy.results import Cited
from mentorcore.policy.school_rules import BY_CALENDAR

__all__ = ["artifact", "process_exists", "prohibited_use", "report"]

REFERENCED = "program.document-referenced"
ATTESTED = "attestation.made"
"""What officers attest: results of a pack, or of one of its rules."""
EVIDENCE = ("pairing.evidence-attached", "participant.evidence-attached")
NOTE = "pairing.note-written"
MATCHED = frozenset({"credential_area", "grade_levels", "subjects"})
"""What mentors and mentees are matched by."""
FEW = 5
"""What is missing is named in a sentence as long as a person reads it."""
EXCEPTIONS = ("pairing.confidentiality-exception-invoked", "pairing.notes-opened-for-case")


def process_exists(rule: ProcessExists, case: Case) -> Outcome:
    """The program references a document that describes the process."""
    kind = "published document" if rule.published else "document"
    wanted = f"a {kind} on {rule.process.replace('_', ' ')}"
    found = next((f for f in _documents(case, rule.process) if _is_public(f, rule)), None)
    if found is not None:
        return Outcome(
            state="met",
            said=f"{wanted} is referenced since {found.on}",
            threshold=wanted,
            satisfied_on=found.on,
            evidence=(found.cited,),
        )
    return Outcome(
        state="breached",
        said=f"the program does not reference {wanted}",
        threshold=wanted,
        evidence=case.adopted or case.evidence(),
        missing=(rule.process,),
    )


def _documents(case: Case, process: str) -> tuple[Fact, ...]:
    named = Selector(event=REFERENCED, where={"process": process})
    return matching(named, case.subject.facts.facts, case.as_of)


def _is_public(document: Fact, rule: ProcessExists) -> bool:
    return not rule.published or document.values.get("published") is True


def artifact(rule: Artifact, case: Case) -> Outcome:
    """Evidence of a kind is there with all signatures, by a day or once in each period.

    Signatures may come one after the other, each under the title of what they sign. What comes
    after the end of a period makes up for the first one that lacks something.
    """
    facts = _evidence(rule, case)
    if rule.anchor is None:
        found = periods_of(case, rule.period or "program", case.subject.since)
        if isinstance(found, Outcome):
            return found
        signed = dict(_shared_out(rule, case, found.spans, facts))
        return of_periods(case, found, lambda span: _signed(rule, case, span.last, signed[span]))
    anchor = case.anchor(rule.anchor)
    if anchor is None:
        return not_applicable("no_anchor", "what the limit runs from has not happened")
    due = case.due(anchor.on, rule.limit, rule.unit, rule.count_from)
    if due is None:
        return no_calendar(anchor.on)
    due, relief = extended(due, case.reliefs)
    return _signed(rule, case, due, _complete(rule, facts), relief=relief, anchor=anchor)


@attrs.frozen
class _Signed:
    """The evidence that was used, the day on which it was complete, and whose name is missing."""

    facts: tuple[Fact, ...]
    on: date | None
    missing: tuple[str, ...]


def _evidence(rule: Artifact, case: Case) -> tuple[Fact, ...]:
    found = (fact for name in EVIDENCE for fact in case.subject.found(Selector(event=name)))
    alike = (
        fact
        for fact in found
        if fact.values.get("kind") in (rule.artifact_kind, "signature")
        and rule.title_code in (None, fact.values.get("title"))
    )
    return tuple(sorted(alike, key=lambda fact: (fact.on, fact.cited)))


def _complete(rule: Artifact, facts: Iterable[Fact]) -> _Signed:
    """What it takes of some evidence, in order, until one title is there with all signatures."""
    by_title: dict[object, list[Fact]] = {}
    for fact in facts:
        alike = by_title.setdefault(fact.values.get("title"), [])
        alike.append(fact)
        if not _lacks(rule, alike):
            return _Signed(tuple(alike), fact.on, ())
    nearest = min(by_title.values(), key=lambda alike: len(_lacks(rule, alike)), default=[])
    return _Signed(tuple(nearest), None, _lacks(rule, nearest))


def _lacks(rule: Artifact, facts: list[Fact]) -> tuple[str, ...]:
    """Whose names evidence of one title lacks, or that only signatures of it are there."""
    signed = [fact.values.get("signed_by") for fact in facts]
    names = {name for some in signed if isinstance(some, tuple) for name in some}
    missing = tuple(role for role in rule.signed_by if role not in names)
    is_there = any(fact.values.get("kind") == rule.artifact_kind for fact in facts)
    return missing if missing or is_there else (rule.title_code or rule.artifact_kind,)


def _shared_out(
    rule: Artifact, case: Case, spans: tuple[Span, ...], facts: tuple[Fact, ...]
) -> Iterator[tuple[Span, _Signed]]:
    """Each period with its evidence, the first one first."""
    left = list(facts)
    for span in spans:
        own = [fact for fact in left if span.since <= fact.on]
        before = [fact for fact in own if span.has(fact.on)]
        found = _complete(rule, before)
        if found.on is None and span.is_over(case.as_of):
            found = _complete(rule, own)
        left = [fact for fact in left if fact not in found.facts]
        yield span, found


def _signed(
    rule: Artifact,
    case: Case,
    due: date,
    found: _Signed,
    *,
    relief: Cited | None = None,
    anchor: Fact | None = None,
) -> Outcome:
    rests = case.evidence((*(() if anchor is None else (anchor,)), *found.facts))
    if is_let_off(case, due, found.on):
        return not_applicable("obligation_ended", f"it ended on {case.subject.ended_on}, in time")
    if found.on is not None:
        return in_time(due, found.on, rests, relief)
    waits = waiting(
        due,
        as_of=case.as_of,
        at_risk_days=rule.at_risk_days,
        evidence=rests,
        relief=relief,
        missing=found.missing,
    )
    return attrs.evolve(waits, said=f"{waits.said}; missing: {', '.join(found.missing)}")


def prohibited_use(rule: ProhibitedUse, case: Case) -> Outcome:
    """No text of these classes is put to such a use, but on a ground that was invoked before."""
    notes = _notes(case)
    open_to = _opened(rule, case)
    uses = [
        (fact, note)
        for name in EVIDENCE
        for fact in case.subject.found(Selector(event=name))
        if fact.values.get("purpose") in rule.purposes
        for note in _ids(fact, "cites")
        if note in notes and notes[note].values.get("visibility") in rule.visibility
    ]
    wanted = f"no {' or '.join(rule.visibility)} text for {' or '.join(rule.purposes)}"
    barred = [(f, n) for f, n in uses if n not in open_to or f.on < open_to[n].on]
    if barred:
        first = barred[0][0]
        return Outcome(
            state="breached",
            said=f"evidence of {first.on} for {first.values.get('purpose')} cites "
            f"{', '.join(dict.fromkeys(note for _, note in barred))}",
            threshold=wanted,
            measured=str(first.on),
            evidence=_cited(fact for f, note in barred for fact in (f, notes[note])),
        )
    excused = _cited(fact for f, note in uses for fact in (f, open_to[note]))
    return Outcome(
        state="met",
        said=f"{wanted}, but on a ground that was invoked" if excused else f"{wanted} was used",
        threshold=wanted,
        evidence=excused or case.evidence(),
    )


def _notes(case: Case) -> dict[str, Fact]:
    return {
        str(fact.values.get("note_id")): fact
        for pairing in case.subject.pairings
        for fact in pairing.facts
        if fact.name == NOTE and fact.on <= case.as_of
    }


def _opened(rule: ProhibitedUse, case: Case) -> dict[str, Fact]:
    """The notes that were opened on one of the grounds, each with the first time."""
    found: dict[str, Fact] = {}
    for pairing in case.subject.pairings:
        told = [matching(Selector(event=e), pairing.facts, case.as_of) for e in EXCEPTIONS]
        for fact in sorted((f for facts in told for f in facts), key=lambda fact: fact.on):
            if fact.values.get("ground") in rule.exceptions:
                for note in _ids(fact, "material"):
                    found.setdefault(note, fact)
    return found


def _ids(fact: Fact, field: str) -> tuple[str, ...]:
    held = fact.values.get(field)
    return held if isinstance(held, tuple) else ()


def _cited(facts: Iterable[Fact]) -> tuple[Cited, ...]:
    return tuple(dict.fromkeys(fact.cited for fact in facts))


def report(rule: Report, case: Case) -> Outcome:
    """Every field can be derived of everybody whom it is about, and is attested where asked."""
    span = _reported_on(rule, case)
    if isinstance(span, Outcome):
        return span
    about = [
        p
        for p in case.subject.participants
        if {p.role, p.part} & set(rule.of)
        and p.enrolled_on <= case.as_of
        and (span is None or p.ended_on is None or span.begins <= p.ended_on)
    ]
    facts = case.subject.facts
    missing: list[str] = []
    rests: dict[Cited, None] = {}
    for participant in about:
        for word, someone, field in _asked(rule, participant, case):
            held = known(field, someone, facts, case.as_of)
            if held is None:
                missing.append(f"{participant.id} {word}")
            else:
                rests.update(dict.fromkeys(held.cited))
    asked = f"{', '.join(rule.fields)} of {len(about):,}"
    if missing:
        said = f"not recorded: {', '.join(missing[:FEW])}"
        if len(missing) > FEW:
            said += f" and {len(missing) - FEW:,} more"
        return insufficient(missing[0].split(" ", 1)[1], said, missing=missing)
    evidence = tuple(rests) or case.evidence()
    if rule.attested_by is None:
        return Outcome(state="met", said=f"{asked} can be told", threshold=asked, evidence=evidence)
    return _attested(rule, case, asked, evidence)


def _reported_on(rule: Report, case: Case) -> Span | Outcome | None:
    """The period that began last, whose people it is about; nothing for everybody ever."""
    if rule.period not in BY_CALENDAR:
        return None
    parts = case.school.parts(cast("Part", rule.period))
    if parts is None:
        return no_semesters()
    begun = [part for part in parts if part.begins <= case.as_of] or parts[:1]
    if not begun or not is_known_at(case, begun[-1].since, case.as_of):
        return no_calendar(case.as_of)
    return begun[-1]


def _asked(
    rule: Report, participant: ParticipantFacts, case: Case
) -> Iterator[tuple[str, ParticipantFacts, str]]:
    """Each field with whom it is asked of: what a match rests on, of the mentor as well."""
    facts = case.subject.facts
    for field in rule.fields:
        yield field, participant, field
    if participant.part == "mentee" and not MATCHED.isdisjoint(rule.fields):
        mentors = known("mentor", participant, facts, case.as_of)
        for mentor in mentors.value if mentors and isinstance(mentors.value, tuple) else ():
            for field in rule.fields:
                if field in MATCHED:
                    yield f"mentor_{field}", facts.participants[mentor], field


def _attested(rule: Report, case: Case, asked: str, evidence: tuple[Cited, ...]) -> Outcome:
    """Whether the report was attested by each day on which it is due, every year anew.

    It is attested by a document that the program references under the id of the rule, or by an
    officer in that role who attests the rule's results, or all of the pack's.
    """
    documents = _attesting(rule, case)
    by = f"by the {rule.attested_by}"
    if rule.due_on is None:
        if documents:
            done = (*evidence, documents[0].cited)
            said = f"{asked} can be told, attested {by} on {documents[0].on}"
            return Outcome(state="met", said=said, threshold=asked, evidence=done)
        said = f"{asked} can be told, not attested {by} yet"
        return Outcome(state="not_yet_due", said=said, threshold=asked, evidence=evidence)
    found: list[Outcome] = []
    before = date.min
    for due in _due_days(rule.due_on, case.subject.since, case.as_of):
        after = [d for d in documents if before < d.on]
        before = due
        if after:
            found.append(in_time(due, after[0].on, (*evidence, after[0].cited)))
            documents = tuple(d for d in documents if d is not after[0])
        else:
            found.append(
                waiting(
                    due,
                    as_of=case.as_of,
                    at_risk_days=rule.at_risk_days,
                    evidence=evidence,
                    missing=(f"attested {by}",),
                )
            )
    return telling(found)


def _attesting(rule: Report, case: Case) -> tuple[Fact, ...]:
    """What attests a report, in the order of the days."""
    named = Selector(event=ATTESTED, where={"pack_id": case.pack.id, "role": str(rule.attested_by)})
    attested = (
        fact
        for fact in matching(named, case.subject.facts.facts, case.as_of)
        if fact.values.get("rule") in (None, rule.id)
    )
    return tuple(sorted((*_documents(case, rule.id), *attested), key=lambda f: (f.on, f.cited)))


def _due_days(due_on: str, since: date, as_of: date) -> Iterator[date]:
    """The days of each year on which it is due, the first one that is still ahead among them."""
    month, number = (int(part) for part in due_on.split("-"))
    due = date(since.year, month, 1) + timedelta(days=number - 1)
    if due < since:
        due = month_on(due, 12)
    yield due
    while due < as_of:
        due = month_on(due, 12)
        yield due
