"""Verifying a log wherever it lies: in a database, in an SQLite file, or in an export."""

import os
import re
from contextlib import closing
from pathlib import Path

from mentorcore.audit import standalone
from mentorcore.audit.verification.live_log import connected
from mentorcore.audit.verification.verdicts import NO_DEMANDS, Fault, Verdict, VerificationPolicy
from mentorcore.audit.verification.verifier import verify, verify_store
from mentorcore.errors import LogError
from mentorcore.log.stores.opening import open_store

__all__ = ["verify_log"]

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def verify_log(
    location: str | os.PathLike[str], demands: VerificationPolicy = NO_DEMANDS
) -> Verdict:
    """Verify a log or an export against what comes from outside; nothing is written.

    The stand-alone program `mentorcore-verify` is the same algorithm, and needs nothing of
    mentorcore; an auditor who trusts nobody takes that one.

    Args:
        location: A log's address or path, or an export: a directory or a ``.zip``.
        demands: The verifier key, held checkpoints, and what else is asked for.
    """
    address = os.fspath(location)
    path = Path(address)
    try:
        if ADDRESS.match(address):
            with closing(open_store(address, read_only=True)) as store:
                return verify_store(store, demands)
        if path.is_file() and path.suffix.lower() != ".zip":
            with connected(path) as file:
                return verify(standalone.source_of(path, file), demands)
        with closing(standalone.source_of(path)) as source:
            return verify(source, demands)
    except (LogError, *standalone.UNREADABLE, *standalone.MALFORMED) as error:
        return Verdict("unreadable", faults=(Fault("unreadable", str(error)),))
