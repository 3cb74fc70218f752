"""The adapters that are there, and those that were left out, with the reason.

A registry belongs to one engine. A plugin that is broken is put aside with its error and the
others work; while an adapter reads, the core checks what it yields and how much it reads.
"""

import csv
import re
import time
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing, suppress
from typing import Any

import attrs

from mentorcore.adapters import spec
from mentorcore.adapters.guard import BrokenContract, ContractGuard, checked_form
from mentorcore.adapters.services import ServiceConnection
from mentorcore.adapters.sources import Limits, MeteredSource
from mentorcore.adapters.spec import (
    CONTRACT,
    Account,
    Adapter,
    Confidence,
    Form,
    Item,
    Options,
    Service,
    Source,
    SourceUnreadable,
)
from mentorcore.adapters.tables import HEAD
from mentorcore.errors import AdapterError
from mentorcore.plugins import NOT_ALLOWED, installed, offered_by, reason_of

__all__ = ["GROUP", "Listed", "Registry", "raise_cell_limit"]

HOOK = "mentorcore_adapters"
GROUP = "mentorcore.adapters"
"""The entry point group under which distributions name their plugin modules."""

CELL = 32 * 1024 * 1024
"""Characters that the csv reader takes for one cell. Beyond, a quote was surely not closed."""

FILES = ("sniff", "describe", "read")
SERVICE = ("check", "outline", "fetch")


@attrs.frozen
class Listed:
    """One line of the list of adapters.

    Attributes:
        name: The adapter's name, or the entry point's for what was left out.
        version: The adapter's version, empty when it is not known.
        origin: Where it comes from: ``built in``, ``added``, or a distribution with its version.
        abilities: ``files``, ``service``.
        problem: Why it was left out; ``None`` when it works.
    """

    name: str
    version: str
    origin: str
    abilities: tuple[str, ...] = ()
    problem: str | None = None


class Registry:
    """The adapters of one engine.

    Args:
        limits: How far an adapter may go.
        clock: Seconds that only ever grow; for tests.
    """

    def __init__(
        self, limits: Limits | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = limits or Limits()
        self._clock = clock
        self._adapters: dict[str, Adapter] = {}
        self._listed: dict[str, Listed] = {}
        self._left_out: list[Listed] = []
        self._seen: set[tuple[str, str]] = set()
        from mentorcore.adapters import csv_file  # noqa: PLC0415 - loads pluggy, not before now

        self._register(csv_file, "csv", "built in")

    def load_plugins(self, allow: Collection[str] | None = None, *, strict: bool = False) -> None:
        """Load what is installed under the entry point group, each plugin by itself.

        Args:
            allow: Names of the entry points that may be loaded; all when not given.
            strict: Raise when a plugin is left out for any reason but *allow*.

        Raises:
            AdapterError: Only if *strict*: the first plugin that is broken or not there.
        """
        before = len(self._left_out)
        for found in installed(GROUP, allow):
            name, origin, problem = found.name, found.origin, found.problem
            if origin and (name, origin) in self._seen:
                continue
            self._seen.add((name, origin))
            if found.load is not None:
                try:
                    self._register(found.load(), name, origin)
                except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's code runs here
                    problem = reason_of(error)
            if problem is not None:
                self._left_out.append(Listed(name, "", origin, problem=problem))
        if strict and (broken := _broken(self._left_out[before:])):
            raise AdapterError(f"was left out: {broken[0].problem}", adapter=broken[0].name)

    def add(self, adapter: Adapter | Service) -> None:
        """Add one adapter by hand.

        Raises:
            AdapterError: It does not keep the contract, or its name is taken.
        """
        try:
            self._admit([adapter], "added")
        except BrokenContract as error:
            name = str(getattr(adapter, "name", type(adapter).__name__))
            raise AdapterError(str(error), adapter=name) from error

    def get(self, name: str) -> Adapter:
        """The adapter of this name.

        Raises:
            AdapterError: There is none; says whether it was left out, and why.
        """
        found = self._adapters.get(name)
        if found is not None:
            return found
        why = next((line.problem for line in self._left_out if line.name == name), None)
        if why:
            raise AdapterError(f"was left out: {why}", adapter=name)
        there = ", ".join(sorted(self._adapters))
        unread = {
            found.name: found.origin
            for found in installed(GROUP)
            if (found.name, found.origin) not in self._seen
        }
        load = "call load_plugins() of a mentorcore.Registry and hand it over as adapters=…"
        if name in unread:
            reason = f"is installed, by {unread[name]}, but plugins were not loaded: {load}"
        elif unread:
            reason = f"is not installed; there are: {there}; plugins were not loaded: {load}"
        else:
            reason = f"is not installed; there are: {there}"
        raise AdapterError(reason, adapter=name)

    def service(self, name: str, account: Account) -> ServiceConnection:
        """The way to an account of a survey service through the adapter of this name.

        Raises:
            AdapterError: There is no adapter of this name, or it reads files only.
        """
        adapter = self._able(name, "service", "reads files only, and no service")
        return ServiceConnection(adapter, account, self._limits, self._clock)

    def listing(self) -> tuple[Listed, ...]:
        """What is there, by name, then what was left out and why."""
        return (*(self._listed[name] for name in sorted(self._listed)), *self._left_out)

    def broken(self) -> tuple[Listed, ...]:
        """What was left out although somebody installed and wanted it."""
        return _broken(self._left_out)

    def choose(self, source: Source, name: str | None = None) -> Adapter:
        """The adapter of this name, or the one that is most sure that the source is its own.

        Raises:
            AdapterError: There is no adapter of this name.
            SourceUnreadable: No adapter knows the source, or two are equally sure.
        """
        if name is not None:
            return self._able(name, "files", "reads a service and no files; sync from it")
        with closing(source.open()) as stream:
            head = stream.read(HEAD)
        if not head:
            raise SourceUnreadable("the file is empty; export it again", file=source.name)
        failed, sure = [], {}
        for name_, adapter in self._adapters.items():
            if "files" not in self._listed[name_].abilities:
                continue
            try:
                sure[name_] = Confidence(adapter.sniff(head, source.name))
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's code runs here
                failed.append(f"{name_!r} failed ({reason_of(error)})")
        best = max(sure.values(), default=Confidence.NO)
        mine = sorted(name for name, how in sure.items() if how == best)
        if best is Confidence.NO:
            out = [f"{line.name!r} was left out ({line.problem})" for line in self.broken()]
            asked = "; ".join([f"asked: {', '.join(sorted(sure))}", *failed, *out])
            raise SourceUnreadable(f"no adapter knows this file ({asked})", file=source.name)
        if len(mine) > 1:
            names = " and ".join(repr(name) for name in mine)
            raise SourceUnreadable(
                f"the adapters {names} are equally sure that this file is theirs; say which one "
                "is to read it",
                file=source.name,
            )
        return self._adapters[mine[0]]

    def describe(self, source: Source, options: Options, name: str | None = None) -> Form:
        """The questions of a source's form.

        Raises:
            AdapterError: The adapter failed or broke its contract.
            SourceUnreadable: The source cannot be read, or nobody knows it.
        """
        adapter = self.choose(source, name)
        raise_cell_limit()
        watched = MeteredSource(source, adapter.name, self._limits)
        try:
            return checked_form(adapter.describe(watched, options))
        except (SourceUnreadable, AdapterError):
            raise
        except (Exception, SystemExit) as error:
            raise _failure(error, adapter, source) from error  # a stranger's code ran here
        finally:
            watched.close()

    def read(self, source: Source, options: Options, name: str | None = None) -> Iterator[Item]:
        """The responses of a source, with what is wrong with single records.

        Close the iterator when you stop early.

        Raises:
            AdapterError: The adapter failed, broke its contract, or passed a limit.
            SourceUnreadable: The source as a whole cannot be read, or nobody knows it.
        """
        return self._read(self.choose(source, name), source, options)

    def _read(self, adapter: Adapter, source: Source, options: Options) -> Iterator[Item]:
        raise_cell_limit()
        watched = MeteredSource(source, adapter.name, self._limits)
        items: Iterator[Item] | None = None
        try:
            items = iter(adapter.read(watched, options))
            yield from ContractGuard(self._limits, self._clock).watch(items)
        except (SourceUnreadable, AdapterError):
            raise
        except (Exception, SystemExit) as error:
            raise _failure(error, adapter, source) from error  # a stranger's code ran here
        finally:
            with suppress(Exception):  # a stranger's clean-up must not hide what happened
                if isinstance(items, Generator):
                    items.close()
            watched.close()

    def _able(self, name: str, ability: str, otherwise: str) -> Adapter:
        found = self.get(name)
        if ability not in self._listed[name].abilities:
            raise AdapterError(otherwise, adapter=name)
        return found

    def _register(self, plugin: object, name: str, origin: str) -> None:
        """Call a plugin's hook, and admit all that it offers or nothing."""
        self._admit(offered_by(plugin, name, spec, HOOK, "adapter"), origin)

    def _admit(self, adapters: Sequence[Any], origin: str) -> None:
        lines = [_line(adapter, origin) for adapter in adapters]
        names = [line.name for line in lines]
        for name in names:
            if name in self._adapters:
                raise BrokenContract(
                    f"its name {name!r} is taken by an adapter from: {self._listed[name].origin}"
                )
            if names.count(name) > 1:
                raise BrokenContract(f"it registers the name {name!r} twice")
        for adapter, line in zip(adapters, lines, strict=True):
            self._adapters[line.name], self._listed[line.name] = adapter, line


def _line(adapter: Any, origin: str) -> Listed:
    """An adapter's line in the list, if it keeps the contract."""
    if isinstance(adapter, type):
        raise BrokenContract(f"it registers the class {adapter.__name__}, not an object of it")
    service = all(callable(getattr(adapter, part, None)) for part in SERVICE)
    files = not service or any(hasattr(adapter, part) for part in FILES)
    talks = SERVICE if hasattr(adapter, "fetch") else ()
    needed = ("name", "version", "contract", *(FILES if files else ()), *talks)
    lacks = [part for part in needed if not hasattr(adapter, part)]
    if lacks:
        raise BrokenContract(f"its adapter {type(adapter).__name__} lacks {', '.join(lacks)}")
    name, contract = adapter.name, adapter.contract
    if not (isinstance(name, str) and re.fullmatch(r"[a-z][a-z0-9_-]*", name)):
        raise BrokenContract(f"an adapter's name is small letters, digits, - and _, not {name!r}")
    if contract != CONTRACT:
        raise BrokenContract(
            f"the adapter {name!r} was written for contract {contract!r}; this mentorcore keeps "
            f"contract {CONTRACT}"
        )
    abilities = (*(("files",) if files else ()), *(("service",) if service else ()))
    return Listed(name, str(adapter.version), origin, abilities)


def _broken(left_out: Sequence[Listed]) -> tuple[Listed, ...]:
    return tuple(line for line in left_out if line.problem != NOT_ALLOWED)


def _failure(error: BaseException, adapter: Adapter, source: Source) -> AdapterError:
    return AdapterError(reason_of(error), adapter=adapter.name, source=source.name)


def raise_cell_limit() -> None:
    """Let the csv reader take long cells. The limit is the whole process's, so only we set it."""
    if csv.field_size_limit() < CELL:
        csv.field_size_limit(CELL)
