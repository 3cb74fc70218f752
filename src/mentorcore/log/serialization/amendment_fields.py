"""What an amendment changes is stored and checked as fields of the record that it corrects.

Its public changes stand as one JSON object of the target's own fields, in their own types; its
personal changes are sealed together as one such object since sealed
values stand in fields only. Both are told in the fields
that the target's class had when it was amended, ``target_version``; see `upcasts` for older ones.
"""

from collections.abc import Callable, Mapping
from typing import Any, get_type_hints

import attrs
import msgspec

from mentorcore.domain.declarations import event_info, personal_fields, type_errors
from mentorcore.domain.values import Sealed
from mentorcore.errors import Invalid, NewerEvent, Problem
from mentorcore.log.event_types import Names
from mentorcore.log.serialization.upcasts import Lifts, lifted_changes
from mentorcore.log.serialization.wire_structs import Special, WireType, shape, unsealed
from mentorcore.log.storage.store import Row

__all__ = ["FIELDS", "Amending", "place_of", "whereabouts"]

FIELDS = frozenset({"public_changes", "personal_changes"})
_TARGET = ("target_name", "target_version")


class Amending:
    """Reads and writes the changes of amendments, by the classes that *names* knows."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._shapes: dict[str, tuple[dict[str, WireType], dict[str, WireType]]] = {}

    def special(self, cls: type) -> Mapping[str, Special]:
        """The special fields of *cls*: none, unless it is an amendment."""
        if not {f.name for f in attrs.fields(cls)} >= FIELDS:
            return {}
        return {
            "public_changes": Special(
                dict[str, Any],
                lambda stored, mirror: self.read(mirror.target_name, mirror.target_version, stored),
                self._write_public,
            ),
            "personal_changes": Special(Any, lambda stored, _mirror: stored, self._write_personal),
        }

    def read(
        self, target_name: str, version: int, stored: Mapping[str, Any]
    ) -> tuple[tuple[str, Any], ...]:
        """The changes that stand in the clear, told in the target's fields of today.

        Raises:
            ValueError: They are of another version, the target's class has no such public field,
                or a value is not of its type.
        """
        shapes, _ = self._of(target_name)
        if version != self.version(target_name):
            raise ValueError(f"{target_name} is not amended in version {version} of its fields")
        changes = []
        for field, value in stored.items():
            if field not in shapes:
                raise ValueError(f"{target_name} has no public field {field!r}")
            read = shapes[field].reading()
            mirror = msgspec.convert(value, shapes[field].mirror)
            changes.append((field, mirror if read is None else read(mirror)))
        return tuple(changes)

    def version(self, target_name: str) -> int:
        """The version of today of the fields that an amendment of *target_name* changes."""
        self._of(target_name)
        return event_info(self._names[target_name]).version

    def lift(
        self, fields: Mapping[str, Any], lifts: Lifts, row: Row
    ) -> tuple[dict[str, Any], Callable[[Any], Any]]:
        """An amendment's fields with its public changes in the target's fields of today.

        Beside them stands what is still to be done with the event that is built of them. *row* is
        the amendment as it is stored, for a message.

        Raises:
            NewerEvent: They are told in fields of a later version than is known here.
            ValueError: The target cannot be amended.
        """
        changes, name, version = (fields.get(f) for f in ("public_changes", *_TARGET))
        if type(changes) is not dict or type(name) is not str or type(version) is not int:
            return dict(fields), _as_it_is  # the wire struct says what is wrong
        today = self.version(name)
        if version > today:
            raise NewerEvent(
                f"{place_of(row)} amends {name} in version {version} of its fields, written by a "
                f"newer mentorcore; this one reads up to version {today}. Update mentorcore",
                **whereabouts(row),
            )
        if not 0 < version < today:
            return dict(fields), _as_it_is
        lifted = lifted_changes(name, version, today, changes, lifts)

        def as_told(event: Any) -> Any:
            sealed, more = event.personal_changes, {}
            if sealed is not None:
                told = {n: attrs.evolve(sealed, part=n) for n in event.personal_names}
                told = lifted_changes(name, version, today, told, lifts)
                more = {"personal_names": tuple(told), "personal_changes": tuple(told.items())}
            return attrs.evolve(event, target_version=version, **more)

        return {**fields, "public_changes": lifted, "target_version": today}, as_told

    def _of(self, target_name: str) -> tuple[dict[str, WireType], dict[str, WireType]]:
        """The shapes of the target's public and of its personal fields."""
        known = self._shapes.get(target_name)
        if known is None:
            cls = self._names.get(target_name)
            if cls is None:
                raise ValueError(f"the corrected record {target_name!r} is of an unknown name")
            if self.special(cls):
                raise ValueError("an amendment is not amended")
            hints, personal = get_type_hints(cls), personal_fields(cls)
            known = self._shapes[target_name] = (
                {n: shape(h) for n, h in hints.items() if n not in personal},
                {n: shape(_plain(hints[n])) for n in personal},
            )
        return known

    def _write_public(self, changes: Any, event: Any) -> dict[str, Any]:
        today = self.version(event.target_name)
        if event.target_version != today:
            told = Problem("target_version", f"it is {event.target_version}", f"{today}")
            raise Invalid(f"an amendment of {event.target_name} is malformed", (told,))
        return self._written(event.target_name, changes, personal=False)

    def _write_personal(self, changes: Any, event: Any) -> dict[str, Any] | None:
        names = {field for field, _value in changes}
        if names != set(event.personal_names):
            told = Problem("personal_names", f"it lists {event.personal_names}", f"{names}")
            raise Invalid(f"an amendment of {event.target_name} is malformed", (told,))
        return self._written(event.target_name, changes, personal=True) or None

    def _written(self, target_name: str, changes: Any, *, personal: bool) -> dict[str, Any]:
        """The changes as JSON values, checked by the class that they belong to."""
        shapes = self._of(target_name)[personal]
        stated = dict(changes)
        if held := [field for field, value in changes if isinstance(value, Sealed)]:
            raise TypeError(f"the changes of {', '.join(held)} are sealed already")
        found = list(type_errors(self._names[target_name], stated))
        if len(stated) < len(changes):
            found.append(Problem("", "a field is changed twice", "one change a field"))
        what = "personal" if personal else "public"
        found += (Problem(f, f"it is no {what} field") for f in stated if f not in shapes)
        if found:
            raise Invalid(f"an amendment of {target_name} is malformed", found)
        writes = {field: shapes[field].writing() for field in stated}
        told = {f: v if (write := writes[f]) is None else write(v) for f, v in stated.items()}
        # What is read back right away is what stored bytes would say, values inside values too.
        return {f: msgspec.to_builtins(v) for f, v in told.items()}


def _plain(hint: Any) -> Any:
    plain, optional = unsealed(hint)
    return plain | None if optional else plain


def _as_it_is(event: Any) -> Any:
    return event


def place_of(row: Row) -> str:
    """Where an event stands, for a message."""
    return f"position {row.position} ({row.name}, {row.stream} version {row.version})"


def whereabouts(row: Row) -> dict[str, Any]:
    """Where an event stands, for `EventError`."""
    return {
        "position": row.position,
        "stream": row.stream,
        "version": row.version,
        "name": row.name,
    }
