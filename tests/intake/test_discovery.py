"""A form is looked at before anything is declared about it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from adapters.made import Made
from engine.board import Board, account, registry

from mentorcore.adapters.spec import (
    CONTRACT,
    Answer,
    Confidence,
    Form,
    Item,
    Notice,
    Options,
    Question,
    Response,
    Source,
    SourceUnreadable,
    Unreadable,
    Where,
)
from mentorcore.errors import AdapterError
from mentorcore.intake.mappings.discovery import check_service, discover, discover_service


class Exact:
    """An adapter that reads nothing before it is told what times mean."""

    name, version, contract = "exact", "1", CONTRACT

    def __init__(self, **needed: str) -> None:
        self.needed = needed
        self.closed = 0

    def sniff(self, head: bytes, filename: str) -> Confidence:
        return Confidence.CERTAIN

    def describe(self, source: Source, options: Options) -> Form:
        return Form("f", (Question("Mentor", "Mentor"), Question("Mentee", "Mentee")))

    def read(self, source: Source, options: Options) -> Iterator[Item]:
        for name, value in self.needed.items():
            if getattr(options, name) != value:
                raise SourceUnreadable(f"declare the {name}", file=source.name)
        try:
            for i in range(10_000):
                answers = (Answer("Mentor", "Mentor", ("Ada",)),)
                at = datetime(2026, 9, 1, tzinfo=UTC)
                where = Where("f", i)
                yield Response("s", "f", (str(i),), at, "", "", "complete", answers, where)
        finally:
            self.closed += 1


def proposed(adapter: Any) -> list[str]:
    return discover(Made("x"), adapters=registry(adapter), adapter="exact").splitlines()


def test_what_is_needed_to_read_times_is_asked_for_and_the_answers_are_seen() -> None:
    lines = proposed(Exact(zone="UTC", date_order="mdy"))

    place = lines.index("[source]")
    assert lines[place + 1 : place + 3] == [
        '# NEEDED: zone = "…"  # declare the zone',
        '# NEEDED: date_order = "…"  # declare the zone',
    ]
    assert lines[0].startswith("# Proposed from 2000 responses.")


def test_what_can_be_read_asks_for_nothing_more_and_is_left_early() -> None:
    adapter = Exact()

    lines = proposed(adapter)

    assert not any("zone" in line for line in lines)
    assert adapter.closed == 1


def test_why_no_record_can_be_read_is_told_and_asked_for() -> None:
    class Strict(Exact):
        def read(self, source: Source, options: Options) -> Iterator[Item]:
            for item in super().read(source, options):
                if isinstance(item, Response) and options.zone is None:
                    yield Unreadable(item.where, "declare the zone")
                else:
                    yield item

    lines = proposed(Strict())

    assert lines[0].startswith("# Proposed from 2000 responses.")
    assert '# NEEDED: zone = "…"  # declare the zone' in lines


def test_records_that_cannot_be_read_are_counted_beside_the_others() -> None:
    class Torn(Exact):
        def read(self, source: Source, options: Options) -> Iterator[Item]:
            yield Unreadable(Where("made", 7), "has too few cells")
            yield from super().read(source, options)

    lines = proposed(Torn())

    assert lines[0] == "# One record could not be read; the first: has too few cells"
    assert lines[1].startswith("# Proposed from 2000 responses.")


def test_how_choices_are_written_is_proposed_as_the_adapter_says_it() -> None:
    class Coded(Exact):
        def read(self, source: Source, options: Options) -> Iterator[Item]:
            yield Notice(Where("made"), "", "values-codes")
            yield from super().read(source, options)

    assert 'values = "codes"  # as choices are written here' in proposed(Coded())
    assert not any("values =" in line for line in proposed(Exact()))


def test_a_form_whose_responses_cannot_be_read_is_proposed_from_its_questions() -> None:
    lines = proposed(Exact(encoding="klingon"))

    assert lines[0] == (
        "# The responses could not be read, so only the questions were looked at: "
        "declare the encoding"
    )
    assert lines[1].startswith("# Proposed from 0 responses.")


def test_a_form_of_a_service_is_called_as_the_service_calls_it() -> None:
    board = Board()
    board.person("p0")

    text = discover_service("board", account(), adapters=registry(board))

    assert 'form = "our-board"' in text
    assert "NEEDED: coverage" not in text
    assert check_service("board", account(), adapters=registry(board)) == ()


def test_what_talks_to_no_service_is_told() -> None:
    with pytest.raises(AdapterError, match="reads files only"):
        discover_service("csv", account())
