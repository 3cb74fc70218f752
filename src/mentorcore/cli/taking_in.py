"""The verb that takes in an export of a survey form."""

from argparse import Namespace

from mentorcore.cli.words import Usage

__all__ = ["take_in"]


def take_in(asked: Namespace) -> int:
    """Take in an export of a survey form."""
    raise Usage(f"{asked.export} cannot be taken in yet")
