"""Errors are sentences, exit codes say what kind of end it was, and help teaches by example."""

from __future__ import annotations

import argparse
import gc
import inspect
import os
import re
import subprocess
import sys
from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from cli.asking import Run
from processes import PATIENCE, environment, read_to_end, started

import mentorcore
from mentorcore.adapters.registry import GROUP
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.main import main
from mentorcore.cli.verbs import VERBS, module_of
from mentorcore.engine.zone_tables import zone_tables


def test_the_version_is_told(run: Run) -> None:
    said = run("--version")

    first, second = said.out.splitlines()
    assert (said.code, first) == (0, f"mentorcore {mentorcore.__version__}")
    assert re.fullmatch(r"time zones: 20\d\d[a-z], (/.*|the package tzdata)", second)


def test_the_tables_of_zones_are_those_of_the_package_where_the_computer_has_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("zoneinfo.TZPATH", ())

    assert zone_tables() == f"{import_module('tzdata').IANA_VERSION}, the package tzdata"


@pytest.mark.parametrize(
    ("name", "line", "version"),
    [
        ("tzdata.zi", "# version 2031c", "2031c"),
        ("+VERSION", "2031d", "2031d"),
        ("x", "", "version unknown"),
    ],
)
def test_tables_of_the_computer_come_first_and_name_their_version(
    name: str, line: str, version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Europe").mkdir()
    (tmp_path / "Europe/London").write_bytes(b"TZif")
    (tmp_path / name).write_text(line, "ascii")
    monkeypatch.setattr("zoneinfo.TZPATH", (str(tmp_path / "empty"), str(tmp_path)))

    assert zone_tables() == f"{version}, {tmp_path}"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_teaches_with_an_example(run: Run, verb: str) -> None:
    said = run(verb, "--help")

    assert said.code == 0
    assert f"  mentorcore {verb}" in said.out
    assert "--json" in said.out
    assert max(map(len, said.out.splitlines())) <= 100


@pytest.mark.processes
def test_help_loads_nothing_of_the_engine() -> None:
    script = (
        "import sys; from mentorcore.cli.main import main; from mentorcore.cli.verbs import VERBS;"
        "[main([verb, '--help']) for verb in VERBS];"
        "house = ('mentorcore.engine', 'mentorcore.domain', 'mentorcore.log', 'cryptography');"
        "print(sorted(m for m in sys.modules if m.startswith(house)), file=sys.stderr)"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stderr == "[]\n"


@pytest.mark.processes
def test_only_the_verb_that_is_asked_for_is_imported() -> None:
    script = (
        "import sys; from mentorcore.cli.main import main; main(['status', '--help']);"
        "print(*(m for m in sys.modules if m.startswith('mentorcore.cli.verbs.')), file=sys.stderr)"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stderr == "mentorcore.cli.verbs.status\n"


def test_every_exit_code_is_explained() -> None:
    explained = re.findall(r"^    (\w+): ", inspect.getdoc(ExitCode) or "", re.MULTILINE)

    assert explained == [code.name for code in ExitCode]


def test_help_lists_every_verb(run: Run) -> None:
    said = run("--help")

    assert all(f"\n    {verb} " in said.out for verb in VERBS)


def test_a_host_that_runs_it_collects_its_garbage_as_before(run: Run) -> None:
    before = gc.get_threshold()

    run("adapters")

    assert gc.get_threshold() == before


@pytest.mark.parametrize(
    "words", [(), ("statuz",), ("status",), ("log", "x.db", "--after", "soon"), ("demo", "a", "b")]
)
def test_wrong_words_exit_with_2_and_show_how_to_use_them(run: Run, words: tuple[str, ...]) -> None:
    said = run(*words)

    assert said.code == 2
    assert said.out == ""
    assert "usage: mentorcore" in said.err


def test_wrong_words_are_one_json_document_too(run: Run) -> None:
    said = run("status", "--json")

    assert said.code == 2
    assert said.data["error"]["kind"] == "usage"
    assert said.err == ""


def test_a_log_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    said = run("log", tmp_path / "none.db")

    assert said.code == 2
    assert "none.db" in said.err
    assert "Traceback" not in said.err
    assert not (tmp_path / "none.db").exists()


def test_another_file_is_no_log(run: Run, tmp_path: Path) -> None:
    letter = tmp_path / "letter.db"
    letter.write_text("Dear coordinator, " * 100)

    said = run("log", letter, "--json")

    assert said.code == 2
    assert said.data["error"]["kind"] == "not-a-log"


def test_a_trace_is_shown_on_request_only(run: Run, tmp_path: Path) -> None:
    quiet = run("log", tmp_path / "none.db")
    loud = run("log", tmp_path / "none.db", "--debug")

    assert "Traceback" not in quiet.err
    assert "Traceback" in loud.err


def broken(_asked: argparse.Namespace) -> int:
    raise ZeroDivisionError("division by zero")


def stopped(_asked: argparse.Namespace) -> int:
    raise KeyboardInterrupt


def test_a_fault_of_our_own_is_called_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module_of("adapters"), "run", broken)

    said = run("adapters")
    asked = run("adapters", "--json")

    assert said.code == asked.code == 2
    assert "fault of mentorcore itself: ZeroDivisionError" in said.err
    assert asked.data["error"]["kind"] == "zero-division-error"


def test_stopping_is_no_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module_of("adapters"), "run", stopped)

    said = run("adapters")

    assert said.code == ExitCode.STOPPED
    assert "Stopped" in said.err


def test_adapters_are_listed(run: Run) -> None:
    said = run("adapters")

    assert said.code == 0
    assert "csv" in said.out
    assert "built in" in said.out


def test_adapters_are_listed_as_data(run: Run) -> None:
    said = run("adapters", "--json")

    listed = {a["name"]: a for a in said.data["adapters"]}
    assert listed["csv"]["origin"] == "built in"
    assert listed["csv"]["problem"] is None


def test_an_adapter_that_was_left_out_is_named_and_fails_a_strict_listing(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("adapters", "--strict").code == 0
    broken = EntryPoint("our-survey", "no_such_module_at_all", GROUP)
    monkeypatch.setattr("mentorcore.plugins.entry_points", lambda group: [broken])

    said, strict = run("adapters"), run("adapters", "--strict", "--json")

    assert (said.code, strict.code) == (0, 1)
    assert "1 adapter left out:" in said.out
    assert "our-survey" in said.out
    assert "ModuleNotFoundError: No module named 'no_such_module_at_all'" in said.out
    assert [a["name"] for a in strict.data["adapters"] if a["problem"]] == ["our-survey"]


def test_a_new_adapter_is_written_to_begin_with(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"

    said = run("adapters", "new", "our-survey", folder)
    again = run("adapters", "new", "our-survey", folder)

    assert said.code == 0
    assert (folder / "pyproject.toml").exists()
    assert "pytest" in said.out
    assert again.code == 2


def test_a_new_adapter_needs_a_name(run: Run) -> None:
    assert run("adapters", "new").code == 2


@pytest.mark.processes
def test_the_module_is_the_same_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mentorcore", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )

    first, second = done.stdout.splitlines()
    assert first == f"mentorcore {mentorcore.__version__}"
    assert second.startswith("time zones: ")


@pytest.mark.processes
def test_a_reader_that_leaves_early_is_no_error(program: Path) -> None:
    script = (
        f"import sys; from mentorcore.cli.main import main; "
        f"sys.exit(main(['log', {str(program)!r}, '--json']))"
    )
    with started(sys.executable, "-c", script, stderr=subprocess.PIPE) as child:
        assert child.process.stdout is not None
        assert child.process.stderr is not None
        child.process.stdout.close()
        complaints = read_to_end(child.process.stderr.fileno())
        child.process.wait(PATIENCE)

    assert child.process.returncode == 0
    assert complaints == b""


@pytest.mark.parametrize(
    ("stream", "words", "code"),
    [
        ("stdout", ("verify",), 3),
        ("stdout", ("verify", "--json"), 3),
        ("stdout", ("log", "--json"), 0),
        ("stderr", ("log", "--name", "no.such"), 2),
        ("stderr", ("verify", "--quorum", "7"), 2),
    ],
)
def test_a_reader_that_leaves_early_does_not_change_how_it_ends(
    stream: str, words: tuple[str, ...], code: int, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    with open(writing, "w", buffering=1) as left:  # noqa: PTH123 - a pipe has no path
        monkeypatch.setattr(sys, stream, left)
        ended = main([words[0], str(program), *words[1:]])
        if stream == "stderr":
            os.dup2(os.open(os.devnull, os.O_WRONLY), writing)

    assert ended == code


@pytest.mark.processes
def test_a_terminal_without_the_letters_shows_question_marks(program: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mentorcore", "log", str(program)],
        capture_output=True,
        env=environment(PYTHONIOENCODING="ascii", PATH=""),
        check=False,
    )

    assert done.returncode == 0
    assert done.stdout.isascii()
    assert b"?" in done.stdout


def test_words_of_the_process_are_used_when_none_are_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["mentorcore", "--version"])

    assert main() == 0
    assert capsys.readouterr().out.startswith("mentorcore ")


@pytest.mark.processes
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_a_disk_that_is_full_is_a_sentence() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mentorcore", "adapters"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert done.returncode == 2
    assert b"space" in done.stderr
    assert b"Exception" not in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.processes
@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell that closes a stream")
@pytest.mark.parametrize("verb", ["log", "status"])
def test_closed_output_is_no_error(program: Path, verb: str) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -m mentorcore {verb} "$1" >&-', sys.executable, str(program)],
        stderr=subprocess.PIPE,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")
