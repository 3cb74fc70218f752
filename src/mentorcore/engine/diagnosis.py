"""What is in order about a log and its surroundings, and what is not: for whoever operates it.

Nothing is changed by looking: the log is opened for reading. A log that cannot be opened is one of
the answers.
"""

import os
import platform
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from mentorcore.adapters.registry import Registry
from mentorcore.engine.engine import Engine
from mentorcore.engine.event_check import event_faults
from mentorcore.engine.opening import open_engine
from mentorcore.engine.zone_tables import zone_tables
from mentorcore.errors import FollowerStopped, KeyMissing, MentorcoreError
from mentorcore.log.sealing.key_holders import KeyHolders
from mentorcore.log.sealing.keys import Keys
from mentorcore.log.sealing.keys_in_postgres import KeysInPostgres
from mentorcore.log.sealing.no_keys import NoKeys
from mentorcore.log.storage.store import FORMAT, Store
from mentorcore.practices.practice import Practice
from mentorcore.practices.registry import Practices

__all__ = ["Diagnosis", "DiagnosisLine", "diagnose"]

Standing = Literal["fine", "look", "broken"]
Look = Callable[[Engine], Iterator["DiagnosisLine"]]
SHOWN = 3
"""How many faults of one kind are told one by one."""
CLOSE = timedelta(seconds=1)
"""How far two clocks may be apart before it is worth a word."""


@attrs.frozen
class DiagnosisLine:
    """One thing that was looked at.

    Attributes:
        about: ``versions``, ``log``, ``order``, ``events``, ``views``, ``checkpoints``, ``keys``,
            ``connections``, ``clock``, ``time zones``, ``adapters`` or ``practices``.
        standing: ``fine``; ``look`` for what somebody should know; ``broken`` for what does not
            work.
        says: What was found, as a sentence. Nobody is named but by id.
        remedy: What to do; empty where nothing is to be done.
    """

    about: str
    standing: Standing
    says: str
    remedy: str = ""


@attrs.frozen
class Diagnosis:
    """What was looked at, in order; see `diagnose`."""

    lines: tuple[DiagnosisLine, ...]

    @property
    def broken(self) -> tuple[DiagnosisLine, ...]:
        """What does not work."""
        return tuple(line for line in self.lines if line.standing == "broken")

    @property
    def in_order(self) -> bool:
        """Whether all is fine."""
        return all(line.standing == "fine" for line in self.lines)


def diagnose(
    location: str | os.PathLike[str],
    *,
    keys: Keys | KeysInPostgres | str | os.PathLike[str] | None = None,
    practices: Practices | Iterable[Practice] = (),
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    patience: float = 5.0,
) -> Diagnosis:
    """Look whether a log and what it needs are in order; the whole log is read for it.

    It raises nothing about the log: what is wrong with it is a line of the answer. Nothing is
    written.

    Args:
        location: Where the log is, as for `mentorcore.open`.
        keys: Where people's keys are, as there.
        practices: The practices that it is kept by, as there.
        clock: The clock that the host gives the engine.
        patience: Seconds for which a server that is away is waited for.
    """
    together = practices if isinstance(practices, Practices) else Practices.of(practices)

    def opened(by: Keys | KeysInPostgres | str | os.PathLike[str] | None) -> Engine:
        options = {"clock": clock, "patience": patience, "practices": together}
        return open_engine(location, keys=by, create=False, read_only=True, **options)  # type: ignore[arg-type] # as named above

    lines = [_versions(), _zones(), _adapters()]
    try:
        engine = opened(keys)
    except KeyMissing as missing:
        remedy = "put the newest copy of the keys back; see docs/how-to/keep-the-keys.md"
        lines.append(DiagnosisLine("keys", "broken", str(missing), remedy))
        try:
            engine = opened(NoKeys())
        except MentorcoreError as error:
            return Diagnosis((*lines, _unopened(error)))
    except MentorcoreError as error:
        return Diagnosis((*lines, _unopened(error)))
    with closing(engine):
        lines += [line for look in LOOKS for line in _looked(look, engine)]
    return Diagnosis(tuple(lines))


def _unopened(error: MentorcoreError) -> DiagnosisLine:
    return DiagnosisLine("log", "broken", f"{type(error).__name__}: {error}", "as it says")


def _looked(
    look: Callable[[Engine], Iterator[DiagnosisLine]], engine: Engine
) -> list[DiagnosisLine]:
    """What one look found; where it fails, that is what was found."""
    about = look.__name__.strip("_").replace("_", " ")
    try:
        return list(look(engine))
    except MentorcoreError as error:
        return [DiagnosisLine(about, "broken", f"{type(error).__name__}: {error}", "as it says")]


def _versions() -> DiagnosisLine:
    told = [f"mentorcore {_version('mentorcore')}", f"Python {platform.python_version()}"]
    told += [f"SQLite {sqlite3.sqlite_version}"]
    told += [f"{name} {found}" for name in ("psycopg",) if (found := _version(name))]
    return DiagnosisLine("versions", "fine", ", ".join(told))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _zones() -> DiagnosisLine:
    return DiagnosisLine("time zones", "fine", f"days are counted by the tables {zone_tables()}")


def _adapters() -> DiagnosisLine:
    registry = Registry()
    registry.load_plugins()
    listed, broken = registry.listing(), registry.broken()
    if not broken:
        return DiagnosisLine("adapters", "fine", f"{len(listed)} can be used")
    told = "; ".join(f"{line.name} of {line.origin}: {line.problem}" for line in broken)
    return DiagnosisLine("adapters", "look", f"left out: {told}", "update or remove the package")


def _log(engine: Engine) -> Iterator[DiagnosisLine]:
    store: Store = engine._store  # noqa: SLF001 - of one room
    says = f"{store.url}: format {FORMAT}, {engine.position:,} positions, id {engine.log_id}"
    # A file can be asked; a server looks after its own.
    faults: list[str] = getattr(store, "file_faults", list)()
    if faults:
        remedy = "the file is damaged: compare with a backup, and look after the disk"
        yield DiagnosisLine("log", "broken", f"{says}; SQLite says: {'; '.join(faults)}", remedy)
    else:
        yield DiagnosisLine("log", "fine", says)


def _order(engine: Engine) -> Iterator[DiagnosisLine]:
    found = engine.verify()
    for notice in found.notices:
        yield DiagnosisLine("order", "look", notice)
    if found.verdict in ("verified", "unanchored"):
        held = f"as checkpoints say of {found.signed:,}" if found.signed else "and none is signed"
        says = f"{found.size:,} events stand in order, {held}"
        yield DiagnosisLine("order", "fine", says)
    else:
        reasons = "; ".join(fault.reason for fault in found.faults[:3]) or found.verdict
        remedy = "compare with a backup; mentorcore verify tells more"
        yield DiagnosisLine("order", "broken", f"{found.verdict}: {reasons}", remedy)


def _events(engine: Engine) -> Iterator[DiagnosisLine]:
    faults = event_faults(engine._store, engine._codec.recorded)  # noqa: SLF001 - of one room
    told, more = list(islice(faults, SHOWN)), sum(1 for _ in faults)
    if told:
        says = "; ".join(told) + (f"; and {more:,} more" if more else "")
        remedy = "compare with a backup; mentorcore verify tells whether something was altered"
        yield DiagnosisLine("events", "broken", says, remedy)
    else:
        yield DiagnosisLine("events", "fine", "each can be read, and none is missing on its stream")


def _views(engine: Engine) -> Iterator[DiagnosisLine]:
    try:
        engine.programs()
    except FollowerStopped as stopped:
        remedy = "mentorcore verify tells whether the event was altered"
        yield DiagnosisLine("views", "broken", str(stopped), remedy)
        return
    health = engine.health()
    stored = [f"{view.name} at {view.stored:,}" for view in health.views if view.stored]
    says = f"they catch up to {health.position:,} when they are asked"
    says += f"; stored: {', '.join(stored)}" if stored else "; none is stored"
    yield DiagnosisLine("views", "fine", says)


def _checkpoints(engine: Engine) -> Iterator[DiagnosisLine]:
    health = engine.health()
    if not health.reachable:
        yield DiagnosisLine("checkpoints", "broken", health.problem, "as it says")
    elif health.refusal is not None:
        remedy = "see docs/how-to/publish-checkpoints.md, when nothing is signed"
        yield DiagnosisLine("checkpoints", "broken", health.refusal, remedy)
    elif not health.covered:
        yield DiagnosisLine("checkpoints", "fine", "nothing is signed")
    else:
        says = f"the last one covers position {health.covered:,}"
        says += f", and {health.uncovered:,} are behind it" if health.uncovered else ", the last"
        yield DiagnosisLine("checkpoints", "fine", says)
    if health.reachable and (alarms := engine.alarms()):
        places = ", ".join(f"{alarm.sink} on {alarm.at[:10]}" for alarm in alarms)
        says = f"another history of this log, or more of it, was held by {places}"
        remedy = "mentorcore checkpoint LOG --alarms shows both checkpoints; keep them"
        yield DiagnosisLine("checkpoints", "look", says, remedy)


def _keys(engine: Engine) -> Iterator[DiagnosisLine]:
    keys: Keys = engine._keys  # noqa: SLF001 - of one room
    if isinstance(keys, NoKeys):
        return
    names = engine._model.names  # noqa: SLF001 - the same
    people = KeyHolders(engine._store, names).everybody(engine.position)  # noqa: SLF001 - the same
    missing, erased = [], 0
    for person in sorted(people - keys.deks(sorted(people), mint=False).keys()):
        try:
            erased += keys.dek(person, 1) is None
        except KeyMissing:
            missing.append(person)
    if missing:
        says = f"{len(missing):,} of {len(people):,} people have none: {_some(missing)}"
        remedy = "put the newest copy of the keys back; see docs/how-to/keep-the-keys.md"
        yield DiagnosisLine("keys", "broken", says, remedy)
    else:
        says = f"{len(people) - erased:,} of people of whom something is sealed"
        says += f", {erased:,} were erased" if erased else ""
        yield DiagnosisLine("keys", "fine", says)


def _some(ids: Sequence[str]) -> str:
    return ", ".join(ids[:3]) + (", …" if len(ids) > 3 else "")  # noqa: PLR2004 - enough to look for


def _connections(engine: Engine) -> Iterator[DiagnosisLine]:
    store: Store = engine._store  # noqa: SLF001 - of one room
    shared = getattr(store, "is_shared", None)
    if shared is None:
        yield DiagnosisLine("connections", "fine", "the log is a file of this computer")
    elif shared:
        says = "a pooler lends them for one transaction each: followers look five times a second"
        remedy = "whoever follows the log hears at once over an address of the server itself"
        yield DiagnosisLine("connections", "fine", says, remedy)
    else:
        yield DiagnosisLine("connections", "fine", "the server is reached directly")


def _clock(engine: Engine) -> Iterator[DiagnosisLine]:
    now, behind = engine.now(), list(engine.events(max(0, engine.position - 1)))
    last = behind[-1] if behind else None
    if last is None or last.recorded_at <= now + CLOSE:
        yield DiagnosisLine("clock", "fine", f"{now:%Y-%m-%d %H:%M:%S} UTC, not before the log's")
    else:
        says = (
            f"it shows {now:%Y-%m-%d %H:%M:%S} UTC, and position {last.position:,} was recorded at "
            f"{last.recorded_at:%Y-%m-%d %H:%M:%S}: this clock is behind, or one was ahead"
        )
        remedy = "set the clock; until it has caught up, everything gets the later time"
        yield DiagnosisLine("clock", "look", says, remedy)


def _time_zones(engine: Engine) -> Iterator[DiagnosisLine]:
    for line in engine.programs():
        try:
            ZoneInfo(line.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            says = f"{line.time_zone} of the program {line.program} is not in the tables"
            yield DiagnosisLine("time zones", "broken", says, "pip install --upgrade tzdata")


def _practices(engine: Engine) -> Iterator[DiagnosisLine]:
    listed = engine.practices()
    wanting = [line for line in listed if line.problem is not None or not line.here]
    for line in wanting:
        named = line.name or ", ".join(line.kinds)
        why = line.problem or f"it is not here, and the log holds {line.events:,} of its events"
        remedy = f"install {line.distribution}" if line.distribution else "install its package"
        yield DiagnosisLine("practices", "look", f"{named}: {why}", remedy)
    if not wanting:
        told = ", ".join(line.name for line in listed) or "none"
        yield DiagnosisLine("practices", "fine", told)


LOOKS = (
    _log,
    _connections,
    _clock,
    _order,
    _events,
    _views,
    _checkpoints,
    _keys,
    _time_zones,
    _practices,
)
