"""A small program whose forms are taken in from the hand-made files of `fixtures/intake`."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
from engine.world import COORDINATOR, Clock, Place, engine, mc

from mentorcore.adapters.registry import Registry
from mentorcore.adapters.spec import CONTRACT, Confidence, Form, Item, Options, Question, Source
from mentorcore.engine.engine import Engine
from mentorcore.intake.report import Report

FILES = Path(__file__).parent.parent / "fixtures" / "intake"
FORMS = ("people", "pairings", "meetings", "goals", "feedback")


@attrs.frozen
class Text:
    """An export in memory."""

    content: str
    name: str = "export.csv"

    def open(self) -> io.BytesIO:
        return io.BytesIO(self.content.encode())


class Harbor:
    """The program on an engine, and short ways to take forms in."""

    def __init__(self, opened: Engine, *, designed: bool = False) -> None:
        self.engine = opened
        if not designed:
            blueprint = mc.read_blueprint((FILES / "program.toml").read_text(), "program.toml")
            opened.batch(blueprint.commands(opened.new_id), actor=COORDINATOR)

    def mapping(self, form: str, *changes: tuple[str, str]) -> Any:
        text = (FILES / f"{form}.toml").read_text()
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        return mc.read_mapping(text, f"{form}.toml")

    def take(
        self,
        form: str,
        content: str | None = None,
        *changes: tuple[str, str],
        **options: Any,
    ) -> Report:
        """Take in a form: its own file, or other content by the same mapping."""
        source: Any = FILES / f"{form}.csv" if content is None else Text(content)
        mapping = self.mapping(form, *changes)
        return self.engine.take_in(source, mapping, actor=COORDINATOR, **options)

    def take_all(self) -> dict[str, Report]:
        return {form: self.take(form) for form in FORMS}

    def people(self) -> "Harbor":
        """The program with its people and their pairings."""
        self.take("people")
        self.take("pairings")
        return self

    def events(self, name: str = "") -> list[Any]:
        """All events of a stored name, in order."""
        return [r for r in self.engine.events() if not name or r.name == name]

    def opened(self, value: Any) -> Any:
        """A sealed value in plain."""
        return self.engine._sealing.open(value)


@contextmanager
def harbor(place: Place | None = None, start: int = 1) -> Iterator[Harbor]:
    """A new program, in memory by default; late enough for all that the files tell."""
    clock = Clock()
    clock.move(days=14)
    with engine(clock=clock) if place is None else place.open(start, clock) as opened:
        yield Harbor(opened)


def csv_of(form: str) -> str:
    """The content of a hand-made file."""
    return (FILES / f"{form}.csv").read_text()


def rows_of(form: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(csv_of(form), newline="")))


def written(rows: list[list[str]]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue()


def edited(form: str, change: Callable[[list[list[str]]], None]) -> str:
    """A hand-made file after a change of its rows; the header row is row 0."""
    rows = rows_of(form)
    change(rows)
    return written(rows)


@attrs.define
class Made:
    """An adapter that yields what it was given, for what no table can say."""

    items: tuple[Item, ...]
    name: str = "made"
    version: str = "1"
    contract: int = CONTRACT

    def sniff(self, head: bytes, filename: str) -> Confidence:
        return Confidence.CERTAIN

    def describe(self, source: Source, options: Options) -> Form:
        questions = {
            a.question: Question(a.question, a.label)
            for item in self.items
            for a in getattr(item, "answers", ())
        }
        return Form(options.form, tuple(questions.values()))

    def read(self, source: Source, options: Options) -> Iterator[Item]:
        yield from self.items


def adapters(*items: Item) -> Registry:
    registry = Registry()
    registry.add(Made(items))
    return registry
