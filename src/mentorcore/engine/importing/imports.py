"""Imports of what survey forms were answered: an export that is a file, or a form of a service.

What reads, matches and records responses is imported when it is first asked for: a status needs
none of it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from mentorcore.cached_property import cached_property
from mentorcore.domain.program import Program
from mentorcore.domain.responses import SettleResponse
from mentorcore.engine.commands.idempotency import Outcome, Requests
from mentorcore.engine.commands.practice_notes import form_missing
from mentorcore.engine.commands.unit_of_work import CommandContext
from mentorcore.errors import Refused
from mentorcore.log.recorded import Actor
from mentorcore.log.sealing.keys import Keys
from mentorcore.practices.registry import Practices
from mentorcore.projections.views import Views

if TYPE_CHECKING:
    from mentorcore.adapters.registry import Registry
    from mentorcore.adapters.spec import Account
    from mentorcore.adapters.spec import Source as Export
    from mentorcore.domain.responses import Settling
    from mentorcore.engine.importing.file_check import CheckedFile
    from mentorcore.engine.importing.import_directory import Shelf
    from mentorcore.engine.importing.import_run import Progress
    from mentorcore.engine.importing.import_transaction import Transactions
    from mentorcore.engine.indexes.imported_files import FileIndex
    from mentorcore.intake.form_kind import FormKind
    from mentorcore.intake.mappings.mapping import FormMapping
    from mentorcore.intake.report import Report

__all__ = ["Imports"]


class Imports:
    """What takes survey responses into an open log; `Engine` does all of it."""

    _desk: CommandContext
    _keys: Keys
    _practices: Practices
    _requests: Requests
    _views: Views

    def new_id(self, kind: str) -> str:
        """A new id of a kind."""
        raise NotImplementedError

    def handle(self, command: Any, *, actor: Actor, asked_by: str | None = None) -> Outcome:
        """Decide one command and record what follows."""
        raise NotImplementedError

    def _one_program(self) -> str:
        raise NotImplementedError

    @property
    def form_kinds(self) -> tuple[FormKind, ...]:
        """The kinds of form that can be imported here: the core's, and those of the practices."""
        return self._practices.form_kinds

    def take_in(
        self,
        source: str | os.PathLike[str] | Export,
        mapping: FormMapping,
        *,
        actor: Actor,
        asked_by: str | None = None,
        program: str | None = None,
        adapters: Registry | None = None,
        adapter: str | None = None,
        dry_run: bool = False,
        rows: bool = False,
        reread: bool = False,
        rejects: str | os.PathLike[str] | None = None,
        progress: Progress | None = None,
    ) -> Report:
        """Import an export of a survey form: record what is new, amend what was edited.

        The same export again records nothing; a response that vanished is reported and nothing is
        deleted; each response is taken whole or refused whole, up to 500 in one transaction.

        Args:
            source: A file, or anything that an adapter can open.
            mapping: What the form is and which of its columns tells what; see `read_mapping`.
            actor: Who imports.
            asked_by: Who asked the host for it, as of `Engine.handle`.
            program: The program that the form belongs to; by default that of the mapping, or the
                only one of the log.
            adapters: The adapters to choose from; by default those that are built in.
            adapter: Which of them reads the source; found out by itself when left out.
            dry_run: Decide and report, and record nothing: neither an event nor anything beside
                the log, and no file of refused rows. Everything decided is held in memory.
            rows: Tell of each row what it leads to, as `Report.rows`.
            reread: Read what was taken under an earlier mapping once more, and amend what this
                one reads otherwise; an older export changes nothing.
            rejects: Where refused rows are written, to be corrected and imported again. A file of
                refused rows of this form that stands there is replaced, with the corrections
                begun in it, or removed when none is left.
            progress: Told now and then how many responses were dealt with.

        Raises:
            SourceUnreadable: The source as a whole cannot be read; nothing was recorded.
            AdapterError: An adapter failed or is not there.
            PracticeError: The reader of a practice's form failed; see `Conflict` for what stays.
            Refused: There is no such program, or several and none was named; or
                ``practice_missing``: the kind of form belongs to a practice that is not here.
            Conflict: Other writers were faster many times in a row; what was taken until then is
                recorded, and the same source again goes on from there.
        """
        from mentorcore.adapters.registry import Registry
        from mentorcore.adapters.sources import FileSource
        from mentorcore.engine.importing.import_run import ImportRun
        from mentorcore.engine.importing.reading.feeds import FileFeed
        from mentorcore.engine.importing.rejects_file import RejectsFile

        kept = RejectsFile.of(rejects, mapping)
        opened = FileSource(Path(source)) if isinstance(source, str | os.PathLike) else source
        transactions = self._transactions(program, mapping, dry_run=dry_run)
        feed = FileFeed(
            adapters or Registry(),
            opened,
            mapping,
            adapter,
            lambda file, batch, position: self._files.remember(
                file,
                form=mapping.form,
                program=transactions.program,
                batch=batch,
                position=position,
            ),
        )
        report = ImportRun(
            self._desk,
            self._keys,
            transactions,
            self.new_id,
            feed=feed,
            mapping=mapping,
            actor=actor,
            asked_by=asked_by,
            rows=rows,
            reread=reread,
            progress=progress,
        ).take()
        if kept is not None and not dry_run:
            kept.keep(report)
        return self._with_answerable(report)

    def check_file(self, source: str | os.PathLike[str] | Export) -> CheckedFile:
        """Whether a file is one that was imported, byte for byte.

        The log knows the SHA-256 of each file that was imported, and its name: beside its events,
        under the key of its index, and not in an export.

        Args:
            source: A file, or anything that an adapter can open.

        Raises:
            SourceUnreadable: It cannot be read.
            KeyMissing: The key of the index is not here.
        """
        from mentorcore.adapters.sources import FileSource
        from mentorcore.engine.importing.file_check import checked

        opened = FileSource(Path(source)) if isinstance(source, str | os.PathLike) else source
        return checked(self._desk, self._files, opened)

    @cached_property
    def _files(self) -> FileIndex:
        from mentorcore.engine.indexes.imported_files import FileIndex

        return FileIndex(self._desk.store, self._keys, self._desk.clock)

    def settle(
        self,
        response: str,
        answer: Settling,
        other: str | None = None,
        *,
        actor: Actor,
        asked_by: str | None = None,
    ) -> Outcome:
        """Answer a question of `Report.questions`; the next import that holds the row acts on it.

        Args:
            response: The response that is asked about, which need not be taken yet.
            answer: One of the answers that fit.
            other: The response or person beside which it is in doubt, where the answer names it.
            actor: Who answers.
            asked_by: Who asked the host for it, as of `Engine.handle`.

        Raises:
            Refused: There is no such response, or this is no answer about it.
        """
        if not self._is_there(response):
            raise Refused(f"there is no response {response}", "no_such_response")
        return self.handle(
            SettleResponse(response_id=response, answer=answer, other=other),
            actor=actor,
            asked_by=asked_by,
        )

    def _is_there(self, stream: str) -> bool:
        """Whether a stream has events, or is a response that was asked about."""
        from mentorcore.engine.indexes.questions import is_reserved

        store = self._desk.store
        return bool(store.stream(stream)) or is_reserved(store, self._keys, stream)

    def _with_answerable(self, report: Report) -> Report:
        """The report of a dry run says which questions can be answered before the import."""
        for place, asked in enumerate(report.questions if report.dry_run else ()):
            named = (asked.response, *((asked.other,) if asked.other else ()))
            if not all(map(self._is_there, named)):
                report.questions[place] = attrs.evolve(asked, open=False)
        return report

    @cached_property
    def _shelf(self) -> Shelf:
        from mentorcore.engine.importing.import_directory import Shelf

        return Shelf(self._desk, self._views)

    def _transactions(
        self, program: str | None, mapping: FormMapping, *, dry_run: bool = False
    ) -> Transactions:
        """Where the decisions of an import go, after a look whether its program is there."""
        from mentorcore.engine.importing.dry_run import DryRun
        from mentorcore.engine.importing.import_transaction import Transactions

        if mapping.kind not in {kind.name for kind in self.form_kinds}:
            raise form_missing(mapping.kind)
        about = program or mapping.program or self._one_program()
        if not isinstance(self._desk.session().state(about), Program):
            raise Refused(f"there is no program {about}", "no_such_program")
        where = DryRun if dry_run else Transactions
        return where(self._desk, self._requests, self._shelf, about)

    def sync(
        self,
        adapter: str,
        account: Account,
        mapping: FormMapping,
        *,
        actor: Actor,
        asked_by: str | None = None,
        program: str | None = None,
        adapters: Registry | None = None,
        full: bool = False,
        dry_run: bool = False,
        rejects: str | os.PathLike[str] | None = None,
        progress: Progress | None = None,
    ) -> Report:
        """Import a form of a survey service: all of it at first, then what is new or changed.

        A sync that was broken off, or refused responses, is read again by the next one.

        Args:
            adapter: The name of the adapter that talks to the service.
            account: Which form is read, and with which secrets; such as a `ServiceAccount`.
            mapping: What the form is and which of its questions tells what.
            actor: Who syncs.
            asked_by: Who asked the host for it, as of `Engine.handle`.
            program: As for `take_in`.
            adapters: The adapters there are.
            full: Read everything, so that vanished responses show; a first sync always does.
            dry_run: Decide and report, and record nothing. Everything decided is held in memory.
            rejects: As for `take_in`; a dry run writes none.
            progress: Told how many responses have come, and then how many were dealt with.

        Raises:
            SourceUnreadable, AdapterError: The service cannot be read; nothing was recorded.
            Refused: As for `take_in`.
            Conflict: As for `take_in`, or another sync of the form ended meanwhile.
        """
        from mentorcore.adapters.registry import Registry
        from mentorcore.engine.importing.rejects_file import RejectsFile
        from mentorcore.engine.importing.service_sync import synced

        kept = RejectsFile.of(rejects, mapping)
        report = synced(
            self._desk, self._keys, self._transactions(program, mapping, dry_run=dry_run),
            self.new_id, registry=adapters or Registry(), adapter=adapter, account=account,
            mapping=mapping, actor=actor, asked_by=asked_by, full=full, progress=progress,
        )  # fmt: skip
        if kept is not None and not dry_run:
            kept.keep(report)
        return self._with_answerable(report)
