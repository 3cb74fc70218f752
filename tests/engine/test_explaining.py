"""An imported record names its response, the answers it was read from, and how they were read."""

from datetime import date
from typing import Any

import attrs
import pytest
from engine.harbor import FILES, FORMS, Harbor, adapters, csv_of, edited, harbor
from engine.world import COORDINATOR, Clock, Place, World, engine, mc

from mentorcore.adapters.spec import Answer, Response, Where
from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.declarations import fresh_kinds
from mentorcore.domain.effective import effective
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.values import Erased, Sealed, Withheld
from mentorcore.engine.importing.import_directory import ImportDirectory
from mentorcore.engine.importing.session_directory import SessionDirectory
from mentorcore.intake.amendments import Standing, hidden_by
from mentorcore.intake.directory import Without
from mentorcore.intake.intents import code_of
from mentorcore.intake.row import Interpreter
from mentorcore.log.sealing.keys import MemoryKeys

BOSS = mc.Viewer.coordinator()
AUDITOR = mc.Viewer.auditor()
BEHIND = {e: c for a in CORE_MODEL.aggregates.values() for e, c in a.command_behind.items()}


def pairing(it: Harbor) -> Any:
    """The pairing with the most meetings: Anna and Ben."""
    return max(it.engine.status(viewer=BOSS).pairings, key=lambda p: p.meetings)


def fact(explanation: Any, name: str = "") -> Any:
    """The first fact, of that name."""
    return next(g for g in explanation.grounds if g.part == "fact" and name in ("", g.record.name))


def answers(origin: Any, field: str) -> list[tuple[Any, Any, Any]]:
    return [(a.column, a.label, a.raw) for a in origin.answers if a.field == field]


# ------------------------------------------------------------------------------ origins


def test_an_imported_meeting_names_form_response_question_and_answer() -> None:
    with harbor() as it:
        it.people().take("meetings")
        row = pairing(it)

        ground = fact(it.engine.explain(row.pairing, "minutes", viewer=BOSS))

        origin = ground.origin
        (batch,) = it.events("import.started")[-1:]
        assert (origin.source.form, origin.source.adapter) == ("meetings", "csv")
        assert origin.source.batch == batch.stream
        taken = next(e for e in it.events("response.taken") if e.stream == origin.taken.stream)
        assert (origin.taken.position, origin.fact) == (taken.position, "meeting")
        assert origin.submitted_at == taken.event.submitted_at
        assert answers(origin, "minutes") == [("Minutes", "Minutes", ("45",))]
        assert answers(origin, "held_on") == [
            ("Date", "Date", ("9/21/2026",)),
            ("Began at", "Began at", ("15:30",)),
        ]
        assert origin.note is None


def test_the_mapping_that_read_an_answer_is_told_with_its_rule() -> None:
    with harbor() as it:
        it.people().take("meetings")

        told = it.engine.explain(pairing(it).pairing, "modalities.video", viewer=BOSS)

        origin = fact(told).origin
        mapping = it.mapping("meetings")
        assert (origin.mapping, origin.mapping_text) == (mapping.digest, mapping.text)
        (read,) = [a for a in origin.answers if a.field == "modality"]
        assert read.rule == "read as one of the field's words, 'Zoom' means video"


def test_an_edited_answer_stands_beside_the_first_one() -> None:
    with harbor() as it:
        it.people().take("meetings")

        def longer(rows: list[list[str]]) -> None:
            rows[1][5] = "75"

        it.take("meetings", edited("meetings", longer))

        ground = fact(it.engine.explain(pairing(it).pairing, "minutes", viewer=BOSS))

        (correction,) = ground.record.corrections
        at = correction.evidence
        behind = ground.corrected_by[f"{at.stream}#{at.version}"]
        assert answers(ground.origin, "minutes") == [("Minutes", "Minutes", ("45",))]
        assert answers(behind, "minutes") == [("Minutes", "Minutes", ("75",))]
        assert {a.field for a in behind.answers} == {"minutes"}
        assert (behind.taken.stream, behind.taken.version) == (ground.origin.taken.stream, 2)


def test_a_place_taken_names_the_row_that_formed_the_pairing() -> None:
    with harbor() as it:
        it.people()
        mentor = pairing(it).members[0].participant

        ground = fact(it.engine.explain(mentor, "load", viewer=BOSS))

        assert ground.record.name == "participant.pairing-joined"
        assert (ground.origin.source.form, ground.origin.fact) == ("pairings", "pairing")


def test_what_was_recorded_by_hand_has_no_origin() -> None:
    with harbor() as it:
        it.people()
        row = pairing(it)
        it.engine.handle(
            mc.HoldMeeting(pairing_id=row.pairing, held_on=date(2026, 10, 2), minutes=20),
            actor=COORDINATOR,
        )

        ground = fact(it.engine.explain(row.pairing, "minutes", viewer=BOSS))

        assert (ground.origin, ground.corrected_by) == (None, {})


# ------------------------------------------------------------------------------ seeing


def test_an_auditor_sees_which_column_was_read_and_no_answer() -> None:
    with harbor() as it:
        it.take_all()
        row = pairing(it)

        for figure in ("minutes", "goals", "feedback"):
            for ground in it.engine.explain(row.pairing, figure, viewer=AUDITOR).grounds:
                if ground.origin is None:
                    continue
                for read in ground.origin.answers:
                    assert isinstance(read.raw, Withheld)
                    assert isinstance(read.label, Withheld)
                    assert (read.column or "") in str(ground.origin.mapping_text)
                    assert "means" not in read.rule


def test_a_member_is_shown_answers_about_the_own_pairing_and_no_addresses() -> None:
    with harbor() as it:
        it.people().take("meetings")
        row = pairing(it)
        me = mc.Viewer.member(row.members[1].person)

        origin = fact(it.engine.explain(row.pairing, "minutes", viewer=me)).origin

        assert answers(origin, "minutes") == [("Minutes", "Minutes", ("45",))]
        assert all(isinstance(raw, Withheld) for _, _, raw in answers(origin, "pairing"))


def test_a_note_is_shown_to_the_pair_and_its_raw_answer_to_nobody_else() -> None:
    with harbor() as it:
        it.people().take("meetings")
        row = next(p for p in it.engine.status(viewer=BOSS).pairings if p.notes)
        mine = mc.Viewer.member(row.members[0].person)

        def body(viewer: Any) -> Any:
            told = it.engine.explain(row.pairing, "notes", viewer=viewer)
            return answers(fact(told).origin, "body")[0][2]

        assert isinstance(body(BOSS), Withheld)
        assert isinstance(body(AUDITOR), Withheld)
        assert isinstance(body(mine), tuple)


def test_a_visibility_that_was_narrowed_hides_the_raw_answer_as_well() -> None:
    with harbor() as it:
        it.people().take("meetings")
        row = next(p for p in it.engine.status(viewer=BOSS).pairings if p.notes)
        note = next(e for e in it.events("pairing.note-written") if e.stream == row.pairing)
        author = note.event.author
        other = next(w.person for w in row.members if w.participant != author)
        viewer = mc.Viewer.member(other)
        before = fact(it.engine.explain(row.pairing, "notes", viewer=viewer)).origin
        assert isinstance(answers(before, "body")[0][2], tuple)

        it.engine.handle(
            mc.AmendRecord(
                stream=note.stream, target=note.version, changes={"visibility": "author_private"}
            ),
            actor=COORDINATOR,
        )

        after = fact(it.engine.explain(row.pairing, "notes", viewer=viewer)).origin
        assert isinstance(answers(after, "body")[0][2], Withheld)


def test_the_answers_of_somebody_erased_are_gone() -> None:
    with harbor() as it:
        it.people().take("meetings")
        row = pairing(it)
        keys = it.engine._keys
        assert isinstance(keys, MemoryKeys)
        keys.erase(row.members[1].person)
        it.engine._sealing.forget()

        origin = fact(it.engine.explain(row.pairing, "minutes", viewer=BOSS)).origin

        assert all(isinstance(a.raw, Erased) for a in origin.answers)


# --------------------------------------------------------------------------- kept mappings


def test_every_mapping_is_kept_with_the_first_import_that_uses_it(durable: Place) -> None:
    with harbor(durable) as it:
        assert it.engine.mappings() == ()
        it.take_all()

        kept = it.engine.mappings()

    with durable.open(1_000) as again:
        assert again.mappings() == kept
    assert {m.form for m in kept} == set(FORMS)
    for mapping in kept:
        read = mc.read_mapping(mapping.text, "kept.toml")
        assert (read.digest, read.form, read.kind) == (mapping.digest, mapping.form, mapping.kind)


def test_a_mapping_that_was_changed_stands_beside_the_first_one() -> None:
    with harbor() as it:
        it.people().take("meetings")
        more = csv_of("meetings").replace("Ben Odde", "Ben Ode")

        it.take("meetings", more, ("repeats_within = 10", "repeats_within = 5"))

        texts = [m.text for m in it.engine.mappings() if m.form == "meetings"]
        assert sorted("repeats_within = 5" in text for text in texts) == [False, True]


def test_an_export_that_adds_nothing_keeps_no_mapping_anew() -> None:
    with harbor() as it:
        it.take("people")
        before = it.engine.mappings()

        it.take("people")

        assert it.engine.mappings() == before


def test_a_log_from_before_mappings_were_kept_says_so() -> None:
    with harbor() as it:
        # A mapping without its text, as nothing was kept of it then.
        for form in ("people", "pairings", "meetings"):
            old = attrs.evolve(it.mapping(form), text="")
            it.engine.take_in(FILES / f"{form}.csv", old, actor=COORDINATOR)

        origin = fact(it.engine.explain(pairing(it).pairing, "minutes", viewer=BOSS)).origin

        assert origin.mapping == it.mapping("meetings").digest
        assert (origin.mapping_text, origin.answers) == (None, ())
        assert "the mapping was not kept" in origin.note


def test_an_order_of_dates_that_the_export_proved_is_kept_with_the_import() -> None:
    with harbor() as it:
        it.people()
        undeclared = ('date_order = "mdy"\n\n[fields]', "\n[fields]")
        optional = ('coverage = "full"', 'optional = ["time", "note"]')
        items = [
            Response(
                source="made",
                form="meetings",
                key=(str(n),),
                submitted_at=None,
                submitted_raw="",
                zone_basis="",
                lifecycle="complete",
                answers=tuple(
                    Answer(q, q, (said,))
                    for q, said in (
                        ("E-mail", "anna@example.org"),
                        ("Mentee", "Ben Ode"),
                        ("Date", day),
                        ("Minutes", "30"),
                        ("How", "Zoom"),
                    )
                ),
                where=Where("made", n, n),
            )
            for n, day in enumerate(("9/29/2026", "10/5/2026"), 1)
        ]
        registry = adapters(*items)
        report = it.take("meetings", "x", undeclared, optional, adapters=registry, adapter="made")
        assert report.counts.taken == 2

        origin = fact(it.engine.explain(pairing(it).pairing, "last_meeting", viewer=BOSS)).origin

        (read,) = [a for a in origin.answers if a.field == "held_on" and a.told_by == "on"]
        assert read.raw == ("10/5/2026",)
        assert "in the order mdy, proven by the dates of the export" in read.rule


# --------------------------------------------------------------------- read once more


@pytest.mark.parametrize("form", FORMS)
def test_the_raw_answers_read_by_the_kept_mapping_say_the_same_again(form: str) -> None:
    with harbor() as it:
        it.take_all()
        kept = next(m for m in it.engine.mappings() if m.form == form)
        mapping = mc.read_mapping(kept.text, "kept.toml")
        checked = 0
        for taken in it.events("response.taken"):
            if taken.event.form == form and taken.event.caused:
                checked += said_again(it, taken, Interpreter(mapping))
        assert checked >= {"people": 15, "pairings": 3, "meetings": 4}.get(form, 2)


def said_again(it: Harbor, taken: Any, interpreter: Interpreter) -> int:
    """Read a response once more, and hold each command against the event that came of it."""
    session = it.engine._desk.session()
    standing = tuple(
        Standing(c.fact, c.stream, c.version, placed.event, session.rules_of(c.stream))
        for c in taken.event.caused
        for placed in effective(session.history(c.stream))
        if placed.version == c.version
    )
    program = it.engine.programs()[0].program
    desk = it.engine._desk
    found = SessionDirectory(ImportDirectory(desk, it.engine._views, program), session, desk)
    known = Without(found, hidden_by(standing))
    again = interpreter.interpret(
        response(it, taken), known, ids=it.engine.new_id, now=it.engine.now(), again=True
    )
    commands = {code_of(f.code, None): f.command for f in again.facts}
    checked = 0
    for item in standing:
        command = commands.get(item.fact)
        if command is None:
            assert item.fact == "end"
            continue
        for field in attrs.fields(type(item.event)):
            if hasattr(command, field.name) and field.name not in _named(command, item):
                recorded = getattr(item.event, field.name)
                recorded = it.opened(recorded) if isinstance(recorded, Sealed) else recorded
                stated = getattr(command, field.name)
                if stated is not None and field.name != "members":
                    assert plain(recorded) == plain(stated), (item.fact, field.name)
        checked += 1
    return checked


def _named(command: Any, item: Standing) -> set[str]:
    """Ids of what the response itself made, or that this reading cannot know."""
    made = set(fresh_kinds(type(command))) | set(fresh_kinds(item.command or type(item.event)))
    return made | {"person_id", "participant_id", "pairing_id", "goal_id", "meeting_id"}


def plain(value: Any) -> Any:
    """As data; nothing is no list, and who came is told in any order."""
    told = mc.plain(list(value) if isinstance(value, tuple) else value)
    return sorted(told, key=str) or None if isinstance(told, list) else told


def response(it: Harbor, taken: Any) -> Response:
    return Response(
        source="csv",
        form=taken.event.form,
        key=tuple(it.opened(taken.event.response_key)),
        submitted_at=taken.event.submitted_at,
        submitted_raw="",
        zone_basis="",
        lifecycle=taken.event.lifecycle,
        answers=tuple(
            Answer(a["question"], a["label"], tuple(a["raw"]))
            for a in it.opened(taken.event.answers)
        ),
        where=Where("log"),
    )


# ------------------------------------------------------------------------------- the engine


def test_an_engine_explains_figures_and_lists_them(at: Place) -> None:
    with at.open(1) as opened:
        world = World(opened)
        pairing = world.pair()
        world.do(mc.HoldMeeting(pairing_id=pairing, held_on=date(2026, 9, 1), minutes=20))

        told = opened.explain(pairing, "minutes", viewer=BOSS)
        listed = {f.name: f.value for f in opened.figures(pairing, viewer=BOSS)}

    assert (told.value, told.holds, listed["minutes"]) == (20, True, 20)
    assert {kind_of(e.stream) for e in told.events} == {"program", "pairing"}


def test_figures_of_other_times_are_asked_for_as_anywhere() -> None:
    clock = Clock()
    with engine(clock=clock) as opened:
        world = World(opened)
        pairing = world.pair()
        known = opened.position
        clock.move(hours=1)
        world.do(mc.HoldMeeting(pairing_id=pairing, held_on=date(2026, 9, 1), minutes=20))

        assert opened.explain(pairing, "meetings", viewer=BOSS, as_known=known).value == 0
        assert opened.explain(pairing, "meetings", viewer=BOSS, as_of=date(2026, 8, 30)).value == 0
        listed = opened.figures(pairing, viewer=BOSS, as_known=known)
        assert next(f.value for f in listed if f.name == "meetings") == 0
