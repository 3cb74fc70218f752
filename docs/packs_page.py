"""Writes what a policy pack may say from the classes of its rules: whatever they take stands here.

What a field means stands in the docstring of its class. When a kind is met, and what it says before
that, stands below, a sentence or two for each kind; a kind without them stops the page from being
written.
"""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

import attrs

from mentorcore.domain.field_docs import meanings
from mentorcore.domain.type_tree import Either, ListOf, OneOf, Record, Row, TypeTree, field_types
from mentorcore.policy.evaluation.vocabulary import FACTS
from mentorcore.policy.grammar import Prorate, Rule, Selector, written
from mentorcore.policy.kinds import GUARDING, KINDS
from mentorcore.policy.other_kinds import Bound, Predicate
from mentorcore.policy.pack import Pack
from mentorcore.policy.results import State
from mentorcore.policy.shipped import shipped_packs
from mentorcore.policy.time_kinds import SubMinimum

AS_IS = written()
BESIDE = {"rules", "digest", "text"}

MARKS = {
    "V": "read in the primary text: the regulation, the agency's page, the standard",
    "V2": "read in a reliable secondary source: check it against the text before you rely on it",
    "P": "one program's practice, and no rule of anybody else",
}

STATES: Mapping[str, str] = {
    "met": "Satisfied, in time.",
    "not_yet_due": "Not satisfied; it is due later, and nothing is wrong yet.",
    "at_risk": "Not satisfied and close to due, or behind the pace that the period needs.",
    "breached": "Due and not satisfied, or a prohibition or bound is violated.",
    "cured_late": "Satisfied after it was due. It is never shown as met.",
    "waived": "A relief covers it, with its event; or a wish carries its reason.",
    "not_applicable": "Out of scope, without an anchor, or ended before it fell due; the code says "
    "which: `out_of_scope`, `no_anchor`, `obligation_ended`.",
    "insufficient_data": "A fact or calendar is missing, and nothing is guessed; the code names it.",
}

WHEN: Mapping[str, str] = {
    "deadline": "Met when a satisfying fact is valid on or before the due day, which is itself in "
    "time. Afterwards it is breached, or cured late once a fact is there. A day without lessons "
    "does not move it.",
    "cadence": "Met when every window of the span that is over has its count, but for `tolerance`. "
    "A window that was missed cannot be made up: the rule stays breached and names its worst one.",
    "average_dosage": "Met when the credited minutes reach `minutes` times the completed units. With "
    "fewer than `min_weeks` completed units it says nothing yet; while the period is open it is met "
    "or at risk. Weeks that are not in session leave the denominator; minutes in them count.",
    "total_dosage": "Met when the total and every sub-minimum are reached. While the period is open "
    "it is at risk where the share reached is behind the share that has passed by more than "
    "`slack`.",
    "duration": "Met when the served length reaches the required one, which is rounded up to whole "
    "units after pro-rating. Counted from the beginning of a pairing, only time in one is served, "
    "and whoever never was in one is told as without an anchor. Whoever leaves before that by "
    "withdrawing or transferring owes it no more.",
    "ratio": "Met when the measure has stayed within the first bound that matches. A hard one "
    "forbids; a soft one is waived by a recorded reason (`justify-requirement`).",
    "eligibility": "Met when every predicate is true. What nobody recorded is missing, and never "
    "guessed; as a guard it is then refused (`eligibility_unknown`).",
    "prerequisite": "Met when the required fact is valid before the point and has not expired then; "
    "cured late when it comes after.",
    "prohibited_relation": "Met when no such reporting line holds on any day that both are in the "
    "pairing.",
    "prohibited_use": "Met when no text of these classes was put to such a use, or a named ground was "
    "invoked first (`invoke-confidentiality-exception`).",
    "soft_match": "Met when the members share the attributes; waived when a reason is recorded.",
    "artifact": "Met when evidence of the kind is attached with all signatures in time.",
    "count": "Met when the number of facts is within the bounds of the period.",
    "report": "Met when every field can be told of everybody whom it is about; attested by an officer "
    "in that role, or by a document that the program refers to under the id of the rule, where that "
    "is asked for.",
    "relief": "Not evaluated: it says which reliefs `waive-requirement` may record, and who may "
    "grant them. A rule with `relief_allowed` and without a relief of its own leaves them to the "
    "coordinator.",
    "process_exists": "Met when the program refers to a document that describes the process "
    "(`reference-document`).",
}

PERIODS = "`school_year` · `semester` · `term` · `program` · `rolling n`"

PRORATED: Mapping[str, str] = {
    "none": "as it stands",
    "fte_scale": "times the working time: hours of part-time staff",
    "fte_extend": "divided by the working time: length of service of part-time staff",
    "enrolled_share": "times the share of the period's weeks in session for which somebody is there "
    "(for a length of service, of those from joining on)",
    "minus_credit": "less the earlier service that was credited and verified",
}


def page() -> str:
    """The reference page of policy packs."""
    for said, known in (
        (WHEN.keys(), KINDS.keys()),
        (STATES.keys(), set(get_args(State))),
        (PRORATED.keys(), set(get_args(Prorate))),
    ):
        if said != known:
            raise SystemExit(f"say what these are: {sorted(said ^ known)}")
    parts = (_head(), _pack(), _rule(), _selector(), _kinds(), _facts(), _states(), _shipped())
    return "\n".join(line for part in parts for line in part) + "\n"


def _head() -> Iterator[str]:
    yield "# Policy packs"
    yield ""
    yield "A pack is a TOML file: rules with their sources, by which a program is measured, and some by"
    yield "which it is kept. [Write a policy pack](../how-to/write-a-policy-pack.md) makes one from"
    yield "nothing. A key that does not stand here is an error, and so is a rule without a source."


def _pack() -> Iterator[str]:
    yield from ("", "## [pack]", "", "What the pack is. `settings = { … }` holds two of them.", "")
    yield from _table(Pack, beside=BESIDE)


def _rule() -> Iterator[str]:
    yield from ("", "## [[rule]]", "", "What rules of every kind say, beside `kind`.", "")
    yield from _table(Rule)
    yield from ("", "Marks:", "")
    yield from (f"- `{mark}`: {said}." for mark, said in MARKS.items())
    yield ""
    yield "`applies_when` compares facts (see below), `role` (the role or the part that it plays),"
    yield "`cohort` and `shape`. What is not known of a subject is told as insufficient data."


def _selector() -> Iterator[str]:
    yield from ("", "## Which facts count", "")
    yield "Wherever a rule looks for events, the name of one will do, or a table:"
    yield ""
    yield from _table(Selector)
    yield ""
    yield "A name is the event's stored name or the name of its class, both in the"
    yield "[list of events](events.md); those of practices work as well. `where` looks at the fields"
    yield "that stand in the clear. Events are those of the subject and of the pairings that the"
    yield "subject is in; `PairingStarted` is the day on which a pairing became active, also where it"
    yield "was active as soon as it was formed."


def _kinds() -> Iterator[str]:
    common = {field.name for field in attrs.fields(Rule)}
    for kind, cls in KINDS.items():
        guard = " It can be a guard." if cls in GUARDING else ""
        yield from ("", f"## {kind}", "", f"{WHEN[kind]}{guard}", "")
        yield from _table(cls, beside=common)
        for inner in (SubMinimum, Bound, Predicate):
            if any(_holds(tree, inner) for tree in field_types(cls).values()):
                name = {SubMinimum: "sub_minimum", Bound: "when", Predicate: "all"}[inner]
                yield from ("", f"Each of `{name}`:", "")
                yield from _table(inner)
        if "prorate" in field_types(cls):
            yield from ("", "What `prorate` makes of what is required:", "")
            yield from (f"- `{word}`: {said}" for word, said in PRORATED.items())


def _facts() -> Iterator[str]:
    yield from ("", "## Facts", "")
    yield "Words for facts in `all`, `when`, `attributes`, `fields` and `applies_when`. Any other word"
    yield "may be stated of a participant (`state-fact`)."
    yield from ("", "| Fact | |", "|---|---|")
    yield from (f"| `{word}` | {fact.meaning} |" for word, fact in FACTS.items())


def _states() -> Iterator[str]:
    yield from ("", "## States", "")
    yield "What a rule says of a subject on a day, as it was known on another; in this order it is"
    yield "decided: not applicable, waived, insufficient data, then the kind's own test."
    yield from ("", "| State | |", "|---|---|")
    yield from (f"| `{state}` | {said} |" for state, said in STATES.items())


def _shipped() -> Iterator[str]:
    yield from ("", "## Packs that come along", "")
    yield "`mentorcore packs show PACK` tells all of one, with what it leaves out."
    for pack in shipped_packs():
        yield from ("", f"### {pack.id}", "", f"{pack.title}. {pack.citation}.", "")
        yield from ("| Rule | Kind | | Mark |", "|---|---|---|---|")
        for rule in pack.rules:
            forbids = " (forbids)" if rule.enforce == "guard" else ""
            yield f"| {rule.id} | {rule.kind} | {rule.title}{forbids} | {rule.mark} |"


def _table(cls: type, *, beside: Any = ()) -> Iterator[str]:
    said = meanings(cls)
    yield from ("| Key | Is | Without it | |", "|---|---|---|---|")
    for field in attrs.fields(cls):
        if field.name in beside:
            continue
        how = {**AS_IS, **field.metadata}
        key = f"{how['within']}.{how['key'] or field.name}" if how["within"] else how["key"]
        tree = field_types(cls)[field.name]
        is_a = "a share, `0.10`" if how["hundredths"] else _words(tree)
        is_a = PERIODS if field.name == "period" else is_a
        is_a = f"{is_a}, or one alone" if how["one_or_more"] else is_a
        meaning = said.get(field.name, "").replace("``", "`").replace("|", "\\|")
        default = _default(field, hundredths=how["hundredths"])
        yield f"| `{key or field.name}` | {is_a} | {default} | {meaning} |"


def _default(field: Any, *, hundredths: bool) -> str:
    if field.default is attrs.NOTHING:
        return "*needed*"
    if hundredths:
        return f"`{field.default / 100:.2f}`"
    value = field.default
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str | int) and value != "":
        return f"`{value}`"
    if isinstance(value, tuple) and value:
        return "`" + "`, `".join(value) + "`"
    return ""


def _words(tree: TypeTree) -> str:
    match tree:
        case Either():
            return " or ".join(dict.fromkeys(_words(part) for part in tree.parts))
        case OneOf():
            return " · ".join(f"`{word}`" for word in tree.words)
        case ListOf():
            return f"a list: {_words(tree.parts[0])}"
        case Row():
            return f"a list of {len(tree.parts)}"
        case Record() if tree.hint is Selector:
            return "events"
        case Record():
            return "a table"
        case _:
            names = {"str": "text", "int": "number", "bool": "`true` · `false`", "date": "day"}
            return names.get(getattr(tree.hint, "__name__", ""), "a table")


def _holds(tree: TypeTree, inner: type) -> bool:
    return tree.hint is inner or any(_holds(part, inner) for part in tree.parts)
