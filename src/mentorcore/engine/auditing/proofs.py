"""What an open log can prove: checkpoints, receipts, and how far it is protected.

What signs and proves is imported when the log is signed, or when a proof is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias, Union

import attrs

from mentorcore.cached_property import cached_property
from mentorcore.domain.auditing import RotateSigningKey
from mentorcore.errors import EventsDiffer, IntegrityError, Invalid, NoteInvalid, Problem, Refused
from mentorcore.log.recorded import Actor
from mentorcore.log.storage.append_checks import LARGEST
from mentorcore.log.storage.store import Store

if TYPE_CHECKING:
    from mentorcore.audit.notes.alarms import Alarm
    from mentorcore.audit.notes.checkpoint import Checkpoint
    from mentorcore.audit.notes.continuation import Continued
    from mentorcore.audit.notes.signing import Signing
    from mentorcore.audit.notes.verifier_keys import Signer
    from mentorcore.audit.sequencing.background import Background
    from mentorcore.audit.sequencing.prover import Prover
    from mentorcore.audit.sequencing.publication import Exposure, Publication, Publisher
    from mentorcore.audit.sequencing.receipt import Receipt
    from mentorcore.audit.sequencing.sequencer import Sequencer

__all__ = ["Checkpointed", "Known", "LogIntegrity", "Proofs"]

DAY = timedelta(days=1)

Known: TypeAlias = Union[datetime, int, str, "Checkpoint"]
"""What the log knew: at an instant, at a position, or when a held checkpoint was made."""


@attrs.frozen
class Checkpointed:
    """A checkpoint that was made, and where it went.

    Attributes:
        checkpoint: The signed checkpoint.
        publications: What came of offering it to each place outside that lacked it.
        exposure: How far the log is protected now.
        compared: When all events were last compared with what was signed of them, since the log was
            opened; ``None`` if they were not.
    """

    checkpoint: Checkpoint
    publications: tuple[Publication, ...]
    exposure: Exposure
    compared: datetime | None = None


class LogIntegrity:
    """The sequencer of an open log, with all that belongs to it.

    Args:
        store: The log.
        signing: Who signs; ``None`` makes no checkpoints and proves with those that are there.
        clock: Tells the time.

    Attributes:
        compared: When all events were last compared with what was signed of them; ``None`` if they
            were not since the log was opened.
    """

    compared: datetime | None = None

    def __init__(
        self, store: Store, signing: Signing | None, clock: Callable[[], datetime]
    ) -> None:
        self.store = store
        self.signing = signing
        self.clock = clock
        self._sequencer: Sequencer | None = None
        self._publisher: Publisher | None = None
        self._background: Background | None = None
        self._differs: EventsDiffer | None = None
        if signing is None:
            return
        from mentorcore.audit.sequencing.background import Background
        from mentorcore.audit.sequencing.publication import Publisher
        from mentorcore.audit.sequencing.sequencer import Sequencer
        from mentorcore.engine.auditing import comparison  # noqa: F401 - a fork would get half

        self._sequencer = Sequencer(store.ledger, signing)
        self._publisher = Publisher(store.ledger, signing, self.prover, clock)
        if signing.receipts:
            self._sequencer.begin_receipts()
        if signing.background:
            self._background = Background(
                store.ledger,
                store.tail,
                signing,
                self._sequencer,
                self._publisher,
                in_order=self.in_order,
            )
            self._background.start()

    @cached_property
    def prover(self) -> Prover:
        """What proves, with the checkpoints that are there."""
        from mentorcore.audit.sequencing.prover import Prover

        return Prover(self.store.ledger, self.signing)

    @property
    def sequencer(self) -> Sequencer:
        """What makes checkpoints.

        Raises:
            Invalid: The log was opened without a signing key.
        """
        if self._sequencer is None:
            raise Invalid(
                "this log was opened without a signing key, so it makes no checkpoints",
                [Problem("sign", "is missing", "a key file, such as sign='program.signing-key'")],
            )
        return self._sequencer

    @property
    def refusal(self) -> str | None:
        """Why no checkpoint is made at present; ``None`` when all is in order."""
        if self._sequencer is None:
            return getattr(self.store, "contradiction", None)  # only an export has it
        found = self._differs or self._sequencer.refusal
        return None if found is None else str(found)

    def compare(self, *, notes: bool = False) -> None:
        """Compare all events with what was signed of them.

        Args:
            notes: Whether the checkpoints beside the log must be in order, too.

        Raises:
            IntegrityError: They are not what was signed.
        """
        from mentorcore.engine.auditing.comparison import compare

        try:
            compare(self.store, self.signing, notes=notes)
        except EventsDiffer as error:
            self._differs = error
            raise
        except IntegrityError as error:
            if self._sequencer is not None and not isinstance(error, NoteInvalid):
                self._sequencer.refusal = error
            raise
        self._differs, self.compared = None, self.clock()

    def in_order(self, look: bool) -> bool:
        """Whether more may be signed by itself, as far as is known.

        Args:
            look: Whether all events are compared for it, unless that was done within a day.
        """
        last = self.compared
        due = last is None or not timedelta(0) <= self.clock() - last < DAY
        if look and due and self._differs is None:
            with suppress(IntegrityError):  # it stands in `refusal` from now on
                self.compare()
        return self._differs is None

    def sign_for(self, position: int, *, look: bool) -> Receipt | Checkpoint:
        """See `Sequencer.receipt`.

        Args:
            position: The event.
            look: See `in_order`.

        Raises:
            EventsDiffer: An event is not what was signed of it.
        """
        if not self.in_order(look) and self._differs is not None:
            raise self._differs
        return self.sequencer.receipt(position)

    def publish(self) -> tuple[Publication, ...]:
        """Offer the newest checkpoint to the places that lack it."""
        return () if self._publisher is None else self._publisher.publish(impatient=True)

    def close(self) -> None:
        """Cover what came last, and end."""
        if self._background is not None:
            self._background.stop()


class Proofs:
    """What can be proven of an open log; `Engine` answers all of it."""

    _integrity: LogIntegrity

    def checkpoint(self, *, handed_to: str | None = None, compare: bool = True) -> Checkpointed:
        """Cover all recorded events by a signed checkpoint, and hand it to the places outside.

        Args:
            handed_to: Who is given this checkpoint by hand (on paper, by mail), so that it counts
                as held outside.
            compare: Whether all events are compared first with what was signed of them before: a
                second for some hundred thousand. Without it they are counted only, and a signature
                may stand under a log that somebody has altered.

        Raises:
            Invalid: The log was opened without a signing key.
            EventsDiffer: An event is not what was signed of it; nothing was signed.
            IntegrityError: Something else is not in order, and nothing was signed.
            LogBusy: A lock was not granted in time; try again.
        """
        from mentorcore.audit.sequencing.publication import handed_over

        audit = self._integrity
        sequencer = audit.sequencer
        if compare:
            audit.compare()
        made = sequencer.checkpoint()
        publications = audit.publish()
        if handed_to is not None:
            handed_over(audit.store.ledger, made, handed_to, audit.clock())
        newest = audit.prover.newest()
        if newest is not None and newest.size == made.size:
            made = newest  # with what witnesses added
        return Checkpointed(made, publications, self.exposure(), audit.compared)

    def rotate_signing_key(self, new: Signer, *, actor: Actor) -> Checkpointed:
        """Record that another key takes over, and sign a checkpoint that covers this with both.

        From then on both sign while the log is open; open it with the new key the next time.

        Args:
            new: The key that takes over, of the same origin; see `begin_rotation`.
            actor: Who replaces the key.

        Raises:
            Invalid: The log was opened without a signing key, or the new one is of another log.
            IntegrityError: Something is not in order, and nothing was signed.
        """
        audit = self._integrity
        sequencer = audit.sequencer
        if audit.signing is not None and new.key.name != audit.signing.origin:
            raise Invalid(
                "this key cannot take over",
                [Problem("new", f"is of the log {new.key.name!r}", repr(audit.signing.origin))],
            )
        audit.compare()
        sequencer.checkpoint()  # nothing is changed while something is not in order
        sequencer.sign_also(new)
        command: Any = RotateSigningKey
        key = f"rotate to {new.key}"
        self.handle(command(vkey=str(new.key)), actor=actor, key=key)  # type: ignore[attr-defined] # of the engine
        return self.checkpoint(compare=False)

    def adopt(self, note: str) -> Checkpoint:
        """Go on signing after the file of signed checkpoints was lost.

        Args:
            note: The newest checkpoint that somebody else holds.

        Raises:
            NoteInvalid: This log did not sign it.
            RollbackRefused: It covers more events than the log holds.
            HeadDiffers: It is of another history than this log has.
        """
        return self._integrity.sequencer.adopt(note)

    def rebuild(self) -> Checkpoint | None:
        """Make the tree beside the log from the events again, if they are what was signed.

        Raises:
            HeadDiffers: They are not.
        """
        return self._integrity.prover.rebuild()

    def receipt(self, event: int | str, *, under: str | Checkpoint | None = None) -> Receipt:
        """The proof that one event is in the log, for whoever is to hold it.

        Args:
            event: Its position, or ``stream#version``.
            under: A checkpoint that somebody holds: then the proof is that the event was in the
                log before that was made. By default the newest, made anew if none covers it.

        Raises:
            Refused: There is no such event (``no_such_event``), it was recorded after the
                checkpoint was made, or no checkpoint covers it and none can be made, because the
                log was opened without a signing key (``not_covered``).
            NoteInvalid: What was given is no checkpoint, or not signed by this log.
            EventsDiffer: A checkpoint would have to be made, and an event is not what was signed
                of it.
            IntegrityError: Something else is not what was signed.
        """
        from mentorcore.audit.sequencing.receipt import Receipt

        position = self._integrity_position(event)
        if under is not None:
            return self._integrity.prover.receipt(position, self._held(under))
        audit = self._integrity
        is_due = audit.signing is not None and audit.sequencer.is_due(position)
        if not is_due:
            try:
                return audit.prover.receipt(position)
            except Refused as refused:
                if refused.code != "not_covered" or audit.signing is None:
                    raise
        # What its append has covered is signed at once; nothing is read for it but that.
        made = audit.sign_for(position, look=not is_due)
        return made if isinstance(made, Receipt) else audit.prover.receipt(position, newest=made)

    def consistency(self, earlier: str | Checkpoint, later: str | Checkpoint) -> Continued:
        """The proof that one held checkpoint continues another.

        Raises:
            Invalid: The one given as the later covers less than the one given as the earlier.
            NoteInvalid: One of them is no checkpoint, or not signed by this log.
            HeadDiffers: One of them is of another history than this log has.
            RollbackRefused: One of them covers more than this log holds.
        """
        from mentorcore.audit.notes.continuation import Continued

        first, second = self._held(earlier), self._held(later)
        if first.size > second.size:
            raise Invalid(
                "a checkpoint continues a smaller one only",
                [
                    Problem(
                        "earlier",
                        f"covers {first.size:,} events, and the one given as the later "
                        f"{second.size:,}",
                        "the other way round",
                    )
                ],
            )
        return Continued(first, second, self._integrity.prover.consistency(first, second))

    def exposure(self) -> Exposure:
        """How far the log is protected now, and how many events nobody outside can hold to it."""
        from mentorcore.audit.sequencing.publication import exposure

        audit = self._integrity
        return exposure(audit.store.ledger, audit.clock())

    def alarms(self) -> tuple[Alarm, ...]:
        """The places outside that held another history of this log when they were shown it.

        Each is kept with both checkpoints, for ever: also where checkpoints are published in the
        background. Look here where you look whether your service is well.
        """
        from mentorcore.audit.notes.alarms import alarms

        return self._integrity.store.ledger.read(alarms)

    @property
    def refusal(self) -> str | None:
        """Why no checkpoint is made, or is true of an export; ``None`` when all is in order."""
        return self._integrity.refusal

    def known_at(self, as_known: Known | None) -> datetime | int | None:
        """A held checkpoint as the position of the last event that it covers; others as they are.

        Raises:
            NoteInvalid: It is no checkpoint, or not signed by this log.
            HeadDiffers: It is of another history than this log has.
            RollbackRefused: It covers more than this log holds.
        """
        if as_known is None:
            return None
        from mentorcore.audit.notes.checkpoint import Checkpoint

        if isinstance(as_known, str | Checkpoint):
            return self._integrity.prover.position_of(self._held(as_known))
        return as_known

    def _held(self, checkpoint: str | Checkpoint) -> Checkpoint:
        from mentorcore.audit.notes.checkpoint import parse_note, read_checkpoint, shortened

        note = shortened(checkpoint if isinstance(checkpoint, str) else checkpoint.note)
        signing = self._integrity.signing
        return parse_note(note)[0] if signing is None else read_checkpoint(note, signing.keys)

    def _integrity_position(self, event: int | str) -> int:
        if isinstance(event, int):
            if not 0 < event <= LARGEST:
                raise Refused(f"there is no event at position {event}", "no_such_event")
            return event
        stream, sign, version = event.rpartition("#")
        if not sign or not version.isdecimal():
            raise Refused(
                f"{event!r} names no event; give a position, or stream#version", "no_such_event"
            )
        is_there = len(version) < len(str(LARGEST)) and int(version) <= LARGEST
        found = self._integrity.store.stream(stream, int(version) - 1) if is_there else ()
        for row in found:
            if row.version == int(version):
                return row.position
        raise Refused(f"there is no event {event}", "no_such_event")
