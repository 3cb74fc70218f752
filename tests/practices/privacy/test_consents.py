"""What may be said of a consent, and what is refused: each guard, at once and by corrections."""

from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest
from engine.world import Clock, mc, numbers
from practices.privacy.world import GIVEN, SITE, UNTIL, WITHDRAWN, Consenting, begun

import mentorcore
from mentorcore.errors import Refused
from mentorcore.practices.consent import Consented
from mentorcore.practices.privacy.state import Consent, check_consent, evolve

DAY = timedelta(days=1)
TOMORROW = date(2026, 11, 24)


@pytest.fixture
def here() -> Any:
    with closing(mentorcore.open(":memory:", clock=Clock(), ids=numbers())) as engine:
        here = begun(engine)
        here.give()
        yield here


def refusal(act: Any) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def amended(here: Consenting, target: int, **changes: Any) -> Any:
    return here.world.ask(mc.AmendRecord(stream=here.consent, target=target, changes=changes))


def retracted(here: Consenting, target: int) -> Any:
    return here.world.ask(mc.RetractRecord(stream=here.consent, target=target))


def test_a_consent_is_given_once(here: Consenting) -> None:
    again = here.giving(consent_id=here.consent)

    assert refusal(lambda: here.world.ask(again)) == "already_given"


def test_a_consent_is_given_to_a_program_by_a_person(here: Consenting) -> None:
    assert refusal(lambda: here.give(program_id=f"program:{9:032x}")) == "no_such_program"
    assert refusal(lambda: here.give(person_id=f"person:{9:032x}")) == "no_such_person"


def test_nothing_is_withdrawn_that_was_not_given(here: Consenting) -> None:
    here.consent = f"consent:{9:032x}"

    assert refusal(here.withdraw) == "no_such_consent"


def test_a_consent_is_not_given_or_withdrawn_in_the_future(here: Consenting) -> None:
    assert refusal(lambda: here.give(on=TOMORROW)) == "in_the_future"
    assert refusal(lambda: here.withdraw(TOMORROW)) == "in_the_future"


def test_a_consent_ends_on_its_first_day_at_the_earliest(here: Consenting) -> None:
    assert refusal(lambda: here.give(until=GIVEN - DAY)) == "ends_before_start"
    assert refusal(lambda: amended(here, 1, until=GIVEN - DAY)) == "ends_before_start"


def test_a_channel_is_named_once(here: Consenting) -> None:
    assert refusal(lambda: here.give(channels=(SITE, SITE))) == "channel_twice"


def test_a_consent_is_withdrawn_once_and_comes_back_by_retracting_that(here: Consenting) -> None:
    here.withdraw()

    assert refusal(here.withdraw) == "already_withdrawn"
    retracted(here, 2)
    assert here.withdraw().events


def test_why_a_consent_was_corrected_is_sealed_under_the_key_of_whoever_consents(
    here: Consenting,
) -> None:
    person = here.world.persons[here.mentee]

    amended = mc.AmendRecord(
        stream=here.consent, target=1, changes={"purpose": "quote"}, reason="She ticked the other"
    )
    (record,) = here.world.ask(amended).events

    assert record.event.subjects == (person,)


@pytest.mark.parametrize("day", [GIVEN - DAY, GIVEN, WITHDRAWN, UNTIL - 40 * DAY])
def test_withdrawing_is_never_refused_for_the_day_that_somebody_names(
    here: Consenting, day: date
) -> None:
    """INV-48"""
    (told,) = here.withdraw(day).events

    assert told.event.on == day


def test_anybody_who_is_registered_may_consent_without_limits(here: Consenting) -> None:
    theirs = here.world.persons[here.mentor]

    (told,) = here.world.ask(here.giving(person_id=theirs, channels=(), until=None)).events

    assert (told.event.person_id, told.event.channels, told.event.until) == (theirs, (), None)


def test_a_consent_is_what_others_ask_about() -> None:
    assert isinstance(Consent(), Consented)
    assert Consent().withdrawn_on is None


def test_what_is_no_event_of_it_and_what_never_began_changes_nothing() -> None:
    empty = Consent()

    check_consent(empty)

    assert evolve(empty, object()) is empty


def test_whoever_consented_reads_what_they_consented_to(here: Consenting) -> None:
    mine = mc.Viewer.member(here.world.persons[here.mentee])
    other = mc.Viewer.member(here.world.persons[here.mentor])

    told = here.engine.history(here.consent, viewer=mine)

    assert [entry.name for entry in told.entries] == ["consent.given"]
    assert here.engine.history(here.consent, viewer=other).entries == ()
