"""Make the stored views of a log anew."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from mentorcore.cli.answering import answer, signed
from mentorcore.cli.arguments import add_log
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.proving.beside import rebuilt_views_data, rebuilt_views_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Throw away what is stored of every view, and fold it anew from the events. Nothing is recorded, and
people's keys are not needed. It need not be done: what is damaged is made anew by itself. It is
for whoever found by `verify --views` that a view was altered; keep a copy of the log before, as it
may be evidence. Tables in other databases have their own: mentorcore tables LOG DATABASE --rebuild.

example:
  mentorcore rebuild my-program
"""


def arguments(verb: ArgumentParser) -> None:
    """Which log."""
    add_log(verb)


def run(asked: Namespace) -> int:
    """Make the views anew, and say where they stand."""
    with signed(asked, key=None) as engine:
        made = engine.rebuild_views()
        answer(asked, rebuilt_views_lines(made), rebuilt_views_data(made))
    return ExitCode.DONE
