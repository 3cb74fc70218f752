"""Random alterations of carried files: bytes, fields, and parts of two valid files swapped.

``python -m audit.carrying.alterations 10000`` counts how many of so many are accepted.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from audit.books import put
from audit.carrying.files import books, issue, record
from audit.vectors import KEY

from mentorcore.audit.carrying.checking import check_carried
from mentorcore.audit.carrying.record import canonical
from mentorcore.audit.notes.checkpoint import read_checkpoint
from mentorcore.errors import Refused


def accepted(count: int, seed: int, folder: Path) -> tuple[list[bytes], Counter[str]]:
    """The altered files that were not refused, and the codes with which the others were.

    Both files that are altered are verified before: they are of one log, and for two people.
    """
    with books(folder) as opened:
        book = opened()
        put(book.store, 9)
        held = book.sequencer.checkpoint().note
        put(book.store, 5)
        earlier = read_checkpoint(held, [KEY])
        one = issue(book, record(), earlier).data
        ines = record(800, "Ines Duarte", nonce=3, owner=f"person:{8:032x}")
        other = issue(book, ines, earlier).data
    for whole in (one, other):
        assert check_carried(whole, [KEY], held=[held]).verified
    chance = random.Random(seed)
    passed: list[bytes] = []
    codes = Counter[str]()
    while codes.total() + len(passed) < count:
        altered = chance.choice(ALTERATIONS)(chance, one, other)
        if altered in (one, other):
            continue
        try:
            check_carried(altered, [KEY], held=[held])
            passed.append(altered)
        except Refused as refused:
            codes[str(refused.code)] += 1
    return passed, codes


def one_bit(chance: random.Random, one: bytes, _other: bytes) -> bytes:
    """A bit turns over."""
    at = chance.randrange(len(one))
    return one[:at] + bytes([one[at] ^ 1 << chance.randrange(8)]) + one[at + 1 :]


def some_bytes(chance: random.Random, one: bytes, _other: bytes) -> bytes:
    """Bytes are gone, come twice, or others stand in their place."""
    at, end = sorted(chance.randrange(len(one) + 1) for _ in range(2))
    end = min(end, at + 40)
    return one[:at] + chance.choice((b"", one[at:end] * 2, chance.randbytes(end - at))) + one[end:]


def spliced(chance: random.Random, one: bytes, other: bytes) -> bytes:
    """The beginning of one file, and the end of the other."""
    at = chance.randrange(min(len(one), len(other)))
    return one[:at] + other[at:]


def a_digit(chance: random.Random, one: bytes, _other: bytes) -> bytes:
    """Another digit, so that the file still reads well."""
    places = [at for at, byte in enumerate(one) if chr(byte).isdigit()]
    at = chance.choice(places)
    return one[:at] + str(chance.randrange(10)).encode() + one[at + 1 :]


def swapped_fields(chance: random.Random, one: bytes, other: bytes) -> bytes:
    """Parts of one file stand in the other, which is written in order again."""
    mine, theirs = json.loads(one), json.loads(other)
    for name in chance.sample(sorted(mine), chance.randrange(1, len(mine))):
        mine[name] = theirs[name]
    return canonical(mine) + b"\n"


def one_field(chance: random.Random, one: bytes, other: bytes) -> bytes:
    """A value somewhere within is another, or gone, and the file is written in order again."""
    mine, theirs = json.loads(one), json.loads(other)
    holders = list(_holders(mine))
    holder = chance.choice(holders)
    key = (
        chance.choice(sorted(holder)) if isinstance(holder, dict) else chance.randrange(len(holder))
    )
    like = [v for h in _holders(theirs) for v in (h.values() if isinstance(h, dict) else h)]
    if chance.random() < 0.2:
        del holder[key]
    else:
        same = [v for v in like if type(v) is type(holder[key])]
        holder[key] = chance.choice(same or like)
    return canonical(mine) + b"\n"


def _holders(plain: Any) -> Any:
    if isinstance(plain, dict | list) and plain:
        yield plain
        for value in plain.values() if isinstance(plain, dict) else plain:
            yield from _holders(value)


ALTERATIONS = (one_bit, some_bytes, spliced, a_digit, swapped_fields, one_field)

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        taken, refused = accepted(int(sys.argv[1]), 20_261_201, Path(folder))
    told = ", ".join(f"{code} {n}" for code, n in sorted(refused.items()))
    print(f"{len(taken)} of {sys.argv[1]} altered files were accepted; refused: {told}")
    sys.exit(bool(taken))
