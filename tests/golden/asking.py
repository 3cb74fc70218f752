"""What is asked of the golden files, when they are made and ever after."""

import io
import json
import shutil
import sys
from collections.abc import Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import attrs

import mentorcore as mc
from mentorcore.audit import standalone
from mentorcore.cli.main import main
from mentorcore.domain.declarations import personal_fields
from mentorcore.domain.values import Sealed

AUDITOR = ["--as", "auditor", "--as-of", "2026-11-20", "--as-known", "june.txt"]
"""As whom, of when and as known when it is asked: what stands in the files does not change."""

STANDALONE = "mentorcore-verify"
"""Says that the stand-alone verifier is asked, and not a verb."""


@attrs.frozen
class Said:
    """A command with its exit code, and what it said as data.

    Attributes:
        words: The command.
        code: Its exit code.
        data: Its JSON; ``None`` where it was not asked for any.
    """

    words: list[str]
    code: int
    data: Any
    out: str = attrs.field(default="", repr=False)


def said(folder: Path, words: Sequence[str]) -> Said:
    """Ask in a folder; nothing but what the command itself writes is changed there."""
    out = io.StringIO()
    with chdir(folder), redirect_stdout(out), redirect_stderr(io.StringIO()):
        code = _alone(list(words[1:])) if words[0] == STANDALONE else int(main(list(words)))
    data = json.loads(out.getvalue()) if "--json" in words else None
    return Said(list(words), code, _without_sentences(words[0], data), out.getvalue())


def _without_sentences(verb: str, data: Any) -> Any:
    """An answer without what is for people, and may be said better in any version.

    Nor does it hold the digest by which the stand-alone verifier tells itself from a false one.
    """
    if verb in ("verify", STANDALONE) and isinstance(data, dict):
        return {n: told for n, told in data.items() if n not in ("notices", "verifier")}
    if verb == "witness":
        return [{name: told for name, told in one.items() if name != "why"} for one in data]
    return data


def _alone(words: list[str]) -> int:
    """The stand-alone verifier, with its words as the process has them."""
    before, sys.argv = sys.argv, [STANDALONE, *words]
    try:
        return standalone.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    finally:
        sys.argv = before


def commands(folder: Path) -> list[list[str]]:
    """What is asked: every exit code that stands in the reference, and every kind of answer."""
    vkey = (folder / "vkey.txt").read_text().strip()
    witness = (folder / "witness-vkey.txt").read_text().strip()
    held = ["--vkey", vkey, "--checkpoint", "june.txt"]
    cosigned = ["--vkey", vkey, "--checkpoint", "cosigned.txt", "--witness", witness]
    either = ("verify", STANDALONE)
    program = (folder / "program.txt").read_text().strip()
    seen = ["--program", program, *AUDITOR, "--json"]
    handed = ("program.db", "june.db", "june.zip", "withheld.zip", "opened.zip", "moved.zip")
    return [
        *([verb, log, *held, "--streams", "--json"] for verb in either for log in handed),
        *([verb, "backup.zip", *held, "--json"] for verb in either),
        *([verb, "june.zip", *held, "--nonce", "5f1c9e7a0b2d4468"] for verb in either),
        *([verb, "june.zip", *held, "--nonce", "never-recorded-0"] for verb in either),
        *([verb, "june.zip", "--vkey", vkey, "--checkpoint", "forked.txt"] for verb in either),
        *([verb, "june.zip", *cosigned, "--json"] for verb in either),
        *([verb, "june.zip", "--json"] for verb in either),
        *([verb, "altered.zip", *held] for verb in either),
        *([verb, "no-export.zip", *held] for verb in either),
        *([verb, "nowhere.zip", *held] for verb in either),
        *([verb, "june.zip", "--vkey", "no key"] for verb in either),
        ["verify", "program.db", *held, "--views"],
        ["verify", "program.db", *held, "--mappings"],
        ["verify-proof", "person.receipt", "--vkey", vkey, "--json"],
        ["verify-proof", "person.receipt", "--vkey", witness],
        ["verify-proof", "june.proof", "--from", "january.txt", "--vkey", vkey, "--json"],
        ["verify-proof", "june.proof", "--from", "forked.txt", "--vkey", vkey],
        ["witness", "witness.db", "--evidence", "--json"],
        ["stamps", "june.zip"],
        ["stamps", "june.zip", "--roots", "roots.pem"],
        ["compat", "program.db"],
        ["compat", "june.zip"],
        ["migrate", "program.db"],
        *(["status", log, *seen] for log in ("program.db", "june.zip", "june.db")),
        *(["attention", log, *seen] for log in ("program.db", "june.zip")),
        ["recompute", "june.zip", "--report", "status.json"],
        ["recompute", "june.zip", "--report", "attention.json"],
        [
            "diff",
            "program.db",
            "--program",
            program,
            "--known-from",
            "5",
            "--as",
            "auditor",
            "--json",
        ],
        ["log", "program.db", "--name", "meeting-held", "--json"],
        ["log", "program.db", "--name", "no.such"],
        ["log", "program.db", "--no-such-option"],
        ["status", "nowhere.db"],
        [
            "record",
            "program.db",
            "close-program",
            "program_id=nobody",
            "on=2026-11-01",
            "--clock-is-right",
        ],
    ]


def copied(golden: Path, to: Path) -> Path:
    """The files to work on: what is kept stays as it is."""
    shutil.copytree(golden, to)
    for path in to.iterdir():
        private = path.suffix in (".keys", ".kek") or "signing-key" in path.name
        path.chmod(0o600 if private else 0o644)
    return to


def opened_fields(engine: mc.Engine, event: Any) -> dict[str, Any]:
    """The fields of an event as JSON values, its personal values opened."""
    fields = dict(engine._codec.unstructured(event))
    for name in personal_fields(type(event)):
        sealed = getattr(event, name)
        fields[name] = engine._sealing.open(sealed) if isinstance(sealed, Sealed) else sealed
    found: dict[str, Any] = json.loads(json.dumps(fields))
    return found


def contains(found: Any, kept: Any) -> bool:
    """Whether an answer still says all that it said; members may have been added.

    So may entries of a list whose entries have names: figures, views.
    """
    if isinstance(kept, dict):
        return isinstance(found, dict) and all(
            name in found and contains(found[name], value) for name, value in kept.items()
        )
    if isinstance(kept, list):
        if not isinstance(found, list):
            return False
        for name in ("field", "name"):
            if (old := _named(kept, name)) is not None and (new := _named(found, name)) is not None:
                return contains(new, old)
        return len(found) == len(kept) and all(
            contains(one, other) for one, other in zip(found, kept, strict=True)
        )
    return bool(found == kept)


def _named(entries: list[Any], name: str) -> dict[str, Any] | None:
    """The entries of a list by what each is called; ``None`` where that tells them not apart."""
    if not all(isinstance(entry, dict) and isinstance(entry.get(name), str) for entry in entries):
        return None
    told = {entry[name]: entry for entry in entries}
    return told if len(told) == len(entries) else None
