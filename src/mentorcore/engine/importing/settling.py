"""What somebody says of a response is acted on in the same append, where it was taken already.

A response that is to be left, and one of which another one is an edit, keep no records: they are
retracted. Another answer later brings them back. What the rules do not let go refuses the answer
whole (INV-97). A response that was not taken yet waits for the next import.
"""

from collections.abc import Iterator, Sequence

import attrs

from mentorcore.domain.corrections.commands import RetractRecord
from mentorcore.domain.corrections.events import RecordRetracted
from mentorcore.domain.effective import effective
from mentorcore.domain.responses import ResponseSettled, SettleResponse, TakenResponse
from mentorcore.domain.values import Stream
from mentorcore.engine.commands.unit_of_work import CommandContext, UnitOfWork
from mentorcore.errors import Refused
from mentorcore.log.recorded import Envelope

__all__ = ["settle"]

Place = tuple[str, int]
"""A record: its stream and version."""


def settle(
    session: UnitOfWork, desk: CommandContext, command: SettleResponse, envelope: Envelope
) -> None:
    """Decide what somebody said of a response, and what follows for the records it led to.

    Args:
        session: Where it is decided, all or nothing.
        desk: Where the log is read.
        command: What was said.
        envelope: What accompanies the events.

    Raises:
        Refused: It is no answer, or other records rest on what it would take back.
    """
    before = _said(session, command)
    decided = session.decide(command, envelope)
    if not decided:
        return
    about = command.response_id if command.other is None else command.other
    caused = _caused(session, about)
    place = f"{command.response_id}#{decided[0].version}"
    following = attrs.evolve(envelope, causation=place)
    if before is not None:
        undone = list(_taken_back(desk, caused, f"{command.response_id}#{before}"))
        _take_back(session, undone, following)
    if command.answer in {"leave_it", "is_edit_of"}:
        _take_back(session, caused, following)


def _said(session: UnitOfWork, command: SettleResponse) -> int | None:
    """The version of the answer that stands until now, if there is one."""
    said = [
        placed.version
        for placed in effective(session.history(command.response_id))
        if isinstance(placed.event, ResponseSettled) and placed.event.other == command.other
    ]
    return said[-1] if said else None


def _caused(session: UnitOfWork, stream: str) -> Sequence[Place]:
    """The records that a response led to, in their order; none where it was not taken."""
    if not stream.startswith("response:"):
        return ()
    response: TakenResponse = session.state(stream)
    latest = response.latest
    return () if latest is None else [(str(c.stream), c.version) for c in latest.caused]


def _taken_back(desk: CommandContext, caused: Sequence[Place], by: str) -> Iterator[Place]:
    """The retractions that an earlier answer had led to."""
    for stream in dict.fromkeys(stream for stream, _ in caused):
        for row in desk.store.stream(stream):
            recorded = desk.codec.recorded(row)
            if isinstance(recorded.event, RecordRetracted) and recorded.causation == by:
                yield stream, recorded.version


def _take_back(session: UnitOfWork, caused: Sequence[Place], envelope: Envelope) -> None:
    """Retract records, those first on which no other one of them rests."""
    waiting = list(reversed(caused))
    while waiting:
        refused: list[tuple[Place, Refused]] = []
        for place in waiting:
            try:
                session.decide(_retract(place), envelope)
            except Refused as problem:
                if problem.code != "companion":  # it goes with its principal
                    refused.append((place, problem))
        if len(refused) == len(waiting):
            raise refused[0][1]
        waiting = [place for place, _ in refused]


def _retract(place: Place) -> RetractRecord:
    return RetractRecord(stream=Stream(place[0]), target=place[1])
