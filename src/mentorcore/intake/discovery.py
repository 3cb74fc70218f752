"""A form is looked at before there is a mapping of it, and a mapping is proposed."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from mentorcore.adapters.accounts import with_settings
from mentorcore.adapters.registry import Registry
from mentorcore.adapters.sources import FileSource
from mentorcore.adapters.spec import Account, Form, Notice, Options, Response, Source
from mentorcore.errors import SourceUnreadable
from mentorcore.intake.discovering import propose
from mentorcore.intake.mapping import FormMapping

__all__ = ["check_service", "discover", "discover_service"]

_COVERAGE = re.compile(r"# NEEDED: coverage = ")


def discover(
    source: str | os.PathLike[str] | Source,
    *,
    adapters: Registry | None = None,
    adapter: str | None = None,
    name: str | None = None,
) -> str:
    """A mapping for the form of an export, as far as the export proves one.

    Args:
        source: A file, or anything that an adapter can open.
        adapters: The adapters to choose from; by default those that are built in.
        adapter: Which of them reads the source; found out by itself when left out.
        name: What the form is to be called; by default the file's name.

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
    form = registry.describe(opened, options, reader)
    return _proposed(form, registry.read(opened, options, reader), called)


def discover_service(
    adapter: str, account: Account, *, adapters: Registry | None = None, name: str | None = None
) -> str:
    """A mapping for the form of a survey service; see `discover`.

    Args:
        adapter: The name of the adapter that talks to the service.
        account: The account.
        adapters: The adapters there are.
        name: What the form is to be called; by default as the service calls it.

    Raises:
        SourceUnreadable: The service cannot be read.
        AdapterError: The adapter failed, is not there, or talks to no service.
    """
    registry = adapters or Registry()
    door = registry.service(adapter, account)
    options = with_settings(Options(form=name or ""), account)
    form = door.outline(options)
    text = _proposed(form, door.fetch(options, None), name or form.name or account.name)
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


def _proposed(form: Form, items: Iterable[object], name: str) -> str:
    """A proposal; from the questions alone when the responses need something said first."""
    trouble: list[SourceUnreadable] = []

    def responses() -> Iterator[Response]:
        try:
            yield from (item for item in items if isinstance(item, Response))
        except SourceUnreadable as error:
            trouble.append(error)

    text = propose(form, responses(), name)
    if trouble:
        why = " ".join(trouble[0].message.split())
        head = f"# The responses could not be read yet, so only the questions were looked at: {why}"
        return f"{head}\n{text}"
    return text
