"""What auditors ask of records is told of every one, in Python: none is passed over."""

from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from projections.lives import errant_lives, live, peopled
from projections.town import BEGAN, BOSS, ZONE, Town, mc

from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import valid_time
from mentorcore.errors import Invalid, Refused
from mentorcore.log.stores.opening import open_store

SEE, AUDITOR = mc.Viewer.coordinator(), mc.Viewer.auditor()
CORRECTIONS = ("record.amended", "record.retracted")
LATE = 9


@pytest.fixture
def town() -> Town:
    """A pair that met twice; the first time was corrected by somebody, for a reason."""
    town = Town()
    town.pairing = town.pair()  # type: ignore[attr-defined] # for this test alone
    town.meet(town.pairing, "2026-08-17")  # type: ignore[attr-defined]
    return town


def pairing_of(town: Town) -> str:
    return str(town.engine.status(viewer=SEE).pairings[0].pairing)


def met(town: Town) -> Any:
    return next(e for e in town.engine.events(names=["pairing.meeting-held"]))


def amend(town: Town, **more: Any) -> Any:
    first = met(town)
    asked = {"stream": first.stream, "target": first.version, "changes": {"minutes": 50}, **more}
    options = {k: asked.pop(k) for k in ("actor", "asked_by") if k in asked}
    return town.ask(mc.AmendRecord(**asked), **options)


@given(errant_lives())
@settings(max_examples=12)
def test_every_correction_of_a_period_is_told_and_no_other(steps: list[Any]) -> None:
    town = peopled()
    live(town, steps)
    every = list(town.engine.events())
    third = len(every) // 3
    first, last = every[third].position, every[-1 - third // 2].position

    whole = town.engine.corrections(viewer=SEE)
    part = town.engine.corrections(viewer=AUDITOR, known_from=first, known_to=last)

    recorded = [e.position for e in every if e.name in CORRECTIONS]
    upto = town.engine.position_at(last)
    assert [row.correction.evidence.position for row in whole] == recorded
    assert [row.correction.evidence.position for row in part] == [
        p for p in recorded if town.engine.position_at(first) < p <= upto
    ]
    told = {e.position: e for e in every}
    for row in whole:
        correction = told[row.correction.evidence.position]
        assert row.record.stream == correction.stream
        assert row.correction.authority == correction.event.authority
        assert (row.correction.actor, row.correction.asked_by) == (correction.actor, None)
        assert row.name == told[row.record.position].name


def test_a_correction_is_told_with_what_changed_why_on_whose_authority_and_by_whom(
    town: Town,
) -> None:
    login = f"login:{7:032x}"
    amend(town, reason="counted twice", authority="head-office", asked_by=login)

    [row, *led_to] = town.engine.corrections(viewer=SEE)
    seen = town.engine.corrections(viewer=AUDITOR)[0]

    [change] = row.correction.changes
    assert (change.field, change.before, change.after) == ("minutes", 45, 50)
    assert (row.correction.reason, row.correction.authority) == ("counted twice", "head-office")
    assert (row.correction.actor, row.correction.asked_by) == (BOSS, login)
    assert sorted(who.name for who in row.people) == ["Anna", "Ben"]
    assert isinstance(seen.correction.reason, mc.Withheld)
    assert seen.correction.changes == row.correction.changes
    at = row.record
    assert (row.accompanies, len(led_to)) == (None, 2)
    assert {other.accompanies for other in led_to} == {f"{at.stream}#{at.version}"}


def test_what_was_recorded_since_a_held_checkpoint_is_told(tmp_path: Any) -> None:
    key = tmp_path / "log.signing-key"
    mc.create_signing_key(key, "m.example/log1")
    with mc.open(tmp_path / "log.db", sign=mc.sign_with(key, background=False)) as engine:
        one = engine.handle(mc.RegisterPerson(name="Ada"), actor=BOSS).events[0]
        note = engine.checkpoint().checkpoint.note
        engine.handle(
            mc.AmendRecord(stream=one.stream, target=1, changes={"name": "Ida"}), actor=BOSS
        )

        since = engine.corrections(viewer=SEE, known_from=note)

        assert engine.position_at(note) == one.position
        assert [row.correction.evidence.position for row in since] == [one.position + 1]


def test_a_viewer_is_told_of_no_correction_of_others(town: Town) -> None:
    amend(town)
    other = town.enrol("mentor", "Zoe")
    zoe = next(
        p.who.person for p in town.engine.status(viewer=SEE).participants if p.who.name == "Zoe"
    )
    elsewhere = town.design("Elsewhere")

    assert other
    assert town.engine.corrections(viewer=mc.Viewer.member(zoe)) == ()
    assert town.engine.corrections(viewer=mc.Viewer.coordinator(elsewhere)) == ()
    assert len(town.engine.corrections(viewer=mc.Viewer.coordinator(town.program))) == 3


@given(errant_lives())
@settings(max_examples=12)
def test_late_entries_are_those_that_stand_and_were_told_so_late(steps: list[Any]) -> None:
    town = peopled()
    live(town, steps)

    found = town.engine.late_entries(LATE, viewer=AUDITOR)

    expected = {}
    for record in town.engine.effective():
        if not event_info(type(record.event)).occurred:
            continue
        on, _ = valid_time(record.event, record.recorded_at)
        told_on = record.told_at.astimezone(ZoneInfo(ZONE)).date()
        if (told_on - on).days > LATE:
            expected[record.position] = (on, told_on, (told_on - on).days)
    assert {e.record.position: (e.on, e.told_on, e.days) for e in found} == expected
    assert [e.days for e in found] == sorted((e.days for e in found), reverse=True)


def test_days_run_from_the_record_as_corrected_to_when_it_was_told(town: Town) -> None:
    town.to("2026-09-28")
    town.meet(pairing_of(town), "2026-09-01")

    before = [e.days for e in town.engine.late_entries(26, viewer=SEE, names=["meeting-held"])]
    last = list(town.engine.events(names=["pairing.meeting-held"]))[-1]
    town.ask(
        mc.AmendRecord(
            stream=last.stream, target=last.version, changes={"held_on": date(2026, 9, 20)}
        )
    )
    after = town.engine.late_entries(26, viewer=SEE, names=["meeting-held"])

    assert (before, after) == ([27], ())


@pytest.mark.parametrize("days", [-1, 1.5, True, "30", None])
def test_so_many_days_is_a_number(town: Town, days: Any) -> None:
    with pytest.raises(Invalid, match="days"):
        town.engine.late_entries(days, viewer=SEE)


@given(errant_lives())
@settings(max_examples=8)
def test_everything_in_which_a_person_appears_is_found(steps: list[Any]) -> None:
    town = peopled()
    live(town, steps)
    for row in town.engine.status(viewer=SEE).participants:
        who = row.who
        mine = {who.person, *_enrolments(town, who.person)}

        found = {t.told.position: t.how for t in town.engine.traces(who.person, viewer=SEE)}

        for told in town.engine.events():
            stored = repr(mc.plain(told))
            names_them = told.stream in mine or any(one in stored for one in mine)
            assert not names_them or told.position in found, told
            if told.position in found and not names_them:
                assert found[told.position] in ("shared", "answers")
        assert {"own", "shared"} <= set(found.values()) or not row.pairings
        assert _whole_streams(town, found) <= set(found)


def _whole_streams(town: Town, found: dict[int, str]) -> set[int]:
    """The positions of all events on the streams that are theirs."""
    every = list(town.engine.events())
    theirs = {e.stream for e in every if found.get(e.position) in ("own", "shared", "answers")}
    return {e.position for e in every if e.stream in theirs}


def _found(town: Town, person: str, **how: Any) -> dict[int, str]:
    found = town.engine.traces(person, viewer=SEE, **how)
    assert [t.told.position for t in found] == sorted({t.told.position for t in found})
    return {t.told.position: t.how for t in found}


def test_what_stood_in_a_group_before_somebody_joined_it_is_found(store_url: str) -> None:
    with closing(open_store(store_url)) as store:
        town = Town(store)
        town.meet(town.pair(), "2026-08-17")
        held = met(town)
        town.to("2026-08-31")
        late = town.enrol("mentor", "Amir")
        before = town.engine.position
        town.ask(mc.AddMember(pairing_id=held.stream, participant=late, since=date(2026, 8, 24)))

        found = _found(town, town.persons[late])
        then = _found(town, town.persons[late], as_known=before)

        assert found[held.position] == "shared"
        assert _whole_streams(town, found) <= set(found)
        assert held.position not in then


def _waiting_response(town: Town, key: str, *subjects: str, **more: Any) -> str:
    asked = mc.StartImport(
        adapter="csv", adapter_version="1", form="meetings", mapping_digest="ab12"
    )
    answer = mc.RawAnswer(question="q1", label="Who?", raw=("Ben",))
    taken = mc.TakeResponse(
        form="meetings",
        batch_id=town.do(asked),
        lifecycle="final",
        subjects=subjects,
        response_key=(key,),
        answers=(answer,),
        **more,
    )
    return town.do(taken)


@pytest.mark.parametrize("answer", ["same_person", "another_person"])
def test_the_answers_of_a_form_that_was_settled_later_are_found_with_it(
    town: Town, answer: str
) -> None:
    ben = next(iter(town.persons.values()))
    nobody = f"person:{0xA0:032x}"
    taken = _waiting_response(town, "1", nobody)
    town.ask(mc.SettleResponse(response_id=taken, answer=answer, other=ben))
    [first, last] = [e.position for e in town.engine.events(stream=taken)]

    found = _found(town, ben)

    meant = {first: "answers", last: "answers"}
    expected = meant if answer == "same_person" else {last: "named"}
    assert {p: how for p, how in found.items() if p in (first, last)} == expected


def test_the_answers_behind_a_record_are_found_wherever_they_stand(town: Town) -> None:
    pairing = met(town).stream
    town.to("2026-08-31")
    responses = [_waiting_response(town, key, f"person:{0xA0:032x}") for key in "12"]
    for response, day in zip(reversed(responses), (20, 21), strict=True):
        batch = next(iter(town.engine.events(stream=response))).event.batch_id
        town.ask(
            mc.HoldMeeting(pairing_id=pairing, held_on=date(2026, 8, day), minutes=30),
            source=mc.Source(adapter="csv", batch=batch, response=response),
        )
    late = town.enrol("mentor", "Amir")
    town.ask(mc.AddMember(pairing_id=pairing, participant=late, since=date(2026, 8, 24)))

    found = _found(town, town.persons[late])

    assert [how for how in found.values() if how == "answers"] == ["answers"] * 2
    assert _whole_streams(town, found) <= set(found)


def _enrolments(town: Town, person: str) -> list[str]:
    enrolled = town.engine.events(names=["participant.enrolled"])
    return [e.stream for e in enrolled if e.event.person_id == person]


def test_whoever_was_merged_is_followed_and_authors_are_told_apart(town: Town) -> None:
    first = town.do(mc.RegisterPerson(name="Ada"))
    second = town.do(mc.RegisterPerson(name="Ada B"))
    town.ask(mc.RegisterPerson(name="Other"), actor=mc.Actor(second, "coordinator", "person"))
    town.ask(mc.MergePersons(survivor=first, absorbed=second))

    traces = town.engine.traces(first, viewer=SEE)

    assert {t.told.stream for t in traces if t.how == "own"} == {first, second}
    assert [t.told.name for t in traces if t.how == "author"] == ["person.registered"]


def test_of_nobody_no_traces_are_told(town: Town) -> None:
    with pytest.raises(Refused) as caught:
        town.engine.traces(f"person:{9:032x}", viewer=SEE)
    with pytest.raises(Refused):
        town.engine.traces(pairing_of(town), viewer=SEE, as_known=1)

    assert caught.value.code == "no_such_subject"


def revised(town: Town, day: str, since: str, reason: str = "", **changed: Any) -> None:
    town.to(day)
    now = town.engine.settings_in_force(town.program, viewer=SEE)
    assert now
    town.settings = attrs.evolve(town.settings, **changed)
    town.ask(
        mc.ReviseProgram(
            program_id=town.program,
            effective_from=date.fromisoformat(since),
            settings=town.settings,
            reason=reason,
        )
    )


def test_settings_are_told_from_day_to_day_with_who_set_them_and_why(town: Town) -> None:
    revised(town, "2026-09-01", "2026-10-01", "shorter", meeting_limit=90, grace_days=7)
    revised(town, "2026-11-01", "2026-12-01", "longer again", meeting_limit=480)

    rows = town.engine.settings_in_force(town.program, viewer=AUDITOR)

    limits = [(r.value, r.since, r.until, r.reason) for r in rows if r.setting == "meeting_limit"]
    first, second = date(2026, 10, 1), date(2026, 12, 1)
    assert limits == [
        (480, None, first, ""),
        (90, first, second, "shorter"),
        (480, second, None, "longer again"),
    ]
    grace = [(r.value, r.since, r.until) for r in rows if r.setting == "grace_days"]
    assert grace == [(14, None, first), (7, first, None)]
    assert {r.actor for r in rows} == {BOSS}
    assert all(r.meaning and "INV-" not in r.meaning for r in rows)


def test_on_every_day_what_is_told_is_what_rules_on_it(town: Town) -> None:
    revised(town, "2026-09-01", "2026-12-01", meeting_limit=90)
    revised(town, "2026-09-02", "2026-10-01", meeting_limit=60, near_capacity=1)
    revised(town, "2026-09-03", "2026-12-01", meeting_limit=30)

    for days in range(0, 160, 4):
        day = BEGAN + timedelta(days=days)
        told = town.engine.settings_in_force(town.program, viewer=SEE, on=day)
        rules = town.views.as_it_stands(town.program, day).program.settings_on(day)

        kind: Any = type(rules)
        for field in attrs.fields(kind):
            [row] = [r for r in told if r.setting == field.name]
            assert row.value == mc.plain(getattr(rules, field.name)), (day, field.name)


def test_what_the_log_knew_of_settings_then_is_told(town: Town) -> None:
    before = town.engine.position
    revised(town, "2026-09-01", "2026-10-01", meeting_limit=90)

    then = town.engine.settings_in_force(town.program, viewer=SEE, as_known=before)

    assert [r.value for r in then if r.setting == "meeting_limit"] == [480]


@pytest.mark.parametrize("program", [f"program:{9:032x}", f"person:{9:032x}"])
def test_of_no_program_no_settings_are_told(town: Town, program: str) -> None:
    with pytest.raises(Refused):
        town.engine.settings_in_force(program, viewer=SEE)


@given(errant_lives())
@settings(max_examples=6)
def test_an_export_without_keys_answers_as_the_log_answers_an_auditor(steps: list[Any]) -> None:
    town = peopled()
    live(town, steps)
    third = list(town.engine.events())[-1].position // 3
    with TemporaryDirectory() as folder, town.engine:
        town.engine.export(Path(folder) / "out.zip", recipient="auditor", actor=BOSS)
        people = [row.who.person for row in town.engine.status(viewer=AUDITOR).participants]

        with mc.open_export(Path(folder) / "out.zip") as copy:
            answers = [
                [
                    mc.plain(asked.corrections(viewer=AUDITOR, known_from=third)),
                    mc.plain(asked.late_entries(LATE, viewer=AUDITOR)),
                    mc.plain(asked.settings_in_force(town.program, viewer=AUDITOR)),
                    [
                        (trace.how, mc.plain(trace.told, viewer=AUDITOR))
                        for person in people
                        for trace in asked.traces(person, viewer=AUDITOR)
                    ],
                ]
                for asked in (town.engine, copy)
            ]

    assert answers[0] == answers[1]


@pytest.mark.parametrize("question", ["corrections", "late_entries"])
@pytest.mark.parametrize("period", [{"known_from": 10**6}, {"known_to": 10**6}])
def test_a_period_has_to_be_there(town: Town, question: str, period: dict[str, int]) -> None:
    with pytest.raises(Refused, match="last position"):
        getattr(town.engine, question)(viewer=SEE, **period)


@pytest.mark.parametrize("question", ["corrections", "late_entries"])
def test_a_period_that_ends_before_it_begins_is_refused(town: Town, question: str) -> None:
    ask = getattr(town.engine, question)

    with pytest.raises(Invalid, match="known_to"):
        ask(viewer=SEE, known_from=town.engine.position, known_to=1)
    assert ask(viewer=SEE, known_from=town.engine.position) == ()


def test_nothing_is_late_that_has_no_day(town: Town) -> None:
    for name in town.model.names:
        dated = event_info(town.model.names[name]).occurred
        if dated:
            town.engine.late_entries(0, viewer=SEE, names=[name])
        else:
            with pytest.raises(Invalid, match="names"):
                town.engine.late_entries(0, viewer=SEE, names=[name])


def test_of_a_time_before_the_first_program_it_is_said_so(town: Town) -> None:
    with pytest.raises(Refused, match="held no program by then"):
        town.engine.status(viewer=SEE, as_known=0)
    with pytest.raises(Refused, match="holds no program yet"):
        mc.open(":memory:").status(viewer=SEE)
