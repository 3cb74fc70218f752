"""A bundle is read as the usual tools pack it, by whatever reads bundles."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from audit.made_logs import Auditor, MadeLog, events

import mentorcore as mc

US = mc.Actor("host", "coordinator", "system")


def made_by_shutil(folder: Path, to: Path) -> None:
    shutil.make_archive(str(to.with_suffix("")), "zip", folder)


def made_by_shutil_with_its_folder(folder: Path, to: Path) -> None:
    shutil.make_archive(str(to.with_suffix("")), "zip", folder.parent, folder.name)


def made_by_zipfile(folder: Path, to: Path) -> None:
    subprocess.run([sys.executable, "-m", "zipfile", "-c", to, folder], check=True)


def made_by_zipfile_without_the_folder(folder: Path, to: Path) -> None:
    command = [sys.executable, "-m", "zipfile", "-c", str(to), *map(str, sorted(folder.iterdir()))]
    subprocess.run(command, check=True)


def made_by_info_zip(folder: Path, to: Path) -> None:
    zipped(folder.parent, to, folder.name)


def made_by_info_zip_within(folder: Path, to: Path) -> None:
    zipped(folder, to, ".")


def zipped(at: Path, to: Path, what: str) -> None:
    """As `zip -r` does; where it is not there, with the same entries."""
    if shutil.which("zip"):
        subprocess.run(["zip", "-q", "-r", to, what], cwd=at, check=True)
        return
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as box:
        for path in sorted([at / what, *(at / what).rglob("*")]):
            if path != at:
                box.write(path, path.relative_to(at))


def made_by_a_desktop(folder: Path, to: Path) -> None:
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as box:
        box.mkdir(folder.name)
        for path in sorted(folder.rglob("*")):
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            box.write(path, name)
            if path.is_file():
                beside = f"__MACOSX/{name.removesuffix(path.name)}._{path.name}"
                box.writestr(beside, b"\0\5\x16\7")
        box.writestr(f"{folder.name}/.DS_Store", b"Bud1")


TOOLS = [
    made_by_shutil,
    made_by_shutil_with_its_folder,
    made_by_zipfile,
    made_by_zipfile_without_the_folder,
    made_by_info_zip,
    made_by_info_zip_within,
    made_by_a_desktop,
]


@pytest.mark.processes
@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.__name__)
def test_a_bundle_is_verified_however_it_was_packed(
    tool: Callable[[Path, Path], None], tmp_path: Path
) -> None:
    made, auditor = MadeLog(events(300)), Auditor(tmp_path)
    folder = made.bundle(tmp_path / "june", beside={"schema/a.json": "{}"}, entries=True)
    auditor.hold(made.note())
    tool(folder, tmp_path / "packed.zip")

    report = auditor.verify(tmp_path / "packed.zip")

    assert (report["verdict"], report["covered"]) == ("verified", 300)
    assert bool(report["notices"]) is (tool is made_by_a_desktop)


@pytest.mark.processes
@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.__name__)
def test_it_is_loaded_and_asked_as_well(tool: Callable[[Path, Path], None], tmp_path: Path) -> None:
    with mc.open(tmp_path / "program.db") as engine:
        engine.handle(mc.RegisterPerson(name="Ann"), actor=US)
        engine.export(tmp_path / "june", recipient="auditor", actor=US)
    tool(tmp_path / "june", tmp_path / "packed.zip")

    loaded = mc.load(tmp_path / "packed.zip", tmp_path / "copy.db")
    with mc.open_export(tmp_path / "packed.zip") as asked:
        names = [r.name for r in asked.events()]

    assert loaded.size == 2
    assert names == ["person.registered", "audit.exported"]


def test_a_folder_in_a_folder_is_read(tmp_path: Path) -> None:
    made, auditor = MadeLog(events(8)), Auditor(tmp_path)
    (tmp_path / "june").mkdir()
    made.bundle(tmp_path / "june" / "june")
    auditor.hold(made.note())

    assert auditor.verify(tmp_path / "june")["verdict"] == "verified"


@pytest.mark.parametrize(
    "name", ["june/manifest.json", "other/schema/a.json", "events-000001.jsonl"]
)
def test_two_folders_are_no_bundle(name: str, tmp_path: Path) -> None:
    made, auditor = MadeLog(events(8)), Auditor(tmp_path)
    folder = made.bundle(tmp_path / "bundle")
    auditor.hold(made.note())
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as box:
        for path in folder.rglob("*"):
            if path.is_file():
                box.write(path, f"june/{path.relative_to(folder).as_posix()}")
        if name != "june/manifest.json":
            box.writestr(name, b"")
        else:
            box.writestr("manifest.json", (folder / "manifest.json").read_bytes())

    assert auditor.verify(tmp_path / "packed.zip")["verdict"] == "unreadable"


@pytest.mark.processes
def test_an_interpreter_that_is_too_old_is_told(tmp_path: Path) -> None:
    """Before anything is imported that such a one has not."""
    source = Path(mc.__file__).with_name("audit") / "standalone.py"
    old = "import sys; sys.version_info = (3, 10, 12); sys.version = '3.10.12 (main)'\n"
    (tmp_path / "run.py").write_text(old + f"import runpy; runpy.run_path({str(source)!r})\n")

    done = subprocess.run(
        [sys.executable, tmp_path / "run.py"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "The verifier needs Python 3.11 or newer, and this is 3.10.12 (main)\n"
