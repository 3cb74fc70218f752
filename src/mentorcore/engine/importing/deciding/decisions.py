"""What is decided about the responses of a source, and what it comes to: values and sentences."""

from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from mentorcore.adapters.spec import Where
from mentorcore.domain.values import ResponseId
from mentorcore.engine.importing.reading.export_freshness import Freshness
from mentorcore.engine.importing.reading.moved_edits import MovedEdits
from mentorcore.engine.importing.reading.source_reading import Group, SurveyResult
from mentorcore.engine.indexes.responses import IncomingResponse, Key
from mentorcore.errors import Refused
from mentorcore.intake.intents import Asked, Rejected
from mentorcore.intake.rejects import Reject
from mentorcore.intake.renamed_choices import ChoiceNames, RenamedChoices
from mentorcore.intake.report import Outcome, Question

__all__ = [
    "AMBIGUOUS",
    "EARLIER",
    "FORMER",
    "LACKING",
    "LEFT",
    "MAYBE_FORMER",
    "MOVED",
    "OVERTAKEN",
    "NOT_USED",
    "OUTDATED",
    "PROBABLE",
    "REPLACED",
    "RETAKEN",
    "SENT_TWICE",
    "TWICE_THERE",
    "Decision",
    "ResponseOutcome",
    "Slice",
    "Survey",
    "apart",
    "refused",
    "slices",
]


AMBIGUOUS: Final = (
    "{} responses of this file share one key and are not what was taken under it before, so "
    "nothing tells which is which; declare columns that tell them apart, as keys under [source]"
)
OUTDATED: Final = "this is an earlier answer; its author changed it since, and the later one stays"
RETAKEN: Final = "the form was filled in again, and this took the place of the earlier response"
REPLACED: Final = "the form was filled in again since, and the later response stays"
EARLIER: Final = "it was sent earlier than any export had said until now"
LEFT: Final = "somebody said that this response is to be left"
LACKING: Final = (
    "a newer export, imported before this one, does not hold this response, so it may have been "
    "deleted; is it to be imported all the same (take_it) or left (leave_it)?"
)
OVERTAKEN: Final = (
    "a newer export, imported before this one, says otherwise here and could not be taken; import "
    "that one again"
)
MOVED: Final = (
    "an edit of the response {}, which this export holds no more: both came from the same sender "
    "about the same people and day, and nothing else fits"
)
FORMER: Final = (
    "the earlier form of the response {}: both came from the same sender about the same people and "
    "day, and nothing else fits; the later one stays"
)
MAYBE_FORMER: Final = "It may be the earlier form of the response {}."
PROBABLE: Final = (
    "this may be an edit of the response {}, which came from the same sender and which this export "
    "holds no more; is it one (is_edit_of), or are they two (are_two)?"
)
SENT_TWICE: Final = (
    "the same answers were sent shortly before or after, see {}, so it was probably sent twice; "
    "repeats_within under [answers] says within how many minutes that counts"
)
TWICE_THERE: Final = "this response stands in the file twice, word for word"
NOT_USED: Final = "it is marked {} and leads to nothing"


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
    questions: tuple[Question, ...] = ()
    notice: str = ""
    older_mapping: bool = False
    outdated: bool = False
    notes: tuple[str, ...] = ()
    leads_to: tuple[str, ...] = ()


@attrs.frozen
class Survey:
    """What a source was found to be, before anything of it is decided.

    Attributes:
        source: What the first reading found out.
        age: Whether it is older or newer than what was taken in before.
        renamed: Choices with other texts, which nobody edited.
        moved: Edits that come under other keys.
        names: What is settled from now on about the texts of choices, if anything new is.
        live: Whether its responses are as they are now, and not those of an older copy.
        by_content: Whether responses without any key are known by their content alone.
    """

    source: SurveyResult
    age: Freshness
    renamed: RenamedChoices
    live: bool
    by_content: bool
    moved: MovedEdits = attrs.field(factory=MovedEdits)
    names: ChoiceNames | None = None

    @property
    def newest(self) -> bool:
        """Whether it holds all responses there were, as nothing is known to be newer."""
        return self.source.full and not self.age.older


@attrs.frozen
class Decision:
    """What some responses came to.

    Attributes:
        came: Each of them, in order.
        seen: The names in the index of all responses that are still there.
        begun: Whether the import has begun, here or before.
        waiting: Those that wait for others to let go of an address or number.
    """

    came: Sequence[ResponseOutcome]
    seen: Sequence[bytes]
    begun: bool
    waiting: Sequence[Slice] = ()

    @property
    def learned(self) -> bool:
        """Whether anything was recorded that the source says."""
        return any(came.outcome in {"taken", "amended"} for came in self.came)

    @property
    def refused(self) -> bool:
        """Whether a response was refused."""
        return any(came.outcome == "refused" for came in self.came)


def refused(
    row: IncomingResponse,
    content: bytes,
    problem: Rejected,
    stream: ResponseId,
    asked: tuple[Question, ...] = (),
) -> ResponseOutcome:
    """What a response comes to that is refused, with what is asked about it."""
    cause = problem.__cause__
    refusal = cause if isinstance(cause, Refused) else None
    reject = Reject(row.response, str(problem), (row.seen or content).hex(), refusal)
    where, said = row.response.where, str(problem)
    if isinstance(problem, Asked):
        asked = (*asked, Question(stream, said, problem.answers, where, problem.other))
    return ResponseOutcome("refused", where, said, problem.column, reject, asked)
