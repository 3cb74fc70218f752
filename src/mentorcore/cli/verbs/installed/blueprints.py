"""List the blueprints that ship, or tell all about one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.beginning import shipped
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.blueprints import blueprint_lines, blueprints_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
The blueprints that come along: what each is for, and, with NAME, what its made-up year holds and
what it leaves out. init begins a program from one.

example:
  mentorcore blueprints
  mentorcore blueprints new_teacher_induction_ca
  mentorcore init my-program --blueprint new_teacher_induction_ca
"""


def arguments(verb: ArgumentParser) -> None:
    """Which one."""
    verb.add_argument("name", nargs="?", metavar="NAME", help="all about this one")


def run(asked: Namespace) -> int:
    """List the blueprints, or tell all about one."""
    if asked.name is None:
        listed = mentorcore.shipped_blueprints()
        answer(asked, blueprints_lines(listed), {"blueprints": mentorcore.plain(listed)})
    else:
        one = shipped(asked.name)
        answer(asked, blueprint_lines(one), mentorcore.plain(one))
    return ExitCode.DONE
