"""Personal values open at their own place, under the keys of all their people, and nowhere else."""

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from log.made_up import ANNA, BEN, LOG, STREAM, keys

from mentorcore.domain.values import Erased, Sealed
from mentorcore.errors import KeyMissing, MalformedEvent, Refused
from mentorcore.log.sealing.keys import MemoryKeys, unwrap, wrap
from mentorcore.log.sealing.sealing import Sealing, context, field_key, joint, open_blob

VECTORS = json.loads(Path(__file__).with_name("sealing-vectors.json").read_text())
ONE = VECTORS["field_encryption"]
TWO = VECTORS["field_encryption_two_subjects"]
WRAPPING = VECTORS["dek_wrapping"]
hexed = bytes.fromhex


class GivenKeys(MemoryKeys):
    """Keys with the generations and bytes of a vector."""

    def __init__(self, given: dict[str, tuple[int, bytes]]) -> None:
        super().__init__()
        self.given = given

    def deks(self, subjects: Sequence[str], mint: bool) -> dict[str, tuple[int, bytes]]:
        return {s: self.given[s] for s in subjects}

    def dek(self, subject: str, generation: int) -> bytes | None:
        assert self.given[subject][0] == generation
        return self.given[subject][1]


def sealed(sealing: Sealing, text: str = '"told in confidence"', **place: Any) -> Sealed:
    told: dict[str, Any] = {
        "stream": STREAM,
        "version": 3,
        "field": "comment",
        "kind": "feedback",
        "subjects": (ANNA,),
    } | place
    return Sealed(sealing.seal(text.encode(), **told), **told)


@pytest.mark.parametrize("vector", [ONE, TWO], ids=["one subject", "two subjects"])
def test_the_published_vectors_are_sealed_and_opened(vector: dict[str, Any]) -> None:
    subjects = tuple(vector.get("subjects") or (vector["subject"],))
    generations = vector.get("generations") or (vector["generation"],)
    deks = [hexed(d) for d in vector.get("deks") or (vector["dek"],)]
    held = GivenKeys(dict(zip(subjects, zip(generations, deks, strict=True), strict=True)))
    sealing = Sealing(LOG, held, random=lambda _size: hexed(vector["nonce"]))
    place = {
        "stream": vector["originator_id"],
        "version": vector["originator_version"],
        "field": vector["field"],
        "kind": vector["personal_class"],
    }
    belongs = context(LOG, subjects, generations, **place)

    blob = sealing.seal(vector["value_text"].encode(), **place, subjects=subjects)

    assert belongs.hex() == vector["context"]
    assert field_key(joint(deks), belongs).hex() == vector["field_key"]
    assert base64.b64decode(blob).hex() == vector["blob"]
    assert sealing.open(Sealed(blob, **place, subjects=subjects)) == json.loads(
        vector["value_text"]
    )
    if "stored_json_text" in vector:
        assert msgspec.json.encode({"_e": blob}).decode() == vector["stored_json_text"]
    if "prk" in vector:
        assert joint(deks).hex() == vector["prk"]


def test_the_published_wrapping_of_a_key_is_made_and_undone() -> None:
    place = {
        "log_id": LOG,
        "subject": WRAPPING["subject"],
        "generation": WRAPPING["generation"],
    }
    kek, dek = hexed(WRAPPING["kek"]), hexed(WRAPPING["dek"])

    wrapped = wrap(kek, 7, dek, **place, random=lambda _size: hexed(WRAPPING["nonce"]))

    assert wrapped.hex() == WRAPPING["wrapped"]
    assert unwrap(kek, 7, wrapped, **place) == dek
    for wrong in ({"generation": 2}, {"subject": BEN}, {"log_id": bytes(16)}):
        with pytest.raises(KeyMissing, match="does not open with master key 7"):
            unwrap(kek, 7, wrapped, **place | wrong)


@pytest.mark.parametrize(
    "vector", VECTORS["invalid_field_ciphertexts"], ids=lambda vector: vector["why"]
)
def test_the_published_invalid_ciphertexts_are_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"tag|commitment|padding"):
        open_blob(
            hexed(vector["field_key"]),
            hexed(vector["nonce"]),
            hexed(vector["ciphertext_and_tag"]),
            hexed(vector["aad"]),
        )


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"stream": "pairing:0199f3a1e2b47f33b1c2d3e4f506172b"},
        {"version": 4},
        {"field": "text"},
        {"kind": "free_text"},
        {"subjects": (BEN,)},
    ],
    ids=lambda elsewhere: next(iter(elsewhere)),
)
def test_a_value_moved_to_another_place_does_not_open(elsewhere: dict[str, Any]) -> None:
    sealing = Sealing(LOG, keys())
    sealing.prepare((ANNA, BEN))
    value = sealed(sealing)

    moved = attrs.evolve(value, **elsewhere)

    assert sealing.open(value) == "told in confidence"
    with pytest.raises(MalformedEvent, match="the tag does not fit"):
        sealing.open(moved)


def test_a_value_of_another_log_does_not_open() -> None:
    same_keys = keys()
    value = sealed(Sealing(LOG, same_keys))

    with pytest.raises(MalformedEvent, match="does not open"):
        Sealing(bytes(16), same_keys).open(value)


@pytest.mark.parametrize("subjects", [(ANNA,), (ANNA, BEN)], ids=["one", "two"])
def test_no_changed_byte_of_a_blob_opens(subjects: tuple[str, ...]) -> None:
    sealing = Sealing(LOG, keys())
    sealing.prepare((ANNA, BEN))
    value = sealed(sealing, subjects=subjects)
    blob = base64.b64decode(value.blob)

    for at in range(len(blob)):
        changed = bytearray(blob)
        changed[at] ^= 1
        with pytest.raises((MalformedEvent, KeyMissing)):
            sealing.open(attrs.evolve(value, blob=base64.b64encode(changed).decode()))


@pytest.mark.parametrize("blob", ["", "AQ==", "no base64!", "AQEAAAAB", "A" * 200])
def test_what_is_no_blob_at_all_is_refused_in_words(blob: str) -> None:
    sealing = Sealing(LOG, keys())

    with pytest.raises(MalformedEvent, match=r"the sealed field 'comment' of pairing:.* version 3"):
        sealing.open(Sealed(blob, STREAM, 3, "comment", "feedback", (ANNA,)))


def test_erasing_any_one_of_several_people_closes_their_common_text() -> None:
    people = keys()
    sealing = Sealing(LOG, people)
    both = sealed(sealing, subjects=(ANNA, BEN))
    annas = sealed(sealing, field="note", subjects=(ANNA,))

    people.erase(BEN)
    sealing.forget()

    assert sealing.open(both) == Erased(BEN, "feedback")
    assert sealing.open(annas) == "told in confidence"


def test_nothing_personal_is_sealed_for_an_erased_person() -> None:
    people = keys()
    sealing = Sealing(LOG, people)
    people.erase(ANNA)

    with pytest.raises(Refused, match=f"{ANNA} was erased"):
        sealed(sealing)


def test_a_key_that_is_simply_not_there_is_an_error_and_not_a_tombstone() -> None:
    value = sealed(Sealing(LOG, keys()))

    with pytest.raises(KeyMissing, match=f"holds no key of {ANNA}"):
        Sealing(LOG, keys()).open(value)


def test_keys_are_held_in_memory_for_a_minute_at_most() -> None:
    now = {"s": 0.0}
    people = keys()
    sealing = Sealing(LOG, people, clock=lambda: now["s"])
    value = sealed(sealing)
    sealing.open(value)
    people.erase(ANNA)  # by another process, say

    assert sealing.open(value) == "told in confidence"
    now["s"] = 60.5

    assert sealing.open(value) == Erased(ANNA, "feedback")
    with pytest.raises(Refused):
        sealed(sealing)


def test_a_part_of_a_sealed_object_is_taken_out_by_its_name() -> None:
    sealing = Sealing(LOG, keys())
    value = sealed(sealing, '{"comment": "shorter", "text": null}')

    assert sealing.open(attrs.evolve(value, part="comment")) == "shorter"
    assert sealing.open(attrs.evolve(value, part="text")) is None
    with pytest.raises(MalformedEvent):
        sealing.open(attrs.evolve(value, part="other"))


@pytest.mark.parametrize(("size", "characters"), [(0, 132), (28, 132), (29, 176), (60, 176)])
def test_the_length_of_a_value_shows_in_steps_of_32_bytes_only(size: int, characters: int) -> None:
    sealing = Sealing(LOG, keys())

    blob = sealing.seal(
        b"x" * size, stream=STREAM, version=1, field="f", kind="contact", subjects=(ANNA,)
    )

    assert len(blob) == characters


@pytest.mark.parametrize("subjects", [(), (ANNA,) * 256], ids=["nobody", "256 people"])
def test_a_value_needs_between_one_and_255_people(subjects: tuple[str, ...]) -> None:
    sealing = Sealing(LOG, keys())

    with pytest.raises(ValueError, match="1 to 255 people"):
        sealed(sealing, subjects=subjects)


@pytest.mark.parametrize("tombstone", [Erased(ANNA, "feedback")])
def test_a_tombstone_is_falsy_prints_its_word_and_equals_nothing_else(tombstone: Erased) -> None:
    assert not tombstone
    assert f"{tombstone}" == "[erased]"
    for other in (None, "", "[erased]", False, 0, (ANNA, "feedback"), Erased(BEN, "feedback")):
        assert tombstone != other


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=4),
    max_leaves=8,
)


@given(JSON, st.sampled_from([(ANNA,), (ANNA, BEN), (BEN, ANNA), (ANNA, ANNA)]))
def test_whatever_is_sealed_opens_as_it_was(value: Any, subjects: tuple[str, ...]) -> None:
    sealing = Sealing(LOG, keys())

    found = sealed(sealing, json.dumps(value), subjects=subjects)

    assert sealing.open(found) == value
