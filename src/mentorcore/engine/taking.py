"""A source of survey responses is taken in: what is new is recorded, what is known stays.

The same source again adds nothing. An edited answer amends what it had led to, a vanished
response is reported and nothing is deleted, and a row that cannot be taken is told with its
reason (DECISIONS 20 to 23).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from mentorcore.adapters.spec import Form, Notice, Unreadable, Where
from mentorcore.domain.program import Program
from mentorcore.domain.responses import Outcome as BatchOutcome
from mentorcore.domain.values import BatchId, Code
from mentorcore.engine.ages import Age, age_of, reckoning
from mentorcore.engine.batches import Batch
from mentorcore.engine.bookmarks import Bookmark
from mentorcore.engine.choices import Choices
from mentorcore.engine.chunks import Came, Chunk, Slice, apart, slices
from mentorcore.engine.earlier import Earlier
from mentorcore.engine.feeds import Feed
from mentorcore.engine.gathering import Gathered, Seen, Shelf
from mentorcore.engine.kept_mappings import KeptMappings
from mentorcore.engine.known_responses import KnownResponses
from mentorcore.engine.outlines import Outlines
from mentorcore.engine.readings import Reading, Surveyed
from mentorcore.engine.recording import Recording
from mentorcore.engine.requests import Requests
from mentorcore.engine.session import Desk, Session
from mentorcore.engine.vanished import Vanished, vanished
from mentorcore.errors import Conflict, MentorcoreError, Refused, SourceUnreadable
from mentorcore.intake.forms import Interpreter
from mentorcore.intake.mapping import FormMapping
from mentorcore.intake.places import Places
from mentorcore.intake.renaming import RenamedChoices
from mentorcore.intake.report import Report
from mentorcore.log.keys import Keys
from mentorcore.log.recorded import Actor
from mentorcore.log.store import Entry

__all__ = ["CHUNK", "Progress", "Taking"]

CHUNK = 500
"""How many responses one transaction may carry."""

Progress = Callable[[int], None]
"""Told now and then how many responses were dealt with."""


class Taking:
    """The taking in of one source.

    Args:
        desk: Where decisions are made.
        keys: Where the key of the index is.
        requests: Makes decisions again until they are recorded.
        ids: Answers with a new id for a kind.
        shelf: Where the directory of the program is, and is kept for the next import.
        feed: What is taken in.
        mapping: What was declared about it.
        program: The program that the form belongs to.
        actor: Who imports.
        bookmark: Where the last sync ended, if the feed is a service.
        dry_run: Whether everything is decided and reported, and nothing recorded.
        progress: Told how far it has come.
    """

    def __init__(
        self,
        desk: Desk,
        keys: Keys,
        requests: Requests,
        ids: Callable[[str], str],
        shelf: Shelf,
        *,
        feed: Feed,
        mapping: FormMapping,
        program: str,
        actor: Actor,
        bookmark: Bookmark | None = None,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self._desk = desk
        self._requests = requests
        self._ids = ids
        self._mapping = mapping
        self._program = program
        self._progress = progress or _silent
        self._feed = feed
        self._bookmark = bookmark
        self._trial = desk.session() if dry_run else None
        self._known = KnownResponses(
            desk.store, keys, mapping.form, mapping.digest, reckoning(mapping.options)
        )
        self._reading = Reading(feed, mapping, self._known)
        self._outlines = Outlines(desk.store, keys, mapping.form, mapping.digest)
        self._form: Form | None = None
        self._mappings = KeptMappings(desk.store, keys)
        self._report = Report(feed.name, mapping.form, mapping.kind, dry_run=dry_run)
        self._batch = Batch(
            batch=BatchId(ids("import")),
            form=Code(mapping.form),
            actor=actor,
            adapter=Code(feed.adapter),
            version=Code(re.sub(r"[^A-Za-z0-9._+-]", "-", feed.version)[:64] or "0"),
            mapping_digest=Code(mapping.digest),
            coverage=feed.coverage,
        )
        self._begun = False
        self._places = Places(mapping)
        self._renamed = RenamedChoices()
        self._age: Age
        self._shelf = shelf
        self._gathered: Gathered | None = None
        self._seen: tuple[Session, Seen] | None = None
        self._older = 0
        self._outdated = 0

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
        self._refuse_no_program()
        self._refuse_another_adapter()
        before = self._desk.store.tail()
        now = self._desk.clock()
        surveyed = self._reading.survey(now)
        self._report.notices.extend(surveyed.notices)
        self._outline(surveyed)
        said = self._reading.digest
        self._age = age_of(self._known, surveyed, said, now, live=self._feed.live)
        self._compare(surveyed)
        try:
            self._all(surveyed)
        except BaseException:
            if self._begun:
                self._close("failed", [], surveyed)
            raise
        self._close("completed", self._vanished(surveyed, before), surveyed)
        if self._gathered is not None and self._trial is None:
            self._shelf.put(self._gathered)
        if self._older:
            message = (
                f"{self._older:,} unchanged responses were taken under an earlier mapping; what it "
                "made of them stays as it was"
            )
            self._report.notices.append(Notice(Where(self._report.file), message, "older-mapping"))
        if self._outdated:
            message = (
                f"this export is older than what was taken in before: {self._outdated:,} of its "
                "answers were changed since, so what is missing from it is not called missing"
            )
            self._report.notices.append(Notice(Where(self._report.file), message, "older-export"))
        return self._report

    def _outline(self, surveyed: Surveyed) -> None:
        """Note which questions of a file changed, where there is anything to take in.

        A service is not asked once more; its adapter tells what changed since its cursor.
        """
        nothing = surveyed.settled == surveyed.responses
        if self._feed.corrected or self._feed.live or nothing:
            return
        with suppress(MentorcoreError):  # reading worked, and that is what counts
            self._form = self._feed.describe()
        if self._form is None or not self._form.questions:
            return
        where = Where(self._report.file)
        changes = self._outlines.changes(self._form)
        self._report.notices += [Notice(where, said, "form-changed") for said in changes]

    def _asked(self) -> Iterator[Entry]:
        """The change of the index that keeps what the form asks."""
        if self._form is not None and self._form.questions:
            yield self._outlines.remember(self._form)

    def _refuse_another_adapter(self) -> None:
        """Refuse a file that another adapter than before took for its own.

        Adapters tell responses apart in ways of their own, so all would count as new.
        """
        now, then = self._feed.adapter, self._known.adapter.get()
        if self._feed.recognised and then not in {None, now}:
            raise SourceUnreadable(
                f"it is read by the adapter {now!r}, and this form was taken in through {then!r} "
                "before, which may tell responses apart in another way; say which one is right, "
                f"for example adapter = {then!r} at the top of the mapping",
                file=self._report.file,
            )

    def _compare(self, surveyed: Surveyed) -> None:
        def earlier() -> Earlier:
            return Earlier(self._desk.session(), self._desk.sealing.open)

        choices = Choices(self._known, earlier, self._mapping, self._feed.name)
        self._renamed, notices = choices.compare(self._reading, surveyed)
        if not self._age.older:  # what an older export says is not how things are now
            self._report.notices.extend(notices)

    def _refuse_overtaken(self) -> None:
        if self._bookmark is not None and self._bookmark.moved():
            raise Conflict("another sync of this form ended meanwhile; sync again")

    def _all(self, surveyed: Surveyed) -> None:
        self._refuse_overtaken()
        interpreter = Interpreter(self._mapping, surveyed.orders)
        self._report.count("unchanged", surveyed.settled)
        self._older += surveyed.older
        waiting: list[Slice] = []
        size, done = 0, surveyed.settled
        for item in self._reading.groups(surveyed):
            if isinstance(item, Unreadable):
                self._report.find("unreadable", item.why, item.where)
                continue
            for part in slices(item, CHUNK):
                waiting.append(part)
                size += part.end - part.start
                if size >= CHUNK:
                    self._chunk(waiting, interpreter, surveyed)
                    done += size
                    self._progress(done)
                    waiting, size = [], 0
        if waiting:
            self._chunk(waiting, interpreter, surveyed)
        self._progress(surveyed.responses)

    def _chunk(self, parts: list[Slice], interpreter: Interpreter, surveyed: Surveyed) -> None:
        """Take some responses in one transaction; one by one if somebody among them was erased."""
        attempts: list[tuple[Chunk, Recording]] = []

        def work(session: Session) -> None:
            attempts.append(self._attempt(session, parts, interpreter, surveyed))

        self._refuse_overtaken()
        try:
            events = self._record(work)
        except Refused as refused:
            if len(parts) > 1 or parts[0].end - parts[0].start > 1:
                for one in apart(parts):
                    self._chunk([one], interpreter, surveyed)
                return
            row = parts[0].group[parts[0].start]
            self._report.find("refused", refused.reason, row.response.where)
            return
        chunk, recording = attempts[-1]
        self._begun = recording.begun
        self._report.events += events
        surveyed.seen.add(chunk.seen)
        for came in chunk.came:
            self._count(came)

    def _attempt(
        self,
        session: Session,
        parts: list[Slice],
        interpreter: Interpreter,
        surveyed: Surveyed,
    ) -> tuple[Chunk, Recording]:
        recording = Recording(
            session,
            self._batch,
            begun=self._begun,
            people=lambda: self._people(session),
            interpreter=interpreter,
            ids=self._ids,
            opened=self._desk.sealing.open,
            kept=self._mappings.keep(self._mapping, self._batch.batch, surveyed.orders),
        )
        chunk = Chunk(
            recording,
            self._known,
            session.entries,
            ids=self._ids,
            by_content=self._batch.coverage == "partial",
            live=self._feed.live,
            age=self._age,
            sent_twice=surveyed.earlier,
            places=self._places,
            renamed=self._renamed,
        )
        chunk.decide(parts)
        taken = any(came.outcome in {"taken", "amended"} for came in chunk.came)
        if taken and surveyed.values not in {None, self._known.values.get()}:
            session.entries.append(self._known.values.put(surveyed.values))
        if session.entries and not recording.begun:
            session.entries.extend(self._asked())  # with an event, the end of the import keeps it
        moved = self._desk.streams.moved and self._trial is None
        if moved and any(c.outcome == "refused" for c in chunk.came):
            raise Conflict("the log grew while this was decided")
        return chunk, recording

    def _record(self, work: Callable[[Session], None]) -> int:
        """How many events came of *work*, or would have come of it in a trial."""
        if self._trial is not None:
            before = len(self._trial.decided)
            work(self._trial)
            return len(self._trial.decided) - before
        events = self._requests.recorded(work).events
        if events and self._gathered is not None:
            self._gathered.recorded(events[0].position, events[-1].position)
        return len(events)

    def _refuse_no_program(self) -> None:
        if not isinstance(self._desk.session().state(self._program), Program):
            raise Refused(f"there is no program {self._program}", "no_such_program")

    def _people(self, session: Session) -> Seen:
        if self._gathered is None:
            self._gathered = self._shelf.take(self._program)
        if self._seen is None or self._seen[0] is not session:
            self._seen = session, self._gathered.seen_in(session)
        return self._seen[1]

    def _count(self, came: Came) -> None:
        if came.reason:
            self._report.find(came.outcome, came.reason, came.where, came.column)
        else:
            self._report.count(came.outcome)
        if came.reject is not None:
            self._report.rejects.append(came.reject)
        self._older += came.older_mapping
        self._outdated += came.outdated

    def _vanished(self, surveyed: Surveyed, before: int) -> list[Vanished]:
        """What the export lacks of what was held at a position of the log."""
        if not surveyed.full or self._outdated:
            return []  # what is older than the log cannot tell what vanished since
        unseen = self._known.unseen(surveyed.seen, before)
        live = self._feed.live
        if surveyed.responses or live:
            return vanished(unseen, surveyed, self._desk.session(), live=live)
        if count := sum(1 for _ in unseen):
            message = (
                f"this export holds no responses at all, although {count:,} were taken in before; "
                "an export that is empty is more often a mistake, so none of them is called missing"
            )
            self._report.notices.append(Notice(Where(self._report.file), message, "empty-export"))
        return []

    def _close(
        self, outcome: BatchOutcome, lacking: Sequence[Vanished], surveyed: Surveyed
    ) -> None:
        """End the import in the log, if it began or something vanished, and name what vanished."""
        reading = self._reading.digest
        self._report.missing += [item.missing for item in lacking]
        newly = {v.name: v.held for v in lacking if v.missing.newly and v.missing.certain}
        if newly and not self._feed.live and self._known.read_before(reading):
            newly = {}
        bookmark = self._bookmark if outcome == "completed" else None
        if bookmark is not None:
            bookmark.settle(self._report)
        if self._begun or newly:

            def work(session: Session) -> None:
                if not self._begun:
                    start = self._batch.start()
                    session.decide(start, self._batch.envelope(start))
                    kept = self._mappings.keep(self._mapping, self._batch.batch, {})
                    session.entries.extend(kept)
                gone = tuple(held.response for held in newly.values())
                complete = self._batch.complete(self._report.counts, outcome, gone)
                session.decide(complete, self._batch.envelope(complete))
                session.entries.extend(self._known.mark_missing(n, h) for n, h in newly.items())
                if outcome == "completed":
                    session.entries.append(self._known.remember_reading(reading))
                    session.entries.extend(self._newest(surveyed))
                    session.entries.extend(self._asked())
                    if not self._feed.corrected:
                        session.entries.append(self._known.adapter.put(self._feed.adapter))
                if bookmark is not None:
                    session.entries.extend(bookmark.entries())

            self._report.events += self._record(work)
            self._report.batch = None if self._trial else self._batch.batch
        elif bookmark is not None and self._trial is None and bookmark.entries():
            self._requests.recorded(lambda session: session.entries.extend(bookmark.entries()))

    def _newest(self, surveyed: Surveyed) -> Iterator[Entry]:
        """The change of the index, if a response was sent after all that were read before."""
        newest, latest = self._known.newest.get(), surveyed.latest
        if latest is not None and (newest is None or newest < latest):
            yield self._known.newest.put(latest)


def _silent(_done: int) -> None:
    """Tell nobody."""
