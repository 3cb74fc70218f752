"""A series of requests that ends in the same state however often it is broken off and repeated.

python series.py URL KEYS SEED

It says "ready" and then asks for one thing after the other, each with a key that it says, until it
is done or killed. Ids are prepared by the host, as whoever repeats requests has to.
"""

import random
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import mentorcore
from mentorcore.engine.engine import Engine
from mentorcore.errors import Refused

mc: Any = mentorcore

NOON = datetime(2026, 11, 23, 20, tzinfo=UTC)
BEGAN = date(2026, 8, 17)
ACTOR = mc.Actor(id="importer", role="coordinator", kind="adapter")
PAIRS = 12


def requests(seed: int) -> Iterator[tuple[str, list[Any]]]:
    """Keys and the commands asked for together under each."""
    dice = random.Random(seed)

    def new(kind: str) -> str:
        return f"{kind}:{dice.getrandbits(128):032x}"

    program, cohort = new("program"), new("cohort")
    roles = (mc.Role(code="mentor", part="mentor"), mc.Role(code="mentee", part="mentee"))
    settings = mc.Settings(roles=roles, shape="one_to_one", capacity=mc.Capacity(places=1))
    goal = mc.ProgramGoal(goal_id=new("goal"), statement="Teachers stay")
    design = mc.DesignProgram(
        program_id=program,
        name="Beacon",
        time_zone="America/Los_Angeles",
        settings=settings,
        goals=(goal,),
    )
    opening = mc.OpenCohort(
        program_id=program,
        cohort_id=cohort,
        name="2026",
        starts_on=BEGAN,
        ends_on=date(2027, 6, 30),
        enrols_from=BEGAN,
        enrols_until=date(2027, 3, 1),
    )
    yield "program", [design, opening, mc.LaunchProgram(program_id=program, on=BEGAN)]
    pairings = []
    for number in range(PAIRS):
        members, enrolling = [], []
        for role in ("mentor", "mentee"):
            person, participant = new("person"), new("participant")
            enrolling.append(
                mc.RegisterPerson(person_id=person, name=f"{role} {number} " + "x" * 200)
            )
            enrolling.append(
                mc.EnrolParticipant(
                    participant_id=participant,
                    person_id=person,
                    program_id=program,
                    cohort_id=cohort,
                    role=role,
                    since=BEGAN,
                )
            )
            members.append(mc.Member(participant=participant, role=role))
        yield f"people {number}", enrolling
        pairing = new("pairing")
        forming = {"program_id": program, "cohort_id": cohort, "on": BEGAN}
        yield (
            f"pairing {number}",
            [mc.FormPairing(pairing_id=pairing, members=tuple(members), **forming)],
        )
        pairings.append((pairing, members))
        for meeting in range(dice.randint(2, 6)):
            held_at = NOON - timedelta(days=meeting + 1, hours=number % 9)
            yield (
                f"meeting {number} {meeting}",
                [
                    mc.HoldMeeting(
                        pairing_id=pairing,
                        meeting_id=new("meeting"),
                        held_at=held_at,
                        minutes=45,
                        topics=("pacing", "y" * dice.randint(0, 2000)),
                    )
                ],
            )
        if dice.random() < 0.5:
            end: dict[str, Any] = {"on": NOON.date(), "initiated_by": "program"}
            yield f"end {number}", [mc.EndPairing(pairing_id=pairing, reason="completed", **end)]
            continue
        # Refused whenever it is asked: the mentor has one place, and keeps the mentee who has it.
        mentee = dice.choice(pairings)[1][1]
        rivals = (members[0], mentee)
        again = mc.FormPairing(pairing_id=new("pairing"), members=rivals, **forming)
        yield f"full {number}", [again]


def run(engine: Engine, seed: int, tell: Callable[[str], object] = str) -> dict[str, str]:
    """What came of each request."""
    said = {}
    for key, commands in requests(seed):
        tell(key)
        try:
            answer = engine.batch(commands, actor=ACTOR, key=key)
            said[key] = "replayed" if answer.replayed else "recorded"
        except Refused as refused:
            said[key] = refused.code
    return said


if __name__ == "__main__":
    url, keys, seed = sys.argv[1:]
    print("ready", flush=True)
    with mentorcore.open(url, keys=keys, clock=lambda: NOON) as opened:
        run(opened, int(seed), partial(print, flush=True))
