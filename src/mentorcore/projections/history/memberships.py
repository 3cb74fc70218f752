"""Whom the streams of practices are about: the members that their founding events name."""

import threading
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.declarations import event_info
from mentorcore.domain.model import CORE, Model
from mentorcore.domain.participant.applying import ApplicationSubmitted
from mentorcore.domain.participant.events import ParticipantEnrolled
from mentorcore.errors import PracticeError
from mentorcore.log.recorded import Recorded
from mentorcore.log.storage.store import Store
from mentorcore.projections.folding.event_reader import Reader

__all__ = ["About", "Memberships"]

PAGE = 500
_ENROLLED = event_info(ParticipantEnrolled).name


@attrs.frozen
class About:
    """Whom a stream is about.

    Attributes:
        persons: By participant, the person.
        roles: By participant, the role.
        alone: Persons who are named without an enrolment.
        confidential: Whether members are told of it only where they are in on it.
    """

    persons: Mapping[str, str]
    roles: Mapping[str, str]
    alone: frozenset[str]
    confidential: bool = False


class Memberships:
    """Finds the streams of practices that are about somebody, and whom a stream is about.

    Args:
        store: The log.
        read: What reads its events.
        model: The rules that the log is kept by.
    """

    def __init__(self, store: Store, read: Reader, model: Model) -> None:
        self._store = store
        self._read = read
        self._lock = threading.Lock()
        self._known: dict[tuple[str, ...], tuple[list[Recorded[Any]], int]] = {}
        self._practices = {k: a for k, a in model.aggregates.items() if a not in CORE}
        self._names = tuple(
            info.name
            for aggregate in self._practices.values()
            for event in aggregate.events
            if (info := event_info(event)).founding
        )

    def is_of_a_practice(self, stream: str) -> bool:
        """Whether a stream is of a kind that a practice brought."""
        return kind_of(stream) in self._practices

    def of(self, stream: str, founding: Any) -> About:
        """Whom a stream is about, by the event that founded it."""
        members = self._members(stream, founding)
        persons: dict[str, str] = {}
        roles: dict[str, str] = {}
        enrolments = [m for m in members if kind_of(m) == "participant"]
        for participant, rows in self._store.streams(enrolments).items():
            enrolled = self._read(rows[0]).event if rows else None
            if isinstance(enrolled, ParticipantEnrolled | ApplicationSubmitted):
                persons[participant], roles[participant] = enrolled.person_id, enrolled.role
        alone = frozenset(m for m in members if kind_of(m) == "person")
        keepers = self._practices[kind_of(stream)].keepers
        return About(persons, roles, alone, confidential=keepers is not None)

    def streams_about(self, subject: str, founding: Any, position: int) -> list[str]:
        """The streams of practices that are about a subject, in the order of the log.

        Args:
            subject: A participant, person, program or whatever else streams are about.
            founding: The event that founded the subject's own stream.
            position: Up to where the log counts.
        """
        if not self._names or self.is_of_a_practice(subject):
            return []
        wanted = {subject}
        if isinstance(founding, ParticipantEnrolled | ApplicationSubmitted):
            wanted.add(founding.person_id)
        if kind_of(subject) == "person":
            enrolled = self._told((_ENROLLED,), position)
            wanted.update(r.stream for r in enrolled if r.event.person_id == subject)
        found = []
        for told in self._told(self._names, position):
            members = self._members(told.stream, told.event)
            if wanted.intersection(members) or (
                not members and getattr(told.event, "program_id", None) == subject
            ):
                found.append(told.stream)
        return found

    def _members(self, stream: str, founding: Any) -> tuple[str, ...]:
        kind = kind_of(stream)
        try:
            return tuple(self._practices[kind].members(founding))
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            raise PracticeError(f"it cannot tell its members: {said}", practice=kind) from error

    def _told(self, names: tuple[str, ...], position: int) -> Iterator[Recorded[Any]]:
        """The events of some names up to a position; what was read once is not read again."""
        with self._store.patience.call(), self._lock:
            told, after = self._known.get(names, ([], 0))
            until = min(position, self._store.tail())  # nothing appears behind it any more
            while after < until:
                page = self._store.page(after, PAGE, names)
                known = [row for row in page if row.position <= until]
                told.extend([self._read(row) for row in known])
                after = known[-1].position if len(known) == PAGE else until
                self._known[names] = told, after
        return takewhile(lambda event: event.position <= position, told)
