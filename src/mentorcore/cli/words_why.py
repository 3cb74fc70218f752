"""The verb that asks why a figure is what it is."""

from mentorcore.cli import options

__all__ = ["add"]

WHY = """\
Why a figure is what it is: every event it rests on, when it was true, when and by whom it was
recorded, what corrected it, and for imported ones the answer in the survey form. The figure is
worked out again from those events alone, and both have to be equal.
Without a FIGURE, those that can be asked for are listed.

example:
  mentorcore why my-program "Amara Okonkwo" minutes
  mentorcore why my-program "Amara Okonkwo" no_meeting
  mentorcore why my-program pairing:0198c1d2e3f40516273849505a6b7c8d goal_counts.overdue
  mentorcore why my-program program meetings --as-of 2026-10-15
"""


def add(verb: options.Verb) -> None:
    """Add the verb."""
    why = verb("why", "the events behind a figure", WHY)
    options.log(why)
    why.add_argument(
        "subject",
        metavar="WHO",
        help="a name, an e-mail address, an id, a cohort's name, or: program",
    )
    why.add_argument(
        "figure", nargs="?", metavar="FIGURE", help="such as minutes; without it, all are listed"
    )
    why.add_argument(
        "--answers", action="store_true", help="every answer of the form behind imported events"
    )
    options.viewing(why)
