"""However a host ends its transaction, its own rows and the log agree: each driver, each ending."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import attrs
import pytest
from engine.host_drivers import DRIVERS, Host, SQLAlchemy, driven
from engine.hosts import booked, met, stored
from engine.world import Place, World

from mentorcore.errors import Invalid, Refused


@attrs.frozen
class Hosted:
    """A host and a log in one database."""

    place: Place
    world: World
    host: Host
    pairing: str

    def within(self) -> Any:
        return self.world.engine.within(self.host.lend())

    def book(self, day: int) -> None:
        """A booking and its meeting, in the transaction that stands open."""
        self.host.execute(f"INSERT INTO booking VALUES ('{day:02}')")
        self.world.ask(met(self.pairing, day=day), key=f"booking-{day}")


@pytest.fixture(params=DRIVERS)
def hosted(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hosted]:
    database, _ = DRIVERS[request.param]
    url = str(
        request.getfixturevalue("postgres_url")
        if database == "postgres"
        else tmp_path / "program.db"
    )
    place = Place(url, str(tmp_path / "program.keys"))
    with place.open(1) as opened, driven(request.param, place) as host:
        world = World(opened)
        yield Hosted(place, world, host, world.pair())


def committed(at: Hosted) -> set[int]:
    with at.host.transaction(), at.within():
        at.book(1)
        at.book(2)
    return {1, 2}


def committed_after_the_block(at: Hosted) -> set[int]:
    with at.host.transaction():
        with at.within():
            at.book(1)
        at.host.execute("INSERT INTO booking VALUES ('9')")
        at.host.execute("DELETE FROM booking WHERE note = '9'")
    return {1}


def two_blocks_of_one_transaction(at: Hosted) -> set[int]:
    with at.host.transaction():
        with at.within():
            at.book(1)
        with at.within():
            at.book(2)
    return {1, 2}


def rolled_back(at: Hosted) -> set[int]:
    class Changed(Exception):  # noqa: N818 - no failure
        pass

    with suppress(Changed), at.host.transaction():
        with at.within():
            at.book(1)
        raise Changed
    return set()


def exception(at: Hosted) -> set[int]:
    with suppress(ZeroDivisionError), at.host.transaction(), at.within():
        at.book(1)
        _ = 1 / 0
    return set()


def refusal(at: Hosted) -> set[int]:
    with at.host.transaction(), at.within():
        at.book(1)
        with suppress(Refused):
            at.world.ask(met(f"pairing:{0xBAD:032x}"))
        at.book(2)
    return {1, 2}


def nested(at: Hosted) -> set[int]:
    with at.host.transaction(), at.within():
        at.book(1)
        with at.within():
            at.book(2)
        at.book(3)
    return {1, 2, 3}


def savepoint_released(at: Hosted) -> set[int]:
    with at.host.transaction(), at.within():
        at.book(1)
        with at.host.savepoint():
            at.book(2)
        at.book(3)
    return {1, 2, 3}


def savepoint_rolled_back(at: Hosted) -> set[int]:
    with at.host.transaction(), at.within():
        at.book(1)
        with suppress(ZeroDivisionError), at.host.savepoint():
            at.book(2)
            _ = 1 / 0
        at.book(3)
    return {1, 3}


def block_inside_a_savepoint_rolled_back(at: Hosted) -> set[int]:
    with at.host.transaction():
        with suppress(ZeroDivisionError), at.host.savepoint(), at.within():
            at.book(1)
            _ = 1 / 0
        with at.within():
            at.book(2)
    return {2}


def savepoint_then_all_rolled_back(at: Hosted) -> set[int]:
    with suppress(ZeroDivisionError), at.host.transaction(), at.within():
        with at.host.savepoint():
            at.book(1)
        _ = 1 / 0
    return set()


def failed_at_the_commit(at: Hosted) -> set[int]:
    begun = False
    with suppress(Exception), at.host.transaction():
        with at.within():
            at.book(1)
            at.host.execute("INSERT INTO booking VALUES ('twice')")
            at.host.execute("INSERT INTO booking VALUES ('twice')")
        begun = True
    assert begun, "it was to fail at the commit, and failed before"
    return set()


ENDINGS: list[Callable[[Hosted], set[int]]] = [
    committed,
    committed_after_the_block,
    two_blocks_of_one_transaction,
    rolled_back,
    exception,
    refusal,
    nested,
    savepoint_released,
    savepoint_rolled_back,
    block_inside_a_savepoint_rolled_back,
    savepoint_then_all_rolled_back,
    failed_at_the_commit,
]


def days(at: Hosted) -> set[int]:
    held = at.world.engine.events(names=["pairing.meeting-held"])
    return {r.event.held_on.day for r in held}


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda e: e.__name__)
def test_the_log_and_the_rows_of_the_host_agree(
    hosted: Hosted, ending: Callable[[Hosted], set[int]]
) -> None:
    expected = ending(hosted)

    assert days(hosted) == expected
    assert {int(note) for note in booked(hosted.place)} == expected
    # Nothing is remembered that is not there: the next version and the keys follow on.
    for day in expected:
        assert hosted.world.ask(met(hosted.pairing, day=day), key=f"booking-{day}").replayed
    assert not hosted.world.ask(met(hosted.pairing, day=20), key="booking-20").replayed
    versions = [version for version, _ in stored(hosted.world.engine, hosted.pairing)]
    assert versions == list(range(1, len(versions) + 1))
    assert days(hosted) == {*expected, 20}


@pytest.mark.parametrize("hosted", [d for d in DRIVERS if "sqlalchemy" not in d], indirect=True)
def test_a_connection_outside_of_a_transaction_is_refused(hosted: Hosted) -> None:
    with pytest.raises(Invalid, match="in no transaction"), hosted.within():
        pass


@pytest.mark.parametrize("how", ["connection", "raw", "scoped"])
def test_a_connection_of_sqlalchemy_that_was_not_used_yet_commits(durable: Place, how: str) -> None:
    orm = pytest.importorskip("sqlalchemy.orm")
    kind = "postgres" if "://" in durable.url else "sqlite"
    with durable.open(1) as opened, driven(f"sqlalchemy-{kind}", durable) as host:
        assert isinstance(host, SQLAlchemy)
        world = World(opened)
        pairing = world.pair()
        made: Any = {
            "connection": host.engine.connect,
            "raw": host.engine.raw_connection,
            "scoped": orm.scoped_session(orm.sessionmaker(host.engine)),
        }[how]
        lent = made if how == "scoped" else made()
        if how == "raw" and kind == "sqlite":
            lent.cursor().execute("BEGIN")
        with opened.within(lent):
            world.ask(met(pairing, day=2))
        lent.rollback()
        if how == "raw" and kind == "sqlite":
            lent.cursor().execute("BEGIN")
        with opened.within(lent):
            world.ask(met(pairing, day=3))
        lent.commit()
        lent.close()

        held = opened.events(names=["pairing.meeting-held"])
        assert [r.event.held_on.day for r in held] == [3]


@pytest.mark.parametrize("way", ["the engine", "what the block gives"])
def test_a_savepoint_of_a_session_that_only_the_log_writes_in_is_rolled_back(
    durable: Place, way: str
) -> None:
    """The session sets it when it is asked for its connection, and not before."""
    pytest.importorskip("sqlalchemy")
    kind = "postgres" if "://" in durable.url else "sqlite"
    with durable.open(1) as opened, driven(f"sqlalchemy-{kind}", durable) as host:
        pairing = World(opened).pair()
        with host.transaction(), opened.within(host.session) as inside:
            asked = World(opened if way == "the engine" else inside)
            asked.ask(met(pairing, day=1))
            with suppress(ZeroDivisionError), host.session.begin_nested():
                asked.ask(met(pairing, day=2))
                _ = 1 / 0
            seen = [r.version for r in asked.engine.events() if r.stream == pairing]
            with host.session.begin_nested():
                asked.ask(met(pairing, day=3))

        held = opened.events(names=["pairing.meeting-held"])
        assert [r.event.held_on.day for r in held] == [1, 3]
        assert seen == [1, 2]


@pytest.mark.parametrize("what", ["session", "connection"])
def test_a_host_of_sqlalchemy_may_end_its_transaction_inside_the_block(
    durable: Place, what: str
) -> None:
    """The driver begins another by itself, of which nobody else would know."""
    pytest.importorskip("sqlalchemy")
    kind = "postgres" if "://" in durable.url else "sqlite"
    with durable.open(1) as opened, driven(f"sqlalchemy-{kind}", durable) as host:
        world = World(opened)
        pairing = world.pair()
        lent = host.session if what == "session" else host.engine.connect()
        with opened.within(lent):
            world.ask(met(pairing, day=1))
            lent.commit()
            world.ask(met(pairing, day=2))
            lent.rollback()
            world.ask(met(pairing, day=3))
            lent.commit()
        lent.close()

        held = opened.events(names=["pairing.meeting-held"])
        assert [r.event.held_on.day for r in held] == [1, 3]


def test_a_session_that_has_another_connection_by_now_is_told(durable: Place) -> None:
    pytest.importorskip("sqlalchemy")
    kind = "postgres" if "://" in durable.url else "sqlite"
    with durable.open(1) as opened, driven(f"sqlalchemy-{kind}", durable) as host:
        world = World(opened)
        pairing = world.pair()
        with opened.within(host.session):
            world.ask(met(pairing, day=1))
            host.session.commit()
            with host.engine.connect():  # has the one that the session had
                with pytest.raises(Invalid, match="a block for each transaction"):
                    world.ask(met(pairing, day=2))
                host.session.rollback()

        held = opened.events(names=["pairing.meeting-held"])
        assert [r.event.held_on.day for r in held] == [1]


def test_an_engine_of_sqlalchemy_is_no_connection(durable: Place) -> None:
    alchemy = pytest.importorskip("sqlalchemy")
    with (
        durable.open(1) as opened,
        pytest.raises(Invalid, match="is of the type"),
        opened.within(alchemy.create_engine("sqlite://")),
    ):
        pass


def test_a_session_of_asyncio_is_refused(durable: Place) -> None:
    pytest.importorskip("greenlet")
    asyncio = pytest.importorskip("sqlalchemy.ext.asyncio")
    with (
        durable.open(1) as opened,
        pytest.raises(Invalid, match="one of asyncio"),
        opened.within(asyncio.AsyncSession()),
    ):
        pass
