"""Reliefs, credits and facts that rules ask for: what is taken down of a participant, and when."""

from typing import Any

import pytest
from domain.school import ANNA, AUTUMN, CLEO, PROGRAM, day, mc, program, school, version_of

HERE = {"participant_id": CLEO.here}


def waive(relief: Any = "waiver", since: Any = "2026-10-15", **other: Any) -> Any:
    usual = {"rule_id": "CA-4", "granted_by": "coordinator", "basis": "New timetable"}
    return mc.WaiveRequirement(**HERE, relief=relief, since=day(since), **{**usual, **other})


def credit(on: Any = "2026-10-15", **other: Any) -> Any:
    return mc.CreditService(**{**HERE, "on": day(on), "amount": 11, "unit": "week", **other})


def state(since: Any = "2026-09-01", **other: Any) -> Any:
    return mc.StateFact(**{**HERE, "fact": "experience_years", "since": day(since), **other})


def test_a_relief_names_rule_ground_and_the_role_that_granted_it() -> None:
    story = school().when(waive("extension", new_limit=day("2026-11-30")))

    (told,) = story.events

    assert (told.rule_id, told.relief, told.granted_by) == ("CA-4", "extension", "coordinator")
    assert told.new_limit == day("2026-11-30")
    assert told.subjects == (CLEO.person,)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (waive(until=day("2026-10-15")), "ends_before_start"),
        (waive("extension"), "limit_of_extension"),
        (waive("exemption", new_limit=day("2026-11-30")), "limit_of_extension"),
        (waive(basis="  "), "empty_text"),
        (credit(amount=0), "amount_out_of_range"),
        (credit("2026-11-02"), "in_the_future"),
        (state(), "one_value"),
        (state(number=3, word="three"), "one_value"),
        (state(number=3, until=day("2026-09-01")), "ends_before_start"),
    ],
)
def test_what_a_rule_asks_for_is_refused_where_it_does_not_fit(command: Any, code: Any) -> None:
    school().when(command, at="2026-11-01T12:00Z").refuses(code)


def test_a_relief_may_be_granted_without_a_ground_as_far_as_the_core_knows() -> None:
    (told,) = school().when(waive(basis=None)).events

    assert told.basis is None


@pytest.mark.parametrize(
    "command", [waive(), credit(), state(number=3)], ids=["waive", "credit", "state"]
)
def test_the_same_again_says_nothing_new(command: Any) -> None:
    school().given(command).when(command).nothing()


def test_another_ground_alone_says_nothing_new_and_another_rule_does() -> None:
    story = school().given(waive())

    story.when(waive(basis="Said otherwise")).nothing()
    assert story.when(waive(rule_id="CA-1")).events


def test_a_fact_that_was_taken_back_can_be_stated_again() -> None:
    story = school().given(state(number=3))
    version = story.history[CLEO.here][-1].version

    gone = story.given(mc.RetractRecord(stream=CLEO.here, target=version))

    assert gone.when(state(number=3)).events


def test_nothing_is_granted_credited_or_stated_after_the_enrolment() -> None:
    ended = school().given(mc.EndEnrolment(**HERE, on=day("2026-10-01"), outcome="withdrew"))

    for command in (waive(), credit(), state("2026-10-01", number=3)):
        ended.when(command).refuses("enrolment_ended")


def test_a_fact_is_a_number_or_a_word_about_anybody_who_takes_part() -> None:
    stated = mc.StateFact(
        participant_id=ANNA.here, fact="rating", word="proficient", since=day("2026-09-01")
    )

    (told,) = school().when(stated).events

    assert (told.word, told.number, told.until) == ("proficient", None, None)


# ------------------------------------------------------------------------------ programs


def reference(on: Any = "2026-09-01", **other: Any) -> Any:
    usual = {"process": "early_completion", "title": "Early completion"}
    return mc.ReferenceDocument(program_id=PROGRAM, on=day(on), **{**usual, **other})


def justify(on: Any = "2026-09-01", **other: Any) -> Any:
    usual = {"rule_id": "MD-1", "reason": "Two vacancies"}
    return mc.JustifyRequirement(program_id=PROGRAM, on=day(on), **{**usual, **other})


def test_a_document_is_referenced_by_what_it_describes_and_its_digest() -> None:
    (told,) = program().when(reference(digest="ab" * 32, published=True)).events

    assert (told.process, told.digest, told.published) == ("early_completion", "ab" * 32, True)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (reference("2026-11-02"), "in_the_future"),
        (reference(title=" "), "empty_text"),
        (reference(digest="AB" * 32), "not_a_digest"),
        (justify(reason=""), "reason_needed"),
        (justify(cohort_id=f"cohort:{9:032x}"), "no_such_cohort"),
    ],
)
def test_a_document_or_reason_is_refused_where_it_does_not_fit(command: Any, code: Any) -> None:
    program().when(command, at="2026-11-01T12:00Z").refuses(code)


def test_nothing_is_referenced_or_justified_after_the_program() -> None:
    closed = program().given(mc.CloseProgram(program_id=PROGRAM, on=day("2026-10-01")))

    closed.when(reference("2026-10-01")).refuses("program_closed")
    closed.when(justify("2026-10-01")).refuses("program_closed")
    assert closed.when(reference("2026-09-30")).events


@pytest.mark.parametrize("command", [reference(), justify()], ids=["reference", "justify"])
def test_the_same_document_or_reason_again_says_nothing_new(command: Any) -> None:
    program().given(command).when(command).nothing()


def test_a_cohort_with_a_reason_of_its_own_is_not_taken_back_before_it() -> None:
    """INV-65."""
    story = program().given(justify(cohort_id=AUTUMN))
    opened = mc.RetractRecord(stream=PROGRAM, target=version_of(story, PROGRAM, mc.CohortOpened))

    story.when(opened).refuses("others_rest_on_it")
