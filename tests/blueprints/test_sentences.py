"""The page of sentences quotes settings as they stand, files that are there, and commands that run."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from blueprints.living import SHIPPED, Lived, content
from cli.asking import Said

import mentorcore as mc
from mentorcore.cli.main import main

PAGE = (Path(__file__).parents[2] / "docs/reference/blueprints.md").read_text("utf-8")
SETTING = re.compile(r"([a-z][\w-]*(?:\.[\w-]+)+) = (.+)")
HERE = {
    *("k12_urban_mentoring", "new_teacher_induction_ca", "peer_observation", "faculty_peer_group"),
    *("assigned_faculty_mentor", "principal_peer", "inter_institution_network"),
    *("new_teacher_induction_nj", "new_teacher_induction_tx"),
    *("new_teacher_induction_ma", "new_teacher_induction_il"),
}
"""The blueprints whose sentences are listed on the page."""


@attrs.frozen
class Sentence:
    """A row of the page."""

    said: str
    stands: str
    shown: str

    @property
    def quoted(self) -> list[str]:
        """What is quoted of where it stands."""
        return re.findall(r"`([^`]+)`", self.stands)


def sentences(name: str) -> Iterator[Sentence]:
    """The rows under the heading of a blueprint."""
    heads = [*re.finditer(r"^## (.+)$", PAGE, re.MULTILINE)]
    places = {
        one[1]: (one.end(), after) for one, after in zip(heads, [*heads[1:], None], strict=True)
    }
    start, after = places[name]
    for line in PAGE[start : after.start() if after else None].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3 and not cells[0].startswith(("The pro", "---")):
            yield Sentence(*cells)


def setting(name: str, path: str) -> Any:
    """A setting of a blueprint by its path."""
    found: Any = tomllib.loads(content(name)["blueprint.toml"].decode())
    for part in path.split("."):
        found = found[int(part)] if isinstance(found, list) else found[part]
    return found


def test_every_template_has_its_sentences() -> None:
    heads = set(re.findall(r"^## (\S+)$", PAGE, re.MULTILINE))

    assert heads == HERE
    assert heads <= SHIPPED.keys()


@pytest.mark.parametrize("name", sorted(HERE))
def test_every_setting_is_quoted_as_it_stands(name: str) -> None:
    quoted = [s for sentence in sentences(name) for q in sentence.quoted if (s := SETTING.match(q))]

    wrong = [
        f"{q[0]}: {setting(name, q[1])!r}"
        for q in quoted
        if tomllib.loads(f"value = {q[2]}")["value"] != setting(name, q[1])
    ]

    assert len(quoted) > 5
    assert not wrong


@pytest.mark.parametrize("name", sorted(HERE))
def test_every_file_is_there_and_holds_what_is_quoted_of_it(name: str) -> None:
    files = content(name)

    for sentence in sentences(name):
        paths = [q for q in sentence.quoted if q.startswith(("mappings/", "records/", "packs/"))]
        lines = [q for q in sentence.quoted if re.match(r"\w+ = ", q)]
        assert set(paths) <= files.keys()
        assert all(any(line in files[p].decode() for p in paths) for line in lines), sentence


@pytest.mark.parametrize("name", sorted(HERE))
def test_a_sentence_that_is_shown_by_nothing_says_that_it_is_not_there(name: str) -> None:
    unshown = [s for s in sentences(name) if not s.shown]

    assert all(s.stands.startswith("not there: ") for s in unshown)
    assert all(not s.stands.startswith("not there: ") for s in sentences(name) if s.shown)


@pytest.mark.parametrize("name", sorted(HERE))
def test_every_command_that_shows_a_sentence_runs(
    name: str, lived: Callable[[str], Lived], capsys: pytest.CaptureFixture[str]
) -> None:
    year = lived(name)
    somebody = next(row for row in year.status.pairings).members[-1].participant
    commands = {s.shown.strip("`") for s in sentences(name) if s.shown}

    said = {command: run(command, year, somebody, capsys) for command in commands}

    assert not {command: told for command, told in said.items() if told.code}
    assert all(told.out for told in said.values())


def run(command: str, year: Lived, name: str, capsys: pytest.CaptureFixture[str]) -> Said:
    words = command.split()
    assert words[0] == "mentorcore"
    here = {"FOLDER": str(year.folder), "NAME": name}
    capsys.readouterr()
    code = main([here.get(word, word) for word in words[1:]])
    told = capsys.readouterr()
    return Said(code, told.out, told.err)


def packs() -> Iterator[Sentence]:
    """The rows of the table of packs."""
    for line in PAGE[PAGE.index("## The rules of policy packs") :].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `"):
            yield Sentence(*cells)


def test_every_pack_that_comes_along_has_a_row_with_a_year_that_goes_by_it() -> None:
    with mc.open(":memory:") as engine:
        shipped = [pack.id for pack in engine.packs()]

    listed = {row.said.strip("`"): row.stands.strip("`") for row in packs()}

    assert list(listed) == shipped
    adopting = {pack: name for name, one in SHIPPED.items() for pack in one.packs if pack in listed}
    assert {pack: name for pack, name in listed.items() if name} == adopting


UNSHOWN = {"us-stanford-faculty": {"ST-3a", "ST-3b"}}
"""Rules that concern nobody in the year, as the page says."""


@pytest.mark.parametrize("name", [n for n, one in SHIPPED.items() if one.packs])
def test_a_year_has_a_result_for_every_rule_of_its_packs(
    name: str, lived: Callable[[str], Lived]
) -> None:
    year = lived(name)
    with mc.open(year.folder / "program.db", create=False) as engine:
        coordinator = mc.Viewer.coordinator()
        told = engine.compliance(viewer=coordinator, as_of=year.blueprint.as_of)
        (program,) = engine.programs()
        adopted = engine.adopted_packs(program.program, viewer=coordinator)

    found = {(row.pack, row.rule) for row in told.rows if row.state != "not_applicable"}
    asked = {
        (one.pack_id, rule.id)
        for one in adopted
        if one.pack is not None
        for rule in one.pack.rules
        if type(rule).__name__ != "Relief" and rule.id not in UNSHOWN.get(one.pack_id, ())
    }

    assert len(adopted) == len(SHIPPED[name].packs)
    assert asked <= found


def test_the_commands_that_show_packs_run(
    lived: Callable[[str], Lived], capsys: pytest.CaptureFixture[str]
) -> None:
    years = {
        row.shown.strip("`"): lived(row.stands.strip("`") or "peer_observation") for row in packs()
    }

    said = {command: run(command, year, "", capsys) for command, year in years.items()}

    assert not {command: told for command, told in said.items() if told.code or not told.out}
