"""The engine is held against a plain dictionary model: the same requests, the same state.

The ordinary run always tries the same examples. New ones, for minutes:

    python -m pytest tests/engine/test_model.py -m slow
"""

import tempfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from engine.model import NOTHING_NEW, RECORDED, Model, Outcome
from engine.world import NOON, STARTED, TODAY, Place, World, folded, mc, place
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.effective import VersionedEvent, effective
from mentorcore.domain.pairing.state import ActivePairing, EndedPairing, PausedPairing
from mentorcore.domain.person.events import MeetingAttended
from mentorcore.engine.commands.idempotency import Outcome as Answer
from mentorcore.errors import Refused

LONG_AGO = TODAY - timedelta(days=30)
DAYS = st.sampled_from([TODAY - timedelta(days=n) for n in (0, 1, 2, 5, 9, 30)])
RECENT = st.sampled_from([TODAY - timedelta(days=n) for n in (0, 1, 2, 5)])
RARELY = st.integers(0, 4).map(lambda n: n == 4)
MOMENTS = st.tuples(RECENT, st.sampled_from([(16, 0), (16, 30), (17, 0), (18, 15)]))
MINUTES = st.sampled_from([15, 30, 60, 90])
PICK = st.integers(0, 11)
"""Which of those that there are; counted round and round."""

SITUATIONS = {ActivePairing: "active", PausedPairing: "paused", EndedPairing: "ended"}


def instant(moment: tuple[date, tuple[int, int]]) -> datetime:
    """A morning in Los Angeles, so that the day is the same in the model's plain dates."""
    day, (hour, minute) = moment
    return datetime.combine(day, time(hour, minute), tzinfo=UTC)


class Program(RuleBasedStateMachine):
    """What can be asked of a program, in any order."""

    at: Place

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.at = place(self.url(), Path(self.folder.name))
        self.opened = 0
        self.engine = self.at.open(1)
        self.world = World(self.engine)
        self.model = Model(TODAY)
        self.touched: set[str] = set()
        self.versions: dict[str, tuple[str, int]] = {}

    def url(self) -> str:
        return ":memory:"

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.touched |= {*self.model.pairings, *self.model.participants}
            self.the_engine_says_what_the_model_says()
            self.engine.close()
        self.folder.cleanup()

    # ---------------------------------------------------------- asking both

    def both(self, command: Any, expected: Outcome) -> Any:
        """Ask the engine, and hold what comes of it against what the model said."""
        before = self.engine.position
        answer, came = self.asked(command)
        broken = expected if isinstance(expected, set) else {expected}
        assert came in broken, (command, came, expected)
        assert self.engine.position == before + len(answer.events if answer else ())
        if answer is None:
            return None
        self.touched |= {r.stream for r in answer.events}
        return answer

    def asked(self, command: Any) -> tuple[Answer | None, str]:
        try:
            answer = self.world.ask(command)
        except Refused as refused:
            return None, refused.code
        return answer, RECORDED if answer.events else NOTHING_NEW

    def pick(self, number: int, role: str) -> str:
        those = [p for p, known in self.model.participants.items() if known["role"] == role]
        return those[number % len(those)]

    def pairing(self, number: int) -> str:
        return list(self.model.pairings)[number % len(self.model.pairings)]

    def done(self, pairing: str, what: str, number: int) -> str | None:
        """The id of something that was done in a pairing, retracted or not."""
        those = [i for i, (p, _) in self.versions.items() if p == pairing and i.startswith(what)]
        return those[number % len(those)] if those else None

    # ---------------------------------------------------------- people

    @initialize()
    def some_people(self) -> None:
        for role in ("mentor", "mentor", "mentee", "mentee", "mentee"):
            self.enrol(role, STARTED)
        for one, other in ((0, 0), (1, 0)):
            self.form(one, other, LONG_AGO, primary=False)

    @rule(role=st.sampled_from(["mentor", "mentee"]), since=DAYS)
    def enrol(self, role: str, since: date) -> None:
        if len(self.model.participants) > 6:
            return
        participant = self.engine.new_id("participant")
        self.world.persons[participant] = self.world.person()
        command = mc.EnrolParticipant(
            participant_id=participant,
            person_id=self.world.persons[participant],
            program_id=self.world.program,
            cohort_id=self.world.cohort,
            role=role,
            since=since,
        )
        self.both(command, self.model.enrol(participant, role, since))

    @rule(number=PICK, places=st.integers(0, 4), since=DAYS)
    def set_capacity(self, number: int, places: int, since: date) -> None:
        mentor = self.pick(number, "mentor")
        expected = self.model.set_capacity(mentor, places, since)
        self.both(self.world.capacity(mentor, places, since), expected)

    @rule(number=PICK, role=st.sampled_from(["mentor", "mentee"]), on=DAYS, really=RARELY)
    def leave(self, number: int, role: str, on: date, really: bool) -> None:
        if not really:
            return
        participant = self.pick(number, role)
        if any(participant in p[:1] and self.model.helpers(i) for i, p in self.pairs()):
            return  # a mentor whose pairing goes on with another one
        command = mc.EndEnrolment(participant_id=participant, on=on, outcome="withdrew")
        self.both(command, self.model.leave(participant, on))

    # ---------------------------------------------------------- pairings

    @rule(one=PICK, other=PICK, on=DAYS, primary=st.booleans())
    def form(self, one: int, other: int, on: date, primary: bool) -> None:
        mentor, mentee = self.pick(one, "mentor"), self.pick(other, "mentee")
        pairing = self.engine.new_id("pairing")
        expected = self.model.form(pairing, mentor, mentee, on, primary=primary)
        command = self.world.forming(mentor, mentee, on=on, primary=primary, pairing_id=pairing)
        self.both(command, expected)

    def pairs(self) -> list[tuple[str, tuple[str, str]]]:
        return [(i, (p["mentor"], p["mentee"])) for i, p in self.model.pairings.items()]

    @precondition(lambda self: self.model.pairings)
    @rule(number=PICK, who=PICK, since=DAYS)
    def add_a_mentor(self, number: int, who: int, since: date) -> None:
        pairing, mentor = self.pairing(number), self.pick(who, "mentor")
        expected = self.model.add(pairing, mentor, since)
        self.both(mc.AddMember(pairing_id=pairing, participant=mentor, since=since), expected)

    @precondition(lambda self: any(map(self.model.helpers, self.model.pairings)))
    @rule(number=PICK, on=DAYS)
    def remove_a_mentor(self, number: int, on: date) -> None:
        those = [(p, s[0]) for p in self.model.pairings for s in self.model.helpers(p)]
        pairing, mentor = those[number % len(those)]
        expected = self.model.remove(pairing, mentor, on)
        self.both(mc.RemoveMember(pairing_id=pairing, participant=mentor, on=on), expected)

    @precondition(lambda self: self.model.pairings)
    @rule(number=PICK, since=DAYS, frees=st.booleans())
    def pause(self, number: int, since: date, frees: bool) -> None:
        pairing = self.pairing(number)
        expected = self.model.pause(pairing, since, frees=frees)
        self.both(mc.PausePairing(pairing_id=pairing, since=since, frees_place=frees), expected)

    @precondition(lambda self: self.model.pairings)
    @rule(number=PICK, on=RECENT)
    def resume(self, number: int, on: date) -> None:
        pairing = self.pairing(number)
        expected = self.model.resume(pairing, on)
        self.both(mc.ResumePairing(pairing_id=pairing, on=on), expected)

    @precondition(lambda self: self.model.pairings)
    @rule(number=PICK, on=RECENT)
    def end(self, number: int, on: date) -> None:
        pairing = self.pairing(number)
        expected = self.model.end(pairing, on)
        answer = self.both(self.world.ending(pairing, on), expected)
        if answer and answer.events:
            self.versions[f"end of {pairing}"] = (pairing, answer.events[0].version)

    @precondition(lambda self: self.model.pairings)
    @rule(number=PICK, on=RECENT)
    def reopen(self, number: int, on: date) -> None:
        pairing = self.pairing(number)
        command = mc.ReopenPairing(pairing_id=pairing, on=on, authority="dean")
        self.both(command, self.model.reopen(pairing, on))

    @precondition(lambda self: self.model.pairings)
    @rule(number=PICK)
    def take_back_an_end(self, number: int) -> None:
        pairing = self.pairing(number)
        if self.model.situation(pairing)[0] != "ended":
            return
        _, version = self.versions[f"end of {pairing}"]
        expected = self.model.take_back_end(pairing)
        self.both(mc.RetractRecord(stream=pairing, target=version), expected)

    # ---------------------------------------------------------- meetings

    @precondition(lambda self: self.model.pairings)
    @rule(number=PICK, moment=MOMENTS, minutes=MINUTES)
    def hold(self, number: int, moment: Any, minutes: int) -> None:
        pairing, meeting = self.pairing(number), self.engine.new_id("meeting")
        at = instant(moment)
        command = mc.HoldMeeting(
            pairing_id=pairing, meeting_id=meeting, held_at=at, minutes=minutes, topics=("x",)
        )
        answer = self.both(command, self.model.hold(pairing, meeting, at, minutes))
        if answer:
            self.versions[meeting] = (pairing, answer.events[0].version)

    @precondition(lambda self: self.model.pairings)
    @rule(number=PICK, which=PICK, moment=MOMENTS, minutes=MINUTES, both=st.booleans())
    def amend_a_meeting(
        self, number: int, which: int, moment: Any, minutes: int, both: bool
    ) -> None:
        pairing = self.pairing(number)
        meeting = self.done(pairing, "meeting:", which)
        if meeting is None:
            return
        at, _ = self.model.pairings[pairing]["meetings"].get(meeting, (instant(moment), 0))
        at = instant(moment) if both else at
        changes = {"minutes": minutes, **({"held_at": at} if both else {})}
        command = mc.AmendRecord(stream=pairing, target=self.versions[meeting][1], changes=changes)
        self.both(command, self.model.amend_meeting(pairing, meeting, at, minutes))

    @precondition(lambda self: self.model.pairings)
    @rule(number=PICK, which=PICK)
    def take_back_a_meeting(self, number: int, which: int) -> None:
        pairing = self.pairing(number)
        meeting = self.done(pairing, "meeting:", which)
        if meeting is not None:
            command = mc.RetractRecord(stream=pairing, target=self.versions[meeting][1])
            self.both(command, self.model.take_back_meeting(pairing, meeting))

    # ---------------------------------------------------------- goals

    @precondition(lambda self: self.model.pairings)
    @rule(number=PICK, on=DAYS)
    def set_goal(self, number: int, on: date) -> None:
        pairing, goal = self.pairing(number), self.engine.new_id("goal")
        command = mc.SetGoal(pairing_id=pairing, goal_id=goal, statement="to listen", on=on)
        answer = self.both(command, self.model.set_goal(pairing, goal, on))
        if answer:
            self.versions[goal] = (pairing, answer.events[0].version)

    @precondition(lambda self: self.model.pairings)
    @rule(
        number=PICK,
        which=PICK,
        on=DAYS,
        status=st.sampled_from(["in_progress", "achieved", "deferred", "abandoned"]),
    )
    def progress(self, number: int, which: int, on: date, status: str) -> None:
        pairing = self.pairing(number)
        goal = self.done(pairing, "goal:", which)
        if goal is not None:
            command = mc.RecordGoalProgress(
                pairing_id=pairing, goal_id=goal, on=on, status=status, comment="so far"
            )
            self.both(command, self.model.progress(pairing, goal, on, status))

    @precondition(lambda self: self.model.pairings)
    @rule(number=PICK, which=PICK)
    def take_back_a_goal(self, number: int, which: int) -> None:
        pairing = self.pairing(number)
        goal = self.done(pairing, "goal:", which)
        if goal is not None:
            command = mc.RetractRecord(stream=pairing, target=self.versions[goal][1])
            self.both(command, self.model.take_back_goal(pairing, goal))

    # ---------------------------------------------------------- the log

    @rule()
    def open_anew(self) -> None:
        """Another engine on the same log, which remembers nothing."""
        self.opened += 1
        anew = self.at.open(10**6 * self.opened)
        if self.at.store is None:
            self.engine.close()
        self.engine = self.world.engine = anew
        self.touched |= {*self.model.pairings, *self.model.participants}

    @invariant()
    def the_engine_says_what_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        for stream in sorted(self.touched):
            remembered = self.engine._desk.session(NOON).state(stream)
            state = folded(self.engine, stream)
            assert remembered == state, stream
            if kind_of(stream) == "pairing":
                self.compare_pairing(stream, state)
            elif kind_of(stream) == "participant":
                self.compare_participant(stream, state)
        self.touched.clear()

    def compare_pairing(self, pairing: str, state: Any) -> None:
        name, since = self.model.situation(pairing)
        assert SITUATIONS[type(state)] == name
        assert (state.on if name == "ended" else state.since) == since
        known = self.model.pairings[pairing]
        assert {
            i: (m.held.held_at, m.held.minutes) for i, m in state.facts.meetings.items() if m.held
        } == known["meetings"]
        assert [m.participant for m in state.facts.members] == [*self.model._members(pairing)]
        assert {i: goal.status for i, goal in state.facts.goals.items()} == {
            i: goal["steps"][-1][1] if goal["steps"] else "set"
            for i, goal in known["goals"].items()
        }

    def compare_participant(self, participant: str, state: Any) -> None:
        known = self.model.participants[participant]
        assert (state.role, state.since, state.ended_on) == (
            known["role"],
            known["since"],
            known["ended"],
        )
        if known["role"] == "mentor":
            assert state.load() == self.model.load(participant)
            assert state.places_on(TODAY, 2) == self.model.capacity(participant)
        pairs = [p for p, both in self.pairs() if participant in both]
        assert sorted(
            (j.since, j.until or date.max) for j in state.pairings if j.pairing_id in pairs
        ) == sorted(
            (since, until or date.max) for p in pairs for since, until in self.model.spans(p)
        )
        log = self.engine.events(stream=self.world.persons[participant])
        facts = effective(VersionedEvent(r.version, r.recorded_at, r.event) for r in log)
        attended = [f.event for f in facts if isinstance(f.event, MeetingAttended)]
        assert {(m.meeting_id, m.held_at, m.minutes) for m in attended} == {
            *self.model.meetings(participant)
        }


class ProgramInAFile(Program):
    """The same in an SQLite file, which is closed and opened again on the way."""

    def url(self) -> str:
        return str(Path(self.folder.name) / "program.db")


def always(examples: int, steps: int) -> settings:
    """The same examples each time."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def test_whatever_is_asked_the_engine_says_what_the_model_says() -> None:
    run_state_machine_as_test(Program, settings=always(40, 40))


def test_an_engine_on_a_file_that_is_opened_anew_says_what_the_model_says() -> None:
    run_state_machine_as_test(ProgramInAFile, settings=always(8, 30))


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("machine", [Program, ProgramInAFile])
def test_fuzz_whatever_is_asked(machine: type[Program]) -> None:
    longer = settings(
        max_examples=1500 if machine is Program else 150,
        stateful_step_count=60,
        derandomize=False,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(machine, settings=longer)
