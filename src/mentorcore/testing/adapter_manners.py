"""Checks of what an adapter does beside reading: streams, sockets, files, settings, secrets."""

import csv
import io
import random
from collections.abc import Iterator
from contextlib import nullcontext, redirect_stderr, redirect_stdout, suppress
from itertools import islice
from typing import Any

import pytest

from mentorcore.adapters.registry import CELL
from mentorcore.adapters.spec import Confidence, Options, SourceUnreadable
from mentorcore.testing.adapter_foreign import FOREIGN, NO_EXPORTS
from mentorcore.testing.adapter_reading import ContractBase, close, let_long_cells_pass, places
from mentorcore.testing.adapter_samples import Held, Sample
from mentorcore.testing.adapter_watching import (
    Ears,
    MadeAccount,
    changes,
    hurried,
    shut_in,
    state,
    told,
)
from mentorcore.testing.whole_text import whole_text

__all__ = ["MannersChecks"]

HEAD = 64 * 1024
"""How much of a file `sniff` is given."""


class MannersChecks(ContractBase):
    """It reads its source and does nothing else."""

    def test_streams_are_released(self, sample: Sample) -> None:
        """At the end, after being given up, after a refusal, and by `describe` and `sniff`."""
        let_long_cells_pass()
        for count in (0, 1, 2, None):
            source = Held(sample.name, sample.content)
            items = iter(self.adapter.read(source, sample.options))
            for _ in islice(items, count):
                pass
            if count is not None:
                close(items)
            ended = "read to the end" if count is None else f"given up after {count} records"
            assert source.released, f"a stream stays open when a reading is {ended}"
        for content in (sample.content, sample.content[: len(sample.content) // 2], b"\xff\0"):
            for ask in (self.adapter.describe, lambda *given: list(self.adapter.read(*given))):
                source = Held(sample.name, content)
                with suppress(SourceUnreadable):
                    ask(source, sample.options)
                assert source.released, "a stream stays open after describe or a refusal"

    def test_it_touches_nothing_but_its_source(self, sample: Sample) -> None:
        """No network, no process, no file is written, nothing is printed."""
        out = io.StringIO()
        for ask in (self.adapter.describe, lambda *given: list(self.adapter.read(*given))):
            with shut_in() as heard, redirect_stdout(out), redirect_stderr(out):
                try:
                    ask(Held(sample.name, sample.content), sample.options)
                except Exception as error:
                    if not heard:
                        raise AssertionError(f"reading failed: {error}") from error
            assert not heard, f"while it read, the adapter was {heard[0]}"
        with shut_in() as heard, redirect_stdout(out), redirect_stderr(out):
            self.adapter.sniff(sample.content[:HEAD], sample.name)
        assert not heard, f"while it looked at a file, the adapter was {heard[0]}"
        assert not out.getvalue(), (
            f"the adapter printed {out.getvalue()[:80]!r}; what a person should know is a Notice"
        )

    def test_the_process_is_left_as_it_was(self, sample: Sample) -> None:
        """Limits, locale, environment, warnings, logging, random numbers and the like."""
        limit, numbers = csv.field_size_limit(CELL + 1), random.getstate()
        random.seed(1)
        try:
            for content in (sample.content, sample.content[: len(sample.content) // 2], b"\xff\0"):
                before = state()
                for ask in self._questions_asked():
                    with suppress(SourceUnreadable):
                        ask(Held(sample.name, content), sample.options)
                changed = {*changes(before), *self.changed}
                assert not changed, (
                    f"the adapter changed, for the whole process: {', '.join(sorted(changed))}"
                )
        finally:
            csv.field_size_limit(limit)
            random.setstate(numbers)

    def test_sniffing_is_pure_and_stable(self, sample: Sample) -> None:
        """The same answer each time, for any beginning of a file, and its own samples are known."""
        head = sample.content[:HEAD]
        sure = self.adapter.sniff(head, sample.name)
        assert isinstance(sure, Confidence), f"sniff answers with {sure!r}, which is no Confidence"
        assert sure > Confidence.NO, "the adapter does not know its own sample"
        self.read(sample)
        assert self.adapter.sniff(head, sample.name) is sure, "sniff depends on what went before"
        for cut in places(len(head)):
            for start in (head[:cut], head[cut:]):
                assert isinstance(self.adapter.sniff(start, sample.name), Confidence)

    def test_foreign_files_are_left_to_others(self) -> None:
        """Another tool's export is at most possible, and what is no text at all is not."""
        for name, (filename, content) in FOREIGN.items():
            if name not in self.kin:
                sure = self.adapter.sniff(content, filename)
                assert sure < Confidence.LIKELY, (
                    f"it takes a file of another tool for its own: {name}; if it reads such files, "
                    f"say so: kin = ({name!r},)"
                )
        for what, content in NO_EXPORTS.items():
            if content and b"\0" in content:
                assert self.adapter.sniff(content, "export") < Confidence.LIKELY, f"it takes {what}"

    def test_no_secret_is_told(self) -> None:
        """A service's token stands in no error, notice, record of the log, warning or output."""
        if not self._is_service:
            pytest.skip("the adapter does not talk to a service")
        account, ears = MadeAccount(secrets=self.secrets), Ears()
        for way in (nullcontext(self.options), self.serving() or nullcontext(self.options)):
            with way as options:
                for ask in self._service_calls(account, options):
                    with ears.open(), shut_in(loopback=True), hurried():
                        try:
                            ears.said += [whole_text(found) for found in ask()]
                        except Exception as error:  # noqa: BLE001 - what it says is the point
                            ears.said += told(error)
        ears.said.append(f"{self.adapter!r} {getattr(self.adapter, '__dict__', '')!r}")
        for said in ears.said:
            for secret in account.spellings():
                assert secret not in said, (
                    f"a secret is told: …{said.replace(secret, '[HERE]')[-300:]}"
                )

    def _service_calls(self, account: MadeAccount, options: Options) -> Iterator[Any]:
        yield lambda: self.adapter.check(account, options)
        yield lambda: [self.adapter.outline(account, options)]
        for since in (None, "kit-cursor"):
            yield lambda since=since: list(self.adapter.fetch(account, options, since))

    def _questions_asked(self) -> Iterator[Any]:
        yield lambda source, _: self.adapter.sniff(source.content[:HEAD], source.name)
        yield self.adapter.describe
        yield lambda *given: list(self.adapter.read(*given))
        yield lambda *given: close(next(iter([self.adapter.read(*given)])))
