"""What every practice promises, as tests that an author inherits.

```python
class TestStipends(PracticeContract):
    practice = STIPENDS
    examples = (StipendAgreed(...), StipendPaid(...))

    def world(self, engine):
        small = small_program(engine)
        agreed = yield AgreeStipend(participant_id=small.mentor, ...)
        yield PayStipend(stipend_id=agreed.stream, ...)
```

Each check is a promise of `mentorcore.practices.spec` by name, and is made on a log in memory and
on one in SQLite.
"""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, ClassVar

import attrs
import pytest

from mentorcore.domain.declarations import event_info, fixed_fields, personal_fields
from mentorcore.domain.field_docs import about, meanings
from mentorcore.engine.engine import Engine
from mentorcore.errors import PracticeError, Refused
from mentorcore.practices.practice import Practice
from mentorcore.projections.access.redactor import Viewer
from mentorcore.testing.practice_folding import FoldingChecks
from mentorcore.testing.practice_lasting import LastingChecks
from mentorcore.testing.practice_values import ids_in, texts_in, values_inside
from mentorcore.testing.practice_world import NAMES, US, Lived, Place, together

__all__ = ["PracticeContract"]


class PracticeContract(FoldingChecks, LastingChecks):
    """The promises of a practice. Subclass it, with a name that begins with ``Test``.

    Attributes:
        practice: The practice.
        examples: One event of each of its classes, plain, as its rules make them.
    """

    practice: ClassVar[Practice]
    examples: ClassVar[tuple[Any, ...]] = ()

    def world(self, engine: Engine) -> Generator[Any, Any, None]:
        """Yield commands in order; each ``yield`` answers with what the engine answered.

        Every command of the practice is asked once at least, every event recorded, and every need
        that its views know arises, on the last day or up to 400 days after it.
        `mentorcore.testing.small_program` begins a program with a pairing.

        Args:
            engine: The engine, with an empty log.
        """
        raise NotImplementedError("say in world() what happens, by commands")

    @pytest.fixture(params=["memory", "sqlite"])
    def place(self, request: Any, tmp_path: Path) -> Iterator[Place]:
        """Where the log is kept."""
        made = Place.of(request.param, tmp_path)
        yield made
        made.close()

    def lived(self, place: Place, *, watched: bool = False) -> Lived:
        """The world, lived through; looked at after each command where it is watched."""
        return Lived(self.practice, place, watched).live(self.world)

    def test_it_is_registered(self) -> None:
        """Names, kinds, events, commands, views: what cannot be stored or told is refused."""
        try:
            together(self.practice)
        except PracticeError as error:
            raise AssertionError(str(error)) from error

    def test_every_event_has_an_example(self) -> None:
        """One of each class, and nothing else."""
        given = {type(example) for example in self.examples}
        events = {event for rules in self.practice.aggregates for event in rules.events}
        for event in events - given:
            raise AssertionError(f"add an example of {event.__name__} to examples")
        for event in given - events:
            raise AssertionError(f"the example of {event.__name__} is none of its events")

    def test_everything_has_a_meaning(self) -> None:
        """Classes and fields of events say it in docstrings; needs in ``about`` of their view."""
        for rules in self.practice.aggregates:
            for cls in (*(c for e in rules.events for c in values_inside(e)), *rules.commands):
                assert about(cls), f"say what {cls.__name__} is, in its docstring"
            for cls in (c for e in rules.events for c in values_inside(e)):
                for name, meaning in meanings(cls).items():
                    assert meaning or self.practice.texts.get(name), (
                        f"say what {name} of {cls.__name__} means, under Attributes in its "
                        "docstring, or in the practice's texts"
                    )
        for view in self.practice.views:
            for kind in view.kinds:
                assert view.about.get(kind), f"say what {kind!r} is, in about of {view.name}"

    def test_the_world_shows_everything(self, place: Place) -> None:
        """What the world does not show, the other checks say nothing about."""
        lived = self.lived(place, watched=True)
        asked = {type(step.command) for step in lived.steps}
        recorded = {type(record.event) for record in lived.records()}
        for rules in self.practice.aggregates:
            for command in rules.commands:
                assert command in asked, f"the world never asks for {command.__name__}"
            for event in rules.events:
                assert event in recorded, f"the world never records {event.__name__}"
        told = "".join(moment.told for moment in lived.moments)
        for view in self.practice.views:
            rows = [v.rows for v in lived.views(lived.engine, Viewer.coordinator())]
            assert any(rows), f"{view.name} has no rows in the world"
            for kind in view.kinds:
                assert f'"kind": "{kind}"' in told, f"the need {kind!r} never arises in the world"

    def test_a_command_about_what_is_not_there_is_refused(self, place: Place) -> None:
        """Each command of the world, asked in an empty log, without the others."""
        lived, empty = self.lived(place), Lived(self.practice, Place.of("memory", place.folder))
        own = {command for rules in self.practice.aggregates for command in rules.commands}
        for step in lived.steps:
            if type(step.command) not in own or not ids_in(step.command):
                continue
            answer = empty.tried(step.command)
            assert isinstance(answer, Exception), (
                f"{type(step.command).__name__} is recorded although what it names is not there: "
                "refuse it"
            )

    def test_a_command_asked_twice_with_one_key_is_recorded_once(self, place: Place) -> None:
        """The second answer is the first."""
        lived = self.lived(place)
        for step in lived.steps:
            before = place.store.tail()
            again = lived.engine.handle(step.command, actor=US, key=step.key)
            assert again.replayed, f"{type(step.command).__name__} is recorded twice"
            assert again.events == step.outcome.events, "the second answer is another"
            assert place.store.tail() == before, "a replayed command recorded something"

    def test_each_record_is_corrected_field_by_field(self, place: Place) -> None:
        """By its example and, what may be empty, by nothing: amended or refused, and told."""
        lived = self.lived(place)
        examples = {type(example): example for example in self.examples}
        for record in lived.records():
            cls = type(record.event)
            kept = {*fixed_fields(cls), "subjects"}
            for field in (f for f in attrs.fields(cls) if f.name not in kept):
                tried = [getattr(examples[cls], field.name)] if cls in examples else []
                for value in [*tried, *([None] if field.default is None else [])]:
                    lived.corrected(record, {field.name: value})
        self.told_as_rebuilt(lived)

    def test_each_record_is_taken_back_and_brought_back(self, place: Place) -> None:
        """A record is retracted once, and its retraction can be retracted; or it is refused."""
        lived = self.lived(place)
        for record in reversed(lived.records()):
            taken = lived.retracted(record)
            if isinstance(taken, Exception):
                continue
            again = lived.retracted(record)
            assert isinstance(again, Exception) or not again.events, (
                f"{record.name} is taken back twice"
            )
            lived.retracted(taken.events[0])
        self.told_as_rebuilt(lived)
        for record in reversed(lived.records()):
            lived.retracted(record)
        self.told_as_rebuilt(lived)

    def test_a_row_is_about_an_id(self, place: Place) -> None:
        """The first member of a row is an id, of one row only; of a need it is the subject."""
        lived = self.lived(place)
        for told in lived.views(lived.engine, Viewer.coordinator()):
            keys = [getattr(row, attrs.fields(type(row))[0].name) for row in told.rows]
            for key, row in zip(keys, told.rows, strict=True):
                assert ids_in(key), (
                    f"the first member of {type(row).__name__} is {key!r}, and not the id that "
                    "the row is about"
                )
                assert keys.count(key) == 1, f"two rows of {told.name} are about {key}"
        for need, _ in lived.every_need(Viewer.coordinator()):
            assert ids_in(need.subject), f"the need {need.kind!r} is about no id"

    def test_the_reason_of_a_need_names_nobody(self, place: Place) -> None:
        """Everybody who sees a need reads its ``why``; names and texts belong beside it."""
        lived = self.lived(place)
        private = {*NAMES, *self._texts(lived)}
        for need, _ in lived.every_need(Viewer.coordinator()):
            named = next((text for text in private if text in need.why), None)
            assert named is None, f"why of the need {need.kind!r} says {named!r}"

    def test_a_text_is_shown_to_its_readers_only(self, place: Place) -> None:
        """What the timeline withholds from a viewer, rows and needs withhold as well."""
        lived = self.lived(place)
        texts = self._texts(lived)
        for viewer in lived.viewers():
            told = [h for s in lived.streams for h in self._history(lived, s, viewer)]
            allowed = texts_in([entry.said for entry in told])
            shown = [*lived.views(lived.engine, viewer), *lived.needs(lived.engine, viewer)]
            for text in texts - allowed:
                assert not any(text in said for said in texts_in(shown)), (
                    f"a view shows {text!r} to a viewer ({viewer.kind}) who is none of its "
                    "readers: show it by seer.show with the readers that its field declares"
                )

    def test_the_text_of_a_row_shows_nothing_personal(self, place: Place) -> None:
        """Hosts write the texts of objects to their logs."""
        lived = self.lived(place)
        private = {*NAMES, *self._texts(lived)}
        for told in lived.views(lived.engine, Viewer.coordinator()):
            for row in (*told.rows, told.totals):
                named = next((text for text in private if text in repr(row)), None)
                assert named is None, (
                    f"the text of a {type(row).__name__} shows {named!r}: give the member "
                    "attrs.field(repr=without_text)"
                )

    def test_what_it_tells_is_explained(self, place: Place) -> None:
        """Every figure of a row and every need can be explained."""
        lived = self.lived(place)
        viewer = Viewer.coordinator()
        for told in list(lived.views(lived.engine, viewer)):
            for row in told.rows:
                key = getattr(row, attrs.fields(type(row))[0].name)
                for figure in lived.engine.figures(key, viewer=viewer):
                    lived.engine.explain(key, figure.name, viewer=viewer)
        for need, position in lived.every_need(viewer):
            lived.engine.explain(need, viewer=viewer, as_known=position)

    # What follows serves the checks.

    def _texts(self, lived: Lived) -> set[str]:
        """The personal texts that the world states."""
        found: set[str] = set()
        for step in lived.steps:
            for record in step.outcome.events:
                for name in personal_fields(type(record.event)):
                    found |= texts_in(getattr(step.command, name, None))
        return found

    def _history(self, lived: Lived, stream: str, viewer: Viewer) -> Iterator[Any]:
        names = {event_info(e).name for a in self.practice.aggregates for e in a.events}
        try:
            told = lived.engine.history(stream, viewer=viewer)
        except Refused:  # of what is confidential a member may not know that it is there
            if viewer.kind == "member" and lived.confidential:
                return
            raise
        yield from (entry for entry in told.entries if entry.name in names)
