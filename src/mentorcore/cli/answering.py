"""What every verb does: open the log that was named, and answer."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import mentorcore
from mentorcore.cli.arguments import Usage, place, practices

__all__ = [
    "answer",
    "beside",
    "known_key",
    "leave_output",
    "opened",
    "reasons",
    "signed",
    "signing_key",
]


def opened(
    asked: Namespace, *, create: bool = False, packs: Sequence[mentorcore.Pack] = ()
) -> mentorcore.Engine:
    """The engine on the log that was named."""
    with _no_bundle(asked):
        engine = mentorcore.open(
            place(asked.log),
            keys=asked.keys,
            create=create,
            practices=practices(),
            packs=packs,
        )
    if getattr(asked, "clock_is_right", False):
        engine.confirm_clock(engine.now() + timedelta(hours=1))
    return engine


@contextmanager
def _no_bundle(asked: Namespace) -> Iterator[None]:
    """Say of an export, where it does not open as a log, what can be done with it.

    Raises:
        Usage: It is one.
    """
    try:
        yield
    except (mentorcore.NotALog, mentorcore.KeyMissing):
        where = Path(asked.log)
        if "://" in asked.log or where.suffix == ".db" or not mentorcore.is_export(where):
            raise
        raise Usage(
            f"{asked.log} is an export: it is asked and verified, and nothing is recorded, signed "
            "or proven from it"
        ) from None


def signing_key(asked: Namespace) -> Path:
    """The file of the key that signs: beside the log, unless another is named.

    Raises:
        Usage: There is no place beside the log.
    """
    if asked.signing_key is not None:
        return Path(asked.signing_key)
    log = place(asked.log)
    if "://" in log or log == ":memory:":
        raise Usage("name the signing key of a log in a database with --signing-key")
    return beside(log, ".signing-key")


def known_key(asked: Namespace) -> Path | None:
    """The file of the key that signs, if one was named or stands beside the log."""
    if asked.signing_key is None and "://" in asked.log:
        return None
    key = signing_key(asked)
    return key if asked.signing_key is not None or key.exists() else None


def signed(
    asked: Namespace, key: Path | None, sinks: Sequence[mentorcore.Sink] = ()
) -> mentorcore.Engine:
    """The engine on the log that was named, with the key that signs.

    Proofs need no keys of people, so that those may be kept somewhere else.
    """
    log = place(asked.log)
    keys: mentorcore.NoKeys | str | None = asked.keys
    if keys is None and ("://" in log or not beside(log, ".keys").exists()):
        keys = mentorcore.NoKeys()
    with _no_bundle(asked):
        sign = None
        if key is not None:
            sign = mentorcore.sign_with(key, memory=asked.memory, sinks=sinks, background=False)
        return mentorcore.open(log, keys=keys, create=False, sign=sign, practices=practices())


def beside(log: str, suffix: str) -> Path:
    """What lies beside a log in a file, such as its keys."""
    path = Path(log)
    return path.with_suffix(suffix) if path.suffix == ".db" else Path(f"{log}{suffix}")


def reasons(
    engine: mentorcore.Engine, asked: Namespace, *refused: mentorcore.Refused | mentorcore.Reject
) -> list[mentorcore.Explanation]:
    """Why each of these was refused, if that was asked for."""
    if not asked.why:
        return []
    boss = mentorcore.Viewer.coordinator()
    return [engine.explain(one, viewer=boss) for one in refused]


def answer(asked: Namespace, lines: Iterable[str], data: Any) -> None:
    """Say *lines*, or *data* as JSON when that was asked for.

    Lines are said as they come; an iterator as *data* becomes a list, written item by item. Whoever
    reads them may have read enough, as ``head`` does: the rest is dropped, and the verb ends with
    the code it would have ended with.
    """
    try:
        if not asked.json:
            for line in lines:
                print(line)
        elif isinstance(data, Iterator):
            _stream(data)
        else:
            print(json.dumps(data, indent=2, ensure_ascii=_plain_output()))
        if sys.stdout is not None:  # whoever started us may have closed it
            sys.stdout.flush()
    except BrokenPipeError:
        leave_output()


def leave_output() -> None:
    """Drop what could not be written, so that the end of the process does not try once more."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
