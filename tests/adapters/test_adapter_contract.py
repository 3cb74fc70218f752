"""The kit for authors: the adapter for tables passes it, and each seeded bug is caught by name."""

import csv
import inspect
import io
import logging
import os
import socket
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC
from itertools import islice
from pathlib import Path

import attrs
import pytest
from msgspec.structs import replace

from mentorcore.adapters.csv_file import CsvFile
from mentorcore.adapters.spec import (
    Account,
    Confidence,
    Form,
    Item,
    Notice,
    Options,
    Response,
    Source,
    SourceUnreadable,
    Unreadable,
    Where,
)
from mentorcore.testing import AdapterContract, Sample
from mentorcore.testing.adapter_samples import Held

FIXTURES = Path(__file__).parents[1] / "fixtures" / "csv"


class TestTables(AdapterContract):
    adapter = CsvFile()
    samples = (
        Sample.of(
            FIXTURES / "forms_download.csv", Options(timestamp="Timestamp", respondent="Your name")
        ),
        Sample.of(
            FIXTURES / "sheet_download.csv",
            Options(timestamp="Timestamp", zone="Europe/Berlin", fold=0, date_order="dmy"),
        ),
        Sample.of(
            FIXTURES / "resaved_by_pandas.csv",
            Options(timestamp="Timestamp", zone="UTC"),
            fixed_columns=1,
        ),
        FIXTURES / "resaved_by_excel.csv",
        FIXTURES / "footer.csv",
        Sample.of(FIXTURES / "trailing_column.csv", Options(keys=("V1",))),
    )


MEETINGS = Sample(
    "meetings.csv",
    b"Timestamp,Who,Goal,Notes\r\n"
    b'3/14/2026 9:05:00,Ada Example,Routines,"Plan, then teach"\r\n'
    b"3/15/2026 10:00:00,Ben Example,Marking,-----\r\n"
    b"3/16/2026 11:30:00,Cem Example,Ask for help,twice a week\r\n",
    Options(timestamp="Timestamp", zone="UTC", date_order="mdy"),
)


class Bugged(CsvFile):
    """The adapter for tables under another name, to put one bug into."""

    name = "bugged"


class Changing(Bugged):
    """One that changes each response on its way."""

    def read(self, source: Source, options: Options) -> Iterator[Item]:
        for item in super().read(source, options):
            yield self.change(item) if isinstance(item, Response) else item

    def change(self, response: Response) -> Response:
        return response


class DropsTheLastRowOfATruncatedFile(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        content = source.open().read()
        whole = content[: content.rfind(b"\n") + 1]
        yield from super().read(Held(source.name, whole), options) if whole else ()


class KnowsQuestionsByTheirColumn(Changing):
    def change(self, response: Response) -> Response:
        numbered = enumerate(response.answers)
        answers = tuple(replace(a, question=str(i)) for i, a in numbered)
        return attrs.evolve(response, answers=answers)

    def describe(self, source: Source, options: Options) -> Form:
        form = super().describe(source, options)
        numbered = enumerate(form.questions)
        return Form(form.name, tuple(attrs.evolve(q, key=str(i)) for i, q in numbered))


class KeepsAnswersByTitle(Changing):
    def change(self, response: Response) -> Response:
        by_title = {a.label: replace(a, question=a.label) for a in response.answers}
        return attrs.evolve(response, answers=tuple(by_title.values()))


class GuessesTheOrderOfDates(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        return super().read(source, options.declaring(date_order=options.date_order or "mdy"))


class GuessesTheZone(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        return super().read(source, options.declaring(zone=options.zone or "America/New_York"))


class TakesTheZoneOfTheMachine(Changing):
    """Reads the clock on the wall where a zone was declared."""

    def change(self, response: Response) -> Response:
        assert response.submitted_at is not None
        here = response.submitted_at.replace(tzinfo=None).astimezone(UTC)
        return attrs.evolve(response, submitted_at=here)


class LeavesOutWhatItHasSeen(Bugged):
    def __init__(self) -> None:
        self.seen: set[object] = set()

    def read(self, source: Source, options: Options) -> Iterator[Item]:
        for item in super().read(source, options):
            if isinstance(item, Response) and item.key in self.seen:
                continue
            yield item
            if isinstance(item, Response):
                self.seen.add(item.key)


class CountsInAnAttribute(Bugged):
    count = 0

    def read(self, source: Source, options: Options) -> Iterator[Item]:
        self.count = 0
        for item in super().read(source, options):
            self.count += 1
            yield item
            if isinstance(item, Response) and self.count > 1:
                yield Notice(Where(source.name), f"that was record {self.count}")


class ChangesTheCellLimit(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        csv.field_size_limit(1 << 27)
        return super().read(source, options)


class SetsAnEnvironmentVariable(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        os.environ["BUGGED"] = "1"
        return super().read(source, options)


class CallsHome(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        with suppress(OSError):
            socket.create_connection(("192.0.2.1", 443), timeout=0.01)
        return super().read(source, options)


class KeepsACopy(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        with suppress(OSError), (Path(tempfile.gettempdir()) / "bugged.copy").open("wb") as copy:
            copy.write(source.open().read())
        return super().read(source, options)


class TellsItsToken(Bugged):
    def check(self, account: Account, options: Options) -> tuple[Notice, ...]:
        return ()

    def fetch(self, account: Account, options: Options, since: str | None) -> Iterator[Item]:
        raise ConnectionError(f"no answer to https://example.org/?token={account.secret('token')}")


class LogsItsToken(TellsItsToken):
    def fetch(self, account: Account, options: Options, since: str | None) -> Iterator[Item]:
        logging.getLogger("bugged").debug("asking with %s", account.secret("token"))
        yield from ()


class SwallowsErrors(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        with suppress(SourceUnreadable):
            yield from super().read(source, options)


class CrashesOnDamage(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        source.open().read().decode()
        return super().read(source, options)


class YieldsLists(Changing):
    def change(self, response: Response) -> Response:
        return attrs.evolve(response, answers=list(response.answers))  # type: ignore[arg-type]  # the bug


class KnowsResponsesByTheirRow(Changing):
    def change(self, response: Response) -> Response:
        return attrs.evolve(response, key=(str(response.where.record),))


class IsSureOfEverything(Bugged):
    def sniff(self, head: bytes, filename: str) -> Confidence:
        return Confidence.CERTAIN


class IsSureTheFirstTimeOnly(Bugged):
    asked = False

    def sniff(self, head: bytes, filename: str) -> Confidence:
        first, self.asked = not self.asked, True
        return Confidence.POSSIBLE if first else Confidence.NO


class StripsTexts(Changing):
    def change(self, response: Response) -> Response:
        clean = (replace(a, raw=tuple(t.strip() for t in a.raw)) for a in response.answers)
        return attrs.evolve(response, answers=tuple(clean))


class TakesDashesForNothing(Changing):
    def change(self, response: Response) -> Response:
        nothing = {("-----",), ("NA",)}
        kept = (replace(a, raw=() if a.raw in nothing else a.raw) for a in response.answers)
        return attrs.evolve(response, answers=tuple(kept))


class KeepsStreamsOpen(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        source.open().read(1)
        return super().read(source, options)


class LeavesOutOddRows(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        for item in super().read(source, options):
            if not isinstance(item, Unreadable):
                yield item


class GuessesTheEncoding(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        return super().read(source, options.declaring(encoding=options.encoding or "latin-1"))

    def describe(self, source: Source, options: Options) -> Form:
        return super().describe(source, options.declaring(encoding=options.encoding or "latin-1"))


class ReadsAQuoteTooFar(Bugged):
    """Reads as the standard library does when it is not told to be strict."""

    def read(self, source: Source, options: Options) -> Iterator[Item]:
        with closing(source.open()) as stream:
            rows = list(csv.reader(io.StringIO(stream.read().decode(), newline="")))
        again = io.StringIO(newline="")
        csv.writer(again).writerows(rows)
        yield from super().read(Held(source.name, again.getvalue().encode()), options)


class DescribesAnotherForm(Bugged):
    def describe(self, source: Source, options: Options) -> Form:
        form = super().describe(source, options)
        return Form(form.name, form.questions[1:])


class HashesItsKeys(Changing):
    """Text hashes differ from one process to the next."""

    def change(self, response: Response) -> Response:
        return attrs.evolve(response, key=(str(hash(response.key)),))


class KnowsTheFormByItsFile(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        for item in super().read(source, options):
            yield attrs.evolve(item, form=source.name) if isinstance(item, Response) else item


class LeavesOutWhatIsNotComplete(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        for item in super().read(source, options):
            if isinstance(item, Response) and any(a.raw == ("-----",) for a in item.answers):
                continue
            yield item


class FillsEmptyCellsFromTheRowAbove(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        above: dict[str, tuple[str, ...]] = {}
        for item in super().read(source, options):
            if isinstance(item, Response):
                full = tuple(
                    replace(a, raw=a.raw or above.get(a.question, ())) for a in item.answers
                )
                above = {a.question: a.raw for a in full}
                yield attrs.evolve(item, answers=full)
            else:
                yield item


class ReadsTheFirstThousand(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        with closing(super().read(source, options)) as items:  # type: ignore[type-var]  # a generator
            yield from islice(items, 1000)


class DropsEqualRows(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        seen: set[object] = set()
        for item in super().read(source, options):
            if not isinstance(item, Response) or item.key not in seen:
                yield item
            seen.add(item.key if isinstance(item, Response) else None)


class SaysCompleted(Changing):
    def change(self, response: Response) -> Response:
        return attrs.evolve(response, lifecycle="completed")


class GivesNaiveTimes(Changing):
    def change(self, response: Response) -> Response:
        assert response.submitted_at is not None
        return attrs.evolve(response, submitted_at=response.submitted_at.replace(tzinfo=None))


class GivesAnswersByTitle(Changing):
    def change(self, response: Response) -> Response:
        by_title = {answer.label: answer.raw for answer in response.answers}
        return attrs.evolve(response, answers=by_title)  # type: ignore[arg-type]  # the bug


class HintsAtNothing(Changing):
    def change(self, response: Response) -> Response:
        bare = (replace(a, hint=None) for a in response.answers)
        return attrs.evolve(response, answers=tuple(bare))


class ListsChoices(Bugged):
    def describe(self, source: Source, options: Options) -> Form:
        form = super().describe(source, options)
        listed = (attrs.evolve(q, choices=["yes"]) for q in form.questions)  # type: ignore[arg-type]  # the bug
        return Form(form.name, tuple(listed))


class Prints(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        print("reading", source.name)
        return super().read(source, options)


class TrustsEveryCertificate(Bugged):
    def read(self, source: Source, options: Options) -> Iterator[Item]:
        vars(ssl)["_create_default_https_context"] = vars(ssl)["_create_unverified_context"]
        return super().read(source, options)


CAUGHT = {
    HashesItsKeys: "a_new_process_reads_the_same",
    KnowsTheFormByItsFile: "the_name_of_the_file_makes_no_difference",
    LeavesOutWhatIsNotComplete: "every_row_is_told",
    FillsEmptyCellsFromTheRowAbove: "an_empty_answer_stays_empty",
    ReadsTheFirstThousand: "a_long_file_is_read_to_its_end",
    DropsEqualRows: "a_long_file_is_read_to_its_end",
    SaysCompleted: "what_it_yields_is_typed",
    GivesNaiveTimes: "what_it_yields_is_typed",
    GivesAnswersByTitle: "what_it_yields_is_typed",
    HintsAtNothing: "what_it_yields_is_typed",
    ListsChoices: "the_form_is_described_as_it_is_read",
    Prints: "it_touches_nothing_but_its_source",
    TrustsEveryCertificate: "the_process_is_left_as_it_was",
    DropsTheLastRowOfATruncatedFile: "a_file_cut_off_anywhere_is_refused_or_marked",
    KnowsQuestionsByTheirColumn: "the_order_of_columns_does_not_matter",
    KeepsAnswersByTitle: "columns_with_equal_titles_are_kept_apart",
    GuessesTheOrderOfDates: "times_are_never_guessed",
    GuessesTheZone: "times_are_never_guessed",
    TakesTheZoneOfTheMachine: "the_zone_of_the_machine_makes_no_difference",
    LeavesOutWhatItHasSeen: "the_same_file_twice_gives_equal_records",
    CountsInAnAttribute: "two_readings_at_once_do_not_disturb_each_other",
    ChangesTheCellLimit: "the_process_is_left_as_it_was",
    SetsAnEnvironmentVariable: "the_process_is_left_as_it_was",
    CallsHome: "it_touches_nothing_but_its_source",
    KeepsACopy: "it_touches_nothing_but_its_source",
    TellsItsToken: "no_secret_is_told",
    LogsItsToken: "no_secret_is_told",
    SwallowsErrors: "what_is_no_export_is_refused",
    CrashesOnDamage: "what_is_no_export_is_refused",
    YieldsLists: "what_it_yields_is_typed",
    KnowsResponsesByTheirRow: "the_order_of_rows_does_not_matter",
    IsSureOfEverything: "foreign_files_are_left_to_others",
    IsSureTheFirstTimeOnly: "sniffing_is_pure_and_stable",
    StripsTexts: "texts_stay_as_they_were_typed",
    TakesDashesForNothing: "texts_stay_as_they_were_typed",
    KeepsStreamsOpen: "streams_are_released",
    LeavesOutOddRows: "a_row_that_does_not_fit_is_named",
    GuessesTheEncoding: "bytes_of_another_encoding_are_not_guessed",
    ReadsAQuoteTooFar: "a_lone_quote_swallows_nothing",
    DescribesAnotherForm: "the_form_is_described_as_it_is_read",
}


def failed(adapter: CsvFile, only: str = "") -> dict[str, str]:
    """The checks that an adapter fails, with what they say."""

    class Contract(AdapterContract):
        samples = (MEETINGS,)

    Contract.adapter = adapter
    found = {}
    for name in dir(Contract):
        check = getattr(Contract(), name)
        if not name.startswith(f"test_{only}"):
            continue
        try:
            check(*([MEETINGS] if "sample" in inspect.signature(check).parameters else []))
        except pytest.skip.Exception:
            pass
        except AssertionError as failure:
            found[name.removeprefix("test_")] = str(failure)
    return found


@pytest.mark.processes
@pytest.mark.parametrize("bug", CAUGHT, ids=lambda bug: bug.__name__)
def test_each_seeded_bug_is_caught_by_the_check_named_after_it(
    bug: type[Bugged], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        vars(ssl), "_create_default_https_context", vars(ssl)["_create_default_https_context"]
    )
    caught = failed(bug(), CAUGHT[bug])

    os.environ.pop("BUGGED", None)
    assert set(caught) == {CAUGHT[bug]}


@pytest.mark.processes
def test_the_same_adapter_without_a_bug_passes_every_check() -> None:
    assert failed(Bugged()) == {}
