"""The rules as a value: what a practice may add to the core, and what is made of its answers."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from mentorcore.domain.aggregate import Aggregate, Keepers, Situation, decides, rules_in
from mentorcore.domain.corrections.commands import AmendRecord
from mentorcore.domain.declarations import command, event, personal
from mentorcore.domain.model import CORE, CORE_MODEL, OPEN_COMPANIONS, Guard, Model
from mentorcore.domain.pairing.events.work import GoalSet
from mentorcore.domain.person.events import MeetingAttended, PersonRegistered, RegisterPerson
from mentorcore.domain.values import MeetingId, PersonId, Stream, Text, identifier
from mentorcore.domain.visibility import WORK
from mentorcore.errors import PracticeError, Refused
from mentorcore.testing import given

if TYPE_CHECKING:
    VisitId: TypeAlias = str
else:
    VisitId = identifier("VisitId", "acme-visit")

VISIT = Stream("acme-visit:018f0000000070008000000000000001")
PERSON = PersonId("person:018f0000000070008000000000000002")
NOW = datetime(2026, 9, 1, tzinfo=UTC)


@event("acme-visit.made")
class VisitMade:
    """Somebody was visited."""

    minutes: int


@event("acme-visit.noted")
class VisitNoted:
    """Something was noted about a visit."""

    subjects: tuple[PersonId, ...]
    note: Text | None = personal("free_text", default=None, readers=WORK)


@event("visit.made")
class Astray:
    """An event that is not called after its kind."""

    minutes: int


@command()
class MakeVisit:
    """Record a visit."""

    visit_id: VisitId
    minutes: int


def visits(decide: Any = None, **other: Any) -> Aggregate[Any]:
    usual: dict[str, Any] = {
        "kind": "acme-visit",
        "initial": 0,
        "evolve": lambda state, _: state + 1,
        "events": (VisitMade, VisitNoted),
        "commands": (MakeVisit,),
        "id_field": "visit_id",
        "reads": lambda command, _: (command.visit_id,),
        "decide": decide or (lambda _, c: ((c.visit_id, VisitMade(minutes=c.minutes)),)),
    }
    return Aggregate(**{**usual, **other})


def decided(decide: Any, **history: Any) -> Any:
    model = Model((visits(decide),), {"acme-visit": "visits"})
    seen: Situation = model.situation(NOW, {VISIT: (), **history}, {VISIT: 0})
    return model.decide(seen, MakeVisit(visit_id=VisitId(VISIT), minutes=30))


def test_a_model_without_more_is_the_core() -> None:
    assert tuple(CORE_MODEL.aggregates.values()) == CORE
    assert len(set(CORE_MODEL.events)) == len(CORE_MODEL.events)
    assert all(CORE_MODEL.caused_by[e] for e in CORE_MODEL.events if e not in OPEN_COMPANIONS)


def test_a_kind_with_keepers_is_confidential() -> None:
    kept = Model((visits(lambda *_: (), keepers=lambda _state: Keepers()),), {"acme-visit": "v"})

    assert kept.is_confidential("acme-visit")
    assert not Model((visits(lambda *_: ()),), {"acme-visit": "v"}).is_confidential("acme-visit")
    assert not kept.is_confidential("acme-nothing")


def test_two_models_of_the_same_rules_are_two() -> None:
    assert Model() != Model()
    assert len({CORE_MODEL, CORE_MODEL, Model()}) == 2


def test_a_practice_adds_its_kind_its_events_and_its_commands() -> None:
    model = Model((visits(),))

    assert model.aggregates["acme-visit"].id_field == "visit_id"
    assert {VisitMade, VisitNoted} <= set(model.events)
    assert MakeVisit in model.commands
    assert model.knows(MakeVisit)
    assert repr(model).endswith("audit, acme-visit)")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ((visits(), visits()), "the kind 'acme-visit' is claimed already"),
        ((visits(kind="person"),), "the kind 'person' is claimed already"),
        ((visits(kind="record"),), "the kind 'record' is claimed already"),
        ((visits(events=(GoalSet,)),), "GoalSet belongs to the kind 'pairing' already"),
        (
            (visits(), visits(kind="acme-call", events=())),
            "MakeVisit belongs to the kind 'acme-visit' already",
        ),
        (
            (visits(events=(Astray,)),),
            "Astray is called 'visit.made', and not after its kind, such as 'acme-visit.made'",
        ),
    ],
)
def test_a_model_refuses_what_does_not_fit_in(more: Any, why: str) -> None:
    with pytest.raises(PracticeError, match=why):
        Model(more)


def test_two_commands_of_one_name_are_refused() -> None:
    @command()
    class HoldMeeting:
        """Record a meeting of another kind."""

        visit_id: VisitId

    with pytest.raises(PracticeError, match="two commands are called 'hold-meeting'"):
        Model((visits(commands=(HoldMeeting,)),))


def no_more_zones(_now: Situation, asked: Any) -> None:
    if asked.time_zone is not None:
        raise Refused("nobody says where they are", "no_zones")


def test_a_guard_narrows_a_command_of_the_core_and_what_corrects_its_records() -> None:
    guard = Guard(RegisterPerson, lambda _asked, _seen: (), no_more_zones)
    guarded = given(model=Model(guards=(guard,)))
    anna = guarded.given(RegisterPerson(person_id=PERSON, name="Anna Kern"))

    guarded.when(RegisterPerson(person_id=PERSON, time_zone="UTC")).refuses("no_zones")
    anna.when(
        AmendRecord(stream=Stream(PERSON), target=1, changes={"time_zone": "UTC"}, reason="moved")
    ).refuses("no_zones")


def test_a_guard_may_look_at_what_a_command_comes_to() -> None:
    def nobody_new(_now: Situation, _asked: Any, decided: Any) -> None:
        if decided:
            raise Refused("the register is full", "register_full")

    guarded = given(model=Model(guards=(Guard(RegisterPerson, outcome=nobody_new),)))

    guarded.when(RegisterPerson(person_id=PERSON, name="Anna Kern")).refuses("register_full")


def test_two_events_of_one_name_are_refused() -> None:
    twin: Any = event("acme-visit.made")(type("Twin", (), {"__annotations__": {"minutes": int}}))

    with pytest.raises(PracticeError, match=r"two events are called 'acme-visit\.made'"):
        Model((visits(events=(VisitMade, twin)),))


def test_a_practice_decides_about_its_own_streams() -> None:
    assert decided(None) == ((VISIT, VisitMade(minutes=30)),)


def attended(principal: int) -> MeetingAttended:
    return MeetingAttended(
        meeting_id=MeetingId("meeting:018f0000000070008000000000000003"),
        held_at=NOW,
        minutes=30,
        principal_stream=VISIT,
        principal=principal,
    )


def test_a_practice_takes_time_by_a_companion_of_its_own_record() -> None:
    answer = (
        (VISIT, VisitMade(minutes=1)),
        (VISIT, VisitMade(minutes=2)),
        (Stream(PERSON), attended(principal=2)),
    )

    assert decided(lambda *_: answer) == answer


def refuse(*_: Any) -> Any:
    raise Refused("no", "no_visit")


def crash(*_: Any) -> Any:
    raise KeyError("minutes")


def test_a_refusal_of_a_practice_is_a_refusal() -> None:
    with pytest.raises(Refused, match="no"):
        decided(refuse)


@pytest.mark.parametrize(
    ("decide", "why"),
    [
        (crash, "practice 'visits' while deciding MakeVisit: KeyError: 'minutes'"),
        (lambda *_: 3, "TypeError"),
        (lambda *_: ((VISIT, 3),), "int is none of its events"),
        (
            lambda *_: ((Stream(PERSON), VisitMade(minutes=3)),),
            "VisitMade stands on streams of its own kind, and not on person:",
        ),
        (
            lambda *_: ((VISIT, VisitNoted(subjects=(PERSON,))),),
            "VisitNoted is sealed under a key of person:.*, whom it did not read",
        ),
        (
            lambda *_: ((Stream(PERSON), attended(principal=1)),),
            "MeetingAttended accompanies an event that is not recorded with it",
        ),
        (
            lambda *_: ((VISIT, attended(principal=1)),),
            "MeetingAttended stands on streams of persons, and not on acme-visit:",
        ),
        (lambda *_: ((Stream(PERSON), PersonRegistered),), "type is none of its events"),
    ],
)
def test_what_a_practice_may_not_answer_is_its_error(decide: Any, why: str) -> None:
    with pytest.raises(PracticeError, match=why) as failed:
        decided(decide)

    assert (failed.value.practice, failed.value.command) == ("visits", "MakeVisit")


def test_a_practice_seals_under_the_keys_of_whom_it_read() -> None:
    noted = ((VISIT, VisitNoted(subjects=(PERSON,))),)

    assert decided(lambda *_: noted, **{PERSON: ()}) == noted


def test_what_a_practice_cannot_read_is_its_error() -> None:
    model = Model((visits(reads=crash),))
    seen = model.situation(NOW, {}, {})

    with pytest.raises(PracticeError, match="practice 'acme-visit' while deciding MakeVisit"):
        model.reads(MakeVisit(visit_id=VisitId(VISIT), minutes=3), seen)


def test_one_function_decides_a_command() -> None:
    @decides(MakeVisit)
    def one() -> None: ...

    @decides(MakeVisit)
    def other() -> None: ...

    assert dict(rules_in({"one": one, "the same": one})) == {MakeVisit: one}  # type: ignore[comparison-overlap] # mypy compares signatures
    with pytest.raises(TypeError, match=r"MakeVisit is decided by .*other.* and by .*one"):
        rules_in({"one": one}, {"other": other})
