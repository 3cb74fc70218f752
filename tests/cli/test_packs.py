"""Policy packs at the command line: listed, shown, begun, checked and adopted."""

import json
from pathlib import Path

import pytest
from cli.asking import Run
from engine.adopting import DISTRICT

from mentorcore.cli.exit_codes import ExitCode
from mentorcore.policy.kinds import KINDS
from mentorcore.policy.shipped import shipped_packs

OURS = DISTRICT + 'applies_when = { interests = "music" }\n'


@pytest.fixture
def district(tmp_path: Path) -> Path:
    path = tmp_path / "district.toml"
    path.write_text(OURS, encoding="utf-8")
    return path


def test_packs_that_come_along_are_listed(run: Run) -> None:
    found = run("packs")

    assert found.code == ExitCode.DONE
    for pack in shipped_packs():
        assert pack.id in found.out
    assert len(json.loads(run("packs", "list", "--json").out)["packs"]) == len(shipped_packs())


def test_a_pack_is_shown_with_its_notice_its_sources_and_what_it_leaves_out(run: Run) -> None:
    said = " ".join(run("packs", "show", "us-il-induction").out.split())

    assert "not legal advice" in said
    assert "105 ILCS 5/21A-20 (V)" in said
    assert "IL-3: contact hours" in said
    assert "V: read in the primary text." in said


def test_a_pack_is_shown_with_all_that_its_rules_say(run: Run) -> None:
    said = " ".join(run("packs", "show", "us-tx-mentor").out.split())

    assert "anchor participant.enrolled; limit 30; unit calendar_day; count from same_day" in said
    assert "satisfied by pairing.formed (where primary yes)" in said
    assert "max 4; when 2 if teaching_minutes_per_day >= 360; hard yes" in said
    assert "all experience_years < 2; at assignment; role mentee" in said


def test_a_pack_is_shown_as_data_with_the_kind_of_each_rule(run: Run) -> None:
    shown = json.loads(run("packs", "show", "us-ca-teacher-induction", "--json").out)

    assert shown["rules"][0]["kind"] == "duration"
    assert shown["digest"] == next(p.digest for p in shipped_packs() if p.id == shown["id"])
    assert "text" not in shown


def test_a_pack_that_is_not_there_is_answered_with_one_that_looks_like_it(run: Run) -> None:
    found = run("packs", "show", "us-ca-teacher")

    assert found.code == ExitCode.WRONG
    assert "us-ca-teacher-induction" in " ".join(found.err.split())


def test_a_new_pack_is_in_order_and_overwrites_nothing(run: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "packs" / "own.toml")

    first, second = run("packs", "new", file), run("packs", "new", file)
    checked = run("packs", "check", file)

    assert (first.code, second.code, checked.code) == (0, ExitCode.WRONG, 0)
    assert "overwrites nothing" in " ".join(second.err.split())
    assert "is in order" in " ".join(checked.out.split())
    text = Path(file).read_text("utf-8")
    assert all(f'kind = "{kind}"' in text for kind in KINDS)


def test_a_check_says_what_a_pack_asks_of_a_program(run: Run, district: Path) -> None:
    california = run("packs", "show", "us-ca-teacher-induction", "--json")
    own = run("packs", "check", str(district))
    file = district.with_name("nj.toml")
    file.write_text(
        next(p.text for p in shipped_packs() if p.id == "us-nj-induction"), encoding="utf-8"
    )
    new_jersey = " ".join(run("packs", "check", str(file)).out.split())

    assert california.code == own.code == ExitCode.DONE
    assert "Facts that have to be stated (state-fact): interests." in " ".join(own.out.split())
    assert "certificate, experience_years, full_time_years" in new_jersey
    assert "needs an academic calendar" in new_jersey


def test_a_check_notices_events_that_nobody_records(run: Run, district: Path) -> None:
    district.write_text(OURS.replace("PairingFormed", "acme-club.met"), encoding="utf-8")

    found = run("packs", "check", str(district))

    assert found.code == ExitCode.DONE
    assert "nobody records 'acme-club.met' here" in " ".join(found.out.split())


def test_a_check_tells_all_problems_of_all_files_at_once(run: Run, district: Path) -> None:
    other = district.with_name("other.toml")
    other.write_text(OURS.replace('mark = "P"', 'mark = "U"'), encoding="utf-8")
    district.write_text(
        OURS.replace("limit = 14", "limt = 14").replace('title = "Paired', 'titel = "Paired'),
        encoding="utf-8",
    )

    found = run("packs", "check", str(district), str(other))

    said = " ".join(found.err.split())
    assert (found.code, found.out) == (ExitCode.WRONG, "")
    assert "did you mean 'limit'?" in said
    assert "did you mean 'title'?" in said
    assert "'U' is unknown" in said
    assert "line 18" in said


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> str:
    """A program that was launched."""
    where = str(tmp_path / "lagoon")
    assert run("init", where).code == ExitCode.DONE
    assert run("init", where).code == ExitCode.DONE
    return where


def test_a_program_adopts_a_pack_of_its_own_and_keeps_it(
    run: Run, folder: str, district: Path
) -> None:
    adopted = run("packs", "adopt", folder, str(district), "--from", "2099-07-01")
    district.unlink()

    listed = run("packs", "list", folder)

    assert adopted.code == ExitCode.DONE
    assert "Made up for these tests." in adopted.out
    assert "district 1, from 2099-07-01, for everybody" in " ".join(listed.out.split())
    assert "NOT HERE" not in listed.out
    (told,) = json.loads(run("packs", "list", folder, "--json").out)["programs"]
    assert told["packs"][0]["pack"]["rules"][0]["id"] == "D-1"


def test_a_later_version_takes_the_place_of_the_one_before(
    run: Run, folder: str, district: Path
) -> None:
    run("packs", "adopt", folder, str(district), "--from", "2099-07-01")
    district.write_text(OURS.replace('version = "1"', 'version = "2"'), encoding="utf-8")

    again = run("packs", "adopt", folder, str(district), "--from", "2100-07-01", "--new-enrolments")

    said = " ".join(run("packs", "list", folder).out.split())
    assert again.code == ExitCode.DONE
    assert "district 1, from 2099-07-01 until before 2100-07-01, for everybody" in said
    assert "district 2, from 2100-07-01, for those who enrol from then on" in said


def test_a_version_that_was_changed_is_refused(run: Run, folder: str, district: Path) -> None:
    run("packs", "adopt", folder, str(district), "--from", "2099-07-01")
    district.write_text(OURS.replace("limit = 14", "limit = 20"), encoding="utf-8")

    found = run("packs", "adopt", folder, str(district), "--from", "2099-07-01")

    assert found.code == ExitCode.NO
    assert "version 1 of district is adopted since 2099-07-01" in " ".join(found.err.split())


def test_roles_that_the_program_does_not_have_are_noticed_when_it_adopts_a_pack(
    run: Run, folder: str, district: Path
) -> None:
    said = """
[[rule]]
id = "D-2"
kind = "prohibited_relation"
title = "Kept apart"
citation = "4131, 3"
mark = "P"
scope = "pairing"
relations = ["evaluator"]
between = ["coach", "mentee"]
"""
    rule = OURS.replace('interests = "music"', 'role = "beginning-teacher"') + said
    district.write_text(rule, encoding="utf-8")

    checked = " ".join(run("packs", "check", str(district)).out.split())
    adopted = run("packs", "adopt", folder, str(district), "--from", "2099-07-01")
    known = run("packs", "adopt", folder, "us-ny-mentored-experience", "--from", "2099-07-01")

    assert "to have under these names: beginning-teacher, coach." in checked
    assert adopted.code == ExitCode.DONE
    assert "has no role beginning-teacher and none coach" in " ".join(adopted.out.split())
    assert "has no role" not in known.out


def test_from_today_on_if_nothing_is_said(run: Run, folder: str) -> None:
    found = run("packs", "adopt", folder, "eepm")

    assert found.code == ExitCode.DONE
    assert "program.policy-pack-adopted" in found.out or "policy pack" in found.out


def test_a_program_without_packs_says_so(run: Run, folder: str) -> None:
    assert "goes by no policy pack" in run("packs", "list", folder).out


@pytest.mark.parametrize(
    "words", [["show"], ["new"], ["check"], ["adopt", "log"], ["list", "a", "b"]]
)
def test_what_is_missing_is_said(run: Run, words: list[str]) -> None:
    found = run("packs", *words)

    assert found.code == ExitCode.WRONG
    assert f"packs {words[0]} takes" in " ".join(found.err.split())


def test_a_program_is_named_where_a_log_holds_several_or_none(
    run: Run, folder: str, tmp_path: Path
) -> None:
    other = tmp_path / "circle.toml"
    text = Path(folder, "blueprint.toml").read_text("utf-8")
    name = next(line for line in text.splitlines() if line.startswith("name = "))
    other.write_text(text.replace(name, 'name = "Circle"', 1), encoding="utf-8")
    assert run("init", folder, "--blueprint", str(other)).code == ExitCode.DONE

    unsaid = run("packs", "adopt", folder, "eepm")
    said = run("packs", "adopt", folder, "eepm", "--program", "Circle")

    assert unsaid.code == ExitCode.WRONG
    assert "--program" in unsaid.err
    assert said.code == ExitCode.DONE
    assert "eepm" in run("packs", "list", folder, "--program", "Circle").out
