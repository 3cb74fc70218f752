"""Nothing sealed gets into the tables, and every copy is brought in line with an erasure."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from engine.full_program import MARK, FullProgram
from engine.world import engine
from projections.town import Town, mc
from tables.hosts import PREFIX, Host

import mentorcore
from mentorcore.domain.visibility import READERS
from mentorcore.errors import Invalid, OpenedReadOnly, Refused, TablesError
from mentorcore.tables.layout import STATE, TABLES


@pytest.fixture
def full() -> Iterator[FullProgram]:
    """A program in which everything happened, every personal field filled."""
    with engine() as opened:
        yield FullProgram(opened)


def test_no_personal_text_stands_in_any_table(full: FullProgram, host: Host) -> None:
    tables = full.engine.tables(host.connection)

    told = repr(host.everything())

    assert tables.verify() == ()
    assert MARK not in told
    assert "Sealed" not in told
    assert full.pairing in told


def test_no_personal_text_stands_in_any_file(full: FullProgram, tmp_path: Path) -> None:
    with full.engine.tables(tmp_path / "host.db") as tables:
        tables.copy(tmp_path / "copy", viewer=mc.Viewer.coordinator())

    files = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert len(files) == 2 + len(TABLES)
    assert all(MARK.encode() not in path.read_bytes() for path in files)
    assert all(b"Gr\xc3\xb6\xc3\x9fe" not in path.read_bytes() for path in files)


def test_every_column_says_what_it_is_and_who_may_see_it() -> None:
    for table in (*TABLES, STATE):
        assert table.about.endswith(".")
        assert {*table.key, table.owner, *table.indexes} <= {*table.names}
        assert not any(c.optional for c in table.columns if c.name in table.key)
        for column in table.columns:
            assert column.about, (table.name, column.name)
            assert {"coordinator", "auditor"} <= READERS[column.visibility]
            counted = column.name in {"minutes", "places", "contact_limit"}
            assert bool(column.unit) == counted, (table.name, column.name)


def test_an_erasure_reaches_every_copy(town: Town, host: Host, tmp_path: Path) -> None:
    tables = town.engine.tables(host.connection)
    host.connection.commit()
    tables.copy(tmp_path / "copy")
    cached = {"Anna": 5, "Ben": 7}
    town.engine.register_derived_copy("search index", lambda _: len([cached.popitem()]))
    mentor = next(iter(town.persons.values()))
    before = town.status().numbers.mentor_minutes
    town.keys.erase(mentor)

    answers = town.engine.purge_derived_copies(mentor)

    assert [a.name.split()[0] for a in answers] == ["files", "search", "tables"]
    assert all(a.confirmed for a in answers)
    assert answers[0].changed == 1 + len(TABLES)
    assert [*(tmp_path / "copy").iterdir()] == []
    assert cached == {"Anna": 5}
    assert tables.verify() == ()
    assert sum(m.minutes for m in tables.mentor_hours(town.today)) == before


def test_purging_derives_anew_what_is_told_of_a_person(town: Town, host: Host) -> None:
    town.engine.tables(host.connection)
    host.connection.commit()
    mentor = next(iter(town.persons.values()))
    host.run(f"update {PREFIX}participants set role = '{MARK}'")
    host.run(f"update {PREFIX}meetings set modality = '{MARK}'")

    (answer,) = town.engine.purge_derived_copies(mentor)

    assert answer.confirmed
    assert answer.changed == 3
    assert MARK not in repr(host.rows(f"select * from {PREFIX}meetings"))


def test_a_copy_that_does_not_confirm_stays_listed_with_the_reason(
    town: Town, tmp_path: Path
) -> None:
    def fails(person: str) -> int:
        raise TimeoutError("the search server is away")

    town.engine.register_derived_copy("search index", fails)
    tables = town.engine.tables(tmp_path / "host.db")
    tables.close()

    answers = town.engine.purge_derived_copies(f"person:{1:032x}")

    assert {a.name.split()[0]: a.confirmed for a in answers} == {"search": False, "tables": False}
    assert "search server is away" in str(answers[0].problem)
    assert [c.name for c in town.engine.derived_copies()] == [a.name for a in answers]


def test_copies_are_known_after_the_process_has_ended(durable_url: str, tmp_path: Path) -> None:
    keys = str(tmp_path / "program.keys")
    with mc.open(durable_url, keys=keys) as opened:
        opened.register_derived_copy("search index", lambda _: 0)
        with opened.tables(tmp_path / "host.db") as tables:
            tables.copy(tmp_path / "copy")

    with mc.open(durable_url, keys=keys) as opened:
        listed = {c.name.split()[0]: c.is_open for c in opened.derived_copies()}
        first = opened.purge_derived_copies(f"person:{1:032x}")
        opened.register_derived_copy("search index", lambda _: 0)
        with opened.tables(tmp_path / "host.db"):
            second = opened.purge_derived_copies(f"person:{1:032x}")

    assert listed == {"files": True, "search": False, "tables": False}
    assert [a.confirmed for a in first] == [True, False, False]
    assert "open or register it first" in str(first[1].problem)
    assert [a.confirmed for a in second] == [True, True, True]


def test_a_log_open_for_reading_fills_the_tables_that_were_noted_before(
    durable_url: str, tmp_path: Path
) -> None:
    keys = str(tmp_path / "program.keys")
    with mc.open(durable_url, keys=keys) as opened, opened.tables(tmp_path / "host.db"):
        opened.handle(
            mc.RegisterPerson(name="Ada"), actor=mc.Actor("desk", "coordinator", "system")
        )

    with mc.open(durable_url, keys=keys, read_only=True) as opened:
        with opened.tables(tmp_path / "host.db") as tables:
            state = tables.state()
        with pytest.raises(OpenedReadOnly, match="register_derived_copy"):
            opened.tables(tmp_path / "another.db")

    assert state is not None
    assert state.position == 1
    assert not (tmp_path / "another.db").stat().st_size


def test_a_copy_that_is_gone_is_forgotten(town: Town) -> None:
    town.engine.register_derived_copy("search index", lambda _: 0)

    town.engine.forget_derived_copy("search index")
    town.engine.forget_derived_copy("search index")

    assert town.engine.derived_copies() == ()


def test_dropped_tables_and_those_in_memory_are_no_copies_for_ever(
    town: Town, tmp_path: Path
) -> None:
    with town.engine.tables(tmp_path / "host.db") as tables:
        tables.drop()
    with closing(sqlite3.connect(":memory:")) as connection:
        town.engine.tables(connection)

        names = [c.name for c in town.engine.derived_copies()]

    assert names == [f"tables {PREFIX} in memory"]
    assert not town.store.entries("derived-copy")


def test_a_copy_is_not_forgotten_before_the_host_commits_its_end(town: Town, host: Host) -> None:
    tables = town.engine.tables(host.connection)
    host.begin()

    tables.drop()
    host.connection.rollback()

    assert len(town.engine.derived_copies()) == 1
    assert tables.verify() == ()


def test_noting_a_copy_again_records_nothing(town: Town, sqlite_host: Host) -> None:
    town.engine.tables(sqlite_host.connection)
    before = town.store.entries("derived-copy")
    town.later(days=1)

    town.engine.tables(sqlite_host.connection)

    assert town.store.entries("derived-copy") == before


@pytest.mark.parametrize("name", ["", "x" * 501])
def test_a_copy_without_a_name_is_refused(town: Town, name: str) -> None:
    with pytest.raises(Invalid, match="cannot be noted"):
        town.engine.register_derived_copy(name, lambda _: 0)


def test_a_copy_in_files_says_what_it_holds(town: Town, host: Host, tmp_path: Path) -> None:
    tables = town.engine.tables(host.connection)

    made = tables.copy(tmp_path / "copy")

    about = json.loads((tmp_path / "copy" / "tables.json").read_text())
    meetings = (tmp_path / "copy" / "meetings.csv").read_text().splitlines()
    assert made.rows["meetings"] == 2
    assert (about["position"], about["log_id"]) == (town.engine.position, town.engine.log_id)
    assert meetings[0].split(",") == [c["name"] for c in about["tables"]["meetings"]["columns"]]
    assert "2026-09-01,2026-09,2026-09-01T19:00:00.000000Z,45,in_person" in meetings[1]
    assert ",false," in meetings[1]
    assert about["tables"]["meetings"]["columns"][7] == {
        "name": "minutes",
        "kind": "integer",
        "about": "how long it was",
        "unit": "minutes",
        "optional": False,
        "visibility": "program_metadata",
        "sql": "bigint",
    }


def test_files_are_the_same_from_every_database(
    town: Town, sqlite_host: Host, postgres_host: Host, tmp_path: Path
) -> None:
    for host in (sqlite_host, postgres_host):
        town.engine.tables(host.connection).copy(tmp_path / host.kind)

    for path in (tmp_path / "sqlite").iterdir():
        assert path.read_text() == (tmp_path / "postgres" / path.name).read_text()


def test_a_copy_takes_the_place_of_an_earlier_one(town: Town, host: Host, tmp_path: Path) -> None:
    tables = town.engine.tables(host.connection)
    tables.copy(tmp_path / "copy")
    pairing = next(iter(town.engine.events(names=["pairing.formed"]))).stream
    town.meet(pairing, "2026-09-14", 20)
    tables.update()

    made = tables.copy(tmp_path / "copy")

    assert made.rows["meetings"] == 3
    assert len((tmp_path / "copy" / "meetings.csv").read_text().splitlines()) == 4
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_folder_with_something_else_is_left_alone(town: Town, host: Host, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("all there is")
    tables = town.engine.tables(host.connection)

    for place in (tmp_path, tmp_path / "thesis.txt"):
        with pytest.raises(TablesError, match="no copy of tables"):
            tables.copy(place)

    assert (tmp_path / "thesis.txt").read_text() == "all there is"


def test_a_member_is_given_no_copy(town: Town, host: Host, tmp_path: Path) -> None:
    tables = town.engine.tables(host.connection)

    with pytest.raises(Invalid, match="own figures only"):
        tables.copy(tmp_path / "copy", viewer=mc.Viewer.member(f"person:{1:032x}"))

    assert not (tmp_path / "copy").exists()


def test_whoever_is_shown_less_than_the_tables_tell_is_given_no_copy(
    town: Town, host: Host, tmp_path: Path
) -> None:
    tables = town.engine.tables(host.connection)

    with pytest.raises(Refused, match="whoever administers a school"):
        tables.copy(tmp_path / "copy", viewer=mc.Viewer.site_administrator())
    with pytest.raises(Invalid, match="is of one program"):
        tables.copy(tmp_path / "copy", viewer=mc.Viewer.coordinator(town.program))

    assert not list(tmp_path.glob("copy*"))


def test_before_there_are_tables_there_is_nothing_to_ask(town: Town, tmp_path: Path) -> None:
    with town.engine.tables(tmp_path / "host.db") as tables:
        tables.drop()

        asked: list[Any] = [
            tables.verify,
            lambda: tables.copy(tmp_path / "copy"),
        ]
        assert tables.purge(f"person:{1:032x}") == 0
        for ask in asked:
            with pytest.raises(TablesError, match="not there yet"):
                ask()


def test_public_names_lead_to_all_of_it() -> None:
    names = {"Tables", "TableState", "TableDifference", "TableCopy", "MentorMonth", "TablesError"}

    assert names | {"DerivedCopy", "Purged", "mentor_hours_sql"} <= {*mentorcore.__all__}
