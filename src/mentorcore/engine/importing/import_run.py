"""A source of survey responses is taken in: what is new is recorded, what is known stays.

The same source again adds nothing. An edited answer amends what it had led to, a vanished
response is reported and nothing is deleted, and a row that cannot be taken is told with its
reason (docs/how-to/import-a-survey.md).

Three steps, with values between them: the source is surveyed (`Survey`), some hundred responses at
a time are decided upon (`Decision`), and what was decided is recorded, or in a dry run is not.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from mentorcore.adapters.spec import Form, Unreadable, Where
from mentorcore.domain.responses import Outcome as BatchOutcome
from mentorcore.engine.commands.collector import CollectorPause
from mentorcore.engine.commands.unit_of_work import CommandContext, UnitOfWork
from mentorcore.engine.importing.account import Account
from mentorcore.engine.importing.deciding.contested import Claims, WhereClaimed
from mentorcore.engine.importing.deciding.decisions import (
    Decision,
    ResponseOutcome,
    Slice,
    Survey,
    apart,
    slices,
)
from mentorcore.engine.importing.deciding.import_batch import ImportBatch
from mentorcore.engine.importing.deciding.rereading import RereadingChunk
from mentorcore.engine.importing.deciding.response_recorder import ResponseRecorder
from mentorcore.engine.importing.deciding.second_chance import SecondChance
from mentorcore.engine.importing.earlier_mappings import EarlierMappings
from mentorcore.engine.importing.import_transaction import Transactions
from mentorcore.engine.importing.reading.export_freshness import identity_digest
from mentorcore.engine.importing.reading.feeds import Feed
from mentorcore.engine.importing.reading.learning import learned, learned_of_nothing
from mentorcore.engine.importing.reading.missing_responses import MissingResponse, missing_responses
from mentorcore.engine.importing.reading.source_reading import SourceReading, SurveyResult
from mentorcore.engine.importing.reading.surveying import keyed_by, surveyed
from mentorcore.engine.importing.row_words import RowWords
from mentorcore.engine.indexes.form_scopes import FormScopes
from mentorcore.engine.indexes.form_snapshots import FormSnapshots
from mentorcore.engine.indexes.mappings import MappingIndex
from mentorcore.engine.indexes.past_readings import PastReading
from mentorcore.engine.indexes.questions import QuestionIndex
from mentorcore.engine.indexes.responses import DONE, SETTLED, ResponseIndex
from mentorcore.engine.indexes.sync_cursors import SyncCursor
from mentorcore.errors import Conflict, KeyMissing, MentorcoreError, Refused, SourceRefused
from mentorcore.intake.mappings.columns import Places
from mentorcore.intake.mappings.mapping import FormMapping
from mentorcore.intake.report import Report
from mentorcore.intake.row import Interpreter
from mentorcore.intake.row_order import RowOrder
from mentorcore.log.recorded import Actor
from mentorcore.log.sealing.keys import Keys
from mentorcore.log.storage.store import Entry

__all__ = ["CHUNK", "ImportRun", "Progress"]

CHUNK = 500
"""How many responses one transaction may carry."""

Progress = Callable[[int], None]
"""Told now and then how many responses were dealt with."""


class ImportRun:
    """The taking in of one source, in three steps: it is surveyed, decided upon, and recorded.

    Args:
        desk: Where decisions are made.
        keys: Where the key of the index is.
        transactions: Where decisions go.
        ids: Answers with a new id for a kind.
        feed: What is taken in.
        mapping: What was declared about it.
        actor: Who imports.
        asked_by: Who asked the host for it.
        bookmark: Where the last sync ended, if the feed is a service.
        rows: Whether each row is told with what it leads to.
        reread: Whether what was taken under an earlier mapping is read again.
        progress: Told how far it has come.
    """

    def __init__(
        self,
        desk: CommandContext,
        keys: Keys,
        transactions: Transactions,
        ids: Callable[[str], str],
        *,
        feed: Feed,
        mapping: FormMapping,
        actor: Actor,
        asked_by: str | None = None,
        bookmark: SyncCursor | None = None,
        rows: bool = False,
        reread: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self._desk, self._transactions, self._ids = desk, transactions, ids
        self._feed, self._mapping, self._bookmark = feed, mapping, bookmark
        self._progress = progress or (lambda _done: None)
        tables, self._reread = transactions.tables, reread
        done = () if rows else {SETTLED} if reread else DONE
        self._scopes = FormScopes(tables, keys, mapping.form)
        form = self._scopes.of(transactions.program)
        self._known = ResponseIndex(
            tables, keys, form, mapping.digest, identity_digest(mapping.options)
        )
        self._questions = QuestionIndex(tables, keys, form)
        self._reading = SourceReading(feed, mapping, self._known, done)
        self._outlines = FormSnapshots(tables, keys, form, mapping.digest)
        self._form: Form | None = None
        self._mappings = MappingIndex(tables, keys, (mapping.form_kind,))
        self._earlier = EarlierMappings(self._mappings)
        self._places = Places(mapping)
        self._report = Report(
            feed.name, mapping.form, mapping.kind, dry_run=not transactions.lasting
        )
        self._report.rows = [] if rows else None
        self._batch = ImportBatch.of(ids("import"), feed, mapping, actor, asked_by)
        self._claims, self._where_claimed = Claims(), WhereClaimed(feed, self._places)
        self._account, self._refused = Account(self._report), SecondChance(CHUNK)

    def take(self) -> Report:
        """Take everything in.

        Raises:
            SourceUnreadable: The source as a whole cannot be read; nothing was recorded, unless
                it was changed while it was read.
            AdapterError: The adapter failed.
            Refused: There is no such program.
            Conflict: Other writers were faster many times in a row; what was taken until then is
                recorded, and the same source again goes on from there.
        """
        self._refuse_another_adapter()
        before = self._desk.store.tail()
        survey = self._survey(before)
        try:
            interpreter = Interpreter(self._mapping, survey.source.orders)
            for turn in (
                self._portions(survey.source),
                iter(self._claims.next, None),
                self._refused.again(self._report),
                iter(self._claims.next, None),
            ):
                while self._recorded(turn, survey, interpreter):
                    pass
            self._tell_refused()
        except BaseException:
            self._tell_refused()
            if self._begun:
                self._end("failed", survey, [])
            raise
        self._end("completed", survey, self._vanished(survey, before))
        self._transactions.done()
        self._account.tell_age(survey)
        return self._report

    @property
    def _begun(self) -> bool:
        """Whether the import stands in the log, which begins with its first event."""
        return bool(self._report.events)

    def _survey(self, before: int) -> Survey:
        """Read the source once, and say what it is."""
        now, notices = self._desk.clock(), self._report.notices
        source = self._reading.survey(now, self._mappings.proven(self._mapping))
        notices.extend(source.notices)
        self._outline(source)
        survey, told = surveyed(
            self._desk,
            self._reading,
            source,
            self._known,
            mapping=self._mapping,
            feed=self._feed,
            now=now,
            until=before,
        )
        notices.extend(told)
        return survey

    def _portions(self, source: SurveyResult) -> Iterator[list[Slice]]:
        """What is not settled, in portions for one transaction each."""
        self._refuse_overtaken()
        self._report.count("unchanged", source.settled)
        self._account.older += source.older
        waiting: list[Slice] = []
        size, done = 0, source.settled
        for item in self._reading.groups(source):
            if isinstance(item, Unreadable):
                self._account.unreadable(item)
                continue
            for part in slices(item, CHUNK):
                waiting.append(part)
                size += part.end - part.start
                if size >= CHUNK:
                    yield waiting
                    done += size
                    self._progress(done)
                    waiting, size = [], 0
        if waiting:
            yield waiting
        self._progress(source.responses)

    def _recorded(
        self, portions: Iterator[list[Slice]], survey: Survey, interpreter: Interpreter
    ) -> bool:
        """Read and record portions for a moment; answers whether there may be more."""
        with CollectorPause() as pause:  # what is made is in use until it is recorded, then gone
            for portion in portions:
                self._record(portion, survey, interpreter)
                del portion
                if pause.long_enough:
                    return True
        return False

    def _record(self, parts: list[Slice], survey: Survey, interpreter: Interpreter) -> None:
        """Record some responses in one transaction; one by one if one spoils it for the others."""
        self._refuse_overtaken()
        try:
            decision, events = self._transactions.record(
                lambda session: self._decide(session, parts, survey, interpreter)
            )
        except (Refused, KeyMissing) as refused:  # a lost key spoils the rows about one person
            if len(parts) > 1 or parts[0].end - parts[0].start > 1:
                for one in apart(parts):
                    self._record([one], survey, interpreter)
                return
            row = parts[0].group[parts[0].start]
            self._account.count(ResponseOutcome("refused", row.response.where, str(refused)))
            return
        self._report.events += events
        self._claims.wait(decision.waiting)
        survey.source.seen.add(decision.seen)
        for came in self._refused.sort_out(parts, decision):
            self._account.count(came)

    def _tell_refused(self) -> None:
        for came in self._refused.left():
            self._account.count(came)
        for told in (self._report.findings, self._report.rows or []):
            told.sort(key=lambda found: found.where.record or 0)

    def _decide(
        self, session: UnitOfWork, parts: list[Slice], survey: Survey, interpreter: Interpreter
    ) -> Decision:
        """Decide what some responses lead to."""
        kept = self._mappings.keep(self._mapping, self._batch.batch, survey.source.orders)
        recording = ResponseRecorder(
            session,
            self._batch,
            begun=self._begun,
            people=lambda: self._transactions.people(session),
            interpreter=interpreter,
            ids=self._ids,
            opened=self._desk.sealing.open,
            kept=kept,
            formerly=self._earlier.reads,
        )
        chunk = RereadingChunk(
            recording,
            self._known,
            self._questions,
            session.entries,
            ids=self._ids,
            survey=survey,
            places=self._places,
            stage=self._claims.stage,
            claimed=self._where_claimed,
            order=RowOrder(self._mapping, survey.source.orders),
            reread=self._reread,
            words=None if self._report.rows is None else RowWords(session, self._desk.sealing.open),
        )
        decision = chunk.decide(parts)
        values = survey.source.values
        if decision.learned and values not in {None, self._known.values.get()}:
            session.entries.append(self._known.values.put(values))
        if session.entries and not self._begun:
            session.entries.extend(self._scopes.remember(self._transactions.program))
        if session.entries and not decision.begun:
            session.entries.extend(self._asked())  # with an event, the end of the import keeps it
        if decision.refused and self._transactions.overtaken():
            raise Conflict("the log grew while this was decided")
        return decision

    def _end(
        self, outcome: BatchOutcome, survey: Survey, lacking: Sequence[MissingResponse]
    ) -> None:
        """End the import in the log, if it began or something vanished, and name what vanished."""
        self._report.missing += [item.missing for item in lacking]
        newly = {v.name: v.held for v in lacking if v.missing.newly and v.missing.certain}
        where = Where(self._report.file)
        named = {question.other for question in self._report.questions}
        self._report.questions += [
            item.question(where)
            for item in lacking
            if item.missing.certain and item.missing.response not in named
        ]
        bookmark = self._bookmark if outcome == "completed" else None
        if bookmark is not None:
            bookmark.settle(self._report)

        def work(session: UnitOfWork) -> None:
            if not self._begun:
                kept = self._mappings.keep(self._mapping, self._batch.batch, {})
                self._batch.begin(session, kept)
            gone = tuple(held.response for held in newly.values())
            self._batch.end(session, self._report.counts, outcome, gone)
            session.entries.extend(self._known.mark_missing(n, h) for n, h in newly.items())
            if outcome == "completed":
                session.entries.extend(self._learned(survey))
            if bookmark is not None:
                session.entries.extend(bookmark.entries())

        if self._begun or newly:
            _, events = self._transactions.record(work)
            self._report.events += events
            self._report.batch = self._batch.batch if self._transactions.lasting else None
            return
        kept = [] if bookmark is None else list(bookmark.entries())
        if outcome == "completed":
            read = self._past(survey, "")
            kept.extend(self._feed.remembered(None, read.at))
            kept.extend(learned_of_nothing(self._known, self._reading.digest, survey, read))
        if kept:
            self._transactions.record(lambda session: session.entries.extend(kept))

    def _learned(self, survey: Survey) -> Iterator[Entry]:
        """What the index is to remember of a source that was read to its end."""
        read = self._past(survey, self._batch.batch)
        yield from self._feed.remembered(self._batch.batch, read.at)
        yield from learned(self._known, self._reading.digest, survey, read)
        yield from self._asked()
        if not self._feed.corrected:
            yield self._known.adapter.put(self._feed.adapter)
            yield self._known.keyed.put(keyed_by(self._mapping))

    def _past(self, survey: Survey, batch: str) -> PastReading:
        told, at = identity_digest(self._mapping.options), self._desk.store.tail()
        return PastReading(batch, survey.source.latest, survey.newest, told, at=at)

    def _asked(self) -> Iterator[Entry]:
        """The change of the index that keeps what the form asks."""
        if self._form is not None and self._form.questions:
            yield self._outlines.remember(self._form)

    def _outline(self, source: SurveyResult) -> None:
        """Note which questions of a file changed, where there is anything to take in.

        A service is not asked once more; its adapter tells what changed since its cursor.
        """
        nothing = source.held == source.responses
        if self._feed.corrected or self._feed.live or nothing:
            return
        with suppress(MentorcoreError):  # reading worked, and that is what counts
            self._form = self._feed.describe()
        if self._form is None or not self._form.questions:
            return
        for said in self._outlines.changes(self._form):
            self._account.notice(said, "form-changed")

    def _refuse_another_adapter(self) -> None:
        """Refuse a file that another adapter than before took for its own.

        Adapters tell responses apart in ways of their own, so all would count as new.
        """
        now, then = self._feed.adapter, self._known.adapter.get()
        if self._feed.recognised and then not in {None, now}:
            raise SourceRefused(
                f"it is read by the adapter {now!r}, and this form was taken in through {then!r} "
                "before, which may tell responses apart in another way; say which one is right, "
                f"for example adapter = {then!r} at the top of the mapping",
                file=self._report.file,
            )

    def _refuse_overtaken(self) -> None:
        if self._bookmark is not None and self._bookmark.moved():
            raise Conflict("another sync of this form ended meanwhile; sync again")

    def _vanished(self, survey: Survey, before: int) -> list[MissingResponse]:
        """What the export lacks of what was held at a position of the log."""
        source = survey.source
        if not survey.newest or self._account.outdated:
            return []  # what is older than the log cannot tell what vanished since
        unseen = self._known.unseen(source.seen, before)
        if source.responses or survey.live:
            return missing_responses(
                unseen, source, self._desk.session(), self._desk.sealing.open, live=survey.live
            )
        if count := sum(1 for _ in unseen):
            self._account.notice(
                f"this export holds no responses at all, although {count:,} were taken in before; "
                "an export that is empty is more often a mistake, so none of them is called "
                "missing",
                "empty-export",
            )
        return []
