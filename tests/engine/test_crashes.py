"""Whoever is killed in the middle leaves a log that opens, holds whole appends, and goes on."""

import random
import sys
import time
from typing import Any

import attrs
import pytest
from engine import series
from engine.witness import Witness
from engine.world import Place, engine
from processes import started

from mentorcore.domain.values import Sealed
from mentorcore.engine.engine import Engine
from mentorcore.log.sealing.keys import digest

SEED = 20261123


def killed(at: Place, seed: int, after: int, delay: float) -> None:
    """Begin the series, and kill it some seconds after it has said so many words."""
    words = sys.executable, "-W", "error", series.__file__, at.url, at.keys, seed
    with started(*words) as child:
        for _ in range(after):
            child.line()
        time.sleep(delay)
        child.kill()


def told(opened: Engine) -> dict[tuple[str, int], Any]:
    """What the log says, sealed values opened; by stream and version."""
    sealing = opened._sealing

    def read(value: Any) -> Any:
        return sealing.open(value) if isinstance(value, Sealed) else value

    return {
        (r.stream, r.version): (
            type(r.event).__name__,
            {f.name: read(getattr(r.event, f.name)) for f in attrs.fields(type(r.event))},
            r.recorded_at,
            r.causation,
        )
        for r in opened.events()
    }


def whole(opened: Engine, seed: int) -> int:
    """Check that every append is whole; the number of requests that were recorded."""
    log = list(opened.events())
    assert Witness(default_places=1).read(log).found == []
    index = opened._store.entries("key")
    known = {digest(opened._keys, "key", key): key for key, _ in series.requests(seed)}
    assert index.keys() <= known.keys()
    positions = sorted(
        p for row in index.values() for p in range(row.position, row.position + row.count)
    )
    assert positions == [r.position for r in log]
    return len(index)


@pytest.mark.processes
@pytest.mark.parametrize("life", range(2))
def test_a_series_that_is_killed_again_and_again_ends_in_the_same_state(
    durable: Place, life: int
) -> None:
    seed = SEED + life
    dice = random.Random(seed)
    with engine() as undisturbed:
        outcomes = series.run(undisturbed, seed)
        expected = told(undisturbed)
    reached: list[int] = []

    for _ in range(3):
        # In the beginning what was recorded before is passed over quickly.
        words = (reached[-1] if reached else 0) + dice.randint(2, 20)
        killed(durable, seed, words, dice.random() * 0.004)
        with durable.open(10**6) as opened:
            reached.append(whole(opened, seed))
    with durable.open(2 * 10**6) as opened:
        again = series.run(opened, seed)
        finally_told = told(opened)

    assert reached == sorted(reached)
    assert 0 < reached[0] < reached[-1] < len(outcomes)
    assert finally_told == expected
    assert [o for o in again.values() if o not in {"recorded", "replayed"}] == [
        o for o in outcomes.values() if o != "recorded"
    ]
    assert list(again.values()).count("replayed") == reached[-1]


@pytest.mark.processes
def test_whoever_is_killed_while_opening_leaves_a_log_that_opens(durable: Place) -> None:
    dice = random.Random(SEED)

    for _ in range(4):
        killed(durable, SEED, 1, dice.random() * 0.03)

    with durable.open(1) as opened:
        whole(opened, SEED)
        series.run(opened, SEED)
        assert whole(opened, SEED) > series.PAIRS


def test_the_series_says_something_worth_interrupting() -> None:
    with engine() as opened:
        outcomes = series.run(opened, SEED)

    assert set(outcomes.values()) == {"recorded", "no_free_place", "paired_already"}
    assert len(outcomes) > 60
