"""A practice's view is told beside the core's: rows, totals and needs, at any moment, to anybody."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

import attrs
import pytest
from projections import visits
from projections.test_following import spoil
from projections.town import Town, mc
from projections.visits import Debriefed, VisitMade

from mentorcore.domain.values import Sealed, Withheld
from mentorcore.errors import FollowerStopped, LogBusy, PracticeError, Refused
from mentorcore.log.storage.store import Store
from mentorcore.projections.access.redactor import AUDITOR, COORDINATOR, Viewer
from mentorcore.projections.attention.needs import KINDS
from mentorcore.projections.folding import projector
from mentorcore.projections.folding.day_set import DaySet
from mentorcore.projections.folding.moment import Moment
from mentorcore.projections.plain import plain
from mentorcore.projections.program_view import ProgramView, check_views
from mentorcore.projections.views import Views

SUMMARY, PAIRS = visits.VIEWS
TODAY = "2026-09-28"


@pytest.fixture
def town() -> Town:
    """Anna and Ben are a pair; Ben was visited twice, Bea once, and one visit waits for a talk."""
    town = visits.town()
    town.to(TODAY)
    return peopled(town)


@pytest.fixture
def kept(store: Store) -> Town:
    """The same in each kind of store."""
    town = visits.town(store=store)
    town.to(TODAY)
    return peopled(town)


def peopled(town: Town) -> Town:
    pair = town.pair()
    ben = town.members(pair)[1]
    bea = town.enrol("mentee", "Bea")
    first = visits.visit(town, 1, ben, date(2026, 9, 1), minutes=40)
    visits.planned(town, first, date(2026, 9, 8))
    second = visits.visit(town, 2, bea, date(2026, 9, 2), minutes=20)
    visits.planned(town, second, date(2026, 9, 9))
    visits.debriefed(town, second, date(2026, 9, 8), minutes=15)
    visits.visit(town, 3, ben, date(2026, 9, 20))
    town.meet(pair, "2026-09-12")
    return town


def view(
    town: Town, name: str = "visits.summary", viewer: Viewer = COORDINATOR, **more: Any
) -> Any:
    views = more.pop("views", town.views)
    return views.view(name, town.program, viewer=viewer, **town.asked(more))


def named(town: Town, number: int) -> str:
    return f"acme-visit:{number:032x}"


def member(town: Town, participant: str) -> Viewer:
    person: Any = town.persons[participant]
    return Viewer.member(person)


def visited(town: Town, number: int) -> str:
    return str(next(iter(town.engine.events(stream=named(town, number)))).event.visited)


def everything(town: Town, views: Views, **asked: Any) -> str:
    """All that is told at a moment, by the core and by the practice, as one text."""
    told = [
        town.status(views=views, **asked),
        town.attention(views=views, **asked),
        *(view(town, v.name, views=views, **asked) for v in visits.VIEWS),
        town.history(town.program, views=views, **asked),
    ]
    found = [plain(t) for t in told]
    for one in found:
        one.pop("as_known")
    return json.dumps(found)


class Cut:
    """A log as it was when it ended at a position, with nothing stored beside it."""

    def __init__(self, store: Any, position: int) -> None:
        self._store = store
        self._position = position

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def page(self, after: int, limit: int, names: Sequence[str] = ()) -> Any:
        return [r for r in self._store.page(after, limit, names) if r.position <= self._position]

    def stream(self, stream: str, after: int = 0) -> Any:
        return [r for r in self._store.stream(stream, after) if r.position <= self._position]

    def streams(self, streams: Any) -> Any:
        found = self._store.streams(streams)
        return {s: [r for r in rows if r.position <= self._position] for s, rows in found.items()}

    def tail(self) -> int:
        return self.page(0, 10_000)[-1].position  # type: ignore[no-any-return] # whatever the store

    def view_position(self, _view: str) -> int:
        return 0

    def view_save(self, *_stored: Any) -> None:
        raise LogBusy("nothing is stored here")

    def views(self) -> dict[str, int]:
        return {}


# ------------------------------------------------------------------------------- what is told


def test_a_view_tells_the_rows_of_its_streams_with_totals(town: Town) -> None:
    told = view(town)

    assert [(r.visit, r.minutes) for r in told.rows] == [
        (named(town, 1), 40),
        (named(town, 2), 35),
        (named(town, 3), 30),
    ]
    assert told.totals == visits.VisitTotals(3, 105)
    assert told.row(named(town, 2)).debriefs == (("2026-09-08", 15),)
    assert (told.program, told.name, told.day) == (
        town.program,
        "visits.summary",
        date(2026, 9, 28),
    )
    assert (told.position, told.others, told.unknown) == (town.store.tail(), None, ())


def test_a_view_may_name_kinds_of_the_core_and_folds_them_for_itself(town: Town) -> None:
    (row,) = view(town, "pairs.met").rows

    assert row.met == town.status().pairing(row.pairing).meetings == 1


def test_what_belongs_to_the_whole_log_is_told_with_every_program(town: Town) -> None:
    other = town.design("Second")
    signed = visits.treaty(town, 7, date(2026, 9, 1))

    told = [
        town.views.view("visits.summary", p, viewer=COORDINATOR, today=town.clock.now)
        for p in (town.program, other)
    ]

    assert [[r for r in t.rows if isinstance(r, visits.TreatyRow)] for t in told] == [
        [visits.TreatyRow(signed, "data")]
    ] * 2
    assert [t.totals.visits for t in told] == [3, 0]


def test_a_view_that_is_not_here_is_refused_with_those_that_are(town: Town) -> None:
    with pytest.raises(Refused, match=r"pairs\.met, visits\.summary") as refused:
        view(town, "visits.matrix")

    assert refused.value.code == "no_such_view"


def test_the_engine_tells_it(town: Town) -> None:
    told = town.engine.view("visits.summary", viewer=COORDINATOR)

    assert told == view(town)


# ------------------------------------------------------------------------------------- needs


def test_what_a_practice_needs_joins_what_needs_a_person_in_its_place(town: Town) -> None:
    pair = town.status().pairings[0].pairing
    town.goal(pair, "2026-09-01", due_on=date(2026, 9, 20))
    town.ask(
        mc.ReportMismatch(
            pairing_id=pair, by=town.members(pair)[0], on=date(2026, 9, 1),
            grounds="goals", wish="mediation",
        )
    )  # fmt: skip

    needs = town.attention().needs

    placed = [n.kind for n in needs]
    before = placed.index("debrief_overdue")
    assert placed[before + 1] == "goal_overdue"
    order = [KINDS.index(k) for k in placed if k in KINDS]
    assert order == sorted(order)
    assert needs[before].subject == named(town, 1)
    assert needs[before].days == 20


def test_a_need_that_was_not_declared_is_the_practices_fault(town: Town) -> None:
    town.practices = (attrs.evolve(SUMMARY, kinds={"another": "goal_overdue"}, about={}),)

    with pytest.raises(PracticeError, match="'debrief_overdue' is not declared"):
        town.attention(views=town.fresh())


# -------------------------------------------------------------------------------- who is asking


def test_a_member_is_shown_the_rows_and_needs_that_name_them(town: Town) -> None:
    ben, bea = visited(town, 1), visited(town, 2)

    told = {m: view(town, viewer=member(town, m)) for m in (ben, bea)}
    needs = {m: town.attention(viewer=member(town, m)).of("debrief_overdue") for m in (ben, bea)}

    assert [r.visit for r in told[ben].rows] == [named(town, 1), named(town, 3)]
    assert [r.visit for r in told[bea].rows] == [named(town, 2)]
    assert [len(needs[m]) for m in (ben, bea)] == [1, 0]
    assert all(isinstance(t.totals, Withheld) and t.others is not None for t in told.values())


def test_a_personal_text_is_opened_for_its_readers_only(town: Town) -> None:
    ben = visited(town, 1)
    mentor = town.members(town.status().pairings[0].pairing)[0]
    seen = visits.visit(town, 9, ben, date(2026, 9, 21), note="calm room")

    notes = {
        viewer.kind: view(town, viewer=viewer).row(seen).note
        for viewer in (COORDINATOR, AUDITOR, member(town, ben))
    }

    assert (notes["coordinator"], notes["member"]) == ("calm room", "calm room")
    assert isinstance(notes["auditor"], Withheld)
    assert view(town, viewer=member(town, mentor)).row(seen) is None


# --------------------------------------------------------------------- at any moment, and rebuilt


def corrected(town: Town) -> None:
    visits.amended(town, named(town, 1), VisitMade, minutes=45)
    town.later(days=1)
    visits.retracted(town, named(town, 2), Debriefed)
    town.later(days=1)
    visits.debriefed(town, named(town, 1), date(2026, 9, 5))


def test_corrections_are_told_and_the_original_is_known_before(town: Town) -> None:
    before = town.store.tail()
    corrected(town)

    now, then = view(town), view(town, as_known=before)

    assert [r.minutes for r in now.rows] == [55, 20, 30]
    assert [r.minutes for r in then.rows] == [40, 35, 30]
    assert view(town, as_of=date(2026, 9, 2)).totals.visits == 2


def test_a_view_that_followed_equals_one_rebuilt_and_one_that_was_stored(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "ENOUGH", 1)
    view(town)
    corrected(town)
    followed = everything(town, town.views)
    town.views.close()

    stored = everything(town, town.fresh())
    rebuilt = everything(town, Views(
        *_over(town, Cut(town.store, town.store.tail())), model=town.model, views=town.practices
    ))  # fmt: skip

    assert followed == stored == rebuilt
    assert town.store.view_position("acme-visits@1") == town.store.tail()


def _over(town: Town, store: Any) -> tuple[Any, Any, Any]:
    return store, town.codec, town.sealing.open


def test_what_was_known_at_a_position_is_what_a_log_that_ends_there_tells(town: Town) -> None:
    corrected(town)
    visits.treaty(town, 7, date(2026, 9, 1))
    launched = next(r.position for r in town.engine.events(names=["program.cohort-opened"]))

    for position in range(launched, town.store.tail() + 1):
        store = Cut(town.store, town.views._snapshots.position(Moment(as_known=position)))
        alone = Views(*_over(town, store), model=town.model, views=town.practices)

        then = everything(town, town.views, as_known=position)

        assert then == everything(town, alone), position


def test_a_view_is_stored_and_goes_on_from_there(kept: Town) -> None:
    kept.status()
    view(kept)
    kept.views.close()
    visits.visit(kept, 8, None, date(2026, 9, 22), minutes=5)

    again = kept.fresh()

    assert kept.store.view_position("acme-visits@1") == kept.store.tail() - 1
    assert view(kept, views=again).totals.minutes == 110


# ---------------------------------------------------------------------------------- not here


def test_the_core_tells_the_same_without_the_practice(kept: Town) -> None:
    away = visits.away(kept)

    told, without = kept.status(), away.status()
    needs = [n for n in kept.attention().needs if n.kind != "debrief_overdue"]

    assert told.unknown == ()
    assert without.unknown == away.attention().unknown == ("acme-visit",)
    assert away.history(kept.program).unknown == ("acme-visit",)
    assert attrs.evolve(without, unknown=()) == told
    assert list(away.attention().needs) == needs
    ben = visited(kept, 1)
    assert away.history(ben).unknown == ()


def test_only_kinds_that_the_log_held_then_are_unknown_then(kept: Town) -> None:
    before = kept.store.tail()
    visits.treaty(kept, 7, date(2026, 9, 1))
    away = visits.away(kept)

    assert away.status(as_known=before).unknown == ("acme-visit",)
    assert away.status().unknown == ("acme-treaty", "acme-visit")


@pytest.mark.parametrize("stored", [False, True])
def test_a_practice_that_is_taken_away_and_put_back_tells_what_it_had_told(
    kept: Town, monkeypatch: pytest.MonkeyPatch, *, stored: bool
) -> None:
    monkeypatch.setattr(projector, "ENOUGH", 1 if stored else 500)
    before = everything(kept, kept.views)
    kept.views.close()
    away = visits.away(kept)
    away.status()
    away.views.close()

    back = kept.fresh()

    assert everything(kept, back) == before
    assert visits.away(kept).status().unknown == ("acme-visit",)


def test_what_is_not_here_is_refused_by_name(kept: Town) -> None:
    away = visits.away(kept)

    with pytest.raises(Refused, match="'acme-visit'") as history:
        away.history(named(kept, 1))
    with pytest.raises(Refused, match="'acme-visit'") as explained:
        away.views.figures(named(kept, 1), viewer=COORDINATOR, today=kept.clock.now)

    assert history.value.code == explained.value.code == "practice_missing"


def test_an_unknown_name_on_a_kind_that_is_known_stops_the_view(kept: Town) -> None:
    spoil(kept, named(kept, 1), "acme-visit.postponed")

    with pytest.raises(FollowerStopped, match="unknown here") as stopped:
        view(kept)

    assert stopped.value.position == kept.store.tail()
    assert visits.away(kept).status().unknown == ("acme-visit",)


def test_a_name_of_an_unknown_kind_stops_the_core_on_a_stream_of_its_own(kept: Town) -> None:
    away = visits.away(kept)
    away.status()
    pair = kept.status().pairings[0].pairing
    spoil(kept, pair, "acme-visit.made")

    with pytest.raises(FollowerStopped, match="unknown here"):
        away.status()


def test_a_view_that_fails_is_said_to_be_the_practices(town: Town) -> None:
    def rows(part: Any, _at: Any, _seer: Any) -> Any:
        raise ZeroDivisionError("no reason at all")

    town.practices = (attrs.evolve(SUMMARY, rows=rows),)

    with pytest.raises(PracticeError, match=r"visits\.summary.*ZeroDivisionError: no reason"):
        view(town, views=town.fresh())


# -------------------------------------------------------------------------------- registration


@attrs.define
class Loose:
    """A partial whose texts could be anything."""

    names: dict[str, Any] = attrs.Factory(dict)


@attrs.define
class Inner:
    """What is inside of a partial."""

    found: list = attrs.Factory(list)  # type: ignore[type-arg] # that is what is refused


@attrs.define
class Nested:
    """A partial with something loose inside."""

    inner: tuple[Inner, ...] = ()


@attrs.define
class Torn:
    """A partial whose days and instants cannot be told apart once stored."""

    at: date | visits.VisitPart | DaySet | timedelta | None = None


def partials(made: Any) -> ProgramView:
    projection = attrs.evolve(visits.PROJECTION, initial={"acme-visit": made})
    return attrs.evolve(SUMMARY, projection=projection)


@pytest.mark.parametrize(
    ("views", "said"),
    [
        ([SUMMARY, SUMMARY], "the name 'visits.summary' is taken"),
        ([partials(Loose)], r"Loose\.names may hold anything"),
        ([partials(Nested)], r"Nested\.inner\.found may hold anything"),
        ([partials(Torn)], "Torn cannot be stored"),
        ([attrs.evolve(SUMMARY, kinds={"no_meeting": "mismatch"}, about={})], "'no_meeting' already"),
        ([attrs.evolve(SUMMARY, kinds={"overdue": "never"}, about={})], "before 'never', which is no"),
        ([attrs.evolve(SUMMARY, about={"other": "words"})], "'other' is no kind of need of its own"),
        (
            [SUMMARY, attrs.evolve(PAIRS, projection=attrs.evolve(PAIRS.projection, name="acme-visits"))],
            "under the name 'acme-visits' already",
        ),
        (
            [attrs.evolve(PAIRS, projection=attrs.evolve(PAIRS.projection, name="summary"))],
            "under the name 'summary' already",
        ),
    ],
)  # fmt: skip
def test_views_that_do_not_fit_are_refused_when_they_are_registered(
    views: list[ProgramView], said: str
) -> None:
    with pytest.raises(PracticeError, match=said):
        check_views(views)


def test_views_that_fit_are_taken() -> None:
    check_views(visits.VIEWS)
    check_views([SUMMARY, attrs.evolve(SUMMARY, name="visits.again", kinds={}, about={})])


def test_partials_come_back_as_they_were_stored(town: Town) -> None:
    visits.visit(town, 9, visited(town, 1), date(2026, 9, 21), note="calm room")
    town.views.close()
    practices: Any = town.views._practices
    at = town.views._snapshots.gather(town.program, town.clock.now)
    live = practices.parts(SUMMARY, at)
    town.store.view_drop("acme-visits@1")

    rebuilt = town.fresh()._practices.parts(SUMMARY, at)

    assert live == rebuilt
    assert isinstance(live[named(town, 9)].note, Sealed)


# ------------------------------------------------------------------------------------ history


def test_a_practices_stream_has_a_timeline(town: Town) -> None:
    corrected(town)

    told = town.history(named(town, 1))

    assert [e.name for e in told.entries] == [
        "acme-visit.made",
        "acme-visit.debriefed",
        "acme-visit.debrief-planned",
    ]
    assert told.entries[0].corrections[0].changes[0].after == 45
    assert [w.participant for w in told.people] == [visited(town, 1)]


def test_the_history_of_whoever_a_stream_is_about_lists_it(town: Town) -> None:
    ben, bea = visited(town, 1), visited(town, 2)
    alone = visits.visit(town, 8, None, date(2026, 9, 22))

    def streams(subject: str, **more: Any) -> set[str]:
        entries = town.history(subject, **more).entries
        return {e.evidence.stream for e in entries if e.evidence.stream.startswith("acme")}

    assert streams(ben) == streams(town.persons[ben]) == {named(town, 1), named(town, 3)}
    assert streams(bea) == {named(town, 2)}
    assert streams(town.program) == {alone}
    assert streams(ben, as_of=date(2026, 9, 10)) == {named(town, 1)}
    assert streams(ben, viewer=member(town, ben)) == {named(town, 1), named(town, 3)}
    mentor = town.members(town.status().pairings[0].pairing)[0]
    assert streams(ben, viewer=member(town, mentor)) == set()


def test_a_text_in_a_timeline_is_for_its_readers(town: Town) -> None:
    ben = visited(town, 1)
    seen = visits.visit(town, 9, ben, date(2026, 9, 21), note="calm room")

    told = {
        v.kind: town.history(seen, viewer=v).entries[0].value("note")
        for v in (COORDINATOR, AUDITOR, member(town, ben))
    }

    assert (told["coordinator"], told["member"]) == ("calm room", "calm room")
    assert isinstance(told["auditor"], Withheld)


# ------------------------------------------------------------------------------ random lives


def lived(town: Town, seed: int, steps: int) -> None:
    """Visits are recorded, followed up, corrected and corrected again, in any order."""
    dice = Random(seed)
    people = list(town.persons)
    for number in range(steps):
        known = [
            r.stream for r in town.engine.events(names=["acme-visit.made"]) if dice.random() < 0.5
        ]
        stream = dice.choice(known) if known else None
        on = date(2026, 9, 1) + timedelta(days=dice.randrange(40))
        match dice.randrange(6) if stream else 0:
            case 0 | 1:
                whom = dice.choice([*people, None])
                visits.visit(town, 100 + number, whom, on, minutes=dice.randrange(1, 90))
            case 2:
                visits.planned(town, str(stream), on)
            case 3:
                visits.debriefed(town, str(stream), on, dice.randrange(1, 30))
            case 4:
                visits.amended(town, str(stream), VisitMade, minutes=dice.randrange(1, 90))
            case _:
                told = list(town.engine.events(stream=stream))
                visits.retracted(town, str(stream), type(dice.choice(told[1:] or told).event))
        town.later(hours=9)
        if dice.random() < 0.3:
            view(town)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_was_recorded_a_view_tells_what_one_rebuilt_tells(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "ENOUGH", 1 + 3 * (seed % 3))
    town = visits.town()
    town.to(TODAY)
    peopled(town)
    lived(town, seed, 40)

    moments: list[dict[str, Any]] = [
        {},
        {"as_of": date(2026, 9, 15)},
        {"as_known": town.store.tail() - 12},
    ]
    for asked in moments:
        cut = town.views._snapshots.position(Moment(as_known=asked.get("as_known")))
        alone = Views(*_over(town, Cut(town.store, cut)), model=town.model, views=town.practices)

        told = everything(town, town.views, **asked)

        assert told == everything(town, alone, **{k: v for k, v in asked.items() if k == "as_of"})
