"""What `verify` finds of what stands beside the events of a live log."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Any

import attrs

import mentorcore
from mentorcore.cli.arguments import Usage, place, practices
from mentorcore.render.proving.beside import mapping_data, mapping_lines, view_data, view_lines
from mentorcore.render.text import paragraph

__all__ = ["Beside", "add_beside", "beside", "with_mappings"]

OUTRANKED = (
    *("truncated", "schema", "bad-signature", "stale", "unreadable"),
    *("unanchored", "verified"),
)
"""The verdicts that say less than ``changed``."""


@attrs.frozen
class Beside:
    """What stands beside the events, as far as it was asked for.

    Attributes:
        lines: How it is told.
        data: The same as data, by what was compared.
        differs: Whether a stored view is not what the events lead to.
        problem: Why what was asked for could not be compared; ``None`` if it could.
        mappings: The texts of mappings that are not those that imports name.
    """

    lines: tuple[str, ...] = ()
    data: dict[str, Any] = attrs.Factory(dict)
    differs: bool = False
    problem: str | None = None
    mappings: tuple[mentorcore.MappingDifference, ...] = ()


def add_beside(verb: ArgumentParser) -> None:
    """What beside the events is held against them."""
    verb.add_argument(
        "--views",
        action="store_true",
        help="hold stored views against the events, too; exit with 1 if they differ",
    )
    verb.add_argument(
        "--mappings",
        action="store_true",
        help="tell of every mapping whether its text is the one that imports name",
    )


def beside(asked: Namespace, verdict: mentorcore.Verdict, *, is_export: bool) -> Beside:
    """Hold what stands beside the events of a live log against them.

    Args:
        asked: What was asked for; texts of mappings are compared in any case.
        verdict: What was found of the events.
        is_export: Whether they are those of an export, whose mappings its verification compares.

    Raises:
        Usage: What stands beside an export is asked for.
    """
    if is_export:
        if asked.views or asked.mappings:
            raise Usage(
                "--views and --mappings are for a live log: an export holds no views, and whether "
                "its mappings are those that imports name is part of its verdict"
            )
        return Beside()
    try:
        # What cannot be read, or shows something else, is not opened.
        if not verdict.log_id or any(fault.verdict == "schema" for fault in verdict.faults):
            raise mentorcore.LogError("its events cannot be read as they are")
        with mentorcore.open(
            place(asked.log),
            keys=mentorcore.NoKeys(),
            create=False,
            read_only=True,
            practices=practices(),
        ) as engine:
            mappings = engine.verify_mappings()
            views = engine.verify_views() if asked.views else None
    except mentorcore.MentorcoreError as error:  # the verdict stands all the same
        if not (asked.views or asked.mappings):
            return Beside()
        told = f"what stands beside the events could not be compared: {error}"
        return Beside(tuple(paragraph(told)), {"problem": str(error)}, problem=str(error))
    return _told(asked, mappings, views)


def _told(
    asked: Namespace,
    mappings: Sequence[mentorcore.MappingDifference],
    views: Sequence[mentorcore.StoredViewDifference] | None,
) -> Beside:
    lines: list[str] = []
    data: dict[str, Any] = {}
    wrong = tuple(one for one in mappings if one.is_kept)
    if wrong or asked.mappings:
        lines += mapping_lines(mappings)
        data["mappings"] = mapping_data(mappings)
    if views is not None:
        lines += view_lines(views)
        data["views"] = view_data(views)
    return Beside(tuple(lines), data, differs=bool(views), mappings=wrong)


def with_mappings(
    verdict: mentorcore.Verdict, wrong: Sequence[mentorcore.MappingDifference]
) -> mentorcore.Verdict:
    """The verdict when texts of mappings were changed, which is among its faults then."""
    if not wrong:
        return verdict
    faults = [
        mentorcore.Fault(
            "changed",
            f"the mapping {one.digest}: {one.about}",
            position=one.position or None,
        )
        for one in wrong
    ]
    found = "changed" if verdict.verdict in OUTRANKED else verdict.verdict
    return attrs.evolve(verdict, verdict=found, faults=(*verdict.faults, *faults))
