"""Every event says which commands lead to it, and every companion what it accompanies."""

import pytest

from mentorcore.domain.declarations import command_info, event_info
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.requirements.case_events import CaseRaised

OF_CASES = (CaseRaised,)
"""Companions of what practices record, and of nothing in the core."""


@pytest.mark.parametrize(
    "event",
    [event for event in CORE_MODEL.events if event not in OF_CASES],
    ids=lambda event: event.__name__,
)
def test_every_event_has_a_command_that_leads_to_it(event: type) -> None:
    assert CORE_MODEL.caused_by[event], (
        f"no command that is decided leads to {event.__name__}: say @command(leads_to="
        f"{event.__name__}) at the command, and @decides of it at the function that decides"
    )


@pytest.mark.parametrize("command", CORE_MODEL.commands, ids=lambda command: command.__name__)
def test_every_command_leads_to_an_event(command: type) -> None:
    assert command_info(command).events, (
        f"{command.__name__} leads to nothing: say @command(leads_to=...) with its event"
    )
    assert set(command_info(command).events) <= set(CORE_MODEL.events)


def test_companions_accompany_events_that_are_none_themselves() -> None:
    assert CORE_MODEL.recorded_with.keys() == {
        e for e in CORE_MODEL.events if event_info(e).companion
    }
    assert all(
        not event_info(p).companion for some in CORE_MODEL.recorded_with.values() for p in some
    )
