"""The story-teller that embedders test with fails when a story is not what it says."""

from datetime import UTC, datetime

import pytest
from domain.school import (
    ANNA,
    CLEO,
    FIRST,
    FORMED,
    PROGRAM,
    day,
    end,
    form,
    hold,
    mc,
    paired,
    school,
)

from mentorcore.testing import given

REGISTERED = mc.PersonRegistered(person_id=ANNA.person, subjects=(ANNA.person,))


def test_events_belong_to_the_stream_that_they_found_or_to_the_latest_of_their_kind() -> None:
    formed, *_ = school().when(form()).events
    held = paired().when(hold()).events[0]

    story = given(formed, held)

    assert story.events(FIRST) == (formed, held)


def test_an_event_about_nothing_known_is_an_error() -> None:
    held = paired().when(hold()).events[0]

    with pytest.raises(ValueError, match="no pairing is known yet"):
        given(held)


def test_every_founding_event_names_its_stream() -> None:
    started = mc.ImportStarted(
        batch_id=f"import:{1:032x}",
        adapter="csv",
        adapter_version="1",
        form="f",
        mapping_digest="0f",
        coverage="full",
    )
    story = paired().given(started)

    assert set(story.history) >= {PROGRAM, ANNA.person, ANNA.here, FIRST, f"import:{1:032x}"}


def test_a_fact_was_recorded_when_its_day_was_over_everywhere() -> None:
    story = paired()

    assert story.history[FIRST][0].recorded_at == datetime(2026, 9, 2, 12, tzinfo=UTC)


def test_a_fact_may_be_recorded_at_an_instant() -> None:
    late = given(REGISTERED, at="2026-12-24T18:00+01:00")
    timed = given(REGISTERED, at=datetime(2026, 12, 24, 17, tzinfo=UTC))

    assert late == timed
    assert late.history[ANNA.person][0].recorded_at == datetime(2026, 12, 24, 17, tzinfo=UTC)


def test_ids_that_were_left_open_are_supplied() -> None:
    register = mc.RegisterPerson()

    story = given(register, register)

    assert list(story.history) == [f"person:{1:032x}", f"person:{2:032x}"]


def test_a_story_goes_on_from_what_was_decided() -> None:
    story = paired().when(hold()).recorded()

    story.when(end()).then(
        mc.PairingEnded(
            on=day("2026-12-18"),
            reason="completed",
            initiated_by="program",
            closing_conversation=False,
        )
    ).when(end()).nothing()


def test_a_refused_fact_is_no_fact() -> None:
    with pytest.raises(mc.Refused, match="formed already"):
        paired().given(form())


def test_other_events_than_expected_are_told_apart() -> None:
    held = paired().when(hold()).events[0]

    with pytest.raises(AssertionError, match="but decided"):
        paired().when(hold()).then(mc.evolve(held, minutes=5))
    with pytest.raises(AssertionError, match="but decided"):
        paired().when(hold()).then()
    with pytest.raises(AssertionError, match="but decided"):
        paired().when(hold()).then(held, held)
    with pytest.raises(AssertionError, match="but decided"):
        paired().when(hold()).then((ANNA.here, held))


def test_companions_are_all_named_or_none() -> None:
    formed, anna, cleo = school().when(form()).events

    school().when(form()).then(formed)
    school().when(form()).then(formed, anna, cleo)
    with pytest.raises(AssertionError):
        school().when(form()).then(formed, anna)


def test_an_expectation_of_a_refusal_fails_when_there_is_none_or_another() -> None:
    with pytest.raises(AssertionError, match="but decided"):
        paired().when(hold()).refuses("no_such_pairing")
    with pytest.raises(AssertionError, match="but it was 'no_such_pairing'"):
        school().when(hold()).refuses("after_end")
    with pytest.raises(AssertionError, match="with 'nowhere'"):
        school().when(hold()).refuses("no_such_pairing", "nowhere")
    with pytest.raises(AssertionError, match="expected the facts"):
        paired().when(hold(attendees=(CLEO.here, "participant:x"))).refuses(
            "not_a_member", participant="participant:y"
        )


def test_an_expected_event_of_a_refused_command_tells_the_refusal() -> None:
    with pytest.raises(mc.Refused, match="there is no pairing"):
        school().when(hold()).then()
    with pytest.raises(mc.Refused, match="there is no pairing"):
        school().when(hold()).invalid("minutes")


def test_nothing_is_told_apart_from_something() -> None:
    with pytest.raises(AssertionError, match="expected nothing new"):
        paired().when(hold()).nothing()


def test_problems_are_told_apart() -> None:
    wrong = mc.AmendRecord(stream=FIRST, target=1, changes={"on": 5})

    with pytest.raises(AssertionError, match="expected problems"):
        paired().when(hold()).invalid("minutes")
    with pytest.raises(AssertionError, match="expected problems at"):
        paired().when(wrong).invalid("basis")
    with pytest.raises(mc.Invalid):
        paired().when(wrong).refuses("not_amendable")
    assert paired().state(FIRST).since == FORMED
