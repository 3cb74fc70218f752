"""Stipends for those who take part, as a practice of mentorcore."""

from collections.abc import Callable

from acme_stipend.deciding import AGGREGATE
from acme_stipend.forms import PAYMENTS
from acme_stipend.view import MONTHS
from mentorcore.practices.spec import Practice, hookimpl

__all__ = ["STIPENDS", "mentorcore_practices"]

STIPENDS = Practice(
    name="stipends", contract=1, aggregates=(AGGREGATE,), views=(MONTHS,), forms=(PAYMENTS,)
)


@hookimpl
def mentorcore_practices(register: Callable[[Practice], None]) -> None:
    """Offer the practice. Called once, when mentorcore looks for what is installed."""
    register(STIPENDS)
