"""Papers that show something about a pairing or a participant, and notes opened on a ground."""

from typing import Any

import pytest
from domain.school import CLEO, FIRST, FORMED, day, end, mc, paired, school, version_of

from mentorcore.domain.requirements.confidential import (
    opened,
    opened_for_cases,
    opened_to_coordinator,
)

NOTE: Any = f"note:{1:032x}"
NOWHERE: Any = f"note:{9:032x}"
PAPER: Any = f"evidence:{1:032x}"
USUAL: Any = {"kind": "form", "title": "form", "on": day("2026-10-01"), "evidence_id": PAPER}


def note(visibility: Any = "growth_only", **other: Any) -> Any:
    usual = {"author": CLEO.here, "kind": "reflection", "on": day("2026-09-10"), "note_id": NOTE}
    return mc.WriteNote(
        pairing_id=FIRST, body="It went well", visibility=visibility, **{**usual, **other}
    )


def attach(purpose: Any = "compliance", **other: Any) -> Any:
    usual = {**USUAL, "visibility": "coordinator", "purpose": purpose}
    return mc.AttachEvidence(pairing_id=FIRST, **{**usual, **other})


def about(purpose: Any = "compliance", **other: Any) -> Any:
    usual = {**USUAL, "visibility": "coordinator", "purpose": purpose}
    return mc.AttachParticipantEvidence(participant_id=CLEO.here, **{**usual, **other})


def invoke(**other: Any) -> Any:
    usual = {
        "ground": "danger",
        "material": (NOTE,),
        "disclosed_to": "coordinator",
        "authority": "principal",
        "on": day("2026-09-20"),
    }
    return mc.InvokeConfidentialityException(pairing_id=FIRST, **{**usual, **other})


def taking_back(story: Any, event: Any) -> Any:
    return mc.RetractRecord(stream=FIRST, target=version_of(story, FIRST, event))


# ------------------------------------------------------------------------------ evidence


@pytest.mark.parametrize("command", [attach, about], ids=["pairing", "participant"])
def test_evidence_says_what_it_is_who_signed_and_what_it_is_for(command: Any) -> None:
    asked = command(signed_by=("mentor", "chair"), digest="ab" * 32)

    (told,) = paired().when(asked).events

    assert (told.kind, told.title, told.signed_by) == ("form", "form", ("mentor", "chair"))
    assert told.digest == "ab" * 32
    assert CLEO.person in told.subjects


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (attach(on=day("2026-11-02")), "in_the_future"),
        (attach(on=day("2026-08-31")), "before_start"),
        (attach(digest="no"), "not_a_digest"),
        (attach(cites=(NOWHERE,)), "no_such_note"),
        (about(on=day("2026-11-02")), "in_the_future"),
        (about(on=day("2026-08-01")), "outside_enrolment"),
        (about(digest="no"), "not_a_digest"),
        (about(cites=(NOWHERE,)), "no_such_note"),
        (invoke(on=day("2026-11-02")), "in_the_future"),
        (invoke(on=day("2026-08-31")), "before_start"),
        (invoke(material=()), "nothing_named"),
        (invoke(material=(NOWHERE,)), "no_such_note"),
        (invoke(on=day("2026-09-09")), "no_such_note"),
    ],
)
def test_evidence_and_exceptions_are_refused_where_they_do_not_fit(command: Any, code: Any) -> None:
    paired().given(note()).when(command, at="2026-11-01T12:00Z").refuses(code)


@pytest.mark.parametrize("command", [attach, about], ids=["pairing", "participant"])
def test_evidence_is_attached_once_and_another_beside_it(command: Any) -> None:
    story = paired().given(command())

    story.when(command(title="other")).refuses("already_attached")
    assert story.when(command(evidence_id=f"evidence:{2:032x}")).events


def test_a_paper_that_is_signed_after_the_end_is_accepted() -> None:
    """INV-15."""
    ended = paired().given(end(on=day("2026-12-15")))

    assert ended.when(attach(on=day("2026-12-20"))).events


def test_evidence_of_somebody_without_a_pairing_cites_nothing() -> None:
    assert school().when(about()).events
    school().when(about(cites=(NOTE,))).refuses("no_such_note")


def test_a_pairing_that_was_taken_back_has_no_notes_to_cite() -> None:
    story = paired()
    gone = story.given(taking_back(story, mc.PairingFormed))

    gone.when(about(cites=(NOTE,))).refuses("no_such_note")


# ------------------------------------------------------------------------------ confidential text


@pytest.mark.parametrize("command", [attach, about], ids=["pairing", "participant"])
@pytest.mark.parametrize("visibility", ["growth_only", "pair_private", "author_private"])
@pytest.mark.parametrize("purpose", ["evaluation", "discipline"])
def test_what_serves_growth_or_the_pair_is_evidence_of_no_evaluation(
    command: Any, visibility: Any, purpose: Any
) -> None:
    """INV-28."""
    story = paired().given(note(visibility))

    story.when(command(purpose, cites=(NOTE,))).refuses("confidential_material")
    story.when(command(purpose, visibility=visibility)).refuses("confidential_material")
    story.when(command(visibility="evaluative", cites=(NOTE,))).refuses("confidential_material")
    assert story.when(command("mentoring", cites=(NOTE,))).events


@pytest.mark.parametrize("command", [attach, about], ids=["pairing", "participant"])
def test_a_note_of_the_coordinators_may_be_cited_anywhere(command: Any) -> None:
    assert paired().given(note("coordinator")).when(command("evaluation", cites=(NOTE,))).events


@pytest.mark.parametrize("command", [attach, about], ids=["pairing", "participant"])
def test_an_exception_opens_just_the_notes_it_names_from_its_day_on(command: Any) -> None:
    """INV-28, INV-79."""
    other: Any = f"note:{2:032x}"
    story = paired().given(note(), note(note_id=other), invoke())

    assert story.when(command("evaluation", cites=(NOTE,))).events
    story.when(command("evaluation", cites=(NOTE, other))).refuses("confidential_material")
    story.when(command("evaluation", cites=(NOTE,), on=day("2026-09-19"))).refuses(
        "confidential_material"
    )


def test_the_same_exception_again_says_nothing_new() -> None:
    paired().given(note(), invoke()).when(invoke()).nothing()


# ------------------------------------------------------------------------------ corrections


def test_a_use_is_not_amended_into_an_evaluation() -> None:
    """INV-28, INV-65."""
    story = paired().given(note(), attach(cites=(NOTE,)))
    version = version_of(story, FIRST, mc.EvidenceAttached)

    story.when(
        mc.AmendRecord(stream=FIRST, target=version, changes={"purpose": "evaluation"})
    ).refuses("confidential_material")


def test_a_note_that_is_cited_or_was_opened_is_not_taken_back() -> None:
    """INV-65."""
    cited, opened = paired().given(note(), attach(cites=(NOTE,))), paired().given(note(), invoke())

    for story in (cited, opened):
        story.when(taking_back(story, mc.NoteWritten)).refuses("others_rest_on_it")


def test_an_exception_on_which_evidence_rests_is_not_taken_back() -> None:
    """INV-65."""
    story = paired().given(note(), invoke(), attach("evaluation", cites=(NOTE,)))

    story.when(taking_back(story, mc.ConfidentialityExceptionInvoked)).refuses(
        "confidential_material"
    )


def test_what_evidence_about_a_member_rests_on_is_not_taken_back_either() -> None:
    """INV-28, INV-65."""
    story = paired().given(note("pair_private"), invoke(), about("evaluation", cites=(NOTE,)))

    note_taken, opening_taken, later = (
        taking_back(story, mc.NoteWritten),
        taking_back(story, mc.ConfidentialityExceptionInvoked),
        mc.AmendRecord(
            stream=FIRST,
            target=version_of(story, FIRST, mc.ConfidentialityExceptionInvoked),
            changes={"on": day("2026-10-02")},
        ),
    )

    story.when(note_taken).refuses("others_rest_on_it")
    story.when(opening_taken).refuses("confidential_material")
    story.when(later).refuses("confidential_material")


def test_evidence_about_a_member_that_cites_nothing_keeps_no_note_where_it_is() -> None:
    story = paired().given(note(), about())

    assert story.when(taking_back(story, mc.NoteWritten)).events


def test_a_note_that_evidence_about_a_member_judges_by_is_not_narrowed() -> None:
    """INV-28, INV-65."""
    story = paired().given(note("coordinator"), about("evaluation", cites=(NOTE,)))
    written = version_of(story, FIRST, mc.NoteWritten)

    def amending(**changes: Any) -> Any:
        return mc.AmendRecord(stream=FIRST, target=written, changes=changes)

    story.when(amending(visibility="author_private")).refuses("confidential_material")
    assert story.when(amending(on=day("2026-09-11"))).events


def test_a_note_is_not_moved_behind_the_day_on_which_it_was_opened() -> None:
    """INV-65."""
    story = paired().given(note(), invoke())
    version = version_of(story, FIRST, mc.NoteWritten)

    story.when(
        mc.AmendRecord(stream=FIRST, target=version, changes={"on": day("2026-09-21")})
    ).refuses("no_such_note")


def test_evidence_does_not_stand_before_the_pairing() -> None:
    """INV-65."""
    story = paired().given(attach(on=FORMED))
    version = version_of(story, FIRST, mc.PairingFormed)

    story.when(
        mc.AmendRecord(stream=FIRST, target=version, changes={"on": day("2026-09-02")}),
        at="2026-11-01T12:00Z",
    ).refuses("before_start")


def test_notes_are_opened_to_the_coordinator_or_for_cases() -> None:
    """INV-79"""
    invoked = mc.ConfidentialityExceptionInvoked(
        ground="danger",
        material=("note:1", "note:2"),
        disclosed_to="coordinator",
        authority="principal",
        on=day("2026-10-01"),
    )
    first, second = (
        mc.NotesOpenedForCase(
            case_id=f"case:{number:032x}",
            ground="danger",
            material=("note:2", f"note:{2 + number}"),
            authority="principal",
            on=day(f"2026-09-0{number}"),
        )
        for number in (1, 2)
    )

    events = (invoked, first, second, object())

    assert opened_to_coordinator(events) == {"note:1", "note:2"}
    assert opened_for_cases(events) == {
        "note:2": {first.case_id, second.case_id},
        "note:3": {first.case_id},
        "note:4": {second.case_id},
    }
    assert opened(events) == {
        "note:1": day("2026-10-01"),
        "note:2": day("2026-09-01"),
        "note:3": day("2026-09-01"),
        "note:4": day("2026-09-02"),
    }
