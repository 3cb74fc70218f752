"""An engine with a signing key makes checkpoints; with or without one it proves what is covered."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs
import pytest
from engine.world import COORDINATOR, Clock, Place, World, engine, mc

from mentorcore.audit.notes.checkpoint import read_checkpoint
from mentorcore.audit.notes.checkpoint_file import CheckpointFile
from mentorcore.audit.notes.signing import Signing, sign_with
from mentorcore.audit.notes.signing_keys import begin_rotation, create_signing_key, end_rotation
from mentorcore.audit.notes.verifier_keys import VerifierKey, secret_signer
from mentorcore.audit.sequencing.receipt import verify_receipt
from mentorcore.engine.engine import Engine
from mentorcore.errors import Invalid, KeyMissing, LogError, NoteInvalid, Refused, RollbackRefused

ORIGIN = "mentoring.example.edu/log1"


@attrs.frozen
class Signed:
    path: Path
    key: VerifierKey

    def by(self, **options: Any) -> Signing:
        return attrs.evolve(sign_with(self.path), **{"background": False, **options})


@pytest.fixture
def signed(tmp_path: Path) -> Signed:
    path = tmp_path / "program.signing-key"
    return Signed(path, create_signing_key(path, ORIGIN))


def covered(opened: Engine) -> int:
    """How many events the newest checkpoint covers."""
    newest = opened._integrity.prover.newest()
    return newest.size if newest is not None else 0


def until(done: Callable[[], bool]) -> None:
    """Wait for what happens in the background."""
    for _ in range(12_000):
        if done():
            return
        time.sleep(0.005)
    raise AssertionError("it did not happen in a minute")


def test_nothing_is_signed_without_a_key(world: World) -> None:
    with pytest.raises(Invalid, match="without a signing key"):
        world.engine.checkpoint()

    found = world.engine.exposure()
    assert (found.level, found.events, found.seconds) == (0, world.engine.position, None)
    assert world.engine.refusal is None


def test_a_checkpoint_covers_all_that_is_recorded(durable: Place, signed: Signed) -> None:
    with durable.open(1, sign=signed.by()) as opened:
        World(opened)

        made = opened.checkpoint()

        assert made.checkpoint == read_checkpoint(made.checkpoint.note, [signed.key])
        assert made.checkpoint.size == opened.position
        assert (made.exposure.level, made.exposure.size) == (1, 0)
        assert made.publications == ()


def test_an_event_is_proven_to_whoever_holds_its_receipt(durable: Place, signed: Signed) -> None:
    with durable.open(1, sign=signed.by()) as opened:
        world = World(opened)
        answer = world.ask(world.forming(world.mentor(), world.mentee()))
        event = answer.events[0]

        by_position = opened.receipt(event.position)
        by_name = opened.receipt(f"{event.stream}#{event.version}")

        proven = verify_receipt(by_position.text, [signed.key])
        assert by_name == by_position
        assert (proven.leaf.stream, proven.leaf.name) == (event.stream, "pairing.formed")


def test_a_log_opened_without_the_key_proves_what_is_covered(
    durable: Place, signed: Signed
) -> None:
    with durable.open(1, sign=signed.by()) as opened:
        world = World(opened)
        first = opened.checkpoint().checkpoint
        world.person(name="Ada")
        second = opened.checkpoint().checkpoint
    with durable.open(100) as opened:
        verify_receipt(opened.receipt(2).text, [signed.key])
        continued = opened.consistency(first.note, second.note)
        with pytest.raises(Invalid, match="the other way round"):
            opened.consistency(second.note, first.note)
        held = opened.receipt(2, under=first.note)
        late = opened.handle(mc.RegisterPerson(name="Ben"), actor=COORDINATOR).events[0]

        assert verify_receipt(held, [signed.key]).checkpoint.size == first.size
        assert (continued.earlier.size, continued.later.size) == (first.size, second.size)
        with pytest.raises(Refused) as refused:
            opened.receipt(late.position)
        assert refused.value.code == "not_covered"
        with pytest.raises(RollbackRefused):
            opened.consistency(
                first,
                attrs.evolve(second, note=second.note.replace(f"\n{second.size}\n", "\n99\n")),
            )


@pytest.mark.parametrize("event", ["pairing", "pairing:1#x", "pairing:1#7", 99])
def test_an_event_that_is_not_there_has_no_receipt(world: World, event: str | int) -> None:
    with pytest.raises(Refused) as refused:
        world.engine.receipt(event)

    assert refused.value.code == "no_such_event"


def test_a_held_checkpoint_is_a_moment_that_can_be_asked_about(
    durable: Place, signed: Signed
) -> None:
    clock = Clock()
    with durable.open(1, clock, sign=signed.by()) as opened:
        world = World(opened)
        clock.move(seconds=1)
        world.pair()
        held = opened.checkpoint().checkpoint
        clock.move(hours=1)
        world.pair()
        viewer = mc.Viewer.coordinator()

        then = opened.status(viewer=viewer, as_known=held.note)

        assert len(then.pairings) == 1
        assert then == opened.status(viewer=viewer, as_known=held)
        assert then == opened.status(viewer=viewer, as_known=held.size)
        assert len(opened.status(viewer=viewer).pairings) == 2
        with pytest.raises(NoteInvalid):
            opened.status(viewer=viewer, as_known=held.note.replace(ORIGIN, "other.example/log"))
        with pytest.raises(NoteInvalid):
            opened.history(world.program, viewer=viewer, as_known="last Tuesday")


def test_a_checkpoint_is_an_exact_moment_even_while_the_clock_stands(
    durable: Place, signed: Signed
) -> None:
    with durable.open(1, sign=signed.by()) as opened:
        world = World(opened)
        world.pair()
        held = opened.checkpoint().checkpoint
        world.pair()
        viewer = mc.Viewer.coordinator()

        then = opened.status(viewer=viewer, as_known=held)

        assert len(then.pairings) == 1
        assert mc.plain(then)["as_known"] == held.size


def test_checkpoints_are_made_in_the_background_after_many_events(
    durable: Place, signed: Signed
) -> None:
    with durable.open(1, sign=signed.by(background=True, events=3, seconds=3600)) as opened:
        World(opened)

        until(lambda: covered(opened) > 0)


def test_checkpoints_are_made_in_the_background_after_a_while(
    durable: Place, signed: Signed
) -> None:
    with durable.open(1, sign=signed.by(background=True, events=10**6, seconds=0.05)) as opened:
        world = World(opened)
        last = world.ask(mc.RegisterPerson(name="Ada")).events[0].position

        until(lambda: covered(opened) >= last)


def test_events_put_in_by_hand_stop_the_checkpoints_of_the_background(
    tmp_path: Path, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long ago the tree passed their position; the last events alone do not show it."""
    monkeypatch.setattr("mentorcore.audit.sequencing.rollback_guard.RECENT", 1)
    path = tmp_path / "program.db"
    with mc.open(path, sign=signed.by(background=True, events=1, seconds=0.05)) as opened:
        world = World(opened)
        until(lambda: covered(opened) == opened.position)
        with closing(sqlite3.connect(path)) as past_the_program, past_the_program:
            past_the_program.execute(
                "INSERT INTO stored_events VALUES (0, 'pairing:1', 1, 'pairing.formed', x'7b7d')"
            )
        world.person(name="Ada")

        until(lambda: opened.refusal is not None)

        assert "position 0" in str(opened.refusal)
        assert world.person(name="Ben").startswith("person:")


def test_closing_covers_what_came_last(durable: Place, signed: Signed) -> None:
    with durable.open(1, sign=signed.by(background=True, events=10**6, seconds=3600)) as opened:
        World(opened)
        last = opened.position
    with durable.open(100) as opened:
        assert opened.receipt(last).leaf.position == last


def test_a_key_file_is_all_that_open_needs(tmp_path: Path, signed: Signed) -> None:
    with mc.open(tmp_path / "program.db", sign=signed.path) as opened:
        world = World(opened)
        assert opened.checkpoint().checkpoint.size == opened.position
        assert world.engine.refusal is None


def test_every_answer_can_have_its_receipt_at_once(durable: Place, signed: Signed) -> None:
    with durable.open(1, sign=signed.by(receipts=True)) as opened:
        world = World(opened)
        answer = world.ask(mc.RegisterPerson(name="Ada"))
        covered = opened._store.ledger.read(lambda tables: tables.last_leaf()[1])
        receipt = opened.receipt(answer.events[0].position)

        checkpoint = verify_receipt(receipt.text, [signed.key]).checkpoint

        assert covered == checkpoint.size == opened.position
        assert signed.by().memory.newest([signed.key]) == checkpoint


def test_receipts_at_once_and_checkpoints_tell_one_history(durable: Place, signed: Signed) -> None:
    with durable.open(1, sign=signed.by(receipts=True)) as opened:
        world = World(opened)
        notes = [opened.checkpoint().checkpoint.note]
        for turn in range(6):
            answer = world.ask(mc.RegisterPerson(name=f"Ada {turn}"))
            notes.append(opened.receipt(answer.events[-1].position).note)
            if turn % 3 == 2:
                notes.append(opened.checkpoint().checkpoint.note)
        last = world.ask(mc.RegisterPerson(name="Ben")).events[-1].position
        newest = opened.receipt(last)

        assert opened.receipt(last) == newest
        assert opened.receipt(1).leaf.position == 1
        for earlier, later in pairwise([*notes, newest.note]):
            opened.consistency(earlier, later)
        assert opened.known_at(newest.note) == last
        assert opened.verify().verdict == "unanchored"
    with durable.open(100, sign=signed.by()) as again:
        assert again.checkpoint().checkpoint.size == last
        assert again.consistency(newest.note, again.checkpoint().checkpoint).later.size == last


def test_a_refusal_stops_checkpoints_and_nothing_else(durable: Place, signed: Signed) -> None:
    with durable.open(1, sign=signed.by(receipts=True)) as opened:
        world = World(opened)
        opened.checkpoint()
        memory = signed.by().memory.path
        memory.rename(memory.with_suffix(".away"))

        person = world.person(name="Ada")
        with pytest.raises(RollbackRefused, match="is not there"):
            opened.receipt(opened.position)

        assert person.startswith("person:")
        assert "is not there" in str(opened.refusal)
        memory.with_suffix(".away").rename(memory)
        assert opened.checkpoint().checkpoint.size == opened.position
        assert opened.refusal is None


class Office:
    """A place that keeps what it is given."""

    name = "office"
    outside = True

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.broken = False

    def publish(self, note: str, consistency: Callable[[int], Sequence[bytes]]) -> str:
        if self.broken:
            raise OSError("the office is closed")
        self.notes.append(note)
        return "kept"


def test_checkpoints_go_to_places_outside_and_the_exposure_says_how_far(
    durable: Place, signed: Signed
) -> None:
    clock, office = Clock(), Office()
    with durable.open(1, clock, sign=signed.by(sinks=(office,))) as opened:
        world = World(opened)
        made = opened.checkpoint()
        clock.move(minutes=5)
        world.person(name="Ada")

        exposure = opened.exposure()

        assert office.notes == [made.checkpoint.note]
        assert [(p.sink, p.detail) for p in made.publications] == [("office", "kept")]
        assert (made.exposure.level, made.exposure.events) == (2, 0)
        assert exposure.events == opened.position - made.checkpoint.size > 0
        assert exposure.seconds == 300


def test_a_place_that_fails_is_said_and_tried_again(durable: Place, signed: Signed) -> None:
    office = Office()
    with durable.open(1, sign=signed.by(sinks=(office,))) as opened:
        World(opened)
        office.broken = True
        failed = opened.checkpoint()
        office.broken = False
        tried = opened.checkpoint()

        assert failed.publications[0].problem == "the office is closed"
        assert failed.exposure.level == 1
        assert tried.publications[0].problem == ""
        assert tried.exposure.level == 2


def test_an_idle_log_publishes_its_checkpoint_again_every_day(
    durable: Place, signed: Signed
) -> None:
    clock, office = Clock(), Office()
    with durable.open(1, clock, sign=signed.by(sinks=(office,))) as opened:
        World(opened)
        opened.checkpoint()
        opened.checkpoint()
        assert len(office.notes) == 1
        clock.move(days=1)

        opened.checkpoint()

        assert len(office.notes) == 2
        assert office.notes[0] == office.notes[1]


def test_a_checkpoint_given_by_hand_counts_as_held_outside(durable: Place, signed: Signed) -> None:
    with durable.open(1, sign=signed.by()) as opened:
        World(opened)

        made = opened.checkpoint(handed_to="the district's auditor")

        assert (made.exposure.level, made.exposure.events) == (2, 0)


def test_a_lost_file_of_checkpoints_is_begun_again_from_a_held_one(
    durable: Place, signed: Signed
) -> None:
    with durable.open(1, sign=signed.by()) as opened:
        world = World(opened)
        held = opened.checkpoint().checkpoint
        CheckpointFile(signed.by().memory.path).path.unlink()
        world.person(name="Ada")
        with pytest.raises(RollbackRefused, match="--adopt"):
            opened.checkpoint()

        assert opened.adopt(held.note) == held

        assert opened.checkpoint().checkpoint.size == opened.position


def test_an_engine_in_memory_signs_too(signed: Signed) -> None:
    with engine(sign=signed.by()) as opened:
        world = World(opened)
        made = opened.checkpoint().checkpoint
        world.person(name="Ada")

        assert opened.consistency(made, opened.checkpoint().checkpoint).earlier == made
        assert opened.rebuild() == opened._integrity.prover.newest()


def test_a_closed_log_makes_no_checkpoints(durable: Place, signed: Signed) -> None:
    opened = durable.open(1, sign=signed.by())
    World(opened)
    opened.close()

    with pytest.raises(LogError, match="closed"):
        opened.checkpoint()


def test_a_key_is_replaced_by_a_record_and_a_checkpoint_signed_by_both(
    durable: Place, signed: Signed
) -> None:
    new = begin_rotation(signed.path)
    with durable.open(1, sign=signed.by()) as opened:
        World(opened)
        made = opened.rotate_signing_key(new, actor=COORDINATOR).checkpoint
        again = opened.rotate_signing_key(new, actor=COORDINATOR).checkpoint
        (told,) = opened.events(names=["audit.signing-key-rotated"])
        end_rotation(signed.path)

    assert told.event.vkey == str(new.key)
    assert again == made
    for keys in ([signed.key], [new.key], [signed.key, new.key]):
        assert read_checkpoint(made.note, keys).size == told.position
    with durable.open(100, sign=signed.by()) as opened:
        opened.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR)
        after = opened.checkpoint().checkpoint
        verify_receipt(opened.receipt(told.position).text, [new.key])
    with pytest.raises(NoteInvalid):
        read_checkpoint(after.note, [signed.key])
    assert read_checkpoint(after.note, [new.key]).size == made.size + 1


def test_no_key_of_another_log_takes_over(durable: Place, signed: Signed) -> None:
    other = secret_signer("another.example/log", bytes(range(32)))
    with durable.open(1, sign=signed.by()) as opened:
        World(opened)
        before = opened.position

        with pytest.raises(Invalid, match="cannot take over"):
            opened.rotate_signing_key(other, actor=COORDINATOR)

        assert opened.position == before


def test_whoever_signs_needs_no_keys_of_people(durable: Place, signed: Signed) -> None:
    with durable.open(1) as opened:
        world = World(opened)
        world.pair()
    with mc.open(durable.url, keys=mc.NoKeys(), sign=signed.by()) as opened:
        made = opened.checkpoint().checkpoint
        status = opened.status(viewer=mc.Viewer.auditor())

        assert made.size == opened.position
        assert len(status.pairings) == 1
        with pytest.raises(KeyMissing, match="record anything about a person"):
            opened.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR)
        seen = opened.status(viewer=mc.Viewer.coordinator())
        assert {who.name for row in seen.pairings for who in row.members} == {
            mc.Withheld("name", "sealed, and no keys are here")
        }
        with pytest.raises(KeyMissing, match="by its key"):
            opened.rotate_signing_key(signed.by().signer, actor=COORDINATOR)
        assert opened.position == made.size


def test_a_closed_log_in_memory_makes_no_checkpoints(signed: Signed) -> None:
    opened = engine(sign=signed.by())
    opened.close()

    with pytest.raises(LogError, match="closed"):
        opened.checkpoint()
