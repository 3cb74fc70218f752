"""The pages for authors of practices say what is there, and their blocks run as they stand."""

import inspect
import re
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest
from test_readme import run_blocks

from mentorcore.practices import spec

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "acme-stipend" / "src"
TUTORIAL = (ROOT / "docs" / "tutorial-practices.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "reference" / "practices.md").read_text(encoding="utf-8")
EXCERPT = re.compile(r"<!-- from: (\w+\.py) -->\n```python\n(.*?)```", re.DOTALL)


def section(name: str) -> str:
    return re.split(r"^## ", REFERENCE.split(f"\n## {name}\n", 1)[1], flags=re.MULTILINE)[0]


def test_the_tutorial_prints_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(EXAMPLE)

    outputs = run_blocks(TUTORIAL)

    for name in [name for name in sys.modules if name.startswith("acme_stipend")]:
        del sys.modules[name]
    assert len(outputs) == 6
    assert [said for _, said in outputs] == [expected for expected, _ in outputs]


@pytest.mark.parametrize(("file", "excerpt"), EXCERPT.findall(TUTORIAL))
def test_what_the_tutorial_shows_stands_in_the_example(file: str, excerpt: str) -> None:
    assert excerpt in (EXAMPLE / "acme_stipend" / file).read_text(encoding="utf-8")


def test_the_tutorial_shows_something_of_each_file() -> None:
    assert {file for file, _ in EXCERPT.findall(TUTORIAL)} == {
        "events.py",
        "deciding.py",
        "view.py",
        "forms.py",
    }


@pytest.mark.parametrize("name", spec.__all__)
def test_every_name_of_the_contract_is_in_the_reference(name: str) -> None:
    row = re.search(rf"^\| `{name}` \| (.+) \|$", section("Names"), re.MULTILINE)

    assert row is not None, f"{name} is not in docs/reference/practices.md"
    assert row[1].endswith(".")


def test_the_reference_names_nothing_else() -> None:
    named = re.findall(r"^\| `(\w+)` \|", section("Names"), re.MULTILINE)

    assert sorted(named) == sorted(spec.__all__)


@pytest.mark.parametrize(
    "cls", [spec.Practice, spec.Aggregate, spec.ProgramView, spec.Projection, spec.FormKind]
)
def test_every_field_has_its_consequence_in_the_reference(cls: Any) -> None:
    told = re.findall(r"^\| `(\w+)` \| .+\. \|$", section(cls.__name__), re.MULTILINE)

    assert told == [field.name for field in attrs.fields(cls)]


def test_the_hook_stands_with_its_signature() -> None:
    written = re.match(r"\n`(.+)`\n\n\S", section("The hook: mentorcore_practices"))

    plain = re.sub(r"[\w.]+\.(?=[A-Z])", "", str(inspect.signature(spec.mentorcore_practices)))
    assert written is not None
    assert written[1] == f"mentorcore_practices{plain}"
