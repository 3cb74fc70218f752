"""Complete example programs: the one of the demo, and the made-up years of blueprints that ship."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import attrs

import mentorcore
from mentorcore.cli.arguments import command_line
from mentorcore.cli.beginning import BLUEPRINT
from mentorcore.cli.stated_names import with_ids
from mentorcore.demo.folder import IMPORTS, Import, write

__all__ = ["Example", "Records", "example_of", "usual_example"]


@attrs.frozen
class Records:
    """Commands that are recorded by hand, as a file in the folder lists them."""

    file: str

    def record(self, engine: mentorcore.Engine, folder: Path) -> None:
        """Record them once; an earlier run may have."""
        listed = json.loads((folder / self.file).read_text("utf-8"))
        commands = []
        for fields in listed:
            name = fields.pop("command")
            stated = with_ids(engine, engine.commands[name], fields)
            commands.append(engine.command(name, stated))
        # An earlier run has recorded them; a name in them may mean somebody else since.
        with suppress(mentorcore.KeyReused):
            engine.batch(commands, actor=command_line(), key=f"example {self.file}")


@attrs.frozen
class Example:
    """An example program.

    Attributes:
        introduction: What it is, in a sentence or two; ``{folder}`` stands for the folder.
        steps: What is imported and recorded, in order.
        write: Writes its files into a folder, and says whether the folder was new.
        as_of: The day on which it is looked at; nothing for today.
    """

    introduction: str
    steps: tuple[Import | Records, ...]
    write: Callable[[Path], bool]
    as_of: date | None = None

    @property
    def files(self) -> Sequence[str]:
        """The files by which its folder is known."""
        exports = (step.export for step in self.steps if isinstance(step, Import))
        return (BLUEPRINT, *exports)


def usual_example(today: date) -> Example:
    """The example of the demo, in the middle of a year.

    Args:
        today: The day around which the year is built.
    """
    return Example(
        "new teachers and their mentors in a district that does not exist, in the middle of a "
        "year. {folder} holds exports of their forms, and what the columns mean; all of it becomes "
        "events in one log.",
        IMPORTS,
        lambda folder: write(folder, today),
    )


def example_of(one: mentorcore.ShippedBlueprint) -> Example:
    """The made-up year of a blueprint that ships."""
    steps = tuple(
        Records(step.file) if step.mapping is None else Import(step.file, step.mapping, step.about)
        for step in one.year
    )
    return Example(
        f"{one.title[:1].lower()}{one.title[1:]}, a year of people who do not exist. {{folder}} "
        "holds the blueprint, exports of their forms, and what the columns mean; all of it "
        "becomes events in one log.",
        steps,
        lambda folder: _write(one, folder),
        one.as_of,
    )


def _write(one: mentorcore.ShippedBlueprint, folder: Path) -> bool:
    blueprint = folder / BLUEPRINT
    if blueprint.exists():
        return False
    files = dict(one.files(year=True))
    # The blueprint comes last: with it the folder is whole.
    files[BLUEPRINT] = files.pop(BLUEPRINT)
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return True
