"""The types of public names as a reader of their code sees them, imports for checkers included."""

import ast
import inspect
import re
import textwrap
import typing
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from importlib import import_module
from types import MappingProxyType
from typing import Any, get_args, get_origin, get_type_hints

import attrs

import mentorcore
from mentorcore.adapters import spec as adapters
from mentorcore.practices import spec as practices

__all__ = [
    "attributes",
    "hints",
    "is_a_type",
    "leads_to",
    "members",
    "of_the_house",
    "parts",
    "reachable",
    "signature",
]

INTERNAL = {
    "ProgramView.together": "only for views that come with mentorcore",
    "Pool.lent": "how stores are lent its connections",
    "Practice.guards": "only for practices that come with mentorcore",
}
"""Members that are public by their spelling alone, each with why."""

OPEN_ENDED = ("ProgramSnapshot",)
"""What practices may read of the core's folds; what is inside changes with the core."""


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
    return MappingProxyType(found)


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


def of_the_house(thing: Any) -> bool:
    """Whether a type is declared in mentorcore."""
    home = getattr(thing, "__module__", None)
    declared = isinstance(thing, type | typing.NewType)
    return declared and isinstance(home, str) and home.split(".")[0] == "mentorcore"


def members(cls: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The methods and properties of a class that hosts use, with the function behind each."""
    seen = set()
    for house in cls.__mro__:
        if not of_the_house(house):
            continue
        for name, member in vars(house).items():
            ours = not name.startswith("_") or name in {"__init__", "__iter__", "__enter__"}
            if name in seen or not ours:
                continue
            seen.add(name)
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
    """The types that a class, a function or an alias leads to, each with the way."""
    if isinstance(thing, type):
        if attrs.has(thing):
            types = hints(thing)
            for field in attrs.fields(thing):
                if not field.name.startswith("_"):
                    yield from ((field.name, p) for p in parts(types[field.name]))
        for name, member in members(thing):
            if name == "__init__" and _is_made_for_hosts(thing):
                continue
            for of, hint in hints(member).items():
                yield from ((f"{name}({of})", p) for p in parts(hint))
    elif inspect.isfunction(thing):
        for of, hint in hints(thing).items():
            yield from ((f"({of})", p) for p in parts(hint))
    else:
        yield from (("", p) for p in parts(thing))


def _is_made_for_hosts(cls: type) -> bool:
    """Whether hosts never call a class: it says in its first line what gives it to them."""
    about = (inspect.getdoc(cls) or "").partition("\n")[0]
    given = re.search(r"see `(Engine|mentorcore)\.\w+`", about) is not None
    return given or attrs.has(cls) or issubclass(cls, Exception)


def reachable() -> Mapping[Any, str]:
    """Every type of the house that public names lead to, with one way to it."""
    waiting = [(getattr(mentorcore, name), name) for name in mentorcore.__all__]
    found: dict[Any, str] = {}
    while waiting:
        thing, way = waiting.pop()
        named = getattr(thing, "__name__", "")
        for step, part in () if named in OPEN_ENDED else leads_to(thing):
            internal = f"{named}.{step.partition('(')[0]}" in INTERNAL
            if not internal and of_the_house(part) and part not in found:
                found[part] = f"{way}.{step}" if step else way
                waiting.append((part, found[part]))
    return found


@cache
def _public() -> Mapping[int, str]:
    """What each public thing is called: those for authors by the module that they are in."""
    doors = (("practices.spec.", practices), ("adapters.spec.", adapters), ("", mentorcore))
    named = {f"{door}{n}": getattr(module, n) for door, module in doors for n in module.__all__}
    return {id(thing): name for name, thing in named.items() if is_a_type(thing)}


def is_a_type(thing: Any) -> bool:
    """Whether something stands in annotations by a name of its own."""
    return of_the_house(thing) or get_origin(thing) is typing.Union


class _Outside(ast.NodeTransformer):
    """Names of a module as they are called outside; aliases that have no such name spelled out."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.known = {**vars(import_module(module)), **_names_for_types(module)}

    def visit_Name(self, node: ast.Name) -> ast.AST:
        thing = self.known.get(node.id)
        if named := _public().get(id(thing)):
            return _parsed(named)
        if get_origin(thing) is typing.Literal:
            return _parsed(" | ".join(map(repr, get_args(thing))))
        if get_origin(thing) is None or isinstance(thing, type):
            return node
        home, said = _alias(node.id, self.module)
        return typing.cast("ast.AST", _Outside(home).visit(said))

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if ast.unparse(node.value) == "Literal":
            return _parsed(ast.unparse(node.slice).strip("()").replace(", ", " | "))
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str):  # a type that was not there yet
            return typing.cast("ast.AST", self.visit(_parsed(node.value)))
        return node


def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _alias(name: str, module: str) -> tuple[str, ast.expr]:
    """Where an alias is said, and what it stands for."""
    for statement in ast.walk(ast.parse(inspect.getsource(import_module(module)))):
        match statement:
            case ast.ImportFrom(module=str(home), names=names) if any(
                (a.asname or a.name) == name for a in names
            ):
                return _alias(next(a.name for a in names if (a.asname or a.name) == name), home)
            case ast.Assign(targets=[ast.Name(id=found)], value=said) if found == name:
                return module, said
            case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as said) if (
                found == name
            ):
                return module, said
    raise LookupError(f"{module} does not say what {name} is")


def attributes(cls: type) -> Mapping[str, str]:
    """The types of the attributes of an attrs class, as its code says them and in public names."""
    found = {}
    for house in reversed(cls.__mro__):
        if of_the_house(house):
            outside = _Outside(house.__module__)
            [said] = ast.parse(textwrap.dedent(inspect.getsource(house))).body
            assert isinstance(said, ast.ClassDef)
            for statement in said.body:
                match statement:
                    case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation) if (
                        not name.startswith("_")
                    ):
                        found[name] = ast.unparse(outside.visit(annotation))
    return found


def signature(function: Callable[..., Any]) -> str:
    """What a function takes and answers, as its code says it and in public names."""
    function = inspect.unwrap(function)
    outside = _Outside(function.__module__)
    [found] = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(found, ast.FunctionDef)

    def told(argument: ast.arg, default: ast.expr | None = None, stars: str = "") -> str:
        text = f"{stars}{argument.arg}"
        if argument.annotation is not None:
            text += f": {ast.unparse(outside.visit(argument.annotation))}"
        return text if default is None else f"{text} = {ast.unparse(default)}"

    stated = found.args
    usual = [*stated.posonlyargs, *stated.args]
    open_ended = [None] * (len(usual) - len(stated.defaults))
    takes = list(map(told, usual, [*open_ended, *stated.defaults]))
    if usual and usual[0].arg in {"self", "cls"}:
        takes = takes[1:]
    if stated.vararg is not None:
        takes.append(told(stated.vararg, stars="*"))
    elif stated.kwonlyargs:
        takes.append("*")
    takes += map(told, stated.kwonlyargs, stated.kw_defaults)
    if stated.kwarg is not None:
        takes.append(told(stated.kwarg, stars="**"))
    answer = "" if found.returns is None else f" -> {ast.unparse(outside.visit(found.returns))}"
    return f"({', '.join(takes)}){answer}"
