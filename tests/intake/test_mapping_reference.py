"""The reference of mappings holds every setting that the reader asks for, and no other."""

import ast
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from mentorcore.errors import Invalid
from mentorcore.intake.forms.built_in import FORMS
from mentorcore.intake.mappings import mapping_reader
from mentorcore.intake.mappings.mapping_reader import read_mapping

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "reference" / "mappings.md").read_text(encoding="utf-8")
ASKING = {"text", "mark", "code", "zone", "word", "texts", "whole", "maybe_whole", "yes", "table"}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What writes the page."""
    monkeypatch.syspath_prepend(str(DOCS))
    monkeypatch.delitem(sys.modules, "mapping_page", raising=False)
    import mapping_page

    return mapping_page


def rows(title: str) -> dict[str, str]:
    """The rows of a section by their first cell."""
    section = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (.*) \|$", section, re.MULTILINE))


def asked_for() -> set[str]:
    """Every name that the source of the reader asks a table for."""
    found = set()
    for node in ast.walk(ast.parse(Path(mapping_reader.__file__).read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
        key = node.args[1] if name == "_maybe" and len(node.args) > 1 else node.args[0]
        if (name in ASKING or name == "_maybe") and isinstance(key, ast.Constant):
            found.add(str(key.value))
    return found


def test_every_setting_that_the_reader_asks_for_stands_there() -> None:
    listed = {
        name for title in ("The form", "[people]", "[source]", "[answers]") for name in rows(title)
    }
    tables = set(re.findall(r"^## \[(\w+)(?:\.(\w+))?\]", PAGE, re.MULTILINE))

    missing = asked_for() - listed - {name for pair in tables for name in pair}

    assert missing == set()
    assert {"coverage", "trust_keys", "repeats_within", "thousands", "successor"} <= listed


@pytest.mark.parametrize("table", ["", "people", "source", "answers"])
def test_every_setting_that_stands_there_is_asked_for(table: str) -> None:
    for name in rows(f"[{table}]" if table else "The form"):
        head = "" if table else f"{name} = 5\n"
        text = f'kind = "feedback"\n{head}[fields]\ntext = "T"\nauthor = "A"\n'
        text += f"[{table}]\n{name} = 5\n" if table else ""
        if name == "kind":
            continue

        with pytest.raises(Invalid) as told:
            read_mapping(text, "m.toml")

        wrong = [p.problem for p in told.value.problems if p.path.endswith(name)]
        assert not any("there is no such setting" in problem for problem in wrong), (table, name)


def test_an_entry_that_does_not_stand_there_is_an_error() -> None:
    with pytest.raises(Invalid, match="there is no such setting"):
        read_mapping('form = "f"\nkind = "feedback"\nsize = 5\n[fields]\ntext = "T"\n', "m.toml")


@pytest.mark.parametrize("kind", FORMS, ids=lambda kind: kind.name)
def test_every_field_of_a_form_stands_there_with_its_words(kind: Any) -> None:
    told = rows(f"Fields of a form of the kind {kind.name}")

    assert list(told) == [field.name for field in kind.fields]
    for field in kind.fields:
        assert field.about in told[field.name]
        assert all(f"`{word}`" in told[field.name] for word in field.choices)
        assert ("needed" in told[field.name].rpartition(";")[2]) is field.needed


def test_a_setting_without_a_sentence_stops_the_page(
    written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = dict(written.ABOUT)
    del about["source.trust_keys"]
    monkeypatch.setattr(written, "ABOUT", about)

    with pytest.raises(SystemExit, match=re.escape("source.trust_keys")):
        written.page()


def test_a_sentence_about_a_setting_that_nobody_asks_for_stops_the_page(
    written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(written, "ABOUT", {**written.ABOUT, "source.colour": "which colour"})

    with pytest.raises(SystemExit, match=re.escape("source.colour")):
        written.page()
