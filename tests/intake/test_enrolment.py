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
    COHORT,
    DAN,
    Form,
    people,
    program,
)

from mentorcore.domain.participant.events import EnrolParticipant, RecordTraining, SetMentorCapacity
from mentorcore.domain.person.events import (
    ChangePersonDetails,
    LinkExternalIdentity,
    RecordEmployment,
    RegisterPerson,
)
from mentorcore.intake.intents import Intents, Rejected

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


def test_a_new_name_of_a_known_person_is_recorded() -> None:
    intended = Form(ENROLMENT).row(
        {"Name": "Ben Smith", "E-mail": "ben@example.org", "Role": "mentee", "Since": "10/3/2026"}
    )

    changed = intended.facts[0].command
    assert isinstance(changed, ChangePersonDetails)
    assert (changed.person_id, changed.name) == (BEN, "Ben Smith")
    assert changed.since == date(2026, 10, 3)


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
    assert "no role 'mentr'; did you mean 'mentor'?" in said
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

    with pytest.raises(Rejected, match="Number: '7' belongs to 'Dan Fox', who is known already"):
        form.row({**cells, "Number": "7"})
    assert codes(form.row({**cells, "Number": "8"})) == ["person", "email", "number", "enrolment"]


def test_by_name_a_known_person_with_another_address_is_not_taken_for_the_same() -> None:
    form = Form(ENROLMENT.replace("[fields]", '[people]\nby = "name"\n[fields]', 1))

    with pytest.raises(Rejected, match="'Ben Ode' is known under another one than"):
        form.row(
            {"Name": "Ben Ode", "E-mail": "b@example.org", "Role": "mentee", "Since": "9/3/2026"}
        )


def test_the_day_of_sending_is_the_programs_and_not_the_one_of_utc() -> None:
    form = Form(ENROLMENT.replace('since = "Since"', "") + '[defaults]\nsince = "submitted"\n')
    sent = datetime(2026, 9, 4, 3, 0, tzinfo=UTC)  # still the 3rd in Los Angeles
    cells = {"Name": "Eva", "E-mail": "eva@example.org", "Role": "mentee"}

    intended = form.row(cells, at=sent)

    assert intended.facts[2].command.since == date(2026, 9, 3)
    with pytest.raises(Rejected, match="nothing says when this was sent"):
        form.row(cells, at=None)
