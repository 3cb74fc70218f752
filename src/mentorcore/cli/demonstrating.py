"""The verb that shows what all this is, on a complete example."""

from argparse import Namespace

from mentorcore.cli.words import Usage

__all__ = ["demo"]


def demo(asked: Namespace) -> int:
    """Write, take in and show an example program."""
    raise Usage(f"there is no example for {asked.folder} yet")
