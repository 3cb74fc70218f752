"""Collects the refusals of the source: each code with the sentence that goes with it.

A refusal stands where its rule is decided. What a reader looks up is gathered from there, so that
no code can be forgotten here and none can be listed that nothing gives any more.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from mentorcore.domain.invariants.invariants import INVARIANTS

SOURCE = Path(__file__).parents[1] / "src" / "mentorcore"


def refusals(source: Path = SOURCE) -> Mapping[str, tuple[str, ...]]:
    """Each code of a refusal with its sentences; what a sentence names is shown as ``…``."""
    found: dict[str, list[str]] = {}
    for tree in _trees(source):
        for code, sentence in _refused(tree):
            sentences = found.setdefault(code, [])
            if sentence not in sentences:
                sentences.append(sentence)
    return {code: tuple(sorted(found[code])) for code in sorted(found)}


@cache
def facts(source: Path = SOURCE) -> Mapping[str, tuple[str, ...]]:
    """Each code of a refusal with the names of the facts that may go with it."""
    found: dict[str, set[str]] = {}
    for tree in _trees(source):
        for node, stated in _calls(tree):
            told = {k.arg for k in node.keywords if k.arg not in (None, "code", "reason")}
            for code in _words(stated.get("code")):
                found.setdefault(code, set()).update(t for t in told if t is not None)
    return {code: tuple(sorted(found[code])) for code in sorted(found)}


def _trees(source: Path) -> Iterator[ast.Module]:
    """The modules that speak of refusals; to parse the others takes seconds and finds nothing."""
    for path in sorted(source.rglob("*.py")):
        if "Refused" in (text := path.read_text(encoding="utf-8")):
            yield ast.parse(text)


def _refused(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for _, stated in _calls(tree):
        sentence = _text(stated["reason"])
        for code in _words(stated.get("code")):
            yield code, sentence


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, dict[str, ast.expr]]]:
    """Where a refusal is made, with its reason and its code."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if isinstance(node.func, ast.Name) and node.func.id == "Refused":
            stated = dict(zip(("reason", "code"), node.args, strict=False))
            stated |= {k.arg: k.value for k in node.keywords if k.arg == "code"}
            yield node, stated


def _text(reason: ast.expr) -> str:
    """A sentence as a reader may meet it; a part that is put in is ``…``."""
    match reason:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part) for part in parts)
        case _:
            return "…"


def _words(code: ast.expr | None) -> tuple[str, ...]:
    """The words that a code may be; nothing where it is handed on from elsewhere."""
    match code:
        case None:
            return ("refused",)
        case ast.Constant(value=str(word)):
            return (word,)
        case ast.IfExp(body=one, orelse=other):
            return (*_words(one), *_words(other))
        case _:
            return ()


def page() -> str:
    """The reference page of refusal codes."""
    rules: dict[str, list[str]] = {}
    for rule in INVARIANTS:
        for code in rule.codes:
            rules.setdefault(code, []).append(f"[{rule.number}](rules.md#{rule.number.lower()})")
    parts = [
        "# Refusal codes",
        "",
        "The word that a program can rely on, as `Refused.code`, and the sentence for the person",
        "who asked. `…` stands for what the sentence names. `mentorcore why` says on which events a",
        "refusal rests. The facts are in `Refused.facts`, those that the sentence at hand goes",
        "with: ids, figures and days, and never a personal text.",
        "",
        "| Code | Sentence | Facts | Rule |",
        "|---|---|---|---|",
    ]
    with_facts = facts()
    for code, sentences in refusals().items():
        told = "; ".join(sentences).replace("|", "\\|")
        named = ", ".join(f"`{name}`" for name in with_facts[code])
        parts.append(f"| `{code}` | {told} | {named} | {', '.join(rules.get(code, ()))} |")
    return "\n".join(parts) + "\n"


def rules_page() -> str:
    """The reference page of the domain's rules."""
    parts = [
        "# Rules",
        "",
        "What holds in every log. A *guard* refuses, and nothing is recorded; what is *reported*",
        "is taken, and a view says what is the matter; what is *followed up* waits for a person.",
        "The numbers never change. The codes are those of [refusals](refusals.md).",
    ]
    for rule in INVARIANTS:
        codes = ", ".join(f"`{code}`" for code in rule.codes)
        refused = f" Refused with {codes}." if codes else ""
        parts += [
            "",
            f"## {rule.number}",
            "",
            f"*{rule.kept.capitalize()}.* {rule.sentence}{refused}",
        ]
    return "\n".join(parts) + "\n"
