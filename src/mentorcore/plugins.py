"""Plugins that distributions bring: each is loaded by itself, and one that is broken put aside.

A distribution names a module under an entry point group; a function of that module, marked with
``@hookimpl``, is called with ``register`` and gives what it offers.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import attrs

from mentorcore.errors import Invalid, Problem

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = [
    "NOT_ALLOWED",
    "DoesNotFit",
    "Found",
    "installed",
    "offered_by",
    "reason_of",
    "write_start",
]

PROJECT = "mentorcore"
NOT_ALLOWED = "it is not allowed"
"""Why a plugin is left out that somebody did not want."""


class DoesNotFit(Exception):  # noqa: N818 - whoever loads plugins turns it into an error of theirs
    """A plugin does not offer what it should; the reason is a sentence."""


@attrs.frozen
class Found:
    """A plugin that is named somewhere.

    Attributes:
        name: The name of its entry point.
        origin: The distribution that brings it, with its version; empty when it is not installed.
        distribution: The name of that distribution.
        load: What imports it; ``None`` where *problem* says why not.
        problem: Why it is left out unseen.
    """

    name: str
    origin: str
    distribution: str | None = None
    load: Callable[[], object] | None = None
    problem: str | None = None


def entry_points(*, group: str) -> "Iterable[EntryPoint]":
    """The entry points of a group, looked up by what loads half of `email` for it."""
    from importlib import metadata  # noqa: PLC0415 - a log is opened without plugins

    return metadata.entry_points(group=group)


def installed(group: str, allow: Collection[str] | None = None) -> Iterator[Found]:
    """What is installed under an entry point group, and what is allowed and not installed.

    Args:
        group: The group.
        allow: Names of the entry points that may be loaded; all when not given.
    """
    found = sorted(entry_points(group=group), key=lambda e: (_origin(e), e.name))
    for entry in found:
        name, origin = entry.name, _origin(entry)
        distribution = entry.dist.name if entry.dist else None
        if allow is not None and name not in allow:
            yield Found(name, origin, distribution, problem=NOT_ALLOWED)
        else:
            yield Found(name, origin, distribution, load=entry.load)
    for name in sorted(set(allow or ()) - {entry.name for entry in found}):
        yield Found(name, "", problem="it is allowed, but not installed")


def offered_by(plugin: object, name: str, spec: ModuleType, hook: str, what: str) -> list[Any]:
    """What a plugin offers through its hook.

    Args:
        plugin: The plugin's module, or whatever it registers.
        name: Its name.
        spec: The module that declares the hook.
        hook: The name of the hook.
        what: What it should offer, for messages, such as ``adapter``.

    Raises:
        DoesNotFit: It has no such hook, or offers nothing. What its own code raises passes through.
    """
    import pluggy  # noqa: PLC0415 - not before a plugin is there

    pluggy.HookspecMarker(PROJECT)(getattr(spec, hook))
    manager = pluggy.PluginManager(PROJECT)  # one a plugin, so that none spoils another
    manager.add_hookspecs(spec)
    manager.register(plugin, name)
    manager.check_pending()
    if not manager.get_hookcallers(plugin):
        unmarked = hasattr(plugin, hook)
        raise DoesNotFit(
            f"its {hook} is not marked with @hookimpl" if unmarked else f"it has no hook {hook}"
        )
    offered: list[Any] = []
    getattr(manager.hook, hook)(register=offered.append)
    if not offered:
        raise DoesNotFit(f"it registers no {what}; its {hook}(register) must call register")
    return offered


def reason_of(error: BaseException) -> str:
    """Why something is left out, in words."""
    if isinstance(error, DoesNotFit):
        return str(error)
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _origin(entry: "EntryPoint") -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else "unknown"


def write_start(texts: Mapping[str, str], folder: Path, what: str) -> tuple[Path, ...]:
    """Write the files of a start for authors, all or none.

    Args:
        texts: Every file's text by its path.
        folder: Where they are written; made if it is not there.
        what: What it is, such as ``a new adapter``.

    Raises:
        Invalid: A file that would be written is there already.
    """
    there = [path for path in texts if (folder / path).exists()]
    if there:
        problems = [Problem(str(folder / path), "is there already") for path in there]
        raise Invalid(f"{what} overwrites nothing; choose an empty folder", problems)
    for path, text in texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    return tuple(folder / path for path in texts)
