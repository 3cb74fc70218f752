"""Every figure names the events it rests on, and they alone give it again."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from projections.lives import REQUESTS, live, lives, peopled
from projections.needy import TOWNS
from projections.town import BEGAN, Town, mc
from projections.witness import nameless, needs_by, stepped, told_by

from mentorcore.domain.corrections.events import RecordAmended, RecordRetracted
from mentorcore.domain.values import Withheld
from mentorcore.errors import Refused
from mentorcore.projections.access.redactor import AUDITOR, COORDINATOR, Viewer
from mentorcore.projections.attention.attention import NEEDS
from mentorcore.projections.attention.needs import KINDS, Need
from mentorcore.projections.explain import provenance_search
from mentorcore.projections.explain.figure_queries import of_figure
from mentorcore.projections.explain.provenance_search import Ablation, candidates
from mentorcore.projections.folding.figure import figures_of
from mentorcore.projections.folding.moment import NOW
from mentorcore.projections.status import pairing_figures
from mentorcore.projections.status import rows as status_rows
from mentorcore.projections.summary.people import Who
from mentorcore.projections.summary.summary import SUMMARY

ROWS = [
    Who,
    *(getattr(rows, name) for rows in (status_rows, pairing_figures) for name in rows.__all__),
]


def explained(town: Town, subject: Any, figure: str = "", **more: Any) -> Any:
    return town.views.explain(subject, figure, **{"viewer": COORDINATOR, **town.asked(more)})


def figures(town: Town, subject: str, **more: Any) -> Any:
    return town.views.figures(subject, **{"viewer": COORDINATOR, **town.asked(more)})


def subjects(town: Town) -> Iterator[str]:
    status = town.status()
    yield status.program
    yield from (c.cohort for c in status.cohorts)
    yield from (p.participant for p in status.participants)
    yield from (p.pairing for p in status.pairings)


def positions(explanation: Any) -> set[int]:
    return {e.position for e in explanation.events}


def names(explanation: Any, part: str = "fact") -> list[str]:
    return [g.record.name for g in explanation.grounds if g.part == part]


def lively(seed: int = 7, length: int = 150) -> Town:
    """A town in which a lot has happened, corrections among it; the same for the same seed."""
    town = peopled()
    dice = Random(seed)
    steps = [
        (dice.randrange(len(REQUESTS)), dice.randrange(41), dice.randrange(41))
        for _ in range(length)
    ]
    live(town, steps)
    return town


@pytest.fixture(scope="module")
def busy() -> Town:
    return lively()


# ---------------------------------------------------------------------- nothing is forgotten


@pytest.mark.parametrize("row", ROWS)
def test_every_member_of_every_row_says_what_it_rests_on(row: Any) -> None:
    members = {f.name for f in attrs.fields(row)} | ({"free"} & set(dir(row)))

    assert set(figures_of(row)) == members
    assert all(told.about for told in figures_of(row).values())


def test_every_kind_of_need_says_what_it_rests_on() -> None:
    assert set(NEEDS) == set(KINDS) == set(TOWNS)


def test_what_is_declared_is_enough_for_every_figure(busy: Town) -> None:
    """A class of events that can matter was not left out of the table."""
    for subject in subjects(busy):
        _, why = busy.views._why(subject, NOW, COORDINATOR, busy.clock.now)
        for figure in why.figures(subject):
            if figure.name.partition(".")[0] in KINDS:
                continue
            asked = of_figure(why._at, why._seer, subject, figure.name)
            assert asked is not None
            told = why._told(asked.streams)
            trial = Ablation(SUMMARY, asked.question, why._at, why._seer, told)

            among = candidates(told, asked.rests.events)

            value = asked.question(why._at, why._seer)
            assert trial.value(among) == value, (subject, figure.name)


# ------------------------------------------------------------------------------- the same again


def test_every_figure_is_told_as_the_view_tells_it_and_again_from_its_events(busy: Town) -> None:
    everything = set(range(1, busy.store.tail() + 1))
    looked_at = 0
    for subject in subjects(busy):
        for figure in figures(busy, subject):
            if figure.name.partition(".")[0] in KINDS:
                continue
            told = explained(busy, subject, figure.name)

            assert told.holds, (subject, figure.name)
            assert told.value == figure.value, (subject, figure.name)
            assert told.value == told_by(busy, everything, subject, told.figure)
            if not isinstance(told.value, Withheld):
                assert told.value == told_by(busy, positions(told), subject, told.figure)
            looked_at += 1
    assert looked_at > 250


def test_a_figure_with_all_its_parts_is_explained_as_well(busy: Town) -> None:
    for subject in subjects(busy):
        for name in {f.name.partition(".")[0] for f in figures(busy, subject)} - set(KINDS):
            told = explained(busy, subject, name)

            assert told.holds, (subject, name)
            assert told.value == told_by(busy, positions(told), subject, name), (subject, name)


def test_without_a_decisive_event_the_figure_is_another(busy: Town) -> None:
    taken = 0
    for subject in subjects(busy):
        for figure in figures(busy, subject):
            if figure.name.partition(".")[0] in KINDS:
                continue
            told = explained(busy, subject, figure.name)
            if isinstance(told.value, Withheld):
                continue
            everything = set(range(1, busy.store.tail() + 1))
            for ground in told.grounds:
                if not ground.decisive or ground.part == "founding" or ground.record.corrections:
                    continue
                rest = everything - {ground.record.evidence.position}

                other = told_by(busy, rest, subject, told.figure)

                assert other != told.value, (subject, figure.name, ground.record.evidence)
                taken += 1
    assert taken > 100


FOUNDED = {"waiting_to_start", "past_planned_end", "training_missing", "enrolled_twice"}
"""Needs that may rest on nothing but what founds a stream."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_need_is_explained_by_what_it_rests_on(kind: str) -> None:
    town = TOWNS[kind]()
    everything = set(range(1, town.store.tail() + 1))
    needs = [n for n in town.attention().needs if n.kind == kind]
    assert needs

    for need in needs:
        told = explained(town, need)

        assert told.value == need
        assert told.holds
        assert nameless(need) in needs_by(town, positions(told))
        decisive = [g for g in told.grounds if g.decisive and g.part != "founding"]
        for ground in decisive:
            rest = everything - {ground.record.evidence.position}
            assert nameless(need) not in needs_by(town, rest), ground.record.name
        assert decisive or kind in FOUNDED or kind in BY_WHAT_FOUNDS


BY_WHAT_FOUNDS = {
    "application_undecided",
    "key_missing",
    "waiting_to_start",
    "past_planned_end",
    "training_missing",
}
"""Needs about what is not there, which only the events that found a stream speak to."""

NAMED = {
    "no_meeting": {"pairing.meeting-held"},
    "mismatch": {"pairing.mismatch-reported"},
    "goal_overdue": {"pairing.goal-set"},
    "item_overdue": {"pairing.action-item-agreed"},
    "reporting_line": {"person.reporting-line-recorded"},
    "low_feedback": {"pairing.feedback-given"},
    "falling_feedback": {"pairing.feedback-given"},
    "over_capacity": {"participant.mentor-capacity-set", "participant.pairing-joined"},
    "near_capacity": {"participant.pairing-joined"},
    "pause_over": {"pairing.paused"},
    "meeting_disputed": {"pairing.meeting-verified"},
    "training_expired": {"participant.training-completed"},
    "credential_expired": {"person.credential-recorded"},
    "cohort_over_places": {"program.cohort-opened"},
    "application_approved": {"participant.application-decided"},
    "place_free": {"participant.application-decided", "program.cohort-opened"},
}


@pytest.mark.parametrize("kind", NAMED)
def test_a_need_names_nothing_that_has_nothing_to_do_with_it(kind: str) -> None:
    town = TOWNS[kind]()
    need = next(n for n in town.attention().needs if n.kind == kind)

    assert set(names(explained(town, need))) == NAMED[kind]


@settings(max_examples=5, deadline=None)
@given(lives(30), st.integers(0, 10_000))
def test_whatever_happened_the_listed_events_give_the_figure(steps: Any, dice: int) -> None:
    town = peopled()
    live(town, steps)
    chosen = [(s, f) for s in subjects(town) for f in figures(town, s)]

    for subject, figure in Random(dice).sample(chosen, min(12, len(chosen))):
        told = explained(town, subject, figure.name)

        assert told.holds
        if isinstance(told.value, Need):
            assert nameless(told.value) in needs_by(town, positions(told))
        elif not isinstance(told.value, Withheld):
            assert told.value == told_by(town, positions(told), told.subject, told.figure)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(lives(60))
def test_every_figure_of_a_long_life_is_given_by_its_events(steps: Any) -> None:
    town = peopled()
    live(town, steps)
    for subject in subjects(town):
        for figure in figures(town, subject):
            told = explained(town, subject, figure.name)
            assert told.holds
            if not isinstance(told.value, Need | Withheld):
                assert told.value == told_by(town, positions(told), told.subject, told.figure)


# ---------------------------------------------------------------------------- what is in it


@pytest.fixture
def town() -> Town:
    return Town()


def test_minutes_rest_on_the_meetings_that_count_and_on_what_corrected_them(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-10")
    town.meet(pair, "2026-08-25", minutes=45)
    town.meet(pair, "2026-08-27", minutes=30)
    town.meet(pair, "2026-08-29", minutes=60)
    town.goal(pair)
    town.ask(mc.AmendRecord(stream=pair, target=2, changes={"minutes": 50}, reason="misread"))
    town.ask(mc.RetractRecord(stream=pair, target=3, cause="duplicate", reason="sent twice"))

    told = explained(town, pair, "minutes")

    assert (told.value, told.again, told.about) == (110, 110, "minutes of meetings that count")
    facts = [g for g in told.grounds if g.part == "fact"]
    assert [(g.record.evidence.version, g.record.standing, g.effect) for g in facts] == [
        (2, "amended", "+50; its correction #6: +5"),
        (3, "retracted", "its correction #7: -30"),
        (4, "stands", "+60"),
    ]
    assert [c.reason for g in facts for c in g.record.corrections] == ["misread", "sent twice"]
    assert [e.version for e in told.events if e.stream == pair] == [1, 2, 3, 4, 6, 7]
    assert names(told, "founding") == ["program.designed", "pairing.formed"]


def test_corrections_that_were_corrected_belong_to_what_they_are_about(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-10")
    town.meet(pair, "2026-08-25", minutes=45)
    town.meet(pair, "2026-08-27", minutes=30)
    town.ask(mc.RetractRecord(stream=pair, target=2))
    town.ask(mc.RetractRecord(stream=pair, target=4))
    town.ask(mc.AmendRecord(stream=pair, target=3, changes={"minutes": 50}))
    town.ask(mc.AmendRecord(stream=pair, target=6, changes={"minutes": 60}))

    told = explained(town, pair, "minutes")

    facts = [g for g in told.grounds if g.part != "founding"]
    assert (told.value, told.holds) == (105, True)
    assert [(g.record.evidence.version, g.record.standing, g.effect) for g in facts] == [
        (2, "stands", "+45; its correction #5: +45"),
        (3, "amended", "+60; its correction #6: +30; its correction #7: +10"),
    ]
    assert [e.version for e in told.events if e.stream == pair] == [1, 2, 3, 4, 5, 6, 7]
    assert told.value == told_by(town, positions(told), pair, "minutes")


def test_an_event_is_told_with_its_times_its_author_and_what_led_to_it(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-10")
    town.meet(pair, "2026-08-25")

    (ground,) = [g for g in explained(town, pair, "last_meeting").grounds if g.part == "fact"]

    assert ground.record.on == date(2026, 8, 25)
    assert ground.record.recorded_at == town.clock.now
    assert ground.record.delay_days == 16
    assert ground.record.actor.role == "coordinator"
    assert ground.causation == "hold-meeting"
    assert ground.effect == "without it: nothing"


def test_a_load_rests_on_the_pairings_that_take_the_places(town: Town) -> None:
    anna = town.enrol("mentor", "Anna")
    first = town.pair(anna)
    town.pair(anna, town.enrol("mentee", "Bea"))
    town.to("2026-09-10")
    town.ask(mc.EndPairing(pairing_id=first, on=BEGAN, reason="no_fault", initiated_by="program"))

    told = explained(town, anna, "load")

    assert (told.figure, told.value) == ("capacity.load", 1)
    assert [(g.record.name, g.effect) for g in told.grounds if g.part == "fact"] == [
        ("participant.pairing-joined", ""),
        ("participant.pairing-joined", "+1"),
        ("participant.pairing-left", "-1"),
    ]


def test_of_two_that_can_stand_for_each_other_the_later_one_is_named(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-10")
    town.meet(pair, "2026-08-25", at=None)
    town.meet(pair, "2026-08-25", at=None)

    told = explained(town, pair, "last_contact")

    assert [g.record.evidence.version for g in told.grounds if g.part == "fact"] == [3]
    assert told.holds


def test_of_very_many_events_all_are_listed_and_what_each_does_is_not_worked_out(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = town.pair()
    town.to("2026-10-10")
    for day in range(30):
        town.meet(pair, BEGAN + timedelta(days=day), at=None, minutes=30)
    few = explained(town, pair, "minutes")
    monkeypatch.setattr(provenance_search, "ENOUGH", 300)

    many, last = explained(town, pair, "minutes"), explained(town, pair, "last_meeting")

    assert set(many.events) >= set(few.events)
    assert (many.value, many.again, few.note) == (900, 900, None)
    assert many.note is not None
    assert not any(g.effect for g in many.grounds)
    # Where few of them matter, these are found all the same.
    assert [g.record.on for g in last.grounds if g.part == "fact"] == [date(2026, 9, 15)]
    assert last.holds


def test_a_figure_that_nothing_speaks_to_says_so(town: Town) -> None:
    pair = town.pair()

    told = explained(town, pair, "minutes")

    assert (told.value, names(told)) == (0, [])
    assert told.note.startswith("beside what founds it, nothing was recorded")


def test_the_numbers_of_a_program_can_be_asked_for_by_their_own_names(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-10")
    town.meet(pair, "2026-08-25")

    assert explained(town, town.program, "minutes").figure == "numbers.minutes"
    assert explained(town, town.program, "numbers.participants.mentor.enrolled").value == 1
    assert explained(town, town.program, "unpaired").figure == "numbers.unpaired"
    assert explained(town, town.cohort, "enrolled").value == 2


def test_a_participants_only_pairing_answers_for_them(town: Town) -> None:
    pair = town.pair()
    town.to("2026-10-10")
    town.meet(pair, "2026-08-25")
    ben = town.members(pair)[1]

    assert explained(town, ben, "minutes").subject == pair
    assert explained(town, town.persons[ben], "no_meeting").value.kind == "no_meeting"
    assert explained(town, town.persons[ben], "since").subject == ben
    assert (explained(town, ben, "name").value, explained(town, ben, "role").value) == (
        "Ben",
        "mentee",
    )


def test_items_are_counted_or_named(town: Town) -> None:
    pair = town.pair()
    goal = town.goal(pair)

    assert explained(town, pair, "goals.1.status").figure == f"goals.{goal}.status"


def test_what_is_not_there_is_refused_with_what_there_is(town: Town) -> None:
    pair = town.pair()
    for subject, figure, code in (
        (pair, "miles", "no_figure"),
        (pair, "no_meeting.2", "no_such_need"),
        ("pairing:" + "0" * 32, "minutes", "no_such_subject"),
        ("person:" + "f" * 32, "since", "no_such_subject"),
    ):
        with pytest.raises(Refused) as refused:
            explained(town, subject, figure)
        assert refused.value.code == code
    with pytest.raises(Refused, match="minutes"):
        explained(town, pair, "miles")


def test_a_person_who_takes_part_twice_has_to_be_named_by_the_enrolment(town: Town) -> None:
    anna = town.enrol("mentor", "Anna")
    town.enrol("principal", "Anna", person=town.persons[anna])

    with pytest.raises(Refused) as refused:
        explained(town, town.persons[anna], "since")

    assert (refused.value.code, anna in refused.value.reason) == ("several", True)


def test_a_need_that_is_over_is_not_explained(town: Town) -> None:
    pair = town.pair()
    town.to("2026-10-10")
    need = town.attention().needs[0]
    town.meet(pair, "2026-10-09")

    with pytest.raises(Refused, match="not told here and now"):
        explained(town, need)


# ------------------------------------------------------------------------------- two times


def test_a_figure_of_the_past_rests_on_what_was_known_and_true_then(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-10")
    town.meet(pair, "2026-08-25", minutes=45)
    known = town.store.tail()
    town.to("2026-10-10")
    town.meet(pair, "2026-08-26", minutes=30)
    town.meet(pair, "2026-10-01", minutes=20)
    town.ask(mc.AmendRecord(stream=pair, target=2, changes={"minutes": 50}))

    then = explained(town, pair, "minutes", as_known=known)
    true = explained(town, pair, "minutes", as_of=date(2026, 9, 1))

    assert (then.value, then.holds, [e.version for e in then.events][-1]) == (45, True, 2)
    assert (true.value, true.holds) == (80, True)
    assert [e.version for e in true.events if e.stream == pair] == [1, 2, 3, 5]


def test_every_figure_of_the_past_is_the_one_that_the_view_tells(busy: Town) -> None:
    times: tuple[dict[str, Any], ...] = (
        {"as_known": busy.store.tail() // 2},
        {"as_of": date(2026, 9, 5)},
        {"as_of": date(2026, 9, 20), "as_known": busy.store.tail() * 3 // 4},
    )
    for asked in times:
        status = busy.status(**asked)
        rows = {status.program: status, **{p.pairing: p for p in status.pairings}}
        for subject, row in rows.items():
            for figure in Random(3).sample(figures(busy, subject, **asked), 12):
                if figure.name.partition(".")[0] in KINDS:
                    continue
                told = explained(busy, subject, figure.name, **asked)

                assert told.holds, (subject, figure.name, asked)
                assert told.value == stepped(row, told.figure), (subject, figure.name, asked)
                assert all(e.position <= told.position for e in told.events)


# ---------------------------------------------------------------------------------- seeing


def test_a_member_is_told_of_the_own_pairing_and_of_no_other(town: Town) -> None:
    mine, other = town.pair(), town.pair(town.enrol("mentor", "Amir"), town.enrol("mentee", "Bea"))
    me = Viewer.member(town.persons[town.members(mine)[1]])
    town.to("2026-09-10")
    town.meet(mine, "2026-08-25")

    assert explained(town, mine, "minutes", viewer=me).value == 45
    hidden = explained(town, other, "minutes", viewer=me)
    assert isinstance(hidden.value, Withheld)
    assert (hidden.grounds, figures(town, other, viewer=me)) == ((), ())
    assert isinstance(explained(town, town.program, "minutes", viewer=me).value, Withheld)


def test_a_member_learns_nothing_of_what_others_need(town: Town) -> None:
    mine, other = town.pair(), town.pair(town.enrol("mentor", "Amir"), town.enrol("mentee", "Bea"))
    me = Viewer.member(town.persons[town.members(mine)[1]])
    town.to("2026-10-10")
    mine_need, other_need = sorted(town.attention().needs, key=lambda n: n.subject != mine)

    assert explained(town, mine, "no_meeting", viewer=me).value == mine_need
    assert explained(town, mine_need, viewer=me).holds
    for asked in ((other, "no_meeting"), (other_need, "")):
        with pytest.raises(Refused) as refused:
            explained(town, *asked, viewer=me)
        assert refused.value.code == "no_such_need"


def test_what_a_figure_rests_on_beyond_the_viewers_sight_is_said_to_be_there(town: Town) -> None:
    mine = town.pair()
    town.pair(town.enrol("mentor", "Amir"), town.enrol("mentee", "Bea"))
    me = Viewer.member(town.persons[town.members(mine)[1]])

    told = explained(town, town.cohort, "enrolled", viewer=me)

    assert told.value == 4
    assert isinstance(told.others, Withheld)
    shown = {g.record.evidence.stream for g in told.grounds if g.part == "founding"}
    assert shown == {town.program, *town.members(mine)}


def test_an_auditor_is_shown_no_text(town: Town) -> None:
    pair = town.pair()
    town.goal(pair)

    told = explained(town, pair, "goal_counts.set", viewer=AUDITOR)

    (goal,) = [g.record for g in told.grounds if g.record.name == "pairing.goal-set"]
    assert isinstance(goal.value("statement"), Withheld)
    assert all(isinstance(w.name, Withheld) for w in told.people)


def test_corrections_belong_to_what_they_correct(busy: Town) -> None:
    """Nothing that corrects a listed record is left out, nor told as a record of its own."""
    corrections = {
        (e.stream, e.version): (e.stream, e.event.target)
        for e in busy.engine.events()
        if isinstance(e.event, RecordAmended | RecordRetracted)
    }
    for subject in subjects(busy):
        told = explained(busy, subject, next(iter(figures(busy, subject))).name)
        listed = {(e.stream, e.version) for e in told.events}
        for correction, target in corrections.items():
            assert (correction in listed) == (target in listed)
