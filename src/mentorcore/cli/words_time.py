"""The words of the verb that compares two moments."""

from mentorcore.cli import options

__all__ = ["add"]

DIFF = """\
What changed in a program between two moments, row by row, and which events did it. --from and --to
are about what was true; --known-from and --known-to about what the log knew. What is left out means
all of it: now. Only events make a difference, never days that went by.

example:
  mentorcore diff my-program --from 2026-10-01 --to 2026-11-01
  mentorcore diff my-program --known-from 2026-10-01           what was recorded since
  mentorcore diff my-program --from 2026-10-01 --known-from 120 --to 2026-10-01
"""


def add(verb: options.Verb) -> None:
    """Add the verb."""
    diff = verb("diff", "what changed between two moments", DIFF)
    options.log(diff)
    options.program(diff)
    diff.add_argument(
        "--as", dest="viewer", default="coordinator", metavar="WHO", help=options.VIEWERS
    )
    days = "a day of the program, or a time with its offset"
    known = "a position, a time with its offset, or a day (in UTC)"
    diff.add_argument("--from", dest="since", metavar="WHEN", help=f"what was true then: {days}")
    diff.add_argument("--to", dest="until", metavar="WHEN", help="the same for the other moment")
    diff.add_argument("--known-from", metavar="WHEN", help=f"what the log knew then: {known}")
    diff.add_argument("--known-to", metavar="WHEN", help="the same for the other moment")
    diff.add_argument("--ids", action="store_true", help="stream#version of each event")
