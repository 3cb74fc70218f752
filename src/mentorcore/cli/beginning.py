"""Beginning a program: its log is made from its blueprint."""

from __future__ import annotations

from pathlib import Path

import mentorcore
from mentorcore.cli.arguments import Usage, command_line, practices, readable
from mentorcore.cli.near_names import perhaps

__all__ = ["BLUEPRINT", "begin", "shipped"]

BLUEPRINT = "blueprint.toml"
"""The blueprint's name in a program's folder."""
PACKS = "packs"
"""The folder beside a blueprint with policy packs of its own, which it may adopt."""


def begin(
    blueprint: Path, log: Path, keys: str | None = None, *, another: bool = False
) -> tuple[str, bool]:
    """Make a program's log from its blueprint.

    Args:
        blueprint: The program; policy packs in the folder ``packs`` beside it can be adopted.
        log: Where its events are kept.
        keys: Where the keys are kept.
        another: Whether the program may begin in a log that has others.

    Returns:
        The program's name, and whether others had begun in the log before.

    Raises:
        Refused: A program has begun in this log already, or one of that name has.
        Invalid: The blueprint needs correction.
    """
    packs = [
        mentorcore.read_pack(file, practices=practices())
        for file in sorted((blueprint.parent / PACKS).glob("*.toml"))
    ]
    text = readable(blueprint, "the blueprint")
    plan = mentorcore.read_blueprint(text, str(blueprint), packs)
    log.parent.mkdir(parents=True, exist_ok=True)
    with mentorcore.open(log, keys=keys, create=True, practices=practices(), packs=packs) as engine:
        there = engine.programs()
        if engine.position and not another:
            raise mentorcore.Refused(
                f"a program has begun in {log} already; to begin another one there, say which "
                "file it stands in with --blueprint",
                "already_begun",
            )
        if any(program.name == plan.name for program in there):
            raise mentorcore.Refused(
                f"a program called {plan.name!r} has begun in {log} already; give the other one "
                "another name in its blueprint",
                "already_begun",
            )
        engine.batch(plan.commands(engine.new_id), actor=command_line())
    return str(plan.name), bool(there)


def shipped(name: str) -> mentorcore.ShippedBlueprint:
    """The blueprint that ships under a name.

    Raises:
        Usage: There is none.
    """
    there = {one.name: one for one in mentorcore.shipped_blueprints()}
    if name not in there:
        near = perhaps(there, name)
        raise Usage(f"no blueprint {name!r} ships{near}; mentorcore blueprints lists them")
    return there[name]
