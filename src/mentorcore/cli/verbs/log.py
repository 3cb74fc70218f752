"""Show the recorded events, one by one as they are read."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from itertools import islice

from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import Usage, add_asked
from mentorcore.cli.asking import asking
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.events import event_data, event_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
The events of the log in the order in which they were recorded. Names and texts of people are
sealed in the log and are not shown.

example:
  mentorcore log my-program --name pairing.ended
  mentorcore log my-program --stream pairing:0198c1d2e3f40516273849505a6b7c8d --json
"""


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


def run(asked: Namespace) -> int:
    """Show the events."""
    if asked.limit is not None and asked.limit < 0:
        raise Usage("--limit takes a number of events")
    with asking(asked) as engine:
        found = engine.events(asked.after, stream=asked.stream, names=asked.name)
        if asked.limit is not None:
            found = islice(found, asked.limit)
        if asked.json:
            answer(asked, (), map(event_data, found))
        else:
            answer(asked, event_lines(found, full=asked.long), None)
    return ExitCode.DONE
