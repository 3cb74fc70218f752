"""What happens to a stipend, and what can be asked for."""

from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from mentorcore.practices.spec import (
    WORK,
    ParticipantId,
    PersonId,
    PracticeCommand,
    ProgramId,
    Text,
    command,
    event,
    fresh,
    identifier,
    personal,
)

if TYPE_CHECKING:
    StipendId: TypeAlias = str
else:
    StipendId = identifier("StipendId", "acme-stipend")


@event("acme-stipend.agreed", occurred="on", founding=True)
class StipendAgreed:
    """It was agreed that somebody gets a stipend.

    Attributes:
        stipend_id: The stipend.
        cents: What is paid for each month, in cents.
        remark: What else was agreed on.
    """

    stipend_id: StipendId
    program_id: ProgramId
    participant_id: ParticipantId
    on: date
    cents: int
    since: date
    until: date
    subjects: tuple[PersonId, ...]
    remark: Text | None = personal("free_text", default=None, readers=WORK)


@event("acme-stipend.paid", occurred="on")
class StipendPaid:
    """A month of a stipend was paid.

    Attributes:
        month: The first day of the month that was paid for.
        cents: What was paid, in cents.
    """

    on: date
    month: date
    cents: int


@command(leads_to=StipendAgreed)
class AgreeStipend(PracticeCommand):
    """Record that somebody gets a stipend."""

    participant_id: ParticipantId
    on: date
    cents: int
    since: date
    until: date
    remark: str | None = None
    stipend_id: StipendId | None = fresh("acme-stipend", default=None)


@command(leads_to=StipendPaid)
class PayStipend(PracticeCommand):
    """Record that a month of a stipend was paid."""

    stipend_id: StipendId
    on: date
    month: date
    cents: int
