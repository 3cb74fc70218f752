"""Logs that issue records, and the files in which these travel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import MappingProxyType

from audit.books import NOON, Book
from audit.vectors import SIGNER

from mentorcore.audit.carrying.carried_file import CarriedFile, EarlierCheckpoint, write_carried
from mentorcore.audit.carrying.record import CarriedCompletion, CarriedRecord, CarriedSection
from mentorcore.audit.notes.checkpoint import Checkpoint
from mentorcore.log.storage.store import Draft
from mentorcore.log.stores.memory import MemoryStore

ORIGIN = SIGNER.key.name
OWNER = f"person:{7:032x}"


def record(
    minutes: int = 540, name: str = "Rosa Villareal", nonce: int = 1, owner: str = OWNER
) -> CarriedRecord:
    """Two programs of one person: one is over, in the other she still takes part."""
    induction = CarriedSection(
        origin=ORIGIN,
        owner=owner,
        index=None,
        institution="westfield",
        program=f"program:{1:032x}",
        title="Induction of new teachers",
        part="mentor",
        since=date(2024, 9, 2),
        until=date(2025, 6, 20),
        meetings=12,
        minutes=minutes,
        completions=(CarriedCompletion("mentor-basics", date(2024, 10, 1)),),
        units=MappingProxyType({"minute": minutes, "week": 11}),
    )
    peers = CarriedSection(
        origin=ORIGIN,
        owner=owner,
        index=None,
        institution="westfield",
        program=f"program:{2:032x}",
        title="Círculo de colegas",
        part="peer",
        since=date(2025, 9, 1),
        until=None,
        meetings=3,
        minutes=180,
    )
    return CarriedRecord(
        f"{nonce:064x}", ORIGIN, owner, name, date(2026, 1, 15), (induction, peers)
    )


def issue(book: Book, told: CarriedRecord, *held: Checkpoint) -> CarriedFile:
    """Issue a record in a log, and write its file with proofs from what others hold."""
    draft = Draft(told.stream, 1, "carried.issued", b'{"at":"', b'","n":1}')
    position = book.store.append([draft], (), lambda: NOON).positions[0]
    newest = book.sequencer.checkpoint()
    receipt = book.prover.receipt(position, newest=newest)
    earlier = [EarlierCheckpoint(h.size, h.root, book.prover.consistency(h, newest)) for h in held]
    return write_carried(told, receipt, earlier, SIGNER)


@contextmanager
def books(folder: Path) -> Iterator[Callable[..., Book]]:
    """Opens logs that have nothing in them yet, by name, and closes them."""
    opened: list[Book] = []

    def book(name: str = "ours") -> Book:
        (folder / name).mkdir()
        opened.append(Book(MemoryStore(), folder / name))
        return opened[-1]

    yield book
    for one in opened:
        one.store.close()
