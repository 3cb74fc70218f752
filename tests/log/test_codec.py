"""An event goes to bytes and comes back the same, and what it should not be is refused by name."""

import base64
import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from log.made_up import (
    ANNA,
    AT,
    BEN,
    ENVELOPE,
    LOG,
    SAMPLES,
    STREAM,
    Held,
    Remark,
    counting,
    events,
    example_event,
    held,
    keys,
    row,
)

from mentorcore.domain.declarations import event, personal, personal_fields
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.values import Code, PersonId, Sealed, Text
from mentorcore.domain.visibility import WORK
from mentorcore.errors import MalformedEvent, NewerEvent, Refused, UnknownEvent
from mentorcore.log.event_types import table
from mentorcore.log.recorded import Actor, Envelope, Provenance, Recorded
from mentorcore.log.sealing.sealing import Sealing
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.serialization.instants import stamped
from mentorcore.log.serialization.json_schema import state_schema
from mentorcore.log.storage.store import Row
from mentorcore.testing.whole_text import whole_text

CODEC = Codec(SAMPLES)


@pytest.fixture
def sealing() -> Sealing:
    return Sealing(LOG, keys(), random=counting())


def state_of(sealing: Sealing, told: Any = None, envelope: Envelope = ENVELOPE) -> Row:
    draft, _ = CODEC.draft(STREAM, 3, told or held(), envelope, sealing.seal)
    return row(draft, position=7)


def edited(stored: Row, *changes: tuple[str, str]) -> Row:
    text = stored.state.decode()
    for before, after in changes:
        assert text.count(before) >= 1, before
        text = text.replace(before, after, 1)
    return stored._replace(state=text.encode())


def test_a_state_is_readable_json_with_its_members_in_order() -> None:
    codec = Codec(SAMPLES, random=lambda size: bytes(range(size)))
    sealing = Sealing(LOG, keys(), random=counting())
    envelope = attrs.evolve(
        ENVELOPE,
        on_behalf_of=BEN,
        source=Provenance("google-forms", "1.2.0", None, "form-1", "response:" + "0" * 32),
    )

    draft, _ = codec.draft(STREAM, 3, held(comment=None, remarks=None), envelope, sealing.seal)
    state = draft.state(AT).decode()

    assert state.startswith(
        '{"_s":"AAECAwQFBgcICQoL","at":"2026-11-23T17:40:00.123456Z","v":1,"m":{'
        f'"by":{{"id":"{ANNA}","role":"coordinator","kind":"person"}},"for":"{BEN}",'
        '"correlation":"command:0199f3b2a4c87d11a0b1c2d3e4f50617","causation":"hold-meeting",'
        '"source":{"adapter":"google-forms","adapter_version":"1.2.0","form":"form-1",'
        '"response":"response:00000000000000000000000000000000"}},'
        '"d":{"meeting_id":"meeting:0199f3b2a4c87d11a0b1c2d3e4f50617",'
        '"held_at":"2026-11-20T12:00:00Z","held_on":"2026-11-20","minutes":45,"hours":0.75,'
    )
    assert '"label":"Autumn, “first” round"' in state
    assert '"comment":null,"remarks":null,"about_both":{"_e":"AQIAAAAB' in state
    assert tuple(json.loads(state)["d"]) == Held.__slots__  # type: ignore[attr-defined] # attrs adds it


def test_the_recorded_time_is_found_without_reading_the_rest(sealing: Sealing) -> None:
    draft, _ = CODEC.draft(STREAM, 3, held(), ENVELOPE, sealing.seal)

    state = draft.state(AT)

    assert state[31:58].decode() == stamped(state) == AT
    for other in (b"", state[1:], state[:57], b"[" + state, state.replace(b'"at"', b'"it"')):
        assert stamped(other) is None


def test_an_event_comes_back_with_its_place_its_times_and_its_origin(sealing: Sealing) -> None:
    draft, as_read = CODEC.draft(STREAM, 3, held(), ENVELOPE, sealing.seal)

    found = CODEC.recorded(row(draft, position=7))

    assert found == Recorded(
        position=7,
        stream=STREAM,
        version=3,
        event=as_read,
        recorded_at=datetime(2026, 11, 23, 17, 40, 0, 123456, tzinfo=UTC),
        actor=ENVELOPE.actor,
        correlation=ENVELOPE.correlation,
        causation="hold-meeting",
    )
    assert type(found) is Recorded
    assert type(found.event) is Held
    assert hash(found) == hash(CODEC.recorded(row(draft, position=7)))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        found.event.minutes = 50  # type: ignore[misc] # what the test is about


def test_personal_values_come_back_sealed_under_the_people_of_their_mark(sealing: Sealing) -> None:
    found = CODEC.recorded(state_of(sealing)).event

    assert isinstance(found.comment, Sealed)
    assert found.comment.subjects == (ANNA, BEN)
    assert found.remarks.subjects == (BEN,)
    assert found.about_both.subjects == (BEN, ANNA)
    assert (found.about_both.stream, found.about_both.version) == (STREAM, 3)
    assert (found.about_both.field, found.about_both.kind) == ("about_both", "wellbeing")
    assert sealing.open(found.comment) == "Anna was late"
    assert sealing.open(found.remarks) == [{"by": ANNA, "words": "Ben listens"}]


def test_nothing_personal_stands_in_a_state(sealing: Sealing) -> None:
    words = ("Xanthippe quarrels", "Quirinus yields", "zwieback")
    told = held(comment=words[0], remarks=(Remark(by=ANNA, words=words[1]),), about_both=words[2])

    state = state_of(sealing, told).state

    for word in words:
        for part in word.split():
            assert part.encode() not in state
            assert base64.b64encode(part.encode()) not in state


def test_an_empty_personal_field_needs_no_key_and_stays_empty(sealing: Sealing) -> None:
    @event("sample.quiet")
    class Quiet:
        subjects: tuple[PersonId, ...]
        comment: Text | None = personal("free_text", default=None, readers=WORK)

    codec = Codec(table((Quiet,)))

    draft, as_read = codec.draft(STREAM, 1, Quiet(subjects=()), ENVELOPE, sealing.seal)

    assert as_read == Quiet(subjects=())
    assert codec.recorded(row(draft)).event == as_read


def test_a_moment_is_stored_in_utc_whatever_zone_it_was_told_in(sealing: Sealing) -> None:
    told = datetime(2026, 11, 20, 15, 0, tzinfo=timezone(timedelta(hours=-8)))

    draft, as_read = CODEC.draft(STREAM, 3, held(held_at=told), ENVELOPE, sealing.seal)

    assert b'"held_at":"2026-11-20T23:00:00Z"' in draft.tail
    assert as_read.held_at == told
    assert as_read.held_at.utcoffset() == timedelta(0)


def test_equal_events_have_different_states(sealing: Sealing) -> None:
    assert state_of(sealing).state != state_of(sealing).state


def test_a_value_that_is_sealed_already_is_not_sealed_again(sealing: Sealing) -> None:
    old = CODEC.recorded(state_of(sealing)).event

    with pytest.raises(TypeError, match=r"Held\.\w+ is sealed already, for pairing:.* version 3"):
        CODEC.draft(STREAM, 4, old, ENVELOPE, sealing.seal)


def test_an_event_about_an_erased_person_is_refused() -> None:
    people = keys()
    people.erase(BEN)

    with pytest.raises(Refused, match=f"{BEN} was erased"):
        state_of(Sealing(LOG, people))


def test_a_class_that_is_not_registered_is_not_written(sealing: Sealing) -> None:
    @event("sample.meeting-held")
    class Impostor:
        minutes: int

    for stranger in (Impostor(minutes=3), "text", 5):
        with pytest.raises(TypeError, match="not among the events of this log"):
            CODEC.draft(STREAM, 1, stranger, ENVELOPE, sealing.seal)


def test_an_unknown_name_is_an_error_that_says_what_to_do(sealing: Sealing) -> None:
    stored = state_of(sealing)._replace(name="sample.unheard-of")

    with pytest.raises(
        UnknownEvent, match=r"position 7 .* 'sample.unheard-of' .* Update mentorcore"
    ):
        CODEC.recorded(stored)


def test_a_newer_payload_is_an_error_that_says_what_to_do(sealing: Sealing) -> None:
    stored = edited(state_of(sealing), ('"v":1', '"v":2'), ('"minutes":45', '"length":"45 min"'))

    with pytest.raises(NewerEvent, match=r"position 7 .* as version 2.* up to version 1"):
        CODEC.recorded(stored)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('"minutes":45,', "", "missing required field `minutes`"),
        ('"minutes":45,', '"minutes":45,"extra":1,', "unknown field `extra`"),
        ('"minutes":45', '"minutes":"45"', r"Expected `int`, got `str` - at `\$.minutes`"),
        ('"minutes":45', '"minutes":45.0', r"Expected `int`, got `float` - at `\$.minutes`"),
        ('"minutes":45', '"minutes":9007199254740992', "minutes"),
        ('"minutes":45', '"minutes":null', "minutes"),
        ('"minutes":45', '"minutes":true', r"got `bool` - at `\$.minutes`"),
        ('"hours":0.75', '"hours":1e999', "out of range"),
        ('"hours":0.75', '"hours":NaN', "invalid character"),
        ('"kind":"group"', '"kind":"crowd"', r"'crowd' - at `\$.kind`"),
        ('"kind":"group"', '"kind":5', "kind"),
        ('"open":true', '"open":1', r"Expected `bool`, got `int` - at `\$.open`"),
        ('"label":"Autumn', r'"label":"\u0000Autumn', "NUL"),
        ('"label":"Autumn', r'"label":"\ud800Autumn', "JSON is malformed"),
        ('["video",2]', '["video",2,3]', r"of length 2, got 3 - at `\$.pair`"),
        ('["video",2]', '{"0":"video"}', r"got `object` - at `\$.pair`"),
        ('["video",2]', '["two words",2]', "pair"),
        ('"points":4', '"points":4,"more":null', r"unknown field `more` - at `\$.marks\[0\]`"),
        (',"given_at":null', "", r"missing required field `given_at` - at `\$.marks\[0\]`"),
        ('"held_on":"2026-11-20"', '"held_on":"2026-11-31"', "held_on"),
        ('"held_on":"2026-11-20"', '"held_on":"2026-11-20T00:00:00"', "held_on"),
        ('"held_on":"2026-11-20"', '"held_on":1795132800', "held_on"),
        ('T12:00:00Z"', 'T12:00:00+00:00"', r"is not a moment in UTC .* at `\$.held_at`"),
        ('T12:00:00Z"', 'T12:00:00"', "is not a moment in UTC"),
        ('T12:00:00Z"', 't12:00:00z"', "is not a moment in UTC"),
        ('T12:00:00Z"', 'T12:00:00.5Z"', "is not a moment in UTC"),
        ('T12:00:00Z"', 'T25:00:00Z"', "hour"),
        ('2026-11-20T12:00:00Z"', '2026-W47-5T12:00:00Z"', "is not a moment in UTC"),
        ('"comment":{"_e":', '"comment":{"_f":', r"`_f` - at `\$.comment`"),
        ('"comment":{"_e":', '"comment":{"_field":"text","_e":', r"at `\$.comment`"),
        ('"comment":{"_e":"', '"comment":{"_e":5,"_f":"', r"at `\$.comment._e`"),
        (
            '"about_both":{"_e":',
            '"about_both":null,"was":{"_e":',
            r"got `null` - at `\$.about_both`",
        ),
        ('"about_both":{', '"about_both":null,"x":{', r"at `\$.about_both`"),
        (
            f'"subjects":["{ANNA}","{BEN}"]',
            f'"subjects":["{ANNA}"]',
            r"out of range - at `\$.remarks`",
        ),
        (f'"subjects":["{ANNA}","{BEN}"]', '"subjects":null', r"at `\$.subjects`"),
        ('"_s":"', '"_s":5,"_t":"', r"at `\$._s`"),
        ('"v":1', '"v":true', r"at `\$.v`"),
        ('"v":1', '"v":0', r"at `\$.v`"),
        ('"m":{', '"m":5,"n":{', r"at `\$.m`"),
        ('"by":{', '"why":1,"by":{', "unknown field `why`"),
        ('"at":"2026-11-23T17:40:00.123456Z",', "", "missing required field `at`"),
        ('","at":"', '","at": "', "does not stand at its place"),
        ('{"_s"', '{ "_s"', "does not stand at its place"),
        ('"_s":"', '"_s":"AAAA', "does not stand at its place"),
        ('123456Z"', '123456Z0"', "is not a recorded time"),
        ('123456Z"', '123456\\u005a"', "does not stand at its place"),
        ("17:40:00.123456Z", "17:40:00Z", "is not a recorded time"),
        ("17:40:00.123456Z", "17:40:00.123+01:00Z", "is not a recorded time"),
        ('"kind":"person"', '"kind":"ghost"', "ghost"),
        ('"role":"coordinator"', '"role":"Anna Kern"', "an actor is malformed"),
        (f'"id":"{ANNA}"', '"id":"anna@example.org"', "an actor is malformed"),
        ('"causation":"hold-meeting"', '"causation":5', "causation"),
        ("{", "[{", "got `array`"),
        ('{"_s"', '\ufeff{"_s"', "JSON is malformed"),
        ("}", "", r"at `\$.m.by`"),
    ],
)
def test_a_state_that_is_not_what_it_promises_is_refused_by_its_path(
    sealing: Sealing, before: str, after: str, why: str
) -> None:
    stored = edited(state_of(sealing), (before, after))

    with pytest.raises(MalformedEvent, match=why) as refusal:
        CODEC.recorded(stored)
    with pytest.raises(Exception):  # noqa: B017 - of any kind; it is explained afterwards
        CODEC.reader(stored.name)(stored)

    assert "position 7 (sample.meeting-held, pairing:" in str(refusal.value)
    assert "backup" in str(refusal.value)


@pytest.mark.parametrize("state", [b"", b"5", b"[]", b"null", b"\xff{}", b"[" * 100_000])
def test_bytes_that_are_no_state_are_refused(sealing: Sealing, state: bytes) -> None:
    stored = state_of(sealing)._replace(state=state)

    for read in (CODEC.recorded, CODEC.envelope):
        with pytest.raises(MalformedEvent):
            read(stored)


def test_of_a_member_given_twice_the_last_counts(sealing: Sealing) -> None:
    stored = edited(state_of(sealing), ('"minutes":45', '"minutes":45,"minutes":50'))

    assert CODEC.reader(stored.name)(stored).event.minutes == 50
    assert CODEC.taken_apart(stored).event.minutes == 50


def test_spaces_and_another_order_of_members_behind_the_time_change_nothing(
    sealing: Sealing,
) -> None:
    stored = state_of(sealing)
    tree = json.loads(stored.state)
    tree["d"] = dict(reversed(tree["d"].items()))

    rest = json.dumps({name: tree[name] for name in ("d", "m", "v")}, indent=2).encode()
    respelled = stored._replace(state=stored.state[:59] + b"," + rest[1:])

    assert CODEC.reader(stored.name)(respelled) == CODEC.recorded(stored)
    assert CODEC.taken_apart(respelled) == CODEC.recorded(stored)


def test_the_envelope_alone_is_read_of_any_event_even_an_unknown_one(sealing: Sealing) -> None:
    stored = edited(state_of(sealing)._replace(name="other.thing"), ('"v":1', '"v":9'))

    found = CODEC.envelope(stored)

    assert found.event == "other.thing"
    assert found.actor == ENVELOPE.actor
    assert (found.position, found.stream, found.version) == (7, STREAM, 3)


def test_an_actor_whose_role_changed_is_not_taken_for_the_old_one(sealing: Sealing) -> None:
    actors = (
        Actor(ANNA, "coordinator", "person"),
        Actor(ANNA, "mentor", "person"),
        Actor(ANNA, "mentor", "system"),
    )

    found = [CODEC.recorded(state_of(sealing, envelope=Envelope(a))).actor for a in actors]

    assert found == list(actors)


def test_an_event_is_exported_as_json_values_and_stays_sealed(sealing: Sealing) -> None:
    found = CODEC.recorded(state_of(sealing)).event

    exported = CODEC.unstructured(found)

    assert json.loads(json.dumps(exported)) == json.loads(state_of(sealing).state)["d"] | {
        name: {"_e": getattr(found, name).blob} for name in personal_fields(Held)
    }


@given(events())
def test_what_is_written_is_read(told: Any) -> None:
    sealing = Sealing(LOG, keys())

    draft, as_read = CODEC.draft(STREAM, 3, told, ENVELOPE, sealing.seal)
    stored = row(draft)

    assert CODEC.reader(stored.name)(stored) == CODEC.taken_apart(stored)
    assert CODEC.taken_apart(stored).event == as_read
    for name in personal_fields(type(told)):
        plain, found = getattr(told, name), getattr(as_read, name)
        if plain and not name.endswith("_changes"):
            assert sealing.open(found) == json.loads(json.dumps(CODEC.unstructured(told)[name]))


def verdict(read: Any, stored: Row) -> Any:
    """What reading makes of a state: the whole, or no."""
    try:
        return read(stored)
    except Exception:  # noqa: BLE001 - bytes are refused in many ways
        return None


def paths(tree: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [here] if here else []
    if isinstance(tree, dict):
        return found + [p for k, v in tree.items() for p in paths(v, (*here, k))]
    if isinstance(tree, list):
        return found + [p for i, v in enumerate(tree) for p in paths(v, (*here, i))]
    return found


STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(
        (
            *("2026-11-20", "2026-11-20T12:00:00Z", "2026-11-20T12:00:00.000001Z", "code", ANNA),
            *("2026-11-20T12:00:00.1Z", "2026-11-20 12:00:00Z", "2026-11-20T12:00:00+00:00"),
            *(2**53, 2**53 - 1, 2**63, 2**64, 10**400, -0.0, 1e400, {"_e": "AQ=="}, {"_e": 1}),
            *([], {}, [[]], [ANNA], "\0", "a\\u0000"),
        )
    ),
)


@given(events(), st.data())
def test_a_field_of_another_type_is_refused_by_its_path(told: Any, data: st.DataObject) -> None:
    draft, _ = CODEC.draft(STREAM, 3, told, ENVELOPE, Sealing(LOG, keys()).seal)
    tree = json.loads(draft.state(AT))
    name = data.draw(st.sampled_from(sorted(tree["d"])))

    tree["d"][name] = [{"strange": None}]
    state = json.dumps(tree, separators=(",", ":")).encode()

    with pytest.raises(MalformedEvent, match=rf"at `\$\.{name}\b"):
        CODEC.recorded(row(draft)._replace(state=state))


@given(events(), st.data())
def test_bytes_and_members_with_one_strange_value_are_read_alike(
    told: Any, data: st.DataObject
) -> None:
    draft, _ = CODEC.draft(STREAM, 3, told, ENVELOPE, Sealing(LOG, keys()).seal)
    tree = json.loads(draft.state(AT))
    *way, last = data.draw(st.sampled_from(paths(tree)))
    place = tree
    for step in way:
        place = place[step]
    match data.draw(st.sampled_from(("other", "gone", "more"))):
        case "other":
            place[last] = data.draw(STRANGE)
        case "gone":
            del place[last]
        case _ if isinstance(place, list):
            place.append(data.draw(STRANGE))
        case _:
            place[data.draw(st.sampled_from(("x", "at", "_e", "v", "subjects")))] = data.draw(
                STRANGE
            )
    stored = row(draft)._replace(
        state=json.dumps(tree, ensure_ascii=data.draw(st.booleans())).encode(errors="surrogatepass")
    )

    assert verdict(CODEC.reader(stored.name), stored) == verdict(CODEC.taken_apart, stored)


@given(events(), st.data())
def test_a_state_with_one_other_byte_is_read_alike_in_one_piece_and_taken_apart(
    told: Any, data: st.DataObject
) -> None:
    draft, _ = CODEC.draft(STREAM, 3, told, ENVELOPE, Sealing(LOG, keys()).seal)
    state = draft.state(AT)
    at = data.draw(st.integers(0, len(state) - 1))
    byte = data.draw(st.sampled_from((b"", b'"', b"\\", b"0", b"e", b".", b"\xff", b"\xe2", b" ")))
    keep = data.draw(st.booleans())

    stored = row(draft)._replace(state=state[: at + keep] + byte + state[at + 1 :])

    assert verdict(CODEC.reader(stored.name), stored) == verdict(CODEC.taken_apart, stored)


@pytest.mark.parametrize("name", CORE_MODEL.names)
def test_every_event_of_the_domain_is_read(name: str) -> None:
    told = example_event(CORE_MODEL.names[name])

    draft, as_read = CODEC.draft(STREAM, 3, told, ENVELOPE, Sealing(LOG, keys()).seal)
    stored = row(draft)

    assert stored.name == name
    assert CODEC.reader(name)(stored) == CODEC.taken_apart(stored)
    assert CODEC.recorded(stored).event == as_read


@given(told=events())
def test_what_stays_in_memory_of_an_event_is_to_the_letter_what_is_read_back(told: Any) -> None:
    draft, as_read = CODEC.draft(STREAM, 3, told, ENVELOPE, Sealing(LOG, keys()).seal)

    found = CODEC.recorded(row(draft)).event

    # Equal is too little: one instant in two zones is equal, and so are 1 and 1.0.
    assert whole_text(found) == whole_text(as_read)


def test_dates_are_dates_and_codes_are_codes_after_reading(sealing: Sealing) -> None:
    found = CODEC.recorded(state_of(sealing)).event

    assert found.days == (date(2026, 11, 20), None)
    assert found.first.given_at == datetime(2026, 11, 20, tzinfo=UTC)
    assert found.pair == (Code("video"), 2)


# --------------------------------------------------------- events that nobody is known to record


@event("sample.answer-given", anonymous=True)
class AnswerGiven:
    """An answer that nobody is to be known by."""

    choice: Code


NAMELESS = Codec(table((AnswerGiven, Held)))
NOBODY = Envelope(None)


def nobody_told(nth: int = 0) -> Row:
    told = AnswerGiven(choice=Code("agree"))
    draft, _ = NAMELESS.draft(STREAM, 3, told, NOBODY, Sealing(LOG, keys()).seal, nth=nth)
    return row(draft)


def test_an_anonymous_event_is_stored_without_whoever_recorded_it() -> None:
    stored = nobody_told()

    found = NAMELESS.recorded(stored)

    assert json.loads(stored.state)["m"] == {}
    assert found == NAMELESS.taken_apart(stored) == NAMELESS.reader(stored.name)(stored)
    assert found.actor is None
    assert found.event.choice == "agree"
    assert NAMELESS.envelope(stored).actor is None


def test_an_anonymous_event_keeps_its_place_among_those_recorded_together() -> None:
    assert NAMELESS.recorded(nobody_told(nth=2)).nth == 2


def test_only_anonymous_events_are_recorded_by_nobody(sealing: Sealing) -> None:
    with pytest.raises(TypeError, match=r"sample\.meeting-held is recorded by somebody"):
        NAMELESS.draft(STREAM, 3, held(), NOBODY, sealing.seal)
    told = AnswerGiven(choice=Code("agree"))
    with pytest.raises(TypeError, match=r"sample\.answer-given is recorded without an actor"):
        NAMELESS.draft(STREAM, 3, told, ENVELOPE, sealing.seal)


BY = f'"by":{{"id":"{ANNA}","role":"coordinator","kind":"person"}},'


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('"m":{}', f'"m":{{{BY[:-1]}}}', "recorded without an actor"),
        ('"m":{}', '"m":{"by":null}', "by"),
        ('"m":{}', '"m":{"causation":"vote"}', "says nothing else either"),
        ('"m":{}', f'"m":{{"asked_by":"{ANNA}"}}', "says nothing else either"),
    ],
)
def test_an_anonymous_event_that_says_more_is_refused(before: str, after: str, why: str) -> None:
    stored = edited(nobody_told(), (before, after))

    with pytest.raises(MalformedEvent, match=why):
        NAMELESS.recorded(stored)
    with pytest.raises(Exception):  # noqa: B017 - of any kind, it is explained afterwards
        NAMELESS.reader(stored.name)(stored)


def test_an_event_of_somebody_that_names_nobody_is_refused(
    sealing: Sealing,
) -> None:
    rest = '"correlation":"command:0199f3b2a4c87d11a0b1c2d3e4f50617","causation":"hold-meeting"'
    stored = edited(state_of(sealing), (BY + rest, ""))

    with pytest.raises(MalformedEvent, match="by somebody: its envelope names an actor"):
        CODEC.recorded(stored)
    with pytest.raises(ValueError, match="by somebody"):
        CODEC.reader(stored.name)(stored)


def test_the_schema_of_an_anonymous_event_lets_nobody_be_named() -> None:
    schema = state_schema(AnswerGiven, table((AnswerGiven,)))

    assert schema["properties"]["m"] == {"$ref": "#/$defs/anonymous"}
    assert set(schema["$defs"]["anonymous"]["properties"]) == {"nth"}
    assert "actor" not in schema["$defs"]


def test_who_asked_the_host_is_kept(sealing: Sealing) -> None:
    envelope = attrs.evolve(ENVELOPE, asked_by=BEN)

    draft, _ = CODEC.draft(STREAM, 3, held(), envelope, sealing.seal)

    assert json.loads(row(draft).state)["m"]["asked_by"] == BEN
    assert CODEC.recorded(row(draft)).asked_by == BEN
    assert CODEC.taken_apart(row(draft)) == CODEC.recorded(row(draft))
