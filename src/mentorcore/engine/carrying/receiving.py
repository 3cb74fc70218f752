"""A carried file is checked, and what it says is recorded and credited in one append."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs

from mentorcore.audit.carrying.carried_file import read_carried
from mentorcore.audit.carrying.checking import CheckedRecord, check_carried
from mentorcore.audit.notes.continuation import Continued
from mentorcore.domain.aggregate import fold
from mentorcore.domain.effective import VersionedEvent
from mentorcore.domain.model import Model
from mentorcore.domain.participant.carried import brought_stream, origin_stream
from mentorcore.domain.participant.state import Participant
from mentorcore.engine.carrying.credits import Credit, Credits, first_hand, units_of, what_it_says
from mentorcore.engine.commands.idempotency import Outcome
from mentorcore.errors import NoteInvalid, Refused
from mentorcore.log.recorded import Actor
from mentorcore.projections.access.redactor import Viewer

__all__ = ["Asked", "ReceivedRecord", "receive"]

SEES = Viewer.coordinator()
REPLACED = "another record of the same service takes its place"


@attrs.frozen
class ReceivedRecord:
    """A record that somebody brought, and what came of it.

    Attributes:
        checked: What the file says, and whether it is verified.
        outcome: What was recorded; nothing where the record was received before.
        credited: What was credited with it, by unit.
    """

    checked: CheckedRecord
    outcome: Outcome
    credited: Mapping[str, int]


@attrs.frozen
class Asked:
    """What is said beside a file; see `Engine.receive_record`."""

    participant: str
    agreement: str | None
    on: date | None
    same_person: bool
    continued: tuple[Continued, ...]


def receive(
    engine: Any, model: Model, data: bytes, asked: Asked, *, actor: Actor
) -> ReceivedRecord:
    """See `Engine.receive_record`."""
    return _Receiving(engine, model, asked).received(data, actor)


class _Receiving:
    def __init__(self, engine: Any, model: Model, asked: Asked) -> None:
        self._engine = engine
        self._model = model
        self._asked = asked

    def received(self, data: bytes, actor: Actor) -> ReceivedRecord:
        """Check a file and record what it says."""
        origin, checked = self._checked(data)
        me, today, name = self._participant()
        record = checked.file.record
        sections = first_hand(checked.file, origin.named.institution)
        brought = self._folded(stream := brought_stream(record.origin, record.owner))
        on = self._asked.on or today
        day = on.isoformat()
        commands = []
        if brought is None or brought.owner is None:
            if not self._asked.same_person and not _same_name(name, record.name):
                raise Refused(
                    "the record names its owner otherwise than this participant is called; if it "
                    "is the same person, say so (same_person, --same-person)",
                    "record_of_another",
                )
            self._confirm_first_owner(record.origin, me)
            owner = {"origin": record.origin, "owner": record.owner, "person_id": me.person_id}
            commands.append(self._command("recognise-owner", day, brought_id=stream, **owner))
        standing = None if brought is None else brought.standing.get(self._asked.participant)
        said = what_it_says(checked.file, sections)
        commands.append(
            self._command(
                "receive-service-record",
                day,
                brought_id=stream,
                participant_id=self._asked.participant,
                agreement_id=self._asked.agreement or origin.named.agreement_id,
                institution=origin.named.institution,
                verified=checked.verified,
                replaces=None if standing is None else standing.index,
                **said,
            )
        )
        credited: Mapping[str, int] = {}
        if not _is_known(standing, said["index"], checked.verified):
            back, credited = self._credits(stream).changes(
                units_of(sections), on, verified=checked.verified
            )
            commands += self._crediting(back, credited, checked, day)
        if checked.verified:
            held = {"origin_id": origin_stream(record.origin), "note": checked.file.receipt.note}
            commands.append(self._command("hold-checkpoint", day, **held))
        work = self._engine.new_id("receiving")
        done = self._engine.batch(commands, actor=actor, correlation=work)
        return ReceivedRecord(checked, done, credited)

    def _checked(self, data: bytes) -> tuple[Any, CheckedRecord]:
        """What is known of the log that a file names, and the file, checked by it."""
        try:
            believed = read_carried(data).record
        except NoteInvalid as error:
            raise Refused(
                f"no carried record is read here: {error}", "record_unreadable"
            ) from error
        if self._told(believed.stream):
            raise Refused(
                "the record was issued by this very log; what it says is known here", "own_record"
            )
        origin = self._folded(origin_stream(believed.origin))
        if origin is None or origin.named is None:
            raise Refused(
                f"the log {believed.origin} is not known here; name it (name-log), and trust the "
                "key that its institution tells you by another way than the record "
                "(trust-log-key)",
                "unknown_issuer",
            )
        keys, held = [one.vkey for one in origin.keys], [one.note for one in origin.held]
        continued = self._asked.continued
        return origin, check_carried(data, keys, held=held, continued=continued)

    def _confirm_first_owner(self, origin: str, me: Participant) -> None:
        """Make sure that nothing stands here that this person brought by another id of the log.

        Persons who were merged there have one record from then on, which repeats the other.
        """
        for told in self._engine.effective(names=("brought.owner-recognised",)):
            known = told.event
            if (known.origin, known.person_id) != (origin, me.person_id):
                continue
            brought = self._folded(told.stream)
            if brought is not None and self._asked.participant in brought.standing:
                raise Refused(
                    f"a record of this person came under another id of that log, {known.owner}, "
                    "and this one may repeat it; retract that record and its credit, and receive "
                    "this one then",
                    "owner_changed",
                )

    def _participant(self) -> tuple[Participant, date, object]:
        """Who takes part under an id, the program's day, and how they are called."""
        participant = self._asked.participant
        me = self._folded(participant) if participant.startswith("participant:") else None
        if not isinstance(me, Participant):
            raise Refused(f"nobody is enrolled as {participant}", "no_such_participant")
        status = self._engine.status(me.program_id, viewer=SEES)
        row = status.participant(participant)
        return me, status.day, None if row is None else row.who.name

    def _crediting(
        self, back: tuple[int, ...], credited: Mapping[str, int], checked: CheckedRecord, day: str
    ) -> list[Any]:
        me = self._asked.participant
        plain = {"stream": me, "reason": REPLACED}
        commands = [self._engine.command("retract-record", {**plain, "target": v}) for v in back]
        record = checked.file.record
        for unit, amount in credited.items():
            commands.append(
                self._command(
                    "credit-service",
                    day,
                    participant_id=me,
                    amount=amount,
                    unit=unit,
                    verified=checked.verified,
                    basis=f"a record of the log {record.origin}, {record.stream}",
                )
            )
        return commands

    def _credits(self, brought: str) -> Credits:
        """What stands credited; ours is also what came of records that were retracted since."""
        works = {told.correlation for told in self._told(brought)} - {None}
        names = ("participant.service-credited",)
        told = self._engine.effective(stream=self._asked.participant, names=names)
        return Credits(
            tuple(
                Credit(
                    one.version,
                    one.event.on,
                    one.event.unit,
                    one.event.amount,
                    one.event.verified,
                    one.correlation in works,
                )
                for one in told
            )
        )

    def _command(self, name: str, day: str, **fields: Any) -> Any:
        plain = {
            field: value.isoformat() if isinstance(value, date) else value
            for field, value in fields.items()
        }
        return self._engine.command(name, {"on": day, **plain})

    def _told(self, stream: str) -> list[Any]:
        """What is recorded on a stream; nothing where there is none."""
        try:
            return list(self._engine.events(stream=stream))
        except Refused as refused:
            if refused.code != "no_such_subject":
                raise
            return []

    def _folded(self, stream: str) -> Any:
        """What a stream adds up to; ``None`` where nothing is recorded on it."""
        told = self._told(stream)
        rules = self._model.aggregates.get(stream.partition(":")[0])
        if not told or rules is None:
            return None
        return fold(rules, [VersionedEvent(r.version, r.recorded_at, r.event) for r in told])


def _is_known(standing: Any, index: int, verified: bool) -> bool:
    return standing is not None and standing.index == index and (standing.verified or not verified)


def _same_name(one: object, other: str) -> bool:
    """Whether two names are written alike, but for capitals and spaces."""
    return isinstance(one, str) and one.casefold().split() == other.casefold().split()
