"""Copy people's keys to another place."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from mentorcore.cli.answering import answer, opened
from mentorcore.cli.arguments import add_log
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.text import counted

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Copy people's keys to another place, wrapped anew: from a key file into a database of keys, back, or
into another file. From then on --keys names that place. Stop recording first: who comes later has
no key in the copy.

example:
  export MENTORCORE_WRAPPING_KEY=$(openssl rand -hex 32)    # kept where the database is not
  mentorcore copy-keys my-program "postgresql://mentor@db.example.edu/keys"
"""


def arguments(verb: ArgumentParser) -> None:
    """Whose keys, and to where."""
    add_log(verb)
    verb.add_argument("to", metavar="TO", help="a new .keys file, or the address of a database")


def run(asked: Namespace) -> int:
    """Copy the keys."""
    with opened(asked) as engine:
        count = engine.copy_keys(asked.to)
    said = f"{counted(count, 'key')} of people copied; --keys names their new place from now on."
    answer(asked, [said], {"people": count})
    return ExitCode.DONE
