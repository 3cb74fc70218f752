"""A program with two pairs in a log of its own, for the hosts that these tests start."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

import mentorcore as mc

US = mc.Actor("host", "coordinator", "system")


@attrs.frozen
class Home:
    """Where a log is, and what stands in it."""

    url: str
    keys: str
    pairings: tuple[str, ...]
    day: date

    def open(self) -> mc.Engine:
        return mc.open(self.url, keys=self.keys, create=False)

    def minutes(self, pairing: str) -> list[int]:
        """What its meetings lasted, in the order in which they were recorded."""
        with self.open() as engine:
            held = engine.events(stream=pairing, names=["pairing.meeting-held"])
            return [e.event.minutes for e in held]


def furnished(url: str, keys: Path, pairs: Iterable[tuple[str, str]]) -> Home:
    """A log with a program and these pairs of mentor and mentee."""
    with mc.open(url, keys=str(keys)) as engine:
        ask: Callable[[Any], Any] = lambda command: engine.handle(command, actor=US)  # noqa: E731
        blueprint = mc.read_blueprint(mc.BLUEPRINT_TEMPLATE, "template")
        engine.batch(blueprint.commands(engine.new_id), actor=US)
        status = engine.status(viewer=mc.Viewer.coordinator())
        cohort = status.cohorts[0]

        def enrol(name: str, role: str) -> mc.Member:
            person = ask(mc.RegisterPerson(name=name)).stream
            enrolled = mc.EnrolParticipant(
                person_id=person,
                program_id=status.program,
                cohort_id=cohort.cohort,
                role=role,
                since=cohort.starts_on,
            )
            here = ask(enrolled).events[0].event.participant_id
            return mc.Member(participant=here, role=role, primary=role == "mentor")

        formed = [
            mc.FormPairing(
                program_id=status.program,
                cohort_id=cohort.cohort,
                members=(enrol(mentor, "mentor"), enrol(mentee, "mentee")),
                on=cohort.starts_on,
            )
            for mentor, mentee in pairs
        ]
        return Home(url, str(keys), tuple(ask(f).stream for f in formed), cohort.starts_on)


@pytest.fixture
def home(durable_url: str, tmp_path: Path) -> Home:
    """A log with two pairs, in SQLite and in PostgreSQL."""
    pairs = [("Ada Byron", "Lin Wu"), ("Sol Diaz", "Kay Moss")]
    return furnished(durable_url, tmp_path / "program.keys", pairs)
