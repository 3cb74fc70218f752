"""Whatever a release could write, every later version reads, or says in words what is wrong.

`golden/catalog/` holds a catalogue a release: every event with the schema of its stored states.
What stands there is never changed. When an event is new or its version has risen, add it with

    cd tests && python -m log.test_catalog_golden

and look at the difference before it is committed. What no release has written yet is gathered in
`unreleased.json`, which gets the name of the release that does.
"""

import json
from pathlib import Path
from typing import Any

import pytest

import mentorcore
from mentorcore.log.serialization.json_schema import state_schema
from mentorcore.practices.registry import Practices

GOLDEN = Path(__file__).with_name("golden") / "catalog"
FILES = sorted(GOLDEN.glob("*.json"))
MODEL = Practices.of(()).model


def bare(schema: Any) -> Any:
    """A schema without what is only said about it, so that words can be mended."""
    if isinstance(schema, dict):
        return {k: bare(v) for k, v in schema.items() if k != "description" or not said(v)}
    return [bare(part) for part in schema] if isinstance(schema, list) else schema


def said(value: Any) -> bool:
    return isinstance(value, str)


def today() -> dict[tuple[str, int], Any]:
    """Every event that is written today, with its schema."""
    schemas = {name: state_schema(cls, MODEL.names) for name, cls in MODEL.names.items()}
    return {(n, s["properties"]["v"]["const"]): bare(s) for n, s in sorted(schemas.items())}


def written(file: Path) -> dict[tuple[str, int], Any]:
    """Every event that a release could write, with its schema."""
    events = json.loads(file.read_text("utf-8"))["events"]
    return {(e["name"], e["version"]): e["schema"] for e in events}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_everything_that_a_release_wrote_is_read_today(file: Path) -> None:
    found = mentorcore.compat(file)

    assert found.problems == ()
    assert found.reads_all
    assert len(found.held) == len(written(file))


def test_every_event_stands_in_the_catalogue_of_a_release() -> None:
    known = {key for file in FILES for key in written(file)}

    assert today().keys() <= known, (
        f"some are missing; see the first lines of {Path(__file__).name}"
    )


def add_missing() -> list[str]:
    """Add what is not there to what is not released yet; catalogues of releases are left alone."""
    file = GOLDEN / "unreleased.json"
    here = written(file) if file.exists() else {}
    known = {key for other in FILES for key in written(other)}
    missing = {key: schema for key, schema in today().items() if key not in known}
    if not missing:
        return []
    lines = [
        json.dumps({"name": name, "version": version, "schema": schema}, separators=(",", ":"))
        for (name, version), schema in sorted((here | missing).items())
    ]
    text = ",\n".join(lines)
    GOLDEN.mkdir(exist_ok=True)
    file.write_text(
        f'{{"mentorcore":"{mentorcore.__version__}","events":[\n{text}\n]}}\n', encoding="utf-8"
    )
    return [name for name, _ in missing]


if __name__ == "__main__":
    print(*add_missing() or ["nothing is missing"], sep="\n")
