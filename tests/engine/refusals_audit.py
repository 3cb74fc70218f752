"""How to be refused where the log's own story is told: checkpoints, exports, keys, redactions."""

from typing import Any

import attrs
from engine.refusals import UNKNOWN, case
from engine.world import World

from mentorcore.domain import auditing

told: Any = auditing
ROOT = "ab" * 32
CHALLENGE = told.RecordChallenge(nonce="n" * 16)


def removing(*items: Any) -> Any:
    return told.RedactStates(items=items)


@case("already_recorded")
def _(w: World) -> Any:
    challenge = attrs.evolve(CHALLENGE, audit_id=UNKNOWN.format("audit"))
    w.do(challenge)
    return challenge


@case("nonce_too_short")
def _(w: World) -> Any:
    return told.RecordChallenge(nonce="n")


@case("no_root")
def _(w: World) -> Any:
    return told.RecordExport(recipient="state-auditor", size=-1, root=ROOT)


@case("withheld_unclear")
def _(w: World) -> Any:
    return told.RecordExport(recipient="state-auditor", size=1, root=ROOT, states="withheld")


@case("no_such_key")
def _(w: World) -> Any:
    return told.RotateSigningKey(vkey="a key")


@case("note_of_another_log")
def _(w: World) -> Any:
    return told.SucceedLog(origin="old.example/log", note="new\n", kept=1, reason="moved")


@case("kept_out_of_range")
def _(w: World) -> Any:
    return told.SucceedLog(
        origin="old.example/log", note="old.example/log\n1\n", kept=-1, reason="moved"
    )


@case("nothing_to_redact")
def _(w: World) -> Any:
    return removing()


@case("positions_unordered")
def _(w: World) -> Any:
    return removing((0, ROOT, None))


@case("no_digest")
def _(w: World) -> Any:
    return removing((1, "ab", None))


@case("no_residual")
def _(w: World) -> Any:
    return removing((1, ROOT, "?"))
