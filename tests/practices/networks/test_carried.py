"""What is taken from a carried record, under what, for whom, and that it is taken once."""

from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest
from engine.world import STARTED, TODAY, World, engine, folded, mc
from practices.networks.carried import (
    BROUGHT,
    ISSUED,
    THERE,
    holding,
    issuing,
    naming,
    receiving,
    recognising,
    trusting,
)
from practices.networks.test_crossing import ending, refusal
from practices.networks.world import SIDES, Network

from mentorcore.domain.participant.carried import origin_stream
from mentorcore.practices.networks.carrying.state import (
    Brought,
    Carried,
    Origin,
    evolve_brought,
    evolve_carried,
    evolve_origin,
)

TOMORROW = TODAY + timedelta(days=2)
EARLIER = TODAY - timedelta(days=5)


@pytest.fixture
def network() -> Any:
    with closing(engine()) as opened:
        yield Network(opened)


@pytest.fixture
def mentor(network: Network) -> str:
    return network.mentor()


@pytest.fixture
def agreement(network: Network) -> str:
    return network.agree()


@pytest.fixture
def known(network: Network, agreement: str, mentor: str) -> str:
    """The same agreement, with a log of the other side and the mentor as an owner in it."""
    network.do(naming(agreement))
    network.do(recognising(network.persons[mentor]))
    return agreement


def nothing_new(network: Network, command: Any) -> bool:
    return network.ask(command).events == ()


# --------------------------------------------------------------------------- other logs


def test_a_log_is_named_once(network: Any, agreement: str) -> None:
    network.do(naming(agreement))

    assert nothing_new(network, naming(agreement, on=TODAY))
    assert refusal(network, naming(agreement, institution=SIDES[0])).code == "other_log"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"origin": " "}, "empty_text"),
        ({"origin": "elsewhere.example"}, "other_log"),
        ({"institution": "east-high"}, "not_in_agreement"),
        ({"agreement_id": f"agreement:{0xDEAD:032x}"}, "no_such_agreement"),
        ({"on": TOMORROW}, "in_the_future"),
    ],
)
def test_a_log_is_that_of_a_side_of_an_agreement(
    network: Any, agreement: str, wrong: Any, code: str
) -> None:
    assert refusal(network, naming(agreement, **wrong)).code == code


def test_under_an_agreement_that_is_not_for_records_no_log_is_named(network: Any) -> None:
    agreement = network.agree(purposes=("pairing",))

    assert refusal(network, naming(agreement)).code == "not_agreed"


@pytest.mark.parametrize("saying", [trusting, holding])
def test_a_key_or_checkpoint_is_kept_once_and_of_a_log_that_is_known(
    network: Any, agreement: str, saying: Any
) -> None:
    before = refusal(network, saying())
    network.do(naming(agreement))

    assert before.code == "unknown_issuer"
    assert network.ask(saying()).events
    assert nothing_new(network, saying(on=TODAY))
    assert network.ask(saying("another")).events
    assert refusal(network, saying(" ")).code == "empty_text"
    assert refusal(network, saying(on=TOMORROW)).code == "in_the_future"


def test_a_key_that_is_retracted_is_trusted_no_more(network: Any, agreement: str) -> None:
    network.do(naming(agreement))
    network.do(trusting())

    network.do(mc.RetractRecord(stream=origin_stream(THERE), target=2))

    assert folded(network.engine, origin_stream(THERE)).keys == ()


# ------------------------------------------------------------------------------ issuing


def test_a_record_is_issued_once_for_somebody_who_is_here(network: Any, mentor: str) -> None:
    person = network.persons[mentor]
    network.do(issuing(person))

    assert nothing_new(network, issuing(person))
    assert refusal(network, issuing(person, on=STARTED)).code == "already_issued"
    assert refusal(network, issuing(f"person:{9:032x}", 2)).code == "no_such_person"
    assert refusal(network, issuing(person, 3, TOMORROW)).code == "in_the_future"


# ---------------------------------------------------------------------------- receiving


def test_what_was_received_stands_on_one_stream_for_each_owner(
    network: Any, mentor: str, known: str
) -> None:
    network.do(receiving(mentor, known))

    network.do(receiving(mentor, known, index=9, minutes=700, replaces=7))

    brought = folded(network.engine, BROUGHT)
    assert [one.minutes for one in brought.received] == [540, 700]
    assert brought.standing[mentor].index == 9


def test_the_latest_of_the_other_log_stands_on_whatever_day_it_came(
    network: Any, mentor: str, known: str
) -> None:
    network.do(receiving(mentor, known))

    network.do(receiving(mentor, known, index=9, on=EARLIER, minutes=700, replaces=7))

    assert folded(network.engine, BROUGHT).standing[mentor].index == 9
    (row,) = network.engine.view("networks.records", viewer=mc.Viewer.coordinator()).rows
    assert (row.minutes, row.received_on) == (700, EARLIER)


def test_a_program_is_told_of_its_own_participants_only(
    network: Any, mentor: str, known: str
) -> None:
    network.do(receiving(mentor, known, verified=False))
    other = World(network.engine).program

    told = network.engine.view("networks.records", other, viewer=mc.Viewer.coordinator())
    needs = network.engine.attention(other, viewer=mc.Viewer.coordinator())

    assert (told.rows, told.totals.records) == ((), 0)
    assert needs.of("record_unverified") == ()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"institution": "east-high"}, "other_log"),
        ({"brought_id": f"brought:{8:032x}"}, "owner_not_recognised"),
        ({"on": TOMORROW}, "in_the_future"),
        ({"issued_on": TOMORROW}, "before_issue"),
        ({"until": date(2024, 9, 1)}, "ends_before_start"),
        ({"minutes": -1}, "amount_out_of_range"),
        ({"completions": ("mentor-basics",)}, "not_agreed"),
        ({"replaces": 3}, "received_meanwhile"),
        ({"participant_id": f"participant:{9:032x}"}, "no_such_participant"),
        ({"agreement_id": f"agreement:{9:032x}"}, "no_such_agreement"),
    ],
)
def test_a_record_is_refused_that_does_not_fit(
    network: Any, mentor: str, known: str, wrong: Any, code: str
) -> None:
    assert refusal(network, receiving(mentor, known, **wrong)).code == code


def test_nothing_is_received_once_the_agreement_has_ended(
    network: Any, mentor: str, known: str
) -> None:
    """INV-58."""
    network.do(ending(known))

    assert refusal(network, receiving(mentor, known)).code == "not_in_force"


def test_a_program_that_does_not_say_whose_it_is_receives_nothing() -> None:
    with closing(engine()) as opened:
        world: Any = World(opened)
        mentor = world.mentor()
        world.do(recognising(world.persons[mentor]))

        refused = refusal(world, receiving(mentor, f"agreement:{1:032x}"))

    assert refused.code == "no_owner"


def test_the_same_record_again_is_nothing_new(network: Any, mentor: str, known: str) -> None:
    network.do(receiving(mentor, known))

    assert nothing_new(network, receiving(mentor, known))
    assert nothing_new(network, receiving(mentor, known, verified=False))


def test_an_unverified_record_is_received_again_once_it_can_be_verified(
    network: Any, mentor: str, known: str
) -> None:
    network.do(receiving(mentor, known, verified=False))

    again = network.ask(receiving(mentor, known, replaces=7))

    assert again.events
    assert folded(network.engine, BROUGHT).standing[mentor].verified


def test_an_older_record_and_another_in_the_same_place_are_refused(
    network: Any, mentor: str, known: str
) -> None:
    network.do(receiving(mentor, known))
    other = receiving(mentor, known, record=f"carried:{8:032x}", replaces=7)

    assert refusal(network, receiving(mentor, known, index=6)).code == "record_superseded"
    assert refusal(network, other).code == "log_forked"


def test_two_that_are_received_at_once_do_not_take_the_place_of_the_same(
    network: Any, mentor: str, known: str
) -> None:
    network.do(receiving(mentor, known))
    network.do(receiving(mentor, known, index=9, replaces=7))

    late = refusal(network, receiving(mentor, known, index=10, replaces=7))

    assert late.code == "received_meanwhile"


def test_records_of_one_owner_are_received_for_one_person(
    network: Any, mentor: str, known: str
) -> None:
    network.do(receiving(mentor, known))

    other = network.mentor()

    assert refusal(network, receiving(other, known)).code == "record_of_another"
    assert refusal(network, recognising(network.persons[other])).code == "record_of_another"
    assert nothing_new(network, recognising(network.persons[mentor], STARTED))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"owner": f"person:{0x0F:032x}"}, "other_log"),
        ({"on": TOMORROW}, "in_the_future"),
        ({"person": f"person:{9:032x}"}, "no_such_person"),
    ],
)
def test_an_owner_is_somebody_here(network: Any, mentor: str, wrong: Any, code: str) -> None:
    said = {"person": network.persons[mentor], **wrong}

    assert refusal(network, recognising(**said)).code == code


def test_a_record_of_a_log_that_nobody_named_is_not_received(
    network: Any, mentor: str, agreement: str
) -> None:
    network.do(recognising(network.persons[mentor]))

    assert refusal(network, receiving(mentor, agreement)).code == "unknown_issuer"


def test_somebody_who_is_known_by_two_ids_goes_on_bringing_records(
    network: Any, mentor: str, known: str
) -> None:
    network.do(receiving(mentor, known))
    again = network.person(name="Rosa once more")
    network.do(mc.MergePersons(survivor=again, absorbed=network.persons[mentor]))

    assert network.ask(receiving(mentor, known, index=9, replaces=7)).events


def test_what_this_log_issued_is_not_received_here(network: Any, mentor: str, known: str) -> None:
    network.do(issuing(network.persons[mentor], 7))

    assert refusal(network, receiving(mentor, known)).code == "own_record"


def test_a_record_that_is_taken_back_makes_room_for_an_older_one(
    network: Any, mentor: str, known: str
) -> None:
    network.do(receiving(mentor, known))

    network.do(mc.RetractRecord(stream=BROUGHT, target=2))

    assert network.ask(receiving(mentor, known, index=6)).events


def test_a_record_is_amended_within_what_fits(network: Any, mentor: str, known: str) -> None:
    network.do(receiving(mentor, known))
    network.do(receiving(mentor, known, index=9, replaces=7))

    def amend(target: int, **changes: Any) -> Any:
        return mc.AmendRecord(stream=BROUGHT, target=target, changes=changes)

    assert network.ask(amend(2, minutes=500)).events
    assert refusal(network, amend(3, minutes=-1)).code == "amount_out_of_range"
    assert refusal(network, amend(3, on=ISSUED - timedelta(days=1))).code == "before_issue"


def test_a_visitor_comes_with_a_record_of_their_own_that_was_received(network: Any) -> None:
    mentor, other = network.mentor(), network.mentor()
    agreement = network.agree()

    def admitted(who: str, record: str = BROUGHT) -> Any:
        return network.admitting(who, agreement, record=record)

    before = refusal(network, admitted(mentor))
    network.do(recognising(network.persons[mentor]))

    assert before.code == "no_such_record"
    assert refusal(network, admitted(mentor, f"carried:{7:032x}")).code == "no_such_record"
    assert refusal(network, admitted(other)).code == "record_of_another"
    assert network.ask(admitted(mentor)).events


def test_a_visitor_who_is_known_by_two_ids_comes_with_what_was_brought_by_the_other(
    network: Any, mentor: str, agreement: str
) -> None:
    other = network.person(name="Rosa once more")
    network.do(recognising(other))
    network.do(mc.MergePersons(survivor=network.persons[mentor], absorbed=other))

    assert network.ask(network.admitting(mentor, agreement, record=BROUGHT)).events


def test_what_is_no_event_of_theirs_leaves_a_stream_as_it_is() -> None:
    assert evolve_origin(Origin(), ISSUED) == Origin()
    assert evolve_carried(Carried(), ISSUED) == Carried()
    assert evolve_brought(Brought(), ISSUED) == Brought()
