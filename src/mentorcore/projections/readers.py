"""Who reads which field of which happening, on one page.

A field that is not listed may be seen by everybody who may see the happening itself. A test holds
this table against every personal field of every event, so that a new one cannot be forgotten.
"""

from collections.abc import Collection, Mapping
from typing import Any

from mentorcore.domain.corrections.events import RecordAmended, RecordRetracted
from mentorcore.domain.marks import personal_fields
from mentorcore.domain.pairing import events as pairing
from mentorcore.domain.participant import events as participant
from mentorcore.domain.person import events as person
from mentorcore.domain.responses import ImportReversed, ResponseTaken
from mentorcore.domain.values import Withheld
from mentorcore.projections.seeing import (
    CONTACT,
    METADATA,
    MISMATCH,
    NAME,
    NOBODY,
    OWN,
    REASON,
    WORK,
    Readers,
    Seer,
    readers_of,
    withheld,
)

__all__ = ["AUTHORS", "BY_CLASS", "FIELDS", "hidden_author", "kind_shown", "readers_of_field"]

FIELDS: Mapping[tuple[type, str], Readers] = {
    (person.PersonRegistered, "name"): NAME,
    (person.PersonRegistered, "contact"): CONTACT,
    (person.PersonDetailsChanged, "name"): NAME,
    (person.PersonDetailsChanged, "contact"): CONTACT,
    (person.ExternalIdentityLinked, "value"): CONTACT,
    (person.EmploymentRecorded, "institution"): OWN,
    (person.EmploymentRecorded, "unit"): OWN,
    (person.EmploymentRecorded, "post"): OWN,
    (person.EmploymentRecorded, "teaches"): OWN,
    (person.EmploymentRecorded, "grade_levels"): OWN,
    (person.CredentialRecorded, "issuer"): OWN,
    (participant.TrainingCompleted, "provider"): OWN,
    (participant.MentorQualificationEnded, "reason"): REASON,
    (participant.MentorCapacitySet, "reason"): REASON,
    (participant.EnrolmentEnded, "reason"): REASON,
    (participant.EnrolmentEnded, "destination"): REASON,
    (pairing.PairingFormed, "unmet_soft"): REASON,
    (pairing.PairingFormed, "override_reason"): REASON,
    (pairing.AgreementSigned, "terms"): WORK,
    (pairing.MeetingHeld, "topics"): WORK,
    (pairing.GoalSet, "statement"): WORK,
    (pairing.GoalSet, "indicator"): WORK,
    (pairing.GoalProgressRecorded, "measure"): WORK,
    (pairing.GoalProgressRecorded, "comment"): WORK,
    (pairing.ActionItemAgreed, "text"): WORK,
    (pairing.MismatchReported, "by"): METADATA - {"member"},
    (pairing.MismatchReported, "grounds"): MISMATCH,
    (pairing.MismatchReported, "wish"): MISMATCH,
    (pairing.MismatchReported, "text"): MISMATCH,
    (pairing.PairingPaused, "reason"): REASON,
    (pairing.PairingReopened, "reason"): REASON,
    (ImportReversed, "reason"): REASON,
    (ResponseTaken, "response_key"): NOBODY,
    (ResponseTaken, "answers"): NOBODY,
    (RecordAmended, "reason"): REASON,
    (RecordRetracted, "reason"): REASON,
}
"""The readers of a field, whatever the happening says of itself."""

BY_CLASS: Mapping[type, tuple[str, ...]] = {
    pairing.NoteWritten: ("body",),
    pairing.FeedbackGiven: ("text", "ratings"),
}
"""Fields whose readers the happening's own visibility class names."""

AUTHORS: Mapping[type, str] = {
    pairing.NoteWritten: "author",
    pairing.FeedbackGiven: "author",
    pairing.MismatchReported: "by",
}
"""The field that names the participant a happening comes from."""


def readers_of_field(event: Any, field: str) -> Readers | None:
    """Who reads a field; ``None`` for everybody who sees the happening."""
    if field in BY_CLASS.get(type(event), ()):
        return readers_of(event.visibility)
    return FIELDS.get((type(event), field))


def hidden_author(
    event: Any, persons: Mapping[str, str], members: Collection[str], seer: Seer
) -> Withheld | None:
    """What stands for whoever recorded a happening, where that could tell whom it comes from.

    It stands there whoever recorded it, or its absence would tell that somebody else did.

    Args:
        event: The happening as it stands.
        persons: By participant, the person.
        members: The persons of its pairing.
        seer: Who is asking.
    """
    field = AUTHORS.get(type(event))
    readers = None if field is None else readers_of_field(event, field)
    if field is None or readers is None:
        return None
    author = persons.get(getattr(event, field))
    if seer.may(readers, author=author, members=members):
        return None
    return withheld("author", readers)


def kind_shown(event: Any, field: str) -> str:
    """The class under which a withheld field is named."""
    if field in BY_CLASS.get(type(event), ()):
        return str(event.visibility)
    mark = personal_fields(type(event)).get(field)
    return field if mark is None else mark.kind
