"""What a stream says once its corrections are applied."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import attrs
import pytest
from domain.school import ANNA, CLEO, FIRST, FORMED, MEETING, day, end, form, hold, mc, paired
from domain.steady import steady
from hypothesis import given as of
from hypothesis import strategies as st

from mentorcore.domain.aggregate import fold
from mentorcore.domain.corrections.events import RecordAmended, RecordRetracted
from mentorcore.domain.declarations import event_info, evolve
from mentorcore.domain.effective import VersionedEvent, effective, holds_at, order_key, valid_time
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.values import Code, Sealed
from mentorcore.testing.strategies import events

RECORDED = datetime(2027, 8, 1, tzinfo=UTC)
KINDS = ("person", "participant", "pairing", "program")
COHORT = mc.Cohort(
    cohort_id=f"cohort:{1:032x}",
    name="Autumn",
    starts_on=FORMED,
    ends_on=date(2027, 6, 30),
    enrols_from=FORMED,
    enrols_until=date(2027, 3, 1),
)
UNDATED = {"MeetingScheduled", "ExternalIdentityLinked", "CohortOpened", "PersonAbsorbed"}


def placed(*told: Any) -> tuple[VersionedEvent, ...]:
    return tuple(VersionedEvent(n, RECORDED, event) for n, event in enumerate(told, 1))


def amend(target: int, event: Any, **changes: Any) -> RecordAmended:
    return RecordAmended(
        target=target,
        target_name=event_info(type(event)).name,
        target_version=1,
        subjects=(),
        public_changes=tuple(changes.items()),
    )


def retract(target: int, event: Any) -> RecordRetracted:
    name = event_info(type(event)).name
    return RecordRetracted(target=target, target_name=name, cause="entered_in_error", subjects=())


@st.composite
def stories(draw: st.DrawFn) -> tuple[str, list[Any]]:
    """A kind of stream and facts of it with different days, the founding one among them."""
    kind = draw(st.sampled_from(KINDS))
    classes = [e for e in CORE_MODEL.aggregates[kind].events if e.__name__ not in UNDATED]
    founding = next(e for e in classes if event_info(e).founding)
    later = [e for e in classes if not event_info(e).founding]
    facts = [draw(events(founding))]
    for number, fact in enumerate(draw(st.lists(events(*later), max_size=6)), 1):
        facts.append(_on(fact, number))
    return kind, facts


def _on(fact: Any, number: int) -> Any:
    """The same fact on a day and at an instant of its own."""
    on = date(2026, 9, 1) + timedelta(days=number)
    changes: dict[str, Any] = {}
    for name in event_info(type(fact)).occurred:
        instant = name == "held_at"
        changes[name] = datetime(on.year, on.month, on.day, 12, tzinfo=UTC) if instant else on
    return attrs.evolve(fact, **changes)


@steady(80)
@of(stories(), st.randoms(use_true_random=False))
def test_the_order_of_recording_never_changes_the_state(told: Any, shuffled: Any) -> None:
    kind, facts = told
    mixed = list(facts)
    shuffled.shuffle(mixed)

    assert fold(CORE_MODEL.aggregates[kind], placed(*mixed)) == fold(
        CORE_MODEL.aggregates[kind], placed(*facts)
    )


@steady(80)
@of(stories(), st.data())
def test_nor_does_it_with_corrections_among_the_facts(told: Any, data: Any) -> None:
    """Each correction stands somewhere behind its target."""
    kind, facts = told
    other = [data.draw(events(type(f))) for f in facts]
    fates = [data.draw(st.sampled_from(["kept", "retracted", "amended"])) for _ in facts]
    wanted = []
    for number, (fact, new, fate) in enumerate(zip(facts, other, fates, strict=True)):
        if fate == "kept":
            wanted.append(fact)
        if fate == "amended":
            wanted.append(_on(new, number))

    def recorded(order: list[int], late: bool) -> tuple[VersionedEvent, ...]:
        log: list[Any] = []
        waiting: list[Any] = []
        for number in order:
            fact, new, fate = facts[number], other[number], fates[number]
            log.append(fact)
            if fate == "retracted":
                waiting.append(retract(len(log), fact))
            if fate == "amended":
                fields = attrs.asdict(_on(new, number), recurse=False)
                waiting.append(amend(len(log), fact, **fields))
            if not late:
                log.extend(waiting)
                waiting.clear()
        return placed(*log, *waiting)

    order = list(range(len(facts)))
    mixed = data.draw(st.permutations(order))
    right = fold(CORE_MODEL.aggregates[kind], placed(*wanted))
    assert fold(CORE_MODEL.aggregates[kind], recorded(order, late=True)) == right
    assert fold(CORE_MODEL.aggregates[kind], recorded(mixed, late=False)) == right
    assert fold(CORE_MODEL.aggregates[kind], recorded(mixed, late=True)) == right


@steady(60)
@of(stories(), st.data())
def test_a_late_fact_that_needs_no_order_may_simply_be_folded_on_top(told: Any, data: Any) -> None:
    """What a class promises with ``order_free``, on which the engine relies."""
    kind, facts = told
    free = [e for e in CORE_MODEL.aggregates[kind].events if event_info(e).order_free]
    if free:
        late = _on(data.draw(events(*free)), -5)
        decider = CORE_MODEL.aggregates[kind]

        on_top = decider.evolve(fold(decider, placed(*facts)), late)

        # The same id twice is what the rules refuse; then the later record would count.
        keys = ("meeting_id", "note_id", "feedback_id", "participant_id")
        known = {getattr(f, n, None) for f in facts for n in keys}
        again = {getattr(late, n, None) for n in keys}
        if not (known - {None}) & (again - {None}):
            assert on_top == fold(decider, placed(*facts, late))


HELD = paired().when(hold()).events[0]
FORM = paired().events(FIRST)[0]


def test_a_retracted_record_is_as_if_it_had_never_been() -> None:
    right = placed(FORM)

    corrected = effective(placed(FORM, HELD, retract(2, HELD)))

    assert corrected == right


def test_an_amended_record_is_as_if_it_had_been_right_at_once() -> None:
    right = attrs.evolve(HELD, minutes=45)

    corrected = effective(placed(FORM, HELD, amend(2, HELD, minutes=45)))

    assert corrected == (
        VersionedEvent(1, RECORDED, FORM),
        VersionedEvent(2, RECORDED, right, rests_on=(3,)),
    )


def test_of_several_amendments_the_last_recorded_one_counts_for_each_field() -> None:
    first, second = amend(2, HELD, minutes=45, modality="phone"), amend(2, HELD, minutes=50)

    (_, item) = effective(placed(FORM, HELD, first, second))

    assert (item.event.minutes, item.event.modality) == (50, "phone")
    assert item.rests_on == (3, 4)


def test_an_amendment_that_is_itself_retracted_has_no_effect() -> None:
    first, second = amend(2, HELD, minutes=45), amend(2, HELD, minutes=50)

    (_, item) = effective(placed(FORM, HELD, first, second, retract(4, first)))

    assert item.event.minutes == 45
    assert item.rests_on == (3,)


def test_a_retraction_that_is_itself_retracted_brings_the_record_back() -> None:
    """INV-50: reinstating; and so on, in any depth."""
    gone, back = retract(2, HELD), retract(3, retract(2, HELD))

    assert len(effective(placed(FORM, HELD, gone, back))) == 2
    assert len(effective(placed(FORM, HELD, gone, back, retract(4, back)))) == 1


def test_a_correction_of_what_is_not_there_corrects_nothing() -> None:
    assert effective(placed(FORM, retract(7, HELD), amend(8, HELD, minutes=5))) == placed(FORM)


def test_sealed_values_are_put_in_place_without_being_read() -> None:
    sealed = Sealed("AAEC", FIRST, 3, "personal_changes", "free_text", (ANNA.person,))
    amendment = RecordAmended(
        target=2,
        target_name=event_info(type(HELD)).name,
        target_version=1,
        subjects=(ANNA.person,),
        personal_names=(Code("topics"),),
        personal_changes=sealed,
    )

    (_, item) = effective(placed(FORM, HELD, amendment))

    assert item.event.topics == attrs.evolve(sealed, part="topics")


def test_plain_personal_values_are_put_in_place() -> None:
    amendment = evolve(
        amend(2, HELD), personal_changes=(("topics", ("A lesson",)),), subjects=(ANNA.person,)
    )

    (_, item) = effective(placed(FORM, HELD, amendment))

    assert item.event.topics == ("A lesson",)


# ------------------------------------------------------------------------------ valid time


def test_a_fact_without_a_time_of_its_own_was_true_when_it_was_recorded() -> None:
    """Section 2."""
    registered = mc.PersonRegistered(person_id=ANNA.person, subjects=(ANNA.person,))

    assert valid_time(registered, RECORDED) == (date(2027, 8, 1), RECORDED)


def test_a_meeting_has_the_day_of_its_program_and_the_instant_if_known() -> None:
    held = attrs.evolve(HELD, held_at=datetime(2026, 9, 11, 5, tzinfo=UTC))

    assert valid_time(held, RECORDED) == (day("2026-09-10"), held.held_at)
    assert valid_time(HELD, RECORDED) == (day("2026-09-10"), None)


def test_an_instant_without_a_day_has_the_day_in_utc() -> None:
    attended = mc.MeetingAttended(
        meeting_id=MEETING,
        pairing_id=FIRST,
        held_at=datetime(2026, 9, 11, 5, tzinfo=UTC),
        minutes=60,
        principal_stream=FIRST,
        principal=2,
    )

    assert valid_time(attended, RECORDED)[0] == date(2026, 9, 11)


def test_the_founding_record_comes_first_whatever_its_day() -> None:
    facts = placed(HELD, attrs.evolve(FORM, on=date(2030, 1, 1)))

    assert [type(p.event) for p in effective(facts)] == [mc.PairingFormed, mc.MeetingHeld]
    assert order_key(facts[1]) < order_key(facts[0])


@pytest.mark.parametrize(
    ("as_of", "held"),
    [
        (date(2026, 9, 9), False),
        (date(2026, 9, 10), True),
        (datetime(2026, 9, 9, 23, tzinfo=UTC), False),
        (datetime(2026, 9, 10, 0, tzinfo=UTC), True),
    ],
)
def test_a_fact_of_a_day_holds_from_that_day_on(as_of: Any, held: Any) -> None:
    assert holds_at(VersionedEvent(2, RECORDED, HELD), as_of) is held


@pytest.mark.parametrize(
    ("as_of", "held"),
    [
        (datetime(2026, 9, 10, 16, 59, tzinfo=UTC), False),
        (datetime(2026, 9, 10, 17, 0, tzinfo=UTC), True),
        (date(2026, 9, 10), True),
        (date(2026, 9, 9), False),
    ],
)
def test_a_fact_of_an_instant_holds_from_that_instant_on(as_of: Any, held: Any) -> None:
    at_ten = attrs.evolve(HELD, held_at=datetime(2026, 9, 10, 17, tzinfo=UTC))

    assert holds_at(VersionedEvent(2, RECORDED, at_ten), as_of) is held


@of(st.integers(-2, 2), st.sampled_from([-11, -8, -7, 0, 5, 13]), st.integers(-30, 30))
def test_what_states_its_day_holds_to_the_end_of_that_day_by_any_tables(
    days: int, offset: int, hours: int
) -> None:
    """Tables of time zones that changed since may put its instant on another day."""
    instant = datetime(2026, 9, 10, 12, tzinfo=UTC) + timedelta(hours=hours)
    told = VersionedEvent(2, RECORDED, attrs.evolve(HELD, held_at=instant))
    asked = date(2026, 9, 10) + timedelta(days=days)
    end_of_day = datetime.combine(asked, time.max, timezone(timedelta(hours=offset)))

    assert holds_at(told, end_of_day) is (days >= 0)


def test_what_states_no_day_holds_from_its_instant_on() -> None:
    linked = VersionedEvent(2, RECORDED, mc.CohortOpened(cohort=COHORT))
    just_before = datetime.combine(date(2027, 7, 31), time.max, UTC)

    assert not holds_at(linked, just_before - timedelta(days=1))
    assert not holds_at(linked, just_before)
    assert holds_at(linked, just_before + timedelta(days=1))


def test_facts_of_one_day_keep_the_order_in_which_they_were_recorded() -> None:
    again = attrs.evolve(HELD, meeting_id="meeting:2")

    assert [p.version for p in effective(placed(FORM, again, HELD))] == [1, 2, 3]


def test_a_late_end_equals_an_early_one() -> None:
    early = paired().given(end(on=day("2026-10-01")), hold())
    late = paired().given(hold(), end(on=day("2026-10-01")))

    assert early.state(FIRST) == late.state(FIRST)
    assert early.state(CLEO.here) == late.state(CLEO.here)
    assert form().on == FORMED


def test_an_amendment_of_another_kind_of_record_amends_nothing() -> None:
    """Its fields would not fit; the codec refuses to store one, and folding never fails."""
    foreign = amend(2, FORM, basis="import")

    (_, item) = effective(placed(FORM, HELD, foreign))

    assert (item.event, item.rests_on) == (HELD, ())


# ------------------------------------------------------------------------------ to any depth


def stands(version: int, log: list[Any]) -> bool:
    """Whether no correction that stands takes a record back: said once more, in the plainest way."""
    return not any(
        isinstance(c, RecordRetracted) and c.target == version and stands(v, log)
        for v, c in enumerate(log, 1)
        if v > version
    )


def says(version: int, log: list[Any]) -> dict[str, Any]:
    """The minutes and the modality that a record, or an amendment, comes to say."""
    event = log[version - 1]
    told = (
        dict(event.public_changes)
        if isinstance(event, RecordAmended)
        else {"minutes": event.minutes, "modality": event.modality}
    )
    for v, c in enumerate(log, 1):
        if isinstance(c, RecordAmended) and c.target == version and stands(v, log):
            told |= says(v, log)
    return told


CHANGES = st.fixed_dictionaries(
    {},
    optional={"minutes": st.integers(1, 99), "modality": st.sampled_from(["phone", "video"])},
)


@steady(150)
@of(st.lists(st.tuples(st.booleans(), st.integers(0, 30), CHANGES), max_size=14))
def test_corrections_to_any_depth_come_to_what_each_of_them_says(steps: Any) -> None:
    log: list[Any] = [FORM, HELD, attrs.evolve(HELD, meeting_id="meeting:2")]
    for retracts, which, changes in steps:
        target = 2 + which % (len(log) - 1)
        event = log[target - 1]
        if retracts:
            log.append(retract(target, event))
        elif not isinstance(event, RecordRetracted):
            log.append(amend(target, HELD, **changes))

    found = {p.version: p.event for p in effective(placed(*log))}

    for version in (2, 3):
        assert (version in found) == stands(version, log)
        if version in found:
            event = found[version]
            assert {"minutes": event.minutes, "modality": event.modality} == says(version, log)
