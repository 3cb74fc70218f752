"""What was taken under an earlier mapping is read once more, under the one of today.

Differences are amendments, as if somebody had edited the answers, and each names both mappings as
its reason. What is refused as it is read now stays as it was, and an older export changes nothing.
"""

from typing import Any

import attrs

from mentorcore.engine.importing.deciding.contested import ContestedChunk
from mentorcore.engine.importing.deciding.decisions import ResponseOutcome, Slice
from mentorcore.engine.importing.deciding.response_recorder import USED
from mentorcore.engine.indexes.known_responses import FirstSent, KnownResponse
from mentorcore.engine.indexes.responses import IncomingResponse
from mentorcore.intake.intents import Reason, Rejected
from mentorcore.intake.response_matching import Match

__all__ = ["RereadingChunk"]

STAYS = Reason("", "what it had led to under the earlier mapping stays as it was")


class RereadingChunk(ContestedChunk):
    """One attempt at deciding some slices.

    Args:
        reread: Whether known responses are read again that were taken under an earlier mapping.
    """

    def __init__(self, *about: Any, reread: bool, **options: Any) -> None:
        super().__init__(*about, **options)
        self._reread = reread and not self._survey.age.older

    def _nothing_new(
        self, part: Slice, i: int, judged: Match, mine: KnownResponse | None, content: bytes
    ) -> None:
        row = part.group[i]
        same = judged.verdict in {"unchanged", "refreshed"}
        if mine is not None and same and self._is_due(row, mine):
            sent = self._known.first_sent(mine, row.response)
            if self._read_again(row, mine, content, sent):
                return
            mine = attrs.evolve(mine, mapping=self._known.mapping)
            self._entries.append(self._known.change(row.response.key, mine))
        super()._nothing_new(part, i, judged, mine, content)

    def _is_due(self, row: IncomingResponse, mine: KnownResponse) -> bool:
        return (
            self._reread
            and mine.mapping != self._known.mapping
            and not mine.replaced
            and row.response.lifecycle in USED
            and self._recording.earlier.settled(mine.response).get(None) != "leave_it"
        )

    def _read_again(
        self, row: IncomingResponse, mine: KnownResponse, content: bytes, sent: FirstSent
    ) -> bool:
        """Whether there is anything to tell of what the mapping of today makes of a response."""
        self._mine = mine
        try:
            why = self._recording.reread(row.response, mine.response, sent)
        except Rejected as problem:
            if type(problem) is Rejected:
                problem = Rejected([*problem.reasons, STAYS])
            self._refuse(row, content, problem, mine.response)
            return True
        finally:
            self._mine = None
        if why:
            self._amended(row, mine, content, sent)
            self._came.append(ResponseOutcome("amended", row.response.where, why))
        return bool(why)

    def _amended(
        self, row: IncomingResponse, mine: KnownResponse, content: bytes, sent: FirstSent
    ) -> None:
        if content == mine.content:  # its answers are the same, and nothing else takes their place
            self._entries.append(self._known.edited(row.response, mine, content, sent.now))
        else:
            super()._amended(row, mine, content, sent)
