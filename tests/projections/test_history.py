"""A history tells everything once, corrections included, in the order in which it was true."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from projections.town import BEGAN, Town, mc

from mentorcore.domain.values import Withheld
from mentorcore.errors import Refused
from mentorcore.projections.access.redactor import AUDITOR, COORDINATOR
from mentorcore.projections.history.rows import Change, Said


@pytest.fixture
def town() -> Town:
    return Town()


def names(history: Any) -> list[str]:
    return [e.name for e in history.entries]


def test_nothing_is_told_of_what_nobody_recorded(town: Town) -> None:
    for subject in ("pairing:0", "participant:0", "nonsense", "import:0"):
        with pytest.raises(Refused) as refused:
            town.history(subject)

        assert refused.value.code == "no_such_subject"


def test_a_pairings_history_is_in_the_order_of_valid_time(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-20")
    town.meet(pair, "2026-09-10")
    town.meet(pair, "2026-09-01", at=None)
    town.goal(pair, "2026-09-01")

    history = town.history(pair)

    assert [(e.name, e.on.day) for e in history.entries] == [
        ("pairing.formed", 17),
        ("pairing.meeting-held", 1),
        ("pairing.goal-set", 1),
        ("pairing.meeting-held", 10),
    ]
    assert [e.delay_days for e in history.entries] == [0, 19, 19, 10]
    assert [w.name for w in history.people] == ["Anna", "Ben"]


def test_a_participants_history_tells_the_person_and_the_pairings_too(town: Town) -> None:
    pair = town.pair()
    anna = town.members(pair)[0]
    town.ask(mc.RecordTraining(participant_id=anna, training_kind="basics", on=BEGAN))
    town.ask(mc.RecordEmployment(person_id=town.persons[anna], since=BEGAN, post="teacher"))

    told = names(town.history(anna))

    assert sorted(told) == [
        "pairing.formed",
        "participant.enrolled",
        "participant.training-completed",
        "person.employment-recorded",
        "person.registered",
    ]


def test_what_was_said_is_told_in_plain_fields(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-20")
    town.meet(pair, "2026-09-10", topics=("seating", "noise"))

    entry = town.history(pair).entries[-1]

    assert entry.value("minutes") == 45
    assert entry.value("topics") == ("seating", "noise")
    assert Said("held_on", date(2026, 9, 10)) in entry.said
    assert entry.value("guests") is None
    assert not {"subjects", "principal"} & {s.field for s in entry.said}
    assert entry.at == datetime(2026, 9, 10, 19, tzinfo=UTC)


def test_a_correction_shows_the_original_the_change_the_reason_and_who_made_it(town: Town) -> None:
    """INV-67."""
    pair = town.pair()
    town.to("2026-09-20")
    town.meet(pair, "2026-09-10", at=None, topics=("seating",))
    town.to("2026-09-21")
    other = mc.Actor(id=f"person:{7:032x}", role="coordinator", kind="person")
    town.ask(
        mc.AmendRecord(
            stream=pair,
            target=2,
            changes={"minutes": 60, "topics": ("noise",)},
            reason="misread the clock",
        ),
        actor=other,
    )

    entry = town.history(pair).entries[-1]

    assert entry.standing == "amended"
    assert (entry.value("minutes"), entry.value("topics")) == (60, ("noise",))
    assert Said("minutes", 45) in entry.said
    assert Said("topics", ("seating",)) in entry.said
    (correction,) = entry.corrections
    assert set(correction.changes) == {
        Change("minutes", 45, 60),
        Change("topics", ("seating",), ("noise",)),
    }
    assert correction.reason == "misread the clock"
    assert correction.actor == other
    assert entry.recorded_at < correction.recorded_at


def test_two_corrections_are_told_one_after_the_other(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-20")
    town.meet(pair, "2026-09-10", at=None)
    for minutes in (60, 75):
        town.ask(mc.AmendRecord(stream=pair, target=2, changes={"minutes": minutes}))

    (entry,) = town.history(pair).corrected()

    changes = [c.changes for c in entry.corrections]
    assert changes == [(Change("minutes", 45, 60),), (Change("minutes", 60, 75),)]
    assert entry.value("minutes") == 75


def test_a_retracted_record_stays_in_its_place(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-20")
    town.meet(pair, "2026-09-01", at=None)
    town.meet(pair, "2026-09-10", at=None)
    town.ask(
        mc.RetractRecord(
            stream=pair, target=2, cause="duplicate", duplicate_of=(pair, 3), reason="twice"
        )
    )

    history = town.history(pair)

    gone = history.entries[1]
    assert (gone.standing, gone.on, gone.now) == ("retracted", date(2026, 9, 1), ())
    assert gone.corrections[0].cause == "duplicate"
    assert gone.corrections[0].duplicate_of == (pair, 3)
    assert gone.corrections[0].reason == "twice"
    assert [e.standing for e in history.entries] == ["stands", "retracted", "stands"]


def test_a_record_that_was_amended_and_then_retracted_shows_both(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-20")
    town.meet(pair, "2026-09-10", at=None)
    town.ask(mc.AmendRecord(stream=pair, target=2, changes={"minutes": 60}))
    town.ask(mc.RetractRecord(stream=pair, target=2))

    entry = town.history(pair).entries[-1]

    assert [c.kind for c in entry.corrections] == ["amended", "retracted"]
    assert entry.standing == "retracted"


def test_a_pairing_that_was_taken_back_is_still_told(town: Town) -> None:
    pair = town.pair()
    anna = town.members(pair)[0]
    town.ask(mc.RetractRecord(stream=pair, target=1))

    history = town.history(pair)

    assert [(e.name, e.standing) for e in history.entries] == [("pairing.formed", "retracted")]
    assert [w.name for w in history.people] == ["Anna", "Ben"]
    assert "pairing.formed" in names(town.history(anna))
    assert town.status().pairing(pair) is None


def test_where_a_fact_came_from_is_told(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-20")
    source = mc.Source(adapter="csv", adapter_version="1", batch=f"import:{7:032x}", form="log")
    town.ask(mc.HoldMeeting(pairing_id=pair, minutes=45, held_on=date(2026, 9, 10)), source=source)

    assert town.history(pair).entries[-1].source == source


def test_an_auditor_sees_that_it_happened_and_no_text(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-20")
    town.meet(pair, "2026-09-10", topics=("seating",))
    town.ask(mc.AmendRecord(stream=pair, target=2, changes={"topics": ("noise",)}, reason="typo"))

    history = town.history(pair, AUDITOR)

    entry = history.entries[-1]
    assert entry.value("minutes") == 45
    assert isinstance(entry.value("topics"), Withheld)
    assert isinstance(entry.corrections[0].changes[0].before, Withheld)
    assert isinstance(entry.corrections[0].reason, Withheld)
    assert history.others is None


def test_a_programs_history_is_told_too(town: Town) -> None:
    town.to("2026-09-20")
    town.ask(mc.CloseProgram(program_id=town.program, on=date(2026, 9, 10)))

    history = town.views.history(town.program, viewer=COORDINATOR)

    assert names(history) == [
        "program.designed",
        "program.launched",
        "program.cohort-opened",
        "program.closed",
    ]
    assert history.people == ()


def test_a_programs_history_is_no_secret_to_its_members(town: Town) -> None:
    pair = town.pair()
    ben = town.persons[town.members(pair)[1]]

    told = town.history(town.program, mc.Viewer.member(ben))

    assert names(told) == names(town.history(town.program))
    assert told.others is None


def test_days_of_undated_facts_are_those_of_the_program(town: Town) -> None:
    pair = town.pair()
    town.clock.now = datetime(2026, 9, 21, 4, 0, tzinfo=UTC)  # the evening of the 20th in the town
    town.ask(
        mc.ScheduleMeeting(
            pairing_id=pair, starts_at=datetime(2026, 10, 1, 19, tzinfo=UTC), minutes=30
        )
    )

    assert town.history(pair).entries[-1].on == date(2026, 9, 20)
