"""A start for authors: a complete distribution with a practice that already keeps the contract.

What is written opens something for a participant and closes it again. Its tests pass as they are;
an author puts other events in place of these, and changes the rest until they pass again.
"""

import re
from collections.abc import Mapping
from keyword import iskeyword
from pathlib import Path

from mentorcore.errors import Invalid, Problem
from mentorcore.plugins import write_start

__all__ = ["new_practice"]

_NAME = re.compile(r"(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z][a-z0-9]*)+")
_TAKEN = "aggregate closed_on decision not_enrolled of opened_on participant program refused stream"

_PYPROJECT = """\
[build-system]
requires = ["hatchling>=1.25"]
build-backend = "hatchling.build"

[project]
name = "%(name)s"
version = "0.1.0"
description = "The practice %(name)s of mentorcore"
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["mentorcore>=0.1"]

[project.optional-dependencies]
test = ["mentorcore[test]", "pytest>=8.3"]

# This line is how mentorcore finds the practice once it is installed.
[project.entry-points."mentorcore.practices"]
%(name)s = "%(module)s"

[tool.hatch.build.targets.wheel]
packages = ["src/%(module)s"]

[tool.pytest.ini_options]
addopts = ["--import-mode=importlib"]
pythonpath = ["src"]
testpaths = ["tests"]
"""

_README = """\
# %(name)s

A practice of mentorcore, the system of record of peer-mentoring programs.

`mentorcore practices` lists it once installed; `mentorcore view my-program %(name)s.list` shows it.

To work on it: `pip install -e ".[test]" && pytest`. The tests are mentorcore's own
(`mentorcore.testing.PracticeContract`). What is recorded stands for ever: never change the stored
name of an event (`%(name)s.opened`) or what a version of it means.
"""

_INIT = '''\
"""The practice %(name)s of mentorcore."""

from collections.abc import Callable

from mentorcore.practices.spec import Practice, hookimpl
from %(module)s.deciding import AGGREGATE
from %(module)s.view import LIST

__all__ = ["PRACTICE", "mentorcore_practices"]

PRACTICE = Practice(name="%(name)s", contract=1, aggregates=(AGGREGATE,), views=(LIST,))


@hookimpl
def mentorcore_practices(register: Callable[[Practice], None]) -> None:
    """Offer the practice. Called once, when mentorcore looks for what is installed."""
    register(PRACTICE)
'''

_EVENTS = '''\
"""What happens, and what can be asked for."""

from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from mentorcore.practices.spec import (
    WORK,
    ParticipantId,
    PersonId,
    PracticeCommand,
    ProgramId,
    Text,
    command,
    event,
    fresh,
    identifier,
    personal,
)

if TYPE_CHECKING:
    %(cls)sId: TypeAlias = str
else:
    %(cls)sId = identifier("%(cls)sId", "%(name)s")


@event("%(name)s.opened", occurred="on", founding=True)
class %(cls)sOpened:
    """It was opened for somebody.

    Attributes:
        %(word)s_id: What was opened.
        remark: What was said of it.
    """

    %(word)s_id: %(cls)sId
    program_id: ProgramId
    participant_id: ParticipantId
    on: date
    subjects: tuple[PersonId, ...]
    remark: Text | None = personal("free_text", default=None, readers=WORK)


@event("%(name)s.closed", occurred="on", once=True)
class %(cls)sClosed:
    """It was closed."""

    on: date


@command(leads_to=%(cls)sOpened)
class Open%(cls)s(PracticeCommand):
    """Record that it was opened for somebody."""

    participant_id: ParticipantId
    on: date
    remark: str | None = None
    %(word)s_id: %(cls)sId | None = fresh("%(name)s", default=None)


@command(leads_to=%(cls)sClosed)
class Close%(cls)s(PracticeCommand):
    """Record that it was closed."""

    %(word)s_id: %(cls)sId
    on: date
'''

_DECIDING = '''\
"""The rules: of somebody enrolled, opened once and closed once."""

from typing import Any

import attrs

from mentorcore.practices.spec import (
    Aggregate,
    Decision,
    NotEnrolled,
    Refused,
    Situation,
    Stream,
    recorded_as,
)
from %(module)s.events import Close%(cls)s, Open%(cls)s, %(cls)sClosed, %(cls)sOpened


@attrs.frozen
class %(cls)s:
    """What is known of it; nothing yet, or opened, or closed as well."""

    opened: %(cls)sOpened | None = None
    closed: %(cls)sClosed | None = None


def evolve(state: %(cls)s, event: Any) -> %(cls)s:
    """The state after an event; total, whatever order they come in."""
    match event:
        case %(cls)sOpened():
            return attrs.evolve(state, opened=event)
        case %(cls)sClosed():
            return attrs.evolve(state, closed=event)
    return state


def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The stream itself, and whom it is opened for: the participant and the person."""
    me = Stream(command.%(word)s_id)
    if isinstance(command, Close%(cls)s):
        return (me,)
    enrolment = Stream(command.participant_id)
    if not seen.has(enrolment) or isinstance(seen.state(enrolment), NotEnrolled):
        return (me, enrolment)
    return (me, enrolment, Stream(seen.state(enrolment).person_id))


def decide(now: Situation, command: Any) -> Decision:
    """What a command leads to, or a refusal."""
    stream = Stream(command.%(word)s_id)
    known: %(cls)s = now.state(stream)
    if isinstance(command, Close%(cls)s):
        if known.opened is None or command.on < known.opened.on:
            raise Refused("nothing was opened by then", "not_opened")
        if known.closed is not None:
            raise Refused("this was closed already", "already_closed")
        return ((stream, recorded_as(%(cls)sClosed, command)),)
    if known.opened is not None:
        raise Refused("this was opened already", "already_opened")
    found = now.state(Stream(command.participant_id))
    if isinstance(found, NotEnrolled):
        raise Refused(f"nobody is enrolled as {command.participant_id}", "no_such_participant")
    who = {"program_id": found.program_id, "subjects": (found.person_id,)}
    return ((stream, recorded_as(%(cls)sOpened, command, **who)),)


AGGREGATE: Aggregate[%(cls)s] = Aggregate(
    kind="%(name)s",
    initial=%(cls)s(),
    evolve=evolve,
    events=(%(cls)sOpened, %(cls)sClosed),
    commands=(Open%(cls)s, Close%(cls)s),
    id_field="%(word)s_id",
    reads=reads,
    decide=decide,
    members=lambda opened: (opened.participant_id,),
)
'''

_VIEW = '''\
"""What is told: a row for each, and a need for what stays open for long."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs

from mentorcore.practices.spec import (
    Evidence,
    Need,
    ProgramSnapshot,
    ProgramView,
    Projection,
    Recorded,
    Redactor,
    Who,
    figure,
    who,
)
from %(module)s.events import %(cls)sClosed, %(cls)sOpened

LONG = 30
"""Days after which it should have been closed."""


@attrs.define
class Part:
    """One stream as it is folded."""

    key: str = ""
    participant: str = ""
    opened_on: date | None = None
    closed_on: date | None = None
    place: tuple[int, int] = (0, 0)


@attrs.frozen
class Row:
    """One of them as it is shown; its first member is the id that the row is about."""

    %(word)s: str = attrs.field(metadata=figure("its id"))
    of: Who = attrs.field(metadata=figure("for whom", %(cls)sOpened))
    opened_on: date = attrs.field(metadata=figure("since when", %(cls)sOpened))
    closed_on: date | None = attrs.field(metadata=figure("until when", %(cls)sClosed))


def apply(part: Part, told: Recorded[Any]) -> Part:
    """Fold one event."""
    match told.event:
        case %(cls)sOpened() as opened:
            part.key, part.participant = opened.%(word)s_id, opened.participant_id
            part.opened_on, part.place = opened.on, (told.version, told.position)
        case %(cls)sClosed(on=on):
            part.closed_on = on
    return part


def rows(part: Part, at: ProgramSnapshot, seer: Redactor) -> Iterator[Row]:
    """A row for what was opened."""
    if part.opened_on is not None:
        of = who(at, seer, part.participant)
        yield Row(part.key, of, part.opened_on, part.closed_on)


def needs(part: Part, at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """What is open for long."""
    if part.opened_on is None or part.closed_on is not None:
        return
    days = (at.day - part.opened_on).days
    if days > LONG:
        yield Need(
            kind="%(need)s",
            subject=part.key,
            people=(who(at, seer, part.participant),),
            since=part.opened_on,
            days=days,
            why=f"it is open for {days} days",
            evidence=(Evidence(part.key, *part.place),),
        )


LIST = ProgramView(
    name="%(name)s.list",
    projection=Projection(
        name="%(name)s",
        version=1,
        initial={"%(name)s": Part},
        apply=apply,
        corrected=lambda part, _correction, _target: part,
        combine=lambda parts: parts,
        events=frozenset({%(cls)sOpened, %(cls)sClosed}),
    ),
    rows=rows,
    needs=needs,
    kinds={"%(need)s": "goal_overdue"},
    about={"%(need)s": "it should have been closed"},
)
'''

_TEST = '''\
"""%(cls)s keeps the contract of practices."""

from collections.abc import Generator
from datetime import date
from typing import Any

from mentorcore import Engine
from mentorcore.testing import PracticeContract, small_program

from %(module)s import PRACTICE
from %(module)s.events import Close%(cls)s, Open%(cls)s, %(cls)sClosed, %(cls)sOpened


class Test%(cls)s(PracticeContract):
    practice = PRACTICE
    examples = (
        %(cls)sOpened(
            %(word)s_id=f"%(name)s:{1:032x}",
            program_id=f"program:{1:032x}",
            participant_id=f"participant:{1:032x}",
            on=date(2026, 10, 1),
            subjects=(f"person:{1:032x}",),
        ),
        %(cls)sClosed(on=date(2026, 10, 8)),
    )

    def world(self, engine: Engine) -> Generator[Any, Any, None]:
        small = small_program(engine)
        for participant in small.persons:
            opened = yield Open%(cls)s(
                participant_id=participant, on=date(2026, 11, 2), remark="Asked for by phone"
            )
        yield Close%(cls)s(%(word)s_id=opened.stream, on=date(2026, 11, 9))
'''


def new_practice(name: str, folder: Path) -> tuple[Path, ...]:
    """Write a new distribution with a practice; answers with the files written.

    Args:
        name: What the distribution, the practice and its kind of stream are called: who brings it
            and what it is about, in small letters, such as ``acme-visit``.
        folder: Where it is written; made if it is not there.

    Raises:
        Invalid: The name cannot be one, or a file that would be written is there already.
    """
    word = name.partition("-")[2].replace("-", "_")
    if not _NAME.fullmatch(name) or iskeyword(word) or word in _TAKEN.split():
        problem = Problem("name", f"{name!r} cannot be a practice's name", "such as acme-visit")
        raise Invalid("the new practice", [problem])
    return write_start(_texts(name), folder, "a new practice")


def _texts(name: str) -> Mapping[str, str]:
    """Every file's text by its path."""
    module = name.replace("-", "_")
    word = module.partition("_")[2]
    cls = "".join(part.capitalize() for part in word.split("_"))
    words = {"name": name, "module": module, "word": word, "cls": cls, "need": f"{module}_open"}
    return {
        "pyproject.toml": _PYPROJECT % words,
        "README.md": _README % words,
        f"src/{module}/__init__.py": _INIT % words,
        f"src/{module}/events.py": _EVENTS % words,
        f"src/{module}/deciding.py": _DECIDING % words,
        f"src/{module}/view.py": _VIEW % words,
        f"src/{module}/py.typed": "",
        f"tests/test_{module}.py": _TEST % words,
    }
