"""A start for authors: a complete distribution with an adapter that already keeps the contract.

What is written reads a table as many tools export it. Its tests pass as they are; an author puts
an export of the real tool in place of the sample, and changes the adapter until they pass again.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from mentorcore.errors import Invalid, Problem
from mentorcore.plugins import write_start

__all__ = ["new_adapter"]

_LONGEST = 40

_PYPROJECT = """\
[build-system]
requires = ["hatchling>=1.25"]
build-backend = "hatchling.build"

[project]
name = "mentorcore-{name}"
version = "0.1.0"
description = "Reads exports of {name} for mentorcore"
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["mentorcore>=0.1"]

[project.optional-dependencies]
test = ["mentorcore[test]", "pytest>=8.3"]

# This line is how mentorcore finds the adapter once it is installed.
[project.entry-points."mentorcore.adapters"]
{name} = "{module}"

[tool.hatch.build.targets.wheel]
packages = ["src/{module}"]

[tool.pytest.ini_options]
addopts = ["--import-mode=importlib"]
pythonpath = ["src"]
testpaths = ["tests"]
"""

_README = """\
# mentorcore-{name}

Reads exports of {name} for mentorcore, the system of record of peer-mentoring programs.

```sh
pip install mentorcore-{name}
mentorcore adapters                   # lists {name}
mentorcore import my-program export.csv --mapping my-mapping.toml
```

## What it reads

A table with the columns `Response ID` and `Submitted at` (ISO 8601 with an offset, such as
`2026-03-14T09:05:00-08:00`); every other column is a question.

## Working on it

```sh
pip install -e ".[test]"
pytest
```

The tests are mentorcore's own (`mentorcore.testing.AdapterContract`): the same file twice, rows
and columns in another order, cut off at every byte, hostile cells, no network, and more. Put
exports of your own beside `tests/sample.csv`, without anything about real people in them.
"""

_MODULE = '''\
"""Reads exports of {name} for mentorcore."""

from collections.abc import Callable, Iterator
from contextlib import closing

from mentorcore.adapters.spec import (
    Adapter,
    Confidence,
    DateProblem,
    Form,
    Item,
    Layout,
    Options,
    Question,
    Response,
    Source,
    Table,
    Unreadable,
    Where,
    cells_filled,
    hookimpl,
    survey,
)

__all__ = ["{cls}", "mentorcore_adapters"]

KEY, STAMP = "Response ID", "Submitted at"
"""The columns by which this tool tells responses apart, and says when they were sent."""


class {cls}:
    """The adapter for exports of {name}."""

    name = "{name}"
    version = "0.1.0"
    contract = 1

    def sniff(self, head: bytes, filename: str) -> Confidence:
        """Sure of a file whose first line begins with the tool's own columns."""
        first = head.decode("utf-8-sig", "replace").partition("\\n")[0]
        titles = [title.strip(' "\\r') for title in first.split(",")]
        return Confidence.CERTAIN if titles[:2] == [KEY, STAMP] else Confidence.NO

    def describe(self, source: Source, options: Options) -> Form:
        """The columns that are questions."""
        with closing(source.open()) as stream:
            layout = survey(Table(source.name, stream), told(options))
        questions = tuple(Question(column.key, column.label) for column in layout.columns)
        return Form(options.form or source.name, questions)

    def read(self, source: Source, options: Options) -> Iterator[Item]:
        """One response a row; what is wrong with a row is said in its place."""
        with closing(source.open()) as stream:
            table = Table(source.name, stream)
            layout = survey(table, told(options))  # reads all of it once, so damage is seen first
            yield from layout.notices
            for record in table.records():
                where = Where(source.name, record.number, record.line)
                if record.number > layout.header.number and cells_filled(record.cells):
                    yield self.response(record.cells, layout, where)

    def response(self, cells: list[str], layout: Layout, where: Where) -> Response | Unreadable:
        """What one row says."""
        if why := layout.misfit(cells):
            return Unreadable(where, why)
        key = tuple(cells[place].strip() for place in layout.keys)
        if not all(key):
            return Unreadable(where, f"the {{KEY}} is empty")
        try:
            at, basis = layout.submitted(cells)
        except DateProblem as problem:
            return Unreadable(where, f"the time of submission: {{problem}}")
        raw = "" if layout.stamp is None else cells[layout.stamp]
        form, answers = layout.options.form, layout.answers(cells)
        return Response(self.name, form, key, at, raw, basis, "complete", answers, where)


def told(options: Options) -> Options:
    """What a person declared, and what is always so in exports of this tool."""
    return options.declaring(keys=(KEY,), timestamp=STAMP)


@hookimpl
def mentorcore_adapters(register: Callable[[Adapter], None]) -> None:
    """Offer the adapter. Called once, when mentorcore loads its plugins."""
    register({cls}())
'''

_TEST = '''\
"""{cls} keeps the contract of adapters."""

from pathlib import Path

from mentorcore.testing import AdapterContract

from {module} import {cls}


class Test{cls}(AdapterContract):
    adapter = {cls}()
    samples = (Path(__file__).with_name("sample.csv"),)
'''

_SAMPLE = """\
Response ID,Submitted at,Your e-mail,Whom did you meet?,How many minutes?,What was it about?
r-1001,2026-09-14T15:45:12-07:00,ada@example.org,Ben Example,45,Classroom routines
r-1002,2026-09-15T08:00:01-07:00,cem@example.org,Dee Example,30,"Planning, then a visit"
r-1003,2026-09-15T16:20:40-07:00,ada@example.org,Ben Example,25,"Two things:
marking and parents' evening"
"""


def new_adapter(name: str, folder: Path) -> tuple[Path, ...]:
    """Write a new distribution with an adapter for exports of a tool.

    Args:
        name: What the adapter is called: small letters, digits and ``-``, a letter first. The
            distribution is called ``mentorcore-NAME``.
        folder: Where it is written; made if it is not there.

    Returns:
        The files written.

    Raises:
        Invalid: The name cannot be one, or a file that would be written is there already.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) or len(name) > _LONGEST:
        problem = Problem("name", f"{name!r} cannot be an adapter's name", "such as our-survey")
        raise Invalid("the new adapter", [problem])
    return write_start(_texts(name), folder, "a new adapter")


def _texts(name: str) -> Mapping[str, str]:
    """Every file's text by its path."""
    module = f"mentorcore_{name.replace('-', '_')}"
    words = {"name": name, "module": module}
    words["cls"] = "".join(part.capitalize() for part in name.split("-"))
    return {
        "pyproject.toml": _PYPROJECT.format(**words),
        "README.md": _README.format(**words),
        f"src/{module}/__init__.py": _MODULE.format(**words),
        f"src/{module}/py.typed": "",
        f"tests/test_{name.replace('-', '_')}.py": _TEST.format(**words),
        "tests/sample.csv": _SAMPLE,
    }
