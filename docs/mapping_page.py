"""Writes what a mapping may say from the reader of mappings: whatever it asks for stands here.

The reader is run once for each kind of form and watched. A setting without a sentence below stops
the page from being written, and so does a sentence about a setting that nobody asks for.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from mentorcore.errors import Invalid
from mentorcore.intake.form_kind import PERSONS, Field, FormKind
from mentorcore.intake.forms.built_in import FORMS
from mentorcore.intake.mappings import mapping_reader, toml_tables

TABLES: Mapping[str, str] = {
    "": "At the top, before any table.",
    "people": (
        "How the cells that name people name them. `by` holds for the whole form; a field of the "
        "form that names people may say otherwise for itself."
    ),
    "source": "How the file is written, and what tells its responses apart.",
    "answers": "How cells are read.",
}
"""The tables of a mapping, with what each is about."""

ABOUT: Mapping[str, str] = {
    "form": "a name of your own for the form, the same in every export of it",
    "kind": "what kind of form it is; practices bring more",
    "mode": "whether texts of the form may be shown to others than those who look after the program",
    "adapter": "who reads the file; found out by what stands in it, if not said",
    "program": "the id of the program, where a log holds several",
    "coverage": "whether an export holds all responses, so that a vanished one is told",
    "optional": "the fields whose columns are not in every export; any other stops the import",
    "people": "see below",
    "fields": "see below: which column tells what",
    "values": "see below: what words in cells mean",
    "defaults": "see below: what holds where a column or a cell is not there",
    "answers": "see below",
    "source": "see below",
    "people.by": "how people are named",
    "people.scheme": "whose numbers they are, where people are named by number",
    "source.encoding": "how the file is encoded, if neither UTF-8 nor marked",
    "source.delimiter": "what stands between cells; found out, if not said",
    "source.header_rows": "how many rows of titles stand above the responses",
    "source.timestamp": "the column with the time of sending",
    "source.keys": "the columns that tell responses apart; else the time of sending and the sender do",
    "source.trust_keys": "that keys which look spoilt by a spreadsheet are those of the survey tool",
    "source.respondent": "the column with the sender's address",
    "source.date_order": "the order of day, month and year in dates that leave it open",
    "source.zone": "the IANA time zone of times that do not say theirs",
    "source.zone_labels": "a table: what a label of a zone in the file, such as `PT`, means",
    "source.fold": "which hour is meant where a change of the clock repeats one: 0 the first, 1 the second",
    "source.dates_as_times": "that a date without a time is a time of sending at midnight",
    "source.values": "how the survey tool writes choices, where its adapter can tell",
    "source.more": "a table: settings that an adapter has beyond these; its guide names them",
    "answers.zone": "the time zone of times in cells; that of the program, if not said",
    "answers.date_order": "the same for dates in cells; that of `[source]`, if not said",
    "answers.fold": "the same for times in cells",
    "answers.ignore_times": "that only the day counts in a cell that holds a day and a time",
    "answers.durations": "what a bare number of a duration counts",
    "answers.thousands": "the mark before three digits of a number; until it is said, such are refused",
    "answers.decimal": "the mark before decimals",
    "answers.separator": "what stands between several choices of one cell",
    "answers.missing": "words that mean that there is no answer, such as `n/a`",
    "answers.renamed_choices": "what a choice is that was renamed in the survey: never an edit, or always",
    "answers.repeats_within": "within how many minutes the same answers count as sent twice; 0 turns it off",
    "answers.successor": "that a row which names a new mentor ends the pairing with the former one",
}
"""Every setting with what it says; those of people in single fields have one sentence for all."""

OF_A_FIELD = "how people are named in this field, if otherwise"

HOLDS: Mapping[str, str] = {
    "person": "a person",
    "persons": "people",
    "text": "a text",
    "texts": "texts",
    "code": "a code word",
    "codes": "code words",
    "choice": "one of its words",
    "day": "a day",
    "clock": "a time of day",
    "minutes": "a duration",
    "whole": "a whole number",
    "percent": "a percentage",
    "yes": "yes or no",
}


@attrs.frozen
class Setting:
    """What the reader asks for: under which path, what it may be, and what holds without it."""

    path: str
    is_a: str
    default: str = ""


def settings_of(kind: FormKind) -> dict[str, Setting]:
    """Everything that the reader of mappings asks for in a mapping of this kind, by its path."""
    asked: dict[str, Setting] = {}
    real = toml_tables.Table

    class Watched(real):  # type: ignore[misc, valid-type]
        """A table that says of every setting that it is there, and notes how it is read."""

        def __contains__(self, key: str) -> bool:
            return True

        def _note(self, key: str, is_a: str, default: Any = None) -> None:
            said = "" if default is None else str(default)
            said = {"True": "true", "False": "false"}.get(said, said)
            known = asked.get(self.at(key))
            if known is None or not known.default:
                asked[self.at(key)] = Setting(self.at(key), is_a, said)

        def text(self, key: str, *, needed: bool = True) -> str:
            self._note(key, "text")
            return str(super().text(key, needed=needed))

        def mark(self, key: str) -> str | None:
            self._note(key, "text")
            return super().mark(key)  # type: ignore[no-any-return]

        def code(self, key: str, *, needed: bool = True) -> Any:
            self._note(key, "code word")
            return super().code(key, needed=needed)

        def zone(self, key: str, *, needed: bool = True) -> Any:
            self._note(key, "time zone")
            return super().zone(key, needed=needed)

        def word(self, key: str, words: Any, default: Any = None) -> Any:
            if key != "mode" or len(words) > 1:
                self._note(key, " · ".join(f"`{word}`" for word in words), default)
            return super().word(key, words, default)

        def texts(self, key: str) -> Any:
            self._note(key, "list of texts")
            return super().texts(key)

        def maybe_whole(self, key: str, *, least: int, most: int = 10**6, **more: Any) -> Any:
            self._note(key, f"number from {least} to {most}")
            return super().maybe_whole(key, least=least, most=most, **more)

        def whole(self, key: str, default: Any = None, *, least: int, most: int = 10**6) -> int:
            self._note(key, f"number from {least} to {most}", default)
            return int(super().whole(key, default, least=least, most=most))

        def yes(self, key: str, *, default: bool) -> bool:
            self._note(key, "`true` · `false`", default)
            return bool(super().yes(key, default=default))

        def table(self, key: str, *, needed: bool = False) -> Any:
            self._note(key, "table")
            return super().table(key, needed=needed)

        def may_hold(self, *keys: str) -> None:
            for key in keys:
                self._note(key, "")
            super().may_hold(*keys)

    toml_tables.Table = Watched  # type: ignore[misc]
    try:
        mapping_reader.read_mapping(f'form = "f"\nkind = "{kind.name}"\n[fields]\n', "m", (kind,))
    except Invalid:
        pass  # a mapping that says nothing lacks what is needed
    finally:
        toml_tables.Table = real  # type: ignore[misc]
    return asked


def page() -> str:
    """The reference page of mappings."""
    asked: dict[str, Setting] = {}
    for kind in FORMS:
        for path, setting in settings_of(kind).items():
            asked.setdefault(path, setting)
    named = {f.name for kind in FORMS for f in kind.fields if f.holds in PERSONS}
    for name in named:
        asked.pop(f"people.{name}", None)
    if asked.keys() != ABOUT.keys():
        raise SystemExit(f"say what these settings are: {sorted(asked.keys() ^ ABOUT.keys())}")
    return "\n".join([*_head(), *_tables(asked), *_kinds()]) + "\n"


def _head() -> Iterator[str]:
    yield "# Settings of a mapping"
    yield ""
    yield "A mapping is a TOML file that says what a form is and which of its columns tells what; see"
    yield "[Import a survey](../how-to/import-a-survey.md). A setting that does not stand here is an error."


def _tables(asked: Mapping[str, Setting]) -> Iterator[str]:
    for table, about in TABLES.items():
        yield from ("", f"## {f'[{table}]' if table else 'The form'}", "", about, "")
        yield from ("| Setting | Is | Without it | |", "|---|---|---|---|")
        for path, setting in asked.items():
            if path.rpartition(".")[0] != table or ABOUT[path].startswith("see below"):
                continue
            name = path.rpartition(".")[2]
            default = f"`{setting.default}`" if setting.default else "must be said"
            if not setting.default and path not in {"form", "kind"}:
                default = ""
            yield f"| `{name}` | {setting.is_a} | {default} | {ABOUT[path]} |"
        if table == "people":
            yield f"| a field's name | as `by` | `by` | {OF_A_FIELD} |"
    yield from (
        "",
        "## [source.zone_labels]",
        "",
        'One line for each label of a zone that stands in the file: `"PT" = "America/Los_Angeles"`.',
        "",
        "## [source.more]",
        "",
        "What the guide of an adapter names beyond these; adapters without such settings pass over it.",
        "",
        "## [fields]",
        "",
        "One line for each field that a column tells: the field, and the title of its column. A group",
        "has a table of its own, with a line for each name that you give: `[fields.training]`.",
        "",
        "## [values]",
        "",
        "A table for each field whose cells hold other words than those below: `[values.role]` with",
        '`"a mentor" = "mentor"`. Capitals and outer spaces make no difference. For fields that are taken',
        "as they are written (texts, days, times of day) there is none.",
        "",
        "## [defaults]",
        "",
        "What a field is where its column is not there or its cell is empty. A day may be",
        '`"submitted"`: the day of sending. People and groups have no default.',
    )


def _kinds() -> Iterator[str]:
    for kind in FORMS:
        yield from ("", f"## Fields of a form of the kind {kind.name}", "")
        yield from ("| Field | Holds | Words | |", "|---|---|---|---|")
        yield from map(_field, kind.fields)


def _field(field: Field) -> str:
    words = " · ".join(f"`{word}`" for word in field.choices)
    holds = f"for each name: {HOLDS[field.holds]}" if field.group else HOLDS[field.holds]
    note = "; needed" if field.needed else ""
    about = f"{field.group}: {field.about}" if field.group else field.about
    return f"| `{field.name}` | {holds} | {words} | {about}{note} |"
