"""The selectors of a rule, wherever it has them."""

from collections.abc import Iterator

import attrs

from mentorcore.policy.grammar import Rule, Selector

__all__ = ["selectors"]


def selectors(rule: Rule) -> Iterator[tuple[Selector, str]]:
    """Every selector of a rule with the name of the field that holds it."""
    for field in attrs.fields(type(rule)):
        value = getattr(rule, field.name)
        if isinstance(value, Selector):
            yield value, field.name
