"""Whatever journeys records make between three logs, what was done somewhere counts once elsewhere."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from engine.world import COORDINATOR, STARTED
from practices.networks.journeys import Institution, institutions

from mentorcore.errors import Refused

STEPS = 40


def refused(receiver: Institution, file: Any, mentor: str, on: date) -> str | None:
    """Receive a record; the code by which it is refused, if it is."""
    try:
        receiver.receives(file, mentor, on=on)
    except Refused as error:
        return error.code
    return None


@pytest.mark.parametrize("seed", range(12))
def test_what_was_done_in_one_log_counts_once_in_each_other(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with institutions(tmp_path) as logs:
        rosas = [log.rosa() for log in logs]
        done = [0, 0, 0]
        files: list[tuple[int, int, Any]] = []  # of which log, what was done by then, the file
        latest: dict[tuple[int, int], tuple[int, int]] = {}

        for step in range(STEPS):
            here = chance.randrange(3)
            what = chance.choice(("meet", "issue", "bring", "bring"))
            if what == "meet" or (not done[here] and what == "issue"):
                done[here] += 30 + step
                logs[here].meets(rosas[here], 30 + step)
            elif what == "issue":
                held = [note for log in logs for note in log.held(logs[here].origin)]
                person = logs[here].persons[rosas[here]]
                file = logs[here].engine.issue_record(
                    person, actor=COORDINATOR, on=STARTED, held=held
                )
                files.append((here, done[here], file))
            elif files:
                number = chance.randrange(len(files))
                there, minutes, file = files[number]
                newest = latest.get((here, there), (-1, 0))[0]
                day = STARTED + timedelta(days=step)
                code = refused(logs[here], file, rosas[here], day)
                if here == there:
                    assert code == "own_record"
                elif number < newest:
                    assert code == "record_superseded"
                else:
                    assert code is None
                    latest[here, there] = (number, minutes)

            for at, log in enumerate(logs):
                owed = sum(minutes for (to, _), (_, minutes) in latest.items() if to == at)
                assert (
                    sum(
                        log.credited(rosas[at], verified=verified).get("minute", 0)
                        for verified in (True, False)
                    )
                    == owed
                )
        assert latest
