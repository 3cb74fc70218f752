"""The adapter for Qualtrics: what the core asks of it, and who answers."""

from collections.abc import Callable, Iterator
from time import sleep

from mentorcore.adapters.spec import (
    CONTRACT,
    Account,
    Confidence,
    Cursor,
    Form,
    Item,
    Notice,
    Options,
    Question,
    Source,
    SourceUnreadable,
    Table,
)

from mentorcore_qualtrics import sync
from mentorcore_qualtrics.archive import INFLATED
from mentorcore_qualtrics.definition import load_definition, questions_of, survey_name
from mentorcore_qualtrics.export import Export, confidence, opened
from mentorcore_qualtrics.heading import Heading, read_heading, with_labels
from mentorcore_qualtrics.identity import KEPT_BACK
from mentorcore_qualtrics.json_export import fields_of, read_json
from mentorcore_qualtrics.rows import read_rows
from mentorcore_qualtrics.survey import plan

__all__ = ["Qualtrics"]


class Qualtrics:
    """The adapter for exports and surveys of Qualtrics.

    Args:
        inflated: Bytes that the content of a zip archive may come to.
        pause: Waits a number of seconds; for tests.
    """

    name = "qualtrics"
    version = "0.1.0"
    contract = CONTRACT

    def __init__(self, inflated: int = INFLATED, pause: Callable[[float], None] = sleep) -> None:
        self._inflated, self._pause = inflated, pause

    def sniff(self, head: bytes, filename: str) -> Confidence:  # noqa: ARG002 - names prove nothing
        """Certain where ImportIds, a definition or its JSON show; no plain table is ever ours."""
        return confidence(head)

    def describe(self, source: Source, options: Options) -> Form:
        """The questions; with their choices where the source is a survey definition.

        Raises:
            SourceUnreadable: The source cannot be read.
        """
        with opened(source, self._inflated) as export:
            name = options.form or source.name
            if export.kind == "definition":
                definition = load_definition(export.stream, export.name)
                called = options.form or survey_name(definition) or source.name
                return Form(called, questions_of(definition, options.values))
            if export.kind == "json":
                fields = fields_of(export.stream, export.name).items()
                return Form(name, tuple(Question(key, key, kind) for key, kind in fields))
            heading = _heading(_table(export, options), options)
            return Form(
                name,
                tuple(
                    Question(field.key, field.label, field.hint)
                    for field in heading.fields
                    if field.key not in KEPT_BACK
                ),
            )

    def read(self, source: Source, options: Options) -> Iterator[Item]:
        """Notices about the export, then one response or complaint a record.

        Raises:
            SourceUnreadable: The export as a whole cannot be read.
        """
        with opened(source, self._inflated) as export:
            if export.kind == "definition":
                raise SourceUnreadable(
                    "this is the definition of a survey and holds no responses; describe it, and "
                    "export the responses under Data & Analysis",
                    file=source.name,
                )
            if export.kind == "json":
                yield from read_json(
                    export.stream, export.name, options, self.name, whole=export.whole
                )
                return
            table = _table(export, options)
            laid_out = plan(table, _heading(table, options), options, whole=export.whole)
            rows = read_rows(table, laid_out, options, self.name)
            yield from laid_out.notices
            yield from rows

    def check(self, account: Account, options: Options) -> tuple[Notice, ...]:
        """What keeps a survey from being read with these credentials; nothing when all is well."""
        return sync.check(account, options, self._pause)

    def outline(self, account: Account, options: Options) -> Form:
        """The questions of a survey, with their choices, from its definition.

        Raises:
            SourceUnreadable: The account may not read it, or the service fails.
        """
        return sync.outline(account, options, self._pause)

    def fetch(
        self, account: Account, options: Options, since: str | None
    ) -> Iterator[Item | Cursor]:
        """The responses of a survey, new and edited ones since a cursor, and the next cursor.

        Raises:
            SourceUnreadable: The service refuses or fails, or what it sends is damaged.
        """
        return sync.fetch(account, options, since, self._pause, self._inflated)


def _heading(table: Table, options: Options) -> Heading:
    heading = read_heading(table)
    return with_labels(heading) if options.values == "labels" else heading


def _table(export: Export, options: Options) -> Table:
    return Table(export.name, export.stream, encoding=options.encoding, delimiter=options.delimiter)
