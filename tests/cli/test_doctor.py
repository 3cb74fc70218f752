"""`mentorcore doctor` tells line by line what is in order, and ends accordingly."""

from pathlib import Path

from cli.asking import Run


def test_a_program_that_has_just_begun_is_in_order(run: Run, program: Path) -> None:
    said = run("doctor", program)

    assert said.code == 0
    assert said.out.endswith("All is in order.\n")
    assert all(line.startswith(("fine", " ")) for line in said.out.splitlines()[:-2] if line)


def test_it_can_be_read_by_programs(run: Run, program: Path) -> None:
    data = run("doctor", program, "--json").data

    assert data["in_order"] is True
    assert {line["about"] for line in data["lines"]} >= {"log", "keys", "clock", "time zones"}
    assert {line["standing"] for line in data["lines"]} == {"fine"}


def test_what_is_broken_ends_with_1_and_says_what_to_do(run: Run, program: Path) -> None:
    (program / "program.keys").unlink()

    said = run("doctor", program)

    assert said.code == 1
    assert "broken  keys" in said.out
    assert "-> put the newest copy of the keys back" in said.out
    assert "1 broken, 0 worth a look." in said.out


def test_a_log_that_is_not_there_is_broken_and_not_made(run: Run, tmp_path: Path) -> None:
    said = run("doctor", tmp_path / "program.db")

    assert said.code == 1
    assert "NotALog" in said.out
    assert not (tmp_path / "program.db").exists()
