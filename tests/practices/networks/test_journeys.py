"""A record of service is issued, carried to another institution, and counted there once."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from engine.world import COORDINATOR, STARTED, TODAY, World, engine, mc
from practices.networks.journeys import Institution, institutions

from mentorcore.audit.notes.checkpoint import Checkpoint, sign_checkpoint
from mentorcore.audit.notes.signing_keys import read_key_file
from mentorcore.domain.participant.carried import origin_stream
from mentorcore.errors import Invalid, NoteInvalid, Refused
from mentorcore.practices.networks import EndDataSharingAgreement, HoldCheckpoint

LATER = date(2026, 10, 1)


@pytest.fixture
def both(tmp_path: Path) -> Iterator[list[Institution]]:
    with institutions(tmp_path, ("north-high", "south-high")) as found:
        yield found


def refusal(receiver: Institution, file: Any, mentor: str, **more: Any) -> str:
    """The code by which a record is refused; nothing is recorded then."""
    before = receiver.engine.position
    with pytest.raises(Refused) as refused:
        receiver.receives(file, mentor, **more)
    assert receiver.engine.position == before
    return refused.value.code


def test_a_record_tells_what_its_owner_did_and_nobody_else(both: Any) -> None:
    north, south = both
    rosa = north.rosa()
    north.meets(rosa, 60)
    north.meets(rosa, 45, LATER)
    north.do(mc.RecordTraining(participant_id=rosa, training_kind="mentor-basics", on=LATER))

    record = north.issues(rosa, south).record

    (section,) = record.sections
    assert (record.name, record.owner) == ("Rosa Villareal", north.persons[rosa])
    assert (section.meetings, section.minutes, section.part) == (2, 105, "mentor")
    assert section.units == {"minute": 105, "week": 2}
    assert [(c.code, c.on) for c in section.completions] == [("mentor-basics", LATER)]
    assert section.institution == "north-high"


def test_what_is_received_is_verified_and_credited_once(both: Any) -> None:
    north, south = both
    rosa, here = north.rosa(), south.rosa()
    north.meets(rosa, 105)
    file = north.issues(rosa, south)

    received = south.receives(file, here)
    again = south.receives(file, here)

    assert received.checked.verified
    assert received.credited == {"minute": 105, "week": 1}
    assert (again.outcome.events, again.credited) == ((), {})
    assert south.credited(here) == {"minute": 105, "week": 1}


def test_a_later_record_takes_the_place_of_an_earlier_one(both: Any) -> None:
    north, south = both
    rosa, here = north.rosa(), south.rosa()
    north.meets(rosa, 105)
    old = north.issues(rosa, south)
    south.receives(old, here)
    north.meets(rosa, 60, LATER)

    received = south.receives(north.issues(rosa, south), here)

    assert received.credited == {"minute": 165, "week": 2}
    assert south.credited(here) == {"minute": 165, "week": 2}
    assert refusal(south, old, here) == "record_superseded"


def test_on_another_day_only_what_is_more_is_credited(both: Any) -> None:
    north, south = both
    rosa, here = north.rosa(), south.rosa()
    north.meets(rosa, 105)
    first = north.engine.issue_record(north.persons[rosa], actor=COORDINATOR, on=LATER)
    south.receives(first, here, continued=proof(north, south, first), on=LATER)
    north.meets(rosa, 60, LATER)

    received = south.receives(north.issues(rosa, south), here)

    assert received.credited == {"minute": 60, "week": 1}
    assert south.credited(here) == {"minute": 165, "week": 2}


def test_a_credit_is_not_lost_in_an_equal_one_of_the_same_day(both: Any) -> None:
    north, south = both
    rosa, here = north.rosa(), south.rosa()
    north.meets(rosa, 105)
    equal = mc.CreditService(participant_id=here, on=TODAY, amount=1, unit="week", verified=True)
    south.do(equal)

    assert refusal(south, north.issues(rosa, south), here) == "equal_credit"


def test_the_view_tells_what_stands_and_what_does_not_count_yet(both: Any) -> None:
    north, south = both
    rosa, here = north.rosa(), south.rosa()
    north.meets(rosa, 105)
    file = north.issues(rosa)
    see = {"viewer": mc.Viewer.coordinator()}

    south.receives(file, here)
    first = south.engine.view("networks.records", **see)
    waits = south.engine.attention(**see).of("record_unverified")
    south.receives(file, here, continued=proof(north, south, file))
    then = south.engine.view("networks.records", **see)
    member = south.engine.view(
        "networks.records", viewer=mc.Viewer.member(south.persons[south.mentor()])
    )
    before = south.engine.view("networks.records", as_of=TODAY - timedelta(days=1), **see)

    assert [(row.minutes, row.counts, row.institution) for row in first.rows] == [
        (105, False, "north-high")
    ]
    assert [need.subject for need in waits] == [here]
    assert [(row.minutes, row.counts) for row in then.rows] == [(105, True)]
    assert (then.totals.records, then.totals.verified) == (1, 1)
    assert south.engine.attention(**see).of("record_unverified") == ()
    assert member.rows == ()
    assert before.rows == ()


def proof(of: Institution, holder: Institution, file: Any) -> list[Any]:
    """That the newest checkpoint which the holder holds leads to that of a file."""
    return [of.engine.consistency(holder.held(of.origin)[-1], file.receipt.note)]


def test_a_later_record_that_says_less_is_credited_anew(both: Any) -> None:
    north, south = both
    rosa, here = north.rosa(), south.rosa()
    north.meets(rosa, 105)
    north.meets(rosa, 60, LATER)
    south.receives(north.issues(rosa, south), here)
    north.do(mc.RetractRecord(stream=north.pairings[rosa], target=3))

    south.receives(north.issues(rosa, south), here)

    assert south.credited(here) == {"minute": 105, "week": 1}


def test_what_nothing_vouches_for_is_shown_and_not_counted_until_something_does(
    both: Any,
) -> None:
    north, south = both
    rosa, here = north.rosa(), south.rosa()
    north.meets(rosa)
    file = north.issues(rosa)  # without a proof from what is held there

    unverified = south.receives(file, here)
    shown = south.credited(here, verified=False)
    south.receives(file, here, continued=proof(north, south, file))

    assert not unverified.checked.verified
    assert shown == {"minute": 60, "week": 1}
    assert south.credited(here, verified=False) == {}
    assert south.credited(here) == {"minute": 60, "week": 1}


def test_a_record_of_somebody_else_is_refused(both: Any) -> None:
    north, south = both
    rosa, here = north.rosa(), south.rosa()
    north.meets(rosa)
    file = north.issues(rosa, south)
    other = south.mentor()

    by_name = refusal(south, file, other)
    south.receives(file, here)

    assert by_name == "record_of_another"
    assert refusal(south, file, other, same_person=True) == "record_of_another"


def test_somebody_who_has_another_name_here_is_recognised_once(both: Any) -> None:
    north, south = both
    rosa = north.rosa()
    here = south.enrol("mentor", south.person(name="Rosa Miller"))
    north.meets(rosa)
    first = north.issues(rosa, south)

    south.receives(first, here, same_person=True)

    assert south.receives(north.issues(rosa, south), here).checked.verified


def test_an_altered_record_and_one_of_an_unknown_log_are_refused(both: Any, tmp_path: Path) -> None:
    north, south = both
    rosa, here = north.rosa(), south.rosa()
    north.meets(rosa, 105)
    data = north.issues(rosa, south).data
    (tmp_path / "more").mkdir()
    with institutions(tmp_path / "more", ("east-high",)) as (east,):
        there = east.rosa()
        unknown = refusal(south, east.issues(there), here)

    assert unknown == "unknown_issuer"
    assert (
        refusal(south, data.replace(b'"minutes":105', b'"minutes":905'), here) == "record_altered"
    )
    assert refusal(south, data[:-2], here) == "record_unreadable"
    assert refusal(south, data, f"participant:{9:032x}") == "no_such_participant"


def test_a_log_that_tells_another_history_than_it_told_before_is_refused(
    both: Any, tmp_path: Path
) -> None:
    north, south = both
    rosa, here = north.rosa(), south.rosa()
    north.meets(rosa)
    size = north.engine.checkpoint().checkpoint.size
    signer, _ = read_key_file(tmp_path / "north-high.signing-key")
    other = sign_checkpoint(Checkpoint(north.origin, size, b"\1" * 32), signer).note
    told = HoldCheckpoint(origin_id=origin_stream(north.origin), note=other, on=STARTED)
    file = north.issues(rosa, south)

    south.do(told)

    assert refusal(south, file, here) == "log_forked"


def test_own_records_come_home_and_count_nothing(both: Any) -> None:
    north, south = both
    rosa, there = north.rosa(), south.rosa()
    north.meets(rosa, 105)
    own = north.issues(rosa, south)
    south.receives(own, there)
    south.meets(there, 30)

    back = north.receives(south.issues(there, north), rosa)

    assert refusal(north, own, rosa) == "own_record"
    assert back.credited == {"minute": 30, "week": 1}
    assert north.credited(rosa) == {"minute": 30, "week": 1}


def test_nothing_is_received_without_an_agreement_for_it(both: Any) -> None:
    """INV-58."""
    north, south = both
    rosa, here = north.rosa(), south.rosa()
    north.meets(rosa)
    file = north.issues(rosa, south)
    south.do(EndDataSharingAgreement(agreement_id=south.agreement, on=STARTED, cause="breached"))

    assert refusal(south, file, here) == "not_in_force"


def test_there_is_something_to_issue_and_a_key_to_sign_it(both: Any) -> None:
    north, _ = both
    rosa = north.rosa()
    person = north.person(name="Nobody in particular")
    before = north.engine.position

    with pytest.raises(Refused, match="takes part in no program"):
        north.engine.issue_record(person, actor=COORDINATOR)
    with pytest.raises(NoteInvalid):
        north.engine.issue_record(north.persons[rosa], actor=COORDINATOR, held=["no note"])
    with engine() as unsigned, pytest.raises(Invalid, match="signing key"):
        unsigned.issue_record(person, actor=COORDINATOR)

    assert north.engine.position == before


def test_a_program_that_does_not_say_whose_it_is_issues_nothing(both: Any) -> None:
    north, _ = both
    nobodys = World(north.engine)
    rosa = nobodys.enrol("mentor", nobodys.person(name="Rosa"))

    with pytest.raises(Refused, match="which institution runs it"):
        north.engine.issue_record(nobodys.persons[rosa], actor=COORDINATOR)


def test_who_was_merged_there_is_credited_once(both: Any) -> None:
    north, south = both
    rosa, here = north.rosa(), south.rosa()
    north.meets(rosa, 105)
    south.receives(north.issues(rosa, south), here)
    north.meets(rosa, 60, LATER)
    survivor = north.person(name="Rosa Villareal")
    north.do(mc.MergePersons(survivor=survivor, absorbed=north.persons[rosa]))
    held = south.held(north.origin)
    file = north.engine.issue_record(survivor, actor=COORDINATOR, held=held)

    assert refusal(south, file, here) == "owner_changed"
    assert south.credited(here) == {"minute": 105, "week": 1}
    (standing,) = south.engine.effective(names=("brought.received",))
    credited = south.engine.effective(stream=here, names=("participant.service-credited",))
    for record in [*credited, standing]:
        south.do(mc.RetractRecord(stream=record.stream, target=record.version))
    assert south.receives(file, here).credited == {"minute": 165, "week": 2}
    assert south.credited(here) == {"minute": 165, "week": 2}
