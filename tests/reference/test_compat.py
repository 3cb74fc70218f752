"""An older log, export or catalogue is read whole, or it is said what is not and what to do."""

import json
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from engine.full_program import FullProgram
from engine.world import Place, World
from log.made_up import ENVELOPE, LOG, example_event, keys

from mentorcore import __version__, compat
from mentorcore.domain.declarations import event, personal, public
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.values import Code, PersonId, Sealed, Text
from mentorcore.domain.visibility import WORK
from mentorcore.errors import Invalid, NotALog
from mentorcore.log.event_types import table
from mentorcore.log.sealing.sealing import Sealing
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.serialization.json_schema import schema_files, state_schema
from mentorcore.log.storage.store import Draft
from mentorcore.log.stores.opening import open_store
from mentorcore.practices.registry import Practices
from mentorcore.projections.plain import plain
from mentorcore.reference.catalog import catalog
from mentorcore.reference.compat import Written, judged

CATALOG: dict[str, Any] = plain(catalog())
MODEL = Practices.of(()).model


@pytest.fixture
def older(tmp_path: Path) -> Callable[[Callable[[dict[str, Any]], None]], Path]:
    """Writes a catalogue of today as if an older version had written it, with a difference."""

    def write(change: Callable[[dict[str, Any]], None]) -> Path:
        body = json.loads(json.dumps(CATALOG))
        change({event["name"]: event for event in body["events"]})
        file = tmp_path / "old.json"
        file.write_text(json.dumps(body), encoding="utf-8")
        return file

    return write


def fields(event_: Any) -> Any:
    return event_["schema"]["properties"]["d"]["properties"]


# ------------------------------------------------------------------------------- catalogues


def test_a_catalogue_of_today_is_read_whole(older: Any) -> None:
    found = compat(older(lambda _events: None))

    assert found.reads_all
    assert found.problems == ()
    assert [(h.name, h.version, h.count) for h in found.held] == [
        (name, 1, None) for name in sorted(MODEL.names)
    ]
    assert f"the catalogue of mentorcore {__version__} in" in found.old


def drop(name: str, field: str) -> Callable[[dict[str, Any]], None]:
    def change(events: dict[str, Any]) -> None:
        del fields(events[name])[field]
        events[name]["schema"]["properties"]["d"]["required"].remove(field)

    return change


def put(name: str, field: str, **rules: Any) -> Callable[[dict[str, Any]], None]:
    def change(events: dict[str, Any]) -> None:
        there = fields(events[name]).get(field, {})
        fields(events[name])[field] = rules or there
        required = events[name]["schema"]["properties"]["d"]["required"]
        if field not in required:
            required.append(field)

    return change


def mark(name: str, field: str, **changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda events: fields(events[name])[field]["x-personal"].update(changes)


def listed(name: str, field: str, *values: str) -> Callable[[dict[str, Any]], None]:
    return lambda events: fields(events[name])[field]["enum"].extend(values)


def told_at(name: str, *when: str) -> Callable[[dict[str, Any]], None]:
    return lambda events: events[name]["schema"].update({"x-true-at": list(when)})


TEXT, WHOLE, NULL = {"$ref": "#/$defs/text"}, {"$ref": "#/$defs/whole"}, {"type": "null"}
SEALED = {
    "$ref": "#/$defs/sealed",
    "x-personal": {"kind": "identity", "whose": None, "value": TEXT},
}

BROKEN: dict[str, tuple[Callable[[dict[str, Any]], None], str, str | None, str]] = {
    "removed": (put("pairing.ended", "note", **TEXT), "pairing.ended", "note", "note is gone"),
    "added": (drop("pairing.formed", "basis"), "pairing.formed", "basis", "basis is new"),
    "retyped": (
        put("pairing.paused", "since", **WHOLE),
        "pairing.paused",
        "since",
        "was a whole number and is a day",
    ),
    "may be nothing": (
        put("program.closed", "on", anyOf=[TEXT, NULL]),
        "program.closed",
        "on",
        "was a text or nothing and is a day",
    ),
    "a choice less": (
        listed("pairing.ended", "reason", "boredom"),
        "pairing.ended",
        "reason",
        "does not take 'boredom' any more",
    ),
    "another kind": (
        mark("pairing.note-written", "body", kind="wellbeing"),
        "pairing.note-written",
        "body",
        "was sealed as wellbeing of all subjects and would be opened as free_text",
    ),
    "somebody else's": (
        mark("pairing.note-written", "body", whose=[1]),
        "pairing.note-written",
        "body",
        "of subjects 1 and would be opened as free_text of all subjects",
    ),
    "another value inside": (
        mark("pairing.note-written", "body", value=WHOLE),
        "pairing.note-written",
        "body (sealed)",
        "was a whole number and is a text",
    ),
    "sealed before": (
        put("participant.mentor-qualified", "until", **SEALED),
        "participant.mentor-qualified",
        "until",
        "was stored sealed and is read in the clear",
    ),
    "sealed now": (
        put("pairing.reopened", "reason", anyOf=[TEXT, NULL]),
        "pairing.reopened",
        "reason",
        "was stored in the clear and is read sealed",
    ),
    "true at another time": (
        told_at("pairing.started", "since"),
        "pairing.started",
        None,
        "stood in since and is read from on",
    ),
}


@pytest.mark.parametrize(("change", "name", "field", "what"), BROKEN.values(), ids=BROKEN.keys())
def test_a_change_without_a_new_version_is_told_with_what_to_do(
    older: Any, change: Any, name: str, field: str | None, what: str
) -> None:
    found = compat(older(change))

    assert not found.reads_all
    own = [p for p in found.problems if p.name == name and p.field == field and what in p.what]
    assert len(own) == 1, found.problems
    assert {p.name for p in found.problems} == {name}
    assert "Count it up to 2" in own[0].remedy
    assert "upcasts" in own[0].remedy


def test_a_change_inside_a_value_is_told_with_its_path(older: Any) -> None:
    def change(events: dict[str, Any]) -> None:
        member = events["pairing.formed"]["schema"]["$defs"]["Member"]
        member["properties"]["since"] = {"$ref": "#/$defs/day"}

    found = compat(older(change))

    assert [(p.field, p.what) for p in found.problems] == [
        ("members[].since", "The field members[].since is gone.")
    ]


def test_a_change_of_the_envelope_is_told_for_every_event(older: Any) -> None:
    def change(events: dict[str, Any]) -> None:
        for one in events.values():
            one["schema"]["$defs"]["actor"]["properties"]["office"] = TEXT

    found = compat(older(change))

    assert {p.name for p in found.problems} == MODEL.names.keys()
    assert {p.field for p in found.problems} == {"m.by.office"}


def test_more_choices_and_looser_types_than_before_are_read(older: Any) -> None:
    def change(events: dict[str, Any]) -> None:
        fields(events["pairing.ended"])["reason"]["enum"].remove("safety")
        fields(events["pairing.ended"])["initiated_by"] = {"$ref": "#/$defs/code"}
        events["pairing.ended"]["schema"]["$defs"]["code"] = {
            "type": "string",
            "maxLength": 64,
            "pattern": "^[A-Za-z0-9]",
            "not": {"pattern": "[^A-Za-z0-9._+/-]"},
        }
        fields(events["pairing.ended"])["successor"] = {"type": "null"}
        fields(events["pairing.formed"])["basis"]["description"] = "Said in other words."

    assert compat(older(change)).problems == ()


def test_a_name_that_vanished_is_to_be_brought_back(older: Any) -> None:
    found = compat(older(lambda events: events["program.closed"].update(name="program.shut")))

    (problem,) = found.problems
    assert (problem.name, problem.what) == (
        "program.shut",
        "Events named program.shut are unknown here.",
    )
    assert "A stored name stays for ever" in problem.remedy


def test_what_a_newer_version_wrote_asks_for_an_update(older: Any) -> None:
    def change(events: dict[str, Any]) -> None:
        events["program.closed"]["schema"]["properties"]["v"]["const"] = 3

    (problem,) = compat(older(change)).problems

    assert "version 3, and this mentorcore reads up to 1" in problem.what
    assert problem.remedy.startswith("Update mentorcore")


# ------------------------------------------------------------------- versions that have risen


@event("sample.note", version=1)
class First:
    """A note."""

    words: str = public()


@event("sample.note", version=3)
class Third:
    """A note."""

    text: str = public()


OLD = [Written("sample.note", 1, state_schema(First, table((First,))))]


def test_an_older_version_is_read_when_steps_lead_on_from_it() -> None:
    steps: Any = {("sample.note", 1): dict, ("sample.note", 2): dict}

    assert judged("old", OLD, table((Third,)), steps).reads_all


def test_a_step_that_is_missing_is_named() -> None:
    found = judged("old", OLD, table((Third,)), {("sample.note", 1): dict})

    assert [(p.what, p.remedy) for p in found.problems] == [
        (
            "No step leads on from version 2.",
            "Add the step from version 2 to 3 to log/serialization/upcasts.py.",
        )
    ]


def test_a_step_that_only_still_older_versions_need_is_not_missed() -> None:
    second = [Written("sample.note", 2, {})]

    assert judged("old", second, table((Third,)), {("sample.note", 2): dict}).reads_all


@event("sample.told")
class Told:
    """What somebody said."""

    on: date
    subjects: tuple[PersonId, ...]
    pair: tuple[Code, int]
    grade: int
    words: tuple[str, ...] | Sealed | None = personal(
        "feedback", whose=(0,), default=None, readers=WORK
    )


@event("sample.told")
class ToldNow:
    """What somebody said."""

    on: date
    subjects: tuple[PersonId, ...]
    pair: tuple[Code, int, int]
    grade: float
    words: Text | None = personal("feedback", whose=(0, 1), default=None, readers=WORK)


def test_each_difference_of_two_classes_is_told() -> None:
    old = [Written("sample.told", 1, state_schema(Told, table((Told,))))]

    found = judged("old", old, table((ToldNow,)), {})

    assert {p.field for p in found.problems} >= {"pair", "grade", "words", "words (sealed)"}
    assert "a whole number" in next(p.what for p in found.problems if p.field == "grade")
    assert judged("old", old, table((Told,)), {}).reads_all


# ------------------------------------------------------------------------- schemas of exports


def test_the_schemas_of_an_export_are_read_from_a_folder_and_a_zip(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    (folder / "schema").mkdir(parents=True)
    for name, schema in schema_files(MODEL.names).items():
        (folder / "schema" / name).write_text(json.dumps(schema), encoding="utf-8")
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as bundle:
        bundle.writestr("manifest.json", "{}")
        for file in (folder / "schema").iterdir():
            bundle.write(file, f"schema/{file.name}")

    for place in (folder, folder / "schema", tmp_path / "export.zip"):
        found = compat(place)
        assert found.reads_all
        assert [h.name for h in found.held] == sorted(MODEL.names)


def test_a_schema_that_differs_in_an_export_is_told(tmp_path: Path) -> None:
    schema = json.loads(json.dumps(schema_files()["program.closed.1.json"]))
    schema["properties"]["d"]["properties"]["budget"] = WHOLE
    (tmp_path / "program.closed.1.json").write_text(json.dumps(schema), encoding="utf-8")

    (problem,) = compat(tmp_path).problems

    assert (problem.name, problem.field) == ("program.closed", "budget")


# --------------------------------------------------------------------------------- logs


def test_a_log_of_today_is_read_whole_and_counted(durable: Place) -> None:
    with durable.open(1) as opened:
        FullProgram(opened)
        log = list(opened.events())

    found = compat(durable.url)

    assert found.reads_all
    assert sum(h.count or 0 for h in found.held) == len(log)
    assert {h.name: h.count for h in found.held} == Counter(r.name for r in log)
    assert {r.name for r in log} >= CORE_MODEL.names.keys()


def test_the_folder_of_a_program_stands_for_its_log(tmp_path: Path) -> None:
    with Place(str(tmp_path / "program.db"), None).open(1) as opened:
        World(opened)

    assert compat(tmp_path).reads_all
    assert str(tmp_path / "program.db") in compat(tmp_path).old


def test_the_first_event_of_each_kind_that_is_not_read_is_told_with_its_place(
    durable: Place,
) -> None:
    with durable.open(1) as opened:
        World(opened)
        tail = opened.position
    store = open_store(durable.url, create=False)
    good, _ = Codec().draft(
        f"pairing:{1:032x}",
        *(
            1,
            example_event(CORE_MODEL.names["pairing.started"]),
            ENVELOPE,
            Sealing(LOG, keys()).seal,
        ),
    )
    odd = [
        Draft(good.stream, 1, "pairing.danced", good.head, good.tail),
        Draft(good.stream, 2, good.name, good.head, good.tail.replace(b'"v":1', b'"v":7')),
        Draft(good.stream, 3, good.name, good.head, good.tail.replace(b'"on":', b'"no":')),
        Draft(good.stream, 4, good.name, good.head, good.tail.replace(b'"on":', b'"no":')),
        Draft(good.stream, 5, good.name, good.head, good.tail),
        Draft(good.stream, 6, good.name, b"no state: ", b""),
    ]
    store.append(odd, [], lambda: datetime(2026, 12, 1, tzinfo=UTC))
    store.close()

    found = compat(durable.url)

    assert not found.reads_all
    told = {(p.name, p.version): p for p in found.problems}
    assert {key: (p.position, p.count) for key, p in told.items()} == {
        ("pairing.danced", 1): (tail + 1, 1),
        ("pairing.started", 7): (tail + 2, 1),
        ("pairing.started", 1): (tail + 3, 2),
        ("pairing.started", 0): (tail + 6, 1),
    }
    assert "unknown here" in told["pairing.danced", 1].what
    assert "written by a newer mentorcore" in told["pairing.started", 7].what
    assert "unknown field `no`" in told["pairing.started", 1].what
    assert "damaged or altered" in told["pairing.started", 1].remedy
    assert {(h.name, h.version): h.count for h in found.held}["pairing.started", 1] == 3


# --------------------------------------------------------------------------------- neither


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        ('{"events": 5}', NotALog, "no catalogue"),
        ('{"mentorcore": "0.1.0", "events": [{"name": "a.b"}]}', Invalid, "a.b has no schema"),
        ('{"mentorcore": "0.1.0", "events": [5]}', Invalid, "has no name"),
        ('{"mentorcore": ', Invalid, "cannot be compared"),
        ("name,role\nAda,mentor\n", NotALog, "something"),
        ("PK\x03\x04 and so on", NotALog, "no export"),
    ],
)
def test_what_is_neither_log_nor_catalogue_is_refused_in_words(
    tmp_path: Path, content: str, error: type[Exception], words: str
) -> None:
    file = tmp_path / "something"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(error, match=words):
        compat(file)


def test_an_empty_folder_and_a_missing_file_are_neither(tmp_path: Path) -> None:
    with pytest.raises(NotALog, match="neither a log"):
        compat(tmp_path)
    with pytest.raises(NotALog, match="is not there"):
        compat(tmp_path / "nowhere.db")


def test_a_file_of_schemas_that_is_far_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mentorcore.reference import older as reading

    monkeypatch.setattr(reading, "_LARGEST", 100)
    (tmp_path / "old.json").write_text(json.dumps(CATALOG), encoding="utf-8")

    with pytest.raises(Invalid, match="larger than 100 bytes"):
        compat(tmp_path / "old.json")
