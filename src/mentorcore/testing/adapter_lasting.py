"""Checks of what has to last: no row is lost, and a response is known again another day."""

import os
import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import attrs
import pytest

from mentorcore.adapters.spec import Item, Notice, Unreadable, cells_filled
from mentorcore.testing.adapter_reading import (
    TRIED,
    ContractBase,
    even_table,
    facts,
    places,
    responses,
)
from mentorcore.testing.adapter_samples import Held, Sample, read

__all__ = ["LastingChecks"]

ROWS = 1_500
"""How many rows a long file has: more than fit into any usual buffer or first page."""

ELSEWHERE = """
import importlib, importlib.util, pickle, sys
path, name, file, packed = pickle.load(sys.stdin.buffer)
sys.path[:] = path
try:
    importlib.import_module(name)
except ImportError:
    spec = importlib.util.spec_from_file_location(name, file)
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
from mentorcore.testing.adapter_lasting import said
sys.stdout.buffer.write(pickle.dumps(said(*pickle.loads(packed))))
"""
"""What another process does: it loads the adapter anew and reads one sample."""


def said(adapter: Any, sample: Sample) -> Counter[Any]:
    """What the responses of a sample say."""
    return facts(list(adapter.read(Held(sample.name, sample.content), sample.options)))


class LastingChecks(ContractBase):
    """Nothing is left out, and what was taken once is known again."""

    def test_a_new_process_reads_the_same(self) -> None:
        """Identities come from the source alone, and not from `hash`, `id` or a set's order."""
        if not self.given():
            pytest.skip("there is no sample")
        sample, kind = self.given()[0], type(self.adapter)
        module = sys.modules.get(kind.__module__)
        if module is None or module.__name__ == "__main__" or not hasattr(module, "__file__"):
            pytest.skip("the adapter stands in no module that another process could load")
        try:
            packed = pickle.dumps((self.adapter, sample))
        except (pickle.PicklingError, AttributeError, TypeError):
            pytest.skip("the adapter cannot be handed to another process (pickle)")
        handed = pickle.dumps((sys.path, module.__name__, module.__file__, packed))
        seed = "8" if os.environ.get("PYTHONHASHSEED") == "7" else "7"
        done = subprocess.run(  # noqa: S603 - this interpreter, and a text of our own
            [sys.executable, "-c", ELSEWHERE],
            input=handed,
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        assert done.returncode == 0, f"in a new process, it fails: {done.stderr.decode()[-600:]}"
        assert pickle.loads(done.stdout) == said(self.adapter, sample), (  # noqa: S301 - ours
            "a new process reads other responses from the same file; every import would take them "
            "for new ones (does an identity come from hash(), id(), or the order of a set?)"
        )

    def test_the_name_of_the_file_makes_no_difference(self, sample: Sample) -> None:
        """People rename files; a form is known by `Options.form`."""
        options = sample.options.declaring(form="kit form")
        renamed = attrs.evolve(sample, name=f"copy of {sample.name}")
        expected = facts(self.whole(sample, options=options))
        assert facts(self.whole(renamed, options=options)) == expected, (
            "under another name the same file gives other responses; take the form from "
            "Options.form, and no part of a key from the name of the file"
        )

    def test_every_row_is_told(self, sample: Sample) -> None:
        """Without any row of a table, something would be missing; nothing is left out silently."""
        table = even_table(sample)
        whole = _told(self.whole(sample, table.join()))
        for row in places(len(table.rows)):
            if not cells_filled([read(cell) for cell in table.rows[row]]):
                continue
            rows = (*table.rows[:row], *table.rows[row + 1 :])
            outcome = self.read(sample, attrs.evolve(table, rows=rows).join())
            assert outcome.refusal or _told(outcome.items) != whole, (
                f"row {row + 1} below the titles is left out in silence; what is not complete is "
                "a Response with another lifecycle, and what cannot be read is an Unreadable"
            )

    def test_an_empty_answer_stays_empty(self, sample: Sample) -> None:
        """It is not filled with what another row says."""
        table, columns = even_table(sample), self._questions(sample)
        whole = _filled(self.whole(sample, table.join()))
        last = len(table.rows) - 1
        for column in [columns[place] for place in places(len(columns), TRIED)]:
            title, cell = read(table.header[0][column]), read(table.rows[last][column])
            if not title.strip() or not cell.strip():
                continue  # a column without a title may be told by what is in all of it
            outcome = self.read(sample, table.with_cell(last, column, "").join())
            assert outcome.refusal or _filled(outcome.items) < whole, (
                f"the last row has no answer to {title!r}, and yet one was "
                "read; an answer that was not given has no raw texts"
            )

    def test_a_long_file_is_read_to_its_end(self, sample: Sample) -> None:
        """All of it, and rows that are equal as often as they stand there."""
        table = even_table(sample)
        times = ROWS // len(table.rows) + 1
        long = attrs.evolve(table, rows=table.rows * times)
        outcome = self.read(sample, long.join())
        due = _records(self.whole(sample, table.join())) * times
        got = _records(outcome.items)
        assert outcome.refusal or got == due, (
            f"a file of {len(long.rows):,} rows gives {got:,} records where {due:,} are due; read "
            "to the end, and leave it to the core to tell equal rows apart"
        )


def _told(items: Sequence[Item]) -> tuple[Counter[Any], Counter[str]]:
    complaints = [item.why for item in items if isinstance(item, Unreadable)]
    notices = [item.message for item in items if isinstance(item, Notice)]
    return facts(items), Counter([*complaints, *notices])


def _filled(items: Sequence[Item]) -> int:
    """How many answers were given."""
    return sum(any(answer.raw) for r in responses(items) for answer in r.answers)


def _records(items: Sequence[Item]) -> int:
    return sum(not isinstance(item, Notice) for item in items)
