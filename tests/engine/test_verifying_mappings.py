"""The texts of mappings beside the log are held against the digests under which imports name them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from engine.rosters import MAPPING
from engine.test_damaged_views import behind_its_back
from engine.world import COORDINATOR, Place, World, engine, mc

from mentorcore.engine.engine import Engine
from mentorcore.intake.mappings.mapping_reader import digest_of, read_mapping
from mentorcore.log.stores.memory import MemoryStore

LIST = "Mentor,Mentee,Paired on,Signed on,Started on,Paused on,Resumed on,Ended on,Reason\n"
OTHER = MAPPING.replace('"Paired on"', '"Signed on"')


def imported(opened: Engine, folder: Path) -> str:
    """A log that read a file by a mapping; answers the mapping's digest."""
    world = World(opened)
    mentor, mentee = world.person(name="Ada Byron"), world.person(name="Lin Wu")
    world.enrol("mentor", mentor)
    world.enrol("mentee", mentee)
    file = folder / "pairings.csv"
    file.write_text(LIST + "Ada Byron,Lin Wu,2026-09-01,,,,,,\n", encoding="utf-8")
    mapping = mc.read_mapping(MAPPING, "m.toml")
    assert opened.take_in(file, mapping, actor=COORDINATOR).counts.taken == 1
    return str(mapping.digest)


@pytest.fixture
def read(store_url: str, tmp_path: Path) -> Iterator[tuple[Engine, str, Place]]:
    """Such a log in each kind of store, the digest, and where it is."""
    keys = None if store_url == ":memory:" else str(tmp_path / "program.keys")
    with engine(store_url, keys=keys) as opened:
        yield opened, imported(opened, tmp_path), Place(store_url, keys)


def written_over(opened: Engine, place: Place, text: bytes | None) -> None:
    """Put another text in the place of the one that is kept; or none."""
    store = opened._store
    if isinstance(store, MemoryStore):
        kept: Any = store._index["mapping"]
        for digest, row in list(kept.items()):
            if text is None:
                del kept[digest]
            else:
                kept[digest] = row._replace(body=text)
        return
    with closing(behind_its_back(place)) as db:
        if text is None:
            db.execute("DELETE FROM log_index WHERE kind = 'mapping'")
        else:
            db.execute("UPDATE log_index SET body = %s WHERE kind = 'mapping'", (text,))


def test_a_text_that_nobody_touched_is_the_one_that_imports_name(
    read: tuple[Engine, str, Place],
) -> None:
    opened, _, _ = read

    assert opened.verify_mappings() == ()


@pytest.mark.parametrize(
    ("text", "about"),
    [
        (OTHER.encode(), "says something else"),
        (b"form = ", "is no TOML"),
        (b"\xff", "is no TOML"),
        (b"", "says something else"),
        (b"a = " + b"[" * 5_000, "is no TOML"),
        (b"a = " + b"9" * 5_000, "is no TOML"),
    ],
)
def test_another_text_is_named_with_the_import_that_named_it(
    text: bytes, about: str, read: tuple[Engine, str, Place]
) -> None:
    opened, digest, place = read
    [started] = opened.events(names=["import.started"])
    written_over(opened, place, text)

    [found] = opened.verify_mappings()

    assert (found.digest, found.position, found.form) == (digest, started.position, "pairings")
    assert about in found.about


def test_a_text_that_is_gone_is_told_and_is_none_that_was_changed(
    read: tuple[Engine, str, Place],
) -> None:
    opened, digest, place = read
    written_over(opened, place, None)

    [found] = opened.verify_mappings()

    assert (found.digest, found.is_kept) == (digest, False)


def test_other_spaces_comments_and_ends_of_lines_make_no_other_mapping(
    read: tuple[Engine, str, Place],
) -> None:
    opened, _, place = read
    written_over(opened, place, ("\ufeff# for the list\n\n" + MAPPING).encode())

    assert opened.verify_mappings() == ()


def test_the_digest_is_that_of_the_mapping_that_is_read() -> None:
    assert digest_of(MAPPING) == read_mapping(MAPPING, "m.toml").digest != digest_of(OTHER)
