"""Several people of one name, names and addresses of the past: a row says whom it means."""

from datetime import date

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake.made_forms import MEETINGS, PAIRINGS
from intake.people import People
from intake.small_program import (
    ANNA,
    BEN,
    CARLA,
    DAN,
    P_ANNA,
    P_BEN,
    P_CARLA,
    PAIR,
    Form,
    enrolment,
    people,
    person,
    program,
)

from mentorcore.domain.values import PairingId, ParticipantId, PersonId
from mentorcore.intake.directory import KnownPairing, KnownPerson
from mentorcore.intake.held_names import Cell, Held, address, cell, is_address
from mentorcore.intake.intents import Rejected
from mentorcore.intake.lookup import NotFound, enrolled_as, find_person

P_DAN = ParticipantId(f"participant:{4:032x}")
OTHER = PairingId("pairing:" + "0" * 31 + "2")
MET = {"E-mail": "anna@example.org", "Date": "2026-10-05", "Minutes": "45"}


def two_of_one_name() -> People:
    """Anna mentors one Ben Ode, Dan the other one, who is Carla of the small program."""
    known = people()
    known.put(person(CARLA, "Ben Ode", "b.ode@example.org"))
    known.works_at[CARLA] = ("Harbor High", "North")
    known.put(enrolment(P_DAN, DAN, "mentor"))
    known.put(
        KnownPairing(pairing=OTHER, members=frozenset({P_DAN, P_CARLA}), since=date(2026, 9, 15))
    )
    return known


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Maria Garcia", Cell("Maria Garcia")),
        ("m.garcia@example.org", Cell(address="m.garcia@example.org")),
        ("mailto:m.garcia@example.org.", Cell(address="mailto:m.garcia@example.org.")),
        ("Maria Garcia <m.garcia@example.org>", Cell("Maria Garcia", "m.garcia@example.org")),
        ("Maria Garcia (m.garcia@example.org)", Cell("Maria Garcia", "m.garcia@example.org")),
        ("<m.garcia@example.org>", Cell("", "m.garcia@example.org")),
        ("Maria Garcia (Harbor High)", Cell("Maria Garcia", addition="Harbor High")),
        ("Maria (Mia) Garcia", Cell("Maria (Mia) Garcia")),
        ("Maria Garcia @ Harbor High", Cell("Maria Garcia @ Harbor High")),
    ],
)
def test_a_cell_says_a_name_an_address_or_what_tells_which(text: str, said: Cell) -> None:
    assert cell(text) == said


def test_an_address_loses_what_a_spreadsheet_leaves_at_its_ends() -> None:
    assert address(" MAILTO:ben@example.org. ") == "ben@example.org"
    assert not is_address("ben@home@example.org")
    assert find_person(people(), "email", "mailto:Ben@example.org.", "payroll") is not None


def test_the_other_one_of_the_pairing_tells_which_namesake_is_meant() -> None:
    form = Form(MEETINGS, two_of_one_name())

    anna = form.row({**MET, "Mentee": "Ben Ode"})
    dan = form.row({**MET, "E-mail": "dan@example.org", "Mentee": "Ben Ode"})

    assert (anna.facts[0].command.pairing_id, set(anna.subjects)) == (PAIR, {ANNA, BEN})
    assert (dan.facts[0].command.pairing_id, set(dan.subjects)) == (OTHER, {DAN, CARLA})


def test_a_mentor_of_both_namesakes_needs_a_cell_that_says_which() -> None:
    known = two_of_one_name()
    known.put(
        KnownPairing(pairing=OTHER, members=frozenset({P_ANNA, P_CARLA}), since=date(2026, 9, 15))
    )
    form = Form(MEETINGS, known)

    with pytest.raises(Rejected, match=r"2 people .* b.ode@example.org, mentee in Autumn, Harbor"):
        form.row({**MET, "Mentee": "Ben Ode"})
    for text in (
        "b.ode@example.org",
        "Ben Ode <b.ode@example.org>",
        "Ben Ode (Harbor High)",
        "ben ode (harbor  high)",
    ):
        read = form.row({**MET, "Mentee": text})
        assert (read.facts[0].command.pairing_id, set(read.subjects)) == (OTHER, {ANNA, CARLA})
    with pytest.raises(Rejected, match="2 people of this program are called 'Ben Ode'"):
        form.row({**MET, "Mentee": "Ben Ode (Elsewhere)"})


def test_of_namesakes_nobody_is_meant_for_having_parted_that_day() -> None:
    known = two_of_one_name()
    known.put(
        KnownPairing(
            pairing=OTHER, members=frozenset({P_ANNA, P_CARLA}), since=date(2026, 9, 15),
            until=date(2026, 10, 5),
        )
    )  # fmt: skip
    form = Form(MEETINGS, known)

    with pytest.raises(Rejected, match="2 people of this program are called 'Ben Ode'"):
        form.row({**MET, "Mentee": "Ben Ode"})
    later = form.row({**MET, "Mentee": "Ben Ode", "Date": "2026-10-06"})

    assert later.facts[0].command.pairing_id == PAIR


def test_an_address_that_is_somebody_elses_does_not_go_with_the_name() -> None:
    with pytest.raises(NotFound, match=r"'anna@example.org' is the address of 'Anna Berg'"):
        enrolled_as(people(), "name", "Ben Ode <anna@example.org>", "payroll")


def test_a_namesake_who_was_paired_already_is_known_in_a_list() -> None:
    form = Form(PAIRINGS, two_of_one_name())

    listed = form.row({"Mentor": "Dan Fox", "Mentee": "Ben Ode", "Since": "2026-09-15"})

    assert (listed.facts, set(listed.subjects)) == ((), {DAN, CARLA})


def test_a_new_pairing_of_a_namesake_needs_a_cell_that_says_which() -> None:
    known = two_of_one_name()
    known.drop(PAIR)
    form = Form(PAIRINGS, known)
    cells = {"Mentor": "Anna Berg", "Since": "2026-10-01"}

    formed = form.row({**cells, "Mentee": "Ben Ode <ben@example.org>"})

    members = [m.participant for m in formed.facts[0].command.members]
    assert members == [P_ANNA, P_BEN]
    with pytest.raises(Rejected, match=r"Mentee: 2 people of this program are called 'Ben Ode'"):
        form.row({**cells, "Mentee": "Ben Ode"})


def test_a_role_tells_a_mentor_from_a_mentee_of_the_same_name() -> None:
    known = people()
    known.put(person(CARLA, "Anna Berg", "young.anna@example.org"))
    form = Form(MEETINGS.replace('email = "', 'x = "'), known)

    found = enrolled_as(form.known, "name", "Anna Berg", "payroll", {"mentee"})

    assert (found.person.person, found.namesakes) == (CARLA, ())


def test_a_name_of_the_past_is_found_and_who_bears_it_on_the_day_goes_first() -> None:
    known = people()
    ben = known.person(BEN)
    assert ben is not None
    married = date(2026, 10, 20)
    names = (Held("Ben Ode", None, married), Held("Ben Lund", married))
    known.put(attrs.evolve(ben, name="Ben Lund", names=names))
    known.put(person(CARLA, "Ben Ode", "young.ben@example.org"))
    known.put(
        KnownPairing(pairing=OTHER, members=frozenset({P_ANNA, P_CARLA}), since=date(2026, 9, 15))
    )
    form = Form(MEETINGS, known)

    later = form.row({**MET, "Mentee": "Ben Ode", "Date": "2026-10-25"})
    by_new_name = form.row({**MET, "Mentee": "Ben Lund"})

    assert later.facts[0].command.pairing_id == OTHER
    assert by_new_name.facts[0].command.pairing_id == PAIR
    with pytest.raises(Rejected, match="2 people"):
        form.row({**MET, "Mentee": "Ben Ode", "Date": "2026-10-05"})


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2026, 9, 20), date(2027, 2, 1)), st.dates(date(2026, 9, 20), date(2027, 2, 1)))
def test_an_address_that_passed_on_is_whose_it_was_on_the_day_of_the_row(
    passed: date, day: date
) -> None:
    known = people()
    first, second = Held("desk@example.org", None, passed), Held("desk@example.org", passed)
    known.put(KnownPerson(person=BEN, name="Ben Ode", addresses=(first,)))
    known.put(KnownPerson(person=CARLA, name="Carla Ruiz", addresses=(second,)))
    known.put(
        KnownPairing(pairing=OTHER, members=frozenset({P_ANNA, P_CARLA}), since=date(2026, 9, 15))
    )

    read = Form(MEETINGS, known).row({**MET, "Mentee": "desk@example.org", "Date": day.isoformat()})

    whose = (PAIR, BEN) if day < passed else (OTHER, CARLA)
    assert (read.facts[0].command.pairing_id, read.subjects[-1]) == whose


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["Kim Lee", "Lee Kim", "Sam Fox"]), min_size=4, max_size=4),
    st.integers(0, 3),
)
def test_whoever_is_paired_with_one_bearer_of_a_name_finds_that_one(
    names: list[str], which: int
) -> None:
    """Four pairs with any equal names: a row that names the mentor by address is never unclear."""
    persons = [PersonId(f"person:{n:032x}") for n in range(0x10, 0x18)]
    places = [ParticipantId(f"participant:{n:032x}") for n in range(0x10, 0x18)]
    pairs = [PairingId(f"pairing:{n:032x}") for n in range(0x10, 0x14)]
    known = People(program())
    for n in range(4):
        known.put(person(persons[n], f"Mentor {n}", f"m{n}@example.org"))
        known.put(person(persons[n + 4], names[n], f"t{n}@example.org"))
        known.put(enrolment(places[n], persons[n], "mentor"))
        known.put(enrolment(places[n + 4], persons[n + 4], "mentee"))
        members = frozenset({places[n], places[n + 4]})
        known.put(KnownPairing(pairing=pairs[n], members=members, since=date(2026, 9, 15)))

    read = Form(MEETINGS, known).row(
        {**MET, "E-mail": f"m{which}@example.org", "Mentee": names[which]}
    )

    assert read.facts[0].command.pairing_id == pairs[which]
    assert set(read.subjects) == {persons[which], persons[which + 4]}
