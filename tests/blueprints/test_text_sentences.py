"""The page of sentences of regulations quotes rules that there are, and commands that answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import attrs
import pytest
from blueprints.living import SHIPPED

import mentorcore as mc
from mentorcore.cli.main import main
from mentorcore.policy.other_kinds import Relief

PAGE = (Path(__file__).parents[2] / "docs/reference/requirements.md").read_text("utf-8")
SHOWS = re.compile(r"`mentorcore compliance FOLDER --rule ([\w-]+)`")
RELIEF = "`mentorcore record --commands waive-requirement`"

with mc.open(":memory:") as _engine:
    PACKS = {pack.id: pack for pack in _engine.packs()}


@attrs.frozen
class Sentence:
    """A row of the page."""

    said: str
    stands: str
    shown: str


@attrs.frozen
class Section:
    """A pack on the page, with the blueprint whose year goes by it."""

    pack: str
    year: str | None
    sentences: tuple[Sentence, ...]

    @property
    def quoted(self) -> list[str]:
        """The rules that are quoted."""
        known = {rule.id for rule in PACKS[self.pack].rules}
        words = [w for row in self.sentences for w in re.findall(r"`([^`]+)`", row.stands)]
        return [word for word in words if word in known or re.match(r"[A-Z]+-[A-Z0-9]", word)]


def sections() -> Iterator[Section]:
    """The packs of the page, in its order."""
    for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        pack, told = part.split("\n", 1)
        year = re.search(r"^In the year of `(\w+)`\.$", told, re.MULTILINE)
        cells = [
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in told.splitlines()
            if line.startswith("|")
        ]
        yield Section(pack, year and year[1], tuple(Sentence(*row) for row in cells[2:]))


SECTIONS = tuple(sections())


def test_every_pack_that_comes_along_has_its_sentences() -> None:
    told = [section.pack for section in SECTIONS]

    assert sorted(told) == sorted(PACKS)
    by_pack = {pack: name for name, one in SHIPPED.items() for pack in one.packs if pack in PACKS}
    assert {s.pack: s.year for s in SECTIONS if s.year} == by_pack


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.pack)
def test_every_rule_is_what_became_of_a_sentence(section: Section) -> None:
    rules = {rule.id for rule in PACKS[section.pack].rules}

    assert set(section.quoted) == rules


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.pack)
def test_a_sentence_is_shown_by_a_rule_of_its_pack_or_says_that_it_is_not_there(
    section: Section,
) -> None:
    pack = PACKS[section.pack]

    for row in section.sentences:
        shows = SHOWS.fullmatch(row.shown)
        rule = pack.rule(shows[1]) if shows else None
        if row.stands.startswith("not there: "):
            assert not row.shown, row
        elif row.shown == RELIEF:
            assert any(isinstance(pack.rule(rule_id), Relief) for rule_id in section.quoted)
        else:
            assert rule is not None, row
            assert not isinstance(rule, Relief), row


def test_a_sentence_says_that_a_rule_forbids_where_it_does() -> None:
    for section in SECTIONS:
        for row in section.sentences:
            quoted = re.findall(r"`([\w-]+)`", row.stands)
            rules = [r for r in map(PACKS[section.pack].rule, quoted) if r is not None]
            forbids = any(rule.enforce == "guard" for rule in rules)
            assert forbids == ("which forbids as well" in row.stands), row


def test_the_commands_answer_in_a_program_that_adopts_the_pack(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = [section for section in SECTIONS if section.year is None]
    names = ", ".join(f'"{section.pack}"' for section in elsewhere)
    blueprint = f"packs = [{names}]\n{mc.BLUEPRINT_TEMPLATE}{CALENDAR}"
    (tmp_path / "blueprint.toml").write_text(blueprint, "utf-8")
    assert main(["init", str(tmp_path)]) == 0
    with mc.open(tmp_path / "program.db", create=False) as engine:
        (program,) = engine.programs()
        paired(engine, program.program)
        told = engine.compliance(viewer=mc.Viewer.coordinator(), as_of=LAST)

    found = {row.rule for row in told.rows}
    shows = {
        s.pack: [m[1] for row in s.sentences if (m := SHOWS.fullmatch(row.shown))]
        for s in elsewhere
    }
    untold = {rule for rules in shows.values() for rule in rules} - found
    assert untold == NOBODY
    for pack, rules in shows.items():
        assert main(["compliance", str(tmp_path), "--rule", f"{pack}/{rules[0]}"]) == 0, pack
        assert main(["packs", "show", pack]) == 0
    capsys.readouterr()


def test_what_a_relief_is_recorded_with_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(RELIEF.strip("`").split()[1:])

    assert code == 0
    assert "granted_by" in capsys.readouterr().out


LAST = date(2027, 5, 1)

CALENDAR = """
[[calendar]]
school_year = "2026-27"
terms = [{ name = "year", since = 2026-08-17, until = 2027-06-12 }]
"""

NOBODY = {"EX-OBS-1", "EX-OBS-2"}
"""Rules about peers, of whom the program has none."""


def paired(engine: mc.Engine, program: str) -> None:
    """A mentor and a mentee are enrolled, and paired."""
    us = mc.Actor("the-office", "coordinator", "system")
    (cohort,) = engine.status(program, viewer=mc.Viewer.coordinator()).cohorts

    def ask(command: mc.Command) -> str:
        return engine.handle(command, actor=us).stream

    def enrolled(name: str, role: str) -> str:
        person = ask(mc.RegisterPerson(name=name))
        return ask(
            mc.EnrolParticipant(
                person_id=person,
                program_id=program,
                role=role,
                cohort_id=cohort.cohort,
                since=cohort.starts_on,
            )
        )

    members = (
        mc.Member(participant=enrolled("Ada Brook", "mentor"), role="mentor", primary=True),
        mc.Member(participant=enrolled("Lin Wu", "mentee"), role="mentee"),
    )
    ask(
        mc.FormPairing(
            program_id=program, cohort_id=cohort.cohort, members=members, on=cohort.starts_on
        )
    )
