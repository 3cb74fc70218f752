"""Whoever keeps a log that was altered is told before anybody is given more of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from audit.books import Book
from audit.made_logs import Auditor
from engine.test_integrity import until
from engine.world import COORDINATOR, Clock, Place, World, mc

from mentorcore.audit.bundle.loading import load
from mentorcore.audit.notes.signing import Signing, sign_with
from mentorcore.audit.notes.signing_keys import begin_rotation, create_signing_key
from mentorcore.audit.notes.verifier_keys import VerifierKey
from mentorcore.engine.engine import Engine
from mentorcore.errors import (
    EventsDiffer,
    ExportInvalid,
    IntegrityError,
    NoteInvalid,
    Refused,
    UnfitRow,
)

ORIGIN = "mentoring.example.edu/log1"
EVENTS = "UPDATE $.stored_events SET "
AT = " WHERE rowid = ?"


@pytest.fixture
def vkey(tmp_path: Path) -> VerifierKey:
    return create_signing_key(tmp_path / "signing-key", ORIGIN)


def signing(tmp_path: Path, **options: Any) -> Signing:
    return sign_with(tmp_path / "signing-key", **{"background": False, **options})


def past_the_program(opened: Engine, tmp_path: Path) -> Book:
    """The hands of somebody who writes to the tables."""
    return Book(opened._store, tmp_path)


def edited(position: int) -> Callable[[Book], None]:
    def edit(book: Book) -> None:
        [row] = book.store.page(position - 1, 1)
        book.rewrite(position, row.state.replace(b'"on":"2026', b'"on":"2025') + b" ")

    return edit


def another(book: Book) -> None:
    book.delete(3)
    book.insert(3)


ALTERED: dict[str, Callable[[Book], None]] = {
    "the first event is edited": edited(1),
    "an event in the middle is edited": edited(3),
    "the last signed event is edited": edited(7),
    "a state is emptied": lambda book: book.rewrite(4, b""),
    "a name is another": lambda book: book.sql(EVENTS + "topic = 'program.closed'" + AT, 2),
    "a stream is another": lambda book: book.sql(EVENTS + "originator_id = 'pairing:x'" + AT, 2),
    "a version is another": lambda book: book.sql(EVENTS + "originator_version = 99" + AT, 3),
    "an event is gone": lambda book: book.delete(3),
    "the last signed event is gone": lambda book: book.delete(7),
    "an event stands before all others": lambda book: book.insert(0),
    "one is gone and another put there": another,
}
"""What is done to a log of which seven events were signed."""


def told_and_handed(opened: Engine, tmp_path: Path) -> list[Callable[[], Any]]:
    """Everything by which more of a log would be signed or handed out."""
    new = begin_rotation(tmp_path / "signing-key")

    def export(name: str, **more: Any) -> Callable[[], Any]:
        to = tmp_path / name
        return lambda: opened.export(to, recipient="auditor", actor=COORDINATOR, **more)

    made = [
        opened.checkpoint,
        lambda: opened.checkpoint(handed_to="the auditor"),
        lambda: opened.receipt(opened.position),
        lambda: opened.rotate_signing_key(new, actor=COORDINATOR),
        export("bundle"),
        export("bundle.zip", withhold=["sealed"]),
        export("moving", move=True),
    ]
    return made if "://" in opened._store.url else [*made, export("copy.db")]


def seven_signed(opened: Engine, auditor: Auditor | None = None) -> None:
    """A log of which the first seven events are signed, and one more that is not yet."""
    world = World(opened)
    for name in ("Ada", "Ben", "Cleo", "Dora"):
        world.person(name=name)
    note = opened.checkpoint().checkpoint
    assert note.size == 7
    if auditor is not None:
        auditor.hold(note.note)
    opened.handle(mc.RegisterPerson(), actor=COORDINATOR)


@pytest.mark.parametrize("how", ALTERED)
def test_nothing_of_an_altered_log_is_signed_or_handed_out(
    durable: Place, vkey: VerifierKey, tmp_path: Path, how: str
) -> None:
    with durable.open(1, sign=signing(tmp_path)) as opened:
        seven_signed(opened)
        book = past_the_program(opened, tmp_path)
        ways = told_and_handed(opened, tmp_path)
        ALTERED[how](book)
        memory = (tmp_path / "signing-key.checkpoints").read_bytes()
        rows, before = book.store.page(-10, 100), {p.name for p in tmp_path.iterdir()}

        for way in ways:
            with pytest.raises(IntegrityError):
                way()

        assert opened.refusal is not None
        assert book.store.page(-10, 100) == rows
        assert (tmp_path / "signing-key.checkpoints").read_bytes() == memory
        assert {p.name for p in tmp_path.iterdir()} == before


def test_the_event_that_was_edited_is_named(
    durable: Place, vkey: VerifierKey, tmp_path: Path
) -> None:
    with durable.open(1, sign=signing(tmp_path)) as opened:
        seven_signed(opened)
        edited(3)(past_the_program(opened, tmp_path))
        row = opened._store.page(2, 1)[0]

        with pytest.raises(EventsDiffer) as told:
            opened.checkpoint()

        found = told.value
        assert (found.position, found.stream, found.version) == (3, row.stream, row.version)
        assert f"at position 3 ({row.stream}, version {row.version})" in str(found)
        assert str(found) == opened.refusal
        edited_back = row.state.replace(b'"on":"2025', b'"on":"2026').removesuffix(b" ")
        past_the_program(opened, tmp_path).rewrite(3, edited_back)
        assert opened.checkpoint().compared is not None
        assert opened.refusal is None


@pytest.mark.parametrize("how", ["an event in the middle is edited", "an event is gone"])
@pytest.mark.parametrize("signs", [True, False])
def test_an_altered_log_is_handed_out_as_it_is_and_its_receiver_is_told_where(
    durable: Place, vkey: VerifierKey, tmp_path: Path, how: str, signs: bool
) -> None:
    auditor = Auditor(tmp_path)
    with durable.open(1, sign=signing(tmp_path)) as opened:
        seven_signed(opened, auditor)
        ALTERED[how](past_the_program(opened, tmp_path))
    with durable.open(50, sign=signing(tmp_path) if signs else None) as opened:
        memory = (tmp_path / "signing-key.checkpoints").read_bytes()
        done = opened.export(
            tmp_path / "bundle", recipient="auditor", actor=COORDINATOR, as_it_is=True
        )
        last = opened.events(after=opened.position - 1)

        assert [recorded.event.__class__.__name__ for recorded in last] == ["LogExported"]
    report = auditor.verify(tmp_path / "bundle", vkey=str(vkey))

    assert done.refusal is not None
    assert done.checkpoint is None
    assert (tmp_path / "signing-key.checkpoints").read_bytes() == memory
    assert (report["verdict"], report["faults"][0]["index"]) == ("changed", 2)


@pytest.mark.parametrize("how", ["an event in the middle is edited", "an event is gone"])
def test_no_log_is_made_of_an_export_that_is_not_what_was_signed(
    durable: Place, vkey: VerifierKey, tmp_path: Path, how: str
) -> None:
    with durable.open(1, sign=signing(tmp_path)) as opened:
        seven_signed(opened)
        opened.export(tmp_path / "honest", actor=COORDINATOR, move=True)
        ALTERED[how](past_the_program(opened, tmp_path))
        opened.export(tmp_path / "moving", actor=COORDINATOR, move=True, as_it_is=True)

    for retired in (False, True):
        to = tmp_path / f"new-{retired}.db"
        with pytest.raises(ExportInvalid, match="its checkpoint of 7 events does not fit"):
            load(tmp_path / "moving", to, original_retired=retired)
        assert not [p for p in tmp_path.iterdir() if to.name in p.name]
        assert load(tmp_path / "honest", to, original_retired=retired).size >= 9
    assert vkey


def test_damage_to_the_hints_beside_the_events_alters_no_log(
    durable: Place, vkey: VerifierKey, tmp_path: Path
) -> None:
    auditor = Auditor(tmp_path)
    with durable.open(1, sign=signing(tmp_path)) as opened:
        seven_signed(opened, auditor)
        past_the_program(opened, tmp_path).sql(
            "UPDATE $.audit_leaf SET h = (SELECT h FROM $.audit_leaf WHERE idx = 1) WHERE idx = 2"
        )

        opened.checkpoint()
        opened.export(tmp_path / "bundle", recipient="auditor", actor=COORDINATOR)

    assert auditor.verify(tmp_path / "bundle", vkey=str(vkey))["verdict"] == "verified"


def test_a_spoilt_checkpoint_beside_the_log_is_told_before_it_is_handed_out(
    durable: Place, vkey: VerifierKey, tmp_path: Path
) -> None:
    with durable.open(1, sign=signing(tmp_path)) as opened:
        seven_signed(opened)
        opened.checkpoint()
        past_the_program(opened, tmp_path).sql(
            "UPDATE $.audit_checkpoint SET note = 'spoilt' WHERE size = 7"
        )

        assert opened.checkpoint().checkpoint.size == 8
        with pytest.raises(NoteInvalid, match="size 7"):
            opened.export(tmp_path / "bundle", recipient="auditor", actor=COORDINATOR)
        assert opened.position == 8
        assert opened.refusal is None


def test_an_export_of_a_signed_log_needs_its_key(
    durable: Place, vkey: VerifierKey, tmp_path: Path
) -> None:
    with durable.open(1, sign=signing(tmp_path)) as opened:
        seven_signed(opened)
    with durable.open(50) as opened:
        with pytest.raises(Refused, match="without its signing key") as refused:
            opened.export(tmp_path / "bundle", recipient="auditor", actor=COORDINATOR)
        untouched = opened.position
        moving = opened.export(tmp_path / "moving", actor=COORDINATOR, move=True)
        done = opened.export(
            tmp_path / "bundle", recipient="auditor", actor=COORDINATOR, as_it_is=True
        )

    assert (refused.value.code, untouched) == ("not_covered", 8)
    assert (moving.refusal, moving.size) == (None, 9)
    assert (done.size, done.checkpoint) == (10, None)
    assert "--signing-key" in str(done.refusal)
    assert vkey


def test_a_row_that_fits_into_no_bundle_is_handed_out_with_the_file_only(
    tmp_path: Path, vkey: VerifierKey
) -> None:
    at = Place(str(tmp_path / "program.db"), str(tmp_path / "program.keys"))
    auditor = Auditor(tmp_path)
    with at.open(1, sign=signing(tmp_path)) as opened:
        seven_signed(opened, auditor)
        past_the_program(opened, tmp_path).sql(EVENTS + "originator_id = ''" + AT, 2)

        with pytest.raises(UnfitRow):
            opened.export(
                tmp_path / "bundle", recipient="auditor", actor=COORDINATOR, as_it_is=True
            )
        assert opened.position == 8
        opened.export(tmp_path / "copy.db", recipient="auditor", actor=COORDINATOR, as_it_is=True)

    report = auditor.verify(tmp_path / "copy.db", vkey=str(vkey))
    assert (report["verdict"], report["faults"][0]["position"]) == ("changed", 2)


def test_who_signs_by_himself_looks_at_all_events_once_a_day(
    durable: Place, vkey: VerifierKey, tmp_path: Path
) -> None:
    with durable.open(1, sign=signing(tmp_path)) as opened:
        seven_signed(opened)
        edited(3)(past_the_program(opened, tmp_path))
    clock = Clock()
    signs = attrs.evolve(signing(tmp_path, background=True), seconds=0.05)
    with durable.open(50, clock, sign=signs) as opened:
        until(lambda: opened.refusal is not None)
        memory = (tmp_path / "signing-key.checkpoints").read_bytes()

        opened.handle(mc.RegisterPerson(), actor=COORDINATOR)

        assert "at position 3" in str(opened.refusal)
    assert (tmp_path / "signing-key.checkpoints").read_bytes() == memory
    assert vkey


@pytest.mark.parametrize("how", [None, "it is edited", "it is gone"])
def test_what_was_signed_for_a_receipt_alone_is_compared_as_well(
    durable: Place, vkey: VerifierKey, tmp_path: Path, how: str | None
) -> None:
    with durable.open(1, sign=signing(tmp_path, receipts=True)) as opened:
        seven_signed(opened)
        opened.receipt(8)
        last = opened.handle(mc.RegisterPerson(), actor=COORDINATOR).events[0].position
        opened.receipt(last)
        book = past_the_program(opened, tmp_path)
        if how is not None:
            (edited(last) if how == "it is edited" else lambda b: b.delete(last))(book)

    with durable.open(50, sign=signing(tmp_path)) as opened:
        if how is None:
            assert opened.checkpoint().checkpoint.size == last
            done = opened.export(tmp_path / "bundle", recipient="auditor", actor=COORDINATOR)
            assert done.refusal is None
            return
        for way in told_and_handed(opened, tmp_path):
            with pytest.raises(IntegrityError):
                way()
        assert opened.position == (last if how == "it is edited" else last - 1)
    assert vkey


def test_an_altered_log_gives_no_receipt_at_once(
    durable: Place, vkey: VerifierKey, tmp_path: Path
) -> None:
    with durable.open(1, sign=signing(tmp_path, receipts=True)) as opened:
        world = World(opened)
        opened.checkpoint()
        edited(2)(past_the_program(opened, tmp_path))
        with pytest.raises(EventsDiffer):
            opened.checkpoint()
        answer = world.ask(mc.RegisterPerson(name="Ada"))

        with pytest.raises(EventsDiffer, match="position 2"):
            opened.receipt(answer.events[-1].position)


@pytest.mark.parametrize("after", [0, 3])
def test_a_log_that_was_put_back_behind_a_receipt_makes_no_checkpoint(
    durable: Place, vkey: VerifierKey, tmp_path: Path, after: int
) -> None:
    with durable.open(1, sign=signing(tmp_path, receipts=True)) as opened:
        world = World(opened)
        opened.checkpoint()
        covered = opened.position
        last = world.ask(mc.RegisterPerson(name="Ada")).events[-1].position
        opened.receipt(last)
        book = past_the_program(opened, tmp_path)
        for position in range(covered + 1, last + 1):
            book.delete(position)
        book.sql("DELETE FROM $.audit_leaf WHERE idx >= ?", covered)
    with durable.open(100, sign=signing(tmp_path, receipts=True)) as again:
        for number in range(after):
            again.handle(mc.RegisterPerson(name=f"Ben {number}"), actor=COORDINATOR)

        with pytest.raises(IntegrityError):
            again.checkpoint()
        if after:
            with pytest.raises(IntegrityError):
                again.receipt(again.position)

        assert again.refusal is not None
