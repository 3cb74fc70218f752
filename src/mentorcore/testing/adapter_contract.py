"""What every adapter promises, as tests that an author inherits in five lines.

```python
class TestMyTool(AdapterContract):
    adapter = MyTool()
    samples = [Path(__file__).with_name("sample.csv")]
```

Each check is a promise of `mentorcore.adapters.spec` by name. Tables (``.csv``, ``.tsv``) are
shuffled, cut and spoiled without help; for other formats override `rows`, `with_rows`,
`with_text` and `is_whole`, or those checks are skipped with a reason.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from mentorcore.adapters.guard import BrokenContract, checked_form
from mentorcore.adapters.records import LIFECYCLES
from mentorcore.adapters.registry import Registry
from mentorcore.adapters.spec import Form, SourceUnreadable, Unreadable, normal_title
from mentorcore.errors import AdapterError
from mentorcore.testing.adapter_hostile import HostileChecks
from mentorcore.testing.adapter_lasting import LastingChecks
from mentorcore.testing.adapter_manners import MannersChecks
from mentorcore.testing.adapter_reading import (
    close,
    even_table,
    facts,
    let_long_cells_pass,
    places,
    responses,
)
from mentorcore.testing.adapter_samples import Held, Sample, read
from mentorcore.testing.adapter_service import ServiceChecks

__all__ = ["AdapterContract"]

SMALL = 4096
"""Bytes up to which a sample is cut at every byte."""


class AdapterContract(HostileChecks, LastingChecks, MannersChecks, ServiceChecks):
    """The promises of an adapter. Subclass it, with a name that begins with ``Test``."""

    def test_the_registry_takes_it(self) -> None:
        """Name, version, contract and the three questions are there."""
        registry = Registry()
        try:
            if type(registry.get(self.adapter.name)) is type(self.adapter):
                return  # it is built in
        except AdapterError:
            pass
        try:
            registry.add(self.adapter)
        except AdapterError as error:
            raise AssertionError(str(error)) from error

    def test_the_samples_hold_responses(self) -> None:
        """Without a sample with responses the other checks would say nothing."""
        if self._is_service and not self.samples:
            pytest.skip("a service without files")
        assert any(responses(self.read(s).items) for s in self.given()), (
            "no sample holds a response that can be read; point `samples` at one, and state in "
            "`options` what a person would have to declare"
        )

    def test_a_sample_is_readable(self, sample: Sample) -> None:
        """A sample is read to its end."""
        self.whole(sample)

    def test_what_it_yields_is_typed(self, sample: Sample) -> None:
        """Responses, Unreadables and Notices, with the types that the contract names."""
        for item in self.whole(sample):
            if isinstance(item, Unreadable):
                assert item.why.strip(), "an Unreadable says nothing"
        for response in responses(self.whole(sample)):
            assert response.submitted_at is None or _is_utc(response.submitted_at), (
                f"{response.where}: submitted_at is not in UTC"
            )
            assert response.lifecycle in {*LIFECYCLES, *self.lifecycles}, (
                f"{response.where}: the lifecycle {response.lifecycle!r} is none of "
                f"{', '.join(LIFECYCLES)}; if the tool has a word of its own, say so: "
                f"lifecycles = ({response.lifecycle!r},)"
            )
            assert hash(response) is not None

    def test_the_same_file_twice_gives_equal_records(self, sample: Sample) -> None:
        """Nothing is kept from one reading to the next, whatever was read in between."""
        first = self.whole(sample)
        assert self.whole(sample) == first, "the second reading of one file differs from the first"
        for other in self.given():
            self.read(other)
        assert self.whole(sample) == first, "a reading depends on what was read before it"

    def test_two_readings_at_once_do_not_disturb_each_other(self, sample: Sample) -> None:
        """Two iterators, drawn from in turns."""
        expected = list(self.whole(sample))
        one, other = self._begin(sample), self._begin(sample)
        turns = [item for pair in zip(one, other, strict=False) for item in pair]
        close(one)
        close(other)
        assert turns[::2] == expected, "a second reading disturbs the first"
        assert turns[1::2] == expected, "a first reading disturbs the second"

    def test_the_order_of_rows_does_not_matter(self, sample: Sample) -> None:
        """Shuffled rows are the same responses, by key and content."""
        rows = self.rows(sample)
        if rows is None:
            pytest.skip("override rows and with_rows to shuffle this format")
        items, form = self.whole(sample), self._form(sample)
        mixed = list(rows)
        random.Random(7).shuffle(mixed)  # noqa: S311 - the same order each time
        for order in (list(rows)[::-1], mixed):
            content = self.with_rows(sample, order)
            _same(facts(items), facts(self.whole(sample, content)), "rows in another order")
            assert self._form(sample, content).version == form.version, (
                "the form's version depends on the order of rows"
            )

    def test_the_order_of_columns_does_not_matter(self, sample: Sample) -> None:
        """Moved columns are the same questions."""
        table = even_table(sample)
        expected, form = facts(self.whole(sample, table.join())), self._form(sample, table.join())
        for order in table.orders(sample.fixed_columns):
            content = table.in_order(order).join()
            _same(expected, facts(self.whole(sample, content)), "columns in another order")
            assert {q.key for q in self._form(sample, content).questions} == {
                q.key for q in form.questions
            }, "identities of questions depend on the order of columns"

    def test_columns_with_equal_titles_are_kept_apart(self, sample: Sample) -> None:
        """No answer is lost where two questions are worded alike."""
        table = even_table(sample)
        used = {*sample.options.columns, *sample.options.keys, sample.options.respondent}
        free = [
            column
            for column in self._questions(sample)
            if normal_title(read(table.header[0][column])) not in used
        ]
        if sample.header_records > 1 or not free:
            pytest.skip("only for tables with one header record and a question of free choice")
        twins = [f"twin {i}" if any(map(read, row)) else "" for i, row in enumerate(table.rows)]
        before = self.whole(sample, table.join())
        for column in free:
            titles = [cells[column] for cells in table.header]
            after = self.read(sample, table.with_column(titles, twins).join())
            if after.refusal is not None:
                continue  # the tool itself gives this column a meaning
            for old, new in zip(responses(before), responses(after.items), strict=True):
                assert len(new.answers) > len(old.answers), (
                    f"of two columns {titles[0]!r} one is lost; a question is known by its title "
                    "and its turn among equal titles (question_keys)"
                )
                assert len({a.question for a in new.answers}) == len(new.answers), (
                    f"two columns {titles[0]!r} have one identity"
                )
            return
        pytest.skip("no column of this table may stand there twice")

    def test_a_file_cut_off_anywhere_is_refused_or_marked(self, sample: Sample) -> None:
        """Never a silent short import."""
        full, size = facts(self.whole(sample)), len(sample.content)
        most = size if size <= SMALL else SMALL // 4
        for cut in places(size, most):
            outcome = self.read(sample, sample.content[:cut])
            got = facts(outcome.items)
            if outcome.refusal is not None or got == full:
                continue
            assert outcome.incomplete or self.is_whole(sample, cut), (
                f"cut off after {cut} of {size} bytes, {got.total()} of {full.total()} responses "
                "were read without a word; raise SourceUnreadable, or yield a Notice with the code "
                "'incomplete'"
            )
            assert (got - full).total() <= 1, f"cut off after {cut} bytes, responses are invented"

    def test_a_reading_given_up_anywhere_can_begin_again(self, sample: Sample) -> None:
        """After any record; the next reading is whole."""
        expected = self.whole(sample)
        for count in places(len(expected) + 1):
            items = self._begin(sample)
            got = tuple(islice(items, count))
            close(items)
            assert got == expected[:count], f"the first {count} records differ"
            assert self.whole(sample) == expected, (
                f"a reading that was given up after {count} records changed the next one"
            )

    def test_the_form_is_described_as_it_is_read(self, sample: Sample) -> None:
        """Stable, and with the identities that the responses' answers have."""
        form = self._form(sample)
        assert self._form(sample) == form, "describing one file twice gives two forms"
        self.read(sample)
        assert self._form(sample) == form, "describing depends on what was read before"
        known = {question.key for question in form.questions}
        for response in responses(self.whole(sample)):
            strange = {answer.question for answer in response.answers} - known
            assert not strange, f"answers to questions that the form does not have: {strange}"

    # What follows serves the checks.

    def _begin(self, sample: Sample) -> Iterator[Any]:
        let_long_cells_pass()
        return iter(self.adapter.read(Held(sample.name, sample.content), sample.options))

    def _form(self, sample: Sample, content: bytes | None = None) -> Form:
        source = Held(sample.name, sample.content if content is None else content)
        try:
            return checked_form(self.adapter.describe(source, sample.options))
        except (BrokenContract, SourceUnreadable) as error:
            raise AssertionError(f"the form cannot be described: {error}") from error


def _is_utc(at: datetime) -> bool:
    return at.utcoffset() == timedelta()


def _same(expected: Any, got: Any, what: str) -> None:
    """Compare what responses say."""
    lost, made = expected - got, got - expected
    assert expected == got, (
        f"{what} give other responses: {lost.total()} are gone and {made.total()} new.\n"
        f"gone: {next(iter(lost), 'none')}\nnew:  {next(iter(made), 'none')}"
    )
