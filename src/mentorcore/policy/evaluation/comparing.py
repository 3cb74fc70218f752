"""How a fact is compared with what a rule wants of it: exactly, and never by guessing."""

from collections.abc import Callable, Mapping
from datetime import date
from operator import ge, gt, le, lt
from typing import Any

from mentorcore.policy.facts import Plain

__all__ = ["compares"]

ORDERED: Mapping[str, Callable[[Any, Any], bool]] = {">=": ge, "<=": le, ">": gt, "<": lt}


def compares(held: Plain, op: str, wanted: object) -> bool | None:
    """Whether a fact is as a rule wants it; ``None`` where the two cannot be compared.

    Several values are equal to one, and in some, when any of them is; days are compared with days
    that are written as in a calendar, ``2026-06-01``.
    """
    if held is None:
        return None
    several = held if isinstance(held, tuple) else (held,)
    if op in ORDERED:
        return _ordered(held, ORDERED[op], wanted)
    if op == "in":
        among = wanted if isinstance(wanted, tuple) else (wanted,)
        return any(_same(one, other) for one in several for other in among)
    equal = any(_same(one, wanted) for one in several)
    return not equal if op == "!=" else equal


def _same(one: object, other: object) -> bool:
    if isinstance(one, date):
        return str(one) == str(other)
    return type(one) is type(other) and one == other


def _ordered(held: Plain, holds: Callable[[Any, Any], bool], wanted: object) -> bool | None:
    if isinstance(held, date) and isinstance(wanted, str):
        return holds(str(held), wanted)
    both = (held, wanted)
    if all(isinstance(value, int) and not isinstance(value, bool) for value in both):
        return holds(held, wanted)
    return None
