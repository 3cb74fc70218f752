"""The questions of auditors are asked as the page prints them, and every output is compared.

Where what is printed changes for a good reason, ``cd tests && python -m cli.test_auditors_questions``
writes it into the page. Look at the difference before you commit it.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cli.asking import Run, Said
from cli.audited_program import Audited, lived

from mentorcore.cli.main import main

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/how-to/answer-an-auditor.md"
ASKED = re.compile(
    r"```sh\n(?P<command>mentorcore [^\n]*)\n```\n```text\n(?P<told>.*?)```", re.DOTALL
)
PAIR = "Amara Okonkwo & Lin Wu"
OF_THE_LOG = {"prove", "import"}
"""What needs more than an export has."""


def questions() -> list[tuple[str, str]]:
    """Each command of the page, with what it prints."""
    return [(q["command"], q["told"]) for q in ASKED.finditer(PAGE.read_text("utf-8"))]


def answered(run: Callable[..., Said], command: str) -> str:
    said = run(*shlex.split(command)[1:])
    assert (said.code, said.err) == (0, ""), (command, said.err)
    return said.out


@pytest.fixture
def audited(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Audited:
    monkeypatch.chdir(tmp_path)
    return lived(run)


def test_each_question_of_the_page_is_answered_as_it_is_printed(
    run: Run,
    audited: Audited,
) -> None:
    answers = [(command, told, answered(run, command)) for command, told in questions()]

    assert len(answers) == 12
    for command, told, said in answers:
        assert said == told, command


def test_an_export_answers_the_same_without_any_key(run: Run, audited: Audited) -> None:
    ids = {PAIR: audited.pairing, "Lin Wu": audited.lin, "my-program": "march.zip"}

    for command, _ in questions():
        words = [ids.get(word, word) for word in shlex.split(command)[1:]]
        if words[0] in OF_THE_LOG or words[0] == "recompute":
            continue
        of_export = run(*words, "--json")
        of_log = run(*("my-program" if w == "march.zip" else w for w in words), "--json")

        assert of_export.code == 0, (command, of_export.err)
        assert len(of_export.data) <= len(of_log.data)
        for secret in ("Amara", "Lin Wu", "Dana", "entered as one"):
            assert secret not in of_export.out, command


@pytest.mark.parametrize("verb", sorted(OF_THE_LOG))
def test_what_an_export_cannot_answer_it_says_in_a_sentence(
    run: Run,
    audited: Audited,
    verb: str,
) -> None:
    [command] = [c for c, _ in questions() if shlex.split(c)[1] == verb]

    words = shlex.split(command)[1:]

    said = run(*("march.zip" if word == "my-program" else word for word in words))

    assert (said.code, said.out) == (2, "")
    assert "fault of mentorcore" not in said.err


def _run(*words: object) -> Said:
    """Run one command line without the help of a test."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(word) for word in words])
    return Said(code, out.getvalue(), err.getvalue())


def _written(page: str) -> Iterator[str]:
    at = 0
    for found in ASKED.finditer(page):
        yield page[at : found.start("told")]
        yield answered(_run, found["command"])
        at = found.end("told")
    yield page[at:]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        lived(_run)
        PAGE.write_text("".join(_written(PAGE.read_text("utf-8"))), "utf-8")
