"""Checks of what lasts: rebuilt, asked of an earlier moment, without the practice or the keys."""

from collections.abc import Callable
from typing import ClassVar

import attrs
import pytest

from mentorcore.audit.bundle.loading import load
from mentorcore.audit.verification.verdicts import VerificationPolicy
from mentorcore.audit.verification.verification import verify_log
from mentorcore.domain.declarations import event_info
from mentorcore.engine.engine import Engine
from mentorcore.engine.opening import open_engine
from mentorcore.errors import Refused
from mentorcore.log.recorded import UnknownHere
from mentorcore.log.sealing.keys import MemoryKeys
from mentorcore.log.sealing.no_keys import NoKeys
from mentorcore.practices.practice import Practice
from mentorcore.projections.access.redactor import Viewer
from mentorcore.projections.plain import plain
from mentorcore.testing.practice_world import US, Lived, Place, together

__all__ = ["LastingChecks"]

SEES = Viewer.coordinator()


class LastingChecks:
    """What it tells follows from the log, wherever that is read and whenever."""

    practice: ClassVar[Practice]
    lived: Callable[..., Lived]
    _texts: Callable[[Lived], set[str]]

    def test_a_view_that_is_rebuilt_tells_what_the_live_one_told(self, place: Place) -> None:
        """Followed command by command, rebuilt at once, or asked again: the same."""
        lived = self.lived(place, watched=True)
        live = lived.moments[-1].told
        self.told_as_rebuilt(lived)
        assert lived.told(lived.engine) == live, "asked again, the views tell something else"

    def test_what_was_known_at_every_position_is_told_as_it_was_then(self, place: Place) -> None:
        """``as_known`` a position equals a log that ends there."""
        lived = self.lived(place, watched=True)
        for record in lived.records():
            lived.retracted(record)
        now, fresh = lived.now, lived.open()
        for moment in lived.moments:
            lived.now = moment.at
            again = lived.told(fresh, as_known=moment.position, lasting=True)
            assert again == moment.lasting, (
                f"as known at position {moment.position}, something else is told than was told then"
            )
        lived.now = now

    def test_without_it_its_events_are_unknown_and_the_core_is_unchanged(
        self, place: Place
    ) -> None:
        """A log is opened where the practice is not installed."""
        lived = self.lived(place)
        here, away = lived.engine, lived.open(away=True)
        mine = {record.position for record in lived.records()}
        for record in away.events():
            assert isinstance(record.event, UnknownHere) == (record.position in mine), (
                f"{record.name} is known without the practice, or unknown though it is the core's"
            )
        kinds = tuple(sorted({r.stream.partition(":")[0] for r in lived.records()}))
        for line in here.programs():
            told = away.status(line.program, viewer=SEES)
            assert told.unknown == kinds, f"unknown are {told.unknown}, and not {kinds}"
            assert attrs.evolve(told, unknown=()) == here.status(line.program, viewer=SEES), (
                "the status of the core is another without the practice"
            )
            self._same_needs(lived, away, line.program)
            for view in self.practice.views:
                with pytest.raises(Refused):
                    away.view(view.name, line.program, viewer=SEES)
        for stream in {r.stream for r in here.events() if r.stream.startswith("participant:")}:
            self._same_history(here, away, stream)

    def test_it_is_told_of_people_whose_keys_are_gone(self, place: Place) -> None:
        """Erased people leave figures; nothing of their texts."""
        lived = self.lived(place)
        erased = MemoryKeys()
        for record in lived.engine.events(names=["person.registered"]):
            erased.erase(record.stream)
        told = lived.told(lived.open(erased))
        shown = next((text for text in self._texts(lived) if text in told), None)
        assert shown is None, f"{shown!r} is told of somebody who was erased"
        for stream in lived.streams:
            lived.open(erased).history(stream, viewer=SEES)

    def test_an_auditor_needs_no_keys(self, place: Place) -> None:
        """Figures and needs without names are told without a key file."""
        lived = self.lived(place)
        sealed, auditor = lived.open(NoKeys()), Viewer.auditor()
        try:
            told = plain([*lived.views(sealed, auditor), *lived.needs(sealed, auditor)])
        except Exception as error:
            raise AssertionError(f"an auditor is told nothing without keys: {error}") from error
        with_keys = plain(
            [*lived.views(lived.engine, auditor), *lived.needs(lived.engine, auditor)]
        )
        assert told == with_keys, "an auditor is told something else without keys"

    def test_it_is_exported_verified_and_loaded(self, place: Place) -> None:
        """The export describes its events, is verified, and tells the same where it is loaded."""
        lived, folder = self.lived(place), place.folder
        lived.engine.export(folder / "bundle", recipient="state-auditor", actor=US)
        for record in lived.records():
            version = event_info(type(record.event)).version
            schema = folder / "bundle" / "schema" / f"{record.name}.{version}.json"
            assert schema.is_file(), f"the export lacks a schema of {record.name}"
        report = verify_log(folder / "bundle", VerificationPolicy())
        assert report.verdict == "unanchored", f"the export is found {report.verdict}"
        load(folder / "bundle", folder / "loaded.db")
        auditor, known = Viewer.auditor(), together(self.practice)
        with open_engine(
            folder / "loaded.db", keys=MemoryKeys(), clock=lambda: lived.now, practices=known
        ) as copy:
            assert [r.event for r in copy.events()] == [r.event for r in lived.engine.events()]
            for one, other in zip(
                lived.views(copy, auditor), lived.views(lived.engine, auditor), strict=True
            ):
                assert one == other, f"{other.name} tells something else where it was loaded"

    # What follows serves the checks.

    def told_as_rebuilt(self, lived: Lived) -> None:
        """What the engine tells that followed the log is what one tells that has followed nothing.

        Both are asked now: a refusal takes its time as well, and may be the last of a day.
        """
        assert lived.told(lived.engine) == lived.told(lived.open()), (
            "a view that is built from nothing tells something else than the one that followed"
        )

    def _same_needs(self, lived: Lived, away: Engine, program: str) -> None:
        kinds = {kind for view in self.practice.views for kind in view.kinds}
        here = lived.engine.attention(program, viewer=SEES).needs
        core = tuple(need for need in here if need.kind not in kinds)
        assert away.attention(program, viewer=SEES).needs == core, (
            "the core's needs are others without the practice"
        )

    def _same_history(self, here: Engine, away: Engine, stream: str) -> None:
        names = {event_info(e).name for a in self.practice.aggregates for e in a.events}
        entries = here.history(stream, viewer=SEES).entries
        core = tuple(entry for entry in entries if entry.name not in names)
        assert away.history(stream, viewer=SEES).entries == core, (
            f"the core's timeline of {stream} is another without the practice"
        )
