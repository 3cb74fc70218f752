"""An example of every fact about the log itself: no view of a program shows any."""

from collections.abc import Iterator
from typing import Any

from projections.cases import NOTHING, case

from mentorcore.domain.auditing import (
    LogChallenged,
    LogExported,
    LogSucceeded,
    SigningKeyRotated,
    StatesRedacted,
)

ABOUT = f"audit:{1:032x}"
FACTS: dict[Any, dict[str, Any]] = {
    LogChallenged: {"nonce": "5f1c9e7a0b2d4468"},
    LogExported: {
        "recipient": "state-auditor",
        "form": "zip",
        "states": "full",
        "size": 1,
        "root": "49" * 32,
    },
    SigningKeyRotated: {"vkey": "log+00cf2a9a+AW4C"},
    LogSucceeded: {"origin": "log", "note": "log\n1\n", "kept": 1, "reason": "moved"},
    StatesRedacted: {"items": ((1, "0b" * 32, None),)},
}


def example(event: Any) -> None:
    """Register the example of *event*, which leaves every view as it was."""

    @case(event, status=NOTHING, attention=NOTHING, history=NOTHING)
    def _(town: Any, _pair: str) -> Iterator[None]:
        yield
        town.tell(ABOUT, event(audit_id=ABOUT, **FACTS[event]))


for _event in FACTS:
    example(_event)
