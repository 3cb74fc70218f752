"""What the model says, nobody says again: nothing else lists events or commands.

A new class is declared and decided in its own place. Were there a table of classes elsewhere, it
would have to be entered there as well, and nothing would say so when it is forgotten.
"""

import ast
from collections.abc import Iterator

import pytest
from test_floors import MODULES

from mentorcore.practices.registry import Practices

MODEL = Practices.of(()).model
CLASSES = {c.__name__ for c in (*MODEL.events, *MODEL.commands)}

LISTS = {
    "mentorcore.domain.model": "the list of all",
    "mentorcore.practices.built_in": "the list of the practices that come along",
    # a view says what it is folded from
    "mentorcore.projections.summary.event_groups": "the summary",
    "mentorcore.projections.summary.pairing_activity": "the summary",
    "mentorcore.projections.summary.pairing_lifecycle": "the summary",
    "mentorcore.projections.summary.proposals": "the summary",
    "mentorcore.projections.summary.roster": "the summary",
    "mentorcore.projections.summary.summary": "the summary",
    "mentorcore.projections.diff.change_causes": "what a row of the view shows of a person",
    "mentorcore.engine.importing.import_directory": "what the directory is folded from",
    "mentorcore.engine.importing.known_person": "what tells who a person is",
    "mentorcore.engine.indexes.identities": "what tells of an identity or an address",
    "mentorcore.policy.guards.guards": "what packs may forbid, told before what decides it is loaded",
    # what corrects is no kind of stream, so that the model finds it here
    "mentorcore.domain.corrections.commands": "the commands that correct",
    "mentorcore.domain.corrections.events": "the events that correct",
    # rules of one kind of stream, about its own events
    "mentorcore.domain.pairing.deciding.standing": "in which situation each step may be taken",
    "mentorcore.engine.queries.refusal_search": "what speaks to a refusal without leading to it",
}
"""By module that lists classes, what for. A class of a new kind is in none of them, and is kept."""

OWN = (
    "mentorcore.intake.forms.",
    "mentorcore.practices.closing.",
    "mentorcore.practices.improvement.",
    "mentorcore.practices.cases.",
    "mentorcore.practices.community.",
    "mentorcore.practices.networks.",
    "mentorcore.practices.observation.",
    "mentorcore.practices.plan.",
    "mentorcore.practices.privacy.",
    "mentorcore.practices.support.",
)
"""Where lists are of the module's own: a form kind says what it tells, a practice what it decides or
folds."""


def listed_in(text: str) -> list[set[str]]:
    """The tables and unions of classes among the constants of a module."""
    found = []
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            found += [n for node in ast.walk(statement.value) if len(n := named(node)) > 1]
    return found


def named(node: ast.AST) -> set[str]:
    """The classes that one display or union holds."""
    return {n for part in parts(node) if (n := name_of(part)) in CLASSES}


def parts(node: ast.AST | None) -> Iterator[ast.AST | None]:
    match node:
        case ast.Tuple() | ast.List() | ast.Set():
            yield from node.elts
        case ast.Dict():
            yield from (*node.keys, *node.values)
        case ast.BinOp(op=ast.BitOr()):
            for side in (node.left, node.right):
                yield from parts(side) if isinstance(side, ast.BinOp) else (side,)
        case ast.Subscript(value=ast.Name(id="Union")):
            yield from parts(node.slice)


def name_of(node: ast.AST | None) -> str:
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return node.attr
    return ""


@pytest.mark.parametrize(
    "text",
    [
        "WORK = (MeetingHeld, MeetingCancelled)",
        "WORK: frozenset[type] = frozenset({work.MeetingHeld, work.MeetingCancelled})",
        "RULES = {MeetingHeld: hold, MeetingCancelled: cancel}",
        "Correction = RecordAmended | RecordRetracted",
        "Correction = Union[RecordAmended, RecordRetracted]",
        "Command = AmendRecord | RetractRecord | None",
    ],
)
def test_tables_and_unions_are_seen(text: str) -> None:
    assert len(listed_in(text)[0]) == 2


def test_one_class_and_what_a_function_takes_are_no_list() -> None:
    taken = "def decide(command: AmendRecord | RetractRecord) -> None: ..."

    assert listed_in(taken) == []
    assert listed_in("FOUNDED = (PairingFormed,)") == []


def test_events_and_commands_are_listed_where_it_is_said_why_and_nowhere_else() -> None:
    lists = {
        m
        for m, path in MODULES.items()
        if not m.startswith(OWN) and listed_in(path.read_text(encoding="utf-8"))
    }

    assert lists <= LISTS.keys(), "declare it at the class, or say here what the list is for"
    assert lists >= LISTS.keys() - {"mentorcore.domain.model", "mentorcore.practices.built_in"}, (
        "a list is gone: take it out here, too"
    )
