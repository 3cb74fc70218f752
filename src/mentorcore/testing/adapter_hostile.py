"""Checks of what people and machines put into files: odd texts, damage, ambiguous times."""

import time

import attrs
import pytest

from mentorcore.adapters.spec import Notice, Options, Unreadable
from mentorcore.testing.adapter_foreign import NO_EXPORTS
from mentorcore.testing.adapter_reading import ContractBase, even_table, facts, places, responses
from mentorcore.testing.adapter_samples import Sample, quoted, read, take_apart
from mentorcore.testing.adapter_watching import ZONES, in_zone

__all__ = ["HostileChecks"]

TEXTS = (
    "  spaces around  ",
    "\tTab first",
    "=1+1",
    "+49 30 123456",
    "-----",
    "- twice a week",
    "@SUM(A1)",
    "NA",
    "null",
    "None",
    'she said "yes"',
    "two\nlines",
    "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe",
    "zero\N{ZERO WIDTH SPACE}width",
    "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{ROCKET}",
    "e\N{COMBINING ACUTE ACCENT}",
    "\N{NO-BREAK SPACE}held\N{NO-BREAK SPACE}",
    "bell \x07 and \x1b[31mred",
    "a \x00 byte",
)
"""Answers that people or their machines have written, and that stay as they are."""


class HostileChecks(ContractBase):
    """Nothing is guessed, nothing is cleaned, nothing is lost in silence."""

    def test_texts_stay_as_they_were_typed(self, sample: Sample) -> None:
        """Formulas, spaces, control characters, odd scripts: kept, or complained about."""
        tried = 0
        for text in TEXTS:
            for content in self.with_text(sample, text):
                tried += 1
                outcome = self.read(sample, content)
                complained = any(
                    isinstance(item, Unreadable)
                    or (isinstance(item, Notice) and item.code == "mended")
                    for item in outcome.items
                )
                assert outcome.refusal or complained or self.says(outcome, text), (
                    f"the answer {text!r} does not come through as it was typed"
                )
        if not tried:
            pytest.skip("override with_text to try answers in this format")

    def test_a_cell_of_ten_million_characters_is_no_crash(self, sample: Sample) -> None:
        """It becomes a complaint about its row, or about the file."""
        for content in self.with_text(sample, "x" * 10_000_000):
            outcome = self.read(sample, content)
            assert outcome.refusal or any(isinstance(i, Unreadable) for i in outcome.items)
            return
        pytest.skip("override with_text to try answers in this format")

    def test_what_is_no_export_is_refused(self, sample: Sample) -> None:
        """In words, and without a crash."""
        for what, content in NO_EXPORTS.items():
            outcome = self.read(sample, content)
            assert not responses(outcome.items), f"responses were read from {what}"
            assert outcome.refusal, f"{what} was read without a word"

    def test_a_lone_quote_swallows_nothing(self, sample: Sample) -> None:
        """A quote that is never closed spoils the file, or its own row."""
        table = even_table(sample)
        full = facts(self.whole(sample, table.join())).total()
        for row in places(len(table.rows), 5):
            spoiled = table.with_cell(row, 0, '"' + read(table.rows[row][0]))
            outcome = self.read(sample, spoiled.join())
            got = facts(outcome.items).total()
            assert outcome.refusal or got >= full - 1, (
                f"behind a lone quote in row {row + 1}, {full - got} responses vanished silently"
            )

    def test_bytes_of_another_encoding_are_not_guessed(self, sample: Sample) -> None:
        """What is not UTF-8 and has no declared encoding is refused."""
        table = even_table(sample)
        if not table.encoding.startswith("utf-8") or sample.options.encoding:
            pytest.skip("only for samples in UTF-8")
        for column in self._questions(sample)[:3]:
            content = table.with_cell(0, column, quoted("caf###")).join()
            outcome = self.read(sample, content.replace(b"caf###", b"caf\xe9 ?"))
            made = [
                a for r in responses(outcome.items) for a in r.answers for t in a.raw if "caf" in t
            ]
            assert not made, f"bytes that are no UTF-8 became the answer {made[0].raw}"

    def test_a_row_that_does_not_fit_is_named(self, sample: Sample) -> None:
        """A row that lacks cells is a complaint, never left out in silence."""
        table = even_table(sample)
        if table.width < 3:  # noqa: PLR2004 - two cells fewer must leave one
            pytest.skip("the table has too few columns")
        short = (table.rows[0][:-2], *table.rows[1:], table.rows[0])
        outcome = self.read(sample, attrs.evolve(table, rows=short).join())
        named = [item for item in outcome.items if isinstance(item, Unreadable)]
        got = len(responses(outcome.items)) + len(named)
        expected = len(responses(self.whole(sample, table.join()))) + 1
        assert outcome.refusal or got >= expected, "a row that lacks cells was left out in silence"

    def test_times_are_never_guessed(self, sample: Sample) -> None:
        """An ambiguous day, or a time without a zone, is no instant unless it was declared."""
        table = even_table(sample)
        found = responses(self.whole(sample, table.join()))
        stamp = self._stamp(sample)
        if stamp is None or not found:
            pytest.skip("no column of this table is the time of submission")
        undeclared = attrs.evolve(sample.options, date_order=None, fold=None)
        self._no_instants(sample, stamp, "03/04/2026 10:00:00", undeclared)
        if all(r.zone_basis.startswith("declared") for r in found if r.submitted_at):
            nowhere = attrs.evolve(undeclared, zone=None, zone_labels={})
            self._no_instants(sample, stamp, "2026-04-03 10:00:00", nowhere)

    def test_the_zone_of_the_machine_makes_no_difference(self, sample: Sample) -> None:
        """The same instants, whoever reads the file and wherever."""
        if not hasattr(time, "tzset"):
            pytest.skip("the zone of this machine cannot be changed")
        expected = self.whole(sample)
        for zone in ZONES:
            with in_zone(zone):
                assert self.whole(sample) == expected, (
                    "a reading depends on the time zone of the machine; a time without a zone is "
                    "no instant until a person declares one"
                )

    def _stamp(self, sample: Sample) -> int | None:
        """The column that holds the time of submission."""
        table = take_apart(sample)
        assert table is not None
        even = table.even()
        raw = [r.submitted_raw.strip() for r in responses(self.whole(sample, even.join()))]
        for column in range(even.width):
            cells = [read(cells[column]).strip() for cells in even.rows]
            if raw and any(raw) and all(text in cells for text in raw):
                return column
        return None

    def _no_instants(self, sample: Sample, stamp: int, text: str, options: Options) -> None:
        table = even_table(sample)
        for row, _ in enumerate(table.rows):
            table = table.with_cell(row, stamp, quoted(text))
        outcome = self.read(sample, table.join(), options)
        guessed = [r for r in responses(outcome.items) if r.submitted_at is not None]
        assert not guessed, (
            f"{text!r} became {guessed[0].submitted_at} though nothing says what it means"
        )
