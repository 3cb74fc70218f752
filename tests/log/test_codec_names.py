"""Names are unique and for ever, unmarked text does not register, and old payloads are lifted."""

from typing import Any, get_args, get_type_hints

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from log.made_up import ANNA, ENVELOPE, LOG, STREAM, TEXT, Held, keys, row

from mentorcore.domain.declarations import (
    event,
    event_info,
    personal,
    public,
    value,
)
from mentorcore.domain.infos import PERSONAL, PUBLIC
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.values import Code, PersonId, Sealed, Text
from mentorcore.domain.visibility import WORK
from mentorcore.errors import MalformedEvent
from mentorcore.log.event_types import table
from mentorcore.log.recorded import Recorded
from mentorcore.log.sealing.sealing import Sealing
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.serialization.upcasts import UPCASTS, steps_missing
from mentorcore.log.serialization.wire_structs import writable_twin
from mentorcore.log.storage.store import Row


def texts(hint: Any) -> bool:
    """Whether free text can stand in a value of this type, asked in another way than the marks."""
    if hint in (str, Any):
        return True
    if isinstance(hint, type) and attrs.has(hint) and hint is not Sealed:
        hints = get_type_hints(hint)
        return any(texts(hints[f.name]) and PUBLIC not in f.metadata for f in attrs.fields(hint))
    return hint is not Sealed and any(texts(a) for a in get_args(hint) if not isinstance(a, str))


@pytest.mark.parametrize("name", CORE_MODEL.names)
def test_every_text_of_every_event_is_marked(name: str) -> None:
    hints = get_type_hints(CORE_MODEL.names[name])

    unmarked = [
        f.name
        for f in attrs.fields(CORE_MODEL.names[name])
        if texts(hints[f.name]) and not {PERSONAL, PUBLIC} & f.metadata.keys()
    ]

    assert unmarked == []


def test_unmarked_text_does_not_register() -> None:
    @value
    class Inner:
        words: str

    for hint in (str, str | None, tuple[str, ...], tuple[int, tuple[str, int]], Inner, Any):
        with pytest.raises(TypeError, match="marked neither personal"):
            event("sample.leaky")(type("Leaky", (), {"__annotations__": {"text": hint}}))


@pytest.mark.parametrize("name", CORE_MODEL.names)
def test_every_event_is_laid_out_for_fast_reading(name: str) -> None:
    assert writable_twin(CORE_MODEL.names[name]) is not None


def test_the_words_around_an_event_are_laid_out_for_fast_reading() -> None:
    assert writable_twin(Sealed) is not None
    assert writable_twin(Recorded) is not None


@pytest.mark.parametrize(
    "name", ["held", "Pairing.held", "pairing.", "pairing.meeting_held", "a.b.c"]
)
def test_a_name_of_another_form_is_refused(name: str) -> None:
    @event(name)
    class Odd:
        minutes: int

    with pytest.raises(TypeError, match="is not a name such as"):
        table((Odd,))


def test_a_name_is_given_once() -> None:
    @event("sample.meeting-held")
    class Other:
        minutes: int

    assert table((Held, Held)) == {"sample.meeting-held": Held}
    with pytest.raises(TypeError, match=r"Held and .*Other|Other and .*Held"):
        table((Held, Other))


def test_what_declares_no_event_is_refused() -> None:
    with pytest.raises(TypeError, match="is not declared as an event"):
        table((int,))


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        CORE_MODEL.names["sample.new"] = Held  # type: ignore[index] # what the test is about


@pytest.mark.parametrize("name", CORE_MODEL.names)
def test_every_older_version_of_every_event_can_be_lifted(name: str) -> None:
    assert steps_missing(name, event_info(CORE_MODEL.names[name]).version, UPCASTS) == []


def test_a_type_that_json_cannot_tell_apart_is_refused() -> None:
    @value
    class One:
        n: int

    @value
    class Two:
        n: int

    @event("sample.doubtful")
    class Doubtful:
        which: One | Two

    @event("sample.any")
    class Anything:
        what: Any = public()

    @event("sample.bytes")
    class Raw:
        what: bytes

    for cls in (Doubtful, Anything, Raw):
        with pytest.raises(TypeError, match=r"told apart|no type that can be stored"):
            Codec(table((cls,))).reader(event_info(cls).name)


def test_a_value_that_checks_itself_is_checked_when_it_is_read() -> None:
    def positive(_self: Any, _field: Any, given: int) -> None:
        if given <= 0:
            raise ValueError("not positive")

    @event("sample.checked")
    class Checked:
        minutes: int = attrs.field(validator=positive)

    codec = Codec(table((Checked,)))
    draft, as_read = codec.draft(STREAM, 1, Checked(minutes=5), ENVELOPE, Sealing(LOG, keys()).seal)
    stored = row(draft)

    assert codec.recorded(stored).event == as_read == Checked(minutes=5)
    with pytest.raises(MalformedEvent, match="not positive"):
        codec.recorded(stored._replace(state=stored.state.replace(b":5", b":0")))


@event("sample.told")
class ToldOnce:
    """The first version of a made-up event."""

    subjects: tuple[PersonId, ...]
    minutes: int
    text: Text | None = personal("free_text", readers=WORK)


@event("sample.told", version=3)
class Told:
    """The third version of it."""

    subjects: tuple[PersonId, ...]
    seconds: int
    kind: Code
    words: Text | None = personal("free_text", readers=WORK)


def in_seconds(old: dict[str, Any]) -> dict[str, Any]:
    return {n: v for n, v in old.items() if n != "minutes"} | {"seconds": old["minutes"] * 60}


def in_words(old: dict[str, Any]) -> dict[str, Any]:
    return {n: v for n, v in old.items() if n != "text"} | {"words": old["text"], "kind": "told"}


STEPS = {("sample.told", 1): in_seconds, ("sample.told", 2): in_words}


def old_state(text: str | None = "in confidence") -> tuple[Sealing, Row]:
    sealing = Sealing(LOG, keys())
    told = ToldOnce(subjects=(ANNA,), minutes=2, text=text)
    draft, _ = Codec(table((ToldOnce,))).draft(STREAM, 5, told, ENVELOPE, sealing.seal)
    return sealing, row(draft)


def test_an_old_payload_is_lifted_step_by_step_to_todays_class() -> None:
    _, stored = old_state()

    found = Codec(table((Told,)), STEPS).recorded(stored).event

    assert (found.seconds, found.kind, found.subjects) == (120, "told", (ANNA,))
    assert type(found) is Told


def test_a_text_whose_field_was_renamed_since_still_opens() -> None:
    sealing, stored = old_state()

    found = Codec(table((Told,)), STEPS).recorded(stored).event

    assert found.words.field == "text"
    assert sealing.open(found.words) == "in confidence"


def test_an_empty_text_stays_empty_through_the_steps() -> None:
    _, stored = old_state(text=None)

    assert Codec(table((Told,)), STEPS).recorded(stored).event.words is None


def test_a_step_that_is_missing_or_gives_another_shape_is_an_error() -> None:
    _, stored = old_state()

    with pytest.raises(MalformedEvent, match="no step leads on from version 2"):
        Codec(table((Told,)), {("sample.told", 1): in_seconds}).recorded(stored)
    with pytest.raises(MalformedEvent, match="unknown field `text`"):
        Codec(table((Told,)), STEPS | {("sample.told", 2): dict}).recorded(stored)


def test_an_old_payload_that_a_step_cannot_lift_is_malformed() -> None:
    _, stored = old_state()
    damaged = stored._replace(state=stored.state.replace(b'"minutes"', b'"moments"'))

    with pytest.raises(MalformedEvent, match="'minutes' is missing"):
        Codec(table((Told,)), STEPS).recorded(damaged)


OLD_TOLD = st.builds(
    ToldOnce,
    subjects=st.just((ANNA,)),
    minutes=st.integers(-(2**40), 2**40),
    text=st.none() | TEXT,
)


@given(OLD_TOLD)
def test_what_was_written_in_an_older_version_is_read_in_todays(told: ToldOnce) -> None:
    sealing = Sealing(LOG, keys())
    draft, _ = Codec(table((ToldOnce,))).draft(STREAM, 5, told, ENVELOPE, sealing.seal)

    found = Codec(table((Told,)), STEPS).recorded(row(draft)).event

    assert (found.seconds, found.kind) == (told.minutes * 60, "told")
    assert (None if found.words is None else sealing.open(found.words)) == told.text


@pytest.mark.parametrize("strange", ['"2"', "[2]", "null", "2.5", "1e400"])
def test_an_old_payload_that_was_damaged_is_refused(strange: str) -> None:
    _, stored = old_state()
    damaged = stored.state.replace(b'"minutes":2', b'"minutes":' + strange.encode())

    with pytest.raises(MalformedEvent, match="position 1"):
        Codec(table((Told,)), STEPS).recorded(stored._replace(state=damaged))
