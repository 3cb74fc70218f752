"""Hundreds of logs in one process: few descriptors each, and an error that says when there are none."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from log import many_logs
from processes import started

import mentorcore as mc

COUNT = 300


@pytest.mark.processes
@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="descriptors are not counted here")
def test_a_process_holds_hundreds_of_logs_under_the_usual_limit(tmp_path: Path) -> None:
    with mc.open(tmp_path / "made.db") as engine:
        engine.handle(mc.RegisterPerson(name="Ada"), actor=many_logs.US)

    with started(sys.executable, many_logs.__file__, tmp_path, 1024, COUNT) as child:
        told = json.loads(child.rest())

    assert told["positions"] == [1] * 2 * COUNT
    assert told["1 open"] <= 3
    assert told["20 open"] <= 3 * 20
    assert told["all used"] <= 3 * COUNT
    assert told["one more"] == "open at 0"  # the others gave back what they did not need
    assert told["closed"] == 0
    exhausted = list(told["exhausted"].values())
    said = "LogError: this process has too many open files"
    assert exhausted[0][0].startswith(said)
    assert exhausted[-1][0] == "open at 0"
    assert all(first.startswith((said, "open at 0")) for first, _ in exhausted)
    assert all(then == "open at 0" for _, then in exhausted)
