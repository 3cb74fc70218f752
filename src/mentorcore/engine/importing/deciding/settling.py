"""What no rule can know of a response: it is asked, kept to, and acted on.

What somebody says is acted on in the same append, where the response was taken already.

A response that is to be left, and one of which another one is an edit, keep no records: they are
retracted. Another answer later brings them back. What the rules do not let go refuses the answer
whole (INV-97). A response that was not taken yet waits for the next import.
"""

from collections.abc import Iterator, Sequence

import attrs

from mentorcore.adapters.spec import Response
from mentorcore.domain.corrections.commands import RetractRecord
from mentorcore.domain.corrections.events import RecordRetracted
from mentorcore.domain.effective import effective
from mentorcore.domain.responses import (
    ResponseSettled,
    Settled,
    SettleResponse,
    Settling,
    TakenResponse,
)
from mentorcore.domain.values import ResponseId, Stream
from mentorcore.engine.commands.unit_of_work import CommandContext, UnitOfWork
from mentorcore.engine.importing.deciding.decisions import (
    LACKING,
    LEFT,
    MAYBE_FORMER,
    OVERTAKEN,
    PROBABLE,
    ResponseOutcome,
    Survey,
)
from mentorcore.engine.importing.reading.moved_edits import Counterpart
from mentorcore.engine.importing.reading.previous_answers import PreviousAnswers
from mentorcore.engine.indexes.form_scopes import FormScopes
from mentorcore.engine.indexes.questions import QuestionIndex
from mentorcore.engine.indexes.responses import ResponseIndex
from mentorcore.errors import Refused
from mentorcore.intake.mappings.columns import Places
from mentorcore.intake.report import Question
from mentorcore.log.recorded import Envelope
from mentorcore.log.sealing.keys import Keys
from mentorcore.log.storage.store import Entry

__all__ = ["Settlements", "settle"]

TWO: tuple[Settling, ...] = ("is_edit_of", "are_two")
ALONE: tuple[Settling, ...] = ("take_it", "leave_it")

Place = tuple[str, int]
"""A record: its stream and version."""


class Settlements:
    """What is asked about responses that are not taken yet, and what was said of them.

    Args:
        earlier: The responses of the log, and what was said of them.
        questions: The index of what was asked.
        known: The index of responses.
        survey: What the source was found to be.
        places: Where a response holds what the mapping asks for.
    """

    def __init__(
        self,
        earlier: PreviousAnswers,
        questions: QuestionIndex,
        known: ResponseIndex,
        survey: Survey,
        places: Places,
    ) -> None:
        self._earlier = earlier
        self._questions = questions
        self._known = known
        self._survey = survey
        self._places = places
        self._asks = questions.any()

    def reserved(self, response: Response) -> ResponseId | None:
        """The id under which a response was asked about; ``None`` where a new one is due."""
        if not self._asks:
            return None
        found = self._questions.reserved(self._name(response))
        return None if found is None or self._earlier.is_taken(found) else found

    def reserve(self, response: Response, stream: ResponseId) -> tuple[Entry, Entry]:
        """The entries that remember a question about a response."""
        return self._questions.reserve(self._name(response), stream)

    def counterpart(self, response: Response, stream: ResponseId) -> Counterpart | None:
        """The response of which one is another form, as is certain or somebody said."""
        moved, said = self._survey.moved, self._said(stream)
        probable = moved.probable.get(response.key, ())
        settled = (there for there in probable if said.get(there.stream) == "is_edit_of")
        return moved.sure.get(response.key) or next(settled, None)

    def pairs(self, response: Response, stream: ResponseId) -> tuple[Question, ...]:
        """What is asked about a response that may be an edit of one that vanished."""
        said = self._said(stream)
        return tuple(
            Question(stream, PROBABLE.format(there), TWO, response.where, there.stream)
            for there in self._survey.moved.probable.get(response.key, ())
            if there.stream not in said
        )

    def doubt(self, response: Response, stream: ResponseId) -> ResponseOutcome | None:
        """Why a new response is left, as somebody said or until somebody says (INV-96)."""
        said = self._said(stream).get(None)
        if said == "leave_it":
            return ResponseOutcome("skipped", response.where, LEFT)
        if said == "take_it" or not self._survey.age.doubts(response):
            return None
        if (newer := self._known.offered(response.key)) is not None:
            same = newer == self._known.content(response)
            return None if same else ResponseOutcome("skipped", response.where, OVERTAKEN)
        former = next(iter(self._survey.moved.probable.get(response.key, ())), None)
        sentence = LACKING if former is None else f"{LACKING} {MAYBE_FORMER.format(former)}"
        other = None if former is None else former.stream
        asked = Question(stream, sentence, ALONE, response.where, other)
        return ResponseOutcome("skipped", response.where, LACKING, questions=(asked,))

    def _said(self, stream: ResponseId) -> Settled:
        return self._earlier.settled(stream) if self._asks else {}

    def _name(self, response: Response) -> bytes:
        layout = self._places.layout(response)
        said = {field: response.answers[place].raw for field, place in layout.items()}
        return self._questions.name(response, said)


def settle(
    session: UnitOfWork,
    desk: CommandContext,
    keys: Keys,
    command: SettleResponse,
    envelope: Envelope,
) -> None:
    """Decide what somebody said of a response, and what follows for the records it led to.

    Args:
        session: Where it is decided, all or nothing.
        desk: Where the log is read.
        keys: Where the key of the index is.
        command: What was said.
        envelope: What accompanies the events.

    Raises:
        Refused: It is no answer, or other records rest on what it would take back.
    """
    before = _said(session, command)
    decided = session.decide(command, envelope)
    if not decided:
        return
    latest = session.state(command.response_id).latest
    if latest is None:
        return  # the next import acts on it
    about = command.response_id if command.other is None else command.other
    caused = _caused(session, about)
    place = f"{command.response_id}#{decided[0].version}"
    following = attrs.evolve(envelope, causation=place)
    if before is not None:
        undone = list(_taken_back(desk, caused, f"{command.response_id}#{before}"))
        _take_back(session, undone, following)
    if command.answer in {"leave_it", "is_edit_of"}:
        _take_back(session, caused, following)
    if command.answer in {"are_two", "is_edit_of"}:
        edited = command.answer == "is_edit_of"
        for name in FormScopes(desk.store, keys, latest.form).all():
            known = ResponseIndex(desk.store, keys, name, "")
            session.entries.extend(known.mark_replaced(about, replaced=edited))


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
