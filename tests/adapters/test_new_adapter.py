"""From an empty folder to an adapter that another installation finds, lists and reads with."""

import json
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from mentorcore import BLUEPRINT_TEMPLATE
from mentorcore.adapters.template import new_adapter
from mentorcore.errors import Invalid

ROOT = Path(__file__).parents[2]

READ = """
import json, pathlib
from mentorcore.adapters.registry import Registry
from mentorcore.adapters.sources import FileSource
from mentorcore.adapters.spec import Options, Response
registry = Registry()
registry.load_plugins(strict=True, allow={"our-survey"})
source = FileSource(pathlib.Path(SAMPLE))
items = list(registry.read(source, Options(form="ours")))
print(json.dumps([registry.choose(source).name, [i.key for i in items if type(i) is Response]]))
"""


PEOPLE = """\
Response ID,Submitted at,Your name,Your e-mail,I take part as
r-1,2025-09-01T08:00:00-07:00,Ada Byron,ada@example.org,A mentor
r-2,2025-09-01T09:30:00-07:00,Lin Wu,lin@example.org,A new principal
"""

MAPPING = """
form = "people"
kind = "enrolment"

[fields]
name = "Your name"
email = "Your e-mail"
role = "I take part as"

[values.role]
"A mentor" = "mentor"
"A new principal" = "mentee"

[defaults]
since = "submitted"
"""


def run(python: Path | str, *words: str, cwd: Path) -> str:
    done = subprocess.run(
        [str(python), "-I", *words], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


def wheel(project: Path, folder: Path) -> Path:
    """The wheel of a project, built without asking an index for anything."""
    before = set(folder.glob("*.whl"))
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=project)
    (made,) = set(folder.glob("*.whl")) - before
    return made


def fresh_environment(folder: Path) -> Path:
    """A new environment's Python, which finds this one's packages behind its own.

    What is installed here in editable form is not found there: its path files are not read.
    """
    venv.create(folder, with_pip=False, symlinks=True)
    paths = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", "venv", vars=paths))
    (site / "behind.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin" / "python"


def install(python: Path, made: Path, cwd: Path) -> None:
    offline = ("--no-index", "--no-deps", "--quiet", "--disable-pip-version-check")
    words = ("--python", str(python), "install", *offline, "--force-reinstall", str(made))
    run(sys.executable, "-m", "pip", *words, cwd=cwd)


@pytest.mark.processes
@pytest.mark.timeout(600)  # it builds two wheels and runs the tests of another project
def test_a_new_adapter_is_tested_installed_found_and_used(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="building a wheel without an index needs hatchling")
    pytest.importorskip("pip")
    project, wheels = tmp_path / "mentorcore-our-survey", tmp_path / "wheels"
    python = fresh_environment(tmp_path / "environment")

    new_adapter("our-survey", project)
    install(python, wheel(ROOT, wheels), tmp_path)
    tested = run(python, "-m", "pytest", "-q", "-W", "error", cwd=project)
    install(python, wheel(project, wheels), tmp_path)
    listed = json.loads(run(python, "-m", "mentorcore", "adapters", "--json", cwd=tmp_path))
    sample = str(project / "tests" / "sample.csv")
    found = json.loads(run(python, "-c", READ.replace("SAMPLE", repr(sample)), cwd=tmp_path))

    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "people.toml").write_text(MAPPING)
    blueprint = BLUEPRINT_TEMPLATE.replace("2026-", "2025-").replace("2027-", "2026-")
    (tmp_path / "blueprint.toml").write_text(blueprint)
    mentorcore = (python, "-m", "mentorcore")
    run(*mentorcore, "init", ".", cwd=tmp_path)
    taken = run(*mentorcore, "import", ".", "people.csv", "--mapping", "people.toml", cwd=tmp_path)

    assert " passed" in tested
    assert "2 taken" in taken
    assert {
        "name": "our-survey",
        "version": "0.1.0",
        "origin": "mentorcore-our-survey 0.1.0",
        "abilities": ["files"],
        "problem": None,
    } in listed["adapters"]
    assert found == ["our-survey", [["r-1001"], ["r-1002"], ["r-1003"]]]


def test_nothing_is_overwritten_and_nothing_is_written_by_halves(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")

    with pytest.raises(Invalid, match=r"README.md: is there already"):
        new_adapter("our-survey", tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]
    assert (tmp_path / "README.md").read_text() == "mine"


@pytest.mark.parametrize("name", ["", "Ours", "our survey", "../ours", "-x", "x-", "1st", "a" * 41])
def test_a_name_that_cannot_be_an_adapters_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be an adapter's name"):
        new_adapter(name, tmp_path / "new")

    assert not (tmp_path / "new").exists()
