"""A program whose pairings are kept in a list that somebody edits and sends again and again."""

from datetime import date
from typing import Any

import attrs
from engine.harbor import Text
from engine.world import COORDINATOR, SETTINGS, STARTED, Clock, World, engine, mc

from mentorcore.intake.report import Report
from mentorcore.testing.whole_text import whole_text

FORMED, BEGUN, PAUSED, BACK, OVER = (
    "2026-09-01",
    "2026-09-03",
    "2026-10-05",
    "2026-10-19",
    "2026-11-06",
)
TITLES = {
    "mentor": "Mentor",
    "mentee": "Mentee",
    "on": "Paired on",
    "signed_on": "Signed on",
    "started_on": "Started on",
    "paused_on": "Paused on",
    "resumed_on": "Resumed on",
    "ended_on": "Ended on",
    "end_reason": "Reason",
}
KEYED = 'keys = ["Mentor", "Mentee"]'
BY_MENTEE = (KEYED, 'keys = ["Mentee"]')
BY_NUMBER = (KEYED, 'keys = ["No"]')
SUCCEEDING = ("[answers]", "[answers]\nsuccessor = true")
MAPPING = f"""
form = "pairings"
kind = "pairing-list"
coverage = "full"
[people]
by = "name"
[source]
{KEYED}
[answers]
[fields]
{chr(10).join(f'{name} = "{title}"' for name, title in TITLES.items())}
[defaults]
basis = "assigned"
"""
ADA, BO, CY = "Ada Byron", "Bo Lund", "Cy Dunn"
LIN, SOL = "Lin Wu", "Sol Diaz"


class Roster:
    """A program with three mentors and two mentees, and its list of pairings.

    Args:
        changes: Of the mapping, as old and new text.
        settings: Of the program, where they are not the usual ones.
    """

    def __init__(self, *changes: tuple[str, str], **settings: Any) -> None:
        self.clock = Clock()
        self.world = World(engine(clock=self.clock), attrs.evolve(SETTINGS, **settings))
        text = MAPPING
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.mapping = mc.read_mapping(text, "pairings.toml")
        self.here: dict[str, str] = {}
        for role, names in (("mentor", (ADA, BO, CY)), ("mentee", (LIN, SOL))):
            for name in names:
                person = self.world.person(name=name)
                self.here[name] = self.world.enrol(role, person, STARTED)

    def take(self, *rows: dict[str, str], saved: str = "") -> Report:
        """Take in the list as it stands now; *saved* makes two that are alike differ."""
        titles = ["No", *TITLES.values(), "Saved"]
        lines = [",".join(titles)]
        for number, row in enumerate(rows, 1):
            told = {TITLES[name]: text for name, text in row.items() if name in TITLES}
            told |= {"No": row.get("no", str(number)), "Saved": saved}
            lines.append(",".join(told.get(title, "") for title in titles))
        return self.world.engine.take_in(
            Text("\n".join(lines) + "\n", "pairings.csv"), self.mapping, actor=COORDINATOR
        )

    def take_row(self, mapping: str, cells: dict[str, str], saved: str = "") -> Report:
        """Take in a form with one row, under a key of its own."""
        told = {"Id": "1", **cells, "Saved": saved}
        lines = [",".join(told), ",".join(told.values())]
        read = mc.read_mapping(mapping, "form.toml")
        source = Text("\n".join(lines) + "\n", "form.csv")
        return self.world.engine.take_in(source, read, actor=COORDINATOR)

    def everybody(self) -> list[Any]:
        """What stands of everybody and of each pairing, whatever led to it."""
        engine, viewer = self.world.engine, mc.Viewer.coordinator()
        told: list[Any] = [*self.record()]
        for row in engine.status(self.world.program, viewer=viewer).participants:
            entries = engine.history(row.participant, viewer=viewer).entries
            stands = {(e.name, str(e.on)) for e in entries if e.standing != "retracted"}
            told.append((row.who.name, whole_text(row.contact), str(row.since), sorted(stands)))
        return sorted(map(str, told))

    def pairings(self, **when: Any) -> list[Any]:
        """The rows of the program's status."""
        viewer = mc.Viewer.coordinator()
        return sorted(
            self.world.engine.status(self.world.program, viewer=viewer, **when).pairings,
            key=lambda row: [who.name for who in row.members],
        )

    def record(self) -> list[Any]:
        """What stands of each pairing: who is in it, where it stands, and what happened when."""
        viewer = mc.Viewer.coordinator()
        told = []
        for row in self.pairings():
            entries = self.world.engine.history(row.pairing, viewer=viewer).entries
            stands = sorted((e.name, str(e.on)) for e in entries if e.standing != "retracted")
            names = [who.name for who in row.members]
            told.append((names, row.situation, row.active_from, stands))
        return sorted(told, key=str)

    def recorded(self) -> list[str]:
        """The names of all that was recorded about pairings, corrections too."""
        names = [r.name for r in self.world.engine.events() if r.stream.startswith("pairing:")]
        return [name.removeprefix("pairing.") for name in names]

    def form(self, mentor: str, mentee: str, on: str = FORMED) -> str:
        """Pair two people by command."""
        pair = self.world.forming(
            self.here[mentor], self.here[mentee], on=date.fromisoformat(on), primary=True
        )
        return self.world.do(pair)


def row(mentor: str = ADA, mentee: str = LIN, on: str = FORMED, **more: str) -> dict[str, str]:
    """A row of the list."""
    return {"mentor": mentor, "mentee": mentee, "on": on, **more}


def ended(on: str = OVER, reason: str = "completed") -> dict[str, str]:
    """The cells that tell of an end."""
    return {"ended_on": on, "end_reason": reason}
