"""How the tests of an adapter read: through the checks of the core, from sources made of bytes.

`ContractBase` holds what an author states about the adapter, and what the checks have in common.
"""

import csv
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, ClassVar

import attrs
import pytest

from mentorcore.adapters.guard import BrokenContract, ContractGuard
from mentorcore.adapters.registry import CELL
from mentorcore.adapters.sources import Limits
from mentorcore.adapters.spec import Item, Notice, Options, Response, SourceUnreadable
from mentorcore.testing.adapter_samples import Held, Sample, Spread, is_whole, quoted, take_apart
from mentorcore.testing.adapter_watching import changes, state

__all__ = ["ContractBase", "Outcome", "answered", "facts", "responses"]

MARK = "kit mark 7"
"""A text that is put into a cell to see whether it is an answer."""

TRIED = 4
"""How many questions of a table are tried with each odd text."""

SPREAD = 60
"""How many places of a long sample are looked at where all of them would take too long."""


@attrs.frozen
class Outcome:
    """What came of a reading: what was yielded, and the refusal that ended it, if one did."""

    items: tuple[Item, ...]
    refusal: SourceUnreadable | None = None

    @property
    def incomplete(self) -> bool:
        """Whether the source was marked as one that may have been cut off."""
        return any(isinstance(i, Notice) and i.code == "incomplete" for i in self.items)


def responses(items: Sequence[Item]) -> list[Response]:
    """The responses among what was yielded."""
    return [item for item in items if isinstance(item, Response)]


def answered(response: Response) -> tuple[Any, ...]:
    """What a response says, wherever it stands in its source and in whatever order it is told."""
    said = sorted((a.question, a.label, a.raw, a.hint) for a in response.answers if a.raw)
    frame = (response.form, response.key, response.submitted_at, response.submitted_raw)
    return (*frame, response.zone_basis, response.lifecycle, tuple(said))


def facts(items: Sequence[Item]) -> Counter[Any]:
    """What the responses say, with how many say the same."""
    return Counter(answered(response) for response in responses(items))


class ContractBase:
    """What an author states about an adapter and its samples.

    Attributes:
        adapter: The adapter.
        samples: Exports: paths, or a `Sample` each where options differ.
        options: What a person would declare about samples given as paths.
        kin: Names of files in `FOREIGN` that belong to the adapter.
        secrets: Made-up secrets of a service by name, where the shape of a secret matters.
        lifecycles: Words for how far a response came that only this tool has.
        changed: What readings so far changed for the whole process; nobody states it.
        found: Which columns of a sample are questions; nobody states it.
    """

    adapter: ClassVar[Any]
    samples: ClassVar[Sequence[Path | str | Sample]] = ()
    options: ClassVar[Options] = Options()
    kin: ClassVar[Collection[str]] = ()
    secrets: ClassVar[Mapping[str, str]] = {}
    lifecycles: ClassVar[Collection[str]] = ()
    changed: ClassVar[frozenset[str]] = frozenset()
    found: ClassVar[dict[tuple[str, bytes], list[int]]] = {}

    def __init_subclass__(cls) -> None:
        """Give each contract what it finds out about its own samples."""
        super().__init_subclass__()
        cls.found = {}

    def rows(self, sample: Sample) -> Sequence[Any] | None:
        """The parts of a sample that are responses; tables are taken apart without help.

        Override it, with `with_rows`, for a format that the kit does not know.
        """
        table = take_apart(sample)
        return None if table is None else table.rows

    def with_rows(self, sample: Sample, rows: Sequence[Any]) -> bytes:
        """The sample with these responses in this order."""
        return attrs.evolve(_table(sample), rows=tuple(rows)).join()

    def with_text(self, sample: Sample, text: str) -> Iterator[bytes]:
        """The sample with a text in place of an answer, once for each question worth trying.

        Override it for a format that the kit does not know.
        """
        table, columns = take_apart(sample), self._questions(sample)
        for column in [columns[place] for place in places(len(columns), TRIED)]:
            assert table is not None  # it has columns
            try:
                yield table.even().with_cell(0, column, quoted(text)).join()
            except UnicodeEncodeError:
                return  # the text has no place in this encoding

    def is_whole(self, sample: Sample, size: int) -> bool:
        """Whether nobody could tell that the first *size* bytes of a sample are not all of it.

        Override it for a format that the kit does not know and that has such places, such as
        one JSON object a line.
        """
        return take_apart(sample) is not None and is_whole(sample, sample.content[:size])

    def serving(self) -> AbstractContextManager[Options] | None:
        """A server of the author's own on this machine, which plays the service during a check.

        Override it for an adapter that talks to a service. It gives the options with which the
        adapter calls that server, such as ``Options(more={"address": …})``. The server begins
        anew each time, answers alike each time, and holds responses on more than one page.
        """
        return None

    # What follows serves the checks.

    @property
    def _is_service(self) -> bool:
        return callable(getattr(self.adapter, "fetch", None))

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run the checks of samples once for each sample."""
        if "sample" in metafunc.fixturenames:
            found = self.given()
            metafunc.parametrize("sample", found, ids=[sample.name for sample in found])

    @classmethod
    def given(cls) -> list[Sample]:
        """The samples."""
        return [s if isinstance(s, Sample) else Sample.of(s, cls.options) for s in cls.samples]

    def read(
        self, sample: Sample, content: bytes | None = None, options: Options | None = None
    ) -> Outcome:
        """Read a sample, or other content under its name, as the core would.

        Raises:
            AssertionError: The adapter crashed, or yielded what the contract does not know.
        """
        source = Held(sample.name, sample.content if content is None else content)
        items: list[Item] = []
        began = None
        let_long_cells_pass()
        before = state()
        try:
            began = iter(self.adapter.read(source, options or sample.options))
            items.extend(ContractGuard(Limits(), time.monotonic).watch(began))
        except SourceUnreadable as refusal:
            return Outcome(tuple(items), refusal)
        except BrokenContract as broken:
            raise AssertionError(f"the contract does not know this: {broken}") from broken
        except Exception as error:
            raise AssertionError(
                f"the adapter crashed with {type(error).__name__}: {error}; what is wrong with a "
                "source is told with SourceUnreadable, and with one record with Unreadable"
            ) from error
        finally:
            close(began)
            type(self).changed |= frozenset(changes(before))
        return Outcome(tuple(items))

    def whole(
        self, sample: Sample, content: bytes | None = None, options: Options | None = None
    ) -> tuple[Item, ...]:
        """The same for what must be readable."""
        outcome = self.read(sample, content, options)
        if outcome.refusal is not None:
            raise AssertionError(f"this should be readable: {outcome.refusal}")
        return outcome.items

    def _questions(self, sample: Sample) -> list[int]:
        """The columns of a table whose cells are answers, found by trying."""
        found = type(self).found
        known = found.get((sample.name, sample.content))
        if known is not None:
            return known
        table = take_apart(sample)
        even = table.even() if table else None
        columns = [
            column
            for column in range(even.width if even and even.rows else 0)
            if even and self.says(self.read(sample, even.with_cell(0, column, MARK).join()), MARK)
        ]
        found[sample.name, sample.content] = columns
        return columns

    @staticmethod
    def says(outcome: Outcome, text: str) -> bool:
        """Whether an answer is this text and nothing else."""
        return any((text,) == a.raw for r in responses(outcome.items) for a in r.answers)


def close(items: object) -> None:
    """End a reading early, if it can be."""
    end = getattr(items, "close", None)
    if end is not None:
        end()


def let_long_cells_pass() -> None:
    """Set what the core sets before it lets an adapter read."""
    if csv.field_size_limit() < CELL:
        csv.field_size_limit(CELL)


def places(count: int, most: int = SPREAD) -> list[int]:
    """Numbers below *count*: all of them, or as many as allowed, spread evenly, the last included.

    >>> places(4), places(1000, 3)
    ([0, 1, 2, 3], [0, 499, 999])
    """
    if count <= most:
        return list(range(count))
    return sorted({i * (count - 1) // (most - 1) for i in range(most)})


def even_table(sample: Sample) -> Spread:
    """A sample as a table without ragged rows, or no check."""
    table = _table(sample).even()
    if not table.rows:
        pytest.skip("no row of this sample is as wide as its header")
    return table


def _table(sample: Sample) -> Spread:
    table = take_apart(sample)
    if table is None:
        pytest.skip("only for tables")
    return table
