"""A process in which several writers ask for places and meetings; the tests start some at a time.

python race.py PLAN

PLAN is a JSON file: where the log and its keys are, who writes, how often and what; see `Plan`.
The process prints one JSON list with what came of each command.
"""

import json
import random
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs

import mentorcore
from mentorcore.engine.engine import Engine
from mentorcore.errors import Refused

mc: Any = mentorcore

ACTOR = mc.Actor(id=f"person:{0xC0:032x}", role="coordinator", kind="person")
NOON = datetime(2026, 11, 23, 20, tzinfo=UTC)


@attrs.frozen
class Plan:
    """What one process does.

    Attributes:
        url: The log.
        keys: Its keys.
        seed: Where delays and choices come from.
        writers: One name for each thread.
        own_engines: Whether each thread opens an engine of its own.
        program: The program that everything is about.
        cohort: Its cohort.
        mentors: Mentors whose places are competed for, one a round.
        mentees: By writer, the mentee for whom it asks.
        begins: The moment at which everybody begins, in seconds of the system clock.
        mode: ``places`` or ``everything``.
        tries: With ``everything``, how many commands each writer asks for.
        offers: By writer, what was proposed to its mentee, one a round, and waits for the mentor
            only; where there are any, places are taken by accepting.
    """

    url: str
    keys: str
    seed: int
    writers: list[str]
    own_engines: bool
    program: str
    cohort: str
    mentors: list[str]
    mentees: dict[str, str]
    begins: float
    mode: str = "places"
    tries: int = 0
    offers: dict[str, list[str]] = attrs.Factory(dict)


def opened(plan: Plan, number: int) -> Engine:
    ids = iter(range(number * 10**6, (number + 1) * 10**6))
    lock = threading.Lock()

    def new_id() -> str:
        with lock:
            return f"{next(ids):032x}"

    return mentorcore.open(
        plan.url, keys=plan.keys, clock=lambda: NOON, ids=new_id, create=False, lock_timeout=60
    )


def forming(plan: Plan, mentor: str, mentee: str, primary: bool = False) -> Any:
    return mc.FormPairing(
        program_id=plan.program,
        cohort_id=plan.cohort,
        members=(
            mc.Member(participant=mentor, role="mentor", primary=primary),
            mc.Member(participant=mentee, role="mentee"),
        ),
        on=NOON.date(),
    )


def places(plan: Plan, writer: str, dice: random.Random, engine: Engine) -> list[list[Any]]:
    """Ask every mentor for a place, about when the others do."""
    said = []
    rounds = list(range(len(plan.mentors)))
    for first in range(0, len(rounds), 4):
        window = rounds[first : first + 4]
        dice.shuffle(window)
        for number in window:
            time.sleep(dice.random() ** 3 * 0.01)
            mentor = plan.mentors[number]
            command = forming(plan, mentor, plan.mentees[writer])
            if plan.offers:
                offer = plan.offers[writer][number]
                command = mc.AcceptPairing(pairing_id=offer, participant=mentor, on=NOON.date())
            said.append([number, *ask(engine, command, dice)])
    return said


def everything(plan: Plan, writer: str, dice: random.Random, engine: Engine) -> list[list[Any]]:
    """Ask for whatever may collide with what others ask for."""
    said = []
    for number in range(plan.tries):
        time.sleep(dice.random() ** 3 * 0.004)
        said.append([number, *ask(engine, anything(plan, dice, engine), dice)])
    return said


def anything(plan: Plan, dice: random.Random, engine: Engine) -> Any:
    mentor = dice.choice(plan.mentors)
    mentee = dice.choice(list(plan.mentees.values()))
    pairings = [j.pairing_id for j in engine_state(engine, mentor).pairings]
    pairing = dice.choice(pairings) if pairings else None
    today = NOON.date()
    dices = dice.random()
    if pairing is None or dices < 0.35:
        return forming(plan, mentor, mentee, primary=dice.random() < 0.3)
    if dices < 0.45:
        places = dice.randint(0, 3)
        return mc.SetMentorCapacity(
            participant_id=mentor, places=places, since=today, reason="as agreed"
        )
    if dices < 0.6:
        return mc.EndPairing(
            pairing_id=pairing, on=today, reason="no_fault", initiated_by="program"
        )
    if dices < 0.7:
        return mc.ReopenPairing(pairing_id=pairing, on=today, authority="coordinator")
    if dices < 0.76:
        return mc.PausePairing(pairing_id=pairing, since=today, frees_place=dice.random() < 0.7)
    if dices < 0.82:
        return mc.ResumePairing(pairing_id=pairing, on=today)
    if dices < 0.9:
        latest = max(
            (r.version for r in engine.events(stream=pairing, names=("pairing.ended",))),
            default=1,
        )
        return mc.RetractRecord(stream=pairing, target=latest, reason="a mistake")
    moment = NOON - timedelta(minutes=dice.randint(30, 120))
    return mc.HoldMeeting(pairing_id=pairing, held_at=moment, minutes=25, topics=("start",))


def engine_state(engine: Engine, stream: str) -> Any:
    with engine._lock:
        return engine._desk.session(NOON).state(stream)


def ask(engine: Engine, command: Any, dice: random.Random) -> list[str]:
    """The correlation that the command had, and what came of it."""
    correlation = f"command:{dice.getrandbits(128):032x}"
    try:
        answer = engine.handle(command, actor=ACTOR, correlation=correlation)
    except Refused as refused:
        return [correlation, refused.code]
    except Exception as error:  # noqa: BLE001 - the test wants to see every other kind
        return [correlation, f"error: {error!r}"]
    return [correlation, "recorded" if answer.events else "nothing new"]


def run(plan: Plan) -> list[list[Any]]:
    first = int(plan.writers[0].rpartition("-")[2])
    shared = None if plan.own_engines else opened(plan, first + 1)
    said: list[list[Any]] = []
    gate = threading.Barrier(len(plan.writers))

    def write(number: int, writer: str) -> None:
        engine = shared or opened(plan, number + 1)
        gate.wait()
        time.sleep(max(0.0, plan.begins - time.time()))
        act = places if plan.mode == "places" else everything
        said.extend(act(plan, writer, random.Random(f"{plan.seed}/{writer}"), engine))
        if engine is not shared:
            engine.close()

    threads = [
        threading.Thread(target=write, args=(int(w.rpartition("-")[2]), w)) for w in plan.writers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if shared:
        shared.close()
    return said


if __name__ == "__main__":
    print(json.dumps(run(Plan(**json.loads(Path(sys.argv[1]).read_text())))))
