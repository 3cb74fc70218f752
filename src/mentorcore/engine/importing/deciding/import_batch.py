"""An import, as the log knows it: who reads which form with what, and what its rows lead to."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import attrs

from mentorcore.domain.corrections.commands import AmendRecord, RetractRecord
from mentorcore.domain.declarations import event_info
from mentorcore.domain.pairing.events.meetings import HoldMeeting
from mentorcore.domain.responses import (
    Caused,
    CompleteImport,
    Counts,
    Coverage,
    Outcome,
    StartImport,
)
from mentorcore.domain.values import BatchId, Code, ResponseId
from mentorcore.engine.commands.command_parsing import enveloped
from mentorcore.engine.commands.unit_of_work import UnitOfWork
from mentorcore.engine.importing.reading.feeds import Feed
from mentorcore.errors import Refused
from mentorcore.intake.amendments import Step
from mentorcore.intake.intents import PAIRING, code_of
from mentorcore.intake.mappings.mapping import FormMapping
from mentorcore.intake.other_people import OTHER_PEOPLE
from mentorcore.log.recorded import Actor, Envelope, Provenance
from mentorcore.log.storage.store import Entry

__all__ = ["Gone", "ImportBatch", "StepTaker"]


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
        asked_by: Who asked the host for it.
    """

    batch: BatchId
    form: Code
    actor: Actor
    adapter: Code
    version: Code
    mapping_digest: Code
    coverage: Coverage
    asked_by: str | None = None

    @classmethod
    def of(
        cls,
        batch: str,
        feed: Feed,
        mapping: FormMapping,
        actor: Actor,
        asked_by: str | None = None,
    ) -> "ImportBatch":
        """The import of a source by a mapping."""
        return cls(
            batch=BatchId(batch),
            form=Code(mapping.form),
            actor=actor,
            adapter=Code(feed.adapter),
            version=Code(re.sub(r"[^A-Za-z0-9._+-]", "-", feed.version)[:64] or "0"),
            mapping_digest=Code(mapping.digest),
            coverage=feed.coverage,
            asked_by=asked_by,
        )

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
            asked_by=self.asked_by,
        )


Gone = dict[Code, str]
"""By fact, the retraction of what is recorded anew elsewhere."""
SENT_TWICE = (
    "this meeting is logged already, with the same beginning; perhaps the form was sent twice"
)


class StepTaker:
    """Decides the steps to which responses lead.

    Args:
        session: Where they are decided.
        batch: The import.
    """

    def __init__(self, session: UnitOfWork, batch: ImportBatch) -> None:
        self._session, self._batch = session, batch

    def all(
        self, source: Provenance, steps: Iterable[Step], gone: Gone | None = None
    ) -> tuple[Caused, ...]:
        """Decide steps in their order; answers with the records that are the response's own.

        Raises:
            Refused: The first that is not allowed.
        """
        gone = {} if gone is None else gone
        return tuple(c for step in steps for c in self._one(source, step, gone))

    def in_some_order(
        self, source: Provenance, steps: Sequence[Step], gone: Gone
    ) -> tuple[Caused, ...]:
        """Decide the steps of an amendment in an order in which they are allowed (INV-84).

        A pairing that moves to a later time as a whole is moved from its end on, one that moves to
        an earlier time from its beginning. What is taken back goes before what takes its place.

        Raises:
            Refused: There is no such order; what the first step runs into.
        """
        caused: dict[int, tuple[Caused, ...]] = {}
        waiting = dict(enumerate(steps))
        while waiting:
            problem: Refused | None = None
            before = len(waiting)
            for place, step in tuple(waiting.items()):
                back = {s.fact for s in waiting.values() if _takes_back(s)}
                if step.replaces is not None and not _takes_back(step) and step.fact in back:
                    continue
                try:
                    caused[place] = self._one(source, step, gone)
                except Refused as refused:
                    problem = problem or refused
                else:
                    del waiting[place]
            if problem is not None and len(waiting) == before:
                raise problem
        return tuple(c for place in sorted(caused) for c in caused[place])

    def _one(self, source: Provenance, step: Step, gone: Gone) -> tuple[Caused, ...]:
        # A record put where it belongs names its retraction elsewhere as its cause (INV-66).
        cause = gone.get(step.fact) if step.replaces is not None else None
        envelope = self._batch.envelope(step.command, source, cause)
        try:
            decided = self._session.decide(step.command, envelope)
        except Refused as problem:
            raise self._explained(problem, step) from problem
        match step.command:
            case RetractRecord() if decided:
                gone[step.fact] = f"{decided[0].stream}#{decided[0].version}"
                return ()
            case RetractRecord() | AmendRecord():
                return ()
            case _:
                return tuple(
                    Caused(fact=code_of(step.fact, d.event), stream=d.stream, version=d.version)
                    for d in decided
                    if not event_info(type(d.event)).companion
                )

    def _explained(self, problem: Refused, step: Step) -> Refused:
        """A refusal in words that fit a form: most overlaps are a form that was sent twice."""
        command, words = step.command, ""
        if _takes_back(step) and step.fact == PAIRING and problem.code == "others_rest_on_it":
            words = OTHER_PEOPLE
        if isinstance(command, HoldMeeting) and problem.code == "overlaps":
            meetings = self._session.state(command.pairing_id).facts.meetings
            other = meetings.get(problem.facts.get("meeting"))
            if other is not None and other.held and other.held.held_at == command.held_at:
                words = SENT_TWICE
        if not words:
            return problem
        told = Refused(words, problem.code, **problem.facts)
        told.asked = problem.asked
        return told


def _takes_back(step: Step) -> bool:
    return isinstance(step.command, RetractRecord)
