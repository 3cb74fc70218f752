"""What a program refers to and gives reasons for, because a rule of a policy pack asks for it."""

import re

from mentorcore.domain.aggregate import Decision, Situation, decides, is_blank
from mentorcore.domain.declarations import recorded_as
from mentorcore.domain.program import Program, check_not_closed, check_past, cohort_of
from mentorcore.domain.requirements.program_events import (
    DocumentReferenced,
    JustifyRequirement,
    ReferenceDocument,
    RequirementJustified,
)
from mentorcore.domain.requirements.repeated import is_recorded
from mentorcore.domain.values import Stream
from mentorcore.errors import Refused

__all__ = ["check_digest"]

_DIGEST = re.compile("[0-9a-f]{64}")


def check_digest(digest: object) -> None:
    """Refuse what is no SHA-256 in hexadecimal digits; a sealed one is not looked at.

    Raises:
        Refused: ``not_a_digest``.
    """
    if isinstance(digest, str) and not _DIGEST.fullmatch(digest):
        raise Refused(
            "a digest is the SHA-256 of the file, as 64 digits of 0 to 9 and a to f",
            "not_a_digest",
        )


@decides(ReferenceDocument)
def reference(
    now: Situation, program: Program, command: ReferenceDocument, stream: Stream
) -> Decision:
    """Say which document describes a process."""
    check_past(now, program, command.on)
    check_not_closed(program, command.on)
    if is_blank(command.title):
        raise Refused("a document needs a title", "empty_text")
    check_digest(command.digest)
    told = recorded_as(DocumentReferenced, command)
    return () if is_recorded(now, stream, told) else ((stream, told),)


@decides(JustifyRequirement)
def justify(
    now: Situation, program: Program, command: JustifyRequirement, stream: Stream
) -> Decision:
    """Give the reason why a bound is not kept."""
    check_past(now, program, command.on)
    check_not_closed(program, command.on)
    if is_blank(command.reason):
        raise Refused("say why the bound is not kept", "reason_needed")
    if command.cohort_id is not None:
        cohort_of(program, command.cohort_id)
    told = recorded_as(RequirementJustified, command)
    return () if is_recorded(now, stream, told) else ((stream, told),)
