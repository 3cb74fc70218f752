"""Make the golden files of a release: what it writes, and what it says about that.

    cd tests && python -m golden.making

They are made once for a release, from what it is when it is released, and kept for ever: what is
there is never written over. Look at them before they are committed. OpenSSL and the extra
``timestamp`` have to be there.
"""

from __future__ import annotations

import base64
import json
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import attrs
from audit.test_timestamps import Authority
from engine.full_program import FullProgram
from engine.world import COORDINATOR, Clock
from golden.asking import AUDITOR, commands, opened_fields, said
from practices.observation.world import lived

import mentorcore as mc
from mentorcore.audit.notes.checkpoint import Checkpoint, sign_checkpoint
from mentorcore.domain.declarations import event_info

HERE = Path(__file__).parent
ORIGIN, WITNESS = "mentoring.example.edu/log1", "witness.example.org/w1"
LASTING = 36_500
"""Days for which the certificates of the time stamps hold."""


class Kept(FullProgram):
    """A program in which everything happens once, and of which a checkpoint is held from midway."""

    early: mc.Checkpoint

    def work(self) -> None:
        """Half of the year is over."""
        super().work()
        self.early = self.engine.checkpoint().checkpoint


def main() -> int:
    """Make the files of the release that is installed."""
    if ".dev" in mc.__version__:
        print(f"{mc.__version__} is no release; give it its number first.", file=sys.stderr)
        return 1
    to = HERE / mc.__version__
    if to.exists():
        print(f"{to} is there, and stays as it is.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made"
        made.mkdir()
        make(made, Path(folder))
        shutil.copytree(made, to)
    return 0


def make(made: Path, aside: Path) -> None:
    """Fill a folder."""
    key = made / "program.signing-key"
    (made / "vkey.txt").write_text(f"{mc.create_signing_key(key, ORIGIN)}\n")
    with authority(aside) as tsa:
        (made / "roots.pem").write_bytes(tsa.roots.read_bytes())
        sink = mc.TimestampSink(tsa.url, tsa.roots)
        sign = mc.sign_with(key, sinks=[sink], background=False)
        with mc.open(made / "program.db", sign=sign, clock=Clock()) as engine:
            program = Kept(engine)
            lived(engine)
            (made / "program.txt").write_text(f"{program.program}\n")
            handed_out(made, engine, program)
    a_witness(made)
    altered(made / "june.zip", made / "altered.zip")
    (made / "no-export.zip").write_bytes(b"PK no export")
    for name in ("status", "attention"):
        asked = [name, "program.db", "--program", program.program, *AUDITOR, "--json"]
        (made / f"{name}.json").write_text(said(made, asked).out)
    tidy(made)
    answers = [attrs.asdict(said(made, words), filter=without_text) for words in commands(made)]
    tidy(made)
    (made / "answers.json").write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n")
    sums = (f"{sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in sorted(made.iterdir()))
    (made / "SHA256SUMS").write_text("".join(sums))


def handed_out(made: Path, engine: mc.Engine, program: Kept) -> None:
    """All that is handed out of a log."""
    late = engine.checkpoint().checkpoint
    named = next(r for r in engine.events() if r.name == "person.registered")
    (made / "january.txt").write_text(program.early.note)
    (made / "june.txt").write_text(late.note)
    (made / "person.receipt").write_text(engine.receipt(named.position).text)
    (made / "june.proof").write_text(engine.consistency(program.early, late).text)
    ways: dict[str, dict[str, Any]] = {
        "june.zip": {},
        "june.db": {},
        "withheld.zip": {"withhold": ["pairing.meeting-held"]},
        "opened.zip": {"disclose": [(named.position, "name")]},
        "moved.zip": {"move": True, "recipient": None},
    }
    for name, more in ways.items():
        how = {"recipient": "state-auditor", "actor": COORDINATOR, **more}
        engine.export(made / name, **how)
    engine.backup(made / "backup.zip", made / "backup.keys")
    told = [
        {
            "position": recorded.position,
            "stream": recorded.stream,
            "version": recorded.version,
            "name": recorded.name,
            "recorded_at": recorded.recorded_at.isoformat(),
            "of_version": event_info(type(recorded.event)).version,
            "fields": opened_fields(engine, recorded.event),
        }
        for recorded in engine.events()
    ]
    (made / "events.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def a_witness(made: Path) -> None:
    """The file of a witness that saw two histories."""
    key = made / "witness.db.signing-key"
    vkey = mc.create_signing_key(key, WITNESS, kind=4)
    (made / "witness-vkey.txt").write_text(f"{vkey}\n")
    log = mc.read_signing_key(made / "program.signing-key")
    note = (made / "january.txt").read_text()
    size = mc.read_checkpoint(note, [log.key]).size
    forked = sign_checkpoint(Checkpoint(ORIGIN, size, bytes(32)), log).note
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    (made / "forked.txt").write_text(forked)
    witness = mc.Witness(made / "witness.db", mc.read_signing_key(key), [log.key], lambda: noon)
    line = witness.submit(f"old 0\n\n{note}".encode()).body
    (made / "cosigned.txt").write_text(note + line)
    witness.submit(f"old 0\n\n{forked}".encode())
    witness.close()


def altered(bundle: Path, to: Path) -> None:
    """The export with one meeting made longer by whoever handed it on."""
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "events-000000.jsonl":
                lines = [json.loads(line) for line in data.splitlines()]
                line = next(x for x in lines if x[4] == "pairing.meeting-held")
                state = base64.b64decode(line[5]).replace(b'"minutes":', b'"minutes":1')
                line[5] = base64.b64encode(state).decode()
                data = b"".join(json.dumps(x).encode() + b"\n" for x in lines)
            new.writestr(name, data)


def without_text(field: attrs.Attribute[Any], _value: Any) -> bool:
    """Sentences are for people, and may be said better in any version."""
    return field.name != "out"


def tidy(made: Path) -> None:
    """Take away what stands there only while a log is open, and was not made to be kept."""
    for pattern in ("*-wal", "*-shm", "*-journal"):
        for file in made.glob(pattern):
            file.unlink()


@contextmanager
def authority(folder: Path) -> Iterator[Authority]:
    """An authority for time stamps whose certificates hold as long as the files are kept."""
    place = folder / "tsa"
    place.mkdir()
    made = Authority(place, days=LASTING)
    try:
        yield made
    finally:
        made.close()


if __name__ == "__main__":
    sys.exit(main())
