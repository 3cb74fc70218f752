"""An enrolment form makes people known and lets them join."""

from datetime import UTC, date, datetime

import attrs
import pytest
from intake.made_forms import (
    ENROLMENT,
    codes,
    refused,
)
from intake.small_program import (
    BEN,
    CARLA,
    COHORT,
    DAN,
    Form,
    people,
    person,
    program,
)

from mentorcore.domain.participant.events import EnrolParticipant, RecordTraining, SetMentorCapacity
from mentorcore.domain.person.events import (
    ChangePersonDetails,
    LinkExternalIdentity,
    RecordEmployment,
    RegisterPerson,
)
from mentorcore.intake.directory import KnownPerson
from mentorcore.intake.held_names import Held
from mentorcore.intake.intents import Claimed, Intents, Rejected

BY_NAME = """[people]
by = "name"
[fields]"""


def test_somebody_new_is_registered_linked_to_their_address_and_enrolled() -> None:
    intended = Form(ENROLMENT).row(
        {"Name": "Eva  Lind", "E-mail": "eva@example.org", "Role": "i am new", "Since": "9/3/2026"}
    )

    registered, linked, enrolled = (f.command for f in intended.facts)
    assert codes(intended) == ["person", "email", "enrolment"]
    assert isinstance(registered, RegisterPerson)
    assert registered.name == "Eva Lind"
    assert registered.contact is not None
    assert registered.contact.email == "eva@example.org"
    assert isinstance(linked, LinkExternalIdentity)
    assert isinstance(enrolled, EnrolParticipant)
    assert (enrolled.role, enrolled.cohort_id) == ("mentee", COHORT)
    assert enrolled.since == date(2026, 9, 3)
    assert enrolled.person_id == registered.person_id == linked.person_id
    assert intended.subjects == (registered.person_id,)


def test_capacity_training_and_post_come_along() -> None:
    intended = Form(ENROLMENT).row(
        {
            "Name": "Eva Lind",
            "E-mail": "eva@example.org",
            "Role": "I mentor",
            "Since": "9/3/2026",
            "Places": "3.0",
            "Why more": "part-time mentees",
            "Basics on": "8/20/2026",
            "School": "North",
        }
    )

    assert codes(intended)[3:] == ["capacity", "training.basics", "employment"]
    capacity, training, post = (f.command for f in intended.facts[3:])
    assert isinstance(capacity, SetMentorCapacity)
    assert (capacity.places, capacity.reason) == (3, "part-time mentees")
    assert isinstance(training, RecordTraining)
    assert (training.training_kind, training.on) == ("basics", date(2026, 8, 20))
    assert isinstance(post, RecordEmployment)
    assert (post.unit, post.since) == ("North", date(2026, 9, 3))


def test_somebody_known_elsewhere_is_enrolled_under_the_same_id() -> None:
    intended = Form(ENROLMENT).row(
        {"Name": "Dan Fox", "E-mail": "DAN@example.org", "Role": "mentor", "Since": "9/3/2026"}
    )

    assert codes(intended) == ["enrolment"]
    assert intended.facts[0].command.person_id == DAN
    assert intended.subjects == (DAN,)


def test_somebody_enrolled_already_is_not_enrolled_again() -> None:
    intended = Form(ENROLMENT).row(
        {"Name": "Ben Ode", "E-mail": "ben@example.org", "Role": "mentee", "Since": "9/3/2026"}
    )

    assert intended == Intents((), (BEN,))


def test_a_new_name_of_a_known_person_is_recorded_once_somebody_said_that_it_is_one() -> None:
    cells = {"Name": "Ben Smith", "E-mail": "ben@example.org", "Role": "mentee"}
    cells["Since"] = "10/3/2026"

    with pytest.raises(Claimed) as caught:
        Form(ENROLMENT).row(cells)
    intended = Form(ENROLMENT).row(cells, settled={BEN: "same_person"})

    assert str(caught.value) == (
        "E-mail: 'ben@example.org' belongs to 'Ben Ode', and this row says 'Ben Smith'; correct "
        "the row, or say whether that is one person (same_person) or somebody else (another_person)"
    )
    assert caught.value.answers == ("same_person", "another_person")
    assert (caught.value.other, caught.value.owners) == (BEN, (BEN,))

    changed = intended.facts[0].command
    assert isinstance(changed, ChangePersonDetails)
    assert (changed.person_id, changed.name) == (BEN, "Ben Smith")
    assert changed.since == date(2026, 10, 3)


def test_two_people_can_share_an_address_and_only_one_is_linked_to_it() -> None:
    cells = {"Name": "Bo Ode", "E-mail": "ben@example.org", "Role": "mentee", "Since": "10/3/2026"}

    intended = Form(ENROLMENT).row(cells, settled={BEN: "another_person"})

    assert codes(intended) == ["person", "enrolment"]
    assert intended.facts[0].command.contact.email == "ben@example.org"


@pytest.mark.parametrize("name", ["ode, ben", "Ode  Ben", "BEN ODE."])
def test_the_words_of_a_name_count_and_not_their_order(name: str) -> None:
    cells = {"Name": name, "E-mail": "mailto:ben@example.org.", "Role": "mentee"}

    assert Form(ENROLMENT).row({**cells, "Since": "10/3/2026"}) == Intents((), (BEN,))


def test_a_name_of_the_past_is_no_change_of_name() -> None:
    known = people()
    known.put(
        attrs.evolve(
            person(BEN, "Ben Lund", "ben@example.org"),
            names=(Held("Ben Ode", None, date(2026, 10, 1)), Held("Ben Lund", date(2026, 10, 1))),
        )
    )
    cells = {"Name": "Ben Ode", "E-mail": "ben@example.org", "Role": "mentee", "Since": "9/3/2026"}

    assert Form(ENROLMENT, known).row(cells) == Intents((), (BEN,))


def test_the_row_by_which_somebody_was_met_changes_their_name_and_address() -> None:
    cells = {"Name": "Ben Smith", "E-mail": "ben@example.org", "Role": "mentee"}
    moved = {"Name": "Ben Ode", "E-mail": "b@example.org", "Role": "mentee", "Since": "9/3/2026"}

    renamed = Form(ENROLMENT).row({**cells, "Since": "10/3/2026"}, again=True, meant=(BEN,))
    addressed = Form(ENROLMENT).row(moved, again=True, meant=(BEN,))

    assert codes(renamed) == ["details"]
    assert (codes(addressed), addressed.notes) == (["email"], ())
    assert addressed.facts[0].command.person_id == BEN


def test_an_address_that_passed_on_before_the_day_of_the_row_is_free() -> None:
    known = people()
    passed = date(2026, 10, 1)
    held = (Held("desk@example.org", None, passed), Held("ben@example.org", passed))
    known.put(attrs.evolve(person(BEN, "Ben Ode", "ben@example.org"), addresses=held))
    cells = {"Name": "Eva Lind", "E-mail": "desk@example.org", "Role": "mentee"}

    taken = Form(ENROLMENT, known).row({**cells, "Since": "10/3/2026"})

    assert codes(taken) == ["person", "email", "enrolment"]
    with pytest.raises(Claimed, match=r"'desk@example.org' belongs to 'Ben Ode'"):
        Form(ENROLMENT, known).row({**cells, "Since": "9/3/2026"})


def test_a_second_person_of_one_name_is_told() -> None:
    cells = {"Name": "Ben Ode", "E-mail": "ben@exmaple.org", "Role": "mentee", "Since": "9/3/2026"}

    intended = Form(ENROLMENT).row(cells)

    (told,) = intended.notes
    assert told == (
        "'Ben Ode' (ben@exmaple.org) is a second person of this name beside ben@example.org, "
        "mentee in Autumn; if they are one person, merge them: mentorcore record LOG merge-persons "
        "survivor=ben@example.org absorbed=ben@exmaple.org"
    )


def test_an_address_and_a_number_of_two_people_are_refused() -> None:
    known = people()
    known.put(KnownPerson(person=CARLA, name="Ben Ode", identities=(("payroll", "7"),)))
    form = Form(ENROLMENT.replace('unit = "School"', 'external_id = "Number"'), known)
    cells = {"Name": "Ben Ode", "E-mail": "ben@example.org", "Role": "mentee", "Since": "9/3/2026"}

    with pytest.raises(Rejected, match="belongs to different people called 'Ben Ode': ben@example"):
        form.row({**cells, "Number": "7"})


def test_a_mentor_is_enrolled_once_for_all_cohorts() -> None:
    known = people(program(2))
    text = ENROLMENT.replace('role = "Role"', 'role = "Role"\ncohort = "Cohort"')
    mentor = {"Name": "Anna Berg", "E-mail": "anna@example.org", "Role": "mentor"}
    mentee = {"Name": "Ben Ode", "E-mail": "ben@example.org", "Role": "mentee"}
    second = {"Since": "10/3/2026", "Cohort": "Spring"}

    assert Form(text, known).row({**mentor, **second}).facts == ()
    assert codes(Form(text, known).row({**mentee, **second})) == ["enrolment"]


def test_among_namesakes_the_school_tells_whom_a_row_without_an_address_means() -> None:
    known = people()
    known.put(person(CARLA, "Ben Ode", "carla@example.org"))
    known.works_at[CARLA] = ("Harbor High",)
    form = Form(ENROLMENT.replace("[fields]", BY_NAME, 1).replace('email = "E-mail"', ""), known)
    cells = {"Name": "Ben Ode", "Role": "mentee", "Since": "9/3/2026"}

    read = form.row({**cells, "School": "harbor high"})

    assert read.subjects == (CARLA,)
    with pytest.raises(Rejected, match=r"2 people of this program are called 'Ben Ode': ben@"):
        form.row(cells)


def test_a_name_in_two_columns_is_one_name() -> None:
    apart = ENROLMENT.replace('name = "Name"', 'name = "Given"\nfamily_name = "Family"')
    cells = {"E-mail": "eva@example.org", "Role": "mentee", "Since": "9/3/2026"}

    whole = Form(apart).row({"Given": "Eva ", "Family": "de la Cruz", **cells})
    alone = Form(apart).row({"Given": "Eva", "Family": "", **cells})

    assert whole.facts[0].command.name == "Eva de la Cruz"
    assert alone.facts[0].command.name == "Eva"


def test_somebody_known_by_name_is_found_by_both_columns() -> None:
    apart = ENROLMENT.replace('name = "Name"', 'name = "Given"\nfamily_name = "Family"')
    form = Form(apart.replace('email = "E-mail"', "").replace("[fields]", BY_NAME, 1))

    intended = form.row({"Given": "Ben", "Family": "Ode", "Role": "mentee", "Since": "9/3/2026"})

    assert intended == Intents((), (BEN,))


def test_everything_that_is_wrong_with_a_row_is_told_at_once() -> None:
    said = refused(
        Form(ENROLMENT, people(program(2))),
        Name="",
        Role="mentr",
        Since="13/10/26",
        Places="many",
        Basics_on="13/10/2026",
    )

    assert "Name: is empty" in said
    assert "E-mail: is empty" in said
    assert (
        "no role 'mentr'; it has mentor, mentee, Circle-Peer; declare what it means under [" in said
    )
    assert "Since: '13/10/26' is not a day of the calendar when read as month" in said
    assert "Places: 'many' is not a whole number" in said
    assert "Basics on: '13/10/2026' is not a day of the calendar when read as month" in said
    assert "2 cohorts; say which one" in said


def test_a_role_is_known_whatever_its_capitals() -> None:
    intended = Form(ENROLMENT).row(
        {"Name": "E", "E-mail": "eva@example.org", "Role": "circle-peer", "Since": "9/3/2026"}
    )

    assert intended.facts[2].command.role == "Circle-Peer"


def test_an_address_that_is_none_is_refused() -> None:
    said = refused(Form(ENROLMENT), Name="E", Role="mentee", Since="9/3/2026", **{"E-mail": "eva"})

    assert said == "E-mail: 'eva' is not an e-mail address"


def test_a_number_that_belongs_to_somebody_else_is_refused() -> None:
    known = people()
    dan = known.person(DAN)
    assert dan is not None
    known.put(attrs.evolve(dan, identities=(*dan.identities, ("payroll", "7"))))
    form = Form(ENROLMENT.replace('unit = "School"', 'external_id = "Number"'), known)
    cells = {"Name": "Eva", "E-mail": "eva@example.org", "Role": "mentee", "Since": "9/3/2026"}

    with pytest.raises(Rejected, match="Number: '7' belongs to 'Dan Fox', and this row says 'Eva'"):
        form.row({**cells, "Number": "7"})
    assert codes(form.row({**cells, "Number": "8"})) == ["person", "email", "number", "enrolment"]


def test_by_name_a_known_person_with_another_address_is_not_taken_for_the_same() -> None:
    form = Form(ENROLMENT.replace("[fields]", '[people]\nby = "name"\n[fields]', 1))

    cells = {"Name": "Ben Ode", "E-mail": "b@example.org", "Role": "mentee", "Since": "9/3/2026"}

    with pytest.raises(Claimed, match="'Ben Ode' is known under another one than"):
        form.row(cells)
    assert codes(form.row(cells, settled={BEN: "same_person"})) == ["email"]
    assert codes(form.row(cells, settled={BEN: "another_person"})) == [
        "person",
        "email",
        "enrolment",
    ]


def test_the_day_of_sending_is_the_programs_and_not_the_one_of_utc() -> None:
    form = Form(ENROLMENT.replace('since = "Since"', "") + '[defaults]\nsince = "submitted"\n')
    sent = datetime(2026, 9, 4, 3, 0, tzinfo=UTC)  # still the 3rd in Los Angeles
    cells = {"Name": "Eva", "E-mail": "eva@example.org", "Role": "mentee"}

    intended = form.row(cells, at=sent)

    assert intended.facts[2].command.since == date(2026, 9, 3)
    with pytest.raises(Rejected, match="nothing says when this was sent"):
        form.row(cells, at=None)
