"""The rules of a case: who handles it, what it arises from, how it comes to its end (INV-79)."""

from datetime import timedelta
from typing import Any

import attrs
import pytest
from domain.school import (
    ANNA,
    BEN,
    CLEO,
    DARA,
    FIRST,
    PROGRAM,
    SECOND,
    Someone,
    day,
    form,
    mc,
    school,
    someone,
)
from hypothesis import given as given_any
from hypothesis import strategies as st

from mentorcore.domain.aggregate import Keepers
from mentorcore.domain.requirements.case_events import (
    CaseCause,
    CaseRaised,
    NotesOpenedForCase,
    OpenNotesForCase,
)
from mentorcore.practices.cases import PRACTICE
from mentorcore.practices.cases.events import (
    ActOnCase,
    CaseActedOn,
    CaseClosed,
    CaseEscalated,
    CaseHandlerNamed,
    CaseHandlerReleased,
    CaseOpened,
    CloseCase,
    EscalateCase,
    NameCaseHandler,
    OpenCase,
    OpenCaseFromMismatch,
    OpenCaseFromRelation,
    ReleaseCaseHandler,
)
from mentorcore.practices.cases.state import Case, evolve, keepers
from mentorcore.practices.registry import Practices
from mentorcore.testing import Scenario
from mentorcore.testing.strategies import events as drawn

MODEL = Practices.of(()).model
CASE: Any = f"case:{1:032x}"
OTHER: Any = f"case:{2:032x}"
MISMATCH: Any = f"mismatch:{1:032x}"
NOTE: Any = f"note:{1:032x}"
DEAN, NURSE = (someone(number, "none") for number in (0xDE, 0xAD))
OPENED, ACTED, DUE, CLOSED = map(day, ("2026-09-07", "2026-09-10", "2026-09-15", "2026-09-25"))
DAY = timedelta(days=1)
WORRY = "He shouts at her"


def begun() -> Scenario:
    """Anna and Cleo are paired; a dean and a nurse are known and take no part."""
    story = attrs.evolve(school(), model=MODEL).given(form())
    return story.given(*(mc.RegisterPerson(person_id=who.person) for who in (DEAN, NURSE)))


def opening(**other: Any) -> OpenCase:
    usual: dict[str, Any] = {
        "case_id": CASE,
        "program_id": PROGRAM,
        "kind": "concern",
        "on": OPENED,
        "opened_by": CLEO.person,
        "participants": (ANNA.here,),
        "handlers": (DEAN.person,),
        "due_on": DUE,
        "text": WORRY,
    }
    return OpenCase(**usual | other)


def opened(**other: Any) -> Scenario:
    return begun().given(opening(**other))


def naming(who: Someone = NURSE, **other: Any) -> NameCaseHandler:
    return NameCaseHandler(**{"case_id": CASE, "handler": who.person, "on": ACTED} | other)


def releasing(who: Someone = DEAN, **other: Any) -> ReleaseCaseHandler:
    return ReleaseCaseHandler(**{"case_id": CASE, "handler": who.person, "on": ACTED} | other)


def acting(**other: Any) -> ActOnCase:
    return ActOnCase(**{"case_id": CASE, "on": ACTED, "text": "Spoke with both"} | other)


def escalating(**other: Any) -> EscalateCase:
    return EscalateCase(**{"case_id": CASE, "on": ACTED, "to": "superintendent"} | other)


def closing(**other: Any) -> CloseCase:
    return CloseCase(**{"case_id": CASE, "on": CLOSED, "outcome": "resolved"} | other)


def reporting(**other: Any) -> Any:
    usual = {"pairing_id": FIRST, "mismatch_id": MISMATCH, "by": CLEO.here, "on": OPENED}
    return mc.ReportMismatch(**{**usual, "grounds": "style", "wish": "end", **other})


def line(**other: Any) -> Any:
    usual = {"person_id": CLEO.person, "superior": ANNA.person, "kind": "evaluator"}
    return mc.RecordReportingLine(**{**usual, "since": OPENED - DAY, **other})


def from_mismatch(**other: Any) -> OpenCaseFromMismatch:
    usual: dict[str, Any] = {"case_id": CASE, "pairing_id": FIRST, "mismatch_id": MISMATCH}
    return OpenCaseFromMismatch(**usual | {"on": OPENED} | other)


def from_relation(**other: Any) -> OpenCaseFromRelation:
    usual: dict[str, Any] = {"case_id": CASE, "pairing_id": FIRST, "on": OPENED}
    return OpenCaseFromRelation(**usual | {"superior": ANNA.here, "subordinate": CLEO.here} | other)


def retracting(story: Scenario, stream: Any, kind: type, **other: Any) -> Any:
    placed = [p for p in story.history[stream] if type(p.event) is kind]
    return mc.RetractRecord(stream=stream, target=placed[-1].version, **other)


def amending(story: Scenario, told: type, **changes: Any) -> Any:
    placed = [p for p in story.history[CASE] if type(p.event) is told]
    return mc.AmendRecord(stream=CASE, target=placed[-1].version, changes=changes)


# ------------------------------------------------------------------------------------- opening


def test_what_a_case_says_is_sealed_under_the_keys_of_whom_it_is_about() -> None:
    begun().when(opening()).then(
        CaseOpened(
            case_id=CASE,
            program_id=PROGRAM,
            kind="concern",
            on=OPENED,
            opened_by=CLEO.person,
            participants=(ANNA.here,),
            handlers=(DEAN.person,),
            due_on=DUE,
            subjects=(ANNA.person,),
            text=WORRY,
        )
    )


@pytest.mark.parametrize(
    ("about", "subjects"),
    [
        ({"participants": (), "pairing_id": FIRST}, (ANNA.person, CLEO.person)),
        ({"participants": (BEN.here, ANNA.here)}, (BEN.person, ANNA.person)),
        ({"participants": ()}, (CLEO.person,)),
        ({"participants": (), "opened_by": None, "text": None}, ()),
    ],
)
def test_it_is_about_participants_a_pairing_or_the_program(about: Any, subjects: Any) -> None:
    (told,) = begun().when(opening(**about)).events

    assert told.subjects == subjects


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"program_id": f"program:{9:032x}"}, "no_such_program"),
        ({"participants": (f"participant:{9:032x}",)}, "no_such_participant"),
        ({"pairing_id": SECOND}, "no_such_pairing"),
        ({"opened_by": f"person:{9:032x}"}, "no_such_person"),
        ({"handlers": (f"person:{9:032x}",)}, "no_such_person"),
        ({"handlers": (ANNA.person,)}, "handles_own_case"),
        ({"pairing_id": FIRST, "handlers": (CLEO.person,)}, "handles_own_case"),
        ({"handlers": (DEAN.person, DEAN.person)}, "handles_already"),
        ({"text": " \u200b"}, "empty_text"),
        ({"participants": (), "opened_by": None}, "nobody_named"),
        ({"due_on": OPENED - DAY}, "due_too_early"),
    ],
)
def test_a_case_that_cannot_be_is_refused(other: Any, code: str) -> None:
    """INV-79"""
    begun().when(opening(**other)).refuses(code)


def test_a_case_lies_not_in_the_future() -> None:
    begun().when(opening(), at="2026-09-06T12:00Z").refuses("in_the_future")


def test_a_case_is_opened_once() -> None:
    opened().when(opening()).refuses("already_open")


def test_who_opens_a_case_about_the_program_may_handle_it() -> None:
    asked = opening(participants=(), handlers=(CLEO.person,))

    (told,) = begun().when(asked).events

    assert told.handlers == (CLEO.person,)


def test_nobody_handles_a_case_about_whom_they_were_merged_with() -> None:
    story = begun().given(mc.MergePersons(survivor=DEAN.person, absorbed=ANNA.person, basis="same"))

    story.when(opening()).refuses("handles_own_case")
    story.given(opening(handlers=())).when(naming(DEAN)).refuses("handles_own_case")


# ------------------------------------------------------------------------------- what it is from


def test_a_reported_mismatch_becomes_one_case() -> None:
    cause = CaseCause(kind="mismatch", pairing_id=FIRST, mismatch_id=MISMATCH)
    story = begun().given(reporting())

    case, raised = story.when(from_mismatch()).events

    assert (case.cause, case.pairing_id, case.kind) == (cause, FIRST, "concern")
    assert case.subjects == (ANNA.person, CLEO.person)
    assert raised == CaseRaised(
        case_id=CASE, cause=cause, on=OPENED, principal_stream=CASE, principal=1
    )
    second = f"mismatch:{2:032x}"
    story = story.given(from_mismatch(), reporting(mismatch_id=second))
    again = from_mismatch(case_id=OTHER)
    story.when(again).refuses("already_a_case", contains=CASE)
    assert story.when(from_mismatch(case_id=OTHER, mismatch_id=second)).events


def test_a_relation_that_arose_later_becomes_one_case() -> None:
    """INV-03"""
    story = begun().given(line())

    case, _raised = story.when(from_relation()).events

    assert case.cause == CaseCause(
        kind="relation",
        pairing_id=FIRST,
        superior=ANNA.here,
        subordinate=CLEO.here,
        relation="evaluator",
        since=OPENED - DAY,
    )
    assert case.kind == "missed_requirement"
    story.given(from_relation()).when(from_relation(case_id=OTHER)).refuses("already_a_case")


def test_of_several_relations_it_is_said_which() -> None:
    story = begun().given(line(), line(kind="supervisor"))

    story.when(from_relation()).refuses("which_relation", contains="evaluator, supervisor")

    (told, _) = story.when(from_relation(relation="supervisor")).events
    assert told.cause.relation == "supervisor"


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"superior": CLEO.here, "subordinate": ANNA.here}, "no_such_relation"),
        ({"superior": BEN.here}, "not_in_pairing"),
        ({"relation": "chief"}, "no_such_relation"),
        ({"on": OPENED - DAY - DAY}, "no_such_relation"),
        ({"pairing_id": SECOND}, "no_such_pairing"),
    ],
)
def test_a_case_of_no_relation_is_refused(other: Any, code: str) -> None:
    """INV-03"""
    begun().given(line()).when(from_relation(**other)).refuses(code)


@pytest.mark.parametrize("ends", [{"until": OPENED}, {"kind": "chair"}])
def test_a_relation_that_ended_or_is_allowed_is_none(ends: Any) -> None:
    """INV-03"""
    begun().given(line(**ends)).when(from_relation()).refuses("no_such_relation")


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        ({"kind": "mismatch", "mismatch_id": f"mismatch:{9:032x}"}, "no_such_mismatch"),
        ({"kind": "mismatch"}, "no_such_mismatch"),
        ({"kind": "relation", "superior": BEN.here, "subordinate": CLEO.here}, "not_in_pairing"),
        ({"kind": "relation", "superior": ANNA.here, "subordinate": CLEO.here}, "no_such_relation"),
        (
            {
                "kind": "relation",
                "superior": ANNA.here,
                "subordinate": CLEO.here,
                "relation": "evaluator",
                "since": OPENED,
            },
            "no_such_relation",
        ),
    ],
)
def test_a_cause_that_is_stated_is_one_that_there_is(cause: Any, code: str) -> None:
    stated = CaseCause(pairing_id=FIRST, **cause)
    story = begun().given(line(), reporting())

    story.when(opening(pairing_id=FIRST, participants=(), cause=stated)).refuses(code)


def test_a_case_is_about_the_pairing_in_which_it_arose() -> None:
    story = begun().given(reporting(), form(BEN, DARA, pairing_id=SECOND))
    cause = CaseCause(kind="mismatch", pairing_id=FIRST, mismatch_id=MISMATCH)

    story.when(opening(pairing_id=SECOND, cause=cause)).refuses("not_in_pairing")


def test_a_case_that_was_taken_back_leaves_room_for_another() -> None:
    story = begun().given(reporting(), from_mismatch())
    story = story.given(retracting(story, CASE, CaseOpened))

    again = story.given(from_mismatch(case_id=OTHER))

    assert again.state(CASE).opened is None
    assert list(again.state(FIRST).facts.raised) == [OTHER]
    reinstating = mc.RetractRecord(stream=CASE, target=2)
    again.when(reinstating).refuses("already_a_case")


def test_what_it_arose_from_may_be_taken_back_without_it() -> None:
    story = begun().given(reporting(), from_mismatch())
    story = story.given(retracting(story, FIRST, mc.MismatchReported))

    amended = story.given(amending(story, CaseOpened, due_on=CLOSED))

    assert amended.state(CASE).opened.due_on == CLOSED


# ------------------------------------------------------------------------------------ handling


def test_handlers_come_and_go() -> None:
    story = opened().given(naming(), releasing(on=CLOSED))

    state = story.state(CASE)

    assert state.handlers == (NURSE.person,)
    assert keepers(state) == Keepers(
        frozenset({NURSE.person}), CLEO.person, frozenset({ANNA.person})
    )


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (naming(DEAN), "handles_already"),
        (naming(ANNA), "handles_own_case"),
        (naming(someone(9, "none")), "no_such_person"),
        (naming(on=OPENED - DAY), "before_the_case"),
        (releasing(NURSE), "not_a_handler"),
        (releasing(on=OPENED - DAY), "before_the_case"),
        (escalating(on=OPENED - DAY), "before_the_case"),
        (escalating(text=""), "empty_text"),
        (acting(text=" "), "empty_text"),
        (acting(due_on=OPENED), "due_too_early"),
        (closing(on=OPENED - DAY), "before_the_case"),
        (closing(outcome="refused"), "ground_needed"),
    ],
)
def test_a_step_that_cannot_be_is_refused(asked: Any, code: str) -> None:
    """INV-79"""
    opened().when(asked).refuses(code)


@pytest.mark.parametrize("asked", [naming(), releasing(), acting(), escalating(), closing()])
def test_no_step_is_taken_in_a_case_that_is_not_there_or_in_the_future(asked: Any) -> None:
    begun().when(asked).refuses("no_such_case")
    opened().when(asked, at="2026-09-08T12:00Z").refuses("in_the_future")


def test_steps_are_sealed_like_the_case() -> None:
    story = opened()

    (acted,) = story.when(acting(due_on=CLOSED)).events
    (escalated,) = story.when(escalating(text="It goes on")).events

    assert acted == CaseActedOn(
        on=ACTED, due_on=CLOSED, subjects=(ANNA.person,), text="Spoke with both"
    )
    assert escalated == CaseEscalated(
        to="superintendent", on=ACTED, subjects=(ANNA.person,), text="It goes on"
    )


def test_a_case_that_names_nobody_has_no_text() -> None:
    story = opened(participants=(), opened_by=None, text=None)

    story.when(acting()).refuses("nobody_named")

    assert story.when(escalating()).events
    assert story.when(acting(text=None)).events


def test_what_was_done_is_said_where_it_can_be_sealed() -> None:
    opened().when(acting(text=None)).refuses("empty_text")


# ------------------------------------------------------------------------------------- the end


def test_it_is_closed_with_an_outcome_and_a_ground() -> None:
    """INV-55"""
    opened().when(closing(outcome="refused", ground="legal_hold")).then(
        CaseClosed(outcome="refused", on=CLOSED, ground="legal_hold")
    )


@pytest.mark.parametrize("asked", [acting(on=CLOSED + DAY), escalating(on=CLOSED + DAY)])
def test_nothing_is_done_in_a_closed_case(asked: Any) -> None:
    opened().given(closing()).when(asked).refuses("case_closed")


def test_a_case_is_closed_once() -> None:
    opened().given(closing()).when(closing(outcome="referred")).refuses("case_closed")


def test_what_was_done_before_its_end_is_logged_late() -> None:
    story = opened().given(closing(), acting(), naming(on=CLOSED + DAY))

    assert story.state(CASE).handlers == (DEAN.person, NURSE.person)


def test_a_case_is_opened_again_by_taking_back_its_end() -> None:
    story = opened().given(closing())

    again = story.given(retracting(story, CASE, CaseClosed), acting(on=CLOSED + DAY))

    assert again.state(CASE).closed is None
    again.when(retracting(again, CASE, mc.RecordRetracted)).refuses("case_closed")


# --------------------------------------------------------------------------------- corrections


def test_a_correction_fits_what_stands_beside_it() -> None:
    """INV-65"""
    story = opened().given(naming(), acting(), closing())

    story.when(amending(story, CaseOpened, on=ACTED + DAY)).refuses("before_the_case")
    story.when(amending(story, CaseOpened, handlers=(NURSE.person,))).refuses("handles_already")
    story.when(amending(story, CaseHandlerNamed, handler=ANNA.person)).refuses("not_amendable")
    story.when(amending(story, CaseClosed, on=OPENED)).refuses("case_closed")
    amended = story.given(amending(story, CaseOpened, handlers=(), kind="complaint"))
    assert amended.state(CASE).handlers == (NURSE.person,)


def test_naming_somebody_is_not_taken_back_under_their_release() -> None:
    """INV-65"""
    story = opened().given(naming(), releasing(NURSE, on=CLOSED))

    story.when(retracting(story, CASE, CaseHandlerNamed)).refuses("not_a_handler")

    freed = story.given(retracting(story, CASE, CaseHandlerReleased))
    assert freed.state(CASE).handlers == (DEAN.person, NURSE.person)


def test_the_day_of_what_was_raised_follows_that_of_the_case() -> None:
    story = begun().given(reporting(), from_mismatch())

    (_, (stream, along)) = story.when(amending(story, CaseOpened, on=OPENED + DAY)).decision

    assert stream == FIRST
    assert dict(along.public_changes) == {"on": OPENED + DAY}


# ---------------------------------------------------------------------------- notes for a case


def noting(visibility: str = "pair_private") -> Any:
    return mc.WriteNote(
        pairing_id=FIRST,
        note_id=NOTE,
        author=CLEO.here,
        kind="journal",
        on=OPENED,
        visibility=visibility,
        body="He shouted again",
    )


def opening_notes(**other: Any) -> OpenNotesForCase:
    usual: dict[str, Any] = {
        "pairing_id": FIRST,
        "case_id": CASE,
        "ground": "danger",
        "material": (NOTE,),
        "authority": "principal",
        "on": ACTED,
    }
    return OpenNotesForCase(**usual | other)


def test_what_was_written_for_those_who_handle_cases_is_opened_for_one() -> None:
    """INV-79"""
    opened().given(noting("safeguarding")).when(opening_notes()).then(
        NotesOpenedForCase(
            case_id=CASE, ground="danger", material=(NOTE,), authority="principal", on=ACTED
        )
    )


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"case_id": OTHER}, "no_such_case"),
        ({"on": OPENED - DAY}, "before_the_case"),
        ({"on": CLOSED + DAY}, "case_closed"),
        ({"pairing_id": SECOND}, "no_such_pairing"),
        ({"material": ()}, "nothing_named"),
        ({"material": (f"note:{9:032x}",)}, "no_such_note"),
    ],
)
def test_notes_are_opened_for_an_open_case_of_the_program(other: Any, code: str) -> None:
    """INV-79"""
    story = opened().given(noting("safeguarding"), closing())

    story.when(opening_notes(**other)).refuses(code)


# ----------------------------------------------------------------------------------- any events


@given_any(st.lists(drawn(*PRACTICE.aggregates[0].events), max_size=6))
def test_folding_never_fails(happened: list[Any]) -> None:
    state = Case()
    for event in happened:
        state = evolve(state, event)

    assert isinstance(keepers(state), Keepers)


def test_what_is_not_its_own_changes_nothing() -> None:
    assert evolve(Case(), object()) == Case()
    assert Case().concerned == ()
