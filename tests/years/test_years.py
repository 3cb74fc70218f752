"""A whole school year, whatever people send: generated years against what the files alone say."""

import csv
import io
from dataclasses import replace

import pytest
from years.district import made_year
from years.orders import in_another_order, record_of, sound
from years.running import Difference, Tally, run, told_small
from years.sheets import Export, text_of

SHORT = range(1, 3)
LONG = range(1000, 1200)
ORDERS = range(2000, 2030)
LARGEST = 50
"""Pairs of the largest year; every fortieth is one."""


def pairs_of(seed: int) -> int:
    """How many first pairs a year of the long run has."""
    return LARGEST if seed % 40 == 39 else 2 + seed % 7


def held_against_the_files(seed: int, tally: Tally, *, pairs: int) -> None:
    """Run a year; one that differs is told as small as it can be made."""
    year = made_year(seed, pairs=pairs)
    try:
        run(year, tally)
    except Exception:  # noqa: BLE001 - a crash is a difference as well
        pytest.fail(told_small(year))


def the_same_in_other_orders(seed: int, *, orders: int) -> None:
    """Send the exports of a year in other orders, and compare what the record says at the end."""
    exports = sound(made_year(seed, pairs=2 + seed % 3, settled=True))

    expected = record_of(exports)

    for order in range(orders):
        sent = in_another_order(exports, order)
        found = record_of(sent)
        assert found == expected, f"seed {seed}: {', '.join(e.name for e in sent)}"


@pytest.mark.parametrize("seed", SHORT)
def test_a_year_comes_out_as_its_files_say(seed: int) -> None:
    held_against_the_files(seed, Tally(), pairs=2)


def test_the_exports_of_a_year_come_out_the_same_in_another_order() -> None:
    the_same_in_other_orders(0, orders=1)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_two_hundred_years_come_out_as_their_files_say() -> None:
    tally = Tally()

    for seed in LONG:
        held_against_the_files(seed, tally, pairs=pairs_of(seed))

    print(f"{tally.years} years, {tally.exports} exports, {tally.comparisons} comparisons")
    assert tally.years == len(LONG)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_exports_of_thirty_years_come_out_the_same_in_other_orders() -> None:
    for seed in ORDERS:
        the_same_in_other_orders(seed, orders=3)


def test_a_minute_that_is_not_in_the_files_is_found() -> None:
    year = made_year(0, pairs=2)

    def with_a_minute_more(export: Export) -> Export:
        if export.form != "meetings":
            return export
        text = text_of(export.content)
        delimiter = next((d for d in ";\t" if d in text.splitlines()[0]), ",")
        head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        place = head.index("Minutes")
        for row in rows:
            row[place] = str(int(row[place]) + 1)
        csv.writer(out := io.StringIO()).writerows([head, *rows])
        return replace(export, content=out.getvalue().encode())

    with pytest.raises(Difference, match="meetings"):
        run(year, seen=with_a_minute_more)
