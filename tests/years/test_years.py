"""A whole school year, whatever people send: generated years against what the files alone say."""

import csv
import io
from dataclasses import replace

import pytest
from years.district import made_year
from years.running import Difference, Tally, run, told_small
from years.sheets import Export, text_of

SHORT = range(2)
LONG = range(1000, 1200)


def held_against_the_files(seed: int, tally: Tally, *, pairs: int) -> None:
    """Run a year; one that differs is told as small as it can be made."""
    year = made_year(seed, pairs=pairs)
    try:
        run(year, tally)
    except Exception:  # noqa: BLE001 - a crash is a difference as well
        pytest.fail(told_small(year))


@pytest.mark.parametrize("seed", SHORT)
def test_a_year_comes_out_as_its_files_say(seed: int) -> None:
    held_against_the_files(seed, Tally(), pairs=2)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_two_hundred_years_come_out_as_their_files_say() -> None:
    tally = Tally()

    for seed in LONG:
        held_against_the_files(seed, tally, pairs=2 + seed % 7)

    print(f"{tally.years} years, {tally.exports} exports, {tally.comparisons} comparisons")
    assert tally.years == len(LONG)


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
