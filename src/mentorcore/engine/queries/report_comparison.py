"""A published answer beside the same answer worked out again, figure by figure.

Both are plain data, as `plain` makes it. Rows are matched by what they are about, so that their
order, and that of their members, does not matter.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

__all__ = ["HEADER", "UNKNOWN_HERE", "Difference", "compared", "needs_compared", "rows_compared"]

HEADER = frozenset({"program", "position", "as_of", "as_known", "viewer"})
"""Members of an answer that say what was asked, and not what was answered."""

ASIDE = frozenset({"evidence", "records", "lacking"})
"""Members that name events, and are no figures."""

ABSENT = object()
NOT_THERE = "nothing like this was published"
NOT_TOLD = "the log tells nothing like this at that moment"
UNKNOWN_HERE = "this version of mentorcore, with the practices that are here, tells no such figure"
WAS_WITHHELD = "it was withheld when it was published"
PAIR = 2

Path = tuple[str, ...]


@attrs.frozen
class Difference:
    """What came of one figure.

    Attributes:
        path: The path to it in its row, as `explain` names it.
        verdict: ``equal``, ``different`` or ``unknown``.
        published: What was published; ``None`` where nothing was.
        again: What the log says; ``None`` where it says nothing.
        why: Why it cannot be known, or what is absent.
    """

    path: Path
    verdict: str
    published: Any
    again: Any
    why: str | None = None


def compared(published: Any, again: Any, path: Path = ()) -> Iterator[Difference]:
    """Every figure of a row, or of a part of it.

    Args:
        published: The row as it was published.
        again: The same row, worked out again.
        path: The path to it.
    """
    if _is_hidden(again):
        yield _hidden(published, again, path)
    elif _is_hidden(published):
        yield Difference(path, "unknown", published, again, WAS_WITHHELD)
    elif isinstance(published, Mapping) and isinstance(again, Mapping):
        for name, value in published.items():
            if name in ASIDE or (not path and name in HEADER):
                continue
            here = (*path, str(name))
            if name in again:
                yield from compared(value, again[name], here)
            else:
                yield Difference(here, "unknown", value, None, UNKNOWN_HERE)
    elif _are_items(published) and _are_items(again) and (published or again):
        yield from _items(published, again, path)
    else:
        yield Difference(path, _verdict(published, again), published, again)


def rows_compared(
    published: Sequence[Any], again: Sequence[Any], key: Sequence[str]
) -> Iterator[tuple[str, Iterator[Difference]]]:
    """Rows by what they are about, each with its figures.

    Args:
        published: The rows that were published.
        again: The rows, worked out again.
        key: The path in a row to what it is about.
    """
    mine, others = _by_key(published, key), _by_key(again, key)
    for subject in dict.fromkeys([*mine, *others]):
        one, other = mine.get(subject, ABSENT), others.get(subject, ABSENT)
        if one is ABSENT:
            yield subject, iter((Difference((), "different", None, _bare(other), NOT_THERE),))
        elif other is ABSENT:
            yield subject, iter((Difference((), "different", _bare(one), None, NOT_TOLD),))
        else:
            yield subject, compared(one, other)


def needs_compared(
    published: Sequence[Any], again: Sequence[Any]
) -> Iterator[tuple[str, str, Iterator[Difference]]]:
    """Needs by subject and kind, those of one kind with each other; the kind is counted from 1.

    Of several of one kind, those that say the same are set beside each other, then the others in
    their order.
    """
    mine, others = _by_kind(published), _by_kind(again)
    for subject, kind in dict.fromkeys([*mine, *others]):
        left = list(mine.get((subject, kind), ()))
        numbered = list(enumerate(others.get((subject, kind), ()), 1))
        pairs: list[tuple[int, Any, Any]] = []
        for number, need in list(numbered):
            same = next((n for n in left if _says(n) == _says(need)), ABSENT)
            if same is not ABSENT:
                left.remove(same)
                numbered.remove((number, need))
                pairs.append((number, same, need))
        while left or numbered:
            number, need = numbered.pop(0) if numbered else (len(pairs) + 1, ABSENT)
            pairs.append((number, left.pop(0) if left else ABSENT, need))
        for number, one, other in pairs:
            name = kind if number == 1 else f"{kind}.{number}"
            if one is ABSENT:
                told = iter((Difference((), "different", None, _bare(other), NOT_THERE),))
            elif other is ABSENT:
                told = iter((Difference((), "different", _bare(one), None, NOT_TOLD),))
            else:
                told = compared(one, other)
            yield subject, name, told


def _items(published: Sequence[Any], again: Sequence[Any], path: Path) -> Iterator[Difference]:
    """Items of a list, matched by their first member; those of equal names by their order."""
    key = next(iter(again[0]), None) if again and isinstance(again[0], Mapping) else None
    if key is None and published and isinstance(published[0], Mapping):
        key = next(iter(published[0]), None)
    mine, others = _named(published, key), _named(again, key)
    for name in dict.fromkeys([*mine, *others]):
        one, other, here = mine.get(name, ABSENT), others.get(name, ABSENT), (*path, name)
        if one is ABSENT:
            yield Difference(here, "different", None, _bare(other), NOT_THERE)
        elif other is ABSENT:
            yield Difference(here, "different", _bare(one), None, NOT_TOLD)
        else:
            yield from compared(one, other, here)


def _named(items: Sequence[Any], key: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, item in enumerate(items, 1):
        name, value = _entry(item, key)
        if name is None or "." in name or name in found:
            name = str(number)
        found[name] = value
    return found


def _entry(item: Any, key: str | None) -> tuple[str | None, Any]:
    if isinstance(item, Mapping):
        named = item.get(key)
        return (named if isinstance(named, str) else None), item
    return str(item[0]), item[1]


def _are_items(value: Any) -> bool:
    """Whether a list holds rows, or names with a figure each."""
    return isinstance(value, list) and (
        all(isinstance(item, Mapping) for item in value)
        or all(
            isinstance(item, list) and len(item) == PAIR and isinstance(item[0], str)
            for item in value
        )
    )


def _by_key(rows: Iterable[Any], key: Sequence[str]) -> dict[str, Any]:
    """Rows by what they are about; several about the same are numbered."""
    found: dict[str, Any] = {}
    for row in rows:
        about: Any = row
        for step in key:
            about = about.get(step) if isinstance(about, Mapping) else None
        name, number = str(about), 1
        while name in found:
            number += 1
            name = f"{about}.{number}"
        found[name] = row
    return found


def _by_kind(needs: Iterable[Any]) -> dict[tuple[str, str], list[Any]]:
    found: dict[tuple[str, str], list[Any]] = {}
    for need in needs:
        said = need if isinstance(need, Mapping) else {}
        found.setdefault((str(said.get("subject")), str(said.get("kind"))), []).append(need)
    return found


def _says(need: Any) -> Any:
    """What a need says without the names and texts that somebody may not see."""
    if not isinstance(need, Mapping):
        return need
    return {k: v for k, v in need.items() if k not in ASIDE and k not in ("people", "text")}


def _bare(row: Any) -> Any:
    """A row without its lists of events."""
    if isinstance(row, Mapping):
        return {name: _bare(value) for name, value in row.items() if name not in ASIDE}
    return [_bare(item) for item in row] if isinstance(row, list) else row


def _is_hidden(value: Any) -> bool:
    return isinstance(value, Mapping) and (
        value.keys() == {"withheld", "reason"} or value.keys() == {"erased"}
    )


def _hidden(published: Any, again: Mapping[str, Any], path: Path) -> Difference:
    if published == again or (_is_hidden(published) and _word(published) == _word(again)):
        return Difference(path, "equal", published, again)
    if published is None:
        return Difference(path, "different", None, again, NOT_THERE)
    return Difference(path, "unknown", published, again, str(again.get("reason", "it was erased")))


def _word(hidden: Mapping[str, Any]) -> Any:
    return hidden.get("withheld", hidden.get("erased"))


def _verdict(published: Any, again: Any) -> str:
    """Numbers are compared as numbers; no text, and no yes or no, is one."""
    alike = isinstance(published, bool) is isinstance(again, bool)
    return "equal" if alike and published == again else "different"
