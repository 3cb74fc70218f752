"""The types of fields, read once as trees."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, Union

import attrs
import pytest
from domain.school import mc

from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.type_tree import (
    Either,
    ListOf,
    OneOf,
    Other,
    Row,
    TypeTree,
    field_types,
    type_tree,
)
from mentorcore.domain.values import Code, Sealed, Text


def told(tree: TypeTree) -> Any:
    """A tree without the types as they were written."""
    match tree:
        case Either():
            return "either", [told(p) for p in tree.parts], tree.empty, tree.sealed
        case ListOf():
            return "list", told(tree.parts[0])
        case Row():
            return "row", [told(i) for i in tree.parts]
        case OneOf():
            return tree.words
        case Other():
            return tree.container, [told(p) for p in tree.parts]
        case _:
            return type(tree).__name__, tree.hint


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (int, ("TypeTree", int)),
        (Any, ("TypeTree", Any)),
        (Sealed, ("TypeTree", Sealed)),
        (Code, ("Name", Code)),
        (mc.Contact, ("Record", mc.Contact)),
        (Literal["b", "a"], ("b", "a")),
        (tuple[date, ...], ("list", ("TypeTree", date))),
        (tuple[Code, int], ("row", [("Name", Code), ("TypeTree", int)])),
        (Mapping[str, Any], (Mapping, [("TypeTree", str), ("TypeTree", Any)])),
        (Text | None, ("either", [("TypeTree", str)], True, True)),
        (int | Sealed, ("either", [("TypeTree", int)], False, True)),
    ],
)
def test_a_type_is_read_for_what_it_takes(hint: Any, expected: Any) -> None:
    tree = type_tree(hint)

    assert told(tree) == expected
    assert tree.hint is hint


def test_a_union_is_the_same_in_either_spelling_and_keeps_its_order() -> None:
    spelled = [told(type_tree(u)) for u in (date | int | None, Union[date, int, None])]  # noqa: UP007 - the other spelling
    turned = type_tree(int | date | None)

    assert spelled[0] == spelled[1]
    assert [a.hint for a in turned.alternatives] == [int, date]
    assert turned.empty
    assert not type_tree(int | date).empty


def test_an_optional_id_inside_of_quotes_is_read_too() -> None:
    class Quoted:
        name: "Code | None"

    assert told(field_types(Quoted)["name"]) == ("either", [("Name", Code)], True, False)


@pytest.mark.parametrize("cls", [*CORE_MODEL.events, *CORE_MODEL.commands])
def test_the_fields_of_a_class_are_read_once_and_in_their_order(cls: Any) -> None:
    types = field_types(cls)

    assert tuple(types) == tuple(f.name for f in attrs.fields(cls))
    assert field_types(cls) is types
