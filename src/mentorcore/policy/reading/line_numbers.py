"""On which line of a TOML file each entry stands, which the reader of TOML does not tell."""

import re
from collections import Counter
from collections.abc import Mapping

__all__ = ["line_of", "lines_of"]

KEY = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
DOTTED = rf"{KEY}(?:\s*\.\s*{KEY})*"
TABLE = re.compile(rf"\s*(\[\[?)\s*({DOTTED})\s*\]")
ENTRY = re.compile(rf"\s*({DOTTED})\s*=")
STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|' r"'''.*?'''|" r'"(?:[^"\\\n]|\\.)*"|' r"'[^'\n]*'|#[^\n]*",
    re.DOTALL,
)


def lines_of(text: str) -> Mapping[str, int]:
    """The line of each table and entry, by its path; tables of a list are counted from 1."""
    lines: dict[str, int] = {}
    counts: Counter[str] = Counter()
    table, depth = "", 0
    for number, line in enumerate(STRING.sub(_emptied, text).split("\n"), 1):
        if depth == 0 and (heading := TABLE.match(line)):
            table = _path(_keys(heading[2]), counts, is_list=heading[1] == "[[")
            lines.setdefault(table, number)
            continue
        if depth == 0 and (entry := ENTRY.match(line)):
            path = ".".join([*([table] if table else []), *_keys(entry[1])])
            lines.setdefault(path, number)
        depth += sum(line.count(c) for c in "[{") - sum(line.count(c) for c in "]}")
    return lines


def line_of(path: str, lines: Mapping[str, int]) -> int | None:
    """The line of an entry, or of the innermost one around it that has a line."""
    while path:
        if path in lines:
            return lines[path]
        path = re.sub(r"(\[\d+\]|\.?[^.\[\]]+)$", "", path)
    return None


def _emptied(found: re.Match[str]) -> str:
    """A text without what it says, over as many lines; a short one may be a key and stays."""
    said = found[0]
    if said.startswith("#"):
        return ""
    if re.fullmatch(r"""["'][^\[\]{}\n=]*["']""", said):
        return said
    return '""' + "\n" * said.count("\n")


def _keys(dotted: str) -> list[str]:
    return [key.strip("\"'") for key in re.findall(KEY, dotted)]


def _path(keys: list[str], counts: Counter[str], *, is_list: bool) -> str:
    path = ""
    for place, key in enumerate(keys):
        path = f"{path}.{key}" if path else key
        if is_list and place == len(keys) - 1:
            counts[path] += 1
        if counts[path]:
            path = f"{path}[{counts[path]}]"
    return path
