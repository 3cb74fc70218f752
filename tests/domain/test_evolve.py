"""Folding never fails, whatever history holds, and every event changes something."""

from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest
from domain.school import CLEO, FIRST, GOAL, MEETING, mc, paired
from domain.steady import steady
from hypothesis import given as of
from hypothesis import strategies as st

from mentorcore.domain.aggregate import fold
from mentorcore.domain.corrections.events import RecordAmended
from mentorcore.domain.declarations import event_info, type_errors
from mentorcore.domain.effective import VersionedEvent, effective
from mentorcore.domain.model import CORE_MODEL, CORRECTIONS
from mentorcore.testing.strategies import events, histories

RECORDED = datetime(2027, 8, 1, tzinfo=UTC)
KIND_OF = {e: d.kind for d in CORE_MODEL.aggregates.values() for e in d.events}
FOUNDING = {
    d.kind: tuple(e for e in d.events if event_info(e).founding)
    for d in CORE_MODEL.aggregates.values()
}


@pytest.mark.parametrize("event_class", CORE_MODEL.events)
@steady(8)
@of(data=st.data())
def test_every_event_folds_into_every_state(event_class: type, data: Any) -> None:
    """Total: a state comes out, of whatever kind the stream and whatever came before."""
    event = data.draw(events(event_class))
    kind = data.draw(st.sampled_from(sorted(CORE_MODEL.aggregates)))
    decider = CORE_MODEL.aggregates[kind]
    founding = data.draw(st.lists(events(*FOUNDING[kind]), max_size=1)) if FOUNDING[kind] else []
    before = data.draw(st.lists(events(*decider.events), max_size=3))
    state = decider.initial
    for earlier in (*founding, *before):
        state = decider.evolve(state, earlier)

    after = decider.evolve(state, event)

    assert attrs.has(type(after))


@pytest.mark.parametrize("kind", sorted(CORE_MODEL.aggregates))
@steady(20)
@of(data=st.data())
def test_a_stream_with_any_corrections_folds(kind: str, data: Any) -> None:
    """Corrections may be of anything: of what is not there, or is of another class."""
    facts = data.draw(histories(kind, most=6))
    corrections = data.draw(st.lists(events(*CORRECTIONS), max_size=3))
    placed = list(facts)
    for version, correction in enumerate(corrections, len(facts) + 1):
        target = data.draw(st.integers(1, version))
        placed.append(VersionedEvent(version, RECORDED, attrs.evolve(correction, target=target)))

    state = fold(CORE_MODEL.aggregates[kind], placed)

    assert attrs.has(type(state))


@pytest.mark.parametrize("event_class", [e for e in CORE_MODEL.events if e not in CORRECTIONS])
@steady(5)
@of(data=st.data())
def test_every_record_can_become_any_other_of_its_class(event_class: type, data: Any) -> None:
    """Amendments of every field, plain or sealed."""
    event, other = data.draw(events(event_class)), data.draw(events(event_class))
    fields = {f.name: getattr(other, f.name) for f in attrs.fields(event_class)}
    amendment = RecordAmended(
        target=1,
        target_name=event_info(event_class).name,
        target_version=1,
        subjects=(),
        public_changes=tuple(fields.items()),
    )

    (item,) = effective(
        (VersionedEvent(1, RECORDED, event), VersionedEvent(2, RECORDED, amendment))
    )

    assert (item.event, item.rests_on) == (other, (2,))


@pytest.mark.parametrize("event_class", [e for e in CORE_MODEL.events if e not in CORRECTIONS])
@steady(5)
@of(data=st.data())
def test_an_event_of_another_kind_of_stream_is_passed_over(event_class: type, data: Any) -> None:
    event = data.draw(events(event_class))
    for decider in CORE_MODEL.aggregates.values():
        if decider.kind != KIND_OF[event_class]:
            founded = decider.initial
            for founding in FOUNDING[decider.kind]:
                founded = decider.evolve(founded, data.draw(events(founding)))

            assert decider.evolve(founded, event) == founded


@steady(50)
@of(data=st.data())
def test_example_events_are_what_their_classes_promise(data: Any) -> None:
    event = data.draw(events())
    fields = {f.name: getattr(event, f.name) for f in attrs.fields(type(event))}

    assert type_errors(type(event), fields) == ()


def test_what_rests_on_nothing_is_passed_over() -> None:
    """As after a merge of logs: progress, a rewording, an end or a settlement of nothing known."""
    on, people = date(2026, 9, 10), (CLEO.person,)
    state = paired().state(FIRST)

    for event in (
        mc.GoalProgressRecorded(goal_id=GOAL, on=on, status="achieved", subjects=people),
        mc.ActionItemClosed(item_id="item:1", on=on, outcome="done"),
        mc.MismatchSettled(mismatch_id="mismatch:1", outcome="continue", on=on),
    ):
        assert CORE_MODEL.aggregates["pairing"].evolve(state, event) == state
    anew = mc.GoalSet(goal_id=GOAL, on=on, subjects=people, statement="Lead", revises="goal:9")
    assert list(CORE_MODEL.aggregates["pairing"].evolve(state, anew).facts.goals) == [GOAL]


def test_a_reopening_without_an_end_leaves_no_gap() -> None:
    reopened = mc.PairingReopened(
        on=date(2027, 1, 11), authority="coordinator", subjects=(CLEO.person,)
    )

    after = CORE_MODEL.aggregates["pairing"].evolve(paired().state(FIRST), reopened)

    assert after.facts.gaps == ()


def test_of_two_plans_the_later_one_holds_in_whatever_order_they_are_folded() -> None:
    """INV-24."""
    plan = mc.MeetingScheduled(
        meeting_id=MEETING,
        sequence=2,
        starts_on=RECORDED.date(),
        starts_at=RECORDED,
        minutes=30,
        modality="video",
        attendees=(CLEO.here,),
    )
    state = CORE_MODEL.aggregates["pairing"].evolve(paired().state(FIRST), plan)

    after = CORE_MODEL.aggregates["pairing"].evolve(state, mc.evolve(plan, sequence=1))

    assert after == state
