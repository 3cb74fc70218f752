"""Two coordinators decide on the same truth and record one after the other.

The first writer is stopped between deciding and recording. Meanwhile the second one decides on the
same events and is recorded. Then the first goes on, meets the second on the stream of a companion,
and decides again.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from engine.application_races import (
    applying_and_enrolling,
    enrolling_and_withdrawing,
    two_applications_of_one_person,
)
from engine.proposal_races import (
    accepting,
    accepting_and_forming,
    last_place_by_two_acceptances,
    proposed,
    two_competing_proposals,
)
from engine.witness import witness
from engine.world import COORDINATOR, NOON, SETTINGS, STARTED, TODAY, Place, World, mc, place

from mentorcore.domain.declarations import event_info
from mentorcore.domain.model import Model
from mentorcore.engine.commands.idempotency import Outcome
from mentorcore.engine.engine import Engine
from mentorcore.errors import Conflict, Refused

Pair = tuple[Any, Any]
RECORDED = "recorded"


@attrs.frozen
class Race:
    """Two commands that were decided on the same truth.

    Attributes:
        first_to_append: What came of the command that was recorded first.
        second: What came of the other one.
        decisions: How often the other one was decided so far that it could be recorded.
    """

    first_to_append: str
    second: str
    decisions: int


class Rivals:
    """Two engines on one log, and a world that the first of them looks at."""

    def __init__(self, at: Place, settings: Any = SETTINGS, owner: str | None = None) -> None:
        self.slow, self.fast = at.open(1), at.open(10_000)
        self.world = World(self.slow, settings, owner)

    def race(self, first_to_append: Any, second: Any) -> Race:
        decisions = 0
        given: list[str] = []

        def held() -> None:
            nonlocal decisions
            decisions += 1
            if decisions == 1:
                given.append(asked(self.fast, first_to_append))

        self.slow._desk.before_append = held
        came = asked(self.slow, second)
        self.slow._desk.before_append = lambda: None
        return Race(given[0], came, decisions)


def asked(engine: Engine, command: Any) -> str:
    try:
        answer = engine.handle(command, actor=COORDINATOR)
    except Refused as refused:
        return refused.code
    assert isinstance(answer, Outcome)
    return RECORDED if answer.events else "nothing new"


@pytest.fixture(scope="module", params=["memory", "sqlite", "postgres"])
def open_rivals(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rivals]:
    """One log in each kind of store for all of these races."""
    folder = tmp_path_factory.mktemp("rivals")
    urls = {"memory": ":memory:", "sqlite": str(folder / "program.db")}
    url = urls.get(request.param) or request.getfixturevalue("postgres_server").url()
    both = Rivals(place(url, folder))
    yield both
    both.slow.close()
    both.fast.close()


@pytest.fixture
def rivals(open_rivals: Rivals) -> Iterator[Rivals]:
    yield open_rivals
    open_rivals.slow._desk.before_append = lambda: None


@pytest.fixture
def toothless(at: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rivals]:
    """Rivals on a log of their own, whose decisions leave all companions out."""

    decide = Model.decide

    def without_companions(model: Model, now: Any, command: Any) -> Any:
        decision = decide(model, now, command)
        return tuple((s, e) for s, e in decision if not event_info(type(e)).companion)

    monkeypatch.setattr(Model, "decide", without_companions)
    both = Rivals(at)
    yield both
    both.slow.close()
    both.fast.close()


def version_of(world: World, stream: str, name: str) -> int:
    return next(
        r.version for r in world.engine.events(stream=stream) if type(r.event).__name__ == name
    )


# ---------------------------------------------------------------- who meets whom


def last_place(world: World) -> Pair:
    mentor = world.mentor(places=1)
    return world.forming(mentor, world.mentee()), world.forming(mentor, world.mentee())


def reopening_and_forming(world: World) -> Pair:
    mentor = world.mentor(places=1)
    old = world.pair(mentor)
    world.do(world.ending(old))
    reopening = mc.ReopenPairing(pairing_id=old, on=TODAY, authority="coordinator")
    return reopening, world.forming(mentor, world.mentee())


def retracting_an_end_and_forming(world: World) -> Pair:
    mentor = world.mentor(places=1)
    old = world.pair(mentor)
    world.do(world.ending(old))
    retraction = mc.RetractRecord(stream=old, target=version_of(world, old, "PairingEnded"))
    return retraction, world.forming(mentor, world.mentee())


def resuming_and_forming(world: World) -> Pair:
    mentor = world.mentor(places=1)
    resting = world.pair(mentor)
    world.do(mc.PausePairing(pairing_id=resting, since=TODAY, frees_place=True))
    resuming = mc.ResumePairing(pairing_id=resting, on=TODAY)
    return resuming, world.forming(mentor, world.mentee())


def retracting_a_pause_and_forming(world: World) -> Pair:
    mentor = world.mentor(places=1)
    resting = world.pair(mentor)
    world.do(mc.PausePairing(pairing_id=resting, since=TODAY, frees_place=True))
    pause = version_of(world, resting, "PairingPaused")
    return mc.RetractRecord(stream=resting, target=pause), world.forming(mentor, world.mentee())


def two_reopenings(world: World) -> Pair:
    mentor = world.mentor(places=1)
    commands = []
    for _ in range(2):
        old = world.pair(mentor)
        world.do(world.ending(old))
        commands.append(mc.ReopenPairing(pairing_id=old, on=TODAY, authority="coordinator"))
    return commands[0], commands[1]


def two_primary_mentors(world: World) -> Pair:
    mentee = world.mentee()
    return (
        world.forming(world.mentor(), mentee, primary=True),
        world.forming(world.mentor(), mentee, primary=True),
    )


def two_meetings_of_one_mentee(world: World) -> Pair:
    mentee = world.mentee()
    one, other = world.pair(mentee=mentee), world.pair(mentee=mentee)
    early, late = NOON - timedelta(hours=2), NOON - timedelta(hours=2) + timedelta(minutes=20)
    return (
        mc.HoldMeeting(pairing_id=one, held_at=early, minutes=30, topics=("one",)),
        mc.HoldMeeting(pairing_id=other, held_at=late, minutes=30, topics=("other",)),
    )


def a_meeting_and_an_amended_one(world: World) -> Pair:
    mentee = world.mentee()
    one, other = world.pair(mentee=mentee), world.pair(mentee=mentee)
    moment = NOON - timedelta(hours=2)
    world.do(mc.HoldMeeting(pairing_id=one, held_at=moment - timedelta(days=1), minutes=30))
    amendment = mc.AmendRecord(
        stream=one, target=version_of(world, one, "MeetingHeld"), changes={"held_at": moment}
    )
    return amendment, mc.HoldMeeting(pairing_id=other, held_at=moment, minutes=30)


def enrolling(world: World, person: str, role: str = "mentee") -> Any:
    return mc.EnrolParticipant(
        person_id=person,
        program_id=world.program,
        cohort_id=world.cohort,
        role=role,
        since=TODAY,
    )


def two_enrolments_of_one_person(world: World) -> Pair:
    person = world.person()
    return enrolling(world, person), enrolling(world, person)


def mentor_and_mentee_at_once(world: World) -> Pair:
    person = world.person()
    return enrolling(world, person, "mentor"), enrolling(world, person, "mentee")


def enrolling_anew_and_taking_back_the_end(world: World) -> Pair:
    person = world.person()
    before = world.enrol("mentee", person)
    world.do(mc.EndEnrolment(participant_id=before, on=TODAY, outcome="withdrew"))
    end = version_of(world, before, "EnrolmentEnded")
    return enrolling(world, person), mc.RetractRecord(stream=before, target=end)


def two_meetings_under_one_id(world: World) -> Pair:
    pairing, meeting = world.pair(), world.engine.new_id("meeting")
    said = {"pairing_id": pairing, "meeting_id": meeting, "minutes": 30}
    return mc.HoldMeeting(**said, held_on=TODAY), mc.HoldMeeting(**said, held_on=TODAY)


def two_records_that_repeat_each_other(world: World) -> Pair:
    """Duplicates do not go in circles, not even between two streams (INV-50)."""
    mentor, mentee, other = world.mentor(), world.mentee(), world.mentee()
    records = []
    for pairing in (world.do(world.forming(mentor, m)) for m in (mentee, other)):
        held = mc.HoldMeeting(pairing_id=pairing, minutes=30, held_on=TODAY)
        records.append((pairing, world.ask(held).events[0].version))

    def repeats(record: Any, of: Any) -> Any:
        stream, target = record
        return mc.RetractRecord(stream=stream, target=target, cause="duplicate", duplicate_of=of)

    return repeats(*records), repeats(*reversed(records))


def bringing_a_pairing_back_and_forming(world: World) -> Pair:
    mentor, mentee = world.mentor(places=1), world.mentee()
    pairing = world.do(world.forming(mentor, mentee))
    gone = world.ask(mc.RetractRecord(stream=pairing, target=1)).events[0].version
    return (
        mc.RetractRecord(stream=pairing, target=gone),
        world.forming(mentor, world.mentee()),
    )


def joining(world: World, pairing: str, mentor: str, *, primary: bool = False) -> Any:
    return mc.AddMember(pairing_id=pairing, participant=mentor, since=TODAY, primary=primary)


def joining_and_forming(world: World) -> Pair:
    mentor = world.mentor(places=1)
    return joining(world, world.pair(), mentor), world.forming(mentor, world.mentee())


def retracting_a_leaving_and_forming(world: World) -> Pair:
    mentor, pairing = world.mentor(places=1), world.pair()
    world.do(joining(world, pairing, mentor))
    world.do(mc.RemoveMember(pairing_id=pairing, participant=mentor, on=TODAY))
    left = version_of(world, pairing, "MemberLeft")
    retraction = mc.RetractRecord(stream=pairing, target=left)
    return retraction, world.forming(mentor, world.mentee())


def joining_as_primary_and_forming(world: World) -> Pair:
    mentee = world.mentee()
    pairing = world.pair(mentee=mentee)
    return (
        joining(world, pairing, world.mentor(), primary=True),
        world.forming(world.mentor(), mentee, primary=True),
    )


def two_who_join_where_one_fits(world: World) -> Pair:
    pairing = world.pair()
    return joining(world, pairing, world.mentor()), joining(world, pairing, world.mentor())


def leaving_and_meeting_later(world: World) -> Pair:
    mentor, pairing = world.mentor(), world.pair()
    world.do(mc.AddMember(pairing_id=pairing, participant=mentor, since=STARTED))
    return (
        mc.RemoveMember(pairing_id=pairing, participant=mentor, on=STARTED),
        mc.HoldMeeting(pairing_id=pairing, minutes=30, held_on=TODAY, attendees=(mentor,)),
    )


def the_same_two_twice(world: World) -> Pair:
    mentor, mentee = world.mentor(), world.mentee()
    return world.forming(mentor, mentee), world.forming(mentor, mentee)


def taking_back_an_end_and_pairing_them_again(world: World) -> Pair:
    mentor, mentee = world.mentor(), world.mentee()
    old = world.pair(mentor, mentee)
    world.do(world.ending(old))
    retraction = mc.RetractRecord(stream=old, target=version_of(world, old, "PairingEnded"))
    return retraction, world.forming(mentor, mentee, on=TODAY)


def merging(world: World, survivor: str, absorbed: str) -> Any:
    return mc.MergePersons(survivor=survivor, absorbed=absorbed)


def merging_and_enrolling(world: World) -> Pair:
    mentee = world.mentee()
    absorbed = world.person(name="Once More")
    return merging(world, world.persons[mentee], absorbed), enrolling(world, absorbed)


def two_merges_in_a_circle(world: World) -> Pair:
    one, other = world.person(name="One"), world.person(name="Other")
    return merging(world, one, other), merging(world, other, one)


ONE_OF_TWO: dict[str, tuple[Callable[[World], Pair], str]] = {
    "the last place by two coordinators": (last_place, "no_free_place"),
    "reopening against forming": (reopening_and_forming, "no_free_place"),
    "retracting an end against forming": (retracting_an_end_and_forming, "no_free_place"),
    "resuming against forming": (resuming_and_forming, "no_free_place"),
    "retracting a pause against forming": (retracting_a_pause_and_forming, "no_free_place"),
    "two reopenings": (two_reopenings, "no_free_place"),
    "the same two twice": (the_same_two_twice, "paired_already"),
    "taking back an end against pairing them again": (
        taking_back_an_end_and_pairing_them_again,
        "paired_already",
    ),
    "two primary mentors": (two_primary_mentors, "primary_mentor_exists"),
    "overlapping meetings of one mentee": (two_meetings_of_one_mentee, "overlaps"),
    "a meeting against an amended one": (a_meeting_and_an_amended_one, "overlaps"),
    "two enrolments of one person": (two_enrolments_of_one_person, "already_enrolled"),
    "mentor and mentee at once": (mentor_and_mentee_at_once, "both_roles"),
    "enrolling anew against taking back the end": (
        enrolling_anew_and_taking_back_the_end,
        "already_enrolled",
    ),
    "duplicates of each other": (two_records_that_repeat_each_other, "duplicate_of_nothing"),
    "bringing a pairing back against forming": (
        bringing_a_pairing_back_and_forming,
        "no_free_place",
    ),
    "joining against forming": (joining_and_forming, "no_free_place"),
    "retracting a leaving against forming": (retracting_a_leaving_and_forming, "no_free_place"),
    "joining as the primary mentor against forming": (
        joining_as_primary_and_forming,
        "primary_mentor_exists",
    ),
    "two who join where one fits": (two_who_join_where_one_fits, "size_out_of_bounds"),
    "leaving against a meeting afterwards": (leaving_and_meeting_later, "not_a_member"),
    "two merges in a circle": (two_merges_in_a_circle, "merged"),
    "one meeting logged twice": (two_meetings_under_one_id, "already_held"),
    "the last place by two acceptances": (last_place_by_two_acceptances, "no_free_place"),
    "an acceptance against forming": (accepting_and_forming, "no_free_place"),
    "two competing proposals": (two_competing_proposals, "proposal_declined"),
    "two applications of one person": (two_applications_of_one_person, "already_applied"),
}


ON_ONE_STREAM = {
    "one meeting logged twice",
    "duplicates of each other",
    "two who join where one fits",
    "leaving against a meeting afterwards",
}
"""Those who meet on the stream that both write to, without any companion."""


# ---------------------------------------------------------------- what comes of it


@pytest.mark.parametrize("swapped", [False, True], ids=["", "the other way round"])
@pytest.mark.parametrize("name", ONE_OF_TWO)
def test_of_two_decisions_on_the_same_truth_one_is_recorded_and_one_refused(
    rivals: Rivals, name: str, swapped: bool
) -> None:
    builds, code = ONE_OF_TWO[name]
    one, other = builds(rivals.world)
    before = rivals.slow.position

    race = rivals.race(other, one) if swapped else rivals.race(one, other)

    assert race == Race(RECORDED, code, decisions=1)
    assert witness(rivals.world).found == []
    assert rivals.slow.position > before


@pytest.mark.parametrize(
    ("builds", "swapped", "code"),
    [
        (applying_and_enrolling, False, "open_application"),
        (applying_and_enrolling, True, "already_enrolled"),
        (enrolling_and_withdrawing, False, "already_enrolled"),
        (enrolling_and_withdrawing, True, "not_approved"),
    ],
)
def test_of_an_application_and_an_enrolment_at_once_one_is_recorded(
    rivals: Rivals, builds: Any, swapped: bool, code: str
) -> None:
    """INV-01"""
    one, other = builds(rivals.world)

    race = rivals.race(other, one) if swapped else rivals.race(one, other)

    assert race == Race(RECORDED, code, decisions=1)
    assert witness(rivals.world).found == []


def test_two_who_accept_at_once_form_the_pairing_once(rivals: Rivals) -> None:
    """INV-14"""
    mentor, mentee = rivals.world.mentor(), rivals.world.mentee()
    pairing = proposed(rivals.world, mentor, mentee)

    race = rivals.race(accepting(pairing, mentor), accepting(pairing, mentee))

    assert race == Race(RECORDED, RECORDED, decisions=2)
    assert version_of(rivals.world, pairing, "PairingFormed") == 4
    assert witness(rivals.world).found == []


@pytest.mark.parametrize(
    ("declined_first", "code"), [(True, "proposal_declined"), (False, "already_formed")]
)
def test_of_accepting_and_declining_at_once_one_is_recorded(
    rivals: Rivals, declined_first: bool, code: str
) -> None:
    """INV-14"""
    mentor, mentee = rivals.world.mentor(), rivals.world.mentee()
    pairing = proposed(rivals.world, mentor, mentee, mentee)
    accepts = accepting(pairing, mentor)
    declines = mc.DeclinePairing(pairing_id=pairing, by=mentee, on=TODAY)

    race = rivals.race(declines, accepts) if declined_first else rivals.race(accepts, declines)

    assert race == Race(RECORDED, code, decisions=1)
    assert witness(rivals.world).found == []


def test_what_is_proposed_while_another_proposal_is_accepted_is_declined_with_the_rest(
    rivals: Rivals,
) -> None:
    """INV-11"""
    world = rivals.world
    mentor, mentee, late = world.mentor(), world.mentee(), world.mentor()
    pairing = proposed(world, mentor, mentee, mentee)
    proposing = mc.ProposePairing(
        program_id=world.program,
        cohort_id=world.cohort,
        members=world.forming(late, mentee).members,
        on=TODAY,
        pairing_id=world.engine.new_id("pairing"),
    )

    race = rivals.race(proposing, accepting(pairing, mentor))

    assert race == Race(RECORDED, RECORDED, decisions=2)
    assert version_of(world, proposing.pairing_id, "PairingDeclined") == 2


@pytest.mark.parametrize(("merge_first", "code"), [(True, "merged"), (False, "already_enrolled")])
def test_of_a_merge_and_an_enrolment_of_the_absorbed_one_one_is_recorded(
    rivals: Rivals, merge_first: bool, code: str
) -> None:
    merge, enrolment = merging_and_enrolling(rivals.world)

    race = rivals.race(merge, enrolment) if merge_first else rivals.race(enrolment, merge)

    assert race == Race(RECORDED, code, decisions=1)
    assert witness(rivals.world).found == []


def test_a_merge_and_a_pairing_never_make_somebody_their_own_mentor(at: Place) -> None:
    settings = attrs.evolve(SETTINGS, both_roles=True)
    both = Rivals(at, settings)
    try:
        world = both.world
        mentor, mentee = world.mentor(), world.mentee()
        merge = merging(world, world.persons[mentor], world.persons[mentee])

        race = both.race(world.forming(mentor, mentee), merge)

        assert race == Race(RECORDED, "same_person", decisions=1)
    finally:
        both.slow.close()
        both.fast.close()


def test_the_refusal_after_a_lost_race_rests_on_the_truth(rivals: Rivals) -> None:
    one, other = last_place(rivals.world)

    def overtaken() -> None:
        asked(rivals.fast, one)

    rivals.slow._desk.before_append = overtaken

    with pytest.raises(Refused) as caught:
        rivals.slow.handle(other, actor=COORDINATOR)

    facts = caught.value.facts
    assert (facts["load"], facts["capacity"], facts["hard_limit"]) == (1, 1, 6)


def test_forming_first_and_lowering_the_capacity_second_records_both(rivals: Rivals) -> None:
    mentor = rivals.world.mentor(places=1)
    forming = rivals.world.forming(mentor, rivals.world.mentee())

    race = rivals.race(forming, rivals.world.capacity(mentor, 0, since=TODAY))

    assert race == Race(RECORDED, RECORDED, decisions=2)
    assert witness(rivals.world).found == []
    assert rivals.world.load(mentor) == 1


def test_lowering_the_capacity_first_refuses_the_forming(rivals: Rivals) -> None:
    mentor = rivals.world.mentor(places=1)
    forming = rivals.world.forming(mentor, rivals.world.mentee())

    race = rivals.race(rivals.world.capacity(mentor, 0, since=TODAY), forming)

    assert race == Race(RECORDED, "no_free_place", decisions=1)
    assert witness(rivals.world).found == []
    assert rivals.world.load(mentor) == 0


@pytest.mark.parametrize("swapped", [False, True], ids=["line first", "pairing first"])
def test_forming_against_a_new_reporting_line_records_both_or_refuses_one(
    rivals: Rivals, swapped: bool
) -> None:
    world = rivals.world
    mentor, mentee = world.mentor(), world.mentee()
    line = mc.RecordReportingLine(
        person_id=world.persons[mentee],
        superior=world.persons[mentor],
        kind="supervisor",
        since=date(2026, 9, 1),
    )
    forming = world.forming(mentor, mentee)

    race = rivals.race(forming, line) if swapped else rivals.race(line, forming)

    outcomes = {race.first_to_append, race.second}
    assert outcomes in ({RECORDED}, {RECORDED, "reporting_line"})
    assert asked(rivals.fast, line) in {RECORDED, "nothing new"}
    with pytest.raises(Refused, match="supervisor"):
        rivals.fast.handle(world.forming(mentor, mentee), actor=COORDINATOR)


def ending_enrolment(world: World, participant: str) -> Any:
    return mc.EndEnrolment(participant_id=participant, on=TODAY, outcome="withdrew")


def test_whoever_leaves_first_is_not_put_in_a_pairing(rivals: Rivals) -> None:
    mentor, mentee = rivals.world.mentor(), rivals.world.mentee()

    race = rivals.race(ending_enrolment(rivals.world, mentee), rivals.world.forming(mentor, mentee))

    assert race == Race(RECORDED, "enrolment_ended", decisions=1)


def test_whoever_is_put_in_a_pairing_first_does_not_leave_without_ending_it(
    rivals: Rivals,
) -> None:
    mentor, mentee = rivals.world.mentor(), rivals.world.mentee()

    race = rivals.race(rivals.world.forming(mentor, mentee), ending_enrolment(rivals.world, mentee))

    assert race == Race(RECORDED, "live_pairing", decisions=1)


def test_a_mentor_who_is_suspended_first_is_not_put_in_a_pairing(rivals: Rivals) -> None:
    mentor, mentee = rivals.world.mentor(), rivals.world.mentee()
    suspending = mc.EndMentorQualification(participant_id=mentor, on=TODAY, cause="suspended")

    race = rivals.race(suspending, rivals.world.forming(mentor, mentee, on=TODAY))

    assert race == Race(RECORDED, "not_qualified", decisions=1)


def test_decisions_that_do_not_touch_each_other_are_both_recorded_at_once(
    rivals: Rivals,
) -> None:
    world = rivals.world
    one, other = world.forming(world.mentor(), world.mentee()), world.pair()

    race = rivals.race(one, mc.HoldMeeting(pairing_id=other, held_at=NOON, minutes=30))

    assert race == Race(RECORDED, RECORDED, decisions=1)


def test_whoever_is_overtaken_again_and_again_is_told_so_in_the_end(
    rivals: Rivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mentorcore.engine.commands.idempotency.TRIES", 6)
    world = rivals.world
    author = world.mentor()
    pairing = world.pair(author)

    def always_faster() -> None:
        note = mc.WriteNote(
            pairing_id=pairing,
            author=author,
            kind="journal",
            on=TODAY,
            visibility="pair_private",
            body="once more",
        )
        rivals.fast.handle(note, actor=COORDINATOR)

    rivals.slow._desk.before_append = always_faster

    with pytest.raises(Conflict, match="try again later"):
        world.ask(mc.HoldMeeting(pairing_id=pairing, held_at=NOON, minutes=30))


# ---------------------------------------------------------------- reads that are torn in two


def test_no_refusal_rests_on_what_was_never_true_at_one_time(rivals: Rivals) -> None:
    world = rivals.world
    mentor, mentee = world.mentor(places=1), world.mentee()
    pairing = world.pair(mentor, mentee)
    remembered = rivals.slow._desk.streams
    remembered.forget()
    remembered.get([mentor, mentee])  # one place of one is taken, by this very pairing
    read = remembered.get
    ended: list[str] = []

    def ended_meanwhile(names: Any) -> Any:
        if pairing in (names := list(names)) and not ended:
            ended.append(asked(rivals.fast, world.ending(pairing)))
        return read(names)

    remembered.get = ended_meanwhile  # type: ignore[method-assign]  # the seam is inside
    reopening = mc.ReopenPairing(pairing_id=pairing, on=TODAY, authority="coordinator")

    answer = world.ask(reopening)

    assert ended == [RECORDED]
    assert type(answer.events[0].event).__name__ == "PairingReopened"
    assert witness(world).found == []
    remembered.get = read  # type: ignore[method-assign]


# ---------------------------------------------------------------- teeth


MEET_WITHOUT = {*ON_ONE_STREAM, "two merges in a circle"}
"""Races that meet on a stream that both write anyway."""


@pytest.mark.parametrize("name", [n for n in ONE_OF_TWO if n not in MEET_WITHOUT])
def test_without_companions_both_are_recorded_and_the_log_shows_it(
    toothless: Rivals, name: str
) -> None:
    builds, _ = ONE_OF_TWO[name]
    one, other = builds(toothless.world)

    race = toothless.race(one, other)

    assert race == Race(RECORDED, RECORDED, decisions=1)
    assert witness(toothless.world).found != []
