"""What event, value and command classes have to say about themselves."""

from datetime import date
from typing import Any, Literal

import attrs
import pytest
from domain.school import mc

from mentorcore.domain.checked_init import unchecked
from mentorcore.domain.corrections.events import RecordAmended
from mentorcore.domain.declarations import (
    command,
    command_info,
    event,
    event_info,
    evolve,
    field_readers,
    fixed_fields,
    fresh_kinds,
    made_unchecked,
    personal,
    personal_fields,
    public,
    recorded_as,
    type_errors,
    value,
)
from mentorcore.domain.field_types import _CODES, checks, fits, holds_text
from mentorcore.domain.infos import PERSONAL, PUBLIC
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.type_tree import field_types
from mentorcore.domain.values import Code, Erased, PersonId, Sealed, Text, Withheld
from mentorcore.domain.visibility import WORK


@event("sample.told", occurred="on")
class Told:
    """Something was told by one person about another."""

    on: date
    subjects: tuple[PersonId, ...]
    words: Text | None = personal("free_text", whose=(1,), default=None, readers=WORK)
    title: str = public(default="")


def test_free_text_that_is_nobody_s_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match=r"Loose\.words holds text that is marked neither"):

        @event("sample.loose")
        class Loose:
            words: str


@pytest.mark.parametrize("hint", [tuple[str, ...], str | None, Any, dict[str, str]])
def test_nor_can_text_inside_of_something_else(hint: Any) -> None:
    with pytest.raises(TypeError, match="marked neither"):
        event("sample.hidden")(type("Hidden", (), {"__annotations__": {"words": hint}}))


def test_nor_can_a_value_that_holds_unmarked_text() -> None:
    @value
    class Remark:
        words: str

    with pytest.raises(TypeError, match="marked neither"):
        event("sample.hidden")(type("Hidden", (), {"__annotations__": {"remark": Remark}}))


def test_a_value_whose_text_is_public_may_stand_in_an_event() -> None:
    @value
    class Titled:
        title: str = public()
        kind: Literal["a", "b"] = "a"

    made: Any = event("sample.titled")(type("Made", (), {"__annotations__": {"told": Titled}}))

    assert made(told=Titled(title="Autumn")).told.title == "Autumn"


def test_an_anonymous_event_names_nobody() -> None:
    with pytest.raises(TypeError, match="is anonymous and names people"):
        event("sample.answered", anonymous=True)(
            type("Made", (), {"__annotations__": {"subjects": tuple[PersonId, ...]}})
        )


def test_personal_fields_need_somebody_whose_they_are() -> None:
    with pytest.raises(TypeError, match="personal fields and no subjects"):

        @event("sample.nobody")
        class Nobody:
            words: Text = personal("free_text", readers=WORK)


def test_a_personal_text_that_nobody_is_said_to_read_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match=r"Unread\.words is personal .* give it readers"):

        @event("sample.unread")
        class Unread:
            subjects: tuple[PersonId, ...]
            words: Text = personal("free_text")


@pytest.mark.parametrize(
    "said",
    [{"author": "by"}, {"rests_on": (Told, "words")}, {"refers_to": (Told, "by")}],
    ids=str,
)
def test_an_event_speaks_of_fields_that_are_there(said: Any) -> None:
    with pytest.raises(
        TypeError, match=r"Loose speaks of '(by|words)', which (Loose|Told) has not"
    ):

        @event("sample.loose", **said)
        class Loose:
            on: date


def test_an_event_is_opened_by_the_one_that_it_rests_on_or_refers_to() -> None:
    opened = (mc.GoalProgressRecorded, mc.MeetingCancelled, mc.GoalSet)

    assert [event_info(event).opened_by for event in opened] == [
        (mc.GoalSet, "goal_id"),
        (mc.MeetingScheduled, "meeting_id"),
        None,
    ]


def test_every_personal_field_of_an_event_has_readers() -> None:
    for event_class in CORE_MODEL.events:
        assert set(personal_fields(event_class)) <= field_readers(event_class).keys()


def test_what_founds_a_stream_moves_it_on_and_stands_there_once() -> None:
    info = event_info(mc.PairingFormed)

    assert (info.founding, info.transition, info.once) == (True, True, True)


def test_a_field_that_holds_one_id_is_fixed_unless_it_says_otherwise() -> None:
    assert fixed_fields(mc.PairingFormed) == (
        *("pairing_id", "program_id", "cohort_id", "members", "subjects"),
    )
    assert fixed_fields(mc.MeetingHeld) == ("meeting_id", "subjects", "logged_by", "joint_id")
    assert fixed_fields(mc.ActionItemAgreed) == ("item_id", "subjects", "goal_id", "meeting_id")


def test_an_event_is_recorded_as_its_command_says_it() -> None:
    @command(leads_to=Told)
    class Tell:
        on: date
        words: str | None = None
        mood: str = "good"

    told = recorded_as(Told, Tell(on=date(2026, 9, 1), words="so"), subjects=())

    assert told == Told(on=date(2026, 9, 1), words="so", subjects=())
    assert command_info(Tell).events == (Told,)


def test_a_time_that_is_not_there_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="unknown fields"):

        @event("sample.timeless", occurred="when")
        class Timeless:
            on: date


def test_a_class_says_its_name_time_and_whose_its_text_is() -> None:
    info = event_info(Told)

    assert (info.name, info.version, info.occurred) == ("sample.told", 1, ("on",))
    assert {info.founding, info.companion, info.order_free} == {False}
    assert list(personal_fields(Told)) == ["words"]


def test_a_personal_value_is_sealed_for_those_its_mark_names() -> None:
    told = Told(on=date(2026, 9, 1), subjects=(PersonId("person:a"), PersonId("person:b")))
    given = mc.FeedbackGiven.__attrs_attrs__

    assert personal_fields(Told)["words"].subjects(told) == ("person:b",)
    everybody = next(f.metadata[PERSONAL] for f in given if f.name == "text")
    assert everybody.subjects(told) == ("person:a", "person:b")


@pytest.mark.parametrize("event_class", CORE_MODEL.events)
def test_every_text_of_every_event_is_marked(event_class: Any) -> None:
    types = field_types(event_class)
    for field in attrs.fields(event_class):
        if holds_text(types[field.name]):
            assert PERSONAL in field.metadata or PUBLIC in field.metadata, field.name


@pytest.mark.parametrize("event_class", CORE_MODEL.events)
def test_every_personal_field_takes_what_was_sealed(event_class: Any) -> None:
    for name in personal_fields(event_class):
        assert checks(event_class)[name](
            Sealed("AA", "person:a", 1, name, "identity", ("person:a",))
        ), name


def test_what_does_not_fit_is_said_with_what_would() -> None:
    problems = type_errors(Told, {"on": "today", "title": "Autumn", "mood": 1})

    assert [str(p) for p in problems] == [
        "on: 'today' does not fit (expected date)",
        "mood: Told has no such field (expected one of on, subjects, words, title)",
    ]


def test_an_event_of_other_types_cannot_be_made() -> None:
    with pytest.raises(mc.Invalid, match="event Told is malformed"):
        Told(on="today", subjects=())  # type: ignore[arg-type] # what is shown


def test_a_copy_with_other_values_is_checked_and_an_unchecked_one_is_not() -> None:
    told = Told(on=date(2026, 9, 1), subjects=())

    assert evolve(told, title="Autumn").title == "Autumn"
    with pytest.raises(mc.Invalid):
        evolve(told, title=5)
    assert made_unchecked(Told, on="whenever", subjects=()).on == "whenever"


def test_a_class_that_makes_more_than_is_stated_has_no_unchecked_maker() -> None:
    @attrs.frozen
    class Made:
        words: tuple[str, ...] = attrs.field(converter=tuple)

    with pytest.raises(TypeError, match=r"Made\.words"):
        unchecked(Made)
    assert unchecked(mc.RawAnswer)(question="q", label="Q", raw=("a",)).raw == ("a",)


def test_a_command_without_ids_to_supply_asks_for_none() -> None:
    @command()
    class Ask:
        on: date

    assert fresh_kinds(Ask) == {}
    assert fresh_kinds(mc.HoldMeeting) == {"meeting_id": "meeting"}


def test_the_words_met_are_remembered_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    check = fits(Code)
    monkeypatch.setattr("mentorcore.domain.field_types._MANY", 0)

    assert check("never-met-before")
    assert "never-met-before" not in _CODES
    assert not check("two words")
    assert not check(5)


def test_unions_without_none_take_each_of_their_types_and_nothing_else() -> None:
    check = fits(str | int)

    assert [check(v) for v in ("a", 5, None, 5.0)] == [True, True, False, False]


def test_what_is_not_shown_says_so_and_counts_as_nothing() -> None:
    erased, withheld = Erased("person:a", "free_text"), Withheld("free_text", "not yours")

    assert (str(erased), str(withheld)) == ("[erased]", "[withheld]")
    assert not erased
    assert not withheld


def test_an_amendment_lists_what_it_changes_in_any_class() -> None:
    amended = RecordAmended(
        target=1, target_name=Code("sample.told"), target_version=1, subjects=()
    )

    assert amended.public_changes == ()
