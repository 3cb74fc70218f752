"""Issuing a record of service to its owner, and receiving one that somebody brought.

What makes and checks files is imported when a record is issued or received.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from mentorcore.engine.auditing.exports import Exports
from mentorcore.log.recorded import Actor

if TYPE_CHECKING:
    from mentorcore.audit.carrying.carried_file import CarriedFile
    from mentorcore.audit.notes.continuation import Continued
    from mentorcore.engine.carrying.receiving import ReceivedRecord

__all__ = ["Carrying"]


class Carrying(Exports):
    """Hands out the log, and records of what one person did; `Engine` answers all of it."""

    def issue_record(
        self, person: str, *, actor: Actor, on: date | None = None, held: Sequence[str] = ()
    ) -> CarriedFile:
        """Issue a record of what somebody did in the programs of this log, for them to carry.

        It is recorded that it was issued, and a signed checkpoint covers it. What was done here
        for other institutions' credit is left to their records. The log keeps no copy of the file;
        whoever loses it is issued another.

        Args:
            person: Its owner, who asked for it.
            actor: Who issues it.
            on: The day; the latest day of the programs where it is left out.
            held: Checkpoints of this log that the receiver may hold.

        Raises:
            Refused: The person takes part in no program (``nothing_to_issue``), or a program does
                not say whose it is (``no_owner``).
            Invalid: The log was opened without a signing key.
            NoteInvalid: One of *held* is no checkpoint of this log, or there is too much to tell.
        """
        from mentorcore.engine.carrying.issuing import issue

        engine: Any = self
        _ = self._integrity.sequencer  # without a key it says what is missing
        signing = self._integrity.signing
        assert signing is not None
        return issue(engine, signing.signer, person, actor=actor, on=on, held=held)

    def receive_record(
        self,
        data: bytes,
        participant: str,
        *,
        actor: Actor,
        agreement: str | None = None,
        on: date | None = None,
        same_person: bool = False,
        continued: Sequence[Continued] = (),
    ) -> ReceivedRecord:
        """Receive a record that a participant brought from another institution.

        It is checked by the keys and checkpoints of that log that are trusted and held here (see
        `NameLog`). What it says at first hand is recorded and credited in one append: as verified
        where it is, and else shown only. A later record takes the place of an earlier one.

        Args:
            data: The bytes of the file.
            participant: As whom its owner takes part here.
            actor: Who receives it.
            agreement: Under which agreement; left out, that under which the log was named.
            on: The day; the program's today where it is left out.
            same_person: That its owner is this person although the names differ. It is asked for
                once: later records of this owner are of the same person.
            continued: Proofs that a checkpoint that is held here continues that of the file.

        Raises:
            Refused: With the code of what is wrong with the file (see `check_carried`), whose it
                is (``record_of_another``, ``own_record``), how old (``record_superseded``), or of
                the agreement that is missing; nothing was recorded.
        """
        from mentorcore.engine.carrying.receiving import Asked, receive

        engine: Any = self
        asked = Asked(participant, agreement, on, same_person, tuple(continued))
        return receive(engine, self._model, data, asked, actor=actor)
