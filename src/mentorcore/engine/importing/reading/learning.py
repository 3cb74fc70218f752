"""What the index beside the log remembers of a source that was read to its end."""

from collections.abc import Iterator

from mentorcore.engine.importing.deciding.decisions import Survey
from mentorcore.engine.indexes.past_readings import PastReading
from mentorcore.engine.indexes.responses import ResponseIndex
from mentorcore.log.storage.store import Entry

__all__ = ["learned", "learned_of_nothing"]


def learned(
    known: ResponseIndex, reading: bytes, survey: Survey, read: PastReading
) -> Iterator[Entry]:
    """What is to be remembered of a source that was read to its end.

    Args:
        known: What is held of the form.
        reading: The digest of what all of its responses say.
        survey: What it was found to be.
        read: By which import it was read, and what that one found of its age.
    """
    yield from known.readings.remember(reading, read)
    if survey.names is not None:
        yield known.keep_names(survey.names)
    if survey.newest:
        yield known.last.put(reading.hex())
    yield from _age(known, survey)


def learned_of_nothing(
    known: ResponseIndex, reading: bytes, survey: Survey, read: PastReading
) -> Iterator[Entry]:
    """What is to be remembered of a source of which nothing was taken: that it was read.

    It may come again after a newer one, and is older then, although each of its rows was refused;
    and whatever lacks the newest of its responses is older than it.
    """
    if survey.names is not None:
        yield known.keep_names(survey.names)
    if not survey.source.full or not survey.source.responses or survey.live:
        return
    if not known.readings.holds(reading):
        yield known.readings.remember_barren(reading, read)
    if survey.newest and known.last.get() != reading.hex():
        yield known.last.put(reading.hex())
    yield from _age(known, survey)


def _age(known: ResponseIndex, survey: Survey) -> Iterator[Entry]:
    """When the newest response was sent, of all readings and of the full ones."""
    latest = survey.source.latest
    facts = (known.newest, known.whole) if survey.newest else (known.newest,)
    if latest is not None:
        yield from (f.put(latest) for f in facts if (at := f.get()) is None or at < latest)
