"""The built-in verification: the words of the stand-alone verifier, for a live log of any store.

It shares the tree with the sequencer and nothing with the stand-alone file, so that the two check
each other. What it finds is told in docs/reference/verifier.md, step by step.
"""

import json
import sqlite3
import struct
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import attrs

from mentorcore.audit.bundle.evidence import AuditableLog, Redacted, ShownRow, hash_of
from mentorcore.audit.bundle.writer import Disclosed
from mentorcore.audit.merkle.tree import Frontier
from mentorcore.audit.notes.checkpoint import Checkpoint, parse_note, read_checkpoint
from mentorcore.audit.notes.encoding import bytes_of
from mentorcore.audit.standalone import ORDER
from mentorcore.audit.verification.live_log import ShownLog
from mentorcore.audit.verification.verdicts import Fault, Verdict, VerificationPolicy
from mentorcore.errors import ExportInvalid, IntegrityError, NoteInvalid
from mentorcore.log.sealing.sealing import open_blob
from mentorcore.log.serialization.instants import DAY, stamped
from mentorcore.log.storage.store import Store

__all__ = ["verify", "verify_store"]

SKEW = 300
AHEAD = timedelta(days=366)
NOWHERE = -1
SAID = ("audit.challenged", "audit.state-redacted")
BROKEN = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


@attrs.frozen
class _Anchor:
    size: int
    root: bytes
    signed: bool
    outside: bool
    times: tuple[int, ...]


class _Verification:
    def __init__(
        self, shown: AuditableLog, demands: VerificationPolicy, claims: Mapping[str, Any] | None
    ) -> None:
        self.shown = shown
        self.demands = demands
        self.claims = claims
        self.frontier = Frontier()
        self.last = self.matched = self.covered = self.signed = self.withheld = self.gaps = 0
        self.anchors: dict[int, list[_Anchor]] = {}
        self.differs: tuple[_Anchor, int] | None = None
        self.gone: list[tuple[int, ShownRow]] = []
        self.announced: list[tuple[int, int, Redacted]] = []
        self.nonces: dict[str, int] = {}
        self.keyed: list[tuple[int, ShownRow, Disclosed]] = []
        self.faults: list[Fault] = []
        self.notices: list[str] = []
        self.day = self.latest = ""
        self.dated = b""

    def no(self, verdict: str, reason: str, index: int | None = None, row: Any = None) -> None:
        where = () if row is None else row[:4]
        self.faults.append(Fault(verdict, reason, index, *where))

    def read_notes(self) -> None:
        """Held checkpoints and those that came along; two roots of one size are a fork."""
        asked = self.demands
        held = ((True, 0, note, name) for name, note in asked.held.items())
        came = ((False, s, n, f"the log's checkpoint of size {s}") for s, n in self.shown.notes())
        for is_held, size, note, name in (*held, *came):
            try:
                checkpoint, signed = self._read(note, None if is_held else (size,))
            except (NoteInvalid, *BROKEN) as error:
                self.no("bad-signature", f"{name}: {error}")
                continue
            if asked.keys and not signed:
                self.notices.append(f"{name} is signed by no known key, and was left out")
                continue
            newest: dict[str, int] = {}
            for seen in checkpoint.cosignatures:
                newest[seen.witness] = max(seen.at, newest.get(seen.witness, 0))
            enough = len(newest) >= asked.asked_quorum
            outside = enough and (is_held or asked.asked_quorum > 0)
            times = tuple(sorted(newest.values(), reverse=True))
            others = self.anchors.setdefault(checkpoint.size, [])
            if asked.keys and any(other.root != checkpoint.root for other in others):
                self.no("fork", f"two different logs of {checkpoint.size} events were signed")
            others.append(_Anchor(checkpoint.size, checkpoint.root, signed, outside, times))

    def _read(self, note: str, kept: tuple[object] | None) -> tuple[Checkpoint, bool]:
        """A checkpoint, and whether a trusted key signed it; a held one has to be.

        One that came along is *kept* under a size, which may be anything; a held one is not.
        """
        asked = self.demands
        if type(note) is not str:  # whatever a damaged database says
            raise NoteInvalid("it is no text")
        checkpoint, lines = parse_note(note)
        if kept is not None and (type(kept[0]), kept[0]) != (int, checkpoint.size):
            raise NoteInvalid("it is kept under another size")
        if asked.keys and checkpoint.origin != asked.keys[0].name:
            raise NoteInvalid(f"it is of another log, {checkpoint.origin!r}")
        known = {(key.name, key.id) for key in asked.keys}
        if kept is not None and not any((x.name, x.payload[:4]) in known for x in lines):
            return checkpoint, False
        keys = (*asked.keys, *asked.witnesses)
        return read_checkpoint(note, keys, origin=checkpoint.origin), True

    def scan(self) -> None:
        """One pass over the events, the root compared at each size that a checkpoint tells."""
        row: ShownRow | None = None
        versions: dict[str, int] = {}
        gone = self.shown.redactions()
        wanted = dict(getattr(self.shown, "disclosed", {}))
        try:
            for row in self.shown.rows():
                self._take(row, gone, versions)
                for key in wanted.pop(row.position, ()):
                    self.keyed.append((self.frontier.size - 1, row, key))
                row = None  # noqa: PLW2901 - see below
        except ExportInvalid:
            raise
        except (IntegrityError, *BROKEN) as error:
            # With a row it is that one; without, the next could not be read at all.
            reason = f"this event cannot be right: {error}"
            self.no("changed", reason, self.frontier.size, row)
        else:
            beyond = [a[0] for size, a in self.anchors.items() if size > self.frontier.size]
            if beyond and self.differs is None:
                self.differs = min(beyond, key=lambda a: a.size), self.matched
        self.unused = sorted(wanted)

    def _take(self, row: ShownRow, gone: Mapping[int, Redacted], versions: dict[str, int]) -> None:
        index = self.frontier.size
        leaf = hash_of(self.shown.log_id, index, row)
        if row.position <= self.last:
            raise ValueError(f"its position does not rise above {self.last}")
        if self.demands.streams:
            before = versions.get(row.stream, row.version - 1)
            if row.version != before + 1:
                raise ValueError(f"the version behind {before} of its stream is missing")
            versions[row.stream] = row.version
        if row.position in gone:
            self.gone.append((index, row))
        elif row.state is None:
            self.withheld += 1
        if row.state is not None:
            # Nearly every event is of the day of the one before it.
            if row.state[DAY] != self.dated:
                self._date(row.position, row.state)
            if row.name in SAID:
                self._hear(index, row.state)
        self.frontier.append(leaf)
        self.gaps += row.position - self.last - 1
        self.last = row.position
        for anchor in self.anchors.get(self.frontier.size, ()):
            if anchor.root != self.frontier.root():
                self.differs = self.differs or (anchor, self.matched)
                continue
            self.matched = anchor.size
            self.signed = anchor.size if anchor.signed else self.signed
            self.covered = anchor.size if anchor.outside else self.covered

    def _date(self, position: int, state: bytes) -> None:
        """Notice where the clock jumped far ahead: whatever came after bears at least that time."""
        day = (stamped(state) or self.day)[:10]
        if day == self.day:
            return
        if day > self.latest and self.day:
            self.notices.append(
                f"the clock jumped ahead at position {position}: it was recorded on {day}, and the "
                f"event before it on {self.day}; no later event is dated before that day"
            )
        with suppress(ValueError):
            self.latest = (date.fromisoformat(day) + AHEAD).isoformat()
            self.day, self.dated = day, state[DAY]

    def _hear(self, index: int, state: bytes) -> None:
        """What the log says about itself: challenges and redactions."""
        told = json.loads(state.decode())
        told = told.get("d", told)
        self.nonces.setdefault(told.get("nonce"), index)
        for position, digest, residual in told.get("items", ()):
            kept = None if residual is None else bytes_of(residual)
            self.announced.append((index, position, Redacted(bytes.fromhex(digest), kept)))

    def locate(self) -> None:
        """The first event that is not what was signed, if kept leaf hashes can vouch for it."""
        if self.differs is None:
            return
        anchor, start = self.differs
        end = min(anchor.size, self.frontier.size)
        index, row = start, None
        what = f"of indexes {start} to {end - 1} not all are as signed"
        try:
            trusted = Frontier()
            near: list[bytes] = []
            for leaf in self.shown.leaves(anchor.size):
                trusted.append(leaf)
                if trusted.size > start:
                    near.append(leaf)
            if (trusted.size, trusted.root()) == (anchor.size, anchor.root):
                index, row, what = self._first(near, start)
        except (IntegrityError, StopIteration, sqlite3.Error, *BROKEN):
            pass  # such hashes are no evidence; without them the range is named
        forked = anchor.signed and self.signed > anchor.size
        verdict = "fork" if forked else "truncated" if anchor.size > end else "changed"
        self.no(verdict, f"the checkpoint of size {anchor.size} does not fit: {what}", index, row)

    def _first(self, near: list[bytes], start: int) -> tuple[int, ShownRow | None, str]:
        log_id = self.shown.log_id
        rows: Iterator[ShownRow] = self.shown.rows()
        for _ in range(start):
            next(rows)
        for n, leaf in enumerate(near):
            index, row = start + n, next(rows, None)
            if row is not None and hash_of(log_id, index, row) == leaf:
                continue
            after = next(rows, None)
            if row is None or [hash_of(log_id, index + 1, row)] == near[n + 1 : n + 2]:
                return index, row, "an event is missing here"
            if after is not None and hash_of(log_id, index, after) == leaf:
                return index, row, "this event does not belong here"
            return index, row, "this event was changed"
        raise StopIteration

    def conclude(self) -> Verdict:
        """What was claimed of the log, opened values and freshness; then the verdict."""
        asked, size = self.demands, self.frontier.size
        limit = self.signed if asked.keys else size
        listed = dict(self.shown.redactions())
        said = {(p, told) for index, p, told in self.announced if index < limit}
        for index, row in self.gone:
            told = listed.pop(row.position)
            if (
                row.state is not None
                or told.digest != row.digest
                or (row.position, told) not in said
            ):
                self.no("changed", "the state was removed, and no signed event says so", index, row)
        opened = tuple(self._opened())
        stray = [f"position {p}" for p in (*listed, *self.unused)]
        if not self.faults and (wrong := [*self._wrong(), *stray, *self._differing()]):
            self.no("changed", f"what came along does not fit the events: {', '.join(wrong)}")
        nth, now = max(asked.asked_quorum - 1, 0), time.time()
        times = [a.times[nth] for found in self.anchors.values() for a in found if a.times[nth:]]
        cosigned = max((at for at in times if at <= now + SKEW), default=0)
        if asked.nonce is not None and self.nonces.get(asked.nonce, limit) >= limit:
            self.no("stale", "the nonce stands in no challenge that a signed checkpoint covers")
        if asked.max_age is not None and now - cosigned > asked.max_age:
            self.no("stale", "no witness saw a checkpoint of this log lately enough")
        faults = sorted(self.faults, key=lambda f: NOWHERE if f.index is None else f.index)
        words = [fault.verdict for fault in faults]
        fine = "verified" if self.covered else "unanchored"
        return Verdict(
            min([*words, fine], key=ORDER.index),
            self.shown.log_id.hex(),
            size,
            self.last,
            self.covered,
            self.signed,
            cosigned or None,
            self.withheld,
            tuple(row.position for _, row in self.gone),
            self.gaps,
            opened,
            tuple(faults),
            tuple(self.notices),
        )

    def _opened(self) -> Iterator[tuple[int, str, Any]]:
        for index, row, key in self.keyed:
            try:
                yield row.position, key.field, _value(self.shown.log_id, row, key)
            except BROKEN as error:
                reason = f"the key given for {key.field} opens nothing: {error}"
                self.no("changed", reason, index, row)

    def _wrong(self) -> Iterable[str]:
        """What the manifest says that is not so."""
        states = "withheld" if self.withheld else "full"
        found = {"size": self.frontier.size, "root": self.frontier.root().hex(), "states": states}
        if self.demands.keys:
            found["origin"] = self.demands.keys[0].name
        claims = self.claims or {}
        return [name for name, value in found.items() if claims.get(name, value) != value]

    def _differing(self) -> Iterable[str]:
        return sorted(getattr(self.shown, "differing", ()))


def _value(log_id: bytes, row: ShownRow, key: Disclosed) -> Any:
    """The value that a disclosed key opens, if it belongs to this field of this event."""
    parts = [row.stream.encode(), key.field.encode()]
    stream, field = (struct.pack(">H", len(part)) + part for part in parts)
    place = stream + struct.pack(">Q", row.version) + field
    belongs = key.context
    if not (belongs.startswith(b"MCF1" + log_id) and belongs.endswith(place)):
        raise ValueError("its context names another log, stream, version or field")
    state = json.loads(row.state or b"{}")
    blob = bytes_of(state.get("d", state)[key.field]["_e"])
    people = belongs[20]
    if blob[:2] != bytes((1, people)):
        raise ValueError("the value is sealed for others than its context says")
    sealed = blob[2 + 4 * people :]
    return json.loads(open_blob(key.key, sealed[:12], sealed[12:], belongs))


def verify(
    shown: AuditableLog,
    demands: VerificationPolicy,
    *,
    damage: Sequence[str] = (),
    claims: Mapping[str, Any] | None = None,
) -> Verdict:
    """Verify a log.

    Args:
        shown: The log.
        demands: What it is verified against.
        damage: What the database itself says is wrong with its pages.
        claims: What the manifest of an export says.

    Raises:
        ExportInvalid: It cannot be read.
    """
    found = _Verification(shown, demands, claims)
    if damage:
        found.no("changed", f"integrity_check says: {'; '.join(damage)}")
    found.read_notes()
    found.scan()
    found.locate()
    return found.conclude()


def verify_store(store: Store, demands: VerificationPolicy) -> Verdict:
    """Verify an open log, on one snapshot; writers are not disturbed."""
    return store.ledger.read(lambda tables: verify(ShownLog(tables), demands))
