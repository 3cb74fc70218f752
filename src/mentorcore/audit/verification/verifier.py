"""The stand-alone verifier's algorithm, fed with a log of any store.

What is found, and in which order, is told in docs/reference/verifier.md. The stand-alone file
does it, and nothing of it stands here again.
"""

from collections.abc import Iterator
from typing import Any

from mentorcore.audit import standalone
from mentorcore.audit.bundle.evidence import Redacted, ShownRow
from mentorcore.audit.notes.encoding import base64_of
from mentorcore.audit.notes.verifier_keys import COSIGNATURE, ED25519
from mentorcore.audit.verification.clock_jumps import ClockJumps
from mentorcore.audit.verification.live_log import ShownLog
from mentorcore.audit.verification.verdicts import Fault, Verdict, VerificationPolicy
from mentorcore.errors import UnfitRow
from mentorcore.log.storage.store import Store

__all__ = ["verify", "verify_store"]

PLACE = ("position", "stream", "version", "name")


class _Snapshot:
    """A live log as the verifier reads one; see `standalone.File`."""

    def __init__(self, shown: ShownLog) -> None:
        self._shown = shown
        self.log_id = shown.log_id
        self.told: dict[str, Any] = {}
        self.disclosed: dict[int, list[Any]] = {}
        self.differing: set[str] = set()
        self.faults: list[tuple[str, str]] = []
        self.notices: list[str] = []
        self.redacted = {p: _told(gone) for p, gone in shown.redactions().items()}
        self.notes = shown.notes
        self.hints = shown.leaves

    def rows(self) -> Iterator[ShownRow]:
        """The events in order; one that cannot be read is malformed."""
        try:
            yield from self._shown.rows()
        except UnfitRow as error:
            raise ValueError(str(error)) from error


def _told(gone: Redacted) -> tuple[str, str | None]:
    residual = gone.residual
    return gone.digest.hex(), None if residual is None else base64_of(residual)


def verify(source: Any, demands: VerificationPolicy) -> Verdict:
    """Verify what is looked at.

    Args:
        source: A `standalone.File`, a `standalone.Bundle`, or what looks like one.
        demands: What it is verified against.
    """
    keys = [standalone.read_key(str(key), ED25519) for key in demands.keys]
    witnesses = [standalone.read_key(str(key), COSIGNATURE) for key in demands.witnesses]
    clock = ClockJumps(source.rows)
    source.rows = clock.rows
    found = standalone.Verification(source, keys, witnesses, demands.asked_quorum)
    told = found.report(demands.held, demands.received, demands)
    told["notices"] += clock.notices
    told |= {name: tuple(told[name]) for name in ("redacted", "notices")}
    told["opened"] = tuple((position, field, value) for position, field, value in told["opened"])
    told["faults"] = tuple(_fault(**fault) for fault in told["faults"])
    return Verdict(**told)


def verify_store(store: Store, demands: VerificationPolicy) -> Verdict:
    """Verify an open log, on one snapshot; writers are not disturbed."""
    return store.ledger.read(lambda tables: verify(_Snapshot(ShownLog(tables)), demands))


def _fault(verdict: str, reason: str, index: int, **place: Any) -> Fault:
    return Fault(verdict, reason, None if index < 0 else index, *map(place.get, PLACE))
