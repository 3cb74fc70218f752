"""Nobody is put in a pairing against what a pack of the program forbids."""

from contextlib import closing
from datetime import timedelta
from typing import Any

import attrs
import pytest
from engine.adopting import adopting
from engine.test_forced_schedules import Race, Rivals
from engine.world import SETTINGS, TODAY, Clock, Place, World, engine, mc

from mentorcore.policy.reading.pack_reader import read_pack

SOON = TODAY + timedelta(days=30)
GROUPS = attrs.evolve(
    SETTINGS,
    more_shapes=(mc.ShapeBounds(shape="group", smallest=2, largest=9),),
    prohibited_lines=(),
    capacity=mc.Capacity(places=9),
)
NEEDY = attrs.evolve(GROUPS, start_needs=("authorization",))


class School(World):
    """A program that goes by a pack from today on, and short ways to state facts in it."""

    def __init__(self, opened: Any, pack: str = "us-tx-mentor", settings: Any = GROUPS) -> None:
        super().__init__(opened, settings)
        self.ask(adopting(self, pack))

    @classmethod
    def of(cls, rivals: Rivals) -> "School":
        """The world of two engines on one log."""
        school = cls.__new__(cls)
        school.__dict__.update(vars(rivals.world))
        school.ask(adopting(school, "us-tx-mentor"))
        return school

    def state(self, who: str, fact: str, value: Any, since: Any = TODAY) -> Any:
        told = {"number": value} if isinstance(value, int) else {"word": value}
        return self.ask(mc.StateFact(participant_id=who, fact=fact, since=since, **told))

    def teacher(self, minutes: int | None = None) -> str:
        """A mentor with three years of teaching, and so many minutes of it a day."""
        mentor = self.mentor()
        self.state(mentor, "experience_years", 3)
        if minutes is not None:
            self.state(mentor, "teaching_minutes_per_day", minutes)
        return mentor

    def today(self, mentor: str, **more: Any) -> Any:
        return self.forming(mentor, more.pop("mentee", None) or self.mentee(), on=TODAY, **more)

    def refusal(self, command: Any) -> Any:
        position = self.engine.position
        with pytest.raises(mc.Refused) as refused:
            self.ask(command)
        assert self.engine.position == position
        return refused.value


# ------------------------------------------------------------------------------ ratio


def test_who_teaches_six_hours_has_two_mentees_and_no_third(at: Place) -> None:
    """INV-06."""
    with at.open(1) as opened:
        school = School(opened)
        mentor = school.teacher(360)
        for _ in range(2):
            school.ask(school.today(mentor))

        refused = school.refusal(school.today(mentor))

    assert refused.code == "ratio_exceeded"
    assert "TX-3" in refused.reason


def test_who_teaches_less_has_four_and_no_fifth() -> None:
    """INV-06."""
    with engine() as opened:
        school = School(opened)
        mentor = school.teacher(330)
        for _ in range(4):
            school.ask(school.today(mentor))

        assert school.refusal(school.today(mentor)).code == "ratio_exceeded"


def test_a_refusal_by_ratio_is_told_by_the_pack_the_facts_and_the_pairings() -> None:
    with engine() as opened:
        school = School(opened)
        mentor = school.teacher(360)
        pairs = [school.do(school.today(mentor)) for _ in range(2)]
        refused = school.refusal(school.today(mentor))

        told = opened.explain(refused, viewer=mc.Viewer.coordinator())

        rests_on = {g.record.name for g in told.grounds if g.decisive}
        assert told.again == refused.reason
        assert {"program.policy-pack-adopted", "participant.fact-stated"} <= rests_on
        assert set(pairs) <= {e.stream for e in told.events}


def test_where_the_bound_is_not_known_the_smaller_one_is_kept() -> None:
    with engine() as opened:
        school = School(opened)
        mentor = school.teacher()
        for _ in range(2):
            school.ask(school.today(mentor))

        refused = school.refusal(school.today(mentor))

        assert refused.code == "requirement_unknown"
        assert refused.facts["missing"] == ("teaching_minutes_per_day",)
        school.state(mentor, "teaching_minutes_per_day", 300)
        assert school.ask(school.today(mentor)).events


def test_a_pairing_that_is_over_takes_no_place_and_one_that_is_paused_may_free_it() -> None:
    """INV-06."""
    with engine() as opened:
        school = School(opened)
        mentor = school.teacher(360)
        first, second = (school.do(school.today(mentor)) for _ in range(2))
        over = mc.Ending(on=TODAY, reason="completed", initiated_by="program")

        past = school.ask(school.today(mentor, ended=over)).events
        school.ask(mc.PausePairing(pairing_id=first, since=TODAY, frees_place=True))
        third = school.do(school.today(mentor))
        resumed = school.refusal(mc.ResumePairing(pairing_id=first, on=TODAY))
        school.ask(school.ending(second))
        back = school.ask(mc.ResumePairing(pairing_id=first, on=TODAY)).events
        reopened = school.refusal(
            mc.ReopenPairing(pairing_id=second, on=TODAY, reason="Both asked", authority="dean")
        )

        assert past
        assert third
        assert back
        assert (resumed.code, reopened.code) == ("ratio_exceeded", "ratio_exceeded")


def test_a_group_counts_its_mentees_and_takes_no_more_than_the_ratio_allows() -> None:
    """INV-06."""
    with engine() as opened:
        school = School(opened)
        mentor = school.teacher(360)
        members = [mc.Member(participant=mentor, role="mentor")]
        members += [mc.Member(participant=school.mentee(), role="mentee") for _ in range(2)]
        group = school.do(
            mc.FormPairing(
                program_id=school.program,
                cohort_id=school.cohort,
                members=tuple(members),
                on=TODAY,
                shape="group",
            )
        )

        adding = mc.AddMember(pairing_id=group, participant=school.mentee(), since=TODAY)

        assert school.refusal(adding).code == "ratio_exceeded"
        assert school.refusal(school.today(mentor)).code == "ratio_exceeded"
        leaving = school.members(group)[1]
        school.ask(mc.RemoveMember(pairing_id=group, participant=leaving, on=TODAY))
        assert school.ask(adding).events


SMALL = read_pack(
    b"""
[pack]
id = "district"
version = "1"
title = "What our district asks for"
jurisdiction = "US-CA-LAGOON"
authority = "School board"
citation = "Board policy 4131"
effective_from = 2026-07-01
reviewed_on = 2026-08-01
notice = "Made up."

[[rule]]
id = "D-1"
kind = "ratio"
title = "Three in a group at most"
citation = "4131, 2"
mark = "P"
scope = "pairing"
enforce = "guard"
measure = "group_size"
max = 3
hard = true

[[rule]]
id = "D-2"
kind = "eligibility"
title = "A mentee has read the handbook"
citation = "4131, 3"
mark = "P"
scope = "participant"
applies_when = { role = "mentee" }
enforce = "guard"
role = "mentee"
all = [{ fact = "handbook", op = "==", value = "read" }]
""",
    "district.toml",
)


def test_a_pack_of_a_district_bounds_groups_and_asks_of_mentees() -> None:
    with engine(packs=[SMALL]) as opened:
        school = School(opened)
        named = {"pack_id": SMALL.id, "version": SMALL.version, "digest": SMALL.digest}
        adopting_it = mc.AdoptPolicyPack(program_id=school.program, **named, effective_from=TODAY)
        school.ask(adopting_it)
        mentor, mentees = school.teacher(300), [school.mentee() for _ in range(3)]

        def group(*mentees: str) -> Any:
            members = [mc.Member(participant=mentor, role="mentor")]
            members += [mc.Member(participant=m, role="mentee") for m in mentees]
            return mc.FormPairing(
                program_id=school.program,
                cohort_id=school.cohort,
                members=tuple(members),
                on=TODAY,
                shape="group",
            )

        unread = school.refusal(group(*mentees[:2]))
        for mentee in mentees:
            school.state(mentee, "handbook", "read")
        four = school.refusal(group(*mentees))
        three = school.do(group(*mentees[:2]))
        fourth = school.refusal(mc.AddMember(pairing_id=three, participant=mentees[2], since=TODAY))

        assert (unread.code, unread.facts["rule"]) == ("eligibility_unknown", "D-2")
        assert [(r.code, r.facts["rule"]) for r in (four, fourth)] == [
            ("ratio_exceeded", "D-1")
        ] * 2


def test_a_capacity_is_no_larger_than_the_ratio_allows() -> None:
    """INV-06."""
    with engine() as opened:
        school = School(opened)
        mentor, other = school.teacher(360), school.teacher()

        three = school.refusal(school.capacity(mentor, 3, since=TODAY))
        five = school.refusal(school.capacity(other, 5, since=TODAY))

        assert (three.code, five.code) == ("ratio_exceeded", "ratio_exceeded")
        assert school.ask(school.capacity(mentor, 2, since=TODAY)).events
        assert school.ask(school.capacity(other, 4, since=TODAY)).events


def test_an_end_is_not_taken_back_where_its_place_is_taken(at: Place) -> None:
    """INV-06, INV-65."""
    with at.open(1) as opened:
        school = School(opened)
        mentor = school.teacher(360)
        first, second = (school.do(school.today(mentor)) for _ in range(2))
        ended = school.ask(school.ending(first)).events[0]
        third = school.do(school.today(mentor))
        back = mc.RetractRecord(stream=first, target=ended.version)

        refused = school.refusal(back)
        school.ask(school.ending(third))

        assert refused.code == "ratio_exceeded"
        assert school.ask(back).events
        assert second


# ------------------------------------------------------------------------------ eligibility


def test_whom_nothing_is_known_of_is_not_put_in_a_pairing(at: Place) -> None:
    """INV-05."""
    with at.open(1) as opened:
        school = School(opened, "us-nj-induction")
        mentor = school.mentor()

        unknown = school.refusal(school.today(mentor))

    assert unknown.code == "eligibility_unknown"
    assert "experience_years" in unknown.facts["missing"]
    assert "NJ-5a" in unknown.reason


def test_who_lacks_a_year_is_not_put_in_a_pairing_and_is_by_a_waiver() -> None:
    """INV-05."""
    with engine() as opened:
        school = School(opened)
        mentor = school.mentor()
        school.state(mentor, "experience_years", 2)

        short = school.refusal(school.today(mentor))
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
        assert school.ask(school.today(mentor)).events


def test_a_newcomer_is_asked_about_and_those_who_were_there_are_not() -> None:
    """INV-05."""
    with engine() as opened:
        school = School(opened)
        mentor, other = school.teacher(300), school.mentor()
        pairing = school.do(school.today(mentor))
        second = mc.AddMember(pairing_id=pairing, participant=other, since=TODAY)

        unknown = school.refusal(second)
        school.state(other, "experience_years", 9)

        assert unknown.code == "eligibility_unknown"
        assert school.ask(second).events


def test_what_was_formed_before_the_pack_is_amended_and_goes_on() -> None:
    """INV-65."""
    with engine() as opened:
        world = World(opened, GROUPS)
        pairing = world.pair()
        world.ask(adopting(world, "us-nj-induction"))

        amended = mc.AmendRecord(stream=pairing, target=1, changes={"planned_end": SOON})

        assert world.ask(amended).events


def test_a_forming_is_not_amended_into_one_that_is_forbidden() -> None:
    """INV-65."""
    clock = Clock()
    with engine(clock=clock) as opened:
        school = School(opened)
        clock.move(days=2)
        known = TODAY + timedelta(days=2)
        mentor = school.mentor()
        school.state(mentor, "experience_years", 3, since=known)
        pairing = school.do(school.forming(mentor, school.mentee(), on=known))

        earlier = {"on": TODAY + timedelta(days=1)}
        refused = school.refusal(mc.AmendRecord(stream=pairing, target=1, changes=earlier))
        planned = mc.AmendRecord(stream=pairing, target=1, changes={"planned_end": SOON})

        assert refused.code == "eligibility_unknown"
        assert school.ask(planned).events


def test_what_should_not_have_been_formed_is_reported_by_a_view_and_can_be_amended() -> None:
    """INV-65."""
    with engine() as opened:
        school = School(opened)
        mentor = school.mentor()
        told = school.state(mentor, "experience_years", 3).events[0]
        pairing = school.do(school.today(mentor))
        school.ask(mc.AmendRecord(stream=mentor, target=told.version, changes={"number": 1}))

        planned = mc.AmendRecord(stream=pairing, target=1, changes={"planned_end": SOON})

        assert school.ask(planned).events


# ------------------------------------------------------------------------------ what comes first


def test_what_has_to_come_first_holds_where_the_pairing_starts() -> None:
    """INV-04."""
    with engine() as opened:
        school = School(opened, "us-nj-induction", NEEDY)
        mentor = school.mentor()
        for fact, value in (
            ("certificate", "Standard"),
            ("experience_years", 3),
            ("full_time_years", 2),
        ):
            school.state(mentor, fact, value)
        school.ask(
            mc.RecordCredential(
                person_id=school.persons[mentor],
                kind="rating",
                area="summative",
                level="effective",
                issued_on=TODAY,
            )
        )
        waits = school.do(school.today(mentor))
        start = mc.StartPairing(pairing_id=waits, on=TODAY, authorized=True)

        untrained = school.refusal(start)
        school.ask(
            mc.RecordTraining(
                participant_id=mentor, training_kind="basics", on=TODAY - timedelta(days=1)
            )
        )

        assert (untrained.code, untrained.facts["rule"]) == ("prerequisite_missing", "NJ-5c")
        assert school.ask(start).events


def test_an_appraiser_of_a_mentee_is_no_mentor_of_theirs() -> None:
    """INV-03."""
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

        refused = school.refusal(school.today(mentor, mentee=mentee))

        assert (refused.code, refused.facts["rule"]) == ("prohibited_relation", "TX-4d")
        assert school.ask(school.today(mentor)).events


def test_a_line_that_arises_later_is_a_fact_and_is_recorded() -> None:
    """INV-03."""
    with engine() as opened:
        school = School(opened)
        mentor, mentee = school.teacher(300), school.mentee()
        school.ask(school.today(mentor, mentee=mentee))
        line = mc.RecordReportingLine(
            person_id=school.persons[mentee],
            superior=school.persons[mentor],
            kind="appraiser",
            since=TODAY,
        )

        recorded = school.ask(line).events

        told = opened.compliance(viewer=mc.Viewer.coordinator(), as_of=TODAY, rule="TX-4d")
        assert recorded
        assert [row.state for row in told.rows] == ["breached"]


def test_a_pack_forbids_nothing_for_days_before_the_program_goes_by_it() -> None:
    with engine() as opened:
        school = School(opened, "us-nj-induction")

        assert school.ask(school.forming(school.mentor(), school.mentee())).events


# ------------------------------------------------------------------------------ what is not asked


def test_what_there_is_not_is_refused_by_the_rules_themselves() -> None:
    with engine() as opened:
        school = School(opened)
        nobody, nowhere = f"participant:{0xDEAD:032x}", f"pairing:{0xDEAD:032x}"
        commands = (
            school.capacity(nobody, 2),
            school.today(nobody),
            mc.StartPairing(pairing_id=nowhere, on=TODAY),
            mc.AddMember(pairing_id=nowhere, participant=school.mentee(), since=TODAY),
        )

        codes = [school.refusal(command).code for command in commands]

    assert codes == [
        "no_such_participant", "no_such_participant", "no_such_pairing", "no_such_pairing"
    ]  # fmt: skip


def test_what_says_nothing_new_is_not_asked_about() -> None:
    with engine() as opened:
        school = School(opened, settings=NEEDY)
        mentor = school.teacher(360)
        pairing, waits = (school.do(school.today(mentor)) for _ in range(2))
        for waiting in (pairing, waits):
            school.ask(mc.StartPairing(pairing_id=waiting, on=TODAY, authorized=True))
        ended = school.ask(school.ending(pairing)).events[0]
        capacity = school.capacity(mentor, 2, since=TODAY)
        school.ask(capacity)

        again = [
            *school.ask(capacity).events,
            *school.ask(mc.StartPairing(pairing_id=waits, on=TODAY, authorized=True)).events,
        ]
        twice = [
            school.ask(mc.RetractRecord(stream=pairing, target=ended.version)).events
            for _ in range(2)
        ]

        assert not again
        assert [bool(events) for events in twice] == [True, False]


def test_a_record_of_a_pairing_or_of_anybody_is_taken_back_as_ever() -> None:
    with engine() as opened:
        school = School(opened)
        mentor = school.teacher(360)
        pairing = school.do(school.today(mentor))
        fact = school.state(mentor, "rank", "senior").events[0]

        taken_back = [
            school.ask(mc.RetractRecord(stream=mentor, target=fact.version)).events,
            school.ask(mc.RetractRecord(stream=pairing, target=1)).events,
        ]

        assert all(taken_back)
        school.ask(mc.RetractRecord(stream=pairing, target=2))  # the pairing is there again


def test_somebody_who_joined_is_taken_back_and_joins_again() -> None:
    """INV-65."""
    with engine() as opened:
        school = School(opened)
        mentor, other = school.teacher(360), school.teacher(360)
        pairing = school.do(school.today(mentor))
        joined = school.ask(mc.AddMember(pairing_id=pairing, participant=other, since=TODAY))
        version = joined.events[0].version

        school.ask(mc.RetractRecord(stream=pairing, target=version))
        gone = school.members(pairing)
        school.ask(mc.RetractRecord(stream=pairing, target=version + 1))

        assert other not in gone
        assert other in school.members(pairing)


# ------------------------------------------------------------------------------ proposals


def test_the_last_acceptance_forms_nothing_that_a_pack_forbids(at: Place) -> None:
    """INV-14."""
    with at.open(1) as opened:
        school = School(opened)
        mentor, mentee = school.mentor(), school.mentee()
        proposed = school.do(
            mc.ProposePairing(
                program_id=school.program,
                cohort_id=school.cohort,
                members=(
                    mc.Member(participant=mentor, role="mentor"),
                    mc.Member(participant=mentee, role="mentee"),
                ),
                on=TODAY,
            )
        )
        first, last = (
            mc.AcceptPairing(pairing_id=proposed, participant=who, on=TODAY)
            for who in (mentee, mentor)
        )
        school.ask(first)

        refused = school.refusal(last)
        school.state(mentor, "experience_years", 3)

        assert refused.code == "eligibility_unknown"
        assert "pairing.formed" in {e.name for e in school.ask(last).events}


def test_the_last_place_is_not_given_by_an_acceptance() -> None:
    """INV-06."""
    with engine() as opened:
        school = School(opened)
        mentor, mentee = school.teacher(360), school.mentee()
        for _ in range(2):
            school.ask(school.today(mentor))
        members = (
            mc.Member(participant=mentor, role="mentor"),
            mc.Member(participant=mentee, role="mentee"),
        )
        proposed = school.do(
            mc.ProposePairing(
                program_id=school.program,
                cohort_id=school.cohort,
                members=members,
                on=TODAY,
                must_accept=(mentee,),
            )
        )

        refused = school.refusal(
            mc.AcceptPairing(pairing_id=proposed, participant=mentee, on=TODAY)
        )

        assert refused.code == "ratio_exceeded"


# ------------------------------------------------------------------------------ rivals


def test_two_coordinators_do_not_give_the_last_place_twice(at: Place) -> None:
    """INV-06."""
    rivals = Rivals(at, GROUPS)
    with closing(rivals.slow), closing(rivals.fast):
        school = School.of(rivals)
        mentor = school.teacher(360)
        school.ask(school.today(mentor))

        race = rivals.race(school.today(mentor), school.today(mentor))

    assert race == Race("recorded", "ratio_exceeded", 1)


def test_a_fact_that_is_stated_meanwhile_counts(at: Place) -> None:
    """INV-06."""
    rivals = Rivals(at, GROUPS)
    with closing(rivals.slow), closing(rivals.fast):
        school = School.of(rivals)
        mentor = school.teacher(330)
        for _ in range(2):
            school.ask(school.today(mentor))
        more = mc.StateFact(
            participant_id=mentor, fact="teaching_minutes_per_day", number=360, since=TODAY
        )

        race = rivals.race(more, school.today(mentor))

    assert race == Race("recorded", "ratio_exceeded", 1)
