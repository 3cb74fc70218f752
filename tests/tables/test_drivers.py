"""Whatever a host works with, the tables change in its transaction."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import attrs
import pytest
from engine.host_drivers import DRIVERS, Host, driven
from engine.hosts import met
from engine.world import Place, World

PREFIX = "by_driver_"


class Changed(Exception):  # noqa: N818 - no failure
    """The host has thought better of it."""


@attrs.frozen
class Hosted:
    """A host, and a log in the same database."""

    world: World
    host: Host
    pairing: str

    def follow(self) -> Any:
        """The tables, brought up to date over what the host lends."""
        return self.world.engine.tables(self.host.lend(), prefix=PREFIX)

    def told(self) -> tuple[int, int]:
        """The position of the tables and how many meetings they tell, as the host sees them."""
        with self.host.transaction():
            [(position,)] = self.host.execute(f"select position from {PREFIX}state")
            [(count,)] = self.host.execute(f"select count(*) from {PREFIX}meetings")
        return position, count


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
        made = Hosted(world, host, world.pair())
        with host.transaction():
            made.follow()
        yield made
        with host.transaction():
            made.follow().drop()


def committed(at: Hosted, day: int) -> int:
    at.world.ask(met(at.pairing, day=day))
    with at.host.transaction():
        at.follow()
    return 1


def rolled_back(at: Hosted, day: int) -> int:
    at.world.ask(met(at.pairing, day=day))
    with suppress(Changed), at.host.transaction():
        at.follow()
        raise Changed
    return 0


def rolled_back_to_a_savepoint(at: Hosted, day: int) -> int:
    at.world.ask(met(at.pairing, day=day))
    with at.host.transaction():
        at.host.execute(f"INSERT INTO booking VALUES ('{day}')")
        with suppress(Changed), at.host.savepoint():
            at.follow()
            raise Changed
    return 0


def recorded_within_and_told_after_the_commit(at: Hosted, day: int) -> int:
    with at.host.transaction(), at.world.engine.within(at.host.lend()):
        at.world.ask(met(at.pairing, day=day))
    with at.host.transaction():
        at.follow()
    return 1


def brought_up_to_date_while_something_is_recorded(at: Hosted, day: int) -> int:
    with at.host.transaction():
        tables = at.follow()
        with at.world.engine.within(at.host.lend()):
            at.world.ask(met(at.pairing, day=day))
            tables.update()
    with at.host.transaction():
        at.follow()
    return 1


ENDINGS = (
    committed,
    rolled_back,
    rolled_back_to_a_savepoint,
    recorded_within_and_told_after_the_commit,
    brought_up_to_date_while_something_is_recorded,
)


def test_tables_stand_with_what_the_host_commits(hosted: Hosted) -> None:
    for day, ending in enumerate(ENDINGS, 2):
        before, count = hosted.told()

        told = ending(hosted, day)

        after, now = hosted.told()
        assert now == count + told, ending
        assert after == (hosted.world.engine.position if told else before), ending
        with hosted.host.transaction():
            assert hosted.follow().verify() == (), ending
