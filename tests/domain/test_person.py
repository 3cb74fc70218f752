"""A human being enters once and keeps one id."""

from typing import Any

import pytest
from domain.school import ANNA, CLEO, day, mc

from mentorcore.testing import given

KNOWN = given(mc.RegisterPerson(person_id=ANNA.person, name="Anna Kern"))


def test_a_person_is_registered_with_what_is_known() -> None:
    contact = mc.Contact(email="anna@example.org")
    asked = mc.RegisterPerson(
        person_id=ANNA.person, name="Anna Kern", contact=contact, time_zone="Pacific/Auckland"
    )

    given().when(asked).then(
        mc.PersonRegistered(
            person_id=ANNA.person,
            subjects=(ANNA.person,),
            name="Anna Kern",
            contact=contact,
            time_zone="Pacific/Auckland",
        )
    )


def test_a_person_is_registered_once() -> None:
    KNOWN.when(mc.RegisterPerson(person_id=ANNA.person)).refuses("already_registered")


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "\ufeff\u00a0"])
def test_a_name_that_says_nothing_is_refused(name: str) -> None:
    given().when(mc.RegisterPerson(person_id=ANNA.person, name=name)).refuses("empty_text")
    renamed = mc.ChangePersonDetails(person_id=ANNA.person, since=day("2026-09-01"), name=name)
    KNOWN.when(renamed).refuses("empty_text")


def test_a_person_may_be_registered_without_a_name() -> None:
    given().when(mc.RegisterPerson(person_id=ANNA.person)).then(
        mc.PersonRegistered(person_id=ANNA.person, subjects=(ANNA.person,))
    )


def test_a_zone_that_does_not_exist_is_refused() -> None:
    asked = mc.RegisterPerson(person_id=ANNA.person, time_zone="Mars/Olympus")

    given().when(asked).refuses("no_such_zone", "Mars/Olympus")


def test_a_new_name_or_address_leaves_the_rest_as_it_was() -> None:
    contact = mc.Contact(email="anna@example.org")
    renamed = mc.ChangePersonDetails(
        person_id=ANNA.person, since=day("2026-09-01"), name="Anna Roth"
    )
    moved = mc.ChangePersonDetails(person_id=ANNA.person, since=day("2026-10-01"), contact=contact)

    state = KNOWN.given(renamed, moved).state(ANNA.person)

    assert (state.name, state.contact) == ("Anna Roth", contact)


def test_details_are_of_their_own_day_and_not_of_their_recording() -> None:
    later = mc.ChangePersonDetails(person_id=ANNA.person, since=day("2026-10-01"), name="Roth")
    earlier = mc.ChangePersonDetails(person_id=ANNA.person, since=day("2026-09-01"), name="Berg")

    assert KNOWN.given(later, earlier).state(ANNA.person).name == "Roth"


def test_a_change_that_changes_nothing_says_nothing_new() -> None:
    KNOWN.when(mc.ChangePersonDetails(person_id=ANNA.person, since=day("2026-09-01"))).nothing()


def test_an_identity_elsewhere_is_linked() -> None:
    """INV-61; that it is nobody else's is decided at the index beside the log."""
    link = mc.LinkExternalIdentity(person_id=ANNA.person, scheme="email", value="anna@example.org")

    after = KNOWN.when(link).then(
        mc.ExternalIdentityLinked(
            scheme="email",
            assurance="self_stated",
            value="anna@example.org",
            subjects=(ANNA.person,),
        )
    )

    assert after.state(ANNA.person).identities == 1


@pytest.mark.parametrize("value", ["", "  "])
def test_an_identity_elsewhere_is_not_empty(value: Any) -> None:
    link = mc.LinkExternalIdentity(person_id=ANNA.person, scheme="email", value=value)

    KNOWN.when(link).refuses("empty_text")


def test_work_and_credentials_are_recorded() -> None:
    work = mc.RecordEmployment(
        person_id=ANNA.person, since=day("2026-08-01"), fte_percent=50, post="Teacher"
    )
    license_ = mc.RecordCredential(
        person_id=ANNA.person, kind="license", area="math", issued_on=day("2026-01-01")
    )

    state = KNOWN.given(work, license_).state(ANNA.person)

    assert state.employments == ((day("2026-08-01"), None, 50),)
    assert state.credentials == (("license", "math", day("2026-01-01"), None),)


@pytest.mark.parametrize("share", [0, 101])
def test_nobody_works_less_than_nothing_or_more_than_full_time(share: Any) -> None:
    work = mc.RecordEmployment(person_id=ANNA.person, since=day("2026-08-01"), fte_percent=share)

    KNOWN.when(work).refuses("fte_out_of_range")


def test_what_ends_ends_after_it_began() -> None:
    since = {"person_id": ANNA.person, "since": day("2026-08-01"), "until": day("2026-08-01")}
    for asked in (
        mc.RecordEmployment(**since),
        mc.RecordReportingLine(**since, superior=CLEO.person, kind="chief"),
        mc.RecordCredential(
            person_id=ANNA.person,
            kind="rating",
            area="math",
            issued_on=day("2026-08-01"),
            expires_on=day("2026-07-31"),
        ),
    ):
        KNOWN.when(asked).refuses("ends_before_start")


def test_a_credential_was_issued_today_at_the_latest_wherever_that_is() -> None:
    """A person has no program, hence no zone: the most advanced one on earth decides."""
    issued = mc.RecordCredential(
        person_id=ANNA.person, kind="license", area="math", issued_on=day("2026-12-02")
    )

    KNOWN.when(issued, at="2026-12-01T09:59Z").refuses("in_the_future")
    assert KNOWN.when(issued, at="2026-12-01T10:00Z").events


def line(superior: Any = CLEO, **other: Any) -> Any:
    return mc.RecordReportingLine(
        person_id=ANNA.person,
        superior=superior.person,
        kind="evaluator",
        since=day("2026-08-01"),
        **other,
    )


def test_a_reporting_line_joins_two_people_who_are_known() -> None:
    both = KNOWN.given(mc.RegisterPerson(person_id=CLEO.person))

    both.when(line()).then(
        mc.ReportingLineRecorded(superior=CLEO.person, kind="evaluator", since=day("2026-08-01"))
    )
    KNOWN.when(line()).refuses("no_such_person", CLEO.person)
    KNOWN.when(line(ANNA)).refuses("same_person")


def test_the_same_line_again_says_nothing_new() -> None:
    both = KNOWN.given(mc.RegisterPerson(person_id=CLEO.person), line())

    both.when(line()).nothing()
    assert both.when(line(until=day("2027-08-01"))).events


def test_nothing_is_recorded_about_nobody() -> None:
    for asked in (
        mc.ChangePersonDetails(person_id=ANNA.person, since=day("2026-09-01"), name="Roth"),
        mc.LinkExternalIdentity(person_id=ANNA.person, scheme="sso", value="ak"),
        mc.RecordEmployment(person_id=ANNA.person, since=day("2026-09-01")),
        line(),
    ):
        given().when(asked).refuses("no_such_person", ANNA.person)
