"""An archive that means harm is refused before anything of it is read, by both verifiers."""

from __future__ import annotations

import gc
import stat
import warnings
import weakref
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from audit.made_logs import Auditor, MadeLog, events

from mentorcore.audit import standalone

Harm = Callable[[Path], Path]
NAMES = (
    "../manifest.json",
    "/etc/passwd",
    "events-000000.jsonl/",
    "C:\\events-000000.jsonl",
    "schema/../../x.json",
    "schema/.hidden",
    "schema//x.json",
    "schema/a b.json",
    "readme.txt",
    "events-1.jsonl",
    "events-\u0660\u0660\u0660\u0660\u0660\u0660.jsonl",
    "EVENTS-000000.jsonl",
    "schema/" + "a" * 65,
    "schema/" + "/".join("a" * 9),
    "events-000000.jsonl\0.txt",
    "tiles",
)


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return MadeLog(events(8)).bundle(tmp_path / "whole.zip")


@pytest.fixture
def auditor(tmp_path: Path) -> Auditor:
    found = Auditor(tmp_path)
    found.hold(MadeLog(events(8)).note())
    return found


def again(whole: Path, change: Callable[[zipfile.ZipFile], None], *, but: str = "") -> Path:
    """The archive written anew, with one thing more or different."""
    path = whole.with_name("again.zip")
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename != but:
                new.writestr(member, old.read(member))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # zipfile warns of what we do on purpose
            change(new)
    return path


def test_the_whole_archive_is_verified(whole: Path, auditor: Auditor) -> None:
    """Written anew, it is: so the others fail for what was changed."""
    assert auditor.verify(again(whole, lambda _new: None))["verdict"] == "verified"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_no_bundle_has_is_refused(name: str, whole: Path, auditor: Auditor) -> None:
    path = again(whole, lambda new: new.writestr(zipfile.ZipInfo(name), b"{}"))
    if "\0" in name:  # zipfile itself would cut the name at the NUL, so it is put there by hand
        data = path.read_bytes()
        path.write_bytes(data.replace(b"events-000000.jsonl.txt", b"events-000000.jsonl\0.tx"))

    assert auditor.verify(path)["verdict"] == "unreadable"


def test_duplicate_member(whole: Path, auditor: Auditor) -> None:
    """Two readers could each take another one of them."""
    path = again(whole, lambda new: new.writestr("events-000000.jsonl", b""))

    assert auditor.verify(path)["verdict"] == "unreadable"


def test_a_link_is_refused(whole: Path, auditor: Auditor) -> None:
    def link(new: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo("schema/passwd")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        new.writestr(info, "/etc/passwd")

    assert auditor.verify(again(whole, link))["verdict"] == "unreadable"


def test_a_bomb_is_refused_without_unpacking_it(whole: Path, auditor: Auditor) -> None:
    path = again(whole, lambda new: new.writestr("mappings/zeros", bytes(64 << 20)))

    assert path.stat().st_size < 200_000
    assert auditor.verify(path)["verdict"] == "unreadable"


def test_an_encrypted_member_is_refused(whole: Path, auditor: Auditor) -> None:
    data = bytearray(whole.read_bytes())
    data[data.rindex(b"PK\1\2") + 8] |= 1
    path = whole.with_name("encrypted.zip")
    path.write_bytes(data)

    assert auditor.verify(path)["verdict"] == "unreadable"


def test_what_stands_behind_the_archive_is_refused(whole: Path, auditor: Auditor) -> None:
    path = whole.with_name("longer.zip")
    path.write_bytes(whole.read_bytes() + whole.read_bytes()[:100])

    assert auditor.verify(path)["verdict"] == "unreadable"


def test_without_a_manifest_it_is_no_bundle(whole: Path, auditor: Auditor) -> None:
    path = again(whole, lambda _new: None, but="manifest.json")

    assert auditor.verify(path)["verdict"] == "unreadable"


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        b'{"format":"mentorcore-export/2"}',
        b'{"format":"mentorcore-export/1","files":{}}',
        b'{"format":"mentorcore-export/1","log_id":7,"files":{}}',
        b'{"format":"mentorcore-export/1","log_id":"00","files":[]}',
    ],
)
def test_a_malformed_manifest_is_refused(manifest: bytes, whole: Path, auditor: Auditor) -> None:
    path = again(whole, lambda new: new.writestr("manifest.json", manifest), but="manifest.json")

    assert auditor.verify(path)["verdict"] == "unreadable"


def test_a_directory_holds_files_and_no_links(tmp_path: Path, auditor: Auditor) -> None:
    folder = MadeLog(events(8)).bundle(tmp_path / "folder")
    assert auditor.verify(folder)["verdict"] == "verified"
    (folder / "schema").mkdir()
    (folder / "schema" / "passwd").symlink_to("/etc/passwd")

    assert auditor.verify(folder)["verdict"] == "unreadable"


def test_a_file_that_the_manifest_does_not_list_is_told(tmp_path: Path, auditor: Auditor) -> None:
    """And one that it lists and that is not there, or is another."""
    changes: dict[str, Callable[[Path], object]] = {
        "more": lambda folder: (folder / "redacted.jsonl").write_bytes(b""),
        "less": lambda folder: (folder / "schema" / "a.json").unlink(),
        "other": lambda folder: (folder / "schema" / "a.json").write_text("{}"),
    }
    for name, change in changes.items():
        folder = MadeLog(events(8)).bundle(tmp_path / name, beside={"schema/a.json": '{"a":1}'})
        assert auditor.verify(folder)["verdict"] == "verified"
        change(folder)

        assert auditor.verify(folder)["verdict"] == "changed", name


def test_a_damaged_archive_is_let_go_at_once(whole: Path) -> None:
    """A file that waits for the collector is a warning somewhere else."""
    broken = again(whole, lambda new: new.writestr("redacted.jsonl", b"[1"), but="redacted.jsonl")
    files = standalone.files_of(broken)
    archive = weakref.ref(files["manifest.json"].func.__self__)
    gc.disable()

    try:
        with suppress(ValueError):
            standalone.Bundle(files)
        del files
        assert archive() is None
    finally:
        gc.enable()


def test_both_formats_are_read_and_no_other(tmp_path: Path, auditor: Auditor) -> None:
    """What format 2 brought stands in no bundle of format 1."""
    log = MadeLog(events(8))
    for number, parts, verdict in (
        (2, {}, "verified"),
        (1, {}, "verified"),
        (3, {}, "unreadable"),
        (2, {"stamps": {"8-tsa.example.org.tsr": b"a"}}, "verified"),
        (1, {"stamps": {"8-tsa.example.org.tsr": b"a"}}, "unreadable"),
        (2, {"lists": {"move/index.jsonl": [["key", "00", None, None, 1, 1]]}}, "verified"),
        (1, {"lists": {"move/index.jsonl": [["key", "00", None, None, 1, 1]]}}, "unreadable"),
    ):
        folder = log.bundle(tmp_path / f"{number}-{'-'.join(parts)}", **parts)
        manifest = folder / "manifest.json"
        said = manifest.read_text().replace("mentorcore-export/2", f"mentorcore-export/{number}")
        manifest.write_text(said)

        assert auditor.verify(folder)["verdict"] == verdict, (number, parts)


def test_a_stamp_that_was_changed_on_the_way_is_told(tmp_path: Path, auditor: Auditor) -> None:
    folder = MadeLog(events(8)).bundle(tmp_path / "folder", stamps={"8-tsa.tsr": b"a stamp"})
    assert auditor.verify(folder)["verdict"] == "verified"
    (folder / "stamps" / "8-tsa.tsr").write_bytes(b"another")

    assert auditor.verify(folder)["verdict"] == "changed"
