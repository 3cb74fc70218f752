"""What packs forbid is not reached by a way round: backdating, taking back and standing again."""

from datetime import timedelta
from typing import Any

import attrs
from engine.adopting import adopting
from engine.test_joining_guards import GROUPS, NEEDY, SMALL, School
from engine.world import TODAY, Clock, Place, World, engine, mc

from mentorcore.policy.reading.pack_reader import read_pack

DAY = timedelta(days=1)
HALF = read_pack(
    b"""
[pack]
id = "half"
version = "1"
title = "Mentors work half of the time at least"
jurisdiction = "US-CA-LAGOON"
authority = "School board"
citation = "Board policy 4131"
effective_from = 2026-07-01
reviewed_on = 2026-08-01
notice = "Made up."

[[rule]]
id = "H-1"
kind = "eligibility"
title = "Mentors work half of the time at least"
citation = "4131, 2"
mark = "P"
scope = "pairing"
enforce = "guard"
all = [{ fact = "fte_percent", op = ">=", value = 50 }]
""",
    "half.toml",
)


def adopted_later(world: World, *packs: Any) -> School:
    """A program that ran without a pack and goes by one from today on."""
    school = School.__new__(School)
    school.__dict__.update(vars(world))
    school.ask(adopting(world, "us-tx-mentor"))
    return school


def taken_back(school: School, stream: str, version: int) -> Any:
    """The retraction of a record, and the command that lets the record stand again."""
    school.ask(mc.RetractRecord(stream=stream, target=version))
    return mc.RetractRecord(
        stream=stream, target=list(school.engine.events(stream=stream))[-1].version
    )


def appraised(school: School, mentee: str, mentor: str) -> None:
    school.ask(
        mc.RecordReportingLine(
            person_id=school.persons[mentee],
            superior=school.persons[mentor],
            kind="appraiser",
            since=TODAY,
        )
    )


def test_a_pairing_that_is_dated_before_the_pack_takes_a_place_now(at: Place) -> None:
    """INV-06."""
    with at.open(1) as opened:
        school = School(opened)
        mentor = school.teacher(360)
        for _ in range(2):
            school.ask(school.today(mentor))

        refused = school.refusal(school.forming(mentor, school.mentee(), on=TODAY - DAY))

    assert (refused.code, refused.facts["rule"]) == ("ratio_exceeded", "TX-3")


def test_who_left_a_group_that_is_too_large_already_does_not_come_back_by_a_correction() -> None:
    """INV-06, INV-65."""
    with engine() as opened:
        world = World(opened, GROUPS)
        group = world.circle(4)
        mentor, leaving = world.members(group)[:2]
        school = adopted_later(world)
        school.state(mentor, "teaching_minutes_per_day", 360)
        removing = mc.RemoveMember(pairing_id=group, participant=leaving, on=TODAY)
        left = school.ask(removing).events[0].version

        refused = school.refusal(mc.RetractRecord(stream=group, target=left))
        planned = mc.AmendRecord(
            stream=group, target=1, changes={"planned_end": TODAY + timedelta(days=30)}
        )

        assert refused.code == "ratio_exceeded"
        assert school.ask(planned).events


def test_who_joined_a_group_that_is_full_for_a_pack_does_not_come_back_by_a_correction() -> None:
    """INV-17, INV-65."""
    with engine(packs=[SMALL]) as opened:
        world = World(opened, GROUPS)
        group = world.circle(4)
        leaving = world.members(group)[1]
        named = {"pack_id": SMALL.id, "version": SMALL.version, "digest": SMALL.digest}
        world.ask(mc.AdoptPolicyPack(program_id=world.program, **named, effective_from=TODAY))
        school = School.__new__(School)
        school.__dict__.update(vars(world))
        removing = mc.RemoveMember(pairing_id=group, participant=leaving, on=TODAY)
        left = school.ask(removing).events[0].version

        refused = school.refusal(mc.RetractRecord(stream=group, target=left))

        assert (refused.code, refused.facts["rule"]) == ("ratio_exceeded", "D-1")


def test_who_joined_and_was_taken_back_joins_by_the_rules_of_joining_again() -> None:
    """INV-03, INV-65."""
    with engine() as opened:
        school = School(opened)
        first, second = school.teacher(300), school.teacher(300)
        pairing = school.do(school.today(first))
        adding = mc.AddMember(pairing_id=pairing, participant=second, since=TODAY)
        joined = school.ask(adding).events[0].version
        again = taken_back(school, pairing, joined)
        appraised(school, school.members(pairing)[1], second)

        codes = [school.refusal(command).code for command in (adding, again)]

        assert codes == ["prohibited_relation", "prohibited_relation"]


def test_a_start_that_was_taken_back_stands_again_by_the_rules_of_starting() -> None:
    """INV-03, INV-65."""
    with engine() as opened:
        school = School(opened, settings=NEEDY)
        mentor = school.teacher(300)
        pairing = school.do(school.today(mentor))
        starting = mc.StartPairing(pairing_id=pairing, on=TODAY, authorized=True)
        started = school.ask(starting).events[0].version
        again = taken_back(school, pairing, started)

        allowed = opened.check(again)
        appraised(school, school.members(pairing)[1], mentor)
        refused = [school.refusal(command).code for command in (starting, again)]

        assert allowed is None
        assert refused == ["prohibited_relation", "prohibited_relation"]


def test_who_has_left_before_the_start_is_not_asked_about() -> None:
    """INV-05."""
    with engine() as opened:
        world = World(opened, attrs.evolve(NEEDY, largest=3))
        former = world.mentor()
        pairing = world.pair(former)
        school = adopted_later(world)
        mentor = school.teacher(300)
        school.ask(mc.AddMember(pairing_id=pairing, participant=mentor, since=TODAY))
        school.ask(mc.RemoveMember(pairing_id=pairing, participant=former, on=TODAY))

        started = school.ask(mc.StartPairing(pairing_id=pairing, on=TODAY, authorized=True))

        assert started.events


def test_a_waiver_that_is_over_lets_nobody_be_put_in_a_pairing() -> None:
    """INV-05."""
    clock = Clock()
    with engine(clock=clock) as opened:
        school = School(opened)
        clock.move(days=5)
        mentor = school.mentor()
        school.state(mentor, "experience_years", 2)
        school.ask(
            mc.WaiveRequirement(
                participant_id=mentor,
                rule_id="TX-4c",
                relief="waiver",
                granted_by="coordinator",
                since=TODAY,
                until=TODAY + 2 * DAY,
                basis="Until the course is over",
            )
        )
        last = school.forming(mentor, school.mentee(), on=TODAY + DAY)
        late = school.forming(mentor, school.mentee(), on=TODAY + 2 * DAY)

        assert school.ask(last).events
        assert school.refusal(late).code == "not_eligible"


def test_the_waiver_of_one_mentor_does_not_bring_in_the_other_one_beside(at: Place) -> None:
    """INV-05."""
    with at.open(1) as opened:
        school = School(opened)
        waived, other = school.mentor(), school.mentor()
        for mentor, years in ((waived, 2), (other, 1)):
            school.state(mentor, "experience_years", years)
            school.state(mentor, "teaching_minutes_per_day", 300)
        school.ask(
            mc.WaiveRequirement(
                participant_id=waived,
                rule_id="TX-4c",
                relief="waiver",
                granted_by="coordinator",
                since=TODAY,
                basis="Taught for years abroad",
            )
        )
        members = (
            mc.Member(participant=waived, role="mentor"),
            mc.Member(participant=other, role="mentor"),
            mc.Member(participant=school.mentee(), role="mentee"),
        )
        both = attrs.evolve(school.today(waived), members=members)

        refused = school.refusal(both)

        assert (refused.code, refused.facts["rule"]) == ("not_eligible", "TX-4c")
        assert other in refused.reason
        assert school.ask(attrs.evolve(both, members=(members[0], members[2]))).events


def test_a_capacity_that_is_dated_before_the_pack_is_held_to_the_ratio_of_today() -> None:
    """INV-06, INV-65."""
    with engine() as opened:
        world = World(opened, GROUPS)
        mentor, other = world.mentor(), world.mentor()
        large = world.ask(world.capacity(other, 6)).events[0].version
        school = adopted_later(world)
        school.state(mentor, "teaching_minutes_per_day", 360)

        earlier = school.refusal(school.capacity(mentor, 3))
        raised = school.refusal(mc.AmendRecord(stream=other, target=large, changes={"places": 7}))
        explained = {"reason": "agreed with the union"}

        assert (earlier.code, raised.code) == ("ratio_exceeded", "ratio_exceeded")
        assert school.ask(mc.AmendRecord(stream=other, target=large, changes=explained)).events
        assert school.ask(school.capacity(mentor, 2, since=TODAY)).events
        assert school.ask(school.capacity(mentor, 3)).events  # of the days before that one


def test_working_time_is_that_of_the_corrected_enrolment_and_of_the_post() -> None:
    """INV-05."""
    with engine(packs=[HALF]) as opened:
        school = School.__new__(School)
        school.__dict__.update(vars(World(opened, GROUPS)))
        named = {"pack_id": HALF.id, "version": HALF.version, "digest": HALF.digest}
        school.ask(mc.AdoptPolicyPack(program_id=school.program, **named, effective_from=TODAY))
        amended, employed = school.mentor(), school.mentor()

        def told_otherwise(mentor: str, fte: int) -> None:
            changes = {"fte_percent": fte}
            school.ask(mc.AmendRecord(stream=mentor, target=1, changes=changes))

        told_otherwise(amended, 40)
        school.ask(
            mc.RecordEmployment(
                person_id=school.persons[employed],
                institution="Lagoon",
                post="teacher",
                fte_percent=30,
                since=TODAY,
            )
        )
        refused = [school.refusal(school.today(mentor)) for mentor in (amended, employed)]
        told_otherwise(amended, 60)

        assert [r.code for r in refused] == ["not_eligible", "not_eligible"]
        assert school.ask(school.today(amended)).events
