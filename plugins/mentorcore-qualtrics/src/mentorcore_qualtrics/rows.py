"""The second pass over a Qualtrics table: one response a row, or what keeps it from being one."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from operator import itemgetter

import attrs
from mentorcore.adapters.spec import (
    Answer,
    DateProblem,
    Item,
    Notice,
    Options,
    Response,
    SourceUnreadable,
    Table,
    Unreadable,
    Where,
    cells_filled,
    normal_title,
)

from mentorcore_qualtrics.heading import Field
from mentorcore_qualtrics.identity import natural
from mentorcore_qualtrics.lifecycle import life, settled
from mentorcore_qualtrics.survey import Plan
from mentorcore_qualtrics.times import Clock, utc_text

__all__ = ["Joined", "is_deleted", "read_rows", "retake"]


def is_deleted(text: str) -> bool:
    """Whether ``Q_R_DEL`` says that the earlier response was deleted."""
    return text.strip().casefold() in {"1", "1.0", "true"}


@attrs.frozen
class Joined:
    """The columns of one split multi-select, by their choices' numbers."""

    key: str
    label: str
    fields: tuple[Field, ...]

    def answer(self, cells: Sequence[str]) -> Answer:
        """What was chosen, in the order of the choices' numbers."""
        raw = tuple([cells[field.index] for field in self.fields if cells[field.index]])
        return Answer(self.key, self.label, raw, "choices")


def joined(table: Table, plan: Plan, options: Options) -> tuple[Joined, ...]:
    """The split multi-selects that are to be one answer each.

    All of them where that is declared; else those that the mapping names as a whole, by the id of
    the question or by its text, although there is a column for each of its choices only.

    Raises:
        SourceUnreadable: The cells are codes, which do not say which choice they are.
    """
    wish = options.more.get("multi_select")
    if wish not in {None, "split", "joined"}:
        raise SourceUnreadable(
            f'multi_select = {wish!r} is declared under more; it is "split" or "joined"',
            file=table.name,
        )
    split: dict[str, list[Field]] = {}
    for field in plan.answers:
        if field.choice is not None and field.key == f"{field.base}/choiceId={field.choice}":
            split.setdefault(field.base, []).append(field)
    taken = {field.key for field in plan.answers}
    groups = [
        Joined(base, _common([f.label for f in fields]), tuple(sorted(fields, key=_by_choice)))
        for base, fields in split.items()
        if base not in taken
    ]
    if wish != "joined":
        named = set() if wish == "split" else set(map(normal_title, options.columns))
        named -= {normal_title(field.label) for field in plan.answers}
        groups = [g for g in groups if named & {normal_title(g.key), normal_title(g.label)}]
    if groups and (plan.mode == "codes" or options.values == "codes"):
        raise SourceUnreadable(
            f"the columns of the multi-select {groups[0].key} cannot be joined where choices are "
            "codes, because a cell does not say which choice it is; export labels, or name the "
            "column of one choice",
            file=table.name,
        )
    return tuple(groups)


def _by_choice(field: Field) -> tuple[tuple[int, int | str], ...]:
    return natural(field.choice or "")


def _common(labels: Sequence[str]) -> str:
    """The question that the texts of its choices' columns have in common."""
    parts = [label.split(" - ") for label in labels]
    same = []
    for words in zip(*(part[:-1] or part for part in parts), strict=False):
        if len(set(words)) > 1:
            break
        same.append(words[0])
    if same[1:] and same[-1] == "Selected Choice":
        same.pop()
    return " - ".join(same) or labels[0]


def read_rows(table: Table, plan: Plan, options: Options, source: str) -> Iterator[Item]:
    """The responses of a table, as its first pass laid down.

    Raises:
        SourceUnreadable: The file changed since the first pass, or what is declared does not fit.
    """
    groups = joined(table, plan, options)
    inside = {field.key for group in groups for field in group.fields}
    columns = [field for field in plan.answers if field.key not in inside]
    pick = _picker([field.index for field in columns])
    heads = [
        (f.key, f.label, f.hint, Clock.of(f.zone, options) if f.zone else None) for f in columns
    ]
    states = _States(plan)
    keys = [field.index for field in plan.keys]
    own = keys[0]
    retaken, deleted = (
        None if (field := plan.heading.role(key)) is None else field.index
        for key in ("Q_R", "Q_R_DEL")
    )
    stamp = None if plan.stamp is None else plan.stamp.index
    header, least = plan.heading.last.number, plan.least
    form, name, number = options.form, table.name, 0
    for number, line, cells in table.records():
        if number <= header:
            continue
        where = Where(name, number, line)
        if len(cells) != least and not _fits(cells, least):
            if cells_filled(cells):
                yield Unreadable(where, _misfit(cells, least))
            continue
        key = (cells[own].strip(),) if len(keys) == 1 else tuple([cells[i].strip() for i in keys])
        if not any(key):
            if cells_filled(cells):
                yield Unreadable(where, "the id of the response is empty")
            continue
        try:
            at, basis = states.submitted(cells)
        except DateProblem as problem:
            yield Unreadable(where, f"the time of submission: {problem}")
            continue
        answers = [
            Answer(key, label, (utc_text(clock, cell) if clock else cell,) if cell else (), hint)
            for (key, label, hint, clock), cell in zip(heads, pick(cells), strict=True)
        ]
        answers += [group.answer(cells) for group in groups]
        raw = "" if stamp is None else cells[stamp]
        old = cells[retaken].strip() if retaken is not None else ""
        gone = bool(old) and deleted is not None and is_deleted(cells[deleted])
        yield Response(
            source, form, key, at, raw, basis, states.word(cells), tuple(answers), where,
            (old,) if gone and len(key) == 1 else (),
        )  # fmt: skip
        if old:
            yield retake(where, key[0], old, gone=gone)
    if number != plan.records:
        raise SourceUnreadable("the file was changed while it was read", file=name)


def retake(where: Where, new: str, old: str, *, gone: bool) -> Notice:
    """That a response is another one filled in again, which Qualtrics may have deleted for it."""
    fate = "which is no longer in a full export" if gone else "which stays beside it"
    return Notice(where, f"the response {new} is a retake of {old}, {fate}", "retake")


def _picker(indexes: list[int]) -> Callable[[list[str]], Sequence[str]]:
    if len(indexes) > 1:
        return itemgetter(*indexes)
    return lambda cells: [cells[i] for i in indexes]


def _fits(cells: Sequence[str], least: int) -> bool:
    """Whether a row that is wider than the titled columns has nothing in its further cells."""
    return len(cells) > least and not cells_filled(list(cells[least:]))


def _misfit(cells: Sequence[str], least: int) -> str:
    return (
        f"this row has {len(cells)} cell{'s' if len(cells) > 1 else ''} where the header rows have "
        f"{least}; a separator or a quote is missing or too many"
    )


class _States:
    """What the columns about the filling-in say of a row."""

    def __init__(self, plan: Plan) -> None:
        role = plan.heading.role
        self._status, self._finished, self._duration, self._recorded = (
            None if (field := role(key)) is None else field.index
            for key in ("status", "finished", "duration", "recordedDate")
        )
        self._stamp = None if plan.stamp is None else plan.stamp.index
        self._clock = plan.clock

    def submitted(self, cells: Sequence[str]) -> tuple[datetime | None, str]:
        """The instant of submission and why it is that; ``None`` where none is given."""
        text = "" if self._stamp is None else cells[self._stamp]
        return self._clock.instant(text) if text and not text.isspace() else (None, "none")

    def word(self, cells: Sequence[str]) -> str:
        """The lifecycle word of a row."""
        status = None if self._status is None else cells[self._status]
        finished = None if self._finished is None else cells[self._finished]
        word = life(status, finished)
        if word != "partial":
            return word
        said = "" if self._duration is None else cells[self._duration].strip()
        seconds = float(said) if said.isdecimal() else None
        recorded = self._recorded is None or bool(cells[self._recorded].strip())
        return settled(word, seconds, recorded=recorded)
