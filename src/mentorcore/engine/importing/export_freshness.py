"""Whether an export was made before or after what was taken in already.

No export says when it was made. One that was taken in before is old; one that holds all responses
but lacks the newest is probably older than the one that had it. Any other one is new, so what it
says counts, even where somebody changed an answer back to an earlier one.
"""

import json
from collections.abc import Sequence
from datetime import datetime

import attrs

from mentorcore.adapters.spec import Options
from mentorcore.engine.importing.source_reading import SurveyResult
from mentorcore.engine.indexes.responses import ResponseIndex

__all__ = ["Freshness", "freshness_of", "identity_digest"]


@attrs.frozen
class Freshness:
    """How an export stands to what was taken in before; it may be neither older nor newer.

    Attributes:
        older: Whether it seems to be older, so that its answers change nothing.
        newer: Whether it is newer, so that even an answer that was there before counts.
        now: The instant of the import; a time of sending that is still to come proves nothing.
    """

    older: bool
    newer: bool
    now: datetime


def freshness_of(
    known: ResponseIndex, surveyed: SurveyResult, said: bytes, now: datetime, *, live: bool
) -> Freshness:
    """How an export stands to what was taken in before.

    Args:
        known: What is held of the form.
        surveyed: The export as a whole.
        said: The digest of what all of its responses say.
        now: The instant of the import.
        live: Whether it tells what is true now.
    """
    if live:
        return Freshness(older=False, newer=True, now=now)
    newest, latest = known.newest.get(), surveyed.latest
    lacks = newest is not None and (latest is None or latest < newest)
    if surveyed.full and lacks:
        return Freshness(older=True, newer=False, now=now)
    # Where the newest response is there, the end of the file is, too.
    whole = not surveyed.cut or (surveyed.full and newest is not None)
    return Freshness(older=False, newer=whole and not known.read_before(said), now=now)


def identity_digest(options: Options) -> str:
    """All that was declared about times of submission; instants compare only where it is equal."""
    labels: Sequence[tuple[str, str]] = sorted(options.zone_labels.items())
    told = (options.timestamp, options.zone, options.date_order, options.fold, labels)
    return json.dumps([*told, options.dates_as_times])
