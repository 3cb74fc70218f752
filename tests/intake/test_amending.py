"""An edited response changes exactly what the edit says, where it stands."""

from datetime import date
from typing import Any

from intake.made_forms import ENROLMENT, MEETINGS, PAIRINGS
from intake.small_program import ANNA, BEN, CARLA, COHORT, P_ANNA, P_BEN, P_CARLA, PAIR, Form

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.corrections.commands import AmendRecord, RetractRecord
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.pairing.events.ending import EndPairing, PairingEnded
from mentorcore.domain.pairing.events.forming import FormPairing, Member, PairingFormed
from mentorcore.domain.pairing.events.meetings import HoldMeeting, MeetingHeld
from mentorcore.domain.pairing.events.work import NoteWritten, WriteNote
from mentorcore.domain.participant.events import (
    EnrolParticipant,
    ParticipantEnrolled,
    SetMentorCapacity,
)
from mentorcore.domain.person.events import (
    Contact,
    ExternalIdentityLinked,
    LinkExternalIdentity,
    PersonRegistered,
    RegisterPerson,
)
from mentorcore.domain.values import (
    Code,
    MeetingId,
    NoteId,
    PairingId,
    ParticipantId,
    PersonId,
    ProgramId,
    Stream,
)
from mentorcore.intake.amendments import Amendment, Standing, amend, hidden_by
from mentorcore.intake.directory import KnownPairing, Without
from mentorcore.intake.intents import code_of

MET = {"E-mail": "anna@example.org", "Mentee": "Ben Ode", "Date": "2026-10-05", "Minutes": "45"}
MEETING = MeetingId("meeting:" + "1" * 32)
NOTE = NoteId("note:" + "1" * 32)
EVA = PersonId("person:" + "e" * 32)
P_EVA = ParticipantId("participant:" + "e" * 32)
FORMED = PairingId("pairing:" + "f" * 32)


def standing(fact: str, stream: str, version: int, event: Any) -> Standing:
    return Standing(
        Code(fact), Stream(stream), version, event, CORE_MODEL.aggregates[kind_of(stream)]
    )


def held(**fields: Any) -> Standing:
    stated = {
        "meeting_id": MEETING,
        "held_on": date(2026, 10, 5),
        "held_at": None,
        "minutes": 45,
        "modality": "in_person",
        "kind": "one_to_one",
        "attendees": (P_ANNA, P_BEN),
        "subjects": (ANNA, BEN),
    }
    return standing("meeting", PAIR, 5, MeetingHeld(**{**stated, **fields}))


def note(visibility: str = "pair_private") -> Standing:
    written = NoteWritten(
        note_id=NOTE,
        author=P_ANNA,
        kind="session_note",
        on=date(2026, 10, 5),
        visibility=visibility,  # type: ignore[arg-type]  # of the caller's choice
        subjects=(ANNA, BEN),
        meeting_id=MEETING,
        body="Fine.",
    )
    return standing("note", PAIR, 6, written)


def edit(form: Form, before: dict[str, str], after: dict[str, str], *there: Standing) -> Amendment:
    form.known = Without(form.known, hidden_by(there))  # type: ignore[assignment]  # for reading only
    old, new = (form.row(cells, again=True) for cells in (before, after))
    return amend(old, new, there)


def commands(amendment: Amendment) -> list[tuple[str, type]]:
    return [(step.fact, type(step.command)) for step in amendment.steps]


def test_a_changed_number_amends_the_record_where_it_stands() -> None:
    amendment = edit(Form(MEETINGS), MET, {**MET, "Minutes": "60"}, held())

    (step,) = amendment.steps
    assert step.command == AmendRecord(stream=Stream(PAIR), target=5, changes={"minutes": 60})
    assert [(c.fact, c.version) for c in amendment.kept] == [("meeting", 5)]


def test_an_edit_that_changes_nothing_recorded_leads_to_nothing() -> None:
    amendment = edit(Form(MEETINGS), MET, {**MET, "Minutes": "45 min"}, held())

    assert amendment.steps == ()
    assert len(amendment.kept) == 1


def test_what_somebody_corrected_meanwhile_stays_unless_the_respondent_touched_it() -> None:
    corrected = held(minutes=50)

    amendment = edit(Form(MEETINGS), MET, {**MET, "How": "Zoom"}, corrected)

    assert amendment.steps[0].command.changes == {"modality": "video"}


def test_a_time_that_is_told_at_last_replaces_the_bare_day() -> None:
    amendment = edit(Form(MEETINGS), MET, {**MET, "Time": "15:30"}, held())

    assert set(amendment.steps[0].command.changes) == {"held_at"}


def test_a_time_that_is_taken_away_leaves_the_day() -> None:
    with_time = {**MET, "Time": "15:30"}
    before = Form(MEETINGS).row(with_time).facts[0].command.held_at

    amendment = edit(Form(MEETINGS), with_time, MET, held(held_at=before))

    assert amendment.steps[0].command.changes == {"held_at": None, "held_on": date(2026, 10, 5)}


def test_a_text_that_is_added_is_new_and_one_that_is_removed_is_taken_back() -> None:
    with_note = {**MET, "Note": "Fine."}

    added = edit(Form(MEETINGS), MET, with_note, held())
    removed = edit(Form(MEETINGS), with_note, MET, held(), note())

    assert commands(added) == [("note", WriteNote)]
    assert added.steps[0].command.meeting_id == MEETING
    assert commands(removed) == [("note", RetractRecord)]
    assert removed.steps[0].command.target == 6
    assert [c.fact for c in removed.kept] == ["meeting"]


def test_a_changed_text_is_amended_with_its_meeting_left_alone() -> None:
    amendment = edit(
        Form(MEETINGS), {**MET, "Note": "Fine."}, {**MET, "Note": "Very fine."}, held(), note()
    )

    (step,) = amendment.steps
    assert (step.command.target, step.command.changes) == (6, {"body": "Very fine."})


def test_a_meeting_on_the_wrong_pairing_is_retracted_there_and_recorded_where_it_belongs() -> None:
    form = Form(MEETINGS)
    other = PairingId("pairing:" + "2" * 32)
    form.known.put(
        KnownPairing(pairing=other, members=frozenset({P_ANNA, P_CARLA}), since=date(2026, 9, 20))
    )
    before = {**MET, "Note": "Fine."}

    amendment = edit(form, before, {**before, "Mentee": "Carla Ruiz"}, held(), note())

    assert commands(amendment) == [
        ("note", RetractRecord),
        ("meeting", RetractRecord),
        ("meeting", HoldMeeting),
        ("note", WriteNote),
    ]
    back, again = amendment.steps[1], amendment.steps[2]
    assert (back.command.stream, back.command.target) == (PAIR, 5)
    assert back.command.cause == "wrong_pairing"
    assert again.command.pairing_id == other
    assert again.command.meeting_id != MEETING
    assert again.replaces == held().caused
    assert amendment.steps[3].command.meeting_id == again.command.meeting_id
    assert amendment.kept == ()


def test_a_meeting_that_turns_out_cancelled_is_taken_back_and_recorded_as_cancelled() -> None:
    amendment = edit(Form(MEETINGS), MET, {**MET, "Status": "cancelled"}, held())

    assert [step.fact for step in amendment.steps] == ["meeting", "meeting"]
    assert amendment.steps[0].command.cause == "entered_in_error"


NEW = {"Name": "Eva Lind", "E-mail": "eva@example.org", "Role": "I mentor", "Since": "9/3/2026"}


def enrolled_eva() -> tuple[Standing, ...]:
    registered = PersonRegistered(
        person_id=EVA,
        subjects=(EVA,),
        name="Eva Lind",
        contact=Contact(email="eva@example.org"),
    )
    linked = ExternalIdentityLinked(
        scheme="email", assurance="self_stated", subjects=(EVA,), value="eva@example.org"
    )
    enrolled = ParticipantEnrolled(
        participant_id=P_EVA,
        person_id=EVA,
        program_id=ProgramId("program:" + "0" * 31 + "1"),
        cohort_id=COHORT,
        role=Code("mentor"),
        since=date(2026, 9, 3),
    )
    return (
        standing("person", EVA, 1, registered),
        standing("email", EVA, 2, linked),
        standing("enrolment", P_EVA, 1, enrolled),
    )


def test_a_spelling_that_is_corrected_changes_the_name_of_the_same_person() -> None:
    amendment = edit(Form(ENROLMENT), NEW, {**NEW, "Name": "Eva Lindt"}, *enrolled_eva())

    (step,) = amendment.steps
    assert step.command == AmendRecord(stream=Stream(EVA), target=1, changes={"name": "Eva Lindt"})
    assert len(amendment.kept) == 3


def test_a_corrected_address_is_linked_anew_to_the_same_person() -> None:
    amendment = edit(
        Form(ENROLMENT), NEW, {**NEW, "E-mail": "eva.lind@example.org"}, *enrolled_eva()
    )

    assert commands(amendment) == [
        ("email", RetractRecord),
        ("person", AmendRecord),
        ("email", LinkExternalIdentity),
    ]
    assert amendment.steps[2].command.person_id == EVA
    assert [c.fact for c in amendment.kept] == ["person", "enrolment"]


def test_a_new_role_or_day_amends_the_enrolment() -> None:
    after = {**NEW, "Role": "I am new", "Since": "9/10/2026"}

    amendment = edit(Form(ENROLMENT), NEW, after, *enrolled_eva())

    changes = amendment.steps[0].command.changes
    assert changes == {"role": "mentee", "since": date(2026, 9, 10)}


def test_places_that_are_told_later_are_set_for_the_participant_that_stands() -> None:
    amendment = edit(Form(ENROLMENT), NEW, {**NEW, "Places": "2"}, *enrolled_eva())

    assert commands(amendment) == [("capacity", SetMentorCapacity)]
    assert amendment.steps[0].command.participant_id == P_EVA


def test_another_person_in_the_same_row_is_recorded_apart_from_the_first_one() -> None:
    after = {**NEW, "Name": "Mia Roth", "E-mail": "mia@example.org"}

    amendment = edit(Form(ENROLMENT), NEW, after, *enrolled_eva())

    assert commands(amendment) == [
        ("enrolment", RetractRecord),
        ("email", RetractRecord),
        ("person", RetractRecord),
        ("person", RegisterPerson),
        ("email", LinkExternalIdentity),
        ("enrolment", EnrolParticipant),
    ]
    mia = amendment.steps[3].command.person_id
    assert mia != EVA
    assert amendment.steps[5].command.person_id == mia
    assert amendment.steps[0].command.cause == "wrong_person"
    assert amendment.kept == ()


def test_a_row_that_turns_out_to_mean_somebody_known_leaves_nothing_of_the_first_reading() -> None:
    after = {**NEW, "Name": "Dan Fox", "E-mail": "dan@example.org"}

    amendment = edit(Form(ENROLMENT), NEW, after, *enrolled_eva())

    assert {(step.fact, type(step.command)) for step in amendment.steps} == {
        ("person", RetractRecord),
        ("email", RetractRecord),
        ("enrolment", RetractRecord),
        ("enrolment", EnrolParticipant),
    }
    assert [s.fact for s in amendment.steps][:3] == ["enrolment", "email", "person"]


LISTED = {"Mentor": "Anna Berg", "Mentee": "Carla Ruiz", "Since": "2026-10-01"}
OVER = {**LISTED, "Until": "2026-11-01", "Reason": "completed"}


def formed() -> Standing:
    event = PairingFormed(
        pairing_id=FORMED,
        program_id=ProgramId("program:" + "0" * 31 + "1"),
        cohort_id=COHORT,
        shape="one_to_one",
        members=(
            Member(participant=P_ANNA, role=Code("mentor"), primary=True),
            Member(participant=P_CARLA, role=Code("mentee")),
        ),
        subjects=(ANNA, CARLA),
        on=date(2026, 10, 1),
        basis="import",
    )
    return standing("pairing", FORMED, 1, event)


def ended() -> Standing:
    event = PairingEnded(
        on=date(2026, 11, 1), reason="completed", initiated_by="program", closing_conversation=False
    )
    return standing("end", FORMED, 2, event)


def test_a_pairing_that_the_list_ends_later_is_ended_where_it_stands() -> None:
    amendment = edit(Form(PAIRINGS), LISTED, OVER, formed())

    (step,) = amendment.steps
    assert (step.fact, type(step.command)) == ("end", EndPairing)
    assert step.command.pairing_id == FORMED


def test_the_end_of_a_past_pairing_is_amended_and_taken_back_like_any_record() -> None:
    later = {**OVER, "Until": "2026-11-15"}

    moved = edit(Form(PAIRINGS), OVER, later, formed(), ended())
    undone = edit(Form(PAIRINGS), OVER, LISTED, formed(), ended())

    assert moved.steps[0].command.changes == {"on": date(2026, 11, 15)}
    assert moved.steps[0].command.target == 2
    assert commands(undone) == [("end", RetractRecord)]


def test_a_pairing_of_other_people_is_recorded_anew_together_with_its_end() -> None:
    after = {**OVER, "Mentor": "Anna Berg", "Mentee": "Ben Ode", "Since": "2026-08-30"}
    form = Form(PAIRINGS)
    form.known.drop(PAIR)

    amendment = edit(form, OVER, after, formed(), ended())

    assert commands(amendment) == [
        ("end", RetractRecord),
        ("pairing", RetractRecord),
        ("pairing", FormPairing),
    ]
    again = amendment.steps[2].command
    assert again.ended is not None
    assert again.pairing_id != FORMED


def test_the_end_of_a_past_pairing_is_kept_under_a_name_of_its_own() -> None:
    assert code_of(Code("pairing"), formed().event) == "pairing"
    assert code_of(Code("pairing"), ended().event) == "end"
    assert code_of(Code("meeting"), held().event) == "meeting"


def test_a_fact_that_was_known_already_and_did_not_change_stays_unsaid() -> None:
    places = {**NEW, "Places": "2"}

    amendment = edit(Form(ENROLMENT), places, {**places, "Name": "Eva Lindt"}, *enrolled_eva())

    assert commands(amendment) == [("person", AmendRecord)]
