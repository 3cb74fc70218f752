"""Handing a log out: as a bundle that anybody can verify, or as a file of its own.

An export is recorded in the log before it is written, so that it is known for ever who was given
what, and the copy that is handed out says so itself. What writes and verifies it is imported only
then.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from mentorcore.audit.bundle.read_only_copy import exported_from, refuse_copy
from mentorcore.domain.auditing import RecordExport
from mentorcore.domain.model import Model
from mentorcore.domain.values import Sealed
from mentorcore.engine.auditing.export_options import form_at, withheld_names
from mentorcore.engine.auditing.proofs import LogIntegrity
from mentorcore.errors import IntegrityError, Invalid, Problem, Refused
from mentorcore.log.recorded import Actor
from mentorcore.log.sealing.keys import Keys
from mentorcore.log.sealing.sealing import Sealing
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.storage.append_checks import LARGEST
from mentorcore.log.storage.audit_tables import AuditTransaction
from mentorcore.log.storage.store import Store

if TYPE_CHECKING:
    from mentorcore.audit.bundle.writer import Disclosed
    from mentorcore.audit.verification.live_log import ShownLog
    from mentorcore.audit.verification.verdicts import Verdict, VerificationPolicy
    from mentorcore.engine.auditing.backups import BackedUp
    from mentorcore.log.sealing.key_places import KeyPlace

__all__ = ["Exported", "Exports"]

SUCCESSOR = "successor"
"""Whom an export is made for that moves the log."""
NOTHING_WRITTEN = (
    "Nothing was written or recorded. To hand the log out all the same, for an auditor to see: "
    "--as-it-is (as_it_is=True in Python)."
)


@attrs.frozen
class Exported:
    """An export that was written.

    Attributes:
        to: Where it is.
        form: ``directory``, ``zip`` or ``sqlite``.
        size: How many events it holds.
        root: The root of the tree over them, in hex.
        checkpoint: The signed checkpoint that covers it; ``None`` when none does.
        withheld: The events whose states were left out, and how many of each kind of event.
        opened: The classes of personal data of which single values were opened.
        refusal: Why it is not what was signed, or no checkpoint covers it, if it was handed out
            all the same.
        moves: Whether the log can go on from it elsewhere.
    """

    to: str
    form: str
    size: int
    root: str
    checkpoint: str | None
    withheld: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    refusal: str | None = None
    moves: bool = False


class Exports:
    """Hands the log out; `Engine` answers all of it."""

    _integrity: LogIntegrity
    _store: Store
    _keys: Keys
    _codec: Codec
    _sealing: Sealing
    _model: Model

    def export(
        self,
        to: str | os.PathLike[str],
        *,
        recipient: str | None = None,
        actor: Actor,
        asked_by: str | None = None,
        withhold: Iterable[str] = (),
        disclose: Iterable[tuple[int, str]] = (),
        tiles: bool = True,
        entries: bool = False,
        move: bool = False,
        as_it_is: bool = False,
    ) -> Exported:
        """Write an export that can be verified without this program, and record that it was made.

        It holds all events, the checkpoints, the JSON Schema of every event, the rules of the
        programs and the mappings of imports. With a signing key a new checkpoint covers it. All
        events are compared with what was signed of them first: an export that its receiver would
        find altered is not written, unless that is what somebody is to see.

        Args:
            to: A new directory, a new ``.zip``, or a new ``.db`` for a copy of a log in SQLite.
            recipient: The office that gets it, as a word such as ``state-auditor``; no name. Of an
                export that moves the log it is ``successor`` unless said otherwise.
            actor: Who makes it.
            asked_by: Who asked the host for it, as of `Engine.handle`.
            withhold: Names of events whose states are left out, such as ``response.taken``,
                ``pairing.*`` for all of a kind, or ``states`` for all that hold sealed fields
                (or, as it was called, ``sealed``). A state is left out whole, with the days and
                figures in it; without this nothing is, and sealed values are handed out as
                ciphertext. What is left out is still proven to be there.
            disclose: Single values that are opened for the recipient: position and field. The
                states that hold them stay in, whatever else is withheld.
            tiles: Whether the hashes of the tree are written too: with them a verifier names the
                very event that was changed, and not a range.
            entries: Whether the leaves stand beside them, as tools for other logs read them.
            move: Whether it is made for the log to go on from it elsewhere, in the hands of the
                same operator: then it also holds which requests were answered and which responses
                taken in, whose identities are whose, the key under which all that is looked up,
                and what places outside hold. It is readable for its owner only, and no auditor is
                to be given it. Let nobody record any more before it is made.
            as_it_is: Whether it is written although the log is not what was signed of it, or
                although no checkpoint can be made that covers it; `Exported.refusal` says why.

        Raises:
            IntegrityError: The log is not what was signed of it, or nothing can be signed. Nothing
                was written or recorded.
            Invalid: Something stands at *to* already, it cannot be written, or an option does not
                fit the form.
            Refused: A value to disclose is not there (``nothing_to_disclose``), or the log is
                signed and was opened without its signing key (``not_covered``).
            KeyMissing: Its key is not there.
        """
        from importlib.metadata import version

        from mentorcore.audit.bundle.moving import moving_files, stamps_of
        from mentorcore.audit.bundle.read_only_copy import COPY, MARK
        from mentorcore.audit.bundle.writer import write_bundle
        from mentorcore.audit.notes.checkpoint import shortened
        from mentorcore.audit.verification.live_log import ShownLog
        from mentorcore.engine.auditing.informative_files import informative_files

        if exported_from(self._store) is not None:
            refuse_copy()
        path, asked = Path(to), tuple(disclose)
        names = withheld_names(withhold, self._model)
        form = form_at(path, self._store.url, part=bool(names or asked), move=move)
        if recipient is None and not move:
            raise Invalid(
                "no export was written",
                [Problem("recipient", "is missing", "the office that gets it, in a word")],
            )
        index_key = self._keys.index_key() if move else None
        values = [self._disclosed(position, field) for position, field in asked]
        opened = tuple(sorted({kind for _, kind in values}))
        refusal = self._refusal(move=move)
        if refusal is not None and not as_it_is:
            refusal.add_note(NOTHING_WRITTEN)
            raise refusal
        signed = self._integrity.signing is not None and refusal is None
        whole = form != "sqlite"  # which needs rows that can be read
        size, root = self._store.ledger.read(lambda t: self._stand(t, signed=signed, whole=whole))
        states = "withheld" if names else "full"
        command: Any = RecordExport
        record = command(
            recipient=recipient or SUCCESSOR, form=form, states=states, size=size, root=root.hex(),
            withheld=tuple(sorted(names)), opened=opened,
        )  # fmt: skip
        self.handle(record, actor=actor, asked_by=asked_by)  # type: ignore[attr-defined] # of the engine
        if signed:
            refusal = self._sign()
            signed = refusal is None
        if form == "sqlite":
            from mentorcore.engine.indexes.kept_packs import KIND
            from mentorcore.log.stores.sqlite.file import copy_file  # not every log has one

            copy_file(Path(self._store.url), path, (COPY, MARK), (KIND,))
            size, root = self._store.ledger.read(lambda t: self._stand(t, signed=signed))
        else:
            texts = self.mappings()  # type: ignore[attr-defined] # of the engine
            beside = informative_files(self._store, self._codec, self._model, texts)

            def write(tables: AuditTransaction) -> tuple[int, bytes]:
                shown = ShownLog(tables, LARGEST if move else _upto(tables, signed=signed))
                made = write_bundle(
                    shown, path, origin=self._origin(shown), engine=version("mentorcore"),
                    withhold=names.__contains__, tiles=tiles, entries=entries,
                    disclosed=[d for d, _ in values], known=self._model.names.__contains__,
                    beside=beside, stamps=stamps_of(tables), private=move,
                    lists=moving_files(tables, index_key) if move else {},
                    kept_leaves=refusal is not None,
                )  # fmt: skip
                return made.size, made.root

            size, root = self._store.ledger.read(write)
        kept = self._store.ledger.read(lambda tables: tables.checkpoint(size))
        note = None if kept is None else shortened(kept)
        return Exported(
            str(path), form, size, root.hex(), note,
            tuple(sorted(names)), opened,
            None if refusal is None else str(refusal), move,
        )  # fmt: skip

    def backup(self, log: str | os.PathLike[str], keys: str | os.PathLike[str] | None) -> BackedUp:
        """Back up the log and people's keys, in one step, to two places.

        Anybody may go on recording meanwhile. What is written is read again: the log is verified,
        and each key opened. `restore` makes a log of both again. Keep the two apart: together they
        tell everything.

        Args:
            log: A new directory or ``.zip``: the events as they are, checkpoints, and what the log
                knows beside them, without any key.
            keys: A new key file, ending in ``.keys``; its master key, made for this backup alone,
                stands beside it as ``.kek``. ``None`` where the host backs them up itself.

        Raises:
            Invalid: Something stands there already, both are one place, or the keys are kept by an
                object of the host that cannot be read out.
            KeyMissing: A key does not open.
        """
        from mentorcore.engine.auditing.backups import back_up

        if exported_from(self._store) is not None:
            refuse_copy()
        return back_up(self._store, self._keys, self._model.names, log=log, keys_to=keys)

    def copy_keys(self, to: KeyPlace) -> int:
        """Copy people's keys to another place, from where the log is then opened with ``keys=to``.

        They are wrapped anew there, and everybody's key is opened for it. Let nobody record any
        more before: who comes later has no key in the copy.

        Args:
            to: A new key file, or a database of keys that has none of this log (see
                `KeysInPostgres`).

        Returns:
            How many they are.

        Raises:
            Invalid: There are keys already, it is the log's own database, or the keys are kept by
                an object of the host that cannot be read out.
            KeyMissing: A key does not open, or the key under which they are wrapped is not there.
        """
        from mentorcore.log.sealing.key_places import transferred

        where = self._store.url
        with transferred(self._keys, to, self._store.log_id, log=where) as count:
            return count

    def verify(self, demands: VerificationPolicy | None = None) -> Verdict:
        """Verify this log as it is now, against checkpoints that somebody else holds.

        Args:
            demands: The verifier key, held checkpoints, and what else is asked for; without them
                the log is only compared with itself.
        """
        from mentorcore.audit.verification.verdicts import NO_DEMANDS
        from mentorcore.audit.verification.verifier import verify_store

        if (export := exported_from(self._store)) is not None:
            from mentorcore.audit.verification.verification import verify_log

            return verify_log(export, demands or NO_DEMANDS)
        return verify_store(self._store, demands or NO_DEMANDS)

    def _refusal(self, *, move: bool) -> IntegrityError | Refused | None:
        """Why whoever is handed the log would find it altered, or covered by no checkpoint."""
        try:
            self._integrity.compare(notes=True)
        except IntegrityError as error:
            return error
        for other in self.verify_mappings():  # type: ignore[attr-defined] # of the engine
            if other.is_kept:
                return IntegrityError(
                    f"the mapping {other.digest[:32]} that is kept beside the log is not the one "
                    f"by which responses were read: {other.about}. mentorcore verify --mappings "
                    "names all such"
                )
        if self._integrity.signing is not None:
            return self._sign()
        if move or self._store.ledger.read(AuditTransaction.newest_checkpoint) is None:
            return None
        return Refused(
            "this log is signed, and was opened without its signing key: no checkpoint would cover "
            "what was recorded lately, not even an auditor's nonce. Name the key "
            "(--signing-key FILE; sign= in Python)",
            "not_covered",
        )

    def _sign(self) -> IntegrityError | None:
        """Sign what is recorded; answers why it could not be done."""
        try:
            self._integrity.sequencer.checkpoint()
        except IntegrityError as error:
            return error
        self._integrity.publish()  # what witnesses say of it goes along
        return None

    def _stand(
        self, tables: AuditTransaction, *, signed: bool, whole: bool = False
    ) -> tuple[int, bytes]:
        """Size and root of the log as it is handed out.

        Args:
            tables: The log.
            signed: Whether it ends where its newest checkpoint ends.
            whole: Whether each event has to be one of which a leaf can be made.

        Raises:
            UnfitRow: One is not, and has to be.
        """
        from mentorcore.audit.bundle.evidence import hash_of
        from mentorcore.audit.merkle.tree import Frontier
        from mentorcore.audit.verification.live_log import ShownLog

        if _upto(tables, signed=signed) != LARGEST:
            head = tables.head()
            return head.size, Frontier.read(head.size, head.frontier).root()
        shown, tree = ShownLog(tables), Frontier()
        try:
            for row in shown.rows():
                tree.append(hash_of(shown.log_id, tree.size, row))
        except IntegrityError:
            if whole:  # else that is for the verifier to say
                raise
        return tree.size, tree.root()

    def _origin(self, shown: ShownLog) -> str | None:
        """The name under which this log's checkpoints are signed."""
        if self._integrity.signing is not None:
            return self._integrity.signing.origin
        note = next(shown.notes(), None)
        return None if note is None else note[1].partition("\n")[0]

    def _disclosed(self, position: int, field: str) -> tuple[Disclosed, str]:
        """The key of one value, and of which class of personal data the value is."""
        from mentorcore.audit.bundle.writer import Disclosed

        page = self._store.page(position - 1, 1) if 0 < position <= LARGEST else ()
        event = self._codec.recorded(page[0]).event if page else None
        sealed = getattr(event, field, None)
        if not page or page[0].position != position or not isinstance(sealed, Sealed):
            raise Refused(
                f"no sealed value stands in the field {field!r} at position {position}",
                "nothing_to_disclose",
            )
        context, key = self._sealing.disclose(sealed)
        return Disclosed(position, field, context, key), sealed.kind


def _upto(tables: AuditTransaction, *, signed: bool) -> int:
    """The last position that is handed out: of a signed log the last that a checkpoint covers."""
    head = tables.head()
    return head.last_position if signed and head.size else LARGEST
