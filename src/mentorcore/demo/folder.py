"""The example as a folder of ordinary files: a blueprint, mappings, and exports of survey forms."""

from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from string import Template

from mentorcore.demo.cast import DISTRICT
from mentorcore.demo.sheets import sheets
from mentorcore.demo.year import Calendar, year

__all__ = ["IMPORTS", "Import", "write"]


@dataclass(frozen=True)
class Import:
    """An export and the mapping with which it is taken in, relative to the folder."""

    export: str
    mapping: str
    about: str

    @property
    def rejects(self) -> str:
        """Where its refused rows are written; a later export of the form replaces them."""
        return f"exports/rejects-{Path(self.mapping).stem}.csv"


IMPORTS = (
    Import("exports/people.csv", "mappings/people.toml", "a form for everybody"),
    Import("exports/pairings.csv", "mappings/pairings.toml", "a list kept by hand"),
    Import("exports/meetings.csv", "mappings/meetings.toml", "meeting logs"),
    Import("exports/goals.csv", "mappings/goals.toml", "goal check-ins"),
    Import("exports/feedback.csv", "mappings/feedback.toml", "feedback"),
    Import("exports/meetings-later.csv", "mappings/meetings.toml", "a week later"),
    Import("exports/meetings.csv", "mappings/meetings.toml", "the older one again"),
    Import("exports/pairings-saved.csv", "mappings/pairings.toml", "the list, re-saved"),
)
"""What is taken in, in this order."""


def write(folder: Path, today: date) -> bool:
    """Write the example's files into *folder*; files that are there stay as they are.

    Args:
        folder: Where; it is made when it is missing.
        today: The day around which the school year is built.

    Returns:
        Whether the folder was new: its blueprint was not there.
    """
    blueprint = folder / "blueprint.toml"
    if blueprint.exists():
        return False
    calendar = year(today)
    for path, text in _files(calendar).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")
    # The blueprint comes last: with it the folder is whole.
    blueprint.write_text(_blueprint(calendar), encoding="utf-8", newline="")
    return True


def _files(calendar: Calendar) -> dict[str, str]:
    mappings = {i.mapping: _template(i.mapping) for i in IMPORTS}
    exports = {f"exports/{sheet.name}.csv": sheet.text() for sheet in sheets(calendar)}
    return {**mappings, **exports}


def _blueprint(calendar: Calendar) -> str:
    start = calendar.start
    return Template(_template("blueprint.toml")).substitute(
        today=calendar.today,
        district=DISTRICT,
        launched=start - timedelta(days=14),
        cohort=f"{start.year}-{(start.year + 1) % 100:02}",
        starts=start,
        ends=start + timedelta(weeks=40),
        closes=start + timedelta(weeks=36),
        break_begins=calendar.pause[0],
        break_ends=calendar.pause[1],
    )


def _template(path: str) -> str:
    return resources.files("mentorcore.demo").joinpath(path).read_text(encoding="utf-8")
