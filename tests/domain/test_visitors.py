"""Who takes part here from another institution, and since when (INV-58)."""

from typing import Any

from domain.school import ANNA, day, end, form, mc, school, version_of

from mentorcore.domain.participant.visiting import VisitorAdmitted
from mentorcore.testing import Scenario

UNDER = f"agreement:{0xA6:032x}"
OTHER = f"agreement:{0xA7:032x}"
LATER = day("2026-09-10")


def admit(**other: Any) -> Any:
    usual = {
        "participant_id": ANNA.here,
        "institution": "south-high",
        "agreement": UNDER,
        "since": day("2026-08-25"),
    }
    return mc.AdmitVisitor(**(usual | other))


def ours() -> Scenario:
    return school(owner="north-high")


def test_a_participant_is_a_visitor_from_the_day_on_which_they_were_admitted() -> None:
    story = ours().given(admit())

    me = story.state(ANNA.here)

    assert me.visit_on(day("2026-08-24")) is None
    assert me.visit_on(day("2026-08-25")).institution == "south-high"


def test_a_visitor_who_comes_under_another_agreement_later_is_here_under_that_one() -> None:
    story = ours().given(admit(agreement=OTHER, since=day("2026-11-01")), admit())

    me = story.state(ANNA.here)

    assert me.visit_on(day("2026-10-31")).agreement == UNDER
    assert me.visit_on(day("2026-11-01")).agreement == OTHER


def test_admitting_a_visitor_again_is_nothing_new() -> None:
    ours().given(admit()).when(admit()).nothing()


def test_nobody_is_a_visitor_in_a_program_that_does_not_say_whose_it_is() -> None:
    school().when(admit()).refuses("no_owner")


def test_nobody_is_a_visitor_at_home() -> None:
    ours().when(admit(institution="north-high")).refuses("not_a_visitor")


def test_nobody_is_a_visitor_before_they_are_enrolled() -> None:
    ours().when(admit(since=day("2026-08-19"))).refuses("outside_enrolment")


def test_a_visitor_is_admitted_before_they_are_paired() -> None:
    ours().given(form()).when(admit()).refuses("live_pairing")


def test_who_was_paired_as_one_of_our_own_may_come_back_as_a_visitor() -> None:
    story = ours().given(form(), end())

    again = story.when(admit(since=day("2027-01-04"))).recorded()

    assert len(again.state(ANNA.here).visits) == 1


def test_what_is_known_of_a_visitor_is_corrected_while_they_are_paired() -> None:
    story = ours().given(admit(), form())
    change = mc.AmendRecord(
        stream=ANNA.here,
        target=version_of(story, ANNA.here, VisitorAdmitted),
        changes={"institution": "east-high"},
    )

    corrected = story.when(change).recorded()

    assert corrected.state(ANNA.here).visit_on(LATER).institution == "east-high"
