"""No text of a command, an event or an answer tells what is personal: hosts write them to logs."""

import pickle
from collections.abc import Iterator
from functools import cache
from typing import Any

import attrs
import msgspec
import pytest
from engine.full_program import MARK, FullProgram
from engine.harbor import harbor
from engine.world import TODAY, engine, mc
from public_types import hints, reachable

from mentorcore.domain.unshown import unshown
from mentorcore.engine.engine import Engine
from mentorcore.errors import Invalid
from mentorcore.personal_text import NOT_SHOWN, without_text
from mentorcore.practices.observation import rows as observation_rows
from mentorcore.practices.registry import Practices

MODEL = Practices.of(()).model


class Watched(FullProgram):
    """A full program that keeps what was asked and what was answered."""

    def __init__(self, opened: Engine) -> None:
        self.asked: list[Any] = []
        self.answered: list[Any] = []
        super().__init__(opened)

    def ask(self, command: Any, **how: Any) -> Any:
        self.asked.append(command)
        self.answered.append(super().ask(command, **how))
        return self.answered[-1]


@cache
def watched() -> Watched:
    return Watched(engine())


def texts(thing: Any) -> Iterator[str]:
    """The ways in which a thing becomes text without anybody asking it for its fields."""
    yield from (repr(thing), str(thing), f"{thing}", repr([thing]), repr({"it": thing}))
    if hasattr(thing, "__rich_repr__"):
        yield from map(repr, thing.__rich_repr__())


def told(thing: Any) -> str:
    """Everything that is in a thing."""
    if isinstance(thing, str):
        return thing
    if isinstance(thing, tuple | list | set | frozenset):
        return " ".join(map(told, thing))
    if isinstance(thing, dict):
        return " ".join((*map(told, thing), *map(told, thing.values())))
    if attrs.has(type(thing)):
        return " ".join(told(getattr(thing, f.name)) for f in attrs.fields(type(thing)))
    if isinstance(thing, msgspec.Struct):
        return told(msgspec.structs.asdict(thing))
    return ""


def silent(thing: Any) -> bool:
    return not any(MARK in text for text in texts(thing))


def test_every_command_that_says_something_personal_keeps_it_out_of_its_text() -> None:
    world = watched()

    personal = [c for c in world.asked if MARK in told(c)]

    assert {type(c).__name__ for c in personal} >= {"RegisterPerson", "AmendRecord", "WriteNote"}
    assert [c for c in world.asked if not silent(c)] == []
    assert all(NOT_SHOWN in repr(c) for c in personal)


def test_every_command_has_a_text_that_tells_the_rest() -> None:
    text = str(mc.RegisterPerson(name=MARK, contact=mc.Contact(email=MARK), locale="en-US"))

    assert text == (
        f"RegisterPerson(person_id=None, name={NOT_SHOWN}, contact={NOT_SHOWN}, "
        "locale='en-US', time_zone=None)"
    )
    assert repr(mc.Contact(phone=MARK)) == f"Contact(email=None, phone={NOT_SHOWN})"


def test_what_an_object_says_of_itself_changes_nothing_in_it() -> None:
    asked = mc.RegisterPerson(name=MARK)

    again = pickle.loads(pickle.dumps(asked))

    assert again == asked
    assert again.name == MARK


def questions(world: Watched) -> Iterator[tuple[str, Any]]:
    """Everything that can be asked of the program, with its answer."""
    ask = world.engine
    people = [mc.Viewer.member(p) for p in world.persons.values()]
    for viewer in (mc.Viewer.coordinator(), mc.Viewer.auditor(), *people[:2]):
        status = ask.status(world.program, viewer=viewer)
        yield "status", status
        yield from (("row", row) for row in (*status.participants, *status.pairings))
        halfway = ask.position // 2
        yield "attention", ask.attention(world.program, viewer=viewer, as_known=halfway)
        then, now = mc.Moment(as_known=60), mc.Moment(as_of=TODAY)
        yield "diff", ask.diff(then, now, program=world.program, viewer=viewer)
        subjects = (world.program, world.pairing, *world.persons, *world.persons.values())
        for subject in dict.fromkeys(subjects):
            history = ask.history(subject, viewer=viewer)
            yield "history", history
            yield from (("entry", entry) for entry in history.entries)
        for subject in (world.program, world.pairing, world.mentor_id):
            for figure in ask.figures(subject, viewer=viewer):
                yield "figure", figure
                yield "explanation", ask.explain(subject, figure.name, viewer=viewer)
        for name in world.texts[:8]:
            found = ask.find(name, viewer=viewer)
            yield from (("found", one) for one in (*found, *ask.find_people(name, viewer=viewer)))
            if found:
                yield "pairings", ask.find_pairings(name, viewer=viewer)
        yield "matrix", ask.view("observation.matrix", world.program, viewer=viewer)
    yield from (("event", recorded) for recorded in ask.events())
    yield from (("record", record) for record in ask.effective())
    yield from (("answer", answer) for answer in world.answered)
    yield "programs", ask.programs()


def test_no_answer_tells_a_personal_value_in_its_text() -> None:
    world = watched()

    answers = list(questions(world))

    assert {what for what, answer in answers if MARK in told(answer)} >= {
        *("status", "row", "attention", "diff", "history", "entry"),
        *("figure", "explanation", "found", "pairings"),
    }
    assert {what for what, answer in answers if not silent(answer)} == set()


def of_the_model() -> list[tuple[Any, str]]:
    return [(c, name) for c in MODEL.commands for name in sorted(unshown(c))]


@pytest.mark.parametrize(("command", "field"), of_the_model())
@pytest.mark.parametrize(
    "wrong", [MARK, {"x": MARK}, [MARK], (MARK, 1), MARK.encode(), f"{MARK}\0"]
)
def test_what_does_not_fit_where_something_personal_belongs_is_not_repeated(
    command: Any, field: str, wrong: object
) -> None:
    try:
        command(**{field: wrong})
    except Invalid as refused:
        said = str(refused)
    except TypeError as refused:  # others are missing
        said = str(refused)
    else:
        said = ""

    assert MARK not in said


@pytest.mark.parametrize(("command", "field"), of_the_model())
@pytest.mark.parametrize("wrong", [MARK, {"x": MARK}, [MARK], [[MARK]], 17])
def test_the_same_as_plain_data_is_not_repeated_either(
    command: Any, field: str, wrong: object
) -> None:
    name = next(n for n, c in MODEL.commands_by_name.items() if c is command)

    with pytest.raises(Invalid) as refused:
        watched().engine.command(name, {field: wrong, "no_such_field": 1})
    with pytest.raises(Exception) as missing:  # noqa: PT012 - which of two is raised is another test's
        made = watched().engine.command(name, {field: wrong})
        raise LookupError(repr(made))

    assert MARK not in str(refused.value)
    assert MARK not in str(missing.value)


def test_no_report_of_an_import_tells_what_stands_in_its_rows() -> None:
    with harbor() as it:
        report = it.people().take("meetings", dry_run=True, rows=True)

        names = ("Ben Odde", "Ben Ode", "anna@example.org")
        assert "Ben Odde" in " ".join(finding.reason for finding in report.findings)
        assert "Ben Odde" in told(report.rejects)
        assert any("Ben Ode" in told(row) for row in report.rows or ())
        for thing in (report, *report.findings, *(report.rows or ()), *report.rejects):
            assert not any(name in text for text in texts(thing) for name in names)


def opened_fields() -> list[tuple[type, str]]:
    """The fields of answers in which anything may stand, such as a text that was opened."""
    answers = [c for c in reachable() if c.__module__.startswith("mentorcore.projections")]
    return [
        (cls, field.name)
        for cls in (*answers, *vars(observation_rows).values())
        if isinstance(cls, type) and attrs.has(cls)
        for field in attrs.fields(cls)
        if hints(cls)[field.name] in (Any, tuple[Any, ...])
    ]


@pytest.mark.parametrize(("row", "field"), opened_fields())
def test_what_may_be_an_opened_text_is_kept_out_of_the_text_of_its_row(
    row: Any, field: str
) -> None:
    how = attrs.fields_dict(row)[field].repr

    assert how is not True, "give it repr=without_text"


def test_a_console_that_prints_objects_prettily_shows_as_little() -> None:
    pretty = pytest.importorskip("rich.pretty", reason="rich is not installed").pretty_repr
    world = watched()

    with harbor() as it:
        report = it.people().take("meetings", dry_run=True, rows=True)
        read = [report, *report.findings, *(report.rows or ()), *report.rejects]
        shown = [pretty(thing) for thing in read]

    assert not any("Ben Od" in text or "anna@example.org" in text for text in shown)
    assert not any(MARK in pretty(command) for command in world.asked)
    assert {what for what, answer in questions(world) if MARK in pretty(answer)} == set()


class Row:
    def __repr__(self) -> str:
        return "a row"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (7, "7"),
        (TODAY, repr(TODAY)),
        (MARK, NOT_SHOWN),
        (MARK.encode(), NOT_SHOWN),
        ((1, MARK), f"(1, {NOT_SHOWN})"),
        ([MARK], f"({NOT_SHOWN},)"),
        ({"name": MARK}, f"{{'name': {NOT_SHOWN}}}"),
        (Row(), "a row"),
        ((), "()"),
    ],
)
def test_of_a_value_all_is_told_but_its_texts(value: object, text: str) -> None:
    assert without_text(value) == text
