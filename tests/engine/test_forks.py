"""An engine does not cross a fork: nothing that was acknowledged is lost, no answer is another's."""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from engine import forking
from processes import started

import mentorcore as mc
from mentorcore.log.stores.opening import open_store

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here"),
]


SAYS_WHO_LOCKS = Path("/proc/locks").exists()
"""Whether the system tells which process holds a lock."""


@pytest.fixture
def keys(tmp_path: Path) -> str:
    return str(tmp_path / "program.keys")


def run(*words: str) -> Any:
    """What a scenario of `forking` tells; nothing may be said beside it."""
    with started(sys.executable, "-W", "ignore:This process:DeprecationWarning", forking.__file__,
                 *words, stderr=-2) as child:  # fmt: skip
        said = child.rest()
    lines = said.splitlines()
    assert child.process.returncode == 0, said
    assert len(lines) == 1, said
    return json.loads(lines[0])


def persons(url: str, keys: str) -> list[str]:
    with mc.open(url, keys=keys, create=False) as engine:
        return [r.stream for r in engine.events(names=["person.registered"])]


@pytest.mark.parametrize("whose", ["inherited", "own"])
def test_nothing_is_lost_whoever_closes_first_and_however_the_child_ends(
    durable_url: str, keys: str, whose: str
) -> None:
    pairs = run("two_write", durable_url, keys, whose)

    recorded = [one for pair in pairs for one in pair["recorded"]]
    refused = ["OpenedElsewhere"] * forking.TIMES if whose == "inherited" else []
    assert sorted(persons(durable_url, keys)) == sorted(recorded)
    assert len(recorded) == 9 * forking.TIMES * (2 if whose == "inherited" else 3)
    assert [pair["refused"] for pair in pairs] == [refused] * 9
    assert {pair["status"] for pair in pairs} == {0, -9}


@pytest.mark.parametrize("whose", ["inherited", "own"])
def test_a_fork_while_other_threads_are_at_work_loses_nothing(
    durable_url: str, keys: str, whose: str
) -> None:
    told = run("busy", durable_url, keys, whose)

    assert sorted(persons(durable_url, keys)) == sorted(told["recorded"])
    assert set(told["refused"]) == ({"OpenedElsewhere"} if whose == "inherited" else set())
    assert told["ended"] == [0]


def test_a_fork_while_another_thread_closes_the_log_loses_nothing(
    durable_url: str, keys: str
) -> None:
    told = run("closing_down", durable_url, keys)

    assert sorted(persons(durable_url, keys)) == sorted(told["recorded"])
    assert told["refused"] == []


def test_the_first_call_of_each_kind_is_refused_at_once_in_the_child(
    store_url: str, keys: str
) -> None:
    told = run("asked", store_url, keys)

    assert set(told["said"].values()) == {"OpenedElsewhere"}
    assert len(told["said"]) > 8
    assert told["status"] == 0
    assert (len(told["recorded"]), told["refused"]) == (forking.TIMES, [])


def test_a_daemon_opens_the_log_itself(durable_url: str, keys: str) -> None:
    told = run("daemon", durable_url, keys)

    assert sorted(persons(durable_url, keys)) == sorted(told["recorded"])
    assert set(told["refused"]) == {"OpenedElsewhere"}
    assert (told["more"], len(told["recorded"])) == ([], 3 * forking.TIMES)


def test_a_turn_that_is_held_at_a_fork_is_the_parents_alone(durable_url: str, keys: str) -> None:
    told = run("turn", durable_url, keys)

    assert told == {"child": [False, False], "parent": True, "afterwards": True}


def test_a_turn_ends_with_the_parent_though_a_child_lives_on(durable_url: str, keys: str) -> None:
    with started(sys.executable, forking.__file__, "turn_of_a_parent", durable_url, keys) as child:
        living = int(child.line())
        with closing(open_store(durable_url)) as store:
            assert store.take_turn("billing", 0.2) is None

            child.kill()

            taken = store.take_turn("billing", 20.0)
            assert taken is not None
            taken.give_back()
        os.kill(living, signal.SIGKILL)


def test_parent_and_children_sign_one_log(durable_url: str, keys: str, tmp_path: Path) -> None:
    verifier = mc.create_signing_key(tmp_path / "log.key", "log.example.org/forks")

    told = run("signed", durable_url, keys, str(tmp_path / "log.key"))

    verdict = mc.verify_log(durable_url, mc.VerificationPolicy(keys=[verifier]))
    assert (verdict.verdict, verdict.faults) == ("unanchored", ())
    assert verdict.signed == told["covered"] == len(told["recorded"])
    assert sorted(persons(durable_url, keys)) == sorted(told["recorded"])
    assert set(told["refused"]) == {"OpenedElsewhere"}


@pytest.mark.parametrize("what", ["left alone", "closed", "replaced"])
def test_a_connection_of_the_hosts_own_that_was_inherited_loses_nothing(
    tmp_path: Path, keys: str, what: str
) -> None:
    url = str(tmp_path / "program.db")

    told = run("own_connection", url, keys, what)

    assert sorted(persons(url, keys)) == sorted(told["recorded"])
    refused = ["OpenedElsewhere"] if what == "left alone" or not SAYS_WHO_LOCKS else []
    if what != "closed":
        assert told["refused"] == refused
    else:
        assert told["refused"] == []
