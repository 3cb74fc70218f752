"""Verbs about events and versions: the catalogue, and whether an older log is still read."""

from argparse import Namespace

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.render.catalog import catalog_lines, compat_lines, event_lines

__all__ = ["catalog", "compat"]


def catalog(asked: Namespace) -> int:
    """Every event that a log can hold, or one of them in full."""
    found = mentorcore.catalog()
    if asked.name is None:
        answer(asked, catalog_lines(found), mentorcore.plain(found))
    else:
        event = found.event(asked.name)
        answer(asked, event_lines(event), mentorcore.plain(event))
    return 0


def compat(asked: Namespace) -> int:
    """Whether this version reads everything that an older one holds."""
    found = mentorcore.compat(asked.old)
    answer(asked, compat_lines(found), mentorcore.plain(found))
    return 0 if found.reads_all else 1
