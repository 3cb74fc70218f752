"""Exports as files: with what tools and people do to a file, and in the order of the imports."""

import csv
import io
import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from years.sheets import EXPORTED, HEADS, Export, Form, Row, read

__all__ = ["imports_of", "survey_file", "table_of"]

DELIMITERS = (",", ",", ",", ";", "\t")
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16")
UNDONE = 0.08
FEWEST = 3
"""Rows in which one can see that something happened to all of them."""


def imports_of(chance: random.Random, sheets: dict[Form, list[Row]]) -> list[Export]:
    """The exports in the order in which somebody imports them."""
    plan: list[Export] = []
    known: dict[Form, list[int]] = {form: [] for form in sheets}
    for generation, day in enumerate(EXPORTED):
        at = datetime.combine(day, time(22, 0), UTC)
        order = list(sheets)
        if chance.random() < 0.25:
            chance.shuffle(order)
        turns: list[tuple[Form, int, str]] = []
        for form in order:
            last = generation == len(EXPORTED) - 1
            if form != "pairs" and not last and generation and chance.random() < 0.15:
                continue  # nobody exported it this time
            if SPOILT[form] and chance.random() < 0.25:
                turns.append((form, generation, chance.choice(SPOILT[form])))
            turns.append((form, generation, ""))
            if chance.random() < 0.25:
                turns.append((form, generation, ""))  # the same export once more
            if chance.random() < 0.15:
                turns.append((form, generation, "filtered"))
        if generation and chance.random() < 0.7:  # an older one turns up, again or at first
            form = chance.choice(order)
            old = chance.randrange(generation)
            if form != "pairs" or old in known["pairs"]:
                turns.append((form, old, chance.choice(("", "", "", "filtered"))))
        for form, of, how in turns:
            at += timedelta(minutes=7)
            rows = [r for row in sheets[form] if (r := row.on(EXPORTED[of])) is not None]
            keys = frozenset(row[0] for row in rows)
            spoilt = "" if how == "filtered" else how
            if how == "filtered":
                if form == "pairs" or len(rows) < FEWEST:
                    continue
                rows = chance.sample(rows, chance.randrange(1, len(rows)))
            if spoilt:
                if not _shows(form, rows, how):
                    continue
                rows = [_spoil(form, row, how) for row in rows]
            elif of not in known[form]:
                known[form].append(of)
            name = f"{form}-{of}-{len(plan)}.csv"
            undone = not spoilt and chance.random() < UNDONE
            content = _file(chance, form, rows)
            part = how == "filtered"
            plan.append(Export(form, of, at, name, content, spoilt, keys, undone, part))
    return plan


SPOILT: dict[Form, tuple[str, ...]] = {
    "people": ("one id", "new ids"),
    "pairs": ("one id", "new ids"),
    "meetings": ("one id", "days turned", "rounded", "decimals"),
    "goals": ("one id", "zeros lost", "decimals"),
    "voices": (),
    "survey": (),
}


def _shows(form: Form, rows: Sequence[tuple[str, ...]], how: str) -> bool:
    """Whether there is enough in a file to show what was done to it."""
    if len(rows) < FEWEST:
        return False
    if how == "days turned":
        place = HEADS[form].index("Day")
        return any(read(row[place]).day > 12 for row in rows)
    return True


def _spoil(form: Form, row: tuple[str, ...], how: str) -> tuple[str, ...]:
    """A row that went through a spreadsheet which destroyed it."""
    key = row[0]
    match how:
        case "one id":
            return ("1.45782E+17", *row[1:])
        case "zeros lost":
            return (key.lstrip("0"), *row[1:])
        case "rounded":
            return (key[:15] + "000", *row[1:])
        case "decimals":
            return (f"{int(key)}.0", *row[1:])
        case "new ids":
            return (f"N{int(key[1:]) + 7}", *row[1:])
        case _:
            place = HEADS[form].index("Day")
            return (*row[:place], f"{read(row[place]):%d.%m.%Y}", *row[place + 1 :])


def table_of(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A table as tools without settings write it."""
    csv.writer(out := io.StringIO(), lineterminator="\n").writerows([head, *rows])
    return out.getvalue().encode()


def survey_file(rows: Sequence[Sequence[str]]) -> bytes:
    """An export of a survey: ids of the questions stand in a third row, every time is one."""
    times = {"EndDate": "endDate", "RecordedDate": "recordedDate"}
    ids = {"ResponseId": "_recordId", "Status": "status", "Finished": "finished"}
    asked = {title: f"QID{n}" for n, title in enumerate(HEADS["survey"][2:], 1)}
    head = [*times, *ids, *asked]
    third = [
        json.dumps({"ImportId": i} | ({"timeZone": "America/Chicago"} if t in times else {}))
        for t, i in (times | ids | asked).items()
    ]
    body = [[sent, sent, key, "IP Address", "True", *said] for key, sent, *said in rows]
    return table_of(head, [[f"{title}?" for title in head], third, *body])


def _file(chance: random.Random, form: Form, rows: Sequence[tuple[str, ...]]) -> bytes:
    """A sheet as a file; the same rows in the ways in which tools and people save them."""
    if form == "survey":
        return survey_file(rows)
    if form == "voices":
        return table_of(HEADS[form], [row[1:] for row in rows])
    head, told = list(HEADS[form]), [list(row) for row in rows]
    if chance.random() < 0.4:
        chance.shuffle(told)
    if chance.random() < 0.2:  # the columns were moved
        order = list(range(len(head)))
        chance.shuffle(order)
        head, told = [head[i] for i in order], [[row[i] for i in order] for row in told]
    if chance.random() < 0.2:
        head, told = [*head, "Remarks"], [[*row, ""] for row in told]
    out = io.StringIO()
    writer = csv.writer(
        out,
        delimiter=chance.choice(DELIMITERS),
        lineterminator=chance.choice(("\n", "\r\n")),
        quoting=chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
    )
    writer.writerows([head, *told])
    return out.getvalue().encode(chance.choice(ENCODINGS))
