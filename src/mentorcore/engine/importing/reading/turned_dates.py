"""Days that are written in another order than in the exports before, where no date can prove it.

A sheet whose language was changed writes ``09.10.2026`` where it wrote ``10/09/2026``. Read in the
order that is declared, both are days; but then each one of the file has its day and month turned.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from mentorcore.adapters.dates import DateOrder, DateProblem, parse_date
from mentorcore.adapters.spec import Response
from mentorcore.errors import SourceRefused
from mentorcore.intake.mappings.columns import Places
from mentorcore.intake.mappings.mapping import FormMapping

__all__ = ["check_turned"]

_FEWEST = 2
"""One day that is turned was typed in wrongly, and put right."""


def check_turned(
    changed: Sequence[tuple[Response, Response]],
    mapping: FormMapping,
    orders: dict[str, DateOrder],
    file: str,
) -> None:
    """Refuse an export all of whose days were turned since they were taken in.

    Args:
        changed: The responses of the export as they were and as they are: all that are known.
        mapping: What was declared about the form.
        orders: The orders that its columns of dates prove.
        file: What the export is called in messages.

    Raises:
        SourceRefused: They were.
    """
    places = Places(mapping)
    for field in (f.name for f in mapping.form_kind.fields if f.holds == "day"):
        order = mapping.date_order or orders.get(field)
        if field not in mapping.fields or order is None:
            continue
        texts = [tuple(_text(places, one, field) for one in pair) for pair in changed]
        turned = [n for n, pair in enumerate(texts) if _turned(pair, order)]
        if len(turned) >= _FEWEST and all(
            n in turned or _same(texts[n], order) for n in range(len(texts))
        ):
            before, now = texts[turned[0]]
            where = changed[turned[0]][1].where
            raise SourceRefused(
                f"in the column {mapping.fields[field]!r}, what was {before!r} is {now!r} now, and "
                f"{len(turned) - 1:,} more days have day and month turned like it, so the order in "
                "which they are written seems to have changed. Export it again as before, or "
                "declare the new date_order; if the earlier export was the wrong one, take its "
                "import back first (reverse-import)",
                file=file,
                line=where.line,
            )


def _text(places: Places, response: Response, field: str) -> str:
    answer = places.answer(response, field)
    return "" if answer is None else " ".join(answer.raw).strip()


def _days(texts: Iterable[str], order: DateOrder) -> list[date] | None:
    try:
        return [parse_date(text, order) for text in texts]
    except DateProblem:
        return None


def _turned(texts: Sequence[str], order: DateOrder) -> bool:
    days = _days(texts, order)
    if days is None or days[0] == days[1]:
        return False
    return (days[0].year, days[0].month, days[0].day) == (days[1].year, days[1].day, days[1].month)


def _same(texts: Sequence[str], order: DateOrder) -> bool:
    days = _days(texts, order)
    return texts[0] == texts[1] or (days is not None and days[0] == days[1])
