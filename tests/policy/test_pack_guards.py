"""What packs forbid is put together when it is first asked about."""

import subprocess
import sys

import pytest

from mentorcore.policy.guards.every_guard import every_guard
from mentorcore.policy.guards.guards import NARROWED, pack_guards
from mentorcore.policy.registry import Packs

QUIET_DAY = """
import sys
import mentorcore as mc

us, see = mc.Actor("us", "host", "system"), mc.Viewer.coordinator()
with mc.open(":memory:") as engine:
    goal = mc.ProgramGoal(goal_id=engine.new_id("goal"), statement="Teachers stay")
    design = mc.DesignProgram(
        program_id=engine.new_id("program"), name="Harbor", time_zone="UTC", goals=(goal,),
        settings=mc.Settings(
            roles=(mc.Role(code="mentor", part="mentor"), mc.Role(code="mentee", part="mentee")),
            shape="one_to_one",
            capacity=mc.Capacity(places=2),
            cadence=mc.Cadence(every=1, unit="week", minutes=45),
        ),
    )
    engine.handle(design, actor=us)
    engine.status(viewer=see), engine.attention(viewer=see)
rooms = ("evaluation", "kinds", "other_kinds", "time_kinds", "reading")
print([room for room in rooms if f"mentorcore.policy.{room}" in sys.modules])
"""


def test_every_command_that_a_pack_may_forbid_is_narrowed() -> None:
    guarded = every_guard(Packs())

    assert set(guarded) == set(NARROWED)
    assert [guard.command for guard in pack_guards(Packs())] == list(NARROWED)
    assert sorted(c.__name__ for c in NARROWED) == [c.__name__ for c in NARROWED]


@pytest.mark.processes
def test_a_log_whose_programs_go_by_no_pack_is_read_without_what_evaluates_rules() -> None:
    done = subprocess.run(
        [sys.executable, "-c", QUIET_DAY], capture_output=True, text=True, check=False
    )

    assert (done.stdout.strip(), done.stderr) == ("[]", "")
