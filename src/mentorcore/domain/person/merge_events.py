"""Two ids of one human being become one: what happens, and what one can ask for."""

from mentorcore.domain.declarations import command, event, personal
from mentorcore.domain.participant.events import ParticipantReassigned
from mentorcore.domain.values import PersonId, Stream, Text
from mentorcore.domain.visibility import REASON


@event("person.persons-merged", transition=True)
class PersonsMerged:
    """Two ids proved to be one human being; whatever names the absorbed one means the survivor.

    Attributes:
        survivor: The id that goes on.
        absorbed: The id that leads to it, and takes no new facts.
        basis: On what ground they are one.
    """

    survivor: PersonId
    absorbed: PersonId
    subjects: tuple[PersonId, ...]
    basis: Text | None = personal("free_text", default=None, readers=REASON)


@event("person.absorbed", companion=True)
class PersonAbsorbed:
    """Companion of `PersonsMerged`: this id leads to another from now on.

    Attributes:
        survivor: The id that it leads to.
    """

    survivor: PersonId
    principal_stream: Stream
    principal: int


@command(leads_to=PersonsMerged, also=(PersonAbsorbed, ParticipantReassigned))
class MergePersons:
    """Record that two ids are one human being; retracting it takes them apart again.

    Attributes:
        survivor: The id that goes on.
        absorbed: The id that leads to it from then on.
        basis: On what ground they are one.
    """

    survivor: PersonId
    absorbed: PersonId
    basis: str | None = None
