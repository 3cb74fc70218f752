"""Some hundred responses are decided together; each of them is taken whole or refused whole.

What a response turns out to be is decided anew whenever another writer was faster, on what the
index and the log hold then.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import attrs

from mentorcore.adapters.spec import Answer, Response, Where
from mentorcore.domain.values import ResponseId
from mentorcore.engine.importing.export_freshness import Freshness
from mentorcore.engine.importing.response_recorder import USED, ResponseRecorder
from mentorcore.engine.importing.source_reading import Group, SurveyResult
from mentorcore.engine.indexes.responses import (
    IncomingResponse,
    Key,
    KnownResponse,
    Replacement,
    ResponseIndex,
)
from mentorcore.errors import Refused
from mentorcore.intake.answer_changes import changes
from mentorcore.intake.intents import Asked, Rejected
from mentorcore.intake.mappings.columns import Places
from mentorcore.intake.rejects import Reject
from mentorcore.intake.renamed_choices import RenamedChoices
from mentorcore.intake.report import Outcome, Question
from mentorcore.intake.response_matching import Match, match
from mentorcore.log.storage.store import Entry

__all__ = ["Chunk", "Decision", "ResponseOutcome", "Slice", "Survey", "apart", "slices"]

AMBIGUOUS = (
    "{} responses of this file share one key and are not what was taken under it before, so "
    "nothing tells which is which; declare columns that tell them apart, as keys under [source]"
)
OUTDATED = "this is an earlier answer; its author changed it since, and the later one stays"
RETAKEN = "the form was filled in again, and this took the place of the earlier response"

NEW = Match("new")


@attrs.frozen
class Slice:
    """A part of a group, from one place to another; a large group takes several transactions."""

    group: Group
    start: int
    end: int

    @property
    def key(self) -> Key:
        """The key that all responses of the group share."""
        return self.group[0].response.key


def slices(group: Group, size: int) -> Iterator[Slice]:
    """A group in parts of at most this size."""
    for start in range(0, len(group), size):
        yield Slice(group, start, min(start + size, len(group)))


def apart(parts: Sequence[Slice]) -> Iterator[Slice]:
    """Each response of these by itself."""
    for part in parts:
        for i in range(part.start, part.end):
            yield Slice(part.group, i, i + 1)


@attrs.frozen
class ResponseOutcome:
    """What a response came to, for the report."""

    outcome: Outcome
    where: Where
    reason: str = ""
    column: str = ""
    reject: Reject | None = None
    question: Question | None = None
    older_mapping: bool = False
    outdated: bool = False


@attrs.frozen
class Survey:
    """What a source was found to be, before anything of it is decided.

    Attributes:
        source: What the first reading found out.
        age: Whether it is older or newer than what was taken in before.
        renamed: Choices with other texts, which nobody edited.
        live: Whether its responses are as they are now, and not those of an older copy.
        by_content: Whether responses without any key are known by their content alone.
    """

    source: SurveyResult
    age: Freshness
    renamed: RenamedChoices
    live: bool
    by_content: bool


@attrs.frozen
class Decision:
    """What some responses came to.

    Attributes:
        came: Each of them, in order.
        seen: The names in the index of all responses that are still there.
        begun: Whether the import has begun, here or before.
    """

    came: Sequence[ResponseOutcome]
    seen: Sequence[bytes]
    begun: bool

    @property
    def learned(self) -> bool:
        """Whether anything was recorded that the source says."""
        return any(came.outcome in {"taken", "amended"} for came in self.came)

    @property
    def refused(self) -> bool:
        """Whether a response was refused."""
        return any(came.outcome == "refused" for came in self.came)


class Chunk:
    """One attempt at deciding some slices.

    Args:
        recording: Where responses are recorded.
        known: The index of responses.
        entries: Where changes of the index are put.
        ids: Answers with a new id for a kind.
        survey: What the source was found to be.
        places: Where a response holds what the mapping asks for.
    """

    def __init__(
        self,
        recording: ResponseRecorder,
        known: ResponseIndex,
        entries: list[Entry],
        *,
        ids: Callable[[str], str],
        survey: Survey,
        places: Places,
    ) -> None:
        self._recording = recording
        self._known = known
        self._entries = entries
        self._ids = ids
        self._survey = survey
        self._places = places
        self._fresh: list[str] = []
        self._asks = known.asks()
        self._outdated: set[bytes] = set()
        self._came: list[ResponseOutcome] = []
        self._seen: list[bytes] = []

    def decide(self, slices: Sequence[Slice]) -> Decision:
        """Decide all of them, in order."""
        contents = [[row.content for row in s.group] for s in slices]
        first = self._known.first(list(dict.fromkeys(s.key for s in slices)))
        odd: dict[Key, None] = {}
        for part, said in zip(slices, contents, strict=True):
            found = first.get(part.key)
            if len(said) > 1 or (found is not None and found.content != said[0]):
                odd[part.key] = None
        others = self._known.others([key for key in odd if key in first])
        held = {key: [one, *others.get(key, ())] for key, one in first.items()}
        unknown: list[bytes] = []
        for part, said in zip(slices, contents, strict=True):
            there = {h.content for h in held.get(part.key, ())}
            unknown.extend(content for content in said if content not in there)
        superseded = self._known.superseded(unknown)
        if self._survey.live:  # an answer that was changed and changed back is what it says now
            superseded = {c: instead for c, instead in superseded.items() if not instead.edited}
        self._outdated = {content for content, instead in superseded.items() if instead.edited}
        self._fresh = [self._ids("response") for s in slices if s.key not in first]
        self._recording.earlier.none_of(self._fresh)
        for part, said in zip(slices, contents, strict=True):
            self._slice(part, held.get(part.key, []), said, superseded)
        return Decision(self._came, self._seen, self._recording.begun)

    def _slice(
        self,
        part: Slice,
        held: list[KnownResponse],
        contents: list[bytes],
        superseded: Mapping[bytes, Replacement],
    ) -> None:
        group, key = part.group, part.key
        if len(contents) == 1 and not superseded and (not held or contents[0] == held[0].content):
            # Nearly all responses: nothing else has its key.
            self._judged(part, 0, Match("unchanged", 0) if held else NEW, held, contents[0])
            return
        earlier: dict[int, tuple[Answer, ...] | None] = {}
        before = self._recording.earlier

        def same(i: int, j: int) -> bool:
            if j not in earlier:
                earlier[j] = before.answers(before.latest(held[j].response))
            return self._alike(group[i].response, held[j], earlier[j])

        by_content = self._survey.by_content and not any(key)
        places = {h.response: j for j, h in enumerate(held)}
        corrected = {
            content: places[ResponseId(instead.response)]
            for content, instead in superseded.items()
            if instead.response in places
        }
        matched = match(
            contents,
            [h.content for h in held],
            superseded=corrected,
            same=same,
            by_content=by_content,
        )
        turn = len(held)
        for i in range(part.start, part.end):
            turn += self._judged(part, i, matched.verdicts[i], held, contents[i], turn=turn)
        if any(j.verdict == "ambiguous" for j in matched.verdicts):
            # Which of them are still there cannot be told, so none of them counts as vanished.
            self._seen.extend(self._known.name(key, h.turn) for h in held)

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
        """Do what a verdict asks for; answers whether one more response is held now."""
        mine = None if judged.held is None else held[judged.held]
        if mine is not None:
            self._seen.append(self._known.name(part.key, mine.turn))
        if judged.verdict == "new":
            return self._new(part.group[i], turn, content)
        back = judged.verdict == "superseded" and content in self._outdated
        if (judged.verdict == "edited" or back) and mine is not None:
            self._differing(part.group[i], mine, content)
        else:
            self._nothing_new(part, i, judged, mine, content)
        return False

    def _new(self, row: IncomingResponse, turn: int, content: bytes) -> bool:
        response = row.response
        used = response.lifecycle in USED
        twice = self._survey.source.earlier(response) if used else None
        if twice is not None:
            reason = f"the same answers were sent shortly before, see {twice}"
            self._came.append(ResponseOutcome("skipped", response.where, reason))
            return False
        if used and response.replaces:
            retaken = self._known.first([response.replaces]).get(response.replaces)
            if retaken is not None:
                return self._retaken(row, turn, content, retaken)
        stream = self._stream(response)
        try:
            self._recording.take(response, stream)
        except Rejected as problem:
            self._refuse(row, content, problem, stream)
            if isinstance(problem, Asked):
                self._entries.extend(self._known.reserve(self._question(response), stream))
            return False
        held = KnownResponse(stream, turn, content, self._known.mapping)
        self._entries.append(self._known.take(response.key, held))
        self._supersede(row, content, stream)
        reason = "" if used else f"it is marked {response.lifecycle} and leads to nothing"
        self._came.append(ResponseOutcome("taken" if used else "skipped", response.where, reason))
        return True

    def _retaken(
        self, row: IncomingResponse, turn: int, content: bytes, before: KnownResponse
    ) -> bool:
        """Take a form that somebody filled in again for an edit of the response it replaces."""
        response, stream = row.response, before.response
        try:
            self._recording.amend(response, stream)
        except Rejected as problem:
            self._refuse(row, content, problem, stream)
            return False
        held = KnownResponse(stream, turn, content, self._known.mapping)
        gone = attrs.evolve(before, missing=False, replaced=True)
        self._entries.append(self._known.take(response.key, held))
        self._entries.append(self._known.change(response.replaces, gone))
        self._supersede(row, content, stream)
        self._seen.append(self._known.name(response.replaces, before.turn))
        self._came.append(ResponseOutcome("amended", response.where, RETAKEN))
        return True

    def _differing(self, row: IncomingResponse, mine: KnownResponse, content: bytes) -> None:
        """Take an edit, or leave what is an earlier answer."""
        response = row.response
        order = 0 if self._survey.live else self._order(response, mine)
        counts = self._survey.age.newer if content in self._outdated else not self._survey.age.older
        if order > 0 or (order == 0 and counts):
            self._edited(row, mine, content)
        else:
            self._came.append(ResponseOutcome("unchanged", response.where, OUTDATED, outdated=True))

    def _edited(self, row: IncomingResponse, mine: KnownResponse, content: bytes) -> None:
        response = row.response
        try:
            self._recording.amend(response, mine.response)
        except Rejected as problem:
            self._refuse(row, content, problem, mine.response)
            return
        there = KnownResponse(mine.response, mine.turn, content, self._known.mapping)
        self._entries.append(self._known.change(response.key, there))
        self._entries.append(self._known.supersede(mine.content, mine.response, edited=True))
        self._supersede(row, content, mine.response)
        self._came.append(ResponseOutcome("amended", response.where))

    def _nothing_new(
        self, part: Slice, i: int, judged: Match, mine: KnownResponse | None, content: bytes
    ) -> None:
        response = part.group[i].response
        if judged.verdict == "ambiguous":
            reason = AMBIGUOUS.format(len(part.group))
            self._came.append(ResponseOutcome("ambiguous", response.where, reason))
        elif judged.verdict == "repeated":
            reason = "this response stands in the file twice, word for word"
            self._came.append(ResponseOutcome("skipped", response.where, reason))
        else:
            older = mine is not None and mine.mapping != self._known.mapping
            self._came.append(ResponseOutcome("unchanged", response.where, older_mapping=older))
        if mine is not None and (mine.missing or judged.verdict == "refreshed"):
            now = content if judged.verdict == "refreshed" else mine.content
            there = attrs.evolve(mine, content=now, missing=False)
            self._entries.append(self._known.change(response.key, there))

    def _order(self, response: Response, mine: KnownResponse) -> int:
        """1 if a response was sent after what is held of it, -1 if before, 0 if nobody knows."""
        latest = self._recording.earlier.latest(mine.response).submitted_at
        if response.submitted_at is None or latest is None or response.submitted_at == latest:
            return 0
        if response.submitted_at > latest:
            return 1
        # Under another mapping, the same time may have been read in another zone.
        sound = mine.mapping == self._known.mapping and latest <= self._survey.age.now
        return -1 if sound else 0

    def _stream(self, response: Response) -> ResponseId:
        """The id of a response that is taken: that under which it was asked about, or a new one."""
        if self._asks:
            question = self._question(response)
            reserved = self._known.reserved([question]).get(question)
            if reserved is not None and not self._recording.earlier.is_taken(reserved):
                return reserved
        return ResponseId(self._fresh.pop() if self._fresh else self._ids("response"))

    def _question(self, response: Response) -> bytes:
        layout = self._places.layout(response)
        said = {field: response.answers[place].raw for field, place in layout.items()}
        return self._known.question(response, said)

    def _refuse(
        self, row: IncomingResponse, content: bytes, problem: Rejected, stream: ResponseId
    ) -> None:
        cause = problem.__cause__
        refusal = cause if isinstance(cause, Refused) else None
        reject = Reject(row.response, str(problem), (row.seen or content).hex(), refusal)
        where, said = row.response.where, str(problem)
        question = None
        if isinstance(problem, Asked):
            question = Question(stream, said, problem.answers, where, problem.other)
        came = ResponseOutcome("refused", where, said, problem.column, reject, question)
        self._came.append(came)

    def _supersede(self, row: IncomingResponse, content: bytes, stream: ResponseId) -> None:
        if row.seen is not None and row.seen != content:
            self._entries.append(self._known.supersede(row.seen, stream))

    def _alike(
        self, response: Response, held: KnownResponse, earlier: tuple[Answer, ...] | None
    ) -> bool:
        """Whether nobody edited anything: columns came or went, or choices were renamed."""
        if earlier is None:
            return False
        if self._recording.earlier.latest(held.response).lifecycle != response.lifecycle:
            return False
        changed = changes(earlier, response, self._places)
        if changed and self._order(response, held) > 0:
            return False  # whoever sent it again meant what it says now
        return changed is not None and self._survey.renamed.explain(changed)
