"""What is asked alike of whatever a program shares: an address, a title, and who takes part."""

import re

from mentorcore.practices.spec import (
    CohortId,
    Participant,
    ParticipantId,
    Program,
    ProgramId,
    Refused,
    Situation,
    Stream,
    is_blank,
)

__all__ = ["check_audience", "check_pointer", "check_title", "participant_of"]

_POINTER = re.compile(r"(https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/|$)|/)[A-Za-z0-9._~/%?&=#+,;:-]*")
"""A web address without a name or a password in it, or a path."""


def check_pointer(pointer: str | None) -> None:
    """Refuse what is neither a plain web address nor a path, or may hold an e-mail address.

    Raises:
        Refused: ``no_address``.
    """
    if pointer is None:
        return
    if "%40" in pointer or not _POINTER.fullmatch(pointer):
        raise Refused(
            "a pointer is a web address such as https://example.edu/guide, or a path such as "
            "/guide, and names nobody",
            "no_address",
        )


def check_audience(program: Program, cohort_id: CohortId | None) -> None:
    """Refuse to share something with a cohort that there is not.

    Raises:
        Refused: ``no_such_cohort``.
    """
    if cohort_id is not None and program.cohort(cohort_id) is None:
        raise Refused(f"the program has no cohort {cohort_id}", "no_such_cohort")


def check_title(title: str | None) -> None:
    """Refuse a title that is blank.

    Raises:
        Refused: ``empty_text``.
    """
    if is_blank(title):
        raise Refused("a title says nothing", "empty_text")


def participant_of(
    now: Situation, program_id: ProgramId, participant: ParticipantId
) -> Participant:
    """A participant of the program.

    Raises:
        Refused: ``no_such_participant``.
    """
    found = now.state(Stream(participant))
    if not isinstance(found, Participant) or found.program_id != program_id:
        raise Refused(f"the program has no participant {participant}", "no_such_participant")
    return found
