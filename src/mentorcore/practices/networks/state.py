"""What an agreement's events add up to, and when they fit together (INV-58)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs

from mentorcore.practices.networks.events import (
    FIELDS,
    PURPOSES,
    DataSharingAgreementDrafted,
    DataSharingAgreementEnded,
    DataSharingAgreementSigned,
    PairingAcrossConsented,
    PairingAcrossConsentWithdrawn,
)
from mentorcore.practices.networks.pooling import FiguresShared, PoolReleased, SharedDataRemoved
from mentorcore.practices.spec import Refused, replaced

__all__ = [
    "Agreement",
    "Consent",
    "begins_on",
    "check_agreement",
    "check_covers",
    "ends_on",
    "evolve",
]

FEWEST = 2
"""Nobody agrees with themself."""


@attrs.frozen
class Consent:
    """An institution's consent to a visitor's part in a pairing, from a day on; half-open."""

    pairing: str
    participant: str
    institution: str
    since: date
    until: date | None = None

    @property
    def to(self) -> tuple[str, str, str]:
        """What it is a consent to, and whose."""
        return self.pairing, self.participant, self.institution


@attrs.frozen(slots=False)
class Agreement:
    """An agreement, or nothing yet.

    Attributes:
        loose: Withdrawals of what had not been consented to.
    """

    drafted: DataSharingAgreementDrafted | None = None
    signed: Mapping[str, DataSharingAgreementSigned] = attrs.field(factory=dict)
    ended: DataSharingAgreementEnded | None = None
    consents: tuple[Consent, ...] = ()
    loose: tuple[PairingAcrossConsentWithdrawn, ...] = ()
    shared: tuple[FiguresShared, ...] = ()
    released: tuple[PoolReleased, ...] = ()
    removed: SharedDataRemoved | None = None

    def unsigned(self) -> tuple[str, ...]:
        """The institutions that have not signed."""
        return () if self.drafted is None else tuple(
            i for i in self.drafted.institutions if i not in self.signed
        )  # fmt: skip

    @property
    def begins(self) -> date | None:
        """The first day on which it is in force; ``None`` while a signature is missing."""
        if self.drafted is None:
            return None
        days = {institution: signed.on for institution, signed in self.signed.items()}
        return begins_on(self.drafted.since, self.drafted.institutions, days)

    @property
    def ends(self) -> date | None:
        """The first day on which it is not in force any more."""
        if self.drafted is None:
            return None
        return ends_on(self.drafted.until, None if self.ended is None else self.ended.on)

    def live_on(self, day: date) -> bool:
        """Whether it is in force on a day: signed by all, begun, and not ended."""
        begins, ends = self.begins, self.ends
        return begins is not None and ends is not None and begins <= day < ends

    def consented(self, to: tuple[str, str, str]) -> Consent | None:
        """The consent of an institution to a visitor's part in a pairing that was not withdrawn."""
        return next((c for c in self.consents if c.to == to and c.until is None), None)

    def consented_on(self, to: tuple[str, str, str], day: date) -> bool:
        """Whether an institution consented to a visitor's part in a pairing on a day."""
        return any(
            c.to == to and c.since <= day and (c.until is None or day < c.until)
            for c in self.consents
        )


def begins_on(
    since: date | None, institutions: tuple[str, ...], signed: Mapping[str, date]
) -> date | None:
    """The first day on which an agreement is in force; ``None`` while a signature is missing.

    Args:
        since: The first day that its terms name.
        institutions: Its sides.
        signed: By institution, the day on which it signed.
    """
    if since is None or any(i not in signed for i in institutions):
        return None
    return max(since, *signed.values())


def ends_on(until: date | None, ended: date | None) -> date | None:
    """The first day on which an agreement is not in force any more.

    Args:
        until: The day that its terms name.
        ended: The day on which somebody ended it before.
    """
    return until if until is None or ended is None else min(until, ended)


def evolve(state: Agreement, event: Any) -> Agreement:
    """Fold one event into the agreement."""
    match event:
        case DataSharingAgreementDrafted():
            return replaced(state, drafted=event)
        case DataSharingAgreementSigned():
            return replaced(state, signed={**state.signed, event.institution: event})
        case DataSharingAgreementEnded():
            return replaced(state, ended=event)
        case PairingAcrossConsented():
            given = Consent(event.pairing_id, event.participant, event.institution, event.on)
            return replaced(state, consents=(*state.consents, given))
        case PairingAcrossConsentWithdrawn():
            return _withdrawn(state, event)
        case FiguresShared():
            return replaced(state, shared=(*state.shared, event))
        case PoolReleased():
            return replaced(state, released=(*state.released, event))
        case SharedDataRemoved():
            return replaced(state, removed=event)
        case _:
            return state


def _withdrawn(state: Agreement, event: PairingAcrossConsentWithdrawn) -> Agreement:
    given = state.consented((event.pairing_id, event.participant, event.institution))
    if given is None:
        return replaced(state, loose=(*state.loose, event))
    ended = attrs.evolve(given, until=event.on)
    return replaced(state, consents=tuple(ended if c is given else c for c in state.consents))


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
    _check_consents(state, drafted)


def _check_consents(state: Agreement, drafted: DataSharingAgreementDrafted) -> None:
    """Refuse consents of strangers, to what the agreement is not for, or given twice at once."""
    if state.loose:
        raise Refused("there is no consent to this pairing that could be withdrawn", "no_consent")
    open_to: set[tuple[str, str, str]] = set()
    for consent in state.consents:
        if "pairing" not in drafted.purposes:
            raise Refused("the agreement is not for the purpose pairing", "not_agreed")
        if consent.institution not in drafted.institutions:
            raise Refused(f"{consent.institution} is no side of this agreement", "not_in_agreement")
        if consent.since < drafted.on:
            raise Refused(f"its terms were settled on {drafted.on} only", "before_the_terms")
        if consent.until is None and consent.to in open_to:
            raise Refused(f"{consent.institution} consented to this already", "already_consented")
        if consent.until is None:
            open_to.add(consent.to)


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
