"""Every event says which commands lead to it, and every companion what it accompanies."""

from mentorcore.domain.causes import CAUSES, PRINCIPALS
from mentorcore.domain.marks import event_info
from mentorcore.domain.rules import CORE_MODEL


def test_every_event_has_a_command_that_leads_to_it() -> None:
    assert CAUSES.keys() == set(CORE_MODEL.events)
    assert all(CAUSES.values())


def test_every_command_leads_to_an_event() -> None:
    assert {command for commands in CAUSES.values() for command in commands} == set(
        CORE_MODEL.commands
    )


def test_companions_accompany_events_that_are_none_themselves() -> None:
    assert PRINCIPALS.keys() == {e for e in CORE_MODEL.events if event_info(e).companion}
    assert all(not event_info(p).companion for some in PRINCIPALS.values() for p in some)
