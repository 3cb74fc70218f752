"""An import reads a file once; each response it takes keeps its raw answers and what it caused.

A second reading adds nothing, a changed answer is taken again beside the old one, and a response
missing from a later full reading is reported, never removed (INV-56, INV-57, INV-81).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import attrs

from mentorcore.domain.corrections.events import RecordRetracted
from mentorcore.domain.declarations import (
    command,
    event,
    fresh,
    personal,
    value,
)
from mentorcore.domain.values import (
    BatchId,
    Code,
    PersonId,
    ResponseId,
    Sealed,
    Stream,
    Text,
)
from mentorcore.domain.visibility import NOBODY, REASON

# ---------------------------------------------------------------------------- values

Coverage = Literal["full", "partial"]
Outcome = Literal["completed", "failed"]
Settling = Literal["is_edit_of", "are_two", "take_it", "leave_it", "same_person", "another_person"]
"""What a response is that no rule could tell. It is an edit of another one, or the two are two; it
is to be taken, or left; or whom it means is a person of the log, or somebody else.
"""


Settled = Mapping[ResponseId | PersonId | None, Settling]
"""What was last said of a response, by the other one or the person; ``None`` for itself alone."""


@value
class RawAnswer:
    """One answer as delivered: the question's identity, its label and the raw text.

    Attributes:
        question: The identity of the question, as the survey tool has it.
        label: The question as it was asked.
        raw: What was answered, letter by letter; several for several choices.
    """

    question: str
    label: str
    raw: tuple[str, ...]


@value
class Caused:
    """A fact that a response led to: which of the response's facts, and where it stands.

    Attributes:
        fact: Which of the facts that the form can tell.
        stream: The stream of the record that was made.
        version: Its version there.
    """

    fact: Code
    stream: Stream
    version: int


@value
class Left:
    """A record that a reversal had to leave, and the code of the refusal that says why.

    Attributes:
        stream: The stream of the record.
        version: Its version there.
        why: The code of the refusal.
    """

    stream: Stream
    version: int
    why: Code


@value
class Counts:
    """What an import did with the responses it read.

    Attributes:
        taken: New responses that were recorded.
        unchanged: Responses that were known already.
        amended: Known responses that had been edited.
        refused: Responses that the rules did not allow.
        unreadable: Rows that could not be read.
        skipped: Previews, tests, spam and repetitions.
        ambiguous: Responses of which nothing tells which is which.
    """

    taken: int = 0
    unchanged: int = 0
    amended: int = 0
    refused: int = 0
    unreadable: int = 0
    skipped: int = 0
    ambiguous: int = 0


# ---------------------------------------------------------------------------- events


@event("import.started", founding=True)
class ImportStarted:
    """A file or feed began to be taken in.

    Attributes:
        adapter: The adapter that read it.
        adapter_version: The version of that adapter.
        mapping_digest: The digest of the mapping that said what the questions mean.
        coverage: Whether the reading held all responses of the form, or some.
    """

    batch_id: BatchId
    adapter: Code
    adapter_version: Code
    form: Code
    mapping_digest: Code
    coverage: Coverage


@event("import.completed")
class ImportCompleted:
    """The reading ended; ``missing`` are responses that an earlier full reading had.

    Attributes:
        outcome: Whether the reading was finished or failed.
        counts: What became of the responses.
        missing: Responses that an earlier full reading had and this one has not.
    """

    outcome: Outcome
    counts: Counts
    missing: tuple[ResponseId, ...] = ()


@event("response.taken")
class ResponseTaken:
    """A response was taken, with its raw answers and the facts it caused.

    A later one on the same stream is the response after it was edited. ``subjects`` are the
    persons it names, or a provisional person with a key of its own.

    Attributes:
        batch_id: The import in which it was taken.
        lifecycle: What the survey tool says of it, such as complete, preview or spam.
        submitted_at: When the respondent sent it.
        caused: The records that it led to.
        response_key: By what the response is known again.
        answers: The answers as they were given.
    """

    form: Code
    batch_id: BatchId
    lifecycle: Code
    subjects: tuple[PersonId, ...]
    submitted_at: datetime | None = None
    caused: tuple[Caused, ...] = ()
    response_key: tuple[str, ...] | Sealed | None = personal("contact", readers=NOBODY)
    answers: tuple[RawAnswer, ...] | Sealed | None = personal("free_text", readers=NOBODY)


@event("response.settled")
class ResponseSettled:
    """Somebody said what a response is that no rule could tell; a later answer replaces it.

    Attributes:
        answer: It is an edit of the other one, or the two are two; or it is to be taken, or left;
            or it means the person, or somebody else.
        other: The response beside which it was in doubt, or the person whom it may mean; nothing
            where it is about this one alone.
    """

    answer: Settling
    other: ResponseId | PersonId | None = None


@event("import.reversed")
class ImportReversed:
    """An import was taken back whole, but for what later records rest on.

    Attributes:
        retracted: How many of its records were retracted.
        left: Those that were not, with the reason of each.
        subjects: A provisional person, under whose key alone the reason is sealed.
    """

    retracted: int
    left: tuple[Left, ...]
    subjects: tuple[PersonId, ...]
    reason: Text | None = personal("free_text", default=None, readers=REASON)
    authority: Code | None = None


# ---------------------------------------------------------------------------- state


@attrs.frozen
class Batch:
    """A reading of a file; ``outcome`` is ``None`` while it goes on.

    Attributes:
        reversals: How often it was taken back; what had to be left may be taken back later.
    """

    started: ImportStarted | None = None
    outcome: str | None = None
    counts: Counts | None = None
    reversals: int = 0


@attrs.frozen
class TakenResponse:
    """A response with the facts it caused at its latest reading.

    Attributes:
        settled: What was said of it, which may be before it is taken.
    """

    latest: ResponseTaken | None = None
    readings: int = 0
    settled: Settled = attrs.field(factory=dict)


def evolve_batch(state: Batch, event: object) -> Batch:
    """Fold one event into the reading."""
    match event:
        case ImportStarted():
            return attrs.evolve(state, started=event)
        case ImportCompleted():
            return attrs.evolve(state, outcome=event.outcome, counts=event.counts)
        case ImportReversed():
            return attrs.evolve(state, reversals=state.reversals + 1)
        case _:
            return state


def evolve_response(state: TakenResponse, event: object) -> TakenResponse:
    """Fold one event into the response."""
    match event:
        case ResponseTaken():
            return attrs.evolve(state, latest=event, readings=state.readings + 1)
        case ResponseSettled():
            return attrs.evolve(state, settled={**state.settled, event.other: event.answer})
        case _:
            return state


# ---------------------------------------------------------------------------- commands


@command(also=(ImportStarted,))
class StartImport:
    """Begin to take in a file or feed."""

    adapter: Code
    adapter_version: Code
    form: Code
    mapping_digest: Code
    coverage: Coverage = "partial"
    batch_id: BatchId | None = fresh("import", default=None)


@command(also=(ResponseTaken,))
class TakeResponse:
    """Record a response with what it caused."""

    form: Code
    batch_id: BatchId
    lifecycle: Code
    subjects: tuple[PersonId, ...]
    response_key: tuple[str, ...]
    answers: tuple[RawAnswer, ...]
    submitted_at: datetime | None = None
    caused: tuple[Caused, ...] = ()
    response_id: ResponseId | None = fresh("response", default=None)


@command(also=(ImportCompleted,))
class CompleteImport:
    """End a reading with its counts."""

    batch_id: BatchId
    counts: Counts
    outcome: Outcome = "completed"
    missing: tuple[ResponseId, ...] = ()


@command(also=(ImportReversed, RecordRetracted))
class ReverseImport:
    """Take back everything that an import recorded, but for what later records rest on.

    Attributes:
        retracted: How many records are retracted with it; the engine counts them.
        left: Which are not, and why; the engine says so.
        kept_under: The provisional person under whose key the reason is sealed.
    """

    batch_id: BatchId
    reason: str | None = None
    authority: Code | None = None
    retracted: int = 0
    left: tuple[Left, ...] = ()
    kept_under: PersonId | None = fresh("person", default=None)


@command(also=(ResponseSettled,))
class SettleResponse:
    """Say what a response is that no rule could tell: asked once, and answered by an event.

    It need not be taken yet where the answer decides whether and how it is; the next import of any
    export that holds it acts on it.

    Attributes:
        other: The response that it is an edit of, or is not the same as; or the person whom it
            means, or does not mean.
    """

    response_id: ResponseId
    answer: Settling
    other: ResponseId | PersonId | None = None
