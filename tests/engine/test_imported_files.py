"""Is this the file that was imported? The log answers for every byte, and tells nobody else."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from engine.harbor import FILES, Harbor, Text, csv_of, harbor
from engine.world import COORDINATOR, Place, mc
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorcore.engine.indexes.imported_files import BARREN
from mentorcore.errors import SourceUnreadable

PEOPLE = FILES / "people.csv"


def check(it: Harbor, source: Any) -> Any:
    return it.engine.check_file(source)


def test_the_file_that_was_imported_is_known_with_its_import(at: Place) -> None:
    with harbor(at) as it:
        report = it.take("people")
        it.take("pairings")

        found = check(it, PEOPLE)

        [told] = found.imports
        assert found.is_known
        assert (told.name, told.form, told.batch) == ("people.csv", "people", report.batch)
        assert told.sha256 == found.sha256 == hashlib.sha256(PEOPLE.read_bytes()).hexdigest()
        assert told.program == it.engine.programs()[0].program
        assert (found.namesakes, found.taken_back, found.unknown) == ((), (), 0)


def test_a_file_under_another_name_is_known_by_its_bytes(tmp_path: Path) -> None:
    with harbor() as it:
        it.take("people")
        copy = tmp_path / "mine.csv"
        copy.write_bytes(PEOPLE.read_bytes())

        assert check(it, copy).is_known


@given(st.integers(0, 400), st.sampled_from(["", "x", " ", "\n"]))
@settings(max_examples=20)
def test_any_other_byte_makes_another_file_and_its_namesake_is_told(place: int, put: str) -> None:
    text = PEOPLE.read_text()
    place %= len(text)
    other = text[:place] + put + text[place + 1 :]
    with harbor() as it:
        it.take("people")

        found = check(it, Text(other, "folder/people.csv"))

        assert found.is_known == (other.encode() == PEOPLE.read_bytes())
        assert found.is_known or [f.name for f in found.namesakes] == ["people.csv"]


def test_a_dry_run_imports_nothing() -> None:
    with harbor() as it:
        it.take("people", dry_run=True)

        assert not check(it, PEOPLE).is_known


def test_a_file_that_held_nothing_new_is_known_and_names_no_import() -> None:
    with harbor() as it:
        it.take("people")
        it.take("people", csv_of("people") + "\n")

        found = check(it, Text(csv_of("people") + "\n"))
        again = check(it, PEOPLE)

        assert [f.batch for f in found.imports] == [None]
        assert [f.batch is None for f in again.imports] == [False]


def test_the_same_file_again_writes_nothing() -> None:
    with harbor() as it:
        it.take("people")
        it.take("people", csv_of("people") + "\n")
        written: list[int] = []
        it.engine._desk.before_append = lambda: written.append(it.engine.position)

        it.take("people")
        it.take("people", csv_of("people") + "\n")

        assert written == []


def test_of_files_that_held_nothing_new_the_last_ones_are_remembered() -> None:
    with harbor() as it:
        it.take("people")
        store = it.engine._store
        for n in range(BARREN + 3):
            it.take("people", csv_of("people") + "\n" * (n + 1))

        assert len(store.entries("imported-file")) == 1
        assert len(store.entries("barren-file")) == 1
        assert not check(it, Text(csv_of("people") + "\n")).is_known
        assert check(it, Text(csv_of("people") + "\n" * (BARREN + 3))).is_known


def test_an_import_that_was_taken_back_is_told_as_such() -> None:
    with harbor() as it:
        it.people()
        batch: Any = it.take("meetings").batch
        it.engine.handle(
            mc.ReverseImport(batch_id=batch, reason="wrong", authority="office"), actor=COORDINATOR
        )
        before = check(it, FILES / "meetings.csv")
        again = it.take("meetings").batch

        after = check(it, FILES / "meetings.csv")

        assert before.taken_back == after.taken_back == (batch,)
        assert [f.batch for f in after.imports] == [batch, again]


def test_neither_name_nor_digest_stands_in_the_clear(tmp_path: Path) -> None:
    secret = tmp_path / "Amara-Okonkwo-answers.csv"
    secret.write_bytes(PEOPLE.read_bytes())
    digest = hashlib.sha256(secret.read_bytes()).hexdigest()
    with mc.open(tmp_path / "log.db") as engine:
        it = Harbor(engine)
        engine.take_in(secret, it.mapping("people"), actor=COORDINATOR)
        engine.export(tmp_path / "out", recipient="auditor", actor=COORDINATOR)

        assert check(it, secret).is_known
        assert secret.name not in repr(check(it, secret))

    stored = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file() and p != secret)
    for told in (secret.name, "Okonkwo-answers", digest):
        assert told.encode() not in stored
    assert bytes.fromhex(digest) not in stored


def test_imports_of_which_no_file_is_known_are_counted() -> None:
    with harbor() as it:
        it.take("people")
        it.engine.handle(
            mc.StartImport(
                batch_id=it.engine.new_id("import"),
                adapter="csv",
                adapter_version="1",
                form="elsewhere",
                mapping_digest="0" * 64,
                coverage="full",
            ),
            actor=COORDINATOR,
        )

        assert check(it, Text("a,b\n")).unknown == 1


def test_a_file_that_is_not_there_is_no_answer(tmp_path: Path) -> None:
    with harbor() as it, pytest.raises(SourceUnreadable, match="no such file"):
        check(it, tmp_path / "nowhere.csv")
