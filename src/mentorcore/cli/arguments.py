"""Options that several verbs share: each has one name and one meaning, and is read in one way."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from getpass import getuser
from pathlib import Path
from platform import node
from typing import Any, cast

import mentorcore

__all__ = [
    "DATABASE",
    "VIEWERS",
    "Usage",
    "account",
    "actor",
    "adapters",
    "add_actor",
    "add_asked",
    "add_keys",
    "add_log",
    "add_program",
    "add_refusals",
    "add_signing",
    "add_viewing",
    "add_why",
    "by",
    "command_line",
    "day",
    "held_note",
    "known",
    "mapping",
    "place",
    "practices",
    "readable",
    "viewer",
    "viewing",
]

DATABASE = "program.db"
"""The log's name in a program's folder."""

VIEWERS = (
    "coordinator (the default), auditor (the default for an export), a person's id for what that "
    "member sees, or for `compliance` site-administrator=SCHOOL"
)
SITE = "site-administrator"

_PERSON = re.compile(r"person:[0-9a-f]{32}")
_DAY = "2026-10-15"


class Usage(Exception):  # noqa: N818 - how the words were used, which is no failure of ours
    """The words on the command line make no sense; carries how to use them."""

    def __init__(self, message: str, usage: str = "") -> None:
        super().__init__(message)
        self.usage = usage


def add_log(verb: ArgumentParser) -> None:
    """Where the events are, and the keys."""
    verb.add_argument("log", metavar="LOG", help="where the events are")
    add_keys(verb)


def add_asked(verb: ArgumentParser) -> None:
    """Where the events are that are asked for: a log, or an export of one."""
    verb.add_argument(
        "log", metavar="LOG", help="where the events are; an export or a copy of them will do"
    )
    add_keys(verb)


def add_keys(verb: ArgumentParser) -> None:
    """The file of people's keys."""
    verb.add_argument(
        "--keys",
        metavar="KEYS",
        help="the file of people's keys, if it is not beside the log, or the address of a database",
    )


def add_signing(verb: ArgumentParser) -> None:
    """The key that signs checkpoints, and where it is remembered what it signed."""
    verb.add_argument(
        "--signing-key", metavar="FILE", help="the key that signs, if it is not beside the log"
    )
    verb.add_argument(
        "--memory", metavar="FILE", help="the file of signed checkpoints, if not beside that key"
    )


def add_refusals(verb: ArgumentParser) -> None:
    """What becomes of refused rows."""
    verb.add_argument("--strict", action="store_true", help="exit with 1 if rows were refused")
    verb.add_argument("--rejects", metavar="FILE", help="where rows that were refused are written")
    add_why(verb)


def add_why(verb: ArgumentParser) -> None:
    """Whether refusals are explained."""
    verb.add_argument("--why", action="store_true", help="the events on which a refusal rests")


def add_program(verb: ArgumentParser) -> None:
    """Which program."""
    verb.add_argument(
        "--program", metavar="NAME", help="a program's name or id, if the log holds several"
    )


def add_actor(verb: ArgumentParser) -> None:
    """Who asks."""
    verb.add_argument(
        "--actor",
        metavar="ID",
        help="who asks: the id of a person of the log; else it is the command line",
    )
    verb.add_argument(
        "--asked-by",
        metavar="ID",
        help="who asked for it, apart from the author: the id of a person of the log, a random id "
        "that you can resolve, or SCHEME=VALUE of an identity linked to a person, such as sso=…; "
        "where an --actor is named, else the account that runs this, under an id made of it",
    )
    verb.add_argument(
        "--clock-is-right",
        action="store_true",
        help="record although nothing was recorded for over a year",
    )


def add_viewing(verb: ArgumentParser) -> None:
    """For whom, and at which time."""
    add_program(verb)
    verb.add_argument("--as", dest="viewer", metavar="WHO", help=VIEWERS)
    verb.add_argument("--as-of", metavar="DAY", help="what was true at the end of that day")
    verb.add_argument(
        "--as-known",
        metavar="WHEN",
        help="what the log knew then: a position, a time with its offset, a day (in UTC), or the "
        "file of a checkpoint",
    )


def place(location: str) -> str:
    """The log's place: a folder stands for the log inside it."""
    if "://" in location or not Path(location).is_dir():
        return location
    return str(Path(location) / DATABASE)


def command_line() -> mentorcore.Actor:
    """The actor when nobody is named."""
    return mentorcore.Actor(id="command-line", role="coordinator", kind="system")


def actor(engine: mentorcore.Engine, asked: Namespace) -> mentorcore.Actor:
    """Who asks for something to be recorded.

    Raises:
        Usage: This is no person's id, or that of nobody whom the log knows.
    """
    if asked.actor is None:
        return command_line()
    if not _PERSON.fullmatch(asked.actor):
        raise Usage("--actor takes a person's id: person: and 32 hex digits")
    try:
        engine.events(stream=asked.actor)
    except mentorcore.Refused as refused:
        raise Usage(f"--actor has to be somebody whom the log knows: {refused.reason}") from None
    return mentorcore.Actor(id=asked.actor, role="coordinator", kind="person")


def by(engine: mentorcore.Engine, asked: Namespace) -> dict[str, Any]:
    """Who asks for something to be recorded, and who asked them, as arguments of the engine.

    Where an author is claimed and nobody says who asked, it is the account that runs this.

    Raises:
        Usage: One of them is nobody whom the log knows.
    """
    author, asker = actor(engine, asked), _asked_by(engine, asked.asked_by)
    if asker is None and asked.actor is not None and (mine := account()) is not None:
        with suppress(mentorcore.KeyMissing):  # an export is recorded without them
            asker = engine.account_id(mine)
    return {"actor": author, "asked_by": asker}


def account() -> str | None:
    """The account that runs this, as ``name@computer``; ``None`` where the system knows none."""
    with suppress(OSError, KeyError, ImportError):
        return f"{getuser()}@{node()}"
    return None


def _asked_by(engine: mentorcore.Engine, stated: str | None) -> str | None:
    """The id of who asked: that of a person whom the log knows, or a random one."""
    if stated is None:
        return None
    scheme, sign, value = stated.partition("=")
    if sign:
        found = engine.person_of(cast("Any", scheme), value)
        if found is None:
            raise Usage(f"--asked-by: that identity ({scheme}) is linked to nobody in the log")
        return found
    if stated.startswith("person:"):
        try:
            engine.events(stream=stated)
        except mentorcore.Refused as refused:
            reason = refused.reason
            raise Usage(f"--asked-by has to be somebody whom the log knows: {reason}") from None
    return stated


def viewer(who: str) -> mentorcore.Viewer:
    """For whom something is shown.

    Raises:
        Usage: This is no viewer.
    """
    match who:
        case "coordinator" | "auditor":
            return mentorcore.Viewer(who)
        case _ if who == SITE:
            return mentorcore.Viewer.site_administrator()
        case _ if who.startswith(f"{SITE}=") and who.partition("=")[2].strip():
            return mentorcore.Viewer.site_administrator(who.partition("=")[2])
        case _ if who.startswith("person:"):
            return mentorcore.Viewer.member(who)
        case _:
            raise Usage(
                f"--as takes coordinator, auditor, {SITE}=SCHOOL or a person's id, not {who!r}"
            )


def viewing(asked: Namespace) -> dict[str, Any]:
    """For whom, and at which time, something is shown, as arguments of the engine."""
    given: dict[str, Any] = {"viewer": viewer(asked.viewer)}
    if asked.as_of is not None:
        given["as_of"] = day(asked.as_of, "--as-of")
    if asked.as_known is not None:
        given["as_known"] = known(asked.as_known, "--as-known")
    return given


def day(text: str, option: str) -> date:
    """A day as people write it in options.

    Raises:
        Usage: It is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Usage(f"{option} takes a day such as {_DAY}, not {text!r}") from None


def known(text: str, option: str, *, begins: bool = False) -> datetime | int | str:
    """A position, an instant with its offset, the end of a day in UTC, or a checkpoint in a file.

    Args:
        text: What was typed.
        option: Where it was typed.
        begins: Whether a period begins with it: then it is the last moment before the day.

    Raises:
        Usage: It is none of them.
    """
    if text.isascii() and text.isdecimal():
        return int(text)
    if Path(text).is_file():
        return held_note(text)
    try:
        if len(text) <= len(_DAY):
            last = datetime.combine(date.fromisoformat(text), time.max, UTC)
            return last - timedelta(days=1) if begins else last
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise Usage(
            f"{option} takes a position, a day such as {_DAY}, a time with its offset, or the file "
            f"of a checkpoint, not {text!r}"
        ) from None
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


def held_note(path: str) -> str:
    """The checkpoint in a file, or on standard input for ``-``, whatever stands around it.

    Raises:
        Usage: There is none, or there are several.
        OSError: It cannot be read.
    """
    kept = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    try:
        return mentorcore.held_note(kept, path)
    except mentorcore.NoteInvalid as error:
        raise Usage(str(error)) from None


def mapping(path: str | Path) -> mentorcore.FormMapping:
    """The mapping in a file."""
    text = readable(path, "the mapping")
    return mentorcore.read_mapping(text, str(path), kinds=practices().forms)


def practices() -> mentorcore.Practices:
    """The practices that come with mentorcore, and those of every distribution installed."""
    return mentorcore.Practices.installed()


def adapters() -> mentorcore.Registry:
    """The adapters that are built in, and those of every plugin that is installed."""
    found = mentorcore.Registry()
    found.load_plugins()
    return found
