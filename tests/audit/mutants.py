"""Breaking a verifier in one place at a time: whatever the place, a case of the vectors shows it.

    cd tests && python -m audit.mutants python|javascript [FILE]    tells which mutants live

With a file every mutant is written there with the case that shows it, and a run that was broken off
goes on behind it.

A mutant is the verifier with one comparison, number, word or statement changed. What no input could
tell from the original stands in `EQUIVALENT`, with the reason.
"""

from __future__ import annotations

import ast
import json
import re
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import attrs
from audit.answers import CASES, FOLDER, JAVASCRIPT, by_the_stand_alone_file, differing

from mentorcore.audit import standalone

RUNNER_OF_MUTANTS = Path(__file__).with_name("run_mutants.mjs")
SECONDS = 5
"""More time of the processor than any case takes: it is about 5 milliseconds."""
MEMORY = 4 << 30


@attrs.frozen
class Mutant:
    """A verifier with one place changed.

    Attributes:
        line: Where, counted from 1.
        was: The source that stood there.
        now: What stands there now.
        text: The whole source.
        at: How many characters stand before it, where they are counted.
    """

    line: int
    was: str
    now: str
    text: str
    at: int = 0

    def __str__(self) -> str:
        return f"line {self.line}: {self.was}  ->  {self.now}"


# ------------------------------------------------------------------------------------------- Python

SWAPPED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt,), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt,),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
}  # fmt: skip
SUMS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}  # fmt: skip


SPEAKING = ("sentences", "main")
"""Functions by which the file speaks with people; the tests of the command hold those."""


def _parts(tree: ast.Module) -> Iterator[ast.AST]:
    """What decides: all but the check of the interpreter, names of types, and what speaks."""
    for part in tree.body:
        named = getattr(part, "name", "")
        types = (
            isinstance(part, ast.Assign)
            and isinstance(part.value, ast.Subscript | ast.BinOp)
            and "[" in ast.unparse(part)
        )
        if (
            isinstance(part, ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign)
            and not types
            and named not in SPEAKING
        ):
            yield part


def python_mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module, but of what it says to people."""
    tree, lines = ast.parse(source), source.split("\n")
    nodes = [node for part in _parts(tree) for node in ast.walk(part)]
    types = {
        id(within)
        for node in nodes
        for name in ("annotation", "returns")
        if (found := getattr(node, name, None)) is not None
        for within in ast.walk(found)
    }
    for node in nodes:
        for parent_field, value in ast.iter_fields(node):
            if id(node) in types or parent_field in ("annotation", "returns"):
                continue
            many = isinstance(value, list)
            for n, child in enumerate(value if many else [value]):
                if not isinstance(child, ast.AST) or _is_said(node, child):
                    continue
                for other in _others(child):
                    made = _put(tree, node, parent_field, n if many else None, child, other)
                    shown = f"{made.was} in {lines[made.line - 1].strip()}"
                    yield attrs.evolve(made, was=shown)


def _put(  # noqa: PLR0917
    tree: ast.AST, node: ast.AST, name: str, place: int | None, child: ast.AST, other: ast.AST
) -> Mutant:
    was = ast.unparse(child)
    held = getattr(node, name)
    if place is None:
        setattr(node, name, other)
    else:
        held[place] = other
    ast.fix_missing_locations(ast.copy_location(other, child))
    text = ast.unparse(tree)
    if place is None:
        setattr(node, name, held)
    else:
        held[place] = child
    return Mutant(getattr(child, "lineno", 0), was.split("\n")[0], ast.unparse(other), text)


def _is_said(node: ast.AST, child: ast.AST) -> bool:
    """Whether a text is for people: in an f-string, a docstring, or a reason."""
    if isinstance(node, ast.JoinedStr | ast.FormattedValue | ast.Raise):
        return True
    if any(isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant) for n in (node, child)):
        return True
    text = child.value if isinstance(child, ast.Constant) else None
    return isinstance(text, str) and " " in text


def _others(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left, [op, *_] as ops, right):
            for n, found in enumerate(ops):
                for other in SWAPPED[type(found)]:
                    yield ast.Compare(left, [*ops[:n], other(), *ops[n + 1 :]], right)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            for n in range(len(values)):
                rest = [*values[:n], *values[n + 1 :]]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(op, rest)
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield operand
        case ast.BinOp(left, op, right) if type(op) in SUMS:
            yield ast.BinOp(left, SUMS[type(op)](), right)
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value)):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case ast.Constant(str(value)) if value:
            yield ast.Constant(value + "x")
        case ast.Constant(bytes(value)) if value:
            yield ast.Constant(value[:-1] + bytes((value[-1] ^ 1,)))
        case ast.IfExp(_, body, orelse):
            yield body
            yield orelse
        case ast.If(_, body, orelse):
            yield ast.If(ast.Constant(True), body, orelse)
            yield ast.If(ast.Constant(False), body, orelse)
        case (
            ast.Expr() | ast.Assign() | ast.AugAssign() | ast.Raise() | ast.Continue() | ast.Break()
        ):
            yield ast.Pass()


class TooLongError(BaseException):
    """A mutant runs on and on."""


def _alarm(*_: object) -> None:
    raise TooLongError


def _module(text: str, name: str) -> ModuleType:
    module = ModuleType(name)
    exec(compile(text, name, "exec"), module.__dict__)
    return module


def _answer(case: dict[str, Any], module: ModuleType) -> dict[str, Any]:
    """What it reports, with the clock of the case, and within its time of the processor."""
    real = time.time
    signal.signal(signal.SIGPROF, _alarm)
    try:
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        time.time = partial(float, case["now"]) if "now" in case else real
        return differing(case["expect"], by_the_stand_alone_file(case, module))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        time.time = real


def _lines_of(case: dict[str, Any], module: ModuleType) -> frozenset[int]:
    """The lines of the original that a case comes by."""
    lines = set[int]()

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename != "original":
            return None
        lines.add(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        assert not _answer(case, module), case["name"]
    finally:
        sys.settrace(before)
    return frozenset(lines)


def _body_around(functions: list[ast.FunctionDef], line: int) -> range | None:
    """The lines of the innermost function around a line; ``None`` if there is none."""
    bodies = [range(f.body[0].lineno, (f.end_lineno or 0) + 1) for f in functions]
    return min((body for body in bodies if line in body), key=len, default=None)


def killed_in_python(source: str, mutants: Iterable[Mutant]) -> Iterator[str | None]:
    """Of each mutant the case that shows it, or ``None``.

    Cases that come by the changed line are asked first, and of these the last that showed one; those
    that never come to its function are not: to them nothing was changed.
    """
    functions = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)]
    original = _module(source, "original")
    cases = [(case, _lines_of(case, original)) for case in CASES]
    for mutant in mutants:
        killer = None
        try:
            module = _module(mutant.text, "mutant")
            within = _body_around(functions, mutant.line)
            asked = [one for one in cases if within is None or not one[1].isdisjoint(within)]
            for one in sorted(asked, key=lambda one: mutant.line not in one[1]):
                killer = str(one[0]["name"])
                if _answer(one[0], module):
                    cases.insert(0, cases.pop(cases.index(one)))
                    break
            else:
                killer = None
        except (Exception, SystemExit, TooLongError) as error:  # noqa: BLE001 - it is noticed
            killer = f"{killer}: raises {type(error).__name__}"
        yield killer


# --------------------------------------------------------------------------------------- JavaScript

CODE = re.compile(
    r"//[^\n]*|`(?:[^`\\]|\\.)*`|\"(?:[^\"\\\n]|\\.)*\"|/(?![/*\s])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*|[^/\"`]+|/",
    re.DOTALL,
)
WORDS = {
    " < ": " <= ", " <= ": " < ", " > ": " >= ", " >= ": " > ", " === ": " !== ", " !== ": " === ",
    " && ": " || ", " || ": " && ", " + ": " - ", " - ": " + ", " * ": " / ", " / ": " * ", " % ": " * ",
    "!": "", " += ": " -= ", " & ": " | ", "true": "false", "false": "true", " ?? ": " && ", " ??= ": " = ",
    "continue;": ";", ">>>": "<<", "?.": ".",
}  # fmt: skip
WORD = re.compile(
    "|".join(
        re.escape(w) if w != "!" else r"!(?![=])" for w in sorted(WORDS, key=len, reverse=True)
    )
)
NUMBER = re.compile(r"(?<![\w.])(0x[0-9a-f]+|0o[0-7]+|\d+)(n?)(?![\w.])")
STATEMENT = re.compile(
    r"^ +(?!const |let |return|throw|if |for |else|class |\} |case )[A-Za-z.\[{][^\n]*;$",
    re.MULTILINE,
)
CONDITION = re.compile(r"\bif \(")


def javascript_mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module, but of what it says to people."""
    head = source.index("const MAX")
    tail = source.index("function main(")

    def put(start: int, end: int, now: str) -> Mutant:
        line = source.count("\n", 0, start) + 1
        shown = source[source.rfind("\n", 0, start) + 1 : source.find("\n", end)].strip()
        return Mutant(
            line,
            f"{source[start:end].strip()} in {shown}",
            now,
            source[:start] + now + source[end:],
            start,
        )

    for piece in CODE.finditer(source, head, tail):
        if piece[0][:2] == "//":
            continue
        if piece[0][0] in '"`':
            if re.fullmatch(r'"[a-z.\d/_-]+"', piece[0]):
                yield put(piece.start(), piece.end(), piece[0][:-1] + 'x"')
            continue
        if piece[0][0] == "/" and len(piece[0]) > 1:
            continue
        for found in WORD.finditer(source, piece.start(), piece.end()):
            yield put(found.start(), found.end(), WORDS[found[0]])
        for found in NUMBER.finditer(source, piece.start(), piece.end()):
            value = int(found[1], 0)
            yield put(found.start(), found.end(), f"{value + 1}{found[2]}")
            if value:
                yield put(found.start(), found.end(), f"{value - 1}{found[2]}")
    for found in STATEMENT.finditer(source, head, tail):
        if found[0].count("(") == found[0].count(")") and found[0].count("{") == found[0].count(
            "}"
        ):
            yield put(found.start(), found.end(), "")
    for found in CONDITION.finditer(source, head, tail):
        yield put(found.start(), found.end(), "if (true || ")
        yield put(found.start(), found.end(), "if (false && ")


def _whole(value: Any) -> Any:
    """The same with numbers as texts that JavaScript would round."""
    match value:
        case dict():
            return {name: _whole(item) for name, item in value.items()}
        case list():
            return [_whole(item) for item in value]
        case int() if abs(value) >= 2**53:
            return f"#{value}#"
    return value


def killed_in_javascript(_: str, mutants: Iterable[Mutant]) -> Iterator[str | None]:
    """Of each mutant the case that shows it, or ``None``."""
    node: subprocess.Popen[str] | None = None

    def asked(told: Any) -> str:
        assert node is not None
        assert node.stdin is not None
        assert node.stdout is not None
        with suppress(BrokenPipeError):
            node.stdin.write(json.dumps(told) + "\n")
            node.stdin.flush()
        return node.stdout.readline()

    words = ["node", str(RUNNER_OF_MUTANTS), str(JAVASCRIPT), str(FOLDER)]
    try:
        for mutant in mutants:
            if node is None:
                node = subprocess.Popen(
                    words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
                )
                assert asked(_whole(CASES)) == "null\n", "the verifier itself answers otherwise"
            said = asked({"at": mutant.at, "text": mutant.text})
            if said:
                yield json.loads(said)
            else:  # it took more memory than there is
                node.communicate()
                node = None
                yield "ends the process"
    finally:
        if node is not None:
            node.communicate()


# ------------------------------------------------------------------------------------------ the whole

Killed = Callable[[str, Iterable[Mutant]], Iterator[str | None]]
LANGUAGES: dict[str, tuple[Path, Callable[[str], Iterator[Mutant]], Killed]] = {
    "python": (Path(standalone.__file__), python_mutants, killed_in_python),
    "javascript": (JAVASCRIPT, javascript_mutants, killed_in_javascript),
}


def tried(
    language: str, done: Container[tuple[str, int]] = ()
) -> Iterator[tuple[Mutant, str | None]]:
    """Every mutant with the case that shows it, or ``None`` where it lives.

    Args:
        language: Of the verifier.
        done: The mutants to pass over: how they are written, and the how many-th so written.
    """
    path, mutants, killed = LANGUAGES[language]
    source = path.read_text("utf-8")
    seen = Counter[str]()
    left = list[Mutant]()
    for mutant in mutants(source):
        seen[str(mutant)] += 1
        if (str(mutant), seen[str(mutant)]) not in done:
            left.append(mutant)
    yield from zip(left, killed(source, left), strict=True)


def _main(language: str, kept: Path | None) -> None:
    """Say which mutants live; with a file, write each there, and go on behind what stands in it."""
    if language == "python":  # a mutant may ask for more memory than there is
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seen = Counter[str]()
    done = set[tuple[str, int]]()
    if kept is not None and kept.exists():
        for line in kept.read_text("utf-8").splitlines():
            shown = json.loads(line)[0]
            seen[shown] += 1
            done.add((shown, seen[shown]))
    for mutant, killer in tried(language, done):
        if kept is not None:
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps([str(mutant), killer]) + "\n")
        if killer is None:
            print(mutant, flush=True)


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else None)
