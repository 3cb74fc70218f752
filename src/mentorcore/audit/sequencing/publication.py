"""Checkpoints are handed to places outside, and it is known how much is not covered there yet.

Signing protects nobody from the owner of the key. What protects is that somebody else holds a
checkpoint: from then on nothing that it covers can be changed unseen.
"""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import attrs

from mentorcore.audit.notes.alarms import Alarm, keep_alarm
from mentorcore.audit.notes.checkpoint import (
    Checkpoint,
    SignatureLine,
    check_cosignature,
    parse_note,
    read_line,
    shortened,
    with_lines,
)
from mentorcore.audit.notes.kept_stamps import keep_stamp
from mentorcore.audit.notes.signing import Signing, Sink
from mentorcore.audit.notes.verifier_keys import COSIGNATURE, VerifierKey
from mentorcore.audit.sequencing.prover import Prover
from mentorcore.errors import HeadDiffers, NoteInvalid, RollbackRefused
from mentorcore.log.storage.audit_tables import AuditTables, AuditTransaction, SinkRow

__all__ = ["Exposure", "Publication", "Publisher", "exposure", "handed_over"]

INSIDE = "inside:"
"""Before the name of a place that is within the operator's reach."""

HANDED = "handed to "
"""Before the name of somebody to whom a checkpoint was given by hand."""

IDLE = timedelta(days=1)
"""An idle log publishes its checkpoint again after so long: a fresh time shows that it stands."""

FIRST_PAUSE, LONGEST_PAUSE = 5.0, 3600.0
"""Seconds until a place that failed is tried again, at first and at most."""


@attrs.frozen
class Exposure:
    """How far the log is protected, and how much of it is not covered outside yet.

    Attributes:
        level: 0 nothing is signed; 1 signed, and nobody else holds it; 2 somebody outside the
            operator's reach holds checkpoints; 3 a witness cosigned, so that two different
            histories cannot be shown to two auditors.
        events: How many events no checkpoint covers that was accepted outside.
        seconds: How long ago one was accepted last; ``None`` if that never happened.
        size: How many events it covers.
    """

    level: int
    events: int
    seconds: float | None
    size: int


@attrs.frozen
class Publication:
    """What came of handing a checkpoint to one place.

    Attributes:
        sink: The name of the place.
        size: How many events the checkpoint covers.
        detail: What the place answered.
        problem: Why it did not work; empty if it did.
        alarm: Whether the place holds another history of this log than this one.
        note: The checkpoint that was handed over, if that is an alarm,
        other: and the one of another history that the place shows, if it shows one. Keep both:
            together they are the evidence.
    """

    sink: str
    size: int
    detail: str = ""
    problem: str = ""
    alarm: bool = False
    note: str = ""
    other: str = ""


class Publisher:
    """Hands the newest checkpoint to the sinks that lack it.

    Args:
        ledger: Where it is noted what they accepted.
        signing: Which sinks there are.
        prover: Makes the proofs that they ask for.
        clock: Tells the time.
    """

    def __init__(
        self, ledger: AuditTables, signing: Signing, prover: Prover, clock: Callable[[], datetime]
    ) -> None:
        self._ledger = ledger
        self._signing = signing
        self._prover = prover
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: dict[str, tuple[int, float]] = {}

    def publish(self, *, impatient: bool = False) -> tuple[Publication, ...]:
        """Offer the newest checkpoint to each sink that lacks it.

        Args:
            impatient: Whether those that failed a moment ago are tried, too.
        """
        if not self._signing.sinks:
            return ()
        with self._lock:
            newest = self._prover.newest()
            if newest is None:
                return ()
            held = self._ledger.read(AuditTransaction.sinks)
            return tuple(
                self._offer(sink, newest)
                for sink in self._signing.sinks
                if self._due(held.get(_row_name(sink)), newest)
                and (impatient or time.monotonic() >= self._failed.get(sink.name, (0, 0.0))[1])
            )

    def _due(self, row: SinkRow | None, newest: Checkpoint) -> bool:
        if row is None or row.size < newest.size:
            return True
        return self._clock() - datetime.fromisoformat(row.at) >= IDLE

    def _offer(self, sink: Sink, newest: Checkpoint) -> Publication:
        try:
            detail = sink.publish(newest.note, lambda size: self._prover.continuation(size, newest))
        except (HeadDiffers, RollbackRefused) as error:
            later = self._prover.newest()
            if later is not None and later.size > newest.size:
                return self._offer(sink, later)  # another process was faster, which is no rollback
            self._failed[sink.name] = (1, time.monotonic() + LONGEST_PAUSE)
            at, other = self._clock().isoformat(), getattr(error, "other", "")
            alarm = Alarm(sink.name, newest.size, at, str(error), newest.note, other)
            self._ledger.write(lambda tables: keep_alarm(tables, alarm))
            return Publication(
                sink.name,
                newest.size,
                problem=alarm.problem,
                alarm=True,
                note=alarm.note,
                other=alarm.other,
            )
        except Exception as error:  # noqa: BLE001 - a stranger's code; it holds up nobody
            times = self._failed.get(sink.name, (0, 0.0))[0] + 1
            pause = min(FIRST_PAUSE * 2 ** (times - 1), LONGEST_PAUSE)
            self._failed[sink.name] = (times, time.monotonic() + pause)
            said = str(error) or type(error).__name__
            return Publication(sink.name, newest.size, problem=said)
        self._failed.pop(sink.name, None)
        row = SinkRow(_row_name(sink), newest.size, self._clock().isoformat(), detail)
        witnesses = [getattr(other, "key", None) for other in self._signing.sinks]
        keys = (*self._signing.keys, *(k for k in witnesses if isinstance(k, VerifierKey)))
        self._ledger.write(lambda tables: _accepted(tables, row, keys))
        return Publication(sink.name, newest.size, detail)


def handed_over(ledger: AuditTables, checkpoint: Checkpoint, to: str, at: datetime) -> None:
    """Note that somebody was given a checkpoint by hand, on paper or by mail."""
    row = SinkRow(HANDED + to, checkpoint.size, at.isoformat(), None)
    ledger.write(lambda tables: _accepted(tables, row))


def exposure(ledger: AuditTables, now: datetime) -> Exposure:
    """How far the log is protected at this moment."""

    def found(tables: AuditTransaction) -> Exposure:
        head = tables.head()
        recorded = head.size + tables.events.count(head.last_position, None)
        outside = [r for r in tables.sinks().values() if not r.name.startswith(INSIDE)]
        if not outside:
            signed = tables.newest_checkpoint() is not None
            return Exposure(int(signed), recorded, None, 0)
        newest = max(outside, key=lambda r: (r.size, r.at))
        cosigned = any(_lines(r.detail) for r in outside)
        age = (now - datetime.fromisoformat(newest.at)).total_seconds()
        return Exposure(
            3 if cosigned else 2, max(0, recorded - newest.size), max(0.0, age), newest.size
        )

    return ledger.read(found)


def _row_name(sink: Sink) -> str:
    return sink.name if sink.outside else INSIDE + sink.name


def _accepted(tables: AuditTransaction, row: SinkRow, keys: Sequence[VerifierKey] = ()) -> None:
    """Keep what a place answered; what a witness signed is added to the checkpoint.

    Args:
        tables: Where both are kept.
        row: What the place answered. It stays there whole where the checkpoint has no room for it.
        keys: Those of the log and of its witnesses, in whose names nobody else may sign.
    """
    before = tables.sinks().get(row.name)
    if before is None or before.size <= row.size:
        tables.put_sink(row)
    keep_stamp(tables, row)
    note = tables.checkpoint(row.size)
    if note is None:
        return
    try:
        checkpoint, there = parse_note(shortened(note))
    except NoteInvalid:
        return
    lines = [line for line in _lines(row.detail) if _may_stand(checkpoint, line, keys)]
    if not lines:
        return
    known = {(line.name, line.payload[:4]) for line in lines}
    stays = (s for s in there if (s.name, s.payload[:4]) not in known)
    text = f"{checkpoint.text}\n" + "".join(f"{line.text}\n" for line in stays)
    tables.put_checkpoint(row.size, with_lines(text, lines))


def _may_stand(checkpoint: Checkpoint, line: SignatureLine, keys: Sequence[VerifierKey]) -> bool:
    """Whether a line harms nobody: one of a known key that does not hold spoils all the others."""
    for key in keys:
        if (line.name, line.payload[:4]) != (key.name, key.id):
            continue
        try:
            return key.kind == COSIGNATURE and bool(check_cosignature(checkpoint, line, key))
        except NoteInvalid:
            return False
    return True


def _lines(detail: str | None) -> list[SignatureLine]:
    found = []
    for line in (detail or "").split("\n"):
        try:
            found.append(read_line(line))
        except NoteInvalid:
            continue
    return found
