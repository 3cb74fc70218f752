"""The words of a policy pack: scopes, units, periods, selectors, and what every rule says."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

import attrs

__all__ = [
    "AppliesTo",
    "CountFrom",
    "Enforce",
    "Mark",
    "Op",
    "Period",
    "Plain",
    "Prorate",
    "ReliefType",
    "Rule",
    "Scope",
    "Selector",
    "Unit",
    "Window",
    "written",
]

Scope = Literal["participant", "pairing", "mentor", "cohort", "program"]
Mark = Literal["V", "V2", "P"]
"""How a rule is known: read in the primary text, in a reliable secondary one, or one program's
practice."""
Enforce = Literal["project", "guard"]
AppliesTo = Literal["all", "new_enrolments"]
ReliefType = Literal["waiver", "exemption", "extension", "early_completion"]
Unit = Literal[
    "calendar_day", "instructional_day", "week", "in_session_week", "month", "term", "semester",
    "school_year",
]  # fmt: skip
Window = Literal["week", "in_session_week", "month", "term", "semester", "school_year"]
Period = str
"""``school_year``, ``semester``, ``term``, ``program``, or ``rolling n`` for the last n windows."""
Prorate = Literal["none", "fte_scale", "fte_extend", "enrolled_share", "minus_credit"]
CountFrom = Literal["day_after", "same_day"]
Plain = str | int | bool
Op = Literal["==", "!=", ">=", "<=", ">", "<", "in", "has"]


def written(
    key: str | None = None,
    *,
    least: int = 0,
    hundredths: bool = False,
    one_or_more: bool = False,
    within: str | None = None,
) -> Mapping[str, Any]:
    """How a parameter stands in a file, where its name and type do not say it.

    Args:
        key: Its key, where that is another than the name here.
        least: The least that a number may be.
        hundredths: Whether a share such as ``0.10`` stands there, and hundredths here.
        one_or_more: Whether a single word may stand for a list of one.
        within: The table inside that it stands in.
    """
    return MappingProxyType(
        {
            "key": key,
            "least": least,
            "hundredths": hundredths,
            "one_or_more": one_or_more,
            "within": within,
        }
    )


@attrs.frozen(kw_only=True)
class Selector:
    """Which facts count.

    Attributes:
        event: The stored name of the event, of the core or of a practice.
        where: Fields and the values that they have to have.
        kinds: Kinds of meeting (or of whatever has a kind) that count; nothing for all.
        modalities: Modalities that count; nothing for all.
    """

    event: str
    where: Mapping[str, Plain] = attrs.field(factory=dict)
    kinds: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Rule:
    """What rules of every kind say.

    Attributes:
        id: The rule's id within its pack, such as ``CA-2a``.
        title: What it asks for, in a few words.
        citation: Where it stands.
        mark: How well it is known.
        scope: What it is about.
        applies_when: Attributes that a subject has to have to be in scope.
        enforce: Whether it reports, or forbids as well.
        relief_allowed: The reliefs that may be recorded for it.
        at_risk_days: How many days before it is due it counts as at risk.
        interpretation: How the pack reads a text that leaves room.
        note: Anything else.
    """

    id: str
    title: str
    citation: str
    mark: Mark
    scope: Scope = "participant"
    applies_when: Mapping[str, Plain] = attrs.field(factory=dict)
    enforce: Enforce = "project"
    relief_allowed: tuple[ReliefType, ...] = ()
    at_risk_days: int = 0
    interpretation: str = ""
    note: str = ""

    @property
    def kind(self) -> str:
        """The word that a file has for its kind, such as ``deadline``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()
