"""A leaf has one form, and nothing that is not in order becomes one."""

from collections.abc import Callable
from typing import Any

import pytest
from audit.vectors import VECTORS, hexed
from hypothesis import given
from hypothesis import strategies as st

from mentorcore.audit.merkle.leaf import Leaf, leaf_bytes, leaf_hash, read_leaf, state_digest
from mentorcore.errors import UnfitRow
from mentorcore.log.storage.append_checks import LARGEST

CASES = VECTORS["leaf_cases"]
EVENTS = VECTORS["log"]["entries"]
LOG = hexed(VECTORS["log"]["log_id"])
GOOD: dict[str, Any] = {
    "log_id": LOG,
    "index": 6,
    "position": 9,
    "stream": "pairing:0199",
    "version": 2,
    "name": "pairing.formed",
    "digest": bytes(range(32)),
}


@pytest.mark.parametrize("case", CASES, ids=[c["note"] for c in CASES])
def test_the_published_leaves_are_made_and_read(case: dict[str, str]) -> None:
    state = hexed(case["state_hex"])
    leaf = Leaf(
        hexed(case["log_id"]),
        int(case["leaf_index"]),
        int(case["notification_id"]),
        case["originator_id"],
        int(case["originator_version"]),
        case["topic"],
        state_digest(1, state),
    )

    assert leaf.digest.hex() == case["state_sha256"]
    assert leaf.data.hex() == case["leaf"]
    assert leaf_hash(leaf.data).hex() == case["leaf_hash"]
    assert read_leaf(hexed(case["leaf"])) == leaf


def test_the_sixteen_events_of_the_published_log_have_the_published_leaves() -> None:
    for event in EVENTS:
        state = event["state_text"].encode()
        leaf = leaf_bytes(
            LOG,
            event["leaf_index"],
            event["notification_id"],
            event["originator_id"],
            event["originator_version"],
            event["topic"],
            state_digest(event["notification_id"], state),
        )

        assert leaf.hex() == event["leaf"]
        assert leaf_hash(leaf).hex() == event["leaf_hash"]


FIELDS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "leaf_index": ("index", int),
    "notification_id": ("position", int),
    "originator_id": ("stream", str),
    "originator_version": ("version", int),
    "topic": ("name", str),
    "log_id": ("log_id", hexed),
    "state_sha256": ("digest", hexed),
}


@pytest.mark.parametrize("case", VECTORS["invalid_leaf_values"], ids=lambda c: c["why"])
def test_values_out_of_range_are_refused(case: dict[str, str]) -> None:
    if case["field"] == "state_hex":
        with pytest.raises(UnfitRow, match="redacted"):
            state_digest(9, hexed(case["value"]))
        return
    field, read = FIELDS[case["field"]]

    with pytest.raises(UnfitRow):
        leaf_bytes(**{**GOOD, field: read(case["value"])})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("position", True),
        ("position", 9.0),
        ("position", None),
        ("index", True),
        ("version", "2"),
        ("version", None),
        ("stream", b"pairing:0199"),
        ("stream", None),
        ("stream", "lone \ud800 surrogate"),
        ("name", None),
        ("name", "lone \ud800 surrogate"),
        ("digest", bytearray(32)),
        ("log_id", "0" * 16),
    ],
)
def test_values_of_a_wrong_type_are_refused_and_never_coerced(field: str, value: Any) -> None:
    with pytest.raises(UnfitRow) as refused:
        leaf_bytes(**{**GOOD, field: value})

    assert refused.value.position is (value if field == "position" else GOOD["position"])


def test_a_state_that_is_no_bytes_is_refused() -> None:
    with pytest.raises(UnfitRow, match="position 4 cannot be proven: its state is str"):
        state_digest(4, '{"_s":"…"}')  # type: ignore[arg-type]


def test_every_cut_and_every_lengthening_of_a_leaf_is_refused() -> None:
    data = Leaf(**GOOD).data

    for wrong in [*(data[:n] for n in range(len(data))), data + b"\0", b"\0" + data]:
        with pytest.raises(UnfitRow):
            read_leaf(wrong)


text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60)
number = st.integers(0, LARGEST)


leaves = st.builds(
    Leaf,
    log_id=st.just(LOG),
    index=number,
    position=st.integers(1, LARGEST),
    stream=text,
    version=number,
    name=text,
    digest=st.binary(min_size=32, max_size=32),
)


@given(leaves)
def test_what_was_written_reads_the_same(leaf: Leaf) -> None:
    assert read_leaf(leaf.data) == leaf
