"""What the guide about handing events on shows runs as it stands there."""

from __future__ import annotations

import re
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from engine.world import World, engine, mc

import mentorcore

GUIDE = Path(__file__).parent.parent.parent / "docs/how-to/hand-events-on.md"
BLOCKS = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
ELSEWHERE = ("Session.begin", "crm.example")
"""What marks blocks that need what a test has not got."""


def test_the_guide_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with engine() as opened:
        world = World(opened)
        pair = world.pair()
        world.do(mc.HoldMeeting(pairing_id=pair, held_on=date(2026, 11, 2), minutes=30))
        here: dict[str, Any] = {"engine": opened, "mentorcore": mentorcore}
        for block in BLOCKS:
            if not any(mark in block for mark in ELSEWHERE):
                exec(block, here)

        with closing(here["host"]) as host:
            invoices = host.execute("SELECT * FROM invoice").fetchall()

    assert len(BLOCKS) == 6
    assert invoices == [(opened_position(capsys), 30)]


def opened_position(capsys: pytest.CaptureFixture[str]) -> int:
    """The position that the first block printed."""
    position, minutes = capsys.readouterr().out.splitlines()[0].split()
    assert minutes == "30"
    return int(position)


def test_a_session_of_sqlalchemy_is_taken_as_a_transaction(tmp_path: Path) -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed")
    from sqlalchemy.orm import Session

    made = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'host.db'}")
    with made.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE invoice (position integer)"))

    @contextmanager
    def transaction() -> Any:
        with Session(made) as session, session.begin():
            here.append(session)
            yield session

    here: list[Any] = []

    def bill(recorded: Any) -> None:
        here[-1].execute(
            sqlalchemy.text("INSERT INTO invoice VALUES (:position)"),
            {"position": recorded.position},
        )
        if recorded.position == 2:
            raise ValueError("not this one")

    with engine() as opened:
        for name in ("Ada", "Ben", "Cem"):
            opened.handle(
                mc.RegisterPerson(name=name), actor=mentorcore.Actor("t", "coordinator", "system")
            )
        billing = opened.subscription("billing", transaction=transaction)
        billing.run_to_end(bill)

        assert [p.position for p in billing.parked()] == [2]
        assert billing.position == 3
    with made.connect() as connection:
        rows = connection.execute(sqlalchemy.text("SELECT position FROM invoice")).fetchall()
    made.dispose()
    assert [tuple(row) for row in rows] == [(1,), (3,)]
