"""A feed gives events as CloudEvents, which the official libraries read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from engine.world import Place, World, mc
from feeds.people import register, rename
from processes import environment

BOSS = mc.Viewer.coordinator()


def test_an_event_is_a_cloud_event_of_its_stream_with_its_position(at: Place) -> None:
    with at.open(1) as engine:
        (ada,) = register(engine, "Ada")
        recorded = next(engine.events())

        event = engine.feed(BOSS).event(recorded)

        assert event == {
            "specversion": "1.0",
            "id": f"{engine.log_id}:1",
            "source": f"urn:mentorcore:log:{engine.log_id}",
            "type": "mentorcore.person.registered",
            "subject": ada,
            "time": mc.plain(recorded.recorded_at),
            "datacontenttype": "application/json",
            "sequence": "00000000000000000001",
            "partitionkey": ada,
            "causationid": "register-person",
            "data": mc.plain(recorded, viewer=BOSS),
        }
        assert event["data"]["event"]["name"] == "Ada"


def test_lines_are_one_event_each_behind_a_position_and_of_the_names_asked_for(at: Place) -> None:
    with at.open(1) as engine:
        ada, _ben = register(engine, "Ada\nByron \u2028", "Ben")
        rename(engine, ada, "Ada K.")
        feed = engine.feed(BOSS)

        lines = list(feed.lines())
        later = list(feed.lines(after=1))
        renamed = list(engine.feed(BOSS, names=["person.details-changed"]).lines())

    assert len(lines) == 3
    assert all("\n" not in line for line in lines)
    assert [json.loads(line)["sequence"][-1] for line in lines] == ["1", "2", "3"]
    assert (later, renamed) == (lines[1:], lines[2:])


def test_what_is_sent_again_is_marked_and_keeps_its_id(at: Place) -> None:
    with at.open(1) as engine:
        register(engine, "Ada")
        feed = engine.feed(BOSS)

        (first,), (again,) = map(list, (feed.lines(), feed.lines(replay=True)))

    assert "replay" not in json.loads(first)
    assert json.loads(again) == {**json.loads(first), "replay": True}


def test_personal_values_are_opened_for_the_declared_viewer_alone(world: Any) -> None:
    register(world.engine, "Zora Example")

    boss, auditor = ("".join(world.engine.feed(v).lines()) for v in (BOSS, mc.Viewer.auditor()))

    assert "Zora Example" in boss
    assert "Zora Example" not in auditor
    assert '"withheld":"identity"' in auditor


def test_a_member_gets_what_is_theirs_and_the_rest_is_left_out(world: Any) -> None:
    mentor, mentee = world.mentor(), world.mentee()
    world.pair(mentor, mentee)
    world.pair(world.mentor(), world.mentee())
    mine = mc.Viewer.member(world.persons[mentee])

    told = [json.loads(line) for line in world.engine.feed(mine).lines()]

    kinds = [e["type"] for e in told if "program." not in e["type"]]
    assert sorted(kinds) == [
        "mentorcore.pairing.formed",
        "mentorcore.participant.enrolled",
        "mentorcore.participant.pairing-joined",
        "mentorcore.person.enrolled",
        "mentorcore.person.registered",
    ]


def test_a_viewer_of_one_program_gets_nothing_of_another(world: Any) -> None:
    there = World(world.engine)
    pairs = [w.pair() for w in (world, there)]
    whole = "".join(world.engine.feed(BOSS).lines())

    one, other = (
        "".join(world.engine.feed(mc.Viewer.coordinator(w.program)).lines()) for w in (world, there)
    )

    assert all(pair in whole for pair in pairs)
    mine, theirs = (
        {w.program, w.cohort, p, *w.persons, *w.persons.values()}
        for w, p in zip((world, there), pairs, strict=True)
    )
    assert all(id_ in one for id_ in mine)
    assert not any(id_ in one for id_ in theirs)
    assert all(id_ in other for id_ in theirs)
    assert not any(id_ in other for id_ in mine)


@pytest.fixture
def world() -> Any:
    from engine.world import engine

    with engine() as opened:
        yield World(opened)


def test_a_feed_without_a_viewer_is_refused(at: Place) -> None:
    nobody: Any = None
    with at.open(1) as engine, pytest.raises(mc.Invalid, match="for whom it opens"):
        engine.feed(nobody)


def year(engine: Any) -> list[str]:
    """A bit of everything, as lines."""
    world = World(engine)
    pair = world.pair()
    world.do(mc.HoldMeeting(pairing_id=pair, held_on=date(2026, 11, 2), minutes=30))
    world.do(mc.RegisterPerson(name="Zoë \U0001f600"), correlation="0123456789abcdef0123")
    return list(engine.feed(BOSS).lines())


def test_the_python_sdk_reads_every_line(at: Place) -> None:
    pytest.importorskip("cloudevents.core", reason="the CloudEvents SDK 2 is not installed")
    from cloudevents.core.formats.json import JSONFormat
    from cloudevents.core.v1.event import CloudEvent

    with at.open(1) as engine:
        lines = year(engine)

    for line in lines:
        told = json.loads(line)
        event = JSONFormat().read(CloudEvent, line)
        assert event.get_id() == told["id"]
        assert event.get_type() == told["type"]
        assert event.get_subject() == told["subject"]
        assert event.get_data() == told["data"]
        assert event.get_extension("sequence") == told["sequence"]
        assert event.get_time() == datetime.fromisoformat(told["time"]).astimezone(UTC)


READ = """
const { HTTP } = require("cloudevents");
const lines = require("fs").readFileSync(0, "utf8").split("\\n").filter(Boolean);
for (const body of lines) {
  const headers = { "content-type": "application/cloudevents+json; charset=utf-8" };
  const event = HTTP.toEvent({ headers, body });
  event.validate();
  console.log(JSON.stringify([event.id, event.type, event.data.position, event.sequence]));
}
"""


@pytest.mark.processes
def test_the_javascript_sdk_reads_every_line_and_holds_it_to_the_schema(at: Place) -> None:
    node, modules = shutil.which("node"), os.environ.get("NODE_PATH", "")
    if node is None or not any(
        (Path(folder) / "cloudevents").is_dir() for folder in modules.split(os.pathsep) if folder
    ):
        pytest.skip("needs node, and NODE_PATH to a folder where npm installed cloudevents")
    with at.open(1) as engine:
        lines = year(engine)

    read = subprocess.run(
        [node, "-e", READ],
        check=False,
        input="\n".join(lines).encode(),
        capture_output=True,
        env=environment(),
        timeout=60,
    )

    assert read.returncode == 0, read.stderr.decode()
    told = [json.loads(line) for line in lines]
    expected = [[e["id"], e["type"], e["data"]["position"], e["sequence"]] for e in told]
    assert [json.loads(line) for line in read.stdout.splitlines()] == expected
