"""An import, as the log knows it: who reads which form with what."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import attrs

from mentorcore.domain.responses import CompleteImport, Counts, Coverage, Outcome, StartImport
from mentorcore.domain.values import BatchId, Code, ResponseId
from mentorcore.engine.commands.command_parsing import enveloped
from mentorcore.engine.commands.unit_of_work import UnitOfWork
from mentorcore.log.recorded import Actor, Envelope, Provenance
from mentorcore.log.storage.store import Entry

__all__ = ["ImportBatch"]


@attrs.frozen
class ImportBatch:
    """One import.

    Attributes:
        batch: Its id.
        form: The form.
        actor: Who imports.
        adapter: What reads the source.
        version: The adapter's version.
        mapping_digest: The digest of the mapping in use, in hex.
        coverage: Whether the source holds all responses.
    """

    batch: BatchId
    form: Code
    actor: Actor
    adapter: Code
    version: Code
    mapping_digest: Code
    coverage: Coverage

    def begin(self, session: UnitOfWork, kept: Iterable[Entry]) -> None:
        """Decide that it begins, and what the index is to remember of it."""
        start = StartImport(
            batch_id=self.batch,
            adapter=self.adapter,
            adapter_version=self.version,
            form=self.form,
            mapping_digest=self.mapping_digest,
            coverage=self.coverage,
        )
        session.decide(start, self.envelope(start))
        session.entries.extend(kept)

    def end(
        self,
        session: UnitOfWork,
        counts: Counts,
        outcome: Outcome,
        missing: tuple[ResponseId, ...],
    ) -> None:
        """Decide that it ends."""
        over = CompleteImport(batch_id=self.batch, counts=counts, outcome=outcome, missing=missing)
        session.decide(over, self.envelope(over))

    def source(self, response: str | None = None, sent_at: datetime | None = None) -> Provenance:
        """Where the facts of a response came from."""
        return Provenance(self.adapter, self.version, self.batch, self.form, response, sent_at)

    def envelope(
        self, command: Any, source: Provenance | None = None, causation: str | None = None
    ) -> Envelope:
        """What accompanies the events of a command; without a *source*, those of the import."""
        return enveloped(
            command,
            actor=self.actor,
            correlation=self.batch,
            causation=causation,
            source=source or self.source(),
        )
