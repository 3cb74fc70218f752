"""Threads and processes compete as fast as they can, and the log is the witness.

Longer, with a seed of your own:

    python -m pytest tests/engine/test_free_running.py -m slow -s
"""

import json
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import attrs
import pytest
from engine import race
from engine.proposal_races import proposed
from engine.race import Plan
from engine.witness import witness
from engine.world import Place, World
from processes import started

from mentorcore.domain.declarations import event_info
from mentorcore.domain.model import Model
from mentorcore.log.recorded import Recorded

pytestmark = pytest.mark.processes

PROGRAM = Path(race.__file__)
BEGIN_AFTER = 1.2
"""Seconds in which processes start before anybody writes."""


def seeded() -> int:
    """A new seed each time, or the one to look at again; it is printed with every failure."""
    seed = int(os.environ.get("MENTORCORE_TEST_SEED") or random.SystemRandom().randrange(10**6))
    print(f"MENTORCORE_TEST_SEED={seed}")
    return seed


class Contest:
    """A log on which writers compete, and who follows it meanwhile."""

    def __init__(self, at: Place, folder: Path, seed: int, mentors: Iterable[int], writers: int):
        self.at, self.folder, self.seed = at, folder, seed
        self.engine = at.open(1)
        self.world = World(self.engine)
        self.mentors = [self.world.mentor(places) for places in mentors]
        self.mentees = {f"writer-{n}": self.world.mentee() for n in range(writers)}
        self.begins_at = self.engine.position
        self.followed: list[Recorded[Any]] = []
        self.stop = threading.Event()
        self.follower = threading.Thread(target=self._follow)

    def _follow(self) -> None:
        self.followed.extend(self.engine.follow(stop=self.stop))

    def plan(self, writers: Iterable[int], *, own_engines: bool, **more: Any) -> Plan:
        assert isinstance(self.at.keys, str)
        return Plan(
            url=self.at.url,
            keys=self.at.keys,
            seed=self.seed,
            writers=[f"writer-{n}" for n in writers],
            own_engines=own_engines,
            program=self.world.program,
            cohort=self.world.cohort,
            mentors=self.mentors,
            mentees=self.mentees,
            begins=time.time() + BEGIN_AFTER,
            **more,
        )

    def run(self, here: Plan | None, elsewhere: Iterable[Plan]) -> list[list[Any]]:
        """All writers, some in threads of this process and others in processes of their own."""
        self.follower.start()
        with ExitStack() as running:
            children = []
            for number, plan in enumerate(elsewhere):
                file = self.folder / f"plan{number}.json"
                file.write_text(json.dumps(attrs.asdict(plan)))
                words = sys.executable, "-W", "error", PROGRAM, file
                children.append(running.enter_context(started(*words)))
            said = race.run(here) if here else []
            for child in children:
                said.extend(json.loads(child.rest()))
                assert child.process.returncode == 0
        until = time.monotonic() + 20
        tail = self.engine.position
        while (not self.followed or self.followed[-1].position < tail) and time.monotonic() < until:
            time.sleep(0.02)
        self.stop.set()
        self.follower.join()
        return said

    def check(self, said: list[list[Any]]) -> None:
        """What the log has to say about what the writers were told."""
        outcomes = {correlation: outcome for _, correlation, outcome in said}
        assert [o for o in outcomes.values() if o.startswith("error")] == []
        log = list(self.engine.events())
        assert self.followed == log
        told = witness(self.world)
        assert told.found == []
        recorded = {c for c, outcome in outcomes.items() if outcome == "recorded"}
        assert told.correlations - {None} == recorded


@pytest.fixture
def contests(durable: Place, tmp_path: Path) -> Iterator[Any]:
    made: list[Contest] = []

    def make(*args: Any) -> Contest:
        made.append(Contest(durable, tmp_path, *args))
        return made[-1]

    yield make
    for contest in made:
        contest.stop.set()
        contest.engine.close()


def compete(contests: Any, seed: int, rounds: int, threads: int, processes: int) -> None:
    """In every round all writers ask for the places of one mentor, who has fewer than they are."""
    dice = random.Random(seed)
    writers = threads + processes
    capacities = [dice.randint(1, min(5, writers - 1)) for _ in range(rounds)]
    contest = contests(seed, capacities, writers)
    here = contest.plan(range(threads), own_engines=True)
    elsewhere = [contest.plan([n], own_engines=True) for n in range(threads, writers)]

    said = contest.run(here, elsewhere)

    contest.check(said)
    for number, capacity in enumerate(capacities):
        outcomes = Counter(outcome for round_, _, outcome in said if round_ == number)
        assert outcomes == {"recorded": capacity, "no_free_place": writers - capacity}
        assert contest.world.load(contest.mentors[number]) == capacity


def test_eight_writers_take_exactly_the_places_there_are(contests: Any) -> None:
    compete(contests, seeded(), rounds=40, threads=4, processes=4)


def test_eight_acceptances_at_once_take_exactly_the_places_there_are(contests: Any) -> None:
    """INV-06, INV-14"""
    capacities = [1, 3, 5]
    contest = contests(seeded(), capacities, 8)
    offers = {
        writer: [
            proposed(contest.world, mentor, mentee, mentee, exclusive=False)
            for mentor in contest.mentors
        ]
        for writer, mentee in contest.mentees.items()
    }
    contest.begins_at = contest.engine.position
    here = contest.plan(range(4), own_engines=True, offers=offers)
    elsewhere = [contest.plan([n], own_engines=True, offers=offers) for n in range(4, 8)]

    said = contest.run(here, elsewhere)

    contest.check(said)
    for number, capacity in enumerate(capacities):
        outcomes = Counter(outcome for round_, _, outcome in said if round_ == number)
        assert outcomes == {"recorded": capacity, "no_free_place": 8 - capacity}
        assert contest.world.load(contest.mentors[number]) == capacity


def test_fifty_threads_in_four_processes_take_exactly_the_places_there_are(
    contests: Any,
) -> None:
    seed = seeded()
    dice = random.Random(seed)
    capacities = [dice.randint(1, 6) for _ in range(8)]
    contest = contests(seed, capacities, 50)
    shares = [range(13), range(13, 26), range(26, 38), range(38, 50)]

    said = contest.run(None, [contest.plan(share, own_engines=False) for share in shares])

    contest.check(said)
    for number, capacity in enumerate(capacities):
        outcomes = Counter(outcome for round_, _, outcome in said if round_ == number)
        assert outcomes == {"recorded": capacity, "no_free_place": 50 - capacity}


def collide(contests: Any, seed: int, tries: int) -> None:
    """Everybody asks for everything that may collide with what the others ask for."""
    contest = contests(seed, [1, 1, 2], 6)
    more = {"mode": "everything", "tries": tries}
    here = contest.plan(range(3), own_engines=True, **more)
    elsewhere = [contest.plan([n], own_engines=True, **more) for n in range(3, 6)]

    said = contest.run(here, elsewhere)

    contest.check(said)
    outcomes = Counter(outcome for _, _, outcome in said)
    assert outcomes["recorded"] > tries // 4
    assert outcomes["no_free_place"] > 0


def test_whatever_may_collide_is_recorded_or_refused(contests: Any) -> None:
    collide(contests, seeded(), tries=60)


def test_without_companions_the_places_are_exceeded_and_the_log_shows_it(
    contests: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = Model.decide

    def without_companions(model: Model, now: Any, command: Any) -> Any:
        decision = decide(model, now, command)
        return tuple((s, e) for s, e in decision if not event_info(type(e)).companion)

    contest = contests(seeded(), [1] * 4, 4)
    monkeypatch.setattr(Model, "decide", without_companions)

    said = contest.run(contest.plan(range(4), own_engines=True), [])

    assert {outcome for _, _, outcome in said} == {"recorded"}
    assert any("load 4 of 1 places" in found for found in witness(contest.world).found)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("again", range(5))
def test_fuzz_hundreds_of_rounds_of_eight_writers(contests: Any, again: int) -> None:
    compete(contests, seeded(), rounds=200, threads=4, processes=4)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("again", range(5))
def test_fuzz_whatever_may_collide(contests: Any, again: int) -> None:
    collide(contests, seeded(), tries=600)
