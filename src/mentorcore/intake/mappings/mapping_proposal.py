"""A mapping proposed from a form and some of its responses, for a person to complete.

What the responses prove is written as a setting. What a person has to say stands as a comment that
begins with ``NEEDED``, with what was seen; nothing is filled in on a suspicion. A title only shows
what a question is probably about, so its evidence stands beside every column that is proposed.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import attrs

from mentorcore.adapters.date_orders import DateOrderProof
from mentorcore.adapters.dates import (
    DateOrder,
    DateProblem,
    NoZone,
    looks_like_a_stamp,
    parse_date,
    parse_instant,
)
from mentorcore.adapters.spec import Form, Question, Response, normal_title
from mentorcore.intake.form_kind import PERSONS, Field, FormKind, Hint
from mentorcore.intake.forms.built_in import forms_by_name
from mentorcore.intake.mappings.mapping import spoken
from mentorcore.intake.mappings.title_words import topic_of

__all__ = ["propose"]

LOOKED_AT = 2000
"""How many responses are looked at."""

FEW = 12
"""Up to how many different answers a column seems to offer a choice."""

NEEDED = "# NEEDED:"
_WORDS = re.compile(r"[^a-z0-9]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NOTHING = {"-", "n/a", "na", "-99", "-999", "none", "null", "k.a.", "s/o"}
_GAP = "…"


@attrs.frozen
class _Column:
    """A question with the answers that were seen."""

    question: Question
    topic: str
    seen: Counter[str]

    @property
    def key(self) -> str:
        return self.question.key

    def hint(self, kind: FormKind) -> Hint:
        return kind.hint(normal_title(self.question.label).casefold(), self.topic)

    def all_fit(self, words: re.Pattern[str]) -> bool:
        return bool(self.seen) and all(words.fullmatch(text.strip()) for text in self.seen)

    @property
    def stamps(self) -> bool:
        return bool(self.seen) and all(looks_like_a_stamp(text) for text in self.seen)

    @property
    def days(self) -> bool:
        return bool(self.seen) and all(_is_day(text) for text in self.seen)


def propose(
    form: Form,
    responses: Iterable[Response],
    name: str,
    values: str | None = None,
    more: Iterable[FormKind] = (),
) -> str:
    """A mapping in TOML for a form.

    Args:
        form: The form as its adapter describes it.
        responses: Some of its responses, read with nothing declared; the first 2,000 are used.
        name: What the form is to be called.
        values: Whether choices are written as labels or as codes, if the adapter says so.
        more: The kinds of form of practices.

    Returns:
        A text for `read_mapping`, once every line marked ``NEEDED`` is settled.
    """
    some = list(islice(responses, LOOKED_AT))
    columns = _columns(form, some)
    kinds = _kinds(columns, forms_by_name(more).values())
    kind = kinds[0] if len(kinds) == 1 else None
    lines = [*_head(name, kind, kinds, columns, len(some))]
    stamp = _stamp(columns)
    sent = stamp is not None or any(r.submitted_at for r in some)
    lines += ["", "[source]", *_written(values), *_source(columns, stamp, some)]
    if kind is None:
        lines += [
            "",
            "[fields]",
            f"{NEEDED} say the kind above; then these columns have their fields",
        ]
        lines += [_spare(column) for column in columns if column is not stamp]
        return "\n".join(lines) + "\n"
    fields = _fields(kind, columns, stamp)
    lines[_place(lines) : _place(lines)] = ["[people]", *_people(kind, fields), ""]
    lines += ["", "[fields]", *_field_lines(kind, columns, fields, stamp)]
    lines += [*_values(kind, fields)]
    lines += ["", "[defaults]", *_defaults(kind, fields, sent=sent)]
    lines += ["", "[answers]", *_answers(kind, fields, columns)]
    return "\n".join(lines) + "\n"


def _place(lines: Sequence[str]) -> int:
    return lines.index("[source]")


def _columns(form: Form, responses: Sequence[Response]) -> list[_Column]:
    seen: dict[str, Counter[str]] = {question.key: Counter() for question in form.questions}
    for response in responses:
        for answer in response.answers:
            texts = [text for text in answer.raw if text.strip()]
            if answer.question in seen:
                seen[answer.question].update(texts)
    return [_Column(q, topic_of(q.label), seen[q.key]) for q in form.questions]


def _kinds(columns: Sequence[_Column], known: Iterable[FormKind]) -> list[FormKind]:
    """The kinds of form that the titles speak for most; all of them if they say nothing."""
    # Each hint counts once, however many titles give it.
    scores = {kind: sum(h.weight for h in {c.hint(kind) for c in columns}) for kind in known}
    best = max(scores.values())
    return [kind for kind, score in scores.items() if score == best or best <= 1]


def _stamp(columns: Sequence[_Column]) -> _Column | None:
    """The column with the time of sending: titled so, and full of times."""
    found = [c for c in columns if c.topic == "stamp" and c.stamps]
    return found[0] if len(found) == 1 else None


def _head(
    name: str,
    kind: FormKind | None,
    kinds: Sequence[FormKind],
    columns: Sequence[_Column],
    count: int,
) -> Iterator[str]:
    yield f"# Proposed from {count} responses. Settle each line marked NEEDED, check the others,"
    yield "# and import. A … stands for what nobody but you can say."
    yield f"form = {_text(_WORDS.sub('-', name.casefold()).strip('-')[:48] or 'form')}"
    if kind is None:
        names = ", ".join(k.name for k in kinds)
        yield f'{NEEDED} kind = "{_GAP}"  # one of {names}; the titles do not settle it'
    else:
        shown = [c for c in columns if c.hint(kind).weight][:4]
        yield f"kind = {_text(kind.name)}  # by the titles {', '.join(_text(c.key) for c in shown)}"
    yield f'{NEEDED} coverage = "{_GAP}"  # "full" if each export holds all responses, or "partial"'


def _written(values: str | None) -> list[str]:
    """How choices are written, so that an export of the other kind is refused."""
    return [] if values is None else [f"values = {_text(values)}  # as choices are written here"]


def _source(
    columns: Sequence[_Column], stamp: _Column | None, responses: Sequence[Response]
) -> Iterator[str]:
    if stamp is not None:
        yield f"timestamp = {_text(stamp.key)}"
        yield from _times(stamp)
        mails = [c for c in columns if c.topic == "email" and c.all_fit(_EMAIL)]
        if len(mails) == 1:
            yield f"respondent = {_text(mails[0].key)}"
        return
    if any(r.key for r in responses):
        yield "# the adapter itself tells responses apart, and when they were sent if it can"
        return
    if not responses:
        yield "# whether keys are needed to tell responses apart shows once there are some"
        return
    for column in columns:
        if column.stamps and column.topic != "date":
            yield f"{NEEDED} timestamp = {_text(column.key)}  # if this is the time of sending"
            yield from _times(column)
    unique = [c for c in columns if c.seen and c.seen.total() == len(c.seen) == len(responses)]
    ids = [c for c in unique if c.topic == "id"]
    if len(ids) == 1:
        yield f"keys = [{_text(ids[0].key)}]  # different in every response"
    else:
        shown = ", ".join(_text(c.key) for c in unique) or "no column alone is different everywhere"
        yield f'{NEEDED} keys = ["{_GAP}"]  # what tells responses apart; candidates: {shown}'


def _times(column: _Column) -> Iterator[str]:
    """What has to be known to read the times of a column."""
    order, line = _order(column)
    yield from line
    example = next(iter(column.seen))
    try:
        parse_instant(example, order or "mdy", None)
    except NoZone:
        yield f'{NEEDED} zone = "{_GAP}"  # such as "Europe/Berlin": {_text(example)} says none'
    except DateProblem as problem:
        yield f"{NEEDED} {_plain(str(problem))}"


def _order(column: _Column) -> tuple[DateOrder | None, list[str]]:
    """The order of day and month in a column, if it is proven, and the line that says so."""
    proof = DateOrderProof()
    for text in column.seen:
        proof.see(text)
    try:
        order = proof.conclude()
    except DateProblem as problem:
        return None, [f'{NEEDED} date_order = "{_GAP}"  # "dmy" or "mdy": {_plain(str(problem))}']
    if order is None:
        return None, []
    return order, [f"date_order = {_text(order)}  # proven by the values of {_text(column.key)}"]


def _fields(
    kind: FormKind, columns: Sequence[_Column], stamp: _Column | None
) -> dict[str, list[_Column]]:
    """The columns that may tell each field."""
    found: dict[str, list[_Column]] = {}
    for column in columns:
        field = kind.by_name.get(column.hint(kind).field)
        if field and not field.group and column is not stamp and _fits(field, column):
            found.setdefault(field.name, []).append(column)
    return found


def _fits(field: Field, column: _Column) -> bool:
    """Whether the answers could be what a field holds; the title alone tells where none are."""
    if not column.seen:
        return True
    if field.holds == "day":
        return column.days or column.stamps
    if column.topic == "email":
        return column.all_fit(_EMAIL)
    return True


def _people(kind: FormKind, fields: Mapping[str, Sequence[_Column]]) -> Iterator[str]:
    if not any(field.holds in PERSONS for field in kind.fields):  # people become known by it
        asked = f'{NEEDED} by = "{_GAP}"  # name, external_id'
        yield 'by = "email"' if "email" in fields else asked
        return
    named = {f: c[0] for f, c in fields.items() if kind.by_name[f].holds in PERSONS}
    for field, column in named.items():
        if column.all_fit(_EMAIL):
            yield f'{field} = "email"'
        elif not column.seen:
            yield f'{NEEDED} {field} = "{_GAP}"  # email, name or external_id: nothing shows it'
        elif any("@" in text or text.strip().isdecimal() for text in column.seen):
            yield f'{NEEDED} {field} = "{_GAP}"  # email, name or external_id: answers differ'
        else:
            yield f'{field} = "name"  # no answer is an address or a number'


def _field_lines(
    kind: FormKind,
    columns: Sequence[_Column],
    fields: Mapping[str, Sequence[_Column]],
    stamp: _Column | None,
) -> Iterator[str]:
    used = [stamp]
    for field, found in fields.items():
        used += found
        if len(found) == 1:
            yield f"{field} = {_text(found[0].key)}{_label(found[0])}"
        else:
            choice = ", ".join(_text(c.key) for c in found)
            yield f'{NEEDED} {field} = "{_GAP}"  # one of these columns: {choice}'
    senders = [c for c in columns if c.topic == "email" and c.all_fit(_EMAIL) and c not in used]
    for column in senders:
        if kind.sender:
            used.append(column)
            one_of = " or ".join(kind.sender)
            yield f"{NEEDED} {_GAP} = {_text(column.key)}  # {one_of}: who sends it in?"
    for wanted in kind.fields:
        if wanted.needed and wanted.name not in fields and wanted.holds in {"person", "text"}:
            yield f'{NEEDED} {wanted.name} = "{_GAP}"  # {wanted.about}'
    for group in (field for field in kind.fields if field.group):
        grouped = [c for c in columns if c.hint(kind).field == group.name]
        used += grouped
        if grouped:
            yield ""
            yield f"[fields.{group.name}]"
        for column in grouped:
            what = f"the code of {group.group} of the program"
            yield f"{NEEDED} {_GAP} = {_text(column.key)}  # {what}"
    for column in columns:
        if column not in used:
            yield _spare(column)


def _spare(column: _Column) -> str:
    count = len(column.seen)
    said = (
        "no answers" if not count else "one answer" if count == 1 else f"{count} different answers"
    )
    return f"# {_text(column.key)}: {said}{_label(column, '; ')}"


def _values(kind: FormKind, fields: Mapping[str, Sequence[_Column]]) -> Iterator[str]:
    """The words of choices, with what they mean where they are the words themselves."""
    for name, found in fields.items():
        field, column = kind.by_name[name], found[0]
        if field.holds not in {"choice", "code", "yes"} or len(found) > 1:
            continue
        known = {spoken(code.replace("_", " ")): code for code in field.choices}
        yield ""
        yield f"[values.{name}]"
        wanted = ", ".join(field.choices) or ("yes or no" if field.holds == "yes" else "")
        offered = dict.fromkeys([*column.seen, *column.question.choices])
        for text in [*offered][: FEW * 2]:
            code = known.get(spoken(text.replace("_", " ").replace("-", " ")))
            if code is not None:
                yield f"{_text(text)} = {_text(code)}"
            else:
                what = f"one of {wanted}" if wanted else f"a {name} of the program"
                yield f'{NEEDED} {_text(text)} = "{_GAP}"  # {what}'


def _defaults(
    kind: FormKind, fields: Mapping[str, Sequence[_Column]], *, sent: bool
) -> Iterator[str]:
    asked = {name for name, beside in kind.asks.items() if not beside or beside in fields}
    for field in kind.fields:
        if field.name in fields or field.holds in PERSONS | {"text", "texts"}:
            continue
        if field.needed and field.holds == "day":
            day = '"submitted", the day of sending' if sent else "a day such as 2026-09-01"
            yield f'{NEEDED} {field.name} = "{_GAP}"  # {field.about}; {day}'
        elif field.needed or field.name in asked:
            wanted = f"; one of {', '.join(field.choices)}" if field.choices else ""
            wanted = "; a code" if field.holds == "code" else wanted
            yield f'{NEEDED} {field.name} = "{_GAP}"  # {field.about}{wanted}'


def _answers(
    kind: FormKind, fields: Mapping[str, Sequence[_Column]], columns: Sequence[_Column]
) -> Iterator[str]:
    days = [c for f, found in fields.items() if kind.by_name[f].holds == "day" for c in found]
    orders = [_order(column) for column in days]
    proven = {order for order, _ in orders if order}
    lines = [line for _, found in orders for line in found]
    if len(proven) == 1:
        yield next(line for order, found in orders if order for line in found)
    elif lines:
        yield lines[0]
    if any(c.topic == "minutes" and c.all_fit(re.compile(r"\d+[.,]\d+|\d")) for c in columns):
        yield f'{NEEDED} durations = "{_GAP}"  # "minutes" or "hours": the numbers are small'
    lists = [f for f in fields if kind.by_name[f].holds in {"texts", "codes", "persons"}]
    for mark, sign in ((";", ";"), (",", r",\S"), (", ", ", ")):
        texts = [t for f in lists for c in fields[f] for t in c.seen if re.search(sign, t)]
        if texts:
            example = _text(texts[0][:60])
            yield f"{NEEDED} separator = {_text(mark)}  # if {example} is more than one answer"
            break
    nothing = sorted({t for c in columns for t in c.seen if t.strip().casefold() in _NOTHING})
    if nothing:
        shown = ", ".join(map(_text, nothing))
        yield f"{NEEDED} missing = [{shown}]  # if these mean that nothing was answered"


def _is_day(text: str) -> bool:
    orders: tuple[DateOrder, ...] = ("dmy", "mdy")
    for order in orders:
        try:
            parse_date(text, order)
        except DateProblem:
            continue
        return True
    return False


def _label(column: _Column, lead: str = "  # ") -> str:
    """The title, where it is not what identifies the question."""
    label = normal_title(column.question.label)
    return "" if label == column.key else f"{lead}{_text(label[:80])}"


def _text(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(text: str) -> str:
    """A sentence that can stand in a comment."""
    return "".join(char if char.isprintable() else " " for char in text)
