"""Breaking a verifier in one place at a time: whatever the place, a case of the vectors shows it.

    cd tests && python -m audit.mutants python|javascript    tells which mutants live

A mutant is the verifier with one comparison, number, word or statement changed. What no input could
tell from the original stands in `EQUIVALENT`, with the reason.
"""

from __future__ import annotations

import ast
import copy
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
from audit.answers import CASES, FOLDER, JAVASCRIPT, RUNNER, by_the_stand_alone_file, differing

from mentorcore.audit import standalone

SECONDS = 5
MEMORY = 4 << 30


@attrs.frozen
class Mutant:
    """A verifier with one place changed.

    Attributes:
        line: Where, counted from 1.
        was: The source that stood there.
        now: What stands there now.
        text: The whole source.
    """

    line: int
    was: str
    now: str
    text: str

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
    for node in [node for part in _parts(tree) for node in ast.walk(part)]:
        for parent_field, value in ast.iter_fields(node):
            if parent_field in ("annotation", "returns"):
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


class TooLongError(Exception):
    """A mutant runs on and on."""


def _alarm(*_: object) -> None:
    raise TooLongError


def killed_in_python(mutant: Mutant, cases: list[dict[str, Any]]) -> str | None:
    """The case that shows it, which is tried first from then on; ``None`` if none does."""
    module = ModuleType("mutant")
    real = time.time
    signal.signal(signal.SIGALRM, _alarm)
    try:
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        exec(compile(mutant.text, "mutant", "exec"), module.__dict__)
        for n, case in enumerate(cases):
            time.time = partial(float, case["now"]) if "now" in case else real
            report = by_the_stand_alone_file(case, module)
            if differing(case["expect"], report):
                cases.insert(0, cases.pop(n))
                return str(case["name"])
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it raises, it is noticed
        return f"raises {type(error).__name__}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        time.time = real
    return None


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


def killed_in_javascript(mutant: Mutant, cases: list[dict[str, Any]]) -> str | None:
    """The case that shows it, which is tried first from then on; ``None`` if none does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mutant.mjs"
        path.write_text(mutant.text, "utf-8")
        words = ["node", str(RUNNER), str(path), str(FOLDER), "--until-wrong"]
        first = os.environ | {"FIRST": ",".join(case["name"] for case in cases[:20])}
        try:
            done = subprocess.run(
                words, env=first, capture_output=True, text=True, check=False, timeout=12 * SECONDS
            )
        except subprocess.TimeoutExpired:
            return "runs on and on"
    if done.returncode:
        return f"ends: {done.stderr.strip()[-80:]}"
    name: str | None = json.loads(done.stdout)
    at = next((n for n, case in enumerate(cases) if case["name"] == name), None)
    if at is not None:
        cases.insert(0, cases.pop(at))
    return name


# ------------------------------------------------------------------------------------------ the whole

Killed = Callable[[Mutant, list[dict[str, Any]]], str | None]
LANGUAGES: dict[str, tuple[Path, Callable[[str], Iterator[Mutant]], Killed]] = {
    "python": (Path(standalone.__file__), python_mutants, killed_in_python),
    "javascript": (JAVASCRIPT, javascript_mutants, killed_in_javascript),
}


def living(language: str) -> Iterator[tuple[Mutant, bool]]:
    """Every mutant, and whether it lives: no case shows that it is one."""
    path, mutants, killed = LANGUAGES[language]
    cases = copy.deepcopy(CASES)
    for mutant in mutants(path.read_text("utf-8")):
        yield mutant, killed(mutant, cases) is None


if __name__ == "__main__":
    if sys.argv[1] == "python":  # a mutant may ask for more memory than there is
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    count = 0
    for one, lives in living(sys.argv[1]):
        count += 1
        if lives:
            print(one, flush=True)
    print(f"of {count} mutants")
