"""What an amendment changes is stored and checked as fields of the record that it corrects.

Its public changes stand as one JSON object of the target's own fields, in their own types; its
personal changes are sealed together as one such object (DECISIONS 3).
"""

from collections.abc import Mapping
from typing import Any, get_type_hints

import attrs
import msgspec

from mentorcore.domain.marks import personal_fields
from mentorcore.domain.values import Sealed
from mentorcore.log.mirrors import Shape, Special, shape, unsealed
from mentorcore.log.names import Names

__all__ = ["FIELDS", "Amending"]

FIELDS = frozenset({"public_changes", "personal_changes"})


class Amending:
    """Reads and writes the changes of amendments, by the classes that *names* knows."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._shapes: dict[str, tuple[dict[str, Shape], dict[str, Shape]]] = {}

    def special(self, cls: type) -> Mapping[str, Special]:
        """The special fields of *cls*: none, unless it is an amendment."""
        if not {f.name for f in attrs.fields(cls)} >= FIELDS:
            return {}
        return {
            "public_changes": Special(
                dict[str, Any],
                lambda stored, mirror: self.read(mirror.target_name, stored),
                self._write_public,
            ),
            "personal_changes": Special(Any, lambda stored, _mirror: stored, self._write_personal),
        }

    def read(self, target_name: str, stored: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
        """The changes that stand in the clear.

        Raises:
            ValueError: The target's class has no such public field, or a value is not of its type.
        """
        shapes, _personal = self._of(target_name)
        changes = []
        for field, value in stored.items():
            if field not in shapes:
                raise ValueError(f"{target_name} has no public field {field!r}")
            found = shapes[field]
            read = msgspec.convert(value, found.mirror)
            changes.append((field, read if found.read is None else found.read(read)))
        return tuple(changes)

    def _of(self, target_name: str) -> tuple[dict[str, Shape], dict[str, Shape]]:
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
        shapes, _personal = self._of(event.target_name)
        return _written(event.target_name, self._names, shapes, changes, "public")

    def _write_personal(self, changes: Any, event: Any) -> dict[str, Any] | None:
        _public, shapes = self._of(event.target_name)
        names = tuple(field for field, _value in changes)
        if sorted(names) != sorted(event.personal_names):
            raise ValueError(f"personal_names says {event.personal_names}, and sealed are {names}")
        return _written(event.target_name, self._names, shapes, changes, "personal") or None


def _plain(hint: Any) -> Any:
    plain, optional = unsealed(hint)
    return plain | None if optional else plain


def _written(
    target_name: str, names: Names, shapes: Mapping[str, Shape], changes: Any, what: str
) -> dict[str, Any]:
    good = {name: check for name, check, _hint in names[target_name].__attrs_checks__}  # type: ignore[attr-defined] # set by @event
    written: dict[str, Any] = {}
    for field, value in changes:
        if field not in shapes or field in written:
            raise ValueError(f"{target_name} has no {what} field {field!r} to change, or not twice")
        if isinstance(value, Sealed):
            raise TypeError(f"the change of {field!r} is sealed already")
        if not good[field](value):
            raise ValueError(f"the change of {field!r} does not fit {target_name}")
        write = shapes[field].write
        written[field] = value if write is None else write(value)
    return written
