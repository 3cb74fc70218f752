"""The blueprints that ship: what each is for, what its year holds, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import mentorcore
from mentorcore.render.text import paragraph, table

__all__ = ["blueprint_lines", "blueprints_lines", "next_lines", "readme"]


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
    if one.packs:
        yield from paragraph(f"The policy packs that it goes by: {', '.join(one.packs)}.")
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
    yield from _commands(one, folder, year=True)


def _commands(
    one: mentorcore.ShippedBlueprint, folder: str, *, year: bool, said: bool = False
) -> Iterator[str]:
    yield f"  mentorcore init {folder}"
    if not year:
        return
    for step in one.year:
        if said:
            yield f"  # {step.about}"
        if step.mapping is None:
            yield f"  mentorcore record {folder} --from {folder}/{step.file}"
        else:
            yield f"  mentorcore import {folder} {folder}/{step.file} \\"
            yield f"      --mapping {folder}/{step.mapping}"
    yield f"  mentorcore status {folder} --as-of {one.as_of}"
    if one.packs:
        yield f"  mentorcore compliance {folder} --as-of {one.as_of}"


def readme(one: mentorcore.ShippedBlueprint, *, year: bool) -> str:
    """What stands beside its files, as a page: what it is for and what comes next.

    Args:
        one: The blueprint.
        year: Whether the made-up year is there as well.
    """
    sentences = [line for said in one.leaves_out for line in paragraph(said, "- ", "  ")]
    lines = (
        f"# {one.title}",
        "",
        *paragraph(one.purpose),
        "",
        "## What it leaves out",
        "",
        *sentences,
        "",
        "## What comes next",
        "",
        *paragraph(
            "`blueprint.toml` is the program: its goals, roles, settings, cohorts and calendar. "
            "Each file of `mappings` says what the columns of a form hold. All of it is yours to "
            "change. In this folder:"
        ),
        "",
        "```sh",
        *(line[2:] for line in _commands(one, ".", year=year, said=True)),
        "```",
    )
    return "\n".join(lines) + "\n"
