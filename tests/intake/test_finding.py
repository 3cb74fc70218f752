"""People, pairings and goals are found by what a row says, and never guessed."""

from datetime import date

import attrs
import pytest
from intake.people import People
from intake.small_program import (
    ANNA,
    BEN,
    CARLA,
    COHORT,
    DAN,
    GOAL,
    OTHER_COHORT,
    P_ANNA,
    P_BEN,
    P_CARLA,
    PAIR,
    enrolment,
    people,
    person,
    program,
)

from mentorcore.domain.values import CohortId, PairingId, ParticipantId, PersonId
from mentorcore.intake.directory import KnownGoal, KnownPairing, KnownPerson, Without
from mentorcore.intake.lookup import (
    NamedPerson,
    NotFound,
    enrolled_as,
    find_cohort,
    find_goal,
    find_pairing,
    find_person,
    one_enrolment,
    settled,
)

LATER = PairingId("pairing:" + "0" * 31 + "2")


def by_name(known: People, name: str) -> NamedPerson:
    return enrolled_as(known, "name", name, "payroll")


@pytest.mark.parametrize("text", ["ben@example.org", " BEN@Example.ORG ", "ben@example.org\u00a0"])
def test_an_address_is_found_whatever_its_capitals_and_spaces(text: str) -> None:
    found = find_person(people(), "email", text, "payroll")

    assert found is not None
    assert found.person == BEN


@pytest.mark.parametrize("text", ["anna berg", "Anna  Berg ", "ANNA BERG"])
def test_a_name_is_found_whatever_its_capitals_and_spaces(text: str) -> None:
    assert by_name(people(), text).person.person == ANNA


def test_composed_and_decomposed_letters_are_the_same_name() -> None:
    known = people()
    known.put(person(ANNA, "Zoë Müller", "zoe@example.org"))

    assert by_name(known, "Zoe\u0308 Mu\u0308ller").person.person == ANNA


def test_a_number_is_looked_up_in_its_own_scheme() -> None:
    known = people()
    known.put(KnownPerson(person=BEN, name="Ben Ode", identities=(("payroll", "0042"),)))

    assert find_person(known, "external_id", "0042", "payroll") is not None
    assert find_person(known, "external_id", "0042", "sso") is None
    assert find_person(known, "external_id", "42", "payroll") is None


def test_an_unknown_name_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(NotFound, match=r"nobody called 'Bne Ode' .* did you mean 'Ben Ode'?"):
        by_name(people(), "Bne Ode")


def test_an_unknown_address_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(NotFound, match=r"'ben@exampel.org' is known; did you mean 'ben@example"):
        enrolled_as(people(), "email", "ben@exampel.org", "payroll")


def test_a_name_that_two_people_bear_says_how_many() -> None:
    known = people()
    known.put(person(CARLA, "Ben Ode", "carla@example.org"))
    known.works_at[CARLA] = ("Harbor High",)

    with pytest.raises(NotFound) as caught:
        settled(known, by_name(known, "Ben Ode"), date(2026, 10, 1))

    assert str(caught.value) == (
        "2 people of this program are called 'Ben Ode': ben@example.org, mentee in Autumn; "
        "carla@example.org, mentee in Autumn, Harbor High; write the e-mail address instead, or "
        "behind the name what tells which one is meant, as in 'Ben Ode <ben@example.org>'"
    )


def test_who_is_known_and_not_enrolled_is_told_apart_from_who_is_unknown() -> None:
    with pytest.raises(NotFound, match=r"'dan@example.org' is known, but not enrolled"):
        enrolled_as(people(), "email", "dan@example.org", "payroll")
    with pytest.raises(NotFound, match=r"nobody called 'Dan Fox' takes part"):
        by_name(people(), "Dan Fox")


def test_a_mentee_cannot_stand_where_a_mentor_is_named() -> None:
    with pytest.raises(NotFound, match=r"'Ben Ode' is enrolled as mentee"):
        enrolled_as(people(), "name", "Ben Ode", "payroll", {"mentor"})


def test_of_two_enrolments_the_one_that_ran_on_the_day_is_meant() -> None:
    known = people(program(2))
    old = attrs.evolve(enrolment(P_BEN, BEN, "mentee"), until=date(2026, 10, 1))
    known.put(old)
    known.put(
        attrs.evolve(
            enrolment(ParticipantId("participant:" + "0" * 30 + "55"), BEN, "mentee", OTHER_COHORT),
            since=date(2026, 10, 15),
        )
    )
    said = by_name(known, "Ben Ode")

    assert one_enrolment(said, date(2026, 9, 20), None) == old
    assert one_enrolment(said, date(2026, 11, 1), None).cohort == OTHER_COHORT
    assert one_enrolment(said, date(2026, 10, 10), None).cohort == OTHER_COHORT
    anna = one_enrolment(by_name(known, "Anna Berg"), date(2026, 11, 1), OTHER_COHORT)
    assert anna.cohort == COHORT  # one enrolment serves every cohort


def test_two_enrolments_on_one_day_need_a_cohort() -> None:
    known = people(program(2))
    second = ParticipantId("participant:" + "0" * 30 + "55")
    known.put(enrolment(second, BEN, "mentee", OTHER_COHORT))
    said = by_name(known, "Ben Ode")

    with pytest.raises(NotFound, match=r"'Ben Ode' is enrolled 2 times"):
        one_enrolment(said, date(2026, 11, 1), None)
    assert one_enrolment(said, date(2026, 11, 1), COHORT).participant == P_BEN
    third = CohortId("cohort:" + "0" * 31 + "3")
    assert one_enrolment(said, date(2026, 11, 1), third).participant == P_BEN


def pairing_on(known: People, day: date, *names: str) -> PairingId:
    said = [by_name(known, name) for name in names or ("Anna Berg", "Ben Ode")]
    return find_pairing(known, said, day).pairing


def with_two_pairings() -> People:
    known = people()
    first = known.pairing(PAIR)
    assert first is not None
    known.put(attrs.evolve(first, until=date(2026, 10, 10)))
    known.put(attrs.evolve(first, pairing=LATER, since=date(2026, 11, 1)))
    return known


def test_the_pairing_of_two_people_is_found_whoever_is_named_first() -> None:
    assert pairing_on(people(), date(2026, 10, 1), "Ben Ode", "Anna Berg") == PAIR


def test_one_person_suffices_where_there_is_one_pairing() -> None:
    assert pairing_on(people(), date(2026, 10, 1), "Ben Ode") == PAIR


@pytest.mark.parametrize(
    ("day", "meant"),
    [
        (date(2026, 9, 20), PAIR),
        (date(2026, 10, 10), PAIR),
        (date(2026, 10, 20), PAIR),
        (date(2026, 11, 1), LATER),
        (date(2026, 11, 20), LATER),
        (date(2026, 9, 1), PAIR),
    ],
)
def test_of_two_pairings_the_one_that_lived_on_the_day_is_meant(day: date, meant: str) -> None:
    known = with_two_pairings()

    assert pairing_on(known, day) == meant


def test_on_a_day_that_ends_one_and_begins_another_the_one_that_goes_on_is_meant() -> None:
    known = with_two_pairings()
    later = known.pairing(LATER)
    assert later is not None
    known.put(attrs.evolve(later, since=date(2026, 10, 10)))

    assert pairing_on(known, date(2026, 10, 10)) == LATER


def test_one_person_with_two_pairings_on_a_day_is_not_enough() -> None:
    known = people()
    known.put(
        KnownPairing(pairing=LATER, members=frozenset({P_ANNA, P_CARLA}), since=date(2026, 9, 20))
    )

    with pytest.raises(NotFound, match=r"'Anna Berg' had 2 pairings on 2026-10-01"):
        pairing_on(known, date(2026, 10, 1), "Anna Berg")


def test_people_who_are_not_paired_are_told_with_whom_the_first_one_is() -> None:
    with pytest.raises(NotFound, match=r"no pairing of 'Anna Berg' and 'Carla Ruiz'; 'Anna Berg' is paired with 'Ben Ode'"):  # fmt: skip
        pairing_on(people(), date(2026, 10, 1), "Anna Berg", "Carla Ruiz")
    with pytest.raises(NotFound, match=r"no pairing of 'Carla Ruiz'$"):
        pairing_on(people(), date(2026, 10, 1), "Carla Ruiz")


def test_a_goal_is_found_by_its_words_whatever_their_capitals_and_spaces() -> None:
    known = people()
    pairing = known.pairing(PAIR)
    assert pairing is not None

    found = find_goal(known, pairing, " lead a  TEAM meeting")

    assert found is not None
    assert found.goal == GOAL
    assert find_goal(known, pairing, "Lead another meeting") is None


def test_two_goals_of_the_same_words_are_ambiguous() -> None:
    known = people()
    pairing = known.pairing(PAIR)
    assert pairing is not None
    known.put(KnownGoal(goal=GOAL.replace("1", "2"), pairing=PAIR, statement="Lead a team meeting"))

    with pytest.raises(NotFound, match=r"2 goals with these words"):
        find_goal(known, pairing, "Lead a team meeting")


def test_the_only_cohort_needs_no_name_and_several_do() -> None:
    assert find_cohort(people(), None) == COHORT
    assert find_cohort(people(program(2)), " spring") == OTHER_COHORT
    with pytest.raises(NotFound, match=r"2 cohorts; say which one"):
        find_cohort(people(program(2)), None)
    with pytest.raises(NotFound, match=r"no cohort 'Sprig'; did you mean 'Spring'?"):
        find_cohort(people(program(2)), "Sprig")


def test_a_person_known_anew_is_no_longer_found_under_the_old_name() -> None:
    known = people()
    known.put(person(BEN, "Ben Ode-Smith", "ben@new.example.org"))

    assert known.named("Ben Ode") == ()
    assert known.identified("email", "ben@example.org") == ()
    assert [e.participant for e in known.enrolments(BEN)] == [P_BEN]
    assert by_name(known, "Ben Ode-Smith").person.person == BEN


def test_what_is_dropped_is_forgotten_with_what_hangs_on_it() -> None:
    known = people()

    known.drop(PAIR)
    known.drop(CARLA)
    known.drop(PersonId("person:" + "f" * 32))

    assert known.pairings(P_ANNA) == ()
    assert known.goals(PAIR) == ()
    assert known.person(CARLA) is None
    assert known.enrolments(CARLA) == ()
    assert "Carla Ruiz" not in known.names()


def test_what_is_hidden_is_not_found_and_all_else_is() -> None:
    known = Without(people(), frozenset({BEN, P_CARLA, PAIR, GOAL}))

    assert known.person(BEN) is None
    assert known.person(DAN) is not None
    assert known.named("Ben Ode") == ()
    assert known.identified("email", "ben@example.org") == ()
    assert known.enrolments(CARLA) == ()
    assert known.enrolment(P_CARLA) is None
    assert known.pairings(P_ANNA) == ()
    assert known.goals(PAIR) == ()
    assert known.enrolment(P_ANNA) is not None
    assert known.program.name == "Example"
