"""A list of pairings leads to the same record in whatever order its states are sent."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest
from engine.rosters import (
    ADA,
    BACK,
    BEGUN,
    BO,
    BY_MENTEE,
    BY_NUMBER,
    CY,
    FORMED,
    LIN,
    MAPPING,
    OVER,
    PAUSED,
    SOL,
    SUCCEEDING,
    Roster,
    ended,
    row,
)
from engine.world import mc
from hypothesis import given, settings
from hypothesis import strategies as st

WAITING: Any = {"start_needs": ("authorization",)}
SIGNED: Any = {"start_needs": ("agreement",)}
STATES: list[dict[str, str]] = [
    {},
    {"signed_on": "2026-09-02"},
    {"signed_on": "2026-09-02", "started_on": BEGUN},
    {"signed_on": "2026-09-02", "started_on": BEGUN, "paused_on": PAUSED},
    {"signed_on": "2026-09-02", "started_on": BEGUN, "paused_on": PAUSED, "resumed_on": BACK},
    {"signed_on": "2026-09-02", "started_on": BEGUN, **ended()},
    {"signed_on": "2026-09-02", "started_on": BEGUN, **ended(reason="mismatch")},
    {"signed_on": "2026-09-02", "started_on": "2026-09-10", **ended("2026-11-07")},
    {
        "signed_on": "2026-09-02",
        "started_on": BEGUN,
        "paused_on": PAUSED,
        "resumed_on": BACK,
        **ended(),
    },
    ended(),
]


# ------------------------------------------------------------------------------ its states


@pytest.mark.parametrize("meetings", [0, 1])
def test_an_end_in_the_list_is_one_more_event(meetings: int) -> None:
    """INV-84: what did not change in the row is not recorded anew."""
    at = Roster(**SIGNED)
    at.take(row(**STATES[2]))
    (pairing,) = (r.pairing for r in at.pairings())
    for _ in range(meetings):
        held = mc.HoldMeeting(pairing_id=pairing, held_on=date(2026, 9, 14), minutes=30)
        at.world.do(held)
    before = at.recorded()

    report = at.take(row(**STATES[5]), row(BO, LIN, "2026-11-09"))

    assert (report.counts.amended, report.counts.taken, report.counts.refused) == (1, 1, 0)
    assert at.recorded() == [*before, "ended", "formed"]
    (then,) = at.pairings(as_of=date(2026, 10, 1))
    assert (then.situation, then.active_from) == ("active", date(2026, 9, 3))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(STATES), min_size=1, max_size=5),
    st.sampled_from([{}, SIGNED]),
)
def test_the_states_of_a_list_lead_to_one_record_in_every_order(
    sent: list[dict[str, str]], needs: Any
) -> None:
    """INV-84: the record is that of the last state, whatever was sent before it."""
    alone, at = Roster(**needs), Roster(**needs)

    alone.take(row(**sent[-1]))
    for number, state in enumerate(sent):
        at.take(row(**state), saved=str(number))

    assert at.record() == alone.record()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(STATES), min_size=1, max_size=3), st.booleans())
def test_a_list_that_says_again_what_commands_recorded_records_nothing(
    sent: list[dict[str, str]], met: bool
) -> None:
    """INV-98: and what it leaves empty takes nothing back."""
    at = Roster()
    pairing = at.form(ADA, LIN)
    at.world.do(mc.PausePairing(pairing_id=pairing, since=date.fromisoformat(PAUSED)))
    at.world.do(mc.ResumePairing(pairing_id=pairing, on=date.fromisoformat(BACK)))
    at.world.do(
        mc.EndPairing(
            pairing_id=pairing,
            on=date.fromisoformat(OVER),
            reason="completed",
            initiated_by="program",
        )
    )
    at.take(row(), saved="first")
    before = at.record()

    for number, state in enumerate(sent):
        if state in (STATES[6], STATES[7]):
            continue  # these say otherwise
        report = at.take(row(**state), saved=str(number))
        assert report.counts.refused == 0

    assert [r for r in at.record()[0][3] if "agreement" not in r[0]] == before[0][3]


def test_a_list_that_contradicts_what_a_command_recorded_is_refused_with_both_days() -> None:
    at = Roster()
    pairing = at.form(ADA, LIN)
    at.world.do(at.world.ending(pairing, on=date(2026, 11, 6)))

    report = at.take(row(**ended("2026-11-07")))

    told = "this pairing ended on 2026-11-06 already, not on 2026-11-07"
    assert [f.reason for f in report.findings] == [told]


def test_a_pairing_moves_as_a_whole_to_a_later_and_to_an_earlier_time() -> None:
    at = Roster(**SIGNED)
    whole = STATES[8]
    later = {k: v if k == "end_reason" else _shifted(v, 30) for k, v in whole.items()}
    at.take(row(**whole))
    first = at.record()

    moved = at.take(row(on=_shifted(FORMED, 30), **{**later, **ended("2026-11-20")}))
    back = at.take(row(**whole), saved="again")

    assert moved.counts.amended == back.counts.amended == 1
    assert at.record() == first
    assert set(at.recorded()[8:]) == {"record.amended"}


def test_an_end_that_is_taken_back_lets_a_pairing_wait_again_that_never_started() -> None:
    at = Roster(**WAITING)
    at.take(row(**ended()))

    at.take(row())

    (formed,) = at.pairings()
    assert (formed.situation, formed.active_from) == ("formed", None)


# --------------------------------------------------------------------------- other people


def test_a_row_that_names_another_mentor_does_not_overwrite_the_first_one() -> None:
    """INV-84."""
    at = Roster(BY_MENTEE)
    at.take(row(ADA))
    before = at.world.engine.position

    report = at.take(row(BO, on="2026-10-15"))

    assert "names other people than before" in report.findings[0].reason
    assert "successor = true under [answers]" in report.findings[0].reason
    assert at.world.engine.position == before


def test_a_list_that_is_keyed_better_from_now_on_carries_its_pairings_on() -> None:
    """As the refusal of a row that names another mentor advises."""
    at = Roster(BY_MENTEE)
    at.take(row(started_on=BEGUN))
    at.take(row(BO, started_on=BACK))
    at.mapping = mc.read_mapping(MAPPING, "pairings.toml")

    report = at.take(row(started_on=BEGUN, **ended(PAUSED)), row(BO, on=PAUSED))

    assert report.counts.refused == 0
    assert [people for people, *_ in at.record()] == [[ADA, LIN], [BO, LIN]]
    assert at.recorded().count("formed") == 2


def test_a_mistyped_mentor_is_put_right_while_nothing_rests_on_the_pairing() -> None:
    at = Roster(BY_NUMBER)
    at.take(row(ADA))

    report = at.take(row(BO))

    assert report.counts.amended == 1
    assert [names for names, *_ in at.record()] == [[BO, LIN]]


def test_a_mentor_is_not_put_right_once_something_rests_on_the_pairing() -> None:
    """INV-84."""
    at = Roster(BY_NUMBER)
    at.take(row(ADA))
    (pairing,) = (r.pairing for r in at.pairings())
    at.world.do(mc.HoldMeeting(pairing_id=pairing, held_on=date(2026, 9, 14), minutes=30))
    before = at.record()

    report = at.take(row(BO))

    assert "names other people than before" in report.findings[0].reason
    assert at.record() == before


def test_a_successor_ends_the_first_pairing_on_the_day_the_second_begins() -> None:
    at = Roster(BY_MENTEE, SUCCEEDING)
    at.take(row(ADA))
    at.take(row(BO, on="2026-10-15"))

    at.take(row(BO, on="2026-10-20"))

    first, second = at.pairings()
    end = next(r.event for r in at.world.engine.events(names=["pairing.ended"]))
    assert (first.situation, second.situation) == ("ended", "active")
    assert ("pairing.ended", "2026-10-20") in at.record()[0][3]
    assert (end.reason, end.initiated_by, end.successor) == (
        "administrative",
        "program",
        second.pairing,
    )


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_successors_may_stand_in_every_order(order: tuple[int, ...]) -> None:
    rows = [row(ADA), row(BO, on="2026-10-15"), row(CY, on="2026-11-02")]
    at, usual = Roster(SUCCEEDING), Roster(SUCCEEDING)
    for count in (1, 2, 3):
        usual.take(*rows[:count])

    report = at.take(*(rows[i] for i in order))

    assert report.counts.taken == 3
    assert at.record() == usual.record()
    assert [situation for _, situation, *_ in at.record()] == ["ended", "ended", "active"]


def test_a_predecessor_may_come_after_its_successor() -> None:
    at, usual = Roster(SUCCEEDING), Roster(SUCCEEDING)
    first, second = row(ADA), row(BO, on="2026-10-15")
    usual.take(first)
    usual.take(first, second)

    at.take(second)
    at.take(first, second)

    assert at.record() == usual.record()


def test_a_chain_of_successors_is_undone_row_by_row() -> None:
    at = Roster(BY_MENTEE, SUCCEEDING)
    states = [row(ADA), row(BO, on="2026-10-15"), row(CY, on="2026-11-02")]
    records = []
    for state in states:
        at.take(state)
        records.append(at.record())

    for number in (1, 0):
        at.take(states[number], saved=f"back to {number}")
        assert at.record() == records[number]
    at.take(row(ADA, **ended()))

    assert ("pairing.ended", OVER) in at.record()[0][3]


def test_mentors_that_were_swapped_are_put_right_in_one_file() -> None:
    at = Roster(BY_NUMBER)
    at.take(row(ADA, LIN), row(BO, SOL))

    report = at.take(row(BO, LIN), row(ADA, SOL))

    assert report.counts.amended == 2
    assert [names for names, *_ in at.record()] == [[ADA, SOL], [BO, LIN]]


# --------------------------------------------------------------------- the same two again


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(2)), st.booleans())
def test_the_same_two_are_listed_again_after_the_first_pairing_ended(
    order: list[int], known: bool
) -> None:
    """INV-99: the usual key can tell the two rows apart."""
    at = Roster()
    over, again = row(**ended("2026-10-12")), row(on="2026-10-19")
    if known:
        at.take(row())

    first = at.take(*((over, again)[i] for i in order))
    later = at.take(over, {**again, **ended()}, saved="later")

    assert first.counts.ambiguous == first.counts.refused == len(first.missing) == 0
    assert (later.counts.amended, later.counts.ambiguous) == (2, 0)
    assert [situation for _, situation, *_ in at.record()] == ["ended", "ended"]


@pytest.mark.parametrize("turned", [False, True])
def test_two_rows_of_the_same_people_are_decided_in_the_order_in_which_they_happened(
    *, turned: bool
) -> None:
    """INV-84: whichever stands first, they parted before they came together again."""
    at = Roster()
    rows = [row(**ended(PAUSED, reason="mismatch")), row(on=BACK)]

    report = at.take(*(reversed(rows) if turned else rows))

    assert report.sentence() == "1 taken, 1 refused."
    assert "putting them together again needs a reason" in report.findings[0].reason
    assert [since for _, _, since, _ in at.record()] == [date.fromisoformat(FORMED)]


@pytest.mark.parametrize("keys", [(), (BY_MENTEE,), (BY_NUMBER,)], ids=str)
def test_the_next_pairing_of_the_same_people_does_not_overwrite_the_first_one(keys: Any) -> None:
    at = Roster(*keys)
    at.take(row(**ended(PAUSED)))
    before = at.everybody()

    report = at.take(row(on=BACK))

    assert report.counts.refused == 1
    assert "after their pairing ended" in report.findings[0].reason
    assert at.everybody() == before


def test_the_same_two_are_not_listed_twice_at_one_time() -> None:
    """INV-99."""
    at = Roster()

    report = at.take(row(), row(on="2026-10-19"))

    assert (report.counts.taken, report.counts.refused) == (1, 1)
    assert "these people are paired since 2026-09-01" in report.findings[0].reason


# ---------------------------------------------------------------------------- their order


def test_a_successor_may_stand_above_the_row_that_ends_its_predecessor() -> None:
    at = Roster()
    at.take(row(ADA))

    report = at.take(row(BO, on="2026-11-09"), row(ADA, **ended()))

    assert (report.counts.taken, report.counts.amended, report.findings) == (1, 1, [])


def test_a_row_that_was_refused_is_decided_once_more_after_all_others() -> None:
    at = Roster(capacity=mc.Capacity(places=1))
    at.take(row(ADA, LIN))

    report = at.take(row(ADA, SOL, on="2026-08-24"), row(ADA, LIN, **ended()), row(ADA, "Nobody"))

    assert (report.counts.taken, report.counts.amended, report.counts.refused) == (1, 1, 1)
    assert [found.where.line for found in report.findings] == [4]


@settings(max_examples=12, deadline=None)
@given(st.permutations(range(4)))
def test_the_order_of_rows_in_a_list_makes_no_difference(order: list[int]) -> None:
    before = [row(ADA, LIN), row(BO, SOL)]
    now = [
        row(ADA, LIN, **ended("2026-10-12", "mismatch")),
        row(BO, SOL, **ended("2026-10-12")),
        row(BO, LIN, on="2026-10-12"),
        row(ADA, SOL, on="2026-10-13"),
    ]
    at, usual = Roster(), Roster()

    for one, rows in ((usual, now), (at, [now[i] for i in order])):
        one.take(*before)
        assert one.take(*rows).counts.refused == 0

    assert at.record() == usual.record()


def _shifted(text: str, days: int) -> str:
    return date.fromordinal(date.fromisoformat(text).toordinal() + days).isoformat()
