"""What is recorded of a program because a rule asks for it: documents, and reasons for bounds."""

from datetime import date

from mentorcore.domain.declarations import command, event, public
from mentorcore.domain.values import Code, CohortId, ProgramId


@event("program.document-referenced", occurred="on")
class DocumentReferenced:
    """A document describes how the program does something, such as how mentors are selected.

    Attributes:
        on: The day from which the document holds.
        process: What it describes, by the word that rules have for it, such as
            ``early_completion``.
        title: What the document is called; it names nobody.
        digest: The SHA-256 of the document, as 64 hexadecimal digits.
        published: Whether those whom it concerns can read it.
    """

    process: Code
    on: date
    title: str = public()
    digest: Code | None = None
    published: bool = False


@command(leads_to=DocumentReferenced)
class ReferenceDocument:
    """Say which document describes a process of the program; the document itself stays outside.

    Attributes:
        process: What it describes, by the word that rules have for it.
        title: What it is called; it stands in the clear, so name nobody in it.
        digest: Its SHA-256, so that it can be shown to be the same later.
    """

    program_id: ProgramId
    process: Code
    title: str
    on: date
    digest: Code | None = None
    published: bool = False


@event("program.requirement-justified", occurred="on")
class RequirementJustified:
    """The program said why it does not keep a bound that a rule sets as far as practicable.

    Attributes:
        on: The day from which the reason holds.
        rule_id: The rule, by its id in the policy pack, such as ``MD-1``.
        pack_id: The pack that the rule stands in; nothing where only one has a rule of that id.
        cohort_id: The cohort that it is about; nothing for the whole program.
        reason: Why; it names nobody.
    """

    rule_id: Code
    on: date
    pack_id: Code | None = None
    cohort_id: CohortId | None = public(default=None, fixed=False)
    reason: str = public()


@command(leads_to=RequirementJustified)
class JustifyRequirement:
    """Give the reason why the program, or a cohort, does not keep a bound of a rule.

    Attributes:
        reason: Why; it stands in the clear, so name nobody in it.
    """

    program_id: ProgramId
    rule_id: Code
    reason: str
    on: date
    pack_id: Code | None = None
    cohort_id: CohortId | None = None
