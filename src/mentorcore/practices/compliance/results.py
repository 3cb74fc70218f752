"""Each rule of the packs in force, evaluated for each subject of a program on a day.

A rule whose attributes a subject has not is no row: it says nothing of that subject.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, partial

import attrs

from mentorcore.domain.declarations import event_info
from mentorcore.domain.model import Model
from mentorcore.domain.requirements.evidence_events import ParticipantEvidenceAttached
from mentorcore.domain.visibility import PLACE
from mentorcore.policy.evaluation.evaluate import Evaluation
from mentorcore.policy.evaluation.matching import JUSTIFIED
from mentorcore.policy.facts import Facts
from mentorcore.policy.grammar import Rule
from mentorcore.policy.kinds import KINDS
from mentorcore.policy.other_kinds import Report, SoftMatch
from mentorcore.policy.pack import Pack
from mentorcore.policy.results import Result
from mentorcore.policy.selectors import selectors
from mentorcore.practices.compliance.fold import StoredFacts
from mentorcore.practices.compliance.program_facts import ATTESTATION, UNNAMED, FactsOfProgram
from mentorcore.practices.spec import ProgramSnapshot, Redactor, Shown, Who, who
from mentorcore.projections.access.redactor import withheld
from mentorcore.projections.compliance.rows import WITHHELD, PackLine, RequirementRow

__all__ = ["Results", "pack_lines"]

WORDS: Mapping[type[Rule], str] = {kind: word for word, kind in KINDS.items()}
ADVISERS = ("mentor", "facilitator")
OUT_OF_SCOPE = "out_of_scope"
PAPER = event_info(ParticipantEvidenceAttached).name
"""A paper about a participant, such as an assessment, which may judge them."""


def registered(at: ProgramSnapshot) -> dict[str, Pack]:
    """The packs of a program that are registered here, by digest."""
    found = ((adopted.digest, at.pack(adopted.digest)) for adopted in at.program.packs)
    return {digest: pack for digest, pack in found if pack is not None}


def pack_lines(at: ProgramSnapshot) -> tuple[PackLine, ...]:
    """The packs that a program goes by, in the order in which it adopted them."""
    here = registered(at)
    return tuple(
        PackLine(
            pack=adopted.pack_id,
            version=adopted.version,
            title=pack.title if pack else "",
            digest=adopted.digest,
            effective_from=adopted.effective_from,
            applies_to=adopted.applies_to,
            replaces=adopted.replaces,
            reviewed_on=pack.reviewed_on if pack else None,
            notice=pack.notice if pack else "",
            registered=pack is not None,
        )
        for adopted in at.program.packs
        for pack in (here.get(adopted.digest),)
    )


class Results:
    """The results of a program on a day, for one viewer.

    Args:
        parts: The stored facts by stream.
        at: The program on that day.
        seer: Who is asking.
        model: The rules that the log is kept by.
    """

    def __init__(
        self, parts: Mapping[str, StoredFacts], at: ProgramSnapshot, seer: Redactor, model: Model
    ) -> None:
        self._at, self._seer = at, seer
        self._made = FactsOfProgram(parts, at, seer, model)
        self._packs = registered(at)
        self._rules = {(p.id, p.version, r.id): r for p in self._packs.values() for r in p.rules}
        self._unknown = {
            key: events
            for key, rule in self._rules.items()
            if (events := tuple(s.event for s, _ in selectors(rule) if s.event not in model.names))
        }
        self._unattested = {
            key
            for key, rule in self._rules.items()
            if isinstance(rule, Report) and rule.attested_by and ATTESTATION in at.unknown
        }
        self._of_papers = {
            key
            for key, rule in self._rules.items()
            if any(s.event == PAPER for s, _ in selectors(rule))
        }
        self._shown: dict[str, tuple[tuple[Who, ...], tuple[Who, ...], Shown]] = {}
        self._who = cache(partial(who, at, seer))

    @property
    def facts(self) -> Facts:
        """What the rules look at."""
        return self._made.facts

    def rows(self) -> Iterator[tuple[str, RequirementRow]]:
        """Every result, with the stream of what it is about."""
        evaluation = Evaluation(self.facts, self._at.day)
        before = self._made.kept_back
        for result in evaluation.all(self._packs):
            kept_back = self._made.kept_back > before
            if result.code != OUT_OF_SCOPE:
                told = self._with_what_is_known(result)
                yield self._stream(told), self._row(told, kept_back=kept_back)
            before = self._made.kept_back

    def _with_what_is_known(self, result: Result) -> Result:
        """A result, or that nobody here can read the events that its rule looks for."""
        key = (result.pack_id, result.pack_version, result.rule_id)
        events = self._unknown.get(key, ())
        if key in self._unattested and result.state != "met":
            events = (*events, f"{ATTESTATION}.made")
        if not events or result.state == "not_applicable":
            return result
        return attrs.evolve(
            result,
            state="insufficient_data",
            code="unknown_event",
            missing=events,
            said=f"nobody here can read {', '.join(events)}: it is of a practice that is not here",
        )

    def _stream(self, result: Result) -> str:
        is_cohort = result.subject in self.facts.cohorts
        return self._at.program_id if is_cohort else result.subject

    def _row(self, result: Result, *, kept_back: bool) -> RequirementRow:
        key = (result.pack_id, result.pack_version, result.rule_id)
        rule = self._rules.get(key)
        people, mentors, school = self._about(result.subject)
        if key in self._of_papers and self._is_a_mentor_of(result.subject):
            mentors = ()
        hidden = self._rests_on_hidden(result, rule, kept_back=kept_back)
        said = "this rests on what you are not shown" if hidden else result.said
        relief = self._made.evidence(() if result.relief is None else (result.relief,))
        return RequirementRow(
            result=f"{result.pack_id}/{result.rule_id}/{result.subject}",
            rule=result.rule_id,
            title="" if rule is None else rule.title,
            kind="" if rule is None else WORDS[type(rule)],
            pack=result.pack_id,
            pack_version=result.pack_version,
            citation=result.citation,
            scope=self._scope(result) if rule is None else rule.scope,
            subject=result.subject,
            people=people,
            mentors=mentors,
            cohort=self._cohort(result.subject),
            school=school,
            state="insufficient_data" if hidden else result.state,
            measured=result.measured,
            threshold=result.threshold,
            due_on=result.due_on,
            satisfied_on=result.satisfied_on,
            days_late=result.days_late,
            days_left=result.days_left,
            code=WITHHELD if hidden else result.code,
            missing=result.missing,
            said=said,
            relief=relief[0] if relief else None,
            evidence=self._made.evidence(result.evidence),
            as_of=self._at.day,
            as_known=self._at.position,
        )

    def _is_a_mentor_of(self, subject: str) -> bool:
        """Whether a member asks about another participant: what papers say of them is theirs."""
        about = self.facts.participants.get(subject)
        seer = self._seer
        return seer.viewer.kind == "member" and about is not None and about.person not in seer.mine

    def _rests_on_hidden(self, result: Result, rule: Rule | None, *, kept_back: bool) -> bool:
        """Whether somebody who is shown more could be told another state.

        A reason excuses what was not kept: where it is not shown for which wish it is given, or
        whether the wish was met without it, nobody can say so.
        """
        if result.state == "insufficient_data":
            return kept_back
        if not isinstance(rule, SoftMatch) or result.code != JUSTIFIED:
            return False
        pairing = self.facts.pairings.get(result.subject)
        found = self.facts.pairings_of(result.subject) if pairing is None else (pairing,)
        is_unnamed = any(UNNAMED in one.reasons for one in found)
        return kept_back or (rule.criterion is not None and is_unnamed)

    def _scope(self, result: Result) -> str:
        facts = self.facts
        if result.subject in facts.participants:
            return "participant"
        if result.subject in facts.pairings:
            return "pairing"
        return "cohort" if result.subject in facts.cohorts else "program"

    def _cohort(self, subject: str) -> str | None:
        facts = self.facts
        if subject in facts.cohorts:
            return subject
        found = facts.participants.get(subject) or facts.pairings.get(subject)
        return None if found is None else found.cohort

    def _about(self, subject: str) -> tuple[tuple[Who, ...], tuple[Who, ...], Shown]:
        """Whom a subject is, who mentors them, and at which school."""
        if subject not in self._shown:
            at, facts = self._at, self.facts
            if (pairing := facts.pairings.get(subject)) is not None:
                members = [m for m in pairing.members if m.until is None or m.until > at.day]
                mentors = [m.participant for m in members if m.part in ADVISERS]
                people = [m.participant for m in members]
                of = next((m.participant for m in members if m.part not in ADVISERS), None)
            else:
                people = [subject] if subject in facts.participants else []
                mentors = list(self._mentors_of(subject)) if people else []
                of = subject if people else None
            self._shown[subject] = (
                tuple(map(self._who, people)),
                tuple(map(self._who, mentors)),
                None if of is None else self._school(of, at.day),
            )
        return self._shown[subject]

    def _mentors_of(self, participant: str) -> Iterator[str]:
        day = self._at.day
        found: dict[str, None] = {}
        for pairing in self.facts.pairings_of(participant):
            if pairing.ended_on is not None and pairing.ended_on <= day:
                continue
            there = [m for m in pairing.members if m.until is None or m.until > day]
            mine = {m.part for m in there if m.participant == participant}
            if mine and mine.isdisjoint(ADVISERS):
                found.update((m.participant, None) for m in there if m.part in ADVISERS)
        yield from found

    def _school(self, participant: str, day: date) -> Shown:
        """The unit, or else the institution, where somebody works on a day."""
        if not self._seer.may(PLACE, author=self._at.person(participant)):
            return withheld("identity", PLACE)
        unit = self._made.place(participant, "unit", day)
        return self._made.place(participant, "institution", day) if unit is None else unit
