"""What a rule says of a subject at a moment: one of eight states, and what it rests on."""

from datetime import date
from typing import Literal

import attrs

__all__ = ["Cited", "Result", "State"]

State = Literal[
    "met",
    "not_yet_due",
    "at_risk",
    "breached",
    "cured_late",
    "waived",
    "not_applicable",
    "insufficient_data",
]


@attrs.frozen(order=True)
class Cited:
    """An event that a result rests on: the stream it stands on, and its version there.

    Attributes:
        position: Its position in the log, where whoever made the facts knows it.
    """

    stream: str
    version: int
    position: int = attrs.field(default=0, eq=False, order=False)


@attrs.frozen(kw_only=True)
class Result:
    """What a rule says of a subject.

    Attributes:
        rule_id: The rule's id in its pack.
        pack_id: The pack.
        pack_version: The version of the pack that was in force for the subject on the day.
        citation: Where the rule stands.
        subject: The id of what it is about.
        state: Met, not yet due, at risk, breached, cured late, waived, not applicable, or
            insufficient data.
        measured: What was measured, in the threshold's unit, for people: ``1,040 min``.
        threshold: What is required, in words for people: ``1,020 min``.
        due_on: The last day in time.
        satisfied_on: The day on which it was satisfied.
        days_late: How many days after the due date that was.
        days_left: Days from the day that is looked at to the due date; below 0 once it is over.
        evidence: The events that it rests on.
        relief: The event that grants a relief which was applied.
        code: For ``not_applicable`` and ``insufficient_data`` (and where a state has more than
            one cause) the reason as a word: ``out_of_scope``, ``no_anchor``,
            ``obligation_ended``, ``no_calendar``, ``pack_missing``, or the fact that is missing.
        missing: What is missing, each as a word; behind the id of whom it is missing of, where
            the rule looks at several.
        said: The same in a short sentence.
    """

    rule_id: str
    pack_id: str
    pack_version: str
    citation: str
    subject: str
    state: State
    measured: str = ""
    threshold: str = ""
    due_on: date | None = None
    satisfied_on: date | None = None
    days_late: int | None = None
    days_left: int | None = None
    evidence: tuple[Cited, ...] = ()
    relief: Cited | None = None
    code: str | None = None
    missing: tuple[str, ...] = ()
    said: str = ""
