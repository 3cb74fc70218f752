"""The blueprints that ship: what each is for, what its year holds, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import mentorcore
from mentorcore.render.text import paragraph, table

__all__ = ["blueprint_lines", "blueprints_lines", "next_lines"]


def blueprints_lines(listed: Sequence[mentorcore.ShippedBlueprint]) -> Iterator[str]:
    """One paragraph each."""
    for one in listed:
        yield f"{one.name}  {one.title}"
        yield from paragraph(one.purpose, "  ")
        yield ""
    yield "All about one, with what it leaves out: mentorcore blueprints NAME"
    yield "Begin with one: mentorcore init FOLDER --blueprint NAME"


def blueprint_lines(one: mentorcore.ShippedBlueprint) -> Iterator[str]:
    """All about one."""
    yield one.title
    yield from paragraph(one.purpose, "  ")
    yield ""
    yield f"Its made-up year, as it stands on {one.as_of}:"
    yield from table(("", ""), [(s.file, s.about) for s in one.year], firm=("",), indent="  ")
    yield ""
    yield "What it leaves out:"
    for sentence in one.leaves_out:
        yield from paragraph(sentence, "  - ", "    ")
    yield ""
    yield f"Begin with it: mentorcore init FOLDER --blueprint {one.name}"
    yield f"See its year:  mentorcore init FOLDER --blueprint {one.name} --year"


def next_lines(one: mentorcore.ShippedBlueprint, folder: str, *, year: bool) -> Iterator[str]:
    """What to do with its files in *folder*.

    Args:
        one: The blueprint.
        folder: The program's folder, as it was named.
        year: Whether the made-up year was asked for.
    """
    if not year:
        yield from paragraph(
            "Its names and days are made up: put yours into blueprint.toml, and the titles of your "
            "forms into the mappings. Then make the log:"
        )
        yield f"  mentorcore init {folder}"
        return
    yield "Live its year, in this order:"
    yield f"  mentorcore init {folder}"
    for step in one.year:
        if step.mapping is None:
            yield f"  mentorcore record {folder} --from {folder}/{step.file}"
        else:
            yield f"  mentorcore import {folder} {folder}/{step.file} \\"
            yield f"      --mapping {folder}/{step.mapping}"
    yield f"  mentorcore status {folder} --as-of {one.as_of}"
