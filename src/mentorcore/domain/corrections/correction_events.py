"""The events in which corrections are recorded: what is personal apart from what is not."""

from collections.abc import Mapping
from typing import Any

import attrs

from mentorcore.domain.aggregate import Situation
from mentorcore.domain.corrections.commands import AmendRecord, MoveRecord, RetractRecord
from mentorcore.domain.corrections.events import Cause, RecordAmended, RecordRetracted
from mentorcore.domain.corrections.targets import Target, subjects_of
from mentorcore.domain.declarations import event_info, evolve, personal_fields
from mentorcore.domain.effective import is_correction
from mentorcore.domain.values import Code

__all__ = ["amendment", "differences", "restated", "retraction"]


def differences(old: Any, new: Any) -> dict[str, Any]:
    """The fields in which a record differs from another of its class, as they are in *new*."""
    return {
        f.name: getattr(new, f.name)
        for f in attrs.fields(type(old))
        if getattr(new, f.name) != getattr(old, f.name)
    }


def restated(command: AmendRecord, target: Target) -> AmendRecord:
    """The amendment of a correction, with the reason and authority of the correction apart.

    They are no field of the record behind it, unless it has one of that name.
    """
    amended = target.amended.event
    fields = {f.name for f in attrs.fields(type(amended))}
    own = {
        name: value
        for name, value in command.changes.items()
        if name in {"reason", "authority"} and (is_correction(amended) or name not in fields)
    }
    if not target.corrects or not own:
        return command
    rest = {n: v for n, v in command.changes.items() if n not in own}
    return evolve(command, changes=rest, **own)


def amendment(
    now: Situation, command: AmendRecord, target: Target, event: Any, changes: Mapping[str, Any]
) -> RecordAmended:
    """The amendment that gives a record these fields.

    Args:
        now: The situation.
        command: What was asked.
        target: What it is about.
        event: The corrected record, whose subjects' keys seal what is personal.
        changes: New values by field of the amended record.
    """
    cls = type(target.amended.event)
    marks = personal_fields(cls)
    private = tuple((n, v) for n, v in changes.items() if n in marks)
    info = event_info(cls)
    return RecordAmended(
        target=command.target,
        target_name=info.name,
        target_version=info.version,
        public_changes=tuple((n, v) for n, v in changes.items() if n not in marks),
        personal_names=tuple(Code(n) for n, _ in private),
        personal_changes=private or None,
        subjects=subjects_of(now, command, event),
        reason=command.reason,
        authority=command.authority,
    )


def retraction(
    now: Situation, command: RetractRecord | MoveRecord, target: Target, cause: Cause
) -> RecordRetracted:
    """The retraction of a record or of a correction."""
    return RecordRetracted(
        target=command.target,
        target_name=event_info(type(target.placed.event)).name,
        cause=cause,
        duplicate_of=command.duplicate_of if isinstance(command, RetractRecord) else None,
        reason=command.reason,
        authority=command.authority,
        subjects=subjects_of(now, command, target.shape.event),
    )
