"""Corrections are corrected too: undone, put right, and what they had taken back stands again.

What counts is what becomes of the record behind it. A record that stands again, or says something
else, passes the guards of the original as it would stand; one that does not stand any more is taken
back like any other (INV-50, INV-65).
"""

from collections.abc import Mapping
from typing import Any

from mentorcore.domain.aggregate import Decision, Situation
from mentorcore.domain.corrections.command_behind import together_with
from mentorcore.domain.corrections.commands import AmendRecord, RetractRecord
from mentorcore.domain.corrections.companions import standing_along, taken_back
from mentorcore.domain.corrections.correction_events import (
    amendment,
    differences,
    restated,
    retraction,
)
from mentorcore.domain.corrections.duplicates import check_repeats
from mentorcore.domain.corrections.events import Cause, RecordAmended, RecordRetracted
from mentorcore.domain.corrections.redecision import (
    Decide,
    check_changes,
    check_visibility,
    fixed,
    redecide,
)
from mentorcore.domain.corrections.targets import Target
from mentorcore.domain.declarations import event_info, type_errors
from mentorcore.domain.effective import VersionedEvent, effective, order_key
from mentorcore.domain.values import Stream
from mentorcore.errors import Invalid, Refused

__all__ = ["correct_correction", "gone"]

RESTATED = frozenset({"cause", "duplicate_of"})
"""What an amendment may change of a retraction."""


def correct_correction(
    now: Situation, command: AmendRecord | RetractRecord, target: Target, rules: Decide
) -> Decision:
    """What the correction of a correction leads to."""
    rules_there = now.rules_of(command.stream)
    if rules_there.final is not None:
        raise rules_there.final()
    if isinstance(command, RetractRecord):
        if command.duplicate_of is not None:
            raise _repeats_nothing()
        return _led_to(now, command, target, retraction(now, command, target, command.cause), rules)
    command = restated(command, target)
    changes = _different(command, target)
    if not changes and command.reason is None and command.authority is None:
        return ()
    return _led_to(now, command, target, _amended(now, command, target, changes), rules)


def gone(now: Situation, stream: Stream, placed: VersionedEvent, cause: Cause) -> Decision:
    """What goes along with a record that is taken back.

    Raises:
        Refused: ``others_rest_on_it``.
    """
    if _founds(placed):
        standing, mine = effective(now.history[stream]), order_key(placed)
        rest = [p for p in standing if order_key(p) > mine]
        if any(p.version < placed.version for p in standing if _founds(p)):
            # What founded the stream before it, such as an application, stands without it.
            rest = [p for p in rest if p.version > placed.version]
        if rest:
            raise Refused(
                "other records rest on this one; retract those first",
                "others_rest_on_it",
                versions=tuple(p.version for p in rest),
            )
    together = together_with(now, stream, placed.version)
    along = standing_along(now, stream, together)
    return tuple((other, taken_back(companion, cause)) for other, companion in along)


def _founds(placed: VersionedEvent) -> bool:
    return event_info(type(placed.event)).founding


def _different(command: AmendRecord, target: Target) -> dict[str, Any]:
    """What an amendment of a correction changes of what that says now."""
    event = target.amended.event
    if isinstance(event, RecordRetracted):
        if problems := type_errors(RecordRetracted, command.changes):
            raise Invalid("the changes do not fit a retraction", problems)
        for name in sorted(command.changes.keys() - RESTATED):
            raise fixed(name)
    else:
        check_changes(target.shape.event, command.changes)
    says: Mapping[str, Any]
    if isinstance(target.placed.event, RecordRetracted):
        shape = target.corrections.shape(target.placed).event
        says = {name: getattr(shape, name) for name in RESTATED}
    else:
        says = target.corrections.amending[target.placed.version].changes
    return {n: v for n, v in command.changes.items() if n not in says or says[n] != v}


def _amended(
    now: Situation, command: AmendRecord, target: Target, changes: dict[str, Any]
) -> RecordAmended:
    """The amendment of a correction; of a retraction it says a cause that fits."""
    draft = amendment(now, command, target, target.shape.event, changes)
    shape = target.with_(draft).corrections.shape(target.amended).event
    if isinstance(shape, RecordRetracted):
        if shape.duplicate_of is not None and shape.cause != "duplicate":
            raise Refused("only a duplicate repeats another record", "not_a_duplicate")
        if shape.duplicate_of is not None and shape.target != target.record.version:
            raise _repeats_nothing()
        if "duplicate_of" in changes:
            check_repeats(now, command.stream, target.with_(draft))
    return draft


def _led_to(
    now: Situation,
    command: AmendRecord | RetractRecord,
    target: Target,
    draft: RecordAmended | RecordRetracted,
    rules: Decide,
) -> Decision:
    """The correction, and what becomes of the companions of the record behind it."""
    stream, then = command.stream, target.with_(draft)
    old, new = target.shape.event, then.shape.event
    if hasattr(old, "visibility"):
        check_visibility(old.visibility, new.visibility)
    before, after = target.standing, then.standing
    if after is None:
        if before is None:
            return ((stream, draft),)
        check_repeats(now, stream, then)
        return ((stream, draft), *gone(now, stream, before, "entered_in_error"))
    if (before is not None and before.event == after.event) or (
        type(new) not in now.rules_of(stream).command_behind
    ):
        return ((stream, draft),)
    if before is None:
        _check_once(now, stream, after)
        done = redecide(now, stream, after, {}, rules)
        corrected = after.event
    else:
        done = redecide(now, stream, before, differences(before.event, after.event), rules)
        corrected = done.event
    lacking = differences(after.event, corrected)
    if lacking and isinstance(command, AmendRecord):
        changes = _different(command, target) | lacking
        draft = amendment(now, command, target, corrected, changes)
        after = target.with_(draft).standing
    if after is None or after.event != corrected:
        raise Refused(
            "a later correction of this record says otherwise; correct that one first", "overridden"
        )
    return ((stream, draft), *done.along)


def _repeats_nothing() -> Refused:
    return Refused("a correction repeats no other record", "not_a_duplicate")


def _check_once(now: Situation, stream: Stream, placed: VersionedEvent) -> None:
    """Refuse to bring back what was recorded again since, and can be there once only."""
    event = type(placed.event)
    there = any(type(p.event) is event for p in effective(now.history[stream]))
    if there and event_info(event).once:
        raise Refused("this was recorded again since, and can be there once only", "recorded_again")
