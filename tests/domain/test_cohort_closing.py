"""A cohort is closed, and nothing is opened there any more; pairings may go on beyond it (INV-71)."""

from typing import Any

import pytest
from domain.school import (
    ANNA,
    AUTUMN,
    BEN,
    CLEO,
    DARA,
    FIRST,
    PROGRAM,
    SECOND,
    cohort,
    day,
    end,
    enrol,
    form,
    mc,
    paired,
    program,
    reopen,
    school,
    someone,
    version_of,
)
from domain.test_amendments import amend

NEXT: Any = f"cohort:{2:032x}"
LATE = "2027-07-01T12:00Z"


def closing(**other: Any) -> Any:
    usual = {"program_id": PROGRAM, "cohort_id": AUTUMN, "on": day("2027-06-15")}
    return mc.CloseCohort(**(usual | other))


def going_on(**other: Any) -> Any:
    usual = {"pairing_id": FIRST, "on": day("2027-06-15"), "planned_end": day("2027-12-18")}
    return mc.ContinuePairing(**(usual | other))


def successor() -> Any:
    return cohort(
        cohort_id=NEXT,
        name="Next",
        starts_on=day("2027-08-16"),
        ends_on=day("2028-06-15"),
        enrols_from=day("2027-06-01"),
        enrols_until=day("2027-10-15"),
    )


def test_a_cohort_is_closed_once() -> None:
    """INV-71."""
    story = program().given(closing(), at=LATE)

    assert story.state(PROGRAM).closing(AUTUMN).outcome == "completed"
    story.when(closing(), at=LATE).nothing()
    story.when(closing(outcome="cancelled"), at=LATE).refuses("cohort_closed")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"cohort_id": NEXT}, "no_such_cohort"),
        ({"on": day("2027-07-02")}, "in_the_future"),
        ({"on": day("2026-08-16")}, "ends_before_start"),
        ({"others": "move"}, "no_successor"),
        ({"pairings": (mc.Remaining(pairing_id=FIRST, then="move"),)}, "no_successor"),
        ({"successor": NEXT}, "no_such_cohort"),
        ({"successor": AUTUMN}, "no_such_cohort"),
    ],
)
def test_a_cohort_is_closed_by_what_there_is(wrong: Any, code: str) -> None:
    """INV-71."""
    program().when(closing(**wrong), at=LATE).refuses(code)


def test_a_cohort_that_never_began_can_be_cancelled() -> None:
    before = closing(on=day("2026-08-16"), outcome="cancelled")

    assert program().when(before, at=LATE).events


def test_what_becomes_of_a_pairing_is_said_of_it_or_of_all_others() -> None:
    named = mc.Remaining(pairing_id=FIRST, then="end", reason="no_fault")
    asked = closing(others="extend", pairings=(named,))

    assert asked.remaining(FIRST) == named
    assert asked.remaining(SECOND).then == "extend"


def test_in_a_closed_cohort_nobody_is_enrolled() -> None:
    """INV-71."""
    story = program().given(mc.RegisterPerson(person_id="person:9"), closing(), at=LATE)
    late = someone(0x9, "mentee")
    story = story.given(mc.RegisterPerson(person_id=late.person))

    story.when(enrol(late), at=LATE).refuses("cohort_closed", closed_on=day("2027-06-15"))


def test_in_a_closed_cohort_no_pairing_is_formed_but_one_of_the_past() -> None:
    """INV-71."""
    story = school().given(closing(), at=LATE)
    over = mc.Ending(on=day("2027-06-15"), reason="completed")
    beyond = mc.Ending(on=day("2027-06-16"), reason="completed")

    story.when(form(), at=LATE).refuses("cohort_closed")
    story.when(form(ended=beyond), at=LATE).refuses("cohort_closed")
    assert story.when(form(ended=over), at=LATE).events


def test_in_a_closed_cohort_no_pairing_is_taken_up_again() -> None:
    """INV-15, INV-71: neither by reopening nor by taking back its end."""
    story = paired().given(end(), closing(), at=LATE)
    back = mc.RetractRecord(stream=FIRST, target=version_of(story, FIRST, mc.PairingEnded))

    story.when(reopen(), at=LATE).refuses("cohort_closed")
    story.when(back, at=LATE).refuses("cohort_closed")


def test_a_cohort_is_open_again_when_its_closing_is_retracted() -> None:
    """INV-71: what ended with it stays ended until that is retracted, too."""
    story = paired().given(end(), closing(), at=LATE)
    version = version_of(story, PROGRAM, mc.CohortClosed)

    opened = story.given(mc.RetractRecord(stream=PROGRAM, target=version), at=LATE)

    assert opened.state(PROGRAM).closing(AUTUMN) is None
    assert opened.when(reopen(), at=LATE).events


def test_corrections_go_on_in_a_closed_cohort() -> None:
    story = paired().given(end(), closing(), at=LATE)

    earlier = amend(story, mc.PairingEnded, on=day("2026-12-17"))
    assert story.when(earlier, at=LATE).events
    since = amend(story, mc.ParticipantEnrolled, ANNA.here, since=day("2026-08-19"))
    assert story.when(since, at=LATE).events


def test_a_cohort_that_was_closed_stays_opened() -> None:
    """INV-65."""
    story = program().given(closing(), at=LATE)
    opened = version_of(story, PROGRAM, mc.CohortOpened)

    back = mc.RetractRecord(stream=PROGRAM, target=opened)
    story.when(back, at=LATE).refuses("others_rest_on_it")


# --------------------------------------------------------------------------- going on


def test_a_pairing_is_extended_in_its_cohort() -> None:
    """INV-71."""
    story = paired().given(going_on(), at=LATE)

    facts = story.state(FIRST).facts
    assert (facts.cohort_id, facts.planned_end, facts.extended) == (
        AUTUMN,
        day("2027-12-18"),
        True,
    )
    story.when(going_on(), at=LATE).nothing()


def test_a_pairing_moves_to_the_successor_and_ends_there() -> None:
    """INV-71."""
    moved = going_on(cohort_id=NEXT, planned_end=None)
    story = paired().given(successor(), moved, at=LATE)

    facts = story.state(FIRST).facts
    assert (facts.cohort_id, facts.planned_end, facts.extended) == (NEXT, None, False)
    story.when(moved, at=LATE).nothing()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"cohort_id": NEXT}, "no_such_cohort"),
        ({"on": day("2027-07-02")}, "in_the_future"),
        ({"on": day("2026-08-31")}, "before_start"),
        ({"planned_end": day("2027-06-15")}, "ends_before_start"),
        ({"cohort_id": AUTUMN}, "cohort_closed"),
    ],
)
def test_a_pairing_goes_on_where_it_can(wrong: Any, code: str) -> None:
    """INV-71."""
    paired().given(closing(), at=LATE).when(going_on(**wrong), at=LATE).refuses(code)


def test_a_pairing_that_ended_does_not_go_on() -> None:
    paired().given(end()).when(going_on(), at=LATE).refuses("already_ended")


# --------------------------------------------------------------------------- whole persons

WIDE = f"cohort:{3:032x}"
SECOND_ANNA = someone(0x1A, "mentor")


def twice(**other: Any) -> Any:
    """Anna enrolled a second time, as only a log of before can say."""
    story = school(**other).given(cohort(cohort_id=WIDE))
    again = mc.ParticipantEnrolled(
        participant_id=SECOND_ANNA.here,
        person_id=ANNA.person,
        program_id=PROGRAM,
        cohort_id=WIDE,
        role="mentor",
        since=day("2026-08-20"),
    )
    told = mc.PersonEnrolled(
        participant_id=SECOND_ANNA.here,
        cohort_id=WIDE,
        role="mentor",
        since=day("2026-08-20"),
        principal_stream=SECOND_ANNA.here,
        principal=1,
    )
    return story.given(again, (ANNA.person, told))


def test_who_is_enrolled_twice_has_places_once() -> None:
    """INV-06: load and capacity are of the person."""
    story = twice(capacity=mc.Capacity(places=1)).given(form(ANNA, CLEO))

    story.when(form(SECOND_ANNA, DARA, pairing_id=SECOND)).refuses("no_free_place")


def test_who_is_enrolled_twice_is_trained_once() -> None:
    """INV-04: a training is of the person."""
    needed = mc.RequiredTraining(kind="basics", role="mentor")
    trained = mc.RecordTraining(
        participant_id=ANNA.here, training_kind="basics", on=day("2026-08-25")
    )
    story = twice(trainings=(needed,))

    story.when(form(SECOND_ANNA, CLEO)).refuses("training_missing")
    assert story.given(trained).when(form(SECOND_ANNA, CLEO)).events


def test_the_most_places_recorded_for_a_person_count() -> None:
    """INV-06."""
    more = mc.SetMentorCapacity(
        participant_id=ANNA.here, places=2, since=day("2026-08-20"), reason="asked for it"
    )
    story = twice(capacity=mc.Capacity(places=1)).given(more, form(ANNA, CLEO))

    assert story.when(form(SECOND_ANNA, DARA, pairing_id=SECOND)).events


def test_a_pairing_joins_participants_of_different_cohorts() -> None:
    """INV-01: one enrolment serves all cohorts."""
    story = program().given(cohort(cohort_id=WIDE))
    for who, where in ((BEN, AUTUMN), (DARA, WIDE)):
        story = story.given(mc.RegisterPerson(person_id=who.person), enrol(who, cohort_id=where))

    assert story.when(form(BEN, DARA, cohort_id=WIDE)).events
