"""Whether an export was made before or after what was taken in already: its age, worked out once.

No export says when it was made. A full one that lacks the newest response is older than the one
that had it, and so is one that was taken in before, when another one came since. So is one that
holds nothing new and lacks something, if all that it says otherwise was said and changed since. An
older export changes nothing: not what was answered, not what is missing, not what comes back
(INV-96). Any other one is new, so what it says counts, even where somebody changed an answer back
to an earlier one.
"""

import json
from collections.abc import Sequence
from datetime import datetime

import attrs

from mentorcore.adapters.spec import Options, Response
from mentorcore.engine.importing.reading.source_reading import SurveyResult
from mentorcore.engine.indexes.responses import DIFFERING, ResponseIndex

__all__ = ["Freshness", "freshness_of", "identity_digest"]


@attrs.frozen
class Freshness:
    """How an export stands to what was taken in before; it may be neither older nor newer.

    Attributes:
        older: Whether it is older, so that it changes nothing.
        newer: Whether it is newer, so that even an answer that was there before counts.
        now: The instant of the import; a time of sending that is still to come proves nothing.
        until: In a part, up to when a full export should have held every response.
    """

    older: bool
    newer: bool
    now: datetime
    until: datetime | None = None

    def doubts(self, response: Response) -> bool:
        """Whether a newer full export should have held a response that was never taken."""
        at = response.submitted_at
        return self.older or (self.until is not None and at is not None and at <= self.until)


def freshness_of(
    known: ResponseIndex,
    surveyed: SurveyResult,
    said: bytes,
    now: datetime,
    *,
    live: bool,
    corrected: bool,
    tail: int,
) -> Freshness:
    """How an export stands to what was taken in before.

    Args:
        known: What is held of the form.
        surveyed: The export as a whole.
        said: The digest of what all of its responses say.
        now: The instant of the import.
        live: Whether it tells what is true now.
        corrected: Whether it is a file of refused rows.
        tail: The last position of the log before the reading.
    """
    if live:
        return Freshness(older=False, newer=True, now=now)
    newest, latest, before = known.newest.get(), surveyed.latest, known.readings.holds(said)
    lacks = newest is not None and (latest is None or latest < newest)
    overtaken = before and known.last.get() not in {None, said.hex()}
    older = lacks or overtaken or _is_outgrown(known, surveyed, tail)
    if surveyed.full and surveyed.responses and older:
        return Freshness(older=True, newer=False, now=now)
    # Where the newest response is there, the end of the file is, too.
    whole = not surveyed.cut or (surveyed.full and newest is not None)
    until = None if surveyed.full or corrected else known.whole.get()
    return Freshness(older=False, newer=whole and not before, now=now, until=until)


def _is_outgrown(known: ResponseIndex, surveyed: SurveyResult, tail: int) -> bool:
    """Whether all that an export says otherwise was said before, and it lacks what came since."""
    contents = [row.content for row in surveyed.sample]
    if not contents or surveyed.open or len(contents) < surveyed.marks.count(DIFFERING):
        return False
    before = known.superseded(contents)
    if not all(content in before and before[content].edited for content in contents):
        return False
    return next(known.unseen(surveyed.there, tail), None) is not None


def identity_digest(options: Options) -> str:
    """All that was declared about times of submission; instants compare only where it is equal."""
    labels: Sequence[tuple[str, str]] = sorted(options.zone_labels.items())
    told = (options.timestamp, options.zone, options.date_order, options.fold, labels)
    return json.dumps([*told, options.dates_as_times])
