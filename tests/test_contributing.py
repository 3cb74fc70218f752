"""What CONTRIBUTING and the page about the rooms say of files and counts is so."""

import re
from pathlib import Path

import pytest
from test_adding import ADDED, MOST
from test_floors import MODULES, ROOMS, house

from mentorcore.intake.form_kind import FormKind
from mentorcore.intake.forms.built_in import FORMS
from mentorcore.practices.built_in import BUILT_IN
from mentorcore.practices.practice import Practice
from mentorcore.practices.template import new_practice

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "mentorcore"
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "docs" / "explanation" / "architecture.md").read_text("utf-8")
FILE = re.compile(r"`((?:[\w.-]+/)*[\w.-]+(?:\.(?:pyi?|md|json|toml)|/))`")


def section(title: str) -> str:
    """What stands under a heading of CONTRIBUTING."""
    return re.split(r"^## ", CONTRIBUTING.partition(f"## {title}\n")[2], flags=re.MULTILINE)[0]


def steps(title: str) -> list[str]:
    """The files with which the numbered steps of a section begin."""
    return re.findall(r"^\d\. `src/mentorcore/([^`]+)`", section(title), re.MULTILINE)


def exists(name: str) -> bool:
    """Whether a file is there: from the root, from the package, or by its bare name."""
    return (ROOT / name).exists() or (PACKAGE / name).exists() or any(PACKAGE.rglob(name))


def importers(module: str) -> set[str]:
    """Who imports a module."""
    return {other for other in MODULES if module in house(other)}


@pytest.mark.parametrize("page", [CONTRIBUTING, ARCHITECTURE], ids=["contributing", "architecture"])
def test_every_file_that_is_named_is_there(page: str) -> None:
    named = FILE.findall(page)

    missing = {name for name in named if not exists(name)}

    assert len(named) > 20
    assert not missing


def test_a_class_stands_in_the_file_that_is_named_beside_it() -> None:
    beside = re.findall(r"`([A-Z]\w+)`\s\(`((?:\w+/)*\w+\.py)`", ARCHITECTURE)

    elsewhere = [
        (name, file)
        for name, file in beside
        if not any(
            re.search(rf"^(?:class )?{name}\b", path.read_text("utf-8"), re.MULTILINE)
            for path in PACKAGE.rglob(file.rpartition("/")[2])
            if path.as_posix().endswith(f"/{file}")
        )
    ]

    assert len(beside) > 20
    assert not elsewhere


def test_an_event_takes_the_files_that_the_test_of_adding_one_changes() -> None:
    told = steps("Add an event")

    assert sorted(told) == sorted(ADDED)
    assert f"**{len(told)} files**" in section("Add an event")
    assert len(told) <= MOST


def test_a_view_takes_its_module_and_its_practice() -> None:
    module, init = (f"mentorcore/{name}" for name in steps("Add a view"))

    users = importers(module.removesuffix(".py").replace("/", "."))

    assert users == {init.removesuffix("/__init__.py").replace("/", ".")}
    assert "**2 files**" in section("Add a view")


@pytest.mark.parametrize("kind", FORMS, ids=lambda kind: kind.name)
def test_a_kind_of_form_takes_its_module_and_the_list(kind: FormKind) -> None:
    example, listed = (
        f"mentorcore/{name}".removesuffix(".py").replace("/", ".")
        for name in steps("Add a kind of form")
    )
    module = f"{example.rpartition('.')[0]}.{kind.name.replace('-', '_')}"

    users = importers(module)

    assert users == {listed}
    assert "**2 files**" in section("Add a kind of form")


def test_a_practice_takes_its_folder_and_one_line(tmp_path: Path) -> None:
    text = section("Add a practice")
    written = {
        p.name for p in new_practice("acme-award", tmp_path) if p.parent.name == "acme_award"
    }

    told = set(re.findall(r"`(\w+\.py)`: ", text))

    assert "**its folder and one line**" in text
    assert told - {"forms.py"} == {name for name in written if name.endswith(".py")}
    assert steps("Add a practice") == ["practices/built_in.py"]


@pytest.mark.parametrize("practice", BUILT_IN, ids=lambda practice: practice.name)
def test_a_practice_is_named_in_one_line_outside_its_folder(practice: Practice) -> None:
    home = f"mentorcore.practices.{practice.name}"

    users = {
        module
        for module in MODULES
        if not module.startswith(home) and any(i.startswith(home) for i in house(module))
    }

    assert users == {"mentorcore.practices.built_in"}


def test_the_page_lists_the_rooms_with_those_they_may_use() -> None:
    rows = re.findall(r"^\| `(\w+)/(\w+)` \|[^|]*\|([^|]*)\|$", ARCHITECTURE, re.MULTILINE)
    told = {(floor, room): set(uses.replace(",", " ").split()) for floor, room, uses in rows}

    rooms = {
        (floor.rpartition(".")[2], room): {
            used
            for used in may.split()
            if MODULES[f"{floor}.{used}"].stem == "__init__" and not used.startswith(f"{room}.")
        }
        for floor, all_rooms in ROOMS.items()
        for room, may in all_rooms.items()
        if "." not in room and MODULES[f"{floor}.{room}"].stem == "__init__"
    }

    assert told == rooms
