"""An older log, export or catalogue, held against what this version of mentorcore reads."""

import json
import os
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.engine.commands.practice_notes import PracticeNotes
from mentorcore.errors import Invalid, LogError, NotALog, Problem
from mentorcore.log.recorded import UnknownHere
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.storage.store import Row, Store
from mentorcore.log.stores.opening import open_store
from mentorcore.practices.registry import Practices
from mentorcore.reference.compat import (
    BRING_BACK,
    UPDATE,
    Compatibility,
    HeldEvents,
    Incompatible,
    Written,
    judged,
)

__all__ = ["compat"]

DATABASE = "program.db"
SCHEMAS = "schema"
_PAGE = 2_000
_LARGEST = 4_000_000
"""Bytes of one schema or catalogue; more is none of ours."""

_MOST = 10_000


def compat(old: str | os.PathLike[str], practices: Practices | None = None) -> Compatibility:
    """Whether this version of mentorcore reads everything that an older one holds.

    A log is read from its beginning to its end, without its keys: what is sealed is not opened.
    A catalogue or the schemas of an export are compared with those of today.

    Args:
        old: A log (a file, a folder that holds one, or an address), a catalogue that
            ``mentorcore catalog --json`` wrote, or an export bundle (a folder or a ZIP file, or
            its folder of schemas).
        practices: The practices that are here; those that come with mentorcore when left out.

    Raises:
        NotALog: It is none of these.
        Invalid: It is a catalogue or a schema, and damaged.
        LogError: The log cannot be opened or read.
    """
    here = practices or Practices.of(())
    place = os.fspath(old)
    if "://" in place:
        return _log(place, here)
    path = Path(place)
    if path.is_dir():
        return _folder(path, here)
    if not path.exists():
        raise NotALog(f"{path} is not there")
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(b"PK\x03\x04"):
        return _bundle(path, here)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _catalog(path, here)
    return _log(place, here)


def _folder(path: Path, here: Practices) -> Compatibility:
    if (path / DATABASE).is_file():
        return _log(str(path / DATABASE), here)
    schemas = path / SCHEMAS if (path / SCHEMAS).is_dir() else path
    files = sorted(schemas.glob("*.json"))
    found = [_schema(str(file), _read(file)) for file in files]
    written = [schema for schema in found if schema is not None]
    if not written:
        raise NotALog(
            f"{path} holds neither a log ({DATABASE}) nor the schemas of an export; name the log "
            "itself, or a catalogue"
        )
    return _judged(f"the schemas in {schemas}", written, here)


def _bundle(path: Path, here: Practices) -> Compatibility:
    """The schemas of a zipped export; nothing is unpacked to the disk."""
    written = []
    try:
        with zipfile.ZipFile(path) as bundle:
            members = [m for m in bundle.infolist() if m.filename.startswith(f"{SCHEMAS}/")]
            for member in members[:_MOST]:
                if member.filename.endswith(".json"):
                    with bundle.open(member) as file:
                        text = _sized(f"{path}: {member.filename}", file.read(_LARGEST + 1))
                    written.append(_schema(f"{path}: {member.filename}", text))
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise NotALog(f"{path} is no export: {error}") from None
    known = [schema for schema in written if schema is not None]
    if not known:
        raise NotALog(f"{path} is a ZIP file without the schemas of an export")
    return _judged(f"the schemas in {path}", known, here)


def _judged(old: str, written: Iterable[Written], here: Practices) -> Compatibility:
    return judged(old, written, here.model.names, here.upcasts)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return _sized(str(path), file.read(_LARGEST + 1))


def _sized(where: str, text: bytes) -> bytes:
    if len(text) > _LARGEST:
        raise _damaged(where, f"it is larger than {_LARGEST:,} bytes")
    return text


def _parsed(where: str, text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _damaged(where, str(error)) from None


def _damaged(where: str, why: str) -> Invalid:
    return Invalid(f"{where} cannot be compared", [Problem("", why)])


def _schema(where: str, text: bytes) -> Written | None:
    """What one schema says; ``None`` for a JSON file that is no schema of an event."""
    schema = _parsed(where, text)
    if not isinstance(schema, Mapping) or not isinstance(schema.get("title"), str):
        return None
    return _written(where, schema["title"], schema)


def _written(where: str, name: str, schema: Any) -> Written | None:
    try:
        version = schema["properties"]["v"]["const"]
        fields = schema["properties"]["d"]["properties"]
    except (LookupError, TypeError):
        return None
    if type(version) is not int or not isinstance(fields, Mapping):
        raise _damaged(where, f"the schema of {name} is malformed")
    return Written(name, version, schema)


def _catalog(path: Path, here: Practices) -> Compatibility:
    body = _parsed(str(path), _read(path))
    events = body.get("events")
    if not isinstance(events, list) or not isinstance(body.get("mentorcore"), str):
        raise NotALog(
            f"{path} is JSON and no catalogue; `mentorcore catalog --json > FILE` writes one"
        )
    written = list(_events(str(path), events))
    return _judged(f"the catalogue of mentorcore {body['mentorcore']} in {path}", written, here)


def _events(where: str, events: Iterable[Any]) -> Iterator[Written]:
    for event in events:
        if not isinstance(event, Mapping) or not isinstance(event.get("name"), str):
            raise _damaged(where, "an event in it has no name")
        found = _written(where, event["name"], event.get("schema"))
        if found is None:
            raise _damaged(where, f"the event {event['name']} has no schema")
        yield found


# ------------------------------------------------------------------------------------ a log


_VERSION = re.compile(rb'\{"_s":"[^"]*","at":"[^"]*","v":([1-9][0-9]{0,8}),')
"""How every state begins that mentorcore wrote."""


def _log(place: str, here: Practices) -> Compatibility:
    store = open_store(place, create=False)
    try:
        held, problems = _counted(store, here)
    finally:
        store.close()
    told = tuple(HeldEvents(*key, count) for key, count in sorted(held.items()))
    return Compatibility(f"the log {store.url}", not problems, told, tuple(problems.values()))


Counts = dict[tuple[str, int], int]
Problems = dict[tuple[str, int], Incompatible]


def _counted(store: Store, here: Practices) -> tuple[Counts, Problems]:
    """Every event of a log by name and version, 0 if it has none, and those that are not read."""
    codec = Codec(here.model.names, here.upcasts, here.lifts, kinds=here.model.aggregates)
    notes = PracticeNotes(store)
    held: Counts = {}
    problems: Problems = {}
    after = 0
    while page := store.page(after, _PAGE):
        for row in page:
            begins = _VERSION.match(row.state)
            key = (row.name, int(begins[1]) if begins else 0)
            held[key] = held.get(key, 0) + 1
            try:
                unknown = isinstance(codec.recorded(row).event, UnknownHere)
                # A correction there is no more unknown than what it corrects.
                if unknown and kind_of(row.stream) == row.name.partition(".")[0]:
                    problems[key] = _missing(key, row, notes, problems.get(key))
            except LogError as error:
                problems[key] = _unread(key, row, error, problems.get(key))
        after = page[-1].position
    return held, problems


def _missing(
    key: tuple[str, int], row: Row, notes: PracticeNotes, before: Incompatible | None
) -> Incompatible:
    """What is said of events of a practice that is not here."""
    if before is not None:
        return attrs.evolve(before, count=(before.count or 0) + 1)
    what, _, bring = str(notes.missing(kind_of(row.stream))).partition("; ")
    remedy = (
        f"{bring.capitalize()}. Until then they are kept and proven, and nothing is told of them."
    )
    return Incompatible(*key, None, f"S{what[1:]}.", remedy, row.position, 1)


def _unread(
    key: tuple[str, int], row: Row, error: LogError, before: Incompatible | None
) -> Incompatible:
    if before is not None:
        return attrs.evolve(before, count=(before.count or 0) + 1)
    what, _, advice = str(error).partition(". ")
    known = {"UnknownEvent": BRING_BACK, "NewerEvent": UPDATE}.get(type(error).__name__)
    return Incompatible(*key, None, f"{what}.", known or f"{advice}.", row.position, 1)
