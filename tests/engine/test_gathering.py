"""What an import finds in the log is what stands there now, whoever recorded it."""

from datetime import UTC, date, datetime
from typing import Any

from engine.harbor import FILES, Harbor, csv_of, harbor, rows_of, written
from engine.test_taking_troubles import later, many
from engine.world import COORDINATOR, Place, mc

from mentorcore.engine.importing.import_directory import ImportDirectory
from mentorcore.engine.importing.session_directory import SessionDirectory
from mentorcore.log.sealing.keys import MemoryKeys

MEETING = "Timestamp,E-mail,Mentee,Date,Began at,Minutes,How,Notes\n"


def directory(it: Harbor) -> SessionDirectory:
    desk = it.engine._desk
    found = ImportDirectory(desk, it.engine._views, it.engine.programs()[0].program)
    return SessionDirectory(found, desk.session(), desk)


def do(it: Harbor, command: Any) -> Any:
    return it.engine.handle(command, actor=COORDINATOR)


def test_names_enrolments_pairings_and_goals_are_found() -> None:
    with harbor() as it:
        it.take_all()

        people = directory(it)

        (anna,) = people.named("anna berg")
        (enrolment,) = people.enrolments(anna.person)
        first, second = people.pairings(enrolment.participant)
        assert anna.identities == (("email", "anna@example.org"),)
        assert (first.until, second.until) == (None, date(2026, 10, 16))
        assert [g.status for g in people.goals(first.pairing)] == ["achieved"]
        assert min(people.names()) == "Anna Berg"


def test_corrections_and_ends_are_seen() -> None:
    with harbor() as it:
        it.people()
        ben = it.events("person.registered")[1]
        do(it, mc.ChangePersonDetails(person_id=ben.stream, since=date(2026, 10, 1), name="B. Ode"))
        linked = it.events("person.external-identity-linked")[1]
        do(it, mc.RetractRecord(stream=linked.stream, target=linked.version))
        first = it.events("pairing.formed")[0]
        ending = mc.EndPairing(
            pairing_id=first.stream,
            on=date(2026, 11, 1),
            reason="completed",
            initiated_by="program",
        )
        do(it, ending)
        enrolled = it.events("participant.enrolled")[1]
        leaving = mc.EndEnrolment(
            participant_id=enrolled.stream, on=date(2026, 11, 2), outcome="withdrew"
        )
        do(it, leaving)

        people = directory(it)

        assert people.named("Ben Ode") == people.named("B. Ode")  # he bore that name until then
        assert [p.person for p in people.identified("email", "ben@example.org")] == [ben.stream]
        assert people.person(ben.stream).name == "B. Ode"  # type: ignore[union-attr]  # he is known
        assert people.enrolments(ben.stream)[0].until == date(2026, 11, 2)
        assert people.pairing(first.stream).until == date(2026, 11, 1)  # type: ignore[union-attr]  # it is known

        left = it.events("participant.enrolment-ended")[0]
        do(it, mc.RetractRecord(stream=left.stream, target=left.version))
        do(it, mc.ReopenPairing(pairing_id=first.stream, on=date(2026, 11, 3), authority="lead"))
        again = directory(it).pairing(first.stream)
        assert again is not None
        assert again.until is None


def test_a_planned_meeting_is_the_one_that_is_logged_on_its_day() -> None:
    planned = ('note = "Notes"', 'note = "Notes"\nnext_on = "Next"')
    head = MEETING.strip() + ",Next\n"
    first = "11/30/2026 17:00:00,anna@example.org,Ben Ode,11/30/2026,,45,Zoom,,12/10/2026 15:30\n"
    second = "12/10/2026 17:00:00,anna@example.org,Ben Ode,12/10/2026,,45,Zoom,,\n"

    with harbor() as it:
        it.people().take("meetings", head + first, planned)
        scheduled = it.events("pairing.meeting-scheduled")[0]
        pairing = directory(it).pairing(scheduled.stream)
        assert pairing is not None
        assert pairing.planned == ((scheduled.event.meeting_id, date(2026, 12, 10)),)

        it.engine._clock.move(days=10)  # type: ignore[attr-defined]  # the clock of the tests
        it.take("meetings", head + first + second, planned)

        held = it.events("pairing.meeting-held")[-1]
        after = directory(it).pairing(scheduled.stream)
        assert held.event.meeting_id == scheduled.event.meeting_id
        assert after is not None
        assert after.planned == ()
        assert scheduled.event.starts_at == datetime(2026, 12, 10, 23, 30, tzinfo=UTC)


def test_people_of_another_program_are_known_and_not_enrolled_here() -> None:
    with harbor() as it:
        it.take_all()
        first = it.engine.programs()[0].program
        blueprint = mc.read_blueprint((FILES / "program.toml").read_text(), "program.toml")
        it.engine.batch(blueprint.commands(it.engine.new_id), actor=COORDINATOR)
        second = next(p.program for p in it.engine.programs() if p.program != first)

        other = it.take("people", None, ('form = "people"', 'form = "again"'), program=second)
        refused = it.take("meetings", None, ('form = "meetings"', 'form = "m2"'), program=second)

        assert other.counts.taken == 5
        assert len(it.events("person.registered")) == 5
        assert len(it.events("participant.enrolled")) == 10
        assert "there is no pairing of" in refused.findings[0].reason


def test_what_a_rival_records_between_two_transactions_is_seen(at: Place) -> None:
    with at.open(1, later()) as opened, at.open(10**6, later()) as rival:
        it = Harbor(opened)
        rows = [rows_of("people")[0]]
        for n, item in enumerate(many(600)):
            name = item.answers[1].raw[0]  # type: ignore[union-attr]  # it is a response
            sent = f"9/1/2026 9:{n // 60:02}:{n % 60:02}"
            rows.append([sent, f"p{n}@example.org", name, "a mentor", ""])

        def register(done: int) -> None:
            if done == 500:
                known = rival.handle(mc.RegisterPerson(name=rows[-1][2]), actor=COORDINATOR).stream
                link = mc.LinkExternalIdentity(
                    person_id=known, scheme="email", value="p599@example.org"
                )
                rival.handle(link, actor=COORDINATOR)

        report = it.take("people", written(rows), progress=register)

        assert report.counts.taken == 600
        assert len(it.events("person.registered")) == 600


def test_an_erased_person_keeps_one_response_out_and_no_other() -> None:
    with harbor() as it:
        it.people()
        keys = it.engine._keys
        assert isinstance(keys, MemoryKeys)
        dan = it.events("person.registered")[3]
        keys.erase(dan.stream)
        it.engine._sealing.forget()

        # Dan cannot be named any more; the pairing that Carla has with him still can.
        report = it.take("feedback")

        assert report.sentence() == "2 taken."
        meetings = it.take("meetings", csv_of("meetings").replace("27/10/2026", "10/27/2026"))
        said = [f.reason for f in meetings.findings if "dan@example.org" in f.reason]
        assert len(said) == 2


def test_a_response_about_an_erased_person_is_refused_and_its_neighbours_are_taken() -> None:
    by_mentee = ('mentor = "E-mail"', 'members = "E-mail"')
    log = MEETING + "".join(
        f"11/{d}/2026 17:00:00,{who}@example.org,{name},11/{d}/2026,,45,Zoom,\n"
        for d, who, name in ((3, "anna", "Ben Ode"), (4, "carla", "Carla Ruiz"), (5, "anna", "Ben Ode"))
    )  # fmt: skip

    with harbor() as it:
        it.people()
        keys = it.engine._keys
        assert isinstance(keys, MemoryKeys)
        keys.erase(it.events("person.registered")[3].stream)
        it.engine._sealing.forget()

        report = it.take("meetings", log, by_mentee, ('note = "Notes"', 'topics = "How"'))

        # The topics would be sealed for both members of Carla's pairing, and one was erased.
        assert report.sentence() == "2 taken, 1 refused."
        assert "was erased" in report.findings[0].reason
        assert report.findings[0].where.line == 3
