"""An address or number that another person of the log has may be let go by a row further down.

Rows that state such a one wait until all others are decided. Then each is tried again, and those
that hand on what they have to each other are decided together: in a ring, as where two addresses
had been swapped, or in a row, as where a column had slipped. Only what is left is refused, with the
place of the other row.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Literal

import attrs

from mentorcore.adapters.spec import Response, Where
from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.values import ResponseId
from mentorcore.engine.importing.deciding.chunks import Chunk
from mentorcore.engine.importing.deciding.decisions import Decision, ResponseOutcome, Slice
from mentorcore.engine.importing.deciding.response_recorder import NotExchanged
from mentorcore.engine.importing.reading.feeds import Feed
from mentorcore.engine.importing.row_words import RowWords
from mentorcore.engine.indexes.known_responses import FirstSent, KnownResponse
from mentorcore.engine.indexes.responses import IncomingResponse
from mentorcore.intake.held_names import compared
from mentorcore.intake.intents import Claimed, Rejected
from mentorcore.intake.mappings.columns import Places
from mentorcore.intake.report import Question
from mentorcore.intake.response_matching import Match

__all__ = ["Claims", "ContestedChunk", "Stage", "WhereClaimed"]

Stage = Literal["wait", "together", "refuse"]
"""What becomes of a row that states what is another person's: it waits, is decided together with
those that it waits for, or is refused.
"""


@attrs.define
class Claims:
    """The rows of an import that wait, and what is to be done with them next.

    Attributes:
        stage: What becomes of those that state what is another person's.
    """

    stage: Stage = "wait"
    _waiting: list[Slice] = attrs.Factory(list)
    _before: int | None = None

    def wait(self, rows: Iterable[Slice]) -> None:
        """Let rows wait."""
        self._waiting.extend(rows)

    def next(self) -> list[Slice] | None:
        """The rows to decide again, if any wait; as long as some of them can be taken."""
        rows, self._waiting = self._waiting, []
        if not rows:
            return None
        self.stage = "refuse" if self._before == len(rows) else "together"
        self._before = len(rows)
        return rows


@attrs.define
class WhereClaimed:
    """In which rows of a source addresses and numbers stand, once somebody has to be told."""

    _feed: Feed
    _places: Places
    _rows: dict[int, list[Where]] | None = attrs.field(default=None, init=False)

    def other(self, response: Response, claim: Claimed) -> Where | None:
        """Where what a response states stands in another row."""
        if self._feed.live:
            return None  # a service is not asked once more
        if self._rows is None:
            self._rows = {}
            for item in self._feed.items():
                if isinstance(item, IncomingResponse):
                    for said in self._said(item.response, ("email", "external_id")):
                        self._rows.setdefault(said, []).append(item.response.where)
        found = (
            where
            for said in self._said(response, (claim.field,))
            for where in self._rows.get(said, ())
            if where != response.where
        )
        return next(found, None)

    def _said(self, response: Response, fields: Sequence[str]) -> Iterator[int]:
        layout = self._places.layout(response)
        for field in fields:
            if (place := layout.get(field)) is not None:
                for text in response.answers[place].raw:
                    yield hash((field, compared(field, text)))


@attrs.frozen(eq=False)
class _Waiting:
    """A row that waits, and what is held of it, if it was taken before."""

    at: Slice
    row: IncomingResponse
    content: bytes
    claim: Claimed
    held: KnownResponse | None
    placeholder: ResponseOutcome


class ContestedChunk(Chunk):
    """One attempt at deciding some slices, of which some may wait for others.

    Args:
        stage: What becomes of a row that states what is another person's.
        claimed: Tells where that stands in the source, too.
        words: Tells what responses lead to, if that is asked for.
    """

    def __init__(
        self,
        *about: Any,
        stage: Stage,
        claimed: WhereClaimed,
        words: RowWords | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*about, **options)
        self._words = words
        self._stage, self._claimed = stage, claimed
        self._waiting: list[_Waiting] = []
        self._moved: set[str] = set()
        self._at: Slice | None = None
        self._mine: KnownResponse | None = None

    def decide(self, slices: Sequence[Slice]) -> Decision:
        """Decide all of them, in order; those that hand on what they have, together.

        What came of the rows that wait is left out.
        """
        decision = super().decide(slices)
        if not self._waiting:
            return decision
        before = len(self._recording.decided)
        together = self._exchanged() if self._stage == "together" else []
        done = {id(item.placeholder): item for item in together}
        waiting = [item for item in self._waiting if id(item.placeholder) not in done]
        left_out = {id(item.placeholder) for item in waiting}
        came = [
            self._taken_together(done[id(one)], before) if id(one) in done else one
            for one in decision.came
            if id(one) not in left_out
        ]
        return Decision(came, decision.seen, self._recording.begun, [i.at for i in waiting])

    def _judged(
        self,
        part: Slice,
        i: int,
        judged: Match,
        held: list[KnownResponse],
        content: bytes,
        *,
        turn: int = 0,
    ) -> bool:
        self._at, before = Slice(part.group, i, i + 1), len(self._recording.decided)
        more = super()._judged(part, i, judged, held, content, turn=turn)
        if self._words is not None and (events := self._recording.decided[before:]):
            self._came[-1] = attrs.evolve(self._came[-1], leads_to=self._words.told(events))
        return more

    def _taken_together(self, item: _Waiting, before: int) -> ResponseOutcome:
        """What a row came to that was decided together with others."""
        where, words = item.row.response.where, self._words
        if words is None or item.held is None:
            return ResponseOutcome("amended", where)
        events = self._recording.decided[before:]
        sources = [(event, event.envelope.source) for event in events]
        mine = [e for e, s in sources if s is not None and s.response == item.held.response]
        return ResponseOutcome("amended", where, leads_to=words.told(mine))

    def _edited(self, row: IncomingResponse, mine: KnownResponse, content: bytes) -> None:
        self._mine, waiting = mine, len(self._waiting)
        let_go = self._persons(mine) if self._stage == "together" else ()
        super()._edited(row, mine, content)
        self._mine = None
        if len(self._waiting) == waiting:
            self._moved.update(let_go)

    def _refuse(
        self,
        row: IncomingResponse,
        content: bytes,
        problem: Rejected,
        stream: ResponseId,
        asked: tuple[Question, ...] = (),
    ) -> bool:
        if not isinstance(problem, Claimed):
            return super()._refuse(row, content, problem, stream, asked)
        if self._stage != "refuse" and self._at is not None:
            placeholder = ResponseOutcome("refused", row.response.where)
            self._came.append(placeholder)
            self._waiting.append(_Waiting(self._at, row, content, problem, self._mine, placeholder))
            return False
        if (where := self._claimed.other(row.response, problem)) is not None:
            problem = problem.beside(where.place)
        return super()._refuse(row, content, problem, stream, asked)

    def _exchanged(self) -> list[_Waiting]:
        """Decide those together that wait for each other, and answer with them."""
        left = [
            (item, item.held, self._persons(item.held))
            for item in self._waiting
            if item.held is not None
        ]
        done: list[_Waiting] = []
        while group := _group([(item, persons) for item, _, persons in left], self._moved):
            chosen = [one for one in left if one[0] in group]
            try:
                self._recording.exchange(
                    [
                        (item.row.response, held.response, self._sent(item, held))
                        for item, held, _ in chosen
                    ]
                )
            except NotExchanged as problem:
                left.remove(chosen[problem.at])
                continue
            for item, held, persons in chosen:
                self._amended(item.row, held, item.content, self._sent(item, held))
                self._moved.update(persons)
                done.append(item)
            left = [one for one in left if one[0] not in group]
        return done

    def _sent(self, item: _Waiting, held: KnownResponse) -> FirstSent:
        return self._known.first_sent(held, item.row.response)

    def _persons(self, held: KnownResponse) -> frozenset[str]:
        """The persons of whom a response told that they have an address or number."""
        latest = self._recording.earlier.latest(held.response)
        return frozenset(c.stream for c in latest.caused if kind_of(c.stream) == "person")


def _group(
    edits: Sequence[tuple[_Waiting, frozenset[str]]], moved: Collection[str]
) -> list[_Waiting]:
    """Edits that can be decided together: each waits only for what others of them let go.

    Args:
        edits: The edits that wait, with the persons whose addresses and numbers they let go.
        moved: Whose were let go already.
    """
    left = list(edits)
    while True:
        freed = {*moved, *(person for _, persons in left for person in persons)}
        staying = [(i, persons) for i, persons in left if freed.issuperset(i.claim.owners)]
        if len(staying) == len(left):
            break
        left = staying
    if not left:
        return []
    first, touched = left[0]
    group, around = [first], {*touched, *first.claim.owners}
    rest = left[1:]
    while near := [one for one in rest if not around.isdisjoint({*one[1], *one[0].claim.owners})]:
        rest = [one for one in rest if one not in near]
        for item, persons in near:
            group.append(item)
            around.update(persons, item.claim.owners)
    return group
