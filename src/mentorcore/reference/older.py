"""An older log, export or catalogue, held against what this version of mentorcore reads."""

import json
import os
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mentorcore.errors import Invalid, LogError, NotALog, Problem
from mentorcore.log.codec import Codec
from mentorcore.log.opening import open_store
from mentorcore.log.store import Row, Store
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


def compat(old: str | os.PathLike[str]) -> Compatibility:
    """Whether this version of mentorcore reads everything that an older one holds.

    A log is read from its beginning to its end, without its keys: what is sealed is not opened.
    A catalogue or the schemas of an export are compared with those of today.

    Args:
        old: A log (a file, a folder that holds one, or an address), a catalogue that
            ``mentorcore catalog --json`` wrote, or an export bundle (a folder or a ZIP file, or
            its folder of schemas).

    Raises:
        NotALog: It is none of these.
        Invalid: It is a catalogue or a schema, and damaged.
        LogError: The log cannot be opened or read.
    """
    place = os.fspath(old)
    if "://" in place:
        return _log(place)
    path = Path(place)
    if path.is_dir():
        return _folder(path)
    if not path.exists():
        raise NotALog(f"{path} is not there")
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(b"PK\x03\x04"):
        return _bundle(path)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _catalog(path)
    return _log(place)


def _folder(path: Path) -> Compatibility:
    if (path / DATABASE).is_file():
        return _log(str(path / DATABASE))
    schemas = path / SCHEMAS if (path / SCHEMAS).is_dir() else path
    files = sorted(schemas.glob("*.json"))
    found = [_schema(str(file), _read(file)) for file in files]
    written = [schema for schema in found if schema is not None]
    if not written:
        raise NotALog(
            f"{path} holds neither a log ({DATABASE}) nor the schemas of an export; name the log "
            "itself, or a catalogue"
        )
    return judged(f"the schemas in {schemas}", written)


def _bundle(path: Path) -> Compatibility:
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
    return judged(f"the schemas in {path}", known)


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


def _catalog(path: Path) -> Compatibility:
    body = _parsed(str(path), _read(path))
    events = body.get("events")
    if not isinstance(events, list) or not isinstance(body.get("mentorcore"), str):
        raise NotALog(
            f"{path} is JSON and no catalogue; `mentorcore catalog --json > FILE` writes one"
        )
    written = list(_events(str(path), events))
    return judged(f"the catalogue of mentorcore {body['mentorcore']} in {path}", written)


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


def _log(place: str) -> Compatibility:
    store = open_store(place, create=False)
    try:
        held, problems = _counted(store)
    finally:
        store.close()
    told = tuple(HeldEvents(*key, count) for key, count in sorted(held.items()))
    return Compatibility(f"the log {store.url}", not problems, told, tuple(problems.values()))


Counts = dict[tuple[str, int], int]
Problems = dict[tuple[str, int], Incompatible]


def _counted(store: Store) -> tuple[Counts, Problems]:
    """Every event of a log by name and version, 0 if it has none, and those that are not read."""
    codec = Codec()
    held: Counts = {}
    problems: Problems = {}
    after = 0
    while page := store.page(after, _PAGE):
        for row in page:
            begins = _VERSION.match(row.state)
            key = (row.name, int(begins[1]) if begins else 0)
            held[key] = held.get(key, 0) + 1
            try:
                codec.recorded(row)
            except LogError as error:
                problems[key] = _unread(key, row, error, problems.get(key))
        after = page[-1].position
    return held, problems


def _unread(
    key: tuple[str, int], row: Row, error: LogError, before: Incompatible | None
) -> Incompatible:
    if before is not None:
        return Incompatible(
            *key, None, before.what, before.remedy, before.position, (before.count or 0) + 1
        )
    what, _, advice = str(error).partition(". ")
    known = {"UnknownEvent": BRING_BACK, "NewerEvent": UPDATE}.get(type(error).__name__)
    return Incompatible(*key, None, f"{what}.", known or f"{advice}.", row.position, 1)
