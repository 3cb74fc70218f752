"""An export without any key of people answers every question as the log does that it was made of."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from engine.full_program import FullProgram
from engine.world import COORDINATOR, NOON, TODAY, Clock, World, engine, mc

from mentorcore.engine.engine import Engine
from mentorcore.engine.export_opening import open_export
from mentorcore.errors import (
    ExportInvalid,
    HeadDiffers,
    Invalid,
    KeyMissing,
    NotALog,
    OpenedReadOnly,
    Refused,
)

AUDITOR, SEES = mc.Viewer.auditor(), mc.Viewer.coordinator()
FORMS = ("bundle", "bundle.zip", "copy.db")
ORIGIN = "mentoring.example.edu/log1"


@attrs.frozen
class Made:
    """A log in which everything happened once, and an export of it in each form."""

    log: Engine
    world: FullProgram
    folder: Path
    held: str
    size: int

    def export(self, form: str) -> Engine:
        return asked(self.folder / form)


def asked(path: Path) -> Engine:
    return open_export(path, clock=Clock(NOON + timedelta(hours=2)))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("exports")
    mc.create_signing_key(folder / "signing-key", ORIGIN)
    signing = mc.sign_with(folder / "signing-key", background=False)
    clock = Clock()
    with engine(str(folder / "program.db"), sign=signing, clock=clock) as log:
        world = FullProgram(log)
        held = log.checkpoint().checkpoint
        clock.move(hours=1)
        world.pair()
        clock.move(hours=1)
        for form in FORMS:
            log.export(folder / form, recipient="state-auditor", actor=COORDINATOR)
        yield Made(log, world, folder, held.note, held.size)


def subjects_of(log: Engine) -> list[str]:
    """Everything that has a history: programs, people, participants, pairings."""
    streams = dict.fromkeys(r.stream for r in log.events())
    return [s for s in streams if s.partition(":")[0] not in ("import", "response", "audit")]


def answers(log: Engine, **when: Any) -> Iterator[Any]:
    """What is answered to every question that an auditor has."""
    yield log.programs(**when)
    (program,) = (line.program for line in log.programs())
    yield log.status(program, viewer=AUDITOR, **when)
    yield log.attention(program, viewer=AUDITOR, **when)
    yield log.view("observation.matrix", program, viewer=AUDITOR, **when)
    yield list(log.effective(**when))
    for subject in subjects_of(log):
        try:
            yield log.history(subject, viewer=AUDITOR, **when)
            yield log.figures(subject, viewer=AUDITOR, **when)
        except Refused as refused:
            yield refused.code


@pytest.mark.parametrize("form", FORMS)
def test_an_export_answers_as_the_log_did_when_it_was_made(made: Made, form: str) -> None:
    with made.export(form) as export:
        last = export.position

        found = list(answers(export, as_known=last))
        events = list(export.events())

    assert found == list(answers(made.log, as_known=last))
    assert events == [r for r in made.log.events() if r.position <= last]


@pytest.mark.parametrize("as_known", [20, NOON, NOON + timedelta(hours=1)])
@pytest.mark.parametrize("as_of", [None, TODAY - timedelta(days=15)])
def test_both_times_can_be_asked_for(made: Made, as_known: Any, as_of: Any) -> None:
    when = {"as_known": as_known, "as_of": as_of}
    with made.export("bundle") as export:
        found = list(answers(export, **when))

    assert found == list(answers(made.log, **when))


@pytest.mark.parametrize("form", FORMS)
def test_figures_are_explained_by_the_same_events(made: Made, form: str) -> None:
    pairing, program = made.world.pairing, made.world.program
    when: dict[str, Any] = {"viewer": AUDITOR}
    with made.export(form) as export:
        when["as_known"] = export.position
        for subject, figure in (
            (pairing, "minutes"),
            (pairing, "goal_counts.set"),
            (program, "mentor_minutes"),
            (program, "unpaired"),
        ):
            found = export.explain(subject, figure, **when)

            assert found == made.log.explain(subject, figure, **when)
            assert found.holds
        then = mc.Moment(as_known=30)
        now = mc.Moment(as_known=export.position)

        assert export.diff(then, now, viewer=AUDITOR) == made.log.diff(then, now, viewer=AUDITOR)


@pytest.mark.parametrize("form", FORMS)
def test_the_questions_of_auditors_are_answered_in_the_same_way(made: Made, form: str) -> None:
    person = made.world.persons[made.world.mentor_id]
    with made.export(form) as export:
        last = export.position

        found = list(lists(export, person, made.world.program, last))

    assert found == list(lists(made.log, person, made.world.program, last))
    assert all(found)


def lists(log: Engine, person: str, program: str, last: int) -> Iterator[Any]:
    yield log.corrections(viewer=AUDITOR, known_to=last)
    yield log.late_entries(viewer=AUDITOR, known_to=last)
    yield [(t.how, t.told) for t in log.traces(person, viewer=AUDITOR, as_known=last)]
    yield log.settings_in_force(program, viewer=AUDITOR, as_known=last)


@pytest.mark.parametrize("form", FORMS)
def test_what_was_known_at_a_held_checkpoint_can_be_asked_for(made: Made, form: str) -> None:
    with made.export(form) as export:
        found = export.status(viewer=AUDITOR, as_known=made.held)

    assert found == made.log.status(viewer=AUDITOR, as_known=made.size)


def test_a_checkpoint_of_another_history_is_refused(made: Made, tmp_path: Path) -> None:
    mc.create_signing_key(tmp_path / "signing-key", ORIGIN)
    signing = mc.sign_with(tmp_path / "signing-key", background=False)
    with engine(sign=signing) as other:
        World(other)
        foreign = other.checkpoint().checkpoint.note

    with made.export("bundle") as export, pytest.raises(HeadDiffers):
        export.status(viewer=AUDITOR, as_known=foreign)


def test_no_personal_text_is_shown_to_anybody(made: Made) -> None:
    with made.export("bundle.zip") as export:
        status = export.status(viewer=SEES)
        told = json.dumps(mc.plain([status, export.attention(viewer=SEES)]))
        told += json.dumps([mc.plain(r, viewer=SEES) for r in export.events()])

    assert not [text for text in made.world.texts if text in told]
    assert {p.who.name for p in status.participants} == {
        mc.Withheld("name", "sealed, and no keys are here")
    }


@pytest.mark.parametrize("form", FORMS)
def test_nothing_can_be_recorded_or_signed_in_an_export(made: Made, form: str) -> None:
    with made.export(form) as export:
        with pytest.raises(Refused) as refused:
            export.handle(mc.RegisterPerson(), actor=COORDINATOR)
        with pytest.raises(Invalid, match="without a signing key"):
            export.checkpoint()
        with pytest.raises(OpenedReadOnly):
            export._store.view_drop("summary")
        with pytest.raises(KeyMissing):
            export.person_of("payroll", "7")

    assert refused.value.code == "read_only_copy"


def everything_in(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_written_beside_an_export(made: Made, form: str, tmp_path: Path) -> None:
    if (made.folder / form).is_dir():
        shutil.copytree(made.folder / form, tmp_path / form)
    else:
        shutil.copy(made.folder / form, tmp_path / form)
    before = everything_in(tmp_path)

    with asked(tmp_path / form) as export:
        export.status(viewer=AUDITOR)
        during = everything_in(tmp_path)

    assert during == everything_in(tmp_path) == before


def test_a_loaded_copy_is_asked_without_a_file_beside_it(made: Made, tmp_path: Path) -> None:
    mc.load(made.folder / "bundle", tmp_path / "copy.db")
    before = everything_in(tmp_path)

    with asked(tmp_path / "copy.db") as export:
        found = export.status(viewer=AUDITOR)

    assert found.numbers == made.log.status(viewer=AUDITOR).numbers
    assert everything_in(tmp_path) == before


def test_a_copy_of_an_open_log_is_read_with_its_newest_events(made: Made, tmp_path: Path) -> None:
    for name in ("program.db", "program.db-wal"):
        shutil.copy(made.folder / name, tmp_path / name)
    before = everything_in(tmp_path)

    with asked(tmp_path / "program.db") as export:
        last = export.position

    assert last == made.log.position
    assert everything_in(tmp_path) == before


def test_a_log_that_is_open_here_stays_open_when_it_is_looked_at(
    made: Made,
) -> None:
    """Another process must not take over the files of a log meanwhile."""
    with asked(made.folder / "program.db") as export:
        last = export.position

    made.world.person()

    assert made.log.position == last + 1


@pytest.mark.parametrize("form", ["bundle", "bundle.zip"])
def test_a_receipt_is_made_of_an_export(made: Made, form: str) -> None:
    with made.export(form) as export:
        receipt = export.receipt(5)

    assert receipt.leaf.position == 5
    assert receipt.leaf == made.log.receipt(5).leaf


def test_a_bundle_whose_events_are_not_those_of_its_manifest_is_not_asked(
    made: Made, tmp_path: Path
) -> None:
    shutil.copytree(made.folder / "bundle", tmp_path / "bundle")
    events = tmp_path / "bundle" / "events-000000.jsonl"
    *kept, _last = events.read_bytes().splitlines(keepends=True)
    events.write_bytes(b"".join(kept))

    with pytest.raises(ExportInvalid, match="not what its manifest says"):
        asked(tmp_path / "bundle")


def test_what_is_no_export_is_refused_with_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Ada")
    (tmp_path / "folder").mkdir()
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE t (a)")

    for name, error, said in (
        ("notes.txt", ExportInvalid, "no ZIP archive"),
        ("folder", ExportInvalid, "no manifest.json"),
        ("missing.zip", ExportInvalid, "cannot be read"),
        ("other.db", NotALog, "another program"),
    ):
        with pytest.raises(error, match=said):
            asked(tmp_path / name)


@pytest.mark.parametrize("form", FORMS)
def test_an_export_fits_the_checkpoints_that_came_with_it(made: Made, form: str) -> None:
    with made.export(form) as export:
        assert export.refusal is None


def test_a_copy_that_contradicts_its_own_checkpoints_says_so(made: Made, tmp_path: Path) -> None:
    """Without a checkpoint that somebody holds, that much is seen."""
    shutil.copy(made.folder / "copy.db", tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy, copy:
        (row, state) = copy.execute(
            "SELECT rowid, state FROM stored_events WHERE instr(state, CAST('\"minutes\":' AS BLOB))"
        ).fetchone()
        more = state.replace(b'"minutes":', b'"minutes":1')
        copy.execute("UPDATE stored_events SET state = ? WHERE rowid = ?", (more, row))

    with asked(tmp_path / "copy.db") as export:
        refusal = export.refusal
        told = export.health().refusal

    assert "not what its own checkpoint of" in str(refusal)
    assert told == refusal
