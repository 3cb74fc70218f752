"""What needs a person: each rule, its threshold, and the order in which things are told."""

from datetime import date
from typing import Any

import pytest
from projections.test_status import give
from projections.town import BEGAN, Town, mc

from mentorcore.projections.attention.attention import RULES
from mentorcore.projections.attention.needs import KINDS


@pytest.fixture
def town() -> Town:
    return Town(cadence=None)


def kinds(town: Town, **asked: Any) -> list[str]:
    return [n.kind for n in town.attention(**asked).needs]


def only(town: Town, kind: str) -> Any:
    (need,) = town.attention().of(kind)
    return need


def test_a_pair_that_keeps_its_rhythm_needs_nobody() -> None:
    town = Town(cadence=mc.Cadence(every=2, unit="week", minutes=45))
    pair = town.pair()
    town.to("2026-09-14")
    town.meet(pair, "2026-08-31")
    assert kinds(town) == []

    town.to("2026-09-15")

    need = only(town, "no_meeting")
    assert (need.amount, need.limit, need.days) == (None, 14, 15)
    assert need.since == date(2026, 8, 31)
    assert need.why == "no meeting for 15 days; the agreed rhythm allows 14 days"
    assert [w.name for w in need.people] == ["Anna", "Ben"]


def test_a_pair_that_never_met_is_silent_since_its_start() -> None:
    town = Town(cadence=mc.Cadence(every=1, unit="month", minutes=45))
    town.pair()
    town.to("2026-09-18")

    need = only(town, "no_meeting")

    assert need.since == BEGAN
    assert need.why == "no meeting since it began 32 days ago; the agreed rhythm allows 31 days"


def test_what_the_members_agreed_on_goes_before_the_programs_rhythm() -> None:
    town = Town(cadence=mc.Cadence(every=1, unit="week", minutes=45))
    pair = town.pair()
    anna = town.members(pair)[0]
    monthly = mc.Cadence(every=1, unit="month", minutes=60)
    town.to("2026-09-10")
    town.ask(mc.SignAgreement(pairing_id=pair, signer=anna, on=BEGAN, cadence=monthly))

    assert kinds(town) == []


def test_a_pair_at_rest_is_not_called_silent_and_one_that_resumed_gets_its_time() -> None:
    town = Town(cadence=mc.Cadence(every=1, unit="week", minutes=45))
    pair = town.pair()
    town.to("2026-10-10")
    town.ask(mc.PausePairing(pairing_id=pair, since=date(2026, 8, 20)))
    assert kinds(town) == []

    town.ask(mc.ResumePairing(pairing_id=pair, on=date(2026, 10, 5)))

    assert kinds(town) == []
    town.to("2026-10-13")
    assert only(town, "no_meeting").since == date(2026, 10, 5)


def test_a_rest_that_lasts_longer_than_planned_needs_somebody(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-10")
    town.ask(
        mc.PausePairing(pairing_id=pair, since=date(2026, 9, 1), planned_until=date(2026, 9, 15))
    )
    assert kinds(town) == []

    town.to("2026-09-16")

    assert only(town, "pause_over").days == 1


def test_a_goal_is_overdue_from_the_day_after_it_was_due(town: Town) -> None:
    pair = town.pair()
    goal = town.goal(pair, due_on=date(2026, 9, 1))
    town.to("2026-09-01")
    assert kinds(town) == []

    town.to("2026-09-03")

    need = only(town, "goal_overdue")
    assert (need.days, need.text) == (2, "Plan a unit")
    assert need.why == "a goal was due on 2026-09-01 and is not begun"
    town.ask(mc.RecordGoalProgress(pairing_id=pair, goal_id=goal, on=town.today, status="deferred"))
    assert kinds(town) == []


def test_an_overdue_action_item_names_its_owner_first(town: Town) -> None:
    pair = town.pair()
    ben = town.members(pair)[1]
    town.ask(
        mc.AgreeActionItem(
            pairing_id=pair, text="Visit a class", owner=ben, on=BEGAN, due_on=date(2026, 9, 1)
        )
    )
    town.to("2026-09-02")

    need = only(town, "item_overdue")

    assert (need.people[0].participant, need.text) == (ben, "Visit a class")


def test_what_was_left_open_when_a_pairing_ended_needs_nobody(town: Town) -> None:
    pair = town.pair()
    anna, ben = town.members(pair)
    town.goal(pair, due_on=date(2026, 9, 1))
    town.ask(mc.ReportMismatch(pairing_id=pair, by=anna, on=BEGAN, grounds="style", wish="end"))
    town.to("2026-09-10")
    assert set(kinds(town)) == {"mismatch_overdue", "goal_overdue"}

    town.ask(
        mc.EndPairing(pairing_id=pair, on=town.today, reason="mismatch", initiated_by="program")
    )

    assert kinds(town) == ["unpaired"]
    assert only(town, "unpaired").subject == ben


def test_somebody_to_be_supported_who_has_nobody_waits_since_enrolling(town: Town) -> None:
    bea = town.enrol("mentee", "Bea")
    town.enrol("mentor", "Anna")
    town.enrol("principal", "Pia")
    town.to("2026-08-27")

    need = only(town, "unpaired")

    assert (need.subject, need.days) == (bea, 10)
    assert need.why == "a mentee has been waiting for 10 days since enrolling"


def test_nobody_waits_for_a_pairing_in_a_program_that_closed(town: Town) -> None:
    town.enrol("mentee", "Bea")
    town.to("2026-08-27")

    town.ask(mc.CloseProgram(program_id=town.program, on=town.today))

    assert kinds(town) == []


def test_a_formed_pairing_waits_for_those_who_have_not_signed() -> None:
    town = Town(cadence=None, start_needs=("agreement",))
    pair = town.pair()
    anna, ben = town.members(pair)
    town.to("2026-08-20")
    town.ask(mc.SignAgreement(pairing_id=pair, signer=anna, on=town.today))

    need = only(town, "waiting_to_start")

    assert need.why == "formed 3 days ago and still waiting for agreement"
    assert (need.people[0].participant, need.amount) == (ben, 1)
    town.ask(mc.SignAgreement(pairing_id=pair, signer=ben, on=town.today))
    assert only(town, "waiting_to_start").why.endswith("nothing more; it can be started")
    town.ask(mc.StartPairing(pairing_id=pair, on=town.today))
    assert kinds(town) == []


def test_a_formed_pairing_waits_for_training() -> None:
    needed = mc.RequiredTraining(kind="basics", role="mentor")
    town = Town(cadence=None, start_needs=("training",), trainings=(needed,))
    town.pair()
    town.to("2026-08-20")

    found = kinds(town)

    assert found == ["waiting_to_start", "training_missing"]
    assert only(town, "waiting_to_start").code == "training"


def test_a_formed_pairing_waits_for_authorization() -> None:
    town = Town(cadence=None, start_needs=("authorization",))
    town.pair()

    assert only(town, "waiting_to_start").code == "authorization"


def test_a_low_rating_is_told_to_those_who_may_read_it(town: Town) -> None:
    pair = town.pair()
    ben = town.members(pair)[1]
    give(town, pair, ben, BEGAN, 1, to="pair_private")
    assert kinds(town) == []

    give(town, pair, ben, BEGAN, 2)

    need = only(town, "low_feedback")
    assert need.why == "rated 2 on fit, where 2 or less of 5 is low"
    assert need.people[0].participant == ben


@pytest.mark.parametrize(
    ("ratings", "falls"),
    [
        ((5, 4), False),
        ((5, 4, 4), True),
        ((5, 5, 4), False),
        ((4, 5, 4, 3), True),
        ((3, 5, 4, 3), False),
        ((3, 4, 4, 3), False),
        ((5, 5, 5, 5, 3, 3), True),
    ],
)
def test_ratings_fall_when_the_last_two_lie_below_those_before(
    town: Town, ratings: tuple[int, ...], falls: bool
) -> None:
    pair = town.pair()
    ben = town.members(pair)[1]
    town.to("2026-09-20")
    for number, rating in enumerate(ratings):
        give(town, pair, ben, date(2026, 9, 1 + number), rating)

    assert kinds(town) == (["falling_feedback"] if falls else [])


def test_ratings_of_two_people_are_not_mixed(town: Town) -> None:
    pair = town.pair()
    anna, ben = town.members(pair)
    town.to("2026-09-20")
    for number, (author, rating) in enumerate(((anna, 5), (ben, 3), (anna, 5), (ben, 3))):
        give(town, pair, author, date(2026, 9, 1 + number), rating)

    assert kinds(town) == []


def test_a_mismatch_is_overdue_after_the_period_of_grace(town: Town) -> None:
    pair = town.pair()
    anna = town.members(pair)[0]
    answer = town.ask(
        mc.ReportMismatch(
            pairing_id=pair, by=anna, on=BEGAN, grounds="style", wish="mediation", text="No fit"
        )
    )
    town.to("2026-08-31")
    assert only(town, "mismatch").due_on == date(2026, 8, 31)

    town.to("2026-09-01")

    need = only(town, "mismatch_overdue")
    assert need.text == "No fit"
    mismatch = answer.events[0].event.mismatch_id
    town.ask(
        mc.SettleMismatch(pairing_id=pair, mismatch_id=mismatch, outcome="continue", on=town.today)
    )
    assert kinds(town) == []


@pytest.mark.parametrize(
    ("until", "kind"),
    [
        ((2026, 9, 19), "training_expired"),
        ((2026, 10, 20), "training_expiring"),
        ((2026, 10, 21), None),
    ],
)
def test_training_is_told_before_it_expires(
    town: Town, until: tuple[int, int, int], kind: str | None
) -> None:
    anna = town.enrol("mentor", "Anna")
    town.to("2026-09-20")
    town.ask(
        mc.RecordTraining(
            participant_id=anna,
            training_kind="basics",
            on=date(2026, 9, 1),
            valid_until=date(*until),
        )
    )

    assert kinds(town) == ([kind] if kind else [])


def test_a_mentor_is_near_capacity_and_may_come_to_be_above_it() -> None:
    town = Town(cadence=None, capacity=mc.Capacity(places=2), near_capacity=0)
    anna = town.enrol("mentor", "Anna")
    town.pair(anna)
    assert kinds(town) == []
    town.pair(anna, town.enrol("mentee", "Bea"))
    assert only(town, "near_capacity").why == "2 of 2 places are taken"

    town.ask(mc.SetMentorCapacity(participant_id=anna, places=1, since=BEGAN))

    need = only(town, "over_capacity")
    assert (need.amount, need.limit) == (2, 1)


def test_a_reporting_line_that_arises_later_is_told_once_in_either_order(town: Town) -> None:
    pair = town.pair()
    anna, ben = (town.persons[m] for m in town.members(pair))
    town.to("2026-09-20")
    town.ask(
        mc.RecordReportingLine(
            person_id=ben, superior=anna, kind="evaluator", since=date(2026, 9, 1)
        )
    )

    need = only(town, "reporting_line")

    assert need.why == "since 2026-09-01 one member is the evaluator of another"
    assert {e.stream for e in need.evidence} == {pair, ben}


def test_a_line_that_the_program_allows_or_that_is_over_needs_nobody(town: Town) -> None:
    pair = town.pair()
    anna, ben = (town.persons[m] for m in town.members(pair))
    town.to("2026-09-20")
    line = mc.RecordReportingLine
    town.ask(line(person_id=ben, superior=anna, kind="chair", since=BEGAN))
    town.ask(line(person_id=ben, superior=anna, kind="chief", since=BEGAN, until=date(2026, 9, 1)))
    town.ask(line(person_id=anna, superior=ben, kind="chief", since=BEGAN))

    assert kinds(town) == []


def test_facts_logged_after_the_program_closed_are_told_with_their_delay(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-10")
    town.ask(mc.CloseProgram(program_id=town.program, on=date(2026, 9, 10)))
    assert kinds(town) == []
    town.to("2026-09-20")
    town.meet(pair, "2026-09-08", at=None)
    town.meet(pair, "2026-09-10", at=None)

    need = only(town, "logged_after_close")

    assert (need.subject, need.days, need.amount) == (pair, 12, 2)


def test_a_pairing_that_goes_on_behind_its_planned_end_needs_somebody(town: Town) -> None:
    town.pair(planned_end=date(2026, 9, 10))
    town.to("2026-09-10")
    assert kinds(town) == []

    town.to("2026-09-12")

    assert only(town, "past_planned_end").days == 2


def test_an_expired_credential_is_told_unless_a_later_one_is_there(town: Town) -> None:
    """INV-63."""
    anna = town.enrol("mentor", "Anna")
    town.to("2026-09-20")

    def license_until(day: int) -> None:
        town.ask(
            mc.RecordCredential(
                person_id=town.persons[anna],
                kind="license",
                area="k12",
                issued_on=BEGAN,
                expires_on=date(2026, 9, day),
            )
        )

    license_until(10)
    assert only(town, "credential_expired").subject == anna
    license_until(25)

    assert kinds(town) == []


def test_a_cohort_above_its_places_is_told(town: Town) -> None:
    spring = town.ask(
        mc.OpenCohort(
            program_id=town.program,
            name="Spring",
            starts_on=BEGAN,
            ends_on=date(2027, 6, 30),
            enrols_from=BEGAN,
            enrols_until=date(2027, 1, 1),
            places=1,
        )
    )
    town.cohort = spring.events[0].event.cohort.cohort_id
    town.enrol("mentor", "Anna")
    assert kinds(town) == []

    town.enrol("mentor", "Amir")

    assert only(town, "cohort_over_places").why == "2 are enrolled in a cohort of 1 places"


def test_the_most_urgent_comes_first_and_then_the_longest_standing() -> None:
    town = Town()
    pair = town.pair()
    anna = town.members(pair)[0]
    town.goal(pair, due_on=date(2026, 9, 10))
    town.goal(pair, due_on=date(2026, 9, 1))
    town.ask(mc.ReportMismatch(pairing_id=pair, by=anna, on=BEGAN, grounds="style", wish="end"))
    town.to("2026-10-01")

    found = town.attention()

    told = [n.kind for n in found.needs]
    assert told == ["mismatch_overdue", "no_meeting", "goal_overdue", "goal_overdue"]
    assert [n.days for n in found.of("goal_overdue")] == [30, 21]
    assert found.about(anna) == found.about(pair) == found.needs


def test_every_kind_of_need_has_its_place_in_the_order() -> None:
    assert len(set(KINDS)) == len(KINDS)
    assert len(RULES) == len(set(RULES))
