"""The coordinator's year is carried out as the guide prints it, and every output is compared.

Where what is printed changes for a good reason, ``cd tests && python -m cli.test_year_guide`` writes
it into the page. Look at the difference before you commit it.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs
import pytest
from cli.asking import Run, Said

from mentorcore.cli.main import main

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs/how-to/run-a-year.md"

PART = re.compile(
    r"<!-- (?P<how>write|rows of) (?P<file>\S+) -->\n```\w+\n(?P<content>.*?)```"
    r"|```sh\n(?P<commands>.*?)```(?:\n```text\n(?P<told>.*?)```)?",
    re.DOTALL,
)
SHORT = re.compile(r"\b([a-z]+):[0-9a-f]{32}\b")
CUT = re.compile(r"\b([a-z]+):…[0-9a-f]{8}\b")
TRIED_ON = "2025-08-04"
"""The day on which everything was recorded, as the page shows it."""


@attrs.frozen
class File:
    """A block that is a file, or what of it is new or reads otherwise."""

    path: str
    content: str
    whole: bool

    def write(self) -> None:
        """Write it, as the survey tool exports it now, or as the coordinator has edited it."""
        path = Path(self.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        there = "" if self.whole else path.read_text("utf-8")
        if path.suffix == ".csv":
            now = "".join((by_first_cell(there) | by_first_cell(self.content)).values())
        else:
            now = there + self.content
        path.write_text(now, "utf-8")


def by_first_cell(table: str) -> dict[str, str]:
    """The rows of a table by what tells them apart."""
    return {row.partition(",")[0]: row for row in table.splitlines(keepends=True)}


@attrs.frozen
class Asked:
    """Command lines, and what the page says that they print."""

    commands: tuple[str, ...]
    told: str


def parts(page: str) -> Iterator[File | Asked]:
    """What the page shows, in its order."""
    for found in PART.finditer(page):
        if found["file"]:
            yield File(found["file"], found["content"], found["how"] == "write")
        else:
            lines = found["commands"].replace("\\\n", " ").splitlines()
            yield Asked(tuple(lines), found["told"] or "")


def shortened(text: str) -> str:
    """Ids are new in every log, and recorded is today: the page shows the kind, and another day."""
    for zone in ("UTC", "America/Chicago"):
        text = text.replace(f"{datetime.now(ZoneInfo(zone)):%Y-%m-%d}", TRIED_ON)
    text = re.sub(rf"{TRIED_ON} \d\d:\d\d UTC", f"{TRIED_ON} 09:00 UTC", text)
    return CUT.sub(r"\1:…7d5e2f90", SHORT.sub(r"\1:0198…", text))


def whole(command: str, said: str) -> str:
    """A command with ids, as it was printed before: the page shows it with short ones."""
    if "…" not in command:
        return command
    words = " ".join(command.split())
    printed = (" ".join(line.split()) for line in said.replace("\\\n", " ").splitlines())
    return next(line for line in printed if shortened(line).endswith(words))


def carried_out(command: str, run: Run) -> str:
    """What one command line prints; one that fails prints a sentence and its exit code."""
    words = shlex.split(command)
    if words[0] == "cp":
        shutil.copy(words[1], words[2])
        return ""
    assert words[0] == "mentorcore"
    said = run(*words[1:])
    return said.out + said.err + (f"(exit code {said.code})\n" if said.code else "")


def lived(page: str, run: Run) -> Iterator[tuple[str, str]]:
    """Live the year of the page in the current folder: what it says, and what was printed."""
    before = ""
    for part in parts(page):
        match part:
            case File():
                part.write()
            case Asked():
                out = [carried_out(whole(c, before), run) for c in part.commands]
                before = "".join(out) or before
                yield part.told, shortened("".join(out))


def test_the_year_of_the_guide_comes_out_as_it_is_printed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    outputs = list(lived(GUIDE.read_text("utf-8"), run))

    assert len(outputs) > 1
    for told, said in outputs:
        assert said == told


def written(page: str, outputs: Iterator[tuple[str, str]]) -> str:
    """The page with what was printed now."""

    def block(found: re.Match[str]) -> str:
        if found["file"]:
            return found[0]
        said = next(outputs)[1]
        told = f"\n```text\n{said}```" if said else ""
        return f"```sh\n{found['commands']}```{told}"

    return PART.sub(block, page)


def test_the_page_can_be_written_anew(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = GUIDE.read_text("utf-8")
    begun = page[: page.index("### The people")]
    emptied = re.sub(r"```text\n.*?```", "```text\n```", begun, flags=re.DOTALL)

    again = written(emptied, lived(emptied, run))

    assert again == begun


def _run(*words: object) -> Said:
    """Run one command line without the help of a test."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(word) for word in words])
    return Said(code, out.getvalue(), err.getvalue())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        now = GUIDE.read_text("utf-8")
        GUIDE.write_text(written(now, lived(now, _run)), "utf-8")
