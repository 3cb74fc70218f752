"""What one schema allows and another does not is never overlooked."""

from itertools import product
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from log.made_up import SAMPLES, Held

from mentorcore.log.serialization.json_schema import state_schema
from mentorcore.reference.comparing import Part, narrowed

WHOLE_STATE = state_schema(Held, SAMPLES)
KNOWN = {
    **WHOLE_STATE["$defs"],
    **state_schema(SAMPLES["program.designed"])["$defs"],
    **state_schema(SAMPLES["pairing.formed"])["$defs"],
}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def optional(schema: Any) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def holding(*required: str, **members: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": members,
        "required": list(required),
        "additionalProperties": False,
    }


NUL = {"type": "null"}
SCHEMAS: list[Any] = [
    *map(ref, ("text", "code", "whole", "day", "instant", "recorded", "sealed", "word", "actor")),
    *map(ref, ("Mark", "Remark", "source")),
    *({"type": "boolean"}, {"type": "number"}, NUL, {"type": "integer", "const": 1}),
    {"enum": ["group", "x"]},
    {"enum": ["group"]},
    {"type": "string", "maxLength": 3},
    {"type": "integer", "minimum": 0},
    optional(ref("text")),
    optional(ref("code")),
    optional({"enum": ["x", "group", "y"]}),
    {"anyOf": [ref("whole"), ref("day"), ref("Mark")]},
    {"type": "array", "items": ref("text")},
    {"type": "array", "items": optional(ref("code"))},
    {"type": "array", "items": ref("code"), "minItems": 1},
    {"type": "array", "prefixItems": [ref("code"), ref("whole")], "minItems": 2, "items": False},
    {"type": "array", "prefixItems": [ref("text"), ref("whole")], "minItems": 2, "items": False},
    {"type": "array", "prefixItems": [ref("code")], "minItems": 1, "items": False},
    holding("x", x=ref("text")),
    holding("x", x=ref("code")),
    holding(x=ref("code")),
    holding(x=ref("whole"), y=NUL),
    holding("x", "y", x=ref("whole"), y=optional(ref("text"))),
    {"type": "object"},
    {"type": "object", "properties": {"x": ref("code")}},
    {**holding(x=ref("code")), "allOf": [{"properties": {"x": {"enum": ["a", "b"]}}}]},
    {
        **holding(x=ref("code")),
        "allOf": [{"if": {"properties": {"x": {"const": "a"}}}, "then": {"required": ["y"]}}],
    },
]
VALUES: list[Any] = [
    *(None, True, 0, 1, -7, 2**53 - 1, 2**60, 1.5, "", "x", "y", "group", "two words", "a" * 70),
    *("2026-11-20", "2026-11-20T12:00:00Z", "2026-11-20T12:00:00.123456Z", "nul \0", "person:1"),
    *([], ["x"], ["x", 1], ["two words", 1], ["x", None], [1], ["x", 1, 2]),
    *({}, {"x": "a"}, {"x": "two words"}, {"x": 1}, {"x": "c"}, {"y": None}, {"x": 1, "y": "z"}),
    *({"x": 1, "y": None}, {"_e": "AA=="}, {"by": "person:1", "words": "so"}, {"adapter": "csv"}),
    {"scale": "trust", "points": 4, "given_at": None},
    {"id": "system", "role": "coordinator", "kind": "system"},
    {"id": "A system", "role": "coordinator", "kind": "system"},
]


def taken(schema: Any) -> list[bool]:
    made = Draft202012Validator({**schema, "$defs": KNOWN})
    return [made.is_valid(value) for value in VALUES]


TAKEN = [taken(schema) for schema in SCHEMAS]


def told(old: Any, new: Any) -> list[tuple[str, str]]:
    return list(narrowed(Part(old, KNOWN), Part(new, KNOWN), "field"))


def test_whatever_is_not_taken_any_more_is_told() -> None:
    overlooked = [
        (SCHEMAS[i], SCHEMAS[j], value)
        for i, j in product(range(len(SCHEMAS)), repeat=2)
        for value, was, is_ in zip(VALUES, TAKEN[i], TAKEN[j], strict=True)
        if was and not is_ and not told(SCHEMAS[i], SCHEMAS[j])
    ]

    assert overlooked == []


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_a_schema_takes_all_that_it_takes(schema: Any) -> None:
    assert told(schema, schema) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ref("code"), ref("text")),
        (ref("text"), optional(ref("text"))),
        (ref("code"), optional(ref("text"))),
        ({"enum": ["group"]}, {"enum": ["group", "x"]}),
        ({"enum": ["group"]}, ref("code")),
        ({"enum": ["group"]}, {"type": "string", "maxLength": 5}),
        ({"type": "array", "items": ref("code")}, {"type": "array", "items": ref("text")}),
        (ref("day"), ref("text")),
        (NUL, optional(ref("day"))),
        (holding("x", x=ref("code")), holding(x=ref("text"), y=NUL)),
        (optional({"enum": ["x"]}), optional({"enum": ["y", "x"]})),
    ],
)
def test_what_takes_more_than_before_is_no_difference(old: Any, new: Any) -> None:
    assert told(old, new) == []


def test_every_schema_and_value_of_these_tests_says_something() -> None:
    assert all(any(column) for column in TAKEN)
    assert len({tuple(column) for column in TAKEN}) > len(SCHEMAS) * 3 // 4
