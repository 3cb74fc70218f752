"""A record that is corrected is decided again, as if it were not there yet (INV-65)."""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from mentorcore.domain.aggregate import Decision, Situation
from mentorcore.domain.corrections.command_behind import after, rebuild, together_with
from mentorcore.domain.corrections.companions import Versions, brought_along, companions_of, places
from mentorcore.domain.declarations import event_info, evolve, fixed_fields, type_errors
from mentorcore.domain.effective import VersionedEvent
from mentorcore.domain.values import Sealed, Stream
from mentorcore.domain.visibility import narrows
from mentorcore.errors import Invalid, Refused

__all__ = [
    "Decide",
    "Redecided",
    "check_changes",
    "check_visibility",
    "fixed",
    "redecide",
    "said_so",
]

Decide = Callable[[Situation, Any], Decision]


@attrs.frozen
class Redecided:
    """A record decided again.

    Attributes:
        event: The corrected record.
        along: What happens to its companions.
    """

    event: Any
    along: Decision


def redecide(
    now: Situation,
    stream: Stream,
    record: VersionedEvent,
    changes: Mapping[str, Any],
    rules: Decide,
) -> Redecided:
    """Decide a record again, with *changes* in place.

    Args:
        now: The situation.
        stream: The stream of the record.
        record: The record as it stands, or as it is to stand again.
        changes: New values by field.
        rules: What decides.

    Raises:
        Refused: The rules of the original do not allow it.
    """
    event, version = record.event, record.version
    rebuilt = rebuild(now, stream, record, changes)
    if rebuilt is None:
        raise Refused(
            "a record of this kind is not amended; retract it and record it again", "not_amendable"
        )
    together: Versions = together_with(now, stream, version)
    later = after(now, stream, version) if event_info(type(event)).transition else together
    again = now.again(record, later)
    decided = rules(again, rebuilt)
    corrected = next((e for s, e in decided if s == stream and type(e) is type(event)), None)
    if corrected is None:
        raise Refused("corrected so, the record would say nothing new", "nothing_left")
    new = companions_of(decided, (stream, again.next_version(stream)))
    if changes and later != together and new.keys() != places(now, stream, together):
        raise Refused("what came after it rests on it", "others_rest_on_it")
    return Redecided(
        _confined(event, corrected, changes), brought_along(now, stream, version, together, new)
    )


def check_changes(event: Any, changes: Mapping[str, Any]) -> None:
    """Refuse changes that do not fit a record, or that nobody may make.

    Raises:
        Invalid: Fields that the record does not have, or values of other types.
        Refused: ``not_amendable`` or ``visibility_widened``.
    """
    if problems := type_errors(type(event), changes):
        raise Invalid(f"the changes do not fit {event_info(type(event)).name}", problems)
    for name, new in changes.items():
        if name in fixed_fields(type(event)) and new != getattr(event, name):
            raise fixed(name)
        if name == "visibility":
            check_visibility(event.visibility, new)
        _check_inside(getattr(event, name), new)


def _check_inside(old: Any, new: Any) -> None:
    """Refuse a value whose own fixed fields differ, such as the id of an opened cohort."""
    if attrs.has(type(new)) and type(new) is type(old) and not isinstance(new, Sealed):
        for name in fixed_fields(type(old)):
            if getattr(new, name) != getattr(old, name):
                raise fixed(name)


def check_visibility(old: Any, new: Any) -> None:
    """Refuse to widen who may read a text (INV-50).

    Raises:
        Refused: ``visibility_widened``.
    """
    if not narrows(old, new):
        raise Refused(
            f"visibility may be narrowed, and {new} is not narrower than {old}",
            "visibility_widened",
        )


def fixed(name: str) -> Refused:
    """That a field is not amended."""
    return Refused(
        f"{name} cannot be amended so; retract the record and record it again where it belongs",
        "not_amendable",
    )


def said_so(event: Any, changes: Mapping[str, Any]) -> None:
    """Refuse a decision that does not say what was asked.

    Raises:
        Refused: ``not_amendable``.
    """
    for name, new in changes.items():
        if (getattr(event, name) or None) != (new or None):
            raise fixed(name)


def _confined(event: Any, corrected: Any, changes: Mapping[str, Any]) -> Any:
    """The corrected record, with nothing changed but what was asked and what follows from it."""
    said_so(corrected, changes)
    # The subjects follow from what is corrected, and so do the times, each from the other.
    free = {"subjects", *event_info(type(event)).follow, *changes}
    names = (f.name for f in attrs.fields(type(event)))
    return evolve(corrected, **{n: getattr(event, n) for n in names if n not in free})
