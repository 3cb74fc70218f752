"""The rows of employment: what became of the work of those who take part, at three levels."""

from datetime import date

import attrs
from attrs import field

from mentorcore.domain.participant.events import ParticipantEnrolled
from mentorcore.domain.person.events import EmploymentOutcomeRecorded
from mentorcore.practices.spec import Evidence, Who, figure

__all__ = ["LevelRow", "OutcomeRow", "OutcomeTotal", "OutcomeTotals"]

Recorded = EmploymentOutcomeRecorded


@attrs.frozen
class LevelRow:
    """The last outcome at one level.

    Attributes:
        level: ``school``, ``district`` or ``profession``.
        outcome: ``retained``, ``transferred``, ``left`` or ``unknown``.
    """

    level: str = field(metadata=figure("of what it is said", Recorded))
    outcome: str = field(metadata=figure("what had become of the work", Recorded))
    on: date = field(metadata=figure("the day by which it was so", Recorded))
    source: str | None = field(metadata=figure("where that is known from", Recorded))


@attrs.frozen
class OutcomeRow:
    """Somebody who takes part, or took part, with the last outcome at each level.

    Attributes:
        levels: Those that something is recorded of: school, district, profession.
    """

    participant: str = field(metadata=figure("the enrolment's id", ParticipantEnrolled))
    who: Who = field(metadata=figure("who takes part, and as what", ParticipantEnrolled))
    levels: tuple[LevelRow, ...] = field(
        metadata=figure("the last outcome at each level", Recorded)
    )
    evidence: tuple[Evidence, ...] = field(metadata=figure("the events behind it", Recorded))


@attrs.frozen
class OutcomeTotal:
    """All of one role, at one level; of whom nothing is recorded there, nothing is known."""

    key: str = field(metadata=figure("the role and the level", Recorded))
    role: str = field(metadata=figure("the role", ParticipantEnrolled))
    level: str = field(metadata=figure("of what it is said", Recorded))
    retained: int = field(metadata=figure("people who stayed", Recorded))
    transferred: int = field(metadata=figure("people who moved to another", Recorded))
    left: int = field(metadata=figure("people who left", Recorded))
    unknown: int = field(metadata=figure("people of whom nobody knows", Recorded))


@attrs.frozen
class OutcomeTotals:
    """Everybody who ever took part, by role and level; nothing is compared or rated here."""

    levels: tuple[OutcomeTotal, ...] = field(
        metadata=figure("outcomes by role and level", Recorded)
    )
