"""The folder of vectors: every case as files, and `cases.json`, which says what to ask and expect.

    cd tests && python -m audit.vector_cases.folder

Whoever wrote a verifier relies on what stands there: cases are added, and never changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from audit.vector_cases import bundles, calls, databases, edges, ends, held, notes, rows
from audit.vector_cases.case import EXIT, Case

FOLDER = Path(__file__).parents[1] / "verifier-vectors"
MODULES = {
    calls: "1", bundles: "2", notes: "3", held: "3", databases: "4", rows: "5", ends: "6",
}  # fmt: skip


def all_cases() -> Iterator[tuple[str, Case]]:
    """Every case, with the section of docs/reference/verifier.md that it is about."""
    for module, section in MODULES.items():
        for case in module.cases():
            yield section, case
    yield from edges.cases()


class Folder:
    """The files of the cases, each content once.

    Attributes:
        files: What stands in the folder, by name.
        cases: What `cases.json` lists.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.cases: list[dict[str, Any]] = []
        self._known: dict[bytes, str] = {}
        for section, case in all_cases():
            self._add(section, case)

    def _put(self, name: str, data: bytes) -> str:
        """Where these bytes stand."""
        key = name.rpartition(".")[2].encode() + b"\0" + data
        where = self._known.setdefault(key, name)
        self.files[where] = data
        return where

    def _log(self, case: Case) -> str:
        match case.log:
            case None:
                return f"logs/missing{case.suffix}"
            case bytes():
                return self._put(f"logs/{case.name}{case.suffix}", case.log)
        for name, data in case.log.items():
            self.files[f"logs/{case.name}/{name}"] = data
        return f"logs/{case.name}"

    def _add(self, section: str, case: Case) -> None:
        texts = [*case.held, *(text for text, _ in case.received)]
        notes = [
            self._put(f"notes/{case.name}-{n}.txt", t.encode() if isinstance(t, str) else t)
            for n, t in enumerate(texts)
        ]
        held, dated = notes[: len(case.held)], notes[len(case.held) :]
        days = [[name, day] for name, (_, day) in zip(dated, case.received, strict=True)]
        more: dict[str, Any] = {"received": days} if days else {}
        more |= {"needs": case.needs} if case.needs else {}
        answer = {"verdict": case.verdict, "exit": EXIT.get(case.verdict, 1), **case.expect}
        self.cases.append(
            {
                "name": case.name,
                "section": section,
                "says": case.says,
                "log": self._log(case),
                "vkeys": list(case.vkeys),
                "held": held,
                **more,
                **case.asked,
                "expect": answer,
            }
        )

    def index(self) -> bytes:
        told = {"format": "mentorcore-verifier-vectors/1", "cases": self.cases}
        return json.dumps(told, indent=1, ensure_ascii=True).encode() + b"\n"

    def write(self) -> None:
        """Write what is not there yet; what stands there already is left as it is."""
        for name, data in {**self.files, "cases.json": self.index()}.items():
            path = FOLDER / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if name == "cases.json" or not path.exists():
                path.write_bytes(data)


if __name__ == "__main__":
    Folder().write()
