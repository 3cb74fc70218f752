"""Checks of the folds of a practice: pure, total, and stored without loss."""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, permutations
from typing import Any, ClassVar

import attrs

from mentorcore.domain.aggregate import Aggregate, kind_of
from mentorcore.domain.declarations import event_info
from mentorcore.log.recorded import Recorded
from mentorcore.practices.practice import Practice
from mentorcore.projections.folding.partial_codec import partial_codec
from mentorcore.projections.folding.projection import Projection
from mentorcore.projections.program_view import ProgramView
from mentorcore.testing.practice_watching import watched
from mentorcore.testing.practice_world import Lived, Place
from mentorcore.testing.whole_text import whole_text

__all__ = ["FoldingChecks"]

ORDERS = 60
"""How many orders of some events are tried at most."""


class FoldingChecks:
    """Its functions answer from what they are given, and from nothing else."""

    practice: ClassVar[Practice]
    examples: ClassVar[tuple[Any, ...]]
    lived: Callable[[Place], Lived]
    world: Any

    def test_it_reaches_for_no_clock_no_chance_and_no_file(self, place: Place) -> None:
        """The rules, folds and views: asked again in ten years, they answer the same."""
        heard: dict[str, None] = {}
        Lived(watched(self.practice, heard), place, watched=True).live(self.world)
        assert not heard, (
            f"{next(iter(heard))}; take the time from now, at.day or the event, and ids from the "
            "command"
        )

    def test_evolve_answers_the_same_and_changes_nothing(self, place: Place) -> None:
        """Folded twice, a stream is in the same state, and the state before is as it was."""
        lived = self.lived(place)
        for rules, told in self._told(lived):
            untouched = whole_text(rules.initial)
            first = _states(rules, told)
            shown = [whole_text(state) for state in first]
            assert shown == [whole_text(s) for s in _states(rules, told)], (
                f"evolve of {rules.kind} answers differently when it is asked again"
            )
            assert (whole_text(rules.initial), [whole_text(state) for state in first]) == (
                untouched,
                shown,
            ), f"evolve of {rules.kind} changes the state that it is given; make a new one"

    def test_evolve_never_fails(self) -> None:
        """Whatever order events come in, as after corrections."""
        for rules in self.practice.aggregates:
            own = [e for e in self.examples if type(e) in rules.events]
            for order in _orders(own * 2):
                state = rules.initial
                for event in order:
                    try:
                        state = rules.evolve(state, event)
                    except Exception as error:
                        raise AssertionError(
                            f"evolve fails at {type(event).__name__} in the state {state}: "
                            f"{type(error).__name__}: {error}"
                        ) from error

    def test_apply_never_fails(self, place: Place) -> None:
        """Whatever order events come in, as after corrections."""
        lived = self.lived(place)
        for projection in _projections(self.practice):
            for _, told in self._told(lived):
                kind = kind_of(told[0].stream)
                if kind not in projection.initial:
                    continue
                own = [r for r in self._with_examples(told) if type(r.event) in projection.events]
                for order in _orders(own):
                    _folded(projection, kind, order)

    def test_the_order_of_unordered_events_does_not_matter(self, place: Place) -> None:
        """Late or early, the view tells the same of them."""
        spied = _Spied(self.practice)
        lived = Lived(spied.practice, place, watched=True).live(self.world)
        for view in self.practice.views:
            projection, unordered = view.projection, view.projection.unordered
            for _, told in self._told(lived):
                kind = kind_of(told[0].stream)
                own = [r for r in self._with_examples(told) if type(r.event) in projection.events]
                rest = [r for r in own if type(r.event) not in unordered]
                late = [r for r in own if type(r.event) in unordered]
                if kind not in projection.initial or not late:
                    continue
                at = spied.at[view.name]
                expected = _shown(view, _folded(projection, kind, [*rest, *late]), at)
                for order in _orders(late):
                    for first in (1, len(rest)):
                        mixed = [*rest[:first], *order, *rest[first:]]
                        shown = _shown(view, _folded(projection, kind, mixed), at)
                        assert shown == expected, (
                            f"{view.name} depends on the order of events that it calls unordered: "
                            f"{', '.join(sorted(event_info(e).name for e in unordered))}"
                        )

    def test_partials_come_back_as_they_were_stored(self, place: Place) -> None:
        """Written and read after every event; and the fold goes on from there."""
        lived = self.lived(place)
        for projection in _projections(self.practice):
            for _, told in self._told(lived):
                kind = kind_of(told[0].stream)
                if kind not in projection.initial:
                    continue
                own = [r for r in told if type(r.event) in projection.events]
                made: Any = projection.initial[kind]
                write, read = partial_codec(made)
                stored = made()
                for count, record in enumerate(own, 1):
                    expected = _folded(projection, kind, own[:count])
                    stored = projection.apply(stored, record)
                    _, _, back = read(write((1, None, stored)))
                    assert back == expected, (
                        f"a {made.__name__} does not come back as it was stored\n"
                        f"it was:   {expected}\ncame back: {back}"
                    )
                    stored = back

    # What follows serves the checks.

    def _told(self, lived: Lived) -> Iterator[tuple[Aggregate[Any], list[Recorded[Any]]]]:
        """The practice's records of each of its streams, with the rules of its kind."""
        rules = {a.kind: a for a in self.practice.aggregates}
        records = lived.records()
        for stream in lived.streams:
            yield rules[kind_of(stream)], [r for r in records if r.stream == stream]

    def _with_examples(self, told: Sequence[Recorded[Any]]) -> list[Recorded[Any]]:
        """Records of a stream, and behind them the examples that could stand there too."""
        kind, last = kind_of(told[0].stream), told[-1]
        more = [
            example
            for example in self.examples
            if event_info(type(example)).name.startswith(f"{kind}.")
            and not event_info(type(example)).founding
        ]
        return [
            *told,
            *(
                attrs.evolve(last, event=e, version=last.version + n, position=last.position + n)
                for n, e in enumerate(more, 1)
            ),
        ]


class _Spied:
    """A practice of which is remembered with what its views were asked last."""

    def __init__(self, practice: Practice) -> None:
        self.at: dict[str, tuple[Any, Any]] = {}
        self.practice = attrs.evolve(practice, views=tuple(map(self._view, practice.views)))

    def _view(self, view: ProgramView) -> ProgramView:
        def rows(part: Any, at: Any, seer: Any) -> Any:
            self.at.setdefault(view.name, (at, seer))
            return view.rows(part, at, seer)

        return attrs.evolve(view, rows=rows)


def _shown(view: ProgramView, part: Any, at: tuple[Any, Any]) -> list[Any]:
    return [*view.rows(part, *at), *view.needs(part, *at)]


def _projections(practice: Practice) -> list[Projection[Any]]:
    return list({id(v.projection): v.projection for v in practice.views}.values())


def _states(rules: Aggregate[Any], told: Sequence[Recorded[Any]]) -> list[Any]:
    states = [rules.initial]
    for record in told:
        states.append(rules.evolve(states[-1], record.event))
    return states


def _folded(projection: Projection[Any], kind: str, told: Sequence[Recorded[Any]]) -> Any:
    part = projection.initial[kind]()
    for record in told:
        try:
            part = projection.apply(part, record)
        except Exception as error:
            raise AssertionError(
                f"apply of {projection.name} fails at {record.name} in {part}: "
                f"{type(error).__name__}: {error}"
            ) from error
    return part


def _orders(events: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Orders of some events: all of a few, some of many."""
    if len(events) < 5:  # noqa: PLR2004 - 24 orders
        yield from permutations(events)
        return
    yield from islice(permutations(events), ORDERS // 2)
    for seed in range(ORDERS // 2):
        mixed = list(events)
        random.Random(seed).shuffle(mixed)  # noqa: S311 - the same orders each time
        yield mixed
