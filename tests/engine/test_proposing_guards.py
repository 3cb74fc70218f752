"""Nobody is asked to be paired where a pack of the program forbids that already."""

from datetime import timedelta
from typing import Any

import attrs
from engine.adopting import adopting
from engine.test_joining_guards import GROUPS, SMALL, School
from engine.world import STARTED, TODAY, Clock, Place, World, engine, mc

DAY = timedelta(days=1)


def proposing(school: Any, mentor: str, *mentees: str, **more: Any) -> Any:
    members = [mc.Member(participant=mentor, role="mentor")]
    members += [mc.Member(participant=mentee, role="mentee") for mentee in mentees]
    asked = mc.ProposePairing(
        program_id=school.program, cohort_id=school.cohort, members=tuple(members), on=TODAY
    )
    return attrs.evolve(asked, **more)


def with_small(opened: Any) -> School:
    """A program that goes by the pack of a district beside that of its state."""
    school = School(opened)
    named = {"pack_id": SMALL.id, "version": SMALL.version, "digest": SMALL.digest}
    school.ask(mc.AdoptPolicyPack(program_id=school.program, **named, effective_from=TODAY))
    return school


def test_who_is_not_eligible_is_not_proposed_and_by_a_waiver_is(at: Place) -> None:
    """INV-07, INV-10."""
    with at.open(1) as opened:
        school = School(opened)
        mentor, mentee = school.mentor(), school.mentee()
        school.state(mentor, "experience_years", 2)

        short = school.refusal(proposing(school, mentor, mentee))
        school.ask(
            mc.WaiveRequirement(
                participant_id=mentor,
                rule_id="TX-4c",
                relief="waiver",
                granted_by="coordinator",
                since=TODAY,
                basis="Taught for years abroad",
            )
        )

        assert (short.code, short.facts["rule"]) == ("not_eligible", "TX-4c")
        assert school.ask(proposing(school, mentor, mentee)).events


def test_an_appraiser_is_not_proposed_as_mentor_of_whom_they_appraise() -> None:
    """INV-03, INV-10."""
    with engine() as opened:
        school = School(opened)
        mentor, mentee = school.teacher(300), school.mentee()
        school.ask(
            mc.RecordReportingLine(
                person_id=school.persons[mentee],
                superior=school.persons[mentor],
                kind="appraiser",
                since=TODAY,
            )
        )

        refused = school.refusal(proposing(school, mentor, mentee))

        assert (refused.code, refused.facts["rule"]) == ("prohibited_relation", "TX-4d")
        assert school.ask(proposing(school, mentor, school.mentee())).events


def test_a_group_that_would_be_too_large_is_not_proposed() -> None:
    """INV-17."""
    with engine(packs=[SMALL]) as opened:
        school = with_small(opened)
        mentor, mentees = school.teacher(300), [school.mentee() for _ in range(3)]

        four = school.refusal(proposing(school, mentor, *mentees, shape="group"))

        assert (four.code, four.facts["rule"]) == ("ratio_exceeded", "D-1")
        assert school.ask(proposing(school, mentor, *mentees[:2], shape="group")).events


def test_what_is_not_known_yet_and_who_is_full_now_may_be_proposed() -> None:
    """INV-10."""
    with engine() as opened:
        school = School(opened)
        unknown, full = school.mentor(), school.teacher(360)
        for _ in range(2):
            school.ask(school.today(full))

        proposed = [school.ask(proposing(school, m, school.mentee())) for m in (unknown, full)]

        assert all(asked.events for asked in proposed)


def test_a_proposal_is_not_amended_into_one_that_is_forbidden_and_goes_on_as_it_is() -> None:
    """INV-65."""
    clock = Clock()
    with engine(clock=clock) as opened:
        school = School(opened)
        mentor = school.mentor()
        clock.move(days=2)
        school.state(mentor, "experience_years", 2, since=TODAY)
        school.state(mentor, "experience_years", 3, since=TODAY + DAY)
        proposed = school.do(proposing(school, mentor, school.mentee(), on=TODAY + DAY))

        earlier = mc.AmendRecord(stream=proposed, target=1, changes={"on": TODAY})
        refused = school.refusal(earlier)
        first = next(
            r.version for r in opened.events(stream=mentor) if getattr(r.event, "number", None) == 3
        )
        school.ask(mc.AmendRecord(stream=mentor, target=first, changes={"number": 1}))
        later = {"answer_by": TODAY + 9 * DAY}

        assert refused.code == "not_eligible"
        assert school.ask(mc.AmendRecord(stream=proposed, target=1, changes=later)).events


def test_a_program_without_packs_and_a_day_before_them_ask_no_rule() -> None:
    with engine() as opened:
        world = World(opened, GROUPS)
        free = world.ask(proposing(world, world.mentor(), world.mentee()))
        world.ask(adopting(world, "us-tx-mentor"))
        mentor = world.mentor()
        world.ask(
            mc.StateFact(participant_id=mentor, fact="experience_years", number=1, since=STARTED)
        )

        earlier = world.ask(proposing(world, mentor, world.mentee(), on=TODAY - DAY))

        assert free.events
        assert earlier.events
