"""Every blueprint that ships is whole, is read, and lives its year."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from blueprints.living import SHIPPED, Lived, content, said
from cli.asking import Run

import mentorcore as mc

EVERY = pytest.mark.parametrize("name", SHIPPED)
KINDS = mc.Practices.installed().forms


@EVERY
def test_a_blueprint_is_read_and_says_what_it_began_from(name: str, tmp_path: Path) -> None:
    said("init", tmp_path, "--blueprint", name)
    own = [mc.read_pack(file) for file in sorted(tmp_path.glob("packs/*.toml"))]
    text = content(name)["blueprint.toml"].decode()

    plan = mc.read_blueprint(text, "blueprint.toml", own)

    assert plan.template == name
    assert plan.goals
    assert {pack.id for pack in own} <= {pack.pack_id for pack in plan.packs}
    assert tuple(pack.pack_id for pack in plan.packs) == SHIPPED[name].packs


@EVERY
def test_every_mapping_is_read_and_belongs_to_a_step_of_the_year(name: str) -> None:
    files = content(name)
    mappings = {path for path in files if path.startswith("mappings/")}

    for path in mappings:
        mc.read_mapping(files[path].decode(), path, kinds=KINDS)

    assert mappings == {step.mapping for step in SHIPPED[name].year} - {None}


@EVERY
def test_every_file_of_the_year_is_a_step_of_it(name: str) -> None:
    files = content(name)

    of_the_year = {path for path in files if path.startswith(("exports/", "records/"))}

    assert of_the_year == {step.file for step in SHIPPED[name].year}
    assert set(SHIPPED[name].files()) == files.keys() - of_the_year


@EVERY
def test_nobody_in_a_year_is_anybody(name: str) -> None:
    files = content(name)

    domains = {
        domain for data in files.values() for domain in re.findall(r"@([\w.-]*\w)", data.decode())
    }

    assert domains
    assert all(domain.endswith(".example.org") for domain in domains)


@EVERY
def test_what_a_blueprint_is_for_and_what_it_leaves_out_is_told_in_sentences(name: str) -> None:
    one = SHIPPED[name]

    sentences = [one.purpose, *one.leaves_out]

    assert one.leaves_out
    assert all(s[0].isupper() and s.endswith(".") for s in sentences)


@EVERY
def test_every_year_is_lived_and_has_some_trouble(name: str, lived: Callable[[str], Lived]) -> None:
    year = lived(name)

    outcomes = {
        found["outcome"] for told in year.told.values() for found in told.get("findings", ())
    }

    assert outcomes & {"refused", "skipped", "amended", "unreadable", "ambiguous"}
    assert year.status.pairings


def test_the_list_tells_every_blueprint(run: Run) -> None:
    told = run("blueprints")

    assert told.code == 0
    assert all(name in told.out for name in SHIPPED)


def test_all_about_one_names_its_year_and_what_it_leaves_out(run: Run) -> None:
    one = SHIPPED["new_teacher_induction_ca"]

    told = " ".join(run("blueprints", one.name).out.split())

    assert all(step.file in told for step in one.year)
    assert all(sentence in told for sentence in one.leaves_out)


def test_a_misspelt_name_is_answered_with_what_is_near(run: Run, tmp_path: Path) -> None:
    told = run("init", tmp_path / "p", "--blueprint", "teacher_induction_ca")

    assert told.code == 2
    assert "perhaps 'new_teacher_induction_ca'" in " ".join(told.err.split())
    assert not (tmp_path / "p").exists()


def test_a_blueprint_comes_without_its_year_unless_it_is_asked_for(tmp_path: Path) -> None:
    said("init", tmp_path, "--blueprint", "new_teacher_induction_ca")

    assert (tmp_path / "blueprint.toml").exists()
    assert (tmp_path / "mappings/meetings.toml").exists()
    assert not (tmp_path / "exports").exists()


@EVERY
def test_a_page_beside_the_files_says_what_is_left_out_and_what_comes_next(
    name: str, tmp_path: Path
) -> None:
    said("init", tmp_path, "--blueprint", name, "--year")

    page = (tmp_path / "README.md").read_text("utf-8")

    assert all(sentence in " ".join(page.split()) for sentence in SHIPPED[name].leaves_out)
    assert all(step.file in page for step in SHIPPED[name].year)
    assert max(map(len, page.splitlines())) <= 100


def test_what_somebody_edited_stays_as_it_is(tmp_path: Path) -> None:
    said("init", tmp_path, "--blueprint", "new_teacher_induction_ca")
    mapping = tmp_path / "mappings/meetings.toml"
    mapping.write_text("mine", "utf-8")

    told = said("init", tmp_path, "--blueprint", "new_teacher_induction_ca", "--year")

    assert mapping.read_text("utf-8") == "mine"
    assert str(tmp_path / "exports/people.csv") in told["written"]
    assert str(mapping) not in told["written"]


def test_a_folder_that_holds_another_blueprint_is_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "blueprint.toml").write_text(mc.BLUEPRINT_TEMPLATE, "utf-8")

    told = run("init", tmp_path, "--blueprint", "new_teacher_induction_ca")

    assert told.code == 2
    assert "is there already" in " ".join(told.err.split())
    assert not (tmp_path / "mappings").exists()


def test_a_year_is_that_of_a_blueprint(run: Run, tmp_path: Path) -> None:
    told = run("init", tmp_path / "p", "--year")

    assert told.code == 2
    assert "--blueprint NAME --year" in told.err


def test_a_file_is_taken_before_a_blueprint_that_ships(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("new_teacher_induction_ca").write_text(mc.BLUEPRINT_TEMPLATE, "utf-8")

    told = run("init", "p", "--blueprint", "new_teacher_induction_ca")

    assert told.code == 0
    assert Path("p/program.db").exists()


@pytest.mark.parametrize("name", ["k12_urban_mentoring", "peer_observation"])
def test_the_demo_shows_a_year_on_its_day_and_a_second_time_adds_nothing(
    run: Run, tmp_path: Path, name: str
) -> None:
    words = ("demo", tmp_path / "p", "--blueprint", name, "--json")

    first, second = run(*words), run(*words)

    assert first.code == second.code == 0
    assert first.data["status"]["day"] == SHIPPED[name].as_of.isoformat()
    assert first.data["recorded"] > 50
    assert second.data["recorded"] == 0
    assert not second.data["new"]


def test_the_demo_tells_what_the_year_is_an_example_of(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    told = run("demo", "p", "--blueprint", "peer_observation")

    assert "An example: peer observation" in " ".join(told.out.split())
    assert "--as-of 2026-06-01" in told.out
    assert max(map(len, told.out.splitlines())) <= 100


def test_the_demo_of_a_program_with_policy_packs_tells_whether_they_were_kept(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    told = run("demo", "p", "--blueprint", "new_teacher_induction_tx")
    data = run("demo", "p", "--blueprint", "new_teacher_induction_tx", "--json").data

    said = " ".join(told.out.split())
    assert "TX-2 Twelve hours a semester" in told.out
    assert "mentorcore compliance p --missing --as-of 2026-05-22" in said
    assert "three complete years of teaching; experience_years is 2 on 2025-08-18, >= 3" in said
    assert {row["state"] for row in data["compliance"]["rows"]} >= {"met", "waived", "breached"}


def test_the_day_of_a_year_that_stands_in_files_cannot_be_chosen(run: Run, tmp_path: Path) -> None:
    told = run(
        *("demo", tmp_path / "p", "--blueprint", "peer_observation", "--today", "2026-01-01")
    )

    assert told.code == 2
    assert not (tmp_path / "p").exists()
