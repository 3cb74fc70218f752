"""Asking a verifier what a case of the folder of vectors asks, and comparing what it answers."""

from __future__ import annotations

import json
from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import Any

import attrs
from audit.vector_cases.folder import FOLDER

from mentorcore.audit import standalone
from mentorcore.audit.verification.verdicts import VerificationPolicy
from mentorcore.audit.verification.verification import verify_log
from mentorcore.errors import Invalid

__all__ = [
    "CASES",
    "FOLDER",
    "JAVASCRIPT",
    "RUNNER",
    "by_the_package",
    "by_the_stand_alone_file",
    "differing",
]

CASES: list[dict[str, Any]] = json.loads((FOLDER / "cases.json").read_bytes())["cases"]
ASKED = ("witnesses", "quorum", "nonce", "max_age", "streams")
JAVASCRIPT = Path(__file__).parents[2] / "examples/verify.mjs"
RUNNER = Path(__file__).with_name("run_vectors.mjs")
EXIT = {"verified": 0, "unreadable": 2, "unanchored": 3}


def differing(expect: dict[str, Any], report: dict[str, Any]) -> dict[str, Any]:
    """What the report says otherwise than the case."""
    faults = [(f.get("verdict"), _index(f), f.get("position")) for f in report.get("faults", [])]
    places = [list(fault) for fault in faults if fault[1] is not None]
    told = {
        **report,
        "index": places[0][1] if places else None,
        "faults": places,
        "event": next(
            (
                [f.get("stream"), f.get("version")]
                for f in report.get("faults", [])
                if _index(f) is not None
            ),
            None,
        ),
        "verdicts": sorted({str(word) for word, _, _ in faults}),
        "fault_count": len(faults),
        "notice_count": len(report.get("notices", ())),
    }
    return {name: told.get(name) for name, due in expect.items() if told.get(name) != due}


def _index(fault: dict[str, Any]) -> int | None:
    index = fault.get("index")
    return None if index in (None, -1) else index


def by_the_stand_alone_file(case: dict[str, Any], module: Any = standalone) -> dict[str, Any]:
    """Its report, with the code that it exits with; *module* may be another such file."""
    asked: dict[str, Any] = dict.fromkeys(ASKED)
    asked |= {n: case[n] for n in ASKED if n in case}
    words = Namespace(
        log=FOLDER / case["log"],
        vkey=case["vkeys"],
        checkpoint=[str(FOLDER / name) for name in case["held"]],
        received=[(str(FOLDER / name), day) for name, day in case.get("received", ())],
        witness=asked.pop("witnesses") or [],
        **asked,
    )
    report: dict[str, Any] = module.verify(words)
    return {**report, "exit": EXIT.get(report["verdict"], 1)}


def by_the_package(case: dict[str, Any]) -> dict[str, Any]:
    """What `mentorcore verify` finds, with the code that it exits with."""
    asked = {
        n: case[n] for n in ("witnesses", "quorum", "nonce", "max_age", "streams") if n in case
    }
    dated = dict(case.get("received", ()))
    try:
        policy = VerificationPolicy(
            keys=case["vkeys"],
            held={n: (FOLDER / n).read_bytes() for n in (*case["held"], *dated)},
            received={name: date.fromisoformat(day) for name, day in dated.items()},
            **asked,
        )
    except (Invalid, ValueError):  # a wrong call, which is refused before there is a report
        fault = {"verdict": "unreadable"}
        return {"verdict": "unreadable", "exit": EXIT["unreadable"], "faults": [fault]}
    found = verify_log(FOLDER / case["log"], policy)
    return attrs.asdict(found) | {
        "redacted": list(found.redacted),
        "opened": [list(item) for item in found.opened],
        "exit": EXIT.get(found.verdict, 1),
    }
