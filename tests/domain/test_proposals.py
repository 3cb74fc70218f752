"""Members are asked, accept or decline; the last acceptance forms the pairing."""

from typing import Any

import pytest
from domain.school import (
    ANNA,
    AUTUMN,
    BEN,
    CLEO,
    DARA,
    FIRST,
    FORMED,
    GUS,
    LAUNCH,
    PROGRAM,
    SECOND,
    THIRD,
    Someone,
    accept,
    circle,
    day,
    decline,
    end,
    enrol,
    form,
    hold,
    mc,
    member,
    propose,
    school,
    version_of,
)
from domain.test_companions import check

from mentorcore.domain.pairing.state import ActivePairing, NotFormed, ProposedPairing
from mentorcore.testing import Scenario


def proposed(**other: Any) -> Scenario:
    return school(**other).given(propose())


def agreed(**other: Any) -> Scenario:
    """Both have accepted, and so they are paired since 9 September."""
    return proposed(**other).given(accept(CLEO, "2026-09-08"), accept(ANNA, "2026-09-09"))


def rivals() -> Scenario:
    """Cleo was proposed with Anna and with Ben, and has accepted both; nobody else has."""
    return school().given(
        propose(ANNA, CLEO),
        propose(BEN, CLEO, pairing_id=SECOND),
        accept(CLEO),
        accept(CLEO, pairing_id=SECOND),
    )


def load(story: Scenario, who: Someone = ANNA) -> int:
    found: int = story.state(who.here).load()
    return found


def retract(story: Scenario, event_class: type, stream: str = FIRST) -> Any:
    return mc.RetractRecord(stream=stream, target=version_of(story, stream, event_class))


def amend(story: Scenario, event_class: type, stream: str = FIRST, **changes: Any) -> Any:
    target = version_of(story, stream, event_class)
    return mc.AmendRecord(stream=stream, target=target, changes=changes)


LATER = "2026-11-01T12:00Z"


def last_of(story: Scenario, stream: str = FIRST) -> int:
    placed: Any = story.history[stream]
    version: int = placed[-1].version
    return version


# ---------------------------------------------------------------- proposing


def test_a_proposal_is_no_pairing_and_takes_no_place() -> None:
    story = school()

    asked = story.when(propose())

    recorded = asked.then(
        mc.PairingProposed(
            pairing_id=FIRST,
            program_id=PROGRAM,
            cohort_id=AUTUMN,
            shape="one_to_one",
            members=(member(ANNA, primary=True), member(CLEO)),
            subjects=(ANNA.person, CLEO.person),
            on=FORMED,
            basis="assigned",
            must_accept=(ANNA.here, CLEO.here),
            exclusive=True,
        )
    )
    assert [s for s, _ in asked.decision] == [FIRST, ANNA.here, CLEO.here]
    assert load(recorded) == 0
    assert isinstance(recorded.state(FIRST), ProposedPairing)
    assert isinstance(recorded.state(FIRST), NotFormed)
    assert recorded.state(ANNA.here).pairings == ()
    check(recorded)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (propose(on=day("2030-01-01")), "in_the_future"),
        (propose(on=day("2026-08-16")), "program_not_running"),
        (propose(cohort_id="cohort:9"), "no_such_cohort"),
        (propose(ANNA, BEN), "shape_broken"),
        (propose(ANNA, CLEO, DARA), "size_out_of_bounds"),
        (propose(shape="group"), "no_such_shape"),
        (propose(on=LAUNCH), "outside_enrolment"),
        (propose(answer_by=day("2026-08-31")), "ends_before_start"),
        (propose(must_accept=(BEN.here,)), "not_a_member"),
        (propose(basis="round"), "criteria_missing"),
        (propose(unmet_soft=(mc.Unmet(criterion="x", reason="y"),)), "no_such_criterion"),
        (propose(members=(member(GUS), member(CLEO))), "no_such_participant"),
    ],
)
def test_a_proposal_keeps_the_hard_criteria(command: Any, code: str) -> None:
    """INV-10"""
    school().when(command, at=LATER).refuses(code)


def test_what_a_round_proposes_names_the_version_of_its_criteria() -> None:
    """INV-10"""
    asked = school().when(propose(basis="round", criteria_version="autumn-2", score=71))

    assert (asked.events[0].criteria_version, asked.events[0].score) == ("autumn-2", 71)


def test_nobody_is_proposed_in_a_closed_cohort() -> None:
    closed = mc.CloseCohort(
        program_id=PROGRAM, cohort_id=AUTUMN, on=day("2026-11-01"), outcome="cancelled"
    )
    story = school().given(closed)

    story.when(propose(on=day("2026-11-02"))).refuses("cohort_closed")


def test_nobody_is_proposed_who_left_or_is_suspended() -> None:
    """INV-07"""
    on = day("2026-08-25")
    left = mc.EndEnrolment(participant_id=CLEO.here, on=on, outcome="withdrew")
    suspended = (
        mc.QualifyMentor(participant_id=ANNA.here, since=day("2026-08-21")),
        mc.EndMentorQualification(participant_id=ANNA.here, on=on, cause="suspended"),
    )

    school().given(left).when(propose()).refuses("enrolment_ended")
    school().given(*suspended).when(propose()).refuses("not_qualified")


def test_nobody_is_proposed_to_be_mentored_by_the_own_superior() -> None:
    line = mc.RecordReportingLine(
        person_id=CLEO.person, superior=ANNA.person, kind="supervisor", since=LAUNCH
    )

    school().given(line).when(propose()).refuses("reporting_line")


def test_who_parted_for_mismatch_is_proposed_again_with_a_reason_only() -> None:
    parted = school().given(form(), end(on=FORMED, reason="mismatch"))

    parted.when(propose(pairing_id=SECOND)).refuses("ended_for_mismatch")
    again = parted.given(propose(pairing_id=SECOND, override_reason="both asked for it"))
    formed = again.given(accept(CLEO, pairing_id=SECOND), accept(ANNA, pairing_id=SECOND))

    assert isinstance(formed.state(SECOND), ActivePairing)
    moved = formed.when(amend(formed, mc.PairingFormed, SECOND, on=day("2026-09-10")), at=LATER)
    assert moved.recorded().state(SECOND).facts.formed_on == day("2026-09-10")


def test_what_is_there_is_not_proposed_again() -> None:
    proposed().when(propose()).refuses("already_proposed")
    proposed().when(form()).refuses("already_proposed")
    agreed().when(propose()).refuses("already_formed")


def test_nothing_is_recorded_in_what_is_only_proposed() -> None:
    """INV-14"""
    proposed().when(hold()).refuses("not_formed")
    proposed().when(end()).refuses("not_formed")


# ---------------------------------------------------------------- accepting


def test_the_last_acceptance_forms_the_pairing() -> None:
    """INV-14"""
    story = proposed().given(accept(CLEO, "2026-09-08"))

    last = story.when(accept(ANNA, "2026-09-09"))

    recorded = last.then(
        mc.PairingAccepted(participant=ANNA.here, on=day("2026-09-09")),
        mc.PairingFormed(
            pairing_id=FIRST,
            program_id=PROGRAM,
            cohort_id=AUTUMN,
            shape="one_to_one",
            members=(member(ANNA, primary=True), member(CLEO)),
            subjects=(ANNA.person, CLEO.person),
            on=day("2026-09-09"),
            basis="assigned",
        ),
    )
    assert isinstance(story.state(FIRST), ProposedPairing)
    assert load(recorded) == 1
    assert isinstance(recorded.state(FIRST), ActivePairing)
    check(recorded)


def test_the_pairing_is_formed_on_the_day_of_the_last_acceptance_whichever_came_first() -> None:
    story = proposed().given(accept(ANNA, "2026-09-09"))

    formed = story.when(accept(CLEO, "2026-09-03")).recorded()

    assert formed.state(FIRST).facts.formed_on == day("2026-09-09")
    check(formed)


def test_only_those_who_were_asked_have_to_accept() -> None:
    story = school().given(propose(must_accept=(ANNA.here,)))

    story.when(accept(CLEO)).refuses("not_asked")
    formed = story.when(accept(ANNA)).recorded()

    assert isinstance(formed.state(FIRST), ActivePairing)


def test_a_pairing_that_needs_an_agreement_waits_for_it_after_the_last_acceptance() -> None:
    story = agreed(start_needs=("agreement",))

    assert story.state(FIRST).facts.start_needs == ("agreement",)
    assert story.state(FIRST).facts.active_from is None


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (accept(CLEO, "2030-01-01"), "in_the_future"),
        (accept(CLEO, "2026-08-31"), "before_the_proposal"),
        (accept(CLEO, "2026-09-16"), "answered_too_late"),
        (accept(BEN), "not_asked"),
        (accept(ANNA, "2026-09-09"), "already_accepted"),
        (accept(CLEO, pairing_id=SECOND), "no_such_pairing"),
        (decline(ANNA, "2026-08-31"), "before_the_proposal"),
        (decline(BEN), "not_a_member"),
        (decline(cause="declined"), "not_a_member"),
        (decline(cause="expired", on="2026-09-15"), "not_expired"),
        (decline(ANNA, "2030-01-01"), "in_the_future"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(command: Any, code: str) -> None:
    story = school().given(propose(answer_by=day("2026-09-15")), accept(ANNA))

    story.when(command, at=LATER).refuses(code)


def test_a_proposal_without_a_last_day_does_not_expire() -> None:
    proposed().when(decline(cause="expired", on="2026-12-01")).refuses("not_expired")


def test_accepting_twice_says_nothing_new() -> None:
    proposed().given(accept(CLEO)).when(accept(CLEO)).nothing()
    agreed().when(accept(CLEO)).nothing()


def test_what_was_assigned_is_not_accepted() -> None:
    school().given(form()).when(accept(CLEO)).refuses("not_proposed")
    school().given(form()).when(decline(CLEO)).refuses("not_proposed")


def test_nobody_accepts_who_has_left() -> None:
    """INV-07"""
    left = mc.EndEnrolment(participant_id=CLEO.here, on=day("2026-09-05"), outcome="withdrew")

    proposed().given(left).when(accept(CLEO)).refuses("enrolment_ended")
    proposed().given(left, accept(ANNA, "2026-09-03")).when(accept(CLEO, "2026-09-04")).refuses(
        "enrolment_ended"
    )


def test_a_proposal_reserves_no_place() -> None:
    """INV-06"""
    story = school(capacity=mc.Capacity(places=1)).given(
        propose(ANNA, CLEO),
        propose(ANNA, DARA, pairing_id=SECOND),
        accept(CLEO),
        accept(DARA, pairing_id=SECOND),
        accept(ANNA),
    )

    story.when(accept(ANNA, pairing_id=SECOND)).refuses("no_free_place")


def test_what_kept_it_from_being_formed_leaves_the_last_acceptance_unrecorded() -> None:
    story = proposed().given(accept(CLEO), form(BEN, CLEO, pairing_id=SECOND))

    still = story.when(accept(ANNA)).refuses("primary_mentor_exists")

    assert still.state(FIRST).proposal.missing == (ANNA.here,)


# ---------------------------------------------------------------- competing proposals


def test_a_pairing_that_is_formed_declines_the_competing_proposals_of_its_mentee() -> None:
    """INV-11"""
    story = rivals()

    last = story.when(accept(ANNA, "2026-09-09"))

    declined = mc.PairingDeclined(
        cause="other_accepted", on=day("2026-09-09"), by="program", in_favour_of=FIRST, subjects=()
    )
    assert last.decision[-1] == (SECOND, declined)
    after = last.recorded()
    after.when(accept(BEN, pairing_id=SECOND)).refuses("proposal_declined")
    check(after)


def test_a_proposal_of_a_later_day_is_declined_on_that_day() -> None:
    story = school().given(
        propose(ANNA, CLEO),
        propose(BEN, CLEO, pairing_id=SECOND, on=day("2026-10-01")),
        accept(CLEO),
    )

    formed = story.when(accept(ANNA)).recorded()

    assert formed.state(SECOND).proposal.declined.on == day("2026-10-01")


def test_only_exclusive_proposals_of_the_same_mentee_compete() -> None:
    """INV-11"""
    story = school().given(
        propose(ANNA, CLEO),
        propose(BEN, CLEO, pairing_id=SECOND, exclusive=False),
        propose(ANNA, DARA, pairing_id=THIRD),
        accept(CLEO),
    )

    formed = story.when(accept(ANNA)).recorded()

    assert [formed.state(s).proposal.declined for s in (SECOND, THIRD)] == [None, None]


def test_what_is_not_exclusive_declines_nothing() -> None:
    story = school().given(
        propose(ANNA, CLEO, exclusive=False), propose(BEN, CLEO, pairing_id=SECOND), accept(CLEO)
    )

    formed = story.when(accept(ANNA)).recorded()

    assert formed.state(SECOND).proposal.declined is None


def test_what_was_declined_before_stays_as_it_was() -> None:
    story = rivals().given(decline(BEN, pairing_id=SECOND))

    formed = story.when(accept(ANNA, "2026-09-09")).recorded()

    assert formed.state(SECOND).proposal.declined.cause == "declined"


# ---------------------------------------------------------------- declining


def test_whoever_is_asked_may_decline_and_nothing_is_formed_then() -> None:
    story = proposed().given(accept(ANNA))

    declined = story.when(decline(CLEO, reason="we work in one team"))

    recorded = declined.recorded()
    assert declined.events[0].subjects == (ANNA.person, CLEO.person)
    recorded.when(accept(CLEO)).refuses("proposal_declined")
    recorded.when(decline(CLEO)).nothing()
    recorded.when(decline(ANNA)).refuses("proposal_declined")
    check(recorded)


@pytest.mark.parametrize("cause", ["withdrawn", "no_place", "ineligible", "expired"])
def test_the_program_says_why_nothing_comes_of_a_proposal(cause: Any) -> None:
    story = school().given(propose(answer_by=day("2026-09-15")))

    recorded = story.when(decline(cause=cause, on="2026-09-16")).recorded()

    assert recorded.state(FIRST).proposal.declined.cause == cause


def test_a_pairing_that_is_formed_is_ended_and_not_declined() -> None:
    agreed().when(decline(CLEO)).refuses("already_formed")


# ---------------------------------------------------------------- corrections


def test_a_forming_that_is_taken_back_leaves_the_proposal_with_its_answers() -> None:
    story = agreed()

    back = story.when(retract(story, mc.PairingFormed)).recorded()

    assert load(back) == 0
    assert back.state(FIRST).proposal.missing == ()
    again = back.when(accept(CLEO)).recorded()
    assert load(again) == 1
    check(again)


def test_a_forming_that_stands_again_has_its_places_again() -> None:
    story = agreed()
    back = story.when(retract(story, mc.PairingFormed)).recorded()

    again = back.when(mc.RetractRecord(stream=FIRST, target=last_of(back))).recorded()

    assert load(again) == 1
    assert isinstance(again.state(FIRST), ActivePairing)
    check(again)


def test_a_forming_that_is_taken_back_has_declined_nothing() -> None:
    """INV-11"""
    story = rivals().given(accept(ANNA))

    back = story.when(retract(story, mc.PairingFormed)).recorded()

    assert back.state(SECOND).proposal.declined is None
    again = back.when(mc.RetractRecord(stream=FIRST, target=last_of(back))).recorded()
    assert again.state(SECOND).proposal.declined.in_favour_of == FIRST
    check(again)


@pytest.mark.parametrize("event", ["PairingProposed", "PairingAccepted"])
def test_what_a_pairing_was_formed_by_is_not_taken_back_before_it(event: str) -> None:
    story = agreed()

    story.when(retract(story, getattr(mc, event))).refuses("others_rest_on_it")


def test_an_acceptance_is_taken_back_while_nothing_is_formed() -> None:
    story = proposed().given(accept(CLEO))

    back = story.when(retract(story, mc.PairingAccepted)).recorded()

    assert back.state(FIRST).proposal.missing == (ANNA.here, CLEO.here)
    check(back)


def test_an_acceptance_that_stands_again_forms_nothing_by_itself() -> None:
    story = proposed().given(accept(CLEO))
    back = story.when(retract(story, mc.PairingAccepted)).recorded().given(accept(ANNA))

    again = back.when(mc.RetractRecord(stream=FIRST, target=3)).recorded()

    assert isinstance(again.state(FIRST), ProposedPairing)
    assert isinstance(again.when(accept(CLEO)).recorded().state(FIRST), ActivePairing)


def test_a_declining_that_is_taken_back_lets_the_proposal_go_on() -> None:
    story = proposed().given(decline(CLEO))

    back = story.when(retract(story, mc.PairingDeclined)).recorded()

    formed = back.given(accept(CLEO), accept(ANNA))
    assert isinstance(formed.state(FIRST), ActivePairing)
    again = mc.RetractRecord(stream=FIRST, target=3)
    formed.when(again).refuses("others_rest_on_it")


def test_a_proposal_is_taken_back_with_what_it_left_with_its_members() -> None:
    story = proposed()

    back = story.when(retract(story, mc.PairingProposed)).recorded()

    assert back.state(ANNA.here).proposals == ()
    assert not isinstance(back.state(FIRST), ProposedPairing)
    check(back)


@pytest.mark.parametrize(
    ("event", "changes", "code"),
    [
        ("PairingAccepted", {"on": day("2026-09-10")}, "others_rest_on_it"),
        ("PairingAccepted", {"on": day("2026-08-30")}, "before_the_proposal"),
        ("PairingAccepted", {"participant": BEN.here}, "not_amendable"),
        ("PairingFormed", {"on": day("2026-09-08")}, "others_rest_on_it"),
        ("PairingProposed", {"on": day("2026-09-09")}, "before_the_proposal"),
        ("PairingProposed", {"answer_by": day("2026-09-07")}, "answered_too_late"),
        ("PairingProposed", {"must_accept": (ANNA.here,)}, "not_amendable"),
    ],
)
def test_a_correction_leaves_a_proposal_and_its_answers_in_order(
    event: str, changes: Any, code: str
) -> None:
    story = agreed()

    story.when(amend(story, getattr(mc, event), **changes)).refuses(code)


def test_what_fits_is_corrected() -> None:
    story = agreed()

    story = story.when(amend(story, mc.PairingAccepted, on=day("2026-09-02")), at=LATER).recorded()
    story = story.when(
        amend(story, mc.PairingProposed, answer_by=day("2026-09-20")), at=LATER
    ).recorded()
    story = story.when(amend(story, mc.PairingFormed, on=day("2026-09-11")), at=LATER).recorded()

    facts = story.state(FIRST).facts
    assert facts.proposal.accepted[CLEO.here] == day("2026-09-02")
    assert facts.proposal.made.answer_by == day("2026-09-20")
    assert facts.formed_on == day("2026-09-11")
    check(story)


def test_the_cause_of_a_declining_is_corrected_by_the_same_rules() -> None:
    story = school().given(propose(answer_by=day("2026-09-15")), decline(ANNA))

    story.when(amend(story, mc.PairingDeclined, cause="expired")).refuses("not_expired")
    story.when(amend(story, mc.PairingDeclined, by="program")).refuses("not_a_member")
    story.when(amend(story, mc.PairingDeclined, cause="other_accepted")).refuses("not_amendable")
    later = story.when(amend(story, mc.PairingDeclined, on=day("2026-09-10")), at=LATER).recorded()

    assert later.state(FIRST).proposal.declined.on == day("2026-09-10")
    check(later)


def test_a_proposal_that_another_one_declined_keeps_its_cause() -> None:
    story = rivals().given(accept(ANNA))
    target = last_of(story, SECOND)

    other = mc.AmendRecord(stream=SECOND, target=target, changes={"cause": "withdrawn"})
    dated = mc.AmendRecord(stream=SECOND, target=target, changes={"on": day("2026-09-20")})

    story.when(other).refuses("others_rest_on_it")
    assert story.when(dated, at=LATER).recorded().state(SECOND).proposal.declined.on == day(
        "2026-09-20"
    )


def test_a_proposal_that_expired_is_not_corrected_to_hold_longer() -> None:
    story = school().given(
        propose(answer_by=day("2026-09-15")), decline(cause="expired", on="2026-09-16")
    )

    story.when(amend(story, mc.PairingProposed, answer_by=day("2026-09-30"))).refuses("not_expired")


def test_a_group_is_formed_once_all_of_it_has_accepted() -> None:
    story = circle().given(
        propose(members=tuple(member(w) for w in (ANNA, CLEO, DARA)), on=FORMED, exclusive=False),
        accept(ANNA),
        accept(CLEO),
    )

    formed = story.when(accept(DARA)).recorded()

    assert load(formed) == 2
    check(formed)


def test_an_enrolment_does_not_go_while_something_is_proposed_with_it() -> None:
    story = proposed()
    enrolled = mc.RetractRecord(stream=CLEO.here, target=1)

    story.when(enrolled).refuses("others_rest_on_it")
    assert enrol(CLEO).participant_id == CLEO.here


def test_a_proposal_is_not_dated_behind_an_answer_to_it() -> None:
    story = proposed().given(accept(CLEO))

    story.when(amend(story, mc.PairingProposed, on=day("2026-09-09")), at=LATER).refuses(
        "before_the_proposal"
    )
