"""Every kind of event that was ever stored has a payload here, and it must load for ever.

A file holds one state, byte for byte, and what is read from it. Files are added and never changed.
When an event is new or its version has risen, write the missing files with

    cd tests && python -m log.test_codec_golden

and look at them before they are committed: from then on, logs in the world look like this. When a
version has risen, add to the file of the old one, under ``lifted``, what is read from it today.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from log.made_up import ENVELOPE, LOG, STREAM, example_event, keys, row

from mentorcore.domain.declarations import event_info, personal_fields
from mentorcore.domain.values import Sealed
from mentorcore.log.sealing.sealing import Sealing
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.storage.store import Row
from mentorcore.practices.registry import Practices

GOLDEN = Path(__file__).with_name("golden")
FILES = sorted(GOLDEN.glob("*.json"))
MODEL = Practices.of(()).model
CODEC = Codec(MODEL.names, kinds=MODEL.aggregates)


def opened(event: Any, sealing: Sealing) -> dict[str, Any]:
    """The fields of an event as JSON values, its personal values opened."""
    fields = CODEC.unstructured(event)
    for name in personal_fields(type(event)):
        sealed = getattr(event, name)
        fields[name] = sealing.open(sealed) if isinstance(sealed, Sealed) else sealed
    found: dict[str, Any] = json.loads(json.dumps(fields))
    return found


def golden_name(name: str) -> str:
    """The file of an event in its version of today."""
    return f"{name}@{event_info(MODEL.names[name]).version}.json"


@pytest.mark.parametrize("name", MODEL.names)
def test_every_event_has_a_golden_payload_of_todays_version(name: str) -> None:
    assert (GOLDEN / golden_name(name)).exists(), (
        f"{golden_name(name)} is missing; see the first lines of {Path(__file__).name}"
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_golden_payload_is_read_as_it_was_when_it_was_written(file: Path) -> None:
    golden = json.loads(file.read_text("utf-8"))
    name, version = file.stem.split("@")
    stored = Row(1, golden["stream"], golden["version"], name, golden["state"].encode())
    people = keys()
    people.deks(golden["people"], mint=True)

    found = CODEC.recorded(stored)

    assert json.loads(golden["state"])["v"] == int(version)
    assert found.actor == ENVELOPE.actor
    assert opened(found.event, Sealing(LOG, people)) == golden.get("lifted", golden["fields"])
    assert CODEC.taken_apart(stored) == found


def add_missing() -> list[str]:
    """Write the golden files that are not there; the others are left alone."""
    added = []
    for name, cls in MODEL.names.items():
        file = GOLDEN / golden_name(name)
        if file.exists():
            continue
        event, sealing = example_event(cls), Sealing(LOG, keys())
        people = list(getattr(event, "subjects", ()))
        sealing.prepare(people)
        draft, as_read = CODEC.draft(STREAM, 3, event, ENVELOPE, sealing.seal)
        golden = {
            "stream": STREAM,
            "version": 3,
            "people": people,
            "state": row(draft).state.decode(),
            "fields": opened(as_read, sealing),
        }
        text = json.dumps(golden, ensure_ascii=False, indent=1)
        with file.open("x", encoding="utf-8") as new:
            new.write(text + "\n")
        added.append(file.name)
    return added


if __name__ == "__main__":
    print(*add_missing() or ["nothing is missing"], sep="\n")
