"""What is known of an event, a command or a personal field, because its class declared it."""

from typing import Any, Literal

import attrs

from mentorcore.domain.values import Code

__all__ = ["PERSONAL", "PUBLIC", "CommandInfo", "EventInfo", "PersonalClass", "PersonalMark"]

PERSONAL, PUBLIC = "mentorcore.personal", "mentorcore.public"
"""What a field's metadata says of the text in it."""

PersonalClass = Literal["identity", "contact", "feedback", "wellbeing", "free_text", "safeguarding"]


@attrs.frozen
class PersonalMark:
    """Whose a marked value is, and of which kind.

    Attributes:
        kind: The class of personal data; it is part of the sealing context.
        whose: Indexes into the event's ``subjects``; ``None`` means all of them.
    """

    kind: PersonalClass
    whose: tuple[int, ...] | None = None

    def subjects(self, event: Any) -> tuple[str, ...]:
        """The ids of the people under whose keys this value of *event* is sealed."""
        everybody: tuple[str, ...] = event.subjects
        if self.whose is None:
            return everybody
        return tuple(everybody[i] for i in self.whose)


@attrs.frozen
class EventInfo:
    """What an event class declares about itself.

    Attributes:
        name: The stored name, stable for ever, such as ``pairing.meeting-held``.
        version: The version of the payload, counted from 1.
        occurred: The fields that say when the fact was true, tried in this order; empty for
            facts that were true when they were recorded.
        at_latest: Where the event says a day by which the fact was true, however late it was
            recorded, such as ``cohort.enrols_from``; only for facts that were else true when
            they were recorded.
        founding: Whether the event founds its stream and precedes everything in it.
        foremost: Whether it stands before everything in its stream that does not, as what led up to
            its founding does; a founding event always does.
        companion: Whether it only ever accompanies a principal event on another stream.
        order_free: Whether folding it gives the same state at whatever place in its stream (after
            the founding event), so that a late one needs no new fold.
        transition: Whether it moves its stream from one situation to the next, so that what moved
            it later is decided anew with it; a founding event always does.
        once: Whether a stream holds it once; a founding event always stands there once.
        rests_on: The event without which it may not stand, with the field that both name it by.
        refers_to: The same of an event that it only speaks of; explanations list that one.
        author: The field that names the participant, or the person, it comes from.
        case: The field that names the case it serves, of what happens elsewhere because of one.
            Members are shown that it happened where they handle that case, and nowhere else.
        follow: Fields of which each may follow from another; those of its time always may.
        by_amendment: Whether a companion may come to be because another record is corrected.
        anonymous: Whether it is recorded without saying who recorded it and what led to it.
    """

    name: Code
    version: int
    occurred: tuple[str, ...]
    founding: bool
    companion: bool
    foremost: bool = False
    order_free: bool = False
    transition: bool = False
    once: bool = False
    rests_on: tuple[type, str] | None = None
    refers_to: tuple[type, str] | None = None
    author: str | None = None
    case: str | None = None
    follow: tuple[str, ...] = ()
    at_latest: str = ""
    by_amendment: bool = False
    anonymous: bool = False

    @property
    def opened_by(self) -> tuple[type, str] | None:
        """The event that this one ends, judges or continues, with the field that names it."""
        return self.rests_on or self.refers_to


@attrs.frozen
class CommandInfo:
    """What a command class declares about itself.

    Attributes:
        leads_to: The record of its own, by whose corrected fields it is decided again.
        also: What else it may lead to, in the order in which it is recorded. A companion goes with
            the last record before it.
    """

    leads_to: type | None
    also: tuple[type, ...]

    @property
    def events(self) -> tuple[type, ...]:
        """All events that it may lead to."""
        return self.also if self.leads_to is None else (self.leads_to, *self.also)
