"""What an id tells, and what stands for one that is not there yet."""

from typing import Any, get_args
from uuid import UUID

import pytest

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.model_types import Command, Event
from mentorcore.domain.values import made
from mentorcore.errors import Invalid


def test_the_kind_of_a_stream_is_what_its_id_begins_with() -> None:
    assert kind_of("pairing:0000") == "pairing"


def test_a_uuid_names_no_stream() -> None:
    stated: Any = UUID(int=7)

    with pytest.raises(Invalid, match="this names nothing in a log") as refused:
        kind_of(stated)

    assert "is a UUID" in str(refused.value)


def test_what_a_command_of_the_same_batch_makes_is_named_by_its_place() -> None:
    found: Any = made(3)

    assert (found, found.place) == ("made:3", 3)


@pytest.mark.parametrize("place", [-1, True, "0"])
def test_no_other_place_is_one(place: Any) -> None:
    with pytest.raises(ValueError, match="names no command"):
        made(place)


def test_the_unions_name_every_command_and_every_event() -> None:
    assert set(get_args(Command)) == set(CORE_MODEL.commands)
    assert set(get_args(Event)) == set(CORE_MODEL.events)
