"""What changed between two moments, in which rows, and which events did it."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projections.lives import Step, errant_lives, live, peopled
from projections.oracle import end_of, told
from projections.test_oracle import ERRANT, moments
from projections.town import ZONE, Town, mc

from mentorcore.domain.values import Withheld
from mentorcore.errors import Invalid, Refused
from mentorcore.projections.access.redactor import AUDITOR, COORDINATOR, Viewer
from mentorcore.projections.diff.rows import Diff
from mentorcore.projections.folding.moment import Moment
from mentorcore.projections.plain import plain


@pytest.fixture
def town() -> Town:
    return Town()


def diff(town: Town, then: Moment, now: Moment | None = None, viewer: Any = COORDINATOR) -> Diff:
    return town.engine.diff(then, now or Moment(), viewer=viewer)


def fields(found: Diff, subject: str) -> dict[str, tuple[Any, Any]]:
    row = found.row(subject)
    return {} if row is None else {c.field: (c.before, c.after) for c in row.changes}


def names(found: Diff, subject: str) -> list[tuple[str, str]]:
    row = found.row(subject)
    return [] if row is None else [(d.name, d.how) for d in row.deeds]


def test_nothing_happened_and_nothing_changed(town: Town) -> None:
    pair = town.pair()
    town.goal(pair, due_on=date(2026, 9, 1))
    then = Moment(as_known=town.store.tail())
    town.to("2026-12-20")

    found = diff(town, then)

    assert (found.rows, found.numbers, found.deeds()) == ((), (), ())


def test_a_late_meeting_changed_what_is_known_of_a_day_long_past(town: Town) -> None:
    pair = town.pair()
    before = town.store.tail()
    town.to("2026-10-20")
    town.meet(pair, "2026-09-15")
    october = date(2026, 10, 1)

    known = diff(town, Moment(october, before), Moment(october))
    true = diff(town, Moment(date(2026, 9, 14)), Moment(october))

    assert fields(known, pair)["meetings"] == fields(true, pair)["meetings"] == (0, 1)
    assert fields(known, pair)["minutes"] == (0, 45)
    assert names(known, pair) == [("pairing.meeting-held", "recorded")]
    assert names(true, pair) == [("pairing.meeting-held", "became_true")]
    (deed,) = known.row(pair).deeds  # type: ignore[union-attr] # it is there, as the lines above say
    assert (deed.on, deed.recorded_at.date()) == (date(2026, 9, 15), date(2026, 10, 20))
    assert isinstance(deed.actor, mc.Actor)
    assert deed.actor.role == "coordinator"
    assert deed.evidence.position == before + 1


def test_the_program_in_numbers_follows_from_its_rows(town: Town) -> None:
    pair = town.pair()
    then = Moment(as_known=town.store.tail())
    town.to("2026-10-20")
    town.meet(pair, "2026-09-15")

    found = diff(town, then)

    assert {(n.field, n.before, n.after) for n in found.numbers} == {
        ("meetings", 0, 1),
        ("minutes", 0, 45),
        ("mentor_minutes", 0, 45),
    }


def test_corrections_of_corrections_are_named_with_what_they_corrected(town: Town) -> None:
    pair = town.pair()
    town.to("2026-10-20")
    town.meet(pair, "2026-09-15")
    then = Moment(as_known=town.store.tail())
    town.ask(mc.AmendRecord(stream=pair, target=2, changes={"minutes": 60}))
    town.ask(mc.AmendRecord(stream=pair, target=3, changes={"minutes": 90}))

    found = diff(town, then)
    town.ask(mc.RetractRecord(stream=pair, target=3))

    assert fields(found, pair) == {"minutes": (45, 90)}
    assert names(found, pair) == [("record.amended", "recorded")] * 2
    assert diff(town, then).rows == ()


def test_a_pairing_that_came_and_one_that_went(town: Town) -> None:
    pair = town.pair()
    anna, ben = town.members(pair)
    then = Moment(as_known=town.store.tail())
    town.ask(mc.RetractRecord(stream=pair, target=1))
    again = town.pair(anna, ben, on=date(2026, 8, 16) + timedelta(days=1))

    found = diff(town, then)

    standing = {row.subject: row.standing for row in found.rows}
    assert (standing[pair], standing[again]) == ("gone", "new")
    assert names(found, pair) == [("record.retracted", "recorded")]
    assert names(found, again) == [("pairing.formed", "recorded")]
    assert fields(found, anna)["pairings"] == ((pair,), (again,))
    assert [who.name for who in found.row(again).people] == ["Anna", "Ben"]  # type: ignore[union-attr] # as above


def test_a_name_changed_wherever_it_is_shown(town: Town) -> None:
    pair = town.pair()
    _, ben = town.members(pair)
    then = Moment(as_known=town.store.tail())
    town.to("2026-10-20")
    town.ask(
        mc.ChangePersonDetails(person_id=town.persons[ben], since=date(2026, 10, 1), name="Bo")
    )

    found = diff(town, then)

    assert fields(found, ben) == {"who.name": ("Ben", "Bo")}
    assert fields(found, pair) == {f"members.{ben}.name": ("Ben", "Bo")}
    assert names(found, pair) == names(found, ben) == [("person.details-changed", "recorded")]


def test_from_the_later_moment_to_the_earlier_one_it_is_the_other_way_round(town: Town) -> None:
    pair = town.pair()
    early = Moment(as_known=town.store.tail())
    town.to("2026-10-20")
    town.meet(pair, "2026-09-15")

    there, back = diff(town, early), diff(town, Moment(), early)

    assert fields(back, pair)["meetings"] == (1, 0)
    assert back.deeds() == there.deeds()


def test_before_there_was_a_program_there_was_nothing(town: Town) -> None:
    pair = town.pair()

    found = diff(town, Moment(as_known=0))

    assert {row.standing for row in found.rows} == {"new"}
    assert {row.kind for row in found.rows} == {"program", "participant", "pairing"}
    assert ("program.launched", "recorded") in names(found, town.program)
    assert found.positions == (0, town.store.tail())
    assert found.row(pair) is not None
    with pytest.raises(Refused):
        town.engine.diff(
            Moment(as_known=0), Moment(as_known=0), viewer=COORDINATOR, program=town.program
        )


def test_a_viewer_is_shown_what_is_theirs(town: Town) -> None:
    pair = town.pair()
    _, ben = town.members(pair)
    other = town.pair(town.enrol("mentor", "Amir"), town.enrol("mentee", "Bea"))
    then = Moment(as_known=town.store.tail())
    town.to("2026-10-20")
    for one in (pair, other):
        town.meet(one, "2026-09-15", at=None)
        town.goal(one)

    member = diff(town, then, viewer=Viewer.member(town.persons[ben]))
    auditor = diff(town, then, viewer=AUDITOR)

    assert [row.subject for row in member.rows] == [pair]
    assert member.numbers == ()
    assert {row.subject for row in auditor.rows} == {pair, other}
    statements = [v for k, v in fields(auditor, pair).items() if k.endswith(".statement")]
    assert all(isinstance(after, Withheld) for _, after in statements)
    assert statements
    assert "Plan a unit" not in str(plain(auditor))


def test_a_moment_that_is_not_clear_is_malformed(town: Town) -> None:
    with pytest.raises(Invalid):
        diff(town, Moment(as_known=datetime(2026, 9, 1)))  # noqa: DTZ001 - that is the point
    with pytest.raises(Refused, match="still to come"):
        diff(town, Moment(as_known=datetime(2030, 9, 1, tzinfo=UTC)))


def _moment(dice: Random, ends: list[int], days: list[date]) -> Moment:
    return Moment(
        as_of=dice.choice([None, dice.choice(days)]),
        as_known=dice.choice([None, dice.choice(ends)]),
    )


@ERRANT
@given(errant_lives(), st.integers(0, 2**16))
def test_every_change_is_explained_by_events_and_those_events_suffice(
    steps: list[Step], pick: int
) -> None:
    town = peopled()
    founded = town.store.tail()
    live(town, steps)
    dice = Random(pick)
    ends, days = moments(town)
    ends = [end for end in ends if end >= founded]
    events = list(town.engine.events())
    last = town.store.tail()
    for _ in range(12):
        then, now = _moment(dice, ends, days), _moment(dice, ends, days)
        found = diff(town, then, now)
        known: list[int] = [
            m.as_known if isinstance(m.as_known, int) else last for m in (then, now)
        ]
        low, high = sorted(known)
        today = now.as_of or town.clock.now.date()
        until = [None if m.as_of is None else end_of(m.as_of, ZONE) for m in (then, now)]
        before, after = (
            told(events, town.sealing.open, p, u, today)["pairings"]
            for p, u in zip(known, until, strict=True)
        )
        for row in found.rows:
            assert row.deeds, (row, then, now)
            for deed in row.deeds:
                between = low < deed.evidence.position <= high
                assert between == (deed.how == "recorded")
            if row.kind == "pairing":
                # What was known and true then, and what is named here, is all there is to know.
                named = {d.evidence.position for d in row.deeds}
                if then.as_of is None and known[0] <= known[1]:
                    enough = [e for e in events if e.position <= known[0] or e.position in named]
                    again = told(enough, town.sealing.open, last, until[1], today)["pairings"]
                    assert again.get(row.subject) == after.get(row.subject)
        for pairing in before.keys() | after.keys():
            if before.get(pairing) != after.get(pairing):
                assert found.row(pairing) is not None
