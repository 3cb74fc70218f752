"""Two questions about the past: what was true then, and what was known then."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projections.lives import Step, live, lives, peopled
from projections.test_rebuilding import LIVES
from projections.town import BEGAN, BOSS, NOON, Town, mc

from mentorcore.domain.corrections import events as corrections
from mentorcore.errors import Invalid, Refused
from mentorcore.projections.access.redactor import COORDINATOR
from mentorcore.projections.plain import plain


@pytest.fixture
def town() -> Town:
    return Town()


def meetings(town: Town, pair: str, **asked: Any) -> int:
    row = town.status(**asked).pairing(pair)
    return 0 if row is None else int(row.meetings)


def test_a_late_log_was_true_then_and_not_known_then(town: Town) -> None:
    pair = town.pair()
    town.to("2026-10-01")
    before = town.store.tail()
    town.to("2026-10-20")
    town.meet(pair, "2026-09-15")

    october = date(2026, 10, 1)

    assert meetings(town, pair, as_of=october) == 1
    assert meetings(town, pair, as_known=before) == 0
    assert meetings(town, pair, as_known=datetime(2026, 10, 1, 20, tzinfo=UTC)) == 0
    assert meetings(town, pair, as_of=october, as_known=town.store.tail()) == 1
    assert meetings(town, pair, as_of=date(2026, 9, 14)) == 0


def test_a_correction_acts_over_all_valid_time_from_its_recording_on(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-20")
    town.meet(pair, "2026-09-10", at=None, minutes=45)
    town.to("2026-10-20")
    town.ask(mc.AmendRecord(stream=pair, target=2, changes={"minutes": 60}))

    then = town.status(as_of=date(2026, 9, 15)).pairing(pair)
    known = town.status(as_known=datetime(2026, 10, 1, tzinfo=UTC)).pairing(pair)

    assert then.minutes == 60
    assert known.minutes == 45


def test_a_view_of_the_past_is_that_of_its_day(town: Town) -> None:
    pair = town.pair()
    town.goal(pair, due_on=date(2026, 9, 1))
    town.to("2026-10-20")

    then = town.status(as_of=date(2026, 9, 5))
    needs = town.attention(as_of=date(2026, 8, 20))

    assert then.day == date(2026, 9, 5)
    assert then.pairing(pair).goals[0].overdue == 4
    assert then.pairing(pair).quiet_days == 19
    assert needs.needs == ()


def test_a_pairing_that_ended_was_active_before(town: Town) -> None:
    pair = town.pair()
    town.to("2026-10-20")
    town.ask(
        mc.EndPairing(
            pairing_id=pair, on=date(2026, 10, 1), reason="completed", initiated_by="program"
        )
    )

    assert town.status(as_of=date(2026, 9, 30)).pairing(pair).situation == "active"
    assert town.status(as_of=date(2026, 10, 1)).pairing(pair).situation == "ended"
    assert town.status(as_of=BEGAN - timedelta(days=1)).pairings == ()


def test_a_program_recorded_after_the_fact_can_be_asked_about_its_past(town: Town) -> None:
    pair = town.pair()
    early = date(2026, 8, 17)

    then = town.status(as_of=early)

    assert (then.name, then.state) == ("Harbor", "launched")
    assert then.pairing(pair).members[0].name == "Anna"


def test_a_day_counts_to_its_end_in_the_programs_zone(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-20")
    evening = datetime(2026, 9, 11, 5, 0, tzinfo=UTC)  # 22:00 on the 10th in the town
    town.meet(pair, "2026-09-11", at=evening)

    assert meetings(town, pair, as_of=date(2026, 9, 10)) == 1
    assert meetings(town, pair, as_of=date(2026, 9, 9)) == 0
    assert meetings(town, pair, as_of=evening - timedelta(seconds=1)) == 0
    assert meetings(town, pair, as_of=evening) == 1


def test_what_was_recorded_together_is_never_taken_apart(town: Town) -> None:
    anna, ben = town.enrol("mentor", "Anna"), town.enrol("mentee", "Ben")
    town.later(hours=1)
    before = town.store.tail()
    pair = town.pair(anna, ben)
    town.later(hours=1)
    town.goal(pair)
    after = town.store.tail()

    told = [town.status(as_known=position) for position in range(before, after + 1)]

    assert after - before == 4
    assert {t.position for t in told} == {before, after - 1, after}
    assert [t.position for t in told] == sorted(t.position for t in told)


def test_a_large_append_is_kept_whole_too(town: Town) -> None:
    pair = town.pair()
    before = town.store.tail()
    town.to("2026-12-20")
    day = date(2026, 9, 1)
    held = [
        mc.HoldMeeting(pairing_id=pair, minutes=5, held_on=day + timedelta(days=n % 90))
        for n in range(600)
    ]
    town.engine.batch(held, actor=BOSS)
    town.later(hours=1)
    town.goal(pair)

    assert town.status(as_known=before + 599).position == before
    assert town.status(as_known=before + 600).position == before + 600


def test_a_clock_that_stands_still_or_is_set_back_tears_nothing_apart_and_joins_nothing(
    town: Town,
) -> None:
    """What was recorded together is told by the log itself, and not by the time."""
    ends = [town.store.tail()]

    def asked(command: Any) -> None:
        town.ask(command, correlation=f"workflow:{1:032x}")
        ends.append(town.store.tail())

    for number in range(3):
        asked(mc.RegisterPerson(name=f"Person {number}"))
        person = [e.stream for e in town.engine.events(names=["person.registered"])][-1]
        asked(
            mc.EnrolParticipant(
                person_id=person,
                program_id=town.program,
                cohort_id=town.cohort,
                role="mentee",
                since=BEGAN,
            )
        )
        town.later(hours=-number)

    told = [town.status(as_known=p).position for p in range(ends[0], ends[-1] + 1)]

    assert ends[-1] - ends[0] == 9
    assert {e.recorded_at for e in town.engine.events(after=ends[0])} == {NOON}
    assert told == [max(e for e in ends if e <= p) for p in range(ends[0], ends[-1] + 1)]


def test_programs_and_people_are_asked_about_as_of_any_time(town: Town) -> None:
    start = town.store.tail()
    pair = town.pair()
    before = town.store.tail()
    town.to("2026-10-20")
    other = town.design("Lighthouse")
    ben = town.persons[town.members(pair)[1]]
    town.ask(mc.ChangePersonDetails(person_id=ben, since=date(2026, 10, 1), name="Bo"))
    town.ask(mc.CloseProgram(program_id=town.program, on=date(2026, 10, 10)))

    def state(**asked: Any) -> Any:
        return [(line.name, line.state) for line in town.engine.programs(**asked)]

    assert state() == [("Harbor", "closed"), ("Lighthouse", "designed")]
    assert state(as_known=before) == [("Harbor", "launched")]
    assert state(as_of=date(2026, 10, 9))[0] == ("Harbor", "launched")
    assert state(as_of=date(2026, 10, 10))[0] == ("Harbor", "closed")
    assert state(as_of=date(2026, 10, 10), as_known=before) == [("Harbor", "launched")]
    assert state(as_known=0) == []

    def found(name: str, **asked: Any) -> int:
        return len(town.engine.find(name, viewer=COORDINATOR, **asked))

    assert (found("Ben"), found("Bo")) == (1, 1)
    assert (found("Ben", as_known=before), found("Bo", as_known=before)) == (1, 0)
    assert (found("Ben", as_of=date(2026, 9, 30)), found("Ben", as_of=date(2026, 10, 1))) == (1, 1)
    assert (found("Bo", as_of=date(2026, 9, 30)), found("Bo", as_of=date(2026, 10, 1))) == (1, 1)
    assert found("Ben", as_known=start) == 0
    assert other in {line.program for line in town.engine.programs()}
    only = town.engine.status(viewer=COORDINATOR, as_known=before)
    assert only.name == "Harbor"


def test_what_was_taken_back_since_was_known_then(town: Town) -> None:
    pair = town.pair()
    before = town.store.tail()
    town.later(days=1)
    town.ask(mc.RetractRecord(stream=pair, target=1))
    assert town.status().pairing(pair) is None

    assert town.status(as_known=before).pairing(pair).situation == "active"


def test_history_can_be_asked_about_both_times(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-20")
    town.meet(pair, "2026-09-10", at=None)
    known = town.store.tail()
    town.to("2026-10-20")
    town.meet(pair, "2026-09-01", at=None)
    town.ask(mc.RetractRecord(stream=pair, target=2))

    assert len(town.history(pair).entries) == 3
    assert len(town.history(pair, as_known=known).entries) == 2
    assert len(town.history(pair, as_of=date(2026, 9, 5)).entries) == 2
    assert len(town.history(pair, as_of=date(2026, 9, 5), as_known=known).entries) == 1
    assert not town.history(pair, as_known=known).corrected()


def test_before_the_first_event_there_was_no_program(town: Town) -> None:
    for known in (0, datetime(2020, 1, 1, tzinfo=UTC)):
        with pytest.raises(Refused):
            town.status(as_known=known)


@pytest.mark.parametrize(
    "asked",
    [
        {"as_known": datetime(2026, 9, 1)},  # noqa: DTZ001 - without a zone, that is the point
        {"as_of": datetime(2026, 9, 1)},  # noqa: DTZ001 - the same
        {"as_known": -1},
    ],
)
def test_a_time_that_is_not_clear_is_malformed(town: Town, asked: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        town.status(**asked)


@LIVES
@given(lives(), st.integers(0, 24))
def test_what_was_known_at_a_position_is_what_was_told_then(steps: list[Step], cut: int) -> None:
    town = peopled()
    live(town, steps[:cut])
    now = town.clock.now
    told, position = plain(town.status(today=now)), town.store.tail()
    town.later(hours=1)
    live(town, steps[cut:])

    again = plain(town.status(today=now, as_known=position))

    assert again == told | {"as_known": position}


@LIVES
@given(lives())
def test_everything_is_true_in_the_end(steps: list[Step]) -> None:
    town = peopled()
    live(town, steps)
    today = town.clock.now + timedelta(days=400)

    then = plain(town.status(as_of=today))

    assert then | {"as_of": None} == plain(town.status(today=today))


def test_a_pairing_is_none_on_days_before_it_was_formed_whatever_else_is_told_of_it() -> None:
    town = Town()
    pair = town.pair()
    town.to("2026-10-10")
    town.ask(mc.PausePairing(pairing_id=pair, since=date(2026, 8, 25)))
    amended: Any = corrections.RecordAmended
    later = amended(
        target=1,
        target_name="pairing.formed",
        target_version=1,
        public_changes=(("on", date(2026, 9, 24)),),
        authority="dean",
        subjects=tuple(town.persons[m] for m in town.members(pair)),
    )
    town.tell(pair, later)

    assert town.status(as_of=date(2026, 9, 1)).pairings == ()
    assert town.status().pairing(pair).formed_on == date(2026, 9, 24)
