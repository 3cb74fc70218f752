"""Whose keys are needed for what was decided, and who among them enters the log only now."""

from collections.abc import Sequence
from typing import Any

from mentorcore.domain.declarations import personal_fields
from mentorcore.domain.person.events import PersonRegistered

__all__ = ["subjects_needing_keys"]


def subjects_needing_keys(events: Sequence[Any]) -> tuple[set[str], list[str]]:
    """The people who are registered here, and all whose keys are needed.

    Whoever is registered gets a key at once, with or without anything to seal: from then on a key
    that is not there is one that was lost.
    """
    registered = [event.person_id for event in events if isinstance(event, PersonRegistered)]
    groups = dict.fromkeys(
        mark.subjects(event)
        for event in events
        for name, mark in personal_fields(type(event)).items()
        if getattr(event, name) is not None
    )
    described = (subject for group in groups for subject in group)
    return set(registered), [*registered, *described]
