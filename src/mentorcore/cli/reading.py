"""Verbs that only read: status, attention, history, the log itself, and the adapters."""

import re
from argparse import Namespace
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import mentorcore
from mentorcore.cli.answering import answer, day, known, opened, program
from mentorcore.cli.words import Usage
from mentorcore.render.adapters import adapters_data, adapters_lines, written_lines
from mentorcore.render.attention import attention_lines
from mentorcore.render.events import event_data, event_lines
from mentorcore.render.history import history_lines
from mentorcore.render.status import status_lines

_ID = re.compile(r"[a-z]+:[0-9a-f]{32}")

__all__ = ["adapters", "asked_for", "attention", "history", "log", "status", "subject", "viewer"]


def status(asked: Namespace) -> int:
    """The program in numbers, pair by pair."""
    with opened(asked) as engine:
        found = engine.status(program(engine, asked.program), **asked_for(asked))
    answer(asked, status_lines(found, ids=asked.ids), mentorcore.plain(found))
    return 0


def attention(asked: Namespace) -> int:
    """What needs a person today, and why."""
    with opened(asked) as engine:
        found = engine.attention(program(engine, asked.program), **asked_for(asked))
    answer(asked, attention_lines(found), mentorcore.plain(found))
    return 0


def history(asked: Namespace) -> int:
    """All about one participant or pairing."""
    with opened(asked) as engine:
        about = subject(engine, asked.subject, viewer(asked.viewer))
        found = engine.history(about, **asked_for(asked))
    answer(asked, history_lines(found, ids=asked.ids), mentorcore.plain(found))
    return 0


def log(asked: Namespace) -> int:
    """The recorded events, one by one as they are read."""
    if asked.limit is not None and asked.limit < 0:
        raise Usage("--limit takes a number of events")
    with opened(asked) as engine:
        found = engine.events(asked.after, stream=asked.stream, names=asked.name)
        if asked.limit is not None:
            found = islice(found, asked.limit)
        if asked.json:
            answer(asked, (), map(event_data, found))
        else:
            answer(asked, event_lines(found, full=asked.long), None)
    return 0


def adapters(asked: Namespace) -> int:
    """What survey exports can be read; or a start for an adapter of one's own."""
    if asked.doing == "new":
        if asked.name is None:
            raise Usage("adapters new needs a NAME for the adapter, such as our-survey")
        folder = Path(asked.folder or f"mentorcore-{asked.name}")
        written = [str(path) for path in mentorcore.new_adapter(asked.name, folder)]
        answer(asked, written_lines(written, str(folder)), {"written": written})
        return 0
    registry = mentorcore.Registry()
    registry.load_plugins()
    listed = registry.listing()
    answer(asked, adapters_lines(listed), adapters_data(listed))
    left_out = any(line.problem is not None for line in listed)
    return 1 if asked.strict and left_out else 0


def subject(engine: mentorcore.Engine, named: str, who: mentorcore.Viewer) -> str:
    """The id of what is asked about.

    Raises:
        Refused: Nobody is called so, or several are.
    """
    if _ID.fullmatch(named):
        return named
    found = engine.find(named, viewer=who)
    if len(found) == 1:
        return found[0].participant
    if not found:
        raise mentorcore.Refused(f"nobody called {named!r} takes part in a program", "nobody")
    listed = "; ".join(f"{w.name}, {w.role}: {w.participant}" for w in found)
    raise mentorcore.Refused(
        f"{named!r} may be {len(found)} of them, say which: {listed}", "several"
    )


def asked_for(asked: Namespace) -> dict[str, Any]:
    """For whom, and at which time, something is shown."""
    return dict(_times(asked), viewer=viewer(asked.viewer))


def _times(asked: Namespace) -> Iterator[tuple[str, Any]]:
    if asked.as_of is not None:
        yield "as_of", day(asked.as_of, "--as-of")
    if asked.as_known is not None:
        yield "as_known", known(asked.as_known, "--as-known")


def viewer(who: str) -> mentorcore.Viewer:
    """For whom something is shown.

    Raises:
        Usage: This is no viewer.
    """
    match who:
        case "coordinator" | "auditor":
            return mentorcore.Viewer(who)
        case _ if who.startswith("person:"):
            return mentorcore.Viewer.member(who)
        case _:
            raise Usage(f"--as takes coordinator, auditor or a person's id, not {who!r}")
