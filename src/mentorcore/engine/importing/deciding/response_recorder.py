"""A response is recorded with everything it leads to, or not at all."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import attrs

from mentorcore.adapters.spec import Response
from mentorcore.domain.checked_init import unchecked
from mentorcore.domain.corrections.commands import RetractRecord
from mentorcore.domain.effective import effective
from mentorcore.domain.responses import Caused, RawAnswer, ResponseTaken, Settled, TakeResponse
from mentorcore.domain.values import Code, PersonId, ResponseId, Sealed, Stream
from mentorcore.engine.commands.unit_of_work import PendingEvent, UnitOfWork
from mentorcore.engine.importing.deciding.import_batch import Gone, ImportBatch, StepTaker
from mentorcore.engine.importing.deciding.one_person import advised, of_survivors
from mentorcore.engine.importing.deciding.unchanged_fields import differing
from mentorcore.engine.importing.earlier_mappings import NO_MAPPING, REREAD, Formerly
from mentorcore.engine.importing.reading.previous_answers import PreviousAnswers
from mentorcore.engine.importing.session_directory import SessionDirectory
from mentorcore.engine.indexes.known_responses import FirstSent
from mentorcore.errors import Invalid, MentorcoreError, PracticeError, Refused
from mentorcore.intake.amendments import (
    Amendment,
    Standing,
    Step,
    amend,
    hidden_by,
    records_of,
)
from mentorcore.intake.directory import Without
from mentorcore.intake.forms.built_in import FORMS
from mentorcore.intake.forms.succession import SUCCEEDED
from mentorcore.intake.intents import Intents, Reason, Rejected, why_refused
from mentorcore.intake.row import Interpreter
from mentorcore.log.recorded import Provenance
from mentorcore.log.storage.store import Entry

__all__ = ["USED", "NotExchanged", "ResponseRecorder"]

USED = frozenset({"complete", "imported", "offline", "unknown"})
"""The lifecycles of responses that lead to something; all others are taken with their mark only."""

NOTHING = Intents((), ())
T = TypeVar("T")

_raw: Callable[..., RawAnswer] = unchecked(RawAnswer)
"""Every text of an answer was looked at where it came in: at the border of the adapters, or where
corrected rows are read."""


Edit = tuple[Response, ResponseId, FirstSent]
"""A response that was edited, its stream, and when it was first sent."""


class NotExchanged(Exception):  # noqa: N818 - an answer about some edits
    """Edits cannot be recorded together: the one at this place is in the way."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


class ResponseRecorder:
    """The recording of responses in one session.

    Args:
        session: Where commands are decided.
        batch: The import.
        begun: Whether the import has begun in the log.
        people: Answers with who is known; asked when first needed.
        interpreter: What reads responses.
        ids: Answers with a new id for a kind.
        opened: Opens a sealed value.
        kept: What the index is to remember when the import begins.
        formerly: Answers with what reads responses by the mapping of an earlier import, and the
            digest of that; ``None`` where it cannot be read any more.

    Attributes:
        begun: Whether the import has begun, here or before.
        earlier: The responses as they were last taken.
    """

    def __init__(
        self,
        session: UnitOfWork,
        batch: ImportBatch,
        *,
        begun: bool,
        people: Callable[[], SessionDirectory],
        interpreter: Interpreter,
        ids: Callable[[str], str],
        opened: Callable[[Sealed], Any],
        kept: Sequence[Entry] = (),
        formerly: Formerly = lambda _batch, _digest: None,
    ) -> None:
        self._formerly = formerly
        self._again: dict[str, str] = {}
        self._kept = kept
        self.begun = begun
        self._session = session
        self._batch = batch
        self._taker = StepTaker(session, batch)
        self._people = people
        self._interpreter = interpreter
        self._ids = ids
        self._opened = opened
        self.earlier = PreviousAnswers(session, opened)

    @property
    def decided(self) -> Sequence[PendingEvent]:
        """What was decided in the session until now."""
        return self._session.decided

    def take(self, response: Response, stream: ResponseId) -> tuple[str, ...]:
        """Record a response that is new, and answer with what somebody may want to know of it.

        Raises:
            Rejected: It cannot be taken; nothing of it was recorded.
        """
        source = self._batch.source(stream, response.submitted_at)

        def lead() -> tuple[Intents, tuple[Caused, ...]]:
            intended = self._read(response, stream)
            steps = (Step(fact.code, fact.command) for fact in intended.facts)
            return intended, self._taker.all(source, steps)

        return self._whole(response, source, lead)

    def amend(self, response: Response, stream: ResponseId, sent: FirstSent) -> tuple[str, ...]:
        """Record a response that was edited, and what the edit changes; see `take`.

        Raises:
            Rejected: It cannot be taken; nothing of it was recorded.
        """
        latest = self.earlier.latest(stream)
        source = self._batch.source(stream, response.submitted_at)

        def lead() -> tuple[Intents, tuple[Caused, ...]]:
            new, amendment = self._amendment(response, latest, stream, sent)
            caused = self._taker.in_some_order(source, amendment.steps, {})
            own = (*amendment.kept, *self._regained(stream, amendment.regained), *caused)
            return new, own

        try:
            return self._whole(response, source, lead)
        except Rejected as problem:
            said: Settled = self._session.state(stream).settled
            made = {i.event.person_id for i in self._standing(latest) if i.fact == "person"}
            raise advised(problem, said, made, self._people()) from problem.__cause__

    def reread(self, response: Response, stream: ResponseId, sent: FirstSent) -> str:
        """Amend what the mapping of today reads in a response otherwise than the one before.

        Answers with why, and with nothing where both lead to the same.

        Raises:
            Rejected: It cannot be taken as it is read now; it stays as it was.
        """
        latest = self.earlier.latest(stream)
        digest = self._digest(latest)
        if self._formerly(latest.batch_id, digest) is None:
            raise Rejected([Reason("", NO_MAPPING)])
        why = REREAD.format(digest[:12], self._batch.mapping_digest[:12])
        self._again[stream] = why
        try:
            if not self._amendment(response, latest, stream, sent)[1].steps:
                return ""
        except (Refused, Invalid) as problem:
            raise Rejected([Reason("", why_refused(problem))]) from problem
        self.amend(response, stream, sent)
        return why

    def exchange(self, edits: Sequence[Edit]) -> None:
        """Record edits that give each other's addresses or numbers away, as one.

        All are read as if none of them had been taken, and everything that they let go is taken
        back before any of them takes hold of it.

        Raises:
            NotExchanged: One of them cannot be taken; nothing of any was recorded.
        """
        trying = 0

        def each(*columns: Iterable[Any]) -> Iterator[Any]:
            nonlocal trying
            for trying, together in enumerate(zip(*columns, strict=True)):  # noqa: B007 - told of
                yield together

        def decided() -> None:
            latest = [self.earlier.latest(stream) for _, stream, _ in edits]
            standing = [tuple(self._standing(found)) for found in latest]
            together = [item for items in standing for item in items]
            known = Without(self._people(), hidden_by(together), records_of(together))
            led = [
                self._compared(edit, before, known, there)
                for edit, before, there in each(edits, latest, standing)
            ]
            sources = [self._batch.source(stream) for _, stream, _ in edits]
            gone: list[Gone] = [{} for _ in edits]
            for source, (_, found), back in each(sources, led, gone):
                first = [s for s in found.steps if isinstance(s.command, RetractRecord)]
                self._taker.all(source, first, back)
            for (response, stream, _), source, (new, found), back in each(
                edits, sources, led, gone
            ):
                then = [s for s in found.steps if not isinstance(s.command, RetractRecord)]
                kept = (*found.kept, *self._regained(stream, found.regained))
                caused = (*kept, *self._taker.all(source, then, back))
                take = self._taking(response, source, new, caused)
                self._session.decide(take, self._batch.envelope(take, source))

        try:
            self._all_or_nothing(decided)
        except Rejected as problem:
            raise NotExchanged(trying) from problem

    def date(self, response: Response, stream: ResponseId, sent: FirstSent) -> bool:
        """Amend what rests on the time of sending, once an export states an earlier one.

        What the response says stays as it is held; answers whether anything had to change.
        """
        latest = self.earlier.latest(stream)
        held = self.earlier.as_held(latest, response)
        standing = any(True for _ in self._standing(latest))
        if held is None or held.lifecycle not in USED or not standing:
            return False
        try:
            if not self._amendment(held, latest, stream, sent)[1].steps:
                return False
            self.amend(held, stream, sent)
        except Rejected:
            return False  # what rests on the later day stays, and the response as it was taken
        return True

    def _amendment(
        self, response: Response, latest: ResponseTaken, stream: ResponseId, sent: FirstSent
    ) -> tuple[Intents, Amendment]:
        standing = tuple(self._standing(latest))
        known = Without(self._people(), hidden_by(standing), records_of(standing))
        return self._compared((response, stream, sent), latest, known, standing)

    def _compared(
        self, edit: Edit, latest: ResponseTaken, known: Without, standing: tuple[Standing, ...]
    ) -> tuple[Intents, Amendment]:
        """What an edited response says, and what has to change for it."""
        response, stream, sent = edit
        dated = attrs.evolve(response, submitted_at=sent.now or response.submitted_at)
        new = self._read(dated, stream, known, latest.subjects)
        before = self._before(latest, response, stream, known, sent)
        why = self._again.get(stream)
        found = amend(before, new, standing, self._interpreter.mapping, again=why is not None)
        steps = differing(found.steps, standing, self._opened, why)
        return new, attrs.evolve(found, steps=tuple(of_survivors(steps, self._people())))

    def _whole(
        self,
        response: Response,
        source: Provenance,
        lead: Callable[[], tuple[Intents, tuple[Caused, ...]]],
    ) -> tuple[str, ...]:
        def decided() -> tuple[Intents, bool]:
            intended, caused = lead()
            take = self._taking(response, source, intended, caused)
            self._session.decide(take, self._batch.envelope(take, source))
            return intended, bool(intended.facts or caused)

        intended, _ = self._all_or_nothing(decided, lambda done: done[1])
        return intended.notes

    def _all_or_nothing(
        self, decide: Callable[[], T], teaches: Callable[[T], bool] = lambda _done: True
    ) -> T:
        """Decide something whole, and let the directory know of it.

        Raises:
            Rejected: It cannot be decided; nothing of it is left.
        """
        session, begun = self._session, self.begun
        mark = session.mark()
        try:
            if not self.begun:
                self._batch.begin(session, self._kept)
                self.begun = True
            done = decide()
        except (Refused, Rejected, Invalid) as problem:
            session.back_to(mark)
            self.begun = begun
            if isinstance(problem, Rejected):
                raise
            raise Rejected([Reason("", why_refused(problem))]) from problem
        if teaches(done):
            self._people().learn(session.decided[mark.decided :])
        return done

    def _taking(
        self,
        response: Response,
        source: Provenance,
        intended: Intents,
        caused: tuple[Caused, ...],
    ) -> TakeResponse:
        return TakeResponse(
            response_id=ResponseId(source.response or ""),
            form=self._batch.form,
            batch_id=self._batch.batch,
            lifecycle=Code(response.lifecycle),
            subjects=intended.subjects or (self._nobody_named(),),
            submitted_at=response.submitted_at,
            caused=caused,
            response_key=response.key,
            answers=tuple(
                [_raw(question=a.question, label=a.label, raw=a.raw) for a in response.answers]
            ),
        )

    def _nobody_named(self) -> PersonId:
        """A person who stands for nobody known, so that the answers get a key of their own."""
        person = PersonId(self._ids("person"))
        self._session.newcomer(person)
        return person

    def _read(
        self,
        response: Response,
        stream: ResponseId,
        without: Without | None = None,
        meant: tuple[PersonId, ...] = (),
        reads: Interpreter | None = None,
    ) -> Intents:
        if response.lifecycle not in USED:
            return NOTHING
        try:
            return (reads or self._interpreter).interpret(
                response,
                without or self._people(),
                ids=self._ids,
                now=self._session.now,
                again=without is not None,
                settled=self._session.state(stream).settled,
                meant=meant,
            )
        except (MentorcoreError, Rejected):
            raise
        except Exception as error:
            kind = self._interpreter.mapping.form_kind
            if kind in FORMS:
                raise
            why = f"its reader failed: {type(error).__name__}: {error}"
            raise PracticeError(why, practice=kind.name) from error

    def _before(
        self,
        latest: ResponseTaken,
        now: Response,
        stream: ResponseId,
        known: Without,
        sent: FirstSent,
    ) -> Intents | None:
        """What the earlier answers say, by their mapping; ``None`` where that cannot be told."""
        answers = self.earlier.answers(latest)
        if answers is None:
            return None
        before = attrs.evolve(
            now,
            submitted_at=sent.before or latest.submitted_at,
            lifecycle=latest.lifecycle,
            answers=answers,
        )
        digest = self._digest(latest)
        reads = None
        if digest != self._batch.mapping_digest:
            reads = self._formerly(latest.batch_id, digest)
        try:
            return self._read(before, stream, known, latest.subjects, reads)
        except Rejected:
            return None

    def _digest(self, latest: ResponseTaken) -> str:
        """The digest of the mapping by which a response was read."""
        started = self._session.state(latest.batch_id).started
        return "" if started is None else started.mapping_digest

    def _regained(self, stream: ResponseId, pairings: Collection[Stream]) -> Iterator[Caused]:
        """What a response had led to in pairings that are its own again, as it was last taken."""
        for pairing in pairings:
            for placed in reversed(effective(self._session.history(stream))):
                told = placed.event.caused if isinstance(placed.event, ResponseTaken) else ()
                if any(c.stream == pairing and c.fact != SUCCEEDED for c in told):
                    yield from told
                    break

    def _standing(self, latest: ResponseTaken) -> Iterable[Standing]:
        for caused in latest.caused:
            for placed in effective(self._session.history(caused.stream)):
                if placed.version == caused.version:
                    rules = self._session.rules_of(caused.stream)
                    yield Standing(caused.fact, caused.stream, caused.version, placed.event, rules)
