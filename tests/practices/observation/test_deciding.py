"""The rules of an observation round (INV-30)."""

import functools
from datetime import timedelta
from typing import Any, get_type_hints

import attrs
import pytest
from domain.school import FIRST, PROGRAM, end, hold, mc
from hypothesis import given as given_any
from hypothesis import strategies as st
from practices.observation.rounds import (
    AT,
    CLOSES,
    DEBRIEFED,
    EVA,
    FINN,
    GUS,
    HANA,
    HELD,
    IDA,
    MODEL,
    OPENED,
    OTHER,
    ROUND,
    SECOND,
    TALKED,
    VISIT,
    cell,
    closing,
    colleagues,
    conducted,
    debriefing,
    month,
    opened,
    opening,
    planned,
    planning,
    visiting,
    without,
)

from mentorcore.domain.values import Stream
from mentorcore.practices.observation import PRACTICE, events
from mentorcore.practices.observation.events import (
    ObservationConducted,
    ObservationDebriefed,
    ObservationPlanned,
    ObservationRoundClosed,
    ObservationRoundOpened,
)
from mentorcore.practices.observation.state import Round, Visit, evolve
from mentorcore.testing.strategies import events as drawn

DAY = timedelta(days=1)
LATER = "2026-10-01T12:00Z"


def everybody(*people: Any) -> tuple[Any, ...]:
    return tuple(p.here for p in people)


# ------------------------------------------------------------------------------------- a round


def test_nothing_said_everybody_watches_everybody_once() -> None:
    """INV-30"""
    colleagues(EVA, FINN, GUS).when(opening()).then(
        ObservationRoundOpened(
            round_id=ROUND,
            program_id=PROGRAM,
            pairing_id=FIRST,
            members=everybody(EVA, FINN, GUS),
            subjects=(EVA.person, FINN.person, GUS.person),
            matrix=(
                cell(EVA, FINN),
                cell(EVA, GUS),
                cell(FINN, EVA),
                cell(FINN, GUS),
                cell(GUS, EVA),
                cell(GUS, FINN),
            ),
            on=OPENED,
            closes_on=CLOSES,
            debrief_days=7,
        )
    )


def test_a_round_may_be_of_some_of_the_pairing_with_a_matrix_of_its_own() -> None:
    asked = opening(members=everybody(EVA, GUS, EVA), matrix=(cell(GUS, EVA, 2),), debrief_days=3)

    (told,) = colleagues(EVA, FINN, GUS).when(asked).events

    assert (told.members, told.matrix, told.debrief_days) == (
        everybody(EVA, GUS),
        (cell(GUS, EVA, 2),),
        3,
    )


@pytest.mark.parametrize(
    ("people", "other", "code"),
    [
        ((EVA, FINN, GUS, HANA, IDA), {}, "size_out_of_bounds"),
        ((EVA, FINN), {"members": everybody(EVA)}, "size_out_of_bounds"),
        ((EVA, FINN), {"members": everybody(EVA, GUS)}, "not_a_member"),
        ((EVA, FINN), {"matrix": (cell(EVA, EVA),)}, "observes_self"),
        ((EVA, FINN), {"matrix": (cell(EVA, GUS),)}, "not_in_round"),
        ((EVA, FINN), {"matrix": (cell(EVA, FINN), cell(EVA, FINN, 2))}, "cell_twice"),
        ((EVA, FINN), {"matrix": (cell(EVA, FINN, -1),)}, "visits_out_of_range"),
        ((EVA, FINN), {"closes_on": OPENED - DAY}, "ends_before_start"),
        ((EVA, FINN), {"debrief_days": 0}, "days_out_of_range"),
        ((EVA, FINN), {"on": month(8)}, "before_start"),
        ((EVA, FINN), {"pairing_id": f"pairing:{9:032x}"}, "no_such_pairing"),
    ],
)
def test_a_round_that_cannot_be_is_refused(people: Any, other: Any, code: str) -> None:
    """INV-30"""
    colleagues(*people).when(opening(**other)).refuses(code)


def test_four_colleagues_are_the_most() -> None:
    (told,) = colleagues(EVA, FINN, GUS, HANA).when(opening()).events

    assert len(told.matrix) == 12


def test_only_a_reciprocal_pairing_has_a_round() -> None:
    people = (attrs.evolve(EVA, role="mentor"), attrs.evolve(FINN, role="mentee"))
    story = colleagues(*people, shape="one_to_one")

    story.when(opening()).refuses("not_reciprocal", contains="one_to_one")


def test_a_round_that_lies_in_the_future_is_not_opened_yet() -> None:
    colleagues().when(opening(), at="2026-09-06T12:00Z").refuses("in_the_future")


def test_a_round_is_opened_once() -> None:
    opened().when(opening()).refuses("already_open")


def test_what_is_asked_of_a_round_that_is_not_there_is_refused() -> None:
    colleagues().when(planning()).refuses("no_such_round")


# ------------------------------------------------------------------------------------ its steps


def test_a_visit_is_planned_with_its_conversation() -> None:
    asked = planning(visit_on=HELD, focus="Who speaks")

    opened().when(asked).then(
        ObservationPlanned(
            visit_id=VISIT,
            observer=EVA.here,
            observed=FINN.here,
            conversation_on=TALKED,
            visit_on=HELD,
            subjects=(EVA.person, FINN.person),
            focus="Who speaks",
        )
    )


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"observed": EVA}, "observes_self"),
        ({"observed": GUS}, "not_in_round"),
        ({"observer": HANA}, "not_in_round"),
        ({"conversation_on": OPENED - DAY}, "before_the_round"),
        ({"conversation_on": month(8)}, "before_start"),
        ({"visit_on": TALKED - DAY}, "out_of_order"),
        ({"focus": " "}, "empty_text"),
    ],
)
def test_a_visit_that_cannot_be_planned_is_refused(other: Any, code: str) -> None:
    """INV-30"""
    story = opened(EVA, FINN, GUS, members=everybody(EVA, FINN))

    story.when(planning(**other)).refuses(code)


def test_a_visit_outside_of_the_matrix_is_refused() -> None:
    """INV-30"""
    opened(matrix=(cell(FINN, EVA),)).when(planning(EVA, FINN)).refuses("not_in_matrix")


def test_more_visits_than_required_are_welcome_in_a_cell() -> None:
    story = opened(matrix=(cell(EVA, FINN, 0),)).given(planning())

    story.when(planning(visit_id=SECOND)).recorded()


def test_a_visit_is_planned_once() -> None:
    planned().when(planning()).refuses("already_planned")


def test_a_visit_takes_place() -> None:
    asked = visiting(setting="lab", notes="Finn waits for answers", meeting_id=f"meeting:{1:032x}")

    planned().when(asked).then(
        ObservationConducted(
            visit_id=VISIT,
            meeting_id=f"meeting:{1:032x}",
            held_on=HELD,
            held_at=None,
            minutes=45,
            subjects=(EVA.person, FINN.person),
            setting="lab",
            notes="Finn waits for answers",
        )
    )


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"visit_id": SECOND}, "not_planned"),
        ({"held_on": TALKED - DAY}, "out_of_order"),
        ({"held_on": None}, "no_date"),
        ({"held_at": AT, "held_on": HELD + DAY}, "dates_differ"),
        ({"minutes": 0}, "minutes_out_of_range"),
        ({"minutes": 2000}, "minutes_out_of_range"),
        ({"notes": "\u200b"}, "empty_text"),
    ],
)
def test_a_visit_that_cannot_have_taken_place_is_refused(other: Any, code: str) -> None:
    """INV-30"""
    planned().when(visiting(**other), at=LATER).refuses(code)


@pytest.mark.parametrize("when", [{"held_at": AT}, {"held_on": HELD}])
def test_a_visit_of_the_future_has_not_taken_place(when: Any) -> None:
    now = (AT - timedelta(hours=14)).isoformat()

    planned().when(visiting(**when), at=now).refuses("in_the_future")


def test_a_visit_of_later_today_has_not_taken_place() -> None:
    now = (AT - timedelta(minutes=5)).isoformat()

    planned().when(visiting(held_at=AT), at=now).refuses("in_the_future")


def test_a_visit_is_conducted_once() -> None:
    conducted().when(visiting()).refuses("already_conducted")


def test_a_visit_belongs_into_the_life_of_its_pairing() -> None:
    ended = planned().given(end(on=HELD))

    ended.when(visiting(held_on=HELD)).recorded()
    ended.when(visiting(held_on=HELD + DAY)).refuses("after_end")


def test_no_visit_takes_place_before_the_pairing_has_started() -> None:
    story = colleagues(EVA, FINN, start_needs=("agreement",)).given(opening(), planning())

    story.when(visiting()).refuses("not_active")


def test_a_visit_is_debriefed() -> None:
    asked = debriefing(minutes=20, reflections_shared_by=everybody(FINN))

    conducted().when(asked).then(
        ObservationDebriefed(
            visit_id=VISIT, on=DEBRIEFED, minutes=20, reflections_shared_by=everybody(FINN)
        )
    )


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"on": HELD - DAY}, "out_of_order"),
        ({"visit_id": SECOND}, "not_conducted"),
        ({"minutes": 0}, "minutes_out_of_range"),
        ({"reflections_shared_by": everybody(GUS)}, "not_in_visit"),
    ],
)
def test_a_debrief_that_cannot_be_is_refused(other: Any, code: str) -> None:
    """INV-30"""
    conducted().when(debriefing(**other)).refuses(code)


def test_a_visit_is_debriefed_after_it_took_place() -> None:
    """INV-30"""
    planned().when(debriefing()).refuses("not_conducted")


def test_a_visit_is_debriefed_once_and_not_in_the_future() -> None:
    conducted().given(debriefing()).when(debriefing()).refuses("already_debriefed")
    conducted().when(debriefing(), at="2026-09-17T12:00Z").refuses("in_the_future")


def test_steps_are_in_order_by_their_days_and_not_by_when_they_are_recorded() -> None:
    """INV-30"""
    story = opened().given(planning(), at="2026-10-20T12:00Z")

    late = story.given(visiting(), debriefing(), at="2026-10-20T13:00Z")

    assert late.state(ROUND).visits[VISIT].debriefed.on == DEBRIEFED


# ----------------------------------------------------------------------------------- its closing


def test_a_round_is_closed_once_the_required_visits_are_done() -> None:
    story = opened(matrix=(cell(EVA, FINN), cell(FINN, EVA, 0))).given(planning(), visiting())

    story.when(closing()).then(ObservationRoundClosed(on=CLOSES, missing=()))


def test_missing_visits_need_a_reason_for_each_cell() -> None:
    """INV-30"""
    story = conducted()

    story.when(closing()).refuses("reason_needed", missing=[(FINN.here, EVA.here)])
    story.when(closing(without(FINN, EVA))).then(
        ObservationRoundClosed(on=CLOSES, missing=(without(FINN, EVA),))
    )


def test_a_planned_visit_is_none_that_took_place() -> None:
    planned().when(closing(without(FINN, EVA))).refuses("reason_needed")


@pytest.mark.parametrize(
    "missing", [(without(EVA, FINN),), (without(FINN, EVA), without(FINN, EVA))]
)
def test_no_reason_is_given_for_visits_that_are_not_missing(missing: Any) -> None:
    story = conducted()

    story.when(closing(without(FINN, EVA), *missing)).refuses("not_missing")


@pytest.mark.parametrize(
    ("story", "on", "code"),
    [
        (opened(), OPENED - DAY, "ends_before_start"),
        (conducted(), HELD - DAY, "round_closed"),
        (conducted().given(debriefing()), DEBRIEFED - DAY, "round_closed"),
    ],
)
def test_a_round_is_not_closed_before_what_happened_in_it(story: Any, on: Any, code: str) -> None:
    missing = (without(EVA, FINN), without(FINN, EVA))

    story.when(closing(*missing, on=on)).refuses(code)


def test_a_round_is_closed_once_and_not_in_the_future() -> None:
    missing = (without(EVA, FINN), without(FINN, EVA))
    closed = opened().given(closing(*missing))

    closed.when(closing()).refuses("already_closed", contains="2026-12-18")
    opened().when(closing(*missing), at="2026-12-17T12:00Z").refuses("in_the_future")


def test_after_the_closing_day_no_visit_is_planned_or_conducted() -> None:
    """INV-30"""
    closed = planned().given(closing(without(EVA, FINN), without(FINN, EVA), on=month(10)))

    closed.when(planning(visit_id=SECOND, conversation_on=month(11))).refuses("round_closed")
    closed.when(visiting(held_on=month(11))).refuses("round_closed")


def test_a_visit_from_before_the_closing_is_logged_late() -> None:
    closed = planned().given(closing(without(EVA, FINN), without(FINN, EVA)))

    closed.when(visiting()).recorded()


def test_a_round_of_a_pairing_that_ended_can_be_closed() -> None:
    story = opened().given(end(on=month(10)))

    story.when(closing(without(EVA, FINN), without(FINN, EVA), on=CLOSES)).recorded()


# ------------------------------------------------------------------------------------ its time


def test_a_visit_at_a_known_time_takes_the_time_of_both() -> None:
    (told, *along) = planned().when(visiting(held_at=AT)).decision

    assert told[0] == ROUND
    assert [s for s, _ in along] == [EVA.person, FINN.person]
    assert {(e.meeting_id, e.held_at, e.minutes) for _, e in along} == {
        (told[1].meeting_id, told[1].held_at, 45)
    }
    assert {(e.pairing_id, e.principal_stream, e.principal) for _, e in along} == {
        (FIRST, ROUND, 3)
    }


def test_nobody_is_in_a_visit_and_in_a_meeting_at_once() -> None:
    """INV-23"""
    half_past = AT + timedelta(minutes=30)
    met = planned().given(hold(held_at=half_past))
    visited = conducted(held_at=AT)

    met.when(visiting(held_at=AT)).refuses("overlaps", minutes=60)
    visited.when(hold(held_at=half_past)).refuses("overlaps", minutes=45)
    visited.when(hold(held_at=AT + timedelta(minutes=45))).recorded()


def test_a_visit_that_is_amended_takes_the_time_that_it_takes_now() -> None:
    """INV-23"""
    story = conducted(held_at=AT)
    later = AT + timedelta(hours=3)

    moved = story.given(amending(3, held_at=later), at=LATER)

    moved.when(hold(held_at=AT)).recorded()
    moved.when(hold(held_at=later)).refuses("overlaps")


def test_a_visit_that_is_amended_into_another_meeting_is_refused() -> None:
    later = AT + timedelta(hours=3)
    story = conducted(held_at=AT).given(hold(held_at=later))

    story.when(mc.AmendRecord(stream=ROUND, target=3, changes={"held_at": later})).refuses(
        "overlaps"
    )


def test_a_visit_that_is_taken_back_frees_the_time_of_both() -> None:
    story = conducted(held_at=AT).given(retracting(3))

    story.when(hold(held_at=AT)).recorded()


# --------------------------------------------------------------------------------- corrections


def retracting(version: int) -> Any:
    return mc.RetractRecord(stream=ROUND, target=version, cause="entered_in_error")


def amending(version: int, **changes: Any) -> Any:
    return mc.AmendRecord(stream=ROUND, target=version, changes=changes)


def visited(story: Any) -> Any:
    """The day and the time of the visit."""
    conducted = story.state(ROUND).visits[VISIT].conducted
    return conducted.held_on, conducted.held_at


def test_the_day_of_a_visit_is_amended_with_or_without_its_time() -> None:
    story = conducted(held_at=AT)

    by_day = story.given(amending(3, held_on=HELD + DAY), at=LATER)
    by_time = story.given(amending(3, held_at=AT + DAY), at=LATER)

    assert visited(by_day) == (HELD + DAY, None)
    assert visited(by_time) == (HELD + DAY, AT + DAY)


def test_what_is_said_of_a_visit_is_amended() -> None:
    state = conducted().given(amending(3, minutes=50)).state(ROUND)

    assert (state.visits[VISIT].conducted.minutes, state.visits[VISIT].conducted.held_on) == (
        50,
        HELD,
    )


def test_an_opening_is_not_taken_back_before_what_rests_on_it() -> None:
    closed = opened().given(closing(without(EVA, FINN), without(FINN, EVA)))

    closed.when(retracting(1)).refuses("others_rest_on_it")
    planned().when(retracting(1)).refuses("others_rest_on_it")


@pytest.mark.parametrize(
    ("correction", "code"),
    [
        (retracting(1), "others_rest_on_it"),
        (retracting(2), "others_rest_on_it"),
        (retracting(3), "others_rest_on_it"),
        (amending(1, on=TALKED + DAY), "before_the_round"),
        (amending(1, matrix=(cell(FINN, EVA),)), "not_in_matrix"),
        (amending(2, conversation_on=HELD + DAY), "out_of_order"),
        (amending(2, observed=GUS.here), "not_amendable"),
        (amending(3, held_on=DEBRIEFED + DAY), "out_of_order"),
        (amending(4, on=HELD - DAY), "out_of_order"),
        (amending(5, on=HELD), "round_closed"),
        (amending(5, missing=()), "reason_needed"),
    ],
)
def test_a_correction_that_leaves_a_round_in_disorder_is_refused(
    correction: Any, code: str
) -> None:
    """INV-30, INV-65"""
    story = conducted().given(debriefing(), closing(without(FINN, EVA)))

    story.when(correction).refuses(code)


def test_without_its_closing_reason_a_visit_is_not_taken_back() -> None:
    story = conducted().given(closing(without(FINN, EVA)))

    story.when(retracting(3)).refuses("reason_needed")
    story.given(retracting(4)).when(retracting(3)).recorded()


def test_from_the_end_everything_can_be_taken_back_and_come_back() -> None:
    """INV-50"""
    story = conducted().given(debriefing(), closing(without(FINN, EVA)))
    whole = story.state(ROUND)

    back = story.given(*map(retracting, (5, 4, 3, 2, 1)))
    again = back.given(*map(retracting, (10, 9, 8, 7, 6)))

    assert back.state(ROUND) == Round()
    assert again.state(ROUND) == whole


def test_a_visit_moves_to_the_round_where_it_belongs() -> None:
    """INV-66"""
    story = conducted(held_at=AT).given(opening(round_id=OTHER), planning(round_id=OTHER))

    moved = story.given(mc.MoveRecord(stream=ROUND, target=3, to=OTHER))

    assert moved.state(ROUND).visits[VISIT] == Visit(
        planned=moved.state(ROUND).visits[VISIT].planned
    )
    assert moved.state(OTHER).visits[VISIT].conducted.held_at == AT
    assert [e.cause for e in moved.events(ROUND) if type(e) is mc.RecordRetracted] == ["misplaced"]
    moved.when(hold(held_at=AT)).refuses("overlaps")


def test_the_opening_and_the_closing_of_a_round_move_nowhere() -> None:
    story = opened().given(closing(without(EVA, FINN), without(FINN, EVA)), opening(round_id=OTHER))

    for version in (1, 2):
        asked = mc.MoveRecord(stream=ROUND, target=version, to=OTHER)
        story.when(asked).refuses("not_attributable")


def test_who_reads_the_reason_of_a_correction_is_whoever_is_in_the_round() -> None:
    asked = amending(4, on=DEBRIEFED + DAY)

    (_, told), *_ = conducted().given(debriefing()).when(asked).decision

    assert told.subjects == (EVA.person, FINN.person)


def test_no_step_comes_back_before_the_round_it_belongs_to() -> None:
    story = planned().given(retracting(2), retracting(1))

    story.when(retracting(3)).refuses("no_such_round")


def test_a_round_that_is_not_there_has_nobody_in_it() -> None:
    aggregate = PRACTICE.aggregates[0]

    assert aggregate.subjects(Stream(ROUND), Round(), None) == ()


# -------------------------------------------------------------------------------- and no rating


def test_nothing_in_a_round_is_a_rating() -> None:
    """INV-30: whatever is added later, a figure on a scale is not among it."""
    numbers = {
        (cls.__name__, name)
        for cls in vars(events).values()
        if isinstance(cls, type) and attrs.has(cls) and cls.__module__ == events.__name__
        for name, hint in get_type_hints(cls).items()
        if hint in (int, int | None)
    }
    words = {f.name for cls in PRACTICE.aggregates[0].events for f in attrs.fields(cls)}

    assert {name for _, name in numbers} == {"required", "debrief_days", "minutes"}
    assert not [
        w
        for w in words
        if {*w.split("_")} & {"rating", "ratings", "score", "scale", "level", "grade"}
    ]


@given_any(st.data())
def test_the_steps_of_visits_may_be_learned_of_in_any_order(data: Any) -> None:
    """A late one needs no new fold, as their classes say."""
    kinds = (ObservationPlanned, ObservationConducted, ObservationDebriefed)
    steps = data.draw(st.lists(drawn(*kinds, model=MODEL), unique_by=step_of))
    others = data.draw(st.permutations(steps))

    assert folded(steps).visits == folded(others).visits


def step_of(event: Any) -> Any:
    return type(event), event.visit_id


def folded(steps: Any) -> Round:
    """What comes of these events in this order."""
    return functools.reduce(evolve, steps, Round())


def test_what_is_not_known_changes_nothing() -> None:
    assert evolve(Round(), object()) == Round()
