"""An import, as the log knows it: who reads which form with what."""

from typing import Any

import attrs

from mentorcore.domain.responses import CompleteImport, Counts, Coverage, Outcome, StartImport
from mentorcore.domain.values import BatchId, Code, ResponseId
from mentorcore.engine.asking import enveloped
from mentorcore.log.recorded import Actor, Envelope, Source

__all__ = ["Batch"]


@attrs.frozen
class Batch:
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

    def start(self) -> StartImport:
        """The command that begins it."""
        return StartImport(
            batch_id=self.batch,
            adapter=self.adapter,
            adapter_version=self.version,
            form=self.form,
            mapping_digest=self.mapping_digest,
            coverage=self.coverage,
        )

    def complete(
        self, counts: Counts, outcome: Outcome, missing: tuple[ResponseId, ...] = ()
    ) -> CompleteImport:
        """The command that ends it."""
        return CompleteImport(batch_id=self.batch, counts=counts, outcome=outcome, missing=missing)

    def source(self, response: str | None = None) -> Source:
        """Where the facts of a response came from."""
        return Source(self.adapter, self.version, self.batch, self.form, response)

    def envelope(
        self, command: Any, source: Source | None = None, causation: str | None = None
    ) -> Envelope:
        """What accompanies the events of a command; without a *source*, those of the import."""
        return enveloped(
            command,
            actor=self.actor,
            correlation=self.batch,
            causation=causation,
            source=source or self.source(),
        )
