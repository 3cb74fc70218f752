"""A form is looked at before there is a mapping of it, and a mapping is proposed."""

import os
import re
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from mentorcore.adapters.accounts import with_settings
from mentorcore.adapters.records import VALUES
from mentorcore.adapters.registry import Registry
from mentorcore.adapters.sources import FileSource
from mentorcore.adapters.spec import (
    Account,
    Form,
    Notice,
    Options,
    Response,
    Source,
    Unreadable,
)
from mentorcore.errors import SourceUnreadable
from mentorcore.intake.form_kind import FormKind
from mentorcore.intake.mappings.mapping import FormMapping
from mentorcore.intake.mappings.mapping_proposal import LOOKED_AT, NEEDED, propose

__all__ = ["check_service", "discover", "discover_service"]

SUPPOSED: tuple[dict[str, Any], ...] = (
    {},
    {"zone": "UTC"},
    {"zone": "UTC", "date_order": "dmy"},
    {"zone": "UTC", "date_order": "mdy"},
)
"""What is supposed in turn about times that cannot be read, to see the answers at least."""

_HEADER_ROWS = re.compile(r"header-rows-([0-9]+)")
_COVERAGE = re.compile(r"# NEEDED: coverage = ")


def discover(
    source: str | os.PathLike[str] | Source,
    *,
    adapters: Registry | None = None,
    adapter: str | None = None,
    name: str | None = None,
    kinds: Iterable[FormKind] = (),
) -> str:
    """A mapping for the form of an export, as far as the export proves one.

    Args:
        source: A file, or anything that an adapter can open.
        adapters: The adapters to choose from; by default those that are built in.
        adapter: Which of them reads the source; found out by itself when left out.
        name: What the form is to be called; by default the file's name.
        kinds: The kinds of form of practices, such as `Engine.form_kinds`.

    Returns:
        A mapping in TOML; what a person has to say stands in lines marked ``NEEDED``.

    Raises:
        SourceUnreadable: The source cannot be read, or nobody knows it.
        AdapterError: The adapter failed or is not there.
    """
    registry = adapters or Registry()
    opened = FileSource(Path(source)) if isinstance(source, str | os.PathLike) else source
    called = name or Path(opened.name).stem
    options = Options(form=called)
    reader = registry.choose(opened, adapter).name
    text, rows = _of_file(registry, opened, options, reader, kinds)
    if rows == 1:
        return text
    text, _ = _of_file(registry, opened, options.declaring(header_rows=rows), reader, kinds)
    declared = f"header_rows = {rows}  # nothing in the rows below the first tells responses apart"
    return text.replace("\n[source]\n", f"\n[source]\n{declared}\n", 1)


def _of_file(
    registry: Registry, source: Source, options: Options, reader: str, kinds: Iterable[FormKind]
) -> tuple[str, int]:
    """A proposal, and how many rows seem to belong to the header."""
    form = registry.describe(source, options, reader)
    rows = [options.header_rows]

    def read(**said: Any) -> Iterator[object]:
        items = registry.read(source, options.declaring(**said), reader)
        try:
            for item in items:
                found = isinstance(item, Notice) and _HEADER_ROWS.fullmatch(item.code)
                if found:
                    rows.append(int(found[1]))
                yield item
        finally:
            if isinstance(items, Generator):
                items.close()

    return _proposed(form, read, options.form, kinds), max(rows)


def discover_service(
    adapter: str,
    account: Account,
    *,
    adapters: Registry | None = None,
    name: str | None = None,
    kinds: Iterable[FormKind] = (),
) -> str:
    """A mapping for the form of a survey service; see `discover`.

    Args:
        adapter: The name of the adapter that talks to the service.
        account: The account.
        adapters: The adapters there are.
        name: What the form is to be called; by default as the service calls it.
        kinds: The kinds of form of practices, such as `Engine.form_kinds`.

    Raises:
        SourceUnreadable: The service cannot be read.
        AdapterError: The adapter failed, is not there, or talks to no service.
    """
    registry = adapters or Registry()
    door = registry.service(adapter, account)
    options = with_settings(Options(form=name or ""), account)
    form = door.outline(options)
    called = name or form.name or account.name
    # A service tells the zone of its times, and is not asked again and again.
    text = _proposed(form, lambda: door.fetch(options, None), called, kinds, SUPPOSED[:1])
    # A service tells by itself whether it gave all responses.
    return "".join(line for line in text.splitlines(keepends=True) if not _COVERAGE.match(line))


def check_service(
    adapter: str,
    account: Account,
    mapping: FormMapping | None = None,
    *,
    adapters: Registry | None = None,
) -> tuple[Notice, ...]:
    """What is wrong with an account's credentials and access; nothing when all is well.

    Args:
        adapter: The name of the adapter that talks to the service.
        account: The account.
        mapping: What was declared about the form, if there is a mapping already.
        adapters: The adapters there are.

    Raises:
        SourceUnreadable: The service cannot be asked.
        AdapterError: The adapter failed, is not there, or talks to no service.
    """
    declared = Options() if mapping is None else mapping.options
    door = (adapters or Registry()).service(adapter, account)
    return door.check(with_settings(declared, account))


def _proposed(
    form: Form,
    read: Callable[..., Iterator[object]],
    name: str,
    kinds: Iterable[FormKind],
    supposed: Iterable[dict[str, Any]] = SUPPOSED,
) -> str:
    """A proposal; from the questions alone when the responses cannot be read at all.

    Nothing of what is supposed here to read times is taken over: only the answers are looked at.
    """
    kinds = tuple(kinds)
    first: str | None = None
    for said in supposed:
        items = read(**said)
        codes: list[str] = []
        odd: list[Unreadable] = []
        try:
            found = list(islice(_responses(items, codes, odd), LOOKED_AT))
        except SourceUnreadable as error:
            first = first or _plain(error.message)
            continue
        finally:
            if isinstance(items, Generator):
                items.close()  # the rest is not asked for
        if odd and not found:  # each record by itself says what a whole source else says
            first = first or _plain(odd[0].why)
            continue
        written = next((VALUES[c] for c in codes if c in VALUES), None)
        text = propose(form, found, name, written, kinds)
        if odd:
            many = f"{len(odd)} records" if len(odd) > 1 else "One record"
            text = f"# {many} could not be read; the first: {_plain(odd[0].why)}\n{text}"
        return text if first is None else _asking(text, said, first)
    assert first is not None
    head = "# The responses could not be read, so only the questions were looked at: "
    return f"{head}{first}\n{propose(form, (), name, None, kinds)}"


def _responses(
    items: Iterable[object], codes: list[str], odd: list[Unreadable]
) -> Iterator[Response]:
    """The responses; the codes of the notices among them, and what cannot be read, are noted."""
    for item in items:
        if isinstance(item, Response):
            yield item
        elif isinstance(item, Unreadable):
            odd.append(item)
        elif isinstance(item, Notice):
            codes.append(item.code)


def _asking(text: str, said: Iterable[str], why: str) -> str:
    """A proposal that asks for what had to be supposed."""
    asked = [f'{NEEDED} {key} = "…"  # {why}' for key in said if f"{NEEDED} {key} =" not in text]
    return text.replace("\n[source]\n", "\n".join(["\n[source]", *asked, ""]), 1)


def _plain(sentence: str) -> str:
    return " ".join(sentence.split())
