"""People are found by every name and address that they have or ever had."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from projections.town import BEGAN, Town, mc

from mentorcore.projections.access.redactor import COORDINATOR

NOVEMBER = date(2026, 11, 1)


def found(town: Town, word: str, **asked: Any) -> list[str]:
    return [f.participant for f in town.engine.find(word, viewer=COORDINATOR, **asked)]


def enrolled(town: Town, name: str, address: str | None = None, role: str = "mentor") -> str:
    contact = None if address is None else mc.Contact(email=address)
    person = town.ask(mc.RegisterPerson(name=name, contact=contact)).stream
    return town.enrol(role, name, person=person)


def test_an_old_name_and_an_old_address_go_on_finding_somebody() -> None:
    town = Town()
    nour = enrolled(town, "Nour Haddad", "nour@harbor.example")
    before = town.store.tail()
    moved = mc.Contact(email="n.saleh@harbor.example", phone="555 0102")
    change = mc.ChangePersonDetails(
        person_id=town.persons[nour], since=NOVEMBER, name="Nour Saleh", contact=moved
    )

    town.ask(change)

    old, new = ("Nour Haddad", "nour@harbor.example"), ("nour SALEH", "n.saleh@harbor.example")
    for word in (*old, *new, "555 0102"):
        assert found(town, word) == [nour]
        assert found(town, word, as_of=date(2026, 10, 1)) == [nour]
    assert all(found(town, word, as_known=before) == [nour] for word in old)
    assert not any(found(town, word, as_known=before) for word in new)


def test_a_linked_identity_finds_somebody_and_one_that_was_taken_back_does_not() -> None:
    town = Town()
    nour = enrolled(town, "Nour Haddad")
    person = town.persons[nour]
    town.ask(mc.LinkExternalIdentity(person_id=person, scheme="payroll", value="HR-77"))
    link = town.ask(
        mc.LinkExternalIdentity(person_id=person, scheme="email", value="nour@home.example")
    ).events[0]
    known = town.store.tail()

    town.ask(mc.RetractRecord(stream=person, target=link.version))

    assert found(town, "hr-77") == [nour]
    assert found(town, "nour@home.example") == []
    assert found(town, "nour@home.example", as_known=known) == [nour]


def test_a_name_that_was_a_typing_error_finds_nobody_once_it_is_corrected() -> None:
    town = Town()
    nour = enrolled(town, "Nuor Haddad")
    known = town.store.tail()

    town.ask(mc.AmendRecord(stream=town.persons[nour], target=1, changes={"name": "Nour Haddad"}))

    assert found(town, "Nuor Haddad") == []
    assert found(town, "Nuor Haddad", as_known=known) == [nour]
    assert found(town, "Nour Haddad") == [nour]


def test_namesakes_are_told_apart_and_found_one_by_one() -> None:
    town = Town()
    north = enrolled(town, "Maria Garcia", "maria@north.example")
    south = enrolled(town, "Maria Garcia", "maria@south.example", role="mentee")
    for who, unit in ((north, "North Middle"), (south, "South Middle")):
        town.ask(mc.RecordEmployment(person_id=town.persons[who], since=BEGAN, unit=unit))

    both = town.engine.find("maria garcia", viewer=COORDINATOR)

    assert {(f.participant, f.email, f.role, f.unit) for f in both} == {
        (north, "maria@north.example", "mentor", "North Middle"),
        (south, "maria@south.example", "mentee", "South Middle"),
    }
    assert {f.program_name for f in both} == {"Harbor"}
    assert all(f.cohort for f in both)
    assert found(town, "Maria Garcia <maria@south.example>") == [south]
    assert found(town, "Maria Garcia (mentor)") == [north]
    assert found(town, "Maria Garcia <maria@north.example> (mentee)") == []
    assert found(town, "Garcia") == [north, south]
    assert found(town, "mentor") == []


def test_a_program_narrows_whom_a_name_finds() -> None:
    town = Town()
    nour = enrolled(town, "Nour Haddad")

    assert found(town, "Nour Haddad", program=town.program) == [nour]
    with pytest.raises(mc.Refused, match="there is no program"):
        found(town, "Nour Haddad", program=f"program:{0:032x}")


def test_an_auditor_finds_nobody_by_a_name_and_a_member_nobody_else() -> None:
    town = Town()
    nour = enrolled(town, "Nour Haddad", "nour@harbor.example")
    other = enrolled(town, "Bela Kiss", "bela@harbor.example")
    me = mc.Viewer.member(town.persons[nour])

    assert town.engine.find("Nour Haddad", viewer=mc.Viewer.auditor()) == ()
    assert [f.participant for f in town.engine.find("Nour Haddad", viewer=me)] == [nour]
    assert town.engine.find("Bela Kiss", viewer=me) == ()
    assert town.engine.find("bela@harbor.example", viewer=me) == ()
    assert other


def test_a_person_who_takes_part_in_nothing_is_found_among_people() -> None:
    town = Town()
    before = town.store.tail()
    person = town.ask(mc.RegisterPerson(name="Ines Roth")).stream

    assert found(town, "Ines Roth") == []
    assert [f.person for f in town.engine.find_people("ines roth", viewer=COORDINATOR)] == [person]
    assert town.engine.find_people("ines roth", viewer=COORDINATOR, as_known=before) == ()


def test_a_pairing_is_found_by_the_people_in_it() -> None:
    town = Town()
    nour, ed = enrolled(town, "Nour Haddad"), enrolled(town, "Ed Ames", role="mentee")
    fay = enrolled(town, "Fay Ames", role="mentee")
    first, second = town.pair(nour, ed), town.pair(nour, fay)

    def pairings(*names: str, **asked: Any) -> list[str]:
        these = town.engine.find_pairings(*names, viewer=COORDINATOR, **asked)
        return [f.pairing for f in these]

    assert pairings("Nour Haddad", "Ed Ames") == [first]
    assert pairings("Fay Ames", "Nour") == [second]
    assert sorted(pairings("Nour", "Ames")) == sorted([first, second])
    assert pairings("Ed Ames", "Fay Ames") == []
    assert pairings("Nour", "Nour") == []
    stranger = mc.Viewer.member(town.persons[fay])
    assert town.engine.find_pairings("Nour", "Ed", viewer=stranger) == ()


NAMES = st.sampled_from(["Ada", "Bo Lund", "Chi", "Dee O'Hara"])
ADDRESSES = st.sampled_from([None, "a@x.example", "b@x.example", "c@x.example"])


@settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(st.lists(st.tuples(NAMES, ADDRESSES, st.integers(1, 60)), min_size=1, max_size=5))
def test_whatever_somebody_was_called_finds_them_and_only_what_was_known_then(
    changes: list[tuple[str, str | None, int]],
) -> None:
    town = Town()
    who = enrolled(town, "Somebody Else")
    told: list[tuple[int, set[str]]] = [(town.store.tail(), {"Somebody Else"})]
    for name, address, day in changes:
        contact = None if address is None else mc.Contact(email=address)
        since = date.fromordinal(BEGAN.toordinal() + day)
        person = town.persons[who]
        town.ask(mc.ChangePersonDetails(person_id=person, since=since, name=name, contact=contact))
        told.append((town.store.tail(), told[-1][1] | {name} | ({address} if address else set())))
    words = {"Somebody Else", "Ada", "Bo Lund", "Chi", "Dee O'Hara", "a@x.example", "b@x.example"}

    for known, called in told:
        for word in words:
            expected = [who] if word in called else []
            assert found(town, word, as_known=known) == expected, (word, known)
            assert found(town, word, as_known=known, as_of=BEGAN) == expected, (word, known)


@pytest.mark.parametrize("nothing", ["", "   ", "<>", "()"])
def test_no_words_find_nobody(nothing: str) -> None:
    town = Town()
    enrolled(town, "Nour Haddad")

    assert found(town, nothing) == []
