"""Tables are held against the log, and are built anew beside those that everybody reads."""

import threading
from contextlib import closing
from typing import Any

import psycopg
import pytest
from projections.town import Town, mc
from tables.hosts import PREFIX, Host

from mentorcore.errors import TablesError
from mentorcore.tables import derivation
from mentorcore.tables.held_tables import HeldTables
from mentorcore.tables.layout import TABLES

EDITS = {
    "a figure": f"update {PREFIX}meetings set minutes = 5",
    "what counts": f"update {PREFIX}counted_minutes set minutes = minutes + 60",
    "a row that is gone": f"delete from {PREFIX}attendances",
    "a row too many": f"insert into {PREFIX}goals select pairing_id, 'goal:1', area, set_on, due_on, "
    f"status, status_on, revises, replaced from {PREFIX}goals",
    "rows of nobody": f"insert into {PREFIX}settings values ('program:none', 1, null, null, 5)",
    "a date": f"update {PREFIX}participants set since = '2020-01-01'",
    "nothing left": f"delete from {PREFIX}programs",
}


def test_what_somebody_changed_by_hand_is_found_and_put_right(town: Town, host: Host) -> None:
    tables = town.engine.tables(host.connection)
    right = host.everything()

    for edit in EDITS.values():
        host.run(edit)
        found = tables.verify()
        tables.rebuild()

        table = edit.split(PREFIX)[1].split()[0]
        assert {d.table for d in found} >= {table}
        assert all(str(d).startswith(d.table) for d in found)
        assert tables.verify() == ()
        assert host.everything() == right


def test_figures_that_rows_cannot_show_are_held_against_the_status(
    town: Town, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the derivation itself were wrong, row and derivation would agree."""
    counted = derivation._counted
    monkeypatch.setattr(
        derivation, "_counted", lambda *args: ((s, u, m + 1) for s, u, m in counted(*args))
    )
    tables = town.engine.tables(host.connection)

    found = tables.verify()

    assert {d.table for d in found} == {"attendances", "counted_minutes"}
    assert "77 minutes" in " ".join(map(str, found))
    assert "75 in the status" in " ".join(map(str, found))


def test_what_was_built_wrongly_is_not_taken(
    town: Town, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = town.engine.tables(host.connection)
    before = host.everything()
    fill = HeldTables.fill
    monkeypatch.setattr(
        HeldTables, "fill", lambda mine, rows: fill(mine, {**rows, "attendances": []})
    )

    with pytest.raises(TablesError, match=r"the old ones stay: attendances.*missing, and"):
        tables.rebuild()

    assert host.everything() == before
    assert {name for name in host.there() if "beside" in name} == set()


def test_readers_see_the_old_tables_until_the_host_commits(town: Town, host: Host) -> None:
    tables = town.engine.tables(host.connection)
    host.connection.commit()
    host.run(f"update {PREFIX}meetings set minutes = 5")
    host.begin()

    tables.rebuild()
    during = host.seen(f"select sum(minutes) from {PREFIX}meetings")
    host.connection.commit()

    assert during == [(10,)]
    assert host.seen(f"select sum(minutes) from {PREFIX}meetings") == [(75,)]


def test_views_and_rights_of_the_host_outlive_a_rebuild(town: Town, host: Host) -> None:
    tables = town.engine.tables(host.connection)
    host.connection.commit()
    host.run(
        f"create view busy as select pairing_id, sum(minutes) as n from {PREFIX}meetings group by 1"
    )
    if isinstance(host.connection, psycopg.Connection):
        host.run(f"grant select on {PREFIX}meetings to public")
    again = town.meet(next(iter(town.engine.events(names=["pairing.formed"]))).stream, "2026-09-03")

    tables.rebuild()

    assert again
    assert [int(row[1]) for row in host.rows("select * from busy")] == [120]
    if isinstance(host.connection, psycopg.Connection):
        assert host.rows(
            f"select grantee from information_schema.role_table_grants "
            f"where table_name = '{PREFIX}meetings' and grantee = 'PUBLIC'"
        )


def test_what_is_recorded_while_they_are_built_is_there_in_the_end(
    town: Town, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = town.engine.tables(host.connection)
    host.connection.commit()
    pairing = next(iter(town.engine.events(names=["pairing.formed"]))).stream
    fill = HeldTables.fill

    def meanwhile(mine: HeldTables, rows: Any) -> None:
        fill(mine, rows)
        town.goal(pairing, "2026-09-20")
        with closing(host.connect()) as other:
            town.engine.tables(other)

    monkeypatch.setattr(HeldTables, "fill", meanwhile)

    reached = tables.rebuild()

    assert reached == town.engine.position
    assert tables.verify() == ()


def test_several_rebuild_and_follow_at_once(town: Town, host: Host) -> None:
    town.engine.tables(host.connection)
    host.connection.commit()
    pairing = next(iter(town.engine.events(names=["pairing.formed"]))).stream
    failed: list[Exception] = []

    def work(rebuild: bool) -> None:
        try:
            with closing(host.connect()) as mine:
                for _ in range(4):
                    town.engine.tables(mine, rebuild=rebuild)
        except Exception as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    threads = [threading.Thread(target=work, args=(n < 2,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(6):
        town.goal(pairing, "2026-09-20")
    for thread in threads:
        thread.join()
    tables = town.engine.tables(host.connection)

    assert failed == []
    assert tables.verify() == ()


def test_tables_in_the_logs_own_database_leave_the_log_provable(
    durable_url: str, tmp_path: Any
) -> None:
    keys = str(tmp_path / "program.keys")
    with mc.open(durable_url, keys=keys) as engine:
        engine.handle(
            mc.RegisterPerson(name="Ada"), actor=mc.Actor("coordinator", "coordinator", "system")
        )
        place = durable_url.split("&schema", maxsplit=1)[0]
        with engine.tables(place, prefix="beside_the_log_") as tables:
            found = tables.verify()
            verdict = mc.verify_log(durable_url)
            tables.drop()

    assert found == ()
    assert verdict.verdict == "unanchored"


def test_every_table_has_rows_to_compare(town: Town, host: Host) -> None:
    pairing = next(iter(town.engine.events(names=["pairing.formed"]))).stream
    town.ask(mc.AmendRecord(stream=pairing, target=2, changes={"minutes": 50}))

    town.engine.tables(host.connection)

    counts = {t.name: host.rows(f"select count(*) from {PREFIX}{t.name}")[0][0] for t in TABLES}
    assert all(counts.values()), counts
