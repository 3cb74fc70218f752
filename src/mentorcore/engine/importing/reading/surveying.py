"""What a source that was read once is found to be, beside what was taken in before."""

from collections.abc import Sequence
from datetime import datetime

from mentorcore.adapters.spec import Notice, normal_title
from mentorcore.engine.commands.unit_of_work import CommandContext
from mentorcore.engine.importing.deciding.decisions import Survey
from mentorcore.engine.importing.reading.changed_ids import ChangedIds
from mentorcore.engine.importing.reading.choice_comparison import ChoiceComparison
from mentorcore.engine.importing.reading.export_freshness import freshness_of
from mentorcore.engine.importing.reading.feeds import Feed
from mentorcore.engine.importing.reading.moved_edits import moved_edits
from mentorcore.engine.importing.reading.previous_answers import PreviousAnswers
from mentorcore.engine.importing.reading.source_reading import SourceReading, SurveyResult
from mentorcore.engine.indexes.responses import DIFFERING, ResponseIndex
from mentorcore.errors import SourceRefused
from mentorcore.intake.mappings.mapping import FormMapping

__all__ = ["keyed_by", "surveyed"]


def keyed_by(mapping: FormMapping) -> list[str]:
    """The columns by which a mapping tells responses apart; none where it names none."""
    return [normal_title(key) for key in mapping.options.keys]


def surveyed(
    desk: CommandContext,
    reading: SourceReading,
    source: SurveyResult,
    known: ResponseIndex,
    *,
    mapping: FormMapping,
    feed: Feed,
    now: datetime,
    until: int,
) -> tuple[Survey, Sequence[Notice]]:
    """What a source is found to be, before anything of it is decided, and what to tell of that.

    Args:
        desk: Where earlier responses are looked up.
        reading: The source.
        source: What the first reading found out.
        known: What is held of the form.
        mapping: What was declared about it.
        feed: Where the source comes from.
        now: The instant of the import.
        until: The last position of the log before the reading.

    Raises:
        SourceRefused: Its ids were changed, or choices are written as labels where they were codes,
            or the reverse.
    """
    age = freshness_of(
        known,
        source,
        reading.digest,
        now,
        live=feed.live,
        corrected=feed.corrected,
        tail=until,
    )

    def earlier() -> PreviousAnswers:
        return PreviousAnswers(desk.session(), desk.sealing.open)

    if not feed.live and not feed.corrected:
        _refuse_other_keys(source, known, mapping, feed.name)
        ids = ChangedIds(known, earlier, mapping, feed.name)
        ids.check(
            source.new,
            source.sample,
            until,
            of=source.marks.count(DIFFERING),
            settled=source.settled,
            orders=source.orders,
            full=source.full,
        )
    found = ChoiceComparison(known, earlier, mapping, feed.name).compare(reading, source)
    moved = moved_edits(reading, source, known, earlier, mapping, older=age.older, until=until)
    survey = Survey(
        source,
        age,
        found.renamed,
        live=feed.live,
        by_content=feed.coverage == "partial",
        moved=moved,
        names=None if age.older else found.names,
    )
    # What an older export says is not how things are now.
    return survey, () if age.older else found.notices


def _refuse_other_keys(
    source: SurveyResult, known: ResponseIndex, mapping: FormMapping, name: str
) -> None:
    """Refuse an export of which nothing is known, because other columns told responses apart.

    A key column that was only given another title still tells the same responses.
    """
    then, keys = known.keyed.get(), mapping.options.keys
    unknown = source.weighed and source.responses and source.open == source.responses
    allowed = mapping.trust_keys or mapping.form_kind.finds
    if then is None or allowed or not unknown or keyed_by(mapping) == list(then):
        return
    said = " and ".join(keys) or "the time of sending"
    was = " and ".join(then) or "the time of sending"
    raise SourceRefused(
        f"the responses of this form were told apart by {was} until now, and by {said} in this "
        "mapping, so all of them would be taken a second time. Declare keys as they were, or take "
        "the earlier imports back (reverse-import); if these responses are all new, declare "
        "trust_keys = true under [source]",
        file=name,
    )
