"""What is recorded of a participant because a rule asks for it: reliefs, credits, plain facts."""

from datetime import date
from typing import Literal

from mentorcore.domain.declarations import command, event, personal
from mentorcore.domain.values import Code, ParticipantId, PersonId, Text
from mentorcore.domain.visibility import REASON

ReliefGranted = Literal["waiver", "exemption", "extension", "early_completion"]

CreditUnit = Literal["minute", "week", "month", "term", "semester", "school_year"]


@event("participant.requirement-waived", occurred="since")
class RequirementWaived:
    """A relief from a rule was granted, by a role that may grant it.

    Attributes:
        rule_id: The rule, by its id in the policy pack, such as ``CA-4``.
        pack_id: The pack that the rule stands in; nothing where only one has a rule of that id.
        relief: Whether the rule is waived, does not apply, is due later, or was fulfilled early.
        granted_by: The role of whoever granted it.
        new_limit: The last day in time, where the relief is an extension.
        basis: On what ground it was granted.
    """

    rule_id: Code
    relief: ReliefGranted
    granted_by: Code
    since: date
    subjects: tuple[PersonId, ...]
    pack_id: Code | None = None
    until: date | None = None
    new_limit: date | None = None
    basis: Text | None = personal("free_text", default=None, readers=REASON)


@command(leads_to=RequirementWaived)
class WaiveRequirement:
    """Grant a participant a relief from a rule of a policy pack that the program adopted.

    Attributes:
        granted_by: The role of whoever grants it; the pack says which roles may.
        new_limit: Until when an extension goes; other reliefs have none.
        basis: On what ground; the pack says whether one is needed.
    """

    participant_id: ParticipantId
    rule_id: Code
    relief: ReliefGranted
    granted_by: Code
    since: date
    pack_id: Code | None = None
    until: date | None = None
    new_limit: date | None = None
    basis: str | None = None


@event("participant.service-credited", occurred="on")
class ServiceCredited:
    """Earlier service somewhere else was credited, such as weeks of induction in another district.

    Attributes:
        on: The day on which it was credited.
        amount: How many units were credited.
        unit: The unit.
        verified: Whether the place where it was served confirmed it.
        basis: What it was credited on.
    """

    on: date
    amount: int
    unit: CreditUnit
    subjects: tuple[PersonId, ...]
    verified: bool = False
    basis: Text | None = personal("free_text", default=None, readers=REASON)


@command(leads_to=ServiceCredited)
class CreditService:
    """Credit a participant with earlier service; what nobody confirmed is shown, not counted."""

    participant_id: ParticipantId
    on: date
    amount: int
    unit: CreditUnit
    verified: bool = False
    basis: str | None = None


@event("participant.fact-stated", occurred="since")
class FactStated:
    """Something is so that a rule asks for and that no other record says.

    It stands in the clear, as every figure that a rule is decided by.

    Attributes:
        fact: What is stated, such as ``experience_years``.
        number: How many, where it is a number.
        word: What it is, where it is a word.
    """

    fact: Code
    since: date
    number: int | None = None
    word: Code | None = None
    until: date | None = None


@command(leads_to=FactStated)
class StateFact:
    """State a fact about a participant that a rule asks for; it is not sealed.

    Attributes:
        fact: What is stated, by the word that the rule has for it.
        number: A whole number; or else
        word: a word.
    """

    participant_id: ParticipantId
    fact: Code
    since: date
    number: int | None = None
    word: Code | None = None
    until: date | None = None
