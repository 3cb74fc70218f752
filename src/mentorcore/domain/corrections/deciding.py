"""A correction is decided like the fact it corrects, and takes its companions along.

The original stays readable; the correction says who made it and why, and acts from its recorded
time on, over all valid time (INV-50, INV-65, INV-66, INV-67). Corrections are corrected like any
other record, to any depth.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mentorcore.domain.aggregate import Decision, Situation
from mentorcore.domain.corrections.command_behind import rebuild
from mentorcore.domain.corrections.commands import (
    AmendRecord,
    CorrectionCommand,
    MoveRecord,
    RetractRecord,
)
from mentorcore.domain.corrections.consequences import check_consequences
from mentorcore.domain.corrections.corrected_corrections import correct_correction, gone
from mentorcore.domain.corrections.correction_events import (
    amendment,
    differences,
    restated,
    retraction,
)
from mentorcore.domain.corrections.duplicates import check_duplicate, named, repeated
from mentorcore.domain.corrections.events import RecordAmended, RecordRetracted
from mentorcore.domain.corrections.reattribution import attribute, elsewhere
from mentorcore.domain.corrections.redecision import Decide, check_changes, redecide
from mentorcore.domain.corrections.targets import Target, recorded, target_at, target_of
from mentorcore.domain.declarations import event_info, type_errors
from mentorcore.domain.values import Code, Stream
from mentorcore.errors import Refused

__all__ = ["decide", "reads"]

Reads = Callable[[Any, Situation], tuple[Stream, ...]]


def reads(command: CorrectionCommand, seen: Situation, rules: Reads) -> tuple[Stream, ...]:
    """The streams that a correction needs to see: those of the decision it corrects."""
    stream = command.stream
    named_by = (stream, command.to) if isinstance(command, MoveRecord) else (stream,)
    known = all(map(seen.has, named_by))
    placed = recorded(seen, stream, command.target) if known else None
    if placed is None:
        return named_by
    target = target_at(seen.history[stream], placed)
    then = _tentative(command, target)
    if then is None:
        return named_by
    wanted = [*named_by, *seen.rules_of(stream).beside(seen, stream, target.record.event)]
    wanted.extend(of[0] for of in (named(command), *repeated(target), *repeated(then)) if of)
    for rebuilt in _rebuilt(seen, command, target, then):
        if rebuilt is not None:
            wanted.extend(rules(rebuilt, seen))
    return tuple(dict.fromkeys(wanted))


def _rebuilt(
    seen: Situation, command: CorrectionCommand, target: Target, then: Target
) -> Iterator[Any]:
    """What would lead to the record as it was recorded, as it stands, and as it is to be."""
    stream, standing, after = command.stream, target.standing, then.standing
    for placed in (target.record, standing, after):
        if placed is not None:
            yield rebuild(seen, stream, placed, {})
    if standing is not None and after is not None:
        changes = differences(standing.event, after.event)
        yield rebuild(seen, stream, standing, changes)
    if isinstance(command, MoveRecord) and standing is not None:
        yield elsewhere(seen, command, standing)


def _tentative(command: CorrectionCommand, target: Target) -> Target | None:
    """The target as it would be then; ``None`` where the changes do not even fit."""
    event = target.amended.event
    changes: Mapping[str, Any] = {}
    if isinstance(command, AmendRecord):
        changes = restated(command, target).changes
        if type_errors(type(event), changes):
            return None
        info = event_info(type(event))
        told: Any = RecordAmended(
            target=command.target,
            target_name=info.name,
            target_version=info.version,
            public_changes=tuple(changes.items()),
            subjects=(),
        )
    else:
        told = RecordRetracted(
            target=command.target,
            target_name=Code("tentative"),
            cause="entered_in_error",
            subjects=(),
        )
    return target.with_(told)


def decide(now: Situation, command: CorrectionCommand, rules: Decide) -> Decision:
    """What a correction leads to."""
    target = target_of(now, command)
    if target.fallen:
        if isinstance(command, RetractRecord):
            return ()
        raise Refused("this record is retracted", "retracted")
    match command:
        case MoveRecord():
            answer = attribute(now, command, target, rules)
        case _ if target.corrects:
            answer = correct_correction(now, command, target, rules)
        case AmendRecord():
            answer = _amend(now, command, target, rules)
        case _:
            answer = _retract(now, command, target)
    then = now.after(answer)
    settled = now.rules_of(command.stream).settled(now, then, command.stream)
    answer = (*answer, *settled)
    check_consequences(now, then.after(settled), command.stream, answer)
    return answer


def _amend(now: Situation, command: AmendRecord, target: Target, rules: Decide) -> Decision:
    standing = target.standing
    assert standing is not None
    check_changes(standing.event, command.changes)
    done = redecide(now, command.stream, standing, command.changes, rules)
    different = differences(standing.event, done.event)
    if not different:
        return done.along
    return (
        (command.stream, amendment(now, command, target, done.event, different)),
        *done.along,
    )


def _retract(now: Situation, command: RetractRecord, target: Target) -> Decision:
    stream, standing = command.stream, target.standing
    assert standing is not None
    if command.duplicate_of is not None:
        if command.cause != "duplicate":
            raise Refused("only a duplicate repeats another record", "not_a_duplicate")
        check_duplicate(now, (stream, command.target), command.duplicate_of)
    return (
        (stream, retraction(now, command, target, command.cause)),
        *gone(now, stream, standing, command.cause),
    )
