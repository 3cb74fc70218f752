"""Stipends keep the contract of practices, and their own rules."""

from collections.abc import Generator
from datetime import date
from typing import Any

from acme_stipend import STIPENDS
from acme_stipend.events import AgreeStipend, PayStipend, StipendAgreed, StipendPaid

import mentorcore
from mentorcore.testing import PracticeContract, given, small_program

SINCE, UNTIL = date(2026, 9, 1), date(2027, 1, 1)
MODEL = mentorcore.Practices.of([STIPENDS]).model
AGREED = StipendAgreed(
    stipend_id=f"acme-stipend:{1:032x}",
    program_id=f"program:{1:032x}",
    participant_id=f"participant:{1:032x}",
    on=date(2026, 8, 20),
    cents=15_000,
    since=SINCE,
    until=UNTIL,
    subjects=(f"person:{1:032x}",),
    remark="Paid to the school",
)
PAID = StipendPaid(on=date(2026, 10, 2), month=SINCE, cents=15_000)


class TestStipends(PracticeContract):
    practice = STIPENDS
    examples = (AGREED, PAID)

    def world(self, engine: mentorcore.Engine) -> Generator[Any, Any, None]:
        small = small_program(engine)
        agreed = yield AgreeStipend(
            participant_id=small.mentor,
            on=date(2026, 8, 20),
            cents=20_000,
            since=SINCE,
            until=UNTIL,
            remark="Halved in December",
        )
        for month in (9, 10):
            yield PayStipend(
                stipend_id=agreed.stream,
                on=date(2026, 11, 2),
                month=date(2026, month, 1),
                cents=20_000,
            )


def paying(month: date) -> PayStipend:
    return PayStipend(stipend_id=AGREED.stipend_id, on=PAID.on, month=month, cents=15_000)


def test_a_month_is_paid_once() -> None:
    given(AGREED, PAID, model=MODEL).when(paying(SINCE)).refuses("paid_already")


def test_a_month_that_was_not_agreed_on_is_not_paid() -> None:
    given(AGREED, model=MODEL).when(paying(UNTIL)).refuses("no_such_month")
