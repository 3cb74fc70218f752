"""The same history and question give the same answer, anywhere and at any time (INV-51)."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from processes import environment

import mentorcore.domain

DOMAIN = Path(mentorcore.domain.__file__).parent
MODULES = sorted(DOMAIN.rglob("*.py"))
PURE = {
    "attrs",
    "bisect",
    "collections",
    "datetime",
    "difflib",
    "functools",
    "hashlib",
    "itertools",
    "operator",
    "re",
    "types",
    "typing",
    "zoneinfo",
}
"""What the rules of the domain may use; nothing here knows the time, chance or the machine."""

TELL = """
import os
from domain.school import *
from mentorcore.domain.model import CORE_MODEL
from mentorcore.testing import given

groups = {"shape": "group", "largest": 6, "capacity": mc.Capacity(places=9)}
story = school(**groups).given(
    form(ANNA, CLEO, DARA),
    hold(held_at=at("2026-09-10T10:00-07:00")),
    mc.WriteNote(
        pairing_id=FIRST, author=ANNA.here, kind="journal", on=day("2026-09-10"),
        visibility="pair_private", body="We began",
    ),
    pause(frees_place=True), resume(), end(reason="mismatch"),
    mc.AmendRecord(stream=FIRST, target=2, changes={"minutes": 45, "attendees": (DARA.here,)}),
)
asked = story.when(form(ANNA, CLEO, DARA, pairing_id=SECOND, on=day("2026-12-20")))
print(story.history)
print({s: story.state(s) for s in story.history})
print(repr(asked.error), asked.error.facts)
print(story.when(form(BEN, DARA, pairing_id=SECOND, on=day("2026-12-20"))).decision)
"""


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(DOMAIN)))
def test_the_domain_imports_nothing_that_could_differ(module: Any) -> None:
    """INV-51: no clock, randomness, network, locale or environment."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            ours = name.startswith(
                ("mentorcore.domain", "mentorcore.errors", "mentorcore.personal_text")
            )
            assert ours or name.partition(".")[0] in PURE, name


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(DOMAIN)))
def test_the_domain_asks_for_no_time(module: Any) -> None:
    """INV-51: the instant of a decision is told to it."""
    asks = {"now", "today", "utcnow", "time", "time_ns", "fromtimestamp", "getenv", "environ"}
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in asks:
            owner = node.value
            told = isinstance(owner, ast.Name) and owner.id in {"now", "self", "seen"}
            assert told, f"{module.name} line {node.lineno} asks for {node.attr}"


@pytest.mark.processes
def test_equal_input_gives_equal_bytes_in_every_process() -> None:
    """INV-51: whatever the seed of hashes, the zone and the language of the machine."""
    told = set()
    for seed, zone, language in (("0", "UTC", "C"), ("4242", "Asia/Kolkata", "C.UTF-8")):
        surroundings = environment(PYTHONHASHSEED=seed, TZ=zone, LC_ALL=language, PYTHONUTF8="1")
        done = subprocess.run(
            [sys.executable, "-c", TELL], env=surroundings, capture_output=True, check=True
        )
        told.add(done.stdout)

    assert len(told) == 1
    assert b"parted for mismatch" in told.pop()
