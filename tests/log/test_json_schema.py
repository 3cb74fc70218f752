"""A schema asks for exactly what reading asks for, as far as JSON Schema can say it.

Held against an independent validator: states as they are written, and states with one change.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from log.made_up import (
    ANNA,
    BEN,
    ENVELOPE,
    LOG,
    SAMPLES,
    STREAM,
    Held,
    events,
    example,
    example_event,
    keys,
    row,
)

from mentorcore.domain.declarations import personal_fields
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.values import Sealed
from mentorcore.errors import MalformedEvent, NewerEvent
from mentorcore.log.recorded import Envelope, Provenance
from mentorcore.log.sealing.sealing import Sealing
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.serialization.json_schema import schema_files, state_schema
from mentorcore.log.storage.store import Row
from mentorcore.testing import strategies

CODEC = Codec(SAMPLES)
GOLDEN = Path(__file__).with_name("golden")
FROM_A_FORM = attrs.evolve(
    ENVELOPE,
    on_behalf_of=BEN,
    source=Provenance(
        adapter="csv",
        form="meeting-log",
        batch="import:1",
        sent_at=datetime(2026, 9, 13, 23, tzinfo=UTC),
    ),
)


@cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(
        state_schema(SAMPLES[name], SAMPLES), format_checker=FormatChecker(["date"])
    )


def state_of(event: Any, envelope: Envelope = ENVELOPE) -> tuple[str, Any]:
    """The stored name and state of an event, as another program would read them."""
    draft, _ = CODEC.draft(STREAM, 3, event, envelope, Sealing(LOG, keys()).seal)
    return draft.name, json.loads(row(draft).state)


def is_read(name: str, state: Any) -> bool:
    """Whether a state is read."""
    told = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
    stored = told.encode("utf-8", "surrogatepass")
    try:
        CODEC.taken_apart(Row(1, STREAM, 3, name, stored))
    except (MalformedEvent, NewerEvent):
        return False
    return True


def in_plain(event: Any) -> Any:
    """An event as it is before anything is sealed, about Anna and Ben."""
    hints, marks = get_type_hints(type(event)), personal_fields(type(event))
    people = {"subjects": (ANNA, BEN)} if "subjects" in hints else {}
    plain = {
        name: None if name == "personal_changes" else example(hints[name], name)
        for name in marks
        if isinstance(getattr(event, name), Sealed)
    }
    made = attrs.evolve(event, **plain, **people)
    if "personal_names" not in hints:
        return made
    # The strategy offers sealed values as parts of a change, too, which no decision makes.
    return attrs.evolve(made, personal_names=(), personal_changes=None)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_schema_is_a_schema_and_takes_an_event_with_all_its_fields(name: str) -> None:
    schema = state_schema(SAMPLES[name], SAMPLES)

    Draft202012Validator.check_schema(schema)

    for envelope in (ENVELOPE, FROM_A_FORM, Envelope(actor=ENVELOPE.actor)):
        _, state = state_of(example_event(SAMPLES[name]), envelope)
        assert list(validator(name).iter_errors(state)) == []
    assert schema["title"] == name
    assert set(schema["properties"]["d"]["properties"]) == set(get_type_hints(SAMPLES[name]))


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.json")), ids=lambda file: file.stem)
def test_every_golden_payload_of_todays_version_fits_its_schema(file: Path) -> None:
    name, version = file.stem.split("@")
    if f"{name}.{version}.json" not in schema_files():
        pytest.skip("it is of an older version, which an older schema describes")

    state = json.loads(json.loads(file.read_text("utf-8"))["state"])

    assert list(validator(name).iter_errors(state)) == []


@settings(max_examples=40)
@given(events())
def test_whatever_is_written_fits_its_schema(event: Any) -> None:
    name, state = state_of(event)

    assert list(validator(name).iter_errors(state)) == []


@settings(max_examples=40)
@given(strategies.events())
def test_whatever_the_test_kit_makes_fits_its_schema(event: Any) -> None:
    name, state = state_of(in_plain(event))

    assert list(validator(name).iter_errors(state)) == []


OTHERS: list[Any] = [
    *(None, True, 0, -7, 2**53, 1.5, "", "x", "two words", "2026-11-20", "nul \0", "a" * 65),
    *(
        "person:0199f3a1c0de7a10b1c2d3e4f5061728",
        "2026-11-20T12:00:00Z",
        "2026-11-20T12:00:00+01:00",
    ),
    *("line\n", "group", [], [1], ["x", 1], [None], {}, {"_e": "AA=="}, {"_e": 1}, {"x": "y"}),
]
"""Values of every type, and texts that some fields take and others don't."""


def places(state: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a state, the whole left out."""
    inside: Any = ()
    if isinstance(state, dict):
        inside = state.items()
    elif isinstance(state, list):
        inside = enumerate(state)
    for key, value in inside:
        yield (*path, key)
        yield from places(value, (*path, key))


def changes(place: tuple[Any, ...], value: Any) -> Iterator[Any]:
    """What can be done at a place: another value, one member less, one more."""
    yield from (("other", place, other) for other in OTHERS)
    yield "without", place, None
    if isinstance(value, dict):
        yield "more", place, "another"
    if isinstance(value, list) and value:
        yield "more", place, value[-1]


def changed(state: Any, change: Any) -> Any:
    what, place, other = change
    made = json.loads(json.dumps(state))
    holder = made
    for key in place[:-1]:
        holder = holder[key]
    if what == "without":
        del holder[place[-1]]
    elif what == "more":
        inner = holder[place[-1]]
        inner.append(other) if isinstance(inner, list) else inner.update({other: 1})
    else:
        holder[place[-1]] = other
    return made


def at(state: Any, place: tuple[Any, ...]) -> Any:
    for key in place:
        state = state[key]
    return state


def check(name: str, state: Any, change: Any) -> None:
    made = changed(state, change)
    says = [error.message for error in validator(name).iter_errors(made)]
    assert is_read(name, made) == (not says), f"{name} {change}: {says}"


@settings(max_examples=100)
@given(st.data())
def test_a_changed_state_is_refused_by_the_schema_exactly_when_the_reader_refuses_it(
    data: st.DataObject,
) -> None:
    name, state = state_of(data.draw(events()))
    place = data.draw(st.sampled_from(list(places(state))))
    change = data.draw(st.sampled_from(list(changes(place, at(state, place)))))

    check(name, state, change)


@pytest.mark.parametrize("name", ["sample.meeting-held", "record.amended"])
def test_each_change_of_an_event_that_holds_everything_is_judged_alike(name: str) -> None:
    _, state = state_of(example_event(SAMPLES[name]), FROM_A_FORM)

    for place in list(places(state)):
        for change in changes(place, at(state, place)):
            if name == "record.amended" and not {"public_changes", "target_name"} & {*place}:
                continue  # the rest is as everywhere
            check(name, state, change)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", CORE_MODEL.names)
def test_each_change_of_every_event_is_judged_alike(name: str) -> None:
    _, state = state_of(example_event(CORE_MODEL.names[name]), FROM_A_FORM)

    for place in list(places(state)):
        for change in changes(place, at(state, place)):
            check(name, state, change)


def test_what_only_the_reader_can_tell_is_left_to_it() -> None:
    name, state = state_of(example_event(Held))
    minutes = changed(state, ("other", ("d", "minutes"), 45.0))
    no_day = changed(state, ("other", ("d", "held_at"), "2026-02-30T12:00:00Z"))

    for odd in (minutes, no_day):
        assert list(validator(name).iter_errors(odd)) == []
        assert not is_read(name, odd)


def test_a_sealed_field_says_what_kind_it_is_whose_and_what_is_inside() -> None:
    fields = state_schema(Held, SAMPLES)["properties"]["d"]["properties"]

    remarks = fields["remarks"]["x-personal"]

    assert remarks["kind"] == "feedback"
    assert remarks["whose"] == [1]
    assert remarks["value"] == {"type": "array", "items": {"$ref": "#/$defs/Remark"}}
    assert "x-personal" not in fields["label"]


def test_schemas_have_names_that_an_export_may_hold() -> None:
    files = schema_files()

    assert len(files) == len(CORE_MODEL.names)
    assert all(re.fullmatch(r"(?!\.)[A-Za-z0-9._-]{1,64}", name) for name in files)
    assert files["pairing.formed.1.json"]["$id"] == "urn:mentorcore:event:pairing.formed:1"
