"""Two ids that prove to be one human being are merged, and come apart again (INV-62)."""

from __future__ import annotations

from typing import Any

import pytest
from domain.school import (
    ANNA,
    BEN,
    CLEO,
    DARA,
    EDA,
    FAY,
    FIRST,
    SECOND,
    Someone,
    add,
    at,
    circle,
    day,
    end,
    enrol,
    form,
    hold,
    joined,
    mc,
    paired,
    school,
    someone,
    version_of,
)
from hypothesis import given as generated
from hypothesis import settings as quick
from hypothesis import strategies as st

from mentorcore.domain.person.merging import lives
from mentorcore.testing import Scenario, given

TWIN = Someone(f"person:{0x1C:032x}", f"participant:{0x1C:032x}", "mentee")
"""Cleo once more, under another id."""


def merge(survivor: Any = TWIN, absorbed: Any = CLEO, **other: Any) -> Any:
    return mc.MergePersons(survivor=survivor.person, absorbed=absorbed.person, **other)


def registered(*people: Someone) -> Scenario:
    return given(*(mc.RegisterPerson(person_id=who.person) for who in people))


def twins() -> Scenario:
    """Anna and Cleo are paired, and Cleo is known a second time."""
    return paired().given(mc.RegisterPerson(person_id=TWIN.person))


def apart(story: Scenario, survivor: Any = TWIN) -> Any:
    target = version_of(story, survivor.person, mc.PersonsMerged)
    return mc.RetractRecord(stream=survivor.person, target=target)


def person_of(story: Scenario, who: Someone) -> Any:
    return story.state(who.here).person_id


# ------------------------------------------------------------------------------ merging


def test_a_merge_stands_with_both_and_with_the_enrolments_of_the_absorbed_one() -> None:
    at_one = {"principal_stream": TWIN.person, "principal": 2}

    twins().when(merge(basis="one staff number")).then(
        mc.PersonsMerged(
            survivor=TWIN.person,
            absorbed=CLEO.person,
            subjects=(TWIN.person,),
            basis="one staff number",
        ),
        mc.PersonAbsorbed(survivor=TWIN.person, **at_one),
        mc.ParticipantReassigned(person_id=TWIN.person, since=day("2026-08-20"), **at_one),
    )


def test_an_enrolment_is_the_survivors_from_then_on() -> None:
    story = twins().given(merge())

    assert person_of(story, CLEO) == TWIN.person
    assert story.state(CLEO.person).merged_into == TWIN.person
    assert story.state(TWIN.person).absorbed == (CLEO.person,)


def test_the_same_merge_again_says_nothing_new() -> None:
    twins().given(merge()).when(merge()).nothing()


@pytest.mark.parametrize(
    ("survivor", "absorbed", "code"),
    [
        (CLEO, CLEO, "same_person"),
        (DARA, CLEO, "no_such_person"),
        (CLEO, DARA, "no_such_person"),
    ],
)
def test_only_two_known_persons_are_merged(survivor: Any, absorbed: Any, code: str) -> None:
    registered(CLEO).when(merge(survivor, absorbed)).refuses(code)


def test_merging_is_acyclic() -> None:
    """INV-62."""
    story = registered(CLEO, TWIN, DARA).given(merge())

    story.when(merge(CLEO, TWIN)).refuses("merged", survivor=TWIN.person)
    story.when(merge(CLEO, DARA)).refuses("merged", survivor=TWIN.person)
    story.when(merge(DARA, CLEO)).refuses("merged", survivor=TWIN.person)
    both = story.given(merge(DARA, TWIN))
    assert both.state(TWIN.person).merged_into == DARA.person
    both.when(merge(CLEO, DARA)).refuses("merged")


def test_whoever_was_merged_twice_leads_to_the_last_survivor() -> None:
    last = someone(0x3C, "mentee")
    story = twins().given(merge(), mc.RegisterPerson(person_id=last.person), merge(last, TWIN))

    assert person_of(story, CLEO) == last.person
    situation = story.situation(merge(last, CLEO), at("2026-10-01T12:00Z"))
    assert set(lives(situation, CLEO.person)) == {last.person, TWIN.person, CLEO.person}


# ------------------------------------------------------------------------------ no new facts


@pytest.mark.parametrize(
    "fact",
    [
        mc.ChangePersonDetails(person_id=CLEO.person, since=day("2026-09-01"), name="Cleo"),
        mc.LinkExternalIdentity(person_id=CLEO.person, scheme="sso", value="cleo"),
        mc.RecordEmployment(person_id=CLEO.person, since=day("2026-09-01")),
        enrol(Someone(CLEO.person, f"participant:{0x2C:032x}", "mentee")),
        mc.RecordReportingLine(
            person_id=CLEO.person, superior=ANNA.person, kind="chair", since=day("2026-09-01")
        ),
        mc.RecordReportingLine(
            person_id=ANNA.person, superior=CLEO.person, kind="chair", since=day("2026-09-01")
        ),
    ],
)
def test_the_absorbed_id_takes_no_new_facts(fact: Any) -> None:
    """INV-62."""
    twins().given(merge()).when(fact).refuses("merged", survivor=TWIN.person)


def test_what_was_recorded_of_the_absorbed_one_can_be_corrected() -> None:
    changed = mc.ChangePersonDetails(person_id=CLEO.person, since=day("2026-09-01"), name="Cloe")
    story = twins().given(changed, merge())
    target = version_of(story, CLEO.person, mc.PersonDetailsChanged)

    story.when(
        mc.AmendRecord(stream=CLEO.person, target=target, changes={"name": "Cleo"})
    ).recorded()


# ------------------------------------------------------------------------------ what one may not


def test_nobody_comes_to_mentor_themself() -> None:
    """INV-02: refused until the pairing has ended."""
    story = paired()

    story.when(merge(ANNA, CLEO)).refuses("same_person", "end the pairing first", pairing=FIRST)
    over = story.given(end(), mc.EndEnrolment(participant_id=CLEO.here, on=day("2026-12-20"),
                                              outcome="withdrew"))  # fmt: skip
    over.when(merge(ANNA, CLEO)).recorded()


def test_nobody_comes_to_take_one_part_of_a_program_twice() -> None:
    """INV-01: refused until one of the enrolments has ended."""
    story = school()

    story.when(merge(CLEO, DARA)).refuses("already_enrolled", participant=DARA.here)
    left = mc.EndEnrolment(participant_id=DARA.here, on=day("2026-09-20"), outcome="withdrew")
    story.given(left).when(merge(CLEO, DARA)).recorded()


def test_nobody_comes_to_be_mentor_and_mentee_where_a_program_forbids_it() -> None:
    school().when(merge(BEN, DARA)).refuses("both_roles", participant=DARA.here)

    school(both_roles=True).when(merge(BEN, DARA)).recorded()


def test_the_survivor_enrols_in_no_part_that_the_absorbed_one_has() -> None:
    """INV-01."""
    again = Someone(TWIN.person, f"participant:{0x2C:032x}", "mentee")

    twins().given(merge()).when(enrol(again)).refuses("already_enrolled", participant=CLEO.here)


def test_nobody_forms_a_pairing_with_themself_after_a_merge() -> None:
    """INV-02."""
    story = school(both_roles=True).given(merge(BEN, DARA))

    story.when(form(BEN, DARA)).refuses("same_person")


def test_a_reporting_line_of_an_earlier_life_forbids_a_pairing() -> None:
    """INV-03."""
    line = mc.RecordReportingLine(
        person_id=DARA.person, superior=BEN.person, kind="evaluator", since=day("2026-08-01")
    )
    chief, pupil = someone(0x51, "mentor"), someone(0x52, "mentee")
    newcomers = [mc.RegisterPerson(person_id=who.person) for who in (chief, pupil)]
    story = school(prohibited_lines=("evaluator",)).given(
        line, *newcomers, merge(chief, BEN), merge(pupil, DARA)
    )

    story.when(form(BEN, DARA)).refuses("reporting_line")


NINE = at("2026-09-15T09:00-07:00")


def test_nobody_sits_in_two_meetings_at_once_in_two_lives() -> None:
    """INV-23."""
    other = Someone(TWIN.person, f"participant:{0x2C:032x}", "mentee")
    story = (
        twins()
        .given(enrol(other), form(BEN, other, pairing_id=SECOND))
        .given(hold(held_at=NINE, meeting_id=f"meeting:{1:032x}"))
        .given(
            mc.EndPairing(
                pairing_id=FIRST,
                on=day("2026-09-20"),
                reason="administrative",
                initiated_by="program",
            ),
            mc.EndEnrolment(participant_id=CLEO.here, on=day("2026-09-20"), outcome="withdrew"),
            merge(),
        )
    )

    story.when(hold(pairing_id=SECOND, held_at=NINE)).refuses("overlaps")
    story.when(hold(pairing_id=SECOND, held_at=at("2026-09-15T11:00-07:00"))).recorded()


def test_a_meeting_after_the_merge_takes_the_survivors_time() -> None:
    story = twins().given(merge(), hold(held_at=NINE))

    assert [m.held_at for m in story.state(TWIN.person).attended] == [NINE]
    assert story.state(CLEO.person).attended == ()


def test_a_corrected_meeting_of_an_earlier_life_is_held_against_the_survivors_time() -> None:
    story = twins().given(hold(held_at=NINE), merge())
    target = version_of(story, FIRST, mc.MeetingHeld)

    after = story.given(mc.AmendRecord(stream=FIRST, target=target, changes={"minutes": 55}))

    assert [m.minutes for m in after.state(TWIN.person).attended] == [55]
    assert after.state(CLEO.person).attended == ()


# ------------------------------------------------------------------------------ one person in all


HERE_AGAIN = Someone(TWIN.person, f"participant:{0x2C:032x}", "mentee")
LEFT = mc.EndEnrolment(participant_id=CLEO.here, on=day("2026-09-20"), outcome="withdrew")
JOINT = f"joint-meeting:{1:032x}"


def two_lives() -> Scenario:
    """Cleo met Anna at nine and left; under the other id she is paired with Ben; both are one."""
    return (
        twins()
        .given(enrol(HERE_AGAIN), form(BEN, HERE_AGAIN, pairing_id=SECOND))
        .given(hold(held_at=NINE, joint_id=JOINT), mc.SetGoal(
            pairing_id=FIRST, goal_id=f"goal:{7:032x}", statement="Plan", on=day("2026-09-10")))
        .given(end(on=day("2026-09-20")), LEFT, merge())
    )  # fmt: skip


def test_a_joint_meeting_of_both_lives_is_at_one_time() -> None:
    """INV-26, INV-85."""
    at_once = hold(pairing_id=SECOND, held_at=NINE, joint_id=JOINT)
    later = hold(pairing_id=SECOND, held_at=at("2026-09-15T11:00-07:00"), joint_id=JOINT)

    two_lives().when(at_once).recorded()
    two_lives().when(later).refuses("not_at_once")


def test_a_goal_goes_on_from_a_pairing_of_the_other_life() -> None:
    """INV-31: it belongs to the mentee, whichever record the pairing rests on."""
    goal = mc.SetGoal(
        pairing_id=SECOND,
        goal_id=f"goal:{8:032x}",
        statement="Plan",
        on=day("2026-09-21"),
        continues=f"goal:{7:032x}",
        continues_in=FIRST,
    )
    story = two_lives()

    story.when(goal).recorded()
    story.given(apart(story)).when(goal).refuses("another_person")


def test_nobody_joins_a_group_in_which_another_life_of_theirs_is_a_member() -> None:
    """INV-02."""
    story = circle(EDA, FAY, both_roles=True)
    chief = someone(0x51, "lead")
    story = joined(story, chief).given(merge(chief, EDA))

    story.when(add(chief)).refuses("same_person")
    story.given(apart(story, chief)).when(add(chief)).recorded()


def test_what_was_learned_in_one_life_counts_in_the_other() -> None:
    """INV-04: trainings are of the person."""
    again = Someone(f"person:{0x2A:032x}", f"participant:{0x2A:032x}", "mentor")
    learned = mc.RecordTraining(
        participant_id=ANNA.here, training_kind="basics", on=day("2026-08-20")
    )
    left = mc.EndEnrolment(participant_id=ANNA.here, on=day("2026-09-01"), outcome="withdrew")
    needs = (mc.RequiredTraining(kind="basics", role="mentor", valid_days=90),)
    story = joined(school(trainings=needs), again).given(learned, left)
    asked = form(again, CLEO, on=day("2026-09-02"))

    story.when(asked).refuses("training_missing")
    story.given(merge(again, ANNA)).when(asked).recorded()


def test_the_past_of_both_lives_may_overlap() -> None:
    """INV-01: what was recorded while they were thought to be two is a fact."""
    story = twins().given(enrol(HERE_AGAIN))
    story.when(merge()).refuses("already_enrolled")

    story.given(end(on=day("2026-09-20")), LEFT).when(merge()).recorded()


def test_a_role_without_a_part_is_taken_once_too() -> None:
    """INV-01."""
    one, other = someone(0x61, "coordinator"), someone(0x62, "coordinator")
    story = joined(school(), one, other)

    story.when(merge(one, other)).refuses("already_enrolled")


# ------------------------------------------------------------------------------ apart again


def test_taking_the_merge_back_restores_both() -> None:
    story = twins().given(merge())

    restored = story.given(apart(story))

    assert person_of(restored, CLEO) == CLEO.person
    assert restored.state(CLEO.person).merged_into is None
    assert restored.state(TWIN.person).absorbed == ()
    restored.when(
        mc.ChangePersonDetails(person_id=CLEO.person, since=day("2026-09-01"), name="Cleo")
    ).recorded()


def test_what_was_recorded_on_the_survivor_since_stays_there() -> None:
    named = mc.ChangePersonDetails(person_id=TWIN.person, since=day("2026-09-01"), name="Cleo Roy")
    story = twins().given(merge(), named, hold(held_at=NINE))

    restored = story.given(apart(story))

    assert restored.state(TWIN.person).name == "Cleo Roy"
    assert len(restored.state(TWIN.person).attended) == 1


def test_a_retracted_merge_is_brought_back_unless_the_rules_forbid_it_now() -> None:
    story = twins().given(merge())
    undone = story.given(apart(story))
    again = mc.RetractRecord(
        stream=TWIN.person, target=version_of(undone, TWIN.person, mc.RecordRetracted)
    )

    assert person_of(undone.given(again), CLEO) == TWIN.person
    twice = Someone(TWIN.person, f"participant:{0x2C:032x}", "mentee")
    undone.given(enrol(twice)).when(again).refuses("already_enrolled")


def test_a_merge_on_which_a_later_one_rests_is_not_taken_back() -> None:
    story = registered(CLEO, TWIN, DARA).given(merge(), merge(DARA, TWIN))

    story.when(apart(story)).refuses("others_rest_on_it", "retract that merge first")
    story.given(apart(story, DARA)).when(apart(story)).recorded()


def test_only_the_ground_of_a_merge_is_amended_and_it_is_never_moved() -> None:
    story = twins().given(merge(basis="one adress"))
    target = version_of(story, TWIN.person, mc.PersonsMerged)

    story.when(
        mc.AmendRecord(stream=TWIN.person, target=target, changes={"basis": "one address"})
    ).recorded()
    story.when(
        mc.AmendRecord(stream=TWIN.person, target=target, changes={"absorbed": ANNA.person})
    ).refuses("not_amendable")
    story.when(mc.MoveRecord(stream=TWIN.person, target=target, to=ANNA.person)).refuses(
        "not_attributable"
    )


# ------------------------------------------------------------------------------ property


PEOPLE = [someone(0x60 + n, "mentee") for n in range(5)]
STEPS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), max_size=12)


@quick(max_examples=60, deadline=None, derandomize=True)
@generated(STEPS)
def test_whatever_is_merged_and_taken_apart_every_id_leads_to_one_survivor(
    steps: list[tuple[int, int, bool]],
) -> None:
    """INV-62: held against a table that knows nothing of events."""
    story = registered(*PEOPLE)
    into: dict[Any, Any] = {}
    for one, other, back in steps:
        survivor, absorbed = PEOPLE[one].person, PEOPLE[other].person
        if back:
            stands = into.get(absorbed) == survivor
            versions = [
                n
                for n, event in enumerate(story.events(survivor), 1)
                if isinstance(event, mc.PersonsMerged) and event.absorbed == absorbed
            ]
            if not stands:
                continue
            asked = story.when(mc.RetractRecord(stream=survivor, target=versions[-1]))
            if survivor in into:
                asked.refuses("others_rest_on_it")
            else:
                story = asked.recorded()
                del into[absorbed]
            continue
        asked = story.when(merge(PEOPLE[one], PEOPLE[other]))
        if survivor == absorbed:
            asked.refuses("same_person")
        elif into.get(absorbed) == survivor:
            asked.nothing()
        elif survivor in into or absorbed in into:
            asked.refuses("merged")
        else:
            story = asked.recorded()
            into[absorbed] = survivor

    for who in PEOPLE:
        assert story.state(who.person).merged_into == into.get(who.person)
        assert set(story.state(who.person).absorbed) == {
            a for a, s in into.items() if s == who.person
        }
