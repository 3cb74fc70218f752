"""The log itself says who was given a key: whoever something in it is sealed for."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from log.made_up import ANNA, BEN, ENVELOPE, LOG, SAMPLES, STREAM, held, keys, row

from mentorcore.log.event_types import table
from mentorcore.log.sealing import key_holders
from mentorcore.log.sealing.key_holders import KeyHolders
from mentorcore.log.sealing.sealing import Sealing
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.storage.store import Draft, Store

CODEC = Codec(SAMPLES)
PEOPLE = (ANNA, BEN)


@pytest.fixture
def log(store: Store) -> Callable[..., None]:
    """Appends an event of Anna and Ben."""
    sealing = Sealing(LOG, keys())
    version = 0

    def append(**told: Any) -> None:
        nonlocal version
        version += 1
        told = {"comment": None, "remarks": None, "about_both": "x"} | told
        draft, _ = CODEC.draft(STREAM, version, held(**told), ENVELOPE, sealing.seal)
        store.append([draft], [], lambda: datetime(2026, 11, 23, tzinfo=UTC))

    return append


def test_an_empty_log_gave_nobody_a_key(store: Store) -> None:
    assert not KeyHolders(store, SAMPLES).among(PEOPLE)


def test_whoever_something_is_sealed_for_had_a_key(store: Store, log: Any) -> None:
    log()

    holders = KeyHolders(store, SAMPLES)

    assert set(holders.among(PEOPLE)) == {ANNA, BEN}
    assert set(holders.among((BEN, f"person:{7:032x}"))) == {BEN}


def test_whoever_is_only_named_had_none(store: Store, log: Any) -> None:
    stranger = f"person:{7:032x}"
    log(subjects=(ANNA, BEN, stranger), remarks=())

    assert set(KeyHolders(store, SAMPLES).among((*PEOPLE, stranger))) == {ANNA, BEN}


def test_the_mark_says_for_whom_of_several_a_value_is_sealed(store: Store) -> None:
    draft, _ = CODEC.draft(STREAM, 1, held(comment=None), ENVELOPE, Sealing(LOG, keys()).seal)
    state = row(draft).state.replace(b'"about_both":{"_e"', b'"about_both":{"_x"')
    at = state.index(b'"at":"') + 6
    edited = Draft(STREAM, 1, draft.name, state[:at], state[at + 27 :])
    store.append([edited], [], lambda: datetime(2026, 11, 23, tzinfo=UTC))

    assert set(KeyHolders(store, SAMPLES).among(PEOPLE)) == {BEN}  # remarks are Ben's alone


def test_an_event_that_is_unknown_here_counts_for_all_its_people(store: Store, log: Any) -> None:
    log()

    assert set(KeyHolders(store, table(())).among(PEOPLE)) == {ANNA, BEN}


def test_a_holder_is_found_on_whatever_page(
    store: Store, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_holders, "_PAGE", 2)
    for _ in range(4):
        log(subjects=(ANNA, ANNA))
    log()

    assert set(KeyHolders(store, SAMPLES).among((BEN,))) == {BEN}
