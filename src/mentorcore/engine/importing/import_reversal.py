"""An import is taken back whole: everything it recorded, but for what later records rest on.

The last record goes first, so that what rests on others goes before them. What the rules do not let
go is left and listed with the reason (INV-56).
"""

from collections.abc import Iterable, Iterator

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.corrections.commands import RetractRecord
from mentorcore.domain.declarations import evolve
from mentorcore.domain.effective import Corrections, VersionedEvent, corrections_of, effective
from mentorcore.domain.responses import Left, ResponseTaken, ReverseImport
from mentorcore.domain.values import Code, Stream
from mentorcore.engine.commands.unit_of_work import CommandContext, UnitOfWork
from mentorcore.errors import Refused
from mentorcore.log.recorded import Envelope
from mentorcore.log.storage.store import Row

__all__ = ["reverse"]

PAGE = 1_000
CORRECTED, READ_AGAIN, LEFT = Code("corrected_since"), Code("read_again"), Code("others_rest_on_it")

Place = tuple[str, int]
"""A record: its stream and version."""


def reverse(
    session: UnitOfWork, desk: CommandContext, command: ReverseImport, envelope: Envelope
) -> None:
    """Decide that an import is taken back.

    Args:
        session: Where it is decided, all or nothing.
        desk: Where the log is read.
        command: Which import, and why.
        envelope: What accompanies the events.

    Raises:
        Refused: There is no such import, or it is not over yet.
    """
    _Reversal(session, desk, command, envelope).carry_out()


class _Reversal:
    def __init__(
        self, session: UnitOfWork, desk: CommandContext, command: ReverseImport, envelope: Envelope
    ) -> None:
        self._session = session
        self._desk = desk
        self._command = command
        version = len(session.history(command.batch_id)) + 1
        self._envelope = attrs.evolve(envelope, causation=f"{command.batch_id}#{version}")
        self._asked = envelope
        along = desk.model.companions
        self._mine = [(r.stream, r.version) for r in self._rows() if r.name not in along]
        self._own = frozenset(self._mine)
        self._left: dict[Place, Code] = {}
        self._gone: list[Place] = []

    def carry_out(self) -> None:
        """Take back what can be, and say what cannot."""
        responses = [p for p in self._mine if kind_of(p[0]) == "response"]
        again = self._read_again(responses)
        waiting = [p for p in reversed(self._mine) if kind_of(p[0]) not in {"response", "import"}]
        while waiting:
            refused = [p for p in waiting if not self._taken_back(p, again)]
            if len(refused) == len(waiting):
                break
            waiting = refused
        for place in reversed(responses):
            self._response(place, again)
        counted = evolve(
            self._command,
            retracted=len(self._gone),
            left=tuple(Left(stream=Stream(s), version=v, why=w) for (s, v), w in self._listed()),
        )
        self._session.decide(counted, self._asked)

    def _listed(self) -> list[tuple[Place, Code]]:
        """What was left, in the order in which it was recorded."""
        order = {place: number for number, place in enumerate(self._mine)}
        return sorted(self._left.items(), key=lambda item: order[item[0]])

    def _rows(self) -> Iterator[Row]:
        """The events of the import, in order: all of them stand between its start and its end."""
        batch = self._desk.store.stream(self._command.batch_id)
        after = batch[0].position if batch else self._desk.store.tail()
        until = batch[-1].position if batch else 0
        while page := self._desk.store.page(after, PAGE):
            for row in page:
                source = self._desk.codec.envelope(row).source
                if source is not None and source.batch == self._command.batch_id:
                    yield row
            after = page[-1].position
            if after >= until:
                return

    def _read_again(self, responses: Iterable[Place]) -> frozenset[Place]:
        """What a later import has read again and kept, the earlier readings among it."""
        kept: set[Place] = set()
        for stream, version in responses:
            later = [p for p in self._readings(stream) if p.version > version]
            others = [p for p in later if (stream, p.version) not in self._own]
            if others:
                kept.add((stream, version))
                kept.update((c.stream, c.version) for p in others for c in p.event.caused)
        return frozenset(kept)

    def _readings(self, stream: str) -> list[VersionedEvent]:
        """The response as it was read, each time; what somebody said of it is no reading."""
        standing = effective(self._session.history(stream))
        return [p for p in standing if isinstance(p.event, ResponseTaken)]

    def _taken_back(self, place: Place, again: frozenset[Place]) -> bool:
        """Retract a record; whether it is gone, or was gone before."""
        stream, version = place
        why: Code | None = READ_AGAIN
        if place not in again:
            try:
                why = self._corrected(stream, version)
                if why is None:
                    self._retract(place)
            except Refused as refused:
                if refused.code == "companion":
                    return True  # the correction of a companion goes with that of its principal
                why = Code(refused.code)
        if why is None:
            self._left.pop(place, None)
            return True
        self._left[place] = why
        return False

    def _corrected(self, stream: str, version: int) -> Code | None:
        """Whether somebody else amended a record, or an amendment, since."""
        found: Corrections = corrections_of(self._session.history(stream))
        behind = [v for a in found.amendments.get(version, ()) for v in a.rests_on]
        if version in found.amending:
            behind.extend(found.amending[version].rests_on)
        return CORRECTED if any((stream, v) not in self._own for v in behind) else None

    def _retract(self, place: Place) -> None:
        stream, version = place
        asked = RetractRecord(
            stream=Stream(stream),
            target=version,
            cause="import_reversed",
            authority=self._command.authority,
        )
        if self._session.decide(asked, self._envelope):
            self._gone.append(place)

    def _response(self, place: Place, again: frozenset[Place]) -> None:
        """Take back that a response was taken, unless something it led to is left."""
        stream, version = place
        reading = next(p for p in self._session.history(stream) if p.version == version)
        if place in again:
            self._left[place] = READ_AGAIN
        elif isinstance(reading.event, ResponseTaken) and any(
            (c.stream, c.version) in self._left for c in reading.event.caused
        ):
            self._left[place] = LEFT
        else:
            self._retract(place)
