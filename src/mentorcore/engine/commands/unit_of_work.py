"""One piece of work: commands are decided one after the other and recorded together, or not at all.

Each decision sees what the ones before it decided, although nothing is stored yet. Storing takes
the write lock once; whoever was overtaken by another writer decides everything again.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, get_args

import attrs
import msgspec

from mentorcore.domain.aggregate import Aggregate, kind_of
from mentorcore.domain.corrections.commands import (
    AmendRecord,
    CorrectionCommand,
    MoveRecord,
    RetractRecord,
)
from mentorcore.domain.corrections.events import RecordRetracted
from mentorcore.domain.corrections.targets import recorded as recorded_at
from mentorcore.domain.corrections.targets import target_at
from mentorcore.domain.declarations import event_info, personal_fields
from mentorcore.domain.effective import VersionedEvent, is_correction
from mentorcore.domain.model import CORE_MODEL, Model
from mentorcore.domain.values import Stream
from mentorcore.engine.commands.append_conditions import rests_on
from mentorcore.engine.commands.command_parsing import as_recorded
from mentorcore.engine.commands.key_subjects import subjects_needing_keys
from mentorcore.engine.commands.practice_notes import PracticeNotes
from mentorcore.engine.commands.resealing import with_open_texts
from mentorcore.engine.commands.stream_cache import CachedStream, StreamCache
from mentorcore.engine.indexes.identities import IdentityIndex, latest
from mentorcore.errors import Asked, Refused
from mentorcore.log.recorded import Envelope, Recorded, because
from mentorcore.log.sealing.sealing import Sealing
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.serialization.envelopes import whole
from mentorcore.log.storage.append_checks import STAMP
from mentorcore.log.storage.store import Draft, Entry, Store

__all__ = ["CommandContext", "PendingEvent", "UnitOfWork"]


_CORRECTIONS = get_args(CorrectionCommand)


class PendingEvent(msgspec.Struct, frozen=True, gc=False):
    """An event that was decided and waits to be stored; *place* counts those of its session."""

    stream: Stream
    version: int
    event: Any
    envelope: Envelope
    place: int


class CommandContext:
    """What every piece of work needs: the store, what reads and seals, and the memory of streams.

    Args:
        store: The log.
        codec: What reads and writes its events.
        sealing: What seals personal values.
        identities: The index of identities elsewhere.
        clock: What says when something is decided.
        model: The rules that decide.
        notes: What the log notes about the practices that it holds events of.
        keeping: What is kept beside the log together with events that were decided.

    Attributes:
        before_append: Called between deciding and storing; a seam at which a test holds a writer.
    """

    def __init__(
        self,
        store: Store,
        codec: Codec,
        sealing: Sealing,
        identities: IdentityIndex,
        clock: Callable[[], datetime],
        *,
        model: Model = CORE_MODEL,
        notes: PracticeNotes | None = None,
        keeping: Callable[[Iterable[Any]], list[Entry]] = lambda _events: [],
    ) -> None:
        self.keeping = keeping
        self.store = store
        self.model = model
        self.notes = notes or PracticeNotes(store)
        self.clock = clock
        self.codec = codec
        self.sealing = sealing
        self.identities = identities
        self.streams = StreamCache(store, codec, model=model, missing=self.notes.missing)
        self.before_append: Callable[[], None] = lambda: None

    def session(self, now: datetime | None = None) -> "UnitOfWork":
        """Begin a piece of work on what the log holds now; the clock says when that is."""
        self.streams.refresh()
        return UnitOfWork(self, self.clock() if now is None else now)


class UnitOfWork:
    """Commands decided together; see `CommandContext.session`.

    Args:
        now: The instant of all its decisions.
    """

    def __init__(self, desk: CommandContext, now: datetime) -> None:
        self._desk = desk
        self.now = now
        self._streams: dict[str, CachedStream] = {}
        self._base: dict[str, CachedStream] = {}
        self.decided: list[PendingEvent] = []
        self.entries: list[Entry] = []
        self._unsettled: dict[Stream, list[PendingEvent]] = {}
        self._identities: dict[bytes, Entry] = {}
        self._before: list[tuple[PendingEvent, CachedStream]] = []
        self._newcomers: set[str] = set()
        self._states: dict[Stream, Any] = {}
        self._history: dict[Stream, tuple[VersionedEvent, ...]] = {}
        self._model = desk.model
        self._situation = self._model.situation(now, self._history, self._states)

    def decide(self, command: Any, envelope: Envelope) -> tuple[PendingEvent, ...]:
        """Decide one command on top of what was decided before it.

        Raises:
            Refused: The rules do not allow it; what was decided before stays as it was.
        """
        if isinstance(command, _CORRECTIONS):
            for stream in tuple(self._unsettled):  # it looks at everything that was read
                self._settle(stream)
            if not isinstance(command, RetractRecord) and command.changes:
                command = self._as_recorded(command)
        self._read_all(command)
        try:
            decision = self._model.decide(self._situation, command)
            if not decision:
                return ()
            if isinstance(command, MoveRecord):
                decision = with_open_texts(decision, self._desk.sealing.open)
            entries, dropped = self._desk.identities.entries(
                self._situation, decision, self._identities
            )
        except Refused as refused:
            refused.asked = Asked(command, self.now, self._desk.streams.position)
            raise
        made: list[PendingEvent] = []
        versions: dict[str, int] = {}
        self._load([stream for stream, _ in decision])
        place = len(self.decided)
        for number, (stream, event) in enumerate(decision):
            if number in dropped:
                continue
            version = versions.get(stream) or self._situation.next_version(stream)
            versions[stream] = version + 1
            caused = _caused(envelope, made, event)
            made.append(PendingEvent(stream, version, event, caused, place + len(made)))
        for item in made:
            self._unsettled.setdefault(item.stream, []).append(item)
        self.entries.extend(entries)
        self._identities.update(latest(entries))
        self.decided.extend(made)
        return tuple(made)

    def mark(self) -> "Savepoint":
        """The point reached; `back_to` undoes what was decided after it."""
        return Savepoint(len(self.decided), len(self.entries), len(self._before))

    def back_to(self, mark: "Savepoint") -> None:
        """Undo what was decided after *mark*."""
        for item in reversed(self.decided[mark.decided :]):
            waiting = self._unsettled.get(item.stream)
            if waiting and waiting[-1] is item:
                waiting.pop()
                if not waiting:
                    del self._unsettled[item.stream]
        del self.decided[mark.decided :]
        undone = self.entries[mark.entries :]
        del self.entries[mark.entries :]
        if latest(undone):
            self._identities = latest(self.entries)
        while len(self._before) > mark.changes:
            item, known = self._before.pop()
            self._put(item.stream, known)
            if item.place < mark.decided:  # it was decided before, and folded only after
                self._unsettled.setdefault(item.stream, []).insert(0, item)

    def check_keys(self, mark: "Savepoint") -> None:
        """See to it that what was decided after *mark* could be sealed, and make no key.

        Raises:
            Refused, KeyMissing: As `store` does, for want of a key.
        """
        events = [item.event for item in self.decided[mark.decided :]]
        new, people = subjects_needing_keys(events)
        known = new | self._newcomers
        self._desk.sealing.check([person for person in people if person not in known])

    def state(self, stream: str) -> Any:
        """The folded state of a stream, with what was decided here."""
        self._load((Stream(stream),))
        return self._states[Stream(stream)]

    def owner(self, scheme: str, value: str) -> str | None:
        """The person to whom an identity belongs, with what was decided here."""
        return self._desk.identities.person(scheme, value, self._identities)

    def reached(self, email: str) -> tuple[str, ...]:
        """Everybody of whom an address was ever told, with what was decided here."""
        return self._desk.identities.reached(email, self._identities)

    def rules_of(self, stream: str) -> Aggregate[Any]:
        """The rules of a stream."""
        return self._desk.streams.aggregate(stream)

    def newcomer(self, person: str) -> None:
        """Say that an id is new, so that nothing about this person can stand in the log yet."""
        self._newcomers.add(person)

    def read_ahead(self, streams: Sequence[str]) -> None:
        """Read streams together that are going to be needed one by one."""
        self._load([Stream(stream) for stream in streams])

    def founded_here(self, streams: Sequence[str]) -> None:
        """Say that ids were made just now, so that no stream of theirs need be looked for.

        Should one be there all the same, storing what was decided of it is a conflict.
        """
        for stream in streams:
            if stream not in self._streams:
                known = CachedStream((), self._desk.streams.aggregate(stream).initial)
                self._base[stream] = known
                self._put(stream, known)

    def history(self, stream: str) -> tuple[VersionedEvent, ...]:
        """The events of a stream, with what was decided here; the latter's texts are not sealed."""
        self._load((Stream(stream),))
        return self._history[Stream(stream)]

    def store(self, entries: Sequence[Entry] = ()) -> tuple[Recorded[Any], ...]:
        """Store everything decided, with index *entries*, in one durable transaction.

        Raises:
            Conflict: Another writer was faster; begin again with a new session.
            IndexTaken: An index entry is there already.
            Refused: A person whose key is needed was erased.
            KeyMissing: A person whose key is needed had one, and it is not there.
        """
        desk = self._desk
        new, people = subjects_needing_keys([item.event for item in self.decided])
        if people:
            desk.sealing.prepare(people, new | self._newcomers)
        drafts: list[Draft] = []
        sealed: list[Any] = []
        for nth, item in enumerate(self.decided):
            draft, event = desk.codec.draft(
                item.stream, item.version, item.event, item.envelope, desk.sealing.seal, nth=nth
            )
            drafts.append(draft)
            sealed.append(event)
        desk.before_append()
        notes = desk.notes.entries(kind_of(item.stream) for item in self.decided)
        done = desk.store.append(
            drafts,
            [*self.entries, *entries, *notes, *desk.keeping(i.event for i in self.decided)],
            self._clock,
            rests_on(self._model, self.decided, self._base) if drafts else {},
        )
        recorded = tuple(
            whole(event, position, draft, done.recorded_at, item.envelope, nth)
            for nth, (position, draft, item, event) in enumerate(
                zip(done.positions, drafts, self.decided, sealed, strict=True)
            )
        )
        self._remember(recorded, drafts)
        return recorded

    def _clock(self) -> datetime:
        # Asked under the write lock, so that nothing is recorded as known before it was there.
        return max(self.now, self._desk.clock())

    def _remember(self, recorded: tuple[Recorded[Any], ...], drafts: Sequence[Draft]) -> None:
        streams, lasting, passing = self._desk.streams, [], []
        classes: dict[str, set[Any]] = {}
        grown: dict[str, int] = {}
        for item, draft in zip(recorded, drafts, strict=True):
            stream = draft.stream
            if streams.lasts(stream):
                lasting.append(item)
                classes.setdefault(stream, set()).add(type(item.event))
                size = len(draft.head) + STAMP + len(draft.tail)
                grown[stream] = grown.get(stream, 0) + size
            else:
                passing.append(stream)
        sealed = {stream for stream, found in classes.items() if not all(map(_stays, found))}
        # What was folded while it was decided holds, but for what sealing changed.
        known = {
            stream: self._base[stream] if stream in sealed else self._streams[Stream(stream)]
            for stream in classes
        }
        folded = {s: there.placed[-1].version if there.placed else 0 for s, there in known.items()}
        for item in lasting:
            if item.version <= folded[item.stream]:
                continue
            placed = VersionedEvent(item.version, item.recorded_at, item.event)
            aggregate = streams.aggregate(item.stream)
            known[item.stream] = known[item.stream].followed_by(aggregate, placed)
        if recorded:
            first, last = recorded[0].position, recorded[-1].position
            streams.appended(first, last, known, grown, passing)

    def _as_recorded(self, command: AmendRecord | MoveRecord) -> Any:
        """A correction with its changes as they stand in a record like the one it corrects."""
        self._load((command.stream,))
        placed = recorded_at(self._situation, command.stream, command.target)
        if placed is None:
            return command
        target = target_at(self._history[command.stream], placed)
        return as_recorded(command, type(target.amended.event))

    def _read_all(self, command: Any) -> None:
        # What is read may name further streams; where nothing was new, nothing more is named.
        while self._load(self._model.reads(command, self._situation)):
            pass

    def _load(self, wanted: Sequence[Stream]) -> bool:
        """See to it that streams can be looked at; answers whether any could not before."""
        there, unsettled = self._streams, self._unsettled
        unread = [stream for stream in wanted if stream not in there]
        if unread:
            for stream, known in self._desk.streams.get(dict.fromkeys(unread)).items():
                self._base[stream] = known
                self._put(stream, known)
        new = bool(unread)
        for stream in wanted:
            if stream in unsettled:
                self._settle(stream)
                new = True
        return new

    def _put(self, stream: str, known: CachedStream) -> None:
        name = Stream(stream)
        self._streams[name] = known
        self._states[name] = known.state
        self._history[name] = known.placed

    def _settle(self, stream: Stream) -> None:
        """Fold what was decided about a stream, now that somebody wants to see it."""
        for item in self._unsettled.pop(stream):
            known = self._streams[stream]
            self._before.append((item, known))
            placed = VersionedEvent(item.version, self.now, item.event)
            aggregate = self._desk.streams.aggregate(stream)
            self._put(stream, known.followed_by(aggregate, placed))


@attrs.frozen
class Savepoint:
    """A point in a session; see `UnitOfWork.mark`."""

    decided: int
    entries: int
    changes: int


@cache
def _stays(event_class: Any) -> bool:
    """Whether an event is the same once it is recorded, so that what was folded still holds.

    Sealing changes personal values, and the recorded time is part of what declares no other.
    """
    return bool(event_info(event_class).occurred) and not personal_fields(event_class)


def _caused(envelope: Envelope, made: Sequence[PendingEvent], event: Any) -> Envelope:
    """The envelope of an event.

    A companion names its principal as what led to it, and a record that was put where it belongs
    its retraction elsewhere (INV-66).
    """
    if not made:
        return envelope
    if not event_info(type(event)).companion:
        first = made[0]
        if is_correction(event) or not isinstance(first.event, RecordRetracted):
            return envelope
        return because(envelope, first.stream, first.version)
    if event_info(type(made[-1].event)).companion:
        return made[-1].envelope  # the same principal led to this one
    if len(made) == 1:
        return because(envelope, made[0].stream, made[0].version)
    own = [d for d in made if not event_info(type(d.event)).companion]
    principal = own[-1] if own else made[0]
    return because(envelope, principal.stream, principal.version)
