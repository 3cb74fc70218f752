"""Show the recorded events, one by one as they are read, or what auditors ask of them as lists."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import VIEWERS, Usage, add_asked, held_note, known, viewer
from mentorcore.cli.asking import asking
from mentorcore.cli.author_names import authors_of, people_among
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.naming import subject
from mentorcore.render.events import event_data, event_lines
from mentorcore.render.proving.audit_lists import (
    copies_lines,
    correction_lines,
    covered_lines,
    late_entry_lines,
    trace_data,
    trace_lines,
)

__all__ = ["HELP", "arguments", "run"]

HELP = """\
The events of the log in the order in which they were recorded. Names and texts of people are
sealed in the log and are not shown.

Lists in place of events: --corrections tells of each correction what it changed from what to what,
why, on whose authority and by whom; --late what was told long after it was true; --about everything
in which somebody appears; --copies who was handed a copy.

example:
  mentorcore log my-program --name pairing.ended
  mentorcore log my-program --stream pairing:0198c1d2e3f40516273849505a6b7c8d --json
  mentorcore log my-program --since-audit january.txt
  mentorcore log my-program --corrections --known-from 2026-01-01 --known-to 2026-03-31
  mentorcore log my-program --late 30 --name meeting-held
  mentorcore log my-program --about "Amara Okonkwo"
  mentorcore log my-program --not-covered-by january.txt june.txt
"""

LISTS = ("corrections", "late", "about", "copies")


def arguments(verb: ArgumentParser) -> None:
    """Which events."""
    add_asked(verb)
    verb.add_argument("--stream", metavar="ID", help="only the events of this stream")
    verb.add_argument(
        "--name", action="append", default=[], help="only these events; may be given several times"
    )
    verb.add_argument(
        "--after", type=int, default=0, metavar="POSITION", help="only events behind this position"
    )
    verb.add_argument("--limit", type=int, metavar="COUNT", help="at most so many")
    verb.add_argument("--long", action="store_true", help="ids in full length")
    when = "a position, a time with its offset, the file of a checkpoint, or a day (in UTC)"
    since = f"only what was recorded since: {when} with its beginning"
    verb.add_argument("--known-from", metavar="WHEN", help=since)
    verb.add_argument(
        "--known-to",
        metavar="WHEN",
        help="only what was recorded until then, on a day until its end",
    )
    verb.add_argument(
        "--since-audit", metavar="NOTE", help="only what this checkpoint does not cover"
    )
    verb.add_argument(
        "--not-covered-by",
        nargs="+",
        metavar="NOTE",
        help="only what none of these checkpoints covers",
    )
    lists = verb.add_mutually_exclusive_group()
    lists.add_argument("--corrections", action="store_true", help="every correction, in full")
    lists.add_argument(
        "--late",
        type=int,
        nargs="?",
        const=30,
        metavar="DAYS",
        help="what was told more than so many days after it was true; 30, if not said otherwise",
    )
    lists.add_argument(
        "--about", metavar="WHO", help="everything in which somebody appears: a name or an id"
    )
    lists.add_argument("--copies", action="store_true", help="who was handed a copy of the log")
    verb.add_argument(
        "--as", dest="viewer", metavar="WHO", help=f"for whom a list is shown: {VIEWERS}"
    )


def run(asked: Namespace) -> int:
    """Show the events, or a list."""
    if asked.limit is not None and asked.limit < 0:
        raise Usage("--limit takes a number of events")
    is_list = any(getattr(asked, name) not in (None, False) for name in LISTS)
    if asked.limit is not None and (is_list or asked.not_covered_by) and not asked.json:
        raise Usage("--limit is for a listing of events; what ends with its number is told whole")
    if asked.copies and (asked.stream is not None or asked.name):
        raise Usage("--copies tells of all copies; --stream and --name are for records")
    if asked.viewer is not None and not is_list:
        raise Usage("--as says for whom a list is shown; events are shown to nobody in particular")
    with asking(asked) as engine:
        since = until = None
        if asked.known_from is not None:
            since = known(asked.known_from, "--known-from", begins=True)
            engine.position_at(known(asked.known_from, "--known-from"))  # says so if it is to come
        if asked.known_to is not None:
            until = known(asked.known_to, "--known-to")
        if isinstance(since, datetime) and isinstance(until, datetime) and since >= until:
            raise Usage(f"nothing lies between {asked.known_from} and {asked.known_to}")
        after, upto = _after(engine, asked, since), engine.position_at(until)
        if after > upto:
            raise Usage(f"nothing lies behind position {after} and not behind position {upto}")
        if is_list:
            _list(engine, asked, after, upto)
        else:
            _events(engine, asked, after, upto)
    return ExitCode.DONE


def _after(engine: mentorcore.Engine, asked: Namespace, since: Any) -> int:
    """The position behind which is shown what was recorded."""
    if asked.after < 0:
        raise Usage("--after takes a position, 0 or more")
    moments = [] if since is None else [since]
    if asked.since_audit is not None:
        moments.append(held_note(asked.since_audit))
    moments.extend(held_note(note) for note in asked.not_covered_by or ())
    engine.position_at(asked.after)  # says so where it is beyond the end
    return max([int(asked.after), *(engine.position_at(moment) for moment in moments)])


def _events(engine: mentorcore.Engine, asked: Namespace, after: int, upto: int) -> None:
    every = engine.events(after, stream=asked.stream, names=asked.name)
    found: Iterable[Any] = (event for event in every if event.position <= upto)
    found = islice(found, asked.limit)
    if asked.json:
        answer(asked, (), map(event_data, found))
    elif asked.not_covered_by:
        kept = list(found)
        lines = _with_sentence(kept, after, upto, asked)
        answer(asked, lines, None)
    else:
        answer(asked, event_lines(found, full=asked.long), None)


def _with_sentence(kept: list[Any], after: int, upto: int, asked: Namespace) -> Iterator[str]:
    if kept:
        yield from event_lines(kept, full=asked.long)
        yield ""
    narrowed = asked.stream is not None or bool(asked.name)
    yield from covered_lines(kept, after, upto, len(asked.not_covered_by), narrowed=narrowed)


def _list(engine: mentorcore.Engine, asked: Namespace, after: int, upto: int) -> None:
    who = viewer(asked.viewer)
    if asked.stream is not None:
        engine.events(stream=asked.stream)  # says so where there is none
    wanted = {e.name for e in engine.events(names=asked.name)} if asked.name else None
    if asked.corrections:
        rows = engine.corrections(viewer=who, known_from=after, known_to=upto)
        chosen = (row for row in rows if wanted is None or not wanted.isdisjoint(_names(row)))
        behind = (row for row in chosen if row.correction.evidence.position > after)
        shown = _cut(asked, behind)
        authors = authors_of(engine, people_among(*(row.correction for row in shown)), who)
        answer(asked, correction_lines(shown, authors), [mentorcore.plain(row) for row in shown])
    elif asked.late is not None:
        late = engine.late_entries(
            asked.late, viewer=who, names=asked.name, known_from=after, known_to=upto
        )
        kept = _cut(asked, (row for row in late if row.record.position > after))
        authors = authors_of(engine, people_among(*kept), who)
        lines = late_entry_lines(kept, asked.late, authors)
        answer(asked, lines, [mentorcore.plain(row) for row in kept])
    elif asked.copies:
        every = engine.events(after, names=["audit.exported"])
        exported = list(islice((e for e in every if e.position <= upto), asked.limit))
        kept_outside = engine.derived_copies()
        data = {
            "exports": [event_data(e) for e in exported],
            "kept": [mentorcore.plain(copy) for copy in kept_outside],
        }
        answer(asked, copies_lines(exported, kept_outside), data)
    else:
        about = _behind(engine, subject(engine, asked.about, who, alone=True))
        found = (
            trace
            for trace in engine.traces(about, viewer=who, as_known=upto)
            if trace.told.position > after
            and (wanted is None or trace.told.name in wanted)
            and asked.stream in (None, trace.told.stream)
        )
        traces = list(islice(found, asked.limit))
        answer(asked, trace_lines(traces), [trace_data(trace) for trace in traces])


def _cut(asked: Namespace, rows: Iterable[Any]) -> list[Any]:
    """Those of the stream that was named, and at most so many."""
    found = (row for row in rows if asked.stream in (None, row.record.stream))
    return list(islice(found, asked.limit))


def _names(row: mentorcore.CorrectionRow) -> tuple[str, str]:
    """The name of the record that was corrected, and that of what corrected it."""
    return row.name, f"record.{row.correction.kind}"


def _behind(engine: mentorcore.Engine, found: str) -> str:
    """The person behind an enrolment; anything else is itself."""
    if not found.startswith("participant:"):
        return found
    for told in engine.events(stream=found):
        person = getattr(told.event, "person_id", None)
        if person is not None:
            return str(person)
    return found
