"""The public names are exactly those listed, and every one of them is explained."""

import importlib.util
import inspect
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import mentorcore
from mentorcore.domain.model import CORE_MODEL

ROOT = Path(__file__).parent.parent


@cache
def built() -> Any:
    spec = importlib.util.spec_from_file_location("build_docs", ROOT / "docs" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_listed_names_are_sorted_and_there() -> None:
    listed = mentorcore.__all__

    assert listed == sorted(listed)
    assert all(hasattr(mentorcore, name) for name in listed)


def test_nothing_else_is_public() -> None:
    assert dir(mentorcore) == mentorcore.__all__


def test_type_checkers_see_the_names_that_are_there() -> None:
    module = built()

    written = module.STUB.read_text(encoding="utf-8")

    assert written == module.stub(), "run python docs/build.py"


def test_commands_and_events_are_public_because_they_are_in_the_model() -> None:
    of_the_model = (*CORE_MODEL.commands, *CORE_MODEL.events)

    found = [getattr(mentorcore, cls.__name__) for cls in of_the_model]

    assert found == list(of_the_model)
    assert {cls.__name__ for cls in of_the_model} <= set(mentorcore.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no public name 'Mentor'"):
        _ = mentorcore.Mentor  # type: ignore[attr-defined] # a checker sees it, too


@pytest.mark.parametrize("name", mentorcore.__all__)
def test_every_public_name_is_documented(name: str) -> None:
    if name == "__version__":
        return

    thing = getattr(mentorcore, name)

    assert built().text_of(name, thing), f"{name} says nothing about itself"


def test_every_public_method_is_documented() -> None:
    silent = [
        f"{cls.__name__}.{name}"
        for cls in (getattr(mentorcore, n) for n in mentorcore.__all__)
        if isinstance(cls, type)
        for house in cls.__mro__
        if house.__module__.startswith("mentorcore")
        for name, member in vars(house).items()
        if not name.startswith("_") and callable(member) and not inspect.getdoc(member)
    ]

    assert not silent


@pytest.mark.parametrize("page", built().PAGE_MAKERS)
def test_the_reference_is_what_the_code_says(page: str) -> None:
    written = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")

    assert written == built().PAGE_MAKERS[page](), "run python docs/build.py"


@pytest.mark.processes
def test_importing_does_nothing_but_import() -> None:
    script = (
        "import sys, threading, warnings; warnings.simplefilter('error'); import mentorcore;"
        "heavy = {'eventsourcing', 'cryptography', 'psycopg', 'sqlite3', 'pluggy', 'opentelemetry',"
        " 'django', 'sqlalchemy', 'fastapi', 'gunicorn', 'cloudevents', 'duckdb', 'pandas'};"
        "print(sorted(heavy & set(sys.modules)), threading.active_count())"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[] 1"
