"""Every type that public names lead to: by a field, by what is taken, by what is answered.

It reads what a type checker reads, imports for types alone included.
"""

import ast
import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from importlib import import_module
from typing import Any, get_args, get_origin, get_type_hints

import attrs

import mentorcore

__all__ = ["hints", "leads_to", "parts", "reachable"]


@cache
def _names_for_types(module: str) -> Mapping[str, Any]:
    """What a module imports for type checkers only."""
    found: dict[str, Any] = {}
    for statement in ast.parse(inspect.getsource(import_module(module))).body:
        if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            for node in statement.body:
                if isinstance(node, ast.ImportFrom) and node.module is not None:
                    home = import_module(node.module)
                    found |= {a.asname or a.name: getattr(home, a.name) for a in node.names}
    return found


def hints(thing: Any) -> Mapping[str, Any]:
    """The annotations of a class or a function, as types."""
    module = inspect.unwrap(thing).__module__
    known = {
        "Checkpoint": mentorcore.Checkpoint,
        **_names_for_types(module),
    }  # of an alias, `Known`
    return get_type_hints(thing, localns=known)


def parts(hint: Any) -> Iterator[Any]:
    """A hint and all that it is made of."""
    yield hint
    origin = get_origin(hint)
    if origin is not None and origin is not typing.Literal:
        yield origin
        for part in get_args(hint):
            for one in part if isinstance(part, list) else (part,):
                yield from parts(one)
    if isinstance(hint, typing.TypeVar):
        for bound in (hint.__bound__, *hint.__constraints__):
            yield from parts(bound)


def _of_the_house(thing: Any) -> bool:
    home = getattr(thing, "__module__", None)
    return isinstance(home, str) and home.split(".")[0] == "mentorcore"


def _members(cls: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    for house in cls.__mro__:
        if not _of_the_house(house):
            continue
        for name, member in vars(house).items():
            if name.startswith("_") and name not in {"__init__", "__iter__", "__enter__"}:
                continue
            match member:
                case classmethod() | staticmethod():
                    yield name, member.__func__
                case property():
                    yield name, typing.cast("Callable[..., Any]", member.fget)
                case cached_property():
                    yield name, member.func
                case _ if inspect.isfunction(member):
                    yield name, member


def leads_to(thing: Any) -> Iterator[tuple[str, Any]]:
    """The types of the house that a class, function or alias leads to, each with the way."""
    if isinstance(thing, type):
        if attrs.has(thing):
            of_fields = hints(thing)
            for field in attrs.fields(thing):
                if not field.name.startswith("_"):
                    yield from ((field.name, p) for p in parts(of_fields[field.name]))
        for base in thing.__mro__[1:]:
            yield "", base
        for name, member in _members(thing):
            if name == "__init__" and (attrs.has(thing) or issubclass(thing, Exception)):
                continue
            for of, hint in hints(member).items():
                yield from ((f"{name}({of})", p) for p in parts(hint))
    elif inspect.isfunction(thing):
        for of, hint in hints(thing).items():
            yield from ((f"({of})", p) for p in parts(hint))
    else:
        yield from (("", p) for p in parts(thing))


def reachable() -> Mapping[Any, str]:
    """Every type of the house that public names lead to, with one way to it."""
    waiting = [(getattr(mentorcore, name), name) for name in mentorcore.__all__]
    found: dict[Any, str] = {}
    while waiting:
        thing, way = waiting.pop()
        for step, part in leads_to(thing):
            if _of_the_house(part) and part not in found:
                found[part] = f"{way}.{step}" if step else way
                waiting.append((part, found[part]))
    return found
