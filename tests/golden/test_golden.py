"""What a released version wrote is read for ever, and answers as it did.

Each release has a folder of what it wrote (`golden.making` says how it is made). It is never changed:
whoever has such files in the world cannot change theirs.
"""

from __future__ import annotations

import json
import re
import shutil
from datetime import timedelta
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from engine.world import COORDINATOR, NOON, Clock
from golden.asking import contains, copied, opened_fields, said

import mentorcore as mc
from mentorcore.domain.declarations import event_info
from mentorcore.practices.registry import Practices

HERE = Path(__file__).parent
RELEASES = sorted(path.parent for path in HERE.glob("*/answers.json"))
SUMS = "SHA256SUMS"
LATER = NOON + timedelta(days=30)


@pytest.fixture(scope="module", params=RELEASES, ids=lambda path: path.name)
def release(request: pytest.FixtureRequest) -> Path:
    """The folder of a release, which nobody writes to."""
    assert isinstance(request.param, Path)
    return request.param


@pytest.fixture(scope="module")
def shared(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy for those who only ask."""
    return copied(release, tmp_path_factory.mktemp("golden") / release.name)


@pytest.fixture
def files(release: Path, tmp_path: Path) -> Path:
    """A copy of one's own."""
    return copied(release, tmp_path / release.name)


def words(folder: Path, name: str) -> str:
    return (folder / name).read_text("utf-8").strip()


def demands(folder: Path, *held: str) -> mc.VerificationPolicy:
    return mc.VerificationPolicy(
        keys=[words(folder, "vkey.txt")],
        held={name: (folder / name).read_text("utf-8") for name in held},
    )


def test_there_is_a_folder_for_every_release() -> None:
    released = re.findall(
        r"(?m)^## ([0-9][0-9.]*) ", (HERE.parents[1] / "CHANGELOG.md").read_text("utf-8")
    )

    assert {path.name for path in RELEASES} == set(released)
    assert ".dev" in mc.__version__ or mc.__version__ in released


def test_nothing_of_a_release_was_changed(release: Path) -> None:
    kept = dict(line.split("  ")[::-1] for line in words(release, SUMS).splitlines())

    found = {p.name: sha256(p.read_bytes()).hexdigest() for p in release.iterdir()}

    assert {name: digest for name, digest in found.items() if name != SUMS} == kept


def test_every_command_ends_and_answers_as_it_did(release: Path, shared: Path) -> None:
    """Members of an answer may have been added, and sentences be said better."""
    differing: list[Any] = []
    for kept in json.loads(words(release, "answers.json")):
        if kept["words"][0] == "stamps" and find_spec("rfc3161_client") is None:
            continue  # the extra is not installed
        found = said(shared, kept["words"])
        if found.code != kept["code"] or not contains(found.data, kept["data"]):
            differing.append((kept["words"], kept["code"], found.code, found.data, kept["data"]))

    assert not differing


def test_every_exit_code_of_a_command_is_among_them(release: Path) -> None:
    answers = json.loads(words(release, "answers.json"))

    assert {kept["code"] for kept in answers} == {0, 1, 2, 3}


def test_every_event_is_read_as_it_was(release: Path, shared: Path) -> None:
    kept = json.loads(words(release, "events.json"))
    with mc.open(shared / "program.db", create=False) as engine:
        found = list(engine.events())[: len(kept)]

        assert [(r.position, r.stream, r.version, r.name) for r in found] == [
            (k["position"], k["stream"], k["version"], k["name"]) for k in kept
        ]
        assert [r.recorded_at.isoformat() for r in found] == [k["recorded_at"] for k in kept]
        for recorded, entry in zip(found, kept, strict=True):
            if event_info(type(recorded.event)).version == entry["of_version"]:
                assert opened_fields(engine, recorded.event) == entry["fields"]


def test_the_release_of_today_holds_every_event_of_the_catalogue(release: Path) -> None:
    held = {entry["name"] for entry in json.loads(words(release, "events.json"))}

    missing = Practices.of(()).model.names.keys() - held

    assert not missing or release.name != mc.__version__


def test_the_log_goes_on_and_is_still_the_one_that_was_signed(files: Path) -> None:
    sign = mc.sign_with(files / "program.signing-key", background=False)
    with mc.open(files / "program.db", create=False, sign=sign, clock=Clock(LATER)) as engine:
        engine.handle(mc.RegisterPerson(name="Somebody new"), actor=COORDINATOR)
        newest = engine.checkpoint().checkpoint
        continued = engine.consistency((files / "january.txt").read_text("utf-8"), newest)
        receipt = engine.receipt(engine.position)

    vkey = words(files, "vkey.txt")
    assert mc.verify_log(
        files / "program.db", demands(files, "january.txt", "june.txt")
    ).verdict == ("verified")
    assert mc.verify_continued(continued.text, continued.earlier.note, [vkey]).later == newest
    assert mc.verify_receipt(receipt.text, [vkey]).leaf.name == "person.registered"


def test_a_moved_log_goes_on_elsewhere(files: Path) -> None:
    mc.load(files / "moved.zip", files / "next.db", original_retired=True)
    shutil.copy(files / "program.keys", files / "next.keys")
    shutil.copy(files / "program.kek", files / "next.kek")

    with mc.open(files / "next.db", create=False, clock=Clock(LATER)) as engine:
        engine.handle(mc.RegisterPerson(name="Somebody new"), actor=COORDINATOR)

    assert mc.verify_log(files / "next.db", demands(files, "june.txt")).verdict == "verified"


def test_a_backup_becomes_a_log_again(files: Path) -> None:
    mc.restore(files / "backup.zip", files / "backup.keys", files / "back.db")

    with mc.open(files / "back.db", create=False, clock=Clock(LATER)) as engine:
        known = [r for r in engine.events() if r.name == "person.registered"]
        name = opened_fields(engine, known[0].event)["name"]

    told = json.loads(words(files, "events.json"))
    first = next(entry for entry in told if entry["name"] == "person.registered")
    assert name == first["fields"]["name"]


def test_a_witness_goes_on_from_what_it_saw(files: Path) -> None:
    log, key = words(files, "vkey.txt"), mc.read_signing_key(files / "witness.db.signing-key")
    witness = mc.Witness(files / "witness.db", key, [log], lambda: LATER)

    reply = witness.submit((files / "june.proof").read_bytes())
    (evidence,) = witness.evidence()
    witness.close()

    cosigned = mc.read_checkpoint(
        (files / "june.txt").read_text("utf-8") + reply.body, [log, key.key]
    )
    assert reply.status == 200
    assert [c.witness for c in cosigned.cosignatures] == [key.key.name]
    assert evidence.note == (files / "forked.txt").read_text("utf-8")


def test_stamps_hold(shared: Path) -> None:
    pytest.importorskip("rfc3161_client")

    found = mc.time_stamps(shared / "june.zip", roots=shared / "roots.pem")

    assert found
    assert all(one.checked for one in found)


def test_a_release_is_never_made_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    making = pytest.importorskip("golden.making")

    for version, why in (("0.1.0", "stays as it is"), ("0.3.0.dev0", "is no release")):
        monkeypatch.setattr(mc, "__version__", version)

        assert making.main() == 1
        assert why in capsys.readouterr().err
