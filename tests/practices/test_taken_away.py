"""Each practice that comes with mentorcore is taken away from a log that holds it, and put back.

What is asked is the table of what happens where a practice is unknown, row by row, in each kind of
store; `test_unknown_here` tells the same of a stranger's, case by case. A practice that is
registered is in here by that.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
import pytest
from audit.made_logs import Auditor
from engine.world import COORDINATOR, Clock, mc, numbers
from practices.worlds import WITH_STREAMS, lived_through

import mentorcore
from mentorcore.audit.bundle.loading import load
from mentorcore.audit.notes.signing import sign_with
from mentorcore.audit.notes.signing_keys import create_signing_key
from mentorcore.audit.sequencing.receipt import verify_receipt
from mentorcore.audit.verification.verdicts import VerificationPolicy
from mentorcore.audit.verification.verification import verify_log
from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.declarations import event_info
from mentorcore.domain.values import Erased
from mentorcore.engine.engine import Engine
from mentorcore.engine.opening import open_engine
from mentorcore.errors import Refused
from mentorcore.log.recorded import Recorded, UnknownHere
from mentorcore.log.sealing.key_file import KeyFile
from mentorcore.log.sealing.keys import Keys, MemoryKeys
from mentorcore.log.storage.store import Store
from mentorcore.log.stores.memory import MemoryStore
from mentorcore.log.stores.opening import open_store
from mentorcore.practices.built_in import BUILT_IN
from mentorcore.practices.practice import OURS, Here, Practice
from mentorcore.practices.registry import Practices
from mentorcore.projections.plain import plain

SEES = mc.Viewer.coordinator()
LATER = (0, 30, 400)
"""Days after the world's last command on which needs are looked for."""


@attrs.define
class Held:
    """A log in which a practice's world was lived through.

    Attributes:
        here: An engine with every practice, which recorded it.
        away: An engine on the same log without the one.
    """

    practice: Practice
    url: str
    folder: Path
    store: Store
    keys: Keys
    clock: Clock = attrs.Factory(Clock)
    opened: int = 0
    here: Engine = attrs.field(init=False)
    away: Engine = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.here = self.open(Practices.of(()))
        lived_through(self.practice, self.here)
        self.away = self.open(self.others)

    @property
    def others(self) -> Practices:
        """All that come along but the one."""
        return Practices(Here(p, OURS) for p in BUILT_IN if p is not self.practice)

    def open(self, known: Practices, **options: Any) -> Engine:
        self.opened += 1
        return Engine(
            options.pop("store", self.store),
            self.keys,
            clock=self.clock,
            ids=numbers(self.opened * 100_000),
            practices=known,
            **options,
        )

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the practice that the log holds streams of."""
        held = {kind_of(r.stream) for r in self.here.events()}
        return tuple(sorted(held & set(self.practice.kinds)))

    def records(self) -> list[Recorded[Any]]:
        """What it recorded, corrections among it."""
        return [r for r in self.here.events() if kind_of(r.stream) in self.practice.kinds]

    def untold(self, history: Any) -> tuple[Any, ...]:
        """The entries of a timeline without those of the practice."""
        names = {event_info(e).name for a in self.practice.aggregates for e in a.events}
        return tuple(entry for entry in history.entries if entry.name not in names)

    def programs(self) -> list[str]:
        return [line.program for line in self.here.programs()]

    def missing(self, work: Callable[[], Any]) -> None:
        """Something is refused because the practice is not here, and names it."""
        with pytest.raises(Refused) as refused:
            work()
        assert refused.value.code == "practice_missing"
        assert self.practice.name in str(refused.value)


@pytest.fixture(scope="module", params=["memory", "sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest) -> Callable[[Path], str]:
    """Where new logs can be made, in one kind of store."""
    kind = request.param
    server = request.getfixturevalue("postgres_server") if kind == "postgres" else None

    def url(folder: Path) -> str:
        if server is not None:
            return str(server.url())
        return ":memory:" if kind == "memory" else str(folder / "program.db")

    return url


def _held(practice: Practice, url: str, folder: Path) -> Iterator[Held]:
    store: Store = MemoryStore() if url == ":memory:" else open_store(url)
    keys: Keys = (
        MemoryKeys()
        if url == ":memory:"
        else KeyFile(folder / "program.keys", store.log_id, create=True)
    )
    with closing(store), closing(keys):
        yield Held(practice, url, folder, store, keys)


@pytest.fixture(scope="module", params=WITH_STREAMS, ids=lambda practice: practice.name)
def practice(request: pytest.FixtureRequest) -> Practice:
    found: Practice = request.param
    return found


@pytest.fixture(scope="module")
def shared(
    practice: Practice,
    new_url: Callable[[Path], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Held]:
    """A log for tests that record nothing in it."""
    folder = tmp_path_factory.mktemp("held")
    yield from _held(practice, new_url(folder), folder)


@pytest.fixture
def own(practice: Practice, new_url: Callable[[Path], str], tmp_path: Path) -> Iterator[Held]:
    """A log for a test that records something."""
    yield from _held(practice, new_url(tmp_path), tmp_path)


def test_its_events_are_told_with_all_but_their_content(shared: Held) -> None:
    mine = {r.position: r for r in shared.records()}

    told = {r.position: r for r in shared.away.events()}

    assert mine
    for position, record in told.items():
        if position in mine:
            assert record.event == UnknownHere(record.name)
            known = attrs.evolve(mine[position], event=None)
            assert attrs.evolve(record, event=None) == known
        else:
            assert not isinstance(record.event, UnknownHere)
    assert mine.keys() <= told.keys()


def test_the_core_tells_of_the_program_what_it_told(shared: Held) -> None:
    needs = {kind for view in shared.practice.views for kind in view.kinds}
    for program in shared.programs():
        there = shared.here.status(program, viewer=SEES)

        status = shared.away.status(program, viewer=SEES)
        history = shared.away.history(program, viewer=SEES)

        assert status.unknown == history.unknown == shared.kinds
        assert attrs.evolve(status, unknown=there.unknown) == there
        assert history.entries == shared.untold(shared.here.history(program, viewer=SEES))
        for days in LATER:
            shared.clock.move(days=days)
            here = shared.here.attention(program, viewer=SEES)
            away = shared.away.attention(program, viewer=SEES)
            shared.clock.move(days=-days)
            assert away.unknown == shared.kinds
            assert away.needs == tuple(need for need in here.needs if need.kind not in needs)


def test_the_core_tells_and_explains_of_each_of_its_streams_what_it_did(shared: Held) -> None:
    streams = dict.fromkeys(r.stream for r in shared.here.events())
    explained = 0
    for stream in streams:
        if kind_of(stream) not in {"participant", "pairing", "person"}:
            continue
        here = shared.here.history(stream, viewer=SEES)
        away = shared.away.history(stream, viewer=SEES)
        assert away.entries == shared.untold(here)
        if kind_of(stream) == "person":
            continue
        for figure in shared.away.figures(stream, viewer=SEES):
            told = shared.away.explain(stream, figure.name, viewer=SEES)
            assert plain(told) == plain(shared.here.explain(stream, figure.name, viewer=SEES))
            explained += 1

    assert explained


def test_the_views_of_the_others_tell_what_they_told(shared: Held) -> None:
    for program in shared.programs():
        for view in shared.others.views:
            here = shared.here.view(view.name, program, viewer=SEES)
            away = shared.away.view(view.name, program, viewer=SEES)

            assert attrs.evolve(away, unknown=here.unknown) == here


def test_what_needs_its_rules_is_refused_and_names_it(shared: Held) -> None:
    away = shared.away
    for record in shared.records():
        shared.missing(lambda r=record: away.history(r.stream, viewer=SEES))  # type: ignore[misc]
        shared.missing(lambda r=record: away.effective(stream=r.stream))  # type: ignore[misc]
        retract = mc.RetractRecord(
            stream=record.stream, target=record.version, cause="entered_in_error"
        )
        amend = mc.AmendRecord(stream=record.stream, target=record.version, changes={"on": None})
        shared.missing(lambda c=retract: away.handle(c, actor=COORDINATOR))  # type: ignore[misc]
        shared.missing(lambda c=amend: away.handle(c, actor=COORDINATOR))  # type: ignore[misc]
    for view in shared.practice.views:
        shared.missing(lambda v=view: away.view(v.name, shared.programs()[0], viewer=SEES))  # type: ignore[misc]
    for rules in shared.practice.aggregates:
        if rules.kind in shared.kinds:
            for asked in rules.commands:
                word = next(w for w, c in shared.here.commands.items() if c is asked)
                shared.missing(lambda w=word: away.command(w, {}))  # type: ignore[misc]


def test_its_companions_take_time_and_are_corrected_with_their_principals_only(
    shared: Held,
) -> None:
    """Asked of those that there are; a practice need not take anybody's time."""
    companions = [
        r
        for r in shared.away.events(names=["person.meeting-attended"])
        if kind_of(r.event.principal_stream) in shared.practice.kinds
    ]
    for companion in companions:
        retract = mc.RetractRecord(
            stream=companion.stream, target=companion.version, cause="entered_in_error"
        )

        with pytest.raises(Refused) as refused:
            shared.away.handle(retract, actor=COORDINATOR)

        assert refused.value.code == "companion"


def test_the_log_says_what_it_holds_and_who_brings_it(shared: Held) -> None:
    (line,) = [p for p in shared.away.practices() if p.name == shared.practice.name]

    assert (line.here, line.kinds) == (False, shared.kinds)
    assert line.events == len(shared.records())


@pytest.mark.parametrize("new_url", ["sqlite", "postgres"], indirect=True, scope="module")
def test_compat_says_what_is_unknown_and_who_brings_it(shared: Held) -> None:
    away = mentorcore.compat(shared.url, shared.others)
    here = mentorcore.compat(shared.url, Practices.of(()))

    assert here.reads_all
    assert {p.name for p in away.problems} <= {r.name for r in shared.records()}
    assert sum(p.count or 0 for p in away.problems) == len(
        [r for r in shared.records() if not r.name.startswith("record.")]
    )
    assert all(repr(shared.practice.name) in p.what for p in away.problems)


def test_checkpoints_receipts_and_exports_go_by_bytes(shared: Held, tmp_path: Path) -> None:
    first = shared.records()[0]
    key = create_signing_key(tmp_path / "signing-key", "mentoring.example.edu/log1")
    signing = sign_with(tmp_path / "signing-key", background=False)
    away = shared.open(shared.others, signing=signing)
    away.checkpoint()

    verify_receipt(away.receipt(f"{first.stream}#{first.version}").text, [key])
    away.export(tmp_path / "bundle", recipient="state-auditor", actor=COORDINATOR)

    manifest = json.loads((tmp_path / "bundle" / "manifest.json").read_text("utf-8"))
    own = {r.name for r in shared.records() if not r.name.startswith("record.")}
    assert set(manifest["without_schema"]) == own
    verified = verify_log(tmp_path / "bundle", VerificationPolicy())
    alone = Auditor(tmp_path).verify(tmp_path / "bundle", vkey=None)
    assert alone["verdict"] == verified.verdict
    load(tmp_path / "bundle", tmp_path / "copy.db")
    with open_engine(
        tmp_path / "copy.db", keys=MemoryKeys(), clock=shared.clock, practices=Practices.of(())
    ) as copied:
        told = [r.event for r in copied.events()]
        assert told == [r.event for r in shared.here.events()][: len(told)]


def test_put_back_it_tells_what_it_told(own: Held) -> None:
    before = told_by(own, own.here)
    own.away.handle(mc.RegisterPerson(name="Cleo"), actor=COORDINATOR)
    for program in own.programs():
        own.away.status(program, viewer=SEES)
        own.away.attention(program, viewer=SEES)

    again = own.open(Practices.of(()))

    assert told_by(own, again) == before
    assert told_by(own, own.here) == before
    for program in own.programs():
        assert again.status(program, viewer=SEES).unknown == ()


def test_who_is_erased_meanwhile_is_erased_when_it_is_back(own: Held) -> None:
    people = [r.stream for r in own.here.events(names=["person.registered"])]
    rows = [len(view.rows) for view in views_of(own, own.here)]
    keys: Any = own.keys
    for person in people:
        if isinstance(keys, MemoryKeys):
            keys.erase(person)
        else:
            keys.erase(person, "2026-11-23T20:00:00Z")

    away, again = own.open(own.others), own.open(Practices.of(()))

    for program in own.programs():
        told = away.status(program, viewer=SEES)
        assert all(isinstance(p.who.name, Erased) for p in told.participants)
    assert [len(view.rows) for view in views_of(own, again)] == rows
    for record in own.records():
        again.history(record.stream, viewer=SEES)


def told_by(held: Held, engine: Engine) -> list[Any]:
    """All that the practice tells: views, needs now and later, and the timeline of each stream."""
    kinds = {kind for view in held.practice.views for kind in view.kinds}
    found: list[Any] = [plain(attrs.evolve(v, position=0)) for v in views_of(held, engine)]
    for days in LATER:
        held.clock.move(days=days)
        for program in held.programs():
            needs = engine.attention(program, viewer=SEES).needs
            found += [plain(need) for need in needs if need.kind in kinds]
        held.clock.move(days=-days)
    streams = dict.fromkeys(r.stream for r in held.records())
    found += [plain(engine.history(s, viewer=SEES).entries) for s in streams]
    return found


def views_of(held: Held, engine: Engine) -> Iterator[Any]:
    for program in held.programs():
        for view in held.practice.views:
            yield engine.view(view.name, program, viewer=SEES)
