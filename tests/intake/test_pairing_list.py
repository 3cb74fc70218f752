"""A list of pairings forms, carries on and ends pairings."""

from datetime import date

import attrs
import pytest
from intake.made_forms import (
    PAIRINGS,
    codes,
    refused,
)
from intake.people import People
from intake.small_program import (
    ANNA,
    BEN,
    CARLA,
    COHORT,
    OTHER_COHORT,
    P_ANNA,
    P_BEN,
    P_CARLA,
    PAIR,
    Form,
    enrolment,
    people,
    program,
)

from mentorcore.domain.pairing.events.ending import EndPairing
from mentorcore.domain.pairing.events.forming import FormPairing, SignAgreement, StartPairing
from mentorcore.domain.values import PairingId, ParticipantId
from mentorcore.intake.directory import KnownPairing
from mentorcore.intake.intents import Intents, Rejected


def test_a_new_pairing_is_formed_with_the_mentor_as_primary() -> None:
    intended = Form(PAIRINGS).row(
        {"Mentor": "anna berg", "Mentee": "Carla Ruiz", "Since": "2026-10-01"}
    )

    (formed,) = (f.command for f in intended.facts)
    assert isinstance(formed, FormPairing)
    assert [(m.participant, m.role, m.primary) for m in formed.members] == [
        (P_ANNA, "mentor", True),
        (P_CARLA, "mentee", False),
    ]
    assert (formed.cohort_id, formed.on, formed.basis) == (COHORT, date(2026, 10, 1), "import")
    assert formed.ended is None
    assert intended.subjects == (ANNA, CARLA)


def test_a_pairing_of_the_past_is_formed_as_ended() -> None:
    intended = Form(PAIRINGS).row(
        {
            "Mentor": "Anna Berg",
            "Mentee": "Carla Ruiz",
            "Since": "2026-10-01",
            "Until": "2026-11-01",
            "Reason": "did not fit",
            "By": "mentee",
        }
    )

    (formed,) = (f.command for f in intended.facts)
    assert formed.ended.on == date(2026, 11, 1)
    assert formed.ended.reason == "mismatch"
    assert formed.ended.initiated_by == P_CARLA


def test_signatures_and_start_are_taken_where_the_columns_say_so() -> None:
    known = people(program(start_needs=("agreement", "authorization")))

    intended = Form(PAIRINGS, known).row(
        {
            "Mentor": "Anna Berg",
            "Mentee": "Carla Ruiz",
            "Since": "2026-10-01",
            "Signed": "2026-10-02",
            "Started": "2026-10-03",
            "OK": "yes",
        }
    )

    assert codes(intended) == ["pairing", "agreement.1", "agreement.2", "start"]
    signed, start = intended.facts[1].command, intended.facts[3].command
    assert isinstance(signed, SignAgreement)
    assert isinstance(start, StartPairing)
    assert {f.command.signer for f in intended.facts[1:3]} == {P_ANNA, P_CARLA}
    assert start.authorized
    assert {f.command.pairing_id for f in intended.facts} == {signed.pairing_id}


def test_a_start_is_left_out_where_a_start_needs_nothing() -> None:
    intended = Form(PAIRINGS).row(
        {
            "Mentor": "Anna Berg",
            "Mentee": "Carla Ruiz",
            "Since": "2026-10-01",
            "Started": "2026-10-03",
        }
    )

    assert codes(intended) == ["pairing"]


def test_a_known_pairing_is_ended_when_the_list_says_so_now() -> None:
    cells = {"Mentor": "Anna Berg", "Mentee": "Ben Ode", "Since": "2026-09-15"}

    unchanged = Form(PAIRINGS).row(cells)
    ended = Form(PAIRINGS).row({**cells, "Until": "2026-11-30", "Reason": "completed"})

    assert unchanged == Intents((), (ANNA, BEN))
    (end,) = (f.command for f in ended.facts)
    assert isinstance(end, EndPairing)
    assert (end.pairing_id, end.on, end.initiated_by) == (PAIR, date(2026, 11, 30), "program")


def test_an_end_needs_a_reason() -> None:
    said = refused(
        Form(PAIRINGS), Mentor="Anna Berg", Mentee="Ben Ode", Since="2026-09-15", Until="2026-11-30"
    )

    assert said == "Reason: is empty"


def test_another_first_day_of_a_known_pairing_is_refused_in_words() -> None:
    said = refused(Form(PAIRINGS), Mentor="Anna Berg", Mentee="Ben Ode", Since="2026-09-16")

    assert said == "Since: these people are paired since 2026-09-15, not since 2026-09-16"


def test_a_misspelt_name_is_refused_with_the_nearest_one() -> None:
    said = refused(Form(PAIRINGS), Mentor="Ana Berg", Mentee="Bn Ode", Since="2026-09-15")

    assert "Mentor: nobody called 'Ana Berg' takes part in this program; did you mean 'Anna" in said
    assert "Mentee: nobody called 'Bn Ode' takes part in this program; did you mean 'Ben" in said


def test_an_empty_cell_leaves_too_few_members() -> None:
    said = refused(Form(PAIRINGS), Mentor="Anna Berg", Since="2026-09-15")

    assert said == "a pairing has two members or more, and this row names fewer"


def test_a_group_is_listed_in_one_row() -> None:
    known = people(program(shape="group", smallest=3, largest=8))
    form = Form(PAIRINGS + '[answers]\nseparator = ";"\n', known)

    intended = form.row(
        {"Mentor": "Anna Berg", "Mentee": "Ben Ode; Carla Ruiz", "Since": "2026-10-01"}
    )

    members = intended.facts[0].command.members
    assert [m.participant for m in members] == [P_ANNA, P_BEN, P_CARLA]
    assert not any(m.primary for m in members)


def test_a_mentor_of_another_cohort_is_paired_in_the_cohort_of_the_mentee() -> None:
    known = people(program(2))
    known.put(enrolment(P_CARLA, CARLA, "mentee", OTHER_COHORT))

    formed = Form(PAIRINGS, known).row(
        {"Mentor": "Anna Berg", "Mentee": "Carla Ruiz", "Since": "2026-10-01"}
    )

    command = formed.facts[0].command
    assert command.cohort_id == OTHER_COHORT
    assert [m.participant for m in command.members] == [P_ANNA, P_CARLA]


def test_mentees_of_different_cohorts_need_a_cohort_of_the_pairing() -> None:
    known = people(program(2, shape="group", smallest=3, largest=8))
    known.put(enrolment(P_CARLA, CARLA, "mentee", OTHER_COHORT))
    text = PAIRINGS.replace('mentor = "Mentor"', 'mentor = "Mentor"\ncohort = "Cohort"')
    form = Form(text + '[answers]\nseparator = ";"\n', known)
    cells = {"Mentor": "Anna Berg", "Mentee": "Ben Ode; Carla Ruiz", "Since": "2026-10-01"}

    formed = form.row({**cells, "Cohort": "Spring"})

    assert formed.facts[0].command.cohort_id == OTHER_COHORT
    with pytest.raises(Rejected, match="enrolled in different cohorts"):
        form.row(cells)


def test_a_cohort_that_is_named_is_the_one_of_the_enrolments() -> None:
    known = people(program(2))
    form = Form(
        PAIRINGS.replace('mentor = "Mentor"', 'mentor = "Mentor"\ncohort = "Cohort"'), known
    )
    cells = {"Mentor": "Anna Berg", "Mentee": "Carla Ruiz", "Since": "2026-10-01"}

    assert form.row({**cells, "Cohort": "autumn"}).facts[0].command.cohort_id == COHORT
    with pytest.raises(Rejected, match="Cohort: 'Carla Ruiz' is not enrolled in that cohort"):
        form.row({**cells, "Cohort": "Spring"})
    with pytest.raises(Rejected, match="no cohort 'Summer'"):
        form.row({**cells, "Cohort": "Summer"})


def test_who_ended_it_has_to_be_one_member() -> None:
    known = people(program(shape="group", smallest=3, largest=8))
    form = Form(PAIRINGS + '[answers]\nseparator = ";"\n', known)
    cells = {"Mentor": "Anna Berg", "Mentee": "Ben Ode; Carla Ruiz", "Since": "2026-10-01"}

    with pytest.raises(Rejected, match="By: 'mentee' is not one member of this pairing"):
        form.row({**cells, "Until": "2026-11-01", "Reason": "completed", "By": "mentee"})


def test_a_pair_that_parted_can_be_listed_again_for_a_later_time_only() -> None:
    known = people()
    pairing = known.pairing(PAIR)
    assert pairing is not None
    known.put(attrs.evolve(pairing, until=date(2026, 10, 10)))
    form = Form(PAIRINGS, known)
    cells = {"Mentor": "Anna Berg", "Mentee": "Ben Ode"}

    again = form.row({**cells, "Since": "2026-11-01"})

    assert isinstance(again.facts[0].command, FormPairing)
    with pytest.raises(Rejected, match="were paired from 2026-09-15 until 2026-10-10 already"):
        form.row({**cells, "Since": "2026-10-01"})


def test_a_wish_that_is_not_met_comes_with_its_reason() -> None:
    known = people(program(soft_criteria=("same-school",)))
    form = Form(PAIRINGS + '[fields.unmet]\nsame-school = "Why not"\n', known)

    intended = form.row(
        {
            "Mentor": "Anna Berg",
            "Mentee": "Carla Ruiz",
            "Since": "2026-10-01",
            "Why not": "none free",
        }
    )

    (unmet,) = intended.facts[0].command.unmet_soft
    assert (unmet.criterion, unmet.reason) == ("same-school", "none free")


LISTED = (
    PAIRINGS.replace('ended_by = "By"', 'ended_by = "By"\nshape = "Shape"')
    + """
[answers]
separator = ";"
"""
)
CIRCLE_LIST = LISTED.replace(
    'shape = "Shape"', 'shape = "Shape"\njoined_on = "Joined"\nleft_on = "Left"'
)
GROUP = PairingId("pairing:" + "0" * 31 + "7")
LEFT = ParticipantId("participant:" + "0" * 31 + "8")


def with_circle() -> People:
    """Anna also leads a group since 20 September."""
    known = people()
    known.put(
        KnownPairing(
            pairing=GROUP,
            shape="group",
            members=frozenset({P_ANNA, LEFT}),
            since=date(2026, 9, 20),
            stays=((P_ANNA, date(2026, 9, 20), None), (LEFT, date(2026, 9, 20), date(2026, 10, 1))),
        )
    )
    return known


def test_a_list_forms_pairs_and_groups_and_nobody_is_primary_in_a_group() -> None:
    row = {"Mentor": "Anna Berg", "Mentee": "Ben Ode; Carla Ruiz", "Since": "2026-10-01"}

    (formed,) = (f.command for f in Form(LISTED).row({**row, "Shape": "Group"}).facts)

    assert (formed.shape, [m.primary for m in formed.members]) == ("group", [False] * 3)
    assert "'Circle' is none of one_to_one, group, reciprocal" in refused(
        Form(LISTED), **row, Shape="Circle"
    )


def test_a_row_tells_who_joined_a_group_and_left_it() -> None:
    row = {"Mentor": "Anna Berg", "Mentee": "Carla Ruiz; Ben Ode", "Since": "2026-09-20"}
    form = Form(CIRCLE_LIST, with_circle())

    intended = form.row({**row, "Joined": "2026-10-05", "Left": "2026-11-05"})

    assert codes(intended) == ["joined.1", "left.1", "joined.2", "left.2"]
    joined, left = (f.command for f in intended.facts[:2])
    assert (joined.pairing_id, joined.participant, joined.since) == (
        GROUP,
        P_CARLA,
        date(2026, 10, 5),
    )
    assert (left.on, left.reason) == (date(2026, 11, 5), "left_role")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"Since": "2026-09-21"}, "leads no group that was formed on 2026-09-21; groups of theirs"),
        ({"Since": ""}, "is empty"),
        ({"Mentor": ""}, "is empty"),
        ({"Mentee": ""}, "nobody is named who joined or left"),
    ],
)
def test_which_group_is_meant_is_said(cells: dict[str, str], said: str) -> None:
    row = {"Mentor": "Anna Berg", "Mentee": "Carla Ruiz", "Since": "2026-09-20"}

    assert said in refused(
        Form(CIRCLE_LIST, with_circle()), **{**row, "Joined": "2026-10-05", **cells}
    )


def test_the_group_of_one_of_several_beginnings_is_not_guessed() -> None:
    known = with_circle()
    known.put(
        KnownPairing(
            pairing=PairingId("pairing:" + "0" * 31 + "9"),
            shape="group",
            members=frozenset({P_ANNA}),
            since=date(2026, 9, 20),
        )
    )
    row = {"Mentor": "Anna Berg", "Mentee": "Carla Ruiz", "Since": "2026-09-20"}

    said = refused(Form(CIRCLE_LIST, known), **row, Left="2026-10-05")

    assert "leads 2 groups that were formed on 2026-09-20" in said
