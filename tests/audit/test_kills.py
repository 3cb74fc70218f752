"""A process that is killed while it signs never lets the log be signed in two ways."""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

import pytest
from audit import sequencing
from audit.books import Book
from audit.vectors import KEY
from processes import started

from mentorcore.audit.notes.checkpoint import read_checkpoint
from mentorcore.log.stores.opening import open_store

pytestmark = pytest.mark.processes


@pytest.mark.parametrize("way", ["ticks", "receipts"])
def test_kills_never_fork_the_log(durable_url: str, tmp_path: Path, way: str) -> None:
    dice = random.Random(way)
    command = sys.executable, sequencing.__file__, durable_url, tmp_path, way
    for _ in range(3):
        with started(*command) as child:
            for _ in range(dice.randint(1, 4)):
                child.line()
            time.sleep(dice.uniform(0.0, 0.02))
            child.kill()

    book = Book(open_store(durable_url), tmp_path)
    last = book.sequencer.checkpoint()
    notes = [read_checkpoint(note, [KEY]) for note in book.signing.memory.lines()]

    assert last.size == len(book.store.page(0, 10**6))
    assert len(notes) > 1
    assert len({(c.size, c.root) for c in notes}) == len({c.size for c in notes})
    for earlier in notes[:: len(notes) // 10 + 1]:
        book.prover.consistency(earlier, last)
    book.store.close()
