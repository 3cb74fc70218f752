"""The header rows of a Qualtrics table, in each of the three layouts, and what became of lost ones.

Header rows are records and not lines: the questions' texts hold line breaks.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import dropwhile, islice
from typing import Literal

import attrs
from mentorcore.adapters.spec import (
    Notice,
    Record,
    SourceUnreadable,
    Table,
    Where,
    cells_filled,
    normal_title,
)

from mentorcore_qualtrics.identity import (
    LABELS,
    RESPONSE,
    as_identity,
    hint_of,
    import_id,
    is_import_id,
    key_of,
    natural,
    plain,
)

__all__ = ["LEGACY", "Field", "Heading", "looks_lost", "read_heading", "with_labels"]

Layout = Literal["modern", "transitional", "legacy"]

LEGACY = {
    "ResponseID": RESPONSE,
    "ResponseSet": "responseSetId",
    "Name": "recipientName",
    "ExternalDataReference": "externalDataReference",
    "EmailAddress": "recipientEmail",
    "IPAddress": "ipAddress",
    "Status": "status",
    "StartDate": "startDate",
    "EndDate": "endDate",
    "Finished": "finished",
}
_LEGACY_LAST = {
    "LocationLatitude": "locationLatitude",
    "LocationLongitude": "locationLongitude",
    "LocationAccuracy": "locationAccuracy",
}
_USUAL = frozenset(
    {
        "StartDate", "EndDate", "Status", "Finished", "RecordedDate", "ResponseId", "ResponseID",
        "ResponseSet", "DistributionChannel", "UserLanguage", "Duration (in seconds)",
    }
)  # fmt: skip
_ENOUGH, _OWN = 4, {"ResponseId", "ResponseID"}
_AGAIN = "export the responses again as they are, without opening the file in between"


@attrs.frozen
class Field:
    """One column.

    Attributes:
        index: Its place, from 0.
        key: The question's identity.
        name: What stands in the first row.
        label: The question as people read it.
        hint: What kind of value it seems to hold.
        base: The ImportId alone; empty for a column without one.
        choice: The choice that a column of a split multi-select is about.
        zone: The time zone of its times, if the file says so.
    """

    index: int
    key: str
    name: str
    label: str
    hint: str = "text"
    base: str = ""
    choice: str | None = None
    zone: str | None = None


@attrs.frozen
class Heading:
    """The header rows as they were understood.

    Attributes:
        layout: Which of the three layouts it is.
        fields: The columns, without a phantom one at the end and the row numbers of pandas.
        last: The last header record.
        width: How many cells a header record has.
        titled: How many of them are columns.
        notices: What people should know about the columns.
        numbered: Whether the first column only numbers the rows.
        labelled: Whether columns of labels stand for those of codes.
    """

    layout: Layout
    fields: tuple[Field, ...]
    last: Record
    width: int
    titled: int
    notices: tuple[Notice, ...]
    numbered: bool = False
    labelled: bool = False

    def role(self, key: str) -> Field | None:
        """The column of this identity."""
        return next((field for field in self.fields if field.key == key), None)


def with_labels(heading: Heading) -> Heading:
    """The header rows without the columns of codes that have one of labels beside them.

    An export can hold both; with labels declared, those of labels stand for their questions.
    """
    mark = f"/{LABELS}=true"
    labelled = {f.key.replace(mark, "") for f in heading.fields if mark in f.key}
    fields = [
        attrs.evolve(field, key=field.key.replace(mark, ""))
        for field in heading.fields
        if field.key not in labelled
    ]
    return attrs.evolve(heading, fields=tuple(fields), labelled=bool(labelled))


def looks_lost(names: Sequence[str]) -> bool:
    """Whether a header row is of a Qualtrics export, whatever became of the other ones."""
    usual = _USUAL.intersection(map(normal_title, names))
    return len(usual) >= _ENOUGH or (len(usual) == _ENOUGH - 1 and bool(usual & _OWN))


def read_heading(table: Table) -> Heading:
    """Find out which layout a table has, and what its columns are.

    Raises:
        SourceUnreadable: Header rows are lost, cut or damaged, or it is no Qualtrics table.
    """
    begun = dropwhile(lambda record: not cells_filled(record.cells), table.records())
    filled = (record for record in begun if record.cells)
    first, second, third = (*islice(filled, 3), None, None, None)[:3]
    if first is None:
        raise SourceUnreadable("all cells are empty; export it again", file=table.name)
    for record in filter(None, (first, second, third)):
        if any("\0" in cell for cell in record.cells):
            raise _lost(table, record, "a header row holds a NUL character")
    if _has_ids(first):
        raise _lost(table, first, "the rows with the names and texts of the questions are lost")
    if second is not None and _has_ids(second):
        raise _lost(table, second, "one of the two rows above the ImportIds is lost")
    if third is not None and second is not None and _has_ids(third):
        return _with_ids(table, first, second, third)
    if second is not None and _is_legacy(first, second):
        return _without_ids(table, first, second)
    raise _no_layout(table, first, second, third)


def _has_ids(record: Record) -> bool:
    return any(map(is_import_id, record.cells))


def _is_legacy(first: Record, second: Record) -> bool:
    names = set(map(normal_title, first.cells))
    return {"V1", "V2"} <= names and "ResponseID" in map(normal_title, second.cells)


def _lost(table: Table, record: Record, what: str) -> SourceUnreadable:
    return SourceUnreadable(f"{what}; {_AGAIN}", file=table.name, line=record.line)


def _no_layout(
    table: Table, first: Record, second: Record | None, third: Record | None
) -> SourceUnreadable:
    """What is wrong with a table that is in none of the layouts."""
    names = list(map(normal_title, first.cells))
    if names[:2] == ["V1", "V2"]:
        return _lost(table, first, "the second header row, with ResponseID in it, is lost or cut")
    if second is None or third is None:
        return _lost(table, first, "the file ends within its header rows, so it was cut off")
    if "{" in "".join(third.cells) and "ImportId" in "".join(third.cells):
        return _lost(table, third, "the row with the ImportIds is damaged")
    if not looks_lost(names):
        return SourceUnreadable(
            "this is not a table of Qualtrics: no row of it holds ImportIds", file=table.name
        )
    if names[:2] == ["ResponseID", "ResponseSet"]:
        return _lost(
            table,
            first,
            "a header row is lost: V1, V2, ... above this one (legacy layout) or the ImportIds "
            "below the texts",
        )
    place = next((i for i, name in enumerate(names) if name.casefold() == "responseid"), None)
    below = "" if place is None or place >= len(second.cells) else second.cells[place]
    if normal_title(below).casefold().replace(" ", "") == "responseid":
        return _lost(table, second, "the third header row, with the ImportIds, is lost")
    return SourceUnreadable(
        "the second and third header rows are lost, so nothing says which question is which; "
        f'{_AGAIN}, or read it as a plain table with adapter = "csv"',
        file=table.name,
        line=first.line,
    )


def _with_ids(table: Table, first: Record, second: Record, third: Record) -> Heading:
    """The modern layout, or the transitional one."""
    found = [import_id(cell) for cell in third.cells]
    transitional = any(cell.lstrip().startswith("{'") for cell in third.cells)
    width = len(first.cells)
    if len(third.cells) < width:
        raise _lost(table, third, "the row with the ImportIds is cut")
    for cell, one in zip(third.cells, found, strict=True):
        if one is None and cell.lstrip().startswith("{"):
            raise _lost(table, third, f"the ImportId {cell[:60]!r} is damaged")
    titled = _titled(first, third)
    if len(second.cells) < titled:
        raise _lost(table, second, "the row with the texts of the questions is cut")
    untitled = not first.cells[0].strip() or first.cells[0].startswith("Unnamed: ")  # pandas' word
    numbered = found[0] is None and untitled and third.cells[0].isdecimal()
    fields: list[Field] = []
    unknown: list[tuple[int, str, str]] = []
    for index in range(int(numbered), titled):
        name = first.cells[index] if index < width else ""
        text = plain(second.cells[index]) or normal_title(name)
        if (one := found[index]) is None:
            unknown.append((index, normal_title(name), text))
            continue
        members = as_identity(one, transitional=transitional)
        fields.append(_field(index, members, normal_title(name), text, one.get("timeZone")))
    fields, notices = _apart(table, third, fields)
    keys = {field.key for field in fields}
    extra = _unknown(unknown, keys)
    fields = sorted([*fields, *extra], key=lambda field: field.index)
    where = Where(table.name, third.number, third.line)
    notices += [_unknown_notice(where, field) for field in extra]
    if numbered:
        message = "the first column has no title and numbers the rows; it is left out"
        notices.append(Notice(where, message, "index-column"))
    layout: Layout = "transitional" if transitional else "modern"
    last = third
    return Heading(layout, tuple(fields), last, width, titled, tuple(notices), numbered)


def _titled(first: Record, third: Record) -> int:
    """How many columns have a name or an ImportId."""
    pairs = enumerate(zip(_padded(first.cells, third.cells), third.cells, strict=True), 1)
    return max((i for i, (name, cell) in pairs if name.strip() or cell.strip()), default=0)


def _padded(cells: Sequence[str], like: Sequence[str]) -> list[str]:
    return [*cells, *[""] * (len(like) - len(cells))]


def _field(index: int, members: Mapping[str, str], name: str, text: str, zone: object) -> Field:
    base, choice = members["ImportId"], members.get("choiceId")
    hint = "time" if isinstance(zone, str) else "choices" if choice else hint_of(base)
    key = key_of(members)
    return Field(
        index, key, name, text, hint, base, choice, zone if isinstance(zone, str) else None
    )


def _apart(
    table: Table, record: Record, fields: Sequence[Field]
) -> tuple[list[Field], list[Notice]]:
    """The columns with their identities made different, should two have the same one.

    Their turn goes by their names, so that it stays the same when columns are moved about.
    """
    turn: Counter[str] = Counter()
    apart, notices = [], []
    for field in sorted(fields, key=_by_name):
        turn[field.key] += 1
        if turn[field.key] == 1:
            apart.append(field)
            continue
        key = f"{field.key} #{turn[field.key]}"
        apart.append(attrs.evolve(field, key=key))
        message = (
            f"two columns have the identity {field.key!r}; that with the name {field.name!r} is "
            f"kept as {key!r}"
        )
        notices.append(
            Notice(Where(table.name, record.number, record.line), message, "duplicate-identity")
        )
    return sorted(apart, key=lambda field: field.index), notices


def _by_name(field: Field) -> tuple[object, ...]:
    return natural(field.name), field.label, field.index


def _unknown(unknown: Sequence[tuple[int, str, str]], taken: set[str]) -> list[Field]:
    """Columns without an identity, known by their names and their turn among equal ones."""
    made = []
    for index, name, text in sorted(unknown, key=lambda one: (one[1], one[2], one[0])):
        title = name or text or "(untitled)"
        key, turn = title, 1
        while key in taken:
            turn += 1
            key = f"{title} #{turn}"
        taken.add(key)
        made.append(Field(index, key, name, text or title))
    return made


def _unknown_notice(where: Where, field: Field) -> Notice:
    message = (
        f"the column {field.key!r} has no ImportId, so it was not written by Qualtrics; it is kept "
        "and known by its name"
    )
    return Notice(where, message, "unknown-column")


def _without_ids(table: Table, first: Record, second: Record) -> Heading:
    """The legacy layout, in which V1 and so on stand for what the second row says."""
    width = len(first.cells)
    pairs = [*zip(first.cells, _padded(second.cells, first.cells), strict=False)]
    titled = max(i for i, (name, text) in enumerate(pairs, 1) if name.strip() or text.strip())
    if len(second.cells) < titled:
        raise _lost(table, second, "the row with the texts of the questions is cut")
    fields: list[Field] = []
    for index, (raw, text) in enumerate(pairs[:titled]):
        name, said = normal_title(raw), normal_title(text)
        known = LEGACY.get(said) if name[:1] == "V" and name[1:].isdecimal() else None
        key = known or _LEGACY_LAST.get(name) or name or "(untitled)"
        hint = "text" if known else _legacy_hint(name)
        fields.append(Field(index, key, name, plain(text) or name, hint))
    apart, notices = _apart(table, second, fields)
    return Heading("legacy", tuple(apart), second, width, titled, tuple(notices))


def _legacy_hint(name: str) -> str:
    """What a name alone tells about a column: text entry, or nothing."""
    return "text" if name.endswith("_TEXT") or not name.startswith("Q") else "choice"
