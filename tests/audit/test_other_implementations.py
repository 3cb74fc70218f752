"""Programs of others check what a log hands out: its checkpoints, receipts, proofs and tiles.

They are those by which the Go tools check their module database, and npm the provenance of packages.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from audit.books import Book, put
from audit.made_logs import VKEY, MadeLog, events
from audit.vectors import COSIGNED, NOTES, RECEIPT

from mentorcore.audit.notes.checkpoint import Checkpoint
from mentorcore.audit.sequencing.receipt import Receipt
from mentorcore.log.stores.memory import MemoryStore

pytestmark = pytest.mark.processes

OUTSIDE = Path(__file__).with_name("outside")
GOPATH = Path("/usr/share/gocode")
"""Where Debian's packages of Go libraries lie."""
SIZES = (1, 2, 3, 7, 8, 255, 256, 257, 300)
Ask = Callable[..., dict[str, list[str]]]


def told(words: list[str], asked: dict[str, Any], **environment: str) -> dict[str, list[str]]:
    done = subprocess.run(
        words, input=json.dumps(asked), capture_output=True, text=True, check=False,
        env=os.environ | environment, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer: dict[str, list[str]] = json.loads(done.stdout)
    return answer


@pytest.fixture(scope="module")
def by_go(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """The packages of golang.org/x/mod/sumdb."""
    go = shutil.which("go")
    if go is None or not (GOPATH / "src/golang.org/x/mod/sumdb").is_dir():
        pytest.skip("needs go, and Debian's golang-golang-x-mod-dev")
    room = tmp_path_factory.mktemp("go")
    made = {"GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(room / "cache")}
    words = [go, "build", "-o", str(room / "check"), str(OUTSIDE / "check.go")]
    built = subprocess.run(
        words, env=os.environ | made, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    return lambda **asked: told([str(room / "check")], {"Key": VKEY, **asked})


@pytest.fixture(scope="module")
def by_sigstore() -> Ask:
    """The package @sigstore/verify."""
    node, modules = shutil.which("node"), os.environ.get("NODE_PATH", "")
    if node is None or not any(
        (Path(folder) / "@sigstore/verify").is_dir()
        for folder in modules.split(os.pathsep)
        if folder
    ):
        pytest.skip("needs node, and NODE_PATH to a folder where npm installed @sigstore/verify")
    words = [node, str(OUTSIDE / "check.cjs")]
    return lambda **asked: told(words, {"Key": VKEY, "Notes": [], "Receipts": []} | asked)


@attrs.frozen
class Handed:
    """What a log of 300 events handed out.

    Attributes:
        notes: Its checkpoints, the smallest first.
        receipts: Of every event under the newest.
        continued: Two checkpoints each, with the proof that the later one continues the earlier.
    """

    notes: list[str]
    receipts: list[Receipt]
    continued: list[dict[str, Any]]


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handed]:
    store = MemoryStore()
    book = Book(store, tmp_path_factory.mktemp("book"))
    checkpoints: list[Checkpoint] = []
    for before, size in zip((0, *SIZES), SIZES, strict=False):
        put(store, size - before)
        made = book.sequencer.checkpoint()
        assert made is not None
        checkpoints.append(made)
    continued = [
        {
            "Old": earlier.note,
            "New": later.note,
            "Proof": [
                b2a_base64(h, newline=False).decode()
                for h in book.prover.consistency(earlier, later)
            ],
        }
        for later in checkpoints
        for earlier in checkpoints
        if earlier.size <= later.size
    ]
    receipts = [book.prover.receipt(position) for position in range(1, SIZES[-1] + 1)]
    yield Handed([c.note for c in checkpoints], receipts, continued)
    store.close()


def flipped(coded: str) -> str:
    """The same base64 with one bit of its bytes changed."""
    raw = bytearray(a2b_base64(coded))
    raw[-1] ^= 1
    return b2a_base64(raw, newline=False).decode()


def altered_notes(note: str) -> list[str]:
    """The note with another origin, size, root, signature; and signed by nobody."""
    origin, size, root, _, line, _ = note.split("\n")
    dash, name, signature = line.split(" ")
    return [
        note.replace(origin + "\n", origin + "x\n"),
        note.replace(f"\n{size}\n", f"\n{int(size) + 1}\n"),
        note.replace(root, flipped(root)),
        note.replace(line, f"{dash} {name} {flipped(signature)}"),
        note.replace(line, f"{dash} {name} AAAA{signature[4:]}"),
        note.partition("— ")[0],
    ]


def altered_receipts(receipt: Receipt) -> list[str]:
    """The receipt with each hash changed, left out or doubled, and of another index or leaf."""
    made = []
    for n in range(len(receipt.proof)):
        before, hash_, after = receipt.proof[:n], receipt.proof[n], receipt.proof[n + 1 :]
        other = bytes((hash_[0] ^ 1,)) + hash_[1:]
        made += [(*before, other, *after), (*before, *after), (*before, hash_, hash_, *after)]
    texts = [attrs.evolve(receipt, proof=proof).text for proof in made]
    index = receipt.leaf.index
    at = f"index {index}\n"
    texts += [receipt.text.replace(at, f"index {other}\n") for other in (index + 1, index ^ 2, 300)]
    return [*texts, attrs.evolve(receipt, leaf=attrs.evolve(receipt.leaf, version=77)).text]


@pytest.mark.parametrize("ask", ["by_go", "by_sigstore"])
def test_every_checkpoint_is_read(ask: str, handed: Handed, request: pytest.FixtureRequest) -> None:
    published = [NOTES["note_text"], *NOTES["further_notes_text"].values(), COSIGNED]

    answer = request.getfixturevalue(ask)(Notes=[*handed.notes, *published])

    assert set(answer["notes"]) == {""}
    assert len(answer["notes"]) == len(SIZES) + len(published)


@pytest.mark.parametrize("ask", ["by_go", "by_sigstore"])
def test_no_altered_checkpoint_is_believed(
    ask: str, handed: Handed, request: pytest.FixtureRequest
) -> None:
    """So what they say of ours is worth something."""
    altered = [text for note in handed.notes for text in altered_notes(note)]

    answer = request.getfixturevalue(ask)(Notes=altered)

    assert "" not in answer["notes"]


@pytest.mark.parametrize("ask", ["by_go", "by_sigstore"])
def test_every_receipt_proves_its_event(
    ask: str, handed: Handed, request: pytest.FixtureRequest
) -> None:
    texts = [RECEIPT, *(receipt.text for receipt in handed.receipts)]

    answer = request.getfixturevalue(ask)(Receipts=texts)

    assert answer["receipts"] == [""] * len(texts)


@pytest.mark.parametrize("ask", ["by_go", "by_sigstore"])
def test_no_altered_receipt_proves_anything(
    ask: str, handed: Handed, request: pytest.FixtureRequest
) -> None:
    chosen = [handed.receipts[index] for index in (0, 1, 128, 254, 255, 256, 298, 299)]
    altered = [text for receipt in chosen for text in altered_receipts(receipt)]

    answer = request.getfixturevalue(ask)(Receipts=altered)

    assert "" not in answer["receipts"], altered[answer["receipts"].index("")]


def test_every_later_checkpoint_continues_the_earlier_ones(by_go: Ask, handed: Handed) -> None:
    answer = by_go(Continue=handed.continued)

    assert answer["continue"] == [""] * (len(SIZES) * (len(SIZES) + 1) // 2)


def test_no_altered_continuation_is_believed(by_go: Ask, handed: Handed) -> None:
    altered = []
    for pair in handed.continued:
        proof = pair["Proof"]
        altered += [
            pair | {"Proof": [*proof[:n], flipped(proof[n]), *proof[n + 1 :]]}
            for n in range(len(proof))
        ]
        altered += [pair | {"Proof": proof[:n] + proof[n + 1 :]} for n in range(len(proof))]
        if pair["Old"] != pair["New"]:
            altered.append(pair | {"Old": pair["New"], "New": pair["Old"]})

    answer = by_go(Continue=altered)

    assert "" not in answer["continue"]


def test_a_published_folder_of_tiles_is_read_leaf_by_leaf(by_go: Ask, tmp_path: Path) -> None:
    bundle = MadeLog(events(700, gap_after=6)).bundle(tmp_path / "bundle", entries=True)
    tile = bundle / "tiles/tile/0/001"

    sound = by_go(Tiles=str(bundle / "tiles"))
    tile.write_bytes(bytes((tile.read_bytes()[0] ^ 1,)) + tile.read_bytes()[1:])
    damaged = by_go(Tiles=str(bundle / "tiles"))

    assert sound["tiles"] == [""]
    assert damaged["tiles"] != [""]
