"""What README and docs show is what happens: their blocks are run, and their output is compared."""

import contextlib
import io
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from mentorcore.cli.main import main

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
RUN = re.compile(r"<!-- run -->\n```python\n(.*?)```(?:\n```text\n(.*?)```)?", re.DOTALL)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def run_blocks(text: str) -> list[tuple[str, str]]:
    """Run the marked blocks of a page one after the other; expected and actual output of each."""
    space: dict[str, object] = {}
    outputs = []
    for code, expected in RUN.findall(text):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(code, "<block>", "exec"), space)
        outputs.append((expected, said.getvalue()))
    return outputs


def test_the_readme_prints_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    outputs = run_blocks(read("README.md"))

    assert len(outputs) == 3
    for expected, said in outputs:
        assert said == expected


def test_what_the_readme_asks_in_a_terminal_ends_as_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    marked = r"<!-- run in a terminal -->\n```sh\n(.*?)```\n```text\n(.*?)```"
    commands, expected = re.findall(marked, read("README.md"), re.DOTALL)[0]

    codes = [int(main(shlex.split(line)[1:])) for line in commands.splitlines()]

    assert codes == [0, 0]
    assert capsys.readouterr().out.endswith(expected)


@pytest.mark.parametrize("spec", ["adapters.spec", "practices.spec"])
def test_the_readme_imports_what_there_is(spec: str) -> None:
    block = next(b for _, b in BLOCK.findall(read("README.md")) if spec in b)

    exec(compile(block, "<block>", "exec"), {})


def test_the_readme_fits_one_screen_to_each_reader() -> None:
    sections = re.split(r"^## ", read("README.md"), flags=re.MULTILINE)[1:]

    assert len(sections) == 4
    assert all(len(section.splitlines()) < 60 for section in sections)


def test_the_commands_of_the_readme_are_marked_for_ci() -> None:
    text = read("README.md")

    main = re.search(r"<!-- main-command -->\n```sh\n(.*?)\n```\n<!-- end -->", text)
    tests = re.search(r"<!-- test-command -->\n```sh\n(.*?)\n```\n<!-- end -->", text)

    assert main is not None
    assert main[1] == "pip install . && mentorcore demo"
    assert tests is not None
    assert tests[1] == 'pip install -e ".[test]" && pytest'


@pytest.mark.parametrize(
    "page",
    [
        "docs/tutorial.md",
        "docs/how-to/ask-before-pairing.md",
        "docs/how-to/close-a-cohort.md",
        "docs/how-to/embed-in-a-server.md",
        "docs/how-to/keep-a-plan.md",
        "docs/how-to/keep-a-program-alive.md",
        "docs/how-to/run-a-group.md",
        "docs/how-to/run-an-observation-round.md",
        "docs/how-to/set-the-school-calendar.md",
        "docs/how-to/work-across-institutions.md",
    ],
)
def test_pages_print_what_they_say(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    outputs = run_blocks(read(page))

    assert outputs
    for expected, said in outputs:
        assert said == expected


@pytest.mark.processes
@pytest.mark.parametrize("script", sorted(p.name for p in (ROOT / "examples").glob("*.py")))
def test_examples_run_and_say_what_they_promise(script: str, tmp_path: Path) -> None:
    path = ROOT / "examples" / script
    promised = re.search(r"Prints:\n\n(.*?)\n\"\"\"", path.read_text(encoding="utf-8"), re.DOTALL)
    assert promised is not None, f"{script} does not say what it prints"

    done = subprocess.run(
        [sys.executable, "-W", "error", str(path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    expected = [line[4:] for line in promised[1].splitlines()]
    assert done.stdout.splitlines() == expected


def test_links_between_the_pages_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]

    assert not broken


@pytest.mark.processes
def test_no_registry_host_and_no_lock_file_is_tracked() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not tracked:
        pytest.fail("this is no checkout, so what is tracked cannot be told")
    hosts = ("pypi" + ".org", "python" + "hosted", "npm" + "js", "crates" + ".io")

    locks = [t for t in tracked if t.endswith((".lock", "package-lock.json"))]
    named = [
        t
        for t in tracked
        if (ROOT / t).is_file()
        and any(h in (ROOT / t).read_text(encoding="utf-8", errors="ignore") for h in hosts)
    ]

    assert not locks
    assert not named


def test_the_version_is_the_same_everywhere() -> None:
    import mentorcore

    declared = tomllib.loads(read("pyproject.toml"))["project"]["version"]

    assert mentorcore.__version__ == declared
    heading = "Unreleased" if ".dev" in declared else declared
    assert read("CHANGELOG.md").startswith(f"# Changelog\n\n## {heading}")
