"""The stand-alone verifier agrees with the built-in one where nothing but `cryptography` is there."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sqlite3
import subprocess
import sysconfig
import venv
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from audit.made_logs import VKEY, Auditor, MadeLog, built_in, events
from audit.mutations import bytes_changed
from audit.row_operations import Rewritten, operations

from mentorcore.audit import standalone
from mentorcore.errors import UnfitRow

pytestmark = pytest.mark.processes

NEEDED = ("cryptography", "cffi", "_cffi_backend", "pycparser")
DRIVER = """
import contextlib, importlib.util, io, json, sys
assert importlib.util.find_spec("mentorcore") is None
assert importlib.util.find_spec("attrs") is None
sys.path.insert(0, ".")
import standalone
for words in json.load(open("asked.json")):
    sys.argv, said = ["standalone.py", *words, "--json"], io.StringIO()
    with contextlib.redirect_stdout(said):
        code = standalone.main()
    print(json.dumps([code, json.loads(said.getvalue())["verdict"]]))
"""
CODES = {"verified": 0, "unreadable": 2, "unanchored": 3}


def bare_environment(folder: Path) -> Path:
    """A new environment with `cryptography`, what that one needs, and nothing else."""
    venv.create(folder, with_pip=False, symlinks=True)
    paths = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", "venv", vars=paths))
    for name in NEEDED:
        found = importlib.util.find_spec(name)
        if found is None:
            continue
        assert found.origin is not None
        origin = Path(found.origin)
        if origin.name == "__init__.py":
            (site / name).symlink_to(origin.parent)
        else:
            (site / origin.name).symlink_to(origin)
    return folder / "bin" / "python"


def cases(tmp_path: Path) -> list[list[str]]:
    """Logs of every kind and state, each with what the verifier is told of it."""
    whole = MadeLog(events(10, gap_after=4), [4, 10])
    auditor = Auditor(tmp_path)
    auditor.hold(whole.note())
    logs = [
        whole.file(tmp_path / "whole.db"),
        whole.bundle(tmp_path / "whole"),
        whole.bundle(tmp_path / "whole.zip"),
        whole.bundle(tmp_path / "part.zip", withhold=["pairing.note-written"]),
        MadeLog(events(10, first=2), [10]).file(tmp_path / "fork.db"),
        tmp_path / "missing.db",
    ]
    viewed = whole.file(tmp_path / "viewed.db")
    with closing(sqlite3.connect(viewed)) as db:
        db.execute("CREATE VIEW v AS SELECT * FROM stored_events")
        db.commit()
    (tmp_path / "torn.zip").write_bytes((tmp_path / "whole.zip").read_bytes()[:-30])
    logs += [viewed, tmp_path / "torn.zip"]
    for number, (_, rows) in enumerate(operations(whole.events)):
        changed = Rewritten(whole, rows, all_hints=True)
        with suppress(sqlite3.IntegrityError):  # two rows of one position: no database holds them
            logs.append(changed.file(tmp_path / f"{number}.db"))
        with suppress(UnfitRow):
            logs.append(changed.bundle(tmp_path / f"{number}.zip"))
    for shown in (tmp_path / "whole.db", tmp_path / "whole.zip"):
        data = shown.read_bytes()
        for (offset, mask), changed_bytes in bytes_changed(
            data, range(0, len(data), len(data) // 40)
        ):
            path = tmp_path / f"byte-{offset}-{mask}{shown.suffix}"
            path.write_bytes(changed_bytes)
            logs.append(path)
    return [[str(logs[0])], *(auditor.words(log) for log in logs)]


def expected(words: list[str]) -> list[Any]:
    """Exit code and verdict as the built-in verifier gives them."""
    asked: dict[str, Any] = dict.fromkeys(("quorum", "nonce", "max_age"))
    held = [b for a, b in pairwise(words) if a == "--checkpoint"]
    asked |= {"vkey": [VKEY] if VKEY in words else [], "checkpoint": held, "witness": []}
    verdict = built_in({**asked, "streams": False, "log": Path(words[0])}).verdict
    return [CODES.get(verdict, 1), verdict]


def test_it_agrees_with_the_built_in_verifier_where_mentorcore_is_not_installed(
    tmp_path: Path,
) -> None:
    python = bare_environment(tmp_path / "environment")
    shutil.copy(standalone.__file__, tmp_path / "standalone.py")
    asked = cases(tmp_path)
    (tmp_path / "asked.json").write_text(json.dumps(asked))
    (tmp_path / "driver.py").write_text(DRIVER)

    done = subprocess.run(
        [python, "-I", "driver.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers == [expected(words) for words in asked]
    assert {verdict for _, verdict in answers} >= {
        "verified",
        "unanchored",
        "changed",
        "truncated",
        "fork",
        "schema",
        "unreadable",
    }


def test_it_runs_as_a_program_of_its_own(tmp_path: Path) -> None:
    python = bare_environment(tmp_path / "environment")
    whole = MadeLog(events(6))
    auditor = Auditor(tmp_path)
    auditor.hold(whole.note())
    words = auditor.words(whole.bundle(tmp_path / "whole.zip"))

    done = subprocess.run(
        [python, "-I", standalone.__file__, *words], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("verdict: verified\n")
