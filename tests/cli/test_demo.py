"""The example is taken in once, every mishap is told, and the views answer as text and as data."""

from __future__ import annotations

import csv
import os
import pty
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
import pytest
from cli.asking import Run, Said
from processes import PATIENCE, read_to_end, started

from mentorcore.cli.main import main


@attrs.frozen
class Example:
    """The example after it was taken in."""

    folder: Path
    said: Said


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """Taken in once for all tests of this page, which only read it."""
    folder = tmp_path_factory.mktemp("demo") / "example"
    done = subprocess.run(
        [sys.executable, "-m", "mentorcore", "demo", folder.name],
        cwd=folder.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return Example(folder, Said(done.returncode, done.stdout, done.stderr))


@pytest.fixture
def taken(example: Example, tmp_path: Path) -> Path:
    """The same for a test that changes it."""
    return Path(shutil.copytree(example.folder, tmp_path / "example"))


# -------------------------------------------------------------------------------------- demo


@pytest.mark.parametrize("days_ago", range(7))
def test_the_example_shows_the_same_kinds_of_need_on_every_day_of_the_week(
    days_ago: int, run: Run, tmp_path: Path
) -> None:
    day = datetime.now(UTC).date() - timedelta(days=days_ago)

    said = run("demo", str(tmp_path / "example"), "--today", day)

    for kind in ("low feedback", "no meeting", "unpaired", "goal overdue"):
        assert f"  {kind}  " in said.out


def test_the_example_ends_well_and_says_nothing_on_standard_error(example: Example) -> None:
    assert example.said.code == 0
    assert example.said.err == ""


def test_the_example_fits_a_terminal_and_two_screens(example: Example) -> None:
    lines = example.said.out.splitlines()

    assert max(map(len, lines)) <= 100
    assert len(lines) <= 75


@pytest.mark.parametrize(
    "words",
    [
        ["Siobahn Gallager", "did you mean 'Siobhan Gallagher'"],  # a name that nobody bears
        ["This pairing ended on", "a meeting on"],  # a meeting after the end
        ["is not a day of the calendar when read as month, day, year"],  # a date with the day first
        ["skipped", "The same answers were sent shortly before"],  # sent twice
        ["amended", "minutes 6 became 60"],  # changed after it was sent
        ["belongs to 'Camila Duarte', and this row says 'Camila Ibarra'"],  # another's address
        ["'Malik Osei'", "is a second person of this name"],  # a namesake
        ["before; did you mean 'Plan one differentiated task"],  # a mistyped goal
        ["'Video call' is now 'Online'", "renamed in the survey"],  # a renamed choice
        ["the older one again 2", "unchanged"],  # an older export, sent again
        ["refused: the ids in No. were changed, such as 001 to 1"],  # a list that was re-saved
        ["days of school; the agreed rhythm"],  # a break
    ],
    ids=[
        *("name", "ended", "date", "twice", "changed"),
        *("address", "namesake", "goal", "renamed", "older", "re-saved", "break"),
    ],
)
def test_each_mishap_is_told_in_words(example: Example, words: list[str]) -> None:
    told = " ".join(example.said.out.split())

    assert all(word in told for word in words)


def test_status_and_attention_are_shown(example: Example) -> None:
    out = example.said.out

    assert "18 mentor" in out
    assert "19 active, 1 ended" in out
    assert "no meeting" in out
    assert "low feedback" in out
    assert "unpaired" in out
    assert "Try next" in out


def test_refused_rows_wait_in_a_file_that_the_output_names(example: Example) -> None:
    rejects = example.folder / "exports" / "rejects-meetings.csv"

    with rejects.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    assert len(rows) == 2
    assert "example/exports/rejects-meetings.csv" in example.said.out


def test_the_one_late_entry_is_listed(run: Run, example: Example) -> None:
    said = run("status", example.folder, "--late")

    assert "Sent late (1)" in said.out
    assert "Keiko Tanabe & Hana Kobayashi" in said.out


def test_the_question_of_the_example_is_answered_by_a_command_that_it_leads_to(
    run: Run, taken: Path
) -> None:
    words = ("import", taken, taken / "exports/people.csv")
    mapping = ("--mapping", taken / "mappings/people.toml")
    asked = next(
        line.split()[1:] for line in run(*words, *mapping).out.splitlines() if " same_" in line
    )

    done = run(*asked)
    again = run(*words, *mapping, "--json")

    assert done.code == 0, done.err
    assert (again.data["counts"]["taken"], again.data["counts"]["refused"]) == (1, 0)
    assert "details changed" in run("history", taken, "Camila Ibarra").out


def test_running_it_again_appends_nothing_and_says_so(run: Run, taken: Path) -> None:
    before = run("log", taken, "--json").data

    again = run("demo", taken)

    assert again.code == 0
    assert run("log", taken, "--json").data == before
    assert "Nothing new was recorded" in again.out
    assert "is there already" in " ".join(again.out.split())


def test_a_run_that_was_stopped_is_carried_on(run: Run, files: Path, tmp_path: Path) -> None:
    run("init", files)
    run("import", files, files / "exports/people.csv", "--mapping", files / "mappings/people.toml")

    said = run("demo", files, "--json")

    assert said.code == 0
    assert said.data["status"]["numbers"]["meetings"] > 200
    assert run("demo", files, "--json").data["recorded"] == 0


@pytest.mark.parametrize("there", ["letter.txt", "blueprint.toml"])
def test_a_folder_of_something_else_is_left_alone(run: Run, tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine")

    said = run("demo", tmp_path)

    assert said.code == 2
    assert "something else" in said.err
    assert [p.name for p in tmp_path.iterdir()] == [there]


def test_the_example_is_one_json_document(run: Run, tmp_path: Path) -> None:
    said = run("demo", tmp_path / "example", "--json")

    assert said.code == 0
    assert list(said.data) == [
        "folder",
        "new",
        "recorded",
        "imports",
        "corrections",
        "status",
        "attention",
    ]
    *taken, re_saved = said.data["imports"]
    assert [i["counts"]["refused"] for i in taken] == [1, 0, 3, 1, 0, 3, 2]
    assert taken[-1]["events"] == 0
    assert re_saved["error"]["kind"] == "source-refused"
    assert said.data["status"]["numbers"]["meetings"] > 200


def test_another_day_gives_another_year(run: Run, tmp_path: Path) -> None:
    said = run("demo", tmp_path / "example", "--today", "2026-03-02", "--json")

    assert said.code == 0
    assert said.data["status"]["cohorts"][0]["starts_on"].startswith("2025-")


@pytest.mark.parametrize("today", ["yesterday", "2999-01-01"])
def test_a_day_is_a_day_that_has_come(run: Run, tmp_path: Path, today: str) -> None:
    said = run("demo", tmp_path / "example", "--today", today)

    assert said.code == 2
    assert not (tmp_path / "example").exists()


# -------------------------------------------------------------------------------------- read


def test_status_lists_every_pairing_and_everybody(run: Run, example: Example) -> None:
    said = run("status", example.folder)

    assert said.code == 0
    assert "Pairings (19 live)" in said.out
    assert "Participants (40)" in said.out
    assert "Zuzana Nováková" in said.out
    assert max(map(len, said.out.splitlines())) <= 100


def test_status_is_data_with_evidence(run: Run, example: Example) -> None:
    data = run("status", example.folder, "--json").data

    assert len(data["pairings"]) == 20
    assert data["numbers"]["pairings"] == {"formed": 0, "active": 19, "paused": 0, "ended": 1}
    assert data["pairings"][0]["evidence"][0]["position"] > 0


def test_ids_are_told_for_those_who_record_by_hand(run: Run, example: Example) -> None:
    said = run("status", example.folder, "--ids")

    pairing = next(w for w in said.out.split() if w.startswith("pairing:"))
    assert run("history", example.folder, pairing).code == 0
    assert max(map(len, said.out.splitlines())) <= 100


def test_an_auditor_sees_no_name(run: Run, example: Example) -> None:
    said = run("status", example.folder, "--as", "auditor")

    assert said.code == 0
    assert "Zuzana" not in said.out
    assert "19 active" in said.out


def test_a_member_sees_their_own(run: Run, example: Example) -> None:
    people = run("status", example.folder, "--json").data["participants"]
    grace = next(p["who"] for p in people if p["who"]["name"] == "Grace Adeyemi")

    said = run("status", example.folder, "--as", grace["person"])

    assert "Grace Adeyemi" in said.out
    assert "Joyce Mbeki" in said.out
    assert "Zuzana" not in said.out
    assert "not listed" in said.out


def test_a_viewer_is_one_of_three(run: Run, example: Example) -> None:
    said = run("status", example.folder, "--as", "the boss")

    assert said.code == 2
    assert "--as" in said.err


def test_the_past_can_be_asked(run: Run, example: Example) -> None:
    now = run("status", example.folder, "--json").data
    middle = now["pairings"][0]["formed_on"]

    then = run("status", example.folder, "--as-of", middle, "--json").data
    unknown = run("status", example.folder, "--as-known", 4, "--json").data

    assert then["numbers"]["meetings"] == 0
    assert unknown["participants"] == []


@pytest.mark.parametrize(
    "words",
    [
        ("--as-of", "last week"),
        ("--as-known", "2026-11-01T10:00"),
        ("--as-known", "2026-11-01 at noon"),
    ],
)
def test_times_that_say_too_little_are_refused(
    run: Run, example: Example, words: tuple[str, str]
) -> None:
    said = run("status", example.folder, *words)

    assert said.code == 2
    assert words[0] in said.err


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%Y-%m-%dT%H:%M+00:00"])
def test_a_day_or_a_time_says_what_was_known(run: Run, example: Example, form: str) -> None:
    when = f"{datetime.now(UTC) + timedelta(minutes=1):{form}}"

    said = run("status", example.folder, "--as-known", when, "--json")

    assert said.code == 0
    assert len(said.data["pairings"]) == 20


def test_a_program_is_named_by_name_or_id(run: Run, example: Example) -> None:
    one = run("status", example.folder, "--json").data

    named = run("status", example.folder, "--program", one["name"], "--json").data
    by_id = run("status", example.folder, "--program", one["program"], "--json").data
    unknown = run("status", example.folder, "--program", "Another")

    assert named["program"] == by_id["program"] == one["program"]
    assert unknown.code == 2


def test_attention_says_why(run: Run, example: Example) -> None:
    said = run("attention", example.folder)

    assert said.code == 0
    assert "the agreed rhythm allows 7 days" in " ".join(said.out.split())
    assert "Oliver Thorne" in said.out
    assert max(map(len, said.out.splitlines())) <= 100


def test_attention_is_data(run: Run, example: Example) -> None:
    data = run("attention", example.folder, "--json").data

    kinds = {need["kind"] for need in data["needs"]}
    assert {"no_meeting", "low_feedback", "goal_overdue", "unpaired", "training_expiring"} <= kinds
    assert all(need["evidence"] for need in data["needs"])


def test_nothing_to_do_is_said(run: Run, program: Path) -> None:
    said = run("attention", program)

    assert "Nothing needs anybody today." in said.out


def test_history_tells_one_story_by_name(run: Run, example: Example) -> None:
    said = run("history", example.folder, "Jonas Lindqvist")

    assert said.code == 0
    assert "meeting held" in said.out
    assert "minutes 6 → 60" in said.out
    assert max(map(len, said.out.splitlines())) <= 100


def test_history_says_where_a_record_stands_for_those_who_correct_it(
    run: Run, example: Example
) -> None:
    said = run("history", example.folder, "Jonas Lindqvist", "--ids")
    data = run("history", example.folder, "Jonas Lindqvist", "--json").data

    record = next(e for e in data["entries"] if e["standing"] == "amended")["evidence"]
    assert f"{record['stream']}#{record['version']}" in said.out


def test_a_record_is_corrected_by_hand(run: Run, taken: Path) -> None:
    data = run("history", taken, "Grace Adeyemi", "--json").data
    record = next(e for e in data["entries"] if e["name"] == "pairing.meeting-held")["evidence"]
    target = (f"stream={record['stream']}", f"target={record['version']}")

    done = run("record", taken, "amend-record", *target, "changes.minutes=61", "reason=a slip")

    assert done.code == 0
    assert "→ 61; because: a slip" in run("history", taken, "Grace Adeyemi").out


def test_history_is_data_by_id(run: Run, example: Example) -> None:
    pairing = run("status", example.folder, "--json").data["pairings"][0]["pairing"]

    data = run("history", example.folder, pairing, "--json").data

    assert data["subject"] == pairing
    assert data["entries"][0]["name"] == "pairing.formed"


def test_history_tells_one_story_by_address(run: Run, example: Example) -> None:
    address = "Jonas.Lindqvist@quillharbor.example.org"

    by_address = run("history", example.folder, address)

    assert by_address.out == run("history", example.folder, "Jonas Lindqvist").out


def test_a_history_that_several_may_mean_is_asked_back(run: Run, taken: Path) -> None:
    people = taken / "exports" / "people.csv"
    with people.open("a", encoding="utf-8", newline="") as file:
        file.write(people.read_text(encoding="utf-8").splitlines()[-1].replace("ethan", "another"))
    run("import", taken, people, "--mapping", taken / "mappings/people.toml")

    said = run("history", taken, "Ethan Park")

    assert said.code == 1
    assert "may be 2 of them" in said.err
    assert said.err.count("participant:") == 2


def test_history_of_nobody_is_refused(run: Run, example: Example) -> None:
    said = run("history", example.folder, "Nobody Atall")
    asked = run("history", example.folder, "Nobody Atall", "--json")

    assert said.code == asked.code == 2
    assert "nobody called 'Nobody Atall'" in said.err
    assert asked.data["error"]["code"] == "nobody"


def test_the_log_of_the_example_names_nobody(run: Run, example: Example) -> None:
    out = run("log", example.folder, "--json").out + run("log", example.folder, "--long").out

    assert not any(name in out for name in ("Lindqvist", "Grace", "quillharbor", "seating plan"))


# ------------------------------------------------------------------------------------ import


def meetings(folder: Path) -> tuple[Path, str]:
    return folder / "exports" / "meetings-later.csv", "mappings/meetings.toml"


def test_refused_rows_are_corrected_and_taken_in(run: Run, taken: Path) -> None:
    export, mapping = meetings(taken)
    rejects = export.with_name("rejects-meetings.csv")
    text = rejects.read_text(encoding="utf-8-sig")
    rejects.write_text(text.replace("Siobahn Gallager", "Siobhan Gallagher"), encoding="utf-8")

    corrected = run("import", taken, rejects, "--mapping", taken / mapping, "--json")
    again = run("import", taken, export, "--mapping", taken / mapping, "--json")

    assert corrected.data["counts"]["taken"] == 1
    assert corrected.data["counts"]["refused"] == 1
    assert again.data["counts"]["taken"] == 0
    assert again.data["counts"]["refused"] == 2


def test_an_import_says_line_by_line_what_is_wrong(run: Run, taken: Path) -> None:
    export, mapping = meetings(taken)

    said = run("import", taken, export, "--mapping", taken / mapping)

    assert said.code == 0
    assert "refused" in said.out
    assert "row " in said.out
    assert "Nothing new was recorded." in said.out
    assert max(map(len, said.out.splitlines())) <= 100


def test_strict_makes_a_refusal_an_answer_of_no(run: Run, taken: Path) -> None:
    export, mapping = meetings(taken)
    pairings, list_ = taken / "exports" / "pairings.csv", taken / "mappings/pairings.toml"

    refused = run("import", taken, export, "--mapping", taken / mapping, "--strict")
    sound = run("import", taken, pairings, "--mapping", list_, "--strict")

    assert refused.code == 1
    assert sound.code == 0


def test_the_rejects_file_is_where_one_says(run: Run, taken: Path, tmp_path: Path) -> None:
    export, mapping = meetings(taken)
    rejects = tmp_path / "to-correct.csv"

    said = run(
        "import", taken, export, "--mapping", taken / mapping, "--rejects", rejects, "--json"
    )

    assert said.data["rejects_file"] == str(rejects)
    assert rejects.exists()


def test_an_adapter_and_a_program_can_be_named(run: Run, taken: Path) -> None:
    form = taken / "mappings/people.toml"
    words = ("import", taken, taken / "exports/people.csv", "--mapping", form)

    named = run(*words, "--adapter", "csv", "--program", program_name(run, taken))
    unknown = run(*words, "--adapter", "telepathy")
    nowhere = run(*words, "--program", "program:" + "0" * 32)

    assert named.code == 0
    assert (unknown.code, nowhere.code) == (2, 1)
    assert "telepathy" in unknown.err


def program_name(run: Run, folder: Path) -> str:
    return str(run("status", folder, "--json").data["name"])


def test_an_export_that_is_not_there_is_named(run: Run, program: Path) -> None:
    said = run("import", program, "gone.csv", "--mapping", program / "mappings/people.toml")

    assert said.code == 2
    assert said.err.startswith("gone.csv: there is no such file")


def test_a_mapping_is_answered_with_all_its_problems(run: Run, program: Path) -> None:
    mapping = program / "mappings" / "broken.toml"
    mapping.write_text('form = "x y"\nkind = "meeting-log"\n')

    said = run("import", program, program / "exports/people.csv", "--mapping", mapping)

    assert said.code == 2
    assert len([line for line in said.err.splitlines() if line.startswith("  - ")]) > 1


def test_an_empty_export_is_a_sentence(run: Run, program: Path) -> None:
    empty = program / "exports" / "empty.csv"
    empty.write_bytes(b"")

    said = run("import", program, empty, "--mapping", program / "mappings/people.toml", "--json")

    assert said.code == 2
    assert said.data["error"]["kind"] == "source-unreadable"


# ---------------------------------------------------------------------------------- progress


def on_a_terminal(*words: str) -> str:
    """What a command line writes to a terminal that is its standard error."""
    ours, theirs = pty.openpty()
    command = sys.executable, "-m", "mentorcore", *words
    with started(*command, stdout=subprocess.DEVNULL, stderr=theirs) as child:
        os.close(theirs)
        seen = read_to_end(ours)
        child.process.wait(PATIENCE)
    os.close(ours)
    assert child.process.returncode == 0
    return seen.decode()


@pytest.mark.processes
def test_a_terminal_shows_progress_and_is_left_clean(program: Path) -> None:
    people, mapping = program / "exports" / "people.csv", program / "mappings" / "people.toml"

    seen = on_a_terminal("import", str(program), str(people), "--mapping", str(mapping))

    assert "Importing" in seen
    assert seen.endswith("\r\x1b[K")


def test_a_pipe_shows_no_progress(run: Run, program: Path) -> None:
    people, mapping = program / "exports" / "people.csv", program / "mappings" / "people.toml"

    said = run("import", program, people, "--mapping", mapping)

    assert said.code == 0
    assert said.err == ""


def test_the_console_script_is_the_same_function() -> None:
    assert main(["--version"]) == 0
