"""What an agreement's events add up to, and when they fit together (INV-58)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import attrs

from mentorcore.practices.networks.events import (
    FIELDS,
    PURPOSES,
    DataSharingAgreementDrafted,
    DataSharingAgreementEnded,
    DataSharingAgreementSigned,
)
from mentorcore.practices.spec import Refused, replaced

__all__ = ["Agreement", "check_agreement", "check_covers", "evolve"]

FEWEST = 2
"""Nobody agrees with themself."""


@attrs.frozen(slots=False)
class Agreement:
    """An agreement, or nothing yet."""

    drafted: DataSharingAgreementDrafted | None = None
    signed: Mapping[str, DataSharingAgreementSigned] = attrs.field(factory=dict)
    ended: DataSharingAgreementEnded | None = None

    def unsigned(self) -> tuple[str, ...]:
        """The institutions that have not signed."""
        return () if self.drafted is None else tuple(
            i for i in self.drafted.institutions if i not in self.signed
        )  # fmt: skip

    @property
    def begins(self) -> date | None:
        """The first day on which it is in force; ``None`` while a signature is missing."""
        if self.drafted is None or self.unsigned():
            return None
        return max(self.drafted.since, *(s.on for s in self.signed.values()))

    @property
    def ends(self) -> date | None:
        """The first day on which it is not in force any more."""
        if self.drafted is None:
            return None
        return self.drafted.until if self.ended is None else min(self.drafted.until, self.ended.on)

    @property
    def kept_until(self) -> date | None:
        """The first day on which what came under it may not be kept any more."""
        if self.drafted is None or self.ends is None:
            return None
        return self.ends + timedelta(days=self.drafted.retention_days)

    def live_on(self, day: date) -> bool:
        """Whether it is in force on a day: signed by all, begun, and not ended."""
        begins, ends = self.begins, self.ends
        return begins is not None and ends is not None and begins <= day < ends


def evolve(state: Agreement, event: Any) -> Agreement:
    """Fold one event into the agreement."""
    match event:
        case DataSharingAgreementDrafted():
            return replaced(state, drafted=event)
        case DataSharingAgreementSigned():
            return replaced(state, signed={**state.signed, event.institution: event})
        case DataSharingAgreementEnded():
            return replaced(state, ended=event)
        case _:
            return state


def check_agreement(state: Agreement) -> None:
    """Refuse an agreement whose records do not fit together.

    Raises:
        Refused: With the code of the rule that is broken.
    """
    drafted = state.drafted
    if drafted is None:  # nothing stands before what founds it, as the core sees to
        return
    _check_words("an institution", drafted.institutions)
    if len(drafted.institutions) < FEWEST:
        raise Refused("an agreement is between two institutions at least", "too_few_institutions")
    _check_words("a purpose", drafted.purposes, PURPOSES)
    _check_words("a field", drafted.fields, FIELDS)
    if drafted.until <= drafted.since:
        raise Refused("the agreement would end before it begins", "ends_before_start")
    if drafted.retention_days < 0:
        raise Refused("a retention has 0 days at least", "days_out_of_range")
    for signed in state.signed.values():
        if signed.institution not in drafted.institutions:
            raise Refused(f"{signed.institution} is no side of this agreement", "not_in_agreement")
        if signed.on < drafted.on:
            raise Refused(f"its terms were settled on {drafted.on} only", "before_the_terms")
    if state.ended is not None and state.ended.on < drafted.on:
        raise Refused("the agreement would end before it begins", "ends_before_start")


def _check_words(what: str, stated: tuple[str, ...], known: tuple[str, ...] | None = None) -> None:
    """Refuse words that are missing, said twice or not known."""
    if not stated:
        raise Refused(f"an agreement names {what} at least", "nothing_agreed")
    if len(set(stated)) < len(stated):
        raise Refused(f"the agreement names {what} twice", "named_twice")
    for word in stated if known is not None else ():
        if word not in known:  # type: ignore[operator] # asked above
            listed = ", ".join(known or ())
            raise Refused(f"{word} is not {what} of agreements; there are {listed}", "not_agreed")


def check_covers(
    state: Agreement, day: date, purpose: str, fields: tuple[str, ...], sides: tuple[str, ...]
) -> None:
    """Refuse what crosses a border without an agreement for it on that day (INV-58).

    Args:
        state: The agreement.
        day: The day on which something crosses.
        purpose: What for, a word of `PURPOSES`.
        fields: What is let across, words of `FIELDS`.
        sides: The institutions between which it crosses.

    Raises:
        Refused: ``no_such_agreement``, ``not_in_agreement``, ``not_in_force``, ``not_agreed``.
    """
    if state.drafted is None:
        raise Refused("there is no such agreement", "no_such_agreement")
    for side in sides:
        if side not in state.drafted.institutions:
            raise Refused(f"{side} is no side of this agreement", "not_in_agreement")
    if missing := state.unsigned():
        raise Refused(
            f"the agreement is not in force: {', '.join(missing)} has not signed", "not_in_force"
        )
    if not state.live_on(day):
        raise Refused(
            f"the agreement is in force from {state.begins} until before {state.ends}, and not on "
            f"{day}",
            "not_in_force",
        )
    if purpose not in state.drafted.purposes:
        raise Refused(f"the agreement is not for the purpose {purpose}", "not_agreed")
    for field in fields:
        if field not in state.drafted.fields:
            raise Refused(f"the agreement does not let {field} across", "not_agreed")
