"""What is held as it is gets settled in one reading, whatever else a source holds."""

from collections.abc import Iterator
from random import Random
from typing import Any

import attrs
import pytest
from engine.harbor import Harbor, Made, adapters, csv_of, harbor, rows_of, written
from engine.test_taking_troubles import later, many
from engine.world import Place

from mentorcore.adapters.registry import Registry
from mentorcore.adapters.spec import Item
from mentorcore.engine.indexes.digest_set import DigestSet, occurring_again
from mentorcore.errors import SourceUnreadable


@attrs.define
class Counting(Made):
    """An adapter that counts its readings, and may yield something else from the second on."""

    later: tuple[Item, ...] | None = None
    readings: int = 0

    def read(self, source: Any, options: Any) -> Iterator[Item]:
        self.readings += 1
        yield from self.items if self.readings == 1 or self.later is None else self.later


def counting(*items: Item, later: tuple[Item, ...] | None = None) -> tuple[Counting, Registry]:
    adapter, registry = Counting(items, later=later), Registry()
    registry.add(adapter)
    return adapter, registry


def test_what_is_held_as_it_is_is_read_once_and_what_is_not_twice() -> None:
    with harbor() as it:
        it.take("people", "x", adapters=adapters(*many(20)))
        same, unchanged = counting(*many(20))
        more, grown = counting(*many(21))

        again = it.take("people", "x", adapters=unchanged)
        then = it.take("people", "x", adapters=grown)

        assert (again.sentence(), same.readings) == ("20 unchanged.", 1)
        assert (then.sentence(), more.readings) == ("1 taken, 20 unchanged.", 2)


@pytest.mark.parametrize(
    "change", [lambda i: i[:-1], lambda i: i[1:], lambda i: (*i, i[0]), lambda i: i[::-1]]
)
def test_a_source_that_changes_between_its_readings_is_refused(change: Any) -> None:
    items = tuple(many(5))
    _, registry = counting(*items, later=change(items))

    with harbor() as it:
        with pytest.raises(SourceUnreadable, match="changed while it was read"):
            it.take("people", "x", adapters=registry)

        assert [e.event.outcome for e in it.events("import.completed")] in ([], ["failed"])


def test_a_copy_of_a_settled_row_is_looked_at_together_with_it() -> None:
    rows = rows_of("people")

    with harbor() as it:
        it.take("people")
        twice = it.take("people", written([*rows, rows[1]]))
        edited = [rows[1][0], rows[1][1], "Another Name", *rows[1][3:]]
        both = it.take("people", written([*rows, edited]))

        assert twice.sentence() == "5 unchanged, 1 skipped."
        assert "twice, word for word" in twice.findings[0].reason
        assert both.sentence() == "5 unchanged, 1 refused."
        assert len(both.questions) == 1


def test_unreadable_rows_are_told_where_everything_else_is_unchanged() -> None:
    with harbor() as it:
        it.take("people")
        report = it.take("people", csv_of("people") + "alone\r\n")

        assert report.sentence() == "5 unchanged, 1 unreadable."
        assert report.findings[0].where.line == 7


def test_what_a_rival_took_in_meanwhile_does_not_count_as_vanished(at: Place) -> None:
    with at.open(1, later()) as opened, at.open(10**6, later()) as rival:
        it = Harbor(opened)
        it.take("people", "x", adapters=adapters(*many(3)))

        @attrs.define
        class Overtaken(Made):
            def read(self, source: Any, options: Any) -> Iterator[Item]:
                Harbor(rival, designed=True).take("people", "x", adapters=adapters(*many(6)))
                yield from self.items

        registry = Registry()
        registry.add(Overtaken(tuple(many(2))))
        report = it.take("people", "x", adapters=registry)

        assert report.sentence() == "2 unchanged, 1 missing from this export."


def test_every_vanished_response_is_found_among_many() -> None:
    chance = Random(7)
    digests = sorted(chance.randbytes(32) for _ in range(3000))
    seen = DigestSet()

    seen.add(digests[::3])
    first = [digest in seen for digest in digests]
    seen.add(digests[1::3])

    assert first == [number % 3 == 0 for number in range(3000)]
    assert [digest in seen for digest in digests] == [n % 3 < 2 for n in range(3000)]
    assert digests[0][:-1] + b"?" in seen  # sixteen bytes count


def test_numbers_that_occur_again_are_counted() -> None:
    chance = Random(7)
    numbers = [chance.randrange(-(2**63), 2**63) for _ in range(2000)]

    again = occurring_again([*numbers, *numbers[:3], numbers[0]])

    assert again == {numbers[0]: 3, numbers[1]: 2, numbers[2]: 2}
    assert occurring_again(numbers) == {}
