"""A malformed command is answered with all its problems, each with its place."""

from datetime import UTC, date, datetime
from typing import Any, get_type_hints

import attrs
import pytest
from domain.school import ANNA, FIRST, hold, mc, paired

from mentorcore.domain.declarations import fresh_kinds, type_errors
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.type_tree import field_types

INSTANT = datetime(2026, 9, 10, 17, tzinfo=UTC)


def problems_of(*args: Any, **fields: Any) -> list[str]:
    with pytest.raises(mc.Invalid) as malformed:
        args[0](**fields)
    return [p.path for p in malformed.value.problems]


def test_all_problems_of_a_command_come_at_once() -> None:
    fields = {"pairing_id": 5, "minutes": "60", "held_on": "2026-09-10", "modality": "telepathy"}

    with pytest.raises(mc.Invalid, match="command HoldMeeting is malformed") as malformed:
        mc.HoldMeeting(**fields)

    assert [str(p) for p in malformed.value.problems] == [
        "pairing_id: 5 does not fit (expected PairingId)",
        "minutes: '60' does not fit (expected int)",
        "held_on: '2026-09-10' does not fit (expected datetime.date | None)",
        "modality: 'telepathy' does not fit (expected Literal['in_person', 'video', 'phone', 'async'])",
    ]


DAY = date(2026, 9, 10)
NAIVE = INSTANT.replace(tzinfo=None)


def dated() -> list[tuple[Any, str, set[Any]]]:
    """Every field of a day or an instant, of commands, events and values of them."""
    classes = (*CORE_MODEL.commands, *CORE_MODEL.events, mc.DaysOff, mc.Term, mc.Remaining)
    return [
        (cls, name, kinds)
        for cls in classes
        for name, tree in field_types(cls).items()
        if (kinds := {one.hint for one in tree.alternatives} & {date, datetime})
    ]


@pytest.mark.parametrize(("declared", "field", "kinds"), dated())
def test_what_is_wrong_with_a_day_or_an_instant_is_said_in_words(
    declared: Any, field: str, kinds: set[Any]
) -> None:
    wrong: dict[Any, dict[Any, str]] = {
        datetime: {NAIVE: "has no time zone", DAY: "is a day and no instant"},
        date: {NAIVE: "is an instant and no day"},
    }
    [kind] = kinds

    for stated, words in wrong[kind].items():
        [problem] = type_errors(declared, {field: stated})
        assert (problem.path, problem.problem) == (field, words)
        assert "2026-10-01" in problem.expected
    assert not type_errors(declared, {field: DAY if kind is date else NAIVE.replace(tzinfo=UTC)})


@pytest.mark.parametrize("command", CORE_MODEL.commands)
def test_no_field_of_any_command_takes_what_it_is_not_for(command: Any) -> None:
    """But for what may be anything: an amendment's changes are held against their target."""
    names = [f.name for f in attrs.fields(command)]
    nonsense = object()

    assert problems_of(command, **dict.fromkeys(names, nonsense)) == names


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("minutes", True),
        ("minutes", 60.0),
        ("minutes", 2**53),
        ("held_on", INSTANT),
        ("held_at", date(2026, 9, 10)),
        ("held_at", INSTANT.replace(tzinfo=None)),
        ("held_at", INSTANT.replace(year=1)),
        ("held_at", INSTANT.replace(year=9999)),
        ("modality", ["video"]),
        ("attendees", [ANNA.here]),
        ("attendees", (ANNA.here, 5)),
        ("attendees", ANNA.here),
        ("attendees", (ANNA.person,)),
        ("guests", ("the principal",)),
        ("guests", ("",)),
        ("guests", ("a" * 65,)),
        ("guests", (5,)),
        ("topics", ("a\0b",)),
        ("topics", ("\ud800",)),
        ("pairing_id", ANNA.person),
        ("pairing_id", "pairing:\0"),
        ("logged_by", "somebody"),
    ],
)
def test_values_are_never_turned_into_one_another(name: Any, wrong: Any) -> None:
    fields = {f.name: getattr(hold(), f.name) for f in attrs.fields(mc.HoldMeeting)}

    assert problems_of(mc.HoldMeeting, **(fields | {name: wrong})) == [name]


def test_texts_of_any_language_and_codes_of_any_list_fit() -> None:
    held = hold(topics=("Übung ☕ 授業",), guests=("site-admin", "a" * 64, "v1.2_3+x/y"))

    assert held.topics == ("Übung ☕ 授業",)
    assert len(held.guests) == 3


def test_an_unknown_field_is_an_error_of_the_one_who_wrote_it() -> None:
    with pytest.raises(TypeError, match="minuets"):
        hold(minuets=60)


def test_a_command_and_its_values_do_not_change() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        hold().minutes = 5  # type: ignore[misc] # what mypy forbids, Python does too


def test_a_correction_names_a_stream_of_a_kind_that_exists() -> None:
    assert problems_of(mc.RetractRecord, stream="meeting:1", target=1) == ["stream"]
    assert problems_of(mc.RetractRecord, stream=f"audit:{1:032x}", target=1) == ["stream"]
    assert problems_of(mc.RetractRecord, stream=FIRST, target=1, duplicate_of=(FIRST,)) == [
        "duplicate_of"
    ]
    assert mc.RetractRecord(stream=FIRST, target=1, duplicate_of=(FIRST, 2)).target == 1


def test_an_amendment_is_held_against_the_fields_of_its_target() -> None:
    story = paired().given(hold())
    changes = {"minutes": "60", "held_at": 5, "mood": "good"}

    amended = story.when(mc.AmendRecord(stream=FIRST, target=2, changes=changes))

    amended.invalid("minutes", "held_at", "mood")


def test_every_command_says_which_ids_the_engine_may_supply() -> None:
    for command in CORE_MODEL.commands:
        kinds = fresh_kinds(command)
        hints = get_type_hints(command)
        assert all(type(None) in getattr(hints[n], "__args__", ()) for n in kinds), command


def test_every_command_has_rules_and_every_event_a_stream() -> None:
    assert len(set(CORE_MODEL.commands)) == len(CORE_MODEL.commands) >= 56
    assert len(set(CORE_MODEL.events)) == len(CORE_MODEL.events) >= 63
    assert len(set(CORE_MODEL.commands)) == len(CORE_MODEL.commands) >= 56
    assert len(set(CORE_MODEL.events)) == len(CORE_MODEL.events) >= 63
