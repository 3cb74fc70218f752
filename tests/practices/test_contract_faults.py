"""The contract of practices has teeth: each fault is found by the check that is named after it."""

import inspect
import random
import re
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import attrs
import pytest
from practices.stranger import VISITS
from practices.stranger.deciding import AGGREGATE
from practices.stranger.events import MakeVisit, VisitFollowedUp, VisitMade
from practices.stranger.view import LIST, VisitPart, VisitRow
from practices.test_practice_contract import TestVisits as Kept

from mentorcore.domain.declarations import event
from mentorcore.domain.pairing.events.forming import PairingStarted
from mentorcore.domain.values import Sealed, Stream, Text, Withheld
from mentorcore.domain.visibility import EVERYBODY, WORK
from mentorcore.practices.practice import Practice
from mentorcore.testing.practice_world import Place

ASKED = count()
any_: Any = PairingStarted


def ruled(**changes: Any) -> Practice:
    """Visits with other rules."""
    return attrs.evolve(VISITS, aggregates=(attrs.evolve(AGGREGATE, **changes),))


def folded(
    initial: Any = VisitPart, *, rows: Any = LIST.rows, needs: Any = LIST.needs, **changes: Any
) -> Practice:
    """Visits with another fold."""
    projection = attrs.evolve(LIST.projection, initial={"acme-visit": initial}, **changes)
    view = attrs.evolve(LIST, projection=projection, rows=rows, needs=needs)
    return attrs.evolve(VISITS, views=(view,))


def seen(**changes: Any) -> Practice:
    """Visits with another view."""
    return attrs.evolve(VISITS, views=(attrs.evolve(LIST, **changes),))


@event("acme-visit.followed-up", occurred="on")
class Unexplained:
    """Somebody came back."""

    on: date
    minutes: int
    mood: int


@attrs.define
class Noted(VisitPart):
    note: Sealed | Text | None = None


@attrs.define
class Listed(VisitPart):
    minutes_each: tuple[int, ...] = ()


@attrs.frozen
class NotedRow:
    visit: str
    note: Any


@attrs.frozen
class DatedRow:
    on: date
    visit: str


@attrs.define(slots=False)
class Changed:
    minutes: int = 0


def by_the_clock(state: Any, told: Any) -> Any:
    date.today()  # noqa: DTZ011 - the fault
    return AGGREGATE.evolve(state, told)


def changing(state: Any, told: Any) -> Any:
    state.minutes += told.minutes
    return state


def in_order_only(state: Any, told: Any) -> Any:
    if isinstance(told, VisitFollowedUp):
        assert state.made is not None
    return AGGREGATE.evolve(state, told)


def by_chance(now: Any, asked: Any) -> Any:
    random.random()
    return AGGREGATE.decide(now, asked)


def reading_too_little(asked: Any, seen: Any) -> Any:
    return AGGREGATE.reads(asked, seen)[:1]


def recording_for_others(now: Any, asked: Any) -> Any:
    if isinstance(asked, MakeVisit):
        return ((Stream(asked.pairing_id), any_(on=asked.on)),)
    return AGGREGATE.decide(now, asked)


def never_refusing(now: Any, asked: Any) -> Any:
    if isinstance(asked, MakeVisit):
        return AGGREGATE.decide(now, asked)
    return ((Stream(asked.visit_id), VisitFollowedUp(on=asked.on, minutes=asked.minutes)),)


def crashing_when_corrected(now: Any, asked: Any) -> Any:
    if now.corrects is not None:
        raise KeyError("visit")
    return AGGREGATE.decide(now, asked)


def the_last_one_wins(part: Any, told: Any) -> Any:
    if isinstance(told.event, VisitFollowedUp):
        part.minutes = told.event.minutes
        return part
    return LIST.projection.apply(part, told)


def counting_beside(part: Any, told: Any) -> Any:
    part = LIST.projection.apply(part, told)
    part.minutes += next(ASKED)
    return part


def listing(part: Any, told: Any) -> Any:
    part = LIST.projection.apply(part, told)
    part.minutes_each = [*part.minutes_each, told.event.minutes]
    return part


def founded_only(part: Any, told: Any) -> Any:
    if part.visit == "" and not isinstance(told.event, VisitMade):
        raise LookupError("no visit")
    return LIST.projection.apply(part, told)


def noting(part: Any, told: Any) -> Any:
    if isinstance(told.event, VisitMade):
        part.note = told.event.note
    return LIST.projection.apply(part, told)


def crashing_at_corrections(_part: Any, _correction: Any, _target: Any) -> Any:
    raise LookupError("what was it")


def shown_to_all(part: Any, _at: Any, seer: Any) -> Iterator[Any]:
    yield NotedRow(part.visit, seer.show(part.note, EVERYBODY, "free_text"))


def measured(part: Any, at: Any, seer: Any) -> Iterator[Any]:
    note = part.note and seer.show(part.note, WORK, "free_text", members=at.persons)
    is_told = part.note is not None and not isinstance(note, Withheld)
    yield NotedRow(part.visit, len(note) if is_told else 0)


def opened(part: Any, _at: Any, seer: Any) -> Iterator[Any]:
    yield NotedRow(part.visit, len(str(seer._opener(part.note))) if part.note else 0)


def dated(part: Any, _at: Any, _seer: Any) -> Iterator[Any]:
    if part.on is not None:
        yield DatedRow(part.on, part.visit)


def noted(part: Any, at: Any, seer: Any) -> Iterator[Any]:
    note = seer.show(part.note, WORK, "free_text", members=list(at.persons))
    yield NotedRow(part.visit, note)


def twice(part: Any, at: Any, seer: Any) -> Iterator[Any]:
    yield from LIST.rows(part, at, seer)
    yield from LIST.rows(part, at, seer)


def of_what_is_there(part: Any, _at: Any, _seer: Any) -> Iterator[Any]:
    yield VisitRow(part.visit, part.visited, part.on.replace(year=2026), part.minutes)


def counted(part: Any, at: Any, seer: Any) -> Iterator[Any]:
    for need in LIST.needs(part, at, seer):
        yield attrs.evolve(need, amount=next(ASKED))


def telling_tales(part: Any, at: Any, seer: Any) -> Iterator[Any]:
    for need in LIST.needs(part, at, seer):
        note = seer.show(part.note, WORK, "free_text", members=list(at.persons))
        yield attrs.evolve(need, why=f"nobody came back: {note}")


def never_made(now: Any, asked: Any) -> Any:
    """A decision that does not look at the state."""
    if isinstance(asked, MakeVisit):
        states = {**now.states, Stream(asked.visit_id): AGGREGATE.initial}
        return AGGREGATE.decide(attrs.evolve(now, states=states), asked)
    return never_refusing(now, asked)


FAULTS: dict[str, tuple[Practice, str, str]] = {
    "a kind without a hyphen": (
        ruled(kind="visit"), "it_is_registered", "the kind 'visit' carries no hyphen",
    ),
    "a meaning is missing": (
        ruled(events=(VisitMade, Unexplained)), "everything_has_a_meaning",
        "say what mood of Unexplained means, under Attributes in its docstring",
    ),
    "a need without a meaning": (
        seen(about={}), "everything_has_a_meaning", "say what 'visit_left' is, in about",
    ),
    "an event without an example": (
        ruled(events=(VisitMade, VisitFollowedUp, Unexplained)), "every_event_has_an_example",
        "add an example of Unexplained to examples",
    ),
    "a need that never arises": (
        seen(needs=lambda *_: ()), "the_world_shows_everything",
        "the need 'visit_left' never arises in the world",
    ),
    "a clock in evolve": (
        ruled(evolve=by_the_clock), "it_reaches_for_no_clock_no_chance_and_no_file",
        "evolve calls the clock (date.today)",
    ),
    "chance in a rule": (
        ruled(decide=by_chance), "it_reaches_for_no_clock_no_chance_and_no_file",
        "decide calls chance (Random.random)",
    ),
    "evolve changes what it is given": (
        ruled(initial=Changed(), evolve=changing, decide=never_made),
        "evolve_answers_the_same_and_changes_nothing", "evolve of acme-visit",
    ),
    "evolve fails out of order": (
        ruled(evolve=in_order_only), "evolve_never_fails", "evolve fails at VisitFollowedUp",
    ),
    "a stream that reads does not name": (
        ruled(reads=reading_too_little), "the_world_shows_everything",
        "MakeVisit of the world is not recorded: practice 'visits' while deciding MakeVisit: KeyError",
    ),
    "an event of somebody else": (
        ruled(decide=recording_for_others), "the_world_shows_everything",
        "PairingStarted is none of its events",
    ),
    "a rule that looks at nothing": (
        ruled(decide=never_refusing), "a_command_about_what_is_not_there_is_refused",
        "FollowUpVisit is recorded although what it names is not there",
    ),
    "a correction that crashes": (
        ruled(decide=crashing_when_corrected), "each_record_is_corrected_field_by_field",
        "is neither recorded nor refused: practice 'visits' while deciding MakeVisit: KeyError: 'visit'",
    ),
    "a fold that a correction stops": (
        folded(corrected=crashing_at_corrections), "each_record_is_corrected_field_by_field",
        "nothing is told any more",
    ),
    "a view that cannot tell what was taken back": (
        seen(rows=of_what_is_there), "each_record_is_taken_back_and_brought_back",
        "nothing is told any more",
    ),
    "a fold that depends on the order": (
        folded(apply=the_last_one_wins, unordered=frozenset({VisitFollowedUp})),
        "the_order_of_unordered_events_does_not_matter",
        "visits.list depends on the order of events that it calls unordered: acme-visit.followed-up",
    ),
    "a fold that fails out of order": (
        folded(apply=founded_only), "apply_never_fails",
        "apply of acme-visits fails at acme-visit.followed-up",
    ),
    "a partial that JSON does not keep": (
        folded(Listed, apply=listing), "partials_come_back_as_they_were_stored",
        "a Listed does not come back as it was stored",
    ),
    "a fold that remembers beside its partial": (
        folded(apply=counting_beside), "a_view_that_is_rebuilt_tells_what_the_live_one_told",
        "a view that is built from nothing tells something else",
    ),
    "needs that are others when they are rebuilt": (
        seen(needs=counted), "a_view_that_is_rebuilt_tells_what_the_live_one_told",
        "a view that is built from nothing tells something else",
    ),
    "an earlier moment that is told otherwise": (
        seen(needs=counted), "what_was_known_at_every_position_is_told_as_it_was_then",
        "something else is told than was told then",
    ),
    "a row that begins with a day": (
        seen(rows=dated), "a_row_is_about_an_id", "the first member of DatedRow is",
    ),
    "two rows about one visit": (
        seen(rows=twice), "a_row_is_about_an_id", "two rows of visits.list are about acme-visit:",
    ),
    "a reason that tells a text": (
        folded(Noted, apply=noting, needs=telling_tales), "the_reason_of_a_need_names_nobody",
        "why of the need 'visit_left' says 'Loud'",
    ),
    "a reader who is not listed": (
        folded(Noted, apply=noting, rows=shown_to_all), "a_text_is_shown_to_its_readers_only",
        "a view shows 'Loud' to a viewer (auditor) who is none of its readers",
    ),
    "a text that stands in the text of its row": (
        folded(Noted, apply=noting, rows=noted), "the_text_of_a_row_shows_nothing_personal",
        "the text of a NotedRow shows 'Loud': give the member attrs.field(repr=without_text)",
    ),
    "a text of somebody who was erased": (
        folded(Noted, apply=noting, rows=measured), "it_is_told_of_people_whose_keys_are_gone",
        "nothing is told any more",
    ),
    "a figure made of what is sealed": (
        folded(Noted, apply=noting, rows=opened), "an_auditor_needs_no_keys",
        "an auditor is told nothing without keys",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_by_the_check_that_is_named_after_it(fault: str, tmp_path: Path) -> None:
    practice, name, sentence = FAULTS[fault]
    faulty = type("Faulty", (Kept,), {"practice": practice})()
    check = getattr(faulty, f"test_{name}")
    place = Place.of("memory", tmp_path)
    given = (place,) if "place" in inspect.signature(check).parameters else ()

    with pytest.raises(AssertionError, match=re.escape(sentence)):
        check(*given)

    place.close()
