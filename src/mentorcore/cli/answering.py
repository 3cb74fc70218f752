"""What every verb needs: an open log, somebody to show it to, and a way to answer."""

import json
import re
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import mentorcore
from mentorcore.cli.words import Usage

__all__ = ["DATABASE", "actor", "answer", "day", "known", "opened", "place", "program", "readable"]

DATABASE = "program.db"
"""The log's name in a program's folder."""

_PERSON = re.compile(r"person:[0-9a-f]{32}")


def place(location: str) -> str:
    """The log's place: a folder stands for the log inside it."""
    if "://" in location or not Path(location).is_dir():
        return location
    return str(Path(location) / DATABASE)


def opened(asked: Namespace, *, create: bool = False) -> mentorcore.Engine:
    """The engine on the log that was named."""
    return mentorcore.open(place(asked.log), keys=asked.keys, create=create)


def program(engine: mentorcore.Engine, named: str | None) -> str | None:
    """The id of a program that was named by its name or id, if it was named."""
    called = [line.program for line in engine.programs() if line.name == named]
    return called[0] if len(called) == 1 else named


def actor(asked: Namespace) -> mentorcore.Actor:
    """Who asks for something to be recorded."""
    if asked.actor is None:
        return mentorcore.Actor(id="command-line", role="coordinator", kind="system")
    if not _PERSON.fullmatch(asked.actor):
        raise Usage("--actor takes a person's id: person: and 32 hex digits")
    return mentorcore.Actor(id=asked.actor, role="coordinator", kind="person")


def day(text: str, option: str) -> date:
    """A day as people write it in options.

    Raises:
        Usage: It is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Usage(f"{option} takes a day such as 2026-10-15, not {text!r}") from None


def known(text: str, option: str) -> datetime | int | str:
    """A position, an instant with its offset, the end of a day in UTC, or a checkpoint in a file.

    Raises:
        Usage: It is none of them.
    """
    if text.isdecimal():
        return int(text)
    if Path(text).is_file():
        return readable(text, "the checkpoint")
    if len(text) <= len("2026-10-15"):
        return datetime.combine(day(text, option), time.max, UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Usage(f"{option} takes a position, a day or a time, not {text!r}") from None
    if at.utcoffset() is None:
        raise Usage(f"{option} needs the offset of a time, such as {text}-05:00")
    return at


def readable(path: str | Path, what: str) -> str:
    """The text of a file, or of standard input for ``-``.

    Raises:
        Usage: It is no UTF-8 text.
        OSError: It cannot be read.
    """
    try:
        return sys.stdin.read() if str(path) == "-" else Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Usage(f"{what} {path} is not a text in UTF-8; save it as such") from None


def answer(asked: Namespace, lines: Iterable[str], data: Any) -> None:
    """Say *lines*, or *data* as JSON when that was asked for.

    Lines are said as they come; an iterator as *data* becomes a list, written item by item.
    """
    if not asked.json:
        for line in lines:
            print(line)
    elif isinstance(data, Iterator):
        _stream(data)
    else:
        print(json.dumps(data, indent=2, ensure_ascii=_plain_output()))


def _stream(items: Iterator[Any]) -> None:
    """A list with one item a line, however long it is."""
    ascii_only = _plain_output()
    lead = "["
    for item in items:
        print(lead, json.dumps(item, ensure_ascii=ascii_only), sep="\n", end="")
        lead = ","
    print("\n]" if lead == "," else "[]")


def _plain_output() -> bool:
    # Whoever started us may have closed the output: then there is none.
    return (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") != "utf8"
