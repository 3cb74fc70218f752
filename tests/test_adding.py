"""What it takes to add an event to a pairing: few files, and a sentence for what was forgotten.

The event of the design's own example is added to a copy of the package, and used there by a process
of its own: decided, sealed, corrected by its own rule, taken back, told and described.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "mentorcore"
MOST = 5
"""Files of the package that an event in a pairing may touch, with what the summary keeps of it."""

EVENT = '''

@event("pairing.milestone-reached", occurred="on")
class MilestoneReached:
    """A step that the program foresees was reached.

    Attributes:
        milestone: The step, as a word of the program's own.
        remark: What was said of it.
    """

    milestone: Code
    on: date
    subjects: tuple[PersonId, ...]
    remark: Text | None = personal("free_text", default=None, readers=WORK)


@command(leads_to=MilestoneReached)
class ReachMilestone:
    """Record that a pairing reached a step that the program foresees."""

    pairing_id: PairingId
    milestone: Code
    on: date
    remark: str | None = None
'''

RULE = '''

@decides(ReachMilestone)
def reach(now: Situation, state: Pairing, program: Program, command: ReachMilestone) -> Decision:
    """Record a step that the program foresees, once."""
    facts = _facts(state)
    check_past(now, program, command.on)
    check_day(state, command.on, "a milestone")
    if command.milestone in facts.milestones:
        raise Refused("this milestone was reached already", "already_reached")
    reached = recorded_as(MilestoneReached, command, subjects=facts.persons)
    return ((Stream(command.pairing_id), reached),)
'''

ARM = """\
        case MilestoneReached():
            return replaced(facts, milestones=facts.milestones | {event.milestone})
"""

FOLD = """

def _milestone(part: PairingPart, told: Recorded[Any]) -> None:
    part.milestones.append(Ref(told.version, told.position))


WORK[work.MilestoneReached] = _milestone
"""

END = "the end of the file"
ADDED: dict[str, list[tuple[str, str]]] = {
    "domain/pairing/events/work.py": [(END, EVENT)],
    "domain/pairing/deciding/work.py": [
        ("    GoalSet,\n", "    MilestoneReached,\n    ReachMilestone,\n"),
        (END, RULE),
    ],
    "domain/pairing/state.py": [
        ("    GoalSet,\n", "    MilestoneReached,\n"),
        ("\n    def person_of(", "    milestones: frozenset[str] = frozenset()\n"),
        ("        case ActionItemAgreed():\n", ARM),
    ],
    "projections/summary/partials.py": [
        (
            "    last: LastMeeting | None = None\n",
            "    milestones: list[Ref] = attrs.Factory(list)\n",
        ),
    ],
    "projections/summary/pairing_activity.py": [
        (
            "from mentorcore.domain.pairing.events.work import",
            "from mentorcore.domain.pairing.events import work\n",
        ),
        (END, FOLD),
    ],
}
"""By file, what is added to it, and before what."""

USED = """
import pytest
from engine.world import TODAY, World, engine, mc

from mentorcore.domain.pairing.events.work import MilestoneReached, ReachMilestone
from mentorcore.projections.summary.pairing_activity import WORK
from mentorcore.projections.summary.partials import PairingPart

assert mc.ReachMilestone is ReachMilestone

world = World(engine())
pair = world.pair()
reach = ReachMilestone(pairing_id=pair, milestone="visit", on=TODAY, remark="Anna shone")

version = world.ask(reach).events[0].version
with pytest.raises(mc.Refused, match="already"):
    world.ask(reach)
*_, stored = world.engine.events(stream=pair)
assert isinstance(stored.event, MilestoneReached)
assert isinstance(stored.event.remark, mc.Sealed)

part = PairingPart()
WORK[MilestoneReached](part, stored)
assert part.milestones

world.ask(mc.AmendRecord(stream=pair, target=version, changes={"milestone": "second-visit"}))
with pytest.raises(mc.Refused, match="future"):
    late = {"on": TODAY.replace(year=TODAY.year + 1)}
    world.ask(mc.AmendRecord(stream=pair, target=version, changes=late))

for viewer, remark in ((mc.Viewer.coordinator(), "Anna shone"), (mc.Viewer.auditor(), None)):
    told = world.engine.history(pair, viewer=viewer).of("pairing.milestone-reached")[0]
    assert told.value("milestone") == "second-visit"
    assert told.value("remark") == remark or isinstance(told.value("remark"), mc.Withheld)

world.ask(mc.RetractRecord(stream=pair, target=version))
told = world.engine.history(pair, viewer=mc.Viewer.coordinator())
assert told.of("pairing.milestone-reached")[0].standing == "retracted"
world.ask(reach)

listed = mc.catalog().event("pairing.milestone-reached")
assert listed.caused_by == ("reach-milestone",)
assert {"milestone", "remark"} <= set(listed.schema["properties"]["d"]["properties"])
print("all of it works")
"""


def added(folder: Path, *left_out: tuple[str, str]) -> Path:
    """A copy of the package with the event, but for what is left out of it."""
    copy = folder / "src" / "mentorcore"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for name, changes in ADDED.items():
        file = copy / name
        text = file.read_text("utf-8")
        for before, piece in changes:
            for part in left_out:
                piece = piece.replace(*part)  # noqa: PLW2901 - what is left of it
            assert before == END or before in text, (name, before)
            text = text + piece if before == END else text.replace(before, piece + before, 1)
        file.write_text(text, "utf-8")
    return copy.parent


def said_of(source: Path, *words: str) -> str:
    """What a process of its own prints that works with this copy of the package."""
    path = os.pathsep.join([str(source), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return re.sub(r"\s+", " ", done.stdout + done.stderr)


@pytest.mark.processes
def test_an_event_in_a_pairing_touches_few_files_and_is_whole(tmp_path: Path) -> None:
    source = added(tmp_path)

    said = said_of(source, "-c", USED)

    assert said.endswith("all of it works "), said
    assert len(ADDED) <= MOST


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        (
            (", readers=WORK", ""),
            "MilestoneReached.remark is personal and nobody is said to read it: give it readers",
        ),
        (
            ('personal("free_text", default=None, readers=WORK)', "None"),
            "MilestoneReached.remark holds text that is marked neither personal() nor public()",
        ),
        (
            ("    subjects: tuple[PersonId, ...]\n", ""),
            "MilestoneReached has personal fields and no subjects",
        ),
    ],
    ids=["readers", "mark", "subjects"],
)
@pytest.mark.processes
def test_what_the_class_forgets_is_said_when_it_is_declared(
    tmp_path: Path, left_out: tuple[str, str], sentence: str
) -> None:
    source = added(tmp_path, left_out)

    said = said_of(source, "-c", "import mentorcore.domain.pairing.events.work")

    assert sentence in said


@pytest.mark.parametrize(
    ("left_out", "asks", "sentence"),
    [
        (
            ("        milestone: The step, as a word of the program's own.\n", ""),
            "domain/test_meanings.py",
            "say what milestone of MilestoneReached means, under Attributes in its docstring",
        ),
        (
            ("@decides(ReachMilestone)\n", ""),
            "domain/test_causes.py",
            "no command that is decided leads to MilestoneReached: say @command(leads_to=",
        ),
        (
            ("@command(leads_to=MilestoneReached)", "@command()"),
            "domain/test_causes.py",
            "no command that is decided leads to MilestoneReached: say @command(leads_to=",
        ),
        ((), "log/test_codec_golden.py", "pairing.milestone-reached@1.json is missing"),
        ((), "projections/test_examples.py", "say in examples.py what MilestoneReached changes"),
    ],
    ids=["meaning", "rule", "command", "golden", "example"],
)
@pytest.mark.processes
def test_what_is_forgotten_beside_it_is_said_by_the_tests(
    tmp_path: Path, left_out: tuple[str, str], asks: str, sentence: str
) -> None:
    source = added(tmp_path, *filter(None, [left_out]))
    words = ("-p", "no:cacheprovider", "-n", "0", "-k", "milestone or leads_to")

    said = said_of(source, "-m", "pytest", "-q", f"tests/{asks}", *words)

    assert sentence in said
