"""Beginning a program: its log is made from its blueprint."""

from __future__ import annotations

from pathlib import Path

import mentorcore
from mentorcore.cli.arguments import command_line, practices, readable

__all__ = ["BLUEPRINT", "begin"]

BLUEPRINT = "blueprint.toml"
"""The blueprint's name in a program's folder."""


def begin(blueprint: Path, log: Path, keys: str | None = None) -> str:
    """Make a program's log from its blueprint; returns the program's name.

    Raises:
        Refused: A program has begun in this log already.
        Invalid: The blueprint needs correction.
    """
    plan = mentorcore.read_blueprint(readable(blueprint, "the blueprint"), str(blueprint))
    log.parent.mkdir(parents=True, exist_ok=True)
    with mentorcore.open(log, keys=keys, create=True, practices=practices()) as engine:
        if engine.position:
            raise mentorcore.Refused(f"a program has begun in {log} already", "already_begun")
        engine.batch(plan.commands(engine.new_id), actor=command_line())
    return str(plan.name)
