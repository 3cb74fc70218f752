"""What a case arises from: a reported mismatch, or a relation that arose later (INV-03)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from mentorcore.practices.cases.events import (
    OpenCase,
    OpenCaseFromMismatch,
    OpenCaseFromRelation,
)
from mentorcore.practices.spec import (
    CaseCause,
    LineKind,
    NotFormed,
    Refused,
    Situation,
    Stream,
    lives,
    program_of,
    recorded_as,
)

__all__ = ["check_cause", "named_cause"]


def named_cause(now: Situation, command: Any) -> OpenCase:
    """What a command comes to that makes a case of something in a pairing.

    Raises:
        Refused: There is no such pairing, or no such relation in it.
    """
    if isinstance(command, OpenCase):
        return command
    facts = _facts(now, command.pairing_id)
    if isinstance(command, OpenCaseFromMismatch):
        cause = CaseCause(
            kind="mismatch", pairing_id=command.pairing_id, mismatch_id=command.mismatch_id
        )
    else:
        cause = _relation(now, command)
    return recorded_as(OpenCase, command, program_id=facts.program_id, participants=(), cause=cause)


def _facts(now: Situation, pairing_id: str) -> Any:
    pairing = now.state(Stream(pairing_id))
    if isinstance(pairing, NotFormed):
        raise Refused(f"there is no pairing {pairing_id}", "no_such_pairing")
    return pairing.facts


def _relation(now: Situation, command: OpenCaseFromRelation) -> CaseCause:
    """The relation that is meant, on the day of the case."""
    found = _relations(now, command, command.superior, command.subordinate)
    if command.relation is not None:
        found = {kind: since for kind, since in found.items() if kind == command.relation}
    if not found:
        raise _no_relation(command.on)
    if len(found) > 1:
        raise Refused(f"there are several: {', '.join(sorted(found))}; say which", "which_relation")
    ((relation, since),) = found.items()
    return CaseCause(
        kind="relation",
        pairing_id=command.pairing_id,
        superior=command.superior,
        subordinate=command.subordinate,
        relation=relation,
        since=since,
    )


def _relations(
    now: Situation, command: Any, superior: Any, subordinate: Any
) -> Mapping[LineKind, date]:
    """What one member is to another that keeps them from mentoring, each with its first day."""
    facts = _facts(now, command.pairing_id)
    if not {superior, subordinate} <= facts.seats.keys():
        raise Refused("only members of the pairing are named", "not_in_pairing")
    prohibited = program_of(now, facts.program_id).settings_on(command.on).prohibited_lines
    above = lives(now, facts.seats[superior])
    found: dict[LineKind, date] = {}
    for one in lives(now, facts.seats[subordinate]):
        for line in now.state(Stream(one)).lines:
            runs = line.since <= command.on and (line.until is None or command.on < line.until)
            if line.superior in above and line.kind in prohibited and runs:
                found[line.kind] = min(line.since, found.get(line.kind, line.since))
    return found


def _no_relation(on: date) -> Refused:
    return Refused(f"no such relation between them is recorded on {on}", "no_such_relation")


def check_cause(now: Situation, case: Stream, command: OpenCase) -> None:
    """Refuse a case of what there is not, and a second case of one thing.

    Raises:
        Refused: ``no_such_mismatch``, ``no_such_relation``, ``not_in_pairing``, or
            ``already_a_case`` with the case.
    """
    cause = command.cause
    assert cause is not None
    if now.corrects is None:  # what it arose from may have been corrected since
        _check_true(now, command, cause)
    for other, arose_from in _facts(now, cause.pairing_id).raised.items():
        if other != case and arose_from == cause:
            raise Refused(f"there is a case of this already: {other}", "already_a_case", case=other)


def _check_true(now: Situation, command: OpenCase, cause: CaseCause) -> None:
    if command.pairing_id != cause.pairing_id:
        raise Refused("a case is about the pairing in which it arose", "not_in_pairing")
    if cause.kind == "mismatch":
        if cause.mismatch_id not in _facts(now, cause.pairing_id).mismatches:
            raise Refused("no such mismatch was reported", "no_such_mismatch")
        return
    found = _relations(now, command, cause.superior, cause.subordinate)
    if cause.relation is None or found.get(cause.relation) != cause.since:
        raise _no_relation(command.on)
