"""Rules of bounds, people, papers and uses, each a value."""

from typing import Literal

import attrs

from mentorcore.policy.grammar import (
    CountFrom,
    Op,
    Period,
    Plain,
    ReliefType,
    Rule,
    Selector,
    Unit,
    written,
)

__all__ = [
    "Artifact",
    "Bound",
    "Count",
    "Eligibility",
    "Predicate",
    "Prerequisite",
    "ProcessExists",
    "ProhibitedRelation",
    "ProhibitedUse",
    "Ratio",
    "Relief",
    "Report",
    "SoftMatch",
]


@attrs.frozen(kw_only=True)
class Bound:
    """A bound that holds where a fact about the subject does.

    Attributes:
        fact: The fact that is compared.
        op: How.
        value: With what.
        max: The bound.
    """

    fact: str = attrs.field(metadata=written(within="if"))
    op: Op = attrs.field(metadata=written(within="if"))
    value: Plain = attrs.field(metadata=written(within="if"))
    max: int


@attrs.frozen(kw_only=True)
class Ratio(Rule):
    """A measure stays within the first bound that matches.

    Attributes:
        measure: What is measured.
        max: The largest, where no other bound matches.
        min: The smallest.
        when: Bounds that hold where something is so; the first that matches counts.
        hard: Whether it forbids; a soft one is waived by a recorded reason.
    """

    measure: Literal["mentees_per_mentor", "group_size", "cohort_size"]
    max: int | None = None
    min: int | None = None
    when: tuple[Bound, ...] = ()
    hard: bool = False


@attrs.frozen(kw_only=True)
class Predicate:
    """A predicate about a subject.

    Attributes:
        fact: What is looked at, such as ``experience_years`` or ``rating``.
        op: How it is compared.
        value: With what; several for ``in``.
    """

    fact: str
    op: Op
    value: Plain | tuple[Plain, ...]


@attrs.frozen(kw_only=True)
class Eligibility(Rule):
    """Every predicate is true.

    Attributes:
        all: The predicates.
        at: Looked at when a pairing is formed, or all along.
        role: Whose facts are looked at in a pairing: the mentor's, where nothing else is said.
    """

    all: tuple[Predicate, ...]
    at: Literal["assignment", "continuous"] = "assignment"
    role: str = "mentor"


@attrs.frozen(kw_only=True)
class Prerequisite(Rule):
    """The required fact is valid before a point, and has not expired then.

    Attributes:
        requires: The fact.
        before: The point: a selector, or ``school_year_start`` of the calendar.
        valid_for_months: For how many months the fact counts; nothing for as long as it says.
        role: Whose fact it is in a pairing: the mentor's, where nothing else is said.
    """

    requires: Selector
    before: Selector | Literal["school_year_start"]
    valid_for_months: int | None = attrs.field(default=None, metadata=written(least=1))
    role: str = "mentor"


@attrs.frozen(kw_only=True)
class ProhibitedRelation(Rule):
    """No such relation holds between members of a pairing on any day of it.

    Attributes:
        relations: Kinds of reporting line.
        between: The two roles or parts, the superior first.
        primary_only: Whether only a primary mentor is kept from it.
    """

    relations: tuple[str, ...]
    between: tuple[str, str] = ("mentor", "mentee")
    primary_only: bool = False


@attrs.frozen(kw_only=True)
class ProhibitedUse(Rule):
    """Text of these classes is put to no such use, or a named exception was invoked.

    Attributes:
        visibility: The visibility classes.
        purposes: The uses.
        exceptions: The grounds on which it may be used nevertheless.
    """

    visibility: tuple[str, ...]
    purposes: tuple[str, ...]
    exceptions: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class SoftMatch(Rule):
    """Members share attributes, or a reason is recorded why not.

    Attributes:
        attributes: ``credential_area``, ``grade_levels``, ``subjects``, ``unit`` and the like.
        require: Whether any or all of them.
        justified_by: The field of the forming event that holds the reason.
        criterion: Which criterion's reason justifies it; nothing for any.
    """

    attributes: tuple[str, ...]
    require: Literal["any", "all"] = "any"
    justified_by: str = "unmet_soft"
    criterion: str | None = None


@attrs.frozen(kw_only=True)
class Artifact(Rule):
    """Evidence of a kind is attached with all signatures, by a due date or once a period.

    Attributes:
        artifact_kind: The kind of evidence.
        title_code: Which evidence of that kind; nothing for any.
        signed_by: The roles that have to have signed.
        anchor: From whose day the limit runs; nothing where it is due once a period.
        limit: How many units after it.
        unit: The unit.
        count_from: As of a deadline.
        period: The period in which it is due once; nothing where it is due once in all.
    """

    artifact_kind: str
    title_code: str | None = None
    signed_by: tuple[str, ...] = ()
    anchor: Selector | None = None
    limit: int = 0
    unit: Unit = "calendar_day"
    count_from: CountFrom = "day_after"
    period: Period | None = None


@attrs.frozen(kw_only=True)
class Count(Rule):
    """The number of facts stays within bounds.

    Attributes:
        counts: The facts that count.
        min: The fewest.
        max: The most.
        period: The period.
        slack_percent: By which share one may be behind before it is at risk.
    """

    counts: Selector
    min: int | None = None
    max: int | None = None
    period: Period = "school_year"
    slack_percent: int = attrs.field(default=10, metadata=written("slack", hundredths=True))


@attrs.frozen(kw_only=True)
class Report(Rule):
    """Every field can be derived for every subject, and is attested where that is asked.

    Attributes:
        fields: The facts that are reported.
        of: The roles whose participants it is about; nothing for the mentees.
        period: Whose people it is about: of a school year, semester or term those who had not left
            before it. Nothing for everybody who ever took part.
        due_on: Month and day on which it is due, such as ``06-01``.
        attested_by: The role that attests it.
    """

    fields: tuple[str, ...]
    of: tuple[str, ...] = ("mentee",)
    period: Period | None = None
    due_on: str | None = None
    attested_by: str | None = None


@attrs.frozen(kw_only=True)
class Relief(Rule):
    """Which reliefs may be recorded, for which rules and by whom; it is not evaluated.

    Attributes:
        types: The reliefs.
        applies_to: Ids of rules of the same pack.
        granted_by: The roles that may grant them.
        basis_required: Whether a basis has to be stated.
        max: How many of them a participant may have; nothing for any number.
    """

    types: tuple[ReliefType, ...]
    applies_to: tuple[str, ...]
    granted_by: tuple[str, ...] = ("coordinator",)
    basis_required: bool = True
    max: int | None = attrs.field(default=None, metadata=written(least=1))


@attrs.frozen(kw_only=True)
class ProcessExists(Rule):
    """The program references a document that describes a process, with digest and date.

    Attributes:
        process: The process, by a short word.
        published: Whether the document has to be published.
    """

    process: str
    published: bool = False
