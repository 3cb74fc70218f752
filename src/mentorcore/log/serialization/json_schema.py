"""The JSON Schema of every stored event, after which other programs can read and check a log.

A schema describes the whole stored state: salt, version, envelope and fields, sealed values as
they stand there. It asks for what the careful reader asks for, as far as JSON Schema (draft
2020-12) can say it; whether a number was spelled ``1`` or ``1.0``, and whether a day exists, it
leaves to the reader. What a standard validator does not use stands under names of our own:
``x-true-at`` lists the fields that say when it was true, and ``x-personal`` marks a sealed value
with its kind, whose it is, and the schema of what is sealed.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import attrs

from mentorcore.domain.declarations import PersonalMark, event_info, personal_fields
from mentorcore.domain.field_docs import about, meanings
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.type_tree import (
    Either,
    ListOf,
    Name,
    OneOf,
    Record,
    Row,
    TypeTree,
    field_types,
)
from mentorcore.domain.values import Code
from mentorcore.log.event_types import Names
from mentorcore.log.serialization.amendment_fields import FIELDS

__all__ = ["DIALECT", "Schema", "schema_files", "state_schema"]

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SAFE = 2**53 - 1
_WORD = {"type": "string", "maxLength": 64, "pattern": "^[a-z]", "not": {"pattern": "[^a-z0-9-]"}}
_TOKEN = {
    "type": "string",
    "maxLength": 128,
    "pattern": "^[A-Za-z0-9]",
    "not": {"pattern": "[^A-Za-z0-9._+:#-]"},
}
_MOMENT = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _object(members: Mapping[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    """An object with exactly these members."""
    return {
        "type": "object",
        "properties": dict(members),
        "required": [name for name in members if name not in optional],
        "additionalProperties": False,
    }


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _maybe(description: str, schema: Schema) -> Schema:
    return {"description": description, **_or_null(schema)}


_SOURCE = {
    "adapter": "The adapter's registered name.",
    "adapter_version": "The version of the adapter that read it.",
    "batch": "The import.",
    "form": "The form.",
    "response": "The stream of the response.",
}
_NTH = {
    "description": "Its place among those recorded together, from 0; 0 is not said.",
    "type": "integer",
    "minimum": 0,
}
_ENVELOPE = {
    "description": "Who recorded it, and where it came from.",
    **_object(
        {
            "by": {"description": "Who recorded it, in which role.", **_ref("actor")},
            "for": _maybe("The person for whom the actor acted.", _ref("text")),
            "asked_by": _maybe("Who asked the host, as an id.", _ref("text")),
            "correlation": _maybe("A random id that one piece of work shares.", _ref("text")),
            "causation": _maybe("The command or the event that led here.", _ref("text")),
            "source": _maybe("The survey response behind it.", _ref("source")),
            "nth": _NTH,
        },
        optional=("for", "asked_by", "correlation", "causation", "source", "nth"),
    ),
}
_ANONYMOUS = {
    "description": "Nothing about who recorded it and where it came from.",
    **_object({"nth": _NTH}, optional=("nth",)),
}
_ACTOR = {
    **_object({"id": {"type": "string"}, "role": _ref("word"), "kind": {"type": "string"}}),
    "anyOf": [
        {"properties": {"kind": {"const": "person"}, "id": _ref("person")}},
        {
            "properties": {
                "kind": {"enum": ["system", "adapter"]},
                "id": {"anyOf": [_ref("word"), _ref("person")]},
            }
        },
    ],
}
_DEFS: dict[str, Schema] = {
    "text": {"type": "string", "not": {"pattern": "\\u0000"}},
    "code": {
        "type": "string",
        "maxLength": 64,
        "pattern": "^[A-Za-z0-9]",
        "not": {"pattern": "[^A-Za-z0-9._+/-]"},
    },
    "whole": {"type": "integer", "minimum": -_SAFE, "maximum": _SAFE},
    "day": {
        "type": "string",
        "format": "date",
        "maxLength": 10,
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    },
    "instant": {
        "type": "string",
        "format": "date-time",
        "pattern": _MOMENT + "([.][0-9]{6})?Z$",
        "not": {"pattern": "[^0-9TZ:.-]"},
    },
    "recorded": {
        "type": "string",
        "format": "date-time",
        "maxLength": 27,
        "pattern": _MOMENT + "[.][0-9]{6}Z$",
    },
    "sealed": {
        "description": "A sealed value; it opens with the keys of the people it is about.",
        **_object({"_e": {"contentEncoding": "base64", **_ref("text")}}),
    },
    "word": _WORD,
    "person": {"type": "string", "maxLength": 39, "pattern": "^person:[0-9a-f]{32}$"},
    "actor": _ACTOR,
    "source": _object(
        {
            **{n: {"description": d, **_or_null(_TOKEN)} for n, d in _SOURCE.items()},
            "sent_at": _maybe("When its sender sent it.", _ref("instant")),
        },
        (*_SOURCE, "sent_at"),
    ),
    "envelope": _ENVELOPE,
    "anonymous": _ANONYMOUS,
}
_SCALARS: dict[Any, Schema] = {
    str: _ref("text"),
    Code: _ref("code"),
    int: _ref("whole"),
    bool: {"type": "boolean"},
    float: {"type": "number"},
    date: _ref("day"),
    datetime: _ref("instant"),
}
"""How each plain type stands in JSON."""


def state_schema(cls: type, names: Names = CORE_MODEL.names) -> Schema:
    """The JSON Schema of the stored states of an event class, in its version of today.

    Args:
        cls: The event class.
        names: The events that may stand in the log; an amendment may be of any of them.
    """
    info = event_info(cls)
    return {
        "$schema": DIALECT,
        "$id": f"urn:mentorcore:event:{info.name}:{info.version}",
        "title": info.name,
        "description": about(cls),
        "x-true-at": list(info.occurred),
        **_Writer(names).state(cls),
    }


def schema_files(names: Names = CORE_MODEL.names) -> dict[str, Schema]:
    """The schema of every event by the file name that it has in an export bundle."""
    return {
        f"{name}.{event_info(cls).version}.json": state_schema(cls, names)
        for name, cls in sorted(names.items())
    }


class _Writer:
    """Writes one schema, and collects the definitions that it refers to."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._values: dict[str, Schema] = {}

    def state(self, cls: type) -> Schema:
        """A whole stored state."""
        fields = self._fields(cls)
        made = _object(
            {
                "_s": {
                    "description": "Random bytes, so that nobody can guess a state by its digest.",
                    "contentEncoding": "base64",
                    "minLength": 16,
                    "maxLength": 16,
                    **_ref("text"),
                },
                "at": {
                    "description": "When the log learned of it; the bytes 31 to 57 of the state.",
                    **_ref("recorded"),
                },
                "v": {
                    "description": "The version of the event's fields.",
                    "type": "integer",
                    "const": event_info(cls).version,
                },
                "m": _ref("anonymous" if event_info(cls).anonymous else "envelope"),
                "d": {"description": "What happened.", **fields},
            }
        )
        known = {**_DEFS, **self._values}
        needed: dict[str, None] = {}
        _follow(made, known, needed)
        return made | {"$defs": {name: known[name] for name in known if name in needed}}

    def _fields(self, cls: type) -> Schema:
        types, marks = field_types(cls), personal_fields(cls)
        members: dict[str, Schema] = {}
        amendment = _amends(cls)
        for name, meaning in meanings(cls).items():
            if name in marks:
                members[name] = self._sealed(marks[name], name, types[name])
            elif amendment and name in FIELDS:
                members[name] = {"type": "object"}
            else:
                members[name] = self._of(types[name])
            members[name] = {"description": meaning, **members[name]}
        conditions = [*_people_needed(cls), *(self._amended() if amendment else ())]
        return _object(members) | ({"allOf": conditions} if conditions else {})

    def _sealed(self, mark: PersonalMark, name: str, tree: TypeTree) -> Schema:
        # What an amendment seals is an object of its target's fields.
        kinds = [{"type": "object"}] if name in FIELDS else [*map(self._of, tree.alternatives)]
        value = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
        whose = None if mark.whose is None else list(mark.whose)
        return {
            **(_or_null(_ref("sealed")) if tree.empty else _ref("sealed")),
            "x-personal": {"kind": mark.kind, "whose": whose, "value": value},
        }

    def _amended(self) -> Iterator[Schema]:
        """What an amendment says of each kind of record: nothing but public fields of its own."""
        targets = {name: cls for name, cls in sorted(self._names.items()) if not _amends(cls)}
        yield {"properties": {"target_name": {"enum": list(targets)}}}
        for name, cls in targets.items():
            marks = personal_fields(cls)
            public = {n: self._of(t) for n, t in field_types(cls).items() if n not in marks}
            changes = _object(public, optional=tuple(public))
            version = {"const": event_info(cls).version}
            yield {
                "if": {"properties": {"target_name": {"const": name}}},
                "then": {"properties": {"target_version": version, "public_changes": changes}},
            }

    def _of(self, tree: TypeTree) -> Schema:
        """The schema of values of one type."""
        match tree:
            case OneOf():
                return {"enum": list(tree.words)}
            case Either():
                kinds = [self._of(part) for part in tree.parts]
                return {"anyOf": [*kinds, {"type": "null"}] if tree.empty else kinds}
            case ListOf():
                return {"type": "array", "items": self._of(tree.parts[0])}
            case Row():
                items = [self._of(part) for part in tree.parts]
                return {
                    "type": "array", "prefixItems": items, "minItems": len(items), "items": False
                }  # fmt: skip
            case Record():
                return self._value(tree.hint)
            case Name():
                return _SCALARS.get(tree.hint, _ref("text"))
        return _SCALARS[tree.hint]

    def _value(self, cls: type) -> Schema:
        if cls.__name__ not in self._values:
            self._values[cls.__name__] = {}  # its place, before those it refers to
            said, types = meanings(cls), field_types(cls)
            told = {n: {"description": said[n], **self._of(t)} for n, t in types.items()}
            self._values[cls.__name__] = {"description": about(cls), **_object(told)}
        return _ref(cls.__name__)


def _follow(schema: Any, known: Mapping[str, Schema], needed: dict[str, None]) -> None:
    """Collect the definitions that a schema refers to, directly or by others."""
    if isinstance(schema, dict):
        name = str(schema.get("$ref", "")).removeprefix("#/$defs/")
        if name and name not in needed:
            needed[name] = None
            _follow(known[name], known, needed)
        schema = schema.values()
    elif not isinstance(schema, list):
        return
    for part in schema:
        _follow(part, known, needed)


def _amends(cls: type) -> bool:
    return {f.name for f in attrs.fields(cls)} >= FIELDS


def _people_needed(cls: type) -> Iterator[Schema]:
    """A value that is some people's own needs those people among the subjects."""
    for name, mark in personal_fields(cls).items():
        if mark.whose:
            yield {
                "if": {"properties": {name: {"not": {"type": "null"}}}},
                "then": {"properties": {"subjects": {"minItems": max(mark.whose) + 1}}},
            }
