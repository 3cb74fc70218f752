"""What holds for the rows of every form."""

from datetime import date

import attrs
import pytest
from intake.made_forms import (
    GOALS,
    MEETINGS,
    codes,
)
from intake.small_program import (
    BEN,
    CARLA,
    P_ANNA,
    P_CARLA,
    PAIR,
    Form,
    enrolment,
    people,
    person,
)

from mentorcore.domain.values import PairingId, ParticipantId
from mentorcore.intake.directory import KnownPairing
from mentorcore.intake.intents import Rejected

MET = {"E-mail": "anna@example.org", "Mentee": "Ben Ode", "Date": "2026-10-05", "Minutes": "45 min"}

CHECKED = {"E-mail": "ben@example.org", "Goal": "Lead a team meeting"}


def test_a_column_is_found_by_its_turn_among_equal_titles() -> None:
    form = Form(GOALS.replace('goal = "Goal"', 'goal = "Goal #2"'))

    intended = form.row({**CHECKED, "Goal #2": "Another one"})

    assert intended.facts[0].command.statement == "Another one"


def test_a_column_that_an_export_does_not_have_counts_as_empty() -> None:
    assert codes(Form(MEETINGS).row(MET)) == ["meeting"]


def test_text_that_cannot_be_kept_is_refused_in_words() -> None:
    with pytest.raises(Rejected, match=r"body: .* does not fit"):
        Form(MEETINGS).row({**MET, "Note": "a\0b"})


def test_several_texts_of_one_answer_are_several_choices() -> None:
    intended = Form(MEETINGS).row({**MET, "Topics": ("a;b", "c")})

    assert intended.facts[0].command.topics == ("a", "b", "c")


def test_an_enrolment_that_is_not_in_the_pairing_is_passed_over() -> None:
    known = people()
    second = ParticipantId("participant:" + "0" * 30 + "55")
    known.put(attrs.evolve(enrolment(second, BEN, "mentee"), since=date(2026, 11, 1)))

    intended = Form(MEETINGS, known).row(MET)

    assert intended.facts[0].command.pairing_id == PAIR


def test_a_name_that_comes_again_is_read_anew_once_somebody_else_bears_it() -> None:
    known = people()
    form = Form(MEETINGS, known)
    first = form.row(MET)

    known.put(person(CARLA, "Ben Ode", "other@example.org"))
    known.put(
        KnownPairing(
            pairing=PairingId("pairing:" + "0" * 31 + "2"),
            members=frozenset({P_ANNA, P_CARLA}),
            since=date(2026, 9, 15),
        )
    )

    assert first.facts[0].command.pairing_id == PAIR
    with pytest.raises(Rejected, match="2 people of this program are called 'Ben Ode'"):
        form.row(MET)


def test_people_of_another_directory_are_never_taken_for_those_of_the_first() -> None:
    form = Form(MEETINGS, people())
    form.row(MET)
    form.known = people()
    form.known.drop(BEN)

    with pytest.raises(Rejected, match="nobody called 'Ben Ode'"):
        form.row(MET)
