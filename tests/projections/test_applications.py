"""Who applied and is not enrolled: told by themselves, counted nowhere else, and who is next."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from engine.world import SETTINGS, STARTED, TODAY, Clock, World, engine, mc

from mentorcore.projections.plain import plain

SEES = mc.Viewer.coordinator()
LONG_AGO, LATELY = TODAY - timedelta(days=15), TODAY - timedelta(days=3)


class Applying(World):
    """A world in which people apply as mentors."""

    def apply(self, on: date = LATELY, name: str = "Ina", **more: Any) -> str:
        usual = {
            "person_id": self.person(name=name),
            "program_id": self.program,
            "cohort_id": self.cohort,
            "role": "mentor",
            "on": on,
        }
        return self.do(mc.SubmitApplication(**usual | more))

    def decide(self, applicant: str, decision: str = "approved", **more: Any) -> Any:
        usual = {
            "participant_id": applicant,
            "on": TODAY,
            "decision": decision,
            "decided_by": "panel",
        }
        return self.ask(mc.DecideApplication(**usual | more))

    def admit(self, applicant: str, cohort: str | None = None) -> None:
        found = self.status().application(applicant)
        self.do(
            mc.EnrolParticipant(
                participant_id=applicant,
                person_id=found.who.person,
                program_id=self.program,
                cohort_id=cohort or self.cohort,
                role=found.who.role,
                since=TODAY,
            )
        )

    def small_cohort(self, places: int) -> str:
        opened = self.ask(
            mc.OpenCohort(
                program_id=self.program,
                name="Small",
                starts_on=STARTED,
                ends_on=date(2027, 6, 30),
                enrols_from=STARTED,
                enrols_until=date(2027, 3, 1),
                places=places,
            )
        )
        return str(opened.events[0].event.cohort.cohort_id)

    def status(self, viewer: Any = SEES, **moment: Any) -> Any:
        return self.engine.status(self.program, viewer=viewer, **moment)

    def needs(self, kind: str, viewer: Any = SEES) -> Any:
        return self.engine.attention(self.program, viewer=viewer).of(kind)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> Iterator[Applying]:
    with engine(clock=clock) as opened:
        yield Applying(opened)


def test_an_application_is_told_with_its_steps_and_references(world: Applying) -> None:
    ina = world.apply()
    world.do(
        mc.ScreenApplication(
            participant_id=ina, step="interview", on=LATELY, outcome="passed", remark="calm"
        )
    )
    for said in ("recommends", "with_reservations", "does_not_recommend"):
        world.do(mc.RecordReference(participant_id=ina, on=LATELY, recommendation=said))

    row = world.status().application(ina)

    assert (row.who.name, row.who.role, row.state) == ("Ina", "mentor", "applied")
    assert (row.applied_on, row.waiting_days, row.cohort) == (LATELY, 3, world.cohort)
    assert (row.passed, row.failed, row.references, row.recommendations) == (1, 0, 3, 2)
    assert len(row.evidence) == 3


def test_nothing_but_applications_counts_an_applicant(world: Applying) -> None:
    world.mentee()
    before = plain(world.status())

    world.decide(world.apply(), "waitlisted")
    world.apply(name="Jon")

    after = plain(world.status())
    for name in ("participants", "pairings", "cohorts", "evidence"):
        assert after[name] == before[name]
    numbers = before["numbers"] | {"applications": 1, "waitlisted": 1}
    assert after["numbers"] == numbers
    assert len(after["applications"]) == 2


def test_whoever_is_enrolled_is_a_participant_and_no_applicant_any_more(world: Applying) -> None:
    ina = world.apply()
    world.decide(ina)
    world.admit(ina)

    told = world.status()

    assert told.applications == ()
    assert told.participant(ina).who.name == "Ina"
    assert (told.numbers.applications, told.numbers.waitlisted) == (0, 0)


def test_what_was_applied_for_and_what_was_known_of_it_are_two_questions(
    world: Applying, clock: Clock
) -> None:
    ina = world.apply()
    before = world.engine.position
    clock.move(days=5)
    world.decide(ina, "waitlisted", on=TODAY, rank=3)

    def stands(**moment: Any) -> Any:
        row = world.status(**moment).application(ina)
        return None if row is None else row.state

    assert stands(as_of=LATELY - timedelta(days=1)) is None
    assert stands(as_of=LATELY) == "applied"
    assert stands(as_of=TODAY) == "waitlisted"
    assert stands(as_of=TODAY, as_known=before) == "applied"
    assert world.status(as_known=before - 1).application(ina) is None


def test_a_correction_of_a_decision_moves_what_is_told(world: Applying) -> None:
    ina = world.apply()
    version = world.decide(ina, "declined").events[0].version
    before = world.engine.position

    world.do(
        mc.AmendRecord(stream=ina, target=version, changes={"decision": "waitlisted", "rank": 1})
    )

    assert world.status().application(ina).state == "waitlisted"
    assert world.status().application(ina).corrections == 1
    assert world.status(as_known=before).application(ina).state == "declined"


@pytest.mark.parametrize(("days", "told"), [(14, 0), (15, 1)])
def test_an_application_that_waits_for_more_than_two_weeks_needs_somebody(
    world: Applying, days: int, told: int
) -> None:
    ina = world.apply(on=TODAY - timedelta(days=days))

    needs = world.needs("application_undecided")

    assert len(needs) == told
    for need in needs:
        assert (need.subject, need.days, need.code) == (ina, 15, "mentor")
        assert need.why == "an application as mentor has been undecided for 15 days"
        assert need.people[0].name == "Ina"


def test_whoever_was_approved_and_is_not_enrolled_needs_somebody(world: Applying) -> None:
    ina = world.apply()
    world.decide(ina, on=LATELY)

    (need,) = world.needs("application_approved")
    world.admit(ina)

    assert (need.subject, need.since) == (ina, LATELY)
    assert not world.needs("application_approved")


def test_a_free_place_and_people_waiting_need_somebody(world: Applying) -> None:
    small = world.small_cohort(places=2)
    first = world.apply(name="First", cohort_id=small)
    world.decide(first)
    world.admit(first, small)
    later, sooner, earlier = (
        world.apply(name=name, cohort_id=small, on=on)
        for name, on in (("Later", LATELY), ("Sooner", LATELY), ("Earlier", LONG_AGO))
    )
    world.decide(later, "waitlisted", rank=2)
    world.decide(sooner, "waitlisted", rank=1)
    world.decide(earlier, "waitlisted")

    (need,) = world.needs("place_free")
    world.decide(sooner)

    assert need.why == "1 place is free, and 3 people are on the waiting list"
    assert [who.name for who in need.people] == ["Sooner"]
    assert (need.subject, need.amount, need.limit) == (small, 1, 3)
    assert not world.needs("place_free")


def test_without_a_limit_there_is_no_free_place_to_tell_of(world: Applying) -> None:
    world.decide(world.apply(), "waitlisted")

    assert not world.needs("place_free")


def test_an_applicant_is_shown_the_own_application_and_nobody_elses(world: Applying) -> None:
    ina, jon = world.apply(), world.apply(name="Jon")
    mine = world.status().application(ina).who.person
    world.decide(ina, on=LATELY)
    viewer = mc.Viewer.member(mine)

    told = world.status(viewer)

    assert [a.participant for a in told.applications] == [ina]
    assert told.others is not None
    assert [n.subject for n in world.needs("application_approved", viewer)] == [ina]
    assert jon not in repr(told)


def test_an_applicant_is_not_shown_what_references_come_to(world: Applying) -> None:
    person = world.person(name="Ina")
    ina = world.apply(person_id=person)
    for said in ("recommends", "does_not_recommend"):
        world.do(
            mc.RecordReference(
                participant_id=ina, on=LATELY, recommendation=said, relation="principal"
            )
        )
    viewer = mc.Viewer.member(person)

    row = world.status(viewer).application(ina)
    entry = world.engine.history(ina, viewer=viewer).of("participant.reference-received")[0]

    assert (row.references, row.recommendations.kind) == (2, "recommendation")
    for hidden in ("recommendation", "relation"):
        assert isinstance(entry.value(hidden), mc.Withheld)
    for viewer in (SEES, mc.Viewer.auditor()):
        assert world.status(viewer).application(ina).recommendations == 1


def test_whoever_shares_a_pairing_with_an_applicant_is_shown_no_application(
    world: Applying,
) -> None:
    pairing = world.pair()
    mentor, mentee = world.members(pairing)
    world.apply(person_id=world.persons[mentee])

    told = world.status(mc.Viewer.member(world.persons[mentor]))

    assert (len(told.participants), told.applications) == (2, ())


def test_a_history_tells_nobody_who_is_in_what_they_are_not_shown(world: Applying) -> None:
    pairing, ina = world.pair(), world.apply()
    mentor, mentee = world.members(pairing)
    stranger = mc.Viewer.member(world.persons[world.mentee()])

    told = {s: world.engine.history(s, viewer=stranger) for s in (pairing, mentor, ina)}
    seen = world.engine.history(mentor, viewer=mc.Viewer.member(world.persons[mentee]))

    assert not any(one.entries or one.people for one in told.values())
    assert {who.participant for who in seen.people} == {mentor, mentee}


def test_the_history_of_an_applicant_begins_with_the_application(world: Applying) -> None:
    ina = world.apply(statement="I like to listen")
    world.do(
        mc.RecordReference(
            participant_id=ina,
            on=LATELY,
            recommendation="recommends",
            referee="Mr Holt",
            text="Patient",
        )
    )
    world.decide(ina)
    world.admit(ina)
    person = world.status().participant(ina).who.person

    told = world.engine.history(ina, viewer=SEES)
    own = world.engine.history(ina, viewer=mc.Viewer.member(person))

    assert [e.name for e in told.entries if e.name.startswith("participant.")] == [
        "participant.application-submitted",
        "participant.reference-received",
        "participant.application-decided",
        "participant.enrolled",
    ]
    assert told.of("participant.reference-received")[0].value("text") == "Patient"
    (mine,) = own.of("participant.reference-received")
    assert isinstance(mine.value("text"), mc.Withheld)
    assert isinstance(mine.value("referee"), mc.Withheld)
    assert own.of("participant.application-submitted")[0].value("statement") == "I like to listen"


def test_the_state_of_an_application_is_explained(world: Applying) -> None:
    ina = world.apply()
    version = world.decide(ina, "waitlisted").events[0].version

    told = world.engine.explain(ina, "state", viewer=SEES)

    decisive = [g.record.evidence.version for g in told.grounds if g.decisive]
    assert told.value == "waitlisted"
    assert version in decisive


@pytest.mark.parametrize("kind", ["application_undecided", "application_approved", "place_free"])
def test_what_needs_somebody_is_explained(world: Applying, kind: str) -> None:
    small = world.small_cohort(places=3)
    world.apply(on=LONG_AGO)
    world.decide(world.apply(name="Jon"), on=LATELY)
    world.decide(world.apply(name="Kim", cohort_id=small), "waitlisted")
    (need,) = world.needs(kind)

    told = world.engine.explain(need, viewer=SEES)

    assert [g for g in told.grounds if g.decisive]


def test_nobody_is_reminded_of_applications_to_what_is_over() -> None:
    settings = attrs.evolve(SETTINGS)
    with engine() as opened:
        world = Applying(opened, settings)
        world.apply(on=LONG_AGO)
        world.do(mc.CloseProgram(program_id=world.program, on=TODAY))

        assert not world.needs("application_undecided")


def test_a_decision_is_a_difference_between_two_moments(world: Applying) -> None:
    ina = world.apply()
    before = world.engine.position
    version = world.decide(ina, "waitlisted").events[0].version

    told = world.engine.diff(mc.Moment(as_known=before), viewer=SEES)

    row: Any = told.row(ina)
    assert ("state", "applied", "waitlisted") in [(c.field, c.before, c.after) for c in row.changes]
    assert version in [deed.evidence.version for deed in row.deeds]


def test_what_is_open_when_a_cohort_ends_is_told_with_what_else_is_left(
    world: Applying, clock: Clock
) -> None:
    """INV-71."""
    ina, jon = world.apply(), world.apply(name="Jon")
    world.decide(jon, "declined")
    clock.move(days=230)
    close = mc.CloseCohort(program_id=world.program, cohort_id=world.cohort, on=date(2027, 6, 30))

    (before,) = world.needs("cohort_ended")
    world.do(close)
    (after,) = world.needs("cohort_ended")
    world.do(mc.WithdrawApplication(participant_id=ina, on=date(2027, 7, 1)))

    assert before.why == "the cohort has ended; 1 application is open"
    assert after.why == before.why
    assert not world.needs("cohort_ended")
    assert not world.needs("application_undecided")


def test_an_applicant_is_found_by_name_where_nobody_who_takes_part_is_called_so(
    world: Applying,
) -> None:
    ina = world.apply()
    namesake = world.enrol("mentee", world.person(name="Jon"))
    world.apply(name="Jon")

    (found,) = world.engine.find("ina", viewer=SEES)
    (jon,) = world.engine.find("Jon", viewer=SEES)

    assert (found.participant, found.role, found.cohort) == (ina, "mentor", "2026")
    assert jon.participant == namesake
