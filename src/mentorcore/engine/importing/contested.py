"""An address or number that another person of the log has may be let go by a row further down.

Rows that state such a one wait until all others are decided. Then they are decided again, as long
as one of them lets go of what another one waits for; then those that wait for each other together,
as where two addresses had been swapped and are put right. Only what is left is refused, with the
place of the other row.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal

import attrs

from mentorcore.adapters.spec import Response, Where
from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.values import ResponseId
from mentorcore.engine.importing.chunks import Chunk
from mentorcore.engine.importing.decisions import Decision, ResponseOutcome, Slice
from mentorcore.engine.importing.feeds import Feed
from mentorcore.engine.indexes.known_responses import KnownResponse
from mentorcore.engine.indexes.responses import IncomingResponse
from mentorcore.intake.held_names import compared
from mentorcore.intake.intents import Claimed, Rejected
from mentorcore.intake.mappings.columns import Places
from mentorcore.intake.report import Question
from mentorcore.intake.response_matching import Match

__all__ = ["Claims", "ContestedChunk", "Stage", "WhereClaimed"]

Stage = Literal["wait", "together", "refuse"]
"""What becomes of a row that states what is another person's: it waits for any other row, or for
those that it exchanges with; or it is refused.
"""


@attrs.define
class Claims:
    """The rows of an import that wait, and what is to be done with them next.

    Attributes:
        stage: What becomes of those that still state what is another person's.
    """

    stage: Stage = "wait"
    _waiting: list[Slice] = attrs.Factory(list)
    _before: int | None = None

    def wait(self, rows: Iterable[Slice]) -> None:
        """Let rows wait."""
        self._waiting.extend(rows)

    def next(self) -> list[Slice] | None:
        """The rows to decide again, if any wait."""
        rows, self._waiting = self._waiting, []
        if not rows:
            return None
        stuck, self._before = self._before == len(rows), len(rows)
        if not stuck:
            self.stage = "wait"
        else:
            self.stage = "together" if self.stage == "wait" else "refuse"
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


@attrs.frozen
class _Waiting:
    """A row that waits, and what is held of it, if it was taken before."""

    at: Slice
    row: IncomingResponse
    content: bytes
    claim: Claimed
    held: KnownResponse | None


class ContestedChunk(Chunk):
    """One attempt at deciding some slices, of which some may wait for others.

    Args:
        stage: What becomes of a row that states what is another person's.
        claimed: Tells where that stands in the source, too.
    """

    def __init__(self, *about: Any, stage: Stage, claimed: WhereClaimed, **options: Any) -> None:
        super().__init__(*about, **options)
        self._stage, self._claimed = stage, claimed
        self._waiting: list[_Waiting] = []
        self._at: Slice | None = None
        self._mine: KnownResponse | None = None

    def decide(self, slices: Sequence[Slice]) -> Decision:
        """Decide all of them, in order; those that exchange what they state, together."""
        decision = super().decide(slices)
        waiting = self._waiting
        if self._stage == "together":
            waiting = list(self._exchanged())
        return attrs.evolve(
            decision, begun=self._recording.begun, waiting=[item.at for item in waiting]
        )

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
        self._at = Slice(part.group, i, i + 1)
        return super()._judged(part, i, judged, held, content, turn=turn)

    def _edited(self, row: IncomingResponse, mine: KnownResponse, content: bytes) -> None:
        self._mine = mine
        super()._edited(row, mine, content)
        self._mine = None

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
            self._waiting.append(_Waiting(self._at, row, content, problem, self._mine))
            return False
        if (where := self._claimed.other(row.response, problem)) is not None:
            problem = problem.beside(f"line {where.line}")
        return super()._refuse(row, content, problem, stream, asked)

    def _exchanged(self) -> Iterator[_Waiting]:
        """Decide those together that wait for each other; the others go on waiting."""
        edits = [item for item in self._waiting if item.held is not None]
        for group in _cycles(edits, self._persons):
            try:
                self._recording.exchange(
                    [
                        (
                            i.row.response,
                            i.held.response,
                            self._known.first_sent(i.held, i.row.response),
                        )
                        for i in group
                        if i.held is not None
                    ]
                )
            except Rejected:
                continue
            for item in group:
                assert item.held is not None
                sent = self._known.first_sent(item.held, item.row.response)
                self._amended(item.row, item.held, item.content, sent)
                self._came.append(ResponseOutcome("amended", item.row.response.where))
                self._waiting.remove(item)
        yield from self._waiting

    def _persons(self, item: _Waiting) -> frozenset[str]:
        """The persons of whom a response told that they have an address or number."""
        assert item.held is not None
        latest = self._recording.earlier.latest(item.held.response)
        return frozenset(c.stream for c in latest.caused if kind_of(c.stream) == "person")


def _cycles(
    edits: Sequence[_Waiting], persons: Callable[[_Waiting], frozenset[str]]
) -> list[list[_Waiting]]:
    """Groups of edits in which everybody waits only for what others of the group let go."""
    left = [(item, persons(item)) for item in edits]
    while True:
        freed = {person for _, mine in left for person in mine}
        staying = [(item, mine) for item, mine in left if freed.issuperset(item.claim.owners)]
        if len(staying) == len(left):
            break
        left = staying
    groups: list[tuple[set[str], list[_Waiting]]] = []
    for item, mine in left:
        touched, together = {*mine, *item.claim.owners}, [item]
        for other in [g for g in groups if not g[0].isdisjoint(touched)]:
            groups.remove(other)
            touched |= other[0]
            together = [*other[1], *together]
        groups.append((touched, together))
    return [together for _, together in groups]
