"""What compliance tells: a result for each rule and subject, and how many are of each state."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Literal

import attrs

from mentorcore.domain.values import Withheld
from mentorcore.personal_text import without_text
from mentorcore.policy.results import State
from mentorcore.projections.access.redactor import Shown
from mentorcore.projections.folding.lacking import Lacking
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.summary.people import Who

__all__ = [
    "LACKING",
    "WITHHELD",
    "Compliance",
    "GroupedBy",
    "PackLine",
    "PacksInForce",
    "RequirementRow",
    "StateCounts",
    "is_about",
    "state_counts",
]

GroupedBy = Literal["school", "cohort", "mentor", "rule"]

WITHHELD = "withheld"
"""The code of a result that rests on what the viewer is not shown."""

LACKING: frozenset[State] = frozenset({"breached", "at_risk", "insufficient_data"})
"""The states in which something is missing that somebody can still do or say."""


def _counted(rows: tuple[object, ...]) -> str:
    return f"({len(rows)} rows)"


@attrs.frozen(kw_only=True)
class RequirementRow:
    """What a rule says of a subject at a moment.

    Attributes:
        result: Its id: pack, rule and subject.
        rule: The rule's id in its pack; empty where the pack is not registered here.
        title: What the rule asks for, in a few words.
        kind: The kind of rule, such as ``deadline``.
        pack: The pack.
        pack_version: The version of the pack that was in force for the subject on the day.
        citation: Where the rule stands.
        scope: What it is about: participant, mentor, pairing, cohort or program.
        subject: The id of what it is about.
        people: The participants whom it is about: a participant, the members of a pairing.
        mentors: Who mentors them on the day.
        cohort: The cohort; nothing for the whole program.
        school: The school or unit of the participant, or of the pairing's mentee; sealed, so that
            it is told to those who may know it.
        state: One of eight states.
        measured: What was measured, for people: ``1,040 min``.
        threshold: What is required, for people.
        due_on: The last day in time.
        satisfied_on: The day on which it was satisfied.
        days_late: How many days after the due date that was.
        days_left: Days from the day that is looked at to the due date; below 0 once it is over.
        code: Why it does not apply, or what is missing, as a word.
        missing: What is missing, each as a word or an id.
        said: The result in a sentence.
        relief: The event that grants a relief which was applied.
        evidence: The events that it rests on.
        as_of: The day on which all of it was true, in the program's zone.
        as_known: The position of the log up to which it was known.
    """

    result: str
    rule: str
    title: str
    kind: str
    pack: str
    pack_version: str
    citation: str
    scope: str
    subject: str
    people: tuple[Who, ...]
    mentors: tuple[Who, ...]
    cohort: str | None
    school: Shown = attrs.field(repr=without_text)
    state: State
    measured: str = ""
    threshold: str = ""
    due_on: date | None = None
    satisfied_on: date | None = None
    days_late: int | None = None
    days_left: int | None = None
    code: str | None = None
    missing: tuple[str, ...] = ()
    said: str = ""
    relief: Evidence | None = None
    evidence: tuple[Evidence, ...] = ()
    as_of: date
    as_known: int

    @property
    def is_missing(self) -> bool:
        """Whether something is missing that somebody can still do or say."""
        return self.state in LACKING


@attrs.frozen(kw_only=True)
class PackLine:
    """A policy pack that a program goes by.

    Attributes:
        pack: The pack.
        version: Its version.
        title: What it is called; empty where it is not registered here.
        digest: SHA-256 of its file.
        effective_from: Since when the program goes by it.
        applies_to: Everybody, or who enrols from then on.
        replaces: The version that it takes the place of.
        reviewed_on: When its text was looked at last.
        notice: What whoever relies on it has to know.
        registered: Whether its rules are here.
    """

    pack: str
    version: str
    title: str
    digest: str
    effective_from: date
    applies_to: str
    replaces: str | None
    reviewed_on: date | None
    notice: str
    registered: bool


@attrs.frozen
class PacksInForce:
    """The policy packs that a program goes by, in the order in which it adopted them.

    Attributes:
        packs: The packs.
        cohorts: What each cohort is called, by its id.
    """

    packs: tuple[PackLine, ...]
    cohorts: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class StateCounts:
    """How many results there are of each state.

    Attributes:
        group: The id that they have in common: a cohort, a mentor, pack and rule; or a school.
        label: The same for people.
    """

    group: str
    label: Shown = attrs.field(repr=without_text)
    met: int = 0
    not_yet_due: int = 0
    at_risk: int = 0
    breached: int = 0
    cured_late: int = 0
    waived: int = 0
    not_applicable: int = 0
    insufficient_data: int = 0


@attrs.frozen(kw_only=True)
class Compliance:
    """Whether what a program's policy packs ask for was kept, for each rule and subject.

    Attributes:
        program: The program's id.
        name: What it is called.
        day: The day for which it is told, in the program's zone.
        position: The position of the log it is at.
        as_of: What was asked for: facts true by then.
        as_known: What was asked for: what the log knew by then.
        school: The only school that is told of, where a viewer who administers it is asking.
        by: What it was asked to be counted by.
        rule: The only rule that was asked for.
        about: The only participant, person, pairing, cohort or program that was asked for.
        missing: Whether only that was asked for where something is missing.
        packs: The packs that the program goes by, with their notices.
        rows: The results that were asked for: what is overdue first, then by person.
        total: How many of them there are of each state.
        groups: The same by what was asked for.
        people: The participants whom the sentences of these results name by their ids.
        cohorts: What each cohort is called, by its id.
        others: Stands for the results that the viewer is not shown.
        unknown: Kinds of streams that the log holds and nobody here can read.
        lacking: What it lacks, where states were left out of the export that it is told from.
    """

    program: str
    name: str
    day: date
    position: int
    as_of: date | datetime | None
    as_known: datetime | int | None
    viewer: str
    school: str | None = attrs.field(default=None, repr=without_text)
    by: GroupedBy | None = None
    rule: str | None = None
    about: str | None = None
    missing: bool = False
    packs: tuple[PackLine, ...]
    rows: tuple[RequirementRow, ...] = attrs.field(repr=_counted)
    total: StateCounts
    groups: tuple[StateCounts, ...] = ()
    people: tuple[Who, ...] = ()
    cohorts: Mapping[str, str] = attrs.field(factory=dict)
    others: Withheld | None = None
    unknown: tuple[str, ...] = ()
    lacking: tuple[Lacking, ...] = ()

    def row(self, rule: str, subject: str) -> RequirementRow | None:
        """The result of a rule for a subject; ``None`` when there is none or it is not shown."""
        return next((r for r in self.rows if r.rule == rule and r.subject == subject), None)

    def of(self, subject: str) -> tuple[RequirementRow, ...]:
        """The results about a participant or person, or a pairing, cohort or program."""
        return tuple(r for r in self.rows if is_about(r, subject))


def is_about(row: RequirementRow, subject: str) -> bool:
    """Whether a result is about a participant, person, pairing, cohort or program."""
    if subject in (row.subject, row.cohort if row.scope == "cohort" else None):
        return True
    return any(subject in (who.participant, who.person) for who in row.people)


def state_counts(rows: Iterable[RequirementRow], group: str = "", label: Shown = "") -> StateCounts:
    """How many of these results there are of each state."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.state] = counts.get(row.state, 0) + 1
    return StateCounts(group=group, label=label, **counts)
