"""Verifying a log wherever it lies: in a database, in an SQLite file, or in an export."""

import os
import re
from pathlib import Path

from mentorcore.audit.bundle.reader import ReadBundle
from mentorcore.audit.verification.live_log import looked_at
from mentorcore.audit.verification.verdicts import NO_DEMANDS, Fault, Verdict, VerificationPolicy
from mentorcore.audit.verification.verifier import verify, verify_store
from mentorcore.errors import ExportInvalid, LogError, SchemaDiffers
from mentorcore.log.stores.opening import open_store

__all__ = ["verify_log"]

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def verify_log(
    location: str | os.PathLike[str], demands: VerificationPolicy = NO_DEMANDS
) -> Verdict:
    """Verify a log or an export against what comes from outside; nothing is written.

    The stand-alone program `mentorcore-verify` answers with the same words, and needs nothing of
    mentorcore; an auditor who trusts nobody takes that one.

    Args:
        location: A log's address or path, or an export: a directory or a ``.zip``.
        demands: The verifier key, held checkpoints, and what else is asked for.
    """
    address = os.fspath(location)
    path = Path(address)
    try:
        if ADDRESS.match(address):
            store = open_store(address, read_only=True)
            try:
                return verify_store(store, demands)
            finally:
                store.close()
        if path.is_dir() or path.suffix == ".zip":
            bundle = ReadBundle(path)
            return verify(bundle, demands, claims=bundle.manifest)
        return looked_at(path, lambda shown, damage: verify(shown, demands, damage=damage))
    except SchemaDiffers as error:
        return Verdict("schema", faults=(Fault("schema", str(error)),))
    except (ExportInvalid, LogError) as error:
        return Verdict("unreadable", faults=(Fault("unreadable", str(error)),))
