"""A record on the wrong person or pairing is taken back there and recorded where it belongs.

Both happen in one append, and what led to the new record is the retraction of the old one (INV-66).
"""

from typing import Any

from mentorcore.domain.aggregate import Decision, Situation, kind_of
from mentorcore.domain.corrections.command_behind import rebuild, together_with
from mentorcore.domain.corrections.commands import MoveRecord
from mentorcore.domain.corrections.corrected_corrections import gone
from mentorcore.domain.corrections.correction_events import retraction
from mentorcore.domain.corrections.events import Cause
from mentorcore.domain.corrections.redecision import Decide, said_so
from mentorcore.domain.corrections.targets import Target
from mentorcore.domain.declarations import event_info, type_errors
from mentorcore.domain.effective import VersionedEvent
from mentorcore.errors import Invalid, Refused

__all__ = ["attribute", "elsewhere"]


def elsewhere(seen: Situation, command: MoveRecord, record: VersionedEvent) -> Any:
    """The command that records *record* where it belongs, or ``None`` for no such."""
    if kind_of(command.to) != kind_of(command.stream):
        return None
    return rebuild(seen, command.stream, record, command.changes, command.to)


def attribute(now: Situation, command: MoveRecord, target: Target, rules: Decide) -> Decision:
    """What the attribution of a record to another pairing, participant or person leads to.

    Raises:
        Invalid: Changes that the record does not have.
        Refused: It cannot be taken back here, or cannot be recorded there.
    """
    standing = target.standing
    assert standing is not None
    event = standing.event
    cause = _misplaced(now, command, target)
    if problems := type_errors(type(event), command.changes):
        raise Invalid(f"the changes do not fit {event_info(type(event)).name}", problems)
    taken_back = (
        (command.stream, retraction(now, command, target, cause)),
        *gone(now, command.stream, standing, cause),
    )
    again = now.again(standing, together_with(now, command.stream, standing.version))
    decided = rules(again, elsewhere(now, command, standing))
    if not decided:
        raise Refused("there it would say nothing new", "nothing_left")
    said_so(decided[0][1], command.changes)
    return (*taken_back, *decided)


def _misplaced(now: Situation, command: MoveRecord, target: Target) -> Cause:
    """Why the record is taken back where it is."""
    event, rules = type(target.record.event), now.rules_of(command.stream)
    if target.corrects:
        raise Refused("a correction belongs where its record is", "not_attributable")
    moves = event not in rules.command_behind or event_info(event).transition
    if moves or rules.misplaced is None:
        raise Refused(
            "a record of this kind is not attributed to another; retract it and record it again",
            "not_attributable",
        )
    if command.to == command.stream:
        raise Refused("it is recorded there already", "same_place")
    if kind_of(command.to) != rules.kind:
        raise Refused(
            f"what belongs to a {rules.kind} is attributed to another one, "
            f"not to a {kind_of(command.to)}",
            "not_attributable",
        )
    return rules.misplaced
