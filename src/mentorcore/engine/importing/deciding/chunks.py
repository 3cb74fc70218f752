"""Some hundred responses are decided together; each of them is taken whole or refused whole.

What a response turns out to be is decided anew whenever another writer was faster, on what the
index and the log hold then.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from mentorcore.adapters.spec import Answer, Response
from mentorcore.domain.values import ResponseId
from mentorcore.engine.importing.deciding.decisions import (
    AMBIGUOUS,
    EARLIER,
    FORMER,
    LEFT,
    MOVED,
    NOT_USED,
    OUTDATED,
    REPLACED,
    RETAKEN,
    SENT_TWICE,
    TWICE_THERE,
    Decision,
    ResponseOutcome,
    Slice,
    Survey,
    refused,
)
from mentorcore.engine.importing.deciding.response_recorder import USED, ResponseRecorder
from mentorcore.engine.importing.deciding.settling import Settlements
from mentorcore.engine.indexes.known_responses import FirstSent, KnownResponse
from mentorcore.engine.indexes.questions import QuestionIndex
from mentorcore.engine.indexes.responses import (
    IncomingResponse,
    Key,
    Replacement,
    ResponseIndex,
)
from mentorcore.intake.answer_changes import changes
from mentorcore.intake.intents import Asked, Rejected
from mentorcore.intake.mappings.columns import Places
from mentorcore.intake.report import Outcome, Question
from mentorcore.intake.response_matching import Match, match
from mentorcore.intake.row_order import RowOrder
from mentorcore.log.storage.store import Entry

__all__ = ["Chunk"]

NEW = Match("new")


class Chunk:
    """One attempt at deciding some slices.

    Args:
        recording: Where responses are recorded.
        known: The index of responses.
        questions: The index of what was asked about responses that were not taken.
        entries: Where changes of the index are put.
        ids: Answers with a new id for a kind.
        survey: What the source was found to be.
        places: Where a response holds what the mapping asks for.
        order: In which order what they tell of happened.
    """

    def __init__(
        self,
        recording: ResponseRecorder,
        known: ResponseIndex,
        questions: QuestionIndex,
        entries: list[Entry],
        *,
        ids: Callable[[str], str],
        survey: Survey,
        places: Places,
        order: RowOrder,
    ) -> None:
        self._order_of = order
        self._recording = recording
        self._known = known
        self._entries = entries
        self._ids = ids
        self._survey = survey
        self._places = places
        self._fresh: list[str] = []
        self._settled = Settlements(recording.earlier, questions, known, survey, places)
        self._outdated: set[bytes] = set()
        self._came: list[ResponseOutcome] = []
        self._seen: list[bytes] = []

    def decide(self, slices: Sequence[Slice]) -> Decision:
        """Decide all of them, in the order in which they happened."""
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
        came: dict[int, list[ResponseOutcome]] = {}
        for n in self._order_of.places([s.group[s.start].response for s in slices]):
            part, self._came = slices[n], []
            self._slice(part, held.get(part.key, []), contents[n], superseded)
            came[n] = self._came
        return Decision(
            [o for n in sorted(came) for o in came[n]], self._seen, self._recording.begun
        )

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

        def said(j: int) -> tuple[Answer, ...] | None:
            if j not in earlier:
                earlier[j] = before.answers(before.latest(held[j].response))
            return earlier[j]

        def same(i: int, j: int) -> bool:
            return self._alike(group[i].response, held[j], said(j))

        def kin(i: int, j: int) -> bool:
            return self._order_of.kin(group[i].response, said(j))

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
            kin=kin,
        )
        turn, rows = len(held), [one.response for one in group[part.start : part.end]]
        came: dict[int, list[ResponseOutcome]] = {}
        for i in (part.start + place for place in self._order_of.places(rows)):
            self._came = came[i] = []
            turn += self._judged(part, i, matched.verdicts[i], held, contents[i], turn=turn)
        self._came = [one for i in sorted(came) for one in came[i]]
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
        if mine is not None and mine.replaced and judged.verdict != "unchanged":
            self._replaced(part.group[i], mine.response)
            return False
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
        twice = self._survey.source.sent_twice(response) if used else None
        if twice is not None:
            self._tell(response, "skipped", SENT_TWICE.format(twice))
            return False
        stream = self._settled.reserved(response) or self._fresh_id()
        counterpart = self._settled.counterpart(response, stream) if used else None
        if counterpart is not None and counterpart.follows(response):
            there = counterpart.held
            self._seen.append(self._known.name(counterpart.response.key, there.turn))
            self._entries.append(self._known.replace(response.key, None, there.response))
            self._replaced(row, counterpart.stream, notice=FORMER.format(counterpart))
            return False
        if used and (doubt := self._settled.doubt(response, stream)) is not None:
            self._came.append(doubt)
            if doubt.questions:
                self._entries.extend(self._settled.reserve(response, stream))
            return False
        if counterpart is not None:
            notice, key = MOVED.format(counterpart), counterpart.response.key
            return self._retaken(row, turn, content, counterpart.held, key=key, notice=notice)
        if used and response.replaces:
            retaken = self._known.first([response.replaces]).get(response.replaces)
            if retaken is not None:
                return self._retaken(row, turn, content, retaken, key=response.replaces)
        return self._taken(row, turn, content, stream)

    def _taken(self, row: IncomingResponse, turn: int, content: bytes, stream: ResponseId) -> bool:
        response, used = row.response, row.response.lifecycle in USED
        asked = self._settled.pairs(response, stream) if used else ()
        try:
            notes = self._recording.take(response, stream)
        except Rejected as problem:
            if self._refuse(row, content, problem, stream, asked):
                if asked or isinstance(problem, Asked):
                    self._entries.extend(self._settled.reserve(response, stream))
                if self._survey.newest and self._known.offered(response.key) != content:
                    self._entries.append(self._known.offer(response.key, content))
            return False
        self._entries.append(self._known.new(response, stream, turn, content))
        if used and response.replaces:
            self._entries.append(self._known.replace(response.replaces, None, stream))
        self._supersede(row, content, stream)
        reason = "" if used else NOT_USED.format(response.lifecycle)
        outcome: Outcome = "taken" if used else "skipped"
        self._tell(response, outcome, reason, questions=asked, notes=notes)
        return True

    def _retaken(
        self,
        row: IncomingResponse,
        turn: int,
        content: bytes,
        before: KnownResponse,
        *,
        key: Key,
        notice: str = "",
    ) -> bool:
        """Take a response for an edit of the one that is held under another key."""
        response, stream = row.response, before.response
        sent = self._known.first_sent(before, response)
        self._seen.append(self._known.name(key, before.turn))
        try:
            self._recording.amend(response, stream, sent)
        except Rejected as problem:
            self._refuse(row, content, problem, stream)
            return False
        self._entries.append(self._known.new(response, stream, turn, content, sent.now))
        self._entries.append(self._known.replace(key, before, stream))
        self._supersede(row, content, stream)
        self._tell(response, "amended", "" if notice else RETAKEN, notice=notice)
        return True

    def _tell(self, response: Response, outcome: Outcome, reason: str = "", **more: Any) -> None:
        self._came.append(ResponseOutcome(outcome, response.where, reason, **more))

    def _differing(self, row: IncomingResponse, mine: KnownResponse, content: bytes) -> None:
        """Take an edit, or leave what is an earlier answer."""
        response = row.response
        order = 0 if self._survey.live else self._order(response, mine)
        counts = self._survey.age.newer if content in self._outdated else not self._survey.age.older
        if order > 0 or (order == 0 and counts):
            self._edited(row, mine, content)
        elif self._sent_earlier(response, mine):
            self._entries.append(self._dated(response, response.key, mine))
            self._tell(response, "amended", EARLIER, outdated=True)
        else:
            self._tell(response, "unchanged", OUTDATED, outdated=True)

    def _replaced(self, row: IncomingResponse, stream: ResponseId, notice: str = "") -> None:
        """Leave a response in the place of which another one came."""
        response, before = row.response, self._recording.earlier
        if response.replaces and response.replaces not in self._known.first([response.replaces]):
            self._entries.append(self._known.replace(response.replaces, None, stream))
        held = before.as_held(before.latest(stream), response)
        there = None if held is None else self._known.first([held.key]).get(held.key)
        reason = "" if notice else REPLACED
        if held is not None and there is not None and self._sent_earlier(response, there):
            self._entries.append(self._dated(response, held.key, there))
            self._tell(response, "amended", reason or EARLIER, notice=notice)
        else:
            self._tell(response, "unchanged", reason, notice=notice)

    def _sent_earlier(self, response: Response, mine: KnownResponse) -> bool:
        """Whether an earlier sending than was known is stated, and something rests on it."""
        sent = self._known.first_sent(mine, response)
        return sent.earlier and self._recording.date(response, mine.response, sent)

    def _dated(self, response: Response, key: Key, mine: KnownResponse) -> Entry:
        """The entry that remembers an earlier sending."""
        return self._known.change(key, attrs.evolve(mine, first=response.submitted_at))

    def _edited(self, row: IncomingResponse, mine: KnownResponse, content: bytes) -> None:
        sent = self._known.first_sent(mine, row.response)
        if self._recording.earlier.settled(mine.response).get(None) == "leave_it":
            self._tell(row.response, "skipped", LEFT)
            return
        try:
            notes = self._recording.amend(row.response, mine.response, sent)
        except Rejected as problem:
            self._refuse(row, content, problem, mine.response)
            return
        self._amended(row, mine, content, sent)
        self._tell(row.response, "amended", notes=notes)

    def _amended(
        self, row: IncomingResponse, mine: KnownResponse, content: bytes, sent: FirstSent
    ) -> None:
        """Remember that an edit was taken."""
        self._entries.append(self._known.edited(row.response, mine, content, sent.now))
        self._entries.append(self._known.supersede(mine.content, mine.response, edited=True))
        self._supersede(row, content, mine.response)

    def _nothing_new(
        self, part: Slice, i: int, judged: Match, mine: KnownResponse | None, content: bytes
    ) -> None:
        response = part.group[i].response
        if judged.verdict == "ambiguous":
            self._tell(response, "ambiguous", AMBIGUOUS.format(len(part.group)))
        elif judged.verdict == "repeated":
            self._tell(response, "skipped", TWICE_THERE)
        else:
            older = mine is not None and mine.mapping != self._known.mapping
            dated = mine is not None and not mine.replaced and self._sent_earlier(response, mine)
            told: tuple[Outcome, str] = ("amended", EARLIER) if dated else ("unchanged", "")
            self._tell(response, *told, older_mapping=older)
        if mine is not None and not mine.replaced:
            there = mine
            if judged.verdict == "refreshed":
                there = attrs.evolve(there, content=content)
            if mine.missing and not self._survey.age.older:
                there = attrs.evolve(there, missing=False)
            there = self._known.sent_again(there, response)
            if there != mine:
                self._entries.append(self._known.change(response.key, there))

    def _order(self, response: Response, mine: KnownResponse) -> int:
        """1 if a response was sent after what is held of it, -1 if before, 0 if nobody knows."""
        latest = self._known.last_sent(mine, self._recording.earlier.latest(mine.response))
        if response.submitted_at is None or latest is None or response.submitted_at == latest:
            return 0
        if response.submitted_at > latest:
            return 1
        # Under another mapping, the same time may have been read in another zone.
        sound = mine.mapping == self._known.mapping and latest <= self._survey.age.now
        return -1 if sound else 0

    def _fresh_id(self) -> ResponseId:
        return ResponseId(self._fresh.pop() if self._fresh else self._ids("response"))

    def _refuse(
        self,
        row: IncomingResponse,
        content: bytes,
        problem: Rejected,
        stream: ResponseId,
        asked: tuple[Question, ...] = (),
    ) -> bool:
        """Tell that a response is refused; whether it is, and does not wait for others."""
        self._came.append(refused(row, content, problem, stream, asked))
        return True

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
