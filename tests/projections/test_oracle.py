"""On every past moment, on either axis or both, the views say what a plain count of events says."""

import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from projections.lives import Step, errant_lives, live, peopled
from projections.oracle import end_of, told, told_by
from projections.town import BEGAN, ZONE, Town, mc

from mentorcore.log.sealing.key_file import KeyFile
from mentorcore.log.stores.opening import open_store
from mentorcore.projections.access.redactor import COORDINATOR
from mentorcore.projections.plain import plain

ERRANT = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # a life comes from a seed, so a shorter one tells no more
    suppress_health_check=[HealthCheck.too_slow],
)


def shown(town: Town, **asked: Any) -> dict[str, Any]:
    """What the status says, under the oracle's names."""
    status = town.status(**asked)
    return {
        "pairings": {p.pairing: _pairing(p) for p in status.pairings},
        "participants": {
            p.participant: {
                "name": p.who.name,
                "since": p.since,
                "ended_on": p.ended_on,
                "load": 0 if p.capacity is None else p.capacity.load,
            }
            for p in status.participants
        },
    }


def _pairing(row: Any) -> dict[str, Any]:
    return {
        "situation": row.situation,
        "since": row.since,
        "planned_end": row.planned_end,
        "members": {m.participant for m in row.members},
        "meetings": row.meetings,
        "minutes": row.minutes,
        "last_meeting": row.last_meeting,
        "goals": {g.goal: g.status for g in row.goals},
        "due": {g.goal: g.due_on for g in row.goals},
        "items": {i.item: i.text for i in row.items},
        "mismatches": {m.mismatch for m in row.mismatches},
        "notes": dict(row.notes),
    }


def counted(town: Town, as_of: date | None = None, as_known: int | None = None) -> dict[str, Any]:
    """What the oracle says."""
    until = None if as_of is None else end_of(as_of, ZONE)
    known = town.store.tail() if as_known is None else as_known
    return told(
        list(town.engine.events()), town.sealing.open, known, until, as_of or town.clock.now.date()
    )


def moments(town: Town) -> tuple[list[int], list[date]]:
    """Every end of an append, and every day on which something may have changed."""
    events = list(town.engine.events())
    ends = [
        a.position for a, b in zip(events, [*events[1:], None], strict=True) if not b or not b.nth
    ]
    since = BEGAN - timedelta(days=1)
    return ends, [
        since + timedelta(days=n) for n in range((town.clock.now.date() - since).days + 2)
    ]


FIELDS = ("minutes", "modality", "due_on", "status", "reason", "planned_end", "kind", "wish")


def timelines_agree(town: Town, day: date, end: int) -> None:
    """Each pairing's history lists what stood, with what it said."""
    events = list(town.engine.events())
    facts = told_by(events, town.sealing.open, end, end_of(day, ZONE))
    for pairing in {e.stream for e in events if e.name == "pairing.formed" and e.position <= end}:
        entries = town.history(pairing, as_of=day, as_known=end).entries
        listed = {
            e.evidence.version: {f: e.value(f) for f in FIELDS}
            for e in entries
            if e.standing != "retracted"
        }
        assert listed == {
            fields["#"]: {f: fields.get(f) for f in FIELDS} for _, fields in facts[pairing]
        }


def learned(town: Town) -> dict[datetime, int]:
    """By recorded time, how far the log had come."""
    return {e.recorded_at: e.position for e in town.engine.events()}


def agrees_everywhere(steps: list[Step], pick: int) -> None:
    town = peopled()
    founded = town.store.tail()
    live(town, steps)
    ends, days = moments(town)
    dice = Random(pick)
    assert shown(town) == counted(town)
    for end in ends:
        if end >= founded:
            assert shown(town, as_known=end) == counted(town, as_known=end)
    for told_at, end in learned(town).items():
        if end >= founded:
            assert shown(town, as_known=told_at) == counted(town, as_known=end)
    for day in days:
        assert shown(town, as_of=day) == counted(town, as_of=day)
    for _ in range(30):
        day, end = dice.choice(days), dice.choice(ends[len(ends) // 4 :])
        assert shown(town, as_of=day, as_known=end) == counted(town, day, end)
        timelines_agree(town, day, end)


@ERRANT
@given(errant_lives(), st.integers(0, 2**16))
def test_every_past_moment_is_what_a_plain_count_of_its_events_says(
    steps: list[Step], pick: int
) -> None:
    agrees_everywhere(steps, pick)


@pytest.mark.slow
@settings(ERRANT, max_examples=150)
@given(errant_lives(60), st.integers(0, 2**16))
def test_so_it_is_in_long_lives(steps: list[Step], pick: int) -> None:
    agrees_everywhere(steps, pick)


def _of_program(town: Town, **asked: Any) -> list[Any]:
    """What is answered about the program: nothing, where its very design was taken back."""
    try:
        return [town.status(**asked), town.attention(**asked)]
    except mc.Refused as refused:
        if refused.code != "no_such_program":
            raise
        return []


@ERRANT
@given(errant_lives())
def test_views_that_followed_corrections_of_corrections_equal_those_built_at_the_end(
    steps: list[Step],
) -> None:
    town = peopled()
    for step in steps:
        live(town, [step])
        _of_program(town)

    assert plain(_of_program(town)) == plain(_of_program(town, views=town.fresh()))


def everything(town: Town, now: datetime, subjects: list[str], known: int | None) -> list[Any]:
    """What all questions are answered with; only what was asked for is left out."""
    asked: dict[str, Any] = {} if known is None else {"as_known": known}
    views = [
        *_of_program(town, today=now, **asked),
        *(town.history(subject, **asked) for subject in subjects),
    ]
    told_of = [plain(view) | {"as_known": None} for view in views]
    names = ("Anna", "Ben", "bea@harbor.example", "Name 7")
    found = [town.engine.find(name, viewer=COORDINATOR, **asked) for name in names]
    return [told_of, plain(found), plain(town.engine.programs(**asked))]


@ERRANT
@given(errant_lives(), st.integers(0, 30))
def test_every_question_about_what_was_known_is_answered_as_it_was_then(
    steps: list[Step], cut: int
) -> None:
    town = peopled()
    live(town, steps[:cut])
    now, known = town.clock.now, town.store.tail()
    subjects = sorted({e.stream for e in town.engine.events() if e.stream[:4] in ("part", "pair")})
    then = everything(town, now, subjects, None)
    town.later(hours=1)
    live(town, steps[cut:])

    assert everything(town, now, subjects, known) == then


def said_for_others(facts: Any) -> tuple[list[Any], list[Any]]:
    """What stands as companions, and what their principals would have said for others.

    Of a pairing that somebody joined, or left while it went on, the order in which that was learned
    of says how a place came to be as it is; so what counts is who has one in the end.
    """
    people = {
        stream: fields["person_id"]
        for stream, told in facts.items()
        for name, fields in told
        if name == "participant.enrolled"
    }
    regrouped = {
        stream
        for stream, told in facts.items()
        if {"pairing.member-joined", "pairing.member-left"} & {name for name, _ in told}
    }
    companions: list[Any] = []
    wanted: list[Any] = []
    for stream, told_of in facts.items():
        members: list[Any] = []
        places: dict[str, list[Any]] = {}
        steps: list[Any] = []
        taken, freed = False, False
        for name, fields in told_of:
            match name:
                case "person.meeting-attended":
                    companions.append(("met", stream, fields["held_at"], fields["minutes"]))
                case "participant.pairing-joined":
                    joined = ("joined", stream, fields["pairing_id"], fields["since"])
                    places.setdefault(fields["pairing_id"], []).append(joined)
                case "participant.pairing-left":
                    left = ("left", stream, fields["pairing_id"], fields["until"])
                    places.setdefault(fields["pairing_id"], []).append(left)
                case "person.enrolled":
                    companions.append(("in", stream, fields["participant_id"], fields["since"]))
                case "participant.enrolled":
                    wanted.append(("in", fields["person_id"], stream, fields["since"]))
                case "pairing.formed":
                    taken, members = True, [m.participant for m in fields["members"]]
                    steps += [("joined", m, stream, fields["on"]) for m in members]
                case "pairing.member-joined":
                    members.append(fields["participant"])
                case "pairing.member-left":
                    members.remove(fields["participant"])
                case "pairing.reopened":
                    taken = True
                    steps += [("joined", m, stream, fields["on"]) for m in members]
                case "pairing.ended":
                    taken = False
                    steps += [("left", m, stream, fields["on"]) for m in members]
                case "pairing.paused" if fields["frees_place"]:
                    steps += [("left", m, stream, fields["since"]) for m in members]
                    taken, freed = False, True
                case "pairing.paused":
                    freed = False
                case "pairing.resumed" if freed:
                    taken = True
                    steps += [("joined", m, stream, fields["on"]) for m in members]
                case "pairing.meeting-held" if fields["held_at"] is not None:
                    met = (fields["held_at"], fields["minutes"])
                    wanted += [("met", people[a], *met) for a in fields["attendees"]]
        for pairing, course in places.items():
            there = [("there", stream, pairing)] if course[-1][0] == "joined" else []
            companions += there if pairing in regrouped else course
        there = [("there", m, stream) for m in members] if taken else []
        wanted += there if stream in regrouped else steps
    return sorted(companions, key=str), sorted(wanted, key=str)


@ERRANT
@given(errant_lives(40))
def test_what_is_said_for_others_is_always_what_the_record_itself_says(steps: list[Step]) -> None:
    """Section 4: companions are corrected with their principals, to any depth."""
    town = peopled()
    live(town, steps)

    facts = told_by(list(town.engine.events()), town.sealing.open, town.store.tail(), None)

    companions, wanted = said_for_others(facts)
    assert companions == wanted


def independent(pair: str) -> list[Any]:
    """Facts of different days that do not rest on one another."""
    day = date(2026, 9, 1)
    held = [
        mc.HoldMeeting(pairing_id=pair, minutes=20 + n, held_on=day + timedelta(days=n))
        for n in range(5)
    ]
    goals = [
        mc.SetGoal(pairing_id=pair, on=day + timedelta(days=10 + n), statement=f"Goal {n}")
        for n in range(3)
    ]
    rest = mc.PausePairing(pairing_id=pair, since=day + timedelta(days=20))
    return [*held, *goals, rest]


@ERRANT
@given(st.permutations(range(9)))
def test_the_same_facts_in_another_order_give_the_same_view(order: list[int]) -> None:
    """Late facts, with corrections of corrections behind each of them."""

    def lived(numbers: list[int]) -> Any:
        town = Town()
        pair = town.pair()
        town.to("2026-10-20")
        asked = independent(pair)
        for number in numbers:
            said = town.ask(asked[number]).events[0]
            town.later(days=1)
            if number < 5:
                amended = town.ask(
                    mc.AmendRecord(stream=pair, target=said.version, changes={"minutes": 90})
                ).events[0]
                correct = mc.AmendRecord(
                    stream=pair, target=amended.version, changes={"minutes": 60 + number}
                )
                undo = mc.RetractRecord(stream=pair, target=amended.version)
                town.ask(correct if number % 2 else undo)
            if number == 6:
                gone = town.ask(mc.RetractRecord(stream=pair, target=said.version)).events[0]
                back = town.ask(mc.RetractRecord(stream=pair, target=gone.version)).events[0]
                town.ask(mc.RetractRecord(stream=pair, target=back.version))
        row = shown(town)["pairings"][pair]
        goals = sorted(g.statement for g in town.status().pairing(pair).goals)
        return {**row, "goals": goals, "due": None}

    assert lived(order) == lived(list(range(9)))


REPLAY = """
import json, sys
from datetime import UTC, datetime
import mentorcore

viewer = mentorcore.Viewer.coordinator()
now = datetime(2026, 12, 1, 19, tzinfo=UTC)
with mentorcore.open(sys.argv[1], clock=lambda: now, create=False) as engine:
    (program,) = [line.program for line in engine.programs()]
    told = []
    for known in [None, *range(10, engine.position + 1)]:
        told.append(engine.status(program, viewer=viewer, as_known=known))
        told.append(engine.attention(program, viewer=viewer, as_known=known))
    for stream in sorted({e.stream for e in engine.events()}):
        if stream.partition(":")[0] in ("pairing", "participant"):
            told.append(engine.history(stream, viewer=viewer))
    sys.stdout.write(json.dumps([mentorcore.plain(t) for t in told]))
"""


@pytest.mark.processes
def test_two_processes_with_different_hash_seeds_tell_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "town.db"
    store = open_store(str(path), create=True, lock_timeout=10.0)
    town = peopled(store=store, keys=KeyFile(tmp_path / "town.keys", store.log_id, create=True))
    dice = Random(7)
    live(town, [(dice.randrange(36), dice.randrange(41), dice.randrange(41)) for _ in range(60)])
    town.engine.close()

    def replayed(seed: str) -> bytes:
        done = subprocess.run(
            [sys.executable, "-c", REPLAY, str(path)],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            check=True,
        )
        return done.stdout

    first = replayed("1")
    assert first == replayed("2")
    assert len(first) > 10_000
