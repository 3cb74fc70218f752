"""A policy pack: its head and its rules."""

from datetime import date

import attrs

from mentorcore.policy.grammar import Rule, written

__all__ = ["Pack"]


@attrs.frozen(kw_only=True)
class Pack:
    """A policy pack.

    Attributes:
        id: Its id, such as ``us-ca-teacher-induction``.
        version: Its version.
        title: What it is called.
        jurisdiction: Where it holds, such as ``US-CA``.
        authority: Who made the rules.
        citation: Where they stand.
        effective_from: The first day on which they hold.
        effective_to: The first day on which they do not any more.
        reviewed_on: When the text was looked at last.
        notice: What whoever adopts it has to know.
        left_out: What the texts say and no rule here does, each with why.
        week_in_session_min_days: Days with lessons that make a week one in session.
        unverified_credit_counts: Whether earlier service counts that nobody verified.
        rules: Its rules.
        digest: SHA-256 of the bytes of its file, in hexadecimal digits.
        text: What its file says, to the byte; empty for a pack that was made otherwise.
    """

    id: str
    version: str
    title: str
    jurisdiction: str
    authority: str
    citation: str
    effective_from: date
    effective_to: date | None = None
    reviewed_on: date
    notice: str
    left_out: tuple[str, ...] = ()
    week_in_session_min_days: int = attrs.field(
        default=1, metadata=written(least=1, within="settings")
    )
    unverified_credit_counts: bool = attrs.field(default=False, metadata=written(within="settings"))
    rules: tuple[Rule, ...]
    digest: str
    text: str = attrs.field(default="", eq=False, repr=False)

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that id."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)
