"""When an import may begin, take a response, end and be taken back, and a response be settled."""

from collections.abc import Mapping
from typing import Any

from mentorcore.domain import responses
from mentorcore.domain.aggregate import (
    Aggregate,
    Decision,
    Situation,
    decides,
    events_in,
    fold,
    kind_of,
    rules_in,
)
from mentorcore.domain.declarations import command_info, recorded_as
from mentorcore.domain.effective import VersionedEvent
from mentorcore.domain.responses import (
    Batch,
    CompleteImport,
    ImportCompleted,
    ImportReversed,
    ImportStarted,
    ResponseSettled,
    ResponseTaken,
    ReverseImport,
    SettleResponse,
    StartImport,
    TakenResponse,
    TakeResponse,
    evolve_batch,
    evolve_response,
)
from mentorcore.domain.values import Stream
from mentorcore.errors import Refused

UNUSED = frozenset({"preview", "test", "spam"})
"""Lifecycles of responses that cause nothing (INV-57)."""
BESIDE: Mapping[str, str] = {
    "is_edit_of": "response",
    "are_two": "response",
    "same_person": "person",
    "another_person": "person",
}
"""Answers that are not about one response alone, with the kind of what they name beside it."""
NAMED = {"response": "names the other response", "person": "names a person"}


def reads(command: Any, _seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about an import needs to see."""
    if isinstance(command, SettleResponse):
        named = (command.response_id, command.other)
        return tuple(Stream(stream) for stream in named if stream is not None)
    batch = Stream(command.batch_id)
    return (Stream(command.response_id), batch) if isinstance(command, TakeResponse) else (batch,)


def decide(now: Situation, command: Any) -> Decision:
    """What a command about an import leads to."""
    if isinstance(command, SettleResponse):
        return _settle(now, command)
    batch: Batch = now.state(Stream(command.batch_id))
    if isinstance(command, StartImport):
        if batch.started is not None:
            raise Refused("this import is under way already", "already_started")
    elif batch.started is None:
        raise Refused("this import was never started", "no_such_import")
    return RULES[type(command)](batch, command)


@decides(StartImport)
def _start(_batch: Batch, command: StartImport) -> Decision:
    assert command.batch_id is not None
    return ((Stream(command.batch_id), recorded_as(ImportStarted, command)),)


@decides(CompleteImport)
def _complete(batch: Batch, command: CompleteImport) -> Decision:
    if (batch.outcome, batch.counts) == (command.outcome, command.counts):
        return ()
    _check_open(batch)
    return ((Stream(command.batch_id), recorded_as(ImportCompleted, command)),)


@decides(ReverseImport)
def _reverse(batch: Batch, command: ReverseImport) -> Decision:
    if batch.outcome is None:
        raise Refused("this import is not over yet", "import_not_over")
    if not command.retracted and (batch.reversals or not command.left):
        return ()
    assert command.kept_under is not None
    reversed_ = recorded_as(ImportReversed, command, subjects=(command.kept_under,))
    return ((Stream(command.batch_id), reversed_),)


@decides(SettleResponse)
def _settle(now: Situation, command: SettleResponse) -> Decision:
    response: TakenResponse = now.state(Stream(command.response_id))
    beside = BESIDE.get(command.answer)
    if beside != (None if command.other is None else kind_of(command.other)):
        what = "is about one response alone" if beside is None else NAMED[beside]
        raise Refused(f"the answer {command.answer} {what}", "not_an_answer")
    if beside == "response":
        _check_two(now, command)
    elif beside == "person" and not now.history[Stream(str(command.other))]:
        raise Refused(f"nobody is registered under {command.other}", "no_such_person")
    if response.settled.get(command.other) == command.answer:
        return ()
    return ((Stream(command.response_id), recorded_as(ResponseSettled, command)),)


def _check_two(now: Situation, command: SettleResponse) -> None:
    """Refuse an answer about two responses that cannot be one."""
    one: TakenResponse = now.state(Stream(command.response_id))
    other: TakenResponse = now.state(Stream(str(command.other)))
    if other.latest is None:
        raise Refused(f"there is no response {command.other}", "no_such_response")
    if command.other == command.response_id:
        raise Refused("a response is neither an edit of itself nor two", "not_an_answer")
    if one.latest is not None and other.latest.form != one.latest.form:
        raise Refused("responses of two forms are never one", "not_an_answer")
    if command.answer == other.settled.get(command.response_id) == "is_edit_of":
        raise Refused("the other one is an edit of this one already", "not_an_answer")


@decides(TakeResponse)
def _take(batch: Batch, command: TakeResponse) -> Decision:
    _check_open(batch)
    assert command.response_id is not None
    if command.caused and command.lifecycle in UNUSED:
        raise Refused(
            f"a {command.lifecycle} response is taken, and causes nothing", "causes_nothing"
        )
    if not command.subjects:
        raise Refused("a response names at least a provisional person", "nobody_named")
    return ((Stream(command.response_id), recorded_as(ResponseTaken, command)),)


def _check_open(batch: Batch) -> None:
    if batch.outcome is not None:
        raise Refused(f"this import is {batch.outcome}", "import_over")


def _final() -> Refused:
    return Refused(
        "what was taken back here comes back by importing it, or by saying it, again",
        "import_record",
    )


def _consistent(
    now: Situation, _corrected: Stream, stream: Stream, placed: tuple[VersionedEvent, ...]
) -> None:
    if fold(BATCH, placed).reversals < now.state(stream).reversals:
        raise Refused("what a reversal took back comes back by importing it again", "import_record")


RULES = rules_in(globals())


def _about(kind: str) -> dict[str, Any]:
    events = events_in(kind, vars(responses))
    commands = tuple(c for c in RULES if command_info(c).events[0] in events)
    return {"kind": kind, "events": events, "commands": commands}


BATCH: Aggregate[Batch] = Aggregate(
    **_about("import"),
    initial=Batch(),
    evolve=evolve_batch,
    id_field="batch_id",
    reads=reads,
    decide=decide,
    consistent=_consistent,
    final=_final,
)
RESPONSE: Aggregate[TakenResponse] = Aggregate(
    **_about("response"),
    initial=TakenResponse(),
    evolve=evolve_response,
    id_field="response_id",
    reads=reads,
    decide=decide,
    final=_final,
    written_once=True,
)
