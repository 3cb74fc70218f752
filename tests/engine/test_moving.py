"""After a move the log goes on: every request, response and identity is known as it was before."""

from __future__ import annotations

import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from engine.board import Board, account, registry
from engine.harbor import FILES, FORMS, Harbor, csv_of, edited
from engine.test_identity_claims import Staff
from engine.test_taking_troubles import later
from engine.world import COORDINATOR, mc
from feeds.people import Seen
from processes import started

from mentorcore.audit.bundle.loading import load
from mentorcore.audit.bundle.moving import OF_ONE_PLACE
from mentorcore.audit.notes.signing import sign_with
from mentorcore.audit.notes.signing_keys import create_signing_key
from mentorcore.audit.verification.verdicts import VerificationPolicy
from mentorcore.audit.verification.verification import verify_log
from mentorcore.engine.engine import Engine
from mentorcore.errors import ExportInvalid, Invalid, KeyMissing, MentorcoreError, Refused
from mentorcore.log.sealing.keys import MemoryKeys
from mentorcore.log.storage.append_checks import SUBSCRIPTION
from mentorcore.log.storage.store import Store
from mentorcore.log.stores.opening import open_store

ORIGIN = "mentoring.example.edu/log1"
KINDS = {
    *("key", "identity", "contact", "mapping", "cursor", "outline", "asked"),
    *("response", "superseded", "first-program", "reading", "question"),
}
"""Kinds of entries that the program of these tests leaves behind, without the form's name."""


class Ids:
    """Ids that count up, from a number that can be gone back to."""

    last = 0

    def __call__(self) -> str:
        self.last += 1
        return f"{self.last:032x}"


def first_year(it: Harbor, board: Board, folder: Path) -> None:
    """Forms, a service, requests with keys, and identities: all that is remembered beside events."""
    it.take_all()
    rejects = it.engine.take_in(
        FILES / "meetings.csv", it.mapping("meetings"), actor=COORDINATOR, rejects=folder / "r.csv"
    ).rejects_file
    put_right = Path(str(rejects)).read_text("utf-8-sig").replace("Ben Odde", "Ben Ode")
    it.take("meetings", put_right)
    staff = Staff(it)
    staff.take({1: "ada", 2: "bea"})
    staff.take({3: "bea", 1: "ada", 2: "bea"})
    synced(it, board)
    ann = it.engine.handle(mc.RegisterPerson(name="Ann"), actor=COORDINATOR, key="ann").stream
    it.engine.subscription("billing", kinds=["person"]).run_to_end(Seen(ann))
    link = mc.LinkExternalIdentity(person_id=ann, scheme="payroll", value="4711")
    it.engine.handle(link, actor=COORDINATOR, key="link")
    it.engine.handle(link, actor=COORDINATOR, key="nothing new")


def second_year(it: Harbor, board: Board) -> Iterator[Callable[[], Any]]:
    """What a host asks again, or asks about what it asked before."""
    ask = it.engine.handle
    for key, name in (("ann", "Ann"), ("ann", "Another"), ("link", "Ann"), ("new", "Zoe")):
        yield (
            lambda key=key, name=name: (
                ask(  # type: ignore[misc]
                    mc.RegisterPerson(name=name), actor=COORDINATOR, key=key
                ).replayed
            )
        )
    other = ask(mc.RegisterPerson(name="Bea"), actor=COORDINATOR).stream
    taken = mc.LinkExternalIdentity(person_id=other, scheme="payroll", value="4711")
    yield lambda: ask(taken, actor=COORDINATOR)
    for form in FORMS:
        yield lambda form=form: it.take(form).sentence()  # type: ignore[misc]
    yield lambda: Staff(it).take({3: "bea", 1: "ada", 2: "bea"})
    yield lambda: Staff(it).take({1: "ada", 2: "bea", 3: "cy"})
    yield lambda: it.take("people", edited("people", lambda rows: rows[1].__setitem__(4, "3")))
    yield lambda: it.take("meetings", "\n".join(csv_of("meetings").splitlines()[:-1]) + "\n")
    yield it.engine.mappings
    yield lambda: billed(it)
    board.person("p7", "Somebody New")
    yield lambda: synced(it, board)
    yield lambda: board.since


def synced(it: Harbor, board: Board) -> Any:
    return it.engine.sync(
        "board",
        account=account(),
        mapping=it.mapping("people"),
        adapters=registry(board),
        actor=COORDINATOR,
    )


def billed(it: Harbor) -> Any:
    """What a subscription hands on now, and what it had parked."""
    billing, seen = it.engine.subscription("billing", kinds=["person"]), Seen()
    parked = [(p.stream, p.version) for p in billing.parked()]
    return parked, billing.run_to_end(seen), billing.retry(seen), seen.events


def told(it: Harbor, board: Board) -> list[str]:
    """The answers to all of that, refusals included."""
    said: list[str] = []
    for asked in second_year(it, board):
        try:
            answer = asked()
        except MentorcoreError as problem:
            answer = (type(problem).__name__, getattr(problem, "code", ""))
        if hasattr(answer, "sentence"):
            answer = (answer.sentence(), [f.reason for f in answer.findings], answer.questions)
        said.append(repr(answer))
    return said


def moved(engine: Engine, to: Path, **more: Any) -> Any:
    return engine.export(to, actor=COORDINATOR, move=True, **more)


FORMER = "mentorcore-export/1"


def board() -> Board:
    made = Board()
    for number in range(3):
        made.person(f"p{number}")
    return made


def beside(store: Store) -> list[Any]:
    """What a log knows beside its events, and what places outside hold."""
    rows = store.ledger.read(
        lambda tables: (list(tables.index()), tables.sinks(), tables.kept_views(SUBSCRIPTION))
    )
    return [[row for row in rows[0] if row[0] not in OF_ONE_PLACE], *rows[1:]]


@pytest.fixture
def to(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the log goes on."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_server").url())
    return str(tmp_path / "second.db")


@pytest.mark.parametrize(
    ("store_url", "to"),
    [
        ("sqlite", "postgres"),
        ("postgres", "sqlite"),
        ("sqlite", "sqlite"),
        ("postgres", "postgres"),
        ("memory", "sqlite"),
    ],
    indirect=True,
)
def test_after_a_move_every_answer_is_what_it_would_have_been(
    store_url: str, to: str, tmp_path: Path
) -> None:
    """The original is asked the same, and both answer alike."""
    keys = MemoryKeys() if store_url == ":memory:" else tmp_path / "first.keys"
    first, services = mc.open(store_url, keys=keys, clock=later(), ids=(ids := Ids())), board()
    with first:
        first_year(it := Harbor(first), services, tmp_path)
        moved(first, tmp_path / "moving.zip")
        known = beside(first._store)
        rows = first._store.page(0, 10_000)
        load(tmp_path / "moving.zip", to, original_retired=True)
        services_there = board()
        services_there.since = list(services.since)
        asked_from = ids.last
        answers = told(it, services)

        ids.last = asked_from
        with mc.open(to, keys=keys, clock=later(), ids=ids, create=False) as second:
            assert beside(second._store) == known
            assert second._store.page(0, 10_000) == rows
            there = told(Harbor(second, designed=True), services_there)

    assert there == answers
    assert known[2][0].keys() == {f"{SUBSCRIPTION}billing"}
    assert {kind.partition(":")[0] for kind, *_ in known[0]} >= KINDS


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Engine]:
    """A log in a file, in which a request with a key was answered."""
    with mc.open(tmp_path / "first.db", clock=later()) as opened:
        opened.handle(mc.RegisterPerson(name="Ann"), actor=COORDINATOR, key="ann")
        yield opened


def replays(engine: Engine) -> bool:
    asked = mc.RegisterPerson(name="Ann")
    return bool(engine.handle(asked, actor=COORDINATOR, key="ann").replayed)


def test_there_and_back_the_log_is_the_same(
    kept: Engine, postgres_url: str, tmp_path: Path
) -> None:
    keys, rows, known = tmp_path / "first.keys", kept._store.page(0, 100), beside(kept._store)
    moved(kept, tmp_path / "there")
    load(tmp_path / "there", postgres_url, original_retired=True)
    with mc.open(postgres_url, keys=keys, clock=later()) as there:
        moved(there, tmp_path / "back.zip")

    load(tmp_path / "back.zip", tmp_path / "third.db", original_retired=True)

    with mc.open(tmp_path / "third.db", keys=keys, clock=later()) as third:
        assert third._store.page(0, len(rows)) == rows
        assert beside(third._store) == known
        assert replays(third)


@pytest.mark.parametrize("form", ["today", "former"])
def test_an_export_for_others_never_takes_the_place_of_the_log(
    form: str, kept: Engine, tmp_path: Path
) -> None:
    kept.export(tmp_path / "audit", recipient="state-auditor", actor=COORDINATOR)
    if form == "former":
        manifest = tmp_path / "audit" / "manifest.json"
        manifest.write_text(manifest.read_text().replace("mentorcore-export/2", FORMER))

    with pytest.raises(Invalid, match="would record all of it again"):
        load(tmp_path / "audit", tmp_path / "second.db", original_retired=True)

    assert not list(tmp_path.glob("*second*"))
    assert load(tmp_path / "audit", tmp_path / "second.db").read_only


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_copy_in_sqlite_is_opened_and_not_loaded(goes_on: bool, tmp_path: Path) -> None:
    with mc.open(tmp_path / "log.db") as engine:
        engine.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR)
        engine.export(tmp_path / "audit.db", recipient="state-auditor", actor=COORDINATOR)

    with pytest.raises(ExportInvalid, match=r"it is opened as it is.*export --move"):
        load(tmp_path / "audit.db", tmp_path / "second.db", original_retired=goes_on)

    assert not list(tmp_path.glob("*second*"))
    copy = mc.open(tmp_path / "audit.db", keys=tmp_path / "log.keys")
    with copy, pytest.raises(Refused, match="can only be read"):
        copy.handle(mc.RegisterPerson(name="Ben"), actor=COORDINATOR)


def test_an_export_for_others_holds_neither_index_nor_its_key(kept: Engine, tmp_path: Path) -> None:
    kept.export(tmp_path / "audit", recipient="state-auditor", actor=COORDINATOR)
    moved(kept, tmp_path / "moving")

    [[index, *_], key] = beside(kept._store), kept._keys.index_key()
    text = {name: everything(tmp_path / name) for name in ("audit", "moving")}
    secrets = [key.hex(), *(digest.hex() for _, digest, *_ in index)]
    assert all(secret in text["moving"] for secret in secrets)
    assert not any(secret in text["audit"] for secret in secrets)


def everything(folder: Path) -> str:
    return "".join(p.read_text("latin-1") for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("name", ["moving", "moving.zip"])
def test_what_moves_a_log_is_readable_for_its_owner_only(
    name: str, kept: Engine, tmp_path: Path
) -> None:
    done = moved(kept, tmp_path / name)

    assert done.moves
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) & 0o077 == 0


def test_a_move_needs_all_of_the_log_and_says_for_whom_it_was(kept: Engine, tmp_path: Path) -> None:
    position = kept.position
    for wrong in ({"withhold": ["person.*"]}, {"disclose": [(1, "name")]}):
        with pytest.raises(Invalid, match="needs all of it"):
            moved(kept, tmp_path / "moving", **wrong)
    with pytest.raises(Invalid, match="needs all of it"):
        moved(kept, tmp_path / "moving.db")
    with pytest.raises(Invalid, match="recipient"):
        kept.export(tmp_path / "audit", actor=COORDINATOR)
    assert kept.position == position

    moved(kept, tmp_path / "moving")

    [told] = kept.events(names=["audit.exported"])
    assert told.event.recipient == "successor"


def test_a_copy_made_from_a_move_can_only_be_read_and_knows_nothing_beside(
    kept: Engine, tmp_path: Path
) -> None:
    moved(kept, tmp_path / "moving")

    done = load(tmp_path / "moving", tmp_path / "copy.db")

    assert done.read_only
    with mc.open(tmp_path / "copy.db", keys=tmp_path / "first.keys") as copy:
        assert beside(copy._store) == [[], {}, ({}, [])]
        with pytest.raises(Refused, match="can only be read"):
            copy.handle(mc.RegisterPerson(name="Bo"), actor=COORDINATOR)


class Others:
    """Keys of a host whose index has a key of its own."""

    def __init__(self, kept: Any, index: bytes) -> None:
        self.deks, self.dek, self.close = kept.deks, kept.dek, lambda: None
        self.index_key = lambda: index


def test_a_log_does_not_go_on_under_another_key_of_its_index(kept: Engine, tmp_path: Path) -> None:
    moved(kept, tmp_path / "moving")
    load(tmp_path / "moving", tmp_path / "second.db", original_retired=True)

    with pytest.raises(KeyMissing, match="another key"):
        mc.open(tmp_path / "second.db", keys=Others(kept._keys, b"i" * 32))

    with mc.open(tmp_path / "second.db", keys=mc.NoKeys()) as without:
        assert without.position == kept.position
    same = Others(kept._keys, kept._keys.index_key())
    with mc.open(tmp_path / "second.db", keys=same, clock=later()) as second:
        assert replays(second)


def test_what_is_damaged_on_the_way_is_not_loaded_and_leaves_nothing(
    kept: Engine, durable_url: str, tmp_path: Path
) -> None:
    moved(kept, tmp_path / "moving")
    for file, old, new in (
        ("move/index.jsonl", '"key"', '"kez"'),
        ("move/index.jsonl", '"key"', '"copy"'),
        ("move/key.jsonl", '"]', '00"]'),
        ("events-000000.jsonl", "person.registered", "person.registerex"),
    ):
        shutil.copytree(tmp_path / "moving", changed := tmp_path / "changed")
        text = (changed / file).read_text()
        assert old in text
        (changed / file).write_text(text.replace(old, new))

        with pytest.raises(ExportInvalid):
            load(changed, durable_url, original_retired=True)

        shutil.rmtree(changed)
    assert not list(tmp_path.glob(".*part*"))
    assert load(tmp_path / "moving", durable_url, original_retired=True).size == kept.position


def test_a_log_that_was_signed_is_signed_on_after_the_move(
    durable_url: str, tmp_path: Path
) -> None:
    """Also when its newest events were not signed any more, as where nobody had the key then."""
    vkey = create_signing_key(tmp_path / "key", ORIGIN)
    keys = tmp_path / "first.keys"
    signing = sign_with(tmp_path / "key", background=False)
    with mc.open(tmp_path / "first.db", clock=later(), sign=signing) as first:
        Harbor(first).take("people")
        held = first.checkpoint().checkpoint.note
    with mc.open(tmp_path / "first.db", clock=later()) as first:
        first.handle(mc.RegisterPerson(name="Ann"), actor=COORDINATOR, key="ann")
        moved(first, tmp_path / "moving.zip")

    load(tmp_path / "moving.zip", durable_url, original_retired=True)

    signing = sign_with(tmp_path / "key", background=False)
    with mc.open(durable_url, keys=keys, clock=later(), sign=signing) as second:
        assert replays(second)
        assert second.checkpoint().checkpoint.size == second.position
    found = verify_log(durable_url, VerificationPolicy(keys=[vkey], held={"held": held}))
    assert found.verdict == "verified"
    assert found.signed == found.size


def test_a_log_that_nobody_signed_is_signed_after_the_move(kept: Engine, tmp_path: Path) -> None:
    create_signing_key(tmp_path / "key", ORIGIN)
    moved(kept, tmp_path / "moving")
    load(tmp_path / "moving", tmp_path / "second.db", original_retired=True)

    signing = sign_with(tmp_path / "key", background=False)
    with mc.open(tmp_path / "second.db", keys=tmp_path / "first.keys", sign=signing) as second:
        done = second.checkpoint()

    assert done.checkpoint.size == kept.position


def test_the_places_that_hold_checkpoints_are_known_after_the_move(
    durable_url: str, tmp_path: Path
) -> None:
    create_signing_key(tmp_path / "key", ORIGIN)
    signing = sign_with(tmp_path / "key", background=False, sinks=[Library()])
    with mc.open(tmp_path / "first.db", clock=later(), sign=signing) as first:
        Harbor(first)
        moved(first, tmp_path / "moving")
        known = beside(first._store)[1]

    load(tmp_path / "moving", durable_url, original_retired=True)

    store = open_store(durable_url)
    assert beside(store)[1] == known
    assert list(known) == ["library"]
    store.close()


class Library:
    """A place outside that takes whatever it is given."""

    name, outside = "library", True

    def publish(self, note: str, _consistency: Any) -> str:
        return f"on the shelf: {len(note)}"


LOADING = """
import sys
import mentorcore
print("ready", flush=True)
mentorcore.load(sys.argv[1], sys.argv[2], original_retired=True)
print("loaded", flush=True)
"""


@pytest.mark.processes
def test_a_load_that_is_killed_leaves_no_log_or_a_whole_one(
    kept: Engine, durable_url: str, tmp_path: Path
) -> None:
    kept.batch([mc.RegisterPerson() for _ in range(1500)], actor=COORDINATOR)
    moved(kept, tmp_path / "moving")
    for number, pause in enumerate((0.0, 0.02, 0.05, 0.1)):
        url = f"{durable_url}x{number}"
        words = (sys.executable, "-c", LOADING, tmp_path / "moving", url)
        with started(*words) as child:
            assert child.line() == "ready"
            time.sleep(pause)
            child.kill()
        with suppress(Invalid):  # it was there already, as a whole
            load(tmp_path / "moving", url, original_retired=True)
        store = open_store(url, create=False)
        assert len(store.page(0, 10_000)) == store.tail() == kept.position
        store.close()
