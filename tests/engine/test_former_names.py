"""A row finds people by every name and address that they have or had."""

from datetime import date
from typing import Any

import pytest
from engine.harbor import Harbor, harbor
from engine.test_import_directory import HEAD, met, refused
from engine.world import COORDINATOR, mc

from mentorcore.engine.importing.import_directory import ImportDirectory
from mentorcore.engine.importing.session_directory import SessionDirectory
from mentorcore.intake.held_names import Held

MARRIED = date(2026, 10, 1)


def ask(it: Harbor, command: Any) -> Any:
    return it.engine.handle(command, actor=COORDINATOR)


def directory(it: Harbor) -> SessionDirectory:
    desk = it.engine._desk
    gathered = ImportDirectory(desk, it.engine._views, it.engine.programs()[0].program)
    return SessionDirectory(gathered, desk.session(), desk)


def married(it: Harbor) -> str:
    """Ben Ode is Ben Lund since October, with another address."""
    ben: str = it.events("person.registered")[1].stream
    contact = mc.Contact(email="lund@example.org")
    ask(it, mc.ChangePersonDetails(person_id=ben, since=MARRIED, name="Ben Lund", contact=contact))
    return ben


@pytest.mark.parametrize("kept", [True, False])
def test_a_row_finds_somebody_by_the_old_and_the_new_name_and_address(kept: bool) -> None:
    with harbor() as it:
        it.people()
        if kept:  # a directory that was made before the name was another one
            it.take("meetings", HEAD + met(1))
        married(it)
        words = ("Ben Ode", "Ben Lund", "ben@example.org", "LUND@example.org")

        report = it.take(
            "meetings",
            HEAD + "".join(met(2 + n, mentee=word) for n, word in enumerate(words)),
            ('coverage = "full"', 'coverage = "partial"'),
        )

        assert (report.counts.taken, refused(report)) == (4, [])


def test_what_somebody_was_called_is_known_with_its_days() -> None:
    with harbor() as it:
        it.people()
        ben = married(it)

        known = directory(it).person(ben)

        assert known is not None
        assert (known.name, known.address) == ("Ben Lund", "lund@example.org")
        assert known.names == (Held("Ben Ode", None, MARRIED), Held("Ben Lund", MARRIED))
        assert known.addresses == (
            Held("ben@example.org", None, MARRIED),
            Held("lund@example.org", MARRIED),
        )


def test_a_name_that_was_put_right_is_found_only_where_nobody_else_has_it() -> None:
    with harbor() as it:
        it.people()
        ben = it.events("person.registered")[1]
        changes = {"name": "Ben Odey", "contact": mc.Contact(email="odey@example.org")}
        ask(it, mc.AmendRecord(stream=ben.stream, target=ben.version, changes=changes))
        before = directory(it)

        ask(it, mc.RegisterPerson(name="X", contact=mc.Contact(email="ben@example.org")))

        found = before.named("Ben Ode")
        assert [p.person for p in found] == [ben.stream]
        assert found[0].names == (Held("Ben Ode", corrected=True), Held("Ben Odey"))
        assert found[0].distance(None, "Ben Ode") == 2
        assert [p.person for p in before.identified("email", "odey@example.org")] == [ben.stream]
        both = directory(it).identified("email", "ben@example.org")
        assert [p.distance("email", "ben@example.org") for p in both] == [0, 0]


def test_a_contact_without_a_link_is_an_address_like_any_other() -> None:
    with harbor() as it:
        it.people()
        contact = mc.Contact(email="gus@example.org")
        gus = ask(it, mc.RegisterPerson(name="Gus New", contact=contact)).stream
        twin = ask(it, mc.RegisterPerson(name="Guy New", contact=contact)).stream

        found = directory(it).identified("email", "mailto:Gus@example.org.")

        assert [p.person for p in found] == [gus, twin]


def test_a_registration_that_was_taken_back_is_found_by_nothing() -> None:
    with harbor() as it:
        it.people()
        contact = mc.Contact(email="gus@example.org")
        gus = ask(it, mc.RegisterPerson(name="Gus New", contact=contact)).stream
        ask(it, mc.RetractRecord(stream=gus, target=1, cause="entered_in_error"))

        assert directory(it).identified("email", "gus@example.org") == ()


def test_the_schools_of_a_person_are_told_the_latest_first() -> None:
    with harbor() as it:
        it.people()
        ben = it.events("person.registered")[1].stream
        for since, unit in ((date(2025, 9, 1), "North"), (date(2026, 9, 1), "Harbor High")):
            ask(it, mc.RecordEmployment(person_id=ben, since=since, unit=unit, institution="USD"))

        assert directory(it).schools(ben) == ("Harbor High", "USD", "North")
