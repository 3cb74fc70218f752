"""A resource that is retired and assigned at once is one of the two first, in each kind of store."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from engine.test_forced_schedules import RECORDED, Race, Rivals
from engine.world import place
from practices.community.world import POINTER, PUBLISHED, TITLE

from mentorcore.practices.community.events import (
    AssignResource,
    PublishResource,
    RetireResource,
)

DAY = date(2026, 11, 2)


@pytest.fixture
def rivals(store_url: str, tmp_path: Path) -> Iterator[Rivals]:
    both = Rivals(place(store_url, tmp_path))
    yield both
    both.slow.close()
    both.fast.close()


def both_of(rivals: Rivals) -> tuple[Any, Any]:
    """What retires a resource, and what assigns it on the same day."""
    mentor = rivals.world.mentor()
    resource = rivals.world.do(
        PublishResource(
            program_id=rivals.world.program,
            kind="guide",
            title=TITLE,
            on=PUBLISHED,
            pointer=POINTER,
        )
    )
    return (
        RetireResource(resource_id=resource, on=DAY),
        AssignResource(resource_id=resource, participant=mentor, on=DAY),
    )


def test_what_is_retired_meanwhile_is_assigned_to_nobody(rivals: Rivals) -> None:
    retire, assign = both_of(rivals)

    race = rivals.race(retire, assign)

    assert race == Race(RECORDED, "resource_retired", decisions=1)
    assert list(rivals.slow.events(names=["resource.assigned"])) == []


def test_what_is_assigned_meanwhile_is_retired_after_it(rivals: Rivals) -> None:
    retire, assign = both_of(rivals)

    race = rivals.race(assign, retire)

    names = [r.name for r in rivals.slow.events(stream=retire.resource_id)]
    assert race == Race(RECORDED, RECORDED, decisions=2)
    assert names == ["resource.published", "resource.assigned", "resource.retired"]
